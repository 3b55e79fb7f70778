// Package semparse is the built-in reader: no language model, no network, any
// schema. A question goes through its rooms in this order: text (tokens), link
// (what phrases mean here), candidate (logical queries), explain (how sure, and
// what to say), each of them knowing only those before it; followup reads a
// question as an edit of the one before. This package ties them.
package semparse

import (
	"context"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/semparse/candidate/sketch"
	"github.com/querent/querent/internal/semparse/explain"
	"github.com/querent/querent/internal/semparse/when"
)

// Options say what a Parser may use.
type Options = sketch.Options

// Parser implements ask.Generator. It keeps nothing between questions but the
// vocabularies of the databases last asked about.
type Parser struct {
	sketch       *sketch.Parser
	vocabularies vocabularies
}

// New makes a Parser with the embedded weights.
func New(o Options) (*Parser, error) {
	s, err := sketch.New(o)
	if err != nil {
		return nil, err
	}
	return &Parser{sketch: s}, nil
}

// Generate reads the question, asks back between near readings, or declines
// with what it did not understand.
func (p *Parser) Generate(ctx context.Context, pr ask.Prompt) (ask.Candidate, error) {
	if pr.Now.IsZero() {
		pr.Now = time.Now()
	}
	v := p.vocabularies.of(pr.Schema, pr.Ontology)
	q := v.Read(pr.Question, pr.Now, when.Options{DayFirst: v.Catalog.DayFirst})
	all, edited := readings(v, q, pr.Previous)
	out := explain.Outcome(v.Catalog, q, all)
	out.FollowedUp = edited
	return out, nil
}
