package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/link"
)

// weighs reports a question that sets one value against another: "is the
// average order higher on the website or in the shop", not "paid by card or
// cash".
func (c *composer) weighs(a, b *item) bool {
	if a.mention.Column != b.mention.Column || a.negated != nil || b.negated != nil {
		return false
	}
	first := c.word(0)
	if !slices.Contains([]string{"do", "does", "did", "is", "are", "was", "were", "have", "has", "who", "which", "what", "where"}, first) && !anyOf(c.words(b.end, b.end+3), "which", "who", "what") {
		return false
	}
	if !c.comparative() && !anyOf(c.words(b.end, b.end+3), "which", "who", "what") {
		return false
	}
	for i, w := range c.q.Words {
		if slices.Contains(comparing, w) {
			c.spare[i] = true
		}
	}
	return true
}

// weighsValues reports whether a question that names no figure weighs two
// values of a column.
func (c *composer) weighsValues() bool {
	var values []*item
	for _, x := range c.mentions {
		if x.isKind(link.Value) && x.used == unused {
			values = append(values, x)
		}
	}
	for i := 0; i+1 < len(values); i++ {
		a, b := values[i], values[i+1]
		if anyOf(c.words(a.end, b.start), "or", "than") && c.weighs(a, b) {
			return true
		}
	}
	return false
}

// weighed is the thing of which there may be more: "more claims in June than
// in May"; nil for none.
func (c *composer) weighed() *item {
	return c.first(func(x *item) bool {
		return x.isKind(link.Entity) && x.used == unused && x.negated == nil && slices.Contains([]string{"more", "fewer", "less"}, c.word(x.start-1))
	})
}

// idleBounds lets "or more" be no bound where no number stands before it: "more
// print or more digital subscriptions".
func (c *composer) idleBounds() {
	for _, x := range c.cues(link.AtLeast, link.AtMost) {
		before := c.previous(x)
		if c.word(x.start) == "or" && (before == nil || before.number == nil) && x.used == unused {
			x.used = asFiller
		}
	}
}
