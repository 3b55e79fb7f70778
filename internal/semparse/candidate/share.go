package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// shares reads ratios of a part to its whole ("what percentage of orders were
// late") and shares of a total ("share of revenue by country").
func (c *composer) shares() error {
	share := free(c.cues(link.ShareOf))
	rates := free(c.cues(link.RateOf))
	if c.shareOfChange() {
		c.inPercent = true
		mark(c.changeShare(), asOperator)
		return nil
	}
	if len(share) == 0 && len(rates) == 0 {
		return nil
	}
	var part *item
	if !c.shareOfKind(share) {
		part = c.part(share, rates)
	}
	if part == nil && len(share) == 0 {
		return nil
	}
	exists, part := c.partUnsaid(share, part)
	m := c.whole(part)
	if m == nil {
		return errUnread
	}
	if part == nil && exists == nil && len(c.dims)+len(c.grains()) == 0 {
		return nil // shares of values that are listed
	}
	mark(share, asOperator)
	mark(rates, asOperator)
	mark(c.cues(link.Among, link.All), asOperator)
	switch {
	case exists != nil:
		c.ratio(m, *exists)
	case part != nil:
		c.ratio(m, c.partPredicate(part))
	case len(c.dims) > 0 || len(c.grains()) > 0:
		m.shareOfTotal()
	}
	return nil
}

// partUnsaid finds the part that no state or value says: rows within a bound,
// related rows, or what happened. It is a condition or a mention; a mention
// found before stands where no bound is said.
func (c *composer) partUnsaid(share []*item, part *item) (*logical.Predicate, *item) {
	exists := c.partByBound(share, part)
	if exists == nil && len(share) > 0 {
		if x := c.rightBefore(share[0]); x != nil && x.isKind(link.Entity) && x != part {
			if exists = c.partOf(x); exists != nil {
				return exists, nil
			}
		}
	}
	if exists != nil || part != nil || len(c.dims) > 0 && !c.rowsBehind(share) {
		return exists, part
	}
	if exists = c.partByEntity(); exists != nil || len(c.measures) > 0 {
		return exists, nil
	}
	return nil, c.last(someHave)
}

// someHave reports a free date that only some rows have: a part of those
// that have another would be all.
func someHave(x *item) bool {
	return x.isKind(link.Date) && x.mention.Column != nil && x.mention.Column.Nulls > 0 && x.free()
}

// shareOfTotal makes a measure its share of the total over all groups. A share
// of averages would mean nothing: an average that no word asks for adds up.
func (m *measure) shareOfTotal() {
	inner := m.Measure
	if inner.Agg == logical.Avg && m.cue == nil {
		inner.Agg = logical.Sum
	}
	m.Measure = logical.Measure{Op: logical.Share, Args: []logical.Measure{inner}, Percent: true}
}

// ratio makes a measure the part of it for which p holds, in percent.
func (c *composer) ratio(m *measure, p logical.Predicate) {
	whole := m.Measure
	of := whole
	of.Filters = append(slices.Clone(whole.Filters), p)
	m.Measure = logical.Measure{Op: logical.Ratio, Args: []logical.Measure{of, whole}, Percent: true}
}

func (c *composer) partPredicate(x *item) logical.Predicate {
	x.used = asNumerator
	if x.isKind(link.Date, link.Attribute) {
		e := column(x.mention.Column, x.mention.Via)
		return x.turned(logical.Predicate{Op: logical.NotNull, Expr: &e})
	}
	return x.turned(c.predicate(x))
}

// part is the state or value that a share is of: the last one said, or the one
// before "among"; nil where the share is of a total.
func (c *composer) part(share, rates []*item) *item {
	if len(share) == 0 {
		return c.rated(rates)
	}
	states := slices.DeleteFunc(slices.Clone(c.mentions), func(x *item) bool {
		return !x.isKind(link.Value, link.Condition) || !x.free() || x.bound != nil
	})
	switch {
	case len(states) == 0 && len(c.dims) > 0:
		return c.happened()
	case len(states) == 0:
		return nil
	case len(states) > 1 && c.sameColumn(states):
		return nil // "what share were paid by card, cash and transfer"
	}
	chosen := c.chosenPart(share[0], states)
	if len(c.dims) > 0 && chosen.start >= share[0].end && c.ofWhole(chosen) {
		return nil
	}
	return chosen
}

// rated is the state, value or event right before a cue of a rate: "the
// cancellation rate"; nil for none.
func (c *composer) rated(rates []*item) *item {
	for _, r := range rates {
		before := c.previous(r)
		if before != nil && before.isKind(link.Value, link.Condition, link.Date) && before.free() {
			return before
		}
	}
	return nil
}

// chosenPart is the one of several states that a share is of.
func (c *composer) chosenPart(share *item, states []*item) *item {
	chosen := states[len(states)-1]
	choose := func(fits func(x *item) bool) {
		for _, x := range states {
			if fits(x) {
				chosen = x
			}
		}
	}
	if before := c.rightBefore(share); before != nil && slices.Contains(states, before) {
		return before // "delivery share of completed orders"
	}
	if comma := slices.Index(c.q.Words[share.end:], ","); comma >= 0 {
		// "% of orders finished late, completed in 2024"
		choose(func(x *item) bool { return x.start >= share.end && x.end <= share.end+comma })
	}
	if c.word(share.start) == "as" || c.word(share.start-1) == "as" {
		// "seniors as a percentage of active patients"
		choose(func(x *item) bool { return x.end <= share.start })
	}
	if among := c.cues(link.Among); len(among) > 0 {
		choose(func(x *item) bool { return x.start < among[0].start })
	}
	return chosen
}

// rightBefore is the mention that a cue in the middle of a question takes a
// part by: "delivery" of "delivery share of orders"; nil for none.
func (c *composer) rightBefore(share *item) *item {
	if anyOf(c.words(share.start, share.start+1), "as", "in", "what", "which", "how") {
		return nil
	}
	return c.first(func(x *item) bool { return x.end == share.start && x.affirmed() })
}

// ofWhole reports a state right before the things counted, which says what the
// whole is: "share of the published articles per section" is of a total.
func (c *composer) ofWhole(x *item) bool {
	e := c.first(func(y *item) bool { return y.isKind(link.Entity) && (y.free() || y.used == asMeasure) })
	return e != nil && x.end == e.start
}

func (c *composer) sameColumn(values []*item) bool {
	return !slices.ContainsFunc(values, func(x *item) bool {
		return !x.isKind(link.Value) || x.mention.Column != values[0].mention.Column
	}) && len(storedOf(values)) > 1
}

// happened is a date that only some rows have, said without a period: "what
// percentage of orders were returned, by country".
func (c *composer) happened() *item {
	return c.last(func(x *item) bool {
		if !x.isKind(link.Date) || x.used != unused || x.mention.Column == nil || x.mention.Column.Nulls == 0 {
			return false
		}
		return !slices.ContainsFunc(c.periods(), func(t *item) bool { return t.start >= x.end && t.start-x.end <= 2 })
	})
}

// shareOfKind reads "payment method share": the column right before the cue
// groups. It reports whether there is one.
func (c *composer) shareOfKind(share []*item) bool {
	if len(share) == 0 || len(c.dims) > 0 {
		return false
	}
	before := c.previous(share[0])
	if before != nil && before.isKind(link.Attribute, link.Entity) && groups(before.mention) && before.used == unused && before.end == share[0].start &&
		(before.isKind(link.Attribute) || c.word(share[0].start) != "as" && c.first(func(x *item) bool {
			return x.start >= share[0].end && (x.isKind(link.Entity, link.Metric) || numeric(x.mention))
		}) != nil) {
		before.used = asDimension
		c.dims = append(c.dims, c.dimensionOf(before))
		return true
	}
	return false
}

// partByEntity reads a part named by related rows: "what percentage of
// customers have a complaint".
func (c *composer) partByEntity() *logical.Predicate {
	whole := c.wholeCounted()
	if whole == nil {
		return nil
	}
	x := c.last(func(x *item) bool {
		return x.isKind(link.Entity) && x.free() && x.mention.Table != whole && c.linked(whole, x.mention.Table)
	})
	if x == nil {
		return nil
	}
	return c.partWith(whole, x)
}

// partOf is the part of what a question counts that has rows of x: "the member
// share of orders". nil where x is what is counted.
func (c *composer) partOf(x *item) *logical.Predicate {
	whole := c.first(func(y *item) bool {
		return y.isKind(link.Entity) && y.start > x.start && (y.free() || y.used == asMeasure)
	})
	if whole == nil || whole.mention.Table == x.mention.Table || !c.linked(whole.mention.Table, x.mention.Table) {
		return nil
	}
	return c.partWith(whole.mention.Table, x)
}

func (c *composer) partWith(whole *catalog.Table, x *item) *logical.Predicate {
	p := x.turned(c.hasSome(whole, x.mention.Table))
	x.used = asNumerator
	if p.Op == logical.Exists || p.Op == logical.Not {
		c.eventOf(x)
	}
	return &p
}

// wholeCounted is the table whose rows a share counts: of the figure counted
// already, else of the thing named first; nil for none.
func (c *composer) wholeCounted() *catalog.Table {
	if len(c.measures) > 0 && c.measures[0].counts() && c.measures[0].from != nil {
		return c.cat.Table(c.measures[0].Base)
	}
	if x := c.first(func(x *item) bool { return x.isKind(link.Entity) && x.free() }); x != nil {
		return x.mention.Table
	}
	return nil
}

// hasSome is the condition that a row of whole has a row of t.
func (c *composer) hasSome(whole, t *catalog.Table) logical.Predicate {
	path, ok := c.cat.Up(whole, t, "")
	if !ok {
		return logical.Predicate{Op: logical.Exists, Table: t.Name}
	}
	e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: path[0].Key.From.Name, Column: path[0].Key.Columns[0].Name}}
	return logical.Predicate{Op: logical.NotNull, Expr: &e}
}

// eventOf marks the verb that only says how related rows came about: "opened a
// ticket".
func (c *composer) eventOf(x *item) {
	for _, y := range c.mentions {
		if y.isKind(link.Date) && y.mention.Table == x.mention.Table && y.used == unused && len(c.periods()) == 0 {
			y.used = asContext
		}
	}
}

// whole is the measure of which a part is taken; nil for none.
func (c *composer) whole(part *item) *measure {
	if len(c.measures) > 0 {
		return c.measures[0]
	}
	thing := func(x *item) bool { return x.isKind(link.Entity) && x.free() }
	e := c.first(func(x *item) bool { return thing(x) && (part == nil || c.reaches(x.mention.Table, part.mention.Table)) })
	if e == nil {
		e = c.first(thing)
	}
	var m *measure
	switch {
	case e != nil:
		m = c.countOf(e)
		m.place, m.from = e.start, e
		e.used = asMeasure
	case part != nil:
		m = count(c.countedBy(part))
		m.place = part.start
	default:
		return nil
	}
	c.add(m)
	return m
}

// countedBy is the table of the rows that have a state: where a table of few
// codes and names holds it, the one that refers to it.
func (c *composer) countedBy(state *item) *catalog.Table {
	t := state.mention.Table
	if !state.isKind(link.Value) || t.Role != catalog.Lookup {
		return t
	}
	return c.factOf(t)
}
