package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// rowsForFigure is what a reading loses that lists rows where a figure is asked
// for.
const rowsForFigure = 0.5

// list finishes a query that lists rows.
func (c *composer) list() error {
	x, err := c.listedThing()
	if err != nil {
		return err
	}
	c.listEntity(x)
	c.measures = nil
	c.askedColumns()
	c.namedWays()
	if err := c.filters(); err != nil {
		return err
	}
	if c.twoPeriods() {
		if err := c.periodFilters(); err != nil {
			return err
		}
	}
	c.namedBeside()
	c.filteredColumns()
	c.sortedList()
	for i, d := range c.dims {
		c.query.Dimensions = append(c.query.Dimensions, d.Dimension)
		if d.parent && c.query.Limit > 0 {
			c.query.Within = append(c.query.Within, i)
		}
	}
	mark(c.cues(link.Distinct, link.All, link.Only, link.KeepZero), asOperator)
	if len(free(c.cues(link.HowMuch, link.CountOf))) > 0 {
		c.penalty += rowsForFigure
	}
	return nil
}

// listedThing is the mention whose rows are listed; nil where a state or value
// alone stands for them.
func (c *composer) listedThing() (*item, error) {
	if c.listed != nil {
		return c.listed, nil
	}
	if who := c.person(c.h.Base); who != nil {
		return who, nil
	}
	if s := c.subject; s != nil && s.used == unused && s.negated == nil {
		return s, nil
	}
	x := c.first(func(x *item) bool {
		return x.isKind(link.Entity, link.Role) && x.used == unused && x.negated == nil
	})
	if x != nil {
		return x, nil
	}
	if c.first(func(x *item) bool { return x.used == unused && x.isKind(link.Condition, link.Value, link.Date) }) == nil {
		return nil, errUnread
	}
	return nil, nil
}

func (c *composer) listEntity(x *item) {
	if x == nil {
		x = c.first(func(x *item) bool { return x.used == unused && x.isKind(link.Condition, link.Value, link.Date) })
		t := x.mention.Table
		if x.isKind(link.Value) && t.Role != catalog.Event && !slices.Contains(t.Label, x.mention.Column) && !c.namedRows(t) {
			t = c.factOf(t)
		}
		c.setEntity(t)
		return
	}
	m := x.mention
	switch {
	case x.isKind(link.Condition, link.Value):
		c.setEntity(m.Table)
	case x.ofRows:
		x.used = asSubject
		c.setEntity(m.Table)
		c.query.Columns = append(c.query.Columns, logical.Shown{Expr: logical.Expr{Op: logical.Entity, Ref: logical.Ref{Table: m.Key.To.Name, Via: m.Key.Name()}}})
		c.query.Distinct = true
	case x.isKind(link.Attribute):
		x.used = asSubject
		c.setEntity(m.Table)
		c.query.Columns = append(c.query.Columns, logical.Shown{Expr: c.rowExpr(m)})
		c.query.Distinct = !slices.Contains(m.Table.Label, m.Column) && !m.Column.Primary
	default:
		x.used = asSubject
		c.setEntity(rowsOf(x))
	}
}

// namedRows reports a table of things with names that two conditions or more
// are on, or that "who" asks for: they are listed themselves.
func (c *composer) namedRows(t *catalog.Table) bool {
	if t.Role == catalog.Lookup || slices.ContainsFunc(t.Label, func(l *catalog.Column) bool { return l.Primary && l.Kind == catalog.Code }) {
		return false
	}
	n := 0
	for _, x := range c.mentions {
		if x.isKind(link.Value, link.Condition) && x.mention.Table == t {
			n++
		}
	}
	return n > 1 || c.says("who", "whose", "names", "name")
}

func (c *composer) setEntity(t *catalog.Table) {
	c.base = t
	c.query.Entity = t.Name
}

func (c *composer) show(e logical.Expr, why logical.Why) {
	shown := logical.Shown{Expr: e, Why: why}
	if !slices.ContainsFunc(c.query.Columns, func(o logical.Shown) bool {
		return o.Expr.Op == e.Op && o.Expr.Ref == e.Ref && o.Expr.SQL == e.SQL && len(o.Expr.Args) == len(e.Args)
	}) {
		c.query.Columns = append(c.query.Columns, shown)
	}
}

// askedColumns shows the columns that the question names.
func (c *composer) askedColumns() {
	for _, x := range c.mentions {
		m := x.mention
		if x.used != unused && x.used != asMeasure || x.bound != nil || x.negated != nil || !c.reaches(c.base, m.Table) {
			continue
		}
		if x.isKind(link.Attribute) && m.Column.Kind != catalog.Flag || x.isKind(link.Computed) {
			c.show(c.rowExpr(m), logical.Asked)
			x.used = asColumn
		}
	}
}

// namedBeside shows the labels of things named beside the rows: "orders with
// the customer's name".
func (c *composer) namedBeside() {
	for _, x := range c.mentions {
		if x.used != asContext {
			continue
		}
		if x.isKind(link.Entity) && x.mention.Table != c.base && c.reaches(c.base, x.mention.Table) && c.says("with", ",") {
			c.show(logical.Expr{Op: logical.Entity, Ref: logical.Ref{Table: x.mention.Table.Name}}, logical.Asked)
		}
		if x.isKind(link.Role) && x.mention.Table == c.base {
			c.show(logical.Expr{Op: logical.Entity, Ref: logical.Ref{Table: x.mention.Key.To.Name, Via: x.mention.Key.Name()}}, logical.Asked)
		}
	}
}

// filteredColumns shows what was filtered and ordered by, the event date and
// the main amount.
func (c *composer) filteredColumns() {
	if c.query.Distinct {
		return // different values, not the rows that hold them
	}
	for _, p := range c.query.Filters {
		if c.showsFiltered(p) {
			c.show(*p.Expr, logical.Filtered)
		}
	}
	for _, o := range c.query.Order {
		if o.Expr != nil {
			c.show(*o.Expr, logical.Filtered)
		}
	}
	c.identity()
	if title := c.base.Headline(); title != nil {
		c.show(column(title, ""), logical.Usual)
	}
	if c.base.Date != nil {
		c.show(column(c.base.Date, ""), logical.Usual)
	}
	if c.base.Amount != nil {
		c.show(column(c.base.Amount, ""), logical.Usual)
	}
}

// showsFiltered reports a condition whose values differ between the rows left.
func (c *composer) showsFiltered(p logical.Predicate) bool {
	switch {
	case p.Op == logical.Not && len(p.Args) == 1, p.Op == logical.IsNull, p.Op == logical.Equal && p.Other == nil:
		return false
	case p.Expr == nil, p.Expr.Op == logical.Raw:
		return false
	}
	return p.Expr.Op != logical.Column || c.reaches(c.base, c.cat.Table(p.Expr.Ref.Table))
}

// identity shows what tells rows apart that their names don't: the thing that
// each of them is ("the employee is a person"), a unique name beside first and
// last name, or the key.
func (c *composer) identity() {
	if len(c.base.PrimaryKey) != 1 {
		return
	}
	key := c.base.Column(c.base.PrimaryKey[0])
	if k := key.Key; k != nil && k.To != c.base && c.vocab.Persons(k.To) {
		c.show(logical.Expr{Op: logical.Entity, Ref: logical.Ref{Table: k.To.Name, Via: k.Name()}}, logical.Usual)
	}
	label := c.base.Label
	if len(label) == 1 && (label[0].Unique || label[0].Primary) {
		return
	}
	for _, col := range c.base.Columns {
		if col.Unique && !col.Primary && col.Kind == catalog.Text && col.Key == nil && col.Nulls == 0 && !slices.Contains(label, col) {
			c.show(column(col, ""), logical.Usual)
			return
		}
	}
	c.show(column(key, ""), logical.Usual)
}

// sortedList reads "sorted by …" of a list.
func (c *composer) sortedList() {
	cues := c.cues(link.SortCue)
	if len(c.query.Order) > 0 || len(cues) == 0 {
		return
	}
	desc := c.has(link.Descending)
	by := c.first(func(x *item) bool {
		return x.start >= cues[0].end && (x.isKind(link.Attribute, link.Date, link.Computed)) && (x.isKind(link.Computed) || x.mention.Column != nil)
	})
	if by == nil {
		return
	}
	e := c.rowExpr(by.mention)
	if by.used == unused || by.used == asContext {
		by.used = asOrder
	}
	mark(cues, asOrder)
	mark(c.cues(link.Descending, link.Ascending), asOrder)
	c.query.Order = []logical.Order{{Measure: -1, Dimension: -1, Expr: &e, Desc: desc}}
	c.show(e, logical.Filtered)
}
