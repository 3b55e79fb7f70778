package main

import (
	"bytes"
	"debug/elf"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"
	"gopkg.in/yaml.v3"

	"github.com/querent/querent/internal/chroma/chromatest"
)

// composeFile is as much of docker-compose.yml as must hold.
type composeFile struct {
	Services map[string]struct {
		Image       string
		Build       any
		Ports       []string
		ReadOnly    bool `yaml:"read_only"`
		Networks    []string
		Volumes     []any
		Command     []string
		Secrets     []string
		Environment map[string]string
		Healthcheck struct{ Test []string }
		Deploy      struct {
			Resources struct {
				Limits struct {
					Memory string
					Pids   int
				}
			}
		}
	}
	Secrets  map[string]struct{ File string }
	Networks map[string]struct{ Internal bool }
}

func readCompose(t *testing.T) (file composeFile, text string) {
	t.Helper()
	data, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file, string(data)
}

func TestComposeFile(t *testing.T) {
	file, text := readCompose(t)
	pinned := regexp.MustCompile(`^[a-z/]+:\d+\.\d+[\w.-]*$`)
	for name, s := range file.Services {
		if (len(s.Ports) > 0) != (name == "app") {
			t.Errorf("%s publishes %v", name, s.Ports)
		}
		if name != "app" && (!pinned.MatchString(s.Image) || len(s.Networks) != 1 || !file.Networks[s.Networks[0]].Internal) {
			t.Errorf("%s: image %q on %v", name, s.Image, s.Networks)
		}
	}
	if app := file.Services["app"]; !app.ReadOnly || len(app.Volumes) != 1 || app.Volumes[0].(map[string]any)["read_only"] != true {
		t.Errorf("the app can write: %+v", app)
	}
	for name, s := range file.Services {
		if limits := s.Deploy.Resources.Limits; limits.Memory == "" || limits.Pids == 0 {
			t.Errorf("%s has no limits: %+v", name, limits)
		}
		if name != "app" && len(s.Healthcheck.Test) == 0 { // the app's is in its image
			t.Errorf("%s has no health check", name)
		}
		for _, secret := range s.Secrets {
			if !strings.HasPrefix(file.Secrets[secret].File, "${SECRETS_DIRECTORY:-") {
				t.Errorf("%s: the secret %s is in no file: %+v", name, secret, file.Secrets)
			}
		}
		for variable, value := range s.Environment {
			if strings.Contains(variable, "PASSWORD") && value != "/run/secrets/"+strings.ToLower(strings.TrimSuffix(variable, "_FILE")) {
				t.Errorf("%s: %s is %s, want a file", name, variable, value)
			}
		}
	}
	if !strings.Contains(document(t, "Dockerfile"), "HEALTHCHECK") {
		t.Error("the image has no health check")
	}
	if strings.Contains(text, "${POSTGRES_PASSWORD") || strings.Contains(text, "${REDIS_PASSWORD") {
		t.Error("a secret is in a container's environment")
	}
}

// Chroma's health check, as the file has it, tells a server from none.
func TestComposeChromaHealth(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
	file, _ := readCompose(t)
	check := file.Services["chroma"].Healthcheck.Test
	server := chromatest.Start(t)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	healthy := func() error {
		command := strings.Replace(check[3], "/8000", "/"+address.Port(), 1)
		return exec.CommandContext(t.Context(), check[1], check[2], command).Run()
	}
	if err := healthy(); err != nil {
		t.Errorf("a server is said to be ill: %v", err)
	}
	server.Stop()
	if healthy() == nil {
		t.Error("none is said to be well")
	}
}

// Docker Compose would take the file, with the example's environment: its own
// library reads it against its own schema.
func TestComposeConfig(t *testing.T) {
	check := func(text string) ([]byte, error) {
		dir := t.TempDir()
		for name, content := range map[string]string{"docker-compose.yml": text, ".env": document(t, ".env.example")} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return exec.CommandContext(t.Context(), "go", "run", "-C", filepath.Join("testdata", "composecheck"), ".",
			filepath.Join(dir, "docker-compose.yml"), filepath.Join(dir, ".env")).CombinedOutput()
	}
	_, text := readCompose(t)
	out, err := check(text)
	if err != nil && bytes.Contains(out, []byte("dial tcp")) && os.Getenv("CI") != "true" {
		t.Skip("the checker's modules can't be fetched from here")
	}
	if err != nil || !bytes.Contains(out, []byte("# services: [app chroma postgres redis]")) {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password", "target: /run/secrets/redis_password", "source: /srv/querent", `memory: "4294967296"`} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("it does not come to %s:\n%s", want, out)
		}
	}
	if out, err := check(strings.Replace(text, "read_only: true", "read_onli: true", 1)); err == nil || !bytes.Contains(out, []byte("read_onli")) {
		t.Errorf("a wrong field is taken: %s", out)
	}
}

// The image holds no dynamic linker: what is built for it must need none.
func TestProgramIsStatic(t *testing.T) {
	if os.Getenv("CI") != "true" {
		t.Skip("builds the whole program; runs with CI=true")
	}
	file := t.TempDir() + "/querent"
	build := exec.Command("go", "build", "-trimpath", "-o", file, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	program, err := elf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	for _, p := range program.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("a dependency asks for a dynamic linker; compare internal/chroma/internal/stub")
		}
	}
}

// The Redis of the compose file, started by its own command, takes whatever
// password there is, keeps it out of the list of processes, and ends when told.
func TestComposeRedis(t *testing.T) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip(err)
	}
	const password = `a"b\c 'd' $e`
	file, _ := readCompose(t)
	script := strings.ReplaceAll(file.Services["redis"].Command[2], "$$", "$")
	port, secret := freePort(t), filepath.Join(t.TempDir(), "redis_password")
	if err := os.WriteFile(secret, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	script = strings.ReplaceAll(script, "/run/secrets/redis_password", secret)
	server := exec.Command("sh", "-c", strings.Replace(script, "redis-server -", "redis-server - --bind 127.0.0.1 --port "+port, 1))
	server.Dir = t.TempDir()
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.Process.Kill()
	ping := func(password string) error {
		c, err := redis.Dial("tcp", "127.0.0.1:"+port, redis.DialPassword(password))
		if err == nil {
			defer c.Close()
			_, err = c.Do("PING")
		}
		return err
	}
	eventually(t, 5*time.Second, "it takes its password", func() bool { return ping(password) == nil })
	if ping("") == nil {
		t.Error("it needs no password")
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("it did not end well: %v", err)
	}
}
