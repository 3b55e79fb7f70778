package llm

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/querent/querent/internal/target"
)

func TestMain(m *testing.M) {
	target.MaybeWorker()
	os.Exit(m.Run())
}

// request is what the stub reads of a request.
type request struct {
	Model          string
	Stream         bool
	ResponseFormat json.RawMessage `json:"response_format"`
	Messages       []struct{ Role, Content string }
}

// stub is an OpenAI-compatible endpoint that plays a script over real HTTP.
type stub struct {
	*httptest.Server
	calls atomic.Int64
	last  atomic.Pointer[request]
}

func newStub(t *testing.T, play func(w http.ResponseWriter, r *http.Request, n int64, q request)) *stub {
	t.Helper()
	s := &stub{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		var q request
		if err != nil || json.Unmarshal(data, &q) != nil {
			http.Error(w, "no JSON", http.StatusBadRequest)
			return
		}
		s.last.Store(&q)
		play(w, r, s.calls.Add(1), q)
	}))
	t.Cleanup(s.Close)
	return s
}

// open makes a Model at the stub, whose host is listed.
func (s *stub) open(t *testing.T, change func(*Config)) *Model {
	t.Helper()
	cfg := Config{BaseURL: s.URL + "/v1", Key: "hunter2", Model: "stub", Timeout: 10 * time.Second, AllowedHosts: []string{"127.0.0.1"}}
	if change != nil {
		change(&cfg)
	}
	m, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// delta writes one chunk of a stream.
func delta(w http.ResponseWriter, text, finish string) {
	end := "null"
	if finish != "" {
		end = `"` + finish + `"`
	}
	fmt.Fprintf(w, "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":%s}]}\n\n", quoted(text), end)
	w.(http.Flusher).Flush()
}

// say streams a whole answer in two pieces, with its tokens at the end.
func say(text string) func(http.ResponseWriter, *http.Request, int64, request) {
	return func(w http.ResponseWriter, _ *http.Request, _ int64, _ request) {
		w.Header().Set("Content-Type", "text/event-stream")
		half := len(text) / 2
		delta(w, strings.ToValidUTF8(text[:half], "?"), "")
		delta(w, strings.ToValidUTF8(text[half:], "?"), "stop")
		fmt.Fprint(w, "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,\"total_tokens\":18}}\n\ndata: [DONE]\n\n")
	}
}
