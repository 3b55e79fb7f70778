package sketch

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"time"

	"github.com/querent/querent/internal/ask"
)

// outcome is what running a candidate showed.
type outcome struct {
	ran    bool
	failed bool
	rows   int
	blank  bool   // one row of NULLs, or zero
	hash   uint64 // of the rows and their values in any order
}

// empty reports whether running found nothing.
func (o outcome) empty() bool { return o.ran && !o.failed && (o.rows == 0 || o.blank) }

const (
	maxRun  = 10     // candidates run for one question
	maxRead = 150000 // rows of the tables that they may read together
	tryTime = time.Second
)

// rankAll orders candidates by the first forest.
func (m *model) rankAll(q *question, cs []*candidate) {
	if len(cs) == 0 {
		return
	}
	top := cs[0].base
	for i, c := range cs {
		c.score = m.rank.score(q.rankFeatures(c, i, top))
	}
	slices.SortStableFunc(cs, func(a, b *candidate) int { return cmp.Compare(b.score, a.score) })
}

// finish runs the best candidates and orders them by what that showed. The
// first one's score becomes the log odds of its being right.
func (m *model) finish(ctx context.Context, q *question, cs []*candidate, try func(context.Context, string) (ask.Table, error)) []*candidate {
	cs = cs[:min(len(cs), maxRun)]
	tryAll(ctx, cs, try)
	rows := make([][]float32, len(cs))
	for i := range cs {
		rows[i] = q.finalFeatures(cs, i)
	}
	for i, c := range cs {
		c.score = m.final.score(rows[i])
	}
	first := cs[0]
	slices.SortStableFunc(cs, func(a, b *candidate) int { return cmp.Compare(b.score, a.score) })
	preferFilled(cs)
	cs[0].odds = m.odds.score(q.oddsFeatures(cs, first))
	return cs
}

// preferFilled puts first the best candidate that finds something, where the
// first finds nothing though it reads the same tables and compares with the
// same values: the other columns or roles that it gives them fit the data.
func preferFilled(cs []*candidate) {
	if len(cs) == 0 || len(cs[0].vals) == 0 || !cs[0].result.empty() {
		return
	}
	for i, c := range cs {
		if c.result.ran && !c.result.failed && !c.result.empty() && c.readsAs(cs[0]) {
			copy(cs[1:i+1], cs[:i])
			cs[0] = c
			return
		}
	}
}

// readsAs reports whether two candidates read the same tables and values.
func (c *candidate) readsAs(d *candidate) bool {
	values := func(c *candidate) map[*valueMention]bool {
		out := map[*valueMention]bool{}
		for _, ch := range c.vals {
			out[ch.v] = true
		}
		return out
	}
	tables := func(c *candidate) map[*table]bool {
		out := map[*table]bool{}
		for _, t := range c.joined {
			out[t] = true
		}
		return out
	}
	return maps.Equal(values(c), values(d)) && maps.Equal(tables(c), tables(d))
}

// oddsFeatures describe the best candidate among all that were run; first was
// the best before they were.
func (q *question) oddsFeatures(cs []*candidate, first *candidate) []float32 {
	v := vector(q.finalFeatures(cs, 0))
	v.yes(first == cs[0])
	v.num(float64(len(cs)))
	return v
}

// tryAll runs candidates, the best first, while the tables they read are
// small: what is tried depends on the data, never on the hour's load. tryTime
// only stops what goes wrong.
func tryAll(ctx context.Context, cs []*candidate, try func(context.Context, string) (ask.Table, error)) {
	if try == nil {
		return
	}
	var read int64
	for _, c := range cs {
		if read += c.reads(); read > maxRead || ctx.Err() != nil {
			return
		}
		limited, cancel := context.WithTimeout(ctx, tryTime)
		t, err := try(limited, c.sql)
		slow := limited.Err() != nil
		cancel()
		if code := ask.CodeOf(err); err != nil && (slow || code == ask.Limited || code == ask.Busy || code == ask.Unavailable) {
			continue // it says nothing of the candidate that the rows are many
		}
		c.result = outcome{ran: true, failed: err != nil, rows: len(t.Rows), blank: err == nil && blank(t.Rows), hash: hashRows(t.Rows)}
	}
}

// reads is about how many rows running the candidate reads.
func (c *candidate) reads() int64 {
	var n int64
	for _, t := range c.joined {
		n += max(0, t.RowCount)
	}
	c.frame.visit(func(item) {}, func(t *table) { n += max(0, t.RowCount) })
	return n
}

// hashRows is the same for the same rows, whatever the order of rows and
// columns.
func hashRows(rows [][]any) uint64 {
	var all uint64
	for _, r := range rows {
		var row uint64
		for _, v := range r {
			h := fnv.New64a()
			fmt.Fprint(h, v)
			row += mix(h.Sum64())
		}
		all += mix(row)
	}
	return all
}

func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	return h ^ h>>33
}

func blank(rows [][]any) bool {
	if len(rows) != 1 {
		return false
	}
	for _, v := range rows[0] {
		if n, ok := v.(int64); v != nil && (!ok || n != 0) {
			return false
		}
	}
	return true
}

// visit calls item for every item of the frame and of those nested in it, and
// tab for every table read.
func (f *frame) visit(each func(item), tab func(*table)) {
	if f == nil {
		return
	}
	for _, t := range f.tables() {
		tab(t)
	}
	for _, i := range f.sel {
		each(i)
	}
	for _, i := range f.group {
		each(i)
	}
	for _, cs := range [][]cond{f.where, f.having} {
		for _, c := range cs {
			each(c.item)
			c.sub.visit(each, tab)
		}
	}
	if f.order != nil {
		each(*f.order)
	}
	f.right.visit(each, tab)
}
