// Package lexicon is how people say what databases hold: entities, measures,
// attributes, dated events with their verbs, states, graded adjectives,
// derived figures, closed vocabularies, abbreviations, and verb frames. It
// was written by hand for Querent from general knowledge of office language;
// it knows no schema. It hides the files and their form.
package lexicon

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"sort"
	"strings"
	"sync"

	"github.com/querent/querent/internal/semparse/text"
)

// Kind is what an entry is about.
type Kind string

// The kinds.
const (
	Entity    Kind = "entity"
	Measure   Kind = "measure"
	Attribute Kind = "attribute"
	Event     Kind = "event"
	State     Kind = "state"
	Scale     Kind = "scale"
	Derived   Kind = "derived"
	Value     Kind = "value"
	Abbrev    Kind = "abbrev"
)

// Entry is one thing with its names. Which fields are set depends on Kind.
type Entry struct {
	Kind    Kind     `json:"kind"`
	Concept string   `json:"concept"`
	Names   []string `json:"names"`   // how schemas call it
	Said    []string `json:"said"`    // what people say beyond the names
	Of      []string `json:"of"`      // concepts of entities that it belongs to
	Columns []string `json:"columns"` // of State, Scale and Value: columns that hold it

	Agg          string `json:"agg"`           // of Measure: sum or avg
	Unit         string `json:"unit"`          // of Measure
	Better       string `json:"better"`        // of Measure: high or low, where clear
	SemiAdditive bool   `json:"semi_additive"` // of Measure: adds up across rows, not over time

	Verbs   []string `json:"verbs"` // of Event
	Nouns   []string `json:"nouns"` // of Event: the rows it makes
	Until   string   `json:"until"` // of Event: the concept of the event that ends it
	Lasts   []string `json:"duration_said"`
	Planned bool     `json:"planned"`
	Sets    string   `json:"sets_state"`

	Values   []string `json:"values"`   // of State: as stored
	Opposite []string `json:"opposite"` // of State: said of its absence; of Scale: the low adjective
	Antonym  []string `json:"antonym"`  // of State: concepts of its other side
	ByEvent  []string `json:"by_event"` // of State: concepts of events that bring it about
	Unset    []string `json:"unset_columns"`
	Past     []string `json:"past_columns"`
	Future   []string `json:"future_columns"`

	Adjective           []string `json:"adjective"` // of Scale: the high side; for dates the later
	Superlative         []string `json:"superlative"`
	Comparative         []string `json:"comparative"`
	OppositeSuperlative []string `json:"opposite_superlative"`
	OppositeComparative []string `json:"opposite_comparative"`
	Dates               bool     `json:"dates"`

	Formula string   `json:"formula"` // of Derived: readable
	Needs   []string `json:"needs"`
	Format  string   `json:"format"`

	Canonical string   `json:"canonical"` // of Value
	Codes     []string `json:"codes"`
	Members   []string `json:"members"`
	Group     string   `json:"group"`

	Short string `json:"short"` // of Abbrev
	Long  string `json:"long"`

	Risky Risky `json:"risky"`
}

// Risky holds wordings that are ordinary words of another sense: evidence only
// together with a fitting table, column, value or verb.
type Risky struct {
	All   bool
	Words map[string]bool
}

// UnmarshalJSON reads true or a list.
func (r *Risky) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] != '[' {
		return json.Unmarshal(b, &r.All)
	}
	var words []string
	if err := json.Unmarshal(b, &words); err != nil {
		return err
	}
	r.Words = make(map[string]bool, len(words))
	for _, w := range words {
		r.Words[w] = true
	}
	return nil
}

// Has reports whether a wording is risky.
func (r Risky) Has(wording string) bool { return r.All || r.Words[wording] }

// Frame is one sense of a verb: who does what to what, and which row records
// it. The lists hold concepts of entities, measures and events.
type Frame struct {
	Verb       string   `json:"verb"`
	Sense      string   `json:"sense"`
	Forms      []string `json:"forms"`
	Passive    []string `json:"passive"`
	Nominal    []string `json:"nominal"`
	AgentNoun  []string `json:"agent_noun"`
	Agent      []string `json:"agent"`
	Object     []string `json:"object"`
	Event      []string `json:"event"`
	Amount     []string `json:"amount"`
	Date       []string `json:"date"`
	Sets       Sets     `json:"sets"`
	Compares   []any    `json:"compares"`
	Measure    string   `json:"default_measure"`
	HowMuch    string   `json:"how_much"`
	HowMany    string   `json:"how_many"`
	Most       string   `json:"most"`
	Who        string   `json:"who"`
	What       string   `json:"what"`
	RiskyForms []string `json:"risky"`
}

// Sets is the state or date that a verb without object brings about.
type Sets []string

// UnmarshalJSON reads one text or a list.
func (s *Sets) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var one string
		err := json.Unmarshal(b, &one)
		*s = Sets{one}
		return err
	}
	return json.Unmarshal(b, (*[]string)(s))
}

//go:embed entries.jsonl
var entriesFile []byte

//go:embed frames.jsonl
var framesFile []byte

func lines[T any](name string, file []byte) []T {
	var out []T
	s := bufio.NewScanner(bytes.NewReader(file))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var e T
		if err := json.Unmarshal(s.Bytes(), &e); err != nil {
			panic("lexicon: " + name + ": " + err.Error()) // the file is part of the program
		}
		out = append(out, e)
	}
	return out
}

var all = sync.OnceValue(func() map[Kind][]*Entry {
	out := map[Kind][]*Entry{}
	for _, e := range lines[Entry]("entries.jsonl", entriesFile) {
		out[e.Kind] = append(out[e.Kind], &e)
	}
	return out
})

// Entries are the entries of one kind, in the file's order. They are shared:
// read only.
func Entries(k Kind) []*Entry { return all()[k] }

// Frames are the verb frames. They are shared: read only.
var Frames = sync.OnceValue(func() []Frame { return lines[Frame]("frames.jsonl", framesFile) })

var abbreviations = sync.OnceValue(func() map[string][]*Entry {
	out := map[string][]*Entry{}
	for _, e := range Entries(Abbrev) {
		key := strings.ToLower(e.Short)
		out[key] = append(out[key], e)
	}
	for _, l := range out {
		sort.SliceStable(l, func(i, j int) bool { return len(l[i].Long) < len(l[j].Long) })
	}
	return out
})

// Expand spells out an abbreviation of at most five letters by its shortest
// meaning; empty where it is none. It is risky where it is also a word.
func Expand(short string) (long string, risky bool) {
	meanings := abbreviations()[short]
	if len(short) > 5 || len(meanings) == 0 {
		return "", false
	}
	e := meanings[0]
	return strings.ToLower(e.Long), e.Risky.Has(e.Short)
}

// Meanings are all that an abbreviation may stand for, in lower case.
func Meanings(short string) []string {
	var out []string
	for _, e := range abbreviations()[short] {
		out = append(out, strings.ToLower(e.Long))
	}
	return out
}

// vocabulary are the single words of the names that the lexicon's entities,
// measures, attributes, events and states have, with how many names hold each.
var vocabulary = sync.OnceValue(func() map[string]int {
	out := map[string]int{}
	for _, kind := range []Kind{Entity, Measure, Attribute, Event, State} {
		for _, e := range Entries(kind) {
			for _, n := range e.Names {
				for _, w := range strings.FieldsFunc(strings.ToLower(n), func(r rune) bool { return r < 'a' || r > 'z' }) {
					if !text.English(w) {
						continue // an abbreviation itself
					}
					out[w]++
					if kind == Entity {
						out[w] += 2 // tables are what schemas shorten most
					}
				}
			}
		}
	}
	return out
})

// Lengthen finds the word that a name shortens by leaving letters out:
// "artcl" is article, "authr" author. The word whose consonants are all there
// wins over one that only begins so, then the more usual one; empty for none.
func Lengthen(short string) string {
	if len(short) < 3 {
		return ""
	}
	best, top := "", 0.0
	for w, n := range vocabulary() {
		if s := text.Shortens(short, w); s > 0 {
			s += float64(min(n, 50)) / 1000
			if s > top || s == top && w < best {
				best, top = w, s
			}
		}
	}
	return best
}
