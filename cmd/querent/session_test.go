package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gomodule/redigo/redis"
)

const sessionPrefix = "querent:session:"

// redisConn is the test's own connection to the stack's Redis.
func (s *stack) redisConn(t *testing.T) redis.Conn {
	t.Helper()
	c, err := redis.DialURL(s.env["REDIS_URL"], redis.DialPassword(testSecret))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func (s *stack) sessionKeys(t *testing.T, c redis.Conn) []string {
	t.Helper()
	keys, err := redis.Strings(c.Do("KEYS", sessionPrefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// token is the session cookie's value; empty for none.
func (u *user) token() string {
	base, err := url.Parse(u.base)
	if err != nil {
		u.t.Fatal(err)
	}
	for _, c := range u.Jar.Cookies(base) {
		if strings.HasSuffix(c.Name, "querent") {
			return c.Value
		}
	}
	return ""
}

// with is another browser that sends a token of the test's choosing.
func (u *user) with(token string) *user {
	u.t.Helper()
	other := browser(u.t, u.base)
	base, err := url.Parse(u.base)
	if err != nil {
		u.t.Fatal(err)
	}
	other.Jar.SetCookies(base, []*http.Cookie{{Name: "querent", Value: token, Path: "/"}})
	return other
}

// out reports whether the browser is signed out: asked to sign in.
func (u *user) out() bool {
	u.t.Helper()
	_, page := u.get("/account")
	return page.Url.Path == "/login"
}

// The life of a session in a real Redis, as an attacker would try it.
// Numbers 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 46 of the security checklist.
func TestSessions(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t)
	r.ready(t)
	c := s.redisConn(t)
	t.Run("a token is new at each sign-in and stored as a hash", func(t *testing.T) {
		u := browser(t, r.url).with("chosen-by-an-attacker-0000000000000000000000")
		chosen := u.token()
		u.signsIn(testAdmin, testPassword)
		first := u.token()
		if first == chosen || len(first) != 43 {
			t.Errorf("token %q after bringing %q", first, chosen)
		}
		u.signsIn(testAdmin, testPassword)
		if u.token() == first || !u.with(first).out() || !u.with(chosen).out() || u.out() {
			t.Error("an older token still opens a session")
		}
		keys := s.sessionKeys(t, c)
		if len(keys) == 0 || slices.ContainsFunc(keys, func(k string) bool { return strings.Contains(k, u.token()) }) {
			t.Errorf("keys in Redis: %v", keys)
		}
	})
	t.Run("signing out ends it", func(t *testing.T) { signingOutEndsIt(t, s, r, c) })
	t.Run("log out everywhere", func(t *testing.T) {
		here, there := signIn(t, r.url), signIn(t, r.url)
		here.post("/account/logout-everywhere", nil)
		if here.out() || !there.out() {
			t.Error("want this session to go on and the other to end")
		}
	})
	t.Run("it ends when idle, and at last in any case", func(t *testing.T) { sessionsExpire(t, s, r, c) })
	t.Run("roles and disabling hold at once", func(t *testing.T) { rolesHoldAtOnce(t, s, r) })
	t.Run("the cookie is for us alone", func(t *testing.T) { cookieIsOurs(t, s, r) })
	t.Run("no secret is in a log or a table", func(t *testing.T) { secretsAreKeptNowhere(t, s, r) })
}

// everyRow is the System DB as text.
const everyRow = `select string_agg(query_to_xml(format('select * from %I.%I', schemaname, tablename), true, false, '')::text, '')
	from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`

func secretsAreKeptNowhere(t *testing.T, s *stack, r *replica) {
	u := signIn(t, r.url)
	u.asks("how many orders are there")
	base, err := url.Parse(u.base)
	if err != nil {
		t.Fatal(err)
	}
	dump := scan1[string](t, s.dsn, everyRow)
	if !strings.Contains(dump, "how many orders are there") || !strings.Contains(dump, "$argon2id$") {
		t.Fatalf("the dump of %d bytes lacks what was done", len(dump))
	}
	secrets := []string{testSecret, testPassword}
	for _, c := range u.Jar.Cookies(base) {
		if strings.Contains(c.Name, "querent") {
			secrets = append(secrets, c.Value)
		}
	}
	if len(secrets) != 4 {
		t.Fatalf("%d secrets, want the session's and the device's among them", len(secrets))
	}
	const key = "sk-of-this-test-0123456789"
	model := s.serve(t, "QUERENT_LLM_BASE_URL", "http://127.0.0.1:1/v1", "QUERENT_LLM_ALLOWED_HOSTS", "127.0.0.1", "QUERENT_LLM_MODEL", "m", "QUERENT_LLM_KEY", key)
	model.ready(t)
	signIn(t, model.url).asks("what is the mood of our most grumpy people")
	if !strings.Contains(model.log.String(), "language model failed") {
		t.Error("the language model was not asked")
	}
	dump = scan1[string](t, s.dsn, everyRow)
	for i, secret := range append(secrets, key) {
		if strings.Contains(dump, secret) || strings.Contains(r.log.String()+model.log.String(), secret) {
			t.Errorf("secret %d is in a table or the log", i)
		}
	}
}

func signingOutEndsIt(t *testing.T, s *stack, r *replica, c redis.Conn) {
	u := signIn(t, r.url)
	token, keys := u.token(), len(s.sessionKeys(t, c))
	if status, _ := u.get("/logout"); status != http.StatusMethodNotAllowed || u.out() {
		t.Errorf("GET /logout: %d", status)
	}
	u.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := u.PostForm(u.base+"/logout", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Clear-Site-Data") == "" {
		t.Errorf("POST /logout: %s, %v", res.Status, res.Header)
	}
	if n := len(s.sessionKeys(t, c)); n != keys-1 || !u.with(token).out() {
		t.Errorf("%d sessions of %d are left", n, keys)
	}
}

// sessionsExpire makes time pass in Redis, where sessions live.
func sessionsExpire(t *testing.T, s *stack, r *replica, c redis.Conn) {
	if _, err := c.Do("FLUSHDB"); err != nil {
		t.Fatal(err)
	}
	u := signIn(t, r.url)
	keys := s.sessionKeys(t, c)
	if len(keys) != 1 {
		t.Fatalf("keys %v", keys)
	}
	left := func() time.Duration {
		t.Helper()
		ms, err := redis.Int64(c.Do("PTTL", keys[0]))
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(ms) * time.Millisecond
	}
	const idle = 8 * time.Hour
	if got := left(); got > idle || got < idle-time.Minute {
		t.Errorf("an idle session lives for %v", got)
	}
	if _, err := c.Do("PEXPIRE", keys[0], 60_000); err != nil {
		t.Fatal(err)
	}
	if u.out() || left() < idle-time.Minute {
		t.Errorf("use did not prolong it: %v left", left())
	}
	end := time.Now().Add(1200 * time.Millisecond)
	stored, err := redis.Bytes(c.Do("GET", keys[0]))
	if err != nil {
		t.Fatal(err)
	}
	_, values, err := scs.GobCodec{}.Decode(stored)
	if err != nil {
		t.Fatal(err)
	}
	old, err := scs.GobCodec{}.Encode(end, values) // nearly seven days old
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Do("SET", keys[0], old, "KEEPTTL"); err != nil {
		t.Fatal(err)
	}
	if u.out() || left() > time.Until(end)+time.Second {
		t.Errorf("use prolonged it beyond its absolute end: %v left", left())
	}
	eventually(t, 5*time.Second, "it has ended though it was used", u.out)
}

func rolesHoldAtOnce(t *testing.T, s *stack, r *replica) {
	ada := signIn(t, r.url)
	_, page := ada.post("/admin/users", url.Values{"name": {"bob"}, "role": {"admin"}})
	oneTime := page.Find("main .note code, main [role=status] code").First().Text()
	bob := browser(t, r.url)
	bob.signsIn("bob", oneTime)
	bob.post("/account/password", url.Values{"current": {oneTime}, "next": {testPassword + " of bob"}, "again": {testPassword + " of bob"}})
	if status, _ := bob.get("/admin/users"); status != http.StatusOK {
		t.Fatalf("bob as administrator: %d", status)
	}
	id := scan1[string](t, s.dsn, "select id::text from users where name = 'bob'")
	ada.post("/admin/users/"+id, url.Values{"do": {"analyst"}})
	bob.signsIn("bob", testPassword+" of bob") // a change of role ends sessions
	if status, _ := bob.get("/admin/users"); status != http.StatusForbidden {
		t.Errorf("bob, demoted: %d", status)
	}
	ada.post("/admin/users/"+id, url.Values{"do": {"disable"}})
	if !bob.out() {
		t.Error("bob, disabled, is still in")
	}
}

// The session's cookie, and the one by which a browser is known again, are sent
// to this host alone, and no script reads them.
func cookieIsOurs(t *testing.T, s *stack, r *replica) {
	secure := s.serve(t, "QUERENT_PUBLIC_URL", "https://querent.test")
	secure.ready(t)
	for _, at := range []struct {
		url, name string
		secure    bool
	}{{r.url, "querent", false}, {secure.url, "__Host-querent", true}} {
		client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		res, err := client.PostForm(at.url+"/login", url.Values{"name": {testAdmin}, "password": {testPassword}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		named := map[string]bool{}
		for _, k := range res.Cookies() {
			named[k.Name] = true
			if k.Secure != at.secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" {
				t.Errorf("cookie %v", k)
			}
		}
		if len(named) != 2 || !named[at.name] || !named[at.name+"-device"] {
			t.Errorf("%s: cookies %v", at.url, named)
		}
	}
}
