package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/rank"
	"github.com/querent/querent/internal/semparse/text"
)

// speech says why what asks for no data can't be answered.
var speech = map[link.Speech]string{
	link.Orders:       "This asks for something to be done. Questions here only read the data.",
	link.AsksReason:   "The data say what happened, not why.",
	link.AsksAdvice:   "The data say what is, not what should be done.",
	link.AsksForecast: "The data say what has happened, not what will.",
	link.AsksOpinion:  "The data hold no opinions.",
	link.Chats:        "This is a place for questions about the data.",
}

// missing says that the question names something that is not there; empty where
// it does not.
func (e *Explainer) missing(p *rank.Pool) string {
	if p.First == nil {
		return ""
	}
	var unknown []string
	for _, i := range p.Missing(p.First) {
		if word := p.Question.Tokens[i].Raw; !p.BySketch || ignores(p.Sketch.Reading, word) {
			unknown = append(unknown, word)
		}
	}
	if len(unknown) == 0 {
		return ""
	}
	return e.notHere(p, unknown)
}

// ignores reports whether a word became nothing in a reading.
func ignores(reading []ask.Phrase, word string) bool {
	return slices.ContainsFunc(reading, func(p ask.Phrase) bool { return p.Kind == "ignored" && strings.Contains(p.Text, word) })
}

func (e *Explainer) notHere(p *rank.Pool, unknown []string) string {
	s := fmt.Sprintf("There is nothing here like %s.", quoted(unknown))
	if near := nearest(p.Catalog, unknown); len(near) > 0 {
		s += fmt.Sprintf(" Did you mean %s?", strings.Join(near, " or "))
	}
	return s
}

const maxNamed = 5

func quoted(words []string) string {
	shown := slices.Clone(words[:min(len(words), maxNamed)])
	for i, w := range shown {
		if r := []rune(w); len(r) > 40 {
			w = string(r[:40]) + "…"
		}
		shown[i] = "“" + w + "”"
	}
	return strings.Join(shown, ", ")
}

// decline tells what was not understood, what comes near, and what would be
// understood.
func (e *Explainer) decline(p *rank.Pool, reason string) ask.Candidate {
	r := p.First
	out := ask.Candidate{Generator: generator, Decline: &ask.Decline{Reason: reason}}
	if r != nil {
		out.Confidence, out.LeftOut, out.Reading = r.P, leftOut(p, r), reading(p, r)
	}
	if reason == "" {
		words := out.LeftOut
		if r == nil {
			words = contentWords(p.Question)
		}
		switch {
		case len(words) > 0:
			out.Decline.Reason = fmt.Sprintf("I could not make a question about this data of %s.", quoted(words))
			if near := nearest(p.Catalog, words); len(near) > 0 {
				out.Decline.Reason += fmt.Sprintf(" Did you mean %s?", strings.Join(near, " or "))
			}
		default:
			out.Decline.Reason = "I know the words of this question, but not how they go together here."
		}
	}
	out.Decline.Suggestions = e.suggestions(p, r)
	return out
}

func contentWords(q *link.Question) []string {
	var out []string
	for i, t := range q.Tokens {
		if t.Word() && (t.Quoted || !link.Filler(t.Lower)) && q.Free(i) {
			out = append(out, t.Raw)
		}
	}
	return out
}

// leastAlike is how alike a name and an unknown word are spelt so that it is
// offered.
const leastAlike = 0.5

// nearest are names and values spelt like the unknown words.
func nearest(c *catalog.Catalog, unknown []string) []string {
	type near struct {
		name  string
		score float64
	}
	var all []near
	consider := func(name, shown string) {
		for _, u := range unknown {
			if s := text.Alike(strings.ToLower(u), strings.ToLower(name)); s >= leastAlike {
				all = append(all, near{shown, s})
			}
		}
	}
	for _, t := range c.Tables {
		consider(strings.Join(t.Words, " "), strings.Join(t.Words, " "))
		for _, col := range t.Columns {
			consider(strings.Join(col.Words, " "), strings.Join(col.Words, " "))
			if col.Kind == catalog.Text {
				for _, v := range col.Values {
					consider(v, "“"+v+"”")
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(b.score, a.score) })
	var out []string
	for _, n := range all {
		if len(out) < 3 && !slices.Contains(out, n.name) {
			out = append(out, n.name)
		}
	}
	return out
}
