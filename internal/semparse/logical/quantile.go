package logical

import (
	"fmt"
	"slices"
	"strings"
)

// quantile is a median or percentile: rows are numbered within each group, and
// the one in the right place is taken, or the mean of the two nearest.
func (f *figures) quantile(fr *frame, s *scope, b *block) *frame {
	l := b.leaves[0]
	if l.m.Expr == nil {
		f.w.fail("%s takes a value", l.m.Agg)
		return fr
	}
	e := *l.m.Expr
	scale := e.Scale
	e.Scale = 0
	x := s.number(&e, true)
	if c := f.w.c.Column(e.Ref.Table, e.Ref.Column); e.Op != Column || c == nil || nullable(c) || c.Table != s.base || c.Numbers != "" {
		fr.sel.where = append(fr.sel.where, frag{x.in(bindAdd) + " IS NOT NULL", bindCompare})
	}
	out := f.placed(fr, x, l)
	out.refs[l] = out.refs[l].dividedBy(scale)
	return out
}

// placed takes one value by its place in each of a frame's groups.
func (f *figures) placed(fr *frame, x frag, l *leaf) *frame {
	w := f.w
	p := w.pack(fr, nil)
	value := p.add(fr.sel, x, "value")
	over := partition(fr.dims)
	p.add(fr.sel, atom("ROW_NUMBER() OVER ("+join2(over, "ORDER BY "+x.s)+")"), "place")
	p.add(fr.sel, atom("COUNT(*) OVER ("+over+")"), "places")
	out := &frame{sel: w.newSel(), refs: map[*leaf]frag{}, grouped: true}
	at := out.sel.addSelect(fr.sel.String(), "placed")
	out.dims = p.dims(w, at)
	v, place, places := w.column(at, value).s, w.column(at, "place").s, w.column(at, "places").s
	if l.m.Agg == Median {
		out.sel.where = []frag{{fmt.Sprintf("%s IN ((%[2]s + 1) / 2, (%[2]s + 2) / 2)", place, places), bindCompare}}
		out.refs[l] = atom("AVG(" + v + ")")
	} else {
		// Between the two nearest places by how far it is from each.
		exact := fmt.Sprintf("(1 + (%s - 1) * %s)", places, real(l.m.P/100))
		out.sel.where = []frag{{fmt.Sprintf("abs(%s - %s) < 1", place, exact), bindCompare}}
		out.refs[l] = atom(fmt.Sprintf("SUM(%s * (1 - abs(%s - %s)))", v, place, exact))
	}
	out.group()
	return out
}

func join2(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

// partition is the PARTITION BY of dimensions; empty for none.
func partition(dims []dim) string {
	var parts []frag
	for i := range dims {
		parts = append(parts, dims[i].identity()...)
	}
	return partitionOf(parts)
}

// averaged is an aggregate of totals: the measure inside is first totalled for
// each group of Per, whatever tables it takes.
func (f *figures) averaged(b *block) *frame {
	w := f.w
	l := b.leaves[0]
	inner := Query{Measures: []Measure{l.m.Args[0]}, Filters: slices.Concat(filtersOf(f.filters, b.base), b.common)}
	inner.Dimensions = slices.Concat(f.q.Dimensions, l.m.Per)
	n := len(f.q.Dimensions)
	in := figures{w: w, q: &inner, filters: inner.Filters, bare: func(i int) bool { return i >= n || f.keyOnly(i) }}
	in.want()
	in.collect()
	if w.err != nil {
		return &frame{sel: w.newSel()}
	}
	fr := in.frame()
	if w.err != nil {
		return &frame{sel: w.newSel()}
	}
	x := in.value(&inner.Measures[0], fr)
	p := w.pack(fr, nil)
	value := p.add(fr.sel, x, "total")
	out := &frame{sel: w.newSel(), refs: map[*leaf]frag{}, grouped: true}
	at := out.sel.addSelect(fr.sel.String(), "totals")
	out.dims = p.dims(w, at)[:n]
	v := w.column(at, value)
	switch l.m.Agg {
	case Median, Percentile:
		return f.placed(out, v, l)
	case Avg, Max, Min, Sum, Count:
		out.group()
		out.refs[l] = atom(strings.ToUpper(string(l.m.Agg)) + "(" + v.s + ")")
	default:
		w.fail("there is no %q of totals", l.m.Agg)
	}
	return out
}
