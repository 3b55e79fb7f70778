package main

import (
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A query under way goes on over the file it opened; the next one says that
// the file is gone, and everything but asking works.
func targetIsGone(t *testing.T, f *faulty) {
	path := f.starts(t, counting(400_000))
	f.runningWorker(t)
	aside := f.target + ".aside"
	if err := os.Rename(f.target, aside); err != nil {
		t.Fatal(err)
	}
	page := f.ended(t, path, slow)
	if n := f.questions(t, "status = 'answered' and row_count = 1 and id = '"+strings.TrimPrefix(path, "/questions/")+"'"); n != 1 {
		t.Errorf("the query under way: %s", page.Find("article").Text())
	}
	f.cannotAsk(t, "does not exist")
	if status, page := f.u.get("/history"); status != http.StatusOK || !strings.Contains(page.Find("main").Text(), "how many employees are there") {
		t.Errorf("history: %d", status)
	}
	if status, _ := f.u.get(path); status != http.StatusOK {
		t.Errorf("an old answer: %d", status)
	}
	if err := os.Rename(aside, f.target); err != nil {
		t.Fatal(err)
	}
}

// cannotAsk expects that asking says why it can't be done, as pages do.
func (f *faulty) cannotAsk(t *testing.T, why string) {
	t.Helper()
	page := f.u.asks("how many employees are there")
	says := page.Find("[role=alert]").Text()
	if !strings.Contains(says, why) || len(rows(page)) != 0 || strings.Contains(says, "/") {
		t.Errorf("asking says %q, want %q", says, why)
	}
	f.degraded(t, why)
	eventually(t, recovery, "pages say why", func() bool { return strings.Contains(f.notices(t), why) })
}

// An unreadable, foreign, empty or truncated file is never a database without
// rows.
func targetIsUnfit(t *testing.T, f *faulty) {
	good, err := os.ReadFile(f.target)
	if err != nil {
		t.Fatal(err)
	}
	replace := func(content []byte) {
		t.Helper()
		if err := os.WriteFile(f.target+".new", content, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(f.target+".new", f.target); err != nil {
			t.Fatal(err)
		}
	}
	defer replace(good)
	for why, content := range map[string][]byte{
		"is empty":                 {},
		"is not a SQLite database": []byte(strings.Repeat("id,name\n1,ada\n", 100)),
		"damaged":                  append(append([]byte{}, good[:4096]...), make([]byte, 8192)...),
	} {
		replace(content)
		f.cannotAsk(t, why)
	}
	replace(nil)
	replaceTarget(t, f.target, "PRAGMA user_version = 1; CREATE TABLE x (y); DROP TABLE x")
	f.cannotAsk(t, "no tables")
}

func (f *faulty) workers(t *testing.T) []int {
	t.Helper()
	return children(t, f.cmd.Process.Pid)
}

// runningWorker is the worker that computes now.
func (f *faulty) runningWorker(t *testing.T) (pid int) {
	t.Helper()
	before := map[int]int{}
	for _, p := range f.workers(t) {
		before[p] = ticks(p)
	}
	eventually(t, 3*time.Second, "a worker computes", func() bool {
		for _, p := range f.workers(t) {
			if ticks(p) > before[p]+2 {
				pid = p
			}
		}
		return pid != 0
	})
	return pid
}

// ticks is the processor time that a process has used, in hundredths of a
// second.
func ticks(pid int) int {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0 // it has ended
	}
	_, after, _ := strings.Cut(string(b), ") ")
	user, err := strconv.Atoi(strings.Fields(after)[11])
	if err != nil {
		return 0
	}
	return user
}

// One query's process dies: that question fails, others go on.
func workerIsKilled(t *testing.T, f *faulty) {
	path := f.starts(t, counting(20_000_000))
	if err := syscall.Kill(f.runningWorker(t), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if got := rows(f.u.asks("how many employees are there")); len(got) != 1 {
		t.Errorf("another question: %v", got)
	}
	page := f.ended(t, path, slow)
	if says := page.Find("[role=alert]").Text(); !strings.Contains(says, "ended unexpectedly") {
		t.Errorf("the question whose process died: %q", says)
	}
}

// A process that no longer answers is killed at the time limit, which an
// administrator has just lowered: settings reach it without a restart.
func workerFreezes(t *testing.T, f *faulty) {
	settings := func(limit string) {
		t.Helper()
		_, page := f.u.get("/admin/settings")
		version := page.Find("input[name=version]").First().AttrOr("value", "")
		if status, page := f.u.post("/admin/settings", url.Values{"version": {version}, "time_limit": {limit}}); status != http.StatusOK {
			t.Fatalf("settings: %d: %s", status, page.Find("main").Text())
		}
	}
	settings("1")
	defer settings("")
	path, start := f.starts(t, counting(20_000_000)), time.Now()
	if err := syscall.Kill(f.runningWorker(t), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	page := f.ended(t, path, slow)
	if says := page.Find("[role=alert]").Text(); !strings.Contains(says, "time limit") || time.Since(start) > 3*time.Second {
		t.Errorf("after %v: %q", time.Since(start), says)
	}
}
