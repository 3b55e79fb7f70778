package link

import (
	"cmp"
	"slices"
	"unicode"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// score weighs the senses of tokens [i, j) as seen from b, best first.
func (q *Question) score(b *catalog.Table, i, j int, senses []*Sense, named map[*catalog.Table]bool) []Scored {
	c := q.contextOf(i, j)
	if c.one && c.asks() {
		return nil
	}
	c.b, c.named = b, named
	c.compare(senses)
	var out []Scored
	for _, s := range senses {
		if w, ok := c.score(s); ok && w > leastHit {
			out = append(out, Scored{w, s})
		}
	}
	slices.SortStableFunc(out, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

// context is what surrounds the tokens [i, j) whose senses are weighed.
type context struct {
	q       *Question
	b       *catalog.Table
	i, j    int
	named   map[*catalog.Table]bool
	one     bool // a single token
	cues    bool // all of it cues
	fillers bool // all of it fillers
	grouped bool // "by" stands right before
	role    bool // one of the senses is a role of the base table
	entity  bool // one of the senses is a table's own name
	stored  bool // one of the senses is a stored value
}

// contextOf tells of the tokens [i, j) what holds from any base table.
func (q *Question) contextOf(i, j int) context {
	c := context{q: q, i: i, j: j, one: j-i == 1, cues: true, fillers: true}
	for k := i; k < j; k++ {
		c.cues = c.cues && q.cued[k]
		c.fillers = c.fillers && filler[q.Words[k]]
	}
	c.grouped = i > 0 && (q.inCue(i-1, By) || i > 1 && weak[q.Words[i-1]] && q.inCue(i-2, By))
	return c
}

// compare tells what the tokens mean besides: each sense is weighed against
// the others.
func (c *context) compare(senses []*Sense) {
	for _, s := range senses {
		switch s.Kind {
		case Role:
			c.role = c.role || s.Table == c.b
		case Value:
			c.stored = c.stored || s.Source == FromValue && s.Strength >= 1
		case Entity:
			c.entity = c.entity || s.Strength >= 0.9 && (s.Source == FromName || s.Source == FromTerm)
		}
	}
}

// lightVerbs after a pronoun only carry the question: "we make", "did they get".
var (
	lightVerbs = text.WordSet("make made get take have place run show give go live do pay see")
	pronouns   = text.WordSet("we they you i did to people customers it he she")
)

func (c *context) word() string { return c.q.Words[c.i] }

// raw is the first token as it was written.
func (c *context) raw() string { return c.q.Tokens[c.i].Raw }

func (c *context) asks() bool {
	w := c.word()
	return filler[w] && c.i > 0 && pronouns[c.q.Words[c.i-1]] && lightVerbs[w]
}

// capital reports a capitalised word that does not begin the question.
func (c *context) capital() bool {
	r := []rune(c.raw())
	return c.i > 0 && len(r) > 0 && unicode.IsUpper(r[0])
}

// score weighs one sense; ok is false where it can't be meant.
func (c *context) score(s *Sense) (float64, bool) {
	if c.barred(s) {
		return 0, false
	}
	w := s.Strength - c.q.distance(c.b, s.Table)
	if s.Kind == Entity && s.Table == c.b {
		w += 0.04
	}
	if s.Kind == Date && (s.Source == FromLexicon || s.Source == FromVerb) && s.Table != c.b && !c.q.vocabulary.Catalog.Reaches(c.b, s.Table) {
		w -= unreachedDate
	}
	return w + c.form(s) + c.fit(s), true
}
