package redis

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	goredis "github.com/redis/go-redis/v9"

	"github.com/querent/querent/internal/ask"
)

// The cache's bounds.
const (
	cachePerScope = 2000           // entries; the oldest go first
	cacheLife     = 24 * time.Hour // of one entry
	cacheBatch    = 500            // entries in one reply
	cacheScopes   = 4              // scopes mirrored in this process
	cacheEntry    = 64 << 10       // bytes of one entry's JSON
)

// cache keeps each scope's entries in a stream, and a mirror of the scopes in
// use in this process: a look-up asks Redis only for what was added since the
// last one, in one round trip, and compares vectors here. The epoch, a random
// word, changes when the cache is cleared or Redis was emptied; then mirrors
// start over.
type cache struct {
	rdb *goredis.Client

	mu      sync.Mutex
	epoch   string
	mirrors *lru.Cache[string, *mirror]
}

// mirror is one scope's entries, oldest first. Vectors have unit length.
type mirror struct {
	last    string // stream ID of the newest entry seen
	entries []entry
}

type entry struct {
	added  time.Time
	vector []float32
	cached ask.Cached
}

func newCache(rdb *goredis.Client) *cache {
	mirrors, err := lru.New[string, *mirror](cacheScopes)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &cache{rdb: rdb, mirrors: mirrors}
}

const epochKey = prefix + "cache-epoch"

func streamKey(scope string) string {
	sum := sha256.Sum256([]byte(scope))
	return prefix + "cache:" + hex.EncodeToString(sum[:])
}

// news answers the epoch and the entries added after ARGV[3] in epoch ARGV[2],
// or all entries if the epoch is another.
var news = goredis.NewScript(`
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
end
local from = '-'
if epoch == ARGV[2] and ARGV[3] ~= '' then from = '(' .. ARGV[3] end
return {epoch, redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', ARGV[4])}
`)

// Get finds the entry nearest to vector, if its cosine similarity is at least
// threshold.
func (c *cache) Get(ctx context.Context, scope string, vector []float32, threshold float64) (ask.Cached, bool, error) {
	unit, ok := normalized(vector)
	if !ok {
		return ask.Cached{}, false, nil
	}
	key := streamKey(scope)
	err := c.refresh(ctx, key)
	if wrongType(err) {
		return ask.Cached{}, false, unavailable("mend cache", c.rdb.Del(ctx, key, epochKey).Err())
	}
	if err != nil {
		return ask.Cached{}, false, unavailable("read cache", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	hit, similarity := c.mirror(key).nearest(unit, time.Now().Add(-cacheLife))
	if hit == nil || similarity < threshold {
		return ask.Cached{}, false, nil
	}
	return hit.cached, true, nil
}

// mirror is the mirror of key, a new one if need be. Callers hold mu.
func (c *cache) mirror(key string) *mirror {
	m, ok := c.mirrors.Get(key)
	if !ok {
		m = &mirror{}
		c.mirrors.Add(key, m)
	}
	return m
}

// refresh brings the mirror of key up to date. The lock isn't held while Redis
// is asked: a frozen server must not queue up callers.
func (c *cache) refresh(ctx context.Context, key string) error {
	for {
		c.mu.Lock()
		epoch, last := c.epoch, c.mirror(key).last
		c.mu.Unlock()
		reply, err := news.Run(ctx, c.rdb, []string{epochKey, key}, rand.Text(), epoch, last, cacheBatch).Slice()
		if err != nil {
			return err
		}
		now, added, err := parseNews(reply)
		if err != nil {
			return err
		}
		if c.merge(key, epoch, last, now, added) && len(added) < cacheBatch {
			return nil
		}
	}
}

// merge adds what was asked for when the mirror stood at epoch and last. It
// reports false if the mirror has moved on since.
func (c *cache) merge(key, epoch, last, now string, added []streamed) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.epoch != epoch || c.mirror(key).last != last {
		return false
	}
	if now != epoch {
		c.mirrors.Purge()
		c.epoch = now
	}
	c.mirror(key).add(added)
	return true
}

// streamed is one stream entry as it came: untrusted.
type streamed struct {
	id     string
	fields []any
}

func parseNews(reply []any) (epoch string, added []streamed, err error) {
	if len(reply) != 2 {
		return "", nil, errors.New("unexpected reply")
	}
	epoch, _ = reply[0].(string)
	rows, _ := reply[1].([]any)
	for _, row := range rows {
		pair, _ := row.([]any)
		if len(pair) != 2 {
			return "", nil, errors.New("unexpected stream entry")
		}
		id, _ := pair[0].(string)
		fields, _ := pair[1].([]any)
		added = append(added, streamed{id, fields})
	}
	return epoch, added, nil
}

// add takes in what decodes and leaves the rest.
func (m *mirror) add(added []streamed) {
	for _, s := range added {
		m.last = s.id
		if e, ok := decodeEntry(s); ok {
			m.entries = append(m.entries, e)
		}
	}
	if over := len(m.entries) - cachePerScope; over > 0 {
		m.entries = append([]entry(nil), m.entries[over:]...)
	}
}

// nearest is the entry added since oldest that is most alike to unit, and its
// cosine similarity; of equals, the newest. Entries of another length are
// none.
func (m *mirror) nearest(unit []float32, oldest time.Time) (hit *entry, similarity float64) {
	similarity = math.Inf(-1)
	for i := range m.entries {
		e := &m.entries[i]
		if len(e.vector) != len(unit) || e.added.Before(oldest) {
			continue
		}
		if s := dot(e.vector, unit); s >= similarity {
			hit, similarity = e, s
		}
	}
	return hit, similarity
}

// Put adds an entry. It holds how a question was read, with SQL, never rows.
func (c *cache) Put(ctx context.Context, scope string, vector []float32, cached ask.Cached) error {
	unit, ok := normalized(vector)
	if !ok || !fit(cached) {
		return nil
	}
	body, err := json.Marshal(cached)
	if err != nil {
		return fmt.Errorf("redis: encode cache entry: %w", err)
	}
	if len(body) > cacheEntry {
		return nil
	}
	key := streamKey(scope)
	_, err = c.rdb.Pipelined(ctx, func(p goredis.Pipeliner) error {
		p.XAdd(ctx, &goredis.XAddArgs{Stream: key, MaxLen: cachePerScope, Values: []any{"v", encodeVector(unit), "c", body}})
		p.Expire(ctx, key, cacheLife)
		return nil
	})
	return unavailable("write cache", err)
}

// Clear empties the cache for every replica.
func (c *cache) Clear(ctx context.Context) error {
	keys := c.rdb.Scan(ctx, 0, prefix+"cache:*", 500).Iterator()
	for keys.Next(ctx) {
		if err := c.rdb.Del(ctx, keys.Val()).Err(); err != nil {
			return unavailable("clear cache", err)
		}
	}
	if err := keys.Err(); err != nil {
		return unavailable("clear cache", err)
	}
	return unavailable("clear cache", c.rdb.Set(ctx, epochKey, rand.Text(), 0).Err())
}

// fit reports whether an entry may be in the cache: SQL that a generator wrote,
// or readings to ask back between. Approved knowledge is never answered from
// here.
func fit(c ask.Cached) bool {
	read := c.Candidate.SQL != "" || len(c.Candidate.Choices) > 0
	return read && c.Candidate.Decline == nil && c.Candidate.Tier != ask.Verified && c.Candidate.Tier != ask.Edited
}

func decodeEntry(s streamed) (entry, bool) {
	var e entry
	ms, _, _ := strings.Cut(s.id, "-")
	at, err := strconv.ParseInt(ms, 10, 64)
	if err != nil || len(s.fields) != 4 || s.fields[0] != "v" || s.fields[2] != "c" {
		return e, false
	}
	raw, _ := s.fields[1].(string)
	body, _ := s.fields[3].(string)
	if len(body) > cacheEntry || json.Unmarshal([]byte(body), &e.cached) != nil || !fit(e.cached) {
		return e, false
	}
	vector, ok := normalized(decodeVector(raw))
	e.added, e.vector = time.UnixMilli(at), vector
	return e, ok
}

// encodeVector writes float32s, little-endian.
func encodeVector(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// decodeVector is encodeVector's inverse; nil for bytes that are no vector.
func decodeVector(s string) []float32 {
	if len(s)%4 != 0 {
		return nil
	}
	v := make([]float32, len(s)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32([]byte(s[4*i : 4*i+4])))
	}
	return v
}

// normalized scales v to unit length; false for a vector without a direction.
func normalized(v []float32) ([]float32, bool) {
	length := math.Sqrt(dot(v, v))
	if length == 0 || math.IsNaN(length) || math.IsInf(length, 0) {
		return nil, false
	}
	unit := make([]float32, len(v))
	for i, x := range v {
		unit[i] = float32(float64(x) / length)
	}
	return unit, true
}

// dot is the scalar product of vectors of one length.
func dot(a, b []float32) float64 {
	var s0, s1 float32
	i := 0
	for ; i+1 < len(a); i += 2 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
	}
	if i < len(a) {
		s0 += a[i] * b[i]
	}
	return float64(s0) + float64(s1)
}
