package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// impliedRows adds the related rows that no noun names but that a value, a
// state, a verb or a bound speaks of: "patients who paid cash in 2024". All
// that is said of the same rows holds for one of them at once.
func (c *composer) impliedRows(exists []*related) []*related {
	if c.dividedBeyond() {
		return exists
	}
	for _, x := range c.mentions {
		if !c.impliesRows(x) || c.hosts(exists, x, x.mention.Table) != nil {
			continue
		}
		t := c.turning(x.mention.Table)
		if t == nil {
			continue
		}
		if r := c.child(exists, x, t); r != nil {
			r.table, r.p.Table = t, t.Name
			continue
		}
		if x.negated != nil {
			x.negated.used = asNegation
		}
		if x.isKind(link.Date) {
			x.used = asDate
		}
		exists = append(exists, &related{item: x, p: &logical.Predicate{Op: logical.Exists, Table: t.Name}, table: t, implied: true})
	}
	return exists
}

// dividedBeyond reports whether the base's rows are grouped by what they have
// any number of: each group has its own related rows then.
func (c *composer) dividedBeyond() bool {
	return len(c.grains()) > 0 || slices.ContainsFunc(c.dims, func(d *dimension) bool { return !c.reaches(c.base, d.table) })
}

// impliesRows reports whether a mention is a condition on rows that the base
// has any number of.
func (c *composer) impliesRows(x *item) bool {
	m := x.mention
	if m.Via != "" || c.reaches(c.base, m.Table) || !c.linked(c.base, m.Table) {
		return false
	}
	switch m.Kind {
	case link.Value, link.Condition:
		return x.used == unused
	case link.Date:
		return (x.used == unused || x.used == asDate) && (m.Verb && c.takesPart(c.base, m) || m.Column != nil && c.datesPeriod(x))
	case link.Attribute, link.Computed:
		return x.used == unused && x.bound != nil && !x.bound.done && numeric(m)
	}
	return false
}

// datesPeriod reports whether a period is of the date that x names.
func (c *composer) datesPeriod(x *item) bool {
	for _, y := range c.periods() {
		if c.nearestDate(y, c.base) == x {
			return true
		}
	}
	return false
}

// turning is the table at which the way from the base to t turns: the furthest
// that the base has any number of. t itself or what each of its rows refers to
// is a condition on its rows.
func (c *composer) turning(t *catalog.Table) *catalog.Table {
	path, ok := c.cat.Any(c.base, t, "")
	if !ok {
		return nil
	}
	var out *catalog.Table
	for _, h := range path {
		if h.Down {
			out = h.Key.From
		}
	}
	return out
}

// child finds implied rows that rows of t, standing below them, replace.
func (c *composer) child(exists []*related, x *item, t *catalog.Table) *related {
	for _, r := range exists {
		if r.implied && r.item.negated == x.negated && c.reaches(t, r.table) {
			return r
		}
	}
	return nil
}

// periodsOf puts periods on the related rows they belong to.
func (c *composer) periodsOf(exists []*related) {
	for _, x := range c.periods() {
		e := c.nearestDate(x, c.base)
		host := c.hostOf(x, e, exists)
		if host == nil {
			continue
		}
		col := c.dateOf(host.table)
		if m := host.item.mention; m.Kind == link.Date && m.Column != nil {
			col = m.Column
		}
		if e != nil && c.reaches(host.table, e.mention.Table) {
			col = e.mention.Column
			if e.used == unused {
				e.used = asDate
			}
		}
		host.p.Args = append(host.p.Args, within(col, "", c.ahead(x, col)))
		x.used = asPeriod
	}
}

// hostOf finds the related rows that a period belongs to: those whose date is
// said, else those that stand near it. Where the base is a thing and no event,
// a period is when something happened to it.
func (c *composer) hostOf(x, e *item, exists []*related) *related {
	var host *related
	for _, r := range exists {
		if e != nil {
			if t := e.mention.Table; !c.reaches(c.base, t) && (t == r.table || c.reaches(r.table, t)) {
				host = r
			}
			continue
		}
		near := x.start-r.item.end <= 4 && r.item.start-x.end <= 4
		if near && c.base.Role == catalog.Event && c.base.Date != nil && x.start < r.item.start {
			continue
		}
		if (near || c.base.Role != catalog.Event) && c.dateOf(r.table) != nil {
			host = r
		}
	}
	return host
}
