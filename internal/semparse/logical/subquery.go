package logical

import "strings"

// than compares a value with an aggregate over all rows.
func (s *scope) than(p *Predicate, left bool) frag {
	if p.Measure == nil || contraries[p.Compare] == "" {
		s.w.fail("than takes a comparison and a measure")
		return atom("NULL")
	}
	q := Query{Measures: []Measure{*p.Measure}}
	sub := s.w.scalar(&q)
	return frag{s.number(p.Expr, left).in(bindAdd) + " " + string(p.Compare) + " " + sub, bindCompare}
}

// scalar writes a query of one figure as a subselect.
func (w *writer) scalar(q *Query) string {
	f := figures{w: w, q: q}
	s := f.write()
	for i := range s.columns {
		s.columns[i].name = ""
	}
	return nested(s.String())
}

// inGroups is the condition that the row's value is among a query's groups.
func (s *scope) inGroups(p *Predicate, left bool) frag {
	if p.Sub == nil {
		s.w.fail("groups takes a query")
		return atom("NULL")
	}
	var outer []frag
	if p.Expr.Op == Entity {
		t := s.w.table(p.Expr.Ref.Table)
		if t == nil {
			return atom("NULL")
		}
		fs, _, ok := s.keyed(t, p.Expr.Ref.Via, left)
		if !ok {
			s.w.fail("%s meets many rows of %s or none", s.base.Name, t.Name)
		}
		outer = fs
	} else {
		outer = []frag{s.grouping(p, left)}
	}
	return frag{tuple(outer) + " IN " + nested(s.w.keysOf(p.Sub)), bindCompare}
}

// grouping is a value in the form in which a query's first dimension groups it.
func (s *scope) grouping(p *Predicate, left bool) frag {
	if len(p.Sub.Dimensions) == 0 {
		return s.value(p.Expr, left)
	}
	d := &p.Sub.Dimensions[0]
	c := s.w.dateColumn(p.Expr)
	switch {
	case d.Grain != "" && c != nil && buckets[d.Grain] != "":
		f, _ := s.column(p.Expr.Ref, left)
		return frag{s.w.d.bucket(f.s, c, d.Grain, d.Fiscal), bindAtom - 1}
	case d.Bucket > 0:
		return s.w.d.floor(s.number(p.Expr, left), d.Bucket)
	}
	return s.value(p.Expr, left)
}

// keysOf writes a query so that it gives the keys of its first dimension's
// groups, or of its rows, and nothing else.
func (w *writer) keysOf(q *Query) string {
	if q.Entity != "" && len(q.Measures) == 0 {
		return w.list(q, true).String()
	}
	if len(q.Dimensions) == 0 {
		w.fail("groups takes a query with a dimension")
		return ""
	}
	sub := *q
	sub.Sum = false
	f := figures{w: w, q: &sub, keys: true}
	return f.write().String()
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
