package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
)

// balancer sends each request to the next replica that lives.
type balancer struct {
	replicas []*replica
	next     atomic.Int64
	sent     []atomic.Int64 // by replica
}

func (b *balancer) RoundTrip(req *http.Request) (*http.Response, error) {
	for range b.replicas {
		i := int(b.next.Add(1)) % len(b.replicas)
		r := b.replicas[i]
		select {
		case <-r.ended:
			continue
		default:
		}
		b.sent[i].Add(1)
		req.URL.Scheme, req.URL.Host = "http", strings.TrimPrefix(r.url, "http://")
		return http.DefaultTransport.RoundTrip(req)
	}
	return nil, errors.New("no replica lives")
}

// balance serves the replicas under one address.
func balance(t *testing.T, replicas ...*replica) (*balancer, string) {
	t.Helper()
	b := &balancer{replicas: replicas, sent: make([]atomic.Int64, len(replicas))}
	srv := httptest.NewServer(&httputil.ReverseProxy{Transport: b, Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.Host = r.In.Host
		r.SetXForwarded()
	}})
	t.Cleanup(srv.Close)
	return b, srv.URL
}

// Two replicas started together share everything. One is killed while
// questions run on both: people notice nothing but that the questions it ran
// ended as interrupted.
func TestReplicas(t *testing.T) {
	s := newStack(t)
	one, two := s.serve(t), s.serve(t)
	one.ready(t)
	two.ready(t)
	s.ok(t, "init")
	b, address := balance(t, one, two)
	u := signIn(t, address)
	path := u.asks("how many employees are there").Url.Path
	if b.sent[0].Load() == 0 || b.sent[1].Load() == 0 {
		t.Error("one replica took no request")
	}
	running := map[*replica]string{}
	for _, r := range b.replicas {
		direct := &user{t, r.url, u.Client}
		_, page := direct.post(path+"/run", url.Values{"sql": {endless}})
		running[r] = strings.TrimPrefix(page.Url.Path, "/questions/")
	}

	stop := make(chan struct{})
	var acked sync.Map
	var asking sync.WaitGroup
	asking.Go(func() { askOn(u, stop, &acked) })
	eventually(t, 10*time.Second, "a question is accepted", func() bool {
		for range acked.Range {
			return true
		}
		return false
	})
	one.end(t, syscall.SIGKILL)
	killed := time.Now()
	if status, page := u.get("/history"); status != http.StatusOK || page.Find("form[action='/login']").Length() > 0 {
		t.Errorf("the session did not go on: %d: %s", status, page.Find("main").Text())
	}
	if got := rows(u.asks("how many customers are there")); len(got) != 1 {
		t.Errorf("not answered after one was killed: %v", got)
	}
	state := func(id string) string { return scan1[string](t, s.dsn, "select status from queries where id = $1", id) }
	eventually(t, 30*time.Second, "what the killed one ran is interrupted", func() bool { return state(running[one]) == string(ask.Interrupted) })
	t.Logf("interrupted %s after the kill", time.Since(killed).Round(100*time.Millisecond))
	close(stop)
	asking.Wait()
	if got := state(running[two]); got == string(ask.Interrupted) {
		t.Errorf("the other one's question is %s", got)
	}
	n := 0
	acked.Range(func(id, _ any) bool {
		n++
		if got := state(id.(string)); got == string(ask.Running) {
			eventually(t, 30*time.Second, fmt.Sprint(id, " ends"), func() bool { return state(id.(string)) != string(ask.Running) })
		}
		return true
	})
	if n == 0 {
		t.Error("no question was asked meanwhile")
	}
	t.Logf("%d questions were accepted meanwhile; none is lost", n)
	s.ok(t, "verify-audit")
}

// askOn asks until stop and notes every question that was accepted. A request
// that the killed replica had is lost on its way, which a browser would tell.
func askOn(u *user, stop chan struct{}, acked *sync.Map) {
	client := u.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		case <-time.After(100 * time.Millisecond):
		}
		res, err := client.PostForm(u.base+"/questions", url.Values{"question": {fmt.Sprintf("top %d customers by total orders", i%9+1)}})
		if err != nil {
			continue
		}
		res.Body.Close()
		if id, ok := strings.CutPrefix(res.Header.Get("Location"), "/questions/"); ok {
			acked.Store(id, true)
		}
	}
}
