package main

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// Number 21 of the security checklist.
func TestConfigPrintsTheEnvironment(t *testing.T) {
	s := &stack{env: map[string]string{"DATABASE_URL": "postgres://querent@pg/querent", "POSTGRES_PASSWORD": testSecret,
		"REDIS_URL": "redis://redis:6379/0", "REDIS_PASSWORD": testSecret, "TARGET_DATABASE_URL": "sqlite:////data/target.db"}}
	o := s.ok(t, "config")
	if !strings.Contains(o.stdout, "sqlite:////data/target.db") || !strings.Contains(o.stdout, "********") {
		t.Errorf("printed:\n%s", o.stdout)
	}
	for _, command := range []string{"config", "serve"} {
		o := s.run(t, []string{command}, "REDIS_PASSWORD", "change-me", "CHROMA_PORT", "x")
		if o.status != exitConfig || !strings.Contains(o.stderr, "REDIS_PASSWORD") || !strings.Contains(o.stderr, "CHROMA_PORT") {
			t.Errorf("%s: status %d: %s", command, o.status, o.stderr)
		}
		if o := s.run(t, []string{command, "more"}); o.status != exitUsage {
			t.Errorf("%s with an argument: status %d", command, o.status)
		}
	}
}

// The whole of it: real Postgres, Redis, Chroma and a mounted target.
func TestServe(t *testing.T) {
	s := newStack(t)
	r := s.serve(t)
	r.ready(t)
	if n := scan1[int](t, s.dsn, "select count(*) from users"); n != 0 {
		t.Fatalf("serve made %d users", n)
	}
	s.ok(t, "init")
	u := signIn(t, r.url)
	page := u.asks("how many employees are there")
	if got := rows(page); len(got) != 1 || got[0][0] != "420" {
		t.Errorf("rows %v: %s", got, page.Find("main").Text())
	}
	if _, page := u.get("/"); page.Find("main [role=alert]").Length() > 0 {
		t.Errorf("degraded: %s", page.Find("main [role=alert]").Text())
	}
	if status := r.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("exit status %d", status)
	}
}

func TestServeWaitsForTheSystemDB(t *testing.T) {
	s := newStack(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0") // takes no connection on, for now
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	u, err := url.Parse(s.dsn)
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432")
	r := s.serve(t, "DATABASE_URL", "postgres://"+u.User.String()+"@"+ln.Addr().String()+u.Path+"?sslmode=disable")
	if status := r.status("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("ready: %d", status)
	}
	res, err := http.Get(r.url + "/login")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("a page before the System DB is there: %s", res.Status)
	}
	go forward(ln, func() (net.Conn, error) { return net.Dial("unix", socket) })
	r.ready(t)
}

// forward joins each connection of ln with one that dial makes.
func forward(ln net.Listener, dial func() (net.Conn, error)) {
	for {
		in, err := ln.Accept()
		if err != nil {
			return
		}
		out, err := dial()
		if err != nil {
			in.Close()
			continue
		}
		go func() { _, _ = io.Copy(in, out) }()
		go func() { _, _ = io.Copy(out, in) }()
	}
}

func TestServeRefusesANewerSchema(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	exec1(t, s.dsn, "insert into goose_db_version (version_id, is_applied) values (9999, true)")
	r := s.serve(t)
	if status := r.await(t, 10*time.Second); status != exitFailure || !strings.Contains(r.log.String(), "9999") {
		t.Errorf("status %d, log:\n%s", status, r.log)
	}
}

func TestServeWithoutATarget(t *testing.T) {
	s := newStack(t)
	s.env["ENABLE_TARGET_DB"], s.env["TARGET_DATABASE_URL"] = "false", ""
	s.ok(t, "init")
	r := s.serve(t)
	r.ready(t)
	u := signIn(t, r.url)
	if page := u.asks("how many employees are there"); !strings.Contains(page.Find("[role=alert]").Text(), "no target database") {
		t.Errorf("the answer says %q", page.Find("main").Text())
	}
	if status, page := u.get("/history"); status != http.StatusOK || !strings.Contains(page.Text(), "how many employees") {
		t.Errorf("history: %d", status)
	}
}

// The demo target is made only where it is wanted and there is none.
func TestServeSeedsTheTarget(t *testing.T) {
	s := newStack(t)
	if err := os.Remove(s.target); err != nil {
		t.Fatal(err)
	}
	r := s.serve(t)
	eventually(t, 5*time.Second, "the server is open", func() bool { return r.status("/login") == http.StatusOK })
	u := browser(t, r.url)
	eventually(t, 5*time.Second, "it is degraded without a target", func() bool {
		_, page := u.get("/readyz")
		return strings.Contains(page.Text(), "ready\ndegraded: ") && strings.Contains(page.Text(), "does not exist")
	})
	r.end(t, syscall.SIGTERM)
	s.serve(t, "SEED_DEMO_DATA", "true").ready(t)
	if n := scan1[int](t, s.dsn, "select (select count(*) from business_ontologies) + (select count(*) from golden_pairs)"); n != 0 {
		t.Errorf("%d rows were seeded into the System DB", n)
	}
}

// A target replaced under a running server is noticed, trained again and
// answered from; what no longer fits it is marked and not used.
func TestServeFollowsAReplacedTarget(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t)
	r.ready(t)
	exec1(t, s.dsn, `insert into golden_pairs (question, question_key, sql, state, origin, search)
		values ('Head count?', 'head count', 'SELECT count(*) FROM employees', 'approved', 'import', 'head count')`)
	u := signIn(t, r.url)
	if got := rows(u.asks("head count")); len(got) != 1 || got[0][0] != "420" {
		t.Fatalf("before: %v", got)
	}
	u.post("/admin/ontology", url.Values{"name": {"crew"}, "kind": {"synonym"}, "table": {"employees"}})
	trained := scan1[string](t, s.dsn, "select fingerprint from training_state")
	replaceTarget(t, s.target, `CREATE TABLE spaceships (id INTEGER PRIMARY KEY, name TEXT, crew INTEGER);
		INSERT INTO spaceships (name, crew) VALUES ('Rosinante', 4), ('Nostromo', 7), ('Discovery', 6)`)
	if got := rows(u.asks("how many spaceships are there")); len(got) != 1 || got[0][0] != "3" {
		t.Errorf("right after: %v", got)
	}
	eventually(t, 15*time.Second, "it is trained again", func() bool {
		return scan1[string](t, s.dsn, "select fingerprint from training_state") != trained
	})
	if stale := scan1[string](t, s.dsn, "select stale from golden_pairs"); !strings.Contains(stale, "employees") {
		t.Errorf("the pair is marked %q", stale)
	}
	if got := rows(u.asks("head count")); len(got) != 0 {
		t.Errorf("a stale pair answered: %v", got)
	}
	if _, page := u.get("/admin/pairs?state=approved"); !strings.Contains(page.Text(), "employees") {
		t.Error("the administrator does not see what is stale")
	}
	if stale := scan1[string](t, s.dsn, "select stale from business_ontologies"); !strings.Contains(stale, "employees") {
		t.Errorf("the term is marked %q", stale)
	}
	if _, page := u.get("/admin/ontology"); !strings.Contains(page.Find("main").Text(), "no longer fits") {
		t.Errorf("the administrator does not see the stale term: %s", page.Find("main").Text())
	}
}

// replaceTarget makes a new SQLite file and renames it over path.
func replaceTarget(t *testing.T, path, ddl string) {
	t.Helper()
	c, err := sqlite3.Open(path + ".new")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Exec(ddl); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}
