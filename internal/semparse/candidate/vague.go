package candidate

import (
	"cmp"
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// maxVague is how many ways to measure a vague superlative are offered.
const maxVague = 4

// Vague are the ways to measure what a superlative leaves open: the biggest
// customer, by the number or by the amount of what refers to customers. None
// where the question says more than the superlative, one kind of thing and
// when.
func Vague(v *link.Vocabulary, q *link.Question) []Candidate {
	for _, h := range q.Hypotheses() {
		c := newComposer(v, q, h)
		things := c.openSuperlative()
		if things == nil {
			continue
		}
		var out []Candidate
		for _, fact := range c.facts(things.mention.Table) {
			if query, ok := c.ranked(things.mention.Table, count(fact).Measure, fact); ok {
				out = append(out, c.vague(query))
			}
			if fact.Amount == nil {
				continue
			}
			if query, ok := c.ranked(things.mention.Table, aggregated(logical.Sum, fact.Amount).Measure, fact); ok {
				out = append(out, c.vague(query))
			}
		}
		return out[:min(len(out), maxVague)]
	}
	return nil
}

// openSuperlative is the thing that a superlative is of, where nothing but a
// period stands beside the two.
func (c *composer) openSuperlative() *item {
	if len(c.mentions) != 1 || !c.mentions[0].isKind(link.Entity) || c.mentions[0].mention.Score < leastOpen {
		return nil
	}
	if !c.has(link.Most, link.Least, link.Top, link.Bottom, link.Highest, link.Lowest) {
		return nil
	}
	held := make([]bool, len(c.q.Words))
	for _, x := range c.items {
		if x.mention == nil && x.time == nil && x.number == nil && !x.is(link.Most, link.Least, link.Top, link.Bottom, link.Highest, link.Lowest) {
			return nil
		}
		for i := x.start; i < x.end; i++ {
			held[i] = true
		}
	}
	for i, w := range c.q.Words {
		if !held[i] && !link.Filler(w) && c.q.Tokens[i].Word() {
			return nil
		}
	}
	return c.mentions[0]
}

// leastOpen is how surely the thing has to be named.
const leastOpen = 0.5

// facts are the tables of events that refer to a table's rows, those with the
// most rows first.
func (c *composer) facts(t *catalog.Table) []*catalog.Table {
	var out []*catalog.Table
	for _, f := range c.cat.Tables {
		if f != t && f.Role == catalog.Event && f.RowCount > 0 && c.reaches(f, t) {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b *catalog.Table) int { return cmp.Compare(b.RowCount, a.RowCount) })
	return out
}

// ranked are the things that a measure puts first, under the question's
// periods.
func (c *composer) ranked(t *catalog.Table, m logical.Measure, fact *catalog.Table) (logical.Query, bool) {
	rising := c.has(link.Least, link.Bottom, link.Lowest)
	q := logical.Query{
		Measures:   []logical.Measure{m},
		Dimensions: []logical.Dimension{{Expr: logical.Expr{Op: logical.Entity, Ref: logical.Ref{Table: t.Name}}}},
		Order:      []logical.Order{{Measure: 0, Dimension: -1, Desc: !rising}},
		Limit:      1,
	}
	if n := c.numbers(); len(n) > 0 {
		q.Limit = int(n[0].number.Value)
	} else if c.has(link.Top, link.Bottom) && plural(c.q.Words[c.mentions[0].end-1]) {
		q.Limit = defaultTop
	}
	for _, x := range c.periods() {
		if c.now(x) {
			continue
		}
		date := c.dateOf(fact)
		if date == nil {
			return q, false
		}
		q.Filters = append(q.Filters, within(date, "", periodOf(x.time)))
	}
	return q, true
}

func (c *composer) vague(q logical.Query) Candidate {
	out := Candidate{Query: q, Base: c.base, Mentions: c.h.Mentions, Score: c.h.Score, Weakest: c.mentions[0].mention.Score,
		Guesses: []string{"what is measured"}}
	for _, x := range c.items {
		use := asOrder
		switch {
		case x.mention != nil:
			use = asDimension
		case x.time != nil:
			use = asPeriod
		}
		out.Phrases = append(out.Phrases, Phrase{x.start, x.end, string(use), x.mention})
	}
	return out
}
