package explain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/rank"
)

// kinds say in a phrase's own terms what a use makes of it.
var kinds = map[string]string{"measure": "aggregate", "numerator": "aggregate", "dimension": "group", "filter": "filter", "date": "time", "period": "time",
	"order": "order", "limit": "limit", "subject": "table", "column": "column", "negation": "negation", "bound": "filter", "operator": "aggregate",
	"path": "join", "context": "table"}

// reading says what each phrase of the question became, in the question's
// order; what became nothing is told as ignored.
func reading(p *rank.Pool, r *rank.Reading) []ask.Phrase {
	type told struct {
		at int
		ask.Phrase
	}
	var all []told
	for _, ph := range r.Phrases {
		kind := kinds[ph.Use]
		if kind == "" {
			continue
		}
		all = append(all, told{ph.Start, phrase(p, ph, kind)})
	}
	for _, i := range p.Unused(r) {
		t := p.Question.Tokens[i]
		all = append(all, told{i, ask.Phrase{Text: t.Raw, Kind: "ignored", Why: "nothing here is called so"}})
	}
	slices.SortStableFunc(all, func(a, b told) int { return cmp.Compare(a.at, b.at) })
	out := make([]ask.Phrase, len(all))
	for i, t := range all {
		out[i] = t.Phrase
	}
	return out
}

func phrase(p *rank.Pool, ph candidate.Phrase, kind string) ask.Phrase {
	out := ask.Phrase{Text: words(p, ph.Start, ph.End), Kind: kind, Score: 1, Why: "a word of questions"}
	m := ph.Mention
	if m == nil {
		out.Target = timeOf(p, ph)
		return out
	}
	out.Target, out.Score, out.Why = target(m), min(1, max(0, m.Score)), why(m.Source)
	switch {
	case m.Term != nil:
		out.Kind = "term"
	case m.Kind == link.Value:
		out.Kind = "value"
	}
	return out
}

// words are the question's own, as typed.
func words(p *rank.Pool, from, to int) string {
	q := p.Question
	return q.Text[q.Tokens[from].Start:min(len(q.Text), q.Tokens[to-1].End)]
}

func timeOf(p *rank.Pool, ph candidate.Phrase) string {
	for _, t := range p.Question.Times {
		if t.Start == ph.Start && t.End == ph.End {
			return t.Text
		}
	}
	return ""
}

func target(m *link.Mention) string {
	switch {
	case m.Term != nil:
		return m.Term.Name
	case m.Kind == link.Value && m.Negated:
		return m.Table.Name + "." + m.Column.Name + " is not " + strings.Join(m.Values, ", ")
	case m.Kind == link.Value:
		return m.Table.Name + "." + m.Column.Name + " = " + strings.Join(m.Values, ", ")
	case m.Column != nil:
		return m.Table.Name + "." + m.Column.Name
	case m.Kind == link.Role && m.Key != nil:
		return m.Key.Name()
	}
	return m.Table.Name
}

func why(s link.Source) string {
	switch s {
	case link.FromTerm:
		return "a business term"
	case link.FromName:
		return "its name"
	case link.FromValue:
		return "a value in the data"
	case link.FromPart:
		return "part of a name or value"
	case link.FromVerb:
		return "what happened, recorded here"
	}
	return "another word for it"
}
