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
	for _, own := range c.otherDates() {
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

// otherDates are the dates of measured rows that are others than the base's.
func (c *composer) otherDates() []*catalog.Column {
	var out []*catalog.Column
	for _, m := range c.measures {
		for _, base := range append([]string{m.base()}, argBases(m.Args)...) {
			t := c.cat.Table(base)
			if t == nil || t == c.base {
				continue
			}
			if m.date != nil && m.date.Table == t {
				out = append(out, m.date)
			} else if t.Date != nil {
				out = append(out, t.Date)
			}
		}
	}
	return out
}

// argBases are the tables of a difference's or ratio's parts.
func argBases(args []logical.Measure) []string {
	var out []string
	for i := range args {
		if args[i].Base != "" {
			out = append(out, args[i].Base)
		}
	}
	return out
}

func byTable(by map[string]logical.Expr, date *catalog.Column) map[string]logical.Expr {
	if by == nil {
		by = map[string]logical.Expr{}
	}
	by[date.Table.Name] = column(date, "")
	return by
}
