package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// seconds are how long a unit of time lasts; months and years have no fixed
// length and convert to nothing.
var seconds = map[string]float64{"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "millisecond": 0.001}

// inUnit is a bound in the unit of a column that measures time.
func (d *comparison) inUnit(e logical.Expr, col *catalog.Column) logical.Bound {
	b := d.bound
	if d.unit == "" || col == nil || col.Unit == "" {
		return b
	}
	own, said := seconds[text.Singular(col.Unit)], seconds[d.unit]
	if own == 0 || said == 0 {
		return b
	}
	if e.Scale > 0 {
		own *= e.Scale
	}
	b.Value *= said / own
	b.High *= said / own
	return b
}

// anyAtAll takes "at least one" of things for what it is: that there are some.
func (c *composer) anyAtAll() {
	c.comparisons = slices.DeleteFunc(c.comparisons, func(d *comparison) bool {
		some := d.bound.Op == logical.GreaterEq && d.bound.Value == 1 || d.bound.Op == logical.Greater && d.bound.Value == 0
		return some && (d.times || d.target != nil && d.target.isKind(link.Entity, link.Condition) || d.target == nil && d.number.number != nil && c.next(d.number) == nil)
	})
}

// amountBounds reads bounds on what adds up, or averages, over the related
// rows of each thing: "agencies whose bookings add up to over 32,000",
// "categories with an average order above 20k", "who booked more than ten
// times".
func (c *composer) amountBounds() {
	for _, d := range c.comparisons {
		if d.target != nil && !d.target.isKind(link.Entity, link.Role, link.Date) {
			continue
		}
		cue := c.boundAggregate(d)
		if d.target != nil && !d.money(c) && !d.times && (cue == nil || !cue.is(link.Average, link.MedianCue)) {
			continue // "more than 10 orders in total" counts
		}
		if cue == nil && !d.money(c) && !d.times && d.unit == "" {
			continue
		}
		c.amountBound(d, cue)
	}
}

// amountBound bounds one figure over related rows.
func (c *composer) amountBound(d *comparison, cue *item) {
	subject, rows := c.groupSubject(d)
	x, events := c.boundRows(d, subject, rows)
	if x == nil {
		return
	}
	if subject == nil || rows == nil || rows == events || !c.reaches(events, rows) {
		if subject, rows = c.whoOf(events, d); subject == nil {
			return
		}
	}
	m := c.boundFigure(d, x, events, cue)
	if m == nil {
		return
	}
	c.dims = slices.DeleteFunc(c.dims, func(o *dimension) bool { return o.from == x })
	if x.isKind(link.Entity, link.Role) {
		x.used = asMeasure
	} else if x.isKind(link.Date) {
		x.used = asDate
	}
	if cue != nil {
		cue.used = asMeasure
	}
	d.done = true
	m.place, m.from = x.start, x
	c.add(m)
	c.having = append(c.having, having{m, d.inUnit(*orNone(m.Expr), m.column)})
	if subject.used != asDimension && !c.groupsBy(rows) {
		c.dims = append([]*dimension{c.dimensionOf(subject)}, c.dims...)
		if subject.shadow == nil {
			subject.used = asDimension
		}
	}
}

func orNone(e *logical.Expr) *logical.Expr {
	if e == nil {
		return &logical.Expr{}
	}
	return e
}

// boundFigure is the figure over related rows that a bound is of; nil where
// they have none.
func (c *composer) boundFigure(d *comparison, x *item, events *catalog.Table, cue *item) *measure {
	if d.times {
		return count(events)
	}
	if events.Amount == nil || d.unit != "" && !timeUnits[events.Amount.Unit] {
		return nil
	}
	agg := logical.Sum
	if cue != nil {
		agg = aggregates[cue.cue]
	}
	if len(c.amounts(events)) > 1 {
		c.guess("the amount bounded is " + events.Amount.Name)
	}
	return c.amountOf(x, agg)
}

// amounts are the columns of a table that add up.
func (c *composer) amounts(t *catalog.Table) []*catalog.Column {
	return slices.DeleteFunc(slices.Clone(t.Columns), func(col *catalog.Column) bool { return !col.Additive })
}

// boundAggregate is the cue that says how the bounded figure is made.
func (c *composer) boundAggregate(d *comparison) *item {
	for _, p := range c.cues(link.Average, link.Total, link.MedianCue) {
		if p.used == unused && p.start-d.number.end <= 6 && d.cue.start-p.end <= 6 {
			return p
		}
	}
	return nil
}

// compares reports an aggregate said right before a bound of a figure.
func (c *composer) compares(cue *item) bool {
	return slices.ContainsFunc(c.comparisons, func(d *comparison) bool { return d.target != nil && d.cue.start == cue.end })
}

// money reports a number said to be of a currency.
func (d *comparison) money(c *composer) bool {
	return d.number.number != nil && d.number.number.Money ||
		slices.Contains([]string{"euro", "euros", "eur", "dollar", "dollars", "usd", "pound", "pounds", "gbp", "€", "$", "£"}, c.word(d.number.end))
}

// boundRows finds the related rows that a bound's figure is made of: named by
// a noun, else by what happened, else by a state. How often something happened
// may be of the events named alone: "who came more than ten times, completed
// visits only".
func (c *composer) boundRows(d *comparison, subject *item, rows *catalog.Table) (*item, *catalog.Table) {
	for _, kinds := range [][]link.Kind{{link.Entity}, {link.Date}, {link.Value, link.Condition}} {
		x := c.first(func(x *item) bool { return x != subject && x.isKind(kinds...) && c.countsFor(x, rows) })
		if x != nil {
			return x, x.mention.Table
		}
	}
	if d.times && subject != nil && rows != nil && rows.Role == catalog.Event {
		return subject, rows
	}
	return nil, nil
}

// countsFor reports whether a mention names rows with a figure for each of rows,
// which is nil where those are not known yet.
func (c *composer) countsFor(x *item, rows *catalog.Table) bool {
	t := x.mention.Table
	if x == c.subject && rowsOf(x) == rows || x.negated != nil || x.used != unused && !c.eachRow(x) || t.Date == nil && t.Amount == nil {
		return false
	}
	return rows == nil || rows != t && c.reaches(t, rows) || rows == t && x.isKind(link.Entity)
}

// perRow takes "average cost per request" of requests for what it is: the
// average over rows, not one for each.
func (c *composer) perRow() {
	if slices.ContainsFunc(c.measures, func(m *measure) bool { return m.Agg != logical.Avg && m.Agg != logical.Median || m.Base != c.base.Name }) {
		return
	}
	c.dims = slices.DeleteFunc(c.dims, func(d *dimension) bool {
		return d.table == c.base && d.column == nil && d.from != nil && c.eachRow(d.from)
	})
}

// eachRow reports a thing said as what an average is of: "400 per request".
func (c *composer) eachRow(x *item) bool {
	return x.used == asDimension && x.isKind(link.Entity) && x != c.subject && c.has(link.Average, link.MedianCue) &&
		slices.Contains([]string{"per", "a", "each", "every"}, c.word(x.start-1))
}

// whoWords ask for people without naming what they are.
var whoWords = text.WordSet("who whose anyone anybody people person")

// whoOf is the table of people that the rows of events refer to, where the
// question asks "who".
func (c *composer) whoOf(events *catalog.Table, d *comparison) (*item, *catalog.Table) {
	at := slices.IndexFunc(c.q.Words, func(w string) bool { return whoWords[w] })
	if at < 0 || at > d.cue.start {
		return nil, nil
	}
	var keys []*catalog.Key
	for _, k := range events.Out {
		if k.To != events && person(k.To) {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	if len(keys) > 1 {
		c.guess("who is meant are " + text.Plural(last(keys[0].To.Words)))
	}
	m := &link.Mention{Start: at, End: at + 1, Score: 0.8}
	m.Kind, m.Table, m.Strength, m.Source = link.Entity, keys[0].To, 0.8, link.FromLexicon
	return &item{start: at, end: at + 1, mention: m}, keys[0].To
}

// person reports a table of people: their names have parts or they have what
// only people have.
func person(t *catalog.Table) bool {
	return slices.ContainsFunc(t.Columns, func(col *catalog.Column) bool {
		return col.Kind != catalog.Number && slices.ContainsFunc(col.Words, func(w string) bool {
			return slices.Contains([]string{"first", "last", "surname", "birth", "email", "gender", "sex", "hire", "hired"}, w)
		}) || slices.Contains(t.Label, col) && slices.Contains(col.Words, "full")
	})
}
