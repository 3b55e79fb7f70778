package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/when"
)

// use says what an item became part of; empty for nothing yet.
type use string

const (
	unused      use = ""
	asMeasure   use = "measure"
	asDimension use = "dimension"
	asFilter    use = "filter"
	asDate      use = "date"
	asPeriod    use = "period"
	asOrder     use = "order"
	asLimit     use = "limit"
	asSubject   use = "subject"
	asColumn    use = "column"
	asNegation  use = "negation"
	asOperator  use = "operator"
	asBound     use = "bound"
	asContext   use = "context" // says where others belong; adds nothing itself
	asNumerator use = "numerator"
	asPath      use = "path" // says by which way another mention is reached
	asFiller    use = "filler"
)

// item is one thing a question offers to composition: a mention, a cue, a time
// phrase or a number. Exactly one of the pointers is set.
type item struct {
	start, end int
	used       use
	mention    *link.Mention
	cue        link.CueKind
	time       *when.Finding
	number     *link.Number

	negated *item              // the cue that negates it
	bound   *comparison        // the comparison that it is compared in
	shadow  *item              // stands for that one
	held    *logical.Predicate // of a mention: the condition that it was made of, composed already
	ofRows  bool               // a role that is asked for as the kind of the rows that hold its key
}

func (x *item) is(kinds ...link.CueKind) bool {
	return x.mention == nil && x.time == nil && x.number == nil && slices.Contains(kinds, x.cue)
}

func (x *item) isKind(kinds ...link.Kind) bool {
	return x.mention != nil && slices.Contains(kinds, x.mention.Kind)
}

// free reports an item that nothing used yet.
func (x *item) free() bool { return x.used == unused }

// affirmed reports a free item that nothing negates.
func (x *item) affirmed() bool { return x.free() && x.negated == nil }

func (x *item) period() bool { return x.time != nil && x.time.Kind == when.Period }
func (x *item) grain() bool  { return x.time != nil && x.time.Kind == when.Grain }

// aggregates reports a cue of an aggregate: "average", "the highest".
func (x *item) aggregates() bool { return x.mention == nil && aggregates[x.cue] != "" }

// collect puts what the question offers in order: mentions first where they
// compete with cues, numbers or weak time phrases.
func (c *composer) collect() {
	c.offer()
	slices.SortStableFunc(c.items, func(a, b *item) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return a.end - b.end
	})
	for i, x := range c.items {
		if x.mention != nil {
			c.mentions = append(c.mentions, x)
		}
		c.readNewest(x)
		if i > 0 {
			readMost(c.items[i-1], x)
		}
	}
}

// offer takes the mentions, and of the rest what they leave.
func (c *composer) offer() {
	covered := make([]bool, len(c.q.Tokens))
	for _, m := range c.h.Mentions {
		for i := m.Start; i < m.End; i++ {
			covered[i] = true
		}
	}
	free := func(start, end int) bool { return !slices.Contains(covered[start:end], true) }
	for i := range c.q.Times {
		if t := &c.q.Times[i]; !t.Weak || free(t.Start, t.End) {
			c.items = append(c.items, &item{start: t.Start, end: t.End, time: t})
		}
	}
	for i := range c.q.Numbers {
		if n := &c.q.Numbers[i]; free(n.Start, n.End) {
			c.items = append(c.items, &item{start: n.Start, end: n.End, number: n})
		}
	}
	for _, cue := range c.q.Cues {
		partly := slices.Contains(sharedCues, cue.Kind) && slices.Contains(covered[cue.Start:cue.End], false)
		if free(cue.Start, cue.End) || partly {
			c.items = append(c.items, &item{start: cue.Start, end: cue.End, cue: cue.Kind})
		}
	}
	for _, m := range c.h.Mentions {
		copied := *m
		copied.Noun = copied.Noun || c.pluralValue(m)
		c.items = append(c.items, &item{start: m.Start, end: m.End, mention: &copied})
	}
}

// sharedCues hold also where a mention takes some of their words.
var sharedCues = []link.CueKind{link.CountOf, link.ShareOf, link.By, link.HowMuch, link.RunningCue, link.MovingCue}

// readNewest lets "the last 5 orders" be the newest, unless a figure ranks
// them.
func (c *composer) readNewest(x *item) {
	if !x.is(link.Bottom, link.Top) || c.has(link.By) {
		return
	}
	switch c.word(x.start) {
	case "last":
		x.cue = link.Newest
	case "first":
		x.cue = link.Oldest
	}
}

// readMost lets "the largest number of orders" be the most orders.
func readMost(before, x *item) {
	if !x.is(link.CountOf, link.Counted) || before.end != x.start {
		return
	}
	switch {
	case before.is(link.Highest):
		before.cue = link.Most
	case before.is(link.Lowest):
		before.cue = link.Least
	}
}

// insertCue lets the word at a place be a cue.
func (c *composer) insertCue(at int, kind link.CueKind) {
	c.insert(&item{start: at, end: at + 1, cue: kind})
}

// insert puts an item in its place.
func (c *composer) insert(x *item) {
	insert := func(list []*item) []*item {
		i := slices.IndexFunc(list, func(y *item) bool { return y.start > x.start })
		if i < 0 {
			i = len(list)
		}
		return slices.Insert(list, i, x)
	}
	c.items = insert(c.items)
	if x.mention != nil {
		c.mentions = insert(c.mentions)
	}
}

// cues are the items that are one of the kinds.
func (c *composer) cues(kinds ...link.CueKind) []*item {
	var out []*item
	for _, x := range c.items {
		if x.is(kinds...) {
			out = append(out, x)
		}
	}
	return out
}

func (c *composer) has(kinds ...link.CueKind) bool {
	return slices.ContainsFunc(c.items, func(x *item) bool { return x.is(kinds...) })
}

// free are those of them that nothing used yet.
func free(items []*item) []*item {
	return slices.DeleteFunc(slices.Clone(items), func(x *item) bool { return x.used != unused })
}

func mark(items []*item, u use) {
	for _, x := range items {
		if x.used == unused {
			x.used = u
		}
	}
}

func (c *composer) numbers() []*item {
	var out []*item
	for _, x := range c.items {
		if x.number != nil {
			out = append(out, x)
		}
	}
	return out
}

func (c *composer) periods() []*item {
	var out []*item
	for _, x := range c.items {
		if x.time != nil && (x.period() || x.time.Kind == when.Shift && !x.time.Range.From.IsZero()) && x.used == unused {
			out = append(out, x)
		}
	}
	return out
}

func (c *composer) grains() []*item {
	var out []*item
	for _, x := range c.items {
		if x.grain() && x.used == unused {
			out = append(out, x)
		}
	}
	return out
}

func (c *composer) next(x *item) *item {
	if i := slices.Index(c.items, x); i >= 0 && i+1 < len(c.items) {
		return c.items[i+1]
	}
	return nil
}

func (c *composer) previous(x *item) *item {
	if i := slices.Index(c.items, x); i > 0 {
		return c.items[i-1]
	}
	return nil
}

// words are the question's words from token i to j.
func (c *composer) words(i, j int) []string {
	i, j = max(0, i), min(len(c.q.Words), j)
	if i >= j {
		return nil
	}
	return c.q.Words[i:j]
}

func (c *composer) word(i int) string {
	if i < 0 || i >= len(c.q.Words) {
		return ""
	}
	return c.q.Words[i]
}

// says reports whether one of the words stands anywhere in the question.
func (c *composer) says(words ...string) bool {
	return slices.ContainsFunc(c.q.Words, func(w string) bool { return slices.Contains(words, w) })
}

// saysPhrase reports whether the words of phrase stand in a row.
func (c *composer) saysPhrase(phrase string) bool {
	return strings.Contains(" "+strings.Join(c.q.Words, " ")+" ", " "+phrase+" ")
}

func anyOf(words []string, of ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(of, w) })
}

// first is the first mention that fits.
func (c *composer) first(fits func(x *item) bool) *item {
	for _, x := range c.mentions {
		if fits(x) {
			return x
		}
	}
	return nil
}

// last is the last mention that fits.
func (c *composer) last(fits func(x *item) bool) *item {
	for _, x := range slices.Backward(c.mentions) {
		if fits(x) {
			return x
		}
	}
	return nil
}
