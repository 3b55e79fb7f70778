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

// coreWords are a column's words without those that say how it is stored.
func coreWords(c *catalog.Column) []string {
	core := slices.DeleteFunc(slices.Clone(c.Words), func(w string) bool {
		return w == "cents" || w == "flag" || w == "timestamp" || (w == "id" || w == "key" && c.Kind == catalog.Date) && len(c.Words) > 1
	})
	for len(core) > 1 && slices.Contains([]string{"on", "at", "code", "utc"}, core[len(core)-1]) {
		core = core[:len(core)-1]
	}
	if len(core) == 0 {
		core = c.Words
	}
	return core
}

// partWords don't name a column when they stand alone.
var partWords = text.WordSet("of per is the to in and on at first last new next max min has for by from no")

// How strong parts of a column's name are.
const (
	columnName    = 0.95
	generalName   = 0.6
	withoutTable  = 0.8 // without the words of its table: "status" of order_status
	generalRest   = 0.45
	partOfName    = 0.54
	headOfName    = 0.66 // its last word: "country" of home_country
	generalPart   = 0.3
	typedName     = 0.9
	withTable     = 1.0 // with the words of its table before it: "customer name"
	shortWithTail = 0.9
)

// columnNames are the phrases that a column's own name makes, with their
// strengths, by key.
func (v *Vocabulary) columnNames(c *catalog.Column, core []string) map[string]float64 {
	names := map[string]float64{}
	put := func(words []string, strength float64) {
		if k := key(words); len(words) > 0 && names[k] < strength {
			names[k] = strength
		}
	}
	general := func(words []string) bool { return len(words) == 1 && generalWords[words[0]] }
	put(core, pick(general(core), generalName, columnName))
	rest := slices.DeleteFunc(slices.Clone(core), func(w string) bool {
		return slices.ContainsFunc(c.Table.Words, func(t string) bool { return text.Stem(t) == text.Stem(w) })
	})
	if len(rest) > 0 && len(rest) < len(core) {
		put(rest, pick(general(rest), generalRest, withoutTable))
	}
	if core[0] == "is" || core[0] == "has" {
		put(core[1:], typedName)
	}
	isLabel := slices.Contains(c.Table.Label, c)
	for k := range names {
		if _, ofTable := v.names[c.Table][k]; ofTable && !isLabel {
			delete(names, k)
		}
	}
	if c.Kind == catalog.Text || c.Kind == catalog.Number || c.Kind == catalog.Code {
		own := c.Table.Words
		if tail(own) {
			own = own[:len(own)-1]
		}
		for _, k := range keysOf(names) {
			put(slices.Concat(own, strings.Fields(k)), withTable)
			if len(own) > 1 {
				put(append([]string{own[len(own)-1]}, strings.Fields(k)...), shortWithTail)
				put(append([]string{own[0]}, strings.Fields(k)...), shortWithTail)
			}
		}
	}
	v.columnParts(c, core, rest, names)
	for _, k := range keysOf(names) {
		if words := strings.Fields(k); slices.Contains(words, "type") {
			for _, other := range []string{"kind", "sort"} {
				put(replace(words, "type", other), names[k]-0.05)
			}
		}
	}
	return names
}

// columnParts adds single words of a longer name, and the name as it is
// written where abbreviations were spelt out.
func (v *Vocabulary) columnParts(c *catalog.Column, core, rest []string, names map[string]float64) {
	put := func(word string, strength float64) {
		if k := text.Stem(word); names[k] == 0 {
			names[k] = strength
		}
	}
	if len(rest) > 1 || len(core) > 1 && len(rest) > 0 {
		parts := core
		if len(rest) > 1 {
			parts = rest
		}
		for _, w := range parts {
			if !partWords[w] && !v.tableKey[text.Stem(w)] {
				strength := partOfName
				if w == core[len(core)-1] {
					strength = headOfName
				}
				put(w, pick(generalWords[w], generalPart, strength))
			}
		}
	}
	written := text.SplitName(c.Name)
	if !slices.Equal(written, c.Words) {
		if k := key(written); names[k] == 0 {
			names[k] = typedName
		}
		for _, w := range written {
			if len(w) >= 3 && !text.English(w) {
				put(w, 0.5)
			}
		}
	}
}

func pick(yes bool, a, b float64) float64 {
	if yes {
		return a
	}
	return b
}

func keysOf(m map[string]float64) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func replace(words []string, from, to string) []string {
	out := slices.Clone(words)
	for i, w := range out {
		if w == from {
			out[i] = to
		}
	}
	return out
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

// people lets "people" wordings stand for names in two columns; see values.
func (v *Vocabulary) people(t *catalog.Table) {
	if len(t.Label) != 2 || !slices.Contains(t.Label[0].Words, "name") {
		return
	}
	first, last := t.Label[0], t.Label[1]
	for _, words := range [][]string{{"name"}, {"full", "name"}, append(slices.Clone(t.Words), "name")} {
		v.add(words, Sense{Kind: Attribute, Table: t, Column: first, Strength: 0.7, Source: FromName})
	}
	_ = last
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
		rest := slices.DeleteFunc(slices.Clone(verbs), func(w string) bool {
			return slices.ContainsFunc(c.Table.Words, func(t string) bool { return text.Stem(t) == text.Stem(w) })
		})
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
	rest := slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return slices.ContainsFunc(c.Table.Words, func(t string) bool { return text.Stem(t) == text.Stem(w) })
	})
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
