// Package semparse is the built-in SQL generator: no language model, no
// network, any schema. It hides how a question's phrases are linked to
// tables, columns, values and ontology terms, and how links and cue words
// become a plan and then SQL. What it can't link it declines.
package semparse

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

// Options say what a Parser may use.
type Options struct {
	Words Words // nil: only words that a schema or ontology holds are linked
}

// Parser implements ask.Generator. It keeps no state between questions.
type Parser struct{ words Words }

// New makes a Parser.
func New(o Options) *Parser { return &Parser{words: o.Words} }

// sureEnough is the confidence from which an answer counts as compiled.
const sureEnough = 0.75

// Generate reads the question as one plan, or declines with what it did not
// understand.
func (p *Parser) Generate(ctx context.Context, pr ask.Prompt) (ask.Candidate, error) {
	r := &reader{plan: plan{p: pr}, tokens: tokenize(pr.Question), words: p.words}
	l := &linker{p: pr, words: p.words, tokens: r.tokens}
	r.links = l.links()
	r.used = make([]bool, len(r.tokens))
	unknown := r.unknown()
	if !r.read() {
		return decline(pr, p.words, unknown), nil
	}
	sql, ok := r.sql()
	if !ok {
		return ask.Candidate{Decline: &ask.Decline{Reason: fmt.Sprintf("The tables %s are not connected by any key.", strings.Join(r.tables, " and "))}}, nil
	}
	return r.candidate(ctx, sql, unknown), nil
}

// candidate weighs what was read against what was passed over.
func (r *reader) candidate(ctx context.Context, sql string, unknown []string) ask.Candidate {
	confidence := 0.92 - r.doubt - 0.25*float64(len(unknown))
	for _, k := range r.links {
		if k.score < 0.8 {
			confidence -= 0.12
		}
	}
	for _, w := range unknown {
		r.reading = append(r.reading, ask.Phrase{Text: w, Kind: "ignored", Why: "nothing here by that name"})
	}
	if confidence < 0.3 {
		return decline(r.p, r.words, unknown)
	}
	if r.p.Try != nil {
		if res, err := r.p.Try(ctx, sql); err == nil && len(res.Rows) == 0 {
			confidence -= 0.1
		}
	}
	c := ask.Candidate{SQL: sql, Tier: ask.Guess, Generator: "semparse", Confidence: confidence, Reading: r.reading, Notes: r.notes}
	if confidence >= sureEnough {
		c.Tier = ask.Compiled
	}
	return c
}

// unknown are content words that nothing was linked to and no rule reads.
func (r *reader) unknown() []string {
	covered := make([]bool, len(r.tokens))
	for _, k := range r.links {
		for i := k.from; i < k.to; i++ {
			covered[i] = true
		}
	}
	var out []string
	for i, t := range r.tokens {
		if !covered[i] && !t.isNum && !function[t.word] && !cue[t.word] && len(t.word) > 2 {
			out = append(out, t.text)
		}
	}
	return out
}

// decline says which words were not understood and what comes near them.
func decline(p ask.Prompt, words Words, unknown []string) ask.Candidate {
	d := &ask.Decline{Reason: "Nothing in this question names a table, column, value or business term here."}
	if len(unknown) > 0 {
		d.Reason = fmt.Sprintf("There is nothing here like “%s”.", strings.Join(unknown, "”, “"))
		if near := nearest(p.Schema, words, unknown); len(near) > 0 {
			d.Reason += fmt.Sprintf(" Did you mean %s?", strings.Join(near, " or "))
		}
	}
	for i := range p.Schema.Tables {
		if t := &p.Schema.Tables[i]; len(d.Suggestions) < 3 && !t.View {
			d.Suggestions = append(d.Suggestions, "how many "+strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(t.Name, "_", " ")), " "))+" are there")
		}
	}
	return ask.Candidate{Decline: d}
}

// nearest are names alike to the unknown words in letters or meaning.
func nearest(s *schema.Schema, words Words, unknown []string) []string {
	type near struct {
		name  string
		score float64
	}
	var all []near
	consider := func(name string) {
		for _, u := range unknown {
			score := letters(strings.ToLower(u), strings.ToLower(name))
			if words != nil {
				score = max(score, words.Similarity(strings.ToLower(u), strings.ToLower(strings.ReplaceAll(name, "_", " "))))
			}
			if score >= 0.45 {
				all = append(all, near{name, score})
			}
		}
	}
	for i := range s.Tables {
		consider(s.Tables[i].Name)
		for _, c := range s.Tables[i].Columns {
			consider(c.Name)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].score > all[j].score })
	var out []string
	for _, n := range all {
		if len(out) < 3 && !slices.Contains(out, n.name) {
			out = append(out, n.name)
		}
	}
	return out
}

// letters is the share of letter pairs that two words have in common, 0 to 1.
func letters(a, b string) float64 {
	pairs := map[string]int{}
	for i := 0; i+2 <= len(a); i++ {
		pairs[a[i:i+2]]++
	}
	shared := 0
	for i := 0; i+2 <= len(b); i++ {
		if pairs[b[i:i+2]] > 0 {
			pairs[b[i:i+2]]--
			shared++
		}
	}
	if len(a)+len(b) <= 2 {
		return 0
	}
	return 2 * float64(shared) / float64(max(1, len(a)+len(b)-2))
}
