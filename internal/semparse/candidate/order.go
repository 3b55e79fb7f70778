package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// Words that say in which order two dates came.
var (
	laterWords   = []string{"after", "past", "beyond"}
	earlierWords = []string{"before", "ahead"}
)

// comparedDates reads one date of a row held against another: "closed after
// the due date", "delivered before they were promised". The two become one
// condition, which can be a filter, a part or negated like any other.
func (c *composer) comparedDates() {
	if c.has(link.HowLong) || c.says("days", "hours", "minutes", "weeks") {
		return
	}
	for i := 0; i+1 < len(c.mentions); i++ {
		a, b := c.mentions[i], c.mentions[i+1]
		op := c.dateOrder(a, b)
		if op == "" {
			continue
		}
		first, second, ok := twoDates(a.mention, b.mention)
		if !ok {
			continue
		}
		l, r := column(first, ""), column(second, "")
		held := logical.Predicate{Op: op, Expr: &l, Other: &r}
		m := &link.Mention{Start: a.start, End: b.end, Score: min(a.mention.Score, b.mention.Score)}
		m.Kind, m.Table, m.Column, m.Strength, m.Source = link.Condition, first.Table, first, a.mention.Strength, a.mention.Source
		x := &item{start: a.start, end: b.end, mention: m, held: &held, negated: a.negated}
		for k := a.end; k < b.start; k++ {
			c.spare[k] = true
		}
		c.replace(x, a, b)
	}
}

// dateOrder is how the words between two mentions compare them; empty where
// they don't.
func (c *composer) dateOrder(a, b *item) logical.PredicateOp {
	gap := c.words(a.end, b.start)
	if len(gap) == 0 || len(gap) > 4 {
		return ""
	}
	for i := range gap {
		if !c.q.Free(a.end + i) {
			return ""
		}
	}
	switch {
	case anyOf(gap, laterWords...), slices.Contains(gap, "later") && slices.Contains(gap, "than"):
		return logical.Greater
	case anyOf(gap, earlierWords...), slices.Contains(gap, "earlier") && slices.Contains(gap, "than"):
		return logical.Less
	}
	return ""
}

// twoDates finds two dates of one table that the mentions can mean, the first
// of which may be a state by its verb: "paid".
func twoDates(a, b *link.Mention) (first, second *catalog.Column, ok bool) {
	if b.Kind != link.Date || b.Column == nil {
		return nil, nil, false
	}
	for _, s := range senses(a) {
		if s.Sense.Kind == link.Date && s.Sense.Column != nil && s.Sense.Table == b.Table && s.Sense.Column != b.Column {
			return s.Sense.Column, b.Column, true
		}
	}
	return nil, nil, false
}

// replace puts one item in the place of others.
func (c *composer) replace(x *item, old ...*item) {
	for _, list := range []*[]*item{&c.items, &c.mentions} {
		at := slices.Index(*list, old[0])
		*list = slices.DeleteFunc(slices.Clone(*list), func(y *item) bool { return slices.Contains(old, y) })
		*list = slices.Insert(*list, at, x)
	}
	// Cues and the like between them are part of the condition.
	for _, y := range c.items {
		if y != x && y.start >= x.start && y.end <= x.end && y.used == unused {
			y.used = asContext
		}
	}
}
