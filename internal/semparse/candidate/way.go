package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
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

// unsaidWays notes a thing that is reached as nearly by other keys, where the
// question does not say which: "rides by city" takes the riders' cities, though
// the stations have cities, too.
func (c *composer) unsaidWays() {
	for _, ref := range farRefs(&c.query) {
		t := c.cat.Table(ref.Table)
		keys := waysTo(c.cat, c.base, t)
		if len(keys) < 2 || ref.Via != "" || c.namesKey(keys[0]) || slices.ContainsFunc(c.namedBetween(t), func(over *catalog.Table) bool { return over == keys[0].To }) {
			continue
		}
		d := logical.Default{Rule: logical.WayUnsaid, Text: wayText(t, keys[0]), Risk: 0.3}
		if !slices.Contains(c.query.Default, d) {
			c.query.Default = append(c.query.Default, d)
		}
	}
}

// namesKey reports a mention of what a key refers to, by the key's own name.
func (c *composer) namesKey(k *catalog.Key) bool {
	return slices.ContainsFunc(c.mentions, func(x *item) bool { return x.isKind(link.Role) && x.mention.Key == k })
}

// wayText says by which key a thing was reached.
func wayText(t *catalog.Table, k *catalog.Key) string {
	words := slices.DeleteFunc(slices.Clone(k.Columns[0].Words), func(w string) bool { return w == "id" || w == "code" || w == "key" || w == "number" })
	if len(words) == 0 {
		words = k.To.Words
	}
	return text.Singular(last(t.Words)) + " of the " + strings.Join(words, " ")
}

// farRefs are the columns of other tables that a query groups and filters by.
func farRefs(q *logical.Query) []*logical.Ref {
	var out []*logical.Ref
	for i := range q.Dimensions {
		if q.Dimensions[i].Expr.Ref.Table != "" {
			out = append(out, &q.Dimensions[i].Expr.Ref)
		}
	}
	for i := range q.Filters {
		if e := q.Filters[i].Expr; e != nil && e.Ref.Table != "" && q.Filters[i].Op != logical.InPeriod {
			out = append(out, &e.Ref)
		}
	}
	return out
}

// waysTo are the keys of a table over which another is reached in as few steps,
// two or more: the nearest's first.
func waysTo(c *catalog.Catalog, base, t *catalog.Table) []*catalog.Key {
	if base == nil || t == nil || t == base || t.Role == catalog.Calendar {
		return nil
	}
	near, ok := c.Up(base, t, "")
	if !ok || len(near) < 2 {
		return nil
	}
	keys := []*catalog.Key{near[0].Key}
	for _, k := range base.Out {
		path, ok := c.Up(base, t, k.Name())
		if ok && k != keys[0] && len(path) == len(near) && path[0].Key == k {
			keys = append(keys, k)
		}
	}
	return keys
}

// wayRivals reach a thing by the other keys where one was taken unsaid.
func wayRivals(c *catalog.Catalog, r Candidate) []Rival {
	unsaid := slices.IndexFunc(r.Query.Default, func(d logical.Default) bool { return d.Rule == logical.WayUnsaid })
	if unsaid < 0 {
		return nil
	}
	var out []Rival
	for _, ref := range farRefs(&r.Query) {
		t := c.Table(ref.Table)
		keys := waysTo(c, r.Base, t)
		if len(keys) < 2 || ref.Via != "" || wayText(t, keys[0]) != r.Query.Default[unsaid].Text {
			continue
		}
		for _, k := range keys[1:] {
			other := r
			other.Query = clone(r.Query)
			for _, o := range farRefs(&other.Query) {
				if o.Table == ref.Table && o.Via == "" {
					o.Via = k.Name()
				}
			}
			other.Query.Default = slices.Clone(r.Query.Default)
			other.Query.Default[unsaid].Text = wayText(t, k)
			out = append(out, Rival{Candidate: other})
		}
		return out
	}
	return out
}
