package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/link"
)

// countWords ask for a number.
var countWords = []string{"number", "numbers", "count", "counts", "many", "often"}

// eachCounted reads a number that is asked for beside the thing it is for:
// "which products are our policies on, with the number for each", "who handled
// how many of the claims", "how many deals sit at which stage".
func (c *composer) eachCounted() {
	if len(c.dims) > 0 || c.has(link.ShareOf) {
		return
	}
	by, cue := c.eachAlone()
	var subject *item
	switch {
	case by != nil:
		subject = c.subject
	default:
		if cue = c.counting(); cue == nil {
			return
		}
		if subject = c.whichAfter(cue); subject == nil {
			subject = c.askedBefore(cue)
		}
	}
	rows := c.countedFor(subject, by != nil)
	if rows == nil {
		return
	}
	m := count(rows.mention.Table)
	if q := c.quantity(rows, m); q != nil {
		m = q
	}
	m.place, m.from = rows.start, rows
	rows.used = asMeasure
	for _, x := range []*item{by, cue} {
		if x != nil {
			x.used = asDimension
		}
	}
	c.add(m)
	c.groupOn(subject)
}

// eachAlone is an "each" that no thing follows, after a word for numbers, with
// the cue that asks for the number, if any.
func (c *composer) eachAlone() (by, cue *item) {
	for _, x := range free(c.cues(link.By)) {
		if !strings.HasSuffix(strings.Join(c.words(x.start, x.end), " "), "each") {
			continue
		}
		if z := c.next(x); z != nil && z.start-x.end <= 2 && (z.mention != nil || z.grain()) || !anyOf(c.words(x.start-2, x.start), countWords...) {
			continue
		}
		p := c.previous(x)
		if p != nil && p.mention != nil && p.end == x.start {
			continue // "how many brokers each" is of what is listed
		}
		if p != nil && p.is(link.CountOf) {
			cue = p
		}
		return x, cue
	}
	return nil, nil
}

// counting is the only "how many" or "how often" of the question.
func (c *composer) counting() *item {
	cues := free(c.cues(link.CountOf))
	if len(cues) != 1 || !anyOf(c.words(cues[0].start, cues[0].end), "many", "often") {
		return nil
	}
	return cues[0]
}

// whichAfter is the thing after a "which" or "what" that follows a count.
func (c *composer) whichAfter(cue *item) *item {
	for i := cue.end + 1; i < len(c.q.Words); i++ {
		if c.word(i) != "which" && c.word(i) != "what" || c.relative(i) || slices.Contains([]string{"and", ",", "or"}, c.word(i-1)) {
			continue
		}
		return c.first(func(x *item) bool { return x.start-i >= 1 && x.start-i <= 2 && x.used == unused && groups(x.mention) })
	}
	return nil
}

// askedBefore is what a "who" or "which" before a count asks for.
func (c *composer) askedBefore(cue *item) *item {
	at := c.question()
	if at < 0 || at >= cue.start || c.word(cue.start-1) == "and" && c.word(at) != "which" {
		return nil
	}
	switch c.word(at) {
	case "who":
		if x := c.first(func(x *item) bool { return x.isKind(link.Entity, link.Date) && x.used == unused }); x != nil {
			return c.person(x.mention.Table)
		}
	case "which":
		if s := c.subject; s != nil && s.end <= cue.start && s.start-at <= 2 && s.used == unused && groups(s.mention) {
			return s
		}
	}
	return nil
}

// countedFor are the rows that are counted for each of a thing: named by
// another noun or a verb, or by any state where states is set.
func (c *composer) countedFor(subject *item, states bool) *item {
	if subject == nil || !groups(subject.mention) || subject.used != unused {
		return nil
	}
	fits := func(x *item) bool {
		return x != subject && x.used == unused && x.negated == nil && c.dividedBy(x, subject)
	}
	if x := c.first(func(x *item) bool { return x.isKind(link.Entity) && fits(x) }); x != nil {
		return x
	}
	x := c.first(func(x *item) bool {
		return (x.isKind(link.Date) || x.isKind(link.Condition) && (x.mention.Noun || states)) && fits(x)
	})
	if x == nil {
		return nil
	}
	return asRows(x)
}

// asRows lets a state stand for the rows in it, and a verb for those that it
// is recorded by.
func asRows(x *item) *item {
	if x.isKind(link.Condition) {
		return entityOf(x)
	}
	rows := *x.mention
	rows.Kind, rows.Column = link.Entity, nil
	x.used = asContext
	return &item{start: x.start, end: x.end, mention: &rows}
}

// dividedBy reports whether the rows that x names fall into groups by subject.
func (c *composer) dividedBy(x, subject *item) bool {
	t, of := x.mention.Table, rowsOf(subject)
	return c.reaches(t, of) && (t != of || subject.isKind(link.Attribute, link.Role))
}
