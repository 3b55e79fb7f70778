package link

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// barred reports senses that these tokens can't have.
func (c *context) barred(s *Sense) bool {
	switch {
	case c.otherWord(s), s.Kind == Value && c.across(s), c.isVerb(s), c.one && oneByOne(c.q.Tokens, c.q.fixed, c.i), c.q.within(c.i, c.j, KeepZero):
		return true
	case s.exact != "" && capitals(c.raw()):
		return false // US is no pronoun
	}
	return c.cues && c.asksOnly(s) || c.fillers && c.fillsOnly(s) || c.newElsewhere(s)
}

// otherWord reports a word that is not the sense's own but one like it: of the
// same stem, or in another case.
func (c *context) otherWord(s *Sense) bool {
	w := c.word()
	if c.one && len(s.forms) > 0 && (!inflects(w, s.forms) || s.Kind == Role && !s.forms[w]) {
		return true
	}
	return s.word != "" && s.word != w || s.exact != "" && s.exact != c.raw()
}

// isVerb reports a sense whose word is a verb here, or none, or part of a cue: "which
// seller owns the most" names no owned channel, "where do subscribers live" no
// live subscription, "how many rides were taken" no takings.
func (c *context) isVerb(s *Sense) bool {
	switch s.Kind {
	case Value:
		return c.verbOfValue(s)
	case Metric:
		return c.one && c.counts() && c.verbOfTerm(s)
	case Date:
		return c.one && c.adjective(s)
	case Condition:
		return c.verbOfState(s)
	}
	return false
}

// verbOfState reports a state's word that only asks ("how long were the
// delays"), or a term's words where a question asks what is done.
func (c *context) verbOfState(s *Sense) bool {
	if c.one {
		return c.i > 0 && c.q.Words[c.i-1] == "how"
	}
	return s.Term != nil && c.asksWhatIsDone() && !slices.ContainsFunc(termPhrases(s.Term), c.inOrder)
}

// verbOfTerm reports a verb's form that is no name of a business term.
func (c *context) verbOfTerm(s *Sense) bool {
	w := c.word()
	return text.Irregular(w) != w && !slices.ContainsFunc(termPhrases(s.Term), func(p string) bool { return text.Singular(p) == text.Singular(w) })
}

// adjective reports a verb's bare form that can only say how things are:
// "per open outlet" means those that have not closed, not when they opened.
func (c *context) adjective(s *Sense) bool {
	w := c.word()
	if text.Irregular(w) != w || strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "ing") || strings.HasSuffix(w, "s") || c.asksWhatIsDone() {
		return false
	}
	return slices.ContainsFunc(c.q.spans[c.i][0], func(o *Sense) bool {
		return o.Kind == Condition && o.State == Unset && o.Table == s.Table && o.Column != s.Column
	})
}

// verbOfValue reports a word that only shares its stem with a value, or that a
// longer cue holds: "split that by reason" is no city, and "top 5 customers"
// names no "Customer 5".
func (c *context) verbOfValue(s *Sense) bool {
	if !c.one {
		return c.q.Tokens[c.i].IsNumber && text.SplitName(text.Fold(s.Values[0]))[0] != c.word()
	}
	w, value := c.word(), strings.ToLower(s.Values[0])
	return !c.capital() && c.insideCue() || strings.HasSuffix(w, "s") && strings.HasSuffix(value, "ed") && !strings.HasSuffix(value, w)
}

// insideCue reports a word that a longer cue holds.
func (c *context) insideCue() bool {
	return slices.ContainsFunc(c.q.Cues, func(x Cue) bool { return x.Start <= c.i && c.j <= x.End && x.End-x.Start > 1 })
}

func termPhrases(t *ontology.Term) []string { return append([]string{t.Name}, t.Synonyms...) }

// counts reports a question for a number of things.
func (c *context) counts() bool {
	return slices.ContainsFunc(c.q.Cues, func(x Cue) bool { return x.Kind == CountOf && x.End <= c.i })
}

// asksWhatIsDone reports a form of "do" shortly before, which wants a verb
// behind its subject.
func (c *context) asksWhatIsDone() bool {
	return slices.ContainsFunc(c.q.Words[max(0, c.i-3):c.i], func(w string) bool { return w == "do" || w == "does" || w == "did" })
}

// inOrder reports whether the words here end like a phrase.
func (c *context) inOrder(phrase string) bool {
	words := text.SplitName(phrase)
	return len(words) > 0 && text.Stem(words[len(words)-1]) == text.Stem(c.q.Words[c.j-1])
}

// asksOnly reports cues that are no more than that: "average" names no column
// of that name by itself, "running total" none called total.
func (c *context) asksOnly(s *Sense) bool {
	if s.Source != FromTerm && c.q.within(c.i, c.j, RunningCue, MovingCue) {
		return true
	}
	return (s.Strength < 0.9 || c.one && generalCue[c.word()]) && !c.figure(s)
}

// fillsOnly reports fillers that are no more than that.
func (c *context) fillsOnly(s *Sense) bool {
	if s.Kind == Value && c.fillsValue(s) {
		return true
	}
	said := s.Source == FromLexicon || s.Source == FromVerb
	return said && s.Strength <= 0.72 && !c.describes(s) || c.one && c.fillsName(s)
}

// describes reports a state right before the noun of the rows that have it,
// or denied: "live leases", "running campaigns", "jobs not done".
func (c *context) describes(s *Sense) bool {
	switch {
	case s.Kind != Value && s.Kind != Condition && s.Kind != Date:
		return false
	case c.i > 0 && slices.ContainsFunc(c.q.Cues, func(x Cue) bool { return x.Kind == Not && x.End == c.i }):
		return true
	case c.j >= len(c.q.Words) || s.Kind == Date:
		return false
	}
	return slices.ContainsFunc(slices.Concat(c.q.spans[c.j]...), func(o *Sense) bool {
		return o.Kind == Entity && o.Table == s.Table && o.Strength >= besideName
	})
}

// fillsValue reports fillers that only look like a value: it stands in capitals
// and they don't, or they are not the whole of it.
func (c *context) fillsValue(s *Sense) bool {
	value := s.Values[0]
	if upper(value) && c.raw() != value {
		return true
	}
	return !c.capital() && (s.Source == FromPart || !strings.EqualFold(value, c.text()))
}

// fillsName reports a filler that names nothing by itself, unless it is meant:
// a term, a stored value, a state, a column's own name, or said after "by".
func (c *context) fillsName(s *Sense) bool {
	if c.grouped || s.Kind == Condition || c.figure(s) {
		return false
	}
	switch s.Source {
	case FromTerm, FromValue:
		return false
	case FromName:
		return s.Strength < 0.78
	}
	return true
}

// newElsewhere reports "new" as a state or value of another table's rows, or
// as the lexicon's: new customers are those who came lately.
func (c *context) newElsewhere(s *Sense) bool {
	return c.one && c.word() == "new" && (s.Kind == Value || s.Kind == Condition) && (s.Table != c.b || s.Source == FromLexicon)
}

// figure reports a general word that is just the name of one of the base's own
// figures: "amount by region", "average total" of a column called total.
func (c *context) figure(s *Sense) bool {
	if !c.one || s.Table != c.b || !ownFigure(s) {
		return false
	}
	w := c.word()
	if w != "total" && w != "count" {
		return generalWords[w] || w == "price" || w == "value"
	}
	return c.i > 0 && (c.q.cued[c.i-1] || c.i > 1 && c.q.cued[c.i-2] && stop[c.q.Words[c.i-1]])
}

// ownFigure reports a number called so by its own short name.
func ownFigure(s *Sense) bool {
	return s.Kind == Attribute && s.Column.Kind == catalog.Number && len(s.Column.Words) <= 2 && s.Strength >= 0.6 && !s.lexical
}

// inflects reports whether a word is one of the forms of a verb, or a regular
// inflection of one: "active" is none of "activate".
func inflects(w string, forms map[string]bool) bool {
	if forms[w] || forms[text.Singular(w)] {
		return true
	}
	for f := range forms {
		if text.Singular(f) == text.Singular(w) || text.Irregular(f) == text.Irregular(w) {
			return true
		}
	}
	for _, ending := range []string{"ed", "d", "ing", "s", "es"} {
		base, ok := strings.CutSuffix(w, ending)
		if ok && (forms[base] || forms[base+"e"] || len(base) > 2 && forms[base[:len(base)-1]]) {
			return true
		}
	}
	return false
}

// binding words join two phrases: "fare of a Flex ticket" holds no value.
var binding = text.WordSet("of for in by with from to on at than per")

// across reports a value's phrase with a preposition inside that the value
// itself does not hold.
func (c *context) across(s *Sense) bool {
	for k := c.i + 1; k < c.j-1; k++ {
		if w := c.q.Words[k]; binding[w] && !slices.Contains(text.SplitName(strings.ToLower(s.Values[0])), w) {
			return true
		}
	}
	return false
}

func (c *context) text() string { return strings.Join(c.q.Words[c.i:c.j], " ") }

func upper(s string) bool { return strings.ToUpper(s) == s && strings.ToLower(s) != s }
