package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/llm"
)

// endless is SQL that runs into its time limit.
const endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1e12) SELECT count(*) FROM c"

func scrape(t *testing.T, address string) string {
	t.Helper()
	return fetch(t, address, "/metrics")
}

func fetch(t *testing.T, address, path string) string {
	t.Helper()
	res, err := http.Get("http://" + address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", res.Status, err)
	}
	return string(text)
}

// What the language model takes is counted, and failures apart.
func TestCompletionsAreCounted(t *testing.T) {
	m := newMetrics()
	m.replied(t.Context(), llm.Reply{In: 100, Out: 20, Took: time.Second}, nil)
	m.replied(t.Context(), llm.Reply{In: 7, Took: time.Second}, errors.New("cut"))
	page := httptest.NewRecorder()
	promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}).ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, want := range []string{`querent_llm_seconds_count{outcome="failed"} 1`, `querent_llm_seconds_count{outcome="ok"} 1`,
		`querent_llm_tokens_total{direction="in"} 107`, `querent_llm_tokens_total{direction="out"} 20`} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("no %s in %s", want, page.Body)
		}
	}
}

func TestMetrics(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	address := "127.0.0.1:" + freePort(t)
	r := s.serve(t, "QUERENT_METRICS_LISTEN", address, "QUERENT_PPROF", "true")
	r.ready(t)
	u := signIn(t, r.url)
	u.asks("how many employees are there")
	text := scrape(t, address)
	for _, line := range []string{`querent_questions_total{status="answered",tier="compiled"} 1`, `querent_question_seconds_count{status="answered"} 1`,
		`querent_component_up{component="chroma"} 1`, `querent_db_connections{state="most"} 10`, `querent_sql_workers{state="most"} `, `querent_sql_waiting 0`,
		"querent_outbox_depth 0", `querent_exports{state="ready"} 0`, "querent_ready 1", `querent_cache_lookups_total{result="miss"} 1`, `version="dev"} 1`, "process_resident_memory_bytes",
		`querent_step_seconds_count{state="done",step="execute"} 1`, `querent_sql_seconds_count{op="query",outcome="ok"}`, `querent_sql_wait_seconds_count{op="query"}`,
		`querent_http_requests_total{code="303",method="POST",route="/questions"} 1`, `querent_http_seconds_count{route="/questions/:id"}`,
		`querent_db_acquires_total{free="yes"}`, "querent_db_acquire_wait_seconds_total", "querent_sql_worker_starts_total", `querent_sql_restarts_total 0`, `querent_sql_refused_total 0`} {
		if !strings.Contains(text, line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
	if r.status("/metrics") != http.StatusNotFound || r.status("/debug/pprof/") != http.StatusNotFound {
		t.Error("measurements are public")
	}
	if page := fetch(t, address, "/debug/pprof/goroutine?debug=1"); !strings.Contains(page, "goroutine profile:") {
		t.Errorf("no profile: %.200s", page)
	}
	eventually(t, 10*time.Second, "jobs are counted", func() bool {
		return strings.Contains(scrape(t, address), `querent_job_seconds_count{outcome="ok",task="outbox"}`)
	})
	s.chroma.Stop()
	eventually(t, 10*time.Second, "it shows that chroma is down", func() bool {
		return strings.Contains(scrape(t, address), `querent_component_up{component="chroma"} 0`)
	})
	if r.status("/readyz") != http.StatusOK {
		t.Error("not ready without the vector store")
	}
	if _, page := u.get("/"); !strings.Contains(page.Find("main").Text(), "Retrieval is off") {
		t.Error("the page does not say that retrieval is off")
	}
	if got := rows(u.asks("how many customers are there")); len(got) != 1 {
		t.Errorf("without the vector store: %v", got)
	}
}

// Told to stop, a server is not ready at once, lets running questions end, and
// ends those that don't.
func TestStopIsGraceful(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t)
	r.ready(t)
	u := signIn(t, r.url)
	path := u.asks("how many employees are there").Url.Path
	_, page := u.post(path+"/run", url.Values{"sql": {endless}})
	id := page.Url.Path[strings.LastIndexByte(page.Url.Path, '/')+1:]
	start := time.Now()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, 5*time.Second, "it is not ready", func() bool { return r.status("/readyz") == http.StatusServiceUnavailable })
	if status, page := u.post("/questions", url.Values{"question": {"how many customers are there"}}); status != http.StatusServiceUnavailable {
		t.Errorf("a new question while it stops: %d: %s", status, page.Find("main").Text())
	}
	if status := r.await(t, 15*time.Second); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if took := time.Since(start); took < drainLimit-time.Second || took > 15*time.Second {
		t.Errorf("it stopped after %s", took)
	}
	if got := scan1[string](t, s.dsn, "select status from queries where id = $1", id); got != string(ask.Interrupted) {
		t.Errorf("the running question is %s", got)
	}
}
