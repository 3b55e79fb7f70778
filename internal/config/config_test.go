package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// complete is an environment with nothing amiss.
func complete() map[string]string {
	return map[string]string{
		"DATABASE_URL":        "postgresql://querent@postgres:5432/querent?sslmode=disable",
		"POSTGRES_PASSWORD":   "pg/hunter2@:x",
		"TARGET_DATABASE_URL": "sqlite:////data/target.db",
		"REDIS_URL":           "redis://redis:6379/0",
		"REDIS_PASSWORD":      "redis-hunter2",
	}
}

func load(env map[string]string) (Config, error) {
	return Load(func(name string) string { return env[name] })
}

func TestLoad(t *testing.T) {
	c, err := load(complete())
	if err != nil {
		t.Fatal(err)
	}
	got := []any{c.DatabaseURL.Reveal(), c.RedisURL.Reveal(), c.TargetPath, c.EnableTarget, c.SeedDemoData, c.ChromaURL(),
		c.AutoTrain, c.Listen, c.MetricsListen, c.Secure(), c.LogLevel, c.AdminName, c.Workers, c.LLMBaseURL}
	want := []any{"postgresql://querent:pg%2Fhunter2%40%3Ax@postgres:5432/querent?sslmode=disable", "redis://:redis-hunter2@redis:6379/0",
		"/data/target.db", true, false, "http://chroma:8000", true, ":8080", "127.0.0.1:9090", false, slog.LevelInfo, "admin", 0, ""}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("value %d: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestLoadOverrides(t *testing.T) {
	env := complete()
	for k, v := range map[string]string{
		"DATABASE_URL": "postgres://u:own-hunter2@h/db", "TARGET_DATABASE_URL": "sqlite:///my.db", "CHROMA_HOST": "::1",
		"QUERENT_PUBLIC_URL": "https://ask.example.org/", "QUERENT_TRUSTED_PROXIES": "10.0.0.0/8, 127.0.0.1",
		"QUERENT_METRICS_LISTEN": "off", "QUERENT_LLM_BASE_URL": "http://127.0.0.1:11434/v1", "QUERENT_LLM_MODEL": "m",
		"QUERENT_LLM_ALLOWED_HOSTS": "127.0.0.1, LLM.internal", "QUERENT_LOG_LEVEL": "debug",
	} {
		env[k] = v
	}
	c, err := load(env)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(c.DatabaseURL.Reveal(), c.TargetPath, c.ChromaURL(), c.PublicURL, c.Secure(), c.TrustedProxies, c.MetricsListen == "", c.LLMAllowedHosts, c.LogLevel)
	want := "postgres://u:own-hunter2@h/dbmy.dbhttp://[::1]:8000https://ask.example.orgtrue [10.0.0.0/8 127.0.0.1/32] true [127.0.0.1 llm.internal] DEBUG"
	if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Numbers 21, 47 of the security checklist.
func TestLoadRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ variable, value, blame string }{
		"no system db":            {"DATABASE_URL", "", "DATABASE_URL"},
		"another database":        {"DATABASE_URL", "mysql://u:hunter2@h/db", "DATABASE_URL"},
		"unparsable":              {"DATABASE_URL", "postgres://u:hunter2%zz@h/db", "DATABASE_URL"},
		"sample inside":           {"DATABASE_URL", "postgres://u:password@h/db", "DATABASE_URL"},
		"no password":             {"POSTGRES_PASSWORD", "", "POSTGRES_PASSWORD"},
		"the brief's sample":      {"POSTGRES_PASSWORD", "secure_password", "POSTGRES_PASSWORD"},
		"our sample":              {"REDIS_PASSWORD", "change-me", "REDIS_PASSWORD"},
		"a sample as prefix":      {"QUERENT_ADMIN_PASSWORD", "Change_Me_please", "QUERENT_ADMIN_PASSWORD"},
		"no redis":                {"REDIS_URL", "", "REDIS_URL"},
		"no redis password":       {"REDIS_PASSWORD", " ", "REDIS_PASSWORD"},
		"no target":               {"TARGET_DATABASE_URL", "", "TARGET_DATABASE_URL"},
		"a target of two slashes": {"TARGET_DATABASE_URL", "sqlite://data/target.db", "TARGET_DATABASE_URL"},
		"a target with options":   {"TARGET_DATABASE_URL", "sqlite:////t.db?mode=rwc", "TARGET_DATABASE_URL"},
		"a bad flag":              {"SEED_DEMO_DATA", "perhaps", "SEED_DEMO_DATA"},
		"a host with scheme":      {"CHROMA_HOST", "http://chroma", "CHROMA_HOST"},
		"a port too large":        {"CHROMA_PORT", "70000", "CHROMA_PORT"},
		"a listen without port":   {"QUERENT_LISTEN", "8080", "QUERENT_LISTEN"},
		"a file as model":         {"QUERENT_LLM_BASE_URL", "file:///etc/passwd", "QUERENT_LLM_BASE_URL"},
		"gopher as model":         {"QUERENT_LLM_BASE_URL", "gopher://169.254.169.254/", "QUERENT_LLM_BASE_URL"},
		"a key in the address":    {"QUERENT_LLM_BASE_URL", "https://k:hunter2@h/v1", "QUERENT_LLM_BASE_URL"},
		"no model":                {"QUERENT_LLM_BASE_URL", "https://h/v1", "QUERENT_LLM_MODEL"},
		"a bad network":           {"QUERENT_TRUSTED_PROXIES", "10.0.0.0/8,all", "QUERENT_TRUSTED_PROXIES"},
		"a time without unit":     {"QUERENT_SLOW_QUERY", "2", "QUERENT_SLOW_QUERY"},
		"a bad level":             {"QUERENT_LOG_LEVEL", "loud", "QUERENT_LOG_LEVEL"},
		"a model too hot":         {"QUERENT_LLM_TEMPERATURE", "NaN", "QUERENT_LLM_TEMPERATURE"},
		"a model too slow":        {"QUERENT_LLM_TIMEOUT", "41", "QUERENT_LLM_TIMEOUT"},
		"a key file that is gone": {"QUERENT_LLM_KEY_FILE", "/nowhere/hunter2", "QUERENT_LLM_KEY_FILE"},
		"no workers":              {"QUERENT_WORKERS", "0", "QUERENT_WORKERS"},
	} {
		t.Run(name, func(t *testing.T) {
			env := complete()
			env[tt.variable] = tt.value
			_, err := load(env)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("no *Error but %v", err)
			}
			if !slices.ContainsFunc(e.Problems, func(p Problem) bool { return p.Variable == tt.blame }) {
				t.Errorf("%s is not blamed: %v", tt.blame, err)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error tells a secret: %v", err)
			}
		})
	}
}

func TestLoadTellsAllProblemsAtOnce(t *testing.T) {
	_, err := load(map[string]string{"CHROMA_PORT": "x", "REDIS_PASSWORD": "password", "QUERENT_WORKERS": "-1"})
	for _, name := range []string{"DATABASE_URL", "REDIS_URL", "TARGET_DATABASE_URL", "CHROMA_PORT", "REDIS_PASSWORD", "QUERENT_WORKERS"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is missing in: %v", name, err)
		}
	}
}

func TestTargetMayBeOff(t *testing.T) {
	env := complete()
	env["TARGET_DATABASE_URL"], env["ENABLE_TARGET_DB"] = "", "False"
	if c, err := load(env); err != nil || c.EnableTarget || c.TargetPath != "" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestSecretsAreNeverShown(t *testing.T) {
	env := complete()
	env["DATABASE_URL"] = "postgresql://u:own-hunter2@h/db?password=hunter2"
	env["QUERENT_LLM_KEY"], env["QUERENT_ADMIN_PASSWORD"] = "key-hunter2", "admin-hunter2"
	c, err := load(env)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, v := range c.variables() {
		if !strings.Contains(out.String(), v.name) {
			t.Errorf("Print leaves out %s", v.name)
		}
	}
	if !strings.Contains(out.String(), "postgresql://u:********@h/db") || !strings.Contains(out.String(), "sqlite:////data/target.db") {
		t.Errorf("Print hides what it needn't:\n%s", &out)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "config", c, "key", c.LLMKey)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "config", c, "key", c.LLMKey)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb, c.LLMKey)
		fmt.Fprintf(&out, verb, c)
	}
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); strings.Contains(s, "hunter2") || strings.Contains(s, fmt.Sprintf("%x", "hunter2")) {
		t.Errorf("a secret is shown:\n%s", s)
	}
}

// .env.example names every variable, of the code or the compose file, and no
// other, and it has no secret that could be used.
func TestExampleAgreesWithCode(t *testing.T) {
	data, err := os.ReadFile("../../.env.example")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(".env.example is missing")
	}
	env, named := map[string]string{}, []string{}
	for _, m := range regexp.MustCompile(`(?m)^(#\s?)?([A-Z][A-Z0-9_]+)=(.*)$`).FindAllStringSubmatch(string(data), -1) {
		named = append(named, m[2])
		if m[1] == "" {
			env[m[2]] = m[3]
		}
	}
	var known []string
	for _, v := range new(Config).variables() {
		known = append(known, v.name)
		if isSecret(v.name) {
			known = append(known, v.name+fileSuffix)
		}
	}
	compose, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\$\{([A-Z0-9_]+)`).FindAllStringSubmatch(string(compose), -1) {
		known = append(known, m[1])
	}
	for _, name := range known {
		if !slices.Contains(named, name) {
			t.Errorf("%s is not in .env.example", name)
		}
	}
	for _, name := range named {
		if !slices.Contains(known, name) {
			t.Errorf(".env.example has %s, which nothing reads", name)
		}
	}
	_, err = load(env)
	var e *Error
	if !errors.As(err, &e) {
		t.Fatal("the sample secrets are taken")
	}
	for _, p := range e.Problems {
		if !strings.Contains(p.Variable, "PASSWORD") && !strings.Contains(p.Variable, "KEY") {
			t.Errorf(".env.example: %s %s", p.Variable, p.Reason)
		}
	}
	for name := range env {
		if strings.HasSuffix(name, fileSuffix) {
			env[name] = filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(env[name], []byte("made-for-this-test"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := load(env); err != nil {
		t.Errorf("with passwords filled in: %v", err)
	}
}

// Every secret may be in a file, whose content is judged as the variable's is.
func TestSecretsInFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	env := complete()
	names := []string{"POSTGRES_PASSWORD", "REDIS_PASSWORD", "QUERENT_ADMIN_PASSWORD", "QUERENT_LLM_KEY"}
	for _, name := range names {
		delete(env, name)
		env[name+"_FILE"] = file(name, "hunter2-of-"+name+"\n")
	}
	c, err := load(env)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(c.DatabaseURL.Reveal(), "hunter2-of-POSTGRES_PASSWORD@") || !strings.Contains(c.RedisURL.Reveal(), "hunter2-of-REDIS_PASSWORD@") ||
		c.AdminPassword.Reveal() != "hunter2-of-QUERENT_ADMIN_PASSWORD" || c.LLMKey.Reveal() != "hunter2-of-QUERENT_LLM_KEY" {
		t.Errorf("%q %q %q %q", c.DatabaseURL.Reveal(), c.RedisURL.Reveal(), c.AdminPassword.Reveal(), c.LLMKey.Reveal())
	}
	var out bytes.Buffer
	if err := c.Print(&out); err != nil || strings.Contains(out.String(), "hunter2") {
		t.Errorf("%v: %s", err, out.String())
	}
	for name, tt := range map[string]struct{ variable, value, other, blame string }{
		"both":     {"REDIS_PASSWORD_FILE", env["REDIS_PASSWORD_FILE"], "another-hunter2", "REDIS_PASSWORD_FILE"},
		"gone":     {"REDIS_PASSWORD_FILE", filepath.Join(dir, "nowhere"), "", "REDIS_PASSWORD_FILE"},
		"empty":    {"REDIS_PASSWORD_FILE", file("empty", "\n"), "", "REDIS_PASSWORD_FILE"},
		"a sample": {"REDIS_PASSWORD_FILE", file("sample", "change-me\n"), "", "REDIS_PASSWORD"},
	} {
		bad := maps.Clone(env)
		bad[tt.variable] = tt.value
		bad["REDIS_PASSWORD"] = tt.other
		_, err := load(bad)
		if err == nil || !strings.Contains(err.Error(), tt.blame+" ") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
