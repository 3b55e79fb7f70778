package semparse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
)

// readTop reads "top 5 X by Y", "10 highest …", "first 3 …": X is listed, Y
// measured.
func (r *reader) readTop() {
	i := r.has("top", "bottom", "first")
	if i < 0 || i+1 >= len(r.tokens) {
		return
	}
	n, from := 1, i+1
	if r.tokens[from].isNum {
		n, from = int(r.tokens[from].number), from+1
	}
	k := r.next(from)
	if k == nil || k.table == nil || n < 1 || n > 100_000 {
		return
	}
	direction := " DESC"
	if r.word(i) == "bottom" {
		direction = ""
	}
	r.limit = n
	for j := i; j < from; j++ {
		r.used[j] = true
	}
	r.plan.read(r.phrase(i, from), "limit", fmt.Sprintf("LIMIT %d", n), "asks for so many")
	by := -1
	for j := k.to; j < len(r.tokens); j++ {
		if w := r.word(j); w == "by" || w == "with" && r.word(j+1) == "the" {
			by = j
			break
		}
	}
	r.rank(k, by, direction)
}

// rank orders the things of link k by what follows token by.
func (r *reader) rank(k *link, by int, direction string) {
	r.take(k)
	r.plan.read(r.phrase(k.from, k.to), "table", k.table.Name, k.why)
	r.main = k.table
	r.touch(k.table)
	if by < 0 {
		r.order = r.anyMeasure(k.table) + direction
		r.shown = display(k.table)
		return
	}
	r.used[by] = true
	if m := r.next(by + 1); m != nil && m.table == k.table && m.column != nil && !m.isValue && m.term == nil {
		e := ref{m.table, m.column}
		r.order = e.sql() + direction
		r.shown = append(display(k.table), e)
		r.read1(m, "order", r.order)
		return
	}
	r.readMeasure()
	if r.measure == "" {
		r.byColumn(by, direction)
	}
	if r.measure == "" {
		r.doubt += 0.4
		return
	}
	if k.column != nil {
		e := ref{k.table, k.column}.sql()
		r.groups = append(r.groups, group{e, k.column.Name, e})
	} else {
		r.groups = append(r.groups, groupTable(k.table)...)
	}
	r.order = ident(r.name) + direction
}

// byColumn sums a numeric column of another table.
func (r *reader) byColumn(by int, direction string) {
	m := r.next(by + 1)
	if m == nil || m.table == nil {
		return
	}
	switch {
	case m.column != nil && m.column.Type.Numeric():
		r.setMeasure("sum("+ref{m.table, m.column}.sql()+")", "total_"+m.column.Name, m.table)
	case m.column == nil:
		r.setMeasure("count(*)", "number_of_"+strings.ToLower(m.table.Name), m.table)
	default:
		return
	}
	r.read1(m, "order", r.measure+direction)
}

func (r *reader) anyMeasure(t *schema.Table) string {
	if m := measures(r.p.Schema, t); len(m) > 0 {
		if len(m) > 1 {
			r.doubt += 0.25
		}
		return m[0].sql()
	}
	r.doubt += 0.4
	return "1"
}

// superlatives name the kind of column they rank by, in stems, and whether
// the greatest comes first.
var superlatives = map[string]struct {
	stems []string
	desc  bool
	time  bool
}{
	"longest": {lengths, true, false}, "shortest": {lengths, false, false},
	"cheapest": {costs, false, false}, "expensive": {costs, true, false}, "priciest": {costs, true, false},
	"newest": {nil, true, true}, "latest": {nil, true, true}, "recent": {nil, true, true},
	"earliest": {nil, false, true}, "oldest": {[]string{"age"}, true, true}, "youngest": {[]string{"age"}, false, true},
	"heaviest": {[]string{"weight", "mass"}, true, false}, "lightest": {[]string{"weight", "mass"}, false, false},
	"tallest": {[]string{"height"}, true, false}, "fastest": {[]string{"speed"}, true, false}, "slowest": {[]string{"speed"}, false, false},
	"highest": {nil, true, false}, "largest": {nil, true, false}, "biggest": {nil, true, false}, "greatest": {nil, true, false},
	"lowest": {nil, false, false}, "smallest": {nil, false, false},
	"maximum": {nil, true, false}, "minimum": {nil, false, false},
	"most": {nil, true, false}, "fewest": {nil, false, false}, "least": {nil, false, false},
}

var (
	lengths = []string{"length", "durat", "millisecond", "second", "minut", "runtim", "hour", "distanc", "page"}
	costs   = []string{"price", "cost", "amount", "fee", "rate"}
)

// readSuperlative reads "the longest track", "department with the most
// employees", "the highest price".
func (r *reader) readSuperlative() {
	if r.limit > 0 {
		return
	}
	for i := range r.tokens {
		s, ok := superlatives[r.word(i)]
		if _, stronger := superlatives[r.word(i+1)]; !ok || stronger || r.used[i] || r.word(i-1) == "at" {
			continue
		}
		if w := r.word(i - 1); w == "most" || w == "least" {
			r.used[i-1] = true
			s.desc = w == "most"
		}
		r.used[i] = true
		k := r.next(i + 1)
		counts := slices.Contains([]string{"most", "fewest", "least"}, r.word(i)) || r.word(i+1) == "number"
		if counts && k != nil && k.table != nil && k.column == nil && r.measure == "" && r.mostOf(k, s.desc) {
			return
		}
		by, ok := r.superlativeColumn(k, s.stems, s.time)
		if !ok {
			r.doubt += 0.3
			return
		}
		r.limit = 1
		r.order = by.sql() + descending(s.desc && !(s.time && by.column.Type.Temporal() && r.word(i) == "oldest"))
		if r.word(i) == "youngest" && by.column.Type.Temporal() {
			r.order = by.sql() + " DESC"
		}
		if k != nil && k.column != nil && r.free(k) {
			r.take(k)
		}
		r.showNamed()
		r.touch(by.table)
		r.plan.read(r.word(i), "order", r.order+" LIMIT 1", "asks for the first by "+by.column.Name)
		return
	}
}

// showNamed shows the main table's columns that are named, else what names
// its rows.
func (r *reader) showNamed() {
	for i := range r.links {
		if k := &r.links[i]; r.free(k) && k.table == r.main && k.column != nil && !k.isValue && k.score >= 0.8 {
			r.shown = append(r.shown, ref{k.table, k.column})
			r.read1(k, "column", ref{k.table, k.column}.sql())
		}
	}
	if len(r.shown) == 0 {
		r.shown = display(r.main)
	}
}

func descending(desc bool) string {
	if desc {
		return " DESC"
	}
	return ""
}

// mostOf ranks what is listed by how many rows of link k's table it has: the
// main table's rows, or values of columns that were named.
func (r *reader) mostOf(k *link, desc bool) bool {
	listed := r.main
	for i := range r.links {
		c := &r.links[i]
		if r.free(c) && c.column != nil && !c.isValue && c.to <= k.from && c.score >= 0.8 {
			e := ref{c.table, c.column}.sql()
			r.groups = append(r.groups, group{e, c.column.Name, e})
			r.touch(c.table)
			r.read1(c, "group", e)
		}
	}
	if k.table != listed && len(listed.PrimaryKey) == 1 && len(r.groups) > 0 {
		for i := range r.groups { // one row for each of the listed, not for each name
			r.groups[i].by = ref{listed, listed.Column(listed.PrimaryKey[0])}.sql()
		}
	}
	if len(r.groups) == 0 {
		if k.table == listed {
			return false
		}
		r.groups = groupTable(listed)
	}
	r.setMeasure("count(*)", "number_of_"+strings.ToLower(k.table.Name), k.table)
	r.touch(listed)
	r.limit, r.order, r.hidden = 1, r.measure+descending(desc), true
	r.read1(k, "order", "count(*) of "+k.table.Name)
	return true
}

// superlativeColumn chooses what a superlative ranks by: the column named
// after it, one of the kind it means, or the table's only measure.
func (r *reader) superlativeColumn(k *link, kinds []string, byTime bool) (ref, bool) {
	if k != nil && k.column != nil && !k.isValue {
		return ref{k.table, k.column}, true
	}
	all := measures(r.p.Schema, r.main)
	for _, kind := range kinds {
		for _, m := range all {
			if slices.Contains(stems(m.column.Name), kind) {
				return m, true
			}
		}
	}
	if d := dates(r.main); byTime && len(d) > 0 {
		return d[0], true
	}
	if kinds == nil && len(all) == 1 {
		return all[0], true
	}
	return ref{}, false
}

// orderWords are read together with the column that they order by.
var orderWords = []string{"ordered", "sorted", "order", "sort", "ascending", "descending", "asc", "desc", "increasing", "decreasing"}

// readOrder reads "ordered by X", "in descending order of X".
func (r *reader) readOrder() {
	for i := range r.tokens {
		if w := r.word(i); w != "by" && w != "of" || !slices.Contains(orderWords, r.word(i-1)) || r.limit > 0 {
			continue
		}
		for j := i + 1; j < min(i+4, len(r.tokens)); j++ {
			k := r.at(j)
			if k == nil || k.column == nil || k.isValue {
				continue
			}
			r.order = ref{k.table, k.column}.sql() + descending(r.has("descending", "desc", "decreasing") >= 0)
			r.touch(k.table)
			if r.free(k) {
				r.read1(k, "order", r.order)
			}
			for n := range r.tokens {
				r.used[n] = r.used[n] || slices.Contains(orderWords, r.word(n))
			}
			return
		}
	}
}

// finishOrder reads "in alphabetical order", of what is shown.
func (r *reader) finishOrder() {
	if r.has("alphabetical", "alphabetically", "lexicographic", "lexicographical") >= 0 && r.order == "" && r.measure == "" && len(r.shown) > 0 {
		r.order = r.shown[0].sql() + descending(r.has("reverse", "descending") >= 0)
	}
}
