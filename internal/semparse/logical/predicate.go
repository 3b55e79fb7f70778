package logical

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
)

// where adds conditions that all must hold.
func (s *scope) where(ps []Predicate) {
	for i := range ps {
		if ps[i].Op == And {
			s.where(ps[i].Args)
			continue
		}
		s.sel.where = append(s.sel.where, s.condition(&ps[i], false))
	}
}

// condition is a predicate on a row. With left, rows that have no row on a
// joined way are kept while it is asked.
func (s *scope) condition(p *Predicate, left bool) frag {
	switch p.Op {
	case And, Or:
		fs := make([]frag, len(p.Args))
		for i := range p.Args {
			fs[i] = s.condition(&p.Args[i], left || p.Op == Or && len(p.Args) > 1)
		}
		if len(fs) == 0 {
			s.w.fail("%s of nothing", p.Op)
			return atom("NULL")
		}
		if p.Op == And {
			return all(fs)
		}
		return anyOf(fs)
	case Not:
		if len(p.Args) != 1 {
			s.w.fail("not takes one condition")
			return atom("NULL")
		}
		return s.negated(&p.Args[0])
	case Exists:
		return s.exists(p, left, false)
	}
	if far, ok := s.far(p); ok {
		return s.among(p, far, left, false)
	}
	return s.test(p, left)
}

// refs calls f for each column or row that a predicate's own sides speak of.
func (p *Predicate) refs(f func(Ref)) {
	p.Expr.refs(f)
	p.Other.refs(f)
}

func (e *Expr) refs(f func(Ref)) {
	if e == nil {
		return
	}
	switch e.Op {
	case Column, Entity:
		f(e.Ref)
	case Raw:
		f(Ref{Table: e.Table, Via: e.Ref.Via})
	}
	for i := range e.Args {
		e.Args[i].refs(f)
	}
}

// negated is the condition that a predicate does not hold. Rows without a
// value are kept where having none means so.
func (s *scope) negated(p *Predicate) frag {
	switch p.Op {
	case Not:
		return s.condition(&p.Args[0], true)
	case And, Or:
		fs := make([]frag, len(p.Args))
		for i := range p.Args {
			fs[i] = s.negated(&p.Args[i])
		}
		if p.Op == And {
			return anyOf(fs)
		}
		return all(fs)
	case Exists:
		return s.exists(p, true, true)
	}
	if far, ok := s.far(p); ok {
		return s.among(p, far, true, true)
	}
	q := *p
	switch p.Op {
	case Less, LessEq, Greater, GreaterEq, NotEqual:
		q.Op = contraries[p.Op]
		return s.test(&q, true)
	case IsNull:
		q.Op = NotNull
		return s.test(&q, true)
	case NotNull:
		q.Op = IsNull
		return s.test(&q, true)
	}
	return s.denied(p)
}

// denied turns a test round that a row without a value does not pass.
func (s *scope) denied(p *Predicate) frag {
	f := s.test(p, true)
	null := s.nullOf(p)
	if null == nil {
		return frag{"NOT " + f.in(bindAtom), bindNot}
	}
	q := *p
	switch {
	case p.Op == Equal && s.simple(p):
		q.Op = NotEqual
		f = s.test(&q, true)
	case p.Op == In && s.simple(p):
		f.s = strings.Replace(f.s, " IN (", " NOT IN (", 1)
	default:
		return frag{f.in(bindCompare+1) + " IS NOT TRUE", bindCompare}
	}
	if !*null {
		return f
	}
	return anyOf([]frag{f, {s.value(p.Expr, true).s + " IS NULL", bindCompare}})
}

// simple reports whether a test is of a plain column with constants.
func (s *scope) simple(p *Predicate) bool {
	return p.Expr != nil && p.Expr.Op == Column && p.Other == nil && s.w.dateColumn(p.Expr) == nil
}

// nullOf tells whether a predicate's value may be NULL: nil where it never
// matters how the test is turned round.
func (s *scope) nullOf(p *Predicate) *bool {
	null, known := false, true
	p.refs(func(r Ref) {
		t := s.w.c.Table(r.Table)
		if t == nil {
			return
		}
		at, ok := s.reach(t, r.Via, true)
		if ok && s.w.sources[at].left {
			null = true
		}
		if c := t.Column(r.Column); c != nil {
			null = null || nullable(c) || c.Kind == catalog.Date && !isISO(c) && !c.Type.Numeric() // what is no date reads as NULL
		} else if r.Column == "" {
			known = false
		}
	})
	if known && !null && !s.simple(p) {
		return nil
	}
	return &null
}

// test is a predicate on values that the row has one of each.
func (s *scope) test(p *Predicate, left bool) frag {
	if p.Expr == nil {
		s.w.fail("%s without a value to test", p.Op)
		return atom("NULL")
	}
	switch p.Op {
	case IsNull, NotNull:
		return s.isNull(p, left)
	case InPeriod:
		return s.inPeriod(p, left)
	case Holds:
		return s.number(p.Expr, left)
	case Contains, StartsWith, EndsWith:
		return s.like(p, left)
	case Than:
		return s.than(p, left)
	case InGroups:
		return s.inGroups(p, left)
	}
	if p.Other != nil {
		return s.compare(p, left)
	}
	return s.constant(p, left)
}

func (s *scope) isNull(p *Predicate, left bool) frag {
	left = left || p.Op == IsNull
	var f frag
	var c *catalog.Column
	switch p.Expr.Op {
	case Column:
		f, c = s.column(p.Expr.Ref, left)
	case Entity:
		f = s.key(p.Expr.Ref, left)
	default:
		f = s.number(p.Expr, left)
	}
	blank := c != nil && c.Type == schema.Text && mayBeBlank(c)
	switch {
	case p.Op == IsNull && blank:
		return anyOf([]frag{{f.in(bindAdd) + " IS NULL", bindCompare}, {f.s + " = ''", bindCompare}})
	case p.Op == IsNull:
		return frag{f.in(bindAdd) + " IS NULL", bindCompare}
	case blank:
		return frag{f.in(bindAdd) + " <> ''", bindCompare}
	}
	return frag{f.in(bindAdd) + " IS NOT NULL", bindCompare}
}

// mayBeBlank reports whether a text column may hold the empty text, the least
// of all.
func mayBeBlank(c *catalog.Column) bool {
	if c.Complete {
		return slices.Contains(c.Values, "")
	}
	return c.Min == "" && c.Distinct != 0
}

func (s *scope) inPeriod(p *Predicate, left bool) frag {
	if p.Period == nil || p.Expr.Op != Column {
		s.w.fail("a period takes a date column")
		return atom("NULL")
	}
	f, c := s.column(p.Expr.Ref, left)
	if c == nil {
		return f
	}
	return s.w.d.during(f.s, c, *p.Period)
}

func (s *scope) like(p *Predicate, left bool) frag {
	if len(p.Values) != 1 {
		s.w.fail("%s takes one text", p.Op)
		return atom("NULL")
	}
	v := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(p.Values[0].Text)
	escape := ""
	if v != p.Values[0].Text {
		escape = ` ESCAPE '\'`
	}
	if p.Op != StartsWith {
		v = "%" + v
	}
	if p.Op != EndsWith {
		v += "%"
	}
	return frag{s.value(p.Expr, left).in(bindAdd) + " LIKE " + s.w.text(v) + escape, bindCompare}
}
