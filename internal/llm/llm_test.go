package llm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
)

func TestComplete(t *testing.T) {
	var auth string
	s := newStub(t, func(w http.ResponseWriter, r *http.Request, n int64, q request) {
		auth = r.Header.Get("Authorization")
		say(`{"sql":"SELECT 1"}`)(w, r, n, q)
	})
	r, err := s.open(t, nil).Complete(t.Context(), "system", "user")
	if err != nil || r.Text != `{"sql":"SELECT 1"}` || r.In != 11 || r.Out != 7 || r.Took <= 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	q := s.last.Load()
	if auth != "Bearer hunter2" || q.Model != "stub" || !q.Stream || !bytes.Contains(q.ResponseFormat, []byte("json_schema")) || len(q.Messages) != 2 {
		t.Errorf("asked with %q: %+v", auth, q)
	}
}

// An endpoint that knows no structured output is asked without from then on.
func TestCompletePlain(t *testing.T) {
	s := newStub(t, func(w http.ResponseWriter, r *http.Request, n int64, q request) {
		if q.ResponseFormat != nil {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":{"message":"unknown field response_format"}}`)
			return
		}
		say("SELECT 2")(w, r, n, q)
	})
	m := s.open(t, nil)
	for range 2 {
		if r, err := m.Complete(t.Context(), "s", "u"); err != nil || r.Text != "SELECT 2" {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	if n := s.calls.Load(); n != 3 {
		t.Errorf("%d requests", n)
	}
}

// A probe says what came back, or what is wrong with it.
func TestProbe(t *testing.T) {
	for name, tt := range map[string]struct{ reply, want string }{
		"sql":   {"SELECT 1 + 1", "It wrote SQL in "},
		"prose": {"Two.", "not with SQL"},
	} {
		said, err := newStub(t, say(tt.reply)).open(t, nil).Probe(t.Context())
		if err != nil {
			said = ask.MessageOf(err)
		}
		if !strings.Contains(said, tt.want) {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// An endpoint that does not stream answers whole.
func TestCompleteWhole(t *testing.T) {
	s := newStub(t, func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"choices":[{"message":{"content":"SELECT 3"}}],"usage":{"prompt_tokens":5,"completion_tokens":2}}`)
	})
	if r, err := s.open(t, nil).Complete(t.Context(), "s", "u"); err != nil || r.Text != "SELECT 3" || r.In != 5 || r.Out != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestCompleteRetriesWhenTold(t *testing.T) {
	var first time.Time
	s := newStub(t, func(w http.ResponseWriter, r *http.Request, n int64, q request) {
		if n == 1 {
			first = time.Now()
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		if time.Since(first) < time.Second {
			t.Error("asked again before it was time")
		}
		say("SELECT 4")(w, r, n, q)
	})
	if r, err := s.open(t, nil).Complete(t.Context(), "s", "u"); err != nil || r.Text != "SELECT 4" {
		t.Errorf("%+v, %v", r, err)
	}
}

// broken are endpoints that fail, and what users are told.
var broken = map[string]struct {
	play func(w http.ResponseWriter, r *http.Request, n int64, q request)
	want string
}{
	"stalled": {func(w http.ResponseWriter, r *http.Request, _ int64, _ request) {
		w.Header().Set("Content-Type", "text/event-stream")
		delta(w, "SELECT", "")
		<-r.Context().Done()
	}, "took too long"},
	"never answers": {func(_ http.ResponseWriter, r *http.Request, _ int64, _ request) { <-r.Context().Done() }, "took too long"},
	"busy for an hour": {func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, `{"error":{"message":"slow down hunter2"}}`)
	}, "too much to do"},
	"fails": {func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.Header().Set("X-Should-Retry", "false")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, `{"error":{"message":"at /srv/hunter2"}}`)
	}, "status 500"},
	"refuses the key": {func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error":{"message":"bad key hunter2"}}`)
	}, "refuses the key"},
	"cut": {func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.Header().Set("Content-Type", "text/event-stream")
		delta(w, "SELECT 1", "")
		panic(http.ErrAbortHandler)
	}, "can't be"},
	"ends in the middle": {func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.Header().Set("Content-Type", "text/event-stream")
		delta(w, "SELECT 1", "")
	}, "ended in the middle"},
	"a gigabyte": {func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.Header().Set("Content-Type", "text/event-stream")
		text := strings.Repeat("SELECT 1 ", 4096)
		for range 1 << 30 / len(text) {
			if _, err := fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%s}}]}\n\n", quoted(text)); err != nil {
				return
			}
		}
	}, "too long"},
	"a gigabyte on one line": {func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.Header().Set("Content-Type", "application/json")
		text := bytes.Repeat([]byte("x"), 1<<20)
		for range 1 << 10 {
			if _, err := w.Write(text); err != nil {
				return
			}
		}
	}, "too long"},
	"invalid JSON": {func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"choices":[{"message`)
	}, "no completion"},
	"a web page": {func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<html>Sign in</html>`)
	}, "ended in the middle"},
	"a tool call": {func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, `data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"1","type":"function","function":{"name":"run","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}`+"\n\n")
	}, "tool call"},
	"a redirect": {func(w http.ResponseWriter, r *http.Request, _ int64, _ request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusTemporaryRedirect)
	}, "redirects"},
}

// Numbers 47, 48 of the security checklist.
func TestCompleteOfBrokenEndpoints(t *testing.T) {
	for name, tt := range broken {
		t.Run(name, func(t *testing.T) {
			s := newStub(t, tt.play)
			m := s.open(t, func(c *Config) { c.Timeout = 2 * time.Second })
			_, err := m.Complete(t.Context(), "s", "u")
			var told *ask.Error
			if !errors.As(err, &told) || !strings.Contains(told.Message, tt.want) {
				t.Fatalf("told %q, want %q: %v", ask.MessageOf(err), tt.want, err)
			}
			host := strings.TrimPrefix(s.URL, "http://")
			if strings.Contains(told.Message, "hunter2") || strings.Contains(told.Message, host) {
				t.Errorf("the message tells what it must not: %s", told.Message)
			}
		})
	}
}

// Number 47 of the security checklist: a private address that is not listed is
// refused when it is dialled.
func TestCompleteDialsNoPrivateAddress(t *testing.T) {
	s := newStub(t, say("SELECT 1"))
	_, err := s.open(t, func(c *Config) { c.AllowedHosts = nil }).Complete(t.Context(), "s", "u")
	if err == nil || !strings.Contains(ask.MessageOf(err), "not allowed") || s.calls.Load() != 0 {
		t.Errorf("%v, %d requests", err, s.calls.Load())
	}
}

// Number 47 of the security checklist.
func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8:443": true, "[2606:4700::1111]:443": true, "127.0.0.1:80": false, "10.1.2.3:443": false, "192.168.0.1:443": false,
		"169.254.169.254:80": false, "100.100.1.1:80": false, "0.0.0.0:80": false, "[::1]:80": false, "[fd00::1]:80": false,
		"[fe80::1]:80": false, "[::ffff:127.0.0.1]:80": false, "224.0.0.1:80": false, "nonsense": false,
	} {
		if err := public(address); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// Number 47 of the security checklist.
func TestTransportReachesNoOtherHost(t *testing.T) {
	base, _ := url.Parse("https://models.example/v1")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1/", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := newTransport(base, true).RoundTrip(r)
	if res != nil {
		defer res.Body.Close()
	}
	if !errors.Is(err, errAddress) {
		t.Errorf("%v %v", res, err)
	}
}

// Number 48 of the security checklist: after failures in a row the endpoint is
// left alone.
func TestBreaker(t *testing.T) {
	s := newStub(t, broken["fails"].play)
	m := s.open(t, nil)
	for range tripAfter {
		_, _ = m.Complete(t.Context(), "s", "u")
	}
	before := s.calls.Load()
	if _, err := m.Complete(t.Context(), "s", "u"); !strings.Contains(ask.MessageOf(err), "left alone") || s.calls.Load() != before {
		t.Errorf("%v after %d requests, then %d", err, before, s.calls.Load())
	}
}

// A user who cancels ends the request, and is no fault of the endpoint.
func TestCompleteCancelled(t *testing.T) {
	started, gone := make(chan bool, 1), make(chan bool, 1)
	s := newStub(t, func(_ http.ResponseWriter, r *http.Request, _ int64, _ request) {
		started <- true
		<-r.Context().Done()
		gone <- true
	})
	m := s.open(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-started; cancel() }()
	if _, err := m.Complete(ctx, "s", "u"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	<-gone
	if c := m.breaker.Counts(); c.ConsecutiveFailures != 0 {
		t.Errorf("the breaker counts %+v", c)
	}
}
