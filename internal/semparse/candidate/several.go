package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// joins are words that put figures side by side.
var joins = []string{",", "and", "&", "+", ":", "the", "a", "an", "also", "/"}

func joined(gap []string) bool {
	return !slices.ContainsFunc(gap, func(w string) bool { return !slices.Contains(joins, w) })
}

// bareCounts reads "count" and "number" in a list of figures: "count, sum and
// average price", "ticket count and total fare".
func (c *composer) bareCounts() {
	for _, x := range c.cues(link.CountOf) {
		if c.word(x.start) == "count" && x.end-x.start == 1 && joined(c.words(x.end, x.end+1)) && c.word(x.end) != "the" {
			x.cue = link.Counted
		}
	}
	for i := range c.q.Words {
		if c.bareCount(i) {
			c.insertCue(i, link.Counted)
		}
	}
}

// bareCount reports whether word i is "count" or "number", claimed by nothing,
// as a figure of its own.
func (c *composer) bareCount(i int) bool {
	w, next := c.word(i), c.word(i+1)
	if w != "count" && w != "number" || !c.unclaimed(i) {
		return false
	}
	listed := slices.Contains([]string{",", "and", "&"}, next)
	if w == "count" {
		return listed || slices.Contains([]string{"", "by", "per"}, next)
	}
	return listed && (i == 0 || slices.Contains([]string{",", ":", "give", "show", "need", "me", "and", "the", "want"}, c.word(i-1)))
}

// aggregateChain gives one thing's main amount several aggregates: "smallest,
// largest and average donation".
func (c *composer) aggregateChain() {
	for i := 0; i < len(c.items); i++ {
		j := c.aggregatesEnd(i)
		if j-i < 2 || j == len(c.items) {
			continue
		}
		y := c.items[j]
		if !takesAmount(y) || y.start-c.items[j-1].end > 1 {
			continue
		}
		for _, p := range c.items[i:j] {
			m := c.amountOf(y, aggregates[p.cue])
			m.place, m.cue = p.start, p
			p.used = asOperator
			c.add(m)
		}
		c.guess("the amount meant is " + y.mention.Table.Amount.Name)
		y.used = asMeasure
		i = j
	}
}

// aggregatesEnd is the end of the free aggregates listed from item i on.
func (c *composer) aggregatesEnd(i int) int {
	j := i
	for j < len(c.items) && c.items[j].free() && c.items[j].aggregates() && (j == i || c.sideBySide(c.items[j-1], c.items[j])) {
		j++
	}
	return j
}

// sideBySide reports whether nothing but joining words stands between.
func (c *composer) sideBySide(a, b *item) bool { return joined(c.words(a.end, b.start)) }

// leftAggregates reads aggregates that name no figure of their own: "how many
// claims were there, and what was claimed in total and on average".
func (c *composer) leftAggregates() {
	if len(c.measures) == 0 || c.ranks {
		return
	}
	for _, p := range free(c.cues(link.Total, link.Average, link.MedianCue)) {
		last := c.measureBefore(p)
		if last == nil || !anyOf(c.words(last.place, p.start), "and", ",", ":") {
			continue
		}
		if before := c.previous(p); before != nil && before.isKind(link.Entity) && p.start-before.end <= 1 {
			continue // "orders in total" are counted
		}
		made := c.aggregatedLike(last, aggregates[p.cue])
		if made == nil || slices.ContainsFunc(c.measures, made.same) {
			continue
		}
		made.place, made.cue = p.start, p
		p.used = asMeasure
		c.add(made)
	}
}

// measureBefore is the last measure said before an item, one of a column
// before a count.
func (c *composer) measureBefore(p *item) *measure {
	var out *measure
	for _, m := range c.measures {
		if m.place < p.start && m.Op == logical.Aggregate && (out == nil || !m.counts()) {
			out = m
		}
	}
	return out
}

// aggregatedLike is another aggregate of a measure's column, or of the main
// amount of the rows that it counts.
func (c *composer) aggregatedLike(m *measure, agg logical.Agg) *measure {
	if !m.counts() {
		if m.Expr == nil || m.Agg == logical.CountDistinct {
			return nil
		}
		made := *m
		made.Agg = agg
		return &made
	}
	t := c.cat.Table(m.Base)
	if t == nil || t.Amount == nil {
		return nil
	}
	c.guess("the amount meant is " + t.Amount.Name)
	made := c.amountIn(t, agg)
	made.Filters = m.Filters
	return made
}

// bareThings counts things that stand in a list of figures: "bookings and
// total amount by agency".
func (c *composer) bareThings() {
	if c.ranks || slices.ContainsFunc(c.measures, (*measure).counts) || c.countMeasured() || c.has(link.ShareOf) {
		return
	}
	for i, x := range c.items {
		if !x.isKind(link.Entity) || !x.affirmed() || x.bound != nil || !c.measured(x.mention.Table) || !c.besideFigure(i) {
			continue
		}
		m := count(x.mention.Table)
		m.place, m.from = x.start, x
		x.used = asMeasure
		c.add(m)
		return
	}
}

// countMeasured counts the rows that are measured where a count is asked for
// without a noun. It reports whether one is.
func (c *composer) countMeasured() bool {
	counts := free(c.cues(link.Counted))
	if len(counts) == 0 || len(c.measures) == 0 {
		return false
	}
	t := c.cat.Table(c.measures[0].base())
	if t == nil {
		return false
	}
	m := count(t)
	m.place = counts[0].start
	mark(counts, asMeasure)
	c.add(m)
	return true
}

// besideFigure reports whether item i is listed beside a figure.
func (c *composer) besideFigure(i int) bool {
	listed := func(a, b *item) bool { return b.start > a.end && c.sideBySide(a, b) }
	x := c.items[i]
	return i > 0 && c.items[i-1].measuredFigure() && listed(c.items[i-1], x) ||
		i+1 < len(c.items) && c.items[i+1].measuredFigure() && listed(x, c.items[i+1])
}

// measuredFigure reports a figure, or its aggregate, that is measured already.
func (x *item) measuredFigure() bool {
	return x.used == asMeasure && (x.aggregates() || x.mention != nil && comparable(x))
}

func (c *composer) measured(t *catalog.Table) bool {
	return slices.ContainsFunc(c.measures, func(m *measure) bool { return m.base() == t.Name })
}

// distinctOthers counts things among the rows of another measure where what
// the question tells holds for those: "how many appointments were completed
// and how many patients was that".
func (c *composer) distinctOthers() {
	for _, m := range c.measures {
		if !m.counts() || len(m.Filters) > 0 {
			continue
		}
		t := c.cat.Table(m.Base)
		for _, o := range c.measures {
			rows := c.cat.Table(o.base())
			if rows == nil || rows == t || !c.reaches(rows, t) || !c.toldOf(rows, t) {
				continue
			}
			m.Agg, m.Base = logical.CountDistinct, rows.Name
			m.Expr = &logical.Expr{Op: logical.Entity, Ref: logical.Ref{Table: t.Name}}
			break
		}
	}
}

// toldOf reports whether a state, value or period of the question is of rows
// and not of the thing t that they belong to.
func (c *composer) toldOf(rows, t *catalog.Table) bool {
	if slices.ContainsFunc(c.mentions, func(x *item) bool {
		return x.used == unused && x.isKind(link.Value, link.Condition) && c.reaches(rows, x.mention.Table) && !c.reaches(t, x.mention.Table)
	}) {
		return true
	}
	return slices.ContainsFunc(c.periods(), func(x *item) bool {
		d := c.nearestDate(x, rows)
		return rows.Date != nil && (d == nil || !c.reaches(t, d.mention.Table))
	})
}
