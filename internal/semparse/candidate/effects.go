package candidate

import (
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// effects is what a query does, by the kinds of its parts.
type effects struct {
	aggs     map[logical.Agg]bool
	measures map[logical.MeasureOp]bool
	percent  bool
	ordered  bool
	limited  bool
	bounded  bool // a figure is compared
	compared bool // periods stand side by side
	termed   bool // a business term's own SQL is in it: what that does is not known
	divides  bool // and divides
}

func effectsOf(q *logical.Query) *effects {
	e := &effects{aggs: map[logical.Agg]bool{}, measures: map[logical.MeasureOp]bool{}}
	e.query(q)
	return e
}

func (e *effects) query(q *logical.Query) {
	if q == nil {
		return
	}
	for i := range q.Measures {
		e.measure(&q.Measures[i])
	}
	for i := range q.Dimensions {
		e.expr(&q.Dimensions[i].Expr)
	}
	for i := range q.Columns {
		e.expr(&q.Columns[i].Expr)
	}
	for i := range q.Filters {
		e.predicate(&q.Filters[i])
	}
	for i := range q.Having {
		e.bounded = true
		e.measure(&q.Having[i].Measure)
	}
	if q.Compare != nil {
		e.compared = true
		e.percent = e.percent || q.Compare.Percent
	}
	e.ordered = e.ordered || len(q.Order) > 0
	e.limited = e.limited || q.Limit > 0
	e.query(q.Except)
}

func (e *effects) measure(m *logical.Measure) {
	if m == nil {
		return
	}
	e.measures[m.Op] = true
	if m.Op == logical.Aggregate || m.Op == logical.AvgOf {
		e.aggs[m.Agg] = true
	}
	e.termed = e.termed || m.Op == logical.Metric
	e.divides = e.divides || m.Op == logical.Metric && quotient(m.SQL)
	e.percent = e.percent || m.Percent
	e.expr(m.Expr)
	for i := range m.Filters {
		e.predicate(&m.Filters[i])
	}
	for i := range m.Args {
		e.measure(&m.Args[i])
	}
}

func (e *effects) predicate(p *logical.Predicate) {
	if p == nil {
		return
	}
	e.termed = e.termed || p.Op == logical.Holds
	e.bounded = e.bounded || p.Count != nil || p.Op == logical.Than
	e.expr(p.Expr)
	e.expr(p.Other)
	e.measure(p.Measure)
	e.query(p.Sub)
	for i := range p.Args {
		e.predicate(&p.Args[i])
	}
}

func (e *effects) expr(x *logical.Expr) {
	if x == nil {
		return
	}
	if x.Op == logical.Raw {
		e.termed, e.divides = true, true
	}
	e.predicate(x.Filter)
	for i := range x.Args {
		e.expr(&x.Args[i])
	}
}

func (e *effects) ranks() bool {
	return e.ordered || e.limited || e.bounded || e.aggs[logical.Max] || e.aggs[logical.Min]
}

// effectsAsked is true of a query that does what a cue asks for. A cue without
// a row asks for nothing that can be told from the query alone.
var effectsAsked = map[link.CueKind]func(e *effects) bool{
	link.ShareOf: func(e *effects) bool {
		return e.percent || e.measures[logical.Share] || e.measures[logical.Ratio] || e.bounded
	},
	link.PercentUp:  func(e *effects) bool { return e.percent },
	link.RunningCue: func(e *effects) bool { return e.measures[logical.Running] },
	link.MovingCue:  func(e *effects) bool { return e.measures[logical.Moving] },
	link.ChangeCue:  func(e *effects) bool { return e.measures[logical.Change] || e.measures[logical.Minus] || e.compared },
	link.Ratio:      func(e *effects) bool { return e.measures[logical.Ratio] || e.percent },
	link.MedianCue:  func(e *effects) bool { return e.aggs[logical.Median] },
	link.Percentile: func(e *effects) bool { return e.aggs[logical.Percentile] },
	link.Average: func(e *effects) bool {
		return e.aggs[logical.Avg] || e.aggs[logical.Median] || e.measures[logical.Moving] || e.measures[logical.Ratio]
	},
	link.Highest: (*effects).ranks,
	link.Lowest:  (*effects).ranks,
	link.Most:    (*effects).ranks,
	link.Least:   (*effects).ranks,
	link.Top:     (*effects).ranks,
	link.Bottom:  (*effects).ranks,
	link.Oldest:  (*effects).ranks,
	link.Newest:  (*effects).ranks,
}

// does reports whether the query does what a cue in use asks for.
func (e *effects) does(cue link.CueKind) bool {
	asks := effectsAsked[cue]
	if asks == nil || asks(e) {
		return true
	}
	return e.termed && (e.divides || cue != link.ShareOf && cue != link.PercentUp)
}
