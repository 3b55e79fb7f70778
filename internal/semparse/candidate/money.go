package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/link"
)

// moneyNouns right after a thing mean what its rows are worth, not how many
// there are: "order value", "PO dollars".
var moneyNouns = []string{"value", "values", "amount", "amounts", "dollars", "euros", "pounds", "money", "worth", "spend", "spending"}

// worths reads things whose worth is named, and not their number: they are
// the table's main amount.
func (c *composer) worths() {
	for _, x := range c.mentions {
		if !x.isKind(link.Entity) || x.mention.Table.Amount == nil || x.negated != nil {
			continue
		}
		switch {
		case slices.Contains(moneyNouns, c.word(x.end)) && c.unclaimed(x.end):
			c.spare[x.end] = true
		case c.worthOf(x):
		default:
			continue
		}
		m := *x.mention
		m.Kind, m.Column = link.Attribute, m.Table.Amount
		x.mention = &m
	}
}

// worthOf reports a thing after "value of" and the like.
func (c *composer) worthOf(x *item) bool {
	i := x.start - 1
	for i > 0 && slices.Contains([]string{"the", "all", "our", "these", "those", "their"}, c.word(i)) {
		i--
	}
	return c.word(i) == "of" && slices.Contains([]string{"value", "worth", "dollars", "euros"}, c.word(i-1)) && c.unclaimed(i-1)
}

// unclaimed reports whether nothing that the question names stands at a token.
func (c *composer) unclaimed(i int) bool {
	return i >= 0 && i < len(c.q.Words) && c.q.Free(i) && !slices.ContainsFunc(c.items, func(x *item) bool {
		return x.start <= i && i < x.end && !x.is(link.HowMuch)
	})
}
