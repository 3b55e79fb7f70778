package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

var aggregates = map[link.CueKind]logical.Agg{link.Average: logical.Avg, link.Highest: logical.Max, link.Lowest: logical.Min,
	link.MedianCue: logical.Median, link.Total: logical.Sum}

// aggregate gives each figure the aggregates said of it: those before it, else
// those after it ("premium, on average"). "Lowest, highest and average
// premium" are three.
func (c *composer) aggregate() {
	var pending []*item
	for _, x := range c.items {
		if x.aggregates() {
			pending = append(pending, x)
			continue
		}
		if x.mention == nil || !x.free() || x.bound != nil {
			continue
		}
		switch {
		case x.isKind(link.Metric):
			mark(near(x, pending), asMeasure)
			x.used = asMeasure
			c.add(c.measureOf(x, ""))
			pending = nil
		case numeric(x.mention):
			x.used = asMeasure
			c.aggregateColumn(x, c.aggregatesOf(x, pending))
			pending = nil
		}
	}
}

// aggregateColumn adds one measure of a figure for each aggregate said of it,
// or its usual one.
func (c *composer) aggregateColumn(x *item, cues []*item) {
	for _, p := range cues {
		p.used = asMeasure
		made := c.measureOf(x, aggregates[p.cue])
		made.place, made.cue = p.start, p
		c.add(made)
	}
	if len(cues) == 0 {
		c.add(c.measureOf(x, ""))
	}
}

// farthestAggregate is how many words may lie between a figure and its
// aggregate.
const farthestAggregate = 6

// near are the free ones of the aggregates before a figure that can be said of
// it.
func near(x *item, pending []*item) []*item {
	return slices.DeleteFunc(free(pending), func(p *item) bool { return x.start-p.end > farthestAggregate })
}

// aggregatesOf are the aggregates said of a figure: those before it, else
// those behind it that no other figure claims.
func (c *composer) aggregatesOf(x *item, pending []*item) []*item {
	if before := near(x, pending); len(before) > 0 {
		return before
	}
	var behind []*item
	for _, p := range c.items {
		if c.aggregateBehind(x, p) && !c.figureIn(x.end, p.start) && !c.figureIn(p.end, p.end+3) {
			behind = append(behind, p)
		}
	}
	return behind
}

// aggregateBehind reports whether p is a free aggregate shortly behind x that
// ranks nothing.
func (c *composer) aggregateBehind(x, p *item) bool {
	ranks := c.ranks && p.is(link.Highest, link.Lowest)
	return p.aggregates() && p.free() && !ranks && p.start >= x.end && p.start-x.end <= farthestAggregate
}

// figureIn reports whether a figure begins among tokens from to to.
func (c *composer) figureIn(from, to int) bool {
	return slices.ContainsFunc(c.mentions, func(z *item) bool { return numeric(z.mention) && z.start >= from && z.start < to })
}

// aggregateEntities reads aggregates said of things: "average claim", "median
// order" take the main amount.
func (c *composer) aggregateEntities() {
	c.averageOnly()
	if len(c.measures) == 0 {
		return
	}
	for _, p := range free(c.cues(link.Average, link.Highest, link.Lowest, link.MedianCue)) {
		if y := c.next(p); y != nil && !c.ranks && !c.ofBound(p) && takesAmount(y) {
			c.aggregateThing(p, y)
		}
	}
	c.countFirst()
}

// averageOnly lets the only figure, a sum that no word asks for, be the mean
// or median that is left.
func (c *composer) averageOnly() {
	if len(c.measures) != 1 || c.ranks {
		return
	}
	m := c.measures[0]
	if cues := free(c.cues(link.Average, link.MedianCue)); len(cues) > 0 && m.Agg == logical.Sum && m.cue == nil {
		m.Agg = aggregates[cues[0].cue]
		cues[0].used = asMeasure
	}
}

// takesAmount reports a thing with a main amount, free or measured already.
func takesAmount(y *item) bool {
	return y.isKind(link.Entity) && y.mention.Table.Amount != nil && (y.free() || y.used == asMeasure)
}

// aggregateThing gives the main amount of a thing the aggregate that cue p
// says, also where the amount is measured already: "the distance of the
// shortest route".
func (c *composer) aggregateThing(p, y *item) {
	m := c.amountOf(y, aggregates[p.cue])
	m.place = p.start
	y.used, p.used = asMeasure, asMeasure
	if i := slices.IndexFunc(c.measures, func(o *measure) bool { return o.cue == nil && o.column == m.column && o.Base == m.Base }); i >= 0 {
		c.measures[i].Agg, c.measures[i].cue = m.Agg, p
		return
	}
	c.add(m)
}

// amountOf aggregates the main amount of the rows that a mention names.
func (c *composer) amountOf(x *item, agg logical.Agg) *measure {
	t := rowsOf(x)
	m := &link.Mention{Start: x.start, End: x.end}
	m.Kind, m.Table, m.Column = link.Attribute, t, t.Amount
	out := c.measureOf(&item{start: x.start, end: x.end, mention: m}, agg)
	out.from = x
	return out
}

// amountIn aggregates the main amount of a table that no mention names.
func (c *composer) amountIn(t *catalog.Table, agg logical.Agg) *measure {
	return c.amountOf(&item{mention: &link.Mention{Sense: link.Sense{Kind: link.Entity, Table: t}}}, agg)
}

// countFirst counts the things named first where figures follow: "suppliers
// per rating and average lead days".
func (c *composer) countFirst() {
	if len(c.items) < 2 || !c.says("and") || c.has(link.ShareOf) || slices.ContainsFunc(c.measures, (*measure).counts) {
		return
	}
	i := slices.IndexFunc(c.items, func(x *item) bool { return !x.isKind(link.Value, link.Condition) })
	if i < 0 || i+1 >= len(c.items) {
		return
	}
	f, n := c.items[i], c.items[i+1]
	if f.isKind(link.Entity) && f.used == unused && n.is(link.By) && n.used == asDimension {
		f.used = asMeasure
		m := count(f.mention.Table)
		m.place, m.from = -1, f
		c.add(m)
	}
}

// mainAmounts reads "how much", "total", "average" of things that have a main
// amount.
func (c *composer) mainAmounts() {
	if len(c.measures) > 0 {
		return
	}
	for _, cue := range c.amountCues() {
		if c.compares(cue) || c.ofBound(cue) {
			continue // "averaging over 300 in price" bounds the price
		}
		cue = c.extremeAsked(cue)
		y := c.amountRows(cue)
		if y == nil {
			continue
		}
		agg := aggregates[cue.cue]
		if agg == "" {
			agg = logical.Sum
		}
		m := c.amountOf(y, agg)
		c.guess("the amount meant is " + m.column.Name)
		if y.free() && !y.isKind(link.Date, link.Value, link.Condition) {
			y.used = asMeasure
		}
		cue.used = asMeasure
		mark(c.cues(link.HowMuch), asMeasure)
		c.add(m)
		return
	}
}

// extremeAsked is the superlative of the thing that "how much" asks for, or
// the cue itself: "how big was the biggest claim".
func (c *composer) extremeAsked(cue *item) *item {
	x := free(c.cues(link.Highest, link.Lowest))
	if !cue.is(link.HowMuch) || len(x) == 0 || c.subject == nil || x[0].end != c.subject.start {
		return cue
	}
	cue.used = asFiller
	return x[0]
}

// amountCues ask for an amount; an aggregate said beside "how much" tells which.
func (c *composer) amountCues() []*item {
	out := free(c.cues(link.Average, link.MedianCue))
	if c.extent != nil && c.extent.free() {
		out = append(out, c.extent)
	}
	return append(out, free(c.cues(link.HowMuch, link.Total))...)
}

// amountRows are the rows whose amount a cue asks for: named after it, else
// anywhere, else by their verb.
func (c *composer) amountRows(cue *item) *item {
	thing := func(z *item) bool { return z.isKind(link.Entity) && z.free() && rowsOf(z).Amount != nil }
	if y := c.first(func(z *item) bool { return z.start >= cue.end && thing(z) }); y != nil {
		return y
	}
	if y := c.first(thing); y != nil && !(cue.is(link.Total) && len(c.comparisons) > 0) {
		return y // a total that is compared is one of each group's
	}
	if !cue.is(link.HowMuch) && cue != c.extent && !c.has(link.HowMuch) {
		return nil
	}
	return c.amountHappened(cue)
}

// amountHappened are the rows whose amount a cue asks for, named by their verb
// or, for an extent, by a state of theirs; nil for none.
func (c *composer) amountHappened(cue *item) *item {
	has := func(z *item) bool { return rowsOf(z).Amount != nil }
	y := c.first(func(z *item) bool { return z.isKind(link.Date) && has(z) })
	if y == nil && cue == c.extent {
		y = c.first(func(z *item) bool {
			return z.isKind(link.Value, link.Condition) && z.free() && z.mention.Table.Role == catalog.Event && has(z)
		})
	}
	return y
}

// ofBound reports an aggregate that belongs to a figure with a bound: "an
// average price above 200".
func (c *composer) ofBound(cue *item) bool {
	return slices.ContainsFunc(c.mentions, func(x *item) bool { return x.bound != nil && x.start >= cue.end && x.start-cue.end <= 2 })
}
