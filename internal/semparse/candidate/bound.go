package candidate

import (
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// timeUnits are the units of columns that hold lengths of time.
var timeUnits = map[string]bool{"seconds": true, "minutes": true, "hours": true, "days": true, "milliseconds": true}

// boundLength finds the length of time that a number with a unit bounds, held
// by the main figure of a thing named beside it: "more than 20 hours of
// downtime". nil for none.
func (c *composer) boundLength(d *comparison) *item {
	if !c.units(d) {
		return nil
	}
	holds := func(x *item) bool {
		t := x.mention.Table
		return x.isKind(link.Entity, link.Condition, link.Value) && t.Amount != nil && timeUnits[t.Amount.Unit]
	}
	x := c.first(func(x *item) bool { return x.start >= d.number.end && x.start-d.number.end <= 3 && holds(x) })
	if x == nil {
		x = c.last(func(x *item) bool { return x.end <= d.cue.start && d.cue.start-x.end <= 3 && holds(x) })
	}
	if x == nil {
		return nil
	}
	c.spare[d.number.end] = true
	if x.isKind(link.Entity) {
		x.used = asContext
	}
	return amountItem(x, x.mention.Table)
}

// amountItem stands for the main figure of the rows that a mention names.
func amountItem(x *item, t *catalog.Table) *item {
	m := &link.Mention{Start: x.start, End: x.end, Score: x.mention.Score}
	m.Kind, m.Table, m.Column, m.Strength, m.Source = link.Attribute, t, t.Amount, x.mention.Strength, x.mention.Source
	return &item{start: x.start, end: x.end, mention: m}
}

// boundFigures reads comparisons with a figure that is measured already: "the
// reasons with an average delay above 60".
func (c *composer) boundFigures() {
	for _, d := range c.comparisons {
		if d.done {
			continue
		}
		m := c.figureBefore(d)
		if m == nil || len(c.dims) == 0 && !c.divideBySubject(m) {
			continue
		}
		c.having = append(c.having, having{m, d.bound})
		d.done = true
	}
}

// divideBySubject groups a figure by what the question asks for. It reports
// whether that divides the figure's rows.
func (c *composer) divideBySubject(m *measure) bool {
	if c.subject == nil || c.subject == m.from || !c.subject.free() {
		return false
	}
	subject := entityOf(c.subject)
	rows, base := rowsOf(subject), c.cat.Table(m.base())
	if rows == base && !subject.isKind(link.Attribute) || !c.reaches(base, rows) {
		return false
	}
	subject.used = asDimension
	if subject.shadow == nil {
		c.subject.used = asDimension
	}
	c.dims = append(c.dims, c.dimensionOf(subject))
	return true
}

// figureBefore is the measure said right before a comparison, with an
// aggregate of its own; nil for none.
func (c *composer) figureBefore(d *comparison) *measure {
	for _, m := range c.measures {
		if m.from == nil || m.cue == nil && m.Op == logical.Aggregate || m.from.end > d.cue.start || d.cue.start-m.from.end > 3 {
			continue
		}
		if d.target == nil || d.target == m.from || d.target.end <= m.from.start {
			return m
		}
	}
	return nil
}

// gradedBound finds the figure that a comparative speaks of: age of "older
// than 30", the price of "cheaper than 20". nil for none.
func (c *composer) gradedBound(d *comparison) *item {
	if c.subject == nil || d.cue.mention != nil || d.cue.start == d.number.start {
		return nil
	}
	if c.units(d) {
		return nil
	}
	words := c.words(d.cue.start, d.cue.end)
	for n := len(words); n > 0; n-- {
		if words[n-1] == "than" || words[n-1] == "more" || words[n-1] == "less" {
			continue
		}
		for _, t := range []*catalog.Table{c.subject.mention.Table, c.base} {
			col, _, ok := c.vocab.Graded(words[:n], t)
			if !ok || col.Kind != catalog.Number {
				continue
			}
			m := &link.Mention{Start: d.cue.start, End: d.cue.end, Score: 0.8}
			m.Kind, m.Table, m.Column, m.Strength, m.Source = link.Attribute, t, col, 0.8, link.FromLexicon
			return &item{start: d.cue.start, end: d.cue.end, mention: m}
		}
	}
	return nil
}
