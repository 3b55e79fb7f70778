package main

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// diagnose runs the doctor and gives the verdicts by "component, check".
func (s *stack) diagnose(t *testing.T, changes ...string) (verdicts map[string]finding, status int) {
	t.Helper()
	o := s.run(t, []string{"doctor", "--json"}, changes...)
	var report struct {
		Well   bool
		Checks []finding
	}
	if err := json.Unmarshal([]byte(o.stdout), &report); err != nil {
		t.Fatalf("status %d, %v:\n%s%s", o.status, err, o.stdout, o.stderr)
	}
	if report.Well != (o.status == 0) {
		t.Errorf("well %t and status %d", report.Well, o.status)
	}
	verdicts = map[string]finding{}
	for _, f := range report.Checks {
		verdicts[f.Component+", "+f.Check] = f
		if f.Verdict == failed && f.Advice == "" {
			t.Errorf("no advice for %+v", f)
		}
	}
	if len(verdicts) != len(checks) {
		t.Errorf("%d findings of %d checks", len(verdicts), len(checks))
	}
	return verdicts, o.status
}

func TestDoctor(t *testing.T) {
	s := newStack(t)
	expect := func(what string, verdicts map[string]finding, not ...string) {
		t.Helper()
		for name, f := range verdicts {
			if bad := f.Verdict == failed; bad != slices.Contains(not, name) {
				t.Errorf("%s: %s is %s: %s", what, name, f.Verdict, f.Detail)
			}
		}
	}
	found, status := s.diagnose(t)
	if status != exitFailure {
		t.Errorf("an empty installation: status %d", status)
	}
	if f := found["System DB, schema"]; f.Verdict != failed || !strings.Contains(f.Advice, "querent init") {
		t.Errorf("an empty System DB: %+v", f)
	}
	s.ok(t, "init")
	found, _ = s.diagnose(t)
	expect("a new installation", found)
	if os.Geteuid() == 0 && found["target, read-only file"].Verdict != warned {
		t.Errorf("a file that root may write: %+v", found["target, read-only file"])
	}
	if o := s.ok(t, "doctor"); !strings.Contains(o.stdout, "0 failed") {
		t.Errorf("the table:\n%s", o.stdout)
	}

	exec1(t, s.dsn, `insert into golden_pairs (question, question_key, sql, state, origin, search)
		values ('Head count?', 'head count', 'SELECT count(*) FROM employees', 'approved', 'import', '')`)
	found, _ = s.diagnose(t)
	expect("a pair that was not carried", found, "Chroma, collections")
	if o := s.ok(t, "train"); !strings.Contains(o.stdout, "sample_queries   1 of 1") {
		t.Errorf("train:\n%s", o.stdout)
	}
	replaceTarget(t, s.target, "CREATE TABLE ships (name TEXT)")
	found, _ = s.diagnose(t)
	expect("a replaced target", found, "target, trained", "Chroma, collections")
	if o := s.ok(t, "train", "--rebuild"); !strings.Contains(o.stdout, "table_schemas 1,") {
		t.Errorf("rebuild:\n%s", o.stdout)
	}
	found, _ = s.diagnose(t)
	expect("a rebuilt vector store", found)
	if n := scan1[int](t, s.dsn, "select count(*) from audit_logs where action = 'training.start'"); n != 2 {
		t.Errorf("%d trainings audited", n)
	}

	found, _ = s.diagnose(t, "DATABASE_URL", "postgres://querent@127.0.0.1:1/x", "REDIS_URL", "redis://127.0.0.1:1", "CHROMA_PORT", "1",
		"TARGET_DATABASE_URL", "sqlite:////nowhere/target.db")
	for _, name := range []string{"System DB, reachable", "Redis, reachable", "Chroma, reachable", "target, readable"} {
		if found[name].Verdict != failed {
			t.Errorf("all is gone, and %s is %+v", name, found[name])
		}
	}
	if other, _ := s.diagnose(t, "REDIS_PASSWORD", "not-the-one-of-this-test"); other["Redis, reachable"].Verdict != failed || !strings.Contains(other["Redis, reachable"].Advice, "REDIS_PASSWORD") {
		t.Errorf("a wrong password: %+v", other["Redis, reachable"])
	}
	if found["System DB, schema"].Verdict != skipped || strings.Contains(found["target, readable"].Detail, "nowhere") {
		t.Errorf("all is gone: %+v", found)
	}
}

// Number 43 of the security checklist.
func TestVerifyAudit(t *testing.T) {
	s := newStack(t)
	if o := s.run(t, []string{"verify-audit"}); o.status != exitFailure {
		t.Errorf("without a System DB: %+v", o)
	}
	s.ok(t, "init")
	s.ok(t, "train")
	if o := s.ok(t, "verify-audit"); !strings.Contains(o.stdout, "entries hold") {
		t.Errorf("whole: %+v", o)
	}
	exec1(t, s.dsn, "alter table audit_logs disable trigger all")
	exec1(t, s.dsn, "grant update on audit_logs to querent")
	exec1(t, s.dsn, "update audit_logs set actor_name = 'nobody' where seq = 1")
	if o := s.run(t, []string{"verify-audit"}); o.status != exitFailure || !strings.Contains(o.stderr, "entry 1") {
		t.Errorf("changed: %+v", o)
	}
}

func TestHealth(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/livez" {
			http.Error(w, "The database file does not exist.", http.StatusServiceUnavailable)
		}
	})}
	go func() { _ = srv.Serve(ln) }()
	defer srv.Close()
	s := &stack{env: map[string]string{"DATABASE_URL": "postgres://querent:x" + testSecret + "@pg/querent", "TARGET_DATABASE_URL": "sqlite:////t.db",
		"REDIS_URL": "redis://:x" + testSecret + "@redis", "QUERENT_LISTEN": ln.Addr().String()}}
	s.ok(t, "health")
	if o := s.run(t, []string{"health", "--ready"}); o.status != exitFailure || !strings.Contains(o.stderr, "does not exist") {
		t.Errorf("not ready: %+v", o)
	}
	srv.Close()
	if o := s.run(t, []string{"health"}); o.status != exitFailure {
		t.Errorf("gone: %+v", o)
	}
	for listen, want := range map[string]string{":8080": "127.0.0.1:8080", "0.0.0.0:1": "127.0.0.1:1", "[::]:1": "127.0.0.1:1", "10.1.2.3:4": "10.1.2.3:4"} {
		if got := local(listen); got != want {
			t.Errorf("local(%q) = %q", listen, got)
		}
	}
}
