package candidate

import (
	"slices"
	"time"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/when"
)

// leavesOut are verbs whose "out" stands behind what they leave out: "leave
// the cancelled ones out".
var leavesOut = []string{"leave", "leaves", "leaving", "take", "taking", "filter", "filtering", "keep", "keeping", "throw", "strip"}

// leaveOut negates what stands between such a verb and its "out".
func (c *composer) leaveOut() {
	for i, w := range c.q.Words {
		if !slices.Contains(leavesOut, w) {
			continue
		}
		end := slices.IndexFunc(c.q.Words[i:], func(w string) bool { return w == "out" || w == "away" || w == "aside" })
		if end < 2 {
			continue
		}
		end += i
		var cue *item
		for _, x := range c.mentions {
			if x.start <= i || x.end > end || x.negated != nil {
				continue
			}
			if cue == nil {
				cue = &item{start: i, end: i + 1, cue: link.Excluding}
				c.items = slices.Insert(c.items, slices.Index(c.items, x), cue)
			}
			x.negated = cue
		}
		c.spare[end] = cue != nil
	}
}

// shiftBefore moves the period of the question before by what this one says:
// "and the month before", "the same months last year".
func (c *composer) shiftBefore(x *item, before *logical.Period) (logical.Period, bool) {
	if before == nil || before.From == "" || before.To == "" || before.Time || x.time.Move.IsZero() {
		return logical.Period{}, false
	}
	from, err1 := time.ParseInLocation(day, before.From, c.q.Now.Location())
	to, err2 := time.ParseInLocation(day, before.To, c.q.Now.Location())
	if err1 != nil || err2 != nil {
		return logical.Period{}, false
	}
	if x.time.Move.Same && to.After(c.q.Now) && from.Before(c.q.Now) {
		to = c.q.Now
	}
	f := when.Finding{Kind: when.Period, Range: when.Range{From: from, To: to}, Complete: before.Unit != ""}
	for u := when.Day; u <= when.Year; u++ {
		if u.String() == before.Unit {
			f.Unit = u
		}
	}
	return periodOf(moving(&f, f.Shifted(x.time.Move))), true
}

// movesBefore are the shifts that a question after another one names.
func (c *composer) movesBefore() []*item {
	var out []*item
	for _, x := range c.items {
		if x.time != nil && x.used == unused && !x.time.Move.IsZero() && (x.time.Kind == when.Shift || x.time.Kind == when.Period) {
			out = append(out, x)
		}
	}
	return out
}

// editShift moves the periods of the query before; it reports whether there is
// one to move.
func (c *composer) editShift() bool {
	moves := c.movesBefore()
	if len(moves) == 0 {
		return false
	}
	moved := false
	c.eachPeriod(func(p *logical.Period) {
		if out, ok := c.shiftBefore(moves[0], p); ok {
			*p, moved = out, true
		}
	})
	if moved {
		mark(moves, asPeriod)
	}
	return moved
}

// eachPeriod visits the periods that filter the query's rows, those of related
// rows included.
func (c *composer) eachPeriod(visit func(*logical.Period)) {
	var walk func(ps []logical.Predicate)
	walk = func(ps []logical.Predicate) {
		for i := range ps {
			if ps[i].Op == logical.InPeriod && ps[i].Period != nil {
				visit(ps[i].Period)
			}
			walk(ps[i].Args)
		}
	}
	walk(c.query.Filters)
}

// editWorth turns a number of things into their worth: "total value instead of
// the count", "and in dollars".
func (c *composer) editWorth() {
	if c.isList() || len(c.query.Measures) == 0 {
		return
	}
	m := c.query.Measures[0]
	t := c.cat.Table(m.Base)
	if m.Op != logical.Aggregate || m.Agg != logical.Count || t == nil || t.Amount == nil {
		return
	}
	said := false
	for i, w := range c.q.Words {
		if slices.Contains(moneyNouns, w) && c.unclaimed(i) {
			c.spare[i], said = true, true
		}
	}
	totals := free(c.cues(link.Total))
	if !said && len(totals) == 0 {
		return
	}
	mark(totals, asMeasure)
	mark(c.cues(link.HowMuch), asMeasure)
	made := c.amountIn(t, logical.Sum).Measure
	made.Filters = m.Filters
	if c.adds() {
		c.query.Measures = append(c.query.Measures, made)
		return
	}
	c.query.Measures[0] = made
}

// editAggregate turns a list into one figure of its rows: "average price".
func (c *composer) editAggregate() {
	cues := free(c.cues(link.Average, link.MedianCue, link.Total, link.Highest, link.Lowest))
	x := c.first(func(x *item) bool {
		return x.used == unused && numeric(x.mention) && x.bound == nil && x.negated == nil
	})
	if !c.isList() || len(cues) == 0 || x == nil || c.query.Limit > 0 || !c.reaches(c.base, x.mention.Table) {
		return
	}
	m := c.measureOf(x, aggregates[cues[0].cue])
	x.used = asMeasure
	mark(cues, asMeasure)
	c.query = logical.Query{Measures: []logical.Measure{m.Measure}, Filters: c.query.Filters}
}

// editDuration puts another span of time for the one before: "and from the
// decision to the payout".
func (c *composer) editDuration() {
	if len(c.query.Measures) == 0 || c.query.Measures[0].Expr == nil || c.query.Measures[0].Expr.Op != logical.Duration {
		return
	}
	s, ok := c.spanSaid()
	if !ok || s.begin == nil {
		return
	}
	e := s.expr(c.query.Measures[0].Expr.Unit)
	c.query.Measures[0].Expr = &e
	s.begin.used, s.end.used = asMeasure, asMeasure
	c.spareTime()
}

// editSort reads "sorted by price" and "highest first".
func (c *composer) editSort() {
	cues := free(c.cues(link.SortCue, link.Descending, link.Ascending))
	if len(cues) == 0 {
		return
	}
	if c.isList() {
		c.query.Order = nil
		c.sortedList()
	}
	by := c.first(func(x *item) bool { return x.used == unused && x.start >= cues[0].end })
	desc := !c.has(link.Ascending)
	if len(c.query.Order) == 0 && c.isList() {
		i := slices.IndexFunc(c.query.Columns, func(s logical.Shown) bool { return c.sortable(s.Expr) })
		if i < 0 || len(c.cues(link.Descending, link.Ascending)) == 0 {
			return
		}
		e := c.query.Columns[i].Expr
		c.query.Order = []logical.Order{{Measure: -1, Dimension: -1, Expr: &e, Desc: desc}}
	}
	if !c.isList() {
		c.sortGroups(by, desc)
	}
	mark(cues, asOrder)
}

func (c *composer) sortable(e logical.Expr) bool {
	col := c.cat.Column(e.Ref.Table, e.Ref.Column)
	return e.Op == logical.Duration || e.Op == logical.Age || col != nil && col.Kind == catalog.Number
}

// sortGroups orders groups by the dimension that is named, else by their first
// figure.
func (c *composer) sortGroups(by *item, desc bool) {
	if len(c.query.Dimensions) == 0 || len(c.query.Measures) == 0 {
		return
	}
	o := logical.Order{Measure: 0, Dimension: -1, Desc: desc}
	if by != nil && !numeric(by.mention) {
		for i, d := range c.query.Dimensions {
			if d.Expr.Ref.Table == by.mention.Table.Name && (by.mention.Column == nil || d.Expr.Ref.Column == by.mention.Column.Name || d.Expr.Op == logical.Entity) {
				o = logical.Order{Measure: -1, Dimension: i, Desc: c.has(link.Descending)}
				by.used = asOrder
			}
		}
	}
	c.query.Order = []logical.Order{o}
}
