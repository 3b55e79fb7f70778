package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/labstack/echo/v4"
)

// routes are all that the router knows.
func routes(app http.Handler) (list []*echo.Route) {
	for _, r := range app.(*echo.Echo).Routes() {
		if r.Method != echo.RouteNotFound {
			list = append(list, r)
		}
	}
	return list
}

// at is a route's path with its parameters filled in.
func at(path string) string {
	return strings.NewReplacer(":id", "00000000-0000-0000-0000-000000000000", ":name", "outbox", "*", "app.css").Replace(path)
}

func foreign(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }

// Numbers 22, 24 of the security checklist.
func TestForeignFormsChangeNothing(t *testing.T) {
	w, cfg := fresh(t)
	app := New(cfg)
	c := newCaller(t, app).in("ada")
	before := len(w.log)
	unsafe := 0
	for _, route := range routes(app) {
		if route.Method == http.MethodGet {
			continue
		}
		unsafe++
		for name, edit := range map[string]func(*http.Request){
			"cross-site": foreign,
			"same-site":  func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
			"an old browser": func(r *http.Request) {
				r.Header.Del("Sec-Fetch-Site")
				r.Header.Set("Origin", "https://evil.test")
			},
			"htmx": func(r *http.Request) {
				foreign(r)
				r.Header.Set("HX-Request", "true")
			},
		} {
			res := c.request(route.Method, at(route.Path), url.Values{"name": {"x"}, "question": {"x"}}, edit)
			doc, err := goquery.NewDocumentFromReader(res.Body)
			if err != nil || res.StatusCode != http.StatusForbidden || doc.Find("#main h1").Length() != 1 {
				t.Errorf("%s %s, %s: %s, an error page of %d headings, %v", route.Method, route.Path, name, res.Status, doc.Find("#main h1").Length(), err)
			}
		}
	}
	if unsafe < 15 || len(w.log) != before || len(w.questions) != 0 || len(w.users) != 3 {
		t.Errorf("%d routes; something was changed: %d entries, %d questions, %d users", unsafe, len(w.log)-before, len(w.questions), len(w.users))
	}
}

// Number 23 of the security checklist.
func TestNothingIsChangedByALink(t *testing.T) {
	w, cfg := fresh(t)
	app := New(cfg)
	c := newCaller(t, app).in("ada")
	before := len(w.log)
	pages := map[string]bool{}
	for _, route := range routes(app) {
		if route.Method == http.MethodGet {
			pages[route.Path] = true
		}
	}
	for _, route := range routes(app) {
		if route.Method == http.MethodGet || pages[route.Path] {
			continue
		}
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete} {
			if res := c.request(method, at(route.Path)+"?do=approve&name=x", nil); res.StatusCode != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: %s", method, route.Path, res.Status)
			}
		}
	}
	if len(w.log) != before {
		t.Errorf("%d things were done", len(w.log)-before)
	}
}

// Numbers 25, 28 of the security checklist.
func TestHeadersOfEveryResponse(t *testing.T) {
	for _, secure := range []bool{false, true} {
		_, cfg := fresh(t)
		cfg.Secure = secure
		app := New(cfg)
		c := newCaller(t, app).in("ada")
		responses := map[string]*http.Response{
			"not found":   c.get("/nowhere"),
			"wrong way":   c.get("/logout"),
			"foreign":     c.request(http.MethodPost, "/questions", nil, foreign),
			"too large":   c.request(http.MethodPost, "/questions", url.Values{"question": {strings.Repeat("x", 100_000)}}),
			"invalid":     c.request(http.MethodPost, "/questions", nil),
			"no file":     c.get("/static/none.js"),
			"signed out":  newCaller(t, app).get("/admin/users"),
			"odd method":  c.request("BREW", "/", nil),
			"odd path":    c.get("/%2e%2e/%2e%2e/etc/passwd"),
			"no question": c.get("/questions/none"),
		}
		for _, route := range routes(app) {
			if route.Method == http.MethodGet {
				responses[route.Path] = c.get(at(route.Path))
			}
		}
		for name, res := range responses {
			csp := res.Header.Get("Content-Security-Policy")
			for _, part := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} {
				if !strings.Contains(csp, part) {
					t.Errorf("%s: the policy lacks %s: %q", name, part, csp)
				}
			}
			if strings.Contains(csp, "unsafe") || strings.Contains(csp, "script-src") && !strings.Contains(csp, "script-src 'self'") {
				t.Errorf("%s: %q", name, csp)
			}
			if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Referrer-Policy") == "" {
				t.Errorf("%s: %v", name, res.Header)
			}
			if hsts := res.Header.Get("Strict-Transport-Security"); secure != (hsts == "max-age=31536000; includeSubDomains") {
				t.Errorf("%s: HSTS %q where https is %t", name, hsts, secure)
			}
		}
	}
}

// Number 26 of the security checklist.
func TestHtmxIsConfined(t *testing.T) {
	_, cfg := fresh(t)
	doc, err := goquery.NewDocumentFromReader(newCaller(t, New(cfg)).get("/login").Body)
	if err != nil {
		t.Fatal(err)
	}
	config := doc.Find("meta[name=htmx-config]").AttrOr("content", "")
	for _, want := range []string{`"allowEval":false`, `"includeIndicatorStyles":false`, `"selfRequestsOnly":true`, `"historyCacheSize":0`, `"code":"[45]..","swap":true,"error":true,"target":"#main","select":"#main"`} {
		if !strings.Contains(config, want) {
			t.Errorf("no %s in %s", want, config)
		}
	}
}

// Number 49 of the security checklist.
func TestOversizeIsRefusedBeforeWork(t *testing.T) {
	w, cfg := fresh(t)
	c := newCaller(t, New(cfg)).in("ann")
	fields := url.Values{}
	for i := range 10_000 {
		fields.Add("x"+string(rune('a'+i%26)), "")
	}
	for name, tt := range map[string]struct {
		form url.Values
		edit func(*http.Request)
	}{
		"50 MB":            {url.Values{"question": {strings.Repeat("x", 50<<20)}}, func(*http.Request) {}},
		"50 MB, unnamed":   {url.Values{"question": {strings.Repeat("x", 50<<20)}}, func(r *http.Request) { r.ContentLength = -1 }},
		"100 kB":           {url.Values{"question": {strings.Repeat("x", 100_000)}}, func(*http.Request) {}},
		"10,000 fields":    {fields, func(*http.Request) {}},
		"3,000 characters": {url.Values{"question": {strings.Repeat("why ", 750)}}, func(*http.Request) {}},
	} {
		res := c.request(http.MethodPost, "/questions", tt.form, tt.edit)
		if !slices.Contains([]int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity}, res.StatusCode) {
			t.Errorf("%s: %s", name, res.Status)
		}
	}
	if len(w.questions) != 0 {
		t.Errorf("%d questions were asked", len(w.questions))
	}
}

// Number 51 of the security checklist.
func TestOddRequests(t *testing.T) {
	_, cfg := fresh(t)
	app := New(cfg)
	c := newCaller(t, app)
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/vars", "/metrics", "/.env", "/.git/config", "/api/v2/heartbeat"} {
		if res := c.get(path); res.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: %s", path, res.Status)
		}
	}
	for _, method := range []string{http.MethodTrace, http.MethodConnect} {
		if res := c.request(method, "/login", nil); res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %s", method, res.Status)
		}
	}
	for _, path := range []string{"/", "/login", "/nowhere"} {
		res := c.request(http.MethodGet, path, nil, func(r *http.Request) {
			r.Host = "evil.test"
			r.Header.Set("X-Forwarded-Host", "evil.test")
		})
		if text := body(t, res); strings.Contains(text, "evil.test") || strings.Contains(res.Header.Get("Location"), "evil.test") {
			t.Errorf("GET %s repeats a foreign host: %v", path, res.Header)
		}
	}
}
