package sketch

import (
	"math"
	"slices"
	"strings"
)

// leastLeftOut are the candidates that leave out the fewest of what the question
// surely asks for: comparison with texts that the data holds and with numbers
// as in "over 10000", and what follows "by", "per" or "each".
func (q *question) leastLeftOut(cs []*candidate) []*candidate {
	bound := slices.DeleteFunc(slices.Clone(q.vals), func(v *valueMention) bool { return !q.binding(v) })
	weighs := q.weighs()
	least := math.MaxInt
	left := make([]int, len(cs))
	for i, c := range cs {
		for _, v := range bound {
			if !slices.ContainsFunc(c.vals, func(ch choice) bool { return ch.v == v }) {
				left[i]++
			}
		}
		left[i] += q.ungrouped(c.frame) + boolInt(c.frame.or && q.joinsAll(c.frame)) +
			q.neglects(c) + boolInt(weighs && !strings.HasPrefix(c.sketch.Nest, "cmp")) + boolInt(q.x.countsKeys(c.frame))
		least = min(least, left[i])
	}
	var out []*candidate
	for i, c := range cs {
		if left[i] == least {
			out = append(out, c)
		}
	}
	return out
}

// countsKeys reports whether a frame orders by how often a key occurs in its
// own table: always once.
func (x *index) countsKeys(f *frame) bool {
	if f.order == nil || f.order.agg != "count" || len(f.group) != 1 || f.group[0].col == nil || f.set != "" {
		return false
	}
	c := f.group[0].col
	return (c.Unique || c == c.table.key()) && len(f.tables()) == 1
}

// denies reports whether the frame finds those that lack something.
func (f *frame) denies() bool {
	return f.set == "EXCEPT" || slices.ContainsFunc(f.where, func(w cond) bool {
		return strings.HasPrefix(w.op, "NOT") || w.op == "!=" || w.op == "IS NULL" || w.expr != ""
	})
}

// weighs reports whether the question compares with an average: "above the
// average".
func (q *question) weighs() bool {
	for i := 1; i < len(q.toks); i++ {
		if w := q.toks[i].word; w != "average" && w != "mean" {
			continue
		}
		for j := max(0, i-2); j < i; j++ {
			if comparing[q.toks[j].word] {
				return true
			}
		}
	}
	return false
}

// joinsAll reports whether conditions on several columns must all hold, for
// want of an "or".
func (q *question) joinsAll(f *frame) bool {
	return !q.duty.either && slices.ContainsFunc(f.where, func(w cond) bool { return w.col != f.where[0].col })
}

// ungrouped counts names after "by", "per" or "each" that a frame does nothing
// with.
func (q *question) ungrouped(f *frame) int {
	left := 0
	for i := 1; i < len(q.toks); i++ {
		if !each[q.toks[i-1].word] || q.tops[i] < 0.5 || q.toks[i].quoted {
			continue
		}
		covers := func(ms []mention) bool {
			return slices.ContainsFunc(ms, func(m mention) bool { return m.from <= i && i < m.to && m.score >= 0.4 && !q.outdone(m) })
		}
		used := false
		f.visit(func(it item) { used = used || it.col != nil && covers(q.cols[it.col.id]) }, func(t *table) { used = used || covers(q.tabs[t.id]) })
		left += boolInt(!used)
	}
	return left
}

var each = wordSet("by per each every")

// binding reports whether a value must be compared with.
func (q *question) binding(v *valueMention) bool {
	w := q.word(v.from - 1)
	if v.kind == "num" {
		return comparing[w] || (w == "least" || w == "most") && q.word(v.from-2) == "at"
	}
	return v.kind == "val" && v.sure && v.to-v.from > 1
}

// comparing words stand right before a number that bounds something.
var comparing = wordSet("over above under below than exceed")
