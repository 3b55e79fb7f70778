package sketch

import (
	"fmt"
	"slices"
	"strings"
)

// doubts say, for people, why an answer may be another than was asked for,
// whatever its odds: something that narrows it was left out, or a join changes
// what is counted. Such an answer is never Compiled.
func (q *question) doubts(c *candidate) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	f := c.shown()
	for _, word := range []string{q.unreadModifier(), q.unreadPredicate(c), q.unreadPlace(f)} {
		if word != "" {
			say("Nothing here says what “%s” means: the answer leaves it out.", word)
		}
	}
	for _, v := range q.vals {
		if v.kind == "free" && q.toks[v.from].quoted && !slices.ContainsFunc(c.vals, func(ch choice) bool { return ch.v == v }) {
			say("“%s” is found nowhere here: the answer leaves it out.", v.text)
		}
	}
	if (q.duty.begins || q.duty.ends) && !f.patterned() {
		say("How a text begins or ends was asked for: the answer leaves it out.")
	}
	if q.likens() {
		say("A comparison of rows with one another (“the same … as”) can't be read: the answer leaves it out.")
	}
	if t := q.x.multiplied(f); t != nil {
		say("The tables joined repeat rows of %s: the figure may count some of them more than once.", t.Name)
	}
	for _, w := range q.x.allWays(f) {
		say("Tables are joined by %s; %s would be possible, too.", plainSQL(w.taken), plainSQL(w.other))
	}
	if f.few() && len(f.tables()) > 1 {
		say("Those that have none at all are left out.")
	}
	return out
}

// allWays are the joins of a frame, and of what it takes away, that other keys
// could make as well.
func (x *index) allWays(f *frame) []way {
	out := x.otherWays(f.tables())
	if f.right != nil {
		out = append(out, x.otherWays(f.right.tables())...)
	}
	for _, w := range f.where {
		if w.op == "NOT IN" && w.sub != nil && w.col != nil && w.sub.sel[0].col != nil {
			out = append(out, x.otherWays([]*table{w.col.table, w.sub.sel[0].col.table})...)
		}
	}
	return out
}

// likens reports whether rows are asked for that are "the same as" others.
func (q *question) likens() bool {
	for i := range q.toks {
		for j := i + 1; q.plainWord(i) == "same" && j < i+4; j++ {
			if q.plainWord(j) == "as" {
				return true
			}
		}
	}
	return false
}

// unreadPredicate is a word at the end of the question, after a form of "to
// be", that the answer does nothing with: "how many invoices are unpaid".
func (q *question) unreadPredicate(c *candidate) string {
	end := len(q.toks) - 1
	if end < 2 || q.toks[end].quoted || q.toks[end].isNum || q.toks[end].replaced {
		return ""
	}
	word := q.toks[end].word
	at := end - 1
	for at > 0 && (q.plainWord(at) == "not" || q.plainWord(at) == "been" || q.plainWord(at) == "currently") {
		at--
	}
	if !being[q.plainWord(at)] || function[word] || cue[word] || word == "called" || word == "named" {
		return ""
	}
	used := func(from, to int) bool { return from <= end && end < to }
	read := slices.ContainsFunc(c.vals, func(ch choice) bool { return used(ch.v.from, ch.v.to) })
	c.shown().visit(func(i item) {
		read = read || i.col != nil && slices.ContainsFunc(q.cols[i.col.id], func(m mention) bool { return used(m.from, m.to) })
	}, func(t *table) {
		read = read || slices.ContainsFunc(q.tabs[t.id], func(m mention) bool { return used(m.from, m.to) && m.score >= 0.5 })
	})
	if read {
		return ""
	}
	return q.toks[end].text
}

// unreadPlace is a "first" or "last" that the answer picks nothing by.
func (q *question) unreadPlace(f *frame) string {
	if up, down := extremes(f); up || down || f.order != nil {
		return ""
	}
	for i, t := range q.toks {
		named := slices.ContainsFunc(q.toks[i:min(len(q.toks), i+4)], func(t token) bool { return t.stem == "name" })
		if (t.word == "first" || t.word == "last") && !t.replaced && !t.quoted && q.tops[i] < 0.5 && !named {
			return t.word
		}
	}
	return ""
}

var being = wordSet("is are was were been have has")

// patterned reports whether some text is compared with a pattern.
func (f *frame) patterned() bool {
	return slices.ContainsFunc(f.where, func(w cond) bool { return strings.Contains(w.op, "LIKE") })
}

// few reports whether groups are kept that count few rows: a join never holds
// those that count none.
func (f *frame) few() bool {
	return slices.ContainsFunc(f.having, func(h cond) bool { return h.agg == "count" && strings.HasPrefix(h.op, "<") })
}
