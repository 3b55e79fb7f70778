package candidate

import (
	"cmp"
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// Words of a business's money as a whole. What they are of is open where
// neither a business term nor a name says it.
var (
	incomeWords  = text.WordSet("revenue revenues income sales turnover takings earnings make made earn earned take took sell sold")
	spendWords   = text.WordSet("spend spent spending cost costs expenses expenditure outgoings pay paid")
	volumeWords  = text.WordSet("volume volumes activity throughput business performance")
	spendTables  = text.WordSet("purchase expense cost invoice bill supplier vendor payroll procurement")
	neverIncome  = text.WordSet("salary wage payroll refund expense reimbursement")
	incomeTables = text.WordSet("sale sell ticket booking donation payment receipt revenue premium rent fare ad subscription deal order")
)

// openMoney is the token that asks for money of which nothing says what it is
// of; -1 for none. Conditions may stand beside it.
func (c *composer) openMoney() int {
	at := c.moneyAt()
	if at < 0 || slices.ContainsFunc(c.mentions, func(x *item) bool { return !x.isKind(link.Value, link.Condition) && !c.hardlySays(x, at) }) {
		return -1
	}
	c.spare[at] = true
	for i, w := range c.q.Words {
		c.spare[i] = c.spare[i] || ourWords[w]
	}
	if !c.onlySays(func(x *item) bool { return x.is(link.HowMuch, link.Total) }) {
		return -1
	}
	return at
}

var ourWords = text.WordSet("we us our much money")

// moneyAt is the only word of money, where it may be of anything; -1 for none.
func (c *composer) moneyAt() int {
	at := -1
	for i, w := range c.q.Words {
		if !incomeWords[w] && !spendWords[w] && !volumeWords[w] {
			continue
		}
		if at >= 0 || !c.freeMoney(i) {
			return -1
		}
		at = i
	}
	return at
}

// freeMoney reports a word of money that is a verb of ours, or a noun of which
// no more is said.
func (c *composer) freeMoney(at int) bool {
	switch c.q.Words[at] {
	case "make", "made", "earn", "earned", "take", "took", "spend", "spent", "sell", "sold", "pay", "paid":
		return c.word(at-1) == "we"
	case "cost":
		return c.word(at+1) == "us"
	}
	return true
}

// hardlySays reports a mention that only part of a name stands for: "revenue"
// for the ads' revenue.
func (c *composer) hardlySays(x *item, at int) bool {
	return x.start <= at && at < x.end && x.end-x.start == 1 && x.isKind(link.Attribute) && x.mention.Strength < surelyMoney
}

// surelyMoney is how well a name has to fit a word of money to be what it means.
const surelyMoney = 0.8

// waysToEarn are the figures that a word for all of a business may mean:
// business terms, then the amounts of events, those that it fits first; for
// volume, the numbers of events, too.
func (c *composer) waysToEarn(at int) []way {
	said := c.q.Words[at]
	terms := c.metrics(func(t *catalog.Table) bool { return worth(t) != nil && money(worth(t)) })
	terms = slices.DeleteFunc(terms, func(w way) bool { return !w.says(worth(w.fact)) })
	var likely, other, counts []way
	for _, t := range c.mostRowsFirst() {
		if volumeWords[said] && t.Date != nil {
			counts = append(counts, way{Measure: count(t).Measure, fact: t, date: t.Date})
		}
		a := worth(t)
		if a == nil || !money(a) || slices.ContainsFunc(terms, func(w way) bool { return w.says(a) }) {
			continue
		}
		w := way{Measure: aggregated(logical.Sum, a).Measure, fact: t, date: t.Date}
		switch names := slices.Concat(t.Words, a.Words); {
		case fits(said, names):
			likely = append(likely, w)
		case !incomeWords[said] || !slices.ContainsFunc(names, func(w string) bool { return neverIncome[text.Singular(w)] }):
			other = append(other, w)
		}
	}
	return slices.Concat(byTurns(counts, terms, likely), other)
}

// fits reports names that go with a word of income or spending.
func fits(said string, names []string) bool {
	kinds := incomeTables
	if spendWords[said] {
		kinds = spendTables
	}
	return slices.ContainsFunc(names, func(w string) bool { return kinds[text.Singular(w)] })
}

// mostRowsFirst are the tables of events.
func (c *composer) mostRowsFirst() []*catalog.Table {
	events := slices.DeleteFunc(slices.Clone(c.cat.Tables), func(t *catalog.Table) bool { return t.Role != catalog.Event })
	slices.SortStableFunc(events, func(a, b *catalog.Table) int { return cmp.Compare(b.RowCount, a.RowCount) })
	return events
}

// money reports a column of sums of money.
func money(col *catalog.Column) bool {
	return col.Unit == "cents" || slices.ContainsFunc(col.Words, func(w string) bool { return slices.Contains(moneyWords, w) || incomeWords[w] || spendWords[w] })
}

// earned is a sum of money under the question's conditions and periods.
func (c *composer) earned(w way) (logical.Query, bool) {
	q := logical.Query{Measures: []logical.Measure{w.Measure}}
	for _, x := range c.mentions {
		if !x.isKind(link.Value, link.Condition) {
			continue
		}
		if !c.reaches(w.fact, x.mention.Table) {
			return q, false
		}
		q.Filters = append(q.Filters, c.predicate(x))
	}
	return q, c.during(&q, w.date)
}
