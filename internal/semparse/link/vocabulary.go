package link

import (
	"maps"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/lexicon"
	"github.com/querent/querent/internal/semparse/text"
)

// Vocabulary is every phrase that means something in one database under one
// set of business terms. It is immutable once made.
type Vocabulary struct {
	Catalog  *catalog.Catalog
	Terms    []ontology.Term
	senses   map[string][]*Sense
	index    map[string]*senseIndex                // of senses, while they are added
	own      map[string]bool                       // words of names, terms and short lists of values: spelling is corrected to them
	ownStems map[string]bool                       // their stems
	stems    map[string]bool                       // stems of all phrases
	byFirst  map[byte][]string                     // words of all phrases by first letter, for spelling
	names    map[*catalog.Table]map[string]float64 // keys of a table's own names
	tableKey map[string]bool                       // keys of tables' full names
	concepts map[*catalog.Table]map[string]bool    // what the lexicon calls a table's rows
	scales   map[string][]scale
	bare     []coded           // columns of codes that nothing explains
	short    map[string]string // abbreviations in names, as written, with what they were spelt out as
}

// longestPhrase is the number of words beyond which a phrase is not indexed.
const longestPhrase = 7

// NewVocabulary indexes a database's names, values and business terms.
func NewVocabulary(c *catalog.Catalog, o *ontology.Ontology) *Vocabulary {
	v := &Vocabulary{Catalog: c, senses: map[string][]*Sense{}, index: map[string]*senseIndex{}, own: map[string]bool{}, ownStems: map[string]bool{}, stems: map[string]bool{},
		byFirst: map[byte][]string{}, names: map[*catalog.Table]map[string]float64{}, tableKey: map[string]bool{},
		concepts: map[*catalog.Table]map[string]bool{}, scales: map[string][]scale{}, short: map[string]string{}}
	if o != nil {
		v.Terms = slices.DeleteFunc(slices.Clone(o.Terms), func(t ontology.Term) bool { return t.Stale != "" })
	}
	v.entities()
	for _, t := range c.Tables {
		for _, col := range t.Columns {
			v.column(col)
			v.coded(col)
		}
		v.people(t)
		v.ongoing(t)
		v.amounts(t)
		v.ages(t)
	}
	v.verbs()
	v.terms()
	v.derived()
	v.graded()
	v.ownWords()
	v.index = nil
	return v
}

// add gives a phrase a sense; the stronger of two that mean the same stays.
func (v *Vocabulary) add(words []string, s Sense) {
	s.lexical = s.Source == FromLexicon || s.Source == FromVerb
	keyOf := key
	if s.lexical {
		keyOf = lexicalKey
	}
	k := keyOf(words)
	if k == "" || strings.Count(k, " ") >= longestPhrase {
		return
	}
	if s.lexical && len(words) == 1 {
		s.forms = map[string]bool{words[0]: true}
	}
	if s.Kind == Entity && len(words) == 1 {
		s.singular = map[string]bool{text.Singular(words[0]): true}
	}
	if have := v.having(k, &s); have != nil {
		have.join(&s)
		return
	}
	v.senses[k] = append(v.senses[k], &s)
	for _, w := range words {
		if len(w) > 2 {
			v.stems[text.Stem(w)] = true
		}
	}
}

// having is the sense of a phrase that means the same; nil for none. In a large
// database a phrase such as "status" has thousands of senses.
func (v *Vocabulary) having(k string, s *Sense) *Sense {
	list := v.senses[k]
	in := v.index[k]
	if in == nil || in.of > len(list) { // some were taken out
		in = &senseIndex{at: map[meaning]*Sense{}}
		v.index[k] = in
	}
	for _, have := range list[in.of:] {
		if m := have.meaning(); in.at[m] == nil {
			in.at[m] = have
		}
	}
	in.of = len(list)
	return in.at[s.meaning()]
}

// senseIndex finds a phrase's senses by what they mean, the first so many of
// them.
type senseIndex struct {
	of int
	at map[meaning]*Sense
}

// join adds the wordings of a sense that means the same, and takes the rest
// from the stronger one.
func (s *Sense) join(o *Sense) {
	singular, forms := s.singular, s.forms
	if singular != nil {
		maps.Copy(singular, o.singular)
	}
	if forms != nil {
		maps.Copy(forms, o.forms)
	}
	agents, objects := slices.Concat(s.Agents, o.Agents), slices.Concat(s.Objects, o.Objects)
	if o.Strength > s.Strength {
		*s = *o
		s.singular, s.forms = singular, forms
	}
	s.Agents, s.Objects = agents, objects
}

// say adds a phrase given as one text.
func (v *Vocabulary) say(phrase string, s Sense) { v.add(text.SplitName(phrase), s) }

// has reports whether a table's rows are of one of the concepts.
func (v *Vocabulary) has(t *catalog.Table, concepts []string) bool {
	return slices.ContainsFunc(concepts, func(c string) bool { return v.concepts[t][c] })
}

// tailWords end tables' names and say how rows are kept, not what they are.
var tailWords = text.WordSet(`header line hdr master detail record fact dim table tbl lines headers details records history log list entry entries data info`)

// generalWords name many things: alone they are weak.
var generalWords = text.WordSet(`date name number code amount total value type status id description time quantity count level group state flag key note notes
hour hours day days minute minutes month months week weeks year years category kind class`)

// How strong a phrase is by where it comes from.
const (
	fullName    = 1.0
	trimmedName = 0.95
	joinedName  = 0.9
	keyName     = 0.8 // the table's key is called so: "policy" of policy_no
	besideName  = 0.8
	headName    = 0.5 // the last word of a longer name
	generalHead = 0.25
	lexiconName = 0.48
	lexiconSaid = 0.54
	leastSure   = 0.75 // own names below it don't link the lexicon
)

// entities adds tables by their names and by what the lexicon calls them.
func (v *Vocabulary) entities() {
	for _, t := range v.Catalog.Tables {
		if len(t.Words) == 0 {
			continue
		}
		v.tableKey[key(t.Words)] = true
		if tail(t.Words) {
			v.tableKey[key(t.Words[:len(t.Words)-1])] = true
		}
	}
	for _, t := range v.Catalog.Tables {
		v.names[t] = v.tableNames(t)
		v.concepts[t] = map[string]bool{}
		for _, e := range entitiesByName().of(keysOf(v.names[t])...) {
			v.entity(t, e)
		}
	}
}

func tail(words []string) bool { return len(words) > 1 && tailWords[words[len(words)-1]] }

// initials are what a name of several words is called in short: "po" for
// purchase orders; empty where that says something else.
func initials(words []string) string {
	if len(words) < 2 {
		return ""
	}
	short := ""
	for _, w := range words {
		short += w[:1]
	}
	if filler[short] || stop[short] || generalWords[short] || cueIndex[short] != nil {
		return ""
	}
	return short
}

// shortForOther reports words that are another table's initials: the lines of
// po_lines are no POs.
func (v *Vocabulary) shortForOther(t *catalog.Table, words []string) bool {
	return len(words) == 1 && slices.ContainsFunc(v.Catalog.Tables, func(o *catalog.Table) bool { return o != t && initials(o.Words) == words[0] })
}

// tableNames adds the phrases that a table's own name makes, and gives them
// with their strengths, by key.
func (v *Vocabulary) tableNames(t *catalog.Table) map[string]float64 {
	out := map[string]float64{}
	w := t.Words
	if len(w) == 0 {
		return out
	}
	put := func(words []string, strength float64) {
		k := key(words)
		if len(words) > 0 && out[k] < strength {
			out[k] = strength
			v.add(words, Sense{Kind: Entity, Table: t, Strength: strength, Source: FromName})
		}
	}
	put(w, fullName)
	if tail(w) && !v.shortForOther(t, w[:len(w)-1]) {
		put(w[:len(w)-1], trimmedName)
	}
	if short := initials(w); short != "" && !v.tableKey[key([]string{short})] {
		put([]string{short}, joinedName)
	}
	if len(w) > 1 {
		head := w[len(w)-1:]
		if generalWords[head[0]] || tailWords[head[0]] {
			put(head, generalHead)
		} else if !v.tableKey[key(head)] {
			put(head, headName)
		}
	}
	v.byKey(t, put)
	put([]string{strings.Join(w, "")}, joinedName)
	v.besideOthers(t, put)
	if collective[w[len(w)-1]] {
		put(append(slices.Clone(w), "member"), trimmedName)
	}
	if len(w) > 1 {
		for _, other := range otherTypes(w) {
			put(other, trimmedName)
		}
	}
	return out
}

// otherTypes are other words for a name with "type" in it.
func otherTypes(w []string) [][]string {
	at := slices.Index(w, "type")
	if at < 0 {
		return nil
	}
	var out [][]string
	for _, other := range []string{"kind", "sort", "category"} {
		name := slices.Clone(w)
		name[at] = other
		out = append(out, name)
	}
	return out
}

// byKey names a table by what its own key numbers: "policy" of policy_no.
func (v *Vocabulary) byKey(t *catalog.Table, put func(words []string, strength float64)) {
	for _, c := range t.Columns {
		if !c.Primary {
			continue
		}
		named := slices.DeleteFunc(slices.Clone(c.Words), func(w string) bool { return keyTail[w] })
		if len(named) > 0 && !v.tableKey[key(named)] {
			put(named, keyName)
		}
	}
}

// collective are names of groups of people, whose rows are their members.
var collective = text.WordSet("crew staff team personnel committee family board cast workforce")

// besideOthers names a table without the words of one that refers to it:
// "reason" for delay_reasons, seen from delays.
func (v *Vocabulary) besideOthers(t *catalog.Table, put func(words []string, strength float64)) {
	for _, k := range t.In {
		rest := besides(t.Words, k.From.Words)
		if len(rest) > 0 && len(rest) < len(t.Words) && !v.tableKey[key(rest)] && !generalWords[rest[0]] {
			put(rest, besideName)
		}
	}
}

var keyTail = text.WordSet("id number code key no uuid guid name title")

// entity gives a table the wordings of a lexicon's entry that one of its own
// names matches.
func (v *Vocabulary) entity(t *catalog.Table, e *lexicon.Entry) {
	best := 0.0
	for _, n := range e.Names {
		if s := v.names[t][phraseKey(n)]; s >= leastSure {
			best = max(best, s)
		}
	}
	if best == 0 {
		return
	}
	v.concepts[t][e.Concept] = true
	each := func(phrases []string, strength float64) {
		for _, p := range phrases {
			if !v.tableKey[phraseKey(p)] {
				v.say(p, Sense{Kind: Entity, Table: t, Strength: strength * best, Source: FromLexicon, Risky: e.Risky.Has(p)})
			}
		}
	}
	each(e.Names, lexiconName)
	each(e.Said, lexiconSaid)
}

// massNouns name amounts rather than things: "ad spend" is summed, not counted.
var massNouns = text.WordSet(`spend spending cost costs revenue usage consumption downtime income expense turnover sales stock inventory production output payroll rainfall traffic`)

// amounts lets a table whose name is an amount stand for its main figure.
func (v *Vocabulary) amounts(t *catalog.Table) {
	if t.Amount == nil || len(t.Words) == 0 {
		return
	}
	amount := Sense{Kind: Attribute, Table: t, Column: t.Amount, Source: FromName}
	if len(t.Words) > 1 {
		amount.Strength = 0.62
		amount.Source = FromPart
		v.add(t.Words[:len(t.Words)-1], amount)
	}
	last := t.Words[len(t.Words)-1]
	joined := strings.Join(t.Words, "")
	for _, w := range []string{"amount", "value", "total"} {
		whole := amount
		whole.Strength, whole.Source = 0.9, FromName
		v.add(append(slices.Clone(t.Words), w), whole)
	}
	if !massNouns[last] && !massNouns[joined] {
		return
	}
	amount.Strength, amount.Source = 1.06, FromName
	v.add(t.Words, amount)
	v.add([]string{joined}, amount)
	if massNouns[last] {
		amount.Strength = 0.95
		v.add([]string{last}, amount)
	}
}

// ages lets a birth date stand for an age.
func (v *Vocabulary) ages(t *catalog.Table) {
	for _, c := range t.Columns {
		if c.Kind == catalog.Date && slices.Contains(c.Words, "birth") {
			s := Sense{Kind: Computed, Table: t, Column: c, Age: true, Strength: 0.95, Source: FromName}
			for _, w := range []string{"age", "how old", "years old"} {
				v.say(w, s)
			}
			return
		}
	}
}

// ownWords collects the words that spelling is corrected to.
func (v *Vocabulary) ownWords() {
	put := func(words []string) {
		for _, w := range words {
			if !v.own[w] {
				v.own[w] = true
				v.ownStems[text.Stem(w)] = true
				if len(w) > 3 {
					v.byFirst[w[0]] = append(v.byFirst[w[0]], w)
				}
			}
		}
	}
	for _, t := range v.Catalog.Tables {
		put(t.Words)
		put(text.SplitName(t.Name))
		v.shorten(t.Name, t.Words)
		for _, c := range t.Columns {
			put(c.Words)
			v.shorten(c.Name, c.Words)
			if c.Kind == catalog.Text && few(c) {
				for _, value := range c.Values {
					put(text.SplitName(text.Fold(value)))
				}
			}
		}
	}
	for _, term := range v.Terms {
		put(text.SplitName(term.Name))
		for _, s := range term.Synonyms {
			put(text.SplitName(s))
		}
	}
	for _, words := range v.byFirst {
		slices.Sort(words)
	}
}

// shorten remembers the abbreviations of a name, so that a question's own word
// can show what one of them means: "wrd" was taken for ward, "word count" tells
// better.
func (v *Vocabulary) shorten(name string, words []string) {
	written := text.SplitName(name)
	for i, w := range written {
		if len(w) < 2 || len(w) > 6 || text.English(w) && !v.Catalog.Terse || keyTail[w] {
			continue
		}
		long := w
		if len(written) == len(words) {
			long = words[i]
		}
		v.short[w] = long
	}
}

// fewValues bounds a column's different values, up to which they are treated
// as a closed list.
const fewValues = 60

func few(c *catalog.Column) bool { return c.Complete && len(c.Values) <= fewValues }
