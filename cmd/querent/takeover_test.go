package main

import (
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/postgres"
)

// oldInstallation is as its application's models made it.
const oldInstallation = `
	create table users (id serial primary key, email varchar(255) unique, username varchar(50), hashed_password varchar(255), full_name text,
		role varchar(20), is_active boolean, created_at timestamp);
	create table queries (id serial primary key, user_id int references users, natural_language_query text, generated_sql text, status varchar(20),
		error_message text, row_count int, confidence_score float, created_at timestamptz);
	create table feedback (id serial primary key, query_id int references queries, user_id int references users, rating int, corrected_sql text, comment text, created_at timestamp);
	create table business_ontologies (id serial primary key, term varchar(100), synonyms jsonb, definition text, table_name text, column_name text, sql_expression text, is_active boolean);
	insert into users (email, username, role, is_active, created_at) values
		('carol@example.com', 'carol', 'ADMIN', true, '2025-01-02 03:04:05'), ('dan@example.com', null, 'viewer', true, null),
		('eve@example.com', 'eve', 'analyst', false, null), ('root@example.com', 'Ada', 'admin', true, null);
	insert into queries (user_id, natural_language_query, generated_sql, status, row_count, confidence_score, created_at) values
		(1, 'How many accounts?', 'SELECT count(*) FROM accounts', 'completed', 1, 0.9, '2025-02-03 04:05:06+00'),
		(2, 'What is up?', null, 'failed', null, null, '2025-02-04'), (4, 'Mine?', 'SELECT 1', null, 1, 7, '2025-02-05'), (2, 'Stuck', null, 'running', null, null, null),
		(null, 'nobody asked', null, 'failed', null, null, null);
	insert into feedback (query_id, user_id, rating, corrected_sql, created_at) values (1, 1, 1, 'SELECT count(id) FROM accounts', '2025-03-01'),
		(1, 1, 5, null, '2025-02-28'), (2, 2, 3, null, null), (4, null, 1, null, null), (5, 1, 5, null, null);
	insert into business_ontologies (term, synonyms, table_name, column_name, sql_expression, is_active) values
		('turnover', '["revenue"]', 'orders', null, 'SUM(total)', true), ('client', '"buyer"', null, 'customers.name', null, true),
		('lost', null, null, null, 'x > 1', true), ('unused', null, 'orders', 'total', null, false)`

func TestLegacyImport(t *testing.T) {
	from, into := newDatabase(t), newDatabase(t)
	exec1(t, from, oldInstallation)
	hash, err := bcrypt.GenerateFromPassword([]byte("old password"), 4)
	if err != nil {
		t.Fatal(err)
	}
	exec1(t, from, "update users set hashed_password = $1 where id in (1, 3)", string(hash))
	exec1(t, from, "update users set hashed_password = 'pbkdf2:sha256:1$x$y' where id = 2")
	s := &stack{env: map[string]string{"DATABASE_URL": into, "REDIS_URL": "redis://localhost", "REDIS_PASSWORD": testSecret, "ENABLE_TARGET_DB": "false"}}
	args := []string{"legacy", "import", "--from", from}
	if o := s.run(t, args); o.status != 1 || !strings.Contains(o.stderr, "querent init") {
		t.Errorf("into an empty database: %+v", o)
	}
	if _, err := postgres.Migrate(t.Context(), into); err != nil {
		t.Fatal(err)
	}
	store, err := postgres.Open(t.Context(), into)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	accounts := account.New(store)
	if _, _, err := accounts.Bootstrap(t.Context(), testAdmin, testPassword); err != nil {
		t.Fatal(err)
	}
	count := func(what string) int64 { return scan1[int64](t, into, "select count(*) from "+what) }
	if o := s.ok(t, append(args, "--dry-run")...); !strings.Contains(o.stdout, "dry run") || count("users") != 1 || count("audit_logs") != 1 {
		t.Errorf("dry run: %s", o.stdout)
	}
	said := strings.Join(strings.Fields(s.ok(t, args...).stdout), " ")
	for _, want := range []string{"users 3 1 0", "one-time password 1 0 0", "terms 2 0 2", "questions 4 0 1", "feedback 2 1 2",
		"users has no column for the signed in", "it was inactive", "it needs a table"} {
		if !strings.Contains(said, want) {
			t.Errorf("the report lacks %q: %s", want, said)
		}
	}
	for what, want := range map[string]int64{
		"users": 4, "users where role = 'admin' and name in ('carol', 'ada')": 2, "users where name = 'dan@example.com' and password_hash = ''": 1,
		"users where disabled and name = 'eve'": 1, "users where must_change": 3, "users where created_at = '2025-01-02 03:04:05+00'": 1,
		"queries join users on users.id = user_id where users.name = 'ada' and confidence = 0 and status = 'answered' and tier = 'model'": 1,
		"queries where status = 'interrupted'": 1,
		"queries where created_at = '2025-02-03 04:05:06+00' and row_count = 1 and confidence = 0.9 and generator = 'legacy'":  1,
		"feedback where verdict = 'corrected' and created_at = '2025-03-01'":                                                   1,
		"feedback join queries on queries.id = query_id where verdict = 'wrong' and feedback.user_id = queries.user_id":        1,
		"golden_pairs where state = 'proposed' and sql = 'SELECT count(id) FROM accounts'":                                     1,
		"business_ontologies where name = 'turnover' and kind = 'metric' and synonyms = '{revenue}'":                           1,
		"business_ontologies where name = 'client' and kind = 'synonym' and table_name = 'customers' and column_name = 'name'": 1,
		"outbox": 2, "audit_logs where action = 'user.create'": 4, "audit_logs where action = 'legacy.import'": 1,
	} {
		if got := count(what); got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	if _, err := store.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := accounts.Authenticate(t.Context(), "Carol", "wrong password"); err == nil {
		t.Error("a wrong password is taken")
	}
	carol, err := accounts.Authenticate(t.Context(), "Carol", "old password")
	if err != nil || !carol.MustChange {
		t.Fatalf("the old password: %+v, %v", carol, err)
	}
	if err := accounts.ChangePassword(t.Context(), carol.ID, "old password", "sixteen new tulips"); err != nil {
		t.Error(err)
	}
	if count("users where name = 'carol' and not must_change and password_hash like '$argon2id$%'") != 1 {
		t.Error("the old hash is still there")
	}
	again := strings.Join(strings.Fields(s.ok(t, args...).stdout), " ")
	if !strings.Contains(again, "users 0 4 0") || !strings.Contains(again, "questions 0 4 1") || count("queries") != 4 || count("golden_pairs") != 1 {
		t.Errorf("again: %s", again)
	}
	if count("users where name = 'carol' and not must_change") != 1 {
		t.Error("repeating undid a new password")
	}
}

func TestLegacyImportRefusesWhatIsNoInstallation(t *testing.T) {
	from, into := newDatabase(t), newDatabase(t)
	if _, err := postgres.Migrate(t.Context(), into); err != nil {
		t.Fatal(err)
	}
	exec1(t, from, "create table queries (id int, answer text)")
	s := &stack{env: map[string]string{"DATABASE_URL": into, "REDIS_URL": "redis://localhost", "REDIS_PASSWORD": testSecret, "ENABLE_TARGET_DB": "false"}}
	o := s.run(t, []string{"legacy", "import", "--from", from})
	for _, want := range []string{"no table users", "no column for the user", "no column for the question"} {
		if o.status != 1 || !strings.Contains(o.stderr, want) {
			t.Errorf("no %q: %+v", want, o)
		}
	}
	if o := s.run(t, []string{"legacy", "import", "--from", into}); o.status != 1 || !strings.Contains(o.stderr, "not an old installation") {
		t.Errorf("of itself: %+v", o)
	}
	if o := s.run(t, []string{"legacy", "import", "-h"}); o.status != 0 || !strings.Contains(o.stderr, "* question") {
		t.Errorf("help: %+v", o)
	}
}
