package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// load is a running server and those who use it.
type load struct {
	base      string
	out       io.Writer
	questions func(i int) string
	asks      int // a second
	pages     int // a second, an answer's among them
	analysts  []*analyst
	most      int  // analysts whose times count; the others have runaways going
	fresh     bool // past the cache of readings
}

// signIn signs analysts in, who all have the same password.
func (l *load) signIn(names []string, password string) error {
	for i, name := range names {
		jar, err := cookiejar.New(nil)
		if err != nil {
			return err
		}
		a := &analyst{base: l.base, client: http.Client{Jar: jar, Timeout: 3 * time.Minute,
			Transport: from{fmt.Sprintf("198.51.%d.%d", 100+i/250, i%250), &http.Transport{MaxIdleConnsPerHost: 10}}}}
		if _, status, err := a.post("/login", url.Values{"name": {name}, "password": {password}}); err != nil || status != http.StatusOK {
			return errors.Join(fmt.Errorf("%s can't sign in: %d", name, status), err)
		}
		l.analysts = append(l.analysts, a)
	}
	return nil
}

// heading is the table's first line.
func (l *load) heading() {
	fmt.Fprintf(l.out, "%-44s %6s %8s %8s %8s %7s\n", "", "n", "p50", "p99", "most", "failed")
}

// analyst is a signed-in user who may be slow but never ends the test.
type analyst struct {
	base   string
	client http.Client
	last   string // path of an answer
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

func (m *times) print(w io.Writer, name string) {
	ms := func(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }
	fmt.Fprintf(w, "%-44s %6d %8s %8s %8s %7d %s\n", name, len(m.took), ms(m.part(.5)), ms(m.part(.99)), ms(m.part(1)), m.failed, m.why)
}

type phase struct {
	name        string
	asks, pages *times
}

// phase asks and looks at pages at steady rates, whatever the answers take,
// while some analysts have runaways going.
func (l *load) phase(ctx context.Context, name string, lasts time.Duration, heavy, each int) phase {
	p := phase{name, &times{}, &times{}}
	ctx, cancel := context.WithTimeout(ctx, lasts)
	defer cancel()
	var going sync.WaitGroup
	for _, a := range l.analysts[l.most : l.most+heavy] {
		for range each {
			going.Go(func() { a.runsAway(ctx, l.questions(0)) })
		}
	}
	if heavy > 0 {
		time.Sleep(time.Second) // so that the rush is part of it, and the state after it
	}
	l.steadily(ctx, &going, l.asks, p.ask(l))
	l.steadily(ctx, &going, l.pages, p.look)
	going.Wait()
	p.asks.print(l.out, name+": asks")
	p.pages.print(l.out, name+": pages")
	return p
}

// steadily begins something so many times a second, for one analyst after the
// other, until ctx ends.
func (l *load) steadily(ctx context.Context, going *sync.WaitGroup, rate int, do func(a *analyst, i int)) {
	if rate <= 0 {
		return
	}
	going.Go(func() {
		tick := time.NewTicker(time.Second / time.Duration(rate))
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				going.Go(func() { do(l.analysts[i%l.most], i) })
			}
		}
	})
}

// ask measures asking, to the end of the answer.
func (p phase) ask(l *load) func(a *analyst, i int) {
	return func(a *analyst, i int) {
		start := time.Now()
		form := url.Values{"question": {l.questions(i)}}
		if l.fresh {
			form.Set("fresh", "1")
		}
		path, err := a.asks(form)
		p.asks.add(time.Since(start), err)
		if err == nil {
			p.asks.mu.Lock()
			defer p.asks.mu.Unlock()
			a.last = path
		}
	}
}

// look measures a page, most often of an answer.
func (p phase) look(a *analyst, i int) {
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
}

// runsAway has a query that never ends going until ctx ends; then it is
// cancelled.
func (a *analyst) runsAway(ctx context.Context, question string) {
	for ctx.Err() == nil {
		parent := a.last
		if parent == "" {
			path, err := a.ask(question)
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
	return a.asks(url.Values{"question": {question}})
}

func (a *analyst) asks(form url.Values) (path string, err error) {
	if path, err = a.starts("/questions", form); err == nil {
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

func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}
