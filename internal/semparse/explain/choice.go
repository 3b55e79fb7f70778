package explain

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/rank"
)

// When a question is asked back, and with how many choices.
const (
	maxAlternatives = 3
	askBelow        = 0.55 // a reading likelier than that is shown
	askNear         = 0.75 // how likely a rival has to be, against the best
)

// choices are the near readings that a question is asked back with; none where
// one of them is clear.
func choices(p *rank.Pool, rivals []*rank.Reading) []ask.Choice {
	best := p.First
	if even := evenLinks(best, differing(p, best, rivals)); len(even) > 1 {
		return saidEach(p.Catalog, even)
	}
	if best.P >= askBelow || len(best.LeftOut)+len(best.Ignored) > 0 {
		return nil
	}
	near := []*rank.Reading{best}
	for _, r := range differing(p, best, rivals) {
		if r.P >= askNear*best.P && len(near) < ask.MaxChoices {
			near = append(near, r)
		}
	}
	if len(near) < 2 {
		return nil
	}
	return saidEach(p.Catalog, near)
}

// evenLinks are the best reading with those that only take another table to put
// figures and groups together, where nothing in the question says which.
func evenLinks(best *rank.Reading, others []*rank.Reading) []*rank.Reading {
	unsaid := func(r *rank.Reading) bool {
		return slices.ContainsFunc(r.Query.Default, func(d logical.Default) bool { return d.Rule == logical.LinkUnsaid })
	}
	even := []*rank.Reading{best}
	for _, r := range others {
		if unsaid(best) && unsaid(r) && r.Query.Link != best.Query.Link && len(even) < ask.MaxChoices {
			even = append(even, r)
		}
	}
	return even
}

// saidEach are readings as choices, each marked where it differs from the
// first, and the first where it differs from the second.
func saidEach(c *catalog.Catalog, readings []*rank.Reading) []ask.Choice {
	var out []ask.Choice
	for i, r := range readings[:min(len(readings), ask.MaxChoices)] {
		other := readings[0]
		if i == 0 {
			other = readings[1]
		}
		out = append(out, ask.Choice{Sentence: mark(c, r.Query, other.Query), SQL: r.SQL, Logical: meaning(r.Query)})
	}
	return out
}

// differing are the readings and rivals that give other rows than the best and
// than each other, as far as is known.
func differing(p *rank.Pool, best *rank.Reading, rivals []*rank.Reading) []*rank.Reading {
	taken := []*rank.Reading{best}
	add := func(r *rank.Reading) {
		for _, t := range taken {
			if t.SQL == r.SQL || r.Run.Failed || t.Run.Done && r.Run.Done && t.Run.Hash == r.Run.Hash && t.Run.Rows == r.Run.Rows ||
				logical.Same(t.Query, r.Query, p.Catalog) || t.Query.Sentence(p.Catalog) == r.Query.Sentence(p.Catalog) {
				return
			}
		}
		taken = append(taken, r)
	}
	for _, r := range p.Readings {
		if r != best {
			add(r)
		}
	}
	for _, r := range rivals {
		add(r)
	}
	return taken[1:]
}

// alternatives are other readings, by how they differ from the best.
func alternatives(p *rank.Pool, rivals []*rank.Reading) []ask.Alternative {
	best := p.First
	var out []ask.Alternative
	for _, r := range differing(p, best, rivals) {
		if len(out) == maxAlternatives || r.P < best.P/3 {
			break
		}
		out = append(out, ask.Alternative{Label: difference(p.Catalog, r.Query, best.Query), SQL: r.SQL})
	}
	return out
}

// difference is what the sentence of q says that o's does not.
func difference(c *catalog.Catalog, q, o logical.Query) string {
	var said, unsaid []string
	for _, part := range q.Parts(c) {
		switch {
		case says(o.Parts(c), part.Text):
		case part.Kind == logical.DefaultPart:
			unsaid = append(unsaid, part.Text)
		default:
			said = append(said, part.Text)
		}
	}
	if len(said) == 0 {
		said = unsaid // the same but for what was taken unsaid: another date
	}
	if len(said) == 0 {
		return q.Sentence(c)
	}
	return strings.Join(said, ", ")
}

func says(parts []logical.Part, text string) bool {
	for _, p := range parts {
		if strings.EqualFold(p.Text, text) {
			return true
		}
	}
	return false
}

// mark is the sentence of q with what o's does not say between ** and **.
func mark(c *catalog.Catalog, q, o logical.Query) string {
	s := q.Sentence(c)
	others := o.Parts(c)
	marked := false
	for _, part := range q.Parts(c) {
		if says(others, part.Text) || part.Kind == logical.DefaultPart {
			continue
		}
		for _, text := range []string{part.Text, strings.TrimPrefix(part.Text, "by ")} {
			if i := strings.Index(strings.ToLower(s), strings.ToLower(text)); i >= 0 && !strings.Contains(s[i:i+len(text)], "**") {
				s = s[:i] + "**" + s[i:i+len(text)] + "**" + s[i+len(text):]
				marked = true
				break
			}
		}
	}
	if !marked {
		return "**" + strings.TrimSuffix(s, ".") + "**."
	}
	return s
}
