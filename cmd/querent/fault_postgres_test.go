package main

import (
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A result that could not be saved is not shown, and everything that needs the
// System DB says so.
func postgresStopsInMidRun(t *testing.T, f *faulty) {
	path := f.starts(t, counting(1_000_000))
	before := f.questions(t, "true")
	f.pg.Stop()
	if status := f.status("/livez"); status != http.StatusOK {
		t.Errorf("alive: %d", status)
	}
	if status := f.status("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("ready: %d", status)
	}
	for _, page := range []string{"/", "/history", path, "/admin/settings", "/account"} {
		f.refuses(t, http.MethodGet, page, nil, 3*time.Second)
	}
	f.refuses(t, http.MethodPost, "/questions", url.Values{"question": {"how many customers"}}, 3*time.Second)
	f.refuses(t, http.MethodPost, f.page+"/feedback", url.Values{"verdict": {"right"}}, 3*time.Second)
	f.refuses(t, http.MethodPost, "/admin/settings", url.Values{"row_limit": {"5"}}, 3*time.Second)
	f.refuses(t, http.MethodPost, "/login", url.Values{"name": {testAdmin}, "password": {testPassword}}, 3*time.Second)
	eventually(t, 15*time.Second, "the run gives up saving its answer", func() bool { return strings.Contains(f.log.String(), "question not saved") })
	f.startPostgres(t)
	page := f.ended(t, path, recovery+2*time.Second)
	if says := page.Find("[role=alert]").Text(); !strings.Contains(says, "could not be saved") || len(rows(page)) != 0 {
		t.Errorf("an unsaved answer: %q, rows %v", says, rows(page))
	}
	eventually(t, recovery, "the history says how it ended", func() bool { return f.questions(t, "status = 'failed'") == 1 })
	if after := f.questions(t, "true"); after != before {
		t.Errorf("%d questions before, %d after", before, after)
	}
	if n := scan1[int](t, f.dsn, "select (select count(*) from feedback) + (select count(*) from configurations)"); n != 0 {
		t.Errorf("%d rows of what was refused", n)
	}
}

// A short outage is waited out: the answer is saved, then shown.
func postgresRestartsInMidRun(t *testing.T, f *faulty) {
	path := f.starts(t, counting(400_000))
	f.pg.Stop()
	eventually(t, recovery, "the server notices", func() bool { return f.status("/readyz") == http.StatusServiceUnavailable })
	f.startPostgres(t)
	if page := f.ended(t, path, slow); len(rows(page)) != 1 || f.questions(t, "status = 'answered' and sql like 'WITH RECURSIVE%'") == 0 {
		t.Errorf("after a short outage: %s", page.Find("article").Text())
	}
}

// A server that no longer answers is as good as dead, soon, and costs no more
// connections than the pool has.
func postgresFreezes(t *testing.T, f *faulty) {
	f.signalPostgres(t, syscall.SIGSTOP)
	defer f.signalPostgres(t, syscall.SIGCONT)
	if status := f.status("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("ready at once after the freeze: %d", status)
	}
	atOnce(12, func() { f.refuses(t, http.MethodGet, "/history", nil, 6*time.Second) })
	f.refuses(t, http.MethodPost, "/questions", url.Values{"question": {"how many customers"}}, 6*time.Second)
	f.signalPostgres(t, syscall.SIGCONT)
	f.works(t)
	if n := scan1[int](t, f.dsn, "select count(*) from pg_stat_activity where application_name = 'querent'"); n > 12 {
		t.Errorf("%d connections after a freeze", n)
	}
}

func postgresIsFull(t *testing.T, f *faulty) {
	exec1(t, f.dsn, `create function full_disk() returns trigger language plpgsql as
		$$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$`)
	for _, table := range []string{"queries", "audit_logs"} {
		exec1(t, f.dsn, "create trigger full_disk before insert on "+table+" for each row execute function full_disk()")
	}
	before := f.questions(t, "true")
	f.refuses(t, http.MethodPost, "/questions", url.Values{"question": {"how many customers"}}, 3*time.Second)
	f.refuses(t, http.MethodPost, "/admin/settings", url.Values{"row_limit": {"5"}, "version": {"0"}}, 3*time.Second)
	if status, _ := f.u.get(f.page); status != http.StatusOK {
		t.Errorf("an old answer: %d", status)
	}
	if n := f.questions(t, "true"); n != before || scan1[int](t, f.dsn, "select count(*) from configurations") != 0 {
		t.Error("something was half done")
	}
	exec1(t, f.dsn, "drop function full_disk cascade")
}
