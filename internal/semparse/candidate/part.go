package candidate

import (
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// partByBound reads a part bounded by a number: "what share of the items has a
// margin above 35", "what percentage of outages was restored within 2 hours".
// The bound has to stand behind the whole and behind any other part; nil for
// none.
func (c *composer) partByBound(share []*item, part *item) *logical.Predicate {
	if len(share) == 0 || c.word(share[0].start) == "as" || c.has(link.Among) {
		return nil
	}
	whole := c.wholeBehind(share[0])
	if whole == nil {
		return nil
	}
	from := whole.end
	if part != nil {
		from = max(from, part.end)
	}
	for _, d := range c.comparisons {
		if d.done || d.number.start < from || d.cue.start < share[0].end {
			continue
		}
		before := c.base
		c.base = rowsOf(whole)
		p, ok := c.boundPart(d)
		c.base = before
		if ok {
			d.done = true
			return &p
		}
	}
	return nil
}

// wholeBehind is what a share is of: what is measured, else the rows named
// behind its cue; nil for none.
func (c *composer) wholeBehind(share *item) *item {
	if len(c.measures) > 0 && c.measures[0].from != nil {
		return c.measures[0].from
	}
	return c.first(func(x *item) bool {
		return x.start >= share.end && (x.isKind(link.Entity) || x.isKind(link.Condition) && x.mention.Noun)
	})
}

func (c *composer) boundPart(d *comparison) (logical.Predicate, bool) {
	if x := d.target; x != nil && numeric(x.mention) && c.reaches(c.base, x.mention.Table) {
		for i, m := range c.measures {
			if m.from == x {
				c.measures = append(c.measures[:i:i], c.measures[i+1:]...)
				break
			}
		}
		x.used = asNumerator
		return compare(c.rowExpr(x.mention), d.bound), true
	}
	if !c.units(d) || d.target != nil && !d.target.isKind(link.Entity, link.Date) {
		return logical.Predicate{}, false
	}
	e, ok := c.boundedSpan(d)
	if !ok {
		return logical.Predicate{}, false
	}
	c.spareTime()
	for _, x := range c.mentions {
		if x.isKind(link.Date) && x.used == asFilter {
			x.used = asNumerator // no period is of it
		}
	}
	return compare(e, d.bound), true
}

// rowsBehind is a part named by rows that the whole has any number of, behind
// the cue, where figures are grouped: "what percentage of the accounts in each
// segment has opened a ticket".
func (c *composer) rowsBehind(share []*item) bool {
	if len(share) == 0 || c.word(share[0].start) == "as" {
		return false
	}
	whole := c.first(func(x *item) bool { return x.isKind(link.Entity) && x.start >= share[0].end })
	if whole == nil || len(c.measures) > 0 && !c.measures[0].counts() {
		return false
	}
	return c.first(func(x *item) bool {
		t := x.mention.Table
		return x.isKind(link.Entity) && x.used == unused && x.start > whole.end && t != whole.mention.Table && !c.reaches(whole.mention.Table, t) && c.reaches(t, whole.mention.Table)
	}) != nil
}
