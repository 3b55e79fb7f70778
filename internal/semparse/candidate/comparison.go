package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// comparison is a number that something is compared with.
type comparison struct {
	bound  logical.Bound
	number *item
	cue    *item
	target *item  // what is compared; nil where nothing is named
	unit   string // of time, said with the number: minute, hour, day …
	times  bool   // "more than ten times": how often is compared
	done   bool
}

var comparisonOps = map[link.CueKind]logical.PredicateOp{link.AtLeast: logical.GreaterEq, link.AtMost: logical.LessEq,
	link.MoreThan: logical.Greater, link.LessThan: logical.Less, link.NotEqualTo: logical.NotEqual, link.Exactly: logical.Equal}

// compareNumbers pairs comparing cues with their numbers, and those with what
// they compare.
func (c *composer) compareNumbers() {
	c.lengths()
	for _, cue := range c.items {
		op := comparisonOps[cue.cue]
		if op == "" || cue.mention != nil {
			continue
		}
		n := c.numberOf(cue)
		if n == nil || n.used != unused {
			continue
		}
		n.used, cue.used = asBound, asBound
		d := &comparison{bound: logical.Bound{Op: op, Value: n.number.Value}, number: n, cue: cue, unit: c.unitAfter(n)}
		d.times = anyOf(c.words(n.end, n.end+1), "times", "time")
		c.comparisons = append(c.comparisons, d)
	}
	c.ranges()
	c.idleBounds()
	for _, d := range c.comparisons {
		if !d.times {
			d.target = c.compared(d)
		}
		if d.target != nil {
			d.target.bound = d
		}
	}
	c.anyAtAll()
}

// unitAfter is the unit of time right after a number; empty for none.
func (c *composer) unitAfter(n *item) string {
	if w := c.word(n.end); slices.Contains(unitWords, w) {
		return singularUnit(w)
	}
	return ""
}

var unitWords = []string{"day", "days", "hour", "hours", "week", "weeks", "month", "months", "minute", "minutes", "min", "mins", "hr", "hrs", "h", "d", "year", "years"}

func (c *composer) numberOf(cue *item) *item {
	next, before := c.next(cue), c.previous(cue)
	switch {
	case next != nil && next.number != nil && next.start-cue.end <= 2:
		return next
	case next != nil && next.is(link.Total):
		if z := c.next(next); z != nil && z.number != nil {
			return z
		}
	case cue.is(link.AtLeast, link.AtMost) && before != nil && before.number != nil && cue.start-before.end <= 1:
		return before
	case cue.is(link.AtLeast, link.AtMost) && anyOf(c.words(cue.start, cue.start+1), "or", "and"):
		return c.numberBehind(cue)
	}
	return nil
}

// numberBehind is the number whose noun stands before the cue: "60
// appointments or more".
func (c *composer) numberBehind(cue *item) *item {
	i := slices.Index(c.items, cue)
	for _, y := range slices.Backward(c.items[:i]) {
		switch {
		case cue.start-y.end > 3:
			return nil
		case y.number != nil:
			return y
		case y.mention == nil:
			return nil
		}
	}
	return nil
}

// ranges reads "between N and M", "from N to M" and "N-M" beside a figure.
func (c *composer) ranges() {
	ns := c.numbers()
	for i := 0; i+1 < len(ns); i++ {
		a, b := ns[i], ns[i+1]
		if a.used != unused || b.used != unused || !c.rangeOf(a, b) {
			continue
		}
		a.used, b.used = asBound, asBound
		for _, cue := range c.cues(link.BetweenCue) {
			if cue.end == a.start {
				cue.used = asBound
			}
		}
		c.comparisons = append(c.comparisons, &comparison{bound: logical.Bound{Op: logical.Between, Value: a.number.Value, High: b.number.Value}, number: a, cue: a})
	}
}

// rangeOf reports two numbers that are the ends of one range.
func (c *composer) rangeOf(a, b *item) bool {
	before := c.word(a.start - 1)
	switch gap := c.words(a.end, max(a.end, b.start)); {
	case len(gap) == 0 && b.start == a.end:
		between := c.q.Text[c.q.Tokens[a.end-1].End:c.q.Tokens[b.start].Start]
		return (between == "-" || between == "–") && a.number.Value < b.number.Value && c.first(func(x *item) bool {
			return numeric(x.mention) && (x.start == b.end || x.end == a.start)
		}) != nil
	case len(gap) != 1:
		return false
	default:
		return gap[0] == "and" && before == "between" || gap[0] == "to" && (before == "from" || before == "of")
	}
}

// comparable reports whether a mention can be compared with a number.
func comparable(x *item) bool {
	return x.isKind(link.Metric) || x.mention != nil && numeric(x.mention)
}

// compared finds what a number is compared with: named right after it ("more
// than 3 orders"), else the nearest figure before it.
func (c *composer) compared(d *comparison) *item {
	for _, find := range []func(d *comparison) *item{c.comparedAfter, c.comparedBefore, c.gradedBound} {
		if x := find(d); x != nil {
			return x
		}
	}
	return c.boundLength(d)
}

// comparedAfter is the figure or thing right after the number; nil for none.
func (c *composer) comparedAfter(d *comparison) *item {
	i := slices.Index(c.items, d.number)
	for _, y := range c.items[i+1:] {
		if y.period() || y.is(link.By, link.MoreThan, link.LessThan, link.CountOf) {
			return nil
		}
		if y.mention == nil || y.start-d.number.end > 3 {
			continue
		}
		if y.isKind(link.Entity, link.Role) || comparable(y) || d.unit == "" && y.isKind(link.Condition) && c.namesRows(y) {
			if c.setApart(d.number, y) {
				return nil
			}
			return y
		}
	}
	return nil
}

// setApart reports words between a number and a mention that keep them apart.
func (c *composer) setApart(number, y *item) bool {
	gap := c.words(number.end, y.start)
	return anyOf(gap, "with", ",") || y.isKind(link.Entity) && anyOf(gap, "in")
}

// comparedBefore is the nearest figure before the cue; nil for none.
func (c *composer) comparedBefore(d *comparison) *item {
	j := slices.Index(c.items, d.cue)
	for _, y := range slices.Backward(c.items[:j]) {
		if y.mention != nil && comparable(y) {
			return y
		}
		if y.is(link.CountOf) {
			return nil
		}
	}
	return nil
}

// compare is the condition that a value per row keeps a bound.
func compare(e logical.Expr, b logical.Bound) logical.Predicate {
	p := logical.Predicate{Op: b.Op, Expr: &e, Values: []logical.Value{{Number: b.Value, Is: "number"}}}
	if b.Op == logical.Between {
		p.Values = append(p.Values, logical.Value{Number: b.High, Is: "number"})
	}
	return p
}

// having is a condition on groups, on its way into the query.
type having struct {
	measure *measure
	bound   logical.Bound
}

// groupBounds reads comparisons of figures per group: "customers with more
// than 3 orders", "categories with an average price above 20".
func (c *composer) groupBounds() {
	for _, d := range c.comparisons {
		if d.done || d.target == nil {
			continue
		}
		subject, rows := c.groupSubject(d)
		m := c.boundMeasure(d, subject, rows)
		if m == nil {
			continue
		}
		b := d.inUnit(*orNone(m.Expr), m.column)
		d.target.used = asMeasure
		m.place, m.from = d.target.start, d.target
		d.done = true
		if i := slices.IndexFunc(c.measures, m.same); i >= 0 {
			m = c.measures[i]
		} else {
			c.add(m)
		}
		c.having = append(c.having, having{m, b})
		if subject != nil && rows != nil && subject.used != asDimension && !c.groupsBy(rows) && c.reaches(c.cat.Table(m.base()), rows) {
			c.dims = append([]*dimension{c.dimensionOf(subject)}, c.dims...)
			subject.used = asDimension
			if subject.shadow != nil {
				break
			}
		}
	}
}

// groupSubject is the thing whose groups are bounded, with its table.
func (c *composer) groupSubject(d *comparison) (*item, *catalog.Table) {
	s := c.subject
	if s != nil {
		s = entityOf(s)
	}
	if s != nil && c.subject != d.target {
		if s.isKind(link.Attribute) {
			return s, s.mention.Table
		}
		return s, rowsOf(s)
	}
	if d.target != nil && d.target.isKind(link.Entity) {
		if x := c.person(d.target.mention.Table); x != nil {
			return x, rowsOf(x)
		}
	}
	if o := c.first(func(x *item) bool {
		return x != d.target && x.isKind(link.Entity, link.Role) && (x.used == unused || x.used == asDimension)
	}); o != nil {
		return o, rowsOf(o)
	}
	return nil, nil
}

// boundMeasure is the figure per group, of a subject's rows if there are any,
// that a comparison bounds; nil where it bounds rows.
func (c *composer) boundMeasure(d *comparison, subject *item, rows *catalog.Table) *measure {
	x := d.target
	switch x.mention.Kind {
	case link.Entity, link.Role:
		t := rowsOf(x)
		if rows == nil || rows == t && !subject.isKind(link.Attribute) || !c.reaches(t, rows) || d.money(c) {
			return nil
		}
		if x.isKind(link.Entity) {
			return c.countOf(x)
		}
		return count(t)
	case link.Metric:
		return c.measureOf(x, "")
	}
	cues := slices.DeleteFunc(c.cues(link.Average, link.Total, link.Highest, link.Lowest, link.MedianCue), func(p *item) bool { return !d.aggregatedBy(p) })
	if len(cues) == 0 {
		if t := x.mention.Table; rows == nil || rows == t || !c.reaches(t, rows) {
			return nil
		}
		return c.measureOf(x, "")
	}
	mark(cues, asMeasure)
	return c.measureOf(x, aggregates[cues[len(cues)-1].cue])
}

// aggregatedBy reports an aggregate beside what is compared, right before the
// comparison, or shortly behind its number.
func (d *comparison) aggregatedBy(p *item) bool {
	x := d.target
	return p.end <= x.start && x.start-p.end <= 2 || p.end == d.cue.start || p.start >= d.number.end && p.start-d.number.end <= 4
}
