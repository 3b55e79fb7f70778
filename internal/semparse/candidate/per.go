package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// quotients reads "cost per click", "revenue per unit": one figure divided by
// another.
func (c *composer) quotients() {
	for _, per := range free(c.cues(link.By)) {
		if !slices.Contains([]string{"per", "a", "each"}, c.word(per.start)) || per.end-per.start != 1 {
			continue
		}
		b, a := c.next(per), c.previous(per)
		if b == nil || a == nil || b.used != asMeasure || a.used != asMeasure || b.start-per.end > 1 || per.start-a.end > 1 {
			continue
		}
		over, under := c.measureFrom(a), c.measureFrom(b)
		if over == nil || under == nil || over == under {
			continue
		}
		for _, m := range []*measure{over, under} {
			if m.Agg == logical.Avg && m.column != nil && m.column.Additive {
				m.Agg = logical.Sum
			}
		}
		over.Measure = logical.Measure{Op: logical.Ratio, Args: []logical.Measure{over.Measure, under.Measure}}
		c.measures = slices.DeleteFunc(c.measures, func(m *measure) bool { return m == under })
		per.used = asOperator
	}
}

// measureFrom is the only measure made of a mention; nil for none or several.
func (c *composer) measureFrom(x *item) *measure {
	var out *measure
	for _, m := range c.measures {
		if m.from == x {
			if out != nil {
				return nil
			}
			out = m
		}
	}
	return out
}
