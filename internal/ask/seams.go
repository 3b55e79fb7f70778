package ask

import (
	"context"
	"encoding/json"
	"time"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
)

// Prompt is all a generator may use to read one question.
type Prompt struct {
	Question string
	Schema   *schema.Schema
	Ontology *ontology.Ontology
	Samples  []Sample   // approved pairs alike to the question, most alike first
	Tables   []string   // tables retrieved as relevant, most relevant first; a hint only
	Now      time.Time  // for relative dates
	Previous *Previous  // the question this one follows; nil for none
	Failed   []Attempt  // earlier tries in this run and why they failed
	Proposal *Candidate // what the built-in reader made of it, for a language model; nil for none

	// Try runs a candidate for execution-guided pruning; nil where running is
	// not wanted. It obeys the target's limits.
	Try func(ctx context.Context, sql string) (Table, error)
}

// Sample is an approved question with its SQL.
type Sample struct {
	ID, Question, SQL string
	Similarity        float64
}

// Previous is the question that a follow-up edits.
type Previous struct {
	Question, SQL string
	Logical       json.RawMessage // its logical query; nil for none
}

// Attempt is SQL that did not work.
type Attempt struct{ SQL, Error string }

// Generator turns a question into SQL, or declines. An error means that the
// generator itself broke; a question it can't read is a Candidate with Decline.
type Generator interface {
	Generate(ctx context.Context, p Prompt) (Candidate, error)
}

// Reader re-reads a question whose reading is at hand as a logical query.
type Reader interface {
	// Without is the reading that logical says, less the part that chip stands
	// for.
	Without(ctx context.Context, p Prompt, logical json.RawMessage, chip Chip) (Candidate, error)
}

// Target is the read-only database under analysis. No Exec exists.
type Target interface {
	// Schema reads the current schema, from a cache while the file is the same.
	Schema(ctx context.Context) (*schema.Schema, error)
	// State names the state of the data: it changes when they do. It is quick,
	// and says why when there are none to be had.
	State() (string, error)
	// Check compiles sql under the executor's rules without running it.
	Check(ctx context.Context, sql string) error
	// Query runs one SELECT under the executor's rules and limits, in its turn
	// among those of others: see WithAsker. Errors are
	// *Error with a user-safe Message.
	Query(ctx context.Context, sql string) (Table, error)
}

// Embedder turns texts into unit vectors of Dim floats.
type Embedder interface {
	Embed(ctx context.Context, texts []string) ([][]float32, error)
	Dim() int
}

// The three collections.
const (
	TableSchemas  = "table_schemas"
	SampleQueries = "sample_queries"
	BusinessTerms = "business_terms"
)

// Collections lists every collection.
var Collections = []string{TableSchemas, SampleQueries, BusinessTerms}

// Document is one entry of a collection. Meta always has "hash", the hex
// SHA-256 of Text and whatever else the entry stands for.
type Document struct {
	ID     string
	Text   string
	Vector []float32
	Meta   map[string]string
}

// Hit is a found document (Vector unset) with its cosine similarity, −1 to 1.
type Hit struct {
	Document
	Similarity float64
}

// VectorStore holds derived vectors. What comes back is untrusted: callers
// check it against the System DB by ID and hash.
type VectorStore interface {
	Put(ctx context.Context, collection string, docs []Document) error
	// Search returns at most k hits, most similar first, whose Meta has every
	// pair of where.
	Search(ctx context.Context, collection string, vector []float32, k int, where map[string]string) ([]Hit, error)
	Delete(ctx context.Context, collection string, ids []string) error
	Count(ctx context.Context, collection string) (int, error)
	// Hashes maps each document's ID to its Meta "hash".
	Hashes(ctx context.Context, collection string) (map[string]string, error)
}

// Store keeps questions and feedback. Missing rows are an *Error with code
// NotFound; an unreachable store one with code Unavailable.
type Store interface {
	CreateQuestion(ctx context.Context, q *Question) error // fills ID when empty, and Created
	// FinishQuestion saves the whole question; it fails unless the stored row
	// is still running.
	FinishQuestion(ctx context.Context, q *Question) error
	Question(ctx context.Context, id string) (*Question, error)
	// Questions lists, newest first. It counts to one more than MostCounted.
	Questions(ctx context.Context, f Filter) (page []Question, total int, err error)
	// PickChoice notes what the user took of an asked question's choices: its
	// number from 1, or NoneOfThese.
	PickChoice(ctx context.Context, id string, pick int) error
	// Missed groups the questions of 90 days that people got no answer to, or a
	// wrong one, by their text, the latest first; total counts the groups.
	Missed(ctx context.Context, limit, offset int) (page []Miss, total int, err error)
	// TokensSince sums the language model's tokens of a user's questions since a
	// time; of everyone's where userID is empty.
	TokensSince(ctx context.Context, userID string, since time.Time) (int64, error)
	// ModelUse tells who used a language model since a time, most first.
	ModelUse(ctx context.Context, since time.Time) ([]ModelUse, error)
	// SaveFeedback records f and, for Right and Corrected, proposes a golden
	// pair, in one transaction.
	SaveFeedback(ctx context.Context, f *Feedback) error
}

// Filter selects questions for a history page.
type Filter struct {
	UserID string // empty: everyone's
	Search string // words in text or SQL
	Status Status // empty: any
	Before Place  // only what follows it, which is older; zero: from the newest
	Limit  int
	Count  bool // say how many there are, which takes time; 0 otherwise
}

// Place is a question's place in the history.
type Place struct {
	Created time.Time
	ID      string
}

// MostCounted is how far rows are counted: of more it is only said that there
// are more.
const MostCounted = 10_000

// Miss is a question that people got no answer to, or a wrong one: all that
// were worded alike.
type Miss struct {
	Latest   Question // the last of them
	Times    int
	People   int
	Comments []string // what people said about it, the latest first
}

// Cache maps a question to its reading, never to rows. scope binds an entry to what it
// was made from: schema fingerprint and ontology version.
type Cache interface {
	Get(ctx context.Context, scope string, vector []float32, threshold float64) (Cached, bool, error)
	Put(ctx context.Context, scope string, vector []float32, c Cached) error
	Clear(ctx context.Context) error
}

// Cached is what the semantic cache holds.
type Cached struct {
	Question  string // as first asked
	Candidate Candidate
}

// Knowledge is what the organisation has approved: the ontology in force and
// golden pairs.
type Knowledge interface {
	Ontology(ctx context.Context) (*ontology.Ontology, error)
	// Samples returns approved pairs alike to the question, most alike first,
	// checked against the System DB.
	Samples(ctx context.Context, question string, vector []float32, k int) ([]Sample, error)
	// Tables returns names of tables relevant to the question.
	Tables(ctx context.Context, vector []float32, k int) ([]string, error)
}

// Strategy says how the built-in reader and a language model share the work.
// Without a model every strategy is BuiltinOnly.
type Strategy string

// The strategies.
const (
	BuiltinOnly  Strategy = "builtin"
	BuiltinFirst Strategy = "builtin-then-llm" // the model writes what the reader does not understand whole
	ModelFirst   Strategy = "llm-then-builtin"
	BothApart    Strategy = "both" // each apart from the other; the same rows are agreed
)

// Settings are the runtime settings a run obeys; they may change between runs.
type Settings struct {
	Strategy       Strategy
	CacheThreshold float64 // least cosine similarity for a semantic cache hit; above 1 turns the cache off
	MinConfidence  float64 // below it the built-in generator's answer is a decline

	TokensPerPerson int64 // of a language model, each day; 0: as many as they want
	TokensPerDay    int64 // of all people together; 0: no bound
}
