package sketch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
)

// teller accounts for a candidate, phrase by phrase.
type teller struct {
	*question
	c    *candidate
	used []bool // tokens that a phrase has told of
	out  []told
}

type told struct {
	at int
	ask.Phrase
}

// reading says what each phrase of the question became in the candidate, in
// the question's order; words that became nothing are told as ignored.
func (q *question) reading(c *candidate) []ask.Phrase {
	t := &teller{question: q, c: c, used: make([]bool, len(q.toks))}
	for i, tok := range q.toks {
		t.used[i] = tok.replaced && tok.source == "" // told with the word that stands for them
	}
	f := c.shown()
	t.conditions(f)
	t.nested(f)
	t.figures(f)
	t.groups(f)
	t.order(f)
	t.columns(f)
	t.tables(f)
	if f.distinct {
		t.cue([]string{"different", "distinct", "unique"}, "filter", "DISTINCT", "asks for each only once", 1)
	}
	for _, p := range c.amended {
		t.out = append(t.out, told{strings.Index(strings.ToLower(q.p.Question), strings.ToLower(p.Text)), p})
	}
	t.ignored()
	return t.phrases()
}

// phrases are in the question's order; at is a place in bytes.
func (t *teller) phrases() []ask.Phrase {
	slices.SortStableFunc(t.out, func(a, b told) int { return cmp.Compare(a.at, b.at) })
	var out []ask.Phrase
	for _, p := range t.out {
		if !slices.Contains(out, p.Phrase) {
			out = append(out, p.Phrase)
		}
	}
	return out
}

// tell adds a phrase for tokens [from, to), from which those told of before
// are left out at both ends.
func (t *teller) tell(from, to int, kind, target, why string, score float64) {
	for from < to && t.used[from] {
		from++
	}
	for to > from && t.used[to-1] {
		to--
	}
	if from == to {
		return
	}
	text := source(t.toks[from:to])
	for i := from; i < to; i++ {
		t.used[i] = true
	}
	at := len(strings.Join(strings.Fields(source(t.toks[:from])), " "))
	t.out = append(t.out, told{at, ask.Phrase{Text: text, Kind: kind, Target: target, Why: why, Score: min(1, max(0, score))}})
}

// assume tells of a part of the query that no word of its own asks for, by the
// words that led to it.
func (t *teller) assume(by mention, kind, target, why string) {
	text := source(t.toks[by.from:by.to])
	if text == "" {
		text = strings.TrimSpace(t.p.Question)
	}
	t.out = append(t.out, told{len(t.p.Question), ask.Phrase{Text: text, Kind: kind, Target: target, Why: why, Score: 0.5}})
}

// cue tells of the first word of a list that is not told of yet.
func (t *teller) cue(words []string, kind, target, why string, score float64) bool {
	for i, tok := range t.toks {
		if t.used[i] || tok.quoted || !slices.Contains(words, tok.word) {
			continue
		}
		from, to := i, i+1
		switch {
		case tok.word == "many" && t.plainWord(i-1) == "how":
			from--
		case (tok.word == "sorted" || tok.word == "ordered" || tok.word == "order" || tok.word == "number") && (t.plainWord(to) == "by" || t.plainWord(to) == "of"):
			to++
		}
		t.tell(from, to, kind, target, why, score)
		return true
	}
	return false
}

func (i item) readable() string { return plainSQL(i.sql()) }

// bounding words stand before a value and say how it is compared.
var bounding = wordSet("more less than at least most over under above below before after greater bigger fewer higher lower between is equal to not since until larger smaller older younger = < > <= >=")

func (t *teller) conditions(f *frame) {
	for _, cs := range [][]cond{f.where, f.having, innerOf(f)} {
		for _, w := range cs {
			if w.sub == nil {
				t.condition(w)
			}
		}
	}
}

// innerOf are the conditions on the other side of a set operation and in
// subqueries.
func innerOf(f *frame) []cond {
	var out []cond
	for _, w := range f.where {
		if w.sub != nil {
			out = append(out, w.sub.where...)
		}
	}
	if f.right != nil {
		out = append(out, f.right.where...)
		out = append(out, f.right.having...)
	}
	return out
}

func (t *teller) condition(w cond) {
	for _, ch := range t.c.vals {
		if ch.col != w.col && ch.role == "where" || t.used[ch.v.from] || !slices.Contains([]string{"where", "having"}, ch.role) {
			continue
		}
		from := ch.v.from
		for from > 0 && bounding[t.plainWord(from-1)] && !t.used[from-1] {
			from--
		}
		kind, why := "filter", "a number of the question"
		switch _, held := ch.v.textIn(ch.col); {
		case held && w.op == "=":
			kind, why = "value", "value held by the column"
		case ch.v.kind == "date":
			kind, why = "time", "a stretch of time"
		case ch.v.kind != "num":
			why = "a text of the question"
		}
		t.tell(from, ch.v.to, kind, plainSQL(w.sql(t.x)), why, 1)
		if w.op != "BETWEEN" {
			return
		}
	}
}

func (t *teller) nested(f *frame) {
	line := func(g *frame) string {
		s, _ := g.sql(t.x)
		return plainSQL(strings.ReplaceAll(s, "\n", " "))
	}
	negations := []string{"never", "without", "not", "no", "except", "excluding", "neither", "nor", "don't", "doesn't", "didn't"}
	for _, w := range f.where {
		switch {
		case w.sub == nil:
		case strings.HasPrefix(w.op, "NOT"):
			t.cue(negations, "negation", plainSQL(w.sql(t.x)), "asks for those that lack something", 1)
		default:
			t.cue([]string{"average", "mean", "than", "above", "below", "maximum", "minimum"}, "filter", plainSQL(w.sql(t.x)), "compares with a figure over all rows", 1)
		}
	}
	switch f.set {
	case "EXCEPT":
		t.cue(negations, "negation", "all but "+line(f.right), "takes away those that do", 1)
	case "INTERSECT":
		t.cue([]string{"both", "and", "also"}, "filter", "also in "+line(f.right), "both must hold", 0.9)
	case "UNION":
		t.cue([]string{"or", "either", "and"}, "filter", "as well as "+line(f.right), "either may hold", 0.9)
	}
}

// figureCues are the words that ask for an aggregate.
var figureCues = map[string][]string{
	"count": {"many", "number", "count", "total", "most", "least", "fewest", "common", "popular"},
	"sum":   {"total", "sum", "overall", "much"},
	"avg":   {"average", "mean", "avg"},
	"max":   {"maximum", "max", "highest", "largest", "most", "latest", "oldest", "greatest", "biggest", "longest"},
	"min":   {"minimum", "min", "lowest", "smallest", "least", "earliest", "youngest", "cheapest", "shortest"},
}

func (t *teller) figures(f *frame) {
	for _, i := range f.sel {
		if i.agg == "" {
			continue
		}
		if !t.cue(figureCues[i.agg], "aggregate", i.readable(), "asks for this figure", 1) {
			t.assume(mention{}, "aggregate", i.readable(), "taken for the figure meant")
		}
	}
}

func (t *teller) groups(f *frame) {
	for _, g := range f.group {
		if g.col == nil {
			continue // a bucket of time: told with its phrase
		}
		m, ok := t.free(t.cols[g.col.id])
		if !ok {
			m, ok = t.free(t.tabs[g.col.table.id])
		}
		if !ok {
			t.cue([]string{"each", "every", "per", "by"}, "group", g.readable(), "one row for each", 0.6)
			continue
		}
		from := m.from
		if each[t.plainWord(from-1)] {
			from--
		}
		t.tell(from, m.to, "group", g.readable(), t.why(m), m.score)
	}
}

var orderCues = []string{"sorted", "ordered", "order", "sort", "top", "most", "least", "fewest", "highest", "lowest", "largest", "smallest",
	"longest", "shortest", "oldest", "youngest", "newest", "latest", "earliest", "best", "worst", "first", "last", "cheapest", "biggest",
	"greatest", "maximum", "minimum", "max", "min", "descending", "ascending", "alphabetically", "alphabetical", "bottom", "recent", "common", "popular"}

func (t *teller) order(f *frame) {
	if f.order != nil && (f.order.expr == "" || len(f.group) == 0 || !f.order.same(f.group[0])) {
		target := "ordered by " + f.order.readable()
		if f.desc {
			target += ", highest first"
		}
		if f.limit == 1 {
			target += ", the first alone"
		}
		t.cue(orderCues, "order", target, "a word of order", 1)
	}
	for i, tok := range t.toks {
		if f.limit > 1 && tok.isNum && int(tok.number) == f.limit && !t.used[i] {
			t.tell(i, i+1, "limit", fmt.Sprintf("the first %d", f.limit), "a number of rows", 1)
			return
		}
	}
}

func (t *teller) columns(f *frame) {
	tell := func(i item, kind, target string) {
		if i.col == nil {
			return
		}
		if m, ok := t.free(t.cols[i.col.id]); ok {
			t.tell(m.from, m.to, kind, target, t.why(m), m.score)
		} else if m, ok := best(t.tabs[i.col.table.id]); ok && len(t.cols[i.col.id]) == 0 {
			t.assume(m, kind, target, "assumed: it names a row of the table")
		}
	}
	for _, i := range f.sel {
		tell(i, "column", i.ofColumn())
	}
	for _, w := range f.where {
		if w.sub == nil && !slices.ContainsFunc(t.c.vals, func(ch choice) bool { return ch.col == w.col }) {
			tell(w.item, "filter", plainSQL(w.sql(t.x))) // by the column's word alone
			continue
		}
		tell(w.item, "column", w.ofColumn())
	}
	if f.order != nil {
		tell(*f.order, "column", f.order.ofColumn())
	}
}

// ofColumn is the item's column as told; empty for none.
func (i item) ofColumn() string {
	if i.col == nil {
		return ""
	}
	return i.col.readable()
}

func (c *column) readable() string { return c.table.Name + "." + c.Name }

func (t *teller) tables(f *frame) {
	own := f.tables()
	if len(own) == 0 {
		return
	}
	all, on, _ := t.x.connect(own)
	near, untold := mention{}, false // no word speaks of the first
	for i, tab := range all {
		m, named := t.free(t.tabs[tab.id])
		switch {
		case named:
			t.tell(m.from, m.to, "table", tab.Name, t.why(m), m.score)
			near = m
			if untold {
				t.assume(near, "join", plainSQL(on[i-1]), "holds what is asked for")
				untold = false
			}
		case i == 0:
			untold = true
		case slices.Contains(own, tab):
			t.assume(near, "join", plainSQL(on[i-1]), "holds what is asked for")
		default:
			t.assume(near, "join", plainSQL(on[i-1]), "lies between the tables in use")
		}
	}
}

// free is the best of the mentions that are not told of yet.
func (t *teller) free(ms []mention) (mention, bool) {
	return best(slices.DeleteFunc(slices.Clone(ms), func(m mention) bool {
		return m.score < 0.4 || m.soft && t.outdone(m) || !slices.Contains(t.used[m.from:m.to], false) || t.used[m.from] && m.to == m.from+1
	}))
}

// outdone reports whether other names fit each word of a mention much better.
func (q *question) outdone(m mention) bool {
	return !slices.ContainsFunc(q.tops[m.from:m.to], func(top float64) bool { return top < m.score+0.15 })
}

// why says how a mention came to stand for its name.
func (t *teller) why(m mention) string {
	switch {
	case slices.ContainsFunc(t.toks[m.from:m.to], func(k token) bool { return k.replaced }):
		return "business term"
	case m.exact:
		return "exact name"
	case m.soft:
		return "a word of like meaning"
	case m.score >= 0.8:
		return "synonym or abbreviation"
	}
	return "part of the name"
}

// ignored tells of the content words that nothing was made of.
func (t *teller) ignored() {
	for i, tok := range t.toks {
		if t.used[i] || tok.replaced || tok.quoted || tok.isNum || function[tok.word] || cue[tok.word] || carrier[tok.word] || bounding[tok.word] || len(tok.word) < 3 {
			continue
		}
		why := "nothing here by that name"
		if t.tops[i] >= 0.5 {
			why = "not needed for this reading"
		}
		t.tell(i, i+1, "ignored", "", why, 0)
	}
}

// carrier words carry a question along and name nothing.
var carrier = wordSet(`coming appear appeared mentioned people called named came come comes happen happened made make belong belongs belonging include including contain containing contains
	located live lives living work works working about please need want know see along whether too just there was were been each other
	question tell names kind kinds type information details detail available exist exists currently total overall`)
