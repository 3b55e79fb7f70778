package candidate

import (
	"cmp"
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// A band is a range of a figure in a list of ranges: "1 to 5, 6 to 20, over 20".
type band struct {
	start, end int // tokens
	bound      logical.Bound
	below      bool // the upper end of a range does not belong to it
}

// fewestBands make a list that divides rows; fewer are bounds like any other.
const fewestBands = 3

// Words of bands.
var (
	bandBreaks = text.WordSet(", and or / ; |")
	bandNouns  = text.WordSet("bucket buckets group grouped band bands bracket brackets class classes size sizes into range ranges each many")
	restWords  = text.WordSet("more above over up older higher larger + longer") // without a number, at the end of a list
)

// bands counts the rows of each of a list of ranges: "how many accounts hold
// under 1,000, 1,000 to 10,000, and 10,000 and more".
func (c *composer) bands() {
	list := c.bandList()
	if len(list) < fewestBands {
		return
	}
	begin, end := list[0].start, list[len(list)-1].end
	x := c.divided(begin)
	if x == nil {
		return
	}
	state := c.stateBand(begin, x.mention.Table)
	settleEnds(list, x.mention.Column == nil || !x.mention.Column.Integers)
	t, e := x.mention.Table, c.rowExpr(x.mention)
	if state != nil {
		c.addBand(t, state.start, c.predicate(state))
	}
	for i, b := range list {
		p := b.predicate(e)
		if i == 0 && state != nil && (b.bound.Op == logical.Less || b.bound.Op == logical.LessEq) {
			p = logical.Predicate{Op: logical.And, Args: []logical.Predicate{negate(c.predicate(state)), p}}
		}
		c.addBand(t, b.start, p)
	}
	c.claimBands(begin, end, x, state)
}

func (c *composer) addBand(t *catalog.Table, place int, p logical.Predicate) {
	m := count(t)
	m.place, m.Filters = place, []logical.Predicate{p}
	c.add(m)
}

// claimBands marks what a list of bands is made of as read.
func (c *composer) claimBands(begin, end int, x, state *item) {
	x.used = asMeasure
	if state != nil {
		state.used = asMeasure
	}
	for _, y := range c.items {
		switch {
		case y == x:
		case y.start >= begin && y.end <= end, y.isKind(link.Attribute) && y.mention.Column == x.mention.Column:
			y.used = asBound
		case c.counts(y, x):
			y.used = asMeasure
		}
	}
	for i, w := range c.q.Words {
		if i >= begin && i < end || bandNouns[w] && c.q.Free(i) {
			c.spare[i] = true
		}
	}
}

// counts reports an item that only says that a figure's rows are counted.
func (c *composer) counts(y, figure *item) bool {
	return y.is(link.CountOf, link.Counted) || y.is(link.By) && y.end == figure.start ||
		y.isKind(link.Entity) && y.mention.Table == figure.mention.Table && y.free()
}

// divided is the figure that bands are of: said in or behind the list, else
// before it, else the main amount of the things named; nil for none.
func (c *composer) divided(begin int) *item {
	figure := func(x *item) bool { return x.free() && !x.isKind(link.Metric) && comparable(x) }
	if x := c.first(func(x *item) bool { return figure(x) && x.start >= begin }); x != nil {
		return x
	}
	if x := c.last(func(x *item) bool { return figure(x) && x.end <= begin }); x != nil {
		return x
	}
	x := c.first(func(x *item) bool { return x.isKind(link.Entity, link.Condition) && x.mention.Table.Amount != nil })
	if x == nil {
		return nil
	}
	c.guess("the amount meant is " + x.mention.Table.Amount.Name)
	return amountItem(x, x.mention.Table)
}

// stateBand is a state listed right before the bands, one of its own:
// "overdrawn, under 1,000, …"; nil for none.
func (c *composer) stateBand(begin int, t *catalog.Table) *item {
	return c.last(func(x *item) bool {
		gap := c.words(x.end, begin)
		return x.isKind(link.Condition) && x.free() && x.mention.Table == t && len(gap) > 0 && len(gap) <= 3 && bandBreaks[gap[0]]
	})
}

// bandList is the longest list of bands in the question.
func (c *composer) bandList() []band {
	var best []band
	for i := 0; i < len(c.q.Words); i++ {
		var list []band
		for at := i; ; {
			b, ok := c.bandAt(at)
			if !ok && len(list) > 0 && restWords[c.word(at)] {
				last := list[len(list)-1].bound
				b, ok = band{start: at, end: at + 1, bound: logical.Bound{Op: logical.Greater, Value: max(last.Value, last.High)}}, true
			}
			if !ok {
				break
			}
			list = append(list, b)
			at = b.end
			for bandBreaks[c.word(at)] {
				at++
			}
			if at == b.end {
				break
			}
		}
		if len(list) > len(best) && slices.ContainsFunc(list, func(b band) bool { return b.bound.Op != logical.Equal }) {
			best = list
		}
	}
	return best
}

// bandAt reads one band at a token.
func (c *composer) bandAt(at int) (band, bool) {
	op, i := c.comparisonAt(at)
	n := c.numberAt(i)
	if n == nil {
		return band{}, false
	}
	b := band{start: at, end: n.End, bound: logical.Bound{Op: cmp.Or(op, logical.Equal), Value: n.Value}}
	if op != "" {
		c.skipUnit(&b)
		return b, true
	}
	if high := c.upperEnd(&b); high != nil {
		b.bound, b.end = logical.Bound{Op: logical.Between, Value: n.Value, High: high.Value}, high.End
		c.skipUnit(&b)
		return b, true
	}
	c.skipUnit(&b)
	if op, end := c.comparisonAt(b.end); (op == logical.GreaterEq || op == logical.LessEq) && c.numberAt(end) == nil {
		b.bound.Op, b.end = op, end // "and more", "or less", "+"
	}
	return b, true
}

// upperEnd is the number behind a band's first: "1 to 5", "1 up to under 5".
func (c *composer) upperEnd(b *band) *link.Number {
	at := b.end
	if w := c.word(at); w == "to" || w == "until" || w == "–" {
		at++
	} else if op, end := c.comparisonAt(at); op == logical.LessEq {
		at = end
	}
	if op, end := c.comparisonAt(at); op == logical.Less && at > b.end {
		b.below, at = true, end
	}
	return c.numberAt(at)
}

// comparisonAt is the comparison that a token begins, and where it ends.
func (c *composer) comparisonAt(at int) (op logical.PredicateOp, end int) {
	i := slices.IndexFunc(c.q.Cues, func(x link.Cue) bool { return x.Start == at && comparisonOps[x.Kind] != "" })
	if i < 0 {
		return "", at
	}
	return comparisonOps[c.q.Cues[i].Kind], c.q.Cues[i].End
}

// skipUnit takes a noun right behind a band's number: "5 seats, …", "2,000
// euros or more".
func (c *composer) skipUnit(b *band) {
	next := c.word(b.end + 1)
	if w := c.word(b.end); w != "" && !bandBreaks[w] && w != "to" && w != "+" && c.q.Tokens[b.end].Word() && (bandBreaks[next] || next == "") && c.numberAt(b.end) == nil {
		b.end++
	}
}

// numberAt is the number that begins at a token, whatever else it may stand
// for; nil for none.
func (c *composer) numberAt(at int) *link.Number {
	i := slices.IndexFunc(c.q.Numbers, func(n link.Number) bool { return n.Start == at })
	if i < 0 {
		return nil
	}
	return &c.q.Numbers[i]
}

// settleEnds gives a value that two neighbours share to one of them: the upper
// one, unless the list counts in whole steps ("1-5, 6-20, 21-50, 50+"). Where
// values have fractions, whole steps leave no gap: 1-99 goes up to 100.
func settleEnds(list []band, fractions bool) {
	whole := false
	for i := 0; i+1 < len(list); i++ {
		a, b := &list[i], &list[i+1]
		upper := &a.bound.High
		if a.bound.Op == logical.LessEq {
			upper = &a.bound.Value
		}
		ends := a.bound.Op == logical.Between || a.bound.Op == logical.LessEq
		step := ends && b.bound.Value == *upper+1
		whole = whole || step
		switch {
		case step && fractions:
			*upper, a.below = b.bound.Value, true
		case !ends || *upper != b.bound.Value:
		case whole && b.bound.Op == logical.GreaterEq:
			b.bound.Op = logical.Greater
		case b.bound.Op == logical.GreaterEq || b.bound.Op == logical.Between:
			a.below = true
		}
	}
}

func (b band) predicate(e logical.Expr) logical.Predicate {
	if !b.below {
		return compare(e, b.bound)
	}
	if b.bound.Op == logical.LessEq {
		return compare(e, logical.Bound{Op: logical.Less, Value: b.bound.Value})
	}
	return logical.Predicate{Op: logical.And, Args: []logical.Predicate{
		compare(e, logical.Bound{Op: logical.GreaterEq, Value: b.bound.Value}), compare(e, logical.Bound{Op: logical.Less, Value: b.bound.High})}}
}
