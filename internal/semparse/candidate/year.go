package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/when"
)

// unitColumn is a column of the base that holds units of time as they are
// counted ("fiscal_year", "quarter"); nil for none. A unit without "fiscal"
// also finds the fiscal one, where the rows have no date.
func (c *composer) unitColumn(u when.Unit) *catalog.Column {
	words := u.String()
	for _, col := range c.base.Columns {
		name := col.Words
		switch {
		case col.Kind == catalog.Date || len(name) == 0 || col.Key != nil:
		case slices.Equal(name, wordsOf(words)), c.dateOf(c.base) == nil && name[len(name)-1] == words:
			return col
		}
	}
	return nil
}

func wordsOf(unit string) []string {
	switch unit {
	case "fiscal year":
		return []string{"fiscal", "year"}
	case "fiscal quarter":
		return []string{"fiscal", "quarter"}
	}
	return []string{unit}
}

// unitGrain groups by a column that holds units of time.
func (c *composer) unitGrain(g *item) bool {
	u := g.time.Unit
	if u != when.FiscalYear && u != when.FiscalQuarter && c.dateOf(c.base) != nil {
		return false
	}
	col := c.unitColumn(u)
	if col == nil {
		return false
	}
	g.used = asDimension
	c.dims = append(c.dims, &dimension{Dimension: logical.Dimension{Expr: column(col, "")}, table: col.Table, column: col, from: g})
	return true
}

// grainOf is a unit as a query calls it. The fiscal year is the calendar's
// until an administrator says when it begins.
func (c *composer) grainOf(u when.Unit) string {
	switch u {
	case when.FiscalYear:
		c.guess("fiscal years are taken as calendar years")
		return when.Year.String()
	case when.FiscalQuarter:
		c.guess("fiscal quarters are taken as calendar quarters")
		return when.Quarter.String()
	}
	return u.String()
}

// yearFilter keeps the years of a period where rows are dated by a column of
// years alone; false where they are not.
func (c *composer) yearFilter(x *item) bool {
	r := x.time.Range
	if !x.time.Complete || r.From.IsZero() || r.To.IsZero() || x.time.Unit != when.Year && x.time.Unit != when.FiscalYear {
		return false
	}
	col := c.unitColumn(x.time.Unit)
	if col == nil {
		return false
	}
	from, to := float64(r.From.Year()), float64(r.To.Year())
	b := logical.Bound{Op: logical.Equal, Value: to}
	if from != to && x.time.Unit == when.Year {
		b = logical.Bound{Op: logical.Between, Value: from, High: to}
	}
	x.used = asPeriod
	c.query.Filters = append(c.query.Filters, compare(column(col, ""), b))
	return true
}
