package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
)

// timesOver reports a number of occasions: "more than four times", "over once".
func (c *composer) timesOver(d *comparison) bool {
	return slices.Contains([]string{"times", "occasions"}, c.word(d.number.end)) || slices.Contains([]string{"once", "twice"}, c.word(d.number.start))
}

// boundTimes reads how often something happened to each thing: "which companies
// bought from us more than four times", "who booked over ten times".
func (c *composer) boundTimes() {
	if len(c.measures) > 0 {
		return
	}
	for _, d := range c.comparisons {
		if d.done || !c.timesOver(d) {
			continue
		}
		if d.target != nil {
			d.target.bound, d.target = nil, nil
		}
		event := c.happenedTimes()
		if event == nil {
			continue
		}
		t := event.mention.Table
		subject := c.subject
		if subject == nil || subject == event || rowsOf(entityOf(subject)) == t {
			subject = c.person(t)
		}
		if subject == nil || !c.reaches(t, rowsOf(entityOf(subject))) {
			continue
		}
		m := count(t)
		m.place, m.from = event.start, event
		event.used, d.done = asMeasure, true
		c.add(m)
		c.groupOn(entityOf(subject))
		c.having = append(c.having, having{m, d.bound})
	}
}

// happenedTimes is what is said to have happened so often: rows with a verb or
// noun of their own that are no mere things.
func (c *composer) happenedTimes() *item {
	return c.first(func(x *item) bool {
		return x.used == unused && x.negated == nil && (x.isKind(link.Date) || x.isKind(link.Entity) && x != c.subject && x.mention.Table.Role == catalog.Event)
	})
}

// groupOn groups by a thing, unless it is grouped by already.
func (c *composer) groupOn(x *item) {
	d := c.dimensionOf(x)
	x.used = asDimension
	same := func(o *dimension) bool {
		return d.table == o.table && d.column == o.column && d.Expr.Ref.Via == o.Expr.Ref.Via && o.Grain == ""
	}
	if !slices.ContainsFunc(c.dims, same) {
		c.dims = append([]*dimension{d}, c.dims...)
	}
}
