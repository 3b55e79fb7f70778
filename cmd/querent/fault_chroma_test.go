package main

import (
	"net/http"
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
	f.degraded(t, "Retrieval is off")
}

// Questions go on, the work that waits for it says why, and goes on with it.
func chromaStops(t *testing.T, f *faulty) {
	job := func(says string) func() bool {
		return func() bool {
			_, page := f.u.get("/admin/jobs")
			return strings.Contains(page.Find("#job-training").Text(), says)
		}
	}
	f.chroma.Stop()
	// Training looks every 5 s; the queue may first have to clear away a run
	// that ended while Redis took no writes, which it does within two minutes.
	eventually(t, 30*recovery, "the jobs page says why training waits", job("The vector store is not available."))
	if page := f.u.asks("how many departments are there"); len(rows(page)) != 1 {
		t.Errorf("no answer: %s", page.Find("article").Text())
	}
	eventually(t, recovery, "pages say that retrieval is off", func() bool { return strings.Contains(f.notices(t), "Retrieval is off") })
	f.chroma.Restart(t, true)
	eventually(t, 3*recovery, "it is filled again", job("filled again"))
	eventually(t, recovery, "nothing is degraded", func() bool { return f.notices(t) == "" })
}

// degraded expects a server that is ready and says what does not work.
func (f *faulty) degraded(t *testing.T, what string) {
	t.Helper()
	eventually(t, recovery, "ready, and "+what, func() bool {
		status, says := f.readiness(t)
		return status == http.StatusOK && strings.Contains(says, "degraded: ") && strings.Contains(says, what)
	})
}
