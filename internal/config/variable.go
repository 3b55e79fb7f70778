package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// variable is one environment variable: what stands for it when unset, how it
// is parsed into the Config and how it is printed.
type variable struct {
	name, fallback string
	parse          func(string) error
	show           func(string) string
}

// fileSuffix after a secret's name makes the variable that names a file with
// nothing but the secret, so that no list of processes or environment holds it.
const fileSuffix = "_FILE"

// secretIn reads the file that NAME_FILE names; empty where it names none.
func secretIn(getenv func(string) string, name string) (secret string, problem error) {
	path := strings.TrimSpace(getenv(name + fileSuffix))
	if path == "" {
		return "", nil
	}
	if strings.TrimSpace(getenv(name)) != "" {
		return "", errors.New("must not be set, because " + name + " is")
	}
	data, err := os.ReadFile(path)
	if secret = strings.TrimSpace(string(data)); err != nil || secret == "" {
		return "", errors.New("must name a file that can be read and is not empty")
	}
	return secret, nil
}

// isSecret reports whether a variable may be in a file instead.
func isSecret(name string) bool {
	return strings.HasSuffix(name, "_PASSWORD") || strings.HasSuffix(name, "_KEY")
}

const (
	databaseURL      = "DATABASE_URL"
	postgresPassword = "POSTGRES_PASSWORD"
	targetURL        = "TARGET_DATABASE_URL"
	redisURL         = "REDIS_URL"
	redisPassword    = "REDIS_PASSWORD"
	llmBaseURL       = "QUERENT_LLM_BASE_URL"
	llmKey           = "QUERENT_LLM_KEY"
	llmModel         = "QUERENT_LLM_MODEL"
)

// variables lists every variable, in the order they are printed, bound to c.
func (c *Config) variables() []variable {
	open := func(s string) string { return s }
	hidden := func(s string) string { return Secret(s).String() }
	var ignored Secret
	return []variable{
		{databaseURL, "", serverURL(&c.DatabaseURL, "postgresql", "postgres"), redacted},
		{postgresPassword, "", secret(&ignored), hidden},
		{targetURL, "", sqlitePath(&c.TargetPath), open},
		{"ENABLE_TARGET_DB", "true", boolean(&c.EnableTarget), open},
		{"SEED_DEMO_DATA", "false", boolean(&c.SeedDemoData), open},
		{"CHROMA_HOST", "chroma", host(&c.ChromaHost), open},
		{"CHROMA_PORT", "8000", integer(&c.ChromaPort, 1, 65535), open},
		{"AUTO_TRAIN_CHROMA", "true", boolean(&c.AutoTrain), open},
		{redisURL, "", serverURL(&c.RedisURL, "redis", "rediss"), redacted},
		{redisPassword, "", secret(&ignored), hidden},
		{"QUERENT_LISTEN", ":8080", address(&c.Listen), open},
		{"QUERENT_METRICS_LISTEN", "127.0.0.1:9090", addressOrOff(&c.MetricsListen), open},
		{"QUERENT_PUBLIC_URL", "http://localhost:8080", webURL(&c.PublicURL), open},
		{"QUERENT_TRUSTED_PROXIES", "", prefixes(&c.TrustedProxies), open},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "", webURL(&c.TraceEndpoint), open},
		{"QUERENT_PPROF", "false", boolean(&c.Profile), open},
		{"QUERENT_SLOW_QUERY", "2s", durationOrOff(&c.SlowQuery), open},
		{"QUERENT_LOG_LEVEL", "info", level(&c.LogLevel), open},
		{"QUERENT_ADMIN_NAME", "admin", text(&c.AdminName), open},
		{"QUERENT_ADMIN_PASSWORD", "", secret(&c.AdminPassword), hidden},
		{"QUERENT_WORKERS", "", integer(&c.Workers, 1, 64), open},
		{llmBaseURL, "", webURL(&c.LLMBaseURL), open},
		{llmKey, "", secret(&c.LLMKey), hidden},
		{llmModel, "", text(&c.LLMModel), open},
		{"QUERENT_LLM_ALLOWED_HOSTS", "", hosts(&c.LLMAllowedHosts), open},
		{"QUERENT_LLM_TEMPERATURE", "0", decimal(&c.LLMTemperature, 0, 2), open},
		{"QUERENT_LLM_TIMEOUT", "20", integer(&c.LLMTimeout, 1, 40), open},
	}
}

// complete merges passwords into URLs and finds what is missing.
func (c *Config) complete(raw map[string]string) (problems []Problem) {
	missing := func(name, reason string) { problems = append(problems, Problem{name, reason}) }
	if raw[databaseURL] == "" {
		missing(databaseURL, "must be set, such as postgresql://querent@postgres:5432/querent")
	}
	if raw[redisURL] == "" {
		missing(redisURL, "must be set, such as redis://redis:6379/0")
	}
	if !withPassword(&c.DatabaseURL, raw[postgresPassword]) {
		missing(postgresPassword, "must be set, because "+databaseURL+" has no password")
	}
	if !withPassword(&c.RedisURL, raw[redisPassword]) {
		missing(redisPassword, "must be set, because "+redisURL+" has no password")
	}
	if c.EnableTarget && raw[targetURL] == "" {
		missing(targetURL, "must be set, such as sqlite:////data/target.db, or ENABLE_TARGET_DB be false")
	}
	if raw[llmBaseURL] != "" && raw[llmModel] == "" {
		missing(llmModel, "must be set, because "+llmBaseURL+" is")
	}
	return problems
}

// withPassword puts password into a URL that lacks one. It reports whether
// there is one now; a URL that was not understood has a problem of its own.
func withPassword(s *Secret, password string) bool {
	if *s == "" {
		return true
	}
	u, err := url.Parse(s.Reveal())
	if err != nil {
		return false
	}
	if own, _ := u.User.Password(); own != "" {
		return true
	}
	if password == "" {
		return false
	}
	u.User = url.UserPassword(u.User.Username(), password)
	*s = Secret(u.String())
	return true
}

func text(to *string) func(string) error {
	return func(s string) error { *to = s; return nil }
}

func secret(to *Secret) func(string) error {
	return func(s string) error {
		if sample(s) {
			return errors.New("is a sample: make one of your own")
		}
		*to = Secret(s)
		return nil
	}
}

func boolean(to *bool) func(string) error {
	return func(s string) error {
		b, err := strconv.ParseBool(strings.ToLower(s))
		if err != nil {
			return errors.New("must be true or false")
		}
		*to = b
		return nil
	}
}

func integer(to *int, least, most int) func(string) error {
	return func(s string) error {
		n, err := strconv.Atoi(s)
		if err != nil || n < least || n > most {
			return fmt.Errorf("must be a whole number from %d to %d", least, most)
		}
		*to = n
		return nil
	}
}

func decimal(to *float64, least, most float64) func(string) error {
	return func(s string) error {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || !(f >= least && f <= most) {
			return fmt.Errorf("must be a number from %g to %g", least, most)
		}
		*to = f
		return nil
	}
}

// serverURL takes the URL of a server, whose password must not be a sample.
func serverURL(to *Secret, schemes ...string) func(string) error {
	return func(s string) error {
		u, err := url.Parse(s)
		if err != nil {
			return errors.New("is not a URL; special characters in a password must be percent-encoded")
		}
		if u.Host == "" || (u.Scheme != schemes[0] && u.Scheme != schemes[1]) {
			return fmt.Errorf("must begin with %s:// and name a host", schemes[0])
		}
		if password, _ := u.User.Password(); sample(password) {
			return errors.New("holds a sample password: make one of your own")
		}
		*to = Secret(s)
		return nil
	}
}

// sqlitePath takes sqlite:///relative or sqlite:////absolute.
func sqlitePath(to *string) func(string) error {
	return func(s string) error {
		path, ok := strings.CutPrefix(s, "sqlite:///")
		if !ok || path == "" || strings.ContainsAny(path, "?#\x00") {
			return errors.New("must be of the form sqlite:////data/target.db (four slashes for an absolute path)")
		}
		*to = path
		return nil
	}
}

func host(to *string) func(string) error {
	return func(s string) error {
		if strings.ContainsAny(s, "/:@? ") && net.ParseIP(s) == nil {
			return errors.New("must be a host name or address, without scheme or port")
		}
		*to = s
		return nil
	}
}

func hosts(to *[]string) func(string) error {
	return func(s string) error {
		for item := range strings.SplitSeq(s, ",") {
			var h string
			if err := host(&h)(strings.TrimSpace(item)); err != nil || h == "" {
				return errors.New("must be host names or addresses with commas between, without scheme or port")
			}
			*to = append(*to, strings.ToLower(h))
		}
		return nil
	}
}

func address(to *string) func(string) error {
	return func(s string) error {
		_, port, err := net.SplitHostPort(s)
		if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 0 || n > 65535 {
			return errors.New("must be of the form host:port or :port")
		}
		*to = s
		return nil
	}
}

func addressOrOff(to *string) func(string) error {
	return func(s string) error {
		if s == "off" {
			return nil
		}
		return address(to)(s)
	}
}

func durationOrOff(to *time.Duration) func(string) error {
	return func(s string) error {
		if s == "off" {
			return nil
		}
		d, err := time.ParseDuration(s)
		if err != nil || d <= 0 {
			return errors.New("must be a time with its unit, such as 500ms or 2s, or off")
		}
		*to = d
		return nil
	}
}

func webURL(to *string) func(string) error {
	return func(s string) error {
		u, err := url.Parse(s)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return errors.New("must be an http or https address without user, query or fragment")
		}
		*to = strings.TrimSuffix(s, "/")
		return nil
	}
}

// prefixes takes addresses and networks.
func prefixes(to *[]netip.Prefix) func(string) error {
	return func(s string) error {
		for item := range strings.SplitSeq(s, ",") {
			item = strings.TrimSpace(item)
			p, err := netip.ParsePrefix(item)
			if err != nil {
				a, bad := netip.ParseAddr(item)
				if bad != nil {
					return errors.New("must be addresses or networks with commas between, such as 10.0.0.0/8")
				}
				p = netip.PrefixFrom(a, a.BitLen())
			}
			*to = append(*to, p)
		}
		return nil
	}
}

func level(to *slog.Level) func(string) error {
	return func(s string) error {
		if to.UnmarshalText([]byte(s)) != nil {
			return errors.New("must be debug, info, warn or error")
		}
		return nil
	}
}
