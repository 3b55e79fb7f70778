package main

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/querent/querent/db"
)

const oldQuestion = "11111111-2222-4333-8444-555555555555"

// Every schema that an earlier Querent left is brought up to date by the first
// server that starts on it, and nothing of what people did is lost.
func TestUpgrade(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	latest := scan1[int](t, s.dsn, "select max(version_id) from goose_db_version")
	for version := 1; version < latest; version++ {
		t.Run(fmt.Sprint("from version ", version), func(t *testing.T) {
			dsn := newDatabase(t)
			migrateTo(t, dsn, int64(version))
			fillOld(t, s.dsn, dsn)
			r := s.serve(t, "DATABASE_URL", dsn)
			r.ready(t)
			if n := len(r.lines(t, "schema migrated")); n != latest-version {
				t.Errorf("%d migrations, want %d", n, latest-version)
			}
			ada := signIn(t, r.url)
			if status, page := ada.get("/questions/" + oldQuestion); status != http.StatusOK || len(rows(page)) != 1 {
				t.Errorf("an old answer: %d: %s", status, page.Find("main").Text())
			}
			if page := ada.asks("Head count?"); page.Find(".badge.verified").Length() != 1 {
				t.Errorf("what was approved: %s", page.Find("main").Text())
			}
			if _, page := ada.get("/admin/settings"); page.Find("#row_limit[value='77']").Length() != 1 {
				t.Error("a setting is gone")
			}
			if _, page := ada.get("/admin/ontology?search=headcount"); page.Find("tbody tr").Length() != 1 {
				t.Error("a term is gone")
			}
			if o := s.run(t, []string{"verify-audit"}, "DATABASE_URL", dsn); o.status != 0 {
				t.Errorf("the audit log: %+v", o)
			}
		})
	}
}

// migrateTo makes the schema that an earlier version had.
func migrateTo(t *testing.T, dsn string, version int64) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	conns := stdlib.OpenDBFromPool(pool)
	defer conns.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, conns, db.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
}

// fillOld writes what people did, as the first version would have: an
// administrator, a question, an approved pair, a term, a setting, and the audit
// log of another installation.
func fillOld(t *testing.T, from, into string) {
	t.Helper()
	hash := scan1[string](t, from, "select password_hash from users where name_key = $1", testAdmin)
	exec1(t, into, "insert into users (name, name_key, role, password_hash) values ($1, $1, 'admin', $2)", testAdmin, hash)
	exec1(t, into, `insert into queries (id, user_id, text, status, tier, generator, sql, row_count, created_at, finished_at, search)
		select $1, id, 'how many employees are there', 'answered', 'compiled', 'semparse', 'SELECT count(*) FROM employees', 1, now(), now(), 'x' from users`, oldQuestion)
	exec1(t, into, `insert into golden_pairs (question, question_key, sql, state, origin, search)
		values ('Head count?', 'head count', 'SELECT count(*) FROM employees', 'approved', 'import', '')`)
	exec1(t, into, "insert into business_ontologies (name, name_key, kind, table_name) values ('headcount', 'headcount', 'synonym', 'employees')")
	exec1(t, into, `insert into configurations (key, value, version, updated_by) values ('row_limit', '"77"', 1, 'ada')`)
	source, err := pgx.Connect(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close(t.Context())
	found, err := source.Query(t.Context(), "select seq, at, actor_id, actor_name, address, request_id, action, object, before, after, prev, hash from audit_logs order by seq")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := pgx.CollectRows(found, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
	if err != nil || len(entries) == 0 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	for _, e := range entries {
		exec1(t, into, "insert into audit_logs values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", e...)
		exec1(t, into, "update audit_head set seq = $1, hash = $2", e[0], e[11])
	}
}
