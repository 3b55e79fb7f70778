package logical

import (
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
)

// Same reports whether two readings mean the same: they give the same rows on
// any data of the schema, whatever they are called.
func Same(a, b Query, c *catalog.Catalog) bool { return a.Key(c) == b.Key(c) }

// Key is the query in a form that is the same for all queries that mean the
// same, as far as order, names and ways to put a condition go.
func (q Query) Key(c *catalog.Catalog) string {
	q = q.canonical()
	if sql, err := q.SQL(c); err == nil {
		return sql
	}
	return jsonOf(q)
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// canonical drops what does not change the rows and puts the rest in one order.
func (q Query) canonical() Query {
	q.Default, q.Answer = nil, Rows
	q.Columns = slices.Clone(q.Columns)
	for i := range q.Columns {
		q.Columns[i] = Shown{Expr: q.Columns[i].Expr.canonical()}
	}
	q.Measures = slices.Clone(q.Measures)
	for i := range q.Measures {
		q.Measures[i] = q.Measures[i].canonical()
	}
	q.Dimensions = canonicalDimensions(q.Dimensions)
	q.Filters = slices.Concat(q.Filters, q.liftFilters())
	q.Filters = canonicalAll(q.Filters)
	q.Having = slices.Clone(q.Having)
	for i := range q.Having {
		q.Having[i].Measure = q.Having[i].Measure.canonical()
		q.Having[i].Measure.Hidden = false
	}
	slices.SortFunc(q.Having, func(a, b Having) int { return strings.Compare(jsonOf(a), jsonOf(b)) })
	q.Order = slices.Clone(q.Order)
	for i := range q.Order {
		if e := q.Order[i].Expr; e != nil {
			x := e.canonical()
			q.Order[i].Expr = &x
		}
	}
	if q.Compare != nil {
		x := *q.Compare
		x.Periods = slices.Clone(x.Periods)
		for i := range x.Periods {
			x.Periods[i] = x.Periods[i].canonical()
		}
		q.Compare = &x
	}
	if q.Except != nil {
		x := q.Except.canonical()
		q.Except = &x
	}
	return q
}

// liftFilters takes conditions that every measure has out of the measures.
func (q *Query) liftFilters() []Predicate {
	if len(q.Measures) == 0 || len(q.Having) > 0 {
		return nil
	}
	for _, m := range q.Measures {
		if m.Op != Aggregate && m.Op != Metric {
			return nil
		}
	}
	var lifted []Predicate
	for _, p := range q.Measures[0].Filters {
		if !slices.ContainsFunc(q.Measures[1:], func(m Measure) bool { return !hasFilter(m.Filters, &p) }) {
			lifted = append(lifted, p)
		}
	}
	for i := range q.Measures {
		q.Measures[i].Filters = slices.DeleteFunc(slices.Clone(q.Measures[i].Filters), func(p Predicate) bool { return hasFilter(lifted, &p) })
	}
	return lifted
}

func canonicalDimensions(ds []Dimension) []Dimension {
	ds = slices.Clone(ds)
	for i := range ds {
		ds[i].Expr, ds[i].Title = ds[i].Expr.canonical(), ""
		if ds[i].Fiscal == 1 {
			ds[i].Fiscal = 0
		}
	}
	return ds
}

func (m Measure) canonical() Measure {
	m.Title = ""
	if m.Expr != nil {
		e := m.Expr.canonical()
		m.Expr = &e
	}
	// Different rows of the base are its rows.
	if m.Agg == CountDistinct && m.Expr != nil && m.Expr.Op == Entity && strings.EqualFold(m.Expr.Ref.Table, m.Base) && m.Expr.Ref.Via == "" {
		m.Agg = Count
	}
	if m.Agg == Count && (m.Expr == nil || m.Expr.Op != Column) {
		m.Expr = nil
	}
	if m.Op == Change {
		m.Back = max(m.Back, 1)
	}
	if m.Op == Share {
		m.Percent = false
	}
	m.Filters = canonicalAll(m.Filters)
	m.Args = slices.Clone(m.Args)
	for i := range m.Args {
		m.Args[i] = m.Args[i].canonical()
	}
	m.Per = canonicalDimensions(m.Per)
	return m
}

func (e Expr) canonical() Expr {
	e.Title = ""
	if e.Scale == 1 {
		e.Scale = 0
	}
	e.Args = slices.Clone(e.Args)
	for i := range e.Args {
		e.Args[i] = e.Args[i].canonical()
	}
	if (e.Op == Add || e.Op == Multiply) && len(e.Args) == 2 && jsonOf(e.Args[1]) < jsonOf(e.Args[0]) {
		e.Args[0], e.Args[1] = e.Args[1], e.Args[0]
	}
	if e.Filter != nil {
		p := e.Filter.canonical()
		e.Filter = &p
	}
	return e
}

// canonicalAll flattens conditions that must all hold, drops what is said
// twice, and sorts.
func canonicalAll(ps []Predicate) []Predicate {
	return canonicalList(ps, And)
}

func canonicalList(ps []Predicate, op PredicateOp) []Predicate {
	var out []Predicate
	for _, p := range ps {
		if p = p.canonical(); p.Op == op {
			out = append(out, p.Args...)
		} else {
			out = append(out, p)
		}
	}
	keys := map[string]Predicate{}
	for _, p := range out {
		keys[jsonOf(p)] = p
	}
	out = nil
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		out = append(out, keys[k])
	}
	return out
}

func (p Predicate) canonical() Predicate {
	p.Title = ""
	p = p.canonicalParts()
	switch p.Op {
	case And, Or:
		if p.Args = canonicalList(p.Args, p.Op); len(p.Args) == 1 {
			return p.Args[0]
		}
	case Not:
		return p.canonicalNot()
	case Exists:
		p.Args = canonicalAll(p.Args)
		return p.canonicalCount()
	case In:
		p.Values = slices.Clone(p.Values)
		slices.SortFunc(p.Values, func(a, b Value) int {
			return cmp.Or(strings.Compare(a.Text, b.Text), cmp.Compare(a.Number, b.Number))
		})
		if p.Values = slices.Compact(p.Values); len(p.Values) == 1 {
			p.Op = Equal
		}
	case Equal, NotEqual, Less, LessEq, Greater, GreaterEq:
		// a < b is b > a
		if turned := turn[p.Op]; p.Other != nil && jsonOf(p.Other) < jsonOf(p.Expr) {
			p.Expr, p.Other, p.Op = p.Other, p.Expr, turned
		}
	}
	return p
}

// turn is a comparison read from its right side.
var turn = map[PredicateOp]PredicateOp{Equal: Equal, NotEqual: NotEqual, Less: Greater, LessEq: GreaterEq, Greater: Less, GreaterEq: LessEq}

func (p Predicate) canonicalParts() Predicate {
	for _, e := range []**Expr{&p.Expr, &p.Other} {
		if *e != nil {
			x := (*e).canonical()
			*e = &x
		}
	}
	if p.Period != nil {
		x := p.Period.canonical()
		p.Period = &x
	}
	if p.Measure != nil {
		m := p.Measure.canonical()
		p.Measure = &m
	}
	if p.Sub != nil {
		q := p.Sub.canonical()
		for i := range q.Measures {
			q.Measures[i].Hidden = true // only the groups matter
		}
		p.Sub = &q
	}
	return p
}

func (p Predicate) canonicalNot() Predicate {
	if len(p.Args) != 1 {
		return p
	}
	in := p.Args[0].canonical()
	switch in.Op {
	case Not:
		return in.Args[0]
	case IsNull:
		in.Op = NotNull
		return in
	case NotNull:
		in.Op = IsNull
		return in
	}
	p.Args = []Predicate{in}
	return p
}

// canonicalCount writes "at least one" as there being any, and "none" as its
// contrary.
func (p Predicate) canonicalCount() Predicate {
	if p.Count == nil {
		return p
	}
	b := *p.Count
	if b.Op != Between {
		b.High = 0
	}
	switch {
	case b.Op == Greater && b.Value == float64(int64(b.Value)):
		b = Bound{Op: GreaterEq, Value: b.Value + 1}
	case b.Op == Less && b.Value == float64(int64(b.Value)):
		b = Bound{Op: LessEq, Value: b.Value - 1}
	}
	p.Count = &b
	switch b {
	case Bound{Op: GreaterEq, Value: 1}, Bound{Op: NotEqual}:
		p.Count = nil
	case Bound{Op: LessEq}, Bound{Op: Equal}:
		p.Count = nil
		return Predicate{Op: Not, Args: []Predicate{p}}
	}
	return p
}

func (p Period) canonical() Period {
	from, to, hasFrom, hasTo := p.bounds()
	out := Period{}
	if hasFrom {
		out.From = from.Format(momentForm)
	}
	if hasTo {
		out.To = to.Format(momentForm)
	}
	out.Time = hasFrom || hasTo
	return out
}

func sameExpr(a, b *Expr) bool {
	x, y := *a, *b
	x.Title, y.Title = "", ""
	return reflect.DeepEqual(x, y)
}

func sameMeasure(a, b *Measure) bool {
	x, y := *a, *b
	x.Title, y.Title = "", ""
	x.Hidden, y.Hidden = false, false
	return reflect.DeepEqual(x, y)
}

func samePredicate(a, b *Predicate) bool {
	x, y := *a, *b
	x.Title, y.Title = "", ""
	return reflect.DeepEqual(x, y)
}
