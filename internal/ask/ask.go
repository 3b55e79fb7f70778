// Package ask is one question's whole run: verified pair, semantic cache,
// retrieval, generation, check, execution and record. It hides background
// runs, fan-out to watchers, the repair loop, cancellation and shutdown, and
// declares the seams that adapters fill.
package ask

import (
	"encoding/json"
	"strings"
	"time"
)

// Status is where a question's run stands.
type Status string

// The statuses. All but Running are final.
const (
	Running     Status = "running"
	Answered    Status = "answered"
	Asked       Status = "asked"       // asked back: Choices says what could be meant
	Declined    Status = "declined"    // understood too little to answer; Message says what
	Failed      Status = "failed"      // Message says why, safely
	Cancelled   Status = "cancelled"   // by its user
	Interrupted Status = "interrupted" // the process ended in mid-run
)

// Final reports whether the run is over.
func (s Status) Final() bool { return s != Running }

// Tier says how far an answer can be trusted.
type Tier string

// The tiers, most trusted first.
const (
	Verified Tier = "verified" // from a pair that an administrator approved
	Compiled Tier = "compiled" // every word accounted for by the built-in reader
	Agreed   Tier = "agreed"   // built-in reader and language model, apart from each other, give the same rows
	Model    Tier = "model"    // written by a language model alone
	Unsure   Tier = "unsure"   // the built-in reader's best reading, some of it in doubt
	Edited   Tier = "edited"   // SQL written by the user
)

// Outcome says in one word how a question ended: an answer's tier, else its
// status.
type Outcome string

// Question is one asked question, whole: what is stored, watched and shown.
// The rows of its answer are not part of it: target data is never stored.
type Question struct {
	ID           string // UUID
	UserID       string
	UserName     string // filled on reads
	ParentID     string // the question this one follows or whose SQL was edited; empty for none
	Text         string
	Status       Status
	Tier         Tier
	Generator    string // what wrote the SQL: "golden", "semparse", "llm:<model>", "user"
	SQL          string
	Confidence   float64  // 0 to 1
	Sentence     string   // how it was read, plainly; empty when it can't be said
	LeftOut      []string // words that no part of the reading used, or that were not understood
	Reading      []Phrase
	Chips        []Chip          // the parts of the reading
	Logical      json.RawMessage // the logical query that SQL was written from; nil for none
	FollowedUp   bool            // read as an edit of the question ParentID
	Choices      []Choice        // what could be meant, of an asked question
	Picked       int             // what the user took of Choices, from 1; 0 for nothing yet, NoneOfThese
	Chosen       bool            // its reading was chosen by the user among those offered with ParentID
	Alternatives []Alternative   // other readings worth offering
	Notes        []string        // assumptions, for the user
	Steps        []Step
	Message      string    // user-safe reason when declined or failed
	Nearest      []Nearest // of words that were not understood
	Suggestions  []string  // what to try when declined
	Cached       bool      // the reading came from the semantic cache
	Usage        Usage     // of a language model
	Fingerprint  string    // of the schema it was answered from
	RowCount     int       // rows shown; more may exist when Truncated
	Truncated    bool
	Created      time.Time
	Finished     time.Time // zero while running
	Feedback     *Feedback // the user's latest word on it, if any
}

// NoneOfThese in Question.Picked says that no choice was what the user meant.
const NoneOfThese = -1

// Outcome says how the question ended, or stands.
func (q *Question) Outcome() Outcome {
	if q.Status == Answered {
		return Outcome(q.Tier)
	}
	return Outcome(q.Status)
}

// Phrase is one piece of the question and what it became.
type Phrase struct {
	Text   string  `json:"text"`   // as in the question
	Kind   string  `json:"kind"`   // table, column, value, aggregate, filter, order, limit, group, join, term, time, negation, ignored
	Target string  `json:"target"` // what it became, readable: "customers.country = 'Brazil'"
	Why    string  `json:"why"`    // how it was linked: exact name, synonym, value, ontology term …
	Score  float64 `json:"score"`  // 0 to 1
}

// Alternative is another reading of the same question.
type Alternative struct {
	Label string `json:"label"` // how it differs, readable
	SQL   string `json:"sql"`
}

// Usage is what a language model's part in a question took, in tokens as its
// endpoint counts them.
type Usage struct {
	In  int64 `json:"in"`
	Out int64 `json:"out"`
}

// Total is both together.
func (u Usage) Total() int64 { return u.In + u.Out }

// Plus is the sum of both.
func (u Usage) Plus(o Usage) Usage { return Usage{u.In + o.In, u.Out + o.Out} }

// ModelUse is how much one person used a language model.
type ModelUse struct {
	User      string
	Questions int
	Usage
}

// Step is one stage of a run, as shown while it goes on.
type Step struct {
	Name   string        `json:"name"`  // verified, cache, retrieve, generate, check, wait, execute, repair, record
	State  string        `json:"state"` // running, done, skipped, failed
	Detail string        `json:"detail"`
	Took   time.Duration `json:"took"`
}

// Verdict is a user's judgement of an answer.
type Verdict string

// The verdicts.
const (
	Right     Verdict = "right"
	Wrong     Verdict = "wrong"
	Corrected Verdict = "corrected" // SQL holds the correction
	Missed    Verdict = "missed"    // it got no answer and should have; Comment says what was meant
)

// Feedback is a user's word on an answer.
type Feedback struct {
	ID         string
	QuestionID string
	Question   string // worded whole, to learn from; empty for as it was asked
	UserID     string
	Verdict    Verdict
	SQL        string // only for Corrected
	Comment    string
	Created    time.Time
}

// Table is a query's result. Values are nil, int64, float64, string, []byte or
// bool; dates are ISO-8601 strings as SQLite holds them.
type Table struct {
	Columns   []Column
	Rows      [][]any
	Truncated bool          // a row or byte limit cut it
	Took      time.Duration // execution alone
}

// Column is a result column.
type Column struct {
	Name     string
	Declared string // declared type of its origin column; empty for expressions
}

// Candidate is a generator's answer to a prompt: SQL with its reading,
// choices to ask back, or a decline.
type Candidate struct {
	SQL          string
	Tier         Tier
	Generator    string
	Confidence   float64 // calibrated: the share of such candidates that are right
	Sentence     string  // one plain sentence that says how the question was read; empty where there is no logical query
	LeftOut      []string
	Reading      []Phrase
	Chips        []Chip `json:",omitempty"` // the parts of the reading
	Alternatives []Alternative
	Choices      []Choice // two to four near readings to ask back; SQL is then empty
	Notes        []string
	Logical      json.RawMessage `json:",omitempty"` // the logical query that SQL was written from; nil for none
	FollowedUp   bool            // read as an edit of the question before
	Decline      *Decline        // set when nothing better than a guess could be made
	Usage        Usage           `json:"-"` // of a language model, also where it failed
}

// Choice is one reading offered when a question is asked back.
type Choice struct {
	Sentence string          `json:"sentence"` // plain; the part that decides stands between ** and **
	SQL      string          `json:"sql"`
	Logical  json.RawMessage `json:"logical,omitempty"`
	Chips    []Chip          `json:"chips,omitempty"`
	Model    string          `json:"model,omitempty"` // the language model that wrote it; empty: the built-in reader read it
}

// Plain is the sentence without the marks of what decides.
func (c Choice) Plain() string { return strings.ReplaceAll(c.Sentence, "**", "") }

// Chip is one part of a reading, shown so that it can be seen and changed.
type Chip struct {
	Kind      string   `json:"kind"` // measure, group, filter, time, order, limit or list
	Text      string   `json:"text"`
	Part      string   `json:"part,omitempty"`      // names the part to the reader; its own affair
	Assumed   bool     `json:"assumed,omitempty"`   // a default: no word says it
	Removable bool     `json:"removable,omitempty"` // the reading holds without it
	Instead   []Choice `json:"instead,omitempty"`   // what else the part could be
}

// Decline says why a question was not answered.
type Decline struct {
	Reason      string    // "no column like 'mood'"
	Nearest     []Nearest `json:",omitempty"`
	Suggestions []string  // questions or words to try
}

// Nearest is a word that was not understood, with what is here that is most
// like it.
type Nearest struct {
	Word  string   `json:"word"`
	Terms []string `json:"terms"`
}
