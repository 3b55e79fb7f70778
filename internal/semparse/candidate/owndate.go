package candidate

import (
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// ownDates dates each kind of measured rows by its own date where the question
// names none: orders by the day of order, beside returns by that of return.
func (c *composer) ownDates() {
	if c.first(func(x *item) bool { return x.isKind(link.Date) && x.used == asDate }) != nil {
		return
	}
	said := false
	for _, m := range c.measures {
		own := c.ownDate(m)
		if own == nil {
			continue
		}
		for i, p := range c.query.Filters {
			if p.Op == logical.InPeriod && p.Expr.Ref.Table != own.Table.Name {
				c.query.Filters[i].By = byTable(p.By, own)
				said = true
			}
		}
		for _, d := range c.dims {
			if d.Grain != "" && d.Expr.Ref.Table != own.Table.Name {
				d.By = byTable(d.By, own)
				said = true
			}
		}
	}
	if said {
		c.query.Default = append(c.query.Default, logical.Default{Rule: "own dates", Text: "each by its own date", Risk: 0.1})
	}
}

// ownDate is the date of a measure's rows where they are others than the
// base's; nil for none.
func (c *composer) ownDate(m *measure) *catalog.Column {
	t := c.cat.Table(m.base())
	if t == nil || t == c.base {
		return nil
	}
	if m.date != nil && m.date.Table == t {
		return m.date
	}
	return t.Date
}

func byTable(by map[string]logical.Expr, date *catalog.Column) map[string]logical.Expr {
	if by == nil {
		by = map[string]logical.Expr{}
	}
	by[date.Table.Name] = column(date, "")
	return by
}
