package candidate

import (
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// singularUnit is a unit of time as queries call it.
func singularUnit(word string) string {
	switch word {
	case "hrs", "hr":
		return "hour"
	case "mins", "min":
		return "minute"
	}
	return strings.TrimSuffix(word, "s")
}

// durationUnit is the unit that a duration is asked in: days unless another
// is said.
func (c *composer) durationUnit() string {
	for _, w := range c.q.Words {
		switch w {
		case "hour", "hours", "hrs", "minute", "minutes", "mins", "week", "weeks", "months", "years":
			return singularUnit(w)
		}
	}
	return "day"
}

// durations reads the time between two dates: "average days from order to
// shipping", "how long between admission and discharge".
func (c *composer) durations() {
	var dates []*item
	for _, x := range c.mentions {
		if x.isKind(link.Date) && x.mention.Column != nil {
			dates = append(dates, x)
		}
	}
	if len(dates) == 1 {
		dates = c.begunByEntity(dates)
	}
	if len(dates) < 2 || !c.has(link.HowLong) && !c.says("days", "hours", "minutes", "time", "weeks", "duration", "lag", "delay", "long") ||
		!c.says("from", "between", "to", "until", "till", "and", "before", "after") {
		return
	}
	for i := 0; i+1 < len(dates); i++ {
		from, to, ok := oneTable(dates[i].mention, dates[i+1].mention)
		if !ok {
			continue
		}
		c.durationMeasure(dates[i], dates[i+1], from, to)
		return
	}
}

// begunByEntity lets a thing stand for its date: "days from order to
// delivery".
func (c *composer) begunByEntity(dates []*item) []*item {
	end := dates[0]
	z := c.first(func(x *item) bool {
		return x.isKind(link.Entity) && x.start < end.start && x.mention.Table.Date != nil && x.mention.Table == end.mention.Table &&
			x.mention.Table.Date != end.mention.Column && anyOf(c.words(x.start-2, x.start), "from", "between", "after", "of")
	})
	if z == nil {
		return dates
	}
	m := &link.Mention{Start: z.start, End: z.end, Score: z.mention.Score}
	m.Kind, m.Table, m.Column = link.Date, z.mention.Table, z.mention.Table.Date
	z.used = asMeasure
	return []*item{{start: z.start, end: z.end, mention: m}, end}
}

// oneTable finds two dates of one table that the mentions can mean.
func oneTable(a, b *link.Mention) (from, to *catalog.Column, ok bool) {
	for _, x := range senses(a) {
		for _, y := range senses(b) {
			if x.Sense.Kind == link.Date && y.Sense.Kind == link.Date && x.Sense.Table == y.Sense.Table &&
				x.Sense.Column != nil && y.Sense.Column != nil && x.Sense.Column != y.Sense.Column {
				return x.Sense.Column, y.Sense.Column, true
			}
		}
	}
	return nil, nil, false
}

func (c *composer) durationMeasure(a, b *item, from, to *catalog.Column) {
	if c.reversed(a, b) {
		from, to = to, from
	}
	e := logical.Expr{Op: logical.Duration, Unit: c.durationUnit(), Args: []logical.Expr{column(from, ""), column(to, "")}}
	m := &measure{Measure: logical.Measure{Agg: logical.Avg, Base: from.Table.Name, Expr: &e}, place: a.start, from: a}
	for _, x := range c.cues(link.Highest, link.Lowest, link.Total, link.MedianCue) {
		m.Agg = aggregates[x.cue]
		x.used = asMeasure
	}
	mark(c.cues(link.Average, link.CountOf, link.HowLong), asMeasure)
	a.used, b.used = asMeasure, asMeasure
	kept := c.measures[:0]
	for _, o := range c.measures {
		if o.from != a && o.from != b && !(o.counts() && o.from != nil && c.isUnit(o.from)) {
			kept = append(kept, o)
		}
	}
	c.measures = append(kept, m)
	if x := b.mention.Column; x != nil {
		_ = x
	}
}

func (c *composer) isUnit(x *item) bool {
	return x.end-x.start == 1 && text.WordSet("day days hour hours week weeks minute minutes month months")[c.word(x.start)]
}

// reversed reports dates said the other way round: "delivered after being
// ordered".
func (c *composer) reversed(a, b *item) bool {
	gap := c.words(a.end, b.start)
	return anyOf(gap, "after", "since") && !c.says("from", "between")
}
