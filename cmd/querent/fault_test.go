package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/querent/querent/internal/demo"
)

// recovery is how soon everything works again once a component is back,
// without a restart.
const recovery = 5 * time.Second

// slow is how long a query under way may take to its end on a busy machine: the
// tests hold that it ends well, not how fast.
const slow = 30 * time.Second

// counting is SQL that takes about as many milliseconds as n has thousands.
func counting(n int) string {
	return fmt.Sprintf("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < %d) SELECT count(*) FROM c", n)
}

// faulty is a running server on components that a test may stop, freeze and
// start again.
type faulty struct {
	*stack
	*replica
	u    *user
	dir  string // of Postgres
	pg   *demo.Child
	page string // an answered question's path
}

// TestFaults takes the components away from a running server, one at a time.
// All parts share it: each leaves it as it found it.
func TestFaults(t *testing.T) {
	f := newFaulty(t)
	t.Run("Postgres", func(t *testing.T) {
		t.Run("stops in mid-run", f.with(postgresStopsInMidRun))
		t.Run("restarts in mid-run", f.with(postgresRestartsInMidRun))
		t.Run("freezes", f.with(postgresFreezes))
		t.Run("is full", f.with(postgresIsFull))
	})
	t.Run("Redis", func(t *testing.T) {
		t.Run("stops and restarts empty", f.with(redisStops))
		t.Run("freezes", f.with(redisFreezes))
		t.Run("takes no writes", f.with(redisTakesNoWrites))
	})
	t.Run("Chroma", func(t *testing.T) {
		t.Run("freezes", f.with(chromaFreezes))
		t.Run("stops and restarts empty", f.with(chromaStops))
	})
	t.Run("target is gone, then replaced", f.with(targetIsGone))
	t.Run("target is unfit", f.with(targetIsUnfit))
	t.Run("worker", func(t *testing.T) {
		t.Run("is killed", f.with(workerIsKilled))
		t.Run("freezes", f.with(workerFreezes))
	})
}

func newFaulty(t *testing.T) *faulty {
	t.Helper()
	s := newStack(t)
	dir, err := os.MkdirTemp("/var/tmp", "querent-faults")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // another uid must get in
		t.Fatal(err)
	}
	f := &faulty{stack: s, dir: dir}
	f.startPostgres(t)
	t.Cleanup(func() { f.pg.Stop() })
	u, err := url.Parse(f.pg.DSN())
	if err != nil {
		t.Fatal(err)
	}
	s.dsn = fmt.Sprintf("postgres://%s:%s@localhost%s?%s", u.User.Username(), testSecret, u.Path, u.RawQuery)
	s.env["DATABASE_URL"] = s.dsn
	s.ok(t, "init")
	f.replica = s.serve(t)
	f.ready(t)
	f.u = signIn(t, f.url)
	answer := f.u.asks("how many employees are there")
	if got := rows(answer); len(got) != 1 {
		t.Fatalf("no answer while all is well: %s", answer.Find("main").Text())
	}
	f.page = answer.Url.Path
	return f
}

// with gives a part the shared server, and checks that it works again after.
func (f *faulty) with(part func(*testing.T, *faulty)) func(*testing.T) {
	return func(t *testing.T) {
		f.u.t = t
		part(t, f)
		f.works(t)
	}
}

// works waits until questions are answered and nothing is degraded, and says
// how long that took.
func (f *faulty) works(t *testing.T) {
	t.Helper()
	start := time.Now()
	eventually(t, recovery, "the server is ready again", func() bool { return f.status("/readyz") == http.StatusOK })
	if status, _ := f.u.get("/"); status == http.StatusOK {
		if got := rows(f.u.asks("how many employees are there")); len(got) != 1 {
			t.Errorf("no answer after recovery: %v", got)
		}
	}
	t.Logf("works again after %v", time.Since(start).Round(time.Millisecond))
}

func (f *faulty) startPostgres(t *testing.T) {
	t.Helper()
	var err error
	if f.pg, err = demo.Postgres(context.Background(), f.dir, io.Discard); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// signalPostgres signals the server, which then starts no more processes, and
// all its sessions. A session may end in between.
func (f *faulty) signalPostgres(t *testing.T, sig syscall.Signal) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(f.dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, sig); err != nil {
		t.Fatal(err)
	}
	for _, child := range children(t, pid) {
		if err := syscall.Kill(child, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
	}
}

// children lists a process's children.
func children(t *testing.T, parent int) (pids []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, after, _ := strings.Cut(string(b), ") ")
		if fields := strings.Fields(after); len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
	}
	return pids
}

// starts runs SQL as a question and returns its path at once.
func (f *faulty) starts(t *testing.T, sql string) (path string) {
	t.Helper()
	status, page := f.u.post(f.page+"/run", url.Values{"sql": {sql}})
	if status != http.StatusOK {
		t.Fatalf("run SQL: %d: %s", status, page.Find("main").Text())
	}
	return page.Url.Path
}

// ended reloads a question until it has ended. Errors on the way don't
// matter.
func (f *faulty) ended(t *testing.T, path string, limit time.Duration) (page *goquery.Document) {
	t.Helper()
	eventually(t, limit, "the question has ended", func() bool {
		var status int
		status, page = f.u.get(path)
		return status == http.StatusOK && page.Find("article[aria-busy=false]").Length() == 1
	})
	return page
}

// refuses expects the styled page of a part that is down, soon, with when to
// try again, and nothing that should stay inside.
func (f *faulty) refuses(t *testing.T, method, path string, form url.Values, within time.Duration) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, f.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	start := time.Now()
	res, err := f.u.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	took, says := time.Since(start), page.Find("[role=alert]").Text()
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || page.Find("header.top").Length() != 1 ||
		strings.Count(says, "Not available now") != 1 || took > within {
		t.Errorf("%s %s: %s after %v, Retry-After %q: %s", method, path, res.Status, took, res.Header.Get("Retry-After"), says)
	}
	if strings.Contains(says, f.dir) || strings.Contains(says, "127.0.0.1") || strings.Contains(says, f.target) {
		t.Errorf("%s %s tells too much: %s", method, path, says)
	}
}

// atOnce runs do n times at once.
func atOnce(n int, do func()) {
	var all sync.WaitGroup
	for range n {
		all.Go(do)
	}
	all.Wait()
}

func (f *faulty) questions(t *testing.T, where string) int {
	t.Helper()
	return scan1[int](t, f.dsn, "select count(*) from queries where "+where)
}
