package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/text"
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

// bareAmounts reads a general word for money in a list of figures as the main
// amount of the rows that are counted: "loans by type: number and amount".
func (c *composer) bareAmounts() {
	t := c.eventWithAmount()
	if t == nil || !c.has(link.CountOf, link.Counted) {
		return
	}
	for i, w := range c.q.Words {
		if amountWords[w] && c.listedWord(i) && c.meansAmount(i, t) {
			c.guess("the amount meant is " + t.Amount.Name)
		}
	}
}

var amountWords = text.WordSet("amount value $ € £")

// meansAmount lets a token stand for a table's main amount. It reports false
// where it is taken by what the question speaks of.
func (c *composer) meansAmount(i int, t *catalog.Table) bool {
	x := c.first(func(x *item) bool { return x.start <= i && i < x.end })
	switch {
	case x != nil && x.end-x.start == 1 && x.isKind(link.Attribute) && x.mention.Table != t && !c.speaksOf(x):
		m := *x.mention
		m.Table, m.Column = t, t.Amount
		x.mention = &m
	case x == nil && c.unclaimed(i):
		c.insertAmount(i, t)
	default:
		return false
	}
	return true
}

// listedWord reports a word after "and" or a comma, or after an aggregate.
func (c *composer) listedWord(i int) bool {
	before := c.word(i - 1)
	if before == "total" || before == "what" || before == "the" {
		before = c.word(i - 2)
	}
	return slices.Contains([]string{"and", ",", "+", "&", "/", ":", "what", "for"}, before)
}

// speaksOf reports another mention of the same rows.
func (c *composer) speaksOf(x *item) bool {
	return c.first(func(y *item) bool { return y != x && y.mention.Table == x.mention.Table }) != nil
}

// generalAmount are words that name no amount in particular.
var generalAmount = text.WordSet("total amount value sum")

// amountsOfThings reads "total amount of invoices" as the main amount of
// invoices where a column called so is another table's.
func (c *composer) amountsOfThings() {
	for _, x := range c.mentions {
		e := c.next(x)
		if e == nil || !x.isKind(link.Attribute) || !numeric(x.mention) || !e.isKind(link.Entity) || e.mention.Table == x.mention.Table || e.mention.Table.Amount == nil {
			continue
		}
		particular := slices.ContainsFunc(c.words(x.start, x.end), func(w string) bool { return !generalAmount[w] })
		if gap := c.words(x.end, e.start); particular || len(gap) == 0 || gap[0] != "of" || len(gap) > 3 {
			continue
		}
		m := *x.mention
		m.Table, m.Column = e.mention.Table, e.mention.Table.Amount
		x.mention = &m
	}
}

// insertAmount lets a token stand for a table's main amount.
func (c *composer) insertAmount(at int, t *catalog.Table) {
	m := &link.Mention{Start: at, End: at + 1, Score: moneySaid}
	m.Kind, m.Table, m.Column, m.Strength, m.Source = link.Attribute, t, t.Amount, moneySaid, link.FromLexicon
	c.insert(&item{start: at, end: at + 1, mention: m})
}

// currencyNouns stand for an amount of money where no figure is named.
var currencyNouns = []string{"dollars", "euros", "pounds", "money", "cash"}

// inMoney reads "in dollars" and "the most dollars" as the main amount of the
// events that the question is about.
func (c *composer) inMoney() {
	t := c.eventWithAmount()
	if t == nil || c.first(func(x *item) bool { return x.isKind(link.Metric) || numeric(x.mention) }) != nil {
		return
	}
	for i, w := range c.q.Words {
		if !slices.Contains(currencyNouns, w) || !slices.Contains([]string{"in", "most", "least", "fewest", "total"}, c.word(i-1)) || !c.unclaimed(i) {
			continue
		}
		c.insertAmount(i, t)
		return
	}
}

// eventWithAmount is the first table of events with an amount that a mention
// speaks of, else the base where it is one; nil for none.
func (c *composer) eventWithAmount() *catalog.Table {
	if x := c.first(func(x *item) bool { return x.mention.Table.Role == catalog.Event && x.mention.Table.Amount != nil }); x != nil {
		return x.mention.Table
	}
	if c.base != nil && c.base.Role == catalog.Event && c.base.Amount != nil {
		return c.base
	}
	return nil
}

// moneySaid is how surely a currency's name means the main amount.
const moneySaid = 0.8

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
