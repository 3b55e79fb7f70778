package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// quotients reads "cost per click", "revenue per unit": one figure divided by
// another.
func (c *composer) quotients() {
	for _, per := range free(c.cues(link.By)) {
		over, under := c.dividend(per)
		if over == nil || under == nil || over == under {
			continue
		}
		per.used = asOperator
		if over.column != nil && over.column == under.column {
			// "revenue per sale" of sales, whose amount the revenue is
			if over.Agg == logical.Sum {
				over.Agg = logical.Avg
			}
		} else {
			over.sumUp()
			under.sumUp()
			over.Measure = logical.Measure{Op: logical.Ratio, Args: []logical.Measure{over.Measure, under.Measure}}
		}
		c.measures = slices.DeleteFunc(c.measures, func(m *measure) bool { return m == under })
	}
}

// dividend are the figures right before and behind a "per", nil where there
// are none.
func (c *composer) dividend(per *item) (over, under *measure) {
	if !slices.Contains([]string{"per", "a", "each"}, c.word(per.start)) || per.end-per.start != 1 {
		return nil, nil
	}
	a, b := c.previous(per), c.next(per)
	if a == nil || b == nil || a.used != asMeasure || b.used != asMeasure || b.start-per.end > 1 || !c.onlyFillers(a.end, per.start) {
		return nil, nil
	}
	return c.measureFrom(a), c.measureFrom(b)
}

// sumUp makes a mean of a column that adds up its sum.
func (m *measure) sumUp() {
	if m.Agg == logical.Avg && m.column != nil && m.column.Additive {
		m.Agg = logical.Sum
	}
}

// onlyFillers reports whether nothing but a few words that bind stand from
// token i to j.
func (c *composer) onlyFillers(i, j int) bool {
	const most = 4
	return j-i <= most && !slices.ContainsFunc(c.words(i, j), func(w string) bool {
		return !link.Filler(w) || slices.Contains([]string{"and", "with", "or", "in", "for"}, w)
	})
}

// measureFrom is the only measure made of a mention; nil for none or several.
func (c *composer) measureFrom(x *item) *measure {
	var out *measure
	for _, m := range c.measures {
		if m.from == x {
			if out != nil {
				return nil
			}
			out = m
		}
	}
	return out
}

// averageOfTotals reads "average number of orders per customer" and "average
// revenue per customer": the mean over things of what each of them has.
func (c *composer) averageOfTotals() {
	if len(c.measures) != 1 || c.ranks {
		return
	}
	m := c.measures[0]
	cue := c.averageBefore(m)
	if cue == nil || !m.counts() && m.Op != logical.Metric {
		return
	}
	i := slices.IndexFunc(c.dims, func(d *dimension) bool {
		return d.column == nil && d.Grain == "" && d.from != nil && d.from.isKind(link.Entity, link.Role) && slices.Contains([]string{"per", "a", "each", "every"}, c.word(d.from.start-1))
	})
	if i < 0 {
		return
	}
	m.Measure = logical.Measure{Op: logical.AvgOf, Agg: logical.Avg, Args: []logical.Measure{m.Measure}, Per: []logical.Dimension{c.dims[i].Dimension}}
	cue.used = asMeasure
	c.dims = slices.Delete(c.dims, i, i+1)
}

// averageBefore is the cue that asks for a mean of a figure that adds up.
func (c *composer) averageBefore(m *measure) *item {
	for _, x := range c.cues(link.Average) {
		if x.end <= m.place && m.place-x.end <= 3 && (x.used == unused || m.Op == logical.Metric) {
			return x
		}
	}
	return nil
}

var operators = map[string]logical.ExprOp{"minus": logical.Subtract, "less": logical.Subtract, "plus": logical.Add, "times": logical.Multiply, "multiplied": logical.Multiply,
	"*": logical.Multiply, "x": logical.Multiply, "divided": logical.Divide, "/": logical.Divide}

// arithmetic reads figures joined by an operator: "price times quantity".
func (c *composer) arithmetic() {
	for i := 0; i+1 < len(c.measures); i++ {
		a, b := c.measures[i], c.measures[i+1]
		if a.from == nil || b.from == nil || a.from == b.from || a.Expr == nil || b.Expr == nil || b.from.start-a.from.end > 3 {
			continue
		}
		op := logical.ExprOp("")
		for _, w := range c.words(a.from.end, b.from.start) {
			if o, ok := operators[w]; ok {
				op = o
			}
		}
		if op == "" {
			continue
		}
		for at := a.from.end; at < b.from.start; at++ {
			c.spare[at] = true
		}
		for _, x := range c.cues(link.Excluding, link.LessThan) {
			if x.start >= a.from.end && x.end <= b.from.start {
				x.used = asOperator
			}
		}
		c.combine(a, b, op)
		c.measures = slices.Delete(c.measures, i+1, i+2)
		return
	}
}

// combine makes one measure of two: computed row by row where they are of one
// table, else of their totals.
func (c *composer) combine(a, b *measure, op logical.ExprOp) {
	if a.Base == b.Base && op != logical.Divide {
		e := logical.Expr{Op: op, Args: []logical.Expr{*a.Expr, *b.Expr}}
		agg := logical.Sum
		if a.Agg == b.Agg && a.cue != nil {
			agg = a.Agg
		}
		a.Measure, a.column = logical.Measure{Agg: agg, Base: a.Base, Expr: &e}, nil
		return
	}
	kinds := map[logical.ExprOp]logical.MeasureOp{logical.Add: logical.Sum2, logical.Subtract: logical.Minus, logical.Divide: logical.Ratio}
	if kinds[op] == "" {
		return
	}
	a.Measure = logical.Measure{Op: kinds[op], Args: []logical.Measure{a.Measure, b.Measure}}
}

// takenOff reads a figure less the amount of other rows: "cash collected minus
// refunds". Rows of another table leave none of the figure's own out.
func (c *composer) takenOff() {
	for _, a := range c.mentions {
		if a.used != unused || !a.isKind(link.Metric) && !numeric(a.mention) {
			continue
		}
		b := c.first(func(x *item) bool {
			return x.start >= a.end && x.free() && x.isKind(link.Entity) && x.mention.Table != a.mention.Table && x.mention.Table.Amount != nil && c.subtracts(a.end, x.start)
		})
		if b != nil {
			c.subtract(a, b)
			return
		}
	}
}

// subtract measures a figure less the amount of the rows that b names.
func (c *composer) subtract(a, b *item) {
	agg := logical.Sum
	if a.isKind(link.Metric) {
		agg = ""
	}
	m, off := c.measureOf(a, agg), c.amountIn(b.mention.Table, logical.Sum)
	off.Title = strings.Join(c.words(b.start, b.end), " ")
	m.Measure = logical.Measure{Op: logical.Minus, Args: []logical.Measure{m.Measure, off.Measure}}
	c.add(m)
	if p := c.previous(a); p != nil && p.is(link.Total) {
		p.used = asMeasure
	}
	a.used, b.used = asMeasure, asMeasure
	for _, x := range c.items {
		if x.start >= a.end && x.end <= b.start {
			x.used = asOperator
		}
	}
	for at := a.end; at < b.start; at++ {
		c.spare[at] = true
	}
}

// farthestOff is how many words may lie between a figure and what is taken off.
const farthestOff = 4

// subtracts reports words between two tokens that take the second off the first.
func (c *composer) subtracts(from, to int) bool {
	gap := c.words(from, to)
	return len(gap) <= farthestOff && (anyOf(gap, "minus", "less", "deducting", "subtracting", "-") || anyOf(gap, "net") && anyOf(gap, "of"))
}
