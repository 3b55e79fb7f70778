package logical

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
)

// list writes the rows of an entity; with keys, only what tells them apart.
func (w *writer) list(q *Query, keys bool) *sel {
	t := w.table(q.Entity)
	if t == nil {
		return w.newSel()
	}
	s := w.scopeOf(t)
	s.where(q.Filters)
	if q.Except != nil {
		s.except(q)
	}
	switch {
	case keys && q.Distinct && len(q.Columns) > 0:
		s.sel.columns = append(s.sel.columns, output{f: s.value(&q.Columns[0].Expr, false)})
	case keys:
		for _, f := range s.columns(s.root, keyColumns(t)) {
			s.sel.columns = append(s.sel.columns, output{f: f})
		}
	default:
		s.shownColumns(q)
	}
	s.ordered(q, keys)
	if q.Ties && q.Limit > 0 || len(q.Within) > 0 {
		return s.positioned(q)
	}
	s.sel.limit, s.sel.offset = q.Limit, q.Offset
	return s.sel
}

// shownColumns puts the label first, then what is asked for, each once.
func (s *scope) shownColumns(q *Query) {
	titles := q.listTitles(s.w.c)
	n := 0
	s.sel.distinct = q.Distinct
	for _, e := range q.shown(s.w.c) {
		f := s.value(&e, !q.Distinct)
		s.sel.columns = append(s.sel.columns, output{f: f, name: s.w.columnName(f, titles[n])})
		n++
	}
}

// shown are the expressions of a list in their order, each once.
func (q *Query) shown(c *catalog.Catalog) []Expr {
	var out []Expr
	add := func(e Expr) {
		if !slices.ContainsFunc(out, func(o Expr) bool { return sameExpr(&o, &e) }) {
			out = append(out, e)
		}
	}
	label := func(r Ref, title string) {
		t := c.Table(r.Table)
		if t == nil {
			add(Expr{Op: Entity, Ref: r}) // reported where it is written
			return
		}
		for _, l := range t.Label {
			e := Expr{Op: Column, Ref: Ref{Table: t.Name, Column: l.Name, Via: r.Via}}
			if len(t.Label) == 1 {
				e.Title = title
			}
			add(e)
		}
	}
	for i := range q.Dimensions {
		if e := q.Dimensions[i].Expr; e.Op == Entity {
			label(e.Ref, q.Dimensions[i].Title)
		} else {
			add(e)
		}
	}
	if !q.Distinct || len(q.Columns) == 0 {
		label(Ref{Table: q.Entity}, "")
	}
	for _, s := range q.Columns {
		if s.Expr.Op == Entity {
			label(s.Expr.Ref, s.Expr.Title)
		} else {
			add(s.Expr)
		}
	}
	return out
}

// ordered sorts a list: as asked, then by what is shown first, so that the
// order is the same each time.
func (s *scope) ordered(q *Query, keys bool) {
	for i := range q.Order {
		o := &q.Order[i]
		e := o.Expr
		if e == nil && o.Dimension >= 0 && o.Dimension < len(q.Dimensions) {
			e = &q.Dimensions[o.Dimension].Expr
		}
		if e == nil {
			s.w.fail("a list is ordered by an expression")
			return
		}
		f := s.sortValue(e)
		s.sel.order = append(s.sel.order, sortKey{f, o.Desc, s.mayBeNull(e)})
	}
	s.sel.asked = len(s.sel.order)
	if keys && q.Limit == 0 {
		s.sel.order = nil
		return
	}
	if keys {
		return
	}
	if q.Distinct {
		for _, c := range s.sel.columns {
			s.sel.order = append(s.sel.order, sortKey{f: c.f})
		}
		return
	}
	for _, f := range s.columns(s.root, s.base.Label) {
		s.sel.order = append(s.sel.order, sortKey{f: f})
	}
	if l := s.base.Label[0]; !l.Unique && !l.Primary {
		for _, f := range s.columns(s.root, keyColumns(s.base)) {
			s.sel.order = append(s.sel.order, sortKey{f: f})
		}
	}
}

// sortValue is an expression in a form that sorts.
func (s *scope) sortValue(e *Expr) frag {
	if c := s.w.dateColumn(e); c != nil {
		f, _ := s.column(e.Ref, true)
		if sortsAsStored(c) {
			return s.shown(f, c)
		}
		return atom(s.w.d.day(f.s, c))
	}
	if e.Op == Entity {
		return s.value(e, true)
	}
	return s.number(e, true)
}

func (s *scope) mayBeNull(e *Expr) bool {
	if e.Op != Column {
		return e.Op != Entity && e.Op != Has && e.Op != Number
	}
	c := s.w.c.Column(e.Ref.Table, e.Ref.Column)
	return c == nil || nullable(c) || c.Table != s.base
}

// except takes the rows of another query out.
func (s *scope) except(q *Query) {
	x := q.Except
	if strings.EqualFold(x.Entity, q.Entity) && !x.Distinct {
		keys := s.columns(s.root, keyColumns(s.base))
		s.sel.where = append(s.sel.where, frag{tuple(keys) + " NOT IN " + nested(s.w.list(x, true).String()), bindCompare})
		return
	}
	// Values that two entities share are taken out by value.
	if len(q.Columns) != 1 {
		s.w.fail("rows of %s cannot be taken out of %s", x.Entity, q.Entity)
		return
	}
	f := s.value(&q.Columns[0].Expr, false)
	sub := s.w.list(x, true)
	if len(sub.columns) != 1 {
		s.w.fail("rows of %s cannot be taken out of %s", x.Entity, q.Entity)
	} else {
		sub.where = append(sub.where, frag{sub.columns[0].f.in(bindAdd) + " IS NOT NULL", bindCompare})
	}
	s.sel.where = append(s.sel.where, frag{f.in(bindAdd) + " NOT IN " + nested(sub.String()), bindCompare})
}

// positioned keeps rows by their position: ties, or the first of each group.
func (s *scope) positioned(q *Query) *sel {
	var parts []frag
	for _, i := range q.Within {
		if i < 0 || i >= len(q.Dimensions) {
			s.w.fail("there is no dimension %d", i)
			return s.sel
		}
		parts = append(parts, s.value(&q.Dimensions[i].Expr, true))
	}
	return s.sel.keepFirst(q, parts)
}
