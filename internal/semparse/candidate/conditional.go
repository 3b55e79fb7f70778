package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// clause is one of several figures that are asked for with conditions of their
// own: "how many were sold, how many are active".
type clause struct {
	cue    *item
	entity *item
	figure *item
	states []*item
}

// conditional reads several "how many" or "how much" of one thing, each with
// the states said in it.
func (c *composer) conditional() {
	cues := free(c.cues(link.CountOf, link.HowMuch))
	if len(cues) < 2 || c.ranks {
		return
	}
	clauses := c.clauses(cues)
	t := c.commonTable(clauses)
	if t == nil {
		return
	}
	var made []*measure
	var figure *item
	for _, cl := range clauses {
		if cl.figure != nil {
			figure = cl.figure
		}
		m := c.clauseMeasure(cl, figure, t)
		if m == nil {
			return
		}
		made = append(made, m)
	}
	alike := c.alike(clauses, made)
	for i, cl := range clauses {
		if !alike {
			made[i].Filters = c.clauseFilters(cl)
		}
		made[i].place = cl.cue.start
		cl.cue.used = asMeasure
		for _, x := range []*item{cl.entity, cl.figure} {
			if x != nil {
				x.used = asMeasure
			}
		}
		if !alike || i == 0 {
			c.add(made[i])
		}
	}
}

// alike reports clauses that differ in one value of one column alone: they are
// groups of one figure ("how much by card and how much in cash").
func (c *composer) alike(clauses []clause, made []*measure) bool {
	for i, cl := range clauses {
		if len(cl.states) != 1 || !cl.states[0].isKind(link.Value) || cl.states[0].negated != nil || cl.states[0].mention.Negated ||
			cl.states[0].mention.Column != clauses[0].states[0].mention.Column || !made[i].same(made[0]) {
			return false
		}
	}
	return true
}

// clauses cuts what follows each cue off at the next one.
func (c *composer) clauses(cues []*item) []clause {
	var out []clause
	for i, cue := range cues {
		cl := clause{cue: cue}
		end := len(c.q.Words)
		if i+1 < len(cues) {
			end = cues[i+1].start
		}
		for _, x := range c.items {
			if x.start < cue.end || x.start >= end || x.mention == nil || x.used != unused {
				continue
			}
			switch {
			case x.isKind(link.Entity) && cl.entity == nil:
				cl.entity = x
			case comparable(x) && cl.figure == nil:
				cl.figure = x
			case x.isKind(link.Value, link.Condition):
				cl.states = append(cl.states, x)
			}
		}
		out = append(out, cl)
	}
	return out
}

// commonTable is the table whose rows all clauses speak of; nil where they
// speak of several, or where only the first has conditions.
func (c *composer) commonTable(clauses []clause) *catalog.Table {
	var t *catalog.Table
	later := false
	for i, cl := range clauses {
		later = later || i > 0 && len(cl.states) > 0
		for _, x := range []*item{cl.entity, cl.figure} {
			if x == nil {
				continue
			}
			if t != nil && x.mention.Table != t {
				return nil
			}
			t = x.mention.Table
		}
	}
	if !later {
		return nil
	}
	for _, cl := range clauses {
		for _, x := range cl.states {
			if t == nil {
				t = c.factOf(x.mention.Table)
			}
			if !c.reaches(t, x.mention.Table) {
				return nil
			}
		}
	}
	return t
}

// clauseMeasure is what a clause asks for, before its conditions; nil for
// nothing known.
func (c *composer) clauseMeasure(cl clause, figure *item, t *catalog.Table) *measure {
	switch {
	case cl.cue.is(link.CountOf) && cl.figure == nil:
		return count(t)
	case figure != nil:
		return c.measureOf(figure, "")
	case t.Amount != nil:
		c.guess("the amount meant is " + t.Amount.Name)
		return c.amountIn(t, "")
	}
	return nil
}

// clauseFilters are the conditions of a clause; values of one column are
// alternatives.
func (c *composer) clauseFilters(cl clause) []logical.Predicate {
	var out []logical.Predicate
	for _, x := range cl.states {
		p := x.turned(c.predicate(x))
		x.used = asMeasure
		i := slices.IndexFunc(out, func(o logical.Predicate) bool {
			return columnOf(o) != "" && columnOf(o) == columnOf(p) && o.Op != logical.Not && p.Op != logical.Not
		})
		if i < 0 {
			out = append(out, p)
			continue
		}
		out[i].Op = logical.In
		out[i].Values = append(slices.Clone(out[i].Values), p.Values...)
	}
	return out
}
