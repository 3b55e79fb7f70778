package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// predicate is the condition that a value, state or term means, before what
// negates it in the question.
func (c *composer) predicate(x *item) logical.Predicate {
	m := x.mention
	var p logical.Predicate
	switch {
	case x.held != nil:
		p = *x.held
	case m.Kind == link.Value:
		e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: m.Table.Name, Column: m.Column.Name, Via: m.Via}}
		p = logical.Predicate{Op: logical.Equal, Expr: &e, Values: values(m.Column, m.Values)}
		if len(m.Values) > 1 {
			p.Op = logical.In
		}
	case m.Term != nil && m.Term.Kind == ontology.Filter:
		e := logical.Expr{Op: logical.Raw, Table: m.Table.Name, SQL: m.Term.SQL, Title: m.Term.Name, Ref: logical.Ref{Table: m.Table.Name, Via: m.Via}}
		p = logical.Predicate{Op: logical.Holds, Expr: &e, Title: m.Term.Name}
	default:
		p = c.statePredicate(m)
	}
	if m.Negated {
		p = negate(p)
	}
	return p
}

func (c *composer) statePredicate(m *link.Mention) logical.Predicate {
	e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: m.Table.Name, Column: m.Column.Name, Via: m.Via}}
	today := c.q.Now.Format("2006-01-02")
	switch m.State {
	case link.Unset:
		return logical.Predicate{Op: logical.IsNull, Expr: &e}
	case link.Set:
		return logical.Predicate{Op: logical.NotNull, Expr: &e}
	case link.Past:
		return notDone(m.Column, logical.Predicate{Op: logical.InPeriod, Expr: &e, Period: &logical.Period{To: c.q.Now.AddDate(0, 0, -1).Format("2006-01-02"), Text: "before today"}})
	case link.Future:
		return logical.Predicate{Op: logical.InPeriod, Expr: &e, Period: &logical.Period{From: today, Text: "from today"}}
	}
	return flagPredicate(e, m.Column, m.State == link.IsTrue)
}

// doneWords are of dates at which what was due is done, and of states in which
// it is.
var doneWords = text.WordSet("paid closed completed finished returned settled resolved done delivered received cleared shipped fulfilled cancelled canceled void")

// notDone adds to a date that has passed that its row is not done, where the
// table says when or whether it is: paid bills are not overdue.
func notDone(due *catalog.Column, passed logical.Predicate) logical.Predicate {
	if !slices.Contains(due.Words, "due") && !slices.Contains(due.Words, "deadline") {
		return passed
	}
	for _, d := range due.Table.Dates() {
		if d != due && d.Nulls > 0 && slices.ContainsFunc(d.Words, func(w string) bool { return doneWords[w] }) {
			e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: d.Table.Name, Column: d.Name}}
			return logical.Predicate{Op: logical.And, Args: []logical.Predicate{passed, {Op: logical.IsNull, Expr: &e}}}
		}
	}
	for _, s := range due.Table.Columns {
		if s.Kind != catalog.Text || !slices.Contains(s.Words, "status") && !slices.Contains(s.Words, "state") {
			continue
		}
		var done []string
		for _, stored := range s.Values {
			if doneWords[strings.ToLower(stored)] {
				done = append(done, stored)
			}
		}
		if len(done) > 0 {
			e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: s.Table.Name, Column: s.Name}}
			return logical.Predicate{Op: logical.And, Args: []logical.Predicate{passed, {Op: logical.Not, Args: []logical.Predicate{{Op: logical.In, Expr: &e, Values: values(s, done)}}}}}
		}
	}
	return passed
}

// flagPredicate is the condition that a yes-or-no column says yes, or no.
func flagPredicate(e logical.Expr, col *catalog.Column, yes bool) logical.Predicate {
	f := col.Flag
	if f == nil {
		return logical.Predicate{Op: logical.NotNull, Expr: &e}
	}
	side, other := f.True, f.False
	if !yes {
		side, other = other, side
	}
	if len(side) == 0 && len(other) > 0 {
		return logical.Predicate{Op: logical.Not, Args: []logical.Predicate{{Op: logical.Equal, Expr: &e, Values: values(col, other[:1])}}}
	}
	if len(side) == 0 {
		side = []string{map[bool]string{true: "1", false: "0"}[yes]}
	}
	p := logical.Predicate{Op: logical.Equal, Expr: &e, Values: values(col, side)}
	if len(side) > 1 {
		p.Op = logical.In
	}
	return p
}

// values are stored texts as constants of a column's type.
func values(col *catalog.Column, stored []string) []logical.Value {
	out := make([]logical.Value, len(stored))
	for i, s := range stored {
		out[i] = logical.Value{Text: s}
		if col.Type.Numeric() || col.Flag != nil && !col.Flag.Text {
			out[i].Is = "number"
			out[i].Number = number(s)
		}
	}
	return out
}

// related is an existence of related rows, with what its rows must be.
type related struct {
	item    *item
	p       *logical.Predicate
	table   *catalog.Table
	implied bool // no word names the rows: a condition on them does
}

func (r *related) negated() bool {
	return r.item.negated != nil && (!r.implied || r.item.negated.used == asNegation)
}

// filters turns what is left into conditions on the rows of the base.
func (c *composer) filters() error {
	exists := c.impliedRows(c.existence())
	if err := c.rowBounds(exists); err != nil {
		return err
	}
	c.stateFilters(exists)
	c.missingValues(exists)
	c.periodsOf(exists)
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
	c.mergeValues()
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

// mergeValues makes one condition of values of one column, joined by or.
func (c *composer) mergeValues() {
	var out []logical.Predicate
	for _, p := range c.query.Filters {
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
	c.query.Filters = out
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

func (c *composer) happening(x *item, exists []*related) {
	m := x.mention
	if m.Column == nil || c.dateUsed(m.Column) {
		x.used = asDate
		return
	}
	negatedAlready := x.negated != nil && x.negated.used == asNegation && slices.ContainsFunc(exists, (*related).negated)
	e := column(m.Column, m.Via)
	switch {
	case negatedAlready:
		x.used = asContext
	case x.negated != nil && m.Table != c.base && !c.reaches(c.base, m.Table) && c.linked(c.base, m.Table):
		p := logical.Predicate{Op: logical.Exists, Table: m.Table.Name}
		c.query.Filters = append(c.query.Filters, negate(p))
		x.negated.used, x.used = asNegation, asFilter
	case x.negated != nil:
		c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.IsNull, Expr: &e})
		x.negated.used, x.used = asNegation, asFilter
	case m.Column.Nulls > 0 && m.Score >= 0.55 && m.Column != m.Table.Date && c.reaches(c.base, m.Table):
		c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.NotNull, Expr: &e})
		x.used = asFilter
	case m.Verb && m.Table != c.base && !c.reaches(c.base, m.Table) && c.linked(c.base, m.Table):
		c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.Exists, Table: m.Table.Name})
		x.used = asFilter
	default:
		x.used = asContext
	}
}

// dateUsed reports whether a period or grain is on the column.
func (c *composer) dateUsed(col *catalog.Column) bool {
	uses := func(p logical.Predicate) bool {
		return p.Op == logical.InPeriod && p.Expr.Ref.Column == col.Name && p.Expr.Ref.Table == col.Table.Name
	}
	return slices.ContainsFunc(c.query.Filters, uses) || slices.ContainsFunc(c.dims, func(d *dimension) bool { return d.Grain != "" && d.column == col })
}

// rowBounds reads comparisons of rows with numbers.
func (c *composer) rowBounds(exists []*related) error {
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
	return nil
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
		if xs := byColumn[col]; slices.ContainsFunc(xs, func(x *item) bool { return !slices.Equal(x.mention.Values, xs[0].mention.Values) }) {
			c.listValues(col, xs)
		}
	}
}

func (c *composer) listValues(col *catalog.Column, xs []*item) {
	var stored []string
	for _, x := range xs {
		x.used = asFilter
		for _, v := range x.mention.Values {
			if !slices.Contains(stored, v) {
				stored = append(stored, v)
			}
		}
	}
	every := col.Complete && len(stored) >= len(col.Values)
	if !every && !slices.ContainsFunc(andOthers, c.saysPhrase) {
		e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: col.Table.Name, Column: col.Name, Via: xs[0].mention.Via}}
		c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.In, Expr: &e, Values: values(col, stored)})
	}
	if anyOf(c.words(xs[0].end, xs[len(xs)-1].start), "or") && !c.has(link.CompareCue) && !c.weighs(xs[0], xs[len(xs)-1]) {
		return // "paid by card or cash" is one group
	}
	x := xs[0]
	attribute := &link.Mention{Start: x.start, End: x.end}
	attribute.Kind, attribute.Table, attribute.Column, attribute.Via = link.Attribute, col.Table, col, x.mention.Via
	d := c.dimensionOf(&item{start: x.start, end: x.end, mention: attribute})
	if !slices.ContainsFunc(c.dims, func(o *dimension) bool { return o.table == d.table && (o.column == d.column || o.column == nil) }) {
		c.dims = append(c.dims, d)
	}
	mark(c.cues(link.CompareCue), asOperator)
	if share := free(c.cues(link.ShareOf)); len(share) > 0 && c.measures[0].Op == logical.Aggregate {
		inner := c.measures[0].Measure
		c.measures[0].Measure = logical.Measure{Op: logical.Share, Args: []logical.Measure{inner}, Percent: true}
		mark(share, asOperator)
	}
}
