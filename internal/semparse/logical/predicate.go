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
			null = null || nullable(c)
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
		for _, v := range c.Values {
			if v == "" {
				return true
			}
		}
		return false
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
