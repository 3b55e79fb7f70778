package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// dimension is a dimension on its way into the query.
type dimension struct {
	logical.Dimension
	table  *catalog.Table
	column *catalog.Column // nil for a table's rows, or a computed one
	from   *item
	parent bool // top N holds within each of it
}

// dimensionOf makes a dimension of a mention.
func (c *composer) dimensionOf(x *item) *dimension {
	m := x.mention
	d := &dimension{table: m.Table, from: x}
	switch m.Kind {
	case link.Entity:
		if t := c.kindOf(m.Table); t != nil {
			d.table = t
			d.Expr = logical.Expr{Op: logical.Entity, Ref: logical.Ref{Table: t.Name, Via: m.Via}}
			break
		}
		d.Expr = logical.Expr{Op: logical.Entity, Ref: logical.Ref{Table: m.Table.Name, Via: m.Via}}
	case link.Role:
		d.table = m.Key.To
		d.Expr = logical.Expr{Op: logical.Entity, Ref: logical.Ref{Table: m.Key.To.Name, Via: m.Key.Name()}}
	case link.Computed, link.Condition:
		d.Expr = c.rowExpr(m)
		if m.Column != nil && m.Kind == link.Condition {
			d.column = m.Column
			d.Expr = column(m.Column, m.Via)
		}
	default:
		d.column = m.Column
		d.Expr = column(m.Column, m.Via)
		if t := m.Table; len(t.Label) == 1 && t.Label[0] == m.Column && len(t.PrimaryKey) == 1 && !m.Column.Primary && t.RowCount >= 0 && m.Column.Distinct == t.RowCount {
			d.column = nil
			d.Expr = logical.Expr{Op: logical.Entity, Ref: logical.Ref{Table: t.Name, Via: m.Via}}
		}
	}
	return d
}

// dateDimension divides a date by a unit of time.
func dateDimension(col *catalog.Column, via, grain string) *dimension {
	return &dimension{Dimension: logical.Dimension{Expr: column(col, via), Grain: grain}, table: col.Table, column: col}
}

// kindOf is the table of kinds that a table without a name of its own refers
// to: rows of "diagnosis" are told apart by their diagnosis_code. nil for none.
func (c *composer) kindOf(t *catalog.Table) *catalog.Table {
	if slices.ContainsFunc(t.Label, func(l *catalog.Column) bool { return !l.Primary && l.Key == nil }) {
		return nil
	}
	for _, k := range t.Out {
		if k.To == t || len(k.To.Words) <= len(t.Words) || slices.ContainsFunc(k.To.Label, func(l *catalog.Column) bool { return l.Primary }) {
			continue
		}
		if !slices.ContainsFunc(t.Words, func(w string) bool { return !slices.Contains(k.To.Words, w) }) {
			return k.To
		}
	}
	return nil
}

func (c *composer) groupsBy(t *catalog.Table) bool {
	return slices.ContainsFunc(c.dims, func(d *dimension) bool { return d.table == t && d.column == nil })
}

// groupBy takes the chains after "by", "per", "each": "by region and channel".
func (c *composer) groupBy() {
	c.qualify()
	for _, x := range c.items {
		grainCue := x.grain() && !x.time.Weak && anyOf(c.words(x.start, x.start+1), "by", "per", "each", "every", "for", "in")
		if !x.is(link.By) && !grainCue || x.used != unused {
			continue
		}
		c.chain(x, grainCue)
	}
}

// qualify lets an entity right before a column or entity behind it say by
// which way that one is reached: "by customer region".
func (c *composer) qualify() {
	for i := 0; i+1 < len(c.items); i++ {
		a, b := c.items[i], c.items[i+1]
		if !a.isKind(link.Entity, link.Role) || !b.isKind(link.Entity, link.Attribute) || b.start > a.end || !groups(b.mention) {
			continue
		}
		p := c.previous(a)
		if p == nil || !p.is(link.By) && p.used != asDimension {
			continue
		}
		at := rowsOf(a)
		if at != b.mention.Table && !c.reaches(at, b.mention.Table) {
			continue
		}
		if a.isKind(link.Role) {
			b.mention.Via = a.mention.Key.Name()
		}
		a.used = asPath
	}
}

// chain takes the dimensions that follow x.
func (c *composer) chain(x *item, grain bool) {
	first := !grain
	for i := slices.Index(c.items, x) + 1; i < len(c.items); i++ {
		y, before := c.items[i], c.items[i-1]
		switch {
		case y.used == asPath, first && c.word(x.end-1) != "by" && c.stateBefore(y):
		case !linksChain(c.words(before.end, y.start), first):
			return
		case y.grain():
			x.used, first = asDimension, false
		case y.is(link.Distinct):
		case y.mention == nil || !y.free() || !c.chainable(x, y, first, grain, before):
			return
		case y.isKind(link.Date):
			c.dateInChain(y)
		default:
			y.used = asDimension
			if !grain {
				x.used = asDimension
			}
			c.dims = append(c.dims, c.dimensionOf(y))
			first = false
		}
	}
}

// stateBefore reports a state right before the rows that it is of: "per active
// customer" groups by customers, the active ones.
func (c *composer) stateBefore(y *item) bool {
	z := c.next(y)
	return y.isKind(link.Condition, link.Value) && y.free() && z != nil && z.isKind(link.Entity) && z.start == y.end && z.mention.Table == y.mention.Table
}

// dateInChain lets a date right before a dimension only say where that one
// belongs.
func (c *composer) dateInChain(y *item) {
	if z := c.next(y); z != nil && z.mention != nil && z.start-y.end <= 1 && groups(z.mention) {
		y.used = asContext
	}
}

// linksChain reports whether the words between join a dimension to a chain.
func linksChain(gap []string, first bool) bool {
	if first {
		return !tooFar(gap)
	}
	return anyOf(gap, "and", ",", "&", "then", "by", "/", "plus") && !anyOf(gap, "for", "of", "from", "in")
}

// tooFar reports whether words stand between that break a chain.
func tooFar(gap []string) bool {
	n := 0
	for _, w := range gap {
		if !slices.Contains([]string{"of", "the", "our", "their", "its", "different", "individual", "respective", "single", "various", "a", "each"}, w) {
			n++
		}
	}
	return n > 1
}

// chainable reports whether y goes on a chain that x began.
func (c *composer) chainable(x, y *item, first, grain bool, before *item) bool {
	m := y.mention
	by := grain || c.word(x.end-1) == "by"
	switch {
	case by && !first && m.Kind == link.Value:
		return false
	case c.ranks && c.ranksBy(x, y, by):
		return false
	case m.Kind == link.Date:
		return true
	case !groups(m):
		return false
	}
	return first || !numeric(m) && !before.is(link.CountOf, link.Average, link.Total, link.Highest, link.Lowest)
}

// ranksBy reports a mention behind x that groups are ranked by rather than
// made of: "top 5 products by revenue".
func (c *composer) ranksBy(x, y *item, by bool) bool {
	switch m := y.mention; {
	case m.Kind == link.Metric || m.Kind == link.Computed:
		return true
	case !by:
		return false
	case m.Kind == link.Entity:
		return c.subject != nil && c.subject != y && !c.rankedElsewhere(x)
	default:
		return numeric(m)
	}
}

// rankedElsewhere reports whether what ranks the groups stands apart from a
// chain: "top 3 products by revenue in each country".
func (c *composer) rankedElsewhere(x *item) bool {
	return c.word(x.start) == "in" || c.word(x.start) == "for" || c.word(x.start) == "per" || c.word(x.start) == "each"
}

// askedDimension groups by the thing that the question asks for beside the
// figures: "which categories have the most orders", "stores and their sales".
func (c *composer) askedDimension() {
	x := c.subject
	if x == nil || !x.affirmed() || len(c.dims) > 0 || c.has(link.ShareOf) || c.changing() {
		return
	}
	if c.askedFirst(x) && c.dividesBase(x) {
		x.used = asDimension
		c.dims = append(c.dims, c.dimensionOf(x))
	}
}

// askedFirst reports a thing right behind the word that asks, before any
// figure. "What is" and the like ask for a figure.
func (c *composer) askedFirst(x *item) bool {
	at := c.question()
	if at < 0 || x.start >= c.measures[0].place || x.start-at > 5 {
		return false
	}
	if c.word(at) == "what" {
		return !slices.Contains([]string{"is", "was", "are", "were"}, c.word(at+1))
	}
	return slices.Contains([]string{"which", "list", "show", "who", "give", "display"}, c.word(at))
}

// dividesBase reports whether a thing that is asked for divides the rows
// measured. A column does where things with a count are asked for.
func (c *composer) dividesBase(x *item) bool {
	switch {
	case x.isKind(link.Condition), x.isKind(link.Entity) && x.mention.Table == c.base:
		return false
	case x.isKind(link.Attribute) && !(c.has(link.CountOf, link.Counted) && c.says("with")):
		return false
	}
	return c.reaches(c.base, rowsOf(x))
}

// column is a column as an expression, in its plain unit.
func column(col *catalog.Column, via string) logical.Expr {
	e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: col.Table.Name, Column: col.Name, Via: via}}
	if col.Unit == "cents" {
		e.Scale = 100
	}
	return e
}
