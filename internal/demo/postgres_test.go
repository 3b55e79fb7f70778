package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// logged collects a server's messages for a failing test.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// start starts a server on dir, to be stopped with the test.
func start(t *testing.T, dir string) *Child {
	t.Helper()
	log := &logged{}
	child, err := Postgres(t.Context(), dir, log)
	if err != nil {
		if os.Getenv("CI") != "true" && strings.Contains(err.Error(), "no PostgreSQL server") {
			t.Skip(err)
		}
		t.Fatalf("%v\n%s", err, log.buf.String())
	}
	t.Cleanup(child.Stop)
	return child
}

func query(t *testing.T, dsn, sql string) (value string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), sql).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestPostgresKeepsDataAndPrivileges(t *testing.T) {
	dir := t.TempDir()
	child := start(t, dir)
	if got := query(t, child.DSN(), `select rolsuper::text from pg_roles where rolname = current_user`); got != "false" {
		t.Errorf("the application's role is a superuser")
	}
	conn, err := pgx.Connect(t.Context(), child.DSN())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `create table kept as select 'still here' as word`); err != nil {
		t.Fatal(err)
	}
	conn.Close(t.Context())

	if _, err := Postgres(t.Context(), dir, &logged{}); !errors.Is(err, ErrInUse) {
		t.Errorf("second server on the directory: %v, want ErrInUse", err)
	}
	begin := time.Now()
	child.Stop()
	child.Stop()
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("Stop took %v", took)
	}
	if got := query(t, start(t, dir).DSN(), `select word from kept`); got != "still here" {
		t.Errorf("kept = %q", got)
	}
}

// A server killed outright leaves a pid file; its number may since belong to
// another process, such as this one.
func TestPostgresAfterKill(t *testing.T) {
	dir := t.TempDir()
	child := start(t, dir)
	syscall.Kill(child.cmd.Process.Pid, syscall.SIGKILL)
	<-child.Done()
	pidFile := filepath.Join(dir, "data", "postmaster.pid")
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal("a killed server is expected to leave its pid file:", err)
	}
	_, rest, _ := strings.Cut(string(text), "\n")
	if err := os.WriteFile(pidFile, fmt.Appendf(nil, "%d\n%s", os.Getpid(), rest), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := query(t, start(t, dir).DSN(), `select 'up'`); got != "up" {
		t.Errorf("got %q", got)
	}
}

func TestPostgresAfterInterruptedInit(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "data", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got := query(t, start(t, dir).DSN(), `select 'up'`); got != "up" {
		t.Errorf("got %q", got)
	}
}

func TestPostgresInADeepDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("deep/", 30))
	child := start(t, dir)
	if got := query(t, child.DSN(), `select 'up'`); got != "up" {
		t.Errorf("got %q", got)
	}
	child.Stop()
	if _, err := os.Lstat(child.scratch); child.scratch == "" || err == nil {
		t.Errorf("scratch directory %q is left over", child.scratch)
	}
}

func TestPostgresOfAnotherVersion(t *testing.T) {
	dir := t.TempDir()
	start(t, dir).Stop()
	version := filepath.Join(dir, "data", "PG_VERSION")
	if err := os.WriteFile(version, []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Postgres(t.Context(), dir, &logged{})
	if err == nil || !strings.Contains(err.Error(), "written by Postgres 9") {
		t.Errorf("err = %v, want one that names the versions", err)
	}

}

// TestPostgresDiesWithItsParent runs this test binary as the parent and kills
// it outright.
func TestPostgresDiesWithItsParent(t *testing.T) {
	if dir := os.Getenv("QUERENT_TEST_PARENT"); dir != "" {
		child, err := Postgres(context.Background(), dir, os.Stderr)
		fmt.Println("started", err)
		<-child.Done()
		return
	}
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("only Linux ends a child with its parent")
	}
	dir := t.TempDir()
	start(t, dir).Stop()
	parent := exec.Command(os.Args[0], "-test.run=^TestPostgresDiesWithItsParent$")
	parent.Env = append(os.Environ(), "QUERENT_TEST_PARENT="+dir)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, len("started <nil>"))
	if _, err := out.Read(line); err != nil || string(line) != "started <nil>" {
		t.Fatalf("parent says %q, %v", line, err)
	}
	parent.Process.Kill()
	parent.Wait()
	if got := query(t, start(t, dir).DSN(), `select 'up'`); got != "up" {
		t.Errorf("got %q", got)
	}
}

func TestPostgresBinariesNamed(t *testing.T) {
	t.Setenv("QUERENT_PG_BIN", t.TempDir())
	t.Setenv("QUERENT_PG_REPOSITORY", "http://127.0.0.1:1") // nothing to fetch from
	_, err := Postgres(t.Context(), t.TempDir(), &logged{})
	if err == nil || !strings.Contains(err.Error(), "QUERENT_PG_BIN") {
		t.Errorf("err = %v, want one that says what to do", err)
	}
}

func TestNatural(t *testing.T) {
	if natural("/usr/lib/postgresql/9/bin") >= natural("/usr/lib/postgresql/15/bin") {
		t.Error("9 comes before 15")
	}
}
