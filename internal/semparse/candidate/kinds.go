package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/text"
)

// Words that ask for the kind of a thing, and that columns and tables of kinds
// are named by.
var (
	kindAsked = text.WordSet("kind kinds sort sorts type types category categories")
	kindNamed = text.WordSet("type kind category class sort reason cause")
)

// kinds reads "what kinds of delay" and "each kind of purchase" of things whose
// rows refer to a kind, or hold one: the kind is meant, not the thing.
func (c *composer) kinds() {
	c.kindsOfOthers()
	for _, x := range c.mentions {
		if !x.isKind(link.Entity) || c.word(x.start-1) != "of" || !kindAsked[c.word(x.start-2)] || !c.unclaimed(x.start-2) {
			continue
		}
		if m := c.kindWithin(x); m != nil {
			x.mention, x.ofRows = m, m.Kind == link.Role
		}
	}
}

// kindsOfOthers takes "each kind of payment terms" for what it names, not for
// another table's column that is called a kind.
func (c *composer) kindsOfOthers() {
	for _, x := range slices.Clone(c.mentions) {
		if !textual(x.mention) && !x.isKind(link.Entity) || c.word(x.start-1) != "of" || !kindAsked[c.word(x.start-2)] {
			continue
		}
		kind := func(k *item) bool {
			return k.mention != nil && k.start == x.start-2 && k.end == x.start-1 && (textual(x.mention) || k.mention.Table != x.mention.Table)
		}
		if slices.ContainsFunc(c.mentions, kind) {
			c.items, c.mentions = slices.DeleteFunc(c.items, kind), slices.DeleteFunc(c.mentions, kind)
			c.spare[x.start-2] = true
		}
	}
}

// kindWithin is the kind of a thing as a mention of its own: its only column,
// or key, that is named by a word for kinds, else its only key to a lookup
// table. nil for none or several.
func (c *composer) kindWithin(x *item) *link.Mention {
	t := x.mention.Table
	columns := slices.DeleteFunc(slices.Clone(t.Columns), func(col *catalog.Column) bool {
		return col.Key != nil || col.Kind != catalog.Text && col.Kind != catalog.Code || !named(col.Words, kindNamed)
	})
	keys := slices.DeleteFunc(slices.Clone(t.Out), func(k *catalog.Key) bool { return k.To == t || !named(k.To.Words, kindNamed) })
	if len(columns)+len(keys) == 0 {
		keys = slices.DeleteFunc(slices.Clone(t.Out), func(k *catalog.Key) bool { return k.To.Role != catalog.Lookup })
		if len(keys) == 1 {
			c.guess("kinds of " + last(t.Words) + ": " + text.Plural(last(keys[0].To.Words)))
		}
	}
	if len(columns)+len(keys) != 1 {
		return nil
	}
	m := *x.mention
	if len(keys) == 1 {
		m.Kind, m.Column, m.Key = link.Role, keys[0].Columns[0], keys[0]
		return &m
	}
	m.Kind, m.Column = link.Attribute, columns[0]
	return &m
}
