package link

import (
	"maps"
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/lexicon"
	"github.com/querent/querent/internal/semparse/text"
)

// column adds a column by its name, by what the lexicon says of it, by the
// states it holds and by its values.
func (v *Vocabulary) column(c *catalog.Column) {
	if c.Kind == catalog.Opaque || len(c.Words) == 0 {
		return
	}
	if c.Key != nil && c.Kind != catalog.Date {
		v.role(c.Key)
		v.values(c, nil)
		return
	}
	core := coreWords(c)
	if c.Primary && (c.Kind == catalog.Code || nameless(c)) && !slices.Contains(c.Table.Label, c) {
		v.add(c.Words, Sense{Kind: Attribute, Table: c.Table, Column: c, Strength: 0.9, Source: FromName})
		v.add(append(slices.Clone(c.Table.Words), c.Words[len(c.Words)-1]), Sense{Kind: Attribute, Table: c.Table, Column: c, Strength: 0.9, Source: FromName})
		v.values(c, nil)
		return
	}
	names := v.columnNames(c, core)
	words := text.WordSet(strings.Join(core, " "))
	for k, strength := range names {
		s := Sense{Kind: Attribute, Table: c.Table, Column: c, Strength: strength, Source: FromName, words: words}
		if strength <= 0.6 {
			s.Source = FromPart
		}
		switch c.Kind {
		case catalog.Flag:
			s.Strength = min(strength, 0.35)
		case catalog.Date:
			s.Kind = Date
		}
		v.add(strings.Fields(k), s)
	}
	v.lexicalNames(c, names)
	switch c.Kind {
	case catalog.Date:
		v.event(c, core)
	case catalog.Flag:
		v.flag(c, core)
	}
	v.states(c, core)
	v.values(c, names)
}

func nameless(c *catalog.Column) bool {
	return keyTail[c.Words[len(c.Words)-1]] && c.Words[len(c.Words)-1] != "name" && c.Words[len(c.Words)-1] != "title"
}

// lexicalNames adds what the lexicon says of measures and attributes called
// so.
func (v *Vocabulary) lexicalNames(c *catalog.Column, names map[string]float64) {
	if c.Kind == catalog.Date || c.Kind == catalog.Flag {
		return
	}
	keys := keysOf(names)
	if c.Kind == catalog.Number {
		for _, e := range measuresByName().of(keys...) {
			v.lexicalName(c, names, e)
		}
	}
	if !c.Additive {
		for _, e := range attributesByName().of(keys...) {
			v.lexicalName(c, names, e)
		}
	}
}

func (v *Vocabulary) lexicalName(c *catalog.Column, names map[string]float64, e *lexicon.Entry) {
	best := 0.0
	for _, n := range e.Names {
		if s := names[phraseKey(n)]; s >= 0.55 {
			best = max(best, s)
		}
	}
	fits := v.has(c.Table, e.Of)
	if best == 0 || best < 0.7 && !fits {
		return
	}
	bonus := pick(fits, 0.12, 0)
	for _, n := range e.Names {
		v.say(n, Sense{Kind: Attribute, Table: c.Table, Column: c, Strength: min(0.4+bonus, 0.55), Source: FromLexicon, Risky: e.Risky.Has(n)})
	}
	for _, n := range e.Said {
		v.say(n, Sense{Kind: Attribute, Table: c.Table, Column: c, Strength: 0.58 + bonus, Source: FromLexicon, Risky: e.Risky.Has(n)})
	}
}

// role adds a key by its own name: "manager" of manager_id, "billing address"
// of billing_address_id.
func (v *Vocabulary) role(k *catalog.Key) {
	c := k.Columns[0]
	var named []string
	for _, w := range c.Words {
		if !keyTail[w] || w == "title" {
			named = append(named, w)
		}
	}
	if len(named) == 0 {
		return
	}
	s := Sense{Kind: Role, Table: k.From, Column: c, Key: k, Source: FromName}
	put := func(words []string, strength float64) {
		if len(words) == 0 || v.names[k.To][key(words)] > 0 {
			return
		}
		s.Strength = strength
		if v.tableKey[key(words)] {
			s.Strength = 0.3
		}
		v.add(words, s)
	}
	put(named, 0.85)
	v.shortRole(c, put)
	bare := slices.DeleteFunc(slices.Clone(named), func(w string) bool {
		return slices.Contains([]string{"employee", "representative", "rep", "user", "by", "person", "staff", "code"}, w)
	})
	if len(bare) < len(named) && len(bare) == 1 {
		s.forms = map[string]bool{bare[0]: true} // "opened" of opened_by; open is none
	}
	put(bare, 0.85)
	s.forms = nil
	if c.Nulls > 0 && len(bare) > 0 {
		v.undone(c, bare[:1])
	}
	if len(named) > 1 && v.names[k.To][key(named[len(named)-1:])] > 0 {
		for n := range v.names[k.To] {
			s.Strength = 1
			v.add(slices.Concat(named[:len(named)-1], strings.Fields(n)), s)
		}
		s.Strength = 0.35
		v.add(named[:len(named)-1], s)
	}
}

// shortRole adds what the short name of a key may stand for in full: "account
// executive" of ae_id, and "AE".
func (v *Vocabulary) shortRole(c *catalog.Column, put func(words []string, strength float64)) {
	for _, w := range text.SplitName(c.Name) {
		if len(w) > 4 || keyTail[w] {
			continue
		}
		for _, long := range lexicon.Meanings(w) {
			if words := text.SplitName(long); len(words) > 1 {
				put(words, 0.85)
				put([]string{w}, 0.85)
			}
		}
	}
}

// people lets "people" wordings stand for names in two columns; see values.
func (v *Vocabulary) people(t *catalog.Table) {
	if len(t.Label) != 2 || !slices.Contains(t.Label[0].Words, "name") {
		return
	}
	first := t.Label[0]
	for _, words := range [][]string{{"name"}, {"full", "name"}, append(slices.Clone(t.Words), "name")} {
		v.add(words, Sense{Kind: Attribute, Table: t, Column: first, Strength: 0.7, Source: FromName})
	}
}

// event adds a date by the verbs of what happened then.
func (v *Vocabulary) event(c *catalog.Column, core []string) {
	verbs := slices.DeleteFunc(slices.Clone(core), func(w string) bool {
		return slices.Contains([]string{"date", "time", "on", "at", "timestamp", "datetime", "day"}, w)
	})
	s := Sense{Kind: Date, Table: c.Table, Column: c, Source: FromName}
	if len(verbs) > 0 {
		s.Strength, s.words = 0.85, text.WordSet(strings.Join(verbs, " "))
		v.add(verbs, s)
		rest := besides(verbs, c.Table.Words)
		if len(rest) > 0 && len(rest) < len(verbs) {
			s.Strength = 0.75
			v.add(rest, s)
		}
	}
	if len(verbs) > 0 && c.Nulls > 0 {
		v.undone(c, verbs[len(verbs)-1:])
	}
	keys := []string{phraseKey(c.Name), key(core), key(append(slices.Clone(core), "date")), key(c.Words)}
	named := eventsByName().of(keys...)
	if len(verbs) > 0 {
		for _, e := range eventsByVerb().of(text.Stem(verbs[len(verbs)-1])) {
			if v.has(c.Table, e.Of) && !slices.Contains(named, e) {
				named = append(named, e)
			}
		}
	}
	for _, e := range named {
		fits := v.has(c.Table, e.Of)
		bonus := pick(fits, 0.15, -0.1)
		if c.Nulls > 0 && fits {
			v.undone(c, e.Verbs)
		}
		for _, w := range e.Verbs {
			v.say(w, Sense{Kind: Date, Table: c.Table, Column: c, Strength: 0.5 + bonus, Source: FromLexicon, Verb: true, Risky: e.Risky.Has(w)})
		}
		for _, w := range e.Nouns {
			v.say(w, Sense{Kind: Date, Table: c.Table, Column: c, Strength: 0.35 + bonus, Source: FromLexicon, Risky: e.Risky.Has(w)})
		}
	}
}

// undone lets "uncollected" and "non-collected" stand for a date that is not
// there.
func (v *Vocabulary) undone(c *catalog.Column, verbs []string) {
	for _, w := range verbs {
		if strings.Contains(w, " ") || len(w) < 4 || c.Key != nil && !strings.HasSuffix(w, "ed") {
			continue
		}
		s := Sense{Kind: Condition, Table: c.Table, Column: c, State: Unset, Strength: 0.8, Source: FromName}
		v.add([]string{"un" + w}, s)
		if base, ok := strings.CutSuffix(w, "ed"); ok {
			v.add([]string{"un" + base}, s)
		} else {
			v.add([]string{"un" + w + "ed"}, s)
		}
	}
}

// flag adds a yes-or-no column by what it says of a row.
func (v *Vocabulary) flag(c *catalog.Column, core []string) {
	words := slices.DeleteFunc(slices.Clone(core), func(w string) bool { return w == "is" || w == "has" || w == "flag" || w == "was" || w == "yn" })
	if len(words) == 0 {
		return
	}
	type phrase struct {
		words    []string
		strength float64
	}
	phrases := []phrase{{words, 0.95}}
	rest := besides(words, c.Table.Words)
	if len(rest) > 0 && len(rest) < len(words) {
		phrases = append(phrases, phrase{rest, 0.85})
	}
	if len(words) > 1 {
		phrases = append(phrases, phrase{words[:1], 0.35}, phrase{words[len(words)-1:], 0.35})
	}
	yes := Sense{Kind: Condition, Table: c.Table, Column: c, State: IsTrue, Source: FromName}
	no := yes
	no.State = IsFalse
	for _, p := range phrases {
		yes.Strength, no.Strength = p.strength, p.strength
		v.add(p.words, yes)
		if len(p.words) == 1 {
			for _, prefix := range []string{"in", "un", "non", "not", "dis", "im", "ir"} {
				v.add([]string{prefix + p.words[0]}, no)
			}
			v.add([]string{"no", "longer", p.words[0]}, no)
			v.add([]string{"non", p.words[0]}, no)
			v.add([]string{"not", p.words[0]}, no)
		}
	}
	own := map[string]bool{phraseKey(c.Name): true}
	for _, p := range phrases {
		if p.strength > 0.5 {
			own[key(p.words)] = true
		}
	}
	for _, e := range statesByName().of(slices.Sorted(maps.Keys(own))...) {
		v.flagState(c, words, e)
	}
}

func (v *Vocabulary) flagState(c *catalog.Column, words []string, e *lexicon.Entry) {
	fits := v.has(c.Table, e.Of)
	if len(e.Of) > 0 && !fits && key(words) != phraseKey(e.Concept) {
		return
	}
	bonus := pick(fits, 0.15, 0)
	for _, p := range e.Said {
		v.say(p, Sense{Kind: Condition, Table: c.Table, Column: c, State: IsTrue, Strength: 0.5 + bonus, Source: FromLexicon, Risky: e.Risky.Has(p)})
	}
	for _, p := range e.Opposite {
		v.say(p, Sense{Kind: Condition, Table: c.Table, Column: c, State: IsFalse, Strength: 0.48 + bonus, Source: FromLexicon, Risky: e.Risky.Has(p)})
	}
}

// states adds what an empty, past or future column says of a row.
func (v *Vocabulary) states(c *catalog.Column, core []string) {
	if c.Kind == catalog.Flag {
		return
	}
	keys := []string{phraseKey(c.Name), key(core)}
	for _, e := range statesByDate().of(keys...) {
		if !v.has(c.Table, e.Of) {
			continue
		}
		for _, side := range []struct {
			columns     []string
			yes, no     State
			onlyOfDates bool
		}{{e.Unset, Unset, Set, false}, {e.Past, Past, "", true}, {e.Future, Future, "", true}} {
			if side.onlyOfDates && c.Kind != catalog.Date || !slices.ContainsFunc(side.columns, func(n string) bool { return slices.Contains(keys, phraseKey(n)) }) {
				continue
			}
			if side.yes == Unset && c.Nulls == 0 {
				continue
			}
			for _, p := range e.Said {
				v.say(p, Sense{Kind: Condition, Table: c.Table, Column: c, State: side.yes, Strength: 0.65, Source: FromLexicon, Risky: e.Risky.Has(p)})
			}
			if side.no == "" {
				continue
			}
			for _, p := range e.Opposite {
				v.say(p, Sense{Kind: Condition, Table: c.Table, Column: c, State: side.no, Strength: 0.6, Source: FromLexicon, Risky: e.Risky.Has(p)})
			}
		}
	}
}
