package candidate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// maxVague is how many ways to measure what is left open are offered.
const maxVague = 5

// A way is a figure that an open question may mean.
type way struct {
	logical.Measure
	fact *catalog.Table // whose rows it is of
	date *catalog.Column
	via  string // the key to the thing that is ranked; empty for the usual way
}

// Vague are the ways to measure what a question leaves open: the biggest
// customer, by the number or by the amount of what refers to customers; what
// was made in May, of all the tables that hold money. None where the question
// says more than the superlative, one kind of thing and when.
func Vague(v *link.Vocabulary, q *link.Question) []Candidate {
	all := q.Hypotheses()
	if len(all) == 0 {
		all = []link.Hypothesis{{}} // "what was our volume" names nothing
	}
	for _, h := range all {
		c := newComposer(v, q, h)
		if things := c.openSuperlative(); things != nil {
			return c.vagueOf(c.waysToRank(things.mention.Table), func(w way) (logical.Query, bool) { return c.ranked(things.mention.Table, w) })
		}
		if at := c.openMoney(); at >= 0 {
			return c.vagueOf(c.waysToEarn(at), c.earned)
		}
	}
	return nil
}

func (c *composer) vagueOf(ways []way, query func(way) (logical.Query, bool)) []Candidate {
	var out []Candidate
	for _, w := range ways {
		if q, ok := query(w); ok && len(out) < maxVague {
			out = append(out, c.vague(q))
		}
	}
	return out
}

// openSuperlative is the thing that a superlative is of, where nothing but a
// period stands beside the two.
func (c *composer) openSuperlative() *item {
	if len(c.mentions) != 1 || !c.mentions[0].isKind(link.Entity) || c.mentions[0].mention.Score < leastOpen {
		return nil
	}
	superlative := func(x *item) bool {
		return x.is(link.Most, link.Least, link.Top, link.Bottom, link.Highest, link.Lowest)
	}
	if !slices.ContainsFunc(c.items, superlative) || len(c.grains()) > 0 || !c.onlySays(superlative) {
		return nil
	}
	return c.mentions[0]
}

// praise is what may be said of a thing for more than one reason.
var praise = text.WordSet("best worst top busiest quietest popular active")

// Open reports a superlative that says nothing of what is measured: "our best
// customers". A large order is one of a large amount.
func Open(q *link.Question) bool {
	return slices.ContainsFunc(q.Words, func(w string) bool { return praise[w] })
}

// leastOpen is how surely the thing has to be named.
const leastOpen = 0.5

// onlySays reports a question of nothing but mentions, periods, numbers, and
// what else is allowed.
func (c *composer) onlySays(allowed func(*item) bool) bool {
	held := make([]bool, len(c.q.Words))
	for _, x := range c.items {
		if x.mention == nil && x.time == nil && x.number == nil && !allowed(x) {
			return false
		}
		for i := x.start; i < x.end; i++ {
			held[i] = true
		}
	}
	for i, w := range c.q.Words {
		if !held[i] && !c.spare[i] && !link.Filler(w) && c.q.Tokens[i].Word() {
			return false
		}
	}
	return true
}

// busyWords ask for who has the most to do, not for the most money.
var busyWords = text.WordSet("busiest popular active quietest common frequent")

// waysToRank are the ways in which a thing may be the biggest: by business
// terms, by a figure of its own, by the amount, number and average of what
// refers to it.
func (c *composer) waysToRank(t *catalog.Table) []way {
	terms := c.metrics(func(base *catalog.Table) bool { return base != t && c.reaches(base, t) })
	var own, amounts, counts, marks []way
	if t.Amount != nil {
		own = []way{{Measure: aggregated(logical.Sum, t.Amount).Measure, fact: t}}
	}
	for _, fact := range c.facts(t) {
		for _, via := range roles(fact, t) {
			counts = append(counts, way{Measure: count(fact).Measure, fact: fact, date: fact.Date, via: via})
		}
		if a := worth(fact); a != nil && !slices.ContainsFunc(terms, func(w way) bool { return w.says(a) }) {
			amounts = append(amounts, way{Measure: aggregated(logical.Sum, a).Measure, fact: fact, date: fact.Date})
		}
		for _, col := range fact.Columns {
			if slices.ContainsFunc(col.Words, func(w string) bool { return markWords[w] }) && col.Kind == catalog.Number && !col.Additive {
				marks = append(marks, way{Measure: aggregated(logical.Avg, col).Measure, fact: fact, date: fact.Date})
			}
		}
	}
	if slices.ContainsFunc(c.q.Words, func(w string) bool { return busyWords[w] }) {
		return byTurns(counts, amounts, terms)
	}
	if c.says("best", "worst", "top") {
		return byTurns(terms, amounts, marks, counts)
	}
	return byTurns(terms, amounts, own, counts)
}

// roles are the keys of a table to another, where there are several.
func roles(from, to *catalog.Table) []string {
	var out []string
	for _, k := range from.Out {
		if k.To == to {
			out = append(out, k.Name())
		}
	}
	if len(out) < 2 {
		return []string{""}
	}
	return out
}

// markWords name what is given for quality.
var markWords = text.WordSet("rating score mark stars star grade satisfaction points")

// worth is what a row is worth: its main amount, else its only price; nil for
// neither.
func worth(t *catalog.Table) *catalog.Column { return cmp.Or(t.Amount, t.Price) }

// says reports a business term that is made of a column.
func (w way) says(col *catalog.Column) bool {
	return w.Op == logical.Metric && w.fact == col.Table && strings.Contains(strings.ToLower(w.SQL), strings.ToLower(col.Name))
}

// byTurns takes the first of each list, then the second of each, and so on.
func byTurns(lists ...[]way) []way {
	var out []way
	for i := range maxVague {
		for _, l := range lists {
			if i < len(l) {
				out = append(out, l[i])
			}
		}
	}
	return out
}

// metrics are the business terms that add up over rows of tables.
func (c *composer) metrics(of func(*catalog.Table) bool) []way {
	var out []way
	for i := range c.vocab.Terms {
		term := &c.vocab.Terms[i]
		base := c.cat.Table(term.Table)
		if base == nil || !of(base) || quotient(term.SQL) || mean(term.SQL) {
			continue
		}
		m := logical.Measure{Op: logical.Metric, SQL: term.SQL, Title: term.Name, Base: base.Name}
		switch {
		case term.Kind == ontology.Expression && usualAgg(term) == logical.Sum:
			m.SQL = "sum(" + term.SQL + ")"
		case term.Kind != ontology.Metric:
			continue
		}
		out = append(out, way{Measure: m, fact: base, date: cmp.Or(c.vocab.TermDate(term), c.dateOf(base))})
	}
	return out
}

// mean reports an aggregate that does not add up.
func mean(sql string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(sql)), "avg(")
}

// quotient reports an expression that divides by more than a unit.
func quotient(sql string) bool {
	_, divisor, ok := strings.Cut(sql, "/")
	divisor = strings.TrimSpace(divisor)
	return ok && (divisor == "" || divisor[0] < '0' || divisor[0] > '9')
}

// facts are the dated tables whose rows belong to a table's: those that refer
// to it first, then those with the most rows.
func (c *composer) facts(t *catalog.Table) []*catalog.Table {
	var out []*catalog.Table
	hops := map[*catalog.Table]int{}
	for _, f := range c.cat.Tables {
		path, ok := c.cat.Up(f, t, "")
		if f != t && ok && f.RowCount > 0 && (f.Role == catalog.Event || f.Role == catalog.Link || f.Amount != nil) && c.dateOf(f) != nil {
			out = append(out, f)
			hops[f] = len(path)
		}
	}
	slices.SortStableFunc(out, func(a, b *catalog.Table) int {
		return cmp.Or(cmp.Compare(hops[a], hops[b]), cmp.Compare(b.RowCount, a.RowCount))
	})
	return out
}

// ranked are the things that a figure puts first, under the question's
// periods.
func (c *composer) ranked(t *catalog.Table, w way) (logical.Query, bool) {
	rising := c.has(link.Least, link.Bottom, link.Lowest)
	q := logical.Query{
		Measures:   []logical.Measure{w.Measure},
		Dimensions: []logical.Dimension{{Expr: logical.Expr{Op: logical.Entity, Ref: logical.Ref{Table: t.Name, Via: w.via}}}},
		Order:      []logical.Order{{Measure: 0, Dimension: -1, Desc: !rising}},
		Limit:      1,
	}
	if n := c.numbers(); len(n) > 0 {
		q.Limit = int(n[0].number.Value)
	} else if x := c.mentions[0]; plural(c.q.Words[x.end-1]) && !slices.Contains([]string{"has", "is", "was", "does", "did"}, c.word(x.end)) {
		q.Limit = defaultTop // "which of our doctors has the most on" asks for one
	}
	return q, c.during(&q, cmp.Or(w.date, c.dateOf(w.fact)))
}

// during puts a query under the question's periods. It reports false where the
// rows have no date.
func (c *composer) during(q *logical.Query, date *catalog.Column) bool {
	for _, x := range c.periods() {
		if c.now(x) {
			continue
		}
		if date == nil {
			return false
		}
		q.Filters = append(q.Filters, within(date, "", periodOf(x.time)))
	}
	return true
}

func (c *composer) vague(q logical.Query) Candidate {
	out := Candidate{Query: q, Base: c.base, Mentions: c.h.Mentions, Score: c.h.Score, Weakest: 1, Guesses: []string{"what is measured"}}
	for _, x := range c.items {
		use := asOrder
		switch {
		case x.isKind(link.Entity):
			use = asDimension
			out.Weakest = x.mention.Score
		case x.mention != nil:
			use = asFilter
		case x.time != nil:
			use = asPeriod
		}
		out.Phrases = append(out.Phrases, Phrase{x.start, x.end, string(use), x.mention})
	}
	return out
}
