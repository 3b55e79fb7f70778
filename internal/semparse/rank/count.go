package rank

import (
	"strings"

	"github.com/querent/querent/internal/semparse/logical"
)

// shape counts what a logical query is made of.
type shape struct {
	measures, hidden, dimensions, times        int
	filters, exists, negated, ors, likes       int
	nulls, periods, numbers, values, compares  int
	raws, durations, ages, subqueries, groups  int
	shown, usual, filtered, arithmetic, having int
	ops                                        map[logical.MeasureOp]int
	aggs                                       map[logical.Agg]int
	tables                                     map[string]bool
}

func shapeOf(q *logical.Query) *shape {
	s := &shape{ops: map[logical.MeasureOp]int{}, aggs: map[logical.Agg]int{}, tables: map[string]bool{}}
	s.query(q)
	return s
}

func (s *shape) table(name string) {
	if name != "" {
		s.tables[strings.ToLower(name)] = true
	}
}

func (s *shape) query(q *logical.Query) {
	s.table(q.Entity)
	for i := range q.Columns {
		s.shown++
		switch q.Columns[i].Why {
		case logical.Usual:
			s.usual++
		case logical.Filtered:
			s.filtered++
		}
		s.expr(&q.Columns[i].Expr)
	}
	for i := range q.Measures {
		s.measures++
		if q.Measures[i].Hidden {
			s.hidden++
		}
		s.measure(&q.Measures[i])
	}
	for i := range q.Dimensions {
		s.dimensions++
		if q.Dimensions[i].Grain != "" {
			s.times++
		}
		s.expr(&q.Dimensions[i].Expr)
	}
	s.predicates(q.Filters)
	for i := range q.Having {
		s.having++
		s.measure(&q.Having[i].Measure)
	}
	for i := range q.Order {
		s.expr(q.Order[i].Expr)
	}
	if q.Except != nil {
		s.subqueries++
		s.query(q.Except)
	}
}

func (s *shape) measure(m *logical.Measure) {
	s.ops[m.Op]++
	if m.Op == logical.Aggregate {
		s.aggs[m.Agg]++
	}
	s.table(m.Base)
	s.expr(m.Expr)
	s.predicates(m.Filters)
	for i := range m.Args {
		s.measure(&m.Args[i])
	}
}

func (s *shape) expr(e *logical.Expr) {
	if e == nil {
		return
	}
	s.table(e.Ref.Table)
	s.table(e.Table)
	switch e.Op {
	case logical.Raw:
		s.raws++
	case logical.Duration:
		s.durations++
	case logical.Age:
		s.ages++
	case logical.Add, logical.Subtract, logical.Multiply, logical.Divide:
		s.arithmetic++
	case logical.Has:
		s.predicate(e.Filter)
	}
	for i := range e.Args {
		s.expr(&e.Args[i])
	}
}

func (s *shape) predicates(ps []logical.Predicate) {
	for i := range ps {
		s.predicate(&ps[i])
	}
}

func (s *shape) predicate(p *logical.Predicate) {
	if p == nil {
		return
	}
	switch p.Op {
	case logical.And:
	case logical.Or:
		s.ors++
	case logical.Not:
		s.negated++
	case logical.Exists:
		s.exists++
		s.filters++
	case logical.Contains, logical.StartsWith, logical.EndsWith:
		s.likes++
		s.filters++
	case logical.IsNull, logical.NotNull:
		s.nulls++
		s.filters++
	case logical.InPeriod:
		s.periods++
		s.filters++
	case logical.Than:
		s.compares++
		s.filters++
	case logical.InGroups:
		s.groups++
		s.filters++
	case logical.Holds:
		s.raws++
		s.filters++
	default:
		s.filters++
		s.constants(p.Values)
	}
	s.table(p.Table)
	s.expr(p.Expr)
	s.expr(p.Other)
	s.predicates(p.Args)
	if p.Measure != nil {
		s.measure(p.Measure)
	}
	if p.Sub != nil {
		s.subqueries++
		s.query(p.Sub)
	}
}

func (s *shape) constants(values []logical.Value) {
	for _, v := range values {
		if v.Is == "number" {
			s.numbers++
		} else {
			s.values++
		}
	}
}
