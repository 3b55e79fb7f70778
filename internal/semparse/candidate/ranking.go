package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// rankAggregate corrects the aggregate of a ranking figure: "the highest
// average price" is an average, "the highest sales" of a store a sum.
func (c *composer) rankAggregate(m *measure, t *top) {
	if !t.tookExtreme(m) {
		return
	}
	for _, p := range c.cues(link.Average, link.Total, link.MedianCue) {
		if p.start-m.cue.start <= 3 && m.cue.start-p.start <= 3 {
			m.Agg = aggregates[p.cue]
			p.used = asMeasure
			return
		}
	}
	if t.rows.Name == "" || m.Base != t.rows.Name || t.subject.isKind(link.Attribute) {
		m.Agg = logical.Avg
		if m.additive() {
			m.Agg = logical.Sum
		}
	}
}

// tookExtreme reports a figure whose aggregate is the superlative itself.
func (t *top) tookExtreme(m *measure) bool {
	return (m.Agg == logical.Max || m.Agg == logical.Min) && m.cue != nil && slices.Contains(t.extreme, m.cue)
}

// additive reports a figure whose rows can be added up.
func (m *measure) additive() bool {
	if m.column != nil {
		return m.column.Additive
	}
	return m.from != nil && m.from.isKind(link.Computed) && !m.from.mention.Age && usualAgg(m.from.mention.Term) == logical.Sum
}

// rankMeasure finds the figure that ranks.
func (c *composer) rankMeasure(t *top) (*measure, error) {
	for _, m := range c.measures {
		if m.from != t.subject {
			return m, nil
		}
	}
	cue := t.all()[0]
	ranking := func(x *item) bool { return x != t.subject && c.canRank(x) }
	x := c.first(func(x *item) bool { return x.start >= cue.end && ranking(x) })
	if m := c.rankedState(t, cue, x); m != nil {
		c.add(m)
		return m, nil
	}
	if x == nil {
		x = c.first(ranking)
	}
	if x != nil && !c.parentOf(t.rows, x) {
		m := c.figureOf(x)
		x.used = asMeasure
		c.add(m)
		return m, nil
	}
	m, err := c.impliedMeasure(t, cue)
	if err != nil {
		return nil, err
	}
	c.add(m)
	return m, nil
}

// canRank reports a free mention that is a figure or can be counted.
func (c *composer) canRank(x *item) bool {
	return x != c.subject && x.affirmed() && (x.isKind(link.Entity, link.Role, link.Metric) || numeric(x.mention))
}

// parentOf reports a thing of which each of the rows has one, and no more.
func (c *composer) parentOf(rows *catalog.Table, x *item) bool {
	t := x.mention.Table
	return x.isKind(link.Entity) && c.reaches(rows, t) && !c.reaches(t, rows)
}

// figureOf is the figure that a mention stands for: pieces where its rows hold
// how many.
func (c *composer) figureOf(x *item) *measure {
	m := c.measureOf(x, "")
	if q := c.quantity(x, m); q != nil {
		q.place, q.from = m.place, m.from
		return q
	}
	return m
}

// rankedState counts rows in a state right after the cue: "the most no-shows".
func (c *composer) rankedState(t *top, cue, figure *item) *measure {
	if !cue.is(link.Most, link.Least) {
		return nil
	}
	x := c.first(func(x *item) bool {
		return x.start >= cue.end && x.start-cue.end <= 1 && x.used == unused && x.isKind(link.Value, link.Condition) && x.negated == nil
	})
	if x == nil || figure != nil && figure.start == x.end {
		return nil
	}
	m := c.measureOf(x, "")
	base := c.cat.Table(m.Base)
	if base == t.rows || !c.reaches(base, t.rows) {
		return nil
	}
	c.query.Filters = append(c.query.Filters, m.Filters...)
	m.Filters = nil
	x.used = asMeasure
	return m
}

// impliedMeasure is what a superlative ranks by when it names nothing: a
// graded adjective's column, the rows that hold a value ("the most common
// reason"), the events of a thing ("the busiest store"), or its main amount.
func (c *composer) impliedMeasure(t *top, cue *item) (*measure, error) {
	if verb := c.rankingVerb(t, cue); verb != nil {
		m := c.rowsOfVerb(verb)
		m.place, m.from = verb.start, verb
		verb.used = asMeasure
		return m, nil
	}
	if m := c.gradedMeasure(t, cue); m != nil {
		return m, nil
	}
	if t.subject.isKind(link.Attribute) || cue.is(link.Most, link.Least) && !t.subject.isKind(link.Entity) {
		m := count(t.subject.mention.Table)
		m.place = cue.start
		return m, nil
	}
	amount := t.rows.Amount
	if amount == nil || cue.is(link.Most, link.Least) && t.rows.Role != catalog.Event {
		fact := c.factOf(t.rows)
		if fact == t.rows {
			return nil, errUnread
		}
		m := count(fact)
		m.place = cue.start
		c.guess("ranked by the number of " + text.Plural(last(fact.Words)))
		return m, nil
	}
	m := c.amountOf(t.subject, "")
	c.guess("ranked by " + amount.Name)
	return m, nil
}

// gradedMeasure is what a superlative's own words measure: the column that they
// order by, how long rows lasted, or how often the question's verb happened. nil
// for none.
func (c *composer) gradedMeasure(t *top, cue *item) *measure {
	if col, ok := c.graded(t, cue); ok {
		m := aggregated(logical.Max, col)
		m.place = cue.start
		return m
	}
	if anyOf(c.words(cue.start, cue.end), "longest", "shortest", "lengthiest", "briefest") {
		return c.lastingMeasure(t, cue)
	}
	verb := c.first(func(x *item) bool {
		return x.isKind(link.Date) && x.used == unused && x.mention.Table != t.rows && c.reaches(x.mention.Table, t.rows)
	})
	if verb == nil || !cue.is(link.Most, link.Least) {
		return nil
	}
	m := count(verb.mention.Table)
	m.place, m.from = verb.start, verb
	return m
}

// lasting is the time from rows' own date to the only one that ends them; false
// where there is not one.
func lasting(rows *catalog.Table) (span, bool) {
	var ends []*catalog.Column
	for _, d := range rows.Dates() {
		if d != rows.Date && slices.ContainsFunc(d.Words, func(w string) bool { return endWords[w] || link.Ends(w) }) {
			ends = append(ends, d)
		}
	}
	if rows.Date == nil || len(ends) != 1 {
		return span{}, false
	}
	return span{from: rows.Date, to: ends[0]}, true
}

// lastingMeasure is how long rows lasted, for "the longest outages" of a table
// without such a figure: from their date to the one that ends them. nil where
// there is not one.
func (c *composer) lastingMeasure(t *top, cue *item) *measure {
	s, ok := lasting(t.rows)
	if !ok {
		return nil
	}
	unit := c.durationUnit()
	if s.from.Clocked() && s.to.Clocked() && unit == "day" {
		unit = "hour"
	}
	e, over := s.expr(unit), column(s.to, "")
	c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.NotNull, Expr: &over})
	c.guess("lasting from " + strings.Join(s.from.Words, " ") + " to " + strings.Join(s.to.Words, " "))
	return &measure{Measure: logical.Measure{Agg: logical.Max, Base: t.rows.Name, Expr: &e}, place: cue.start}
}

// rankingVerb is the verb of another table's rows that a superlative counts:
// "the most viewed articles", "top 5 prescribed drugs".
func (c *composer) rankingVerb(t *top, cue *item) *item {
	if !cue.is(link.Most, link.Least, link.Top, link.Bottom) {
		return nil
	}
	return c.first(func(x *item) bool {
		beside := x.end <= t.subject.start && x.start >= cue.end || cue.is(link.Most, link.Least)
		return x.isKind(link.Date) && x.used == unused && x.mention.Table != t.rows && c.reaches(x.mention.Table, t.rows) && x.negated == nil && beside
	})
}

// rowsOfVerb counts the rows that a verb's table records.
func (c *composer) rowsOfVerb(verb *item) *measure {
	t := verb.mention.Table
	if col := countKept(t); col != nil {
		return aggregated(logical.Sum, col)
	}
	return count(t)
}

// graded is the column that a superlative's adjective orders by, with the
// words that belong to it marked as used: "most valuable", "cheapest".
func (c *composer) graded(t *top, cue *item) (*catalog.Column, bool) {
	end := cue.end
	if t.subject.start > cue.end && t.subject.start-cue.end <= 2 {
		end = t.subject.start
	}
	for ; end >= cue.end; end-- {
		words := c.words(cue.start, end)
		if len(words) == 1 && slices.Contains([]string{"most", "least", "best", "worst", "top", "bottom", "fewest"}, words[0]) {
			continue
		}
		if col, _, ok := c.vocab.Graded(words, t.rows); ok {
			for i := cue.end; i < end; i++ {
				c.spare[i] = true
			}
			return col, true
		}
	}
	return nil, false
}

func last(words []string) string {
	if len(words) == 0 {
		return "row"
	}
	return words[len(words)-1]
}
