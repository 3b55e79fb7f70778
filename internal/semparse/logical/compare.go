package logical

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
)

// constant compares a value with constants.
func (s *scope) constant(p *Predicate, left bool) frag {
	want := map[PredicateOp]int{In: -1, Between: 2}[p.Op]
	if want == 0 {
		want = 1
	}
	if len(p.Values) == 0 || want > 0 && len(p.Values) != want {
		s.w.fail("%s takes other values than %v", p.Op, p.Values)
		return atom("NULL")
	}
	if c := s.w.dateColumn(p.Expr); c != nil {
		if f, ok := s.onDays(p, left); ok {
			return f
		}
	}
	if q := p.unscaled(); q != nil {
		p = q
	}
	f, numeric := s.compared(p, left)
	vs := make([]string, len(p.Values))
	for i, v := range p.Values {
		vs[i] = s.literal(v, numeric)
	}
	switch {
	case p.Op == Between:
		return frag{f.in(bindAdd) + " BETWEEN " + vs[0] + " AND " + vs[1], bindCompare}
	case p.Op == In && len(vs) > 1:
		return frag{f.in(bindAdd) + " IN (" + strings.Join(vs, ", ") + ")", bindCompare}
	case p.Op == In:
		return frag{f.in(bindAdd) + " = " + vs[0], bindCompare}
	}
	if contraries[p.Op] == "" {
		s.w.fail("there is no condition %q", p.Op)
		return atom("NULL")
	}
	return frag{f.in(bindAdd) + " " + string(p.Op) + " " + vs[0], bindCompare}
}

// unscaled compares a scaled column as it is stored, so that an index is used;
// nil where there is no scale.
func (p *Predicate) unscaled() *Predicate {
	if p.Expr.Op != Column || p.Expr.Scale <= 0 || p.Expr.Scale == 1 {
		return nil
	}
	q, e := *p, *p.Expr
	q.Values = nil
	for _, v := range p.Values {
		if v.Is != "number" {
			return nil
		}
		q.Values = append(q.Values, Value{Number: math.Round(v.Number*e.Scale*1e6) / 1e6, Is: "number"})
	}
	e.Scale = 0
	q.Expr = &e
	return &q
}

// compared is the left side of a comparison with constants, and whether it is
// a number.
func (s *scope) compared(p *Predicate, left bool) (frag, bool) {
	e := p.Expr
	if e.Op != Column {
		return s.number(e, left), e.Op != Raw || p.Values[0].Is == "number"
	}
	c := s.w.c.Column(e.Ref.Table, e.Ref.Column)
	if c == nil {
		return s.number(e, left), false
	}
	if c.Type.Numeric() {
		return s.number(e, left), true
	}
	if c.Numbers != schema.NumbersNone && p.Values[0].Is == "number" {
		return s.number(e, left), true
	}
	f, _ := s.column(e.Ref, left)
	return f, c.Type == schema.Boolean && c.Flag != nil && !c.Flag.Text
}

// literal writes a constant for a number or for a text.
func (s *scope) literal(v Value, numeric bool) string {
	if v.Is == "number" {
		if numeric {
			return number(v.Number)
		}
		if v.Text != "" {
			return s.w.text(v.Text)
		}
		return number(v.Number)
	}
	if numeric {
		if _, err := strconv.ParseFloat(v.Text, 64); err == nil && !strings.ContainsAny(v.Text, "xXpPnN_") {
			return v.Text
		}
	}
	return s.w.text(v.Text)
}

// onDays compares a date with days by the periods that they stand for.
func (s *scope) onDays(p *Predicate, left bool) (frag, bool) {
	var fs []frag
	x, c := s.column(p.Expr.Ref, left)
	if c == nil {
		return x, true
	}
	for i := range p.Values {
		per, ok := p.period(i)
		if !ok {
			return frag{}, false
		}
		if fs = append(fs, s.w.d.during(x.s, c, per)); p.Op == Between {
			break
		}
	}
	f := anyOf(fs)
	if p.Op == NotEqual {
		return frag{"NOT " + f.in(bindAtom), bindNot}, true
	}
	return f, true
}

// period is what a comparison with the day or moment of one of its values
// allows; ok is false where that is no period.
func (p *Predicate) period(i int) (per Period, ok bool) {
	v := p.Values[i]
	t, ok := parseMoment(v.Text)
	if !ok || v.Is == "number" {
		return Period{}, false
	}
	clock := len(v.Text) > len(dayForm)
	switch p.Op {
	case Equal, NotEqual, In:
		return Period{From: v.Text, To: v.Text}, !clock
	case Less:
		return Period{To: t.Format(momentForm), Time: true}, true
	case LessEq:
		if clock {
			return Period{To: t.Add(time.Second).Format(momentForm), Time: true}, true
		}
		return Period{To: v.Text}, true
	case Greater:
		if clock {
			return Period{From: t.Add(time.Second).Format(momentForm), Time: true}, true
		}
		return Period{From: t.AddDate(0, 0, 1).Format(dayForm)}, true
	case GreaterEq:
		return Period{From: v.Text}, true
	case Between:
		return Period{From: v.Text, To: p.Values[1].Text, Time: len(p.Values[1].Text) > len(dayForm)}, true
	}
	return Period{}, false
}

// compare compares two values of a row.
func (s *scope) compare(p *Predicate, left bool) frag {
	op := string(p.Op)
	if contraries[p.Op] == "" {
		s.w.fail("%s cannot compare two columns", p.Op)
		return atom("NULL")
	}
	a, b := s.w.dateColumn(p.Expr), s.w.dateColumn(p.Other)
	if a != nil && b != nil {
		l, r := s.dates(p, a, b, left)
		return frag{l + " " + op + " " + r, bindCompare}
	}
	l, r := s.number(p.Expr, left), s.number(p.Other, left)
	return frag{l.in(bindAdd) + " " + op + " " + r.in(bindAdd), bindCompare}
}

// dates are two date columns in a form in which they compare: as stored where
// both are alike, as days where one of them knows no time of day.
func (s *scope) dates(p *Predicate, a, b *catalog.Column, left bool) (l, r string) {
	x, _ := s.column(p.Expr.Ref, left)
	y, _ := s.column(p.Other.Ref, left)
	switch {
	case a.Format == b.Format && sortsAsStored(a):
		return x.s, y.s
	case a.Clocked() && b.Clocked():
		return "datetime(" + s.w.d.moment(x.s, a) + ")", "datetime(" + s.w.d.moment(y.s, b) + ")"
	}
	return s.w.d.day(x.s, a), s.w.d.day(y.s, b)
}

// sortsAsStored reports whether a column's dates sort as they are stored.
func sortsAsStored(c *catalog.Column) bool {
	switch c.Format {
	case schema.DMY, schema.MDY, schema.Ambiguous, schema.MonthName, schema.DayMonthName, schema.RFC2822:
		return false
	}
	return true
}
