package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// editFilters adds values and states. One on a column that is filtered already
// replaces what was there.
func (c *composer) editFilters() {
	used := map[string]int{}
	for _, x := range c.mentions {
		if x.used != unused || !x.isKind(link.Value, link.Condition) {
			continue
		}
		p := x.turned(c.predicate(x))
		x.used = asFilter
		name := columnOf(p)
		if name == "" {
			c.query.Filters = append(c.query.Filters, p)
			continue
		}
		if i, again := used[name]; again && p.Op == logical.Equal && c.query.Filters[i].Expr != nil {
			c.query.Filters[i].Op = logical.In
			c.query.Filters[i].Values = append(c.query.Filters[i].Values, p.Values...)
			continue
		}
		if p.Op != logical.Not {
			c.query.Filters = slices.DeleteFunc(c.query.Filters, func(o logical.Predicate) bool { return columnOf(o) == name })
		}
		used[name] = len(c.query.Filters)
		c.query.Filters = append(c.query.Filters, p)
	}
}

// columnOf names the column that a condition of values is on; empty for other
// conditions.
func columnOf(p logical.Predicate) string {
	if p.Op == logical.Not && len(p.Args) == 1 {
		p = p.Args[0]
	}
	if p.Expr == nil || p.Expr.Op != logical.Column || p.Op != logical.Equal && p.Op != logical.In {
		return ""
	}
	return p.Expr.Ref.Table + "." + p.Expr.Ref.Column + "@" + p.Expr.Ref.Via
}

// editBounds reads "only those above 40".
func (c *composer) editBounds() {
	for _, d := range c.comparisons {
		if d.done {
			continue
		}
		if d.target == nil {
			d.done = c.boundUnnamed(d)
			continue
		}
		c.boundNamed(d, d.target)
		d.done = true
	}
}

// boundUnnamed bounds the figure shown, else the rows' main amount, where the
// question names none. It reports whether there is one.
func (c *composer) boundUnnamed(d *comparison) bool {
	switch {
	case !c.isList() && len(c.query.Dimensions) > 0 && len(c.query.Measures) > 0:
		c.query.Having = append(c.query.Having, logical.Having{Measure: c.query.Measures[0], Bound: d.bound})
	case c.base.Amount != nil:
		c.query.Filters = append(c.query.Filters, compare(column(c.base.Amount, ""), d.bound))
	default:
		return false
	}
	return true
}

// boundNamed bounds what the question names: a figure of groups, a number of
// related rows, or a value per row.
func (c *composer) boundNamed(d *comparison, x *item) {
	grouped := !c.isList()
	x.used = asMeasure
	switch {
	case x.isKind(link.Metric), x.isKind(link.Entity) && grouped:
		c.query.Having = append(c.query.Having, logical.Having{Measure: c.measureOf(x, "").Measure, Bound: d.bound})
	case x.isKind(link.Entity, link.Role):
		b := d.bound
		c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.Exists, Table: rowsOf(x).Name, Count: &b})
		x.used = asFilter
	case grouped && c.boundsFigure(x):
		c.query.Having = append(c.query.Having, logical.Having{Measure: c.query.Measures[0], Bound: d.bound})
	default:
		c.query.Filters = append(c.query.Filters, compare(c.rowExpr(x.mention), d.bound))
		x.used = asFilter
	}
}

// boundsFigure reports whether a comparison speaks of the figure shown per
// group.
func (c *composer) boundsFigure(x *item) bool {
	if len(c.query.Dimensions) == 0 || len(c.query.Measures) == 0 {
		return false
	}
	m := c.query.Measures[0]
	return m.Expr != nil && x.mention.Column != nil && m.Expr.Ref.Column == x.mention.Column.Name
}
