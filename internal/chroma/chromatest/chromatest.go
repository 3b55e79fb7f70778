// Package chromatest runs a real Chroma server for tests. It hides where the
// server comes from (an npm package, pinned by the lockfile in server/, kept in
// the user's cache) and how it is started and stopped.
package chromatest

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

//go:embed server/package.json server/package-lock.json
var files embed.FS

const program = `require('chromadb-js-bindings-linux-x64-gnu').cli(['chroma','run','--path',process.argv[1],'--host','127.0.0.1','--port',process.argv[2]])`

// Server is a Chroma server. Its URL stays while it is stopped.
type Server struct {
	URL  string
	data string // directory of what it keeps
	cmd  *exec.Cmd
}

// Start runs a server over an empty directory until the test ends. Where it
// can't be had the test is skipped; with CI=true it fails.
func Start(t testing.TB) *Server {
	t.Helper()
	dir, err := install(t.Context())
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("chroma: %v", err)
		}
		t.Skipf("no Chroma server: %v", err)
	}
	s := &Server{URL: "http://127.0.0.1:" + freePort(t), data: t.TempDir()}
	s.start(t, dir)
	t.Cleanup(s.Stop)
	return s
}

// start runs the server from the package in dir and awaits it.
func (s *Server) start(t testing.TB, dir string) {
	t.Helper()
	_, port, _ := strings.Cut(s.URL, "127.0.0.1:")
	s.cmd = exec.Command("node", "-e", program, s.data, port)
	s.cmd.Dir = dir
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.await(t)
}

// Restart starts a stopped server again, with what it held, or with nothing.
func (s *Server) Restart(t testing.TB, empty bool) {
	t.Helper()
	if empty {
		s.data = t.TempDir()
	}
	s.start(t, s.cmd.Dir)
}

// Stop ends the server; a second call does nothing.
func (s *Server) Stop() {
	if s.cmd.ProcessState != nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	kill := time.AfterFunc(5*time.Second, func() { _ = s.cmd.Process.Kill() })
	_ = s.cmd.Wait()
	kill.Stop()
}

// Freeze stops the server from answering without closing its connections.
func (s *Server) Freeze() { _ = s.cmd.Process.Signal(syscall.SIGSTOP) }

// Thaw undoes Freeze.
func (s *Server) Thaw() { _ = s.cmd.Process.Signal(syscall.SIGCONT) }

func (s *Server) await(t testing.TB) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if resp, err := http.Get(s.URL + "/api/v2/heartbeat"); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
	}
	t.Fatal("chroma did not become ready in 30 s")
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// install makes sure of the package and returns its directory. It is put
// together aside and renamed, so that tests may do it at once.
func install(ctx context.Context) (string, error) {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return "", err
		}
	}
	lock, err := files.ReadFile("server/package-lock.json")
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(lock)
	parent := filepath.Join(cache, "querent-test")
	dir := filepath.Join(parent, "chroma-"+hex.EncodeToString(sum[:6]))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	aside, err := os.MkdirTemp(parent, "installing-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(aside) }()
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := files.ReadFile("server/" + name)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(aside, name), data, 0o644); err != nil {
			return "", err
		}
	}
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = aside
	if out, err := npm.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm ci: %w: %.300s", err, out)
	}
	if err := os.Rename(aside, dir); err != nil {
		if _, there := os.Stat(dir); there != nil {
			return "", err
		}
	}
	return dir, nil
}
