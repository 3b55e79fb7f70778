package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// A page or a question may wait for the System DB so many times.
const (
	tripsPage = 3
	tripsAsk  = 6 // from the question to its answer's page
)

// postgresProxy stands between the server and Postgres and counts round trips:
// whatever is sent at once ends with one message that the server is ready.
type postgresProxy struct{ trips atomic.Int64 }

// dsn starts the proxy before dsn's server and names it.
func (p *postgresProxy) dsn(t *testing.T, dsn string) string {
	t.Helper()
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	network, address := pgxNetwork(cfg)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial(network, address)
			if err != nil {
				client.Close()
				continue
			}
			go func() { _, _ = io.Copy(server, client); server.Close() }()
			go func() { p.count(client, server); client.Close() }()
		}
	}()
	u := url.URL{Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: ln.Addr().String(), Path: "/" + cfg.Database, RawQuery: "sslmode=disable"}
	return u.String()
}

func pgxNetwork(cfg *pgx.ConnConfig) (network, address string) {
	if cfg.Host[0] == '/' {
		return "unix", fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port)
	}
	return "tcp", fmt.Sprintf("%s:%d", cfg.Host, cfg.Port)
}

// count copies messages: a byte for the kind, then the length of the rest.
func (p *postgresProxy) count(to io.Writer, from io.Reader) {
	head := make([]byte, 5)
	for {
		if _, err := io.ReadFull(from, head); err != nil {
			return
		}
		if head[0] == 'Z' {
			p.trips.Add(1)
		}
		if _, err := to.Write(head); err != nil {
			return
		}
		if _, err := io.CopyN(to, from, int64(binary.BigEndian.Uint32(head[1:]))-4); err != nil {
			return
		}
	}
}

// fewest is how many round trips do takes: other work goes on beside it, now and
// then, so the fewest of many tries.
func (p *postgresProxy) fewest(do func()) int64 {
	least := int64(1 << 62)
	for range 12 {
		before := p.trips.Load()
		do()
		least = min(least, p.trips.Load()-before)
	}
	return least
}

// Far from Postgres, what counts is how often somebody waits for it.
func TestRoundTrips(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	p := &postgresProxy{}
	r := s.serve(t, "DATABASE_URL", p.dsn(t, s.dsn))
	r.ready(t)
	u := signIn(t, r.url)
	answer := u.asks("how many employees are there").Url.Path
	_, page := u.post("/questions", url.Values{"question": {"how many orders are there in 2024"}, "parent": {strings.TrimPrefix(answer, "/questions/")}})
	follow := u.finished(page).Url.Path
	for _, path := range []string{"/", "/?q=x&data=orders", "/history", "/history?search=orders&status=answered", answer, answer + "?sort=1&chart=none", follow,
		"/account", "/admin/pairs", "/admin/pairs?state=approved&search=top", "/admin/missed", "/admin/ontology", "/admin/ontology?search=sales",
		"/admin/users", "/admin/settings", "/admin/jobs", "/admin/audit", "/admin/audit?action=user.&actor=ada"} {
		trips := p.fewest(func() {
			if status, _ := u.get(path); status != http.StatusOK {
				t.Fatalf("%s: %d", path, status)
			}
		})
		t.Logf("%-45s %d", path, trips)
		if trips > tripsPage || trips < 1 {
			t.Errorf("%s takes %d round trips", path, trips)
		}
	}
	a := analyst{base: r.url, client: u.Client}
	n := 0
	trips := p.fewest(func() {
		n++ // another question each time: none is answered from the cache
		if err := a.asksAsBrowser(fmt.Sprintf("top %d customers by revenue", n+1)); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%-45s %d", "a question", trips)
	if trips > tripsAsk || trips < 1 {
		t.Errorf("a question takes %d round trips", trips)
	}
}

// asksAsBrowser asks, opens the page and, while the question runs, follows its
// stream.
func (a *analyst) asksAsBrowser(question string) error {
	path, err := a.starts("/questions", url.Values{"question": {question}})
	if err != nil {
		return err
	}
	body, status, err := a.get(path)
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("%s: %d, %w", path, status, err)
	}
	if strings.Contains(body, `aria-busy="true"`) {
		return a.follow(context.Background(), path)
	}
	return nil
}
