package sketch

import (
	"regexp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
)

// tellOnce changes a candidate whose odds are settled: repeated rows are what
// the odds were learned from.
func (q *question) tellOnce(c *candidate) {
	f := *c.shown()
	q.once(&f)
	if sql, ok := f.sql(q.x); ok {
		c.meant, c.sql = &f, sql
	}
}

// once tells each thing once where joins repeat it: in lists, and where the
// question counts it.
func (q *question) once(f *frame) {
	if f.set != "" || f.distinct || len(f.sel) == 0 {
		return
	}
	if t := q.counted(); t != nil && t.key() != nil && q.x.repeated(t, f) {
		for i, s := range f.sel {
			if s.agg == "count" && s.col == nil && s.expr == "" {
				f.sel = slices.Clone(f.sel)
				f.sel[i] = item{agg: "count", distinct: true, col: t.key()}
				return
			}
		}
	}
	listed := len(f.group) == 0 && !slices.ContainsFunc(f.sel, func(i item) bool { return i.agg != "" || i.expr != "" })
	if f.distinct = listed && q.duty.differing; f.distinct {
		return
	}
	shown := f.sel[0].table()
	plain := func(i item) bool { return i.agg == "" && i.table() == shown }
	if shown == nil || len(f.group) > 0 || len(f.having) > 0 || f.order != nil || !q.x.repeated(shown, f) {
		return
	}
	f.distinct = !slices.ContainsFunc(f.sel, func(i item) bool { return !plain(i) })
}

// counted is the table right after "how many" or "number of"; nil for none.
func (q *question) counted() *table {
	for i := 2; i < len(q.toks); i++ {
		lead := q.toks[i-2].word + " " + q.toks[i-1].word
		if lead == "how many" || lead == "number of" {
			return q.tableNamed(i)
		}
	}
	return nil
}

// repeated reports whether the frame's joins give several rows for one of t.
func (x *index) repeated(t *table, f *frame) bool {
	joined, _, ok := x.connect(f.tables())
	if !ok || !slices.Contains(joined, t) {
		return false
	}
	seen := map[*table]bool{t: true}
	for layer := []*table{t}; len(layer) > 0; {
		var next []*table
		for _, at := range layer {
			for _, e := range at.edges {
				if e.next == nil || seen[e.next] || !slices.Contains(joined, e.next) {
					continue
				}
				if strings.EqualFold(e.key.Table, e.next.Name) && !x.sole(e.key) {
					return true // several rows of next may refer to one of at
				}
				seen[e.next] = true
				next = append(next, e.next)
			}
		}
		layer = next
	}
	return false
}

// sole reports whether at most one row holds each value of a key.
func (x *index) sole(k schema.ForeignKey) bool {
	c := x.column(k.Table, k.Columns[0])
	return len(k.Columns) == 1 && c != nil && c.Unique
}

// multiplied is a table whose rows are added up though joins repeat them; nil
// for none.
func (x *index) multiplied(f *frame) *table {
	for _, i := range f.sel {
		t := i.table()
		adds := i.agg == "sum" || i.agg == "avg" || adding.MatchString(i.expr) && !eachOnce.MatchString(i.expr)
		if t != nil && adds && !i.distinct && x.repeated(t, f) {
			return t
		}
	}
	return nil
}

// adding finds figures that repeated rows change, in a business term's SQL,
// eachOnce those of distinct values.
var (
	adding   = regexp.MustCompile(`(?i)\b(sum|total|avg|count)\s*\(`)
	eachOnce = regexp.MustCompile(`(?i)\(\s*distinct\b`)
)
