// Package candidate composes logical queries from the mentions, cues, times
// and numbers of a question. It hides the rules of composition, in the order
// in which they take what the question offers, the defaults that fill what a
// question leaves unsaid, and the account of which words each part used.
package candidate

import (
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// Candidate is one reading of a question.
type Candidate struct {
	Query    logical.Query
	Base     *catalog.Table
	Mentions []*link.Mention
	Score    float64  // of the links, less what was left or guessed
	LeftOut  []string // content words and phrases that no part of Query uses
	Ignored  []string // cues that ask for something and that no part of Query does
	Weakest  float64  // strength of the weakest link used
	Guesses  []string // what was taken without a word for it
	Phrases  []Phrase // what each used phrase became
	Failed   string   // why no query could be composed; empty for success
}

// Phrase is a piece of the question and the part of the query it became.
type Phrase struct {
	Start, End int    // tokens
	Use        string // measure, dimension, filter, period, order, …
	Mention    *link.Mention
}
