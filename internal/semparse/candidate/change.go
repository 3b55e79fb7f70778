package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/when"
)

// changing reports whether the question asks how a figure changed.
func (c *composer) changing() bool { return c.has(link.ChangeCue, link.PercentUp) }

// percentAsked reports whether a change is asked for in percent.
func (c *composer) percentAsked() bool {
	return c.says("percent", "percentage", "%", "pct", "growth", "grow", "grew", "grown", "rate")
}

// twoPeriods reports whether the periods left are to be put side by side.
func (c *composer) twoPeriods() bool {
	ps := c.periods()
	closed := func(x *item) bool { return !x.time.Range.From.IsZero() && !x.time.Range.To.IsZero() }
	return len(ps) == 2 && closed(ps[0]) && closed(ps[1]) && c.sameDate(ps[0], ps[1]) && !c.eitherPeriod(ps)
}

// sameDate reports whether two periods are of one date: "ordered in 2023 and
// shipped in 2024" are not.
func (c *composer) sameDate(a, b *item) bool {
	x, y := c.nearestDate(a, c.base), c.nearestDate(b, c.base)
	return x == nil || y == nil || x.mention.Column == y.mention.Column
}

// changes reads two periods side by side, and change from period to period.
func (c *composer) changes() error {
	if c.twoPeriods() {
		return c.comparePeriods()
	}
	if err := c.periodFilters(); err != nil {
		return err
	}
	if !c.changing() && c.shift == nil {
		return nil
	}
	d := c.timeDimension()
	if d == nil {
		grain := c.stepGrain()
		if grain == "" {
			return nil
		}
		col, via := c.periodDate()
		if col == nil {
			return errUnread
		}
		d = dateDimension(col, via, grain)
		c.dims = append(c.dims, d)
	}
	c.eachMeasure(func(m logical.Measure) []logical.Measure {
		return []logical.Measure{m, c.change(m)}
	})
	mark(c.cues(link.ChangeCue, link.PercentUp), asOperator)
	mark(c.cues(link.CompareCue, link.ShareOf, link.Difference), asOperator)
	return nil
}

// eachMeasure replaces every measure by those that make gives.
func (c *composer) eachMeasure(make func(m logical.Measure) []logical.Measure) {
	var out []*measure
	for _, m := range c.measures {
		for i, made := range make(m.Measure) {
			if i == 0 {
				m.Measure = made
				out = append(out, m)
				continue
			}
			more := *m
			more.Measure = made
			out = append(out, &more)
		}
	}
	c.measures = out
}

// timeDimension is the dimension over time; nil for none.
func (c *composer) timeDimension() *dimension {
	for _, d := range c.dims {
		if d.Grain != "" {
			return d
		}
	}
	return nil
}

// changeGrain is the period that a change cue names: "month on month".
func (c *composer) changeGrain() string {
	for _, x := range c.cues(link.ChangeCue) {
		for _, w := range c.words(x.start, x.end) {
			switch w {
			case "month", "mom":
				return "month"
			case "year", "yoy":
				return "year"
			case "quarter", "qoq":
				return "quarter"
			case "week", "wow":
				return "week"
			}
		}
	}
	for _, x := range c.items {
		if x.time != nil && x.time.Kind == when.Shift && x.used == unused {
			x.used = asOperator
			return x.time.Unit.String()
		}
	}
	return ""
}

// periodDate is the date that the query's period is on, else the base's.
func (c *composer) periodDate() (*catalog.Column, string) {
	if col, via, ok := c.filteredDate(); ok {
		return col, via
	}
	return c.dateOf(c.base), ""
}

// filteredDate is the date that the query's first period is on; ok is false
// where it has none.
func (c *composer) filteredDate() (col *catalog.Column, via string, ok bool) {
	for _, p := range c.query.Filters {
		if p.Op == logical.InPeriod {
			return c.cat.Column(p.Expr.Ref.Table, p.Expr.Ref.Column), p.Expr.Ref.Via, true
		}
	}
	return nil, "", false
}

// comparePeriods puts two periods side by side.
func (c *composer) comparePeriods() error {
	ps := c.periods()
	col, said := c.dateFor(ps[0])
	if said == nil {
		if col2, said2 := c.dateFor(ps[1]); said2 != nil {
			col, said = col2, said2
		}
	}
	if col == nil {
		return errUnread
	}
	ref := logical.Ref{Table: col.Table.Name, Column: col.Name}
	if said != nil {
		ref.Via = said.mention.Via
		if said.used == unused {
			said.used = asDate
		}
	}
	periods := []logical.Period{periodOf(ps[0].time), periodOf(ps[1].time)}
	slices.SortStableFunc(periods, func(a, b logical.Period) int { return strings.Compare(a.From, b.From) })
	if periods[0].From == periods[1].From && periods[0].To == periods[1].To {
		return errUnread
	}
	for _, x := range ps {
		x.used = asPeriod
	}
	difference := c.changing() || c.has(link.Difference) || c.inPercent
	c.query.Compare = &logical.Compare{Date: ref, Periods: periods, Change: difference && c.timeDimension() == nil, Percent: c.percentAsked()}
	mark(c.cues(link.ChangeCue, link.PercentUp, link.CompareCue, link.ShareOf, link.MoreThan, link.LessThan, link.Difference), asOperator)
	return nil
}

// sorted reads "sorted by …, descending".
func (c *composer) sorted() {
	cues := c.cues(link.SortCue)
	direction := c.cues(link.Descending, link.Ascending)
	if len(cues) == 0 && len(direction) == 0 || len(c.query.Order) > 0 || len(c.dims) == 0 {
		return
	}
	desc := slices.ContainsFunc(direction, func(x *item) bool { return x.is(link.Descending) })
	if len(direction) == 0 {
		desc = true
	}
	mark(cues, asOrder)
	mark(direction, asOrder)
	if c.timeDimension() != nil && len(cues) == 0 {
		return
	}
	c.rankedBy = c.sortedBy()
	if c.lessIsBetter(c.rankedBy) && slices.ContainsFunc(direction, func(x *item) bool { return anyOf(c.words(x.start, x.end), "best", "worst") }) {
		desc = !desc
	}
	c.query.Order = []logical.Order{{Measure: 0, Dimension: -1, Desc: desc}}
}

// sortedBy is the figure that groups are put in order of where none is said:
// the last that bounds them, a plain count only where no other does, else the
// first one shown.
func (c *composer) sortedBy() *measure {
	by := c.measures[0]
	found := false
	for _, h := range c.having {
		if slices.Contains(c.measures, h.measure) && (!found || !h.measure.counts()) {
			by, found = h.measure, true
		}
	}
	return by
}

// finish puts measures, dimensions and group conditions into the query.
func (c *composer) finish() {
	for _, m := range c.measures {
		c.query.Measures = append(c.query.Measures, m.Measure)
	}
	for i, d := range c.dims {
		c.query.Dimensions = append(c.query.Dimensions, d.Dimension)
		if d.parent && c.query.Limit > 0 {
			c.query.Within = append(c.query.Within, i)
		}
	}
	for _, h := range c.having {
		c.query.Having = append(c.query.Having, logical.Having{Measure: h.measure.Measure, Bound: h.bound})
	}
	for i, o := range c.query.Order {
		if o.Measure >= 0 && c.rankedBy != nil {
			c.query.Order[i].Measure = slices.Index(c.measures, c.rankedBy)
		}
	}
	if zero := free(c.cues(link.KeepZero)); len(zero) > 0 {
		mark(zero, asOperator)
		c.query.KeepEmpty = true
		for _, n := range c.numbers() {
			if n.start >= zero[0].start && n.end <= zero[0].end {
				n.used = asOperator // "the ones with 0, too"
			}
		}
	}
	mark(c.cues(link.All, link.Only), asOperator)
	c.countedOnce()
	if slices.ContainsFunc(c.measures, func(m *measure) bool { return m.Agg == logical.Avg }) {
		mark(c.cues(link.Average), asOperator) // "the usual number …, on average"
	}
}
