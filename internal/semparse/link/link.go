// Package link finds what the words of a question mean in one database: spans
// of tokens become typed mentions of tables, columns, values, dates, business
// terms and states; other words become cues (how many, per, without, more
// than), times and numbers. It hides the vocabulary (names, stored values,
// terms and the lexicon, weighed by source) and the search for the best cover
// of a question, made once per hypothesis of the base table: what is near the
// rows that are asked about is meant rather than what is far from them.
package link

import (
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/semparse/catalog"
)

// Kind is what a mention names.
type Kind string

// The kinds.
const (
	Entity    Kind = "entity"    // the rows of Table
	Attribute Kind = "attribute" // Column, no date
	Date      Kind = "date"      // Column, a date; or with Verb an event that Table's rows record, dated by Column if not nil
	Value     Kind = "value"     // Values stored in Column
	Condition Kind = "condition" // rows of Table for which SQL, or Column by State, holds
	Metric    Kind = "metric"    // the business term Term, an aggregate over Table
	Computed  Kind = "computed"  // the business term Term, or an age: a value per row of Table
	Role      Kind = "role"      // the row that Key refers to, by the key's own name: "manager", "billing address"
)

// Source is where a sense comes from, the surest first.
type Source string

// The sources.
const (
	FromTerm    Source = "business term"
	FromName    Source = "name"
	FromValue   Source = "value"
	FromPart    Source = "part of a name"
	FromLexicon Source = "lexicon"
	FromVerb    Source = "verb"
)

// State is how a condition holds of a column.
type State string

// The states.
const (
	IsTrue  State = "true"     // a flag column says yes
	IsFalse State = "false"    // a flag column says no
	Unset   State = "null"     // no value
	Set     State = "not null" // some value
	Past    State = "past"     // the date is past
	Future  State = "future"   // the date is ahead
)

// Sense is one meaning that a phrase can have in this database.
type Sense struct {
	Kind     Kind
	Table    *catalog.Table
	Column   *catalog.Column
	Key      *catalog.Key   // of a Role
	Values   []string       // of a Value: as stored
	State    State          // of a Condition on Column
	Negated  bool           // the condition or value must not hold
	Term     *ontology.Term // of Metric, Computed, Condition
	Age      bool           // Computed: whole years since Column
	Verb     bool           // Date: the phrase is a verb
	Agents   []string       // of a verb: concepts of who does it
	Objects  []string       // of a verb: concepts of what it is done to
	Noun     bool           // Condition: the phrase holds a noun for the table's rows ("open orders")
	Strength float64        // 0 to 1.2, before the base table is known
	Source   Source
	Risky    bool // an ordinary word of another sense

	singular map[string]bool // of an Entity named by one word: its singulars; other forms of the stem are weaker
	exact    string          // the token has to be this word, in this case
	word     string          // the token has to be this word, in lower case
	forms    map[string]bool // of one word of the lexicon: its wordings; another word of the same stem is none
	lexical  bool            // prepositions count in the phrase
	words    map[string]bool // of the column's name: the same form of the word is a little stronger
}

// meaning is what two senses have in common that mean the same thing.
type meaning struct {
	kind    Kind
	table   *catalog.Table
	column  *catalog.Column
	key     *catalog.Key
	state   State
	negated bool
	term    *ontology.Term
	values  int
	first   string
}

func (s *Sense) meaning() meaning {
	m := meaning{s.Kind, s.Table, s.Column, s.Key, s.State, s.Negated, s.Term, len(s.Values), ""}
	if len(s.Values) > 0 {
		m.first = s.Values[0]
	}
	return m
}

// Mention is a span of tokens with what it means.
type Mention struct {
	Start, End int // tokens
	Sense
	Score float64 // strength as seen from the base table
	Other []Scored
	Via   string // the key by which the mention is reached, set by composition
}

// Scored is another sense that a mention could have.
type Scored struct {
	Score float64
	Sense *Sense
}
