package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// Rival is a reading that differs from another one in a single choice.
type Rival struct {
	Candidate
	Behind float64 // how much weaker the choice is than the one taken, by the links
	Dated  bool    // it takes another date
}

// nearSense is how far behind a sense may lie to be offered instead.
const nearSense = 0.28

// Rivals are readings that take another sense of one mention, or another date
// where the date was a default. Those that say the same as r are among them.
func Rivals(v *link.Vocabulary, q *link.Question, r Candidate) []Rival {
	var out []Rival
	for i, m := range r.Mentions {
		for k, o := range m.Other {
			if gap := m.Score - o.Score; gap <= nearSense && k < 2 {
				h := link.Hypothesis{Base: r.Base, Mentions: slices.Clone(r.Mentions), Score: r.Score - gap}
				other := *m
				other.Sense, other.Score, other.Other = *o.Sense, o.Score, nil
				h.Mentions[i] = &other
				if c := composeOne(v, q, h); c.Failed == "" {
					out = append(out, Rival{Candidate: c, Behind: gap})
				}
			}
		}
	}
	return slices.Concat(out, linkRivals(v.Catalog, r), wayRivals(v.Catalog, r), dateRivals(v.Catalog, r))
}

// dateRivals put the other dates of its table where a date was taken unsaid.
func dateRivals(c *catalog.Catalog, r Candidate) []Rival {
	unsaid := slices.IndexFunc(r.Query.Default, func(d logical.Default) bool { return strings.HasPrefix(d.Rule, "date of") })
	if unsaid < 0 {
		return nil
	}
	taken := timedBy(&r.Query)
	if taken == nil {
		return nil
	}
	t := c.Table(taken.Table)
	if t == nil {
		return nil
	}
	var out []Rival
	for _, col := range t.Dates() {
		if strings.EqualFold(col.Name, taken.Column) {
			continue
		}
		other := r
		other.Query = clone(r.Query)
		eachTime(&other.Query, func(ref *logical.Ref) {
			if ref.Table == taken.Table && ref.Column == taken.Column {
				ref.Column = col.Name
			}
		})
		other.Query.Default = slices.Clone(r.Query.Default)
		other.Query.Default[unsaid].Text = datedBy(col)
		out = append(out, Rival{Candidate: other, Dated: true})
	}
	return out
}

// timedBy is the first date that a query's periods and time groups are of.
func timedBy(q *logical.Query) *logical.Ref {
	var first *logical.Ref
	eachTime(q, func(ref *logical.Ref) {
		if first == nil {
			copied := *ref
			first = &copied
		}
	})
	return first
}

// eachTime calls f for each date that rows are filtered or grouped by.
func eachTime(q *logical.Query, f func(*logical.Ref)) {
	q.EachPeriod(func(ref *logical.Ref, _ *logical.Period) { f(ref) })
	for i := range q.Dimensions {
		if d := &q.Dimensions[i]; d.Grain != "" && d.Expr.Op == logical.Column {
			f(&d.Expr.Ref)
		}
	}
}
