package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/querent/querent/internal/account"
)

// window is a limiter that counts as Redis does: what it refused does not
// count.
type window struct {
	mu    sync.Mutex
	times map[string][]time.Time
	known map[string]bool
}

func (l *window) Allow(_ context.Context, key string, limit int, w time.Duration) (bool, time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.times[key]
	for len(list) > 0 && time.Since(list[0]) >= w {
		list = list[1:]
	}
	if len(list) >= limit {
		return false, w - time.Since(list[0]), nil
	}
	l.times[key] = append(list, time.Now())
	return true, 0, nil
}

func (l *window) TakeBack(_ context.Context, key string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if list := l.times[key]; len(list) > 0 {
		l.times[key] = list[:len(list)-1]
	}
	return nil
}

func (l *window) Remember(_ context.Context, key string, _ time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known[key] = true
	return nil
}

func (l *window) Remembers(_ context.Context, key string) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.known[key], nil
}

func newWindow() *window { return &window{times: map[string][]time.Time{}, known: map[string]bool{}} }

// guarded ties the application to a limiter that counts.
func guarded(t *testing.T) Config {
	_, cfg := fresh(t)
	cfg.Limiter = newWindow()
	return cfg
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Number 11 of the security checklist. That both take the same time is
// internal/account's to test.
func TestSignInDoesNotSayWhichNamesExist(t *testing.T) {
	_, cfg := fresh(t)
	app := New(cfg)
	try := func(name string) string {
		res := newCaller(t, app).signIn(name, "wrong wrong wrong")
		return fmt.Sprint(res.StatusCode, strings.ReplaceAll(body(t, res), name, "NAME"), res.Cookies())
	}
	if unknown, wrong := try("zoe"), try("ann"); unknown != wrong {
		t.Errorf("an unknown name answers\n%s\nand a wrong password\n%s", unknown, wrong)
	}
}

// Number 12 of the security checklist.
func TestGuessesAtOneNameAreSlowed(t *testing.T) {
	cfg := guarded(t)
	app := New(cfg)
	synctest.Test(t, func(t *testing.T) {
		owner := newCaller(t, app)
		owner.from = "203.0.113.7"
		owner.in("ada")
		guess := func(i int, name string) *http.Response {
			c := newCaller(t, app)
			c.from = fmt.Sprintf("198.51.100.%d", i)
			return c.signIn(name, "wrong wrong wrong")
		}
		for i := range failsName {
			if res := guess(i, "ada"); res.StatusCode != http.StatusUnprocessableEntity {
				t.Fatalf("guess %d: %s", i, res.Status)
			}
		}
		for _, spelling := range []string{"ada", "ADA", "Ada"} {
			if res := guess(99, spelling); res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
				t.Errorf("one guess more, at %s: %s, Retry-After %q", spelling, res.Status, res.Header.Get("Retry-After"))
			}
		}
		if res := owner.signIn("ada", password); res.StatusCode != http.StatusSeeOther {
			t.Errorf("strangers keep the owner out of the usual browser: %s", res.Status)
		}
		another := newCaller(t, app)
		another.from = owner.from
		if res := another.signIn("ada", password); res.StatusCode != http.StatusSeeOther {
			t.Errorf("strangers keep the owner out of another browser at the usual address: %s", res.Status)
		}
		stolen := newCaller(t, app)
		stolen.jar[deviceName] = &http.Cookie{Name: deviceName, Value: owner.jar[deviceName].Value + "x"}
		if res := stolen.signIn("ada", password); res.StatusCode != http.StatusTooManyRequests {
			t.Errorf("a made-up device is known: %s", res.Status)
		}
		time.Sleep(failWindow)
		if res := newCaller(t, app).signIn("ada", password); res.StatusCode != http.StatusSeeOther {
			t.Errorf("after the window: %s", res.Status)
		}
	})
}

const deviceName = "querent-device"

// Who signs in counts for no limit: forty people behind one address may, again
// and again, and each may many times.
func TestOnlyWrongPasswordsCount(t *testing.T) {
	w, cfg := fresh(t)
	limiter := newWindow()
	cfg.Limiter = limiter
	app := New(cfg)
	synctest.Test(t, func(t *testing.T) {
		for range failsAddress + 1 {
			newCaller(t, app).in("ann") // each time a browser that is not known
		}
		delete(w.users, w.named(t, "bob").ID)
		if res := newCaller(t, app).signIn("bob", password); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a wrong one: %s", res.Status)
		}
		counted := 0
		for _, times := range limiter.times {
			counted += len(times)
		}
		if counted != 2 {
			t.Errorf("%d counted, want the wrong one for its name and its address: %v", counted, limiter.times)
		}
	})
}

// Guesses made at once are counted before any has failed.
func TestGuessesAtOnceAreCounted(t *testing.T) {
	app := New(guarded(t))
	synctest.Test(t, func(t *testing.T) {
		statuses := make(chan int, 3*failsName)
		for range 3 * failsName {
			go func() { statuses <- newCaller(t, app).signIn("ada", "wrong wrong wrong").StatusCode }()
		}
		tried := 0
		for range 3 * failsName {
			if <-statuses == http.StatusUnprocessableEntity {
				tried++
			}
		}
		if tried != failsName {
			t.Errorf("%d passwords were tried, want %d", tried, failsName)
		}
	})
}

// Who found a browser signed in can't guess the password there.
func TestGuessesAtTheCurrentPasswordAreSlowed(t *testing.T) {
	app := New(guarded(t))
	ann := newCaller(t, app).in("ann")
	change := func(current string) *http.Response {
		return ann.request(http.MethodPost, "/account/password", url.Values{"current": {current}, "next": {"sixteen new tulips"}})
	}
	for range failsName {
		if res := change("wrong wrong wrong"); res.StatusCode != http.StatusUnprocessableEntity {
			t.Fatal(res.Status)
		}
	}
	if res := change(password); res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Errorf("%s, Retry-After %q", res.Status, res.Header.Get("Retry-After"))
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "::ffff:192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "nonsense": "nonsense", "": "",
	} {
		if got := network(address); got != want {
			t.Errorf("network(%q) = %q, want %q", address, got, want)
		}
	}
}

// Number 13 of the security checklist.
func TestGuessesFromOneAddressAreSlowed(t *testing.T) {
	cfg := guarded(t)
	app := New(cfg)
	synctest.Test(t, func(t *testing.T) {
		for i := range 100 {
			want := http.StatusUnprocessableEntity
			if i >= failsAddress {
				want = http.StatusTooManyRequests
			}
			if res := newCaller(t, app).signIn(fmt.Sprintf("user%d", i), "wrong wrong wrong"); res.StatusCode != want {
				t.Fatalf("account %d: %s, want %d", i, res.Status, want)
			}
			if want == http.StatusUnprocessableEntity {
				continue
			}
			return
		}
	})
}

// Number 14 of the security checklist.
func TestForwardedAddressesAreNotBelieved(t *testing.T) {
	cfg := guarded(t)
	cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	app := New(cfg)
	synctest.Test(t, func(t *testing.T) {
		last := 0
		for i := range failsAddress + 1 {
			res := newCaller(t, app).request(http.MethodPost, "/login", url.Values{"name": {fmt.Sprint("user", i)}, "password": {"wrong wrong wrong"}},
				func(r *http.Request) {
					r.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i))
					r.Header.Set("X-Real-IP", fmt.Sprintf("203.0.113.%d", i))
				})
			last = res.StatusCode
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("spoofing evades the limit: %d", last)
		}
	})
}

// Number 19 of the security checklist.
func TestPasswordChange(t *testing.T) {
	_, cfg := fresh(t)
	app := New(cfg)
	here, there := newCaller(t, app).in("ann"), newCaller(t, app).in("ann")
	change := func(current, next string) int {
		return here.request(http.MethodPost, "/account/password", url.Values{"current": {current}, "next": {next}}).StatusCode
	}
	const next = "sixteen new tulips"
	for _, current := range []string{"", "wrong wrong wrong"} {
		if got := change(current, next); got != http.StatusUnprocessableEntity {
			t.Errorf("current password %q: %d", current, got)
		}
	}
	if got := change(password, "password123456"); got != http.StatusUnprocessableEntity {
		t.Errorf("a common password: %d", got)
	}
	if res := there.get("/"); res.StatusCode != http.StatusOK {
		t.Errorf("a refused change ended a session: %s", res.Status)
	}
	old := here.jar[deviceName]
	if got := change(password, next); got != http.StatusSeeOther {
		t.Fatalf("change: %d", got)
	}
	there.out("another session")
	if res := here.get("/"); res.StatusCode != http.StatusOK {
		t.Errorf("this session: %s", res.Status)
	}
	if cfg.Accounts.KnowsDevice(t.Context(), "ann", old.Value) || !cfg.Accounts.KnowsDevice(t.Context(), "ann", here.jar[deviceName].Value) {
		t.Error("devices do not follow the password")
	}
}

// Number 36 of the security checklist.
func TestNextLeadsToThisSiteOnly(t *testing.T) {
	_, cfg := fresh(t)
	app := New(cfg)
	for _, next := range []string{"//evil.test", `/\evil.test`, "https:evil.test", "https://evil.test/", "/%2F%2Fevil.test", "/x\r\nSet-Cookie: a=b", "/x%0d%0aSet-Cookie:a=b", "javascript:alert(1)", "", "history"} {
		res := newCaller(t, app).request(http.MethodPost, "/login", url.Values{"name": {"ann"}, "password": {password}, "next": {next}})
		to, err := url.Parse(res.Header.Get("Location"))
		if err != nil || to.Host != "" || to.Scheme != "" || !strings.HasPrefix(to.Path, "/") || strings.HasPrefix(to.Path, "//") || strings.ContainsAny(res.Header.Get("Location"), "\\\r\n") {
			t.Errorf("next=%q leads to %q", next, res.Header.Get("Location"))
		}
		for _, cookie := range res.Cookies() {
			if cookie.Name == "a" {
				t.Errorf("next=%q sets a cookie", next)
			}
		}
	}
	if res := newCaller(t, app).request(http.MethodPost, "/login", url.Values{"name": {"ann"}, "password": {password}, "next": {"/history?page=2"}}); res.Header.Get("Location") != "/history?page=2" {
		t.Errorf("an own path: %s", res.Header.Get("Location"))
	}
}

// Number 40 of the security checklist.
func TestExtraFieldsChangeNothing(t *testing.T) {
	w, cfg := fresh(t)
	app := New(cfg)
	ann, ada := newCaller(t, app).in("ann"), newCaller(t, app).in("ada")
	extra := url.Values{"role": {"admin"}, "id": {"x"}, "ID": {"x"}, "epoch": {"99"}, "disabled": {"false"}, "current": {password}, "next": {"sixteen new tulips"}}
	if res := ann.request(http.MethodPost, "/account/password", extra); res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.Status)
	}
	if u := w.named(t, "ann"); u.Role != account.Analyst || u.Epoch == 99 {
		t.Errorf("%+v", u)
	}
	bob := w.named(t, "bob")
	if res := ann.request(http.MethodPost, "/admin/users/"+bob.ID, url.Values{"do": {"role"}, "role": {"admin"}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("an analyst promotes: %s", res.Status)
	}
	ada.request(http.MethodPost, "/admin/users/"+bob.ID, url.Values{"do": {"disable"}, "role": {"admin"}, "name": {"mallory"}, "password_hash": {"x"}})
	if u := w.named(t, "bob"); u.Role != account.Analyst || !u.Disabled || u.PasswordHash != bob.PasswordHash {
		t.Errorf("an unasked change: %+v", u)
	}
}

// Number 20 of the security checklist.
func TestNoPageMakesTheFirstAdministrator(t *testing.T) {
	w, cfg := fresh(t)
	clear(w.users)
	c := newCaller(t, New(cfg))
	for _, path := range []string{"/setup", "/install", "/register", "/signup", "/admin/setup", "/api/setup"} {
		if res := c.request(http.MethodPost, path, url.Values{"name": {"mallory"}, "password": {password}}); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
	if res := c.request(http.MethodPost, "/admin/users", url.Values{"name": {"mallory"}, "role": {"admin"}}); res.StatusCode != http.StatusSeeOther || len(w.users) != 0 {
		t.Errorf("%s, %d users", res.Status, len(w.users))
	}
}
