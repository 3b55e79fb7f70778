// Package explain decides what becomes of a question's readings: understood,
// unsure, asked back or declined, and says it: the sentence, the phrases, what
// was left out, what else could be meant. It hides what each outcome takes.
package explain

import (
	"encoding/json"
	"slices"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/rank"
)

// Explainer decides by what was learned.
type Explainer struct {
	Model *rank.Model
	// Compiles reports whether a question about the same database would be
	// compiled.
	Compiles func(question string) bool
}

// What is declined: what is less likely right than leastSure, and what leaves
// out words that mean nothing here, unless it is likelier than despiteUnknown.
// The sketches link by likeness and make something of a name's usual company
// ("total score" for a column total): they may pass over more.
const (
	leastSure       = 0.12
	despiteUnknown  = 0.5
	sketchedUnknown = 0.2
)

const generator = "semparse"

// goesOn declines what changes a question that was not read.
const goesOn = "The question before has no reading that this could change. Ask it in full."

// Outcome chooses among the readings of a question, which are in order.
func (e *Explainer) Outcome(p *rank.Pool) ask.Candidate {
	if said := p.Question.Speech(); said != link.AsksData && !p.Edited {
		return e.decline(p, speech[said])
	}
	if p.Adrift {
		return e.decline(p, goesOn)
	}
	if len(p.Vague) > 1 && (p.P() < askBelow || candidate.Open(p.Question)) {
		return e.askBack(p, saidEach(p.Catalog, p.Vague))
	}
	if p.First == nil && !p.BySketch {
		return e.decline(p, "")
	}
	if e.Model.Compiled(p) {
		out := e.answer(p)
		out.Tier = ask.Compiled
		return out
	}
	if missing := e.missing(p); missing != "" && p.P() < enough(p) {
		return e.decline(p, missing)
	}
	if p.P() < leastSure {
		return e.decline(p, "")
	}
	if !p.BySketch {
		if cs := choices(p, e.Model.WeighRivals(p)); len(cs) > 1 {
			return e.askBack(p, cs)
		}
	}
	return e.answer(p)
}

func (e *Explainer) askBack(p *rank.Pool, cs []ask.Choice) ask.Candidate {
	out := ask.Candidate{Choices: cs, Generator: generator, Confidence: p.P(), FollowedUp: p.Edited}
	if p.First != nil {
		out.Reading = reading(p, p.First)
	}
	return out
}

// enough is how likely has to be what leaves out words that mean nothing here.
func enough(p *rank.Pool) float64 {
	if p.BySketch {
		return sketchedUnknown
	}
	return despiteUnknown
}

// answer tells all that is known of what was chosen.
func (e *Explainer) answer(p *rank.Pool) ask.Candidate {
	if p.BySketch {
		return bySketch(p)
	}
	r := p.First
	return ask.Candidate{SQL: r.SQL, Logical: meaning(r.Query), Tier: ask.Unsure, Generator: generator, Confidence: r.P, FollowedUp: p.Edited,
		Sentence: r.Query.Sentence(p.Catalog), LeftOut: leftOut(p, r), Reading: reading(p, r), Notes: notes(p, r),
		Alternatives: alternatives(p, e.Model.WeighRivals(p))}
}

// bySketch is the sketches' answer. Where the reading gives the same rows, it
// lends its sentence.
func bySketch(p *rank.Pool) ask.Candidate {
	out := p.Sketch.Candidate
	out.Tier, out.Generator, out.Confidence = ask.Unsure, generator, p.Sketch.P
	if p.Agree() {
		out.Sentence, out.Logical = p.First.Query.Sentence(p.Catalog), meaning(p.First.Query)
		return out
	}
	for _, ph := range out.Reading {
		if ph.Kind == "ignored" {
			out.LeftOut = append(out.LeftOut, ph.Text)
		}
	}
	return out
}

// leftOut are the words that the reading makes nothing of.
func leftOut(p *rank.Pool, r *rank.Reading) []string {
	out := slices.Concat(r.LeftOut, r.Ignored)
	for _, i := range p.Unused(r) {
		out = append(out, p.Question.Tokens[i].Raw)
	}
	return distinct(out)
}

func meaning(q logical.Query) json.RawMessage {
	b, err := json.Marshal(q)
	if err != nil {
		return nil
	}
	return b
}
