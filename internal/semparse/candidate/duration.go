package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
	"github.com/querent/querent/internal/semparse/when"
)

// singularUnit is a unit of time as queries call it.
func singularUnit(word string) string {
	switch word {
	case "hrs", "hr", "h":
		return "hour"
	case "d":
		return "day"
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
	if !c.asksDuration() || slices.ContainsFunc(c.comparisons, c.units) {
		return
	}
	if s, ok := c.spanSaid(); ok {
		c.durationMeasure(s)
	}
}

// timeWords ask for a length of time where they name nothing else.
var timeWords = text.WordSet("days hours minutes weeks months years time duration lag delay long")

// asksDuration reports whether the question asks for a length of time.
func (c *composer) asksDuration() bool {
	for _, x := range c.cues(link.HowLong) {
		if c.word(x.end-1) != "old" {
			return true
		}
	}
	for i, w := range c.q.Words {
		if timeWords[w] && c.q.Free(i) && !slices.ContainsFunc(c.mentions, func(x *item) bool { return x.start <= i && i < x.end }) {
			return true
		}
	}
	return false
}

// span is the time between two dates that the question names; begin is nil
// where only its end is said.
type span struct {
	begin, end *item
	from, to   *catalog.Column
	weight     float64
}

// mark says how well a mention names a date.
type dated struct {
	x      *item
	column *catalog.Column
	weight float64
}

// spanSaid finds the two dates that the question puts apart, else the one
// that the rows' own date runs to: "days to close".
func (c *composer) spanSaid() (span, bool) {
	all := c.datesSaid()
	var best span
	for i, a := range all {
		for _, b := range all[i+1:] {
			if s, ok := c.between(a, b); ok && s.weight > best.weight {
				best = s
			}
		}
	}
	if best.weight > 0 {
		return best, true
	}
	return c.spanUntil(all)
}

// datesSaid are the dates that mentions name or stand for: a date, the state
// that comes about on it ("cancelling"), or a thing for its own date where a
// preposition makes it an end ("from order to delivery").
func (c *composer) datesSaid() []dated {
	var out []dated
	for _, x := range c.mentions {
		if !x.affirmed() {
			continue
		}
		own := c.dateSenses(x)
		if d := c.stateDate(x.mention); d != nil && !planned(d) {
			own = append(own, dated{x, d, 0.8 * x.mention.Score})
		}
		if len(own) == 0 && x.isKind(link.Entity) && x.mention.Table.Date != nil && c.endsSpan(x) {
			own = append(own, dated{x, x.mention.Table.Date, 0.5 * x.mention.Score})
		}
		out = append(out, own...)
	}
	return out
}

// dateSenses are the dates that a mention's words may mean.
func (c *composer) dateSenses(x *item) []dated {
	if x.isKind(link.Entity) && !c.endsSpan(x) {
		return nil
	}
	var out []dated
	for _, s := range senses(x.mention) {
		if s.Sense.Kind != link.Date || s.Sense.Column == nil || !x.isKind(link.Date) && planned(s.Sense.Column) {
			continue
		}
		weight := s.Score
		if s.Sense.Verb && s.Sense.Table != c.base {
			weight /= 2
		}
		out = append(out, dated{x, s.Sense.Column, weight})
	}
	return out
}

// planned reports whether a date is one that was hoped for.
func planned(col *catalog.Column) bool {
	return slices.ContainsFunc(col.Words, func(w string) bool { return plannedWords[w] })
}

var plannedWords = text.WordSet("due expected planned promised scheduled estimated target needed requested")

// endsSpan reports whether a thing stands where a date begins or ends a span.
func (c *composer) endsSpan(x *item) bool {
	return anyOf(c.words(x.start-2, x.start), "from", "between", "after", "since", "until", "till", "and", "to") ||
		slices.Contains([]string{"to", "until", "till", "date", "and"}, c.word(x.end))
}

// between is the time between two dates of one row, or of a row and one that
// it belongs to.
func (c *composer) between(a, b dated) (span, bool) {
	apart := anyOf(c.words(a.x.end, b.x.start), "to", "until", "till", "and", "before", "after", "since", "from") || anyOf(c.words(a.x.start-2, a.x.start), "from", "between", "after", "since")
	if !apart || a.x == b.x || a.column == b.column || !c.reaches(a.column.Table, b.column.Table) && !c.reaches(b.column.Table, a.column.Table) {
		return span{}, false
	}
	s := span{begin: a.x, end: b.x, from: a.column, to: b.column, weight: a.weight + b.weight}
	if a.column.Table != b.column.Table {
		s.weight -= 0.4
	}
	if c.reversed(a.x, b.x) {
		s.from, s.to = s.to, s.from
	}
	return s, true
}

// spanUntil runs from the rows' own date to the one date said: "how long does
// it take to ship".
func (c *composer) spanUntil(all []dated) (span, bool) {
	if c.first(func(x *item) bool { return comparable(x) }) != nil {
		return span{}, false // a figure is named
	}
	if !c.has(link.HowLong) && !c.saysPhrase("days to") && !c.saysPhrase("time to") && !c.saysPhrase("days until") && !c.saysPhrase("hours to") {
		return span{}, false
	}
	var best span
	for _, d := range all {
		from := d.column.Table.Date
		if from == nil || from == d.column || d.weight <= best.weight || d.x.isKind(link.Entity) {
			continue
		}
		best = span{end: d.x, from: from, to: d.column, weight: d.weight}
	}
	if best.end == nil {
		return span{}, false
	}
	c.guess("counted from " + strings.Join(best.from.Words, " "))
	return best, true
}

// expr is the span as a value per row of the table that has both dates.
func (s span) expr(unit string) logical.Expr {
	return logical.Expr{Op: logical.Duration, Unit: unit, Args: []logical.Expr{column(s.from, ""), column(s.to, "")}}
}

func (c *composer) durationMeasure(s span) {
	e := s.expr(c.durationUnit())
	base := s.to.Table
	if !c.reaches(base, s.from.Table) {
		base = s.from.Table
	}
	m := &measure{Measure: logical.Measure{Agg: logical.Avg, Base: base.Name, Expr: &e}, place: s.end.start, from: s.end}
	for _, x := range c.cues(link.Highest, link.Lowest, link.Total, link.MedianCue) {
		m.Agg = aggregates[x.cue]
		x.used = asMeasure
	}
	mark(c.cues(link.Average, link.CountOf, link.HowLong), asMeasure)
	mark(c.cues(link.BetweenCue), asOperator)
	for _, x := range []*item{s.begin, s.end} {
		if x != nil && x.used == unused {
			x.used = asMeasure
		}
	}
	c.spareTime()
	c.add(m)
}

// spareTime holds the words that ask for a length of time and its ends.
func (c *composer) spareTime() {
	for i, w := range c.q.Words {
		if timeWords[w] || slices.Contains([]string{"pass", "passes", "passed", "elapse", "elapsed", "after", "before", "until", "till"}, w) {
			c.spare[i] = true
		}
	}
}

// reversed reports dates said the other way round: "delivered after being
// ordered", "to pay an invoice, from its date".
func (c *composer) reversed(a, b *item) bool {
	gap := c.words(a.end, b.start)
	if anyOf(gap, "from") && !anyOf(c.words(a.start-2, a.start), "from", "between") {
		return true
	}
	return anyOf(gap, "after", "since") && !c.says("from", "between")
}

// lengths reads a length of time beside a comparing word as a number with a
// unit: "longer than 10 days".
func (c *composer) lengths() {
	for _, x := range slices.Clone(c.items) {
		if x.time == nil || x.time.Kind != when.Duration || x.end-x.start < 2 {
			continue
		}
		switch {
		case c.word(x.start) == "within":
			c.within(x)
		case c.besideComparison(x):
			c.lengthAsNumber(x)
		}
	}
}

// besideComparison reports a comparing word right before or behind an item.
func (c *composer) besideComparison(x *item) bool {
	before, next := c.previous(x), c.next(x)
	return before != nil && comparisonOps[before.cue] != "" && x.start-before.end <= 2 ||
		next != nil && next.is(link.AtLeast, link.AtMost) && next.start-x.end <= 1
}

// lengthAsNumber makes a length of time its number, with the unit behind it.
// What cues read in it is nothing: "60 min" is no minimum.
func (c *composer) lengthAsNumber(x *item) {
	for _, o := range c.items {
		if o != x && o.mention == nil && o.start >= x.start && o.end <= x.end {
			o.used = asFiller
		}
	}
	x.number = &link.Number{Start: x.start, End: x.end - 1, Value: x.time.Number}
	x.time = nil
	x.end--
	c.spare[x.end] = true
}

// within reads "within 2 hours" as a bound on a length of time.
func (c *composer) within(x *item) {
	x.number = &link.Number{Start: x.start + 1, End: x.end - 1, Value: x.time.Number}
	x.time, x.used = nil, asBound
	cue := &item{start: x.start, end: x.start + 1, cue: link.AtMost, used: asBound}
	x.start, x.end = x.start+1, x.end-1
	c.spare[x.end] = true
	c.items = slices.Insert(c.items, slices.Index(c.items, x), cue)
	c.comparisons = append(c.comparisons, &comparison{bound: logical.Bound{Op: logical.LessEq, Value: x.number.Value}, number: x, cue: cue, unit: c.unitAfter(x)})
}

// durationBound reads "open longer than 10 days": the time between two dates
// said, between the rows' own date and another one said, or until now.
func (c *composer) durationBound(d *comparison) bool {
	if !c.units(d) || d.target != nil && !d.target.isKind(link.Entity, link.Date) {
		return false
	}
	e, ok := c.boundedSpan(d)
	if !ok {
		return false
	}
	c.query.Filters = append(c.query.Filters, compare(e, d.bound))
	d.done = true
	c.spareTime()
	if d.target != nil && d.target.used == unused {
		d.target.used = asContext
	}
	return true
}

// boundedSpan is the length of time that a bound is on: between two dates
// said, from the rows' own date to another one said, or until now.
func (c *composer) boundedSpan(d *comparison) (logical.Expr, bool) {
	unit := singularUnit(c.word(d.number.end))
	if s, ok := c.spanSaid(); ok && c.clearSpan(s) {
		for _, x := range []*item{s.begin, s.end} {
			if x.free() && !x.isKind(link.Entity) {
				x.used = asFilter
			}
		}
		return s.expr(unit), true
	}
	begin := c.base.Date
	if begin == nil {
		return logical.Expr{}, false
	}
	if x := c.otherDate(); x != nil {
		x.used = asFilter
		return span{from: begin, to: x.mention.Column}.expr(unit), true
	}
	if s, ok := lasting(c.base); ok && c.says("took", "take", "takes", "taking", "lasted", "last", "lasts", "lasting") {
		c.guess("lasting from " + strings.Join(s.from.Words, " ") + " to " + strings.Join(s.to.Words, " "))
		return s.expr(unit), true
	}
	if !c.untilNow(d) {
		return logical.Expr{}, false
	}
	c.assumeDate(begin)
	return logical.Expr{Op: logical.Duration, Unit: unit, Args: []logical.Expr{column(begin, "")}, Now: c.q.Now.Format(day)}, true
}

// clearSpan reports a span of the base's rows, both of whose ends are said.
func (c *composer) clearSpan(s span) bool {
	return s.begin != nil && s.weight > 1 && c.reaches(c.base, s.from.Table) && c.reaches(c.base, s.to.Table)
}

// otherDate is a free date of the base's rows that is not their own; nil for
// none.
func (c *composer) otherDate() *item {
	return c.first(func(x *item) bool {
		return x.isKind(link.Date) && x.free() && x.mention.Table == c.base && x.mention.Column != nil && x.mention.Column != c.base.Date
	})
}

// untilNow reports a length of time that has not ended: "open for more than 30
// days", "older than 2 weeks".
func (c *composer) untilNow(d *comparison) bool {
	return slices.Contains([]string{"older", "younger"}, c.word(d.cue.start)) || c.says("been", "open", "waiting", "pending") && slices.Contains([]string{"for", "since"}, c.word(min(d.cue.start, d.number.start)-1))
}
