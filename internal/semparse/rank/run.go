package rank

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/querent/querent/internal/ask"
)

// Try runs SQL for a proposer.
type Try func(ctx context.Context, sql string) (ask.Table, error)

// tryTime only stops what goes wrong.
const tryTime = time.Second

// RunOf runs SQL and keeps what it showed.
func RunOf(ctx context.Context, try Try, sql string) Run {
	if try == nil || sql == "" {
		return Run{}
	}
	limited, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	t, err := try(limited, sql)
	switch code := ask.CodeOf(err); {
	case err == nil:
	case limited.Err() != nil, code == ask.Limited, code == ask.Busy, code == ask.Unavailable:
		return Run{} // it says nothing of the reading that the rows are many
	default:
		return Run{Done: true, Failed: true}
	}
	all, columns := hashRows(t.Rows, len(t.Columns))
	return Run{Done: true, Rows: len(t.Rows), Blank: blank(t.Rows), Hash: all, Columns: columns}
}

func blank(rows [][]any) bool {
	if len(rows) != 1 {
		return false
	}
	for _, v := range rows[0] {
		switch n := v.(type) {
		case nil:
		case int64:
			if n != 0 {
				return false
			}
		case float64:
			if n != 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// hashRows gives one hash of all rows, the same whatever the order of rows and
// columns, and one of each column, the same whatever the order of rows.
func hashRows(rows [][]any, width int) (all uint64, columns []uint64) {
	columns = make([]uint64, width)
	h := fnv.New64a()
	for _, r := range rows {
		var row uint64
		for k, v := range r {
			h.Reset()
			if f, ok := v.(float64); ok {
				fmt.Fprintf(h, "%.4f", f)
			} else {
				fmt.Fprint(h, v)
			}
			cell := spread(h.Sum64())
			row += cell
			columns[k] += cell
		}
		all += spread(row)
	}
	return all, columns
}

// spread mixes a hash's bits, so that sums of hashes tell multisets apart.
func spread(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	return h ^ h>>33
}

// maxTried is how many readings are run, maxRead how many rows their tables may
// hold together: what is tried depends on the data, never on the hour's load.
const (
	maxTried = 1
	maxRead  = 15_000
)

// Try runs the best readings, as far as their tables are small.
func (p *Pool) Try(ctx context.Context, try func(context.Context, string) (ask.Table, error)) {
	if try == nil {
		return
	}
	read := int64(0)
	for i, r := range p.Readings {
		for name := range shapeOf(&r.Query).tables {
			if t := p.Catalog.Table(name); t != nil {
				read += max(0, t.RowCount)
			}
		}
		if i == maxTried || read > maxRead {
			return
		}
		r.Run = RunOf(ctx, try, r.SQL)
	}
}
