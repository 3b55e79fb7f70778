// Package training is the loop that turns approved knowledge into better
// answers: the life of golden pairs (proposed, approved, retired), the three
// vector collections derived from schema, ontology and pairs, and what drift of
// the target does to them. It hides document ids and hashes, incremental
// rebuilds, the outbox, and the distrust of what a vector store returns.
package training

import (
	"context"
	"time"

	"github.com/querent/querent/internal/golden"
	"github.com/querent/querent/internal/ontology"
)

// State is where a pair stands in its life.
type State string

// The states. Only approved pairs answer questions.
const (
	Proposed State = "proposed" // by a user's feedback; awaits an administrator
	Approved State = "approved"
	Retired  State = "retired" // taken out of use, kept for the record
)

// Where a pair came from.
const (
	FromRight     = "right"     // a user said the answer was right
	FromCorrected = "corrected" // a user wrote better SQL
	FromChosen    = "chosen"    // a user chose it among the readings offered
	FromAdmin     = "admin"
	FromImport    = "import"
)

// Pair is a question with the SQL that answers it.
type Pair struct {
	ID         string // UUID; empty before it is first saved
	Question   string
	SQL        string
	State      State
	Origin     string // FromRight, FromCorrected, FromChosen, FromAdmin or FromImport
	QuestionID string // the asked question it came from; empty for none
	ProposedBy string // user ID; empty for an import
	Proposer   string // the user's name, filled by Pairs
	ReviewedBy string // user ID of who last approved, retired or reopened it; empty for nobody
	Reviewer   string // the user's name, filled by Pairs
	Created    time.Time
	Reviewed   time.Time // when that was; zero for never
	Stale      string    // why its SQL no longer fits the target; empty when it does
}

// Key is the pair's question normalised; two questions with the same key are
// the same question. A store keeps it beside the pair, to be found by.
func (p *Pair) Key() string { return golden.Normalize(p.Question) }

// PairFilter selects pairs; zero fields select all.
type PairFilter struct {
	State  State
	Search string   // words in question or SQL
	Key    string   // exact Pair.Key
	IDs    []string // these pairs; those that don't exist are left out
	Limit  int      // 0: no limit
	Offset int
	Count  bool // say how many there are; nothing otherwise
}

// PairCounts are how many pairs there are in each state.
type PairCounts struct {
	All      map[State]int
	Matching map[State]int // of them, those with the words searched for
}

// Versions tell whether anything was changed since they were read.
type Versions struct {
	Terms int64
	Pairs int64 // of approved pairs
}

// OutboxItem says that a document of a collection must be brought in line with
// the store. Items are written in the transaction of the change itself.
type OutboxItem struct {
	ID         int64
	Collection string // ask.SampleQueries or ask.BusinessTerms
	DocID      string // the pair's or the term's ID
	Created    time.Time
}

// Trained is what the collections were last brought in line with.
type Trained struct {
	Fingerprint string // of the target's schema; empty for never
	At          time.Time
}

// Store keeps pairs, terms and the outbox. Missing rows are an *ask.Error with
// code NotFound; an unreachable store one with code Unavailable.
type Store interface {
	Pair(ctx context.Context, id string) (*Pair, error)
	// Pairs returns a page, newest first, and how many there are.
	Pairs(ctx context.Context, f PairFilter) (page []Pair, n PairCounts, err error)
	// SavePair inserts p when its ID is empty, filling ID and Created, and
	// updates it otherwise. An approved or retired pair gets an outbox item in
	// the same transaction.
	SavePair(ctx context.Context, p *Pair) error
	// MarkPairStale sets Stale, or clears it when why is empty.
	MarkPairStale(ctx context.Context, id, why string) error

	Ontology(ctx context.Context) (*ontology.Ontology, error)
	// Versions are those of what is stored now.
	Versions(ctx context.Context) (Versions, error)
	// SaveTerms inserts each term whose ID is empty, filling it, and updates the
	// others, clearing Stale: all of them or none. It writes outbox items in the
	// same transaction and changes the ontology's version, as DeleteTerm does. A
	// name that another term has is an *ask.Error with code Conflict.
	SaveTerms(ctx context.Context, terms ...*ontology.Term) error
	DeleteTerm(ctx context.Context, id string) error
	// MarkTermStale sets Stale, or clears it when why is empty.
	MarkTermStale(ctx context.Context, id, why string) error

	// Trained is the last training of any replica.
	Trained(ctx context.Context) (Trained, error)
	SaveTrained(ctx context.Context, fingerprint string) error

	// Outbox returns the oldest items, at most limit.
	Outbox(ctx context.Context, limit int) ([]OutboxItem, error)
	OutboxDone(ctx context.Context, ids []int64) error
}
