package logical

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
)

// far is what a predicate speaks of that lies across a one-to-many path: of
// several tables the one whose rows meet one of each other.
func (s *scope) far(p *Predicate) (Ref, bool) {
	var all []Ref
	p.refs(func(r Ref) {
		if t := s.w.c.Table(r.Table); t != nil {
			if _, _, ok := s.up(t, r.Via); !ok {
				all = append(all, r)
			}
		}
	})
	if len(all) == 0 {
		return Ref{}, false
	}
	for _, r := range all {
		if !slices.ContainsFunc(all, func(o Ref) bool { return !s.w.c.Reaches(s.w.c.Table(r.Table), s.w.c.Table(o.Table)) }) {
			return r, true
		}
	}
	return all[0], true
}

// among is the condition that some related row holds a predicate, or that
// none does.
func (s *scope) among(p *Predicate, far Ref, left, not bool) frag {
	t := s.w.table(far.Table)
	r, ok := s.related(t, far.Via, left || not)
	if !ok {
		s.w.fail("%s and %s are not related", s.base.Name, t.Name)
		return atom("NULL")
	}
	q := p.without(far)
	if _, more := r.rows.far(&q); more {
		s.w.fail("a row of %s has no one value for all that %s is compared with", t.Name, exprTitle(s.w.c, p.Expr, ""))
		return atom("NULL")
	}
	r.rows.sel.where = append(r.rows.sel.where, r.rows.condition(&q, false))
	return s.member(r, not)
}

// without is a predicate seen from the table that far leads to: the key that
// led there has been taken.
func (p *Predicate) without(far Ref) Predicate {
	q := *p
	strip := func(e *Expr) *Expr {
		if e == nil || far.Via == "" {
			return e
		}
		c := *e
		if c.Ref == far || c.Op == Raw && strings.EqualFold(c.Table, far.Table) && c.Ref.Via == far.Via {
			c.Ref.Via = ""
		}
		c.Args = append([]Expr(nil), e.Args...)
		for i := range c.Args {
			if c.Args[i].Ref.Table == far.Table && c.Args[i].Ref.Via == far.Via {
				c.Args[i].Ref.Via = ""
			}
		}
		return &c
	}
	q.Expr, q.Other = strip(p.Expr), strip(p.Other)
	return q
}

// member is the condition that the outer row is among the related ones. IN
// rather than EXISTS: it needs no index to be fast.
func (s *scope) member(r relation, not bool) frag {
	for _, f := range r.inner {
		r.rows.sel.columns = append(r.rows.sel.columns, output{f: f})
	}
	outer := tuple(r.outer)
	if !not {
		return frag{outer + " IN " + nested(r.rows.sel.String()), bindCompare}
	}
	if r.innerNull {
		for _, f := range r.inner {
			r.rows.sel.where = append(r.rows.sel.where, frag{f.s + " IS NOT NULL", bindCompare})
		}
	}
	f := frag{outer + " NOT IN " + nested(r.rows.sel.String()), bindCompare}
	if !r.outerNull {
		return f
	}
	return anyOf([]frag{f, {r.outer[0].s + " IS NULL", bindCompare}})
}

func tuple(fs []frag) string {
	if len(fs) == 1 {
		return fs[0].s
	}
	parts := make([]string, len(fs))
	for i, f := range fs {
		parts[i] = f.s
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// exists is the condition that related rows hold all of a predicate's
// arguments at once, or that so many of them do.
func (s *scope) exists(p *Predicate, left, not bool) frag {
	t := s.w.table(p.Table)
	if t == nil {
		return atom("NULL")
	}
	if _, path, ok := s.up(t, p.Via); ok && len(path) > 0 && t != s.base {
		return s.existsOne(p, t, not)
	}
	r, ok := s.related(t, p.Via, left || not)
	if !ok {
		s.w.fail("%s and %s are not related", s.base.Name, t.Name)
		return atom("NULL")
	}
	r.rows.where(p.Args)
	if p.Count == nil {
		return s.member(r, not)
	}
	b := *p.Count
	if b.holds(0) { // rows without any are no groups: ask for the contrary
		b, not = b.contrary(), !not
		if b.Op == "" {
			return atom("1 = 1")
		}
	}
	in := r.rows
	if !(b.Op == GreaterEq && b.Value <= 1 || b.Op == Greater && b.Value < 1) {
		count := "COUNT(*)"
		if r.manyToMany {
			count = "COUNT(DISTINCT " + in.keyHere().s + ")"
		}
		in.sel.group = r.inner
		in.sel.having = append(in.sel.having, b.test(atom(count)))
	}
	return s.member(r, not)
}

// keyHere tells the scope's own rows apart.
func (s *scope) keyHere() frag { return s.key(Ref{Table: s.base.Name}, false) }

// existsOne is exists where there is at most one related row.
func (s *scope) existsOne(p *Predicate, t *catalog.Table, not bool) frag {
	keys, _, _ := s.keyed(t, p.Via, true)
	f := frag{keys[0].s + " IS NOT NULL", bindCompare}
	if len(p.Args) > 0 {
		at, _ := s.reach(t, p.Via, true)
		in := s.at(t, at)
		both := Predicate{Op: And, Args: p.Args}
		if not {
			return in.negated(&both)
		}
		f = in.condition(&both, true)
	}
	if p.Count != nil && p.Count.holds(0) != p.Count.holds(1) {
		not = not != p.Count.holds(0)
	}
	switch {
	case not && len(p.Args) == 0:
		return frag{keys[0].s + " IS NULL", bindCompare}
	case not:
		return frag{f.in(bindCompare+1) + " IS NOT TRUE", bindCompare}
	}
	return f
}

// holds reports whether a number is within the bound.
func (b Bound) holds(v float64) bool {
	switch b.Op {
	case Equal:
		return v == b.Value
	case NotEqual:
		return v != b.Value
	case Less:
		return v < b.Value
	case LessEq:
		return v <= b.Value
	case Greater:
		return v > b.Value
	case GreaterEq:
		return v >= b.Value
	}
	return v >= b.Value && v <= b.High
}

// contraries are what holds where a comparison of two values does not.
var contraries = map[PredicateOp]PredicateOp{Equal: NotEqual, NotEqual: Equal, Less: GreaterEq, LessEq: Greater, Greater: LessEq, GreaterEq: Less}

// contrary is what holds where a bound that 0 is within does not; Op is empty
// where it always does.
func (b Bound) contrary() Bound {
	if b.Op == Between {
		return Bound{Op: Greater, Value: b.High}
	}
	if b.Op == GreaterEq && b.Value <= 0 || b.Op == Greater && b.Value < 0 {
		return Bound{}
	}
	return Bound{Op: contraries[b.Op], Value: b.Value}
}

// test compares a figure.
func (b Bound) test(f frag) frag {
	if b.Op == Between {
		return frag{f.in(bindAdd) + " BETWEEN " + number(b.Value) + " AND " + number(b.High), bindCompare}
	}
	return frag{f.in(bindAdd) + " " + string(b.Op) + " " + number(b.Value), bindCompare}
}
