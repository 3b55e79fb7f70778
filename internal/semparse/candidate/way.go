package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
)

// namedWays lets things that the question names say by which way others are
// reached: the departments of "enrolments in each department's courses" are
// those of the courses, though the students have departments, too.
func (c *composer) namedWays() {
	for _, x := range c.mentions {
		if x.mention.Via != "" || x.negated != nil || !x.isKind(link.Value, link.Attribute, link.Condition) || x.used == asMeasure {
			continue
		}
		x.mention.Via = c.namedWay(x.mention.Table)
	}
	for _, d := range c.dims {
		if d.table == nil || d.Expr.Ref.Via != "" || d.Expr.Ref.Table == "" {
			continue
		}
		d.Expr.Ref.Via = c.namedWay(d.table)
	}
}

// namedWay is the key by which t is reached over a table that the question
// names; empty where the nearest way passes one or none is named.
func (c *composer) namedWay(t *catalog.Table) string {
	near, ok := c.cat.Up(c.base, t, "")
	if t == c.base || !ok || len(near) < 2 {
		return ""
	}
	named := c.namedBetween(t)
	if slices.ContainsFunc(named, func(over *catalog.Table) bool { return passes(near, over) }) {
		return ""
	}
	for _, over := range named {
		if via := c.wayOver(over, t); via != "" {
			return via
		}
	}
	return ""
}

// passes reports whether a path leads over a table before its end.
func passes(path []catalog.Hop, over *catalog.Table) bool {
	return slices.ContainsFunc(path[:len(path)-1], func(h catalog.Hop) bool { return h.To() == over })
}

// namedBetween are the tables that the question names beside the base and t.
func (c *composer) namedBetween(t *catalog.Table) []*catalog.Table {
	var out []*catalog.Table
	for _, x := range c.mentions {
		over := x.mention.Table
		if x.isKind(link.Entity, link.Value, link.Attribute) && over != c.base && over != t && x.negated == nil {
			out = append(out, over)
		}
	}
	return out
}

// wayOver is the key by which the base and all measures reach t right behind
// a table; empty for none.
func (c *composer) wayOver(over, t *catalog.Table) string {
	last, ok := c.cat.Up(over, t, "")
	if !ok || len(last) != 1 || !c.reaches(c.base, over) {
		return ""
	}
	via := last[0].Key.Name()
	if path, ok := c.cat.Up(c.base, t, via); ok && passes(path, over) && c.allReach(t, via) {
		return via
	}
	return ""
}

// allReach reports whether each measure's rows reach t by the key.
func (c *composer) allReach(t *catalog.Table, via string) bool {
	return !slices.ContainsFunc(c.measures, func(m *measure) bool {
		b := c.cat.Table(m.base())
		if b == nil || b == t {
			return true
		}
		_, ok := c.cat.Up(b, t, via)
		return !ok
	})
}
