package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"
)

// Nobody is taken for anyone while sessions can't be read; a question under
// way ends and is saved. After it everybody signs in again and comes back to
// where they were.
func redisStops(t *testing.T, f *faulty) {
	path := f.starts(t, counting(500_000))
	f.stopRedis()
	for _, page := range []string{"/", path, "/login", "/admin/users"} {
		f.refuses(t, http.MethodGet, page, nil, 2*time.Second)
	}
	f.refuses(t, http.MethodPost, "/questions", url.Values{"question": {"how many customers"}}, 2*time.Second)
	f.refuses(t, http.MethodPost, "/login", url.Values{"name": {testAdmin}, "password": {testPassword}}, 2*time.Second)
	if status := f.status("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("ready: %d", status)
	}
	eventually(t, 20*time.Second, "the question under way is saved", func() bool {
		return f.questions(t, "status = 'running'") == 0
	})
	f.restartRedis(t)
	status, page := f.u.get(path)
	if status != http.StatusOK || page.Url.Path != "/login" || page.Url.Query().Get("next") != path {
		t.Errorf("after a restart: %d at %s", status, page.Url)
	}
	if to := f.htmx(t, path); !strings.HasPrefix(to, "/login?next=") {
		t.Errorf("htmx is sent to %q", to)
	}
	eventually(t, recovery, "signing in works again", func() bool {
		status, page = f.u.post("/login", url.Values{"name": {testAdmin}, "password": {testPassword}, "next": {path}})
		return status != http.StatusServiceUnavailable
	})
	if status != http.StatusOK || page.Url.Path != path || len(rows(page)) != 1 {
		t.Errorf("signed in again: %d at %s: %s", status, page.Url, page.Find("article").Text())
	}
}

// htmx asks as htmx does and gives where it is sent.
func (f *faulty) htmx(t *testing.T, path string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("HX-Request", "true")
	res, err := f.u.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.Header.Get("HX-Redirect")
}

func redisFreezes(t *testing.T, f *faulty) {
	signal := func(sig syscall.Signal) {
		if err := f.redis.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
	}
	signal(syscall.SIGSTOP)
	defer signal(syscall.SIGCONT)
	atOnce(12, func() { f.refuses(t, http.MethodGet, "/", nil, 3*time.Second) })
}

func redisTakesNoWrites(t *testing.T, f *faulty) {
	c, err := redis.DialURL(f.env["REDIS_URL"], redis.DialPassword(testSecret))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	set := func(name string, value any) {
		t.Helper()
		if _, err := c.Do("CONFIG", "SET", name, value); err != nil {
			t.Fatal(err)
		}
	}
	set("maxmemory", 1)
	f.notReady(t, "OOM")
	set("maxmemory", 0)
	set("min-replicas-to-write", 1)
	defer set("min-replicas-to-write", 0)
	f.notReady(t, "NOREPLICAS")
	f.refuses(t, http.MethodGet, "/", nil, 2*time.Second) // not beside the page it replaces
	f.refuses(t, http.MethodPost, "/login", url.Values{"name": {testAdmin}, "password": {testPassword}}, 2*time.Second)
}

// notReady expects that the server says why it can't show pages.
func (f *faulty) notReady(t *testing.T, why string) {
	t.Helper()
	if status, says := f.readiness(t); status != http.StatusServiceUnavailable || !strings.Contains(says, why) {
		t.Errorf("readiness: %d %q, want %q", status, says, why)
	}
}

// readiness is what a balancer is told.
func (f *faulty) readiness(t *testing.T) (int, string) {
	t.Helper()
	res, err := http.Get(f.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}
