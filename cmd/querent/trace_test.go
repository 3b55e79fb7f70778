package main

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// traceStore is an OTLP endpoint that keeps what it is sent.
type traceStore struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*trace.Span
	raw   strings.Builder
}

func newTraceStore(t *testing.T) *traceStore {
	s := &traceStore{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var sent collector.ExportTraceServiceRequest
		if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(body, &sent) != nil {
			http.Error(w, "no spans", http.StatusBadRequest)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.raw.Write(body)
		for _, resource := range sent.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				s.spans = append(s.spans, scope.GetSpans()...)
			}
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(s.Close)
	return s
}

// path are the names from a trace's root to each span of a name.
func (s *traceStore) paths(name string) (found []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	byID := map[string]*trace.Span{}
	for _, span := range s.spans {
		byID[string(span.GetSpanId())] = span
	}
	for _, span := range s.spans {
		if span.GetName() != name {
			continue
		}
		path := name
		for up := byID[string(span.GetParentSpanId())]; up != nil; up = byID[string(up.GetParentSpanId())] {
			path = up.GetName() + " > " + path
		}
		found = append(found, path)
	}
	return found
}

// named are the spans of a name.
func (s *traceStore) named(name string) (found []*trace.Span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, span := range s.spans {
		if span.GetName() == name {
			found = append(found, span)
		}
	}
	return found
}

// A question is one trace, from its request through each step to the SQL worker
// and to each component; its id is in the log.
func TestTraceOfAQuestion(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	// Only where something is approved are alike questions looked for.
	exec1(t, s.dsn, `insert into golden_pairs (question, question_key, sql, state, origin, search)
		values ('Head count?', 'head count', 'SELECT count(*) FROM employees', 'approved', 'import', '')`)
	store := newTraceStore(t)
	r := s.serve(t, "OTEL_EXPORTER_OTLP_ENDPOINT", store.URL, "OTEL_BSP_SCHEDULE_DELAY", "50")
	r.ready(t)
	ada := signIn(t, r.url)
	page := ada.asks("how many employees are there")
	id := idOf(page)
	_, page = ada.post(page.Url.Path+"/run", url.Values{"sql": {ownSQL}})
	ada.finished(page)
	eventually(t, 10*time.Second, "the questions' traces are sent", func() bool { return len(store.named("question")) == 2 })
	eventually(t, 10*time.Second, "the requests', too", func() bool {
		return len(store.named("POST /questions")) == 1 && len(store.named("POST /questions/:id/run")) == 1
	})
	for name, want := range map[string]string{
		"question":                  "POST /questions > question",
		"step generate":             "POST /questions > question > step generate",
		"sql worker":                "POST /questions/:id/run > question > step execute > sql query > sql worker",
		"postgres: create question": "POST /questions > postgres: create question",
		"postgres: finish question": "POST /questions > question > postgres: finish question",
		"chroma: sample_queries":    "POST /questions > question > step verified > chroma: sample_queries",
		"redis: find session":       "POST /questions > redis: find session",
		"redis: evalsha":            "POST /questions > question > step cache > redis: evalsha",
	} {
		found := store.paths(name)
		if len(found) == 0 || !strings.Contains(strings.Join(found, "\n")+"\n", want+"\n") {
			t.Errorf("%s: %q, want %s", name, found, want)
		}
	}
	var of *trace.Span
	attributes := map[string]string{}
	for _, span := range store.named("question") {
		for _, a := range span.GetAttributes() {
			if a.GetKey() == "querent.question" && a.GetValue().GetStringValue() == id {
				of = span
			}
		}
	}
	for _, a := range of.GetAttributes() {
		attributes[a.GetKey()] = a.GetValue().GetStringValue()
	}
	kept := hex.EncodeToString(of.GetTraceId())
	for _, line := range r.lines(t, "question ended") {
		if line["question"] == id && line["trace"] != kept {
			t.Errorf("the log has trace %v, want %s", line["trace"], kept)
		}
	}
	if attributes["querent.question"] != id || attributes["querent.outcome"] == "" {
		t.Errorf("attributes: %v", attributes)
	}
	if n := len(store.named("GET other")); n > 0 || len(store.named("postgres: ping")) > 0 {
		t.Error("what is done every second has traces")
	}
	if code := r.end(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit status %d", code)
	}
	store.mu.Lock()
	defer store.mu.Unlock()
	for _, secret := range []string{"Xylophone", "how many", testSecret, testPassword} {
		if strings.Contains(store.raw.String(), secret) {
			t.Errorf("a trace tells %q", secret)
		}
	}
}

// Without an endpoint nothing is sent; with one that is away nothing waits for
// it.
func TestTracesHoldNothingUp(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", "OTEL_BSP_SCHEDULE_DELAY", "50")
	r.ready(t)
	if got := rows(signIn(t, r.url).asks("how many employees are there")); len(got) != 1 {
		t.Errorf("answered %v", got)
	}
	eventually(t, 20*time.Second, "the log says so", func() bool { return len(r.lines(t, "traces are not taken")) > 0 })
	if code := r.end(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit status %d", code)
	}
}
