package link

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/lexicon"
	"github.com/querent/querent/internal/semparse/text"
)

// How strong business terms are.
const (
	termStrength    = 1.2
	synonymStrength = 1.15
	termAlone       = 1.0 // a filter said without its table's noun: "active" of "active customer"
	termOtherNoun   = 1.1
)

// terms adds the business terms in force.
func (v *Vocabulary) terms() {
	for i := range v.Terms {
		term := &v.Terms[i]
		t := v.Catalog.Table(term.Table)
		if t == nil {
			continue
		}
		for _, name := range append([]string{term.Name}, term.Synonyms...) {
			v.term(t, term, text.SplitName(name))
			if one, ok := strings.CutSuffix(name, "s"); ok && len(one) > 1 && upper(one) {
				v.term(t, term, []string{strings.ToLower(one)}) // POs, a PO
			}
		}
	}
	v.nouns()
}

func (v *Vocabulary) term(t *catalog.Table, term *ontology.Term, words []string) {
	s := Sense{Table: t, Term: term, Strength: termStrength, Source: FromTerm}
	switch term.Kind {
	case ontology.Synonym:
		v.synonym(t, term, words)
	case ontology.Metric:
		s.Kind = Metric
		v.add(words, s)
	case ontology.Expression:
		s.Kind = Computed
		v.add(words, s)
	case ontology.Filter:
		s.Kind = Condition
		v.add(words, s)
		v.withoutNoun(t, s, words)
	}
}

func (v *Vocabulary) synonym(t *catalog.Table, term *ontology.Term, words []string) {
	s := Sense{Kind: Entity, Table: t, Strength: synonymStrength, Source: FromTerm, Term: term}
	if c := t.Column(term.Column); c != nil {
		s.Kind, s.Column = Attribute, c
		switch {
		case c.Key != nil:
			s.Kind, s.Key = Role, c.Key
		case c.Kind == catalog.Date:
			s.Kind = Date
		}
	}
	v.add(words, s)
}

// withoutNoun lets the rest of a filter's name stand for it where its table is
// named otherwise: "active" of "active customer", "active clients".
func (v *Vocabulary) withoutNoun(t *catalog.Table, s Sense, words []string) {
	nouns := v.nounsOf(t)
	for _, noun := range nouns {
		rest := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(noun, text.Stem(w)) })
		if len(rest) == 0 || len(rest) == len(words) || !slices.Contains(noun, text.Stem(words[len(words)-1])) {
			continue
		}
		alone := s
		alone.Strength = termAlone
		v.add(rest, alone)
		for _, other := range nouns {
			if len(other) <= 2 {
				with := s
				with.Strength, with.Noun = termOtherNoun, true
				v.add(slices.Concat(rest, other), with)
			}
		}
	}
}

// nounsOf are the stems of each phrase that names a table's rows.
func (v *Vocabulary) nounsOf(t *catalog.Table) [][]string {
	var out [][]string
	for k, senses := range v.senses {
		if slices.ContainsFunc(senses, func(s *Sense) bool { return s.Kind == Entity && s.Table == t && s.Strength >= 0.5 }) {
			out = append(out, strings.Fields(k))
		}
	}
	slices.SortFunc(out, slices.Compare[[]string])
	return out
}

// nouns marks the filters whose phrase holds a noun for their table's rows.
func (v *Vocabulary) nouns() {
	byTable := map[*catalog.Table][][]string{}
	for k, senses := range v.senses {
		for _, s := range senses {
			if s.Kind != Condition || s.Source != FromTerm || s.Noun {
				continue
			}
			if byTable[s.Table] == nil {
				byTable[s.Table] = v.nounsOf(s.Table)
			}
			words := strings.Fields(k)
			s.Noun = slices.ContainsFunc(byTable[s.Table], func(noun []string) bool {
				return len(noun) <= 2 && len(noun) < len(words) && !slices.ContainsFunc(noun, func(w string) bool { return !slices.Contains(words, w) })
			})
		}
	}
}

// verbs adds the frames whose event a table records: "bought" for orders.
func (v *Vocabulary) verbs() {
	for _, f := range lexicon.Frames() {
		for _, t := range v.Catalog.Tables {
			if t.Date == nil && len(t.Out) == 0 || !v.has(t, f.Event) {
				continue
			}
			s := Sense{Kind: Date, Table: t, Column: t.Date, Source: FromVerb, Verb: true, Agents: f.Agent, Objects: f.Object}
			for _, form := range append(slices.Clone(f.Forms), f.Passive...) {
				s.Strength, s.Risky = 0.5, slices.Contains(f.RiskyForms, form)
				if s.Risky {
					s.Strength = 0.35
				}
				v.say(form, s)
			}
		}
	}
}

// scale is a graded adjective: the column that it orders by.
type scale struct {
	desc    bool
	columns []string // keys of columns' names
	of      []string
	dates   bool
	risky   bool
}

// graded indexes superlatives and comparatives of the lexicon by their words.
func (v *Vocabulary) graded() {
	for _, e := range lexicon.Entries(lexicon.Scale) {
		var columns []string
		for _, c := range e.Columns {
			columns = append(columns, phraseKey(c))
		}
		for _, side := range []struct {
			words []string
			desc  bool
		}{{e.Superlative, true}, {e.OppositeSuperlative, false}, {e.Comparative, true}, {e.OppositeComparative, false}} {
			for _, w := range side.words {
				k := lexicalKey(text.SplitName(w))
				v.scales[k] = append(v.scales[k], scale{side.desc, columns, e.Of, e.Dates, e.Risky.Has(w)})
			}
		}
	}
}

// Graded finds the column of a table that a superlative or comparative orders
// by, and in which direction its high end lies.
func (v *Vocabulary) Graded(words []string, t *catalog.Table) (c *catalog.Column, desc, ok bool) {
	for _, s := range v.scales[lexicalKey(words)] {
		for _, c := range t.Columns {
			if c.Kind != catalog.Number && c.Kind != catalog.Date {
				continue
			}
			core := coreWords(c)
			rest := besides(core, t.Words)
			if slices.Contains(s.columns, key(core)) || len(rest) > 0 && slices.Contains(s.columns, key(rest)) || slices.Contains(s.columns, text.Stem(core[len(core)-1])) {
				return c, s.desc, true
			}
		}
	}
	return nil, false, false
}
