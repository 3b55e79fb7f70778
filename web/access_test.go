package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/audit"
)

// asked asks, waits for the end, and gives the question's address.
func (c *caller) asked(w *world, question string, change ...func(url.Values)) string {
	c.t.Helper()
	form := url.Values{"question": {question}}
	for _, edit := range change {
		edit(form)
	}
	res := c.request(http.MethodPost, "/questions", form)
	if res.StatusCode != http.StatusSeeOther {
		c.t.Fatalf("%q: %s", question, res.Status)
	}
	path := res.Header.Get("Location")
	for range 1000 {
		if q, err := w.Question(c.t.Context(), strings.TrimPrefix(path, "/questions/")); err == nil && q.Status.Final() {
			return path
		}
		time.Sleep(5 * time.Millisecond)
	}
	c.t.Fatalf("%q never ends", question)
	return ""
}

func (w *world) denials() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.log {
		if e.Action == audit.AccessDenied {
			n++
		}
	}
	return n
}

// requestNames are what differs between any two error pages.
var requestNames = regexp.MustCompile(`[A-Z0-9]{26,32}`)

// Numbers 37, 38 of the security checklist.
func TestQuestionsAreTheirOwnersOnEveryRoute(t *testing.T) {
	w, cfg := fresh(t)
	app := New(cfg)
	others := strings.TrimPrefix(newCaller(t, app).in("ann").asked(w, "orders by status"), "/questions/")
	bob := newCaller(t, app).in("bob")
	tried := 0
	for _, route := range routes(app) {
		if !strings.HasPrefix(route.Path, "/questions/:id") {
			continue
		}
		var answers []string
		for _, id := range []string{others, "11111111-1111-1111-1111-111111111111"} {
			before := w.denials()
			res := bob.request(route.Method, strings.ReplaceAll(route.Path, ":id", id), url.Values{"sql": {"SELECT 1"}, "verdict": {"wrong"}})
			answers = append(answers, requestNames.ReplaceAllString(strings.ReplaceAll(body(t, res), id, "ID"), "ID"))
			if res.StatusCode != http.StatusNotFound || w.denials() != before+1 {
				t.Errorf("%s %s of %s: %s, %d audit entries", route.Method, route.Path, id, res.Status, w.denials()-before)
			}
		}
		if answers[0] != answers[1] {
			t.Errorf("%s %s: another's question can be told from none:\n%s\n%s", route.Method, route.Path, answers[0], answers[1])
		}
		tried++
	}
	if tried < 7 || len(w.said) != 0 {
		t.Errorf("%d routes tried, %d verdicts", tried, len(w.said))
	}
}

// Number 39 of the security checklist.
func TestAdministrationIsClosedToAnalysts(t *testing.T) {
	w, cfg := fresh(t)
	app := New(cfg)
	ann, stranger := newCaller(t, app).in("ann"), newCaller(t, app)
	tried := 0
	for _, route := range routes(app) {
		if !strings.HasPrefix(route.Path, "/admin") {
			continue
		}
		for _, part := range []string{"", "true"} {
			before := w.denials()
			res := ann.request(route.Method, at(route.Path), nil, func(r *http.Request) { r.Header.Set("HX-Request", part) })
			if res.StatusCode != http.StatusForbidden || w.denials() != before+1 {
				t.Errorf("%s %s, HX-Request %q: %s, %d audit entries", route.Method, route.Path, part, res.Status, w.denials()-before)
			}
		}
		if res := stranger.request(route.Method, at(route.Path), nil); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/login") {
			t.Errorf("signed out, %s %s: %s", route.Method, route.Path, res.Status)
		}
		tried++
	}
	if tried < 15 {
		t.Errorf("only %d routes tried", tried)
	}
}

// Number 50 of the security checklist.
func TestQuestionsAreLimitedPerUser(t *testing.T) {
	w, cfg := fresh(t)
	cfg.Limiter = newWindow()
	app := New(cfg)
	ann := newCaller(t, app).in("ann")
	for i := range asksMinute {
		ann.asked(w, fmt.Sprint("orders by status ", i))
	}
	res := ann.request(http.MethodPost, "/questions", url.Values{"question": {"one more"}})
	if text := body(t, res); res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" || !strings.Contains(text, "one more") {
		t.Errorf("%s, Retry-After %q, the question kept: %t", res.Status, res.Header.Get("Retry-After"), strings.Contains(text, "one more"))
	}
	newCaller(t, app).in("bob").asked(w, "orders by status")
}

// Number 52 of the security checklist.
func TestSendingTwiceAsksOnce(t *testing.T) {
	w, cfg := fresh(t)
	ann := newCaller(t, New(cfg)).in("ann")
	keyed := func(form url.Values) { form.Set("key", "one-form") }
	if first, second := ann.asked(w, "orders by status", keyed), ann.asked(w, "orders by status", keyed); first != second {
		t.Errorf("%s and %s", first, second)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.questions) != 1 {
		t.Errorf("%d questions", len(w.questions))
	}
}
