package ask

import (
	"fmt"
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
)

// Match looks for an approved pair that answers the question: one that asks
// the same but for case, punctuation, spacing and politeness, or one alike but
// for values, whose literals are then replaced. It would rather miss than
// guess: the words around the values must be the same, a value must be
// mentioned once and bound to one place of the SQL, a new text must be a known
// value of the very column, and every way to read the question so must give
// the same SQL. phrases say what was taken and what was replaced.
func Match(question string, samples []Sample, s *schema.Schema) (sql string, sample Sample, phrases []Phrase, ok bool) {
	words := normalWords(question)
	var found []match
	for _, sample := range samples {
		if slices.Equal(words, normalWords(sample.Question)) {
			found = append(found, match{sample: sample, sql: sample.SQL})
		}
	}
	if len(found) == 0 {
		for _, sample := range samples {
			found = append(found, alike(words, sample, s)...)
		}
	}
	if len(found) == 0 || !agree(found) {
		return "", Sample{}, nil, false
	}
	m := found[0]
	whole := Phrase{Text: question, Kind: "pair", Target: m.sample.Question, Why: "approved question", Score: 1}
	return m.sql, m.sample, append([]Phrase{whole}, m.phrases...), true
}

// match is one way to answer from a sample.
type match struct {
	sample  Sample
	sql     string
	phrases []Phrase
}

// agree reports whether all matches have the same SQL but for layout.
func agree(found []match) bool {
	for _, m := range found[1:] {
		if m.sql == found[0].sql {
			continue
		}
		a, okA := scanSQL(found[0].sql)
		b, okB := scanSQL(m.sql)
		same := func(x, y sqlToken) bool { return x.kind == y.kind && x.text == y.text }
		if !okA || !okB || !slices.EqualFunc(a, b, same) {
			return false
		}
	}
	return true
}

// slot is a run of words in a sample's question that names literals of its SQL.
type slot struct {
	from, to int // words [from, to)
	literals []literal
}

// alike finds the ways to read the question as the sample with other values.
func alike(words []string, sample Sample, s *schema.Schema) []match {
	st, ok := readStatement(sample.SQL, s)
	if !ok {
		return nil
	}
	was := normalWords(sample.Question)
	r := reader{st: st, schema: s, was: was, now: words, slots: slotsOf(st, was)}
	r.read(0, 0, nil)
	for i := range r.found {
		r.found[i].sample = sample
	}
	return r.found
}

// slotsOf binds literals to the words that mention them, in order. Literals
// that no word, or more than one, mentions stay as they are; so do words that
// two bindings claim.
func slotsOf(st *statement, words []string) []slot {
	var slots []slot
	for _, l := range st.literals {
		from, to, ok := mention(l, words)
		if !ok {
			continue
		}
		i := slices.IndexFunc(slots, func(s slot) bool { return s.from < to && from < s.to })
		switch {
		case i < 0:
			slots = append(slots, slot{from, to, []literal{l}})
		case slots[i].from == from && slots[i].to == to:
			slots[i].literals = append(slots[i].literals, l)
		default:
			slots[i].literals = append(slots[i].literals, literal{}) // claimed twice: no change can hold
		}
	}
	slices.SortFunc(slots, func(a, b slot) int { return a.from - b.from })
	return slots
}

// reader aligns a question with a sample's question.
type reader struct {
	st     *statement
	schema *schema.Schema
	was    []string // the sample's words
	now    []string // the question's words
	slots  []slot
	found  []match
}

// fill is the words put in a slot.
type fill struct {
	slot  slot
	words []string
}

const (
	maxFill  = 8 // words of one value
	maxFound = 8 // readings; more are ambiguous anyway
)

// read goes on from word i of the sample and word j of the question.
func (r *reader) read(i, j int, fills []fill) {
	for i < len(r.was) {
		at := slices.IndexFunc(r.slots, func(s slot) bool { return s.from == i })
		if at >= 0 {
			s := r.slots[at]
			for n := 1; n <= maxFill && j+n <= len(r.now) && len(r.found) < maxFound; n++ {
				r.read(s.to, j+n, append(slices.Clone(fills), fill{s, r.now[j : j+n]}))
			}
			return
		}
		if j == len(r.now) || r.was[i] != r.now[j] {
			return
		}
		i, j = i+1, j+1
	}
	if j == len(r.now) {
		r.accept(fills)
	}
}

// accept writes the SQL of one alignment, if every change in it can be trusted.
func (r *reader) accept(fills []fill) {
	var edits []edit
	var phrases []Phrase
	for _, f := range fills {
		old := r.was[f.slot.from:f.slot.to]
		if slices.Equal(old, f.words) {
			continue
		}
		c := change{st: r.st, schema: r.schema, slots: r.slots, slot: f.slot, old: old, new: f.words}
		made, ok := c.edits()
		if !ok {
			return
		}
		edits = append(edits, made...)
		l := f.slot.literals[0]
		kind := "value"
		if l.op == "limit" {
			kind = "limit"
		}
		phrases = append(phrases, Phrase{Text: strings.Join(f.words, " "), Kind: kind, Score: 1,
			Target: strings.TrimSpace(fmt.Sprintf("%s %s", strings.ReplaceAll(l.operand, " . ", "."), made[0].text)),
			Why:    fmt.Sprintf("in place of “%s” in the approved question", strings.Join(old, " "))})
	}
	r.found = append(r.found, match{sql: apply(r.st.sql, edits), phrases: phrases})
}

// edit replaces bytes of a statement.
type edit struct {
	start, end int
	text       string
}

func apply(sql string, edits []edit) string {
	slices.SortFunc(edits, func(a, b edit) int { return b.start - a.start })
	for _, e := range edits {
		sql = sql[:e.start] + e.text + sql[e.end:]
	}
	return sql
}
