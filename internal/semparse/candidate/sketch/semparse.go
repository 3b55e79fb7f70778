// Package semparse is the built-in SQL generator: no language model, no
// network, any schema. It hides how a question's phrases are linked to
// tables, columns, values and ontology terms, how many candidate queries are
// composed from the links, and how what was learned ranks them. What it can't
// read it declines.
package sketch

import (
	"context"
	"fmt"
	"slices"

	"github.com/querent/querent/internal/ask"
)

// Options say what a Parser may use.
type Options struct {
	Words Words // nil: only words that a schema or ontology holds are linked
}

// Parser implements ask.Generator. It keeps no state between questions but
// the indexes of the schemas last asked about.
type Parser struct {
	words   Words
	model   *model
	indexes indexes
}

// New makes a Parser with the embedded weights.
func New(o Options) (*Parser, error) {
	m, err := learned()
	if err != nil {
		return nil, err
	}
	return &Parser{words: o.Words, model: m}, nil
}

// Generate reads the question, or declines with what it did not understand. A
// follow-up edits the SQL before it; where that can't be, it is read with the
// words of the question before it.
func (p *Parser) Generate(ctx context.Context, pr ask.Prompt) (ask.Candidate, error) {
	d := amended(pr, p.indexes.of(pr.Schema, p.words))
	q := p.linked(d)
	if pr.Previous == nil {
		return p.read(ctx, d, q), nil
	}
	if d.edits {
		if c, ok := p.follow(ctx, d, q); ok {
			return c, nil
		}
	}
	whole := pr.Previous.Whole(pr.Question)
	note := fmt.Sprintf("Read as “%s”.", whole)
	switch {
	case whole == pr.Question && !d.edits:
		return p.read(ctx, d, q), nil
	case whole == pr.Question:
		note = "The question before can't be changed this way: this one was read alone."
	}
	pr.Question, pr.Previous = whole, nil
	d = amended(pr, d.x)
	c := p.read(ctx, d, p.linked(d))
	c.Notes = append(c.Notes, note)
	return c, nil
}

// read reads a question that stands on its own.
func (p *Parser) read(ctx context.Context, d *draft, q *question) ask.Candidate {
	if no := q.declined(); no != nil {
		return ask.Candidate{Decline: no}
	}
	cs := p.candidates(d, q)
	if len(cs) == 0 && len(d.amends) > 0 { // what the rules took out fits nothing: read it all again
		d = &draft{p: d.p, x: d.x, toks: tokenize(d.p.Question), notes: d.notes}
		q = p.linked(d)
		cs = p.candidates(d, q)
	}
	if len(cs) == 0 {
		return ask.Candidate{Decline: q.notUnderstood(q.unknown())}
	}
	cs = p.model.finish(ctx, q, cs, d.p.Try)
	for _, c := range cs {
		q.tellOnce(c)
	}
	return p.answer(d, q, cs)
}

// linked links a draft, and once more what only the links make readable.
func (d *draft) linked(words Words, lex *lexicon) *question {
	q := linkTokens(d.p, d.x, d.toks, words, lex)
	if d.readMissing(q) {
		q = linkTokens(d.p, d.x, d.toks, words, lex)
	}
	if d.respell(q, words) {
		q = linkTokens(d.p, d.x, d.toks, words, lex)
	}
	return q
}

func (p *Parser) linked(d *draft) *question { return d.linked(p.words, p.model.lexicon) }

// candidates are ranked, with the draft's amendments put in.
func (p *Parser) candidates(d *draft, q *question) []*candidate {
	cs := propose(q, p.model)
	p.model.rankAll(q, cs)
	return d.settle(q, q.leastLeftOut(cs))
}

// halfSure is the most that an answer may be that there are doubts about.
const halfSure = 0.5

func (p *Parser) answer(d *draft, q *question, cs []*candidate) ask.Candidate {
	c := cs[0]
	out := ask.Candidate{SQL: c.sql, Tier: ask.Unsure, Generator: "semparse", Confidence: sigmoid(c.odds)}
	if unknown := q.unknown(); out.Confidence < leastSure && 2*len(unknown) >= q.content() {
		return ask.Candidate{Decline: q.notUnderstood(unknown)}
	}
	doubts := q.doubts(c)
	if c.odds >= p.model.sure && len(doubts) == 0 {
		out.Tier = ask.Compiled
	}
	out.Reading = q.reading(c)
	out.Alternatives = q.alternatives(cs)
	out.Notes = slices.Concat(d.notes, q.assumptions(c), doubts)
	if len(doubts) > 0 {
		out.Confidence = min(out.Confidence, halfSure)
	}
	return out
}
