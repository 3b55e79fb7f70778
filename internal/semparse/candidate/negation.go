package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

var negations = []link.CueKind{link.Excluding, link.Without, link.Not, link.Missing}

// negate gives each mention the cue that negates it, if any.
func (c *composer) negate() {
	for _, x := range c.mentions {
		x.negated = c.negation(x)
		if m := x.mention; x.negated != nil && x.isKind(link.Attribute) && m.Column.Primary && len(m.Table.PrimaryKey) == 1 {
			m.Kind, m.Column = link.Entity, nil // a key is never missing, its row may be
		}
	}
}

// relatives may stand between a negation and its word without counting: "not
// counting the ones that got cancelled".
var relatives = []string{"the", "ones", "those", "that", "which", "who", "got", "are", "were", "was"}

// negation is the cue right before a mention that negates it: at most three
// words away, with nothing between that ends its scope.
func (c *composer) negation(x *item) *item {
	i := slices.Index(c.items, x)
	if i < 0 {
		return nil
	}
	if y := c.denialAfter(x); y != nil {
		return y
	}
	for _, y := range slices.Backward(c.items[:i]) {
		switch {
		case y.is(negations...) && y.used != asFiller:
			if gap := c.words(y.end, x.start); c.stretch(y, x) <= 3 && !slices.Contains(gap, ",") {
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

// lightWords between a negation and what it denies lengthen its reach by
// nothing: "haven't brought us a single lead".
var lightWords = text.WordSet("a an the any single one us we our of for to from with been ever even yet had have has made at all")

// stretch counts the words from a negation to a mention that may end its
// reach.
func (c *composer) stretch(cue, x *item) int {
	n := 0
	for i := cue.end; i < x.start; i++ {
		verb := c.first(func(z *item) bool { return z.isKind(link.Date) && z.start <= i && i < z.end })
		if w := c.word(i); verb == nil && !lightWords[w] && !slices.Contains(relatives, w) {
			n++
		}
	}
	return n
}

// denialAfter is the cue behind a mention that denies it: "claim free", "bought
// nothing", "the email is missing".
func (c *composer) denialAfter(x *item) *item {
	y := c.next(x)
	if y == nil || y.start-x.end > 2 {
		return nil
	}
	for _, w := range c.words(x.end, y.start) {
		if !slices.Contains([]string{"is", "are", "was", "were", "still", "address"}, w) {
			return nil
		}
	}
	switch {
	case y.is(link.Aside):
		if w := c.word(x.start - 1); w == "leaving" || w == "leave" || w == "putting" || w == "setting" {
			c.spare[x.start-1] = true
		}
		return y
	case y.is(link.Nothing) && y.start == x.end && x.isKind(link.Entity, link.Role, link.Date), y.is(link.Missing) && x.isKind(link.Attribute, link.Date, link.Role):
		if c.endsDenial(y) {
			return y
		}
	}
	return nil
}

// endsDenial reports a cue with nothing behind it that it could deny instead.
func (c *composer) endsDenial(y *item) bool {
	z := c.next(y)
	return z == nil || z.mention == nil || z.start > y.end || y.is(link.Nothing)
}

// missingValues reads columns that are said to be lacking: "without an email",
// "no discount", "the phone number is missing".
func (c *composer) missingValues(exists []*related) {
	for _, x := range c.mentions {
		m := x.mention
		if x.used != unused || x.negated == nil || !x.isKind(link.Attribute) || m.Column.Kind == catalog.Flag || !x.negated.is(link.Without, link.Not, link.Missing) {
			continue
		}
		e := column(m.Column, m.Via)
		p := logical.Predicate{Op: logical.IsNull, Expr: &e}
		if m.Column.Kind == catalog.Number && m.Column.Nulls == 0 {
			p = logical.Predicate{Op: logical.Equal, Expr: &e, Values: []logical.Value{{Is: "number"}}}
		}
		x.negated.used, x.used = asNegation, asFilter
		if host := c.hosts(exists, x, m.Table); host != nil {
			host.p.Args = append(host.p.Args, p)
			continue
		}
		c.query.Filters = append(c.query.Filters, p)
	}
}

// turned is a condition that an item makes, turned round where a cue negates it.
func (x *item) turned(p logical.Predicate) logical.Predicate {
	if x.negated == nil {
		return p
	}
	x.negated.used = asNegation
	return negate(p)
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
