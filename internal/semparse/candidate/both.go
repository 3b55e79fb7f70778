package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// bothValues reads "both A and B, but no C" of rows that a thing has any number
// of: one of each must be there, and none of what is denied. One row can't be
// both.
func (c *composer) bothValues(exists []*related) []*related {
	values := c.bothOf()
	if len(values) == 0 {
		return exists
	}
	col := values[0].mention.Column
	t := c.turning(col.Table)
	if t == nil {
		return exists
	}
	if at := slices.Index(c.q.Words, "both"); at >= 0 {
		c.spare[at] = true
	} else {
		c.guess("one of each")
	}
	exists = slices.DeleteFunc(exists, func(r *related) bool { return r.table == t && len(r.p.Args) == 0 })
	for _, x := range values {
		x.used = asFilter
		p := &logical.Predicate{Op: logical.Exists, Table: t.Name, Args: []logical.Predicate{c.predicate(x)}}
		if x.negated != nil {
			x.negated.used = asNegation
		}
		exists = append(exists, &related{item: x, p: p, table: t, implied: true, apart: true})
	}
	return exists
}

// bothOf are the values of one column, two or more of them joined by "and", that
// rows of a thing must have one of each of; nil for none.
func (c *composer) bothOf() []*item {
	values := slices.DeleteFunc(slices.Clone(c.mentions), func(x *item) bool { return !x.isKind(link.Value) || !c.impliesRows(x) })
	if len(values) < 2 || values[0].negated != nil || values[1].negated != nil {
		return nil
	}
	a, b := values[0], values[1]
	if a.mention.Column != b.mention.Column || slices.Equal(a.mention.Values, b.mention.Values) || !anyOf(c.words(a.end, b.start), "and", "+", "&") {
		return nil
	}
	return slices.DeleteFunc(values, func(x *item) bool { return x.mention.Column != a.mention.Column })
}

// bothUnread reports "both" right before a value or state, which nothing reads.
func (c *composer) bothUnread(i int) bool {
	return c.word(i) == "both" && slices.ContainsFunc(c.mentions, func(x *item) bool {
		return x.isKind(link.Value, link.Condition) && x.start > i && x.start-i <= 2
	})
}

// saysBoth reports "both" right before values of a column.
func (c *composer) saysBoth(xs []*item) bool {
	at := slices.Index(c.q.Words, "both")
	return at >= 0 && xs[0].start > at && xs[0].start-at <= 3 && len(c.bothOf()) > 0
}

// samePeriods puts a period that is said of one of several rows that stand apart
// on all of them.
func samePeriods(exists []*related) {
	var periods []logical.Predicate
	var of *catalog.Table
	for _, r := range exists {
		if r.apart && of == nil {
			of = r.table
		}
		for _, p := range r.p.Args {
			if r.apart && p.Op == logical.InPeriod {
				periods = append(periods, p)
			}
		}
	}
	for _, r := range exists {
		if !r.apart || r.table != of {
			continue
		}
		r.p.Args = slices.DeleteFunc(r.p.Args, func(p logical.Predicate) bool { return p.Op == logical.InPeriod })
		r.p.Args = append(r.p.Args, periods...)
	}
}
