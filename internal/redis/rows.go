package redis

import (
	"context"
	"errors"
	"time"

	"github.com/fxamacker/cbor/v2"
	goredis "github.com/redis/go-redis/v9"

	"github.com/querent/querent/internal/ask"
)

// The bounds of kept rows.
const (
	rowsLife  = 24 * time.Hour // of one answer's
	rowsEntry = 6 << 20        // bytes of one answer's; what is larger is not kept
	rowsSize  = 64 << 20       // bytes of all; the oldest go first
)

const (
	rowsPrefix = prefix + "rows:"      // with an answer's key: its rows
	rowsIndex  = prefix + "rows-index" // a sorted set: keys by when they were put, ms since 1970
	rowsSizes  = prefix + "rows-sizes" // a hash: bytes by key, and of all under ""
)

// rows are answers' rows, each under a key that is theirs alone.
type rows struct {
	rdb  *goredis.Client
	most int // bytes of all
}

// Rows are the rows of answers, kept for whoever looks at them.
func (c *Client) Rows() ask.Rows { return &rows{c.rdb, rowsSize} }

// keepRows puts a value, then drops what has expired and the oldest until all
// have room. The sums are kept apart from the values, which may have been
// dropped by the server: they are then dropped here again, to no harm.
var keepRows = goredis.NewScript(`
local life, most, now, key = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local function count(bytes) redis.call('HINCRBY', KEYS[2], '', bytes) end
local function size(key) return tonumber(redis.call('HGET', KEYS[2], key) or 0) or 0 end
count(#ARGV[5] - size(key))
redis.call('HSET', KEYS[2], key, #ARGV[5])
redis.call('ZADD', KEYS[1], now, key)
redis.call('SET', ARGV[6] .. key, ARGV[5], 'PX', life)
while true do
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  if not oldest[1] or (size('') <= most and tonumber(oldest[2]) > now - life) then break end
  count(-size(oldest[1]))
  redis.call('DEL', ARGV[6] .. oldest[1])
  redis.call('HDEL', KEYS[2], oldest[1])
  redis.call('ZREM', KEYS[1], oldest[1])
end
redis.call('PEXPIRE', KEYS[1], life)
redis.call('PEXPIRE', KEYS[2], life)
return 1
`)

func (r *rows) Put(ctx context.Context, key string, t ask.Table) error {
	value, err := toCBOR.Marshal(t)
	if err != nil {
		return err
	}
	if len(value) > min(rowsEntry, r.most) {
		return nil
	}
	err = keepRows.Run(ctx, r.rdb, []string{rowsIndex, rowsSizes}, rowsLife.Milliseconds(), r.most, time.Now().UnixMilli(), key, value, rowsPrefix).Err()
	if wrongType(err) {
		err = r.rdb.Del(ctx, rowsIndex, rowsSizes, rowsPrefix+key).Err()
	}
	return unavailable("keep rows", err)
}

func (r *rows) Get(ctx context.Context, key string) (ask.Table, bool, error) {
	value, err := r.rdb.Get(ctx, rowsPrefix+key).Bytes()
	switch {
	case errors.Is(err, goredis.Nil):
		return ask.Table{}, false, nil
	case wrongType(err):
		return ask.Table{}, false, unavailable("drop garbage", r.rdb.Del(ctx, rowsPrefix+key).Err())
	case err != nil:
		return ask.Table{}, false, unavailable("read rows", err)
	}
	t, ok := decodeRows(value)
	return t, ok, nil
}

// decodeRows reads what Put wrote; false for anything else.
func decodeRows(value []byte) (t ask.Table, ok bool) {
	if fromCBOR.Unmarshal(value, &t) != nil || len(t.Columns) == 0 {
		return ask.Table{}, false
	}
	for _, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return ask.Table{}, false
		}
		for _, v := range row {
			switch v.(type) {
			case nil, int64, float64, string, []byte, bool:
			default:
				return ask.Table{}, false
			}
		}
	}
	return t, true
}

// Values come back as they were: integers as int64, bytes as bytes, and text
// even where it is no UTF-8, as a database may hold it.
var (
	toCBOR   = modeOf(cbor.EncOptions{}.EncMode())
	fromCBOR = modeOf(cbor.DecOptions{IntDec: cbor.IntDecConvertSignedOrFail, UTF8: cbor.UTF8DecodeInvalid}.DecMode())
)

func modeOf[T any](mode T, err error) T {
	if err != nil {
		panic(err) // only for options that contradict each other
	}
	return mode
}
