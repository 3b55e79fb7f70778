package semparse

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
)

// link says what a run of tokens stands for: exactly one of table, column
// (with its table), value (with its column) or term.
type link struct {
	from, to int // tokens [from, to)
	table    *schema.Table
	column   *schema.Column
	value    string
	isValue  bool
	term     *ontology.Term
	why      string
	score    float64
}

// Words tells how alike two words are in meaning, from -1 to 1.
type Words interface {
	Similarity(a, b string) float64
}

const (
	maxSpan = 5    // tokens one link may cover
	alike   = 0.72 // least similarity of words taken for synonyms
)

// linker finds links of one question in one schema.
type linker struct {
	p      ask.Prompt
	words  Words
	tokens []token
}

// links covers the question from left to right, longest and surest first. A
// second pass prefers columns and values of tables that were named.
func (l *linker) links() []link {
	named := map[*schema.Table]bool{}
	first := l.cover(named)
	for _, k := range first {
		if k.table != nil && k.column == nil {
			named[k.table] = true
		}
	}
	return l.cover(named)
}

func (l *linker) cover(named map[*schema.Table]bool) []link {
	var out []link
	for i := 0; i < len(l.tokens); {
		best := link{}
		for n := min(maxSpan, len(l.tokens)-i); n >= 1; n-- {
			for _, k := range l.candidates(i, i+n) {
				if named[k.table] {
					k.score += 0.15
				}
				k.score += 0.2 * float64(n-1)
				if k.score > best.score {
					best = k
				}
			}
		}
		if best.score == 0 {
			i++
			continue
		}
		out = append(out, best)
		i = best.to
	}
	return out
}

// candidates are all that tokens [from, to) may stand for.
func (l *linker) candidates(from, to int) []link {
	span := l.tokens[from:to]
	if len(span) == 1 && (function[span[0].word] || span[0].isNum && !span[0].quoted) {
		return nil
	}
	out := l.terms(from, to)
	for i := range l.p.Schema.Tables {
		t := &l.p.Schema.Tables[i]
		if s := l.nameScore(span, t.Name); s > 0 {
			out = append(out, link{from: from, to: to, table: t, why: why(s), score: s + 0.02})
		}
		for j := range t.Columns {
			c := &t.Columns[j]
			if s := l.nameScore(span, c.Name); s > 0 && !span[0].quoted {
				out = append(out, link{from: from, to: to, table: t, column: c, why: why(s), score: s})
			}
			if v, s := valueScore(span, c); s > 0 {
				out = append(out, link{from: from, to: to, table: t, column: c, value: v, isValue: true, why: "a value of this column", score: s})
			}
		}
	}
	return out
}

func why(score float64) string {
	switch {
	case score >= 1:
		return "its name"
	case score >= 0.8:
		return "part of its name"
	}
	return "a similar word"
}

// terms finds ontology terms named by the tokens.
func (l *linker) terms(from, to int) []link {
	if l.p.Ontology == nil {
		return nil
	}
	var out []link
	for i := range l.p.Ontology.Terms {
		t := &l.p.Ontology.Terms[i]
		for _, name := range append([]string{t.Name}, t.Synonyms...) {
			table := l.p.Schema.Table(t.Table)
			if t.Stale != "" || table == nil || !sameStems(l.tokens[from:to], stems(name)) {
				continue
			}
			k := link{from: from, to: to, table: table, term: t, why: "ontology term " + t.Name, score: 1.3}
			if t.Kind == ontology.Synonym {
				k.term, k.column = nil, table.Column(t.Column)
			}
			out = append(out, k)
		}
	}
	return out
}

func sameStems(span []token, name []string) bool {
	return len(span) == len(name) && !slices.ContainsFunc(span, func(t token) bool { return t.quoted }) &&
		slices.EqualFunc(span, name, func(t token, s string) bool { return t.stem == s })
}

// nameScore says how well the tokens name an identifier: 1 for all of it, 0.8
// for its last or first part, less for a similar word, 0 for not at all.
func (l *linker) nameScore(span []token, name string) float64 {
	parts := stems(name)
	if sameStems(span, parts) {
		return 1
	}
	joined := ""
	for _, t := range span {
		joined += t.stem
	}
	if joined == strings.Join(parts, "") {
		return 0.98
	}
	if len(span) > 1 || span[0].quoted || len(span[0].word) < 3 {
		return 0
	}
	stem := span[0].stem
	if len(parts) > 1 && (parts[len(parts)-1] == stem || parts[0] == stem && parts[len(parts)-1] != "id") {
		return 0.8
	}
	if l.words != nil && len(parts) == 1 && len(name) > 2 {
		if s := l.words.Similarity(span[0].word, strings.ToLower(name)); s >= alike {
			return 0.7 * s
		}
	}
	return 0
}

// valueScore finds the column's value that the tokens name, if one does.
func valueScore(span []token, c *schema.Column) (string, float64) {
	if c.Type != schema.Text || len(c.Values) == 0 {
		return "", 0
	}
	text := span[0].text
	for _, t := range span[1:] {
		text += " " + t.text
	}
	if len(text) < 2 {
		return "", 0
	}
	for _, v := range c.Values {
		if v == text {
			return v, 1.06
		}
		if strings.EqualFold(v, text) {
			return v, 1.03
		}
	}
	return "", 0
}

// function words never name anything by themselves.
var function = wordSet(`a an the of in on at to for from by with and or is are was were be been has have had do does did
	how many much what which who whose where when that this these those there their its it all any each every per
	than more less most least not no never without show list give me us find tell get display please between number
	total sum average mean count maximum minimum max min highest lowest largest smallest longest shortest top bottom
	over under above below after before as than only also different distinct out into having i we you our my`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
