package redis

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/querent/querent/internal/ask"
)

func cachedSQL(sql string) ask.Cached {
	return ask.Cached{Question: "q " + sql, Candidate: ask.Candidate{SQL: sql, Tier: ask.Compiled, Generator: "test", Confidence: 0.9,
		Reading: []ask.Phrase{{Text: "x", Kind: "table", Target: "t"}}}}
}

// turned is a vector of two dimensions with the given cosine to (1, 0).
func turned(cosine float64) []float32 {
	return []float32{float32(cosine), float32(math.Sqrt(1 - cosine*cosine))}
}

func put(t testing.TB, c ask.Cache, scope string, v []float32, sql string) {
	t.Helper()
	if err := c.Put(t.Context(), scope, v, cachedSQL(sql)); err != nil {
		t.Fatal(err)
	}
}

// look is the SQL found, or "" for a miss.
func look(t testing.TB, c ask.Cache, scope string, v []float32, threshold float64) string {
	t.Helper()
	hit, ok, err := c.Get(t.Context(), scope, v, threshold)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return ""
	}
	return hit.Candidate.SQL
}

func TestCacheKeepsWhatIsAskedBack(t *testing.T) {
	each(t, func(t *testing.T, client *Client) {
		c := client.Cache()
		want := ask.Cached{Question: "q", Candidate: ask.Candidate{LeftOut: []string{"loyal"}, Generator: "test",
			Choices: []ask.Choice{{Sentence: "a **b**", SQL: "SELECT 1", Logical: []byte(`{"a":1}`)}, {Sentence: "c", SQL: "SELECT 2"}}}}
		if err := c.Put(t.Context(), "s", turned(1), want); err != nil {
			t.Fatal(err)
		}
		if got, ok, err := c.Get(t.Context(), "s", turned(1), 0.9); err != nil || !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %t, %v", got, ok, err)
		}
	})
}

func TestCache(t *testing.T) {
	each(t, func(t *testing.T, client *Client) {
		c := client.Cache()
		if got := look(t, c, "s", turned(1), 0.5); got != "" {
			t.Fatalf("empty cache gave %q", got)
		}
		put(t, c, "s", turned(1), "SELECT 1")
		put(t, c, "s", turned(0.8), "SELECT 2")
		put(t, c, "other", turned(0.9), "SELECT 3")
		for _, tt := range []struct {
			v         []float32
			threshold float64
			want      string
		}{
			{turned(1), 0.99, "SELECT 1"},
			{[]float32{7, 0}, 0.99, "SELECT 1"}, // length is no matter
			{turned(0.82), 0.95, "SELECT 2"},
			{turned(0.95), 0.999, ""},
			{turned(-1), 0, ""},
			{turned(1), 1.01, ""},
			{[]float32{1, 0, 0}, 0, ""},
			{[]float32{0, 0}, 0, ""},
			{nil, 0, ""},
			{[]float32{float32(math.NaN()), 1}, 0, ""},
		} {
			if got := look(t, c, "s", tt.v, tt.threshold); got != tt.want {
				t.Errorf("Get(%v, %v) = %q, want %q", tt.v, tt.threshold, got, tt.want)
			}
		}
		hit, _, err := c.Get(t.Context(), "s", turned(1), 0.9)
		want := cachedSQL("SELECT 1")
		if err != nil || fmt.Sprintf("%+v", hit) != fmt.Sprintf("%+v", want) {
			t.Errorf("got %+v, want %+v", hit, want)
		}
		put(t, c, "s", turned(1), "SELECT 1 AS again")
		if got := look(t, c, "s", turned(1), 0.9); got != "SELECT 1 AS again" {
			t.Errorf("of two alike %q won, want the newest", got)
		}
	})
}

// Two replicas share entries and a clearing.
func TestCacheIsShared(t *testing.T) {
	each(t, func(t *testing.T, client *Client) {
		a, b := newCache(client.rdb), newCache(client.rdb)
		put(t, a, "s", turned(1), "SELECT 1")
		if got := look(t, b, "s", turned(1), 0.9); got != "SELECT 1" {
			t.Fatalf("b sees %q", got)
		}
		put(t, b, "s", turned(0), "SELECT 2")
		if got := look(t, a, "s", turned(0), 0.9); got != "SELECT 2" {
			t.Fatalf("a sees %q", got)
		}
		if err := a.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]*cache{"a": a, "b": b} {
			if got := look(t, c, "s", turned(1), 0.9); got != "" {
				t.Errorf("%s still sees %q", name, got)
			}
		}
		put(t, a, "s", turned(1), "SELECT 3")
		if err := client.rdb.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		if got := look(t, b, "s", turned(1), 0.9); got != "" {
			t.Errorf("after Redis was emptied b sees %q", got)
		}
	})
}

func TestCacheTakesOnlyGeneratedSQL(t *testing.T) {
	c := openMini(t).Cache()
	approved, edited, declined := cachedSQL("SELECT 1"), cachedSQL("SELECT 1"), cachedSQL("SELECT 1")
	approved.Candidate.Tier = ask.Verified
	edited.Candidate.Tier = ask.Edited
	declined.Candidate.Decline = &ask.Decline{Reason: "no"}
	for _, entry := range []ask.Cached{approved, edited, declined, cachedSQL(""), cachedSQL(strings.Repeat("x", cacheEntry))} {
		if err := c.Put(t.Context(), "s", turned(1), entry); err != nil {
			t.Fatal(err)
		}
		if got := look(t, c, "s", turned(1), 0); got != "" {
			t.Errorf("%+v was kept", entry)
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	each(t, func(t *testing.T, client *Client) {
		c := client.cache
		const over = 3
		fill(t, client, cachePerScope+over, 8)
		look(t, c, "s", []float32{1, 0, 0, 0, 0, 0, 0, 0}, 2)
		if n := len(c.mirror(streamKey("s")).entries); n != cachePerScope {
			t.Errorf("mirror holds %d", n)
		}
		if n := client.rdb.XLen(t.Context(), streamKey("s")).Val(); n != cachePerScope {
			t.Errorf("stream holds %d", n)
		}
		if ttl := client.rdb.TTL(t.Context(), streamKey("s")).Val(); ttl <= 0 || ttl > cacheLife {
			t.Errorf("lives for %v", ttl)
		}
		first := c.mirror(streamKey("s")).entries[0].cached.Candidate.SQL
		if want := fmt.Sprintf("SELECT %d", over); first != want {
			t.Errorf("the oldest kept is %q, want %q", first, want)
		}
	})
}

func TestCacheForgetsOldEntries(t *testing.T) {
	client := openMini(t)
	body := `{"Candidate":{"SQL":"SELECT 1"}}`
	for id, want := range map[time.Duration]string{-cacheLife - time.Minute: "", -cacheLife + time.Minute: "SELECT 1"} {
		err := client.rdb.XAdd(t.Context(), &goredis.XAddArgs{Stream: streamKey("s"), ID: fmt.Sprintf("%d-0", time.Now().Add(id).UnixMilli()),
			Values: []any{"v", encodeVector(turned(1)), "c", body}}).Err()
		if err != nil {
			t.Fatal(err)
		}
		if got := look(t, client.Cache(), "s", turned(1), 0.9); got != want {
			t.Errorf("an entry of %v: %q, want %q", id, got, want)
		}
		client.rdb.FlushAll(t.Context())
	}
}

func TestCacheIgnoresPoison(t *testing.T) {
	each(t, func(t *testing.T, client *Client) {
		ctx, c := t.Context(), client.Cache()
		v, body := string(encodeVector(turned(1))), `{"Candidate":{"SQL":"DROP"}}`
		for _, values := range [][]any{
			{"v", "abc", "c", body},
			{"v", "", "c", body},
			{"v", "\x00\x00\xc0\x7f\x00\x00\x00\x00", "c", body}, // NaN
			{"v", v, "c", "{"},
			{"v", v, "c", "[]"},
			{"v", v, "c", "null"},
			{"v", v, "c", `{"Candidate":{"SQL":""}}`},
			{"v", v, "c", `{"Candidate":{"SQL":"DROP","Tier":"verified"}}`},
			{"v", v, "c", strings.Repeat(" ", cacheEntry+1) + body},
			{"v", v, "x", body},
			{"v", v},
			{"odd", "fields", "more", "fields", "yet", "more"},
		} {
			if err := client.rdb.XAdd(ctx, &goredis.XAddArgs{Stream: streamKey("s"), Values: values}).Err(); err != nil {
				t.Fatal(err)
			}
		}
		if got := look(t, c, "s", turned(1), 0); got != "" {
			t.Fatalf("poison gave %q", got)
		}
		put(t, c, "s", turned(1), "SELECT 1")
		if got := look(t, c, "s", turned(1), 0.9); got != "SELECT 1" {
			t.Fatalf("among poison: %q", got)
		}
		for _, key := range []string{streamKey("s"), epochKey} {
			client.rdb.Del(ctx, key)
			if err := client.rdb.RPush(ctx, key, "odd").Err(); err != nil {
				t.Fatal(err)
			}
			if got := look(t, c, "s", turned(1), 0.9); got != "" {
				t.Errorf("a key of another type gave %q", got)
			}
			put(t, c, "s", turned(1), "SELECT 2")
			if got := look(t, c, "s", turned(1), 0.9); got != "SELECT 2" {
				t.Errorf("after mending: %q", got)
			}
		}
	})
}

func TestCacheAtOnce(t *testing.T) {
	each(t, func(t *testing.T, client *Client) {
		a, b := newCache(client.rdb), newCache(client.rdb)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				c := a
				if i%2 == 0 {
					c = b
				}
				for j := range 20 {
					// Each worker has a plane of its own.
					v := make([]float32, 16)
					v[2*i], v[2*i+1] = float32(j), 1
					sql := fmt.Sprintf("SELECT %d, %d", i, j)
					put(t, c, "s", v, sql)
					if got := look(t, c, "s", v, 0.99999); got != sql {
						t.Errorf("worker %d, entry %d: %q", i, j, got)
					}
				}
			})
		}
		wg.Wait()
		if err := a.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// fill puts n random entries of dim dimensions into scope "s".
func fill(t testing.TB, client *Client, n, dim int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	c := client.Cache()
	for i := range n {
		put(t, c, "s", random(r, dim), fmt.Sprintf("SELECT %d", i))
	}
}

func random(r *rand.Rand, dim int) []float32 {
	v := make([]float32, dim)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return v
}

// BenchmarkCacheGet is a look-up among a full scope of realistic vectors:
// "warm" as after the first question, "cold" as after a start.
func BenchmarkCacheGet(b *testing.B) {
	const dim = 384
	client := open(b, startServer(b).url())
	fill(b, client, cachePerScope, dim)
	r := rand.New(rand.NewPCG(3, 4))
	get := func(b *testing.B, c *cache) {
		if _, _, err := c.Get(context.Background(), "s", random(r, dim), 0.9); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			get(b, client.cache)
		}
	})
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			get(b, newCache(client.rdb))
		}
	})
}
