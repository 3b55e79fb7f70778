package main

import (
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"
)

// counted is SQL with more rows than an export may have.
const counted = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n, 'row ' || n AS name FROM c"

// exportSays is what a question's page says of its export.
func (u *user) exportSays(path string) string {
	u.t.Helper()
	_, page := u.get(path)
	return strings.Join(strings.Fields(page.Find("#export").Text()), " ")
}

// download reads a CSV and counts its records.
func (u *user) download(path string) (text string, records int) {
	u.t.Helper()
	res, err := u.Get(u.base + path)
	if err != nil {
		u.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		u.t.Fatalf("%s: %s %v, %v", path, res.Status, res.Header, err)
	}
	list, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil {
		u.t.Error(err)
	}
	return string(b), len(list)
}

// All rows of a cut answer are exported, and are those of the direct download
// of an answer that is not cut.
func TestExport(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	one, two := s.serve(t), s.serve(t)
	one.ready(t)
	two.ready(t)
	_, address := balance(t, one, two)
	u := signIn(t, address)
	obeyed := func(limit string, whole bool) {
		t.Helper()
		u.setting("row_limit", limit)
		for _, r := range []*replica{one, two} {
			direct := &user{t, r.url, u.Client}
			eventually(t, 5*time.Second, "both replicas obey the row limit", func() bool {
				return (len(rows(direct.asks("list the names of employees"))) > 3) == whole
			})
		}
	}
	obeyed("3", false)
	path := u.asks("list the names of employees").Url.Path
	if said := u.exportSays(path); !strings.Contains(said, "Export all rows") {
		t.Fatalf("offered: %q", said)
	}
	for range 2 {
		u.post(path+"/export", nil)
	}
	eventually(t, 10*time.Second, "the export is ready", func() bool { return strings.Contains(u.exportSays(path), "kept until") })
	all, n := u.download(path + "/export.csv")
	if !strings.Contains(u.exportSays(path), "All ") || n < 20 {
		t.Errorf("%d lines; the page says %q", n, u.exportSays(path))
	}
	obeyed("1000", true)
	if direct, m := u.download(u.asks("list the names of employees").Url.Path + "/result.csv"); direct != all {
		t.Errorf("directly, it has %d lines of %d", m, n)
	}
	const audited = "select count(*) from audit_logs where action = $1 and actor_name = $2"
	if made, fetched := scan1[int](t, s.dsn, audited, "export.create", testAdmin), scan1[int](t, s.dsn, audited, "export.download", testAdmin); made != 1 || fetched != 1 {
		t.Errorf("%d requests and %d downloads audited", made, fetched)
	}
	s.ok(t, "verify-audit")
}

// A replica that is killed leaves its export to another, which begins again; one
// that is stopped ends in time, and its export goes on, too.
func TestExportOutlivesItsReplica(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t)
	r.ready(t)
	u := signIn(t, r.url)
	u.setting("export_row_limit", "5000000")
	start := u.asks("how many employees are there").Url.Path
	_, page := u.post(start+"/run", url.Values{"sql": {counted}})
	path := u.finished(page).Url.Path
	u.post(path+"/export", nil)
	running := func() bool {
		said := u.exportSays(path)
		return strings.Contains(said, "so far") && !strings.Contains(said, ": 0 so")
	}
	eventually(t, 10*time.Second, "the export runs", running)
	first := s.exportRun(t, path)
	r.end(t, syscall.SIGKILL)
	s.expireLeases(t)

	r = s.serve(t)
	r.ready(t)
	u.base = r.url
	eventually(t, 15*time.Second, "the export runs again", func() bool { return s.exportRun(t, path) != first && running() })
	u.setting("export_row_limit", "1234")
	if status := r.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("exit status %d", status)
	}

	r = s.serve(t)
	r.ready(t)
	u.base = r.url
	eventually(t, 15*time.Second, "the export is ready", func() bool { return strings.Contains(u.exportSays(path), "the first 1,234") })
	if text, n := u.download(path + "/export.csv"); n != 1235 || !strings.HasSuffix(text, "1234,row 1234\r\n") {
		t.Errorf("%d lines, the last of %q", n, text[len(text)-40:])
	}
	if status, page := u.get("/admin/jobs"); status != http.StatusOK || !strings.Contains(page.Find("tr[id^=export-]").Text(), "1,234") {
		t.Errorf("administrators see %d: %s", status, page.Find("main").Text())
	}
}

// exportRun names the try that makes a question's export.
func (s *stack) exportRun(t *testing.T, path string) string {
	t.Helper()
	run, err := redis.String(s.redisConn(t).Do("HGET", "querent:export:"+strings.TrimPrefix(path, "/questions/"), "run"))
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// expireLeases makes the queue think that replicas have been dead for a minute,
// instead of waiting for it.
func (s *stack) expireLeases(t *testing.T) {
	t.Helper()
	c := s.redisConn(t)
	const leases = "asynq:{querent-exports}:lease"
	ids, err := redis.Strings(c.Do("ZRANGE", leases, 0, -1))
	if err != nil || len(ids) != 1 {
		t.Fatalf("leases: %v, %v", ids, err)
	}
	_, err = c.Do("ZADD", leases, time.Now().Add(-time.Minute).Unix(), ids[0])
	if err = errors.Join(err, c.Err()); err != nil {
		t.Fatal(err)
	}
}
