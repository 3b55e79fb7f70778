package logical

import (
	"math/rand/v2"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
)

// maker makes random queries over a catalog. They need not make sense; what
// SQL writes for them must be a statement that the database takes.
type maker struct {
	*rand.Rand
	c *catalog.Catalog
}

func pick[T any](m *maker, s []T) T { return s[m.IntN(len(s))] }

func (m *maker) table() *catalog.Table { return pick(m, m.c.Tables) }

func (m *maker) chance(n int) bool { return m.IntN(n) == 0 }

// ref is a column of a table near another, or far from it.
func (m *maker) ref(near *catalog.Table) Ref {
	t := near
	via := ""
	for m.chance(2) && len(t.Out) > 0 {
		k := pick(m, t.Out)
		if via == "" && m.chance(2) {
			via = k.Name()
		}
		t = k.To
	}
	if m.chance(5) {
		t, via = m.table(), ""
	}
	return Ref{Table: t.Name, Column: pick(m, t.Columns).Name, Via: via}
}

func (m *maker) column(near *catalog.Table) Expr {
	e := Expr{Op: Column, Ref: m.ref(near)}
	if m.chance(6) {
		e.Scale = 100
	}
	return e
}

func (m *maker) dateRef(near *catalog.Table) (Ref, bool) {
	for range 20 {
		if r := m.ref(near); m.c.Column(r.Table, r.Column).Kind == catalog.Date {
			return r, true
		}
	}
	return Ref{}, false
}

func (m *maker) expr(near *catalog.Table) Expr {
	date, ok := m.dateRef(near)
	d := Expr{Op: Column, Ref: date}
	switch m.IntN(9) {
	case 0:
		r := m.ref(near)
		return Expr{Op: Entity, Ref: Ref{Table: r.Table, Via: r.Via}}
	case 1:
		return Expr{Op: pick(m, []ExprOp{Add, Subtract, Multiply, Divide}), Args: []Expr{m.column(near), {Op: Number, Value: float64(m.IntN(5)) - 2}}}
	case 2:
		if ok {
			return Expr{Op: Age, Args: []Expr{d}, Now: "2025-06-30"}
		}
	case 3:
		if ok {
			return Expr{Op: Duration, Args: []Expr{d, d}, Unit: pick(m, strings.Fields("second minute hour day week month year"))}
		}
	case 4:
		p := m.predicate(near, 2)
		return Expr{Op: Has, Filter: &p}
	case 5:
		t := near
		return Expr{Op: Raw, Table: t.Name, SQL: schemaName(t.Columns[0].Name) + " || 'x' || " + schemaName(t.Name) + "." + schemaName(t.Columns[0].Name)}
	}
	return m.column(near)
}

func schemaName(s string) string { return sqlite{}.ident(s) }

func (m *maker) period() *Period {
	p := &Period{From: "2024-01-01", To: "2024-03-31"}
	switch m.IntN(5) {
	case 0:
		p.From = ""
	case 1:
		p.To = ""
	case 2:
		p.From, p.To, p.Time = "2024-01-05 10:00:00", "2024-01-06 00:00:00", true
	}
	return p
}

func (m *maker) value() Value {
	if m.chance(2) {
		return Value{Number: float64(m.IntN(100)), Is: "number"}
	}
	return Value{Text: pick(m, []string{"paid", "O'Neil", "2024-02-01", "5", "a\nb", "100%"})}
}

func (m *maker) predicate(near *catalog.Table, deep int) Predicate {
	e := m.expr2(near, deep)
	switch m.IntN(12) {
	case 0, 1:
		if deep > 0 {
			return Predicate{Op: pick(m, []PredicateOp{And, Or}), Args: []Predicate{m.predicate(near, deep-1), m.predicate(near, deep-1)}}
		}
	case 2:
		if deep > 0 {
			return Predicate{Op: Not, Args: []Predicate{m.predicate(near, deep-1)}}
		}
	case 3:
		if r, ok := m.dateRef(near); ok {
			return Predicate{Op: InPeriod, Expr: &Expr{Op: Column, Ref: r}, Period: m.period()}
		}
	case 4:
		if deep > 0 {
			t := m.table()
			p := Predicate{Op: Exists, Table: t.Name}
			if m.chance(2) {
				p.Args = []Predicate{m.predicate(t, deep-1)}
			}
			if m.chance(2) {
				p.Count = m.bound()
			}
			return p
		}
	case 5:
		return Predicate{Op: pick(m, []PredicateOp{IsNull, NotNull}), Expr: &e}
	case 6:
		return Predicate{Op: pick(m, []PredicateOp{Contains, StartsWith, EndsWith}), Expr: &e, Values: []Value{{Text: "a_%"}}}
	case 7:
		o := m.column(near)
		return Predicate{Op: pick(m, []PredicateOp{Less, Equal, NotEqual, GreaterEq}), Expr: &e, Other: &o}
	case 8:
		if deep > 1 {
			measure := m.leaf(m.table())
			return Predicate{Op: Than, Expr: &e, Compare: Greater, Measure: &measure}
		}
	case 9:
		if deep > 1 {
			sub := m.figures(1)
			return Predicate{Op: InGroups, Expr: &sub.Dimensions[0].Expr, Sub: &sub}
		}
	}
	op := pick(m, []PredicateOp{Equal, NotEqual, Less, LessEq, Greater, GreaterEq, In, Between})
	p := Predicate{Op: op, Expr: &e, Values: []Value{m.value()}}
	if op == In || op == Between {
		p.Values = append(p.Values, m.value())
	}
	return p
}

func (m *maker) expr2(near *catalog.Table, deep int) Expr {
	if deep == 0 {
		return m.column(near)
	}
	return m.expr(near)
}

func (m *maker) bound() *Bound {
	return &Bound{Op: pick(m, []PredicateOp{Equal, NotEqual, Less, LessEq, Greater, GreaterEq, Between}), Value: float64(m.IntN(3)), High: 4}
}

func (m *maker) leaf(t *catalog.Table) Measure {
	e := m.expr(t)
	out := Measure{Agg: pick(m, []Agg{Count, Count, Sum, Avg, Min, Max, CountDistinct, Median, Percentile}), Base: t.Name, Expr: &e, P: 75}
	if out.Agg == Count {
		out.Expr = nil
	}
	if m.chance(8) {
		out = Measure{Op: Metric, Base: t.Name, SQL: "count(" + schemaName(t.Columns[0].Name) + ") * 1.0 / count(*)"}
	}
	if m.chance(3) {
		out.Filters = []Predicate{m.predicate(t, 1)}
	}
	return out
}

func (m *maker) measure(t *catalog.Table, dims, deep int) Measure {
	if deep == 0 || m.chance(2) {
		return m.leaf(t)
	}
	if m.chance(4) {
		t = m.table()
	}
	a, b := m.measure(t, dims, deep-1), m.measure(t, dims, deep-1)
	switch op := pick(m, []MeasureOp{Ratio, Sum2, Minus, Share, Change, Running, Moving, Rank, AvgOf}); op {
	case Ratio, Sum2, Minus:
		return Measure{Op: op, Args: []Measure{a, b}, Percent: m.chance(2)}
	case AvgOf:
		return Measure{Op: op, Agg: pick(m, []Agg{Avg, Max, Median}), Args: []Measure{a}, Per: []Dimension{m.dimension(t)}}
	default:
		out := Measure{Op: op, Args: []Measure{a}, N: 3, Back: m.IntN(3), Percent: m.chance(2)}
		if dims > 0 && (op == Share || op == Rank) && m.chance(2) {
			out.OfParent = []int{m.IntN(dims)}
		}
		if op == Running && m.chance(3) {
			out.Reset = "year"
		}
		return out
	}
}

func (m *maker) dimension(t *catalog.Table) Dimension {
	if r, ok := m.dateRef(t); ok && m.chance(2) {
		d := Dimension{Expr: Expr{Op: Column, Ref: r}, Grain: pick(m, strings.Split("hour,day,week,month,quarter,half,year,decade,weekday,hour of day,month of year,day of month", ","))}
		if m.chance(4) {
			d.Fiscal = 4
		}
		return d
	}
	d := Dimension{Expr: m.expr(t)}
	if m.chance(6) {
		d.Bucket = pick(m, []float64{10, 0.5})
	}
	return d
}

func (m *maker) figures(deep int) Query {
	t := m.table()
	var q Query
	for range 1 + m.IntN(2) {
		q.Dimensions = append(q.Dimensions, m.dimension(t))
	}
	if m.chance(4) && deep > 1 {
		q.Dimensions = nil
	}
	for range 1 + m.IntN(2) {
		q.Measures = append(q.Measures, m.measure(t, len(q.Dimensions), deep))
	}
	if m.chance(2) {
		q.Filters = []Predicate{m.predicate(t, deep)}
	}
	if m.chance(4) {
		q.Having = []Having{{Measure: m.measure(t, len(q.Dimensions), deep), Bound: *m.bound()}}
	}
	if m.chance(2) {
		q.Order = []Order{{Measure: 0, Dimension: -1, Desc: m.chance(2)}}
		q.Limit, q.Offset, q.Ties = m.IntN(4), m.IntN(2), m.chance(3)
		q.Sum = m.chance(6)
	}
	if len(q.Dimensions) > 0 {
		q.KeepEmpty = m.chance(5)
		if m.chance(5) {
			q.Within, q.Limit = []int{m.IntN(len(q.Dimensions))}, 2
		}
	}
	if r, ok := m.dateRef(t); ok && m.chance(6) {
		q.Compare = &Compare{Date: r, Periods: []Period{{From: "2023-01-01", To: "2023-12-31"}, {From: "2024-01-01", To: "2024-12-31"}}, Change: m.chance(2), Percent: m.chance(2)}
	}
	return q
}

func (m *maker) list() Query {
	t := m.table()
	q := Query{Entity: t.Name, Distinct: m.chance(4)}
	for range m.IntN(3) {
		q.Columns = append(q.Columns, Shown{Expr: m.expr(t)})
	}
	for range m.IntN(3) {
		q.Filters = append(q.Filters, m.predicate(t, 2))
	}
	if m.chance(2) {
		e := m.expr(t)
		q.Order = []Order{{Measure: -1, Dimension: -1, Expr: &e, Desc: m.chance(2)}}
		q.Limit, q.Offset, q.Ties = m.IntN(4), m.IntN(2), m.chance(3)
	}
	if m.chance(6) {
		q.Except = &Query{Entity: t.Name, Filters: []Predicate{m.predicate(t, 1)}}
	}
	return q
}
