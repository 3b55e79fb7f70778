package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/text"
)

// asks are words after which the thing asked for is named.
var asks = []string{"which", "what", "who", "whose", "list", "show", "name", "names", "find", "give", "display"}

// question is the place of the word that asks; -1 for none.
func (c *composer) question() int {
	for i, w := range c.q.Words {
		if slices.Contains(asks, w) && !c.relative(i) {
			return i
		}
	}
	return -1
}

// relative reports a word that only joins a clause to the thing before it:
// "customers who never bought".
func (c *composer) relative(i int) bool {
	return slices.Contains([]string{"who", "whose", "which", "what"}, c.word(i)) &&
		c.first(func(x *item) bool { return x.end == i && things(x) }) != nil
}

// things reports whether a mention names rows or kinds that can be asked for.
func things(x *item) bool {
	switch {
	case x.isKind(link.Entity, link.Role):
		return true
	case x.isKind(link.Attribute):
		return textual(x.mention)
	case x.isKind(link.Condition, link.Value):
		return x.mention.Noun
	}
	return false
}

// pluralValue reports a stored value said as a plural noun: "landlords" of the
// client type "Landlord". It stands for the rows that hold it.
func (c *composer) pluralValue(m *link.Mention) bool {
	if m.Kind != link.Value || len(m.Values) != 1 || m.Table.Role == catalog.Lookup {
		return false
	}
	if slices.ContainsFunc(c.h.Mentions, func(o *link.Mention) bool { return o != m && o.Kind == link.Value && o.Column == m.Column }) {
		return false // "freelancers or staff writers" are two groups
	}
	w := c.word(m.End - 1)
	one := text.Singular(w)
	stored := text.SplitName(text.Fold(m.Values[0]))
	return one != w && len(stored) > 0 && stored[len(stored)-1] == one
}

// findSubject finds what is asked for: named after "which", "list" or "top",
// else first.
func (c *composer) findSubject() {
	c.ranks = c.has(link.Top, link.Bottom, link.Most, link.Least) || c.has(link.Highest, link.Lowest) && (len(c.numbers()) > 0 || c.placed())
	var all []*item
	for _, x := range c.mentions {
		if things(x) && x.used == unused {
			all = append(all, x)
		}
	}
	pickFrom := func(place int) *item {
		for _, x := range all {
			if x.start >= place {
				return x
			}
		}
		return nil
	}
	if at := c.question(); at >= 0 {
		c.subject = pickFrom(at + 1)
	}
	if c.subject == nil && len(all) > 0 {
		c.subject = all[0]
	}
	if tops := c.cues(link.Top, link.Bottom); len(tops) > 0 {
		if x := pickFrom(tops[0].end); x != nil {
			c.subject = x
		}
	}
}

// entityOf lets a filter that names its own rows ("open orders") stand for
// them, and stays a filter.
func entityOf(x *item) *item {
	if !x.isKind(link.Condition, link.Value) {
		return x
	}
	m := &link.Mention{Start: x.start, End: x.end, Score: x.mention.Score}
	m.Kind, m.Table, m.Strength, m.Source = link.Entity, x.mention.Table, x.mention.Strength, x.mention.Source
	return &item{start: x.start, end: x.end, mention: m, shadow: x}
}
