package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
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
	l := &load{base: r.url, out: os.Stdout, questions: loadQuestion, asks: asksSecond, pages: seesSecond, most: asMany}
	s.joined(t, l, asMany+runaways)
	fmt.Printf("%d cores, load average before: %s\n", runtime.NumCPU(), loadAverage())
	l.heading()
	l.phase(t.Context(), "warming up", 5*time.Second, 0, 0)
	quiet := l.phase(t.Context(), "nobody else", loadPhase, 0, 0)
	one := l.phase(t.Context(), "one analyst with 4 runaways", loadPhase, 1, 4)
	many := l.phase(t.Context(), "16 analysts with a runaway each", loadPhase, runaways, 1)
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

// joined makes so many analysts and signs them in.
func (s *stack) joined(t *testing.T, l *load, n int) {
	t.Helper()
	exec1(t, s.dsn, `insert into users (name, name_key, role, password_hash)
		select 'load' || i, 'load' || i, 'analyst', users.password_hash from users, generate_series(1, $1::int) as i where name_key = $2`, n, testAdmin)
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("load%d", i+1))
	}
	if err := l.signIn(names, testPassword); err != nil {
		t.Fatal(err)
	}
}

// loadQuestion is the next in turn.
func loadQuestion(i int) string {
	question := loadQuestions[i%len(loadQuestions)]
	if strings.Contains(question, "%d") {
		question = fmt.Sprintf(question, 2+rand.IntN(5000))
	}
	return question
}
