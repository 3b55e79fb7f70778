package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// moneyWords of a column's name say that it measures rather than counts.
var moneyWords = []string{"amount", "total", "value", "price", "cost", "premium", "revenue", "fee", "spend", "budget", "salary", "balance"}

// countThings answers "how many", "number of", "counts".
func (c *composer) countThings() {
	for _, cue := range free(c.cues(link.CountOf, link.Counted)) {
		x := c.counted(cue)
		if x == nil {
			continue
		}
		cue.used = asMeasure
		m := c.measureOf(x, "")
		if col := m.column; col != nil && col.Kind == catalog.Number && x.mention.Kind == link.Attribute {
			said := text.Stems(c.words(x.start, x.end))
			for _, w := range col.Words {
				if slices.Contains(moneyWords, w) && !slices.Contains(said, text.Stem(w)) {
					m = count(col.Table)
					break
				}
			}
		}
		if q := c.quantity(x, m); q != nil {
			m = q
		}
		if p := c.people(cue, x, m); p != nil {
			m = p
		}
		m.place, m.from = x.start, x
		x.used = asMeasure
		if x.isKind(link.Condition, link.Value) && len(c.cues(link.CountOf)) == 1 && !c.has(link.ShareOf) {
			c.countedState(x, m)
		}
		c.add(m)
	}
}

// pieceWords count pieces rather than rows where rows hold a quantity.
var pieceWords = text.WordSet("unit units piece pieces item items copy copies pcs articles bottles boxes")

// quantity sums a table's quantity where pieces are counted: "how many units",
// "how many tickets were sold" over ticket sales. nil where rows are meant.
func (c *composer) quantity(x *item, m *measure) *measure {
	if !m.counts() || len(m.Filters) > 0 {
		return nil
	}
	t := c.cat.Table(m.Base)
	if col := countKept(t); col != nil && x.isKind(link.Entity) && x.mention.Table == t {
		return aggregated(logical.Sum, col)
	}
	i := slices.IndexFunc(t.Columns, func(col *catalog.Column) bool {
		return col.Additive && (slices.Contains(col.Words, "quantity") || slices.Equal(col.Words, []string{"units"}))
	})
	if i < 0 {
		return nil
	}
	pieces := slices.ContainsFunc(c.words(max(0, x.start-2), x.end), func(w string) bool { return pieceWords[w] })
	partly := x.isKind(link.Entity) && x.end-x.start == 1 && len(t.Words) > 1 && x.mention.Source != link.FromTerm &&
		!slices.Contains([]string{"sale", "order", "line", "transaction", "purchase"}, text.Singular(c.word(x.start)))
	if !pieces && !partly {
		return nil
	}
	c.guess("pieces are counted by " + t.Columns[i].Name)
	return aggregated(logical.Sum, t.Columns[i])
}

// countKept is the column that holds how many of its things a table's row
// stands for: view_count of page_views. nil for none.
func countKept(t *catalog.Table) *catalog.Column {
	for _, col := range t.Columns {
		if !col.Additive || len(col.Words) < 2 || !slices.Contains([]string{"count", "quantity", "number"}, col.Words[len(col.Words)-1]) {
			continue
		}
		if !slices.ContainsFunc(col.Words[:len(col.Words)-1], func(w string) bool {
			return !slices.ContainsFunc(t.Words, func(o string) bool { return text.Stem(o) == text.Stem(w) })
		}) {
			return col
		}
	}
	return nil
}

// countedState moves the state that is counted into the query's filters:
// "how many open orders" counts orders, the open ones.
func (c *composer) countedState(x *item, m *measure) {
	p := m.Filters[0]
	if n := c.negation(x); n != nil {
		p = negate(p)
		n.used = asNegation
	}
	m.Filters = nil
	c.query.Filters = append(c.query.Filters, p)
}

// counted is what a cue counts; nil for nothing known.
func (c *composer) counted(cue *item) *item {
	i := slices.Index(c.items, cue)
	if cue.is(link.CountOf) {
		if x := c.countedAfter(i); x != nil {
			return x
		}
	}
	rowsOrRole := func(x *item) bool { return x.isKind(link.Entity, link.Role) && x.affirmed() }
	for _, y := range slices.Backward(c.items[:i]) {
		if rowsOrRole(y) {
			return y
		}
	}
	if x := c.first(rowsOrRole); x != nil {
		return x
	}
	if x := c.first(func(x *item) bool {
		return x.free() && (x.isKind(link.Condition) || x.isKind(link.Value) && x.mention.Noun)
	}); x != nil {
		return x
	}
	x := c.first(func(x *item) bool { return x.isKind(link.Date) && x.free() })
	if x == nil {
		return nil
	}
	rows := &link.Mention{Start: x.start, End: x.end, Score: x.mention.Score}
	rows.Kind, rows.Table, rows.Strength, rows.Source = link.Entity, x.mention.Table, x.mention.Strength, x.mention.Source
	return &item{start: x.start, end: x.end, mention: rows}
}

// countedAfter finds what "how many …" counts, the cue being item i: the head
// of the noun phrase that follows.
func (c *composer) countedAfter(i int) *item {
	var first *item
	for _, y := range c.items[i+1:] {
		if first != nil && (y.is(link.By, link.CountOf) || y.period()) {
			break
		}
		if y.mention == nil || !y.free() || y.negated != nil && first != nil {
			continue
		}
		if x := c.settlesCounted(first, y); x != nil {
			return x
		}
		if first == nil && c.mayBeCounted(y) {
			first = y
		}
	}
	return first
}

// settlesCounted is what is counted where mention y leaves no doubt of it;
// first is what may be counted by the mentions before. nil for doubt.
func (c *composer) settlesCounted(first, y *item) *item {
	switch {
	case first != nil && first.isKind(link.Value) && first.mention.Noun && y.start > first.end:
		return first // "how many buyers made an offer" counts buyers
	case first != nil && first.isKind(link.Attribute) && auxiliary[c.word(first.end)]:
		return first // "how many authors do we hold books by" counts authors
	case y.isKind(link.Entity, link.Role):
		return c.head(y)
	case y.isKind(link.Attribute) && y.mention.Column.Kind == catalog.Number,
		y.end-y.start > 1 && c.namesRows(y) && !c.beforeEntity(y):
		return y
	}
	return nil
}

// auxiliary verbs behind a noun begin the clause that it is asked of.
var auxiliary = text.WordSet("do does did are were is was have has had can could will would")

// mayBeCounted reports a column of kinds, or a state or value that stands for
// its rows.
func (c *composer) mayBeCounted(y *item) bool {
	return textual(y.mention) || y.isKind(link.Condition) && y.mention.Noun || y.isKind(link.Value) && c.only(y)
}

// namesRows reports a state or value whose noun stands for its rows.
func (c *composer) namesRows(y *item) bool {
	return y.mention.Noun && (y.isKind(link.Condition) || y.isKind(link.Value) && c.only(y))
}

// beforeEntity reports an item with the noun of rows right behind it.
func (c *composer) beforeEntity(y *item) bool {
	z := c.next(y)
	return z != nil && z.isKind(link.Entity) && z.start == y.end
}

// head follows entities that stand right after each other to the last:
// "customer complaints" are complaints, but "customers rode" are customers.
func (c *composer) head(y *item) *item {
	for z := c.next(y); z != nil && z.isKind(link.Entity) && z.start == y.end && z.used == unused && !c.pastForm(z); z = c.next(y) {
		y = z
	}
	return y
}

// pastForm reports a single word that is a verb's irregular past: "rode" behind
// its subject is no noun, though rides are.
func (c *composer) pastForm(x *item) bool {
	w := c.word(x.start)
	return x.end-x.start == 1 && text.Irregular(w) != w && !strings.HasSuffix(w, "s") && !irregularNouns[w]
}

// irregularNouns are irregular forms that are no verbs.
var irregularNouns = text.WordSet("people children men women mice feet criteria delivery cancellation enrolment enrollment centre colour shipping running")

// only reports whether no other value of the same column is named.
func (c *composer) only(x *item) bool {
	n := 0
	for _, y := range c.mentions {
		if y.isKind(link.Value) && y.mention.Column == x.mention.Column {
			n++
		}
	}
	return n == 1
}

// measureUnsaid counts where groups are asked for and nothing is measured. It
// reports false where rows are to be listed instead.
func (c *composer) measureUnsaid() (bool, error) {
	if c.groupsAsked() {
		return true, c.countUnsaid()
	}
	if len(c.comparisons) > 0 {
		return false, nil // "orders of this year worth over 700" are listed
	}
	e := c.eventsDated()
	if e == nil {
		return false, nil
	}
	m := c.countOf(e)
	m.place, m.from = e.start, e
	c.guess("counted rather than listed")
	if e.isKind(link.Entity) {
		e.used = asMeasure
	}
	c.add(m)
	return true, nil
}

// groupsAsked reports a question that only makes sense of a figure: rows are
// divided, or figures put beside each other.
func (c *composer) groupsAsked() bool {
	return len(c.dims) > 0 || len(c.grains()) > 0 || c.has(link.ChangeCue, link.RunningCue, link.CompareCue) || c.shift != nil ||
		c.twoPeriods() && (c.comparative() || !c.listAsked()) || c.weighsValues()
}

// eventsDated are the events of which only a period is said, in a question
// that asks for no rows: "orders this month". nil for none.
func (c *composer) eventsDated() *item {
	e := c.subject
	if e != nil && !e.free() {
		e = c.first(func(x *item) bool { return x.isKind(link.Entity) && x.free() })
	}
	if e == nil || !e.isKind(link.Entity, link.Condition) || e.mention.Table.Role != catalog.Event || c.listAsked() || len(c.periods()) == 0 {
		return nil
	}
	if c.first(func(x *item) bool { return x.isKind(link.Date, link.Attribute) }) != nil {
		return nil
	}
	return e
}

// countOf counts the rows that a mention is of, or the things that each of
// them says it stands for.
func (c *composer) countOf(x *item) *measure {
	m := count(x.mention.Table)
	if q := c.quantity(x, m); q != nil && countKept(x.mention.Table) != nil {
		return q
	}
	return m
}

// listAsked reports words that ask for rows.
func (c *composer) listAsked() bool {
	return c.says("which", "who", "whose", "list", "show", "what", "find", "name", "give", "display", "names")
}

// countUnsaid counts what a question names and does not measure.
func (c *composer) countUnsaid() error {
	x := c.weighed()
	if x == nil {
		x = c.first(func(x *item) bool {
			return x.affirmed() && (x.isKind(link.Entity) || x.isKind(link.Condition, link.Value) && x.mention.Noun)
		})
	}
	if x == nil {
		return c.countHappened()
	}
	m := c.countOf(x)
	if x.mention.Table.Amount != nil && (c.saysAmount() || c.flows(x)) {
		if !c.saysAmount() {
			c.query.Default = append(c.query.Default, logical.Default{Rule: "sums of money", Text: "added up, not counted", Risk: 0.25})
		}
		m = c.amountOf(x, logical.Sum) // "amount received per method"
		c.guess("the amount meant is " + m.column.Name)
	}
	m.place, m.from = x.start, x
	if x.isKind(link.Entity) {
		x.used = asMeasure
	}
	c.add(m)
	return nil
}

// moneyFlows are things that are sums of money themselves: "payments by method"
// asks how much was paid.
var moneyFlows = text.WordSet("payment donation expense refund sale fee salary royalty fine contribution expenditure")

// flows reports a thing that is a sum of money, by its own name.
func (c *composer) flows(x *item) bool {
	return x.isKind(link.Entity) && !c.says("number", "numbers", "many", "count") && moneyFlows[text.Singular(c.word(x.end-1))]
}

// saysAmount reports words of money that no column is named by.
func (c *composer) saysAmount() bool {
	return c.says("amount", "amounts", "value", "money", "total", "sum", "revenue", "dollars", "euros", "pounds", "worth")
}

// countHappened counts the rows of an event, state or value where no noun
// names any.
func (c *composer) countHappened() error {
	x := c.first(func(x *item) bool { return x.free() && x.isKind(link.Date, link.Value, link.Condition) })
	if x == nil {
		return errUnread
	}
	var m *measure
	switch {
	case x.isKind(link.Date):
		m = c.rowsOfVerb(x)
	case x.isKind(link.Value):
		m = count(c.factOf(x.mention.Table))
	default:
		m = count(x.mention.Table)
	}
	m.place = x.start
	c.add(m)
	return nil
}
