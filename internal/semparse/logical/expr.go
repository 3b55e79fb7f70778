package logical

import (
	"strings"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
)

// column joins the way to a column and gives it as stored.
func (s *scope) column(r Ref, left bool) (frag, *catalog.Column) {
	t := s.w.table(r.Table)
	if t == nil {
		return atom("NULL"), nil
	}
	c := t.Column(r.Column)
	if c == nil {
		s.w.fail("table %s has no column %q", t.Name, r.Column)
		return atom("NULL"), nil
	}
	if s.heldByKey(c, r.Via) {
		if fs, cols, ok := s.keyed(t, r.Via, left); ok && len(cols) == 1 {
			return fs[0], c
		}
	}
	at, ok := s.reach(t, r.Via, left)
	if !ok {
		s.w.fail("%s meets many rows of %s or none: %s.%s has no one value for it", s.base.Name, t.Name, t.Name, c.Name)
		return atom("NULL"), nil
	}
	return s.w.column(at, c.Name), c
}

// heldByKey reports whether the key that refers to a column holds its value.
func (s *scope) heldByKey(c *catalog.Column, via string) bool {
	return c.Primary && (c.Table != s.base || via != "")
}

func (w *writer) table(name string) *catalog.Table {
	t := w.c.Table(name)
	if t == nil {
		w.fail("there is no table %q", name)
	}
	return t
}

// value is an expression as it is shown, grouped by or counted.
func (s *scope) value(e *Expr, left bool) frag {
	switch e.Op {
	case Column:
		f, c := s.column(e.Ref, left)
		if c == nil {
			return f
		}
		if e.Scale > 0 {
			return s.number(e, left)
		}
		return s.shown(f, c)
	case Entity:
		t := s.w.table(e.Ref.Table)
		if t == nil {
			return atom("NULL")
		}
		at, ok := s.reach(t, e.Ref.Via, left)
		if !ok {
			s.w.fail("%s meets many rows of %s or none", s.base.Name, t.Name)
			return atom("NULL")
		}
		return s.shown(s.w.column(at, t.Label[0].Name), t.Label[0])
	}
	return s.number(e, left)
}

// shown is a column as a person reads it: numbers that are dates are not.
func (s *scope) shown(f frag, c *catalog.Column) frag {
	if v, ok := numericMoments[c.Format]; c.Kind == catalog.Date && ok && (v.constant != "" || c.Format == schema.YMDNumber) {
		if c.Format == schema.ExcelDay || c.Format == schema.YMDNumber {
			return atom(s.w.d.day(f.s, c))
		}
		return atom(s.w.d.moment(f.s, c))
	}
	return f
}

// number is an expression as a number: texts cast, units scaled.
func (s *scope) number(e *Expr, left bool) frag {
	return s.unscaled(e, left).dividedBy(e.Scale)
}

// dividedBy brings a figure to its scale; 0 is none.
func (f frag) dividedBy(scale float64) frag {
	if scale <= 0 || scale == 1 {
		return f
	}
	return frag{f.in(bindMultiply) + " / " + real(scale), bindMultiply}
}

func (s *scope) unscaled(e *Expr, left bool) frag {
	switch e.Op {
	case Column:
		f, c := s.column(e.Ref, left)
		if c != nil && c.Numbers != schema.NumbersNone {
			return atom(s.w.d.number(f.s, c))
		}
		return f
	case Entity:
		return s.key(e.Ref, left)
	case Raw:
		return s.raw(e, left)
	case Duration, Age:
		return s.elapsed(e, left)
	case Number:
		if e.Value < 0 {
			return frag{number(e.Value), bindMultiply}
		}
		return atom(number(e.Value))
	case Has:
		if e.Filter == nil {
			s.w.fail("a condition is missing")
			return atom("NULL")
		}
		return atom("CASE WHEN " + s.condition(e.Filter, true).s + " THEN 1 ELSE 0 END")
	case Add, Subtract, Multiply, Divide:
		return s.arithmetic(e, left)
	}
	s.w.fail("there is no kind of expression %q", e.Op)
	return atom("NULL")
}

// key is what tells the rows of a table apart, as one value.
func (s *scope) key(r Ref, left bool) frag {
	t := s.w.table(r.Table)
	if t == nil {
		return atom("NULL")
	}
	fs, _, ok := s.keyed(t, r.Via, left)
	if !ok {
		s.w.fail("%s meets many rows of %s or none", s.base.Name, t.Name)
		return atom("NULL")
	}
	if len(fs) == 1 {
		return fs[0]
	}
	parts := make([]string, len(fs))
	for i, f := range fs {
		parts[i] = f.s
	}
	return frag{strings.Join(parts, " || '|' || "), bindAtom - 1}
}

func (s *scope) arithmetic(e *Expr, left bool) frag {
	if len(e.Args) != 2 {
		s.w.fail("%s takes two values", e.Op)
		return atom("NULL")
	}
	a, b := s.number(&e.Args[0], left), s.number(&e.Args[1], left)
	switch e.Op {
	case Add:
		return frag{a.in(bindAdd) + " + " + b.in(bindAdd), bindAdd}
	case Subtract:
		return frag{a.in(bindAdd) + " - " + b.in(bindAdd+1), bindAdd}
	case Multiply:
		return frag{a.in(bindMultiply) + " * " + b.in(bindMultiply), bindMultiply}
	}
	if s.w.whole(&e.Args[0]) && s.w.whole(&e.Args[1]) {
		a = frag{"1.0 * " + a.in(bindMultiply), bindMultiply}
	}
	if e.Args[1].Op == Number && e.Args[1].Value != 0 {
		return frag{a.in(bindMultiply) + " / " + b.in(bindMultiply+1), bindMultiply}
	}
	return frag{a.in(bindMultiply) + " / NULLIF(" + b.s + ", 0)", bindMultiply}
}

// whole reports whether an expression may be of integers only, which SQL
// would divide without a rest.
func (w *writer) whole(e *Expr) bool {
	switch {
	case e.Scale > 0 && e.Scale != 1, e.Op == Divide, e.Op == Duration && e.Unit != "second":
		return false
	case e.Op == Number:
		return e.Value == float64(int64(e.Value))
	case e.Op == Column:
		c := w.c.Column(e.Ref.Table, e.Ref.Column)
		return c == nil || c.Integers || c.Type != schema.Real
	}
	for i := range e.Args {
		if e.Op != Duration && !w.whole(&e.Args[i]) {
			return false
		}
	}
	return true
}

// elapsed is the time between two dates, or from one until now.
func (s *scope) elapsed(e *Expr, left bool) frag {
	if len(e.Args) == 0 {
		s.w.fail("%s takes a date", e.Op)
		return atom("NULL")
	}
	from := s.date(&e.Args[0], left)
	if e.Op == Age {
		return s.w.d.years(from, s.w.d.now(e.Now))
	}
	to := s.w.d.now(e.Now)
	if len(e.Args) > 1 {
		to = s.date(&e.Args[1], left)
	}
	return s.w.d.elapsed(from, to, e.Unit)
}

// date is an expression as ISO text.
func (s *scope) date(e *Expr, left bool) string {
	if e.Op != Column {
		return s.number(e, left).s
	}
	f, c := s.column(e.Ref, left)
	if c == nil {
		return f.s
	}
	return s.w.d.point(f.s, c)
}

// dateColumn is the column of an expression that is a date; nil for others.
func (w *writer) dateColumn(e *Expr) *catalog.Column {
	if e == nil || e.Op != Column {
		return nil
	}
	if c := w.c.Column(e.Ref.Table, e.Ref.Column); c != nil && c.Kind == catalog.Date {
		return c
	}
	return nil
}
