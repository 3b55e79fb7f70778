package main

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/querent/querent/internal/chroma/chromatest"
)

// rowCounts counts every table of the System DB.
func rowCounts(t *testing.T, dsn string) map[string]int {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	found, err := c.Query(t.Context(), "select tablename from pg_tables where schemaname = 'public'")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, table := range tables {
		counts[table] = scan1[int](t, dsn, "select count(*) from "+pgx.Identifier{table}.Sanitize())
	}
	return counts
}

func program(t *testing.T, name string, args ...string) {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v: %s", name, err, strings.ReplaceAll(said.String(), testSecret, "…"))
	}
}

// The operations page's backup and restore: the System DB alone is saved; in a new place
// with an empty Redis and an empty Chroma everything is there again.
func TestBackupAndRestore(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t)
	r.ready(t)
	u := signIn(t, r.url)
	path := u.asks("how many employees are there").Url.Path
	u.post(path+"/feedback", url.Values{"verdict": {"right"}})
	pair := scan1[string](t, s.dsn, "select id::text from golden_pairs")
	u.post("/admin/pairs/"+pair, url.Values{"do": {"approve"}, "question": {"head count"}, "sql": {"SELECT count(*) FROM employees"}})
	u.post("/admin/ontology", url.Values{"name": {"headcount"}, "kind": {"synonym"}, "table": {"employees"}})
	file := filepath.Join(t.TempDir(), "system.dump")
	program(t, "pg_dump", "--format=custom", "--file="+file, s.dsn)
	before := rowCounts(t, s.dsn)

	restored := &stack{env: maps.Clone(s.env), dsn: newDatabase(t), target: s.target, chroma: chromatest.Start(t)}
	program(t, "pg_restore", "--exit-on-error", "--no-owner", "--dbname="+restored.dsn, file)
	if after := rowCounts(t, restored.dsn); !maps.Equal(before, after) || before["audit_logs"] == 0 || before["business_ontologies"] == 0 {
		t.Errorf("before %v\nafter  %v", before, after)
	}
	chromaURL, err := url.Parse(restored.chroma.URL)
	if err != nil {
		t.Fatal(err)
	}
	restored.env["DATABASE_URL"], restored.env["CHROMA_PORT"] = restored.dsn, chromaURL.Port()
	restored.env["REDIS_URL"] = "redis://127.0.0.1:" + restored.startRedis(t) + "/0"
	if o := restored.ok(t, "init"); !strings.Contains(o.stdout, "users already") || !strings.Contains(o.stdout, "sample_queries 1, business_terms 1") {
		t.Errorf("init after the restore:\n%s", o.stdout)
	}
	restored.ok(t, "verify-audit")
	again := restored.serve(t)
	again.ready(t)
	u = signIn(t, again.url)
	if page := u.asks("Head count?"); page.Find(".badge.verified").Length() != 1 {
		t.Errorf("the approved answer is gone: %s", page.Find("main").Text())
	}
	if status, page := u.get(path); status != http.StatusOK || len(rows(page)) != 1 {
		t.Errorf("the old question: %d: %s", status, page.Find("main").Text())
	}
}
