package logical

import (
	"fmt"
	"strings"
)

// deepOps are measures computed over other groups' figures.
var deepOps = map[MeasureOp]bool{Share: true, Change: true, Running: true, Moving: true, Rank: true}

// any reports whether a measure or a part of it is of one of some kinds.
func (m *Measure) any(ops ...MeasureOp) bool {
	for _, op := range ops {
		if m.Op == op {
			return true
		}
	}
	if m.Op == AvgOf {
		return false // its parts are figures of their own
	}
	for i := range m.Args {
		if m.Args[i].any(ops...) {
			return true
		}
	}
	return false
}

// depth is how many computations over groups stand one inside another.
func (m *Measure) depth() int {
	if m.Op == AvgOf {
		return 0
	}
	n := 0
	for i := range m.Args {
		n = max(n, m.Args[i].depth())
	}
	if deepOps[m.Op] {
		n++
	}
	return n
}

// all gives the measures that are shown and those that groups must satisfy.
func (f *figures) all(yield func(*Measure) bool) {
	for _, list := range [][]wanted{f.outs, f.having} {
		for _, o := range list {
			if !yield(o.m) {
				return
			}
		}
	}
}

// needsTable reports whether figures are computed over a table of groups
// rather than where they are grouped.
func (f *figures) needsTable() bool {
	for m := range f.all {
		if m.depth() > 1 || m.any(Change, Running, Moving) {
			return true
		}
	}
	return f.q.Compare != nil && f.q.Compare.Change && len(f.q.Dimensions) > 0
}

// deepen computes, level by level, the figures of groups that others take.
func (f *figures) deepen(fr *frame) *frame {
	deepest := 0
	for m := range f.all {
		deepest = max(deepest, m.depth())
	}
	for level := 1; level < deepest; level++ {
		var inner []*Measure
		for m := range f.all {
			inner = m.parts(level, inner, false)
		}
		if len(inner) == 0 {
			continue
		}
		values := make([]frag, len(inner))
		for i, m := range inner {
			values[i] = f.value(m, fr)
		}
		p := f.w.pack(fr, f.leaves)
		for m, x := range fr.done {
			p.more[m] = p.add(fr.sel, x, "figure")
		}
		for i, m := range inner {
			p.more[m] = p.add(fr.sel, values[i], measureTitle(f.w.c, m))
		}
		fr = f.w.tabledAs(p, f.w.define("figures", fr.sel), f.leaves)
	}
	return fr
}

// parts finds the measures of a depth that are parts of deeper ones.
func (m *Measure) parts(level int, found []*Measure, inside bool) []*Measure {
	if inside && deepOps[m.Op] && m.depth() == level {
		return append(found, m)
	}
	if m.Op == AvgOf {
		return found
	}
	for i := range m.Args {
		found = m.Args[i].parts(level, found, inside || deepOps[m.Op])
	}
	return found
}

// value writes a measure in a frame.
func (f *figures) value(m *Measure, fr *frame) frag {
	return f.valueOf(m, fr, func(l *leaf) frag { return fr.refs[l] })
}

func (f *figures) valueOf(m *Measure, fr *frame, ref func(*leaf) frag) frag {
	if x, ok := fr.done[m]; ok {
		return x
	}
	arg := func(i int) frag { return f.valueOf(&m.Args[i], fr, ref) }
	switch m.Op {
	case Aggregate, Metric, AvgOf:
		x := ref(f.leaf(m))
		if x.s == "" {
			f.w.fail("%s has no value", measureTitle(f.w.c, m))
		}
		return x
	case Ratio:
		return f.ratio(m, arg(0), arg(1), fr)
	case Sum2, Minus:
		a, b := f.orNone(&m.Args[0], arg(0)), f.orNone(&m.Args[1], arg(1))
		if m.Op == Sum2 {
			return frag{a.in(bindAdd) + " + " + b.in(bindAdd), bindAdd}
		}
		return frag{a.in(bindAdd) + " - " + b.in(bindAdd+1), bindAdd}
	case Share:
		x := arg(0)
		return frag{"100.0 * " + x.in(bindMultiply+1) + " / NULLIF(SUM(" + x.s + ") OVER (" + f.parents(m, fr) + "), 0)", bindMultiply}
	case Rank:
		return atom("RANK() OVER (" + join2(f.parents(m, fr), "ORDER BY "+arg(0).s+" DESC") + ")")
	case Change:
		return f.change(m, fr)
	}
	return f.overTime(m, arg(0), fr)
}

// orNone takes a missing figure for 0 where it is added up with another
// table's.
func (f *figures) orNone(m *Measure, x frag) frag {
	if len(f.blocks) == 1 || strings.Contains(x.s, "COALESCE(") {
		return x
	}
	if m.Op == Aggregate && m.Agg != Sum {
		return x
	}
	return atom("COALESCE(" + x.s + ", 0)")
}

func (f *figures) ratio(m *Measure, a, b frag, fr *frame) frag {
	down := b.in(bindMultiply + 1)
	if b.s != "COUNT(*)" || len(fr.dims) == 0 {
		down = "NULLIF(" + b.s + ", 0)"
	}
	switch {
	case m.Percent:
		return frag{"100.0 * " + a.in(bindMultiply+1) + " / " + down, bindMultiply}
	case f.w.exact(&m.Args[0]) || f.w.exact(&m.Args[1]):
		return frag{a.in(bindMultiply) + " / " + down, bindMultiply}
	}
	return frag{"1.0 * " + a.in(bindMultiply+1) + " / " + down, bindMultiply}
}

// exact reports whether a measure is certainly no integer to SQL.
func (w *writer) exact(m *Measure) bool {
	switch m.Op {
	case Ratio, Share, Moving:
		return true
	case Aggregate:
		return m.Agg == Avg || m.Agg == Median || m.Agg == Percentile || m.Expr != nil && m.Agg != Count && m.Agg != CountDistinct && !w.whole(m.Expr)
	case AvgOf:
		return m.Agg == Avg || m.Agg == Median
	}
	return false
}

// parents is the PARTITION BY of a measure's OfParent.
func (f *figures) parents(m *Measure, fr *frame) string {
	var ds []dim
	for _, i := range m.OfParent {
		if i < 0 || i >= len(fr.dims) {
			f.w.fail("there is no dimension %d", i)
			return ""
		}
		ds = append(ds, fr.dims[i])
	}
	return partition(ds)
}

// time is the place of the query's time dimension: the first with a grain.
func (f *figures) time() int {
	for i := range f.q.Dimensions {
		if f.q.Dimensions[i].Grain != "" {
			return i
		}
	}
	return -1
}

// others are all dimensions but one.
func others(dims []dim, but int) []dim {
	var out []dim
	for i := range dims {
		if i != but {
			out = append(out, dims[i])
		}
	}
	return out
}

// overTime is a running total or a moving average.
func (f *figures) overTime(m *Measure, x frag, fr *frame) frag {
	t := f.time()
	if t < 0 {
		if t = 0; len(fr.dims) == 0 {
			f.w.fail("%s takes a time dimension", m.Op)
			return atom("NULL")
		}
	}
	part := partition(others(fr.dims, t))
	by := "ORDER BY " + fr.dims[t].sorts()[0].s
	switch m.Op {
	case Running:
		if m.Reset != "" {
			part = f.reset(m, fr.dims[t], part)
		}
		return atom("SUM(" + x.s + ") OVER (" + join2(part, by) + ")")
	case Moving:
		rows := fmt.Sprintf(" ROWS BETWEEN %d PRECEDING AND CURRENT ROW", max(m.N, 1)-1)
		return atom("AVG(" + x.s + ") OVER (" + join2(part, by) + rows + ")")
	}
	f.w.fail("there is no measure %q", m.Op)
	return atom("NULL")
}

// reset adds the unit that a running total starts again with to its partition.
func (f *figures) reset(m *Measure, t dim, part string) string {
	x := t.show[0].s
	var unit string
	switch m.Reset {
	case "year":
		unit = "substr(" + x + ", 1, 4)"
	case "month":
		unit = "substr(" + x + ", 1, 7)"
	case "quarter":
		unit = fmt.Sprintf("substr(%[1]s, 1, 4), (substr(%[1]s, 6, 2) + 2) / 3", x)
	default:
		f.w.fail("a running total cannot start again each %s", m.Reset)
	}
	if part == "" {
		return "PARTITION BY " + unit
	}
	return part + ", " + unit
}

// change is a figure against the one some steps earlier. That is looked up by
// its time, not taken from the row before: a period without rows is missing.
func (f *figures) change(m *Measure, fr *frame) frag {
	t := f.time()
	if t < 0 {
		f.w.fail("a change takes a time dimension")
		return atom("NULL")
	}
	d := &f.q.Dimensions[t]
	back := max(m.Back, 1)
	now := f.value(&m.Args[0], fr)
	var old frag
	if before := f.w.d.before(fr.dims[t].show[0].s, d.Grain, back, d.Fiscal); before != "" && fr.table != "" {
		at := f.earlier(fr, t, back, before)
		refs := func(l *leaf) frag { return f.w.column(at, fr.pack.leaves[l]) }
		if name, ok := fr.pack.more[&m.Args[0]]; ok {
			old = f.w.column(at, name)
		} else {
			old = f.valueOf(&m.Args[0], &frame{dims: fr.dims}, refs)
		}
		if strings.Contains(old.s, "COALESCE(") { // nothing is known of a period that is not there
			own := fr.pack.dims(f.w, at)
			old = atom("CASE WHEN " + own[t].show[0].s + " IS NOT NULL THEN " + old.s + " END")
		}
	} else {
		over := join2(partition(others(fr.dims, t)), "ORDER BY "+fr.dims[t].sorts()[0].s)
		old = atom(fmt.Sprintf("LAG(%s, %d) OVER (%s)", now.s, back, over))
	}
	diff := frag{now.in(bindAdd) + " - " + old.in(bindAdd+1), bindAdd}
	if !m.Percent {
		return diff
	}
	return frag{"100.0 * " + diff.in(bindMultiply) + " / NULLIF(" + old.s + ", 0)", bindMultiply}
}

// earlier joins each group with its own some steps before.
func (f *figures) earlier(fr *frame, t, back int, before string) int {
	if at, ok := fr.earlier[back]; ok {
		return at
	}
	alias := "earlier"
	if len(fr.earlier) > 0 {
		alias = fmt.Sprintf("earlier%d", back)
	}
	at := fr.sel.add(&source{name: fr.table + " AS " + alias, alias: alias, parent: -1, left: true})
	own := fr.pack.dims(f.w, at)
	fs := []frag{{own[t].show[0].s + " = " + before, bindCompare}}
	rest := others(own, t)
	for i, d := range others(fr.dims, t) {
		rest[i].nullable = rest[i].nullable || d.nullable
	}
	if len(rest) > 0 {
		fs = append(fs, frag{f.w.sameGroup(rest, others(fr.dims, t)), bindCompare})
	}
	f.w.sources[at].on = all(fs).s
	fr.earlier[back] = at
	return at
}
