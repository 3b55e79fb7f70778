package postgres

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/training"
)

// filledRows is how many questions and audit entries a filled database has: a
// million where the machine is ours to measure on, else what a test may take.
func filledRows() int {
	if os.Getenv("QUERENT_LOAD") != "" {
		return 1_000_000
	}
	return 60_000
}

// fill puts questions of 200 users into the database, one a minute up to now,
// each fifth after the one before it, some with feedback and pairs, and as many
// audit entries.
func fill(t *testing.T, dsn string, n int) {
	t.Helper()
	execute(t, dsn, `insert into users (name, name_key, role, password_hash) select 'user' || i, 'user' || i, 'analyst', 'x' from generate_series(0, 199) as i`)
	execute(t, dsn, fmt.Sprintf(`
		create temp table people as select id, row_number() over (order by name) - 1 as n from users;
		insert into queries (id, user_id, parent_id, text, status, sql, created_at, finished_at, search)
		select md5('q' || i)::uuid, people.id, case when i %% 5 = 0 and i > 1 then md5('q' || i - 1)::uuid end, 'question ' || i,
			(array['answered', 'answered', 'answered', 'answered', 'declined', 'failed'])[1 + i / 7 %% 6], 'SELECT ' || i,
			now() - (%[1]d - i) * interval '1 minute', now() - (%[1]d - i) * interval '1 minute', 'question ' || i || case when i %% 10007 = 0 then ' zanzibar' else ' orders' end || ' select ' || i
		from generate_series(1, %[1]d) as i join people on people.n = i %% 200;
		insert into feedback (query_id, user_id, verdict) select id, user_id, 'right' from queries where text like '%%7';
		insert into golden_pairs (question, question_key, sql, state, origin, query_id, search)
		select text, text, sql, 'approved', 'right', id, search from queries where text like '%%77' limit 2000;
		insert into audit_logs (seq, at, actor_id, actor_name, address, request_id, action, object, before, after, prev, hash)
		select i, now(), '', 'User' || i %% 200, '', '', case when i = 1000 then 'settings.save' when i %% 1000 = 0 then 'user.create' else 'question.ask' end, '', '', '', '', 'h' || i
		from generate_series(1, %[1]d) as i;
		alter table audit_head disable trigger user;
		update audit_head set seq = %[1]d, hash = 'h%[1]d';
		alter table audit_head enable trigger user;
		analyze`, n))
}

// Reading takes no page through a growing table, and little time.
func TestReadingAFilledDatabase(t *testing.T) {
	s, dsn := fresh(t)
	n := filledRows()
	fill(t, dsn, n)
	var userID, middle string
	var at time.Time
	row(t, dsn, "select user_id, id, created_at from queries where text = 'question "+fmt.Sprint(n/2)+"'", &userID, &middle, &at)
	place := ask.Place{Created: at, ID: middle}
	questions := func(f ask.Filter) func() (int, int, error) {
		return func() (int, int, error) {
			f.Limit = 26
			list, total, err := s.Questions(t.Context(), f)
			return len(list), total, err
		}
	}
	entries := func(f audit.Filter) func() (int, int, error) {
		return func() (int, int, error) {
			f.Limit = 51
			list, total, err := s.Entries(t.Context(), f)
			return len(list), total, err
		}
	}
	most := ask.MostCounted + 1
	reads := []struct {
		name        string
		read        func() (shown, total int, err error)
		shown, from int // the total is at least
		to          int // and at most
	}{
		{"history", questions(ask.Filter{Count: true}), 26, most, most},
		{"history, from the middle", questions(ask.Filter{Before: place, Count: true}), 26, most, most},
		{"recent", questions(ask.Filter{UserID: userID}), 26, 0, 0},
		{"own history", questions(ask.Filter{UserID: userID, Count: true}), 26, 300, most},
		{"own history of a state", questions(ask.Filter{UserID: userID, Status: ask.Failed, Count: true}), 26, 50, most},
		{"history of a state", questions(ask.Filter{Status: ask.Failed, Count: true}), 26, n / 7, most},
		{"search for what is rare", questions(ask.Filter{Search: "Zanzibar", Count: true}), min(26, n/10007), n / 10007, n / 10007},
		{"search for what is common", questions(ask.Filter{Search: "orders question", Count: true}), 26, most, most},
		{"search for nothing there", questions(ask.Filter{Search: "xylophone", Count: true}), 0, 0, 0},
		{"audit log", entries(audit.Filter{Count: true}), 51, most, most},
		{"audit log, from the middle", entries(audit.Filter{Before: int64(n / 2), Count: true}), 51, most, most},
		{"audit log of an action", entries(audit.Filter{Action: "user.create", Count: true}), min(51, n/1000-1), n/1000 - 1, n/1000 - 1},
		{"audit log of a person", entries(audit.Filter{Actor: "USER17", Count: true}), 51, n / 100, most},
		{"last change of settings", entries(audit.Filter{Action: audit.SettingsSave}), 1, 0, 0},
	}
	for _, c := range reads {
		var took []time.Duration
		for range 20 {
			start := time.Now()
			shown, total, err := c.read()
			took = append(took, time.Since(start))
			if err != nil || shown != c.shown || total < c.from && c.to < most || total > c.to {
				t.Fatalf("%s: %d of %d, %v", c.name, shown, total, err)
			}
		}
		slices.Sort(took)
		t.Logf("%-30s median %8s, most %8s", c.name, took[10].Round(time.Microsecond), took[19].Round(time.Microsecond))
		if took[10] > 100*time.Millisecond {
			t.Errorf("%s takes %s", c.name, took[10])
		}
	}
	for _, read := range []func() error{
		func() error { _, err := s.Question(t.Context(), middle); return err },
		func() error { _, err := s.InterruptStale(t.Context(), time.Now().Add(-time.Hour)); return err },
		func() error {
			_, _, err := s.Pairs(t.Context(), training.PairFilter{State: training.Approved, Key: "question 77"})
			return err
		},
		func() error { _, err := s.Outbox(t.Context(), 10); return err },
	} {
		if err := read(); err != nil {
			t.Error(err)
		}
	}
	if os.Getenv("QUERENT_LOAD") != "" {
		paced(t, len(reads), func(i int) error { _, _, err := reads[i].read(); return err })
	}
	noScans(t, s, dsn)
}

// paced reads 50 times a second for 20 seconds, whatever each takes, and says how
// long they took.
func paced(t *testing.T, kinds int, read func(kind int) error) {
	t.Helper()
	var mu sync.Mutex
	var took []time.Duration
	var going sync.WaitGroup
	tick := time.NewTicker(time.Second / 50)
	defer tick.Stop()
	for i := range 50 * 20 {
		<-tick.C
		going.Go(func() {
			start := time.Now()
			err := read(i % kinds)
			mu.Lock()
			defer mu.Unlock()
			if took = append(took, time.Since(start)); err != nil {
				t.Error(err)
			}
		})
	}
	going.Wait()
	slices.Sort(took)
	p99 := took[len(took)*99/100]
	t.Logf("50 reads a second: p50 %s, p99 %s, most %s", took[len(took)/2].Round(time.Microsecond), p99.Round(time.Microsecond), took[len(took)-1].Round(time.Microsecond))
	if p99 > 100*time.Millisecond {
		t.Errorf("p99 is %s", p99)
	}
}

// noScans closes the store, so that the server has its counts, and fails if a
// growing table was read from end to end. Its first rows may be, to count them.
func noScans(t *testing.T, s *Store, dsn string) {
	t.Helper()
	type count struct{ scans, rows int }
	counts := func() (c [2]count) {
		for i, table := range []string{"queries", "audit_logs"} {
			row(t, dsn, "select seq_scan, seq_tup_read from pg_stat_user_tables where schemaname = current_schema() and relname = '"+table+"'", &c[i].scans, &c[i].rows)
		}
		return c
	}
	before := counts()
	s.Close()
	time.Sleep(time.Second)
	after := counts()
	for i := range after {
		scans, rows := after[i].scans-before[i].scans, after[i].rows-before[i].rows
		if rows > scans*(ask.MostCounted+100) { // with the rest of a page
			t.Errorf("table %d was read in %d scans of %d rows", i, scans, rows)
		}
	}
}

func row(t *testing.T, dsn, sql string, to ...any) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if err := c.QueryRow(t.Context(), sql).Scan(to...); err != nil {
		t.Fatal(sql, err)
	}
}

// Old questions go from a large table at a steady pace, with what refers to
// them.
func TestForgettingInAFilledDatabase(t *testing.T) {
	s, dsn := fresh(t)
	n := filledRows()
	fill(t, dsn, n)
	start := time.Now()
	forgotten, err := s.ForgetQuestions(t.Context(), time.Now().Add(-time.Duration(n/2)*time.Minute))
	took := time.Since(start)
	t.Logf("%d of %d forgotten in %s", forgotten, n, took.Round(time.Millisecond))
	if err != nil || forgotten < n/2-10 || forgotten > n/2+10 {
		t.Fatalf("forgot %d of %d: %v", forgotten, n, err)
	}
	if each := took / time.Duration(forgotten); each > time.Millisecond {
		t.Errorf("%s for each question", each)
	}
	var left, orphans, pairs int
	row(t, dsn, "select count(*), count(*) filter (where parent_id is not null and parent_id not in (select id from queries)) from queries", &left, &orphans)
	row(t, dsn, "select count(*) from golden_pairs", &pairs)
	if left != n-forgotten || orphans != 0 || pairs == 0 {
		t.Errorf("%d left, %d orphans, %d pairs", left, orphans, pairs)
	}
}

func sleeps(ctx context.Context, c *pgxpool.Conn) error {
	_, err := c.Exec(ctx, "select pg_sleep(10)")
	return err
}

// A limit that ran out is not told as a server that is away.
func TestSlowIsNotAway(t *testing.T) {
	s, _ := fresh(t)
	_, err := s.ForgetQuestions(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	err = s.onConn(t.Context(), "sleep", 100*time.Millisecond, sleeps)
	if ask.CodeOf(err) != ask.Unavailable || !strings.Contains(ask.MessageOf(err), "took too long") {
		t.Errorf("%v", err)
	}
	member(t, s, "ann", account.Analyst) // and the store goes on
}
