package redis

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		l, ctx := c.Limiter(), t.Context()
		const window = 400 * time.Millisecond
		for i := range 3 {
			if ok, _, err := l.Allow(ctx, "alice", 3, window); !ok || err != nil {
				t.Fatalf("attempt %d: %t, %v", i, ok, err)
			}
		}
		ok, after, err := l.Allow(ctx, "alice", 3, window)
		if ok || err != nil || after <= 0 || after > window {
			t.Fatalf("the fourth: %t, %v, %v", ok, after, err)
		}
		if ok, _, err := l.Allow(ctx, "bob", 3, window); !ok || err != nil {
			t.Fatalf("another key: %t, %v", ok, err)
		}
		// Refused attempts meanwhile must not put the end off.
		deadline := time.Now().Add(2 * window)
		for !ok && time.Now().Before(deadline) {
			time.Sleep(10 * time.Millisecond)
			if ok, _, err = l.Allow(ctx, "alice", 3, window); err != nil {
				t.Fatal(err)
			}
		}
		if !ok {
			t.Fatal("still refused after twice the window")
		}
	})
}

func TestLimiterOfNone(t *testing.T) {
	c := openMini(t)
	if ok, after, err := c.Limiter().Allow(t.Context(), "k", 0, time.Minute); ok || err != nil || after != time.Minute {
		t.Fatalf("%t, %v, %v", ok, after, err)
	}
}

func TestLimiterCountsExactlyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		var admitted atomic.Int32
		var wg sync.WaitGroup
		for range 60 {
			wg.Go(func() {
				ok, _, err := c.Limiter().Allow(t.Context(), "crowd", 7, time.Minute)
				if err != nil {
					t.Error(err)
				}
				if ok {
					admitted.Add(1)
				}
			})
		}
		wg.Wait()
		if n := admitted.Load(); n != 7 {
			t.Errorf("%d admitted, want 7", n)
		}
	})
}

func TestLimiterSurvivesOddData(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		ctx, l := t.Context(), c.Limiter()
		if _, _, err := l.Allow(ctx, "k", 2, time.Minute); err != nil {
			t.Fatal(err)
		}
		key := c.rdb.Keys(ctx, prefix+"limit:*").Val()[0]
		future := fmt.Sprint(time.Now().Add(time.Hour).UnixMilli())
		if err := c.rdb.LPush(ctx, key, "garbage", future).Err(); err != nil {
			t.Fatal(err)
		}
		if ok, after, err := l.Allow(ctx, "k", 2, time.Minute); !ok || err != nil {
			t.Errorf("garbage and a time ahead: %t, %v, %v", ok, after, err)
		}
		if err := c.rdb.Set(ctx, key, "text", 0).Err(); err != nil {
			t.Fatal(err)
		}
		if ok, _, err := l.Allow(ctx, "k", 2, time.Minute); ok || err != nil {
			t.Errorf("a key of another type: %t, %v; want a refusal", ok, err)
		}
		if ok, _, err := l.Allow(ctx, "k", 2, time.Minute); !ok || err != nil {
			t.Errorf("after mending: %t, %v", ok, err)
		}
	})
}

func TestLimiterTakesBack(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		l, ctx := c.Limiter(), t.Context()
		allowed := func() bool {
			t.Helper()
			ok, _, err := l.Allow(ctx, "k", 2, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		if err := l.TakeBack(ctx, "k"); err != nil {
			t.Errorf("where nothing was counted: %v", err)
		}
		for range 5 {
			if !allowed() {
				t.Fatal("what was taken back counts")
			}
			if err := l.TakeBack(ctx, "k"); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range []bool{true, true, false} {
			if got := allowed(); got != want {
				t.Errorf("after that, attempt %d: %t", i, got)
			}
		}
	})
}

func TestLimiterRemembers(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		l, ctx := c.Limiter(), t.Context()
		if err := l.Remember(ctx, "k", time.Hour); err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string]bool{"k": true, "other": false} {
			if got, err := l.Remembers(ctx, key); got != want || err != nil {
				t.Errorf("%s: %t, %v", key, got, err)
			}
		}
		if ttl := c.rdb.TTL(ctx, limited("known", "k")).Val(); ttl <= 0 || ttl > time.Hour {
			t.Errorf("it is kept for %v", ttl)
		}
	})
}
