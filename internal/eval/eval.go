// Package eval measures generators: it asks the questions of a set, chains
// turn by turn, and scores by what the answers' SQL returns. It hides the
// forms that sets come in (business, honesty traps, cases, Spider), how gold
// is run and cached, when an answer is right, and how a report is broken down.
package eval

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/querent/querent/internal/ontology"
)

// Expect is what the right response to a question is.
type Expect string

// The expectations.
const (
	ExpectAnswer  Expect = "answer"
	ExpectAsk     Expect = "ask" // every gold is one reading
	ExpectDecline Expect = "decline"
	ExpectNothing Expect = "" // a turn that only leads to the next: asked, not scored
)

func (e Expect) check() error {
	switch e {
	case ExpectAnswer, ExpectAsk, ExpectDecline:
		return nil
	}
	return fmt.Errorf("there is no expectation %q", e)
}

// Question is one question in all its wordings.
type Question struct {
	ID       string // stable; unique within a set
	DB       string
	Kind     string
	Wordings []string
	Golds    []string // every accepted SQL, best first
	Ordered  bool     // rows count in their order
	Expect   Expect
	Follows  string   // ID of the question before; empty for none
	Trap     bool     // asking back counts as a decline
	MustName []string // of a trap: words that an honest answer names

	textbook *Textbook // Spider's form: scored by its own rules
}

// Source is where a set's database comes from.
type Source struct {
	Path     string // of the SQLite file; empty where Script builds it
	Script   string // .sql or .py that builds it
	Ontology *ontology.Ontology
}

// Set is a question set of any form.
type Set struct {
	Questions []Question
	Databases map[string]Source
	Now       time.Time // the day that the questions are asked on
	Missing   []string  // what was left out, and why
}

// Filter chooses questions of a set; zero fields choose all.
type Filter struct {
	Databases, Kinds, IDs []string
	Fold, Folds           int  // databases of one fold of so many; 0 folds for all
	Others                bool // all folds but that one
}

func (f Filter) database(db string) bool {
	if len(f.Databases) > 0 && !slices.Contains(f.Databases, db) {
		return false
	}
	return f.Folds == 0 || (Fold(db, f.Folds) == f.Fold) != f.Others
}

func (f Filter) question(q Question) bool {
	of := func(id string) bool { return q.ID == id || strings.HasPrefix(q.ID, id+"/") }
	return f.database(q.DB) && (len(f.Kinds) == 0 || slices.Contains(f.Kinds, q.Kind)) &&
		(len(f.IDs) == 0 || slices.ContainsFunc(f.IDs, of))
}

// Choose keeps the questions that f chooses. Those that they follow stay too,
// to be asked without being scored.
func (s Set) Choose(f Filter) Set {
	at := map[string]int{}
	for i, q := range s.Questions {
		at[q.ID] = i
	}
	chosen, lead := make([]bool, len(s.Questions)), make([]bool, len(s.Questions))
	for i, q := range s.Questions {
		if !f.question(q) {
			continue
		}
		chosen[i] = true
		for j, ok := at[q.Follows]; ok && q.Follows != "" && !lead[j]; j, ok = at[q.Follows] {
			lead[j] = true
			q = s.Questions[j]
		}
	}
	var kept []Question
	for i, q := range s.Questions {
		if !chosen[i] && lead[i] {
			q.Expect = ExpectNothing
		}
		if chosen[i] || lead[i] {
			kept = append(kept, q)
		}
	}
	s.Questions = kept
	return s
}
