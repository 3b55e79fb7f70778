package main

import (
	"strings"
	"testing"
)

func TestInit(t *testing.T) {
	s := newStack(t)
	s.env["QUERENT_ADMIN_PASSWORD"] = ""
	first := s.ok(t, "init").stdout
	if !strings.Contains(first, "one-time password") || !strings.Contains(first, "table_schemas") {
		t.Errorf("first:\n%s", first)
	}
	again := s.ok(t, "init").stdout
	if strings.Contains(again, "one-time password") || !strings.Contains(again, "users already") {
		t.Errorf("again:\n%s", again)
	}
	if n := scan1[int](t, s.dsn, "select count(*) from users where role = 'admin' and must_change"); n != 1 {
		t.Errorf("%d administrators with a one-time password", n)
	}
	if n := scan1[int](t, s.dsn, "select count(*) from audit_logs where action = 'user.create' and actor_name = 'init'"); n != 1 {
		t.Errorf("%d audit entries", n)
	}
}

// Each step that fails has an exit status of its own, and what came before it
// is done.
func TestInitTellsWhichStepFailed(t *testing.T) {
	s := newStack(t)
	for _, tt := range []struct {
		status int
		change []string
		says   string
	}{
		{10, []string{"DATABASE_URL", strings.Replace(s.dsn, "postgres://", "postgres://stranger", 1)}, "System DB"},
		{11, []string{"QUERENT_ADMIN_PASSWORD", "password1234"}, "administrator"},
		{12, []string{"REDIS_URL", "redis://127.0.0.1:1/0"}, "Redis"},
		{12, []string{"REDIS_PASSWORD", "not-the-one-of-this-test"}, "Redis"},
		{13, []string{"TARGET_DATABASE_URL", "sqlite:////nowhere/target.db"}, "target"},
		{14, []string{"CHROMA_PORT", "1"}, "Chroma"},
		{0, nil, "every table"},
	} {
		o := s.run(t, []string{"init"}, tt.change...)
		if o.status != tt.status || !strings.Contains(o.stdout, tt.says) || strings.Contains(o.stderr, "/nowhere") {
			t.Errorf("status %d, want %d\n%s%s", o.status, tt.status, o.stdout, o.stderr)
		}
	}
	exec1(t, s.dsn, "drop table feedback")
	if o := s.run(t, []string{"init"}); o.status != 15 || !strings.Contains(o.stderr, "feedback") {
		t.Errorf("a table is missing: status %d: %s", o.status, o.stderr)
	}
	exec1(t, s.dsn, "insert into goose_db_version (version_id, is_applied) values (9999, true)")
	if o := s.run(t, []string{"init"}); o.status != 10 || !strings.Contains(o.stderr, "9999") {
		t.Errorf("a newer schema: status %d: %s", o.status, o.stderr)
	}
	if o := s.run(t, []string{"init", "-h"}); o.status != 0 || !strings.Contains(o.stderr, "14  Chroma") {
		t.Errorf("help: %s", o.stderr)
	}
}
