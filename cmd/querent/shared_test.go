package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gomodule/redigo/redis"
)

// What two replicas share through Redis and the System DB: settings, readings
// and jobs.
func TestReplicasShare(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	one, two := s.serve(t), s.serve(t)
	one.ready(t)
	two.ready(t)
	here := signIn(t, one.url)
	there := browser(t, two.url)
	there.Jar.SetCookies(mustParse(t, two.url), here.Jar.Cookies(mustParse(t, one.url)))
	t.Run("settings", func(t *testing.T) { settingsAreShared(t, s, here, there) })
	t.Run("readings", func(t *testing.T) { readingsAreShared(t, s, here, there) })
	t.Run("jobs", func(t *testing.T) { jobsAreShared(t, s, here) })
}

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// setting saves one setting, leaving the others as they are.
func (u *user) setting(name, value string) (status int, page *goquery.Document) {
	u.t.Helper()
	_, page = u.get("/admin/settings")
	form := url.Values{name: {value}}
	for _, field := range []string{"version", "generator", "min_confidence", "cache_threshold", "row_limit", "time_limit", "export_row_limit", "history_retention_days"} {
		if field != name {
			form.Set(field, page.Find("[name="+field+"]").First().AttrOr("value", ""))
		}
	}
	form.Set("generator", page.Find("select option[selected]").AttrOr("value", ""))
	return u.post("/admin/settings", form)
}

// A setting saved at one replica holds at the other within seconds, in its SQL
// workers, too, and without a restart; so does its undoing.
func settingsAreShared(t *testing.T, s *stack, here, there *user) {
	if status, page := here.setting("row_limit", "none"); status != http.StatusUnprocessableEntity || page.Find("#row_limit[value=none]").Length() != 1 {
		t.Errorf("nonsense: %d: %s", status, page.Find("[role=alert]").Text())
	}
	if status, page := here.setting("row_limit", "3"); status != http.StatusOK {
		t.Fatalf("save: %d: %s", status, page.Find("[role=alert]").Text())
	}
	cut := func(u *user) bool {
		page := u.asks("list the names of employees")
		return len(rows(page)) == 3
	}
	if !cut(here) {
		t.Error("not in force where it was saved")
	}
	eventually(t, 5*time.Second, "it is in force at the other replica", func() bool { return cut(there) })
	_, page := there.get("/admin/settings")
	version := page.Find("input[name=version]").First().AttrOr("value", "")
	if status, page := there.post("/admin/settings/undo", url.Values{"version": {version}}); status != http.StatusOK || page.Find("#row_limit[value='1000']").Length() != 1 {
		t.Errorf("undo: %d: %s", status, page.Find("[role=alert]").Text())
	}
	eventually(t, 5*time.Second, "the undoing is in force", func() bool { return !cut(here) })
	const audited = "select count(*) from audit_logs where action = 'settings.save' and actor_name = $1 and (before || after) like '%row_limit%'"
	if n := scan1[int](t, s.dsn, audited, testAdmin); n != 2 {
		t.Errorf("%d changes audited", n)
	}
	s.ok(t, "verify-audit")
}

// A question read at one replica is not read again at the other; the answer
// says so, and there is a way to read it again, and to forget all readings.
func readingsAreShared(t *testing.T, s *stack, here, there *user) {
	const question = "average salary by department"
	fromCache := func(page *goquery.Document) bool {
		t.Helper()
		if len(rows(page)) != 10 {
			t.Errorf("rows %v of %q", rows(page), page.Find("h1").Text())
		}
		return page.Find("#cached").Length() == 1
	}
	if fromCache(here.asks(question)) {
		t.Error("a new question came from the cache")
	}
	page := there.asks("Average salary by department?")
	if !fromCache(page) {
		t.Error("the other replica read it again")
	}
	form := url.Values{}
	page.Find("#cached form input, #cached form button").Each(func(_ int, field *goquery.Selection) {
		form.Set(field.AttrOr("name", ""), field.AttrOr("value", ""))
	})
	_, page = there.post("/questions", form)
	if fromCache(there.finished(page)) {
		t.Error("reading again came from the cache")
	}
	if status, page := here.post("/admin/cache/clear", nil); status != http.StatusOK {
		t.Errorf("clear: %d: %s", status, page.Find("[role=alert]").Text())
	}
	if fromCache(there.asks(question)) {
		t.Error("a cleared cache answered at the other replica")
	}
	c := s.redisConn(t)
	keys, err := redis.Strings(c.Do("KEYS", "querent:cache:*"))
	if err != nil || len(keys) == 0 {
		t.Fatalf("keys %v, %v", keys, err)
	}
	for _, key := range keys {
		stored, err := redis.String(c.Do("EVAL", "return cjson.encode(redis.call('XRANGE', KEYS[1], '-', '+'))", 1, key))
		if err != nil || strings.Contains(stored, "Engineering") || !strings.Contains(stored, "SELECT") {
			t.Errorf("want SQL and no rows in the cache: %.300s, %v", stored, err)
		}
	}
	here.setting("cache_threshold", "1.01")
	here.asks(question)
	if fromCache(here.asks(question)) {
		t.Error("a cache that is off answered")
	}
	here.setting("cache_threshold", "")
}

// The jobs page shows each job once, and runs one on request.
func jobsAreShared(t *testing.T, s *stack, u *user) {
	_, page := u.get("/admin/jobs")
	for _, name := range []string{"outbox", "training", "retention"} {
		if n := page.Find("tr#job-" + name).Length(); n != 1 {
			t.Errorf("job %s is shown %d times", name, n)
		}
	}
	exec1(t, s.dsn, "update queries set created_at = created_at - interval '40 days'")
	keep := scan1[int](t, s.dsn, "select count(*) from queries")
	c := s.redisConn(t)
	outcome := func() string {
		said, _ := redis.String(c.Do("HGET", "querent:jobs", "retention")) // none before the first run
		return said
	}
	runs := func() {
		before := outcome()
		u.post("/admin/jobs/retention", nil)
		eventually(t, 10*time.Second, "the job has run", func() bool { return outcome() != before })
	}
	runs()
	if n := scan1[int](t, s.dsn, "select count(*) from queries"); n != keep {
		t.Errorf("%d of %d questions are left, younger than the setting", n, keep)
	}
	if status, page := u.setting("history_retention_days", "30"); status != http.StatusOK {
		t.Fatalf("save: %d: %s", status, page.Find("[role=alert]").Text())
	}
	eventually(t, 10*time.Second, "the page says that old questions are forgotten", func() bool {
		runs() // again: the replica that takes it may not know the setting yet
		_, page := u.get("/admin/jobs")
		return strings.Contains(page.Find("#job-retention").Text(), "forgotten.")
	})
	if n := scan1[int](t, s.dsn, "select count(*) from queries"); n != 0 {
		t.Errorf("%d questions are left", n)
	}
	if n := scan1[int](t, s.dsn, "select count(*) from audit_logs where action = 'questions.forget'"); n != 1 {
		t.Errorf("%d audit entries for it", n)
	}
	s.ok(t, "verify-audit")
}
