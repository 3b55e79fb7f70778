package rank

import (
	"slices"

	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/text"
)

// view is one reading as features look at it.
type view struct {
	*Pool
	*Reading
	place int
	*shape
	*words
	sources map[link.Source]int
	kinds   map[link.Kind]int
	uses    map[string]int
	cues    map[link.CueKind]int
	weakest *link.Mention
	risky   int
	rivals  int     // mentions with another sense near
	close   float64 // how far behind the nearest other sense lies
	far     int     // mentions that the base does not reach many to one
	mean    float64 // score of mentions
}

// words are what a question's words are, apart from what they mean.
type words struct {
	tokens, content, respelt, numbers, times int
	unheld                                   []int // content words and capitalised or quoted ones that nothing uses
	odd                                      int   // of these those capitalised or quoted
	unknown                                  int   // of these those that mean nothing in this database
	passed                                   int   // words passed over as filler that can carry a meaning
}

// plain are fillers that never carry a meaning of their own.
var plain = text.WordSet(`please just give get got show tell list display find need want like know see can could would will shall should me us my i you your
let lets s hi hello hey thanks also so there here the a an of our we in at to for and or with by from do does did be is are was were been being have has
had having that which what whats who whose whom where when how why it its their they them those these this as on about any some such number numbers
many much per each every i'd i'm we've name names`)

func (p *Pool) view(i int) *view {
	r := &Reading{}
	if i < len(p.Readings) {
		r = p.Readings[i]
	}
	v := &view{Pool: p, Reading: r, place: i, shape: shapeOf(&r.Query), words: p.words(&r.Candidate),
		sources: map[link.Source]int{}, kinds: map[link.Kind]int{}, uses: map[string]int{}, cues: map[link.CueKind]int{}, close: 1}
	for _, c := range p.Question.Cues {
		v.cues[c.Kind]++
	}
	n := 0
	for _, ph := range r.Phrases {
		v.uses[ph.Use]++
		if ph.Mention != nil {
			n++
			v.mention(ph.Mention)
		}
	}
	if n > 0 {
		v.mean /= float64(n)
	}
	return v
}

func (v *view) mention(m *link.Mention) {
	v.sources[m.Source]++
	v.kinds[m.Kind]++
	v.mean += m.Score
	if v.weakest == nil || m.Score < v.weakest.Score {
		v.weakest = m
	}
	if m.Risky {
		v.risky++
	}
	for _, o := range m.Other {
		gap := m.Score - o.Score
		v.close = min(v.close, gap)
		if gap < 0.12 {
			v.rivals++
			break
		}
	}
	if v.Base != nil && m.Table != nil && !v.Catalog.Reaches(v.Base, m.Table) {
		v.far++
	}
}

// words looks at the words that a reading uses and passes over.
func (p *Pool) words(r *candidate.Candidate) *words {
	q := p.Question
	w := &words{tokens: len(q.Tokens), numbers: len(q.Numbers), times: len(q.Times)}
	used := p.used(r)
	for i, t := range q.Tokens {
		if t.Fixed {
			w.respelt++
		}
		if !t.Word() || !q.Free(i) {
			continue
		}
		filler := link.Filler(t.Lower) && !t.Quoted
		if !filler {
			w.content++
		}
		if !used[i] {
			w.unused(p, i, filler)
		}
	}
	return w
}

// used are the tokens that a phrase of a reading or a cue holds.
func (p *Pool) used(r *candidate.Candidate) []bool {
	used := make([]bool, len(p.Question.Tokens))
	for _, ph := range r.Phrases {
		for i := ph.Start; i < ph.End; i++ {
			used[i] = true
		}
	}
	for _, c := range p.Question.Cues {
		for i := c.Start; i < c.End; i++ {
			used[i] = true
		}
	}
	return used
}

// unused counts word i, which a reading does not use.
func (w *words) unused(p *Pool, i int, filler bool) {
	odd := p.writtenAsName(i)
	if filler && !odd {
		if !plain[p.Question.Tokens[i].Lower] {
			w.passed++
		}
		return
	}
	w.unheld = append(w.unheld, i)
	if odd {
		w.odd++
	}
	if !p.Question.Known(i) {
		w.unknown++
	}
}

// Unused are the places of words that reading r uses for nothing though they
// should mean something.
func (p *Pool) Unused(r *Reading) []int { return p.words(&r.Candidate).unheld }

// Missing are those of them that mean nothing in this database, and those
// written as names: values that are not there.
func (p *Pool) Missing(r *Reading) []int {
	return slices.DeleteFunc(p.Unused(r), func(i int) bool { return p.Question.Known(i) && !p.writtenAsName(i) })
}

// writtenAsName reports a word written as a name, which no question word is.
func (p *Pool) writtenAsName(i int) bool {
	t := p.Question.Tokens[i]
	return t.Quoted || i > 0 && t.Capital() && !plain[t.Lower]
}

// gap is how far the next reading lies behind, or the best one ahead of this.
func (v *view) gap() float64 {
	if len(v.Readings) < 2 {
		return 2
	}
	if v.place > 0 {
		return v.Readings[v.place].Score - v.Readings[0].Score
	}
	return v.Readings[0].Score - v.Readings[1].Score
}

func (v *view) begins(words ...string) bool {
	return len(v.Question.Words) > 0 && slices.Contains(words, v.Question.Words[0])
}

func (v *view) says(words ...string) bool {
	return slices.ContainsFunc(v.Question.Words, func(w string) bool { return slices.Contains(words, w) })
}
