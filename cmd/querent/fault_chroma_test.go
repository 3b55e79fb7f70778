package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// notices is what pages say is degraded.
func (f *faulty) notices(t *testing.T) string {
	t.Helper()
	status, page := f.u.get("/")
	if status != http.StatusOK {
		t.Fatalf("the page: %d", status)
	}
	return page.Find("main > .note").Text()
}

// Retrieval off costs a question little time.
func chromaFreezes(t *testing.T, f *faulty) {
	f.chroma.Freeze()
	defer f.chroma.Thaw()
	for range 2 {
		start := time.Now()
		if got := rows(f.u.asks("how many departments are there")); len(got) != 1 || time.Since(start) > 2*time.Second {
			t.Errorf("rows %v after %v", got, time.Since(start))
		}
	}
	eventually(t, recovery, "pages say that retrieval is off", func() bool { return strings.Contains(f.notices(t), "Retrieval is off") })
	if status := f.status("/readyz"); status != http.StatusOK {
		t.Errorf("ready: %d", status)
	}
}

// Questions go on, what is approved waits in the outbox and counts at once, and
// an empty server is filled again.
func chromaStops(t *testing.T, f *faulty) {
	f.chroma.Stop()
	eventually(t, recovery, "pages say that retrieval is off", func() bool { return strings.Contains(f.notices(t), "Retrieval is off") })
	page := f.u.asks("how many departments are there")
	if len(rows(page)) != 1 {
		t.Errorf("no answer: %s", page.Find("article").Text())
	}
	if status, _ := f.u.post(page.Url.Path+"/feedback", url.Values{"verdict": {"right"}}); status != http.StatusOK {
		t.Errorf("feedback: %d", status)
	}
	pair := scan1[string](t, f.dsn, "select id from golden_pairs where state = 'proposed'")
	sql := scan1[string](t, f.dsn, "select sql from golden_pairs where id = $1", pair)
	if status, page := f.u.post("/admin/pairs/"+pair, url.Values{"do": {"approve"}, "question": {"how many departments are there"}, "sql": {sql}}); status != http.StatusOK {
		t.Errorf("approve: %d: %s", status, page.Find("[role=alert]").Text())
	}
	if n := scan1[int](t, f.dsn, "select count(*) from outbox"); n != 1 {
		t.Errorf("%d changes wait", n)
	}
	if page := f.u.asks("How many departments are there?"); page.Find(".badge.verified").Length() == 0 {
		t.Error("what was approved does not answer while the vector store is down")
	}
	eventually(t, recovery, "the jobs page says why", func() bool {
		_, page := f.u.get("/admin/jobs")
		return strings.Contains(page.Find("#job-outbox").Text(), "The vector store is not available.")
	})
	f.chroma.Restart(t, true)
	eventually(t, 3*recovery, "it is filled again and the outbox is empty", func() bool {
		o := f.run(t, []string{"init"}) // its counts, without a restart
		return o.status == 0 && scan1[int](t, f.dsn, "select count(*) from outbox") == 0 && f.notices(t) == ""
	})
}
