package link

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/lexicon"
	"github.com/querent/querent/internal/semparse/text"
)

// unsaid are columns whose values nobody asks by in passing.
var unsaid = text.WordSet("email phone url notes comment text address description body message fax telephone password hash token website note remark remarks comments")

// How long a value may be to be asked by, and how many texts a column may hold
// for single words of them to be asked by.
const (
	longestValue = 60
	partsOf      = 5000
)

// values adds what a column of texts holds. names are the column's own
// phrases.
func (v *Vocabulary) values(c *catalog.Column, names map[string]float64) {
	if c.Type.Numeric() {
		if c.Kind == catalog.Code && len(names) > 0 {
			v.codes(c, names)
		}
		return
	}
	if !askedByValue(c) {
		return
	}
	l := valueList{v: v, column: c, names: ownNames(c, keysOf(names)), few: few(c), words: map[string]int{}}
	l.read()
	l.addAll()
	if l.few {
		l.fromLexicon()
	}
}

// ownNames are those of a column's names that no other column of its table has
// in full: beside "fare", "flex fare" says no fare type.
func ownNames(c *catalog.Column, names []string) []string {
	return slices.DeleteFunc(names, func(n string) bool {
		return slices.ContainsFunc(c.Table.Columns, func(o *catalog.Column) bool { return o != c && key(o.Words) == n })
	})
}

// fewKeys bounds a key's values up to which people ask by them: currencies by
// their codes, but not thousands of parts by theirs.
const fewKeys = 30

// askedByValue reports a column of texts that people say: those of a key only
// where they are rows' names or few.
func askedByValue(c *catalog.Column) bool {
	switch c.Kind {
	case catalog.Number, catalog.Date, catalog.Flag, catalog.Opaque:
		return false
	}
	if len(c.Values) == 0 || slices.ContainsFunc(c.Words, func(w string) bool { return unsaid[w] }) {
		return false
	}
	isKey := c.Primary || c.Key != nil
	return !isKey || slices.Contains(c.Table.Label, c) || few(c) && len(c.Values) <= fewKeys
}

// codes lets a code column's number stand beside its name: "mcc 5411".
func (v *Vocabulary) codes(c *catalog.Column, names map[string]float64) {
	for _, value := range c.Values {
		for k := range names {
			v.add(append(strings.Fields(k), value), Sense{Kind: Value, Table: c.Table, Column: c, Values: []string{value}, Strength: 1, Source: FromValue})
		}
	}
}

// valueList is one column's values on their way into the vocabulary.
type valueList struct {
	v      *Vocabulary
	column *catalog.Column
	names  []string // keys of the column's phrases
	few    bool
	values []valueWords
	words  map[string]int // in how many values a word stands
}

type valueWords struct {
	stored string
	said   string // what people call it: the stored text, or what a code stands for
	words  []string
	key    string
}

func (l *valueList) read() {
	for _, s := range l.column.Values {
		l.readOne(s, s)
		if c := l.column.Codes; c != nil && c.Labels[s] != "" && !strings.EqualFold(c.Labels[s], s) {
			l.readOne(s, c.Labels[s])
		}
	}
}

func (l *valueList) readOne(stored, said string) {
	if len(said) > longestValue {
		return
	}
	words := text.SplitName(text.Fold(said))
	if len(words) == 0 {
		return
	}
	l.values = append(l.values, valueWords{stored, said, words, key(words)})
	for _, w := range slices.Compact(slices.Sorted(slices.Values(words))) {
		l.words[w]++
	}
}

func (l *valueList) sense(stored string, strength float64, source Source) Sense {
	return Sense{Kind: Value, Table: l.column.Table, Column: l.column, Values: []string{stored}, Strength: strength, Source: source}
}

var figures = regexp.MustCompile(`^[\d.]+$`)

func (l *valueList) addAll() {
	for _, value := range l.values {
		if len(value.said) == 1 {
			l.addLetter(value)
			continue
		}
		if len(value.words) > 1 && !strings.ContainsAny(value.said, " -") {
			l.v.add([]string{text.Fold(value.said)}, l.sense(value.stored, 1, FromValue)) // "5A", as people write it
		}
		if onlyFigures(value) {
			continue
		}
		l.v.add(value.words, l.sense(value.stored, pick(figures.MatchString(value.said), 0.5, 1), FromValue))
		if l.few {
			l.addNamed(value, 3, 1)
		}
		l.addParts(value)
		l.addSpeltOut(value)
	}
}

// addLetter adds a value of one letter, which says little without its column:
// "A", "class A".
func (l *valueList) addLetter(value valueWords) {
	s := l.sense(value.stored, 0.4, FromValue)
	s.exact = value.said
	l.v.add(value.words, s)
	l.addNamed(value, 4, 0.95)
}

// addNamed adds a value together with its column's first names.
func (l *valueList) addNamed(value valueWords, most int, strength float64) {
	for _, n := range l.names[:min(most, len(l.names))] {
		l.v.add(slices.Concat(value.words, strings.Fields(n)), l.sense(value.stored, strength, FromValue))
	}
}

// addSpeltOut adds what a value in capitals is an abbreviation of.
func (l *valueList) addSpeltOut(value valueWords) {
	if !l.few || len(value.said) > 4 || strings.ToUpper(value.said) != value.said {
		return
	}
	if long, _ := lexicon.Expand(strings.ToLower(value.said)); long != "" {
		l.v.say(long, l.sense(value.stored, 0.75, FromLexicon))
	}
}

// onlyFigures reports a value of which nothing but figures is left as a phrase:
// "5 A" would stand for every 5.
func onlyFigures(value valueWords) bool {
	return len(value.words) > 1 && figures.MatchString(value.key)
}

// addParts lets a word that only one value holds stand for it, and one that a
// few names share for all of them.
func (l *valueList) addParts(value valueWords) {
	if len(value.words) < 2 || len(l.values) > partsOf {
		return
	}
	for _, w := range value.words {
		if len(w) <= 3 {
			continue
		}
		switch n := l.words[w]; {
		case n == 1:
			s := l.sense(value.stored, pick(l.few, 0.45, 0.3), FromPart)
			s.word = w
			l.v.add([]string{w}, s)
		case n <= mostNamesakes && l.shared(w):
			l.addNamesakes(w)
		}
	}
}

// mostNamesakes bounds how many names a word may stand for together.
const mostNamesakes = 6

// addNamesakes lets a word stand for all the names that hold it: "Petri" for
// Edith and Ulla Petri. It is added once, and from then on counts as no name's.
func (l *valueList) addNamesakes(w string) {
	s := l.sense("", 0.3, FromPart)
	s.Values, s.word = nil, w
	for _, value := range l.values {
		if slices.Contains(value.words, w) && !slices.Contains(s.Values, value.stored) {
			s.Values = append(s.Values, value.stored)
		}
	}
	l.words[w] = mostNamesakes + 1
	l.v.add([]string{w}, s)
}

// shared reports a word of things' own names that tells some of many: none that
// has another meaning here.
func (l *valueList) shared(w string) bool {
	c, t := l.column, l.column.Table
	return len(l.values) > severalNames && slices.Contains(t.Label, c) && c.Kind == catalog.Text && (t.Role == catalog.Entity || len(t.In) > 0) &&
		!slices.ContainsFunc(l.v.senses[key([]string{w})], func(s *Sense) bool { return s.Source != FromPart })
}

// severalNames is how many names there have to be before a word of some of them
// tells them from the rest.
const severalNames = 20

// fromLexicon adds other wordings of values of a short list, from closed
// vocabularies and states.
func (l *valueList) fromLexicon() {
	own := map[string]bool{phraseKey(l.column.Name): true, key(l.column.Words): true}
	for _, n := range l.names {
		own[n] = true
	}
	byText, byKey := map[string]string{}, map[string]string{}
	for _, value := range l.values {
		byText[strings.ToLower(value.said)] = value.stored
		if byKey[value.key] == "" {
			byKey[value.key] = value.stored
		}
	}
	lower := slices.Sorted(maps.Keys(byText))
	for _, e := range valuesByText().of(lower...) {
		l.vocabulary(e, own, byText)
	}
	states := statesByText().of(lower...)
	for _, e := range statesByValue().of(slices.Sorted(maps.Keys(byKey))...) {
		if !slices.Contains(states, e) {
			states = append(states, e)
		}
	}
	for _, e := range states {
		l.state(e, own, byText, byKey)
	}
}

func (l *valueList) fitsColumn(columns []string, own map[string]bool) bool {
	last := text.Stem(l.column.Words[len(l.column.Words)-1])
	return slices.ContainsFunc(columns, func(n string) bool {
		words := text.SplitName(n)
		return own[key(words)] || len(words) > 0 && text.Stem(words[len(words)-1]) == last
	})
}

func (l *valueList) vocabulary(e *lexicon.Entry, own map[string]bool, byText map[string]string) {
	stored := ""
	for _, a := range slices.Concat([]string{e.Canonical}, e.Codes, e.Said) {
		if stored = byText[strings.ToLower(a)]; stored != "" {
			break
		}
	}
	fits := l.fitsColumn(e.Columns, own)
	if stored == "" || !fits && len(stored) <= 3 {
		return
	}
	for _, a := range slices.Concat([]string{e.Canonical}, e.Codes, e.Said) {
		if len(a) < 3 && !strings.EqualFold(a, stored) {
			if !fits {
				continue
			}
			s := l.sense(stored, 0.7, FromLexicon)
			s.exact = strings.ToUpper(a)
			l.v.say(a, s)
			continue
		}
		strength := pick(fits, 0.8, 0.5)
		if e.Risky.Has(a) {
			strength = 0.3
		}
		s := l.sense(stored, strength, FromLexicon)
		s.Risky = e.Risky.Has(a)
		l.v.say(a, s)
	}
}

// state adds the wordings of a state of the lexicon that one of the values is.
func (l *valueList) state(e *lexicon.Entry, own map[string]bool, byText, byKey map[string]string) {
	stored := storedState(e, byText, byKey)
	fits := l.v.has(l.column.Table, e.Of)
	if stored == "" || !l.holdsState(e, own) {
		return
	}
	bonus := pick(fits, 0.12, -0.1)
	for _, p := range e.Said {
		if !fits && strings.HasSuffix(p, "ed") {
			continue // "handled" is what someone did, unless it is known of such rows
		}
		s := l.sense(stored, 0.5+bonus, FromLexicon)
		s.Risky = e.Risky.Has(p) || !fits
		l.v.say(p, s)
	}
	for _, p := range e.Opposite {
		s := l.sense(stored, 0.3+bonus, FromLexicon)
		s.Negated, s.Risky = true, e.Risky.Has(p)
		l.v.say(p, s)
	}
}

// storedState finds the value that is a state of the lexicon, by its text
// rather than by its words; empty for none.
func storedState(e *lexicon.Entry, byText, byKey map[string]string) string {
	for _, value := range e.Values {
		if stored := byText[strings.ToLower(value)]; stored != "" && len(value) > 1 {
			return stored
		}
	}
	for _, value := range e.Values {
		if stored := byKey[phraseKey(value)]; stored != "" && len(value) > 2 {
			return stored
		}
	}
	return ""
}

// statusWords end the names of columns that hold any state.
var statusWords = text.WordSet("status state result")

func (l *valueList) holdsState(e *lexicon.Entry, own map[string]bool) bool {
	last := l.column.Words[len(l.column.Words)-1]
	return statusWords[last] || slices.ContainsFunc(e.Columns, func(n string) bool { return own[phraseKey(n)] })
}
