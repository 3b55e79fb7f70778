package sketch

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// pairing is a word of a question that may stand, by its meaning, for a word
// of the schema's names: what speaks for it and against.
type pairing struct {
	tok, voc int
	row      []float32
}

const (
	leastNear  = 0.3  // cosine from which words are compared at all
	leastAlike = 0.04 // odds below which a pairing is noise
)

// alikeScore puts odds on the scale of mentions: one in ten is 0.52, even odds
// are 0.74, near certainty is 0.9.
func alikeScore(odds float64) float64 { return 0.35 + 0.55*math.Sqrt(odds) }

// meanings is how near the words of a question that no name holds are to each
// word of the names.
type meanings struct {
	*question
	open    []bool       // by token: no name holds it, and it may name something
	said    []bool       // by word of the names: it stands in the question
	near    [][]float32  // cosine by open token and word of the names; -1 where one is unknown
	related [][]relation // by the thesaurus
	nearest []float32    // by word of the names: the nearest open token's cosine
}

func (q *question) meanings(words Words, t thesaurus) *meanings {
	m := &meanings{question: q, open: make([]bool, len(q.toks)), said: make([]bool, len(q.x.vocab)), nearest: make([]float32, len(q.x.vocab))}
	for i, tok := range q.toks {
		if at, ok := q.x.vocabs[tok.stem]; ok {
			m.said[at] = true
		} else {
			m.open[i] = !tok.quoted && !tok.isNum && !function[tok.word] && !cue[tok.word] && len(tok.word) >= 3
		}
	}
	m.compare(words)
	m.relate(t)
	return m
}

// pairings are those that something speaks for.
func (q *question) pairings(words Words, t thesaurus) []pairing {
	m := q.meanings(words, t)
	var out []pairing
	for i := range q.toks {
		if !m.open[i] {
			continue
		}
		strongest, top, second := 0, float32(-1), float32(-1)
		for j, s := range m.near[i] {
			strongest = max(strongest, m.related[i][j].strength())
			if s > top {
				top, second = s, top
			} else {
				second = max(second, s)
			}
		}
		for j, s := range m.near[i] {
			if s < leastNear && m.related[i][j].letter == 0 {
				continue
			}
			rest := top
			if s == top {
				rest = second
			}
			out = append(out, pairing{i, j, m.row(i, j, rest, strongest)})
		}
	}
	return out
}

// row describes the pairing of token i with word j: rest is the cosine of the
// nearest other word, strongest the strongest relation to any.
func (m *meanings) row(i, j int, rest float32, strongest int) []float32 {
	t, p := m.toks[i], &m.x.vocab[j]
	s, r := m.near[i][j], m.related[i][j]
	v := make(vector, 0, 16)
	v.num(float64(s))
	v.num(float64(s - rest))
	v.num(float64(s - m.nearest[j]))
	v.num(float64(r.strength()))
	v.num(float64(r.ranks))
	v.num(float64(r.strength() - strongest))
	v.yes(m.said[j])
	v.num(float64(shared(t.stem, p.stem)) / float64(max(len(t.stem), len(p.stem))))
	v.num(float64(min(m.x.uses[j], 4)))
	v.yes(m.x.heads[j] > 0)
	v.yes(m.x.held[t.word])
	v.yes(i > 0 && t.text != "" && t.text[0] >= 'A' && t.text[0] <= 'Z')
	return v
}

// compare fills near and nearest.
func (m *meanings) compare(words Words) {
	m.near = make([][]float32, len(m.toks))
	for i, t := range m.toks {
		if !m.open[i] {
			continue
		}
		m.near[i] = make([]float32, len(m.x.vocab))
		var v [2][]float32
		if words != nil {
			v = vectors(t.word, words)
		}
		for j := range m.x.vocab {
			m.near[i][j] = -1
			for number, w := range m.x.vocab[j].vector {
				if w != nil && v[number] != nil && len(m.x.vocab[j].word) > 2 {
					m.near[i][j] = max(m.near[i][j], float32(dot(v[number], w)))
				}
			}
			m.nearest[j] = max(m.nearest[j], m.near[i][j])
		}
	}
}

// relate fills related: of single tokens, and of phrases that they are part of.
func (m *meanings) relate(t thesaurus) {
	m.related = make([][]relation, len(m.toks))
	for i := range m.toks {
		if m.open[i] {
			m.related[i] = make([]relation, len(m.x.vocab))
		}
	}
	for from := range m.toks {
		key, some := "", false
		for to := from + 1; to <= min(len(m.toks), from+maxPhrase) && !m.toks[to-1].quoted; to++ {
			key += "_" + m.toks[to-1].stem
			if some = some || m.open[to-1]; !some {
				continue
			}
			for other, r := range t.of(key[1:]) {
				m.stand(from, to, other, r)
			}
		}
	}
}

// maxPhrase is how many words a phrase of the thesaurus may have.
const maxPhrase = 3

// stand notes that tokens [from, to) are related to another word, or to a
// phrase all of whose words are the schema's.
func (m *meanings) stand(from, to int, other string, r relation) {
	var at []int32
	for word := range strings.SplitSeq(other, "_") {
		j, ok := m.x.vocabs[word]
		if !ok {
			return
		}
		at = append(at, j)
	}
	for i := from; i < to; i++ {
		for _, j := range at {
			if m.open[i] && r.strength() > m.related[i][j].strength() {
				m.related[i][j] = r
			}
		}
	}
}

// learnAlike learns which words stand for which from questions that were also
// worded with the names' own words.
func learnAlike(lessons []*lesson, words Words, t thesaurus) *forest {
	type part struct {
		rows  [][]float32
		right []bool
		keys  []string
	}
	parts := make([]part, len(lessons))
	parallel(len(lessons), func(i int) {
		l := lessons[i]
		if l.ref == nil {
			return
		}
		means := l.replaced()
		used := l.usedStems()
		for _, p := range l.q.pairings(words, t) {
			stem := l.q.x.vocab[p.voc].stem
			right := slices.Contains(means[p.tok], stem)
			if !right && used[stem] && !slices.ContainsFunc(means[p.tok], l.q.x.names) {
				continue // who knows
			}
			parts[i].rows, parts[i].right = append(parts[i].rows, p.row), append(parts[i].right, right)
			parts[i].keys = append(parts[i].keys, fmt.Sprint(l.q.toks[p.tok].stem, " ", stem, " ", right))
		}
	})
	var rows [][]float32
	var right []bool
	times := map[string]int{}
	for _, p := range parts {
		for i, key := range p.keys {
			if times[key]++; times[key] <= samePairs {
				rows, right = append(rows, p.rows[i]), append(right, p.right[i])
			}
		}
	}
	return fitOdds(rows, right, alikeTrees, 4, 1)
}

const (
	alikeTrees = 160
	samePairs  = 4 // of one pair of words that are learned from, so that they are not learned by heart
)

// replaced maps each token that stands where the plain wording has other words
// to their stems.
func (l *lesson) replaced() map[int][]string {
	if l.Plain == "" {
		return nil
	}
	plain := tokenize(l.Plain)
	out := map[int][]string{}
	for _, o := range difflib.NewMatcher(wordsOf(plain), wordsOf(l.q.toks)).GetOpCodes() {
		if o.Tag != 'r' || o.I2-o.I1 > 3 || o.J2-o.J1 > 4 {
			continue
		}
		var stems []string
		for _, t := range plain[o.I1:o.I2] {
			if !function[t.word] && !cue[t.word] {
				stems = append(stems, t.stem)
			}
		}
		for i := o.J1; i < o.J2; i++ {
			out[i] = stems
		}
	}
	return out
}

func wordsOf(toks []token) []string {
	out := make([]string, len(toks))
	for i, t := range toks {
		out[i] = t.word
	}
	return out
}
