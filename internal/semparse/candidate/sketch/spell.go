package sketch

import (
	"fmt"
	"slices"
	"strings"
)

// respell replaces words that are nearly a text of the data by that text;
// false where there are none.
func (d *draft) respell(q *question, words Words) bool {
	changed := false
	for i := len(d.toks) - 1; i >= 0; i-- {
		t := d.toks[i]
		if !q.strange(i, words) {
			continue
		}
		text, ok := q.x.spelt(normal(t.text))
		if !ok {
			continue
		}
		d.notes = append(d.notes, fmt.Sprintf("“%s” is read as “%s”.", t.text, text))
		d.toks = slices.Clone(d.toks)
		d.toks[i] = token{text: text, word: strings.ToLower(text), stem: strings.ToLower(text), quoted: true, replaced: true, source: source(d.toks[i : i+1])}
		changed = true
	}
	return changed
}

// strange reports whether token i is a word that names nothing and that no
// column holds, and reads like a name or is in no dictionary.
func (q *question) strange(i int, words Words) bool {
	t := q.toks[i]
	if len(t.word) < 5 || t.isNum || t.replaced || function[t.word] || cue[t.word] || carrier[t.word] || q.tops[i] >= 0.3 || t.quoted {
		return false
	}
	for _, v := range q.vals {
		if v.from <= i && i < v.to && (len(v.refs) > 0 || v.kind == "date" || v.to > v.from+1) {
			return false
		}
	}
	if q.x.held[t.word] {
		return false
	}
	if i > 0 && t.text[0] >= 'A' && t.text[0] <= 'Z' {
		return true
	}
	if words == nil {
		return false
	}
	_, known := words.Vector(t.word)
	return !known
}

// spelt is the held text nearest to a misspelt one: one letter off, or two in
// a long word.
func (x *index) spelt(text string) (string, bool) {
	limit := 1
	if len(text) >= 6 {
		limit = 2
	}
	best, found := limit+1, ""
	for held := range x.values {
		if len(held)-len(text) > limit || len(text)-len(held) > limit || held[0] != text[0] {
			continue
		}
		if d := distance(held, text, limit); d < best || d == best && found != "" && held < found {
			best, found = d, held
		}
	}
	if found == "" || best == 0 {
		return "", false
	}
	return x.values[found][0].text, true
}

// distance is how many letters must be changed, added or taken away; more than
// limit once it is clear that it is.
func distance(a, b string, limit int) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last, low := row[0], i+1
		row[0] = i + 1
		for j := range len(b) {
			next := min(row[j+1]+1, row[j]+1, last+boolInt(a[i] != b[j]))
			last, row[j+1] = row[j+1], next
			low = min(low, next)
		}
		if low > limit {
			return low
		}
	}
	return row[len(b)]
}

// readMissing takes "without a phone number" and "whose email is missing" out
// of the question, where a column of that name holds NULLs.
func (d *draft) readMissing(q *question) bool {
	for _, c := range q.x.cols {
		for _, m := range q.cols[c.id] {
			if m.score < 0.9 && !q.saysRole(c, m) || c.Nulls <= 0 || q.tableAt(m) {
				continue
			}
			from, to, ok := d.missing(m)
			if !ok {
				continue
			}
			d.amend(source(d.toks[from:to]), "filter", "rows that hold no value", func(q *question, f *frame) (string, bool) {
				w := cond{item: item{col: c}, op: "IS NULL"}
				return c.readable() + " IS NULL", f.also(q.x, w)
			})
			d.replace(from, to)
			return true
		}
	}
	return false
}

// saysRole reports whether a mention says all of a key's name but that it is
// one: a supervisor for supervisor_id.
func (q *question) saysRole(c *column, m mention) bool {
	said := 0
	for _, p := range c.parts {
		switch {
		case slices.ContainsFunc(q.toks[m.from:m.to], func(t token) bool { return t.stem == p.stem }):
			said++
		case p.word != "id" && p.word != "code" && p.word != "key":
			return false
		}
	}
	return said > 0 && said < len(c.parts)
}

// tableAt reports whether the mention names a table as well.
func (q *question) tableAt(m mention) bool {
	return slices.ContainsFunc(q.tabs, func(ms []mention) bool {
		return slices.ContainsFunc(ms, func(o mention) bool { return o.from >= m.from && o.to <= m.to && o.exact })
	})
}

// missing finds the words around a column's mention that say it has no value.
func (d *draft) missing(m mention) (from, to int, ok bool) {
	from = m.from
	for from > 0 && slices.Contains([]string{"a", "an", "any", "the", "their"}, d.word(from-1)) {
		from--
	}
	if w := d.word(from - 1); w == "without" || w == "lacking" || w == "missing" || w == "no" && slices.Contains([]string{"have", "has", "with"}, d.word(from-2)) {
		if w == "no" {
			from--
		}
		if from--; slices.Contains([]string{"who", "that", "which"}, d.word(from-1)) {
			from--
		}
		return from, m.to, true
	}
	if w := d.word(m.to); w != "is" && w != "are" {
		return 0, 0, false
	}
	if !slices.Contains([]string{"missing", "null", "empty", "unknown"}, d.word(m.to+1)) {
		return 0, 0, false
	}
	if from = m.from; slices.Contains([]string{"whose", "where"}, d.word(from-1)) {
		from--
	}
	return from, m.to + 2, true
}
