package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

var negations = []link.CueKind{link.Excluding, link.Without, link.Not}

// negate gives each mention the cue that negates it, if any.
func (c *composer) negate() {
	for _, x := range c.mentions {
		x.negated = c.negation(x)
	}
}

// negation is the cue right before a mention that negates it: at most three
// words away, with nothing between that ends its scope.
func (c *composer) negation(x *item) *item {
	i := slices.Index(c.items, x)
	if i < 0 {
		return nil
	}
	for _, y := range slices.Backward(c.items[:i]) {
		switch {
		case y.is(negations...) && y.used != asFiller:
			gap := c.words(y.end, x.start)
			if len(gap) <= 3 && !slices.Contains(gap, ",") {
				return y
			}
			return nil
		case y.period(), y.is(link.By, link.CountOf, link.MoreThan, link.LessThan):
			return nil
		case y.isKind(link.Value, link.Condition):
			if !anyOf(c.words(y.end, x.start), "and", "or", ",") {
				return nil
			}
		case y.isKind(link.Entity) && !x.isKind(link.Entity) && x.start-y.end > 3:
			return nil
		}
	}
	return nil
}

// negate turns a condition round.
func negate(p logical.Predicate) logical.Predicate {
	switch p.Op {
	case logical.Not:
		return p.Args[0]
	case logical.IsNull:
		p.Op = logical.NotNull
	case logical.NotNull:
		p.Op = logical.IsNull
	default:
		return logical.Predicate{Op: logical.Not, Args: []logical.Predicate{p}}
	}
	return p
}
