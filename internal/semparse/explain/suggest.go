package explain

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/rank"
	"github.com/querent/querent/internal/semparse/text"
)

// How many questions are offered, and how many are tried for them.
const (
	maxSuggestions = 3
	maxTries       = 14
)

// suggestions are questions about what the declined one seems to be about that
// would be understood: each is read to be sure.
func (e *Explainer) suggestions(p *rank.Pool, r *rank.Reading) []string {
	if e.Compiles == nil {
		return nil
	}
	var out []string
	tries := 0
	for _, t := range about(p, r) {
		for _, s := range asked(t) {
			if len(out) == maxSuggestions || tries == maxTries {
				return out
			}
			tries++
			if e.Compiles(s) {
				out = append(out, s)
				break // the next of another table
			}
		}
	}
	return out
}

// about are the tables that a question speaks of, then the others by their
// rows.
func about(p *rank.Pool, r *rank.Reading) []*catalog.Table {
	var out []*catalog.Table
	add := func(t *catalog.Table) {
		if t != nil && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	if r != nil {
		add(r.Base)
		for _, ph := range r.Phrases {
			if ph.Mention != nil {
				add(ph.Mention.Table)
			}
		}
	}
	rest := slices.Clone(p.Catalog.Tables)
	slices.SortStableFunc(rest, func(a, b *catalog.Table) int { return rank.Interest(b) - rank.Interest(a) })
	for _, t := range rest {
		add(t)
	}
	return out
}

// asked are plain questions about a table.
func asked(t *catalog.Table) []string {
	if len(t.Words) == 0 {
		return nil
	}
	w := slices.Clone(t.Words)
	w[len(w)-1] = text.Plural(text.Singular(w[len(w)-1]))
	rows := strings.Join(w, " ")
	var out []string
	for _, c := range t.Columns {
		if c.Kind == catalog.Text && c.Complete && len(c.Values) > 1 && len(c.Values) < 30 && len(c.Words) > 0 && c.Key == nil && !slices.Contains(t.Label, c) {
			out = append(out, "How many "+rows+" are there by "+strings.Join(c.Words, " ")+"?")
			break
		}
	}
	if t.Date != nil {
		out = append(out, "How many "+rows+" are there by month?")
	}
	return append(out, "How many "+rows+" are there?")
}
