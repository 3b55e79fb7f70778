package redis

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
)

func TestOpenKeepsPasswordsQuiet(t *testing.T) {
	for _, url := range []string{"", "http://:hunter2@host", "redis://:hunter2@host:port:port", "redis://:hunter2@host/notanumber"} {
		c, err := Open(url)
		if err == nil {
			c.Close()
			t.Errorf("Open(%q) succeeded", url)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

func TestPingAndVersion(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		if err := c.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		if v, err := c.Version(t.Context()); err != nil || v == "" {
			t.Fatalf("version %q, %v", v, err)
		}
		if _, err := c.Memory(t.Context()); err != nil {
			t.Error(err)
		}
	})
	c := open(t, startServer(t, "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru").url())
	if m, err := c.Memory(t.Context()); err != nil || m.Most != 64<<20 || m.Used <= 0 || m.Policy != "allkeys-lru" {
		t.Errorf("%+v, %v", m, err)
	}
}

// operations is one call of each kind.
func operations(t *testing.T, c *Client) map[string]func() error {
	ctx := t.Context()
	return map[string]func() error{
		"ping":         func() error { return c.Ping(ctx) },
		"version":      func() error { _, err := c.Version(ctx); return err },
		"memory":       func() error { _, err := c.Memory(ctx); return err },
		"find session": func() error { _, _, err := c.Sessions().Find("token"); return err },
		"save session": func() error { return c.Sessions().Commit("token", sessionData(t), time.Now().Add(time.Hour)) },
		"limit":        func() error { _, _, err := c.Limiter().Allow(ctx, "key", 1000, time.Minute); return err },
		"cache get":    func() error { _, _, err := c.Cache().Get(ctx, "scope", []float32{1, 0}, 0.9); return err },
		"cache put":    func() error { return c.Cache().Put(ctx, "scope", []float32{1, 0}, cachedSQL("SELECT 1")) },
	}
}

// works fails the test unless each operation succeeds at once.
func works(t *testing.T, c *Client, when string) {
	t.Helper()
	for name, do := range operations(t, c) {
		if err := do(); err != nil {
			t.Errorf("%s, %s: %v", when, name, err)
		}
	}
}

// fails fails the test unless each operation is a quick, user-safe error.
func fails(t *testing.T, c *Client, when string) {
	t.Helper()
	for name, do := range operations(t, c) {
		start := time.Now()
		err := do()
		took := time.Since(start)
		if ask.CodeOf(err) != ask.Unavailable || strings.Contains(ask.MessageOf(err), "127.0.0.1") {
			t.Errorf("%s, %s: %v", when, name, err)
		}
		if took > 900*time.Millisecond {
			t.Errorf("%s, %s took %v", when, name, took)
		}
	}
}

func TestServerStopsAndComesBack(t *testing.T) {
	s := startServer(t)
	c := open(t, s.url())
	works(t, c, "before")
	s.stop(t)
	fails(t, c, "stopped")
	s.start(t)
	works(t, c, "restarted")
	if _, found, err := c.Sessions().Find("gone"); found || err != nil {
		t.Errorf("an emptied server: found %t, %v", found, err)
	}
}

// A restart too quick to be noticed leaves dead connections in the pools.
func TestServerRestartsUnnoticed(t *testing.T) {
	s := startServer(t)
	c := open(t, s.url())
	busy := make(chan error, 12)
	for range cap(busy) {
		go func() { _, _, err := c.Sessions().Find("token"); busy <- err }()
	}
	for range cap(busy) {
		if err := <-busy; err != nil {
			t.Fatal(err)
		}
	}
	works(t, c, "before")
	s.stop(t)
	s.start(t)
	works(t, c, "restarted")
}

func TestServerFreezesAndThaws(t *testing.T) {
	s := startServer(t)
	c := open(t, s.url())
	works(t, c, "before")
	s.signal(t, syscall.SIGSTOP)
	fails(t, c, "frozen")
	s.signal(t, syscall.SIGCONT)
	eventually(t, 2*time.Second, "thawed", func() bool { return c.Ping(t.Context()) == nil })
	works(t, c, "thawed")
}

// Many callers at once meet a frozen server: none waits for another.
func TestFrozenServerDoesNotQueueUp(t *testing.T) {
	s := startServer(t)
	c := open(t, s.url())
	s.signal(t, syscall.SIGSTOP)
	start := time.Now()
	ended := make(chan error, 30)
	for range cap(ended) {
		go func() {
			_, _, err := c.Sessions().Find("token")
			_, _, cacheErr := c.Cache().Get(t.Context(), "scope", []float32{1}, 0.9)
			if err != nil {
				err = cacheErr
			}
			ended <- err
		}()
	}
	for range cap(ended) {
		if err := <-ended; ask.CodeOf(err) != ask.Unavailable {
			t.Errorf("frozen: %v", err)
		}
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
	s.signal(t, syscall.SIGCONT)
}

// A server that refuses writes, as with a full disk, is as good as none.
func TestServerRefusesWrites(t *testing.T) {
	s := startServer(t, "--min-replicas-to-write", "1")
	c := open(t, s.url())
	if err := c.Sessions().Commit("token", sessionData(t), time.Now().Add(time.Hour)); ask.CodeOf(err) != ask.Unavailable {
		t.Errorf("save session: %v", err)
	}
	if ok, _, err := c.Limiter().Allow(t.Context(), "key", 5, time.Minute); ok || ask.CodeOf(err) != ask.Unavailable {
		t.Errorf("limit: %t, %v", ok, err)
	}
}

func TestWrongPassword(t *testing.T) {
	s := startServer(t)
	c := open(t, strings.Replace(s.url(), serverPassword, "wrong", 1))
	fails(t, c, "wrong password")
}
