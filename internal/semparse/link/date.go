package link

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/lexicon"
	"github.com/querent/querent/internal/semparse/text"
)

// TermDate is the date of its table that a business term's description says it
// counts by ("by order date", "dated by delivery"); nil for none.
func (v *Vocabulary) TermDate(term *ontology.Term) *catalog.Column {
	t := v.Catalog.Table(term.Table)
	if t == nil || term.Description == "" {
		return nil
	}
	words := text.Lowers(text.Tokenize(term.Description))
	for i, w := range words {
		if w != "by" && w != "on" && w != "of" {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(words[i+1:min(len(words), i+6)]), func(w string) bool {
			return slices.Contains([]string{"the", "its", "their", "date", "day", "of"}, w)
		})
		dated := w == "by" || slices.Contains(words[i+1:min(len(words), i+5)], "date") || i > 0 && words[i-1] == "date"
		for n := min(2, len(rest)); n > 0 && dated; n-- {
			if c := v.dateNamed(t, rest[:n]); c != nil {
				return c
			}
		}
	}
	return nil
}

// dateNamed is the date of a table that a phrase names best; nil for none.
func (v *Vocabulary) dateNamed(t *catalog.Table, words []string) *catalog.Column {
	var best *Sense
	for _, s := range v.senses[key(words)] {
		if s.Kind == Date && s.Table == t && s.Column != nil && (best == nil || s.Strength > best.Strength) {
			best = s
		}
	}
	if best == nil {
		return nil
	}
	return best.Column
}

// EventOfState is the date of a table at which its rows came into a state, by
// the lexicon's events that bring the state about; nil for none.
func (v *Vocabulary) EventOfState(t *catalog.Table, stored string) *catalog.Column {
	states := statesByText().of(strings.ToLower(stored))
	for _, state := range states {
		for _, e := range lexicon.Entries(lexicon.Event) {
			if e.Sets != state.Concept && !slices.Contains(state.ByEvent, e.Concept) {
				continue
			}
			for _, d := range t.Dates() {
				names := []string{phraseKey(d.Name), key(d.Words)}
				if slices.ContainsFunc(e.Names, func(n string) bool { return slices.Contains(names, phraseKey(n)) }) {
					return d
				}
			}
		}
	}
	return nil
}

// LessIsBetter reports a figure of which the lexicon says that low is good:
// delays, costs, defects.
func (v *Vocabulary) LessIsBetter(c *catalog.Column) bool {
	keys := []string{phraseKey(c.Name), key(coreWords(c))}
	for _, w := range c.Words {
		keys = append(keys, text.Stem(w))
	}
	for _, e := range measuresByName().of(keys...) {
		if e.Better != "" {
			return e.Better == "low"
		}
	}
	return false
}

// personConcepts are what the lexicon calls persons.
var personConcepts = []string{"employee", "customer", "user", "person", "doctor", "patient", "student", "teacher", "sales rep", "member", "driver", "agent", "author", "actor",
	"passenger", "guest", "subscriber", "athlete", "player", "contact", "lead", "volunteer", "donor", "supplier", "manager", "technician", "nurse", "visitor", "tenant", "artist"}

// Persons reports a table whose rows are persons, by their names in two columns
// or by what the lexicon calls them.
func (v *Vocabulary) Persons(t *catalog.Table) bool {
	label := t.Label[0].Words
	return len(t.Label) == 2 && slices.Contains(label, "name") || slices.Equal(label, []string{"full", "name"}) || v.has(t, personConcepts)
}

// Is reports whether the lexicon calls a table's rows by one of the concepts.
func (v *Vocabulary) Is(t *catalog.Table, concepts []string) bool { return v.has(t, concepts) }

// EventOf is the date of a table at which one of the words happened: "shipped"
// for a date of dispatch; nil for none.
func (v *Vocabulary) EventOf(t *catalog.Table, words []string) *catalog.Column {
	for _, w := range words {
		for _, s := range slices.Concat(v.senses[key([]string{w})], v.senses[lexicalKey([]string{w})]) {
			if s.Kind == Date && s.Table == t && s.Column != nil && s.Source != FromVerb {
				return s.Column
			}
		}
	}
	return nil
}
