package link

import (
	"cmp"
	"math"
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// Hypothesis is the question as seen from one supposed base table.
type Hypothesis struct {
	Base     *catalog.Table
	Mentions []*Mention // in order, apart from each other
	Score    float64
}

// How many base tables are tried, and how many of the best are composed.
const maxBases = 14

// Hypotheses gives the best cover of the question for each likely base table,
// best first. Tables of prefer are tried in any case.
func (q *Question) Hypotheses(prefer ...*catalog.Table) []Hypothesis {
	named := q.named()
	var out []Hypothesis
	for _, b := range q.bases(prefer) {
		score, mentions := q.cover(b, named)
		for _, m := range mentions {
			if m.Kind == Entity && m.Strength >= 0.9 {
				if m.Table == b {
					score += 0.18
				}
				break
			}
		}
		if slices.Contains(prefer, b) {
			score += 0.6
		}
		out = append(out, Hypothesis{b, mentions, score})
	}
	slices.SortStableFunc(out, func(a, b Hypothesis) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

// named are the tables that a phrase surely names, by itself or by a column or
// figure of theirs.
func (q *Question) named() map[*catalog.Table]bool {
	out := map[*catalog.Table]bool{}
	for i := range q.spans {
		for _, senses := range q.spans[i] {
			for _, s := range senses {
				if s.Strength >= 0.7 && (s.Kind == Entity || s.Kind == Metric || s.Kind == Computed || (s.Kind == Attribute || s.Kind == Date) && s.Source == FromName) {
					out[s.Table] = true
				}
			}
		}
	}
	return out
}

// bases are the tables that some phrase speaks of, the most spoken of first.
func (q *Question) bases(prefer []*catalog.Table) []*catalog.Table {
	score := map[*catalog.Table]float64{}
	for i := range q.spans {
		for n, senses := range q.spans[i] {
			for _, s := range senses {
				if s.Strength >= 0.45 {
					score[s.Table] = max(score[s.Table], s.Strength*float64(n+1))
				}
			}
		}
	}
	var out []*catalog.Table
	for _, t := range q.vocabulary.Catalog.Tables {
		if score[t] > 0 && !slices.Contains(prefer, t) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b *catalog.Table) int { return cmp.Compare(score[b], score[a]) })
	return slices.Concat(prefer, out[:min(len(out), maxBases)])
}

// What distance from the base table costs a mention.
const (
	atBase   = -0.06
	perUp    = 0.05
	up       = 0.03
	aside    = 0.16
	sibling  = 0.26
	apart    = 1.5
	leastHit = 0.12 // mentions below it are none

	groupedBy     = 0.15 // a column or thing right after "by"
	unreachedDate = 0.2  // a verb of rows that the base table's rows don't refer to
)

func (q *Question) distance(b, t *catalog.Table) float64 {
	if b == t {
		return atBase
	}
	if path, ok := q.vocabulary.Catalog.Up(b, t, ""); ok {
		return up + perUp*float64(len(path))
	}
	if path, ok := q.vocabulary.Catalog.Any(b, t, ""); ok {
		for i := 1; i < len(path); i++ {
			if path[i].Down != path[i-1].Down {
				return sibling + perUp*float64(len(path)) // neither part of the other
			}
		}
		return aside + perUp*float64(len(path))
	}
	return apart
}

// What the search for the best cover weighs.
const (
	skipped     = 0.25 // a content word that no mention holds
	longer      = 1.1  // exponent of a phrase's words, for names and values
	longerSaid  = 0.55 // the same for the lexicon
	cueInside   = 0.3  // one word that is a cue, too
	nearEnough  = 0.28 // senses so much weaker are kept as others
	generalCues = "by per each no not average total most all top over under above below share count different"
)

var generalCue = text.WordSet(generalCues)

// cover finds the mentions that explain the question best from base b.
func (q *Question) cover(b *catalog.Table, named map[*catalog.Table]bool) (float64, []*Mention) {
	n := len(q.Tokens)
	best := make([]float64, n+1)
	type choice struct {
		end    int
		senses []Scored
	}
	back := make([]choice, n)
	for i := n - 1; i >= 0; i-- {
		best[i] = best[i+1]
		if q.content(i) {
			best[i] -= skipped
		}
		if q.fixed[i] {
			continue
		}
		for k, senses := range q.spans[i] {
			if len(senses) == 0 {
				continue
			}
			j := i + k + 1
			scored := q.score(b, i, j, senses, named)
			if len(scored) == 0 {
				continue
			}
			if v := q.weigh(i, j, scored[0]) + best[j]; v > best[i] {
				best[i] = v
				back[i] = choice{j, scored}
			}
		}
	}
	var out []*Mention
	for i := 0; i < n; {
		c := back[i]
		if c.end == 0 {
			i++
			continue
		}
		out = append(out, &Mention{Start: i, End: c.end, Sense: *c.senses[0].Sense, Score: c.senses[0].Score, Other: near(c.senses)})
		i = c.end
	}
	return best[0], out
}

func near(scored []Scored) []Scored {
	end := 1
	for end < len(scored) && scored[end].Score > scored[0].Score-nearEnough {
		end++
	}
	return scored[1:end]
}

// content reports whether token i is a word that should mean something.
func (q *Question) content(i int) bool {
	return !q.fixed[i] && !q.cued[i] && q.Tokens[i].Word() && !filler[q.Words[i]]
}

// weigh is what a mention adds to a cover.
func (q *Question) weigh(i, j int, s Scored) float64 {
	words, cue := 0, true
	for k := i; k < j; k++ {
		if !stop[q.Words[k]] {
			words++
		}
		cue = cue && q.cued[k]
	}
	exponent := longer
	if s.Sense.Source == FromLexicon || s.Sense.Source == FromVerb {
		exponent = longerSaid
	}
	v := s.Score * math.Pow(float64(max(words, 1)), exponent)
	if cue && words == 1 {
		v -= cueInside
	}
	return v
}

// Filler reports whether a word names nothing by itself.
func Filler(word string) bool { return filler[word] }

// Free reports whether token i belongs to no time phrase.
func (q *Question) Free(i int) bool { return !q.fixed[i] }

// within reports whether the tokens [i, j) are a part of a longer cue.
func (q *Question) within(i, j int, kinds ...CueKind) bool {
	return slices.ContainsFunc(q.Cues, func(c Cue) bool {
		return c.Start <= i && j <= c.End && c.End-c.Start > j-i && slices.Contains(kinds, c.Kind)
	})
}
