// Package semparse is the built-in reader: no language model, no network, any
// schema. Its rooms each hide one step from a question's text to SQL; this
// package ties them.
package semparse

import (
	"context"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/semparse/candidate/sketch"
)

// Options say what a Parser may use.
type Options = sketch.Options

// Parser implements ask.Generator.
type Parser struct{ sketch *sketch.Parser }

// New makes a Parser with the embedded weights.
func New(o Options) (*Parser, error) {
	s, err := sketch.New(o)
	if err != nil {
		return nil, err
	}
	return &Parser{sketch: s}, nil
}

// Generate reads the question, or declines with what it did not understand.
func (p *Parser) Generate(ctx context.Context, pr ask.Prompt) (ask.Candidate, error) {
	return p.sketch.Generate(ctx, pr)
}
