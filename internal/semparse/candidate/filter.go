package candidate

import (
	"reflect"
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// related is an existence of related rows, with what its rows must be.
type related struct {
	item    *item
	p       *logical.Predicate
	table   *catalog.Table
	implied bool // no word names the rows: a condition on them does
	apart   bool // another row than others of the same table
}

func (r *related) negated() bool {
	return r.item.negated != nil && (!r.implied || r.item.negated.used == asNegation)
}

// filters turns what is left into conditions on the rows of the base.
func (c *composer) filters() error {
	exists := c.impliedRows(c.bothValues(c.existence()))
	c.rowBounds(exists)
	c.stateFilters(exists)
	c.missingValues(exists)
	c.periodsOf(exists)
	samePeriods(exists)
	if !c.twoPeriods() {
		if err := c.periodFilters(); err != nil {
			return err
		}
	}
	c.happenedOrNot(exists)
	c.currentRows()
	for _, r := range exists {
		p := *r.p
		if r.negated() {
			p = negate(p)
		}
		c.query.Filters = append(c.query.Filters, p)
	}
	return nil
}

// existence reads entities that are neither measured nor grouped by: related
// rows that must, or must not, be there.
func (c *composer) existence() []*related {
	var out []*related
	for _, x := range c.mentions {
		if x.used != unused || !x.isKind(link.Entity, link.Role) {
			continue
		}
		t := rowsOf(x)
		switch {
		case x.isKind(link.Entity) && t == c.base && x.negated == nil:
			x.used = asContext
		case x.isKind(link.Role) && c.reaches(c.base, x.mention.Table), c.reaches(c.base, t):
			c.reachedEntity(x, t)
		case c.groupsBy(t):
			x.used = asDimension
		case c.linked(c.base, t):
			p := &logical.Predicate{Op: logical.Exists, Table: t.Name}
			if x.negated != nil {
				x.negated.used = asNegation
			}
			x.used = asFilter
			out = append(out, &related{item: x, p: p, table: t})
		}
	}
	return out
}

// reachedEntity is a thing that each row of the base has at most one of:
// "without a manager" means none, else it only says where others belong.
func (c *composer) reachedEntity(x *item, t *catalog.Table) {
	if x.negated == nil {
		x.used = asContext
		return
	}
	var key *catalog.Key
	if x.isKind(link.Role) {
		key = x.mention.Key
	} else if path, ok := c.cat.Up(c.base, t, ""); ok && len(path) > 0 {
		key = path[0].Key
	}
	if key == nil {
		x.used = asContext
		return
	}
	e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: key.From.Name, Column: key.Columns[0].Name}}
	c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.IsNull, Expr: &e})
	x.negated.used, x.used = asNegation, asFilter
}

// hosts finds the related rows that a condition on table t belongs to; nil
// where it belongs to the base.
func (c *composer) hosts(exists []*related, x *item, t *catalog.Table) *related {
	for _, r := range exists {
		rows := r.table
		if (t == rows || c.reaches(rows, t)) && !c.reaches(c.base, t) && (!r.implied || x == r.item || x.negated == r.item.negated) {
			return r
		}
		if t == rows && x.start >= r.item.start-6 && x.start < r.item.start {
			return r
		}
	}
	return nil
}

// stateFilters adds values, states and terms.
func (c *composer) stateFilters(exists []*related) {
	for _, x := range c.mentions {
		if x.used != unused || !x.isKind(link.Value, link.Condition) {
			continue
		}
		c.throughRole(x)
		p := c.predicate(x)
		host := c.hosts(exists, x, x.mention.Table)
		if n := x.negated; n != nil {
			insideNegated := host != nil && host.negated()
			if !insideNegated {
				p = c.negatedState(x, p)
			}
			n.used = asNegation
		}
		x.used = asFilter
		if host != nil {
			host.p.Args = append(host.p.Args, p)
			continue
		}
		c.query.Filters = append(c.query.Filters, p)
	}
	c.query.Filters = mergeValues(c.query.Filters)
	for _, r := range exists {
		r.p.Args = mergeValues(r.p.Args)
	}
}

// negatedState turns a state round; "not yet shipped" of a state whose verb
// also dates means that the date is missing.
func (c *composer) negatedState(x *item, p logical.Predicate) logical.Predicate {
	if x.isKind(link.Value) && !x.negated.is(link.Excluding) {
		for _, o := range x.mention.Other {
			s := o.Sense
			if s.Kind == link.Date && s.Table == x.mention.Table && s.Column != nil && s.Column.Nulls > 0 {
				e := column(s.Column, "")
				return logical.Predicate{Op: logical.IsNull, Expr: &e}
			}
		}
	}
	return negate(p)
}

// throughRole lets a role named right before a value say by which key it is
// reached: "inspector Meyer".
func (c *composer) throughRole(x *item) {
	i := slices.Index(c.items, x)
	for _, y := range slices.Backward(c.items[:max(i, 0)]) {
		if y.mention == nil {
			continue
		}
		if y.isKind(link.Role) && y.mention.Key.To == x.mention.Table && x.start-y.end <= 3 && (y.used == unused || y.used == asContext) {
			x.mention.Via = y.mention.Key.Name()
			y.used = asContext
		}
		return
	}
}

// mergeValues makes one condition of values of one column, joined by or: no row
// has two.
func mergeValues(all []logical.Predicate) []logical.Predicate {
	var out []logical.Predicate
	for _, p := range all {
		if slices.ContainsFunc(out, func(o logical.Predicate) bool { return reflect.DeepEqual(o, p) }) {
			continue // said twice
		}
		i := slices.IndexFunc(out, func(o logical.Predicate) bool {
			return (o.Op == logical.Equal || o.Op == logical.In) && p.Op == logical.Equal && o.Expr != nil && p.Expr != nil &&
				o.Expr.Op == logical.Column && o.Expr.Ref == p.Expr.Ref && p.Other == nil
		})
		if i < 0 {
			out = append(out, p)
			continue
		}
		if !slices.Contains(out[i].Values, p.Values[0]) {
			out[i].Op = logical.In
			out[i].Values = append(slices.Clone(out[i].Values), p.Values...)
		}
	}
	return out
}

// happenedOrNot reads dates said without a period: "orders not shipped",
// "returned items".
func (c *composer) happenedOrNot(exists []*related) {
	for _, x := range c.mentions {
		if x.used != unused {
			continue
		}
		m := x.mention
		switch {
		case x.isKind(link.Date):
			c.happening(x, exists)
		case x.isKind(link.Attribute) && m.Column.Kind == catalog.Flag:
			e := column(m.Column, m.Via)
			p := flagPredicate(e, m.Column, x.negated == nil)
			if x.negated != nil {
				x.negated.used = asNegation
			}
			c.query.Filters = append(c.query.Filters, p)
			x.used = asFilter
		}
	}
}

// happening reads a date said without a period: that it came, or did not.
func (c *composer) happening(x *item, exists []*related) {
	m := x.mention
	switch {
	case m.Column == nil || c.dateUsed(m.Column):
		x.used = asDate
	case x.negated != nil && x.negated.used == asNegation && slices.ContainsFunc(exists, (*related).negated):
		x.used = asContext // what is negated are the related rows
	case x.negated != nil:
		c.query.Filters = append(c.query.Filters, c.neverHappened(m))
		x.negated.used, x.used = asNegation, asFilter
	case c.happenedToSome(m):
		e := column(m.Column, m.Via)
		c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.NotNull, Expr: &e})
		x.used = asFilter
	case m.Verb && c.anyNumberOf(m.Table):
		if !c.takesPart(c.base, m) {
			return // left out: a verb for other things says nothing of these rows
		}
		c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.Exists, Table: m.Table.Name})
		x.used = asFilter
	default:
		x.used = asContext
	}
}

// neverHappened is the condition that a date did not come: it is missing, or
// no row is there that would have it.
func (c *composer) neverHappened(m *link.Mention) logical.Predicate {
	if c.anyNumberOf(m.Table) {
		return negate(logical.Predicate{Op: logical.Exists, Table: m.Table.Name})
	}
	e := column(m.Column, m.Via)
	return logical.Predicate{Op: logical.IsNull, Expr: &e}
}

// happenedToSome reports a date, clearly said, that only some rows have.
func (c *composer) happenedToSome(m *link.Mention) bool {
	return m.Column.Nulls > 0 && m.Score >= 0.55 && m.Column != m.Table.Date && c.reaches(c.base, m.Table)
}

// anyNumberOf reports a related table of which a row of the base may have any
// number of rows.
func (c *composer) anyNumberOf(t *catalog.Table) bool {
	return !c.reaches(c.base, t) && c.linked(c.base, t)
}

// dateUsed reports whether a period or grain is on the column.
func (c *composer) dateUsed(col *catalog.Column) bool {
	uses := func(p logical.Predicate) bool {
		return p.Op == logical.InPeriod && p.Expr.Ref.Column == col.Name && p.Expr.Ref.Table == col.Table.Name
	}
	return slices.ContainsFunc(c.query.Filters, uses) || slices.ContainsFunc(c.dims, func(d *dimension) bool { return d.Grain != "" && d.column == col })
}

// rowBounds reads comparisons of rows with numbers.
func (c *composer) rowBounds(exists []*related) {
	for _, d := range c.comparisons {
		if d.done || c.durationBound(d) {
			continue
		}
		p, ok := c.rowBound(d)
		if !ok {
			continue
		}
		d.done = true
		if d.target != nil {
			if host := c.hosts(exists, d.target, d.target.mention.Table); host != nil {
				host.p.Args = append(host.p.Args, p)
				continue
			}
		}
		c.query.Filters = append(c.query.Filters, p)
	}
}

func (c *composer) rowBound(d *comparison) (logical.Predicate, bool) {
	x := d.target
	if c.timesOver(d) {
		return logical.Predicate{}, false
	}
	if x == nil {
		figure := c.base.Amount
		if figure == nil {
			figure = c.base.Price
		}
		if figure == nil || c.units(d) {
			return logical.Predicate{}, false
		}
		c.guess("compared " + figure.Name)
		return compare(column(figure, ""), d.bound), true
	}
	switch x.mention.Kind {
	case link.Metric:
		return logical.Predicate{}, false
	case link.Entity, link.Role:
		x.used = asFilter
		t := rowsOf(x)
		if c.reaches(c.base, t) {
			return logical.Predicate{}, false
		}
		b := d.bound
		return logical.Predicate{Op: logical.Exists, Table: t.Name, Count: &b}, true
	}
	x.used = asFilter
	e := c.rowExpr(x.mention)
	return compare(e, d.inUnit(e, x.mention.Column)), true
}

// units reports a unit of time after the number, which is no amount.
func (c *composer) units(d *comparison) bool {
	return d.unit != ""
}

// andOthers end a list of which only some values are named.
var andOthers = []string{"etc", "and so on", "and so forth", "and the rest", "and the others", "and others", "and the like", "and such", "and all that", "and more"}

// listedValues groups by the column of values that are listed side by side:
// "card and cash payments".
func (c *composer) listedValues() {
	byColumn := map[*catalog.Column][]*item{}
	var order []*catalog.Column
	for _, x := range c.mentions {
		if !x.isKind(link.Value) || x.used != unused || x.negated != nil || x.mention.Negated {
			continue
		}
		col := x.mention.Column
		if byColumn[col] == nil {
			order = append(order, col)
		}
		byColumn[col] = append(byColumn[col], x)
	}
	for _, col := range order {
		if xs := byColumn[col]; !c.saysBoth(xs) && slices.ContainsFunc(xs, func(x *item) bool { return !slices.Equal(x.mention.Values, xs[0].mention.Values) }) {
			c.listValues(col, xs)
		}
	}
}

// listValues filters by values of a column that are listed, and groups by it
// unless they are joined to one.
func (c *composer) listValues(col *catalog.Column, xs []*item) {
	mark(xs, asFilter)
	stored := storedOf(xs)
	every := col.Complete && len(stored) >= len(col.Values)
	if !every && !slices.ContainsFunc(andOthers, c.saysPhrase) {
		e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: col.Table.Name, Column: col.Name, Via: xs[0].mention.Via}}
		c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.In, Expr: &e, Values: values(col, stored)})
	}
	first, last := xs[0], xs[len(xs)-1]
	if anyOf(c.words(first.end, last.start), "or") && !every && !c.has(link.CompareCue) && !c.weighs(first, last) {
		return // "paid by card or cash" is one group
	}
	c.groupByValues(col, first)
	mark(c.cues(link.CompareCue), asOperator)
	if share := free(c.cues(link.ShareOf)); len(share) > 0 && c.measures[0].Op == logical.Aggregate {
		inner := c.measures[0].Measure
		c.measures[0].Measure = logical.Measure{Op: logical.Share, Args: []logical.Measure{inner}, Percent: true}
		mark(share, asOperator)
	}
}

// storedOf are the stored texts that mentions of values mean, each once.
func storedOf(xs []*item) []string {
	var stored []string
	for _, x := range xs {
		for _, v := range x.mention.Values {
			if !slices.Contains(stored, v) {
				stored = append(stored, v)
			}
		}
	}
	return stored
}

// groupByValues groups by the column of a value, unless its table's rows or
// the column are grouped by already.
func (c *composer) groupByValues(col *catalog.Column, x *item) {
	attribute := &link.Mention{Start: x.start, End: x.end}
	attribute.Kind, attribute.Table, attribute.Column, attribute.Via = link.Attribute, col.Table, col, x.mention.Via
	d := c.dimensionOf(&item{start: x.start, end: x.end, mention: attribute})
	if !slices.ContainsFunc(c.dims, func(o *dimension) bool { return o.table == d.table && (o.column == d.column || o.column == nil) }) {
		c.dims = append(c.dims, d)
	}
}
