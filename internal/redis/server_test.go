package redis

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/querent/querent/internal/demo"
)

// each runs test on the in-process server of the demo and on a real one.
func each(t *testing.T, test func(t *testing.T, c *Client)) {
	t.Run("miniredis", func(t *testing.T) { test(t, openMini(t)) })
	t.Run("server", func(t *testing.T) { test(t, open(t, startServer(t).url())) })
}

func open(t testing.TB, url string) *Client {
	t.Helper()
	c, err := Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// openMini starts the demo's own.
func openMini(t testing.TB) *Client {
	t.Helper()
	url, stop, err := demo.Redis()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return open(t, url)
}

// server is a redis-server process that a test may stop, freeze and start
// again on the same port. It keeps nothing on disk.
type server struct {
	port int
	dir  string
	args []string
	cmd  *exec.Cmd
}

const serverPassword = "only-for-this-test"

func (s *server) url() string {
	return fmt.Sprintf("redis://:%s@127.0.0.1:%d/0", serverPassword, s.port)
}

// startServer needs redis-server, which a laptop may lack but CI may not.
func startServer(t testing.TB, args ...string) *server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is missing")
		}
		t.Skip("redis-server is missing")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{port: ln.Addr().(*net.TCPAddr).Port, dir: t.TempDir(), args: args}
	ln.Close()
	s.start(t)
	t.Cleanup(func() { s.stop(t) })
	return s
}

func (s *server) start(t testing.TB) {
	t.Helper()
	args := append([]string{"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir,
		"--save", "", "--appendonly", "no", "--requirepass", serverPassword}, s.args...)
	s.cmd = exec.Command("redis-server", args...)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c, err := Open(s.url())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	eventually(t, 5*time.Second, "redis-server is up", func() bool { return c.Ping(t.Context()) == nil })
}

func (s *server) stop(t testing.TB) {
	t.Helper()
	if s.cmd == nil {
		return
	}
	s.signal(t, syscall.SIGKILL)
	_ = s.cmd.Wait() // always "signal: killed"
	s.cmd = nil
}

func (s *server) signal(t testing.TB, sig os.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

func eventually(t testing.TB, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}
