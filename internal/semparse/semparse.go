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
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/rank"
	"github.com/querent/querent/internal/semparse/when"
)

// Options say what a Parser may use.
type Options = sketch.Options

// Parser implements ask.Generator. It keeps nothing between questions but the
// vocabularies of the databases last asked about.
type Parser struct {
	sketch       *sketch.Parser
	model        *rank.Model
	vocabularies vocabularies
}

// New makes a Parser with the embedded weights.
func New(o Options) (*Parser, error) {
	s, err := sketch.New(o)
	if err != nil {
		return nil, err
	}
	m, err := rank.Learned()
	if err != nil {
		return nil, err
	}
	return &Parser{sketch: s, model: m}, nil
}

// NewUnlearned makes a Parser that can only read, for learning to start from.
func NewUnlearned(o Options) (*Parser, error) {
	s, err := sketch.New(o)
	return &Parser{sketch: s, model: rank.NewModel()}, err
}

// Generate reads the question, asks back between near readings, or declines
// with what it did not understand.
func (p *Parser) Generate(ctx context.Context, pr ask.Prompt) (ask.Candidate, error) {
	if pr.Now.IsZero() {
		pr.Now = time.Now()
	}
	v := p.vocabularies.of(pr.Schema, pr.Ontology)
	pool := p.Read(ctx, pr)
	p.model.Order(pool)
	if pr.Previous == nil && p.model.Wants(pool) {
		p.ReadSketch(ctx, pr, pool)
		p.model.Settle(pool)
	}
	if !p.model.Compiled(pool) && !pool.Edited {
		pool.AddVague(v)
	}
	e := explain.Explainer{Model: p.model,
		Compiles: func(question string) bool {
			other := read(v, ask.Prompt{Question: question, Now: pr.Now})
			p.model.Order(other)
			return p.model.Compiled(other)
		},
	}
	return withChips(v.Catalog, e.Outcome(pool)), nil
}

// Read gives all readings of a question, before anything is made of them: what
// the learning of how sure a reading is looks at.
func (p *Parser) Read(ctx context.Context, pr ask.Prompt) *rank.Pool {
	if pr.Now.IsZero() {
		pr.Now = time.Now()
	}
	pool := read(p.vocabularies.of(pr.Schema, pr.Ontology), pr)
	pool.Try(ctx, pr.Try)
	return pool
}

// ReadSketch adds the sketches' answer to a pool.
func (p *Parser) ReadSketch(ctx context.Context, pr ask.Prompt, pool *rank.Pool) {
	pr.Previous = nil
	c, err := p.sketch.Generate(ctx, pr)
	if err != nil {
		return
	}
	pool.Sketch = &rank.Sketch{Candidate: c}
	if c.Decline == nil {
		pool.Sketch.Run = rank.RunOf(ctx, pr.Try, c.SQL)
	}
}

func read(v *link.Vocabulary, pr ask.Prompt) *rank.Pool {
	q := v.Read(pr.Question, pr.Now, when.Options{DayFirst: v.Catalog.DayFirst})
	all, edited := readings(v, q, pr.Previous)
	pool := rank.NewPool(v.Catalog, q, all)
	pool.Edited, pool.Terms, pool.Adrift = edited, len(v.Terms) > 0, adrift(q, pr.Previous)
	pool.AddRivals(v)
	return pool
}
