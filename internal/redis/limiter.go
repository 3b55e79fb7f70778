package redis

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Limiter counts attempts in a sliding window, shared by all replicas.
type Limiter struct{ rdb *goredis.Client }

// Limiter is the rate limiter.
func (c *Client) Limiter() *Limiter { return &Limiter{c.rdb} }

// admit keeps the times (ms, the server's clock) of admitted attempts in a
// list. It answers how long to wait, 0 for an attempt that it admitted.
// Refused attempts don't count, so nobody is locked out by somebody else's attempts. A
// time that lies ahead, after the clock went back, is dropped.
var admit = goredis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local first
while true do
  first = redis.call('LINDEX', KEYS[1], 0)
  if not first then break end
  first = tonumber(first) or 0
  if first > now - window and first <= now then break end
  redis.call('LPOP', KEYS[1])
end
if redis.call('LLEN', KEYS[1]) >= limit then
  return math.max(1, first + window - now)
end
redis.call('RPUSH', KEYS[1], string.format('%d', now))
redis.call('PEXPIRE', KEYS[1], window)
return 0
`)

// Allow admits at most limit attempts under key in any window. For a refused
// one, retryAfter says when the next is admitted. On an error nothing is known:
// callers that guard a secret must refuse.
func (l *Limiter) Allow(ctx context.Context, key string, limit int, window time.Duration) (ok bool, retryAfter time.Duration, err error) {
	if limit <= 0 {
		return false, window, nil
	}
	name := limited("limit", key)
	ms, err := admit.Run(ctx, l.rdb, []string{name}, limit, max(1, window.Milliseconds())).Int64()
	if wrongType(err) {
		return false, window, unavailable("limit", l.rdb.Del(ctx, name).Err())
	}
	if err != nil {
		return false, 0, unavailable("limit", err)
	}
	return ms == 0, time.Duration(ms) * time.Millisecond, nil
}

// TakeBack makes an admitted attempt under key not count.
func (l *Limiter) TakeBack(ctx context.Context, key string) error {
	err := l.rdb.RPop(ctx, limited("limit", key)).Err()
	if errors.Is(err, goredis.Nil) {
		return nil // the window has passed meanwhile
	}
	return unavailable("limit", err)
}

// Remember keeps key in mind for so long. It may be forgotten before.
func (l *Limiter) Remember(ctx context.Context, key string, age time.Duration) error {
	return unavailable("limit", l.rdb.Set(ctx, limited("known", key), 1, age).Err())
}

// Remembers reports whether key is kept in mind.
func (l *Limiter) Remembers(ctx context.Context, key string) (bool, error) {
	n, err := l.rdb.Exists(ctx, limited("known", key)).Result()
	return n > 0, unavailable("limit", err)
}

// limited is where what is counted or kept under key stands. It is hashed: keys
// carry user names and addresses of any length.
func limited(kind, key string) string {
	sum := sha256.Sum256([]byte(key))
	return prefix + kind + ":" + hex.EncodeToString(sum[:16])
}
