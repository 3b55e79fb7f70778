package logical

import (
	"slices"
	"strings"
)

// want lists the measures: as asked, for each period where periods are
// compared, and those that groups must satisfy.
func (f *figures) want() {
	for i := range f.q.Measures {
		m := &f.q.Measures[i]
		title := capital(measureTitle(f.w.c, m))
		if f.q.Compare == nil {
			f.outs = append(f.outs, wanted{m: m, title: title, hidden: m.Hidden})
			continue
		}
		f.outs = append(f.outs, f.q.Compare.wanted(m, title)...)
	}
	shown := []string{}
	for i := range f.outs {
		shown = append(shown, f.outs[i].title)
	}
	for i, t := range distinct(shown) {
		f.outs[i].title = t
	}
	for i := range f.q.Having {
		f.having = append(f.having, wanted{m: &f.q.Having[i].Measure, bound: f.q.Having[i].Bound})
	}
	if len(f.outs) == 0 {
		f.w.fail("there is nothing to compute")
	}
}

// finish writes columns, conditions on groups, order and limit.
func (f *figures) finish(fr *frame) *sel {
	s := fr.sel
	f.columns(fr)
	post := f.conditions(fr)
	f.order(fr)
	if f.w.err != nil {
		return s
	}
	if len(post) > 0 {
		s = s.filtered(post)
	}
	switch {
	case len(f.q.Within) > 0 || f.q.Ties && f.q.Limit > 0:
		s = s.keepFirst(f.q, f.within(fr, s))
	default:
		s.limit, s.offset = f.q.Limit, f.q.Offset
	}
	if f.q.Sum {
		return s.total(len(f.q.Dimensions) > 0)
	}
	return s
}

// columns puts the dimensions out, then the measures.
func (f *figures) columns(fr *frame) {
	s := fr.sel
	whole := *f.q
	whole.Sum = false
	titles := whole.Titles(f.w.c)
	n := 0
	s.columns = nil
	for i := range fr.dims {
		d := &fr.dims[i]
		if f.keys {
			for _, x := range d.identity() {
				s.columns = append(s.columns, output{f: x, hidden: i > 0})
			}
			continue
		}
		for _, x := range d.show {
			s.columns = append(s.columns, output{f: x, name: f.name(x, titles, n)})
			n++
		}
		for _, k := range d.keys {
			s.columns = append(s.columns, output{f: k, hidden: true})
		}
	}
	for _, o := range f.outs {
		x := f.value(o.m, fr)
		if f.keys || o.hidden {
			s.columns = append(s.columns, output{f: x, hidden: true, name: s.w.ident(snake(o.title))})
			continue
		}
		s.columns = append(s.columns, output{f: x, name: f.name(x, titles, n), measure: true})
		n++
	}
}

func (f *figures) name(x frag, titles []string, n int) string {
	if n >= len(titles) {
		f.w.fail("there is no title for column %d", n)
		return ""
	}
	return f.w.columnName(x, titles[n])
}

// conditions adds those on groups where they belong; what must wait until
// figures over all groups are computed is given back.
func (f *figures) conditions(fr *frame) []groupCondition {
	s := fr.sel
	if f.from != "" {
		s.where = append(s.where, frag{fr.dims[f.time()].show[0].s + " >= '" + f.from + "'", bindCompare})
	}
	windows := false
	for m := range f.all {
		windows = windows || f.value(m, fr).windowed()
	}
	var post []groupCondition
	for _, h := range f.having {
		x := f.value(h.m, fr)
		switch {
		case windows:
			post = append(post, groupCondition{x, h.bound})
		case fr.grouped:
			s.having = append(s.having, h.bound.test(x))
		default:
			s.where = append(s.where, h.bound.test(x))
		}
	}
	return post
}

// order sorts as asked, then by the dimensions, so that the order is the same
// each time.
func (f *figures) order(fr *frame) {
	s := fr.sel
	for _, o := range f.q.Order {
		switch {
		case o.Measure >= 0 && o.Measure < len(f.q.Measures):
			i := f.ordering(o.Measure)
			x := f.value(f.outs[i].m, fr)
			s.order = append(s.order, sortKey{x, o.Desc, !counts(f.outs[i].m)})
		case o.Dimension >= 0 && o.Dimension < len(fr.dims):
			d := &fr.dims[o.Dimension]
			for _, x := range d.sorts() {
				s.order = append(s.order, sortKey{x, o.Desc, d.nullable})
			}
		default:
			f.w.fail("there is nothing to order by: measure %d, dimension %d", o.Measure, o.Dimension)
		}
	}
	s.asked = len(s.order)
	if f.keys && f.q.Limit == 0 {
		s.order, s.asked = nil, 0
		return
	}
	for i := range fr.dims {
		for _, x := range append(fr.dims[i].sorts(), fr.dims[i].keys...) {
			s.order = append(s.order, sortKey{f: x})
		}
	}
}

func counts(m *Measure) bool {
	return m.Op == Aggregate && (m.Agg == Count || m.Agg == CountDistinct)
}

// ordering is the output that a measure sorts by.
func (f *figures) ordering(measure int) int {
	if f.q.Compare == nil {
		return measure
	}
	return (measure+1)*f.q.Compare.width() - 1
}

// within are the columns of the groups that the limit holds in.
func (f *figures) within(fr *frame, s *sel) []frag {
	var out []frag
	for _, i := range f.q.Within {
		if i < 0 || i >= len(fr.dims) {
			f.w.fail("there is no dimension %d", i)
			return nil
		}
		for _, x := range fr.dims[i].identity() {
			out = append(out, s.through(x))
		}
	}
	return out
}

// wanted are a measure's figures for each period, and their changes.
func (c *Compare) wanted(m *Measure, title string) []wanted {
	each := make([]*Measure, len(c.Periods))
	var out []wanted
	for i, p := range c.Periods {
		each[i] = m.under(c.within(i))
		out = append(out, wanted{m: each[i], title: title + " " + p.label(), hidden: m.Hidden})
	}
	if !c.Change {
		return out
	}
	for i := 1; i < len(each); i++ {
		diff := &Measure{Op: Minus, Args: []Measure{*each[i], *each[i-1]}}
		name := "Change of " + lowerFirst(title)
		if c.Percent {
			diff = &Measure{Op: Ratio, Percent: true, Args: []Measure{*diff, *each[i-1]}}
			name += " in percent"
		}
		if len(each) > 2 {
			name += " to " + c.Periods[i].label()
		}
		out = append(out, wanted{m: diff, title: name, hidden: m.Hidden})
	}
	return out
}

// within is the condition that a row lies in one of the periods.
func (c *Compare) within(i int) Predicate {
	return Predicate{Op: InPeriod, Expr: &Expr{Op: Column, Ref: c.Date}, Period: &c.Periods[i]}
}

// width is how many outputs a compared measure has.
func (c *Compare) width() int {
	if c.Change {
		return 2*len(c.Periods) - 1
	}
	return len(c.Periods)
}

// label is a period's short name.
func (p Period) label() string {
	for _, lead := range []string{"in ", "on ", "during "} {
		if s, ok := strings.CutPrefix(p.Text, lead); ok {
			return s
		}
	}
	if p.Text != "" {
		return p.Text
	}
	return strings.TrimSpace(p.From + " to " + p.To)
}

// under is a measure whose leaves must also hold a condition.
func (m *Measure) under(p Predicate) *Measure {
	c := *m
	if len(m.Args) > 0 && m.Op != AvgOf {
		c.Args = make([]Measure, len(m.Args))
		for i := range m.Args {
			c.Args[i] = *m.Args[i].under(p)
		}
		return &c
	}
	c.Filters = append(slices.Clone(m.Filters), p)
	return &c
}
