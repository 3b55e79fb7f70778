package sketch

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
)

// customs are what people expect of an answer whatever the words: rows told by
// names rather than keys, groups of one thing each, and an adjective's own
// column.
func (q *question) customs(f *frame) {
	f.sel = withoutStar(f.sel)
	q.flags(f)
	q.showGroups(f)
	q.adjective(f)
	q.nameKeys(f)
	q.showSubject(f)
	groupShown(f)
	q.groupByKey(f)
	q.wholeNames(f)
	q.nameGroups(f)
	q.showRanked(f)
	f.sel = unrepeated(f.sel)
	orderShown(f)
	q.lastOf(f)
}

// flags reads a yes-or-no column that stands as an adjective: "active members",
// "members who are not active".
func (q *question) flags(f *frame) {
	if f.set != "" {
		return
	}
	for _, c := range q.x.cols {
		if !c.yesOrNo() || !slices.Contains(f.tables(), c.table) || slices.ContainsFunc(f.where, func(w cond) bool { return w.col == c }) {
			continue
		}
		for _, m := range q.cols[c.id] {
			value, ok := q.adjectival(c, m)
			if !ok || m.score < 0.9 {
				continue
			}
			own := item{col: c}
			if !f.also(q.x, cond{item: own, op: "=", val: value}) {
				break
			}
			if f.sel = slices.DeleteFunc(slices.Clone(f.sel), own.same); len(f.sel) == 0 {
				f.sel = c.table.names()
			}
			break
		}
	}
}

// yesOrNo reports whether a column holds 0 and 1 alone.
func (c *column) yesOrNo() bool {
	return c.Type == schema.Boolean || c.Type == schema.Integer && c.Min == "0" && c.Max == "1"
}

// adjectival tells what a yes-or-no column must hold by where it is named:
// right before its table, or at the end after a form of "to be".
func (q *question) adjectival(c *column, m mention) (value string, ok bool) {
	before := q.plainWord(m.from - 1)
	denied := before == "not" || before == "non"
	if denied {
		before = q.plainWord(m.from - 2)
	}
	leads := slices.ContainsFunc(q.tabs[c.table.id], func(t mention) bool { return t.from == m.to && t.score >= 0.9 })
	ends := m.to == len(q.toks) && being[before] && before != "has" && before != "have"
	return map[bool]string{true: "0", false: "1"}[denied], leads || ends
}

// lastOf picks the time that "the last" or "the first" of something names.
func (q *question) lastOf(f *frame) {
	if len(f.sel) != 1 || f.sel[0].col == nil || f.sel[0].agg != "" || !f.sel[0].col.Type.Temporal() || len(f.group) > 0 || f.set != "" {
		return
	}
	switch q.unreadPlace(f) {
	case "last":
		f.sel = []item{{agg: "max", col: f.sel[0].col}}
	case "first":
		f.sel = []item{{agg: "min", col: f.sel[0].col}}
	}
}

// orderShown orders by the name that is shown where "name" alone was taken for
// that of a table nothing else speaks of.
func orderShown(f *frame) {
	if f.order == nil || f.order.col == nil || f.order.agg != "" || !f.order.col.naming {
		return
	}
	rest := *f
	rest.order = nil
	shown := slices.IndexFunc(f.sel, func(i item) bool { return i.col != nil && i.agg == "" && i.col.naming })
	if shown >= 0 && !slices.Contains(rest.tables(), f.order.col.table) {
		f.order = &f.sel[shown]
	}
}

// unrepeated are the items without repetitions.
func unrepeated(items []item) []item {
	var out []item
	for _, i := range items {
		if !slices.ContainsFunc(out, i.same) {
			out = append(out, i)
		}
	}
	return out
}

// showRanked tells a "top 5 … by …" whole: what is ranked, one row each, with
// the figure that ranks it.
func (q *question) showRanked(f *frame) {
	if f.order == nil || f.order.agg == "" || f.limit < 2 || f.set != "" {
		return
	}
	top := slices.IndexFunc(q.toks, func(t token) bool { return t.word == "top" || t.word == "bottom" })
	if top < 0 || !slices.ContainsFunc(q.toks[top:], func(t token) bool { return t.word == "by" }) {
		return
	}
	subject := q.subject()
	if subject == nil {
		return
	}
	_, _, reached := q.x.connect(append(f.tables(), subject))
	if key := subject.key(); key != nil && reached && !slices.ContainsFunc(f.sel, func(i item) bool { return i.col != nil && i.agg == "" && q.asksFor(i.col) && i.col.table == subject }) {
		f.extra = append(slices.Clone(f.extra), f.tables()...)
		f.sel, f.group = subject.names(), []item{{col: key}}
	}
	if !slices.ContainsFunc(f.sel, f.order.same) {
		f.sel = append(slices.Clone(f.sel), *f.order)
	}
}

// withoutStar leaves out "all columns" beside some that are shown by name.
func withoutStar(sel []item) []item {
	if !slices.ContainsFunc(sel, func(i item) bool { return i.col != nil && i.agg == "" }) {
		return sel
	}
	return slices.DeleteFunc(slices.Clone(sel), func(i item) bool {
		return i.same(item{}) || i.agg == "" && strings.HasSuffix(i.expr, ".*")
	})
}

// nameKeys shows what names a row in the place of a key to it, where the
// question names the thing and not its key.
func (q *question) nameKeys(f *frame) {
	if f.set != "" || f.distinct || len(f.group) == 0 {
		return
	}
	for i, s := range f.sel {
		if s.col == nil || s.agg != "" || s.col.foreign == nil || q.saysKey(s.col) {
			continue
		}
		t := s.col.foreign.table
		names := t.naming()
		if len(names) == 0 || names[0].PrimaryKey || !slices.ContainsFunc(f.group, s.same) || t == s.col.table || len(q.tabs[t.id]) == 0 {
			continue
		}
		f.sel = slices.Replace(slices.Clone(f.sel), i, i+1, t.names()...)
		f.extra, f.group = append(slices.Clone(f.extra), s.col.table), slices.Clone(f.group)
		for j := range f.group {
			if f.group[j].same(s) {
				f.group[j] = item{col: s.col.foreign}
			}
		}
		return
	}
}

// saysKey reports whether the question asks for the key itself.
func (q *question) saysKey(c *column) bool {
	return slices.ContainsFunc(q.toks, func(t token) bool {
		return slices.Contains([]string{"id", "ids", "code", "codes", "key", "keys", "number", "numbers"}, t.word) && hasStem(c.parts, t.stem) && t.word != "number"
	}) || slices.ContainsFunc(q.cols[c.id], func(m mention) bool { return m.exact })
}

// showSubject shows the thing that the question begins with, where no word
// asks for what the proposer shows: by what names it, else whole.
func (q *question) showSubject(f *frame) {
	subject := q.subject()
	if subject == nil || f.set != "" || f.distinct || len(f.sel) == 0 || !slices.Contains(f.tables(), subject) {
		return
	}
	for _, s := range f.sel {
		if s.col == nil || s.agg != "" || q.asksFor(s.col) || s.col.table == subject && s.col.naming {
			return
		}
	}
	grouped := f.order != nil && f.order.agg != "" || len(f.having) > 0
	f.extra = append(slices.Clone(f.extra), f.tables()...)
	f.sel = nil
	for _, c := range subject.naming() {
		if c.naming || grouped {
			f.sel = append(f.sel, item{col: c})
		}
	}
	if len(f.sel) == 0 {
		f.sel = []item{{of: subject, expr: ident(subject.Name) + ".*"}}
	}
	if !grouped {
		f.group = nil
	}
}

// asksFor reports whether words of the question name a column: more than a
// word such as "top" that shapes the query.
func (q *question) asksFor(c *column) bool {
	return slices.ContainsFunc(q.cols[c.id], func(m mention) bool {
		return m.exact || m.score >= 0.6 && slices.ContainsFunc(q.toks[m.from:m.to], func(t token) bool { return !cue[t.word] })
	})
}

// nameGroups tells groups of one thing each by what names it, where no word
// asks for what the proposer shows.
func (q *question) nameGroups(f *frame) {
	for i, s := range f.sel {
		if s.col == nil || s.agg != "" || s.col.naming || q.asksFor(s.col) {
			continue
		}
		key, names := s.col.table.key(), s.col.table.naming()
		if key != nil && s.col != key && names[0].naming && slices.ContainsFunc(f.group, item{col: key}.same) {
			f.sel = slices.Clone(f.sel)
			f.sel[i] = item{col: names[0]}
			return
		}
	}
}

// subject is the table that the question begins with, after words such as
// "show all the"; nil for any other beginning.
func (q *question) subject() *table {
	for i, t := range q.toks[:min(5, len(q.toks))] {
		if t.quoted {
			return nil
		}
		if named := q.tableNamed(i); named != nil {
			return named
		}
		if !function[t.word] && !cue[t.word] && !carrier[t.word] && !t.isNum {
			return nil
		}
	}
	return nil
}

// tableNamed is the table whose exact name begins at token i, the longest of
// several; nil for none.
func (q *question) tableNamed(i int) *table {
	var longest *table
	to := i
	for _, t := range q.x.tables {
		for _, m := range q.tabs[t.id] {
			if m.from == i && m.exact && m.to > to {
				longest, to = t, m.to
			}
		}
	}
	return longest
}

// groupShown counts and adds up for each of what is shown beside.
func groupShown(f *frame) {
	figures := slices.ContainsFunc(f.sel, func(i item) bool { return i.agg == "count" || i.agg == "sum" || i.agg == "avg" })
	if !figures || len(f.group) > 0 || f.set != "" {
		return
	}
	for _, i := range f.sel {
		if i.agg == "" && i.col != nil {
			f.group = append(f.group, i)
		}
	}
}

// showGroups shows what figures alone are told for each of: a key by the name
// that it stands for.
func (q *question) showGroups(f *frame) {
	plain := func(i item) bool { return i.agg == "" && i.expr == "" || slices.ContainsFunc(f.group, i.same) }
	if len(f.group) == 0 || f.set != "" || slices.ContainsFunc(f.sel, plain) {
		return
	}
	var shown []item
	for _, g := range f.group {
		names := []item{g}
		if c := g.col; c != nil && c == c.table.key() && c.table.naming()[0].naming && !q.saysKey(c) {
			names = c.table.names()
		}
		shown = append(shown, names...)
	}
	f.sel = append(shown, f.sel...)
}

// saysPart reports whether the question speaks of this part of a name: "last
// names", not "names".
func (q *question) saysPart(c *column) bool {
	return slices.ContainsFunc(q.cols[c.id], func(m mention) bool {
		return slices.ContainsFunc(q.toks[m.from:m.to], func(t token) bool { return t.stem != "name" && !hasStem(c.table.parts, t.stem) })
	})
}

// wholeNames shows all of a name where a part of it was assumed.
func (q *question) wholeNames(f *frame) {
	if f.set != "" {
		return
	}
	for i, s := range f.sel {
		if s.col == nil || s.agg != "" || q.saysPart(s.col) {
			continue
		}
		if key := s.col.table.key(); len(f.group) > 0 && (key == nil || !f.group[0].same(item{col: key})) {
			continue
		}
		names := s.col.table.naming()
		if len(names) < 2 || !slices.Contains(names, s.col) {
			continue
		}
		var all []item
		for _, n := range names {
			if n == s.col || !slices.ContainsFunc(f.sel, item{col: n}.same) {
				all = append(all, item{col: n})
			}
		}
		f.sel = slices.Replace(slices.Clone(f.sel), i, i+1, all...)
		return
	}
}

// groupByKey groups by the key of what a name stands for, where several rows
// bear one name.
func (q *question) groupByKey(f *frame) {
	if f.set != "" {
		return
	}
	for i, g := range f.group {
		if g.col != nil && g.col.foreign != nil && slices.Contains(f.tables(), g.col.foreign.table) && !slices.ContainsFunc(f.sel, g.same) {
			f.group, f.extra = slices.Clone(f.group), append(slices.Clone(f.extra), g.col.table)
			f.group[i] = item{col: g.col.foreign}
			continue
		}
		if g.col == nil || !g.col.naming || g.col.Unique || q.byName(g.col) {
			continue
		}
		if key := g.col.table.key(); key != nil && key != g.col && slices.ContainsFunc(f.sel, g.same) {
			f.group = slices.Clone(f.group)
			f.group[i] = item{col: key}
		}
	}
}

// byName reports whether the question puts things together by their name
// itself: "for each product name".
func (q *question) byName(c *column) bool {
	return slices.ContainsFunc(q.cols[c.id], func(m mention) bool {
		if m.score < 0.7 || q.plainWord(m.to-1) == "" {
			return false
		}
		for i := max(0, m.from-2); i < m.from; i++ {
			if w := q.plainWord(i); each[w] || differing[w] {
				return true
			}
		}
		return false
	})
}

// adjectives are superlatives that measure one thing, with words for it in
// names of columns; up is whether most of it comes first.
var adjectives = map[string]struct {
	of []string
	up bool
}{
	"longest":   {[]string{"length", "duration", "milliseconds", "seconds", "minutes", "runtime", "hours", "distance"}, true},
	"shortest":  {[]string{"length", "duration", "milliseconds", "seconds", "minutes", "runtime", "hours", "distance"}, false},
	"expensive": {[]string{"price", "cost", "fee", "rate"}, true}, "priciest": {[]string{"price", "cost", "fee"}, true},
	"cheapest": {[]string{"price", "cost", "fee", "rate"}, false},
	"heaviest": {[]string{"weight", "mass"}, true}, "lightest": {[]string{"weight", "mass"}, false},
	"tallest": {[]string{"height"}, true}, "fastest": {[]string{"speed", "velocity"}, true}, "slowest": {[]string{"speed", "velocity"}, false},
	"oldest": {[]string{"age"}, true}, "youngest": {[]string{"age"}, false},
}

// adjective orders by the column that an adjective measures, where the
// proposer took none, or one that the question doesn't name.
func (q *question) adjective(f *frame) {
	plain := f.order == nil && f.set == "" && len(f.group) == 0 && !slices.ContainsFunc(f.sel, func(i item) bool { return i.agg != "" })
	if !plain && (f.order == nil || f.order.col == nil || f.order.agg != "") {
		return
	}
	if !plain {
		if m, ok := best(q.cols[f.order.col.id]); ok && m.score >= 0.6 {
			return
		}
	}
	for i, t := range q.toks {
		a, ok := adjectives[t.word]
		if !ok || t.quoted {
			continue
		}
		if i > 0 && q.toks[i-1].word == "least" {
			a.up = false
		}
		c := f.measuring(a.of)
		desc := a.up
		if c == nil && (t.word == "oldest" || t.word == "youngest") {
			c, desc = f.born(), t.word == "youngest"
		}
		if c != nil {
			f.order, f.desc = &item{col: c}, desc
			if plain && f.limit == 0 {
				f.limit = 1
			}
			return
		}
	}
}

// measuring is a number of the shown table that is named by one of the words.
func (f *frame) measuring(words []string) *column {
	for _, t := range f.tables() {
		for _, w := range words {
			for _, c := range t.cols {
				if c.Type.Numeric() && c.foreign == nil && slices.ContainsFunc(c.parts, func(p part) bool { return p.word == w }) {
					return c
				}
			}
		}
	}
	return nil
}

// born is a date of birth of the shown table.
func (f *frame) born() *column {
	for _, t := range f.tables() {
		for _, c := range t.cols {
			if (c.Type.Temporal() || c.Type == schema.Text) && slices.ContainsFunc(c.parts, func(p part) bool { return strings.HasPrefix(p.word, "birth") }) {
				return c
			}
		}
	}
	return nil
}

// readTerse spells out what people leave out when they are brief: "total
// invoices" is their number, and "by country" after a figure is one for each.
func (d *draft) readTerse() {
	if d.word(0) == "number" && d.word(1) == "of" {
		d.replace(0, 2, "how", "many")
	}
	if (d.word(1) == "by" || d.word(1) == "per") && d.tableWord(0) && d.known(2) {
		d.replace(0, 1, append([]string{"how", "many"}, d.toks[0].word)...)
	}
	figure := false
	for i := 0; i < len(d.toks); i++ {
		switch w := d.word(i); {
		case w == "total" && d.tableWord(i+1):
			d.replace(i, i+1, "total", "number", "of")
			figure = true
		case slices.Contains([]string{"average", "avg", "mean", "total", "sum", "count", "number", "maximum", "minimum", "many"}, w):
			figure = true
		case w == "top" || w == "bottom" || w == "sorted" || w == "ordered" || w == "sort" || w == "order":
			return
		case figure && (w == "by" || w == "per"):
			if d.known(i + 1) {
				d.replace(i, i+1, "for", "each")
			}
		}
	}
}

// known reports whether token i is a word of some name.
func (d *draft) known(i int) bool {
	if i >= len(d.toks) || d.toks[i].quoted {
		return false
	}
	return d.x.names(d.toks[i].stem)
}

// tableWord reports whether token i is a table's whole name, in the plural,
// and no column's.
func (d *draft) tableWord(i int) bool {
	if i >= len(d.toks) || d.toks[i].quoted || d.toks[i].replaced {
		return false
	}
	t := d.toks[i]
	whole := func(parts []part) bool { return len(parts) == 1 && parts[0].stem == t.stem }
	return strings.HasSuffix(t.word, "s") && slices.ContainsFunc(d.x.tables, func(o *table) bool { return whole(o.parts) }) &&
		!slices.ContainsFunc(d.x.cols, func(c *column) bool { return whole(c.parts) && c.Type.Numeric() })
}
