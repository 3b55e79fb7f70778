package link

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// form weighs how the words are written.
func (c *context) form(s *Sense) float64 {
	if !c.one {
		return 0
	}
	w := 0.0
	word, t := c.word(), c.q.Tokens[c.i]
	if s.Kind == Entity {
		w -= otherForm(s, word)
	}
	switch {
	case s.words[word]:
		w += 0.06
	case len(s.words) > 0 && s.Kind != Date && !inflects(word, s.words) && !t.Fixed:
		w -= 0.2
	}
	if t.Fixed {
		w -= 0.05
	}
	if len(t.Raw) <= 3 && s.Kind == Value && s.Source != FromValue && strings.ToLower(t.Raw) == t.Raw {
		w -= 0.3
	}
	return w
}

// otherForm is what it costs a noun for rows that the word only shares its
// stem, the more so where it is a verb's form.
func otherForm(s *Sense, word string) float64 {
	cost := 0.0
	if len(s.singular) > 0 && !s.singular[text.Singular(word)] {
		cost += 0.45
	}
	if (strings.HasSuffix(word, "ed") || strings.HasSuffix(word, "ing")) && !slices.Contains(s.Table.Words, word) {
		cost += 0.65
	}
	return cost
}

// fit weighs a sense against what else the question names.
func (c *context) fit(s *Sense) float64 {
	w := 0.0
	switch s.Kind {
	case Condition, Value:
		return c.fitState(s)
	case Entity:
		if s.Source == FromLexicon && c.stored && c.capital() {
			w -= 0.2 // "on the Enterprise plan"
		}
	case Attribute, Role:
	default:
		return 0
	}
	if c.grouped {
		w += groupedBy
	}
	if s.Kind == Attribute && c.undated(s) {
		w -= 0.12
	}
	return w
}

// undated reports a figure without a date where the question gives a time.
func (c *context) undated(s *Sense) bool {
	return len(c.q.Times) > 0 && s.Column.Kind == catalog.Number && s.Table.Date == nil && s.Source != FromTerm && s.Strength < 0.9
}

// fitState weighs a state or value: it has to be one of the rows asked about,
// and of no other noun.
func (c *context) fitState(s *Sense) float64 {
	w := 0.0
	if s.Source != FromTerm {
		w -= c.besideNoun(s)
	}
	small := s.Kind == Value && !c.capital()
	if small && (c.entity || c.role && s.Table != c.b) {
		w -= pick(c.entity, 0.4, 0.3)
	}
	if !s.Noun && s.Table != c.b && !c.named[s.Table] {
		w -= pick(s.Kind == Condition && s.Source == FromTerm, 0.5, 0)
		w -= pick(s.Source != FromValue && !c.properName(s), 0.4, 0)
	}
	if small && c.fillers {
		w -= 0.4
	}
	return w
}

// properName reports a part of rows' own names, written as a name or with no
// other meaning here.
func (c *context) properName(s *Sense) bool {
	return s.Source == FromPart && s.Kind == Value && slices.Contains(s.Table.Label, s.Column) &&
		(c.capital() || !slices.ContainsFunc(c.q.spans[c.i][0], func(o *Sense) bool { return o.Source != FromPart }))
}

// besideNoun is what it costs a state that the noun after it names rows of
// another table, from which the state's table is not reached.
func (c *context) besideNoun(s *Sense) float64 {
	if c.j >= len(c.q.Tokens) || len(c.q.spans[c.j]) == 0 {
		return 0
	}
	nouns := 0
	for _, o := range c.q.spans[c.j][0] {
		if o.Kind != Entity || o.Strength < 0.9 {
			continue
		}
		nouns++
		if o.Table == s.Table || c.q.vocabulary.Catalog.Reaches(o.Table, s.Table) {
			return 0
		}
	}
	return pick(nouns > 0, 0.4, 0)
}
