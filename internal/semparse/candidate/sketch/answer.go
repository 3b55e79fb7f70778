package sketch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
)

// leastSure is the confidence below which a question is declined where nothing
// was made of half its words or more: two in three of such answers are wrong.
const leastSure = 0.33

// declined says why a question can't be answered; nil when it can be tried.
func (q *question) declined() *ask.Decline {
	switch {
	case len(q.x.tables) == 0:
		return &ask.Decline{Reason: "This database has no tables to ask about."}
	case strings.TrimSpace(q.p.Question) == "":
		return &ask.Decline{Reason: "The question is empty.", Suggestions: q.suggestions()}
	case !q.linked():
		return q.notUnderstood(q.unknown())
	}
	return nil
}

// linked reports whether some word of the question means something here.
func (q *question) linked() bool {
	for i, t := range q.toks {
		if t.replaced || q.tops[i] >= 0.5 && !function[t.word] {
			return true
		}
	}
	return slices.ContainsFunc(q.vals, func(v *valueMention) bool { return v.kind == "val" && len(v.refs) > 0 })
}

// unknown are the content words that name nothing here.
func (q *question) unknown() []string {
	held := make([]bool, len(q.toks))
	for _, v := range q.vals {
		for i := v.from; i < v.to; i++ {
			held[i] = len(v.refs) > 0 || v.kind == "date"
		}
	}
	var out []string
	for i, t := range q.toks {
		if !held[i] && !t.isNum && !t.quoted && !t.replaced && q.tops[i] < 0.5 && len(t.word) > 2 && !function[t.word] && !cue[t.word] && !carrier[t.word] && !bounding[t.word] && !slices.Contains(out, t.text) {
			out = append(out, t.text)
		}
	}
	return out
}

// content is how many words of the question should name something.
func (q *question) content() int {
	n := 0
	for _, t := range q.toks {
		if !function[t.word] && !cue[t.word] && !carrier[t.word] && !bounding[t.word] && !t.isNum && len(t.word) > 2 {
			n++
		}
	}
	return max(n, 1)
}

// unreadModifier is an unknown word right before a table's name ("active
// customers"), which would narrow the answer; empty for none.
func (q *question) unreadModifier() string {
	unknown := q.unknown()
	for i := 0; i+1 < len(q.toks); i++ {
		if !slices.Contains(unknown, q.toks[i].text) || q.sign[i+1] != "TAB" {
			continue
		}
		return q.toks[i].text
	}
	return ""
}

// notUnderstood declines with the names that come near the unknown words.
func (q *question) notUnderstood(unknown []string) *ask.Decline {
	d := &ask.Decline{Reason: "Nothing in this question names a table, column, value or business term here.", Suggestions: q.suggestions()}
	if len(unknown) == 0 {
		return d
	}
	shown := unknown[:min(len(unknown), 4)]
	for i, w := range shown {
		if r := []rune(w); len(r) > 40 {
			shown[i] = string(r[:40]) + "…"
		}
	}
	d.Reason = fmt.Sprintf("There is nothing here like “%s”.", strings.Join(shown, "”, “"))
	if near := q.nearest(shown); len(near) > 0 {
		d.Reason += fmt.Sprintf(" Did you mean %s?", strings.Join(near, " or "))
	}
	return d
}

func (q *question) suggestions() []string {
	var out []string
	for _, t := range q.x.tables {
		if len(out) < 3 && !t.View {
			out = append(out, "how many "+strings.Join(splitName(t.Name), " ")+" are there")
		}
	}
	return out
}

// nearest are names spelt like the unknown words.
func (q *question) nearest(unknown []string) []string {
	type near struct {
		name  string
		score float64
	}
	var all []near
	consider := func(name string) {
		for _, u := range unknown {
			if s := alike(strings.ToLower(u), strings.ToLower(name)); s >= 0.45 {
				all = append(all, near{name, s})
			}
		}
	}
	for _, t := range q.x.tables {
		consider(t.Name)
		for _, c := range t.cols {
			consider(c.Name)
		}
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(b.score, a.score) })
	var out []string
	for _, n := range all {
		if len(out) < 3 && !slices.Contains(out, n.name) {
			out = append(out, n.name)
		}
	}
	return out
}

// alike is the share of letter pairs that two words have in common, 0 to 1.
func alike(a, b string) float64 {
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
	return 2 * float64(shared) / float64(max(1, len(a)+len(b)-2))
}

const (
	maxAlternatives = 3
	alternativeGap  = 4 // log odds behind the best, beyond which a reading is not worth offering
)

// alternatives are the next candidates that mean something else than the
// first, with how they differ.
func (q *question) alternatives(cs []*candidate) []ask.Alternative {
	var out []ask.Alternative
	for _, w := range q.x.otherWays(cs[0].shown().tables()) {
		if len(out) < maxAlternatives-1 {
			out = append(out, ask.Alternative{Label: "joined by " + plainSQL(w.other), SQL: strings.Replace(cs[0].sql, w.taken, w.other, 1)})
		}
	}
	chosen := []*candidate{cs[0]}
	for _, c := range cs[1:] {
		if len(out) == maxAlternatives || c.score < cs[0].score-alternativeGap {
			break
		}
		if c.result.failed || slices.ContainsFunc(chosen, c.means) {
			continue
		}
		label := q.difference(cs[0].shown(), c.shown())
		if label == "" || slices.ContainsFunc(out, func(a ask.Alternative) bool { return a.Label == label }) {
			continue
		}
		chosen = append(chosen, c)
		out = append(out, ask.Alternative{Label: label, SQL: c.sql})
	}
	return out
}

// means reports whether two candidates give the same rows, as far as is known.
func (c *candidate) means(o *candidate) bool {
	if c.result.ran && o.result.ran {
		return c.result.rows == o.result.rows && c.result.hash == o.result.hash
	}
	return c.sql == o.sql
}

// difference says what b does that a does not.
func (q *question) difference(a, b *frame) string {
	var out []string
	shown := without(b.sel, a.sel)
	switch {
	case len(shown) > 0:
		var words []string
		for _, i := range shown {
			words = append(words, i.inWords())
		}
		out = append(out, strings.Join(words, " and "))
	case len(b.sel) < len(a.sel) && len(b.sel) > 0:
		out = append(out, "only "+b.sel[0].inWords())
	}
	for _, g := range without(b.group, a.group) {
		out = append(out, "by "+g.readable())
	}
	if len(b.group) == 0 && len(a.group) > 0 {
		out = append(out, "all in one")
	}
	out = append(out, q.otherConditions(a, b)...)
	switch {
	case b.order != nil && (a.order == nil || !a.order.same(*b.order) || a.desc != b.desc):
		out = append(out, "ordered by "+b.order.readable()+map[bool]string{true: ", highest first"}[b.desc])
	case b.order == nil && a.order != nil:
		out = append(out, "in no order")
	}
	if b.limit != a.limit && b.limit > 0 {
		out = append(out, fmt.Sprintf("the first %d", b.limit))
	} else if b.limit != a.limit {
		out = append(out, "all rows")
	}
	if b.distinct && !a.distinct {
		out = append(out, "each only once")
	}
	for _, t := range b.tables() {
		if len(out) == 0 && !slices.Contains(a.tables(), t) {
			out = append(out, "those with "+t.Name)
		}
	}
	if len(out) == 0 && len(b.tables()) < len(a.tables()) {
		out = append(out, "from "+b.tables()[0].Name+" alone")
	}
	return strings.Join(out[:min(len(out), 2)], ", ")
}

func (q *question) otherConditions(a, b *frame) []string {
	texts := func(f *frame) []string {
		var out []string
		for _, w := range append(slices.Clone(f.where), f.having...) {
			s := plainSQL(w.sql(q.x))
			if r := []rune(s); len(r) > 80 {
				s = string(r[:80]) + "…"
			}
			out = append(out, s)
		}
		return out
	}
	before, after := texts(a), texts(b)
	var out []string
	for _, w := range after {
		if !slices.Contains(before, w) {
			out = append(out, "where "+w)
		}
	}
	for _, w := range before {
		if len(out) == 0 && !slices.Contains(after, w) {
			out = append(out, "without "+w)
		}
	}
	if b.set != "" && b.set != a.set {
		out = append(out, map[string]string{"EXCEPT": "leaving some out", "INTERSECT": "where both hold", "UNION": "where either holds"}[b.set])
	}
	return out
}

func without(items, other []item) []item {
	return slices.DeleteFunc(slices.Clone(items), func(i item) bool { return slices.ContainsFunc(other, i.same) })
}

func (i item) inWords() string {
	bare := i
	bare.agg, bare.distinct = "", false
	of := bare.readable()
	switch {
	case i.agg == "count" && i.distinct:
		return "count different " + of
	case i.agg == "count":
		return "count the rows"
	case i.agg == "sum":
		return "add up " + of
	case i.agg == "avg":
		return "average " + of
	case i.agg == "max":
		return "highest " + of
	case i.agg == "min":
		return "lowest " + of
	case of == "*":
		return "show all columns"
	}
	return "show " + of
}

// assumptions are what the candidate takes for granted.
func (q *question) assumptions(c *candidate) []string {
	out := slices.Clone(c.notes)
	for _, w := range c.shown().where {
		if w.col == nil || w.sub != nil {
			continue
		}
		for _, ch := range c.vals {
			if ch.col != w.col || ch.v.kind != "val" {
				continue
			}
			var others []string
			for _, r := range ch.v.refs {
				if r.col != w.col && !slices.Contains(others, r.col.readable()) && r.text != "" {
					others = append(others, r.col.readable())
				}
			}
			if len(others) > 0 && len(q.cols[w.col.id]) == 0 {
				out = append(out, fmt.Sprintf("“%s” is looked for in %s; %s holds it, too.", ch.v.text, w.col.readable(), others[0]))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// way is a join that was taken where another key would do as well.
type way struct{ taken, other string }

// otherWays are the joins of tables that other keys could make as well.
func (x *index) otherWays(tables []*table) []way {
	if len(tables) == 0 {
		return nil
	}
	order, on, ok := x.connect(tables)
	if !ok {
		return nil
	}
	var out []way
	for i, t := range order[1:] {
		for _, e := range t.edges {
			other := joinOn(e.key, x)
			if slices.Contains(order[:i+1], e.next) && other != on[i] && strings.Contains(on[i], ident(e.next.Name)+".") {
				out = append(out, way{on[i], other})
			}
		}
	}
	return out
}

func plainSQL(sql string) string { return strings.ReplaceAll(sql, `"`, "") }
