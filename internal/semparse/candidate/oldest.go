package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// extremeDates reads "when was the first order": the first or last date.
func (c *composer) extremeDates() {
	place, agg := c.firstOrLast()
	asked := anyOf(c.words(0, 3), "when") || anyOf(c.words(0, 5), "date")
	if place < 0 || !asked || len(c.measures) > 0 {
		return
	}
	event := c.first(func(x *item) bool { return x.isKind(link.Date) && x.mention.Column != nil })
	entity := c.first(func(x *item) bool { return x.isKind(link.Entity) })
	date := c.dateOfEither(event, entity)
	if date == nil {
		return
	}
	for _, x := range []*item{event, entity} {
		if x != nil {
			x.used = asMeasure
		}
	}
	c.add(aggregated(agg, date))
	mark(c.cues(link.Oldest, link.Newest, link.WhenCue, link.Top, link.Most, link.Bottom), asOperator)
	c.spare[place] = true
	c.ranks = false
}

// outerDates reads the first or last date of each group, beside other figures or
// alone: "bills by status: count, total, earliest due date", "last order date by
// customer".
func (c *composer) outerDates() {
	if len(c.measures) == 0 && len(c.dims) == 0 {
		return
	}
	for _, x := range c.mentions {
		if !x.isKind(link.Date) || x.mention.Column == nil || !x.affirmed() {
			continue
		}
		agg := c.outerBefore(x)
		if agg == "" {
			continue
		}
		m := aggregated(agg, x.mention.Column)
		m.place, m.from = x.start, x
		x.used = asMeasure
		c.add(m)
	}
}

// outerBefore is the aggregate that the word right before a date asks for; empty
// for none.
func (c *composer) outerBefore(x *item) logical.Agg {
	if before := c.previous(x); before != nil && before.free() && before.end == x.start {
		switch {
		case before.is(link.Oldest):
			before.used = asOperator
			return logical.Min
		case before.is(link.Newest):
			before.used = asOperator
			return logical.Max
		}
	}
	if i := x.start - 1; c.unclaimed(i) {
		switch c.word(i) {
		case "first":
			c.spare[i] = true
			return logical.Min
		case "last":
			c.spare[i] = true
			return logical.Max
		}
	}
	return ""
}

// firstOrLast is the word that asks for the first or the last date, with the
// aggregate that it means; -1 for none.
func (c *composer) firstOrLast() (place int, agg logical.Agg) {
	place, agg = -1, logical.Max
	cues := c.cues(link.Oldest, link.Newest)
	for _, x := range cues {
		place = x.start
		if x.is(link.Oldest) {
			agg = logical.Min
		}
	}
	if len(cues) > 0 {
		return place, agg
	}
	for i, w := range c.q.Words {
		if (w == "first" || w == "last") && c.q.Free(i) {
			place = i
			if w == "first" {
				agg = logical.Min
			}
		}
	}
	return place, agg
}

// dateOfEither is the date of an event that is said, else of a thing; nil for
// none.
func (c *composer) dateOfEither(event, entity *item) *catalog.Column {
	switch {
	case event != nil:
		return event.mention.Column
	case entity != nil:
		return c.dateOf(entity.mention.Table)
	}
	return nil
}

// oldestNewest lists rows by a date: "the five newest customers".
func (c *composer) oldestNewest() (bool, error) {
	cues := free(c.cues(link.Oldest, link.Newest))
	if len(cues) == 0 || len(c.measures) > 0 || c.subject == nil || c.ranksOtherwise() {
		return false, nil
	}
	s := entityOf(c.subject)
	if s.isKind(link.Attribute) {
		return false, nil
	}
	cue := cues[0]
	by, desc := c.orderByAge(cue, rowsOf(s))
	if by == nil {
		return false, nil
	}
	c.query.Limit = 1
	if n := free(c.numbers()); len(n) > 0 {
		n[0].used = asLimit
		c.query.Limit = int(n[0].number.Value)
	}
	cue.used = asOrder
	c.query.Order = []logical.Order{{Measure: -1, Dimension: -1, Expr: by, Desc: desc}}
	if c.subject.shadow == nil && !c.subject.isKind(link.Condition) {
		c.subject.used = asSubject
	}
	c.listed = s
	for _, d := range c.dims {
		d.parent = true
	}
	return true, c.list()
}

// ranksOtherwise reports a superlative that is not of dates.
func (c *composer) ranksOtherwise() bool {
	return c.ranks && c.has(link.Top, link.Bottom, link.Most, link.Least)
}

// orderByAge is what a cue of age orders rows of t by: the date said, the
// column that its word grades ("the oldest" by age), else the rows' own date.
// It is nil for none; desc says whether the greatest comes first.
func (c *composer) orderByAge(cue *item, t *catalog.Table) (by *logical.Expr, desc bool) {
	date := t.Date
	event := c.first(func(x *item) bool { return x.isKind(link.Date) && x.mention.Table == t && x.mention.Column != nil })
	if event != nil {
		date = event.mention.Column
		event.used = asDate
	} else {
		if col, high, ok := c.vocab.Graded(c.words(cue.start, cue.end), t); ok && col.Kind == catalog.Number {
			e := column(col, "")
			return &e, high
		}
		if born := birthDate(t); born != nil && slices.Contains([]string{"oldest", "youngest"}, c.word(cue.start)) {
			date = born
		}
	}
	if date == nil {
		return nil, false
	}
	e := column(date, "")
	return &e, cue.is(link.Newest)
}

// birthDate is the date at which a table's things were born; nil for none.
func birthDate(t *catalog.Table) *catalog.Column {
	for _, d := range slices.Backward(t.Dates()) {
		if slices.Contains(d.Words, "birth") {
			return d
		}
	}
	return nil
}
