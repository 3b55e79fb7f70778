// Package config turns the environment into one struct, and reports all that is
// wrong with it at once. It hides variable names, defaults and how a value is
// parsed, and never shows a secret. What administrators change while Querent
// runs is in package settings.
package config

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Config is all that the environment says. Load fills it; a field's comment
// says when its variable must be set.
type Config struct {
	// DatabaseURL is the System DB, with its password. DATABASE_URL must
	// always be set; the password is POSTGRES_PASSWORD unless the URL has one. Each
	// secret may be in a file that NAME_FILE names: POSTGRES_PASSWORD_FILE.
	DatabaseURL Secret
	// TargetPath is the SQLite file under analysis. TARGET_DATABASE_URL must
	// be set unless EnableTarget is false. Empty then.
	TargetPath string
	// EnableTarget, ENABLE_TARGET_DB, may be unset: true.
	EnableTarget bool
	// SeedDemoData, SEED_DEMO_DATA, may be unset: false. It makes the demo
	// target where there is no target file, and never touches the System DB.
	SeedDemoData bool
	// ChromaHost, CHROMA_HOST, may be unset: chroma.
	ChromaHost string
	// ChromaPort, CHROMA_PORT, may be unset: 8000.
	ChromaPort int
	// AutoTrain, AUTO_TRAIN_CHROMA, may be unset: true.
	AutoTrain bool
	// RedisURL has its password. REDIS_URL must always be set; the password is
	// REDIS_PASSWORD unless the URL has one.
	RedisURL Secret

	// Listen, QUERENT_LISTEN, may be unset: :8080.
	Listen string
	// MetricsListen, QUERENT_METRICS_LISTEN, may be unset: 127.0.0.1:9090.
	// "off" turns metrics off; the field is empty then.
	MetricsListen string
	// PublicURL, QUERENT_PUBLIC_URL, is where users reach us. It must be set
	// when that is over https, which makes cookies Secure.
	PublicURL string
	// TrustedProxies, QUERENT_TRUSTED_PROXIES, must be set behind a proxy:
	// only these may say whom they forward for. Comma-separated.
	TrustedProxies []netip.Prefix
	// TraceEndpoint, OTEL_EXPORTER_OTLP_ENDPOINT, is where traces go, by OTLP over
	// HTTP. It may be unset: nowhere.
	TraceEndpoint string
	// Profile, QUERENT_PPROF, may be unset: false. It adds Go's profiles, at
	// /debug/pprof/, to MetricsListen.
	Profile bool
	// SlowQuery, QUERENT_SLOW_QUERY, is how long a query may take before it has a
	// line in the log. It may be unset: 2s. "off" is none; the field is 0 then.
	SlowQuery time.Duration
	// LogLevel, QUERENT_LOG_LEVEL, may be unset: info.
	LogLevel slog.Level
	// AdminName, QUERENT_ADMIN_NAME, may be unset: admin.
	AdminName string
	// AdminPassword, QUERENT_ADMIN_PASSWORD, is the first administrator's. It
	// may be unset: init then prints a one-time password.
	AdminPassword Secret
	// Workers, QUERENT_WORKERS, is how many long queries run at once, with as
	// many that are middling and twice as many short ones beside them. It may be
	// unset: one for each processor, at least 2.
	Workers int

	// LLMBaseURL, QUERENT_LLM_BASE_URL, may be unset: no language model.
	LLMBaseURL string
	// LLMKey, QUERENT_LLM_KEY, must be set if the endpoint asks for one.
	LLMKey Secret
	// LLMModel, QUERENT_LLM_MODEL, must be set with LLMBaseURL.
	LLMModel string
	// LLMAllowedHosts, QUERENT_LLM_ALLOWED_HOSTS, must name the endpoint's
	// host if that is on a private network or this machine. Comma-separated.
	LLMAllowedHosts []string
	// LLMTemperature, QUERENT_LLM_TEMPERATURE, may be unset: 0.
	LLMTemperature float64
	// LLMTimeout, QUERENT_LLM_TIMEOUT in seconds, bounds one completion. It may
	// be unset: 20 s.
	LLMTimeout int

	shown []shown
}

// shown is one variable's effective value, fit to print.
type shown struct{ name, value string }

// ChromaURL is the vector store's address.
func (c Config) ChromaURL() string {
	return "http://" + net.JoinHostPort(c.ChromaHost, strconv.Itoa(c.ChromaPort))
}

// Secure says whether users reach us over https.
func (c Config) Secure() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// Print writes the effective values, one variable a line, secrets masked.
func (c Config) Print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range c.shown {
		fmt.Fprintf(tw, "%s\t%s\n", s.name, s.value)
	}
	return tw.Flush()
}

// Problem is what is wrong with one variable. Reason never holds its value.
type Problem struct{ Variable, Reason string }

// Error is everything that is wrong with the environment. A process that
// meets it should exit with status 78.
type Error struct{ Problems []Problem }

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("the configuration can't be used:")
	for _, p := range e.Problems {
		fmt.Fprintf(&b, "\n  %s %s", p.Variable, p.Reason)
	}
	return b.String()
}

// Load reads the environment. Its error is an *Error that lists every problem.
func Load(getenv func(string) string) (Config, error) {
	c, problems := read(getenv)
	if len(problems) > 0 {
		return Config{}, &Error{Problems: problems}
	}
	return c, nil
}

// LoadModel reads what the environment says of the language model, whatever
// else is missing there.
func LoadModel(getenv func(string) string) (Config, error) {
	c, problems := read(getenv)
	problems = slices.DeleteFunc(problems, func(p Problem) bool { return !strings.HasPrefix(p.Variable, "QUERENT_LLM_") })
	if len(problems) > 0 {
		return Config{}, &Error{Problems: problems}
	}
	return c, nil
}

func read(getenv func(string) string) (c Config, problems []Problem) {
	raw := map[string]string{}
	for _, v := range c.variables() {
		text := strings.TrimSpace(getenv(v.name))
		if isSecret(v.name) {
			inFile, err := secretIn(getenv, v.name)
			if err != nil {
				problems = append(problems, Problem{v.name + fileSuffix, err.Error()})
			}
			text = cmp.Or(text, inFile)
		}
		if text == "" {
			text = v.fallback
		}
		raw[v.name] = text
		if text == "" {
			continue
		}
		if err := v.parse(text); err != nil {
			problems = append(problems, Problem{v.name, err.Error()})
		}
	}
	problems = append(problems, c.complete(raw)...)
	for _, v := range c.variables() {
		c.shown = append(c.shown, shown{v.name, v.show(raw[v.name])})
	}
	return c, problems
}
