package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// Adjectives that ask with "how" for the ends of a range.
var (
	lowEnd  = text.WordSet("low small short cheap little few light young")
	highEnd = text.WordSet("high big large long much many great expensive dear heavy old tall")
)

// spread reads both ends of a figure, with its average where that is said:
// "how low, how high and what on average were the readings", "the range and
// the average of the fares".
func (c *composer) spread() {
	from, to := c.ends()
	if from < 0 {
		return
	}
	x := c.spreadOf(from)
	if x == nil {
		return
	}
	aggs := []logical.Agg{logical.Min, logical.Max}
	end := to
	for _, p := range free(c.cues(link.Average)) {
		aggs = append(aggs, logical.Avg)
		p.used = asMeasure
		end = max(end, p.end)
		break
	}
	for i, agg := range aggs {
		m := c.spreadMeasure(x, agg)
		m.place, m.from = from+i, x
		c.add(m)
	}
	x.used = asMeasure
	for _, y := range c.items {
		if (y.mention == nil || y.start == from) && y.start >= from-1 && y.end <= end {
			y.used = asMeasure
		}
	}
	for i := from; i < to; i++ {
		c.spare[i] = true
	}
}

// ends are the tokens from the first adjective of a range to the end of the
// last, or of the word for it; -1 for none.
func (c *composer) ends() (from, to int) {
	how := func(words map[string]bool, at int) int {
		for i := max(1, at); i < len(c.q.Words); i++ {
			if words[c.word(i)] && c.word(i-1) == "how" {
				return i
			}
		}
		return -1
	}
	if low := how(lowEnd, 0); low >= 0 {
		if high := how(highEnd, low); high >= 0 {
			return low, high + 1
		}
		return -1, -1
	}
	at := slices.Index(c.q.Words, "range")
	if at >= 0 && c.q.Free(at) && c.has(link.Average) {
		return at, at + 1
	}
	return -1, -1
}

// spreadOf is the figure whose range is asked for, or the rows with a main
// amount; nil for none. at is the word for the range, which may name a figure
// itself elsewhere.
func (c *composer) spreadOf(at int) *item {
	if x := c.first(func(x *item) bool {
		return x.free() && x.start != at && x.isKind(link.Attribute, link.Computed) && numeric(x.mention)
	}); x != nil {
		return x
	}
	return c.first(func(x *item) bool { return x.free() && x.isKind(link.Entity) && x.mention.Table.Amount != nil })
}

func (c *composer) spreadMeasure(x *item, agg logical.Agg) *measure {
	if !x.isKind(link.Entity) {
		return c.measureOf(x, agg)
	}
	c.guess("the amount meant is " + x.mention.Table.Amount.Name)
	return c.amountOf(x, agg)
}
