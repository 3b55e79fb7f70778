package semparse

import (
	"encoding/json"
	"slices"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// refers are words by which a question leans on the one before.
var refers = []string{"those", "them", "these", "they", "that", "it", "same", "instead", "only", "just", "also", "too", "ones", "again", "rather"}

// opens are words with which a question goes on from the one before.
var opens = []string{"and", "but", "now", "only", "just", "also", "then", "instead", "without", "excluding", "by", "per", "for", "in", "with", "as", "split", "break", "add", "drop", "remove", "sort", "sorted", "make", "same", "or", "not", "plus", "keep", "leave", "limit"}

// readings are those of the question: as a change of the question before where
// it leans on that, else as it stands.
func readings(v *link.Vocabulary, q *link.Question, before *ask.Previous) (out []candidate.Candidate, edited bool) {
	fresh := candidate.Compose(v, q)
	if before == nil || len(before.Logical) == 0 {
		return fresh, false
	}
	var query logical.Query
	if json.Unmarshal(before.Logical, &query) != nil {
		return fresh, false
	}
	edits := candidate.Edit(v, q, query)
	if len(edits) == 0 || edits[0].Failed != "" || standsAlone(q, fresh) {
		return fresh, false
	}
	return edits, true
}

// standsAlone reports whether a question needs no question before it: it names
// what it asks for, leans on nothing and is read whole.
func standsAlone(q *link.Question, fresh []candidate.Candidate) bool {
	if len(fresh) == 0 || fresh[0].Failed != "" || len(fresh[0].LeftOut) > 0 || len(q.Words) < 4 || leans(q) {
		return false
	}
	return slices.ContainsFunc(fresh[0].Mentions, func(m *link.Mention) bool {
		return m.Kind == link.Metric || m.Kind == link.Entity && m.Score >= 0.8
	}) && slices.Contains(asks, q.Words[0])
}

// asks are words that a question of its own has.
var asks = []string{"how", "what", "which", "who", "list", "show", "give", "when", "where"}

// leans reports whether a question says that it goes on from another.
func leans(q *link.Question) bool {
	if len(q.Words) == 0 {
		return false
	}
	about := len(q.Words) > 1 && (q.Words[0] == "what" || q.Words[0] == "how") && q.Words[1] == "about"
	return about || slices.Contains(opens, q.Words[0]) || slices.ContainsFunc(q.Words, func(w string) bool { return slices.Contains(refers, w) })
}

// adrift reports a question that changes the one before, which has no query to
// change: "only those in Oslo" after a question that was declined.
func adrift(q *link.Question, before *ask.Previous) bool {
	return before != nil && len(before.Logical) == 0 && leans(q) &&
		!slices.ContainsFunc(q.Words, func(w string) bool { return slices.Contains(asks, w) || w == "number" || w == "count" })
}
