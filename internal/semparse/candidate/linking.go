package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// linkSaid is the rule of a link that the question names, or what its rows
// record.
const linkSaid = "link said"

// linking chooses the table over which the counted things meet what they are
// divided by, where each has many of the other: "how many vendors has each
// department ordered from" counts by orders, not by contracts.
func (c *composer) linking() {
	links := linksOf(c.cat, &c.query)
	if len(links) < 2 {
		return
	}
	for _, l := range links {
		if c.namesLink(l.Table) {
			c.query.Link = l.Table.Name
			c.query.Default = append(c.query.Default, logical.Default{Rule: linkSaid, Text: linkedBy(l.Table)})
			return
		}
	}
	if links[1].Hops == links[0].Hops {
		c.query.Link = links[0].Table.Name
		c.query.Default = append(c.query.Default, logical.Default{Rule: logical.LinkUnsaid, Text: linkedBy(links[0].Table), Risk: 0.5})
	}
}

// namesLink reports a mention of a table's rows, or of what they record.
func (c *composer) namesLink(t *catalog.Table) bool {
	return slices.ContainsFunc(c.mentions, func(x *item) bool { return x.mention.Table == t && x.used != unused })
}

func linkedBy(t *catalog.Table) string { return "put together by " + text.Plural(last(t.Words)) }

// linksOf are the tables over which a query's only kind of measured rows meet
// a dimension that they have many of, the nearest first.
func linksOf(c *catalog.Catalog, q *logical.Query) []logical.Link {
	if len(q.Measures) == 0 || len(q.Dimensions) == 0 {
		return nil
	}
	base := c.Table(q.Measures[0].Base)
	if base == nil || slices.ContainsFunc(q.Measures, func(m logical.Measure) bool { return m.Base != base.Name }) {
		return nil
	}
	var far []logical.Ref
	for _, d := range q.Dimensions {
		t := c.Table(d.Expr.Ref.Table)
		if t == nil {
			return nil
		}
		if _, ok := c.Up(base, t, d.Expr.Ref.Via); !ok && t != base {
			far = append(far, d.Expr.Ref)
		}
	}
	if len(far) == 0 {
		return nil
	}
	return logical.Links(c, base, far)
}

// linkRivals put the other tables that link as nearly where one was taken
// unsaid.
func linkRivals(c *catalog.Catalog, r Candidate) []Rival {
	unsaid := slices.IndexFunc(r.Query.Default, func(d logical.Default) bool { return d.Rule == logical.LinkUnsaid })
	if unsaid < 0 {
		return nil
	}
	var out []Rival
	links := linksOf(c, &r.Query)
	for _, l := range links {
		if l.Table.Name == r.Query.Link || l.Hops > links[0].Hops {
			continue
		}
		other := r
		other.Query = clone(r.Query)
		other.Query.Link = l.Table.Name
		other.Query.Default = slices.Clone(r.Query.Default)
		other.Query.Default[unsaid].Text = linkedBy(l.Table)
		out = append(out, Rival{Candidate: other})
	}
	return out
}
