package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/querent/querent/internal/telemetry"
)

// Whatever strangers ask for, there are no more routes and methods to count
// than ours.
func TestRequestsAreCountedInBoundedWords(t *testing.T) {
	_, cfg := fresh(t)
	var mu sync.Mutex
	seen := map[string]int{}
	cfg.OnAnswered = func(route, method string, status int, _ time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		seen[fmt.Sprint(method, " ", route, " ", status)]++
	}
	c := newCaller(t, New(cfg))
	for i := range 20 {
		c.get(fmt.Sprintf("/nowhere/%d", i))
		c.get(fmt.Sprintf("/questions/%d", i))
		c.request(fmt.Sprint("ODD", i), "/login", nil)
		c.request(fmt.Sprint("ODD", i), fmt.Sprint("/", i), nil)
	}
	c.in("ann").get("/history")
	want := map[string]int{"GET other 404": 20, "GET /questions/:id 303": 20, "POST /login 303": 1, "GET /history 200": 1}
	for line, n := range want {
		if seen[line] != n {
			t.Errorf("%s: %d, want %d", line, seen[line], n)
		}
	}
	if len(seen) > len(want)+2 { // odd methods, of a route and of none
		t.Errorf("counted: %v", seen)
	}
}

// A line of the log and an error page name the request and the question.
func TestRequestAndQuestionAreNamed(t *testing.T) {
	w, cfg := fresh(t)
	var said bytes.Buffer
	cfg.Log = slog.New(telemetry.Log(slog.NewJSONHandler(&said, nil)))
	app := New(cfg)
	id := strings.TrimPrefix(newCaller(t, app).in("ann").asked(w, "orders by status"), "/questions/")
	bob := newCaller(t, app).in("bob") // to whom it is not there
	named := func(name string) (string, map[string]any) {
		t.Helper()
		said.Reset()
		res := bob.request(http.MethodGet, "/questions/"+id, nil, func(r *http.Request) {
			r.Header.Set("X-Request-ID", name)
		})
		var line map[string]any
		if err := json.Unmarshal(said.Bytes(), &line); err != nil {
			t.Fatalf("%v: %s", err, said.String())
		}
		return body(t, res), line
	}
	page, line := named("from-the-proxy-1")
	if !strings.Contains(page, "<code>from-the-proxy-1</code>") || !strings.Contains(page, "<code>"+id+"</code>") {
		t.Errorf("the page does not name both: %s", page)
	}
	if line["request"] != "from-the-proxy-1" || line["question"] != id || line["user"] != "bob" {
		t.Errorf("the line does: %v", line)
	}
	said.Reset()
	if text := body(t, bob.get("/questions/no-id-at-all")); strings.Contains(text, "<code>no-id-at-all") || strings.Contains(said.String(), `"question"`) {
		t.Errorf("what is no question's id is named as one: %s%s", said.String(), text)
	}
	for _, odd := range []string{"short", strings.Repeat("x", 65), "with space", `"quoted"-name`} {
		if _, line := named(odd); line["request"] == odd {
			t.Errorf("taken for a request's name: %q", odd)
		}
	}
}
