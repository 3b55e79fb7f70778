package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// whoAt is the place of a "who" that asks; -1 for none.
func (c *composer) whoAt() int {
	at := slices.Index(c.q.Words, "who")
	if at < 0 || c.relative(at) {
		return -1
	}
	return at
}

// personOf finds the persons that rows of a table refer to and that "who" asks
// for: by a key of their own, else further up. Where there are several kinds,
// the verb must say which: its agent. nil for none or several.
func (c *composer) personOf(base *catalog.Table) *link.Mention {
	keys := slices.DeleteFunc(slices.Clone(base.Out), func(k *catalog.Key) bool { return k.To == base || !c.vocab.Persons(k.To) })
	if len(keys) > 1 {
		keys = slices.DeleteFunc(keys, func(k *catalog.Key) bool { return !c.agent(base, k.To) })
	}
	m := &link.Mention{Score: 0.7}
	m.Strength, m.Source = 0.7, link.FromName
	if len(keys) == 1 {
		m.Kind, m.Table, m.Column, m.Key = link.Role, base, keys[0].Columns[0], keys[0]
		return m
	}
	if len(keys) > 1 {
		return nil
	}
	for _, t := range c.cat.Tables {
		if t == base || !c.vocab.Persons(t) || !c.reaches(base, t) {
			continue
		}
		if m.Table != nil {
			return nil
		}
		m.Kind, m.Table = link.Entity, t
	}
	if m.Table == nil {
		return c.firmOf(base)
	}
	return m
}

// firmConcepts are what the lexicon calls those who act like persons.
var firmConcepts = []string{"company", "account", "advertiser", "agency", "broker", "merchant", "vendor", "seller", "contractor"}

// firmOf is the one kind of firm that rows of a table refer to, where they
// refer to no persons at all.
func (c *composer) firmOf(base *catalog.Table) *link.Mention {
	keys := slices.DeleteFunc(slices.Clone(base.Out), func(k *catalog.Key) bool {
		return k.To == base || !c.vocab.Is(k.To, firmConcepts) && !c.agent(base, k.To)
	})
	if len(keys) != 1 {
		return nil
	}
	m := &link.Mention{Score: 0.6}
	m.Kind, m.Table, m.Column, m.Key, m.Strength, m.Source = link.Role, base, keys[0].Columns[0], keys[0], 0.6, link.FromName
	return m
}

// peopleWords count persons whatever rows tell of them.
var peopleWords = text.WordSet("people persons individuals")

// countsPeople reports a word for people right behind a cue that counts.
func (c *composer) countsPeople(i int) bool {
	return peopleWords[c.word(i)] && slices.ContainsFunc(c.items, func(x *item) bool {
		return x.is(link.CountOf, link.Distinct) && x.end == i
	})
}

// measuresPersons reports a figure that counts persons.
func (c *composer) measuresPersons() bool {
	return slices.ContainsFunc(c.measures, func(m *measure) bool {
		t := c.cat.Table(m.Base)
		return m.Agg == logical.CountDistinct || m.Agg == logical.Count && t != nil && c.vocab.Persons(t)
	})
}

// people counts the persons that rows refer to, each once: "how many people
// made an offer". nil where no word for people stands between the cue and what
// is counted, and where no one kind of persons is known.
func (c *composer) people(cue, x *item, m *measure) *measure {
	for i := cue.end; i < x.start; i++ {
		if !c.countsPeople(i) || !m.counts() {
			continue
		}
		t := c.cat.Table(m.Base)
		if t == nil || c.vocab.Persons(t) {
			return nil
		}
		person := c.personOf(t)
		if person == nil {
			return nil
		}
		who := &item{start: i, end: i + 1, mention: person}
		c.guess("people: " + strings.Join(rowsOf(who).Words, " "))
		ref := logical.Ref{Table: rowsOf(who).Name}
		if person.Kind == link.Role {
			ref.Via = person.Key.Name()
		}
		return &measure{Measure: logical.Measure{Agg: logical.CountDistinct, Base: t.Name, Expr: &logical.Expr{Op: logical.Entity, Ref: ref}, Filters: m.Filters}}
	}
	return nil
}

// countedOnce takes cues of counting each thing once for met where a figure
// does: it counts different things, rows that are things themselves, or what
// stands right behind the cue.
func (c *composer) countedOnce() {
	for _, cue := range c.cues(link.Distinct) {
		things := slices.ContainsFunc(c.measures, func(m *measure) bool {
			return m.Agg == logical.CountDistinct || m.Agg == logical.Count && m.from != nil && m.from.isKind(link.Entity) && m.from.mention.Source != link.FromVerb && !peopleWords[c.word(cue.end)]
		})
		named := c.first(func(x *item) bool {
			return x.mention != nil && x.used != unused && x.start >= cue.end && x.start-cue.end <= 2 && x.isKind(link.Entity, link.Role, link.Attribute)
		})
		if things || named != nil {
			cue.used = asOperator
		}
	}
}

// takesPart reports whether rows of a table may do, or undergo, what a verb
// says; nothing is known against it of verbs without a frame.
func (c *composer) takesPart(t *catalog.Table, verb *link.Mention) bool {
	return len(verb.Agents)+len(verb.Objects) == 0 || c.vocab.Is(t, verb.Agents) || c.vocab.Is(t, verb.Objects)
}

// agent reports whether some verb for the base's rows is done by persons of t.
func (c *composer) agent(base, t *catalog.Table) bool {
	return slices.ContainsFunc(c.mentions, func(x *item) bool {
		return x.isKind(link.Date) && x.mention.Table == base && c.vocab.Is(t, x.mention.Agents)
	})
}

// person is the thing that "who" asks for beside rows of a table; nil where a
// word names it, or nothing does.
func (c *composer) person(base *catalog.Table) *item {
	at := c.whoAt()
	if at < 0 || base == nil || c.vocab.Persons(base) || c.subject != nil && c.subject.isKind(link.Entity, link.Role) && c.vocab.Persons(rowsOf(c.subject)) {
		return nil
	}
	for _, cue := range c.cues(link.According) {
		if x := c.next(cue); x != nil && x.isKind(link.Entity, link.Role) && x.used == unused && c.vocab.Persons(rowsOf(x)) && c.reaches(base, rowsOf(x)) {
			cue.used = asPath
			return x // "who listed how many, going by the listing agent"
		}
	}
	m := c.personOf(base)
	if m == nil {
		return nil
	}
	m.Start, m.End = at, at+1
	x := &item{start: at, end: at + 1, mention: m}
	c.guess("who: " + strings.Join(rowsOf(x).Words, " "))
	return x
}
