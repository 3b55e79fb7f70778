package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/scs/v2/memstore"

	"github.com/querent/querent/internal/account"
)

// The tests of this file and of those like it are named by the row of the
// security checks that they hold.

// caller sends requests to the application itself, and keeps cookies as a
// browser does. It needs no network, so it works where time is not the clock's.
type caller struct {
	t    *testing.T
	app  http.Handler
	jar  map[string]*http.Cookie
	from string // address
}

func newCaller(t *testing.T, app http.Handler) *caller {
	return &caller{t, app, map[string]*http.Cookie{}, "192.0.2.1"}
}

// request makes a request as the browser would; change edits it.
func (c *caller) request(method, path string, form url.Values, change ...func(*http.Request)) *http.Response {
	c.t.Helper()
	req := httptest.NewRequestWithContext(c.t.Context(), method, path, strings.NewReader(form.Encode()))
	req.RemoteAddr = c.from + ":1"
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for _, cookie := range c.jar {
		req.AddCookie(cookie)
	}
	for _, edit := range change {
		edit(req)
	}
	rec := httptest.NewRecorder()
	c.app.ServeHTTP(rec, req)
	res := rec.Result()
	for _, cookie := range res.Cookies() {
		if cookie.MaxAge < 0 {
			delete(c.jar, cookie.Name)
			continue
		}
		c.jar[cookie.Name] = cookie
	}
	return res
}

func (c *caller) get(path string) *http.Response { return c.request(http.MethodGet, path, nil) }

func (c *caller) signIn(name, password string) *http.Response {
	return c.request(http.MethodPost, "/login", url.Values{"name": {name}, "password": {password}})
}

// in signs in and must succeed.
func (c *caller) in(name string) *caller {
	c.t.Helper()
	if res := c.signIn(name, password); res.StatusCode != http.StatusSeeOther {
		c.t.Fatalf("sign in as %s: %s", name, res.Status)
	}
	return c
}

const sessionCookie = "querent"

func (c *caller) session() *http.Cookie {
	c.t.Helper()
	cookie := c.jar[sessionCookie]
	if cookie == nil {
		c.t.Fatal("no session cookie")
	}
	return cookie
}

// with is the caller's twin that has another session cookie and no other.
func (c *caller) with(cookie *http.Cookie) *caller {
	twin := newCaller(c.t, c.app)
	twin.jar[cookie.Name] = cookie
	return twin
}

// out fails unless the caller is asked to sign in.
func (c *caller) out(what string) {
	c.t.Helper()
	if res := c.get("/"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/login") {
		c.t.Errorf("%s: %s %s, want the sign-in page", what, res.Status, res.Header.Get("Location"))
	}
}

func (w *world) named(t *testing.T, name string) *account.User {
	t.Helper()
	u, err := w.UserByName(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Number 01 of the security checklist.
func TestTokenIsRenewedAtSignIn(t *testing.T) {
	_, cfg := fresh(t)
	c := newCaller(t, New(cfg)).in("ann")
	before := c.session()
	c.in("ann")
	if c.session().Value == before.Value {
		t.Error("the token stayed the same")
	}
	c.with(before).out("the old token")
}

// Number 02 of the security checklist.
func TestChosenTokenIsIgnored(t *testing.T) {
	_, cfg := fresh(t)
	app := New(cfg)
	chosen := &http.Cookie{Name: sessionCookie, Value: strings.Repeat("A", 43)}
	c := newCaller(t, app).with(chosen).in("ann")
	if c.session().Value == chosen.Value {
		t.Error("an attacker's token was taken over")
	}
	c.with(chosen).out("the attacker's token")
}

// Number 03 of the security checklist.
func TestCookieIsConfined(t *testing.T) {
	_, cfg := fresh(t)
	cfg.Secure = true
	c := newCaller(t, New(cfg)).in("ann")
	for _, name := range []string{"__Host-querent", "__Host-querent-device"} {
		k := c.jar[name]
		if k == nil || !k.Secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" {
			t.Errorf("%s: %v", name, k)
		}
	}
}

// Number 04 of the security checklist.
func TestTokenIsLongAndHashedInTheStore(t *testing.T) {
	_, cfg := fresh(t)
	store := memstore.NewWithCleanupInterval(0)
	cfg.Sessions = store
	token := newCaller(t, New(cfg)).in("ann").session().Value
	if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 32 {
		t.Errorf("a token of %d bytes, %v", len(raw), err)
	}
	sum := sha256.Sum256([]byte(token))
	all, err := store.All()
	if _, hashed := all[base64.RawURLEncoding.EncodeToString(sum[:])]; err != nil || !hashed || len(all) != 1 {
		t.Errorf("not kept by hash: %d sessions, %v", len(all), err)
	}
}

// Number 05 of the security checklist.
func TestSignOutEndsTheSession(t *testing.T) {
	_, cfg := fresh(t)
	store := memstore.NewWithCleanupInterval(0)
	cfg.Sessions = store
	c := newCaller(t, New(cfg)).in("ann")
	old := c.session()
	res := c.request(http.MethodPost, "/logout", nil)
	if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Clear-Site-Data") == "" {
		t.Errorf("headers: %v", res.Header)
	}
	c.with(old).out("a replayed token")
	if all, err := store.All(); err != nil || len(all) != 0 {
		t.Errorf("%d sessions left, %v", len(all), err)
	}
}

// Number 06 of the security checklist.
func TestSignOutNeedsAForm(t *testing.T) {
	_, cfg := fresh(t)
	c := newCaller(t, New(cfg)).in("ann")
	if res := c.get("/logout"); res.StatusCode != http.StatusMethodNotAllowed {
		t.Error(res.Status)
	}
	if res := c.get("/"); res.StatusCode != http.StatusOK {
		t.Errorf("signed out by a link: %s", res.Status)
	}
}

// Number 07 of the security checklist.
func TestSignOutEverywhere(t *testing.T) {
	_, cfg := fresh(t)
	app := New(cfg)
	here, there := newCaller(t, app).in("ann"), newCaller(t, app).in("ann")
	if res := here.request(http.MethodPost, "/account/logout-everywhere", nil); res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.Status)
	}
	there.out("the other browser")
	if res := here.get("/"); res.StatusCode != http.StatusOK {
		t.Errorf("this browser: %s", res.Status)
	}
}

// Number 08 of the security checklist.
func TestDisablingHoldsAtOnce(t *testing.T) {
	w, cfg := fresh(t)
	app := New(cfg)
	ada, bob := newCaller(t, app).in("ada"), newCaller(t, app).in("bob")
	if res := ada.request(http.MethodPost, "/admin/users/"+w.named(t, "bob").ID, url.Values{"do": {"disable"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.Status)
	}
	res := bob.request(http.MethodGet, "/", nil, func(r *http.Request) { r.Header.Set("HX-Request", "true") })
	if !strings.HasPrefix(res.Header.Get("HX-Redirect"), "/login") {
		t.Errorf("htmx: %s %v", res.Status, res.Header)
	}
	bob.out("the next request")
	if res := bob.signIn("bob", password); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("signs in again: %s", res.Status)
	}
}

// Number 09 of the security checklist.
func TestDemotionHoldsAtOnce(t *testing.T) {
	w, cfg := fresh(t)
	app := New(cfg)
	b := newCaller(t, app).in("ada")
	u := w.named(t, "ada")
	u.Role = account.Analyst // in the store alone: the session keeps no role
	w.users[u.ID] = *u
	if res := b.get("/admin/users"); res.StatusCode != http.StatusForbidden {
		t.Errorf("a role that was taken away: %s", res.Status)
	}
}

// Number 10 of the security checklist.
func TestSessionsExpire(t *testing.T) {
	for name, tt := range map[string]struct {
		every time.Duration
		times int
	}{"idle": {idleTime + time.Second, 1}, "absolute": {idleTime - time.Minute, int(longest/(idleTime-time.Minute)) + 1}} {
		t.Run(name, func(t *testing.T) {
			_, cfg := fresh(t)
			app := New(cfg) // outside: what it starts in the background outlasts a bubble
			synctest.Test(t, func(t *testing.T) {
				c := newCaller(t, app).in("ann")
				for i := range tt.times {
					time.Sleep(tt.every)
					if i == tt.times-1 {
						break
					}
					if res := c.get("/account"); res.StatusCode != http.StatusOK {
						t.Fatalf("ended early, after %v: %s", tt.every*time.Duration(i+1), res.Status)
					}
				}
				c.out("after its time")
			})
		})
	}
}

// Number 53 of the security checklist.
func TestNothingIsKeptByTheBrowser(t *testing.T) {
	_, cfg := fresh(t)
	app := New(cfg)
	c := newCaller(t, app).in("ada")
	for _, route := range routes(app) {
		if route.Method != http.MethodGet || slices.Contains([]string{"/static/*", livePath, oldLivePath, readyPath}, route.Path) {
			continue
		}
		if res := c.get(strings.ReplaceAll(route.Path, ":id", "00000000-0000-0000-0000-000000000000")); res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q", route.Path, res.Header.Get("Cache-Control"))
		}
	}
}
