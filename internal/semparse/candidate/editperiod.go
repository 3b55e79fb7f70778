package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// editPeriods replaces the period.
func (c *composer) editPeriods() error {
	if c.editShift() {
		return nil
	}
	ps := c.periods()
	if len(ps) == 0 {
		return nil
	}
	x := ps[0]
	x.used = asPeriod
	said := c.nearestDate(x, c.base)
	c.query.Compare = nil
	p := c.ahead(x, nil)
	i := slices.IndexFunc(c.query.Filters, func(f logical.Predicate) bool { return f.Op == logical.InPeriod })
	var except *item
	for _, n := range c.cues(link.Excluding, link.Without) {
		if n.start < x.start && x.start-n.end <= 2 {
			except = n
		}
	}
	switch {
	case except != nil && i >= 0:
		except.used = asNegation
		out := c.query.Filters[i]
		out.Period = &p
		c.query.Filters = append(c.query.Filters, negate(out))
	case i >= 0:
		c.replacePeriod(i, x, said, p)
	case c.editInner(p):
	default:
		col, via := c.editDate(said)
		if col == nil {
			return errUnread
		}
		c.query.Filters = append(c.query.Filters, within(col, via, c.ahead(x, col)))
	}
	return nil
}

func (c *composer) replacePeriod(i int, x, said *item, p logical.Period) {
	f := &c.query.Filters[i]
	if said != nil && said.used == unused && c.reaches(c.base, said.mention.Table) {
		said.used = asDate
		e := column(said.mention.Column, said.mention.Via)
		for j, d := range c.query.Dimensions {
			if d.Grain != "" && d.Expr.Ref == f.Expr.Ref {
				c.query.Dimensions[j].Expr = e
			}
		}
		f.Expr = &e
	}
	if col := c.cat.Column(f.Expr.Ref.Table, f.Expr.Ref.Column); col != nil {
		p = c.ahead(x, col)
	}
	f.Period = &p
}

// editInner replaces the period of related rows; it reports whether there is
// one.
func (c *composer) editInner(p logical.Period) bool {
	for i := range c.query.Filters {
		f := &c.query.Filters[i]
		if f.Op == logical.Not && len(f.Args) == 1 {
			f = &f.Args[0]
		}
		if f.Op != logical.Exists {
			continue
		}
		for j := range f.Args {
			if f.Args[j].Op == logical.InPeriod {
				f.Args[j].Period = &p
				return true
			}
		}
	}
	return false
}

func (c *composer) editDate(said *item) (*catalog.Column, string) {
	if said != nil {
		said.used = asDate
		return said.mention.Column, said.mention.Via
	}
	for _, d := range c.query.Dimensions {
		if d.Grain != "" {
			return c.cat.Column(d.Expr.Ref.Table, d.Expr.Ref.Column), d.Expr.Ref.Via
		}
	}
	return c.dateOf(c.base), ""
}
