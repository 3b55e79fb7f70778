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
	exists := c.partByBound(share, part)
	if exists == nil && part == nil && (len(c.dims) == 0 || c.rowsBehind(share)) {
		exists = c.partByEntity()
		if exists == nil && len(c.measures) == 0 {
			part = c.last(func(x *item) bool { return x.isKind(link.Date) && x.mention.Column != nil && x.used == unused })
		}
	}
	m := c.whole(part)
	if m == nil {
		return errUnread
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
		inner := m.Measure
		if inner.Agg == logical.Avg && m.cue == nil {
			inner.Agg = logical.Sum // a share of averages means nothing
		}
		m.Measure = logical.Measure{Op: logical.Share, Args: []logical.Measure{inner}, Percent: true}
	}
	return nil
}

// ratio makes a measure the part of it for which p holds, in percent.
func (c *composer) ratio(m *measure, p logical.Predicate) {
	whole := m.Measure
	of := whole
	of.Filters = append(slices.Clone(whole.Filters), p)
	m.Measure = logical.Measure{Op: logical.Ratio, Args: []logical.Measure{of, whole}, Percent: true}
}

func (c *composer) partPredicate(x *item) logical.Predicate {
	defer func() { x.used = asNumerator }()
	if x.isKind(link.Date, link.Attribute) {
		e := column(x.mention.Column, x.mention.Via)
		p := logical.Predicate{Op: logical.NotNull, Expr: &e}
		if x.negated != nil {
			x.negated.used = asNegation
			p = negate(p)
		}
		return p
	}
	p := c.predicate(x)
	if x.negated != nil {
		x.negated.used = asNegation
		p = negate(p)
	}
	return p
}

// part is the state or value that a share is of: the last one said, or the one
// before "among"; nil where the share is of a total.
func (c *composer) part(share, rates []*item) *item {
	states := func(x *item) bool { return x.isKind(link.Value, link.Condition) && x.used == unused && x.bound == nil }
	if len(share) == 0 {
		for _, r := range rates {
			before := c.previous(r)
			if before != nil && before.isKind(link.Value, link.Condition, link.Date) && before.used == unused {
				return before
			}
		}
		return nil
	}
	var all []*item
	for _, x := range c.mentions {
		if states(x) {
			all = append(all, x)
		}
	}
	if len(all) == 0 {
		if len(c.dims) > 0 {
			return c.happened()
		}
		return nil
	}
	if c.sameColumn(all) && len(all) > 1 {
		return nil // "what share were paid by card, cash and transfer"
	}
	chosen := all[len(all)-1]
	if end := slices.Index(c.q.Words[share[0].end:], ","); end >= 0 {
		for _, x := range all {
			if x.start >= share[0].end && x.end <= share[0].end+end {
				chosen = x // "% of orders finished late, completed in 2024"
			}
		}
	}
	if c.word(share[0].start) == "as" {
		for _, x := range all {
			if x.end <= share[0].start {
				chosen = x // "seniors as a percentage of active patients"
			}
		}
	}
	if among := c.cues(link.Among); len(among) > 0 {
		for _, x := range all {
			if x.start < among[0].start {
				chosen = x
			}
		}
	}
	if len(c.dims) > 0 && chosen.start >= share[0].end {
		if e := c.first(func(x *item) bool {
			return x.isKind(link.Entity) && (x.used == unused || x.used == asMeasure)
		}); e != nil && chosen.end == e.start {
			return nil // "share of the published articles per section" is of a total
		}
	}
	return chosen
}

func (c *composer) sameColumn(values []*item) bool {
	return !slices.ContainsFunc(values, func(x *item) bool {
		return !x.isKind(link.Value) || x.mention.Column != values[0].mention.Column
	})
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
	var entities []*item
	for _, x := range c.mentions {
		if x.isKind(link.Entity) && x.used == unused {
			entities = append(entities, x)
		}
	}
	var whole *catalog.Table
	if len(c.measures) > 0 && c.measures[0].counts() && c.measures[0].from != nil {
		whole = c.cat.Table(c.measures[0].Base)
	} else if len(entities) > 0 {
		whole = entities[0].mention.Table
	}
	if whole == nil {
		return nil
	}
	for _, x := range slices.Backward(entities) {
		if x.mention.Table == whole || !c.linked(whole, x.mention.Table) {
			continue
		}
		var p logical.Predicate
		if path, ok := c.cat.Up(whole, x.mention.Table, ""); ok {
			e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: path[0].Key.From.Name, Column: path[0].Key.Columns[0].Name}}
			p = logical.Predicate{Op: logical.NotNull, Expr: &e}
		} else {
			p = logical.Predicate{Op: logical.Exists, Table: x.mention.Table.Name}
		}
		if x.negated != nil {
			x.negated.used = asNegation
			p = negate(p)
		}
		x.used = asNumerator
		if p.Op == logical.Exists || p.Op == logical.Not {
			c.eventOf(x)
		}
		return &p
	}
	return nil
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
	fits := func(x *item) bool {
		return x.isKind(link.Entity) && x.used == unused && (part == nil || c.reaches(x.mention.Table, part.mention.Table))
	}
	e := c.first(fits)
	if e == nil {
		e = c.first(func(x *item) bool { return x.isKind(link.Entity) && x.used == unused })
	}
	var m *measure
	switch {
	case e != nil:
		m = count(e.mention.Table)
		if q := c.quantity(e, m); q != nil && countKept(e.mention.Table) != nil {
			m = q
		}
		m.place, m.from = e.start, e
		e.used = asMeasure
	case part != nil:
		t := part.mention.Table
		if part.isKind(link.Value) && t.Role == catalog.Lookup {
			t = c.factOf(t)
		}
		m = count(t)
		m.place = part.start
	default:
		return nil
	}
	c.add(m)
	return m
}
