// Package golden answers a question from approved pairs of question and SQL. It
// hides how questions are compared, which literals of a pair's SQL its question
// mentions, and when another value may be put in their place.
package golden

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
)

// Pair is an approved question with its SQL.
type Pair struct{ Question, SQL string }

// Answer is SQL that answers a question as a pair does.
type Answer struct {
	SQL      string
	Pair     int // which pair, by its index
	Replaced []Replacement
}

// Replacement is a value of the question put in the place of the pair's.
type Replacement struct {
	Text   string // as in the question
	Was    string // as in the pair's question
	Target string // readable: "customers.country 'Brazil'"
	Limit  bool   // it says how many rows
}

// Match looks for a pair that answers the question: one that asks the same but
// for case, punctuation, spacing and politeness, or one alike but for values,
// whose literals are then replaced. It would rather miss than guess: the words
// around the values must be the same, a value must be mentioned once and bound
// to one place of the SQL, a new text must be a known value of the very column,
// and every way to read the question so must give the same SQL.
func Match(question string, pairs []Pair, s *schema.Schema) (Answer, bool) {
	words := normalWords(question)
	var found []Answer
	for i, p := range pairs {
		if slices.Equal(words, normalWords(p.Question)) {
			found = append(found, Answer{SQL: p.SQL, Pair: i})
		}
	}
	if len(found) == 0 {
		for i, p := range pairs {
			for _, a := range alike(words, p, s) {
				a.Pair = i
				found = append(found, a)
			}
		}
	}
	if len(found) == 0 || !agree(found) {
		return Answer{}, false
	}
	return found[0], true
}

// agree reports whether all answers have the same SQL but for layout.
func agree(found []Answer) bool {
	for _, m := range found[1:] {
		if m.SQL == found[0].SQL {
			continue
		}
		a, okA := scan(found[0].SQL)
		b, okB := scan(m.SQL)
		same := func(x, y token) bool { return x.Kind == y.Kind && x.text == y.text }
		if !okA || !okB || !slices.EqualFunc(a, b, same) {
			return false
		}
	}
	return true
}

// slot is a run of words in a pair's question that names literals of its SQL.
type slot struct {
	from, to int // words [from, to)
	literals []literal
}

// alike finds the ways to read the question as the pair with other values.
func alike(words []string, p Pair, s *schema.Schema) []Answer {
	st, ok := readStatement(p.SQL, s)
	if !ok {
		return nil
	}
	was := normalWords(p.Question)
	r := reader{st: st, schema: s, was: was, now: words, slots: slotsOf(st, was)}
	r.read(0, 0, nil)
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

// reader aligns a question with a pair's question.
type reader struct {
	st     *statement
	schema *schema.Schema
	was    []string // the pair's words
	now    []string // the question's words
	slots  []slot
	found  []Answer
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

// read goes on from word i of the pair and word j of the question.
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
	var replaced []Replacement
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
		replaced = append(replaced, Replacement{Text: strings.Join(f.words, " "), Was: strings.Join(old, " "), Limit: l.op == "limit",
			Target: strings.TrimSpace(strings.ReplaceAll(l.operand, " . ", ".") + " " + made[0].text)})
	}
	r.found = append(r.found, Answer{SQL: apply(r.st.sql, edits), Replaced: replaced})
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
