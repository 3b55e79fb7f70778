package main

import (
	"bytes"
	"context"

	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"

	"github.com/querent/querent/internal/chroma/chromatest"
	"github.com/querent/querent/internal/demo"
	"github.com/querent/querent/internal/target"
)

// asCommand makes this test binary the program itself, so that a test can
// start, signal and kill real processes.
const asCommand = "QUERENT_TEST_AS_COMMAND"

// pg is the package's one Postgres; nil where there are no binaries.
var pg *demo.Child

func TestMain(m *testing.M) {
	target.MaybeWorker()
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(withPostgres(m))
}

func withPostgres(m *testing.M) int {
	dir, err := os.MkdirTemp("/var/tmp", "querent-cmd")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // another uid must get in
		panic(err)
	}
	if pg, err = demo.Postgres(context.Background(), dir, io.Discard); err == nil {
		defer pg.Stop()
	} else if os.Getenv("CI") == "true" {
		fmt.Println("no Postgres:", err)
		return 1
	}
	return m.Run()
}

// stack is the four components, real ones, with an environment that names them.
type stack struct {
	env    map[string]string
	dsn    string // System DB
	target string
	redis  *exec.Cmd
	port   string // of redis
	chroma *chromatest.Server
}

const (
	testSecret   = "hunter2-of-this-test"
	testAdmin    = "ada"
	testPassword = "a long enough passphrase"
)

// newStack has an empty System DB, an empty Redis, an empty Chroma and the
// demo's data as target. Tests with one run beside each other: they mostly wait.
func newStack(t *testing.T) *stack {
	t.Helper()
	t.Parallel()
	s := &stack{dsn: newDatabase(t), target: filepath.Join(t.TempDir(), "target.db"), chroma: chromatest.Start(t)}
	if err := demo.WriteTarget(s.target); err != nil {
		t.Fatal(err)
	}
	redisPort := s.startRedis(t)
	chromaURL, err := url.Parse(s.chroma.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.env = map[string]string{
		"DATABASE_URL": s.dsn, "POSTGRES_PASSWORD": testSecret,
		"TARGET_DATABASE_URL": "sqlite:///" + s.target,
		"CHROMA_HOST":         chromaURL.Hostname(), "CHROMA_PORT": chromaURL.Port(),
		"REDIS_URL": "redis://127.0.0.1:" + redisPort + "/0", "REDIS_PASSWORD": testSecret,
		"QUERENT_ADMIN_NAME": testAdmin, "QUERENT_ADMIN_PASSWORD": testPassword,
		"QUERENT_LISTEN": "127.0.0.1:0", "QUERENT_METRICS_LISTEN": "off",
	}
	return s
}

// databases counts the databases of this package's tests.
var databases atomic.Int64

// newDatabase makes an empty database, owned by the application's role.
func newDatabase(t *testing.T) string {
	t.Helper()
	if pg == nil {
		t.Skip("no Postgres binaries on this machine")
	}
	u, err := url.Parse(pg.DSN())
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("t%d", databases.Add(1))
	exec1(t, fmt.Sprintf("postgres://postgres@/postgres?%s", u.RawQuery), "create database "+name+" owner "+u.User.Username())
	return fmt.Sprintf("postgres://%s:%s@localhost/%s?%s", u.User.Username(), testSecret, name, u.RawQuery)
}

// exec1 runs one statement.
func exec1(t *testing.T, dsn, sql string, args ...any) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if _, err := c.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// scan1 reads one value.
func scan1[T any](t *testing.T, dsn, sql string, args ...any) (v T) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if err := c.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// startRedis starts a server that keeps nothing and asks for a password.
func (s *stack) startRedis(t *testing.T) (port string) {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	s.port = freePort(t)
	s.restartRedis(t)
	t.Cleanup(func() { s.stopRedis() })
	return s.port
}

// restartRedis starts the server on its port, empty.
func (s *stack) restartRedis(t *testing.T) {
	t.Helper()
	s.redis = exec.Command("redis-server", "--port", s.port, "--bind", "127.0.0.1", "--dir", t.TempDir(),
		"--save", "", "--appendonly", "no", "--requirepass", testSecret)
	if err := s.redis.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, 5*time.Second, "redis-server listens", func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+s.port)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

func (s *stack) stopRedis() {
	_ = s.redis.Process.Kill()
	_ = s.redis.Wait()
}

func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func eventually(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}

// outcome is what a command that ended left.
type outcome struct {
	stdout, stderr string
	status         int
}

// run runs a command to its end, with changes to the environment: pairs of
// name and value.
func (s *stack) run(t *testing.T, args []string, changes ...string) outcome {
	t.Helper()
	env := maps.Clone(s.env)
	for i := 0; i+1 < len(changes); i += 2 {
		env[changes[i]] = changes[i+1]
	}
	var out, errs bytes.Buffer
	err := run(t.Context(), args, func(name string) string { return env[name] }, strings.NewReader(""), &out, &errs)
	status := report(err, &errs)
	o := outcome{out.String(), errs.String(), status}
	if strings.Contains(o.stdout+o.stderr, testSecret) {
		t.Errorf("%v tells a secret:\n%s%s", args, o.stdout, o.stderr)
	}
	return o
}

// ok runs a command that must succeed.
func (s *stack) ok(t *testing.T, args ...string) outcome {
	t.Helper()
	o := s.run(t, args)
	if o.status != 0 {
		t.Fatalf("querent %v: status %d\n%s%s", args, o.status, o.stdout, o.stderr)
	}
	return o
}

// replica is one `querent serve` process.
type replica struct {
	url   string
	cmd   *exec.Cmd
	log   *buffer
	ended chan struct{}
}

// buffer is a log that may be read while it is written.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// serve starts a replica; it is alive, not yet ready, when serve returns.
func (s *stack) serve(t *testing.T, changes ...string) *replica {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	r := &replica{url: "http://127.0.0.1:" + port, cmd: exec.Command(self, "serve"), log: &buffer{}, ended: make(chan struct{})}
	env := maps.Clone(s.env)
	env["QUERENT_LISTEN"], env[asCommand] = "127.0.0.1:"+port, "1"
	for i := 0; i+1 < len(changes); i += 2 {
		env[changes[i]] = changes[i+1]
	}
	for name, value := range env {
		r.cmd.Env = append(r.cmd.Env, name+"="+value)
	}
	r.cmd.Stdout, r.cmd.Stderr = r.log, r.log
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = r.cmd.Wait(); close(r.ended) }()
	t.Cleanup(func() {
		_ = r.cmd.Process.Kill()
		<-r.ended
		if t.Failed() {
			t.Logf("log of %s:\n%s", r.url, r.log)
		}
		if strings.Contains(r.log.String(), testSecret) {
			t.Error("the log tells a secret")
		}
	})
	eventually(t, 15*time.Second, "the process is alive", func() bool { return r.status("/livez") == http.StatusOK })
	return r
}

// status is a path's answer; 0 for none.
func (r *replica) status(path string) int {
	res, err := http.Get(r.url + path)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	return res.StatusCode
}

func (r *replica) ready(t *testing.T) {
	t.Helper()
	eventually(t, 20*time.Second, "the server is ready", func() bool { return r.status("/readyz") == http.StatusOK })
}

// end sends a signal and gives the exit status; -1 for a process that was
// killed.
func (r *replica) end(t *testing.T, sig syscall.Signal) int {
	t.Helper()
	if err := r.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	return r.await(t, 20*time.Second)
}

func (r *replica) await(t *testing.T, limit time.Duration) int {
	t.Helper()
	select {
	case <-r.ended:
	case <-time.After(limit):
		t.Fatalf("the process did not end within %s", limit)
	}
	return r.cmd.ProcessState.ExitCode()
}

// user is a signed-in browser without JavaScript.
type user struct {
	t    *testing.T
	base string
	http.Client
}

// browser is one that nobody has signed in with yet.
func browser(t *testing.T, base string) *user {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &user{t, base, http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

// signIn signs in as the administrator that init made.
func signIn(t *testing.T, base string) *user {
	t.Helper()
	u := browser(t, base)
	u.signsIn(testAdmin, testPassword)
	return u
}

func (u *user) signsIn(name, password string) {
	u.t.Helper()
	if status, page := u.post("/login", url.Values{"name": {name}, "password": {password}}); status != http.StatusOK {
		u.t.Fatalf("sign in as %s: %d: %s", name, status, page.Find("main").Text())
	}
}

func (u *user) send(req *http.Request, err error) (int, *goquery.Document) {
	u.t.Helper()
	if err != nil {
		u.t.Fatal(err)
	}
	res, err := u.Do(req)
	if err != nil {
		u.t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		u.t.Fatal(err)
	}
	page.Url = res.Request.URL
	return res.StatusCode, page
}

func (u *user) get(path string) (int, *goquery.Document) {
	u.t.Helper()
	return u.send(http.NewRequest(http.MethodGet, u.base+path, nil))
}

func (u *user) post(path string, form url.Values) (int, *goquery.Document) {
	u.t.Helper()
	req, err := http.NewRequest(http.MethodPost, u.base+path, strings.NewReader(form.Encode()))
	if err == nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return u.send(req, err)
}

// asks asks and reloads until the end.
func (u *user) asks(question string) *goquery.Document {
	u.t.Helper()
	status, page := u.post("/questions", url.Values{"question": {question}})
	if status != http.StatusOK {
		u.t.Fatalf("asking %q: %d: %s", question, status, page.Find("main").Text())
	}
	return u.finished(page)
}

// finished reloads a question's page until the end.
func (u *user) finished(page *goquery.Document) *goquery.Document {
	u.t.Helper()
	path := page.Url.Path
	for end := time.Now().Add(20 * time.Second); page.Find("[aria-busy=true]").Length() > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			u.t.Fatalf("no answer to %q", page.Find("h1").Text())
		}
		_, page = u.get(path)
	}
	return page
}

// rows are an answer's cells, row by row, also those shown as figures.
func rows(page *goquery.Document) (cells [][]string) {
	text := func(_ int, cell *goquery.Selection) string { return strings.TrimSpace(cell.Text()) }
	if figures := page.Find("#result .figures dd"); figures.Length() > 0 {
		return [][]string{figures.Map(text)}
	}
	page.Find("#result tbody tr").Each(func(_ int, tr *goquery.Selection) {
		cells = append(cells, tr.Find("td").Map(text))
	})
	return cells
}
