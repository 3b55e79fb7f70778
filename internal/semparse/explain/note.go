package explain

import (
	"fmt"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/rank"
)

// notes say what was taken unsaid, and what the data cannot tell.
func notes(p *rank.Pool, r *rank.Reading) []string {
	var out []string
	for _, d := range r.Query.Default {
		out = append(out, sentence("Taken unsaid: "+d.Text))
	}
	for _, a := range p.Assumed(r) {
		out = append(out, sentence(capital(a)))
	}
	for _, g := range r.Guesses {
		out = append(out, sentence("A guess: "+g))
	}
	r.Query.EachPeriod(func(ref *logical.Ref, period *logical.Period) {
		col := p.Catalog.Column(ref.Table, ref.Column)
		if col == nil {
			return
		}
		if s := beyond(col, period); s != "" {
			out = append(out, s)
		}
		if col.BadDates > 0 {
			out = append(out, fmt.Sprintf("%d rows of %s have no date that can be read in %s; they are left out.", col.BadDates, col.Table.Name, col.Name))
		}
	})
	return distinct(out)
}

func sentence(s string) string { return strings.TrimSuffix(s, ".") + "." }

// dayLength is that of 2006-01-02.
const dayLength = 10

// beyond says that a period reaches beyond the data.
func beyond(col *catalog.Column, p *logical.Period) string {
	name := strings.Join(col.Words, " ")
	if last := col.Max; len(last) >= dayLength && p.From != "" && p.From > last[:dayLength] {
		return fmt.Sprintf("There is nothing %s: %s of %s ends on %s.", p.Text, name, col.Table.Name, last[:dayLength])
	} else if len(last) >= dayLength && p.To != "" && p.To > last[:dayLength] && p.From != "" {
		return fmt.Sprintf("%s of %s ends on %s.", capital(name), col.Table.Name, last[:dayLength])
	}
	if first := col.Min; len(first) >= dayLength && p.To != "" && p.To < first[:dayLength] {
		return fmt.Sprintf("There is nothing %s: %s of %s begins on %s.", p.Text, name, col.Table.Name, first[:dayLength])
	}
	return ""
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func distinct(texts []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range texts {
		if !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}
