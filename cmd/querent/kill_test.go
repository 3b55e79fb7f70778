package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"
)

// acked is what a server said it had taken on.
type acked struct {
	mu                  sync.Mutex
	questions, feedback []string // IDs of questions
}

func (a *acked) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.questions) + len(a.feedback)
}

func (a *acked) add(list *[]string, id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	*list = append(*list, id)
}

// A server is killed at random moments while people ask and judge: whatever it
// took on is there, nothing stays running, nothing is there twice. The number
// of kills is QUERENT_KILLS, or a few.
func TestKilledServerLosesNothing(t *testing.T) {
	kills, err := strconv.Atoi(os.Getenv("QUERENT_KILLS"))
	if err != nil {
		kills = 6
	}
	s := newStack(t)
	s.ok(t, "init")
	c := s.redisConn(t)
	var took acked
	var u *user
	for range kills {
		s.forgetLimits(t, c)
		r := s.serve(t)
		r.ready(t)
		if u == nil {
			u = signIn(t, r.url)
		}
		u.base = r.url
		var asking sync.WaitGroup
		for i := range 3 {
			asking.Go(func() { asksUntilKilled(u, i, &took) })
		}
		enough := took.count() + 1 + rand.IntN(8)
		eventually(t, 30*time.Second, "some of it is taken on", func() bool { return took.count() >= enough })
		r.end(t, syscall.SIGKILL)
		asking.Wait()
	}
	if len(took.questions) == 0 || len(took.feedback) == 0 {
		t.Fatalf("took on %d questions and %d judgements: nothing was tried", len(took.questions), len(took.feedback))
	}
	interrupted := scan1[int](t, s.dsn, "select count(*) from queries where status = 'running'")
	s.serve(t).ready(t)
	eventually(t, 15*time.Second, "no question runs without a process", func() bool {
		return scan1[int](t, s.dsn, "select count(*) from queries where status = 'running'") == 0
	})
	for _, id := range took.questions {
		if scan1[int](t, s.dsn, "select count(*) from queries where id = $1 and finished_at is not null", id) != 1 {
			t.Errorf("question %s was taken on and is lost", id)
		}
	}
	for _, id := range took.feedback {
		if scan1[int](t, s.dsn, "select count(*) from feedback where query_id = $1", id) != 1 || scan1[int](t, s.dsn, "select count(*) from golden_pairs where query_id = $1", id) != 1 {
			t.Errorf("feedback on %s was taken on, and it or its proposal is lost or there twice", id)
		}
	}
	s.ok(t, "verify-audit")
	t.Logf("%d kills: %d questions taken on, %d of them interrupted, %d judgements; nothing lost", kills, len(took.questions), interrupted, len(took.feedback))
}

// forgetLimits lets a user ask as if a minute had passed.
func (s *stack) forgetLimits(t *testing.T, c redis.Conn) {
	t.Helper()
	keys, err := redis.Values(c.Do("KEYS", "querent:limit:*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) > 0 {
		if _, err := c.Do("DEL", keys...); err != nil {
			t.Fatal(err)
		}
	}
}

// asksUntilKilled asks, and calls answers right, until there is no server.
func asksUntilKilled(u *user, number int, took *acked) {
	client := http.Client{Jar: u.Jar, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	post := func(path string, form url.Values) (to string, err error) {
		res, err := client.PostForm(u.base+path, form)
		if err != nil {
			return "", err
		}
		res.Body.Close()
		return res.Header.Get("Location"), nil
	}
	for i := 0; ; i++ {
		to, err := post("/questions", url.Values{"question": {fmt.Sprintf("top %d customers by total orders", 3*i+number+1)}})
		if err != nil {
			return
		}
		id, ok := strings.CutPrefix(to, "/questions/")
		if !ok {
			time.Sleep(20 * time.Millisecond) // too many at once
			continue
		}
		took.add(&took.questions, id)
		for range 500 { // until it is answered, at most 5 s
			time.Sleep(10 * time.Millisecond)
			if to, err = post("/questions/"+id+"/feedback", url.Values{"verdict": {"right"}}); err != nil {
				return
			}
			if to != "" {
				took.add(&took.feedback, id)
				break
			}
		}
	}
}
