package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The load program: `make load` runs it against real Postgres, Redis and Chroma
// and one server process, and it prints what it measured. It is a test so that
// it can start all of them; without QUERENT_LOAD it is skipped, since it wants
// the machine to itself.
const loadVariable = "QUERENT_LOAD"

const (
	loadPhase  = 30 * time.Second
	asksSecond = 4
	seesSecond = 20 // pages, an answer's among them
	asMany     = 40 // analysts whose times count
	runaways   = 16
)

// What must hold while runaways go.
const (
	mostAsk  = 2 * time.Second
	mostPage = 200 * time.Millisecond
)

// loadQuestions are asked in turn, with another number each time, so that few
// are answered from the cache.
var loadQuestions = []string{"how many employees are there", "number of invoices", "top %d customers by revenue", "how many orders were there in 2024", "invoices over %d"}

func TestLoad(t *testing.T) {
	if os.Getenv(loadVariable) == "" {
		t.Skip("set " + loadVariable + " to measure")
	}
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t, "QUERENT_LOG_LEVEL", "warn", "QUERENT_TRUSTED_PROXIES", "127.0.0.1")
	r.ready(t)
	l := &load{t: t, s: s, base: r.url}
	l.signIn(asMany + runaways)
	fmt.Printf("%d cores, load average before: %s\n", runtime.NumCPU(), loadAverage())
	fmt.Printf("%-44s %6s %8s %8s %8s %7s\n", "", "n", "p50", "p99", "most", "failed")
	l.phase("warming up", 5*time.Second, 0, 0)
	quiet := l.phase("nobody else", loadPhase, 0, 0)
	one := l.phase("one analyst with 4 runaways", loadPhase, 1, 4)
	many := l.phase("16 analysts with a runaway each", loadPhase, runaways, 1)
	for _, p := range []phase{quiet, one, many} {
		if got := p.asks.part(.99); got > mostAsk {
			t.Errorf("%s: asks p99 %v", p.name, got)
		}
		if got := p.pages.part(.99); got > mostPage {
			t.Errorf("%s: pages p99 %v", p.name, got)
		}
		if n := p.asks.failed + p.pages.failed; n > 0 {
			t.Errorf("%s: %d failed", p.name, n)
		}
	}
}

func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}

// load is a running server and those who use it.
type load struct {
	t        *testing.T
	s        *stack
	base     string
	analysts []*analyst
}

// analyst is a signed-in user who may be slow but never ends the test.
type analyst struct {
	base   string
	client http.Client
	last   string // path of an answer
}

// signIn makes users and signs them in.
func (l *load) signIn(n int) {
	exec1(l.t, l.s.dsn, `insert into users (name, name_key, role, password_hash)
		select 'load' || i, 'load' || i, 'analyst', users.password_hash from users, generate_series(1, $1::int) as i where name_key = $2`, n, testAdmin)
	for i := range n {
		jar, err := cookiejar.New(nil)
		if err != nil {
			l.t.Fatal(err)
		}
		a := &analyst{base: l.base, client: http.Client{Jar: jar, Timeout: 3 * time.Minute,
			Transport: from{fmt.Sprintf("198.51.100.%d", i), &http.Transport{MaxIdleConnsPerHost: 10}}}}
		if _, status, err := a.post("/login", url.Values{"name": {fmt.Sprintf("load%d", i+1)}, "password": {testPassword}}); err != nil || status != http.StatusOK {
			l.t.Fatal(status, err)
		}
		l.analysts = append(l.analysts, a)
	}
}

// from sends requests as of an address of their own: signing in is limited by
// address.
type from struct {
	address string
	by      http.RoundTripper
}

func (f from) RoundTrip(req *http.Request) (*http.Response, error) {
	req.Header.Set("X-Forwarded-For", f.address)
	return f.by.RoundTrip(req)
}

// times are measured times of one kind.
type times struct {
	mu     sync.Mutex
	took   []time.Duration
	failed int
	why    string
}

func (m *times) add(took time.Duration, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		m.failed++
		m.why = err.Error()
		return
	}
	m.took = append(m.took, took)
}

// part is the time that a part of all stayed below.
func (m *times) part(p float64) time.Duration {
	if len(m.took) == 0 {
		return 0
	}
	slices.Sort(m.took)
	return m.took[min(int(p*float64(len(m.took))), len(m.took)-1)]
}

func (m *times) print(name string) {
	ms := func(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }
	fmt.Printf("%-44s %6d %8s %8s %8s %7d %s\n", name, len(m.took), ms(m.part(.5)), ms(m.part(.99)), ms(m.part(1)), m.failed, m.why)
}

type phase struct {
	name        string
	asks, pages *times
}

// phase asks and looks at pages at steady rates, whatever the answers take,
// while some analysts have runaways going.
func (l *load) phase(name string, lasts time.Duration, heavy, each int) phase {
	p := phase{name, &times{}, &times{}}
	ctx, cancel := context.WithTimeout(l.t.Context(), lasts)
	defer cancel()
	var going sync.WaitGroup
	for _, a := range l.analysts[asMany : asMany+heavy] {
		for range each {
			going.Go(func() { a.runsAway(ctx) })
		}
	}
	if heavy > 0 {
		time.Sleep(time.Second) // so that the rush is part of it, and the state after it
	}
	at := func(every time.Duration, do func(a *analyst, i int)) {
		going.Go(func() {
			tick := time.NewTicker(every)
			defer tick.Stop()
			for i := 0; ; i++ {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
					going.Go(func() { do(l.analysts[i%asMany], i) })
				}
			}
		})
	}
	at(time.Second/asksSecond, func(a *analyst, i int) {
		question := loadQuestions[i%len(loadQuestions)]
		if strings.Contains(question, "%d") {
			question = fmt.Sprintf(question, 2+rand.IntN(5000))
		}
		start := time.Now()
		path, err := a.ask(question)
		p.asks.add(time.Since(start), err)
		if err == nil {
			p.asks.mu.Lock()
			a.last = path
			p.asks.mu.Unlock()
		}
	})
	at(time.Second/seesSecond, func(a *analyst, i int) {
		path := []string{"/", "/history", "", "?sort=1", "?chart=none"}[i%5]
		p.asks.mu.Lock()
		answer := a.last
		p.asks.mu.Unlock()
		if i%5 >= 2 {
			if answer == "" {
				return
			}
			path = answer + path
		}
		start := time.Now()
		body, status, err := a.get(path)
		if err == nil && (status != http.StatusOK || strings.Contains(body, "can't be shown now")) {
			err = fmt.Errorf("%s: %d", path, status)
		}
		p.pages.add(time.Since(start), err)
	})
	going.Wait()
	p.asks.print(name + ": asks")
	p.pages.print(name + ": pages")
	return p
}

// runsAway has a query that never ends going until ctx ends; then it is
// cancelled.
func (a *analyst) runsAway(ctx context.Context) {
	for ctx.Err() == nil {
		parent := a.last
		if parent == "" {
			path, err := a.ask("how many employees are there")
			if err != nil {
				time.Sleep(time.Second)
				continue
			}
			parent, a.last = path, path
		}
		path, err := a.starts(parent+"/run", url.Values{"sql": {"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"}})
		if err == nil {
			_ = a.follow(ctx, path)
			if ctx.Err() != nil {
				_, _, _ = a.post(path+"/cancel", nil)
			}
		}
	}
}

// ask asks and follows to the end.
func (a *analyst) ask(question string) (path string, err error) {
	if path, err = a.starts("/questions", url.Values{"question": {question}}); err == nil {
		err = a.follow(context.Background(), path)
	}
	return path, err
}

// starts posts a question and gives its path.
func (a *analyst) starts(to string, form url.Values) (path string, err error) {
	once := a.client
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := once.PostForm(a.base+to, form)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		return "", fmt.Errorf("asking: %d", res.StatusCode)
	}
	return res.Header.Get("Location"), nil
}

// follow reads a question's stream to its end.
func (a *analyst) follow(ctx context.Context, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+path+"/stream", nil)
	if err != nil {
		return err
	}
	res, err := a.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	events := bufio.NewScanner(res.Body)
	events.Buffer(nil, 16<<20)
	for events.Scan() {
		if events.Text() == "event: end" {
			return nil
		}
	}
	return fmt.Errorf("the stream ended early: %w", events.Err())
}

func (a *analyst) get(path string) (body string, status int, err error) {
	return read(a.client.Get(a.base + path))
}

func (a *analyst) post(path string, form url.Values) (body string, status int, err error) {
	return read(a.client.PostForm(a.base+path, form))
}

func read(res *http.Response, err error) (string, int, error) {
	if err != nil {
		return "", 0, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return string(b), res.StatusCode, err
}
