// Package explain decides what becomes of a question's readings: understood,
// unsure, asked back or declined, and says it: the sentence, the phrases, what
// was left out. It hides how sure a reading is.
package explain

import (
	"encoding/json"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
)

// Outcome chooses among the readings of a question, best first.
func Outcome(c *catalog.Catalog, q *link.Question, readings []candidate.Candidate) ask.Candidate {
	for _, r := range readings {
		if r.Failed != "" {
			continue
		}
		sql, err := r.Query.SQL(c)
		if err != nil {
			continue
		}
		meaning, err := json.Marshal(r.Query)
		if err != nil {
			continue
		}
		out := ask.Candidate{SQL: sql, Logical: meaning, Tier: ask.Guess, Generator: "semparse", Confidence: 0.5, LeftOut: append(r.LeftOut, r.Ignored...)}
		if len(out.LeftOut) == 0 && len(r.Guesses) == 0 && r.Weakest >= 0.75 {
			out.Tier = ask.Compiled
			out.Confidence = 0.9
		}
		return out
	}
	return ask.Candidate{Decline: &ask.Decline{Reason: "Nothing in this question names anything here: " + strings.Join(q.Words, " ")}}
}
