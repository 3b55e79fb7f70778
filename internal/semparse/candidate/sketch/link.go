package sketch

import (
	"math"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
)

// Words knows words: what embed.Embedder offers.
type Words interface {
	// Vector is a word's unit vector; false for an unknown word.
	Vector(word string) ([]float32, bool)
}

// mention is a run of tokens [from, to) that may name a table or a column.
type mention struct {
	from, to int
	score    float64 // share of the name's meaning that the tokens cover, 0 to 1
	exact    bool    // every word of the name stands there
	owner    bool    // a column's mention that names its table, too
	soft     bool    // some word matched by meaning only
}

// question is one question linked to one schema.
type question struct {
	p    ask.Prompt
	x    *index
	toks []token
	cols [][]mention // by column id, in order of place
	tabs [][]mention // by table id
	vals []*valueMention
	tops []float64 // by token: the best score of a name that covers it
	sign []string  // delexicalised tokens
	duty *duties   // what single words oblige a query to

	notes []string // assumptions of the candidate at hand
}

const leastLink = 0.3 // score below which a mention is noise

// function words never name anything by themselves.
var function = wordSet(`a an the of in on at to for from by with and or is are was were be been being has have had do does did
	how many much what which who whom whose where when that this these those there their its it all any each every per
	than more less most least not no never without show list give me us find tell get display please between
	over under above below after before as than only also out into having i we you our my they them he she his her
	return can could would will if both either so such but same different distinct unique some`)

func link(p ask.Prompt, x *index, words Words, lex *lexicon) *question {
	return linkTokens(p, x, tokenize(p.Question), words, lex)
}

func linkTokens(p ask.Prompt, x *index, toks []token, words Words, lex *lexicon) *question {
	q := &question{p: p, x: x, toks: toks}
	if len(q.toks) > maxTokens {
		q.toks = q.toks[:maxTokens]
	}
	match := q.matchWords(words, lex)
	q.tops = make([]float64, len(q.toks))
	q.cols, q.tabs = make([][]mention, len(x.cols)), make([][]mention, len(x.tables))
	for i, t := range x.tables {
		q.tabs[i] = q.verbatim(t.Name, t.parts, q.mentions(t.parts, x.tabVoc[i], nil, match))
		q.cover(q.tabs[i])
	}
	for i, c := range x.cols {
		q.cols[i] = q.verbatim(c.Name, c.parts, q.mentions(c.parts, x.colVoc[i], x.tabVoc[c.table.id], match))
		q.cover(q.cols[i])
	}
	q.findValues()
	q.signs()
	q.duty = q.dutiesOf()
	for _, v := range q.vals {
		v.said = q.comparison(v)
	}
	return q
}

// verbatim adds to the mentions of a name of several words the tokens that are
// the name as the schema writes it, such as unit_price or UnitPrice.
func (q *question) verbatim(name string, parts []part, ms []mention) []mention {
	if len(parts) < 2 {
		return ms // words match it
	}
	for i, t := range q.toks {
		if t.quoted || t.replaced || !strings.EqualFold(t.text, name) {
			continue
		}
		ms = slices.DeleteFunc(ms, func(m mention) bool { return m.from <= i && i < m.to })
		at, _ := slices.BinarySearchFunc(ms, i, func(m mention, i int) int { return m.from - i })
		ms = slices.Insert(ms, at, mention{from: i, to: i + 1, score: 1, exact: true})
	}
	return ms
}

// maxTokens bounds the tokens of a question that are read.
const maxTokens = 120

func (q *question) cover(ms []mention) {
	for _, m := range ms {
		for i := m.from; i < m.to; i++ {
			q.tops[i] = max(q.tops[i], m.score)
		}
	}
}

// matchWords scores every token against every word of the schema's names.
func (q *question) matchWords(words Words, lex *lexicon) [][]float32 {
	out := make([][]float32, len(q.toks))
	for i, t := range q.toks {
		if t.quoted || t.isNum && len(t.text) > 2 {
			continue
		}
		row := make([]float32, len(q.x.vocab))
		some := false
		for j := range q.x.vocab {
			row[j] = float32(wordMatch(t, &q.x.vocab[j], lex))
			some = some || row[j] > 0
		}
		if some {
			out[i] = row
		}
	}
	if lex.alike != nil {
		q.matchMeanings(out, words, lex)
	}
	return out
}

// matchMeanings adds what the words mean.
func (q *question) matchMeanings(match [][]float32, words Words, lex *lexicon) {
	for _, p := range q.pairings(words, lex.thesaurus) {
		odds := sigmoid(lex.alike.score(p.row))
		if odds < leastAlike {
			continue
		}
		if match[p.tok] == nil {
			match[p.tok] = make([]float32, len(q.x.vocab))
		}
		match[p.tok][p.voc] = max(match[p.tok][p.voc], float32(alikeScore(odds)))
	}
	for _, row := range match {
		rival(row)
	}
}

// rival weakens what a word means less likely where it surely means something
// else.
func rival(row []float32) {
	if len(row) == 0 {
		return
	}
	top := slices.Max(row)
	for j, s := range row {
		if top >= 0.8 && s < top-0.08 {
			row[j] = s * 0.7
		}
	}
}

// wordMatch says how surely a token means a name's word, 0 to 1.
func wordMatch(t token, p *part, lex *lexicon) float64 {
	if t.stem == p.stem || t.word == p.word {
		return 1
	}
	if function[t.word] || len(t.word) < 3 || len(p.word) < 2 {
		return 0
	}
	if t.word == "full" && (p.word == "first" || p.word == "last") {
		return 0.9
	}
	if s := lex.learned[[2]string{t.stem, p.stem}]; s > 0 {
		return float64(s)
	}
	if abbreviates(p.word, t.word) {
		return 0.85
	}
	longest := max(len(t.stem), len(p.stem))
	switch n := shared(t.stem, p.stem); {
	case n >= 4 && n*10 >= 8*longest:
		return 0.75
	case n >= 5 && n*10 >= 6*longest: // mountaineer is no mountain, but a nationality is a nation
		return 0.6
	}
	if len(t.word) >= 4 && abbreviates(t.word, p.word) {
		return 0.7
	}
	return 0
}

func shared(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func dot(a, b []float32) float64 {
	var s float32
	for i := range a {
		s += a[i] * b[i]
	}
	return float64(s)
}

// glue may stand inside a name's mention: "date of the transaction".
var glue = wordSet("of the a an 's for in")

// mentions finds where the name's parts stand together. own are the table's
// parts, which may stand among a column's.
func (q *question) mentions(parts []part, voc, own []int32, match [][]float32) []mention {
	var whole float64
	for _, p := range parts {
		whole += p.weight
	}
	var out []mention
	for i := range q.toks {
		if match[i] == nil || !anyMatch(match[i], voc) {
			continue
		}
		m, ok := q.mentionAt(i, parts, voc, own, match, whole)
		if ok && !slices.ContainsFunc(out, func(o mention) bool { return o.from <= m.from && m.to <= o.to && o.score >= m.score }) {
			out = append(out, m)
		}
	}
	return out
}

func anyMatch(row []float32, voc []int32) bool {
	for _, v := range voc {
		if row[v] > 0 {
			return true
		}
	}
	return false
}

// mentionAt grows a mention from token i.
func (q *question) mentionAt(i int, parts []part, voc, own []int32, match [][]float32, whole float64) (mention, bool) {
	m := mention{from: i, to: i + 1, exact: true}
	if i > 0 && match[i-1] != nil && len(own) > 0 && anyMatch(match[i-1], own) {
		m.owner = true
	}
	var used uint64
	var score float64
	for j := i; j < len(q.toks) && j < i+7; j++ {
		row, best, at, again := match[j], float32(0), -1, false
		if row != nil {
			for k, v := range voc {
				if taken := used&(1<<min(k, 63)) != 0; !taken && row[v] > best {
					best, at = row[v], k
				} else if taken && row[v] > 0.5 && row[v] < 1 {
					again = true
				}
			}
		}
		switch {
		case at >= 0:
			used |= 1 << min(at, 63)
			score += float64(best) * parts[at].weight
			m.to = j + 1
			if best < 1 {
				m.exact = false
				m.soft = m.soft || best < 0.8
			}
		case again: // "class room" for a classroom
			m.to = j + 1
		case row != nil && anyMatch(row, own) && j > i:
			m.owner = true
		case glue[q.toks[j].word] && j > i:
		default:
			j = len(q.toks)
		}
	}
	for k := range parts {
		if used&(1<<min(k, 63)) == 0 {
			m.exact = false
		}
	}
	m.score = score / whole
	if m.to == m.from+1 && function[q.toks[i].word] && !m.exact {
		return m, false
	}
	return m, m.score >= leastLink
}

// best is a name's best mention; the earliest of equals.
func best(ms []mention) (mention, bool) {
	out := mention{score: -1}
	for _, m := range ms {
		if m.score > out.score {
			out = m
		}
	}
	return out, out.score >= 0
}

// signs delexicalises: what surely names something becomes its kind, so that
// what is learned on one schema holds on others.
func (q *question) signs() {
	q.sign = make([]string, len(q.toks))
	for i, t := range q.toks {
		switch {
		case t.quoted:
			q.sign[i] = "VAL"
		case t.isNum:
			q.sign[i] = "NUM"
		default:
			q.sign[i] = t.stem
		}
	}
	mark := func(ms []mention, sign string) {
		for _, m := range ms {
			if m.score < 0.7 {
				continue
			}
			for i := m.from; i < m.to; i++ {
				if w := q.toks[i].word; !cue[w] && !function[w] && !q.toks[i].isNum && q.sign[i] != "VAL" && (q.sign[i] != "TAB") {
					q.sign[i] = sign
				}
			}
		}
	}
	for _, ms := range q.tabs {
		mark(ms, "TAB")
	}
	for _, ms := range q.cols {
		mark(ms, "COL")
	}
	for _, v := range q.vals {
		if v.kind != "num" && (v.sure || v.kind == "date") {
			for i := v.from; i < v.to; i++ {
				q.sign[i] = "VAL"
			}
		}
	}
}

// cue words shape a query even where a name holds them, too.
var cue = wordSet(`number count total sum average mean maximum minimum max min highest lowest largest smallest longest shortest
	top bottom first last order sorted sort ordered ascending descending alphabetical alphabetically most least fewest more less
	oldest youngest earliest latest biggest greatest cheapest newest best worst common popular times amount full`)

func (q *question) word(i int) string {
	if i < 0 {
		return "^"
	}
	if i >= len(q.toks) {
		return "$"
	}
	if q.toks[i].quoted {
		return "VAL"
	}
	return q.toks[i].stem
}

func (q *question) signAt(i int) string {
	if i < 0 {
		return "^"
	}
	if i >= len(q.sign) {
		return "$"
	}
	return q.sign[i]
}

// phrase is the question's own text of tokens [from, to).
func (q *question) phrase(from, to int) string {
	var parts []string
	for _, t := range q.toks[from:to] {
		if t.text != "" {
			parts = append(parts, t.text)
		}
	}
	return strings.Join(parts, " ")
}

func bucket(v float64, steps int) string {
	return string(rune('0' + int(math.Round(v*float64(steps)))))
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
