package sketch

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
)

// amendment is a phrase that rules read before the proposer does: its tokens
// are taken out of the question, or replaced by words that the proposer knows,
// and what it means is put into every frame afterwards.
type amendment struct {
	text, kind, why string
	apply           func(q *question, f *frame) (target string, ok bool)
}

// draft is a question on its way to the proposer.
type draft struct {
	p      ask.Prompt
	x      *index
	toks   []token
	amends []amendment
	notes  []string // assumptions made, for the user
	edits  bool     // the question speaks of the one before
}

// amended reads the phrases that the ontology and the calendar explain.
func amended(p ask.Prompt, x *index) *draft {
	d := &draft{p: p, x: x, toks: tokenize(p.Question)}
	if len(d.toks) > maxTokens {
		d.toks = d.toks[:maxTokens]
	}
	d.edits = d.follows()
	d.readTerms()
	d.readTimes()
	d.readTerse()
	return d
}

// replace puts words in the place of tokens [from, to); the first of them
// stands for the question's own text.
func (d *draft) replace(from, to int, words ...string) {
	text := source(d.toks[from:to])
	var fresh []token
	for i, w := range words {
		t := newToken(w)
		t.replaced = true
		if i == len(words)-1 {
			t.source = text
		}
		fresh = append(fresh, t)
	}
	d.toks = slices.Replace(slices.Clone(d.toks), from, to, fresh...)
}

// source is the question's own text of tokens.
func source(toks []token) string {
	var parts []string
	for _, t := range toks {
		s := t.text
		if t.replaced {
			s = t.source
		}
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// form is one way to say a term.
type form struct {
	stems []string
	term  *ontology.Term
}

// readTerms finds the ontology's terms, the longest first.
func (d *draft) readTerms() {
	if d.p.Ontology == nil {
		return
	}
	var forms []form
	for i := range d.p.Ontology.Terms {
		t := &d.p.Ontology.Terms[i]
		if t.Stale != "" || d.x.byName[strings.ToLower(t.Table)] == nil {
			continue
		}
		for _, name := range append([]string{t.Name}, t.Synonyms...) {
			if s := stems(name); len(s) > 0 {
				forms = append(forms, form{s, t})
			}
		}
	}
	slices.SortStableFunc(forms, func(a, b form) int { return len(b.stems) - len(a.stems) })
	for _, f := range forms {
		for i := 0; i+len(f.stems) <= len(d.toks); i++ {
			if d.stands(f.stems, i) {
				d.term(f.term, i, i+len(f.stems))
			}
		}
	}
}

func (d *draft) stands(stems []string, at int) bool {
	for i, s := range stems {
		if t := d.toks[at+i]; t.stem != s || t.quoted || t.replaced {
			return false
		}
	}
	return true
}

// term reads one term at tokens [from, to).
func (d *draft) term(term *ontology.Term, from, to int) {
	t := d.x.byName[strings.ToLower(term.Table)]
	text := source(d.toks[from:to])
	names := splitName(t.Name)
	switch term.Kind {
	case ontology.Synonym:
		if term.Column != "" {
			names = splitName(term.Column)
		}
		d.replace(from, to, names...)
	case ontology.Filter:
		d.amend(text, "filter", "business term "+term.Name, filterBy(t, qualified(term.SQL, t)))
		if !slices.ContainsFunc(d.toks[from:to], func(w token) bool { return hasStem(t.parts, w.stem) }) {
			names = nil
		}
		d.replace(from, to, names...)
	case ontology.Metric:
		if from > 0 && (d.toks[from-1].word == "total" || d.toks[from-1].word == "overall") {
			from--
		}
		d.amend(text, "term", "business term "+term.Name, measuredBy(item{expr: qualified(term.SQL, t), of: t, name: snake(term.Name)}))
		d.replace(from, to, append([]string{"number", "of"}, names...)...)
	case ontology.Expression:
		if c := t.measure(); c != nil {
			d.amend(text, "term", "business term "+term.Name, computedAs(c, item{expr: "(" + qualified(term.SQL, t) + ")", of: t, name: snake(term.Name)}))
			d.replace(from, to, splitName(c.Name)...)
		}
	}
}

func (d *draft) amend(text, kind, why string, apply func(*question, *frame) (string, bool)) {
	d.amends = append(d.amends, amendment{text, kind, why, apply})
}

func snake(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "_") }

// measure is the first number of a table that is no key; nil for none.
func (t *table) measure() *column {
	for _, c := range t.cols {
		if c.Type.Numeric() && !c.PrimaryKey && c.foreign == nil {
			return c
		}
	}
	return nil
}

// filterBy adds a term's condition to a frame.
func filterBy(t *table, expr string) func(*question, *frame) (string, bool) {
	return func(q *question, f *frame) (string, bool) {
		return expr, f.also(q.x, cond{item: item{of: t, expr: expr}})
	}
}

// also adds a condition that holds besides all others, on both sides of a set
// operation.
func (f *frame) also(x *index, c cond) bool {
	if f.or && len(f.where) > 1 {
		t := f.where[0].table()
		for _, w := range f.where {
			if w.table() != t || w.sub != nil {
				return false
			}
		}
		f.where, f.or = []cond{{item: item{of: t, expr: conditions(x, f.where, true)}}}, false
	}
	f.where = append(slices.Clone(f.where), c)
	if f.set != "" {
		right := *f.right
		f.right = &right
		return right.also(x, c)
	}
	return true
}

// measuredBy puts a metric where the proposer counted the rows of its table.
func measuredBy(m item) func(*question, *frame) (string, bool) {
	return func(_ *question, f *frame) (string, bool) {
		is := func(i item) bool {
			return i.agg == "count" && (i.col == nil || i.col.table == m.of)
		}
		return m.expr, f.swap(is, m)
	}
}

// computedAs puts an expression where the proposer took a column for it.
func computedAs(c *column, e item) func(*question, *frame) (string, bool) {
	return func(_ *question, f *frame) (string, bool) {
		done := false
		for _, agg := range []string{"", "sum", "avg", "min", "max"} {
			as := e
			if as.agg = agg; agg != "" {
				as.name = agg + "_" + e.name
			}
			done = f.swap(func(i item) bool { return i.agg == agg && i.col == c }, as) || done
		}
		return e.expr, done
	}
}

// swap replaces the items that is picks, anywhere but in subqueries.
func (f *frame) swap(is func(item) bool, by item) bool {
	done := false
	one := func(i item) item {
		if is(i) {
			done = true
			return by
		}
		return i
	}
	f.sel, f.group, f.where, f.having = slices.Clone(f.sel), slices.Clone(f.group), slices.Clone(f.where), slices.Clone(f.having)
	for i := range f.sel {
		f.sel[i] = one(f.sel[i])
	}
	for i := range f.group {
		f.group[i] = one(f.group[i])
	}
	for _, cs := range [][]cond{f.where, f.having} {
		for i := range cs {
			cs[i].item = one(cs[i].item)
		}
	}
	if f.order != nil {
		o := one(*f.order)
		f.order = &o
	}
	return done
}

var sqlPiece = regexp.MustCompile(`'(?:[^']|'')*'|"[^"]*"|[\p{L}_][\p{L}\p{N}_]*|.`)

// qualified writes the table's name before its bare columns, so that an
// expression means the same beside other tables.
func qualified(expr string, t *table) string {
	var b strings.Builder
	before := ""
	for _, piece := range sqlPiece.FindAllString(expr, -1) {
		name := strings.Trim(piece, `"`)
		own := slices.ContainsFunc(t.cols, func(c *column) bool { return strings.EqualFold(c.Name, name) })
		if own && before != "." && piece[0] != '\'' {
			b.WriteString(ident(t.Name) + ".")
		}
		b.WriteString(piece)
		before = piece
	}
	return b.String()
}

// settle puts the amendments into the candidates that can take them, and
// follows the customs, best first, one for each SQL.
func (d *draft) settle(q *question, cs []*candidate) []*candidate {
	seen := map[string]bool{}
	var out []*candidate
	for _, c := range cs {
		if len(out) == maxRun {
			break
		}
		f := *c.frame
		changed := *c
		changed.meant, changed.amended, q.notes = &f, nil, nil
		q.customs(&f)
		ok := true
		for _, a := range d.amends {
			target, fits := a.apply(q, &f)
			ok = ok && fits
			changed.amended = append(changed.amended, ask.Phrase{Text: a.text, Kind: a.kind, Target: target, Why: a.why, Score: 1})
		}
		if !ok {
			continue
		}
		q.showGroups(&f)
		if changed.sql, ok = f.sql(q.x); ok && !seen[changed.sql] {
			seen[changed.sql], changed.notes = true, q.notes
			out = append(out, &changed)
		}
	}
	return out
}

// note keeps an assumption of the candidate at hand.
func (q *question) note(text string) {
	if text != "" && !slices.Contains(q.notes, text) {
		q.notes = append(q.notes, text)
	}
}

// shown is the frame that the candidate's SQL is of.
func (c *candidate) shown() *frame {
	if c.meant != nil {
		return c.meant
	}
	return c.frame
}

// clock is how a column keeps time: iso, unix (seconds), or not at all.
func (c *column) clock() string {
	switch {
	case c.Type.Temporal():
		return "iso"
	case c.Format == schema.UnixSeconds:
		return "unix"
	}
	return ""
}

// speaksOf reports whether some word of the question is one of the column's own,
// be it as a verb: "hired" of hire_date.
func (q *question) speaksOf(c *column) bool {
	return slices.ContainsFunc(c.parts, func(p part) bool {
		return !dateWords[p.word] && slices.ContainsFunc(q.toks, func(t token) bool {
			return !t.quoted && (t.stem == p.stem || shared(t.stem, p.stem) >= 4)
		})
	})
}

// dateWords say only that a column keeps time.
var dateWords = wordSet("date day time at on timestamp datetime")

// dateOf is the column that a time means in a frame: one that is named, else
// one of what is measured or shown; note says that others were possible.
func (q *question) dateOf(f *frame) (c *column, note string) {
	top := 0.6
	for _, o := range q.x.cols {
		if m, ok := best(q.cols[o.id]); ok && o.clock() != "" && m.score > top && slices.Contains(f.tables(), o.table) {
			c, top = o, m.score
		}
	}
	if c != nil {
		return c, ""
	}
	var tables []*table
	for _, i := range f.sel {
		if (i.agg != "" || i.expr != "") && i.table() != nil {
			tables = append(tables, i.table())
		}
	}
	tables = append(tables, f.tables()...)
	for _, t := range tables {
		var dates []*column
		for _, o := range t.cols {
			if o.clock() != "" {
				dates = append(dates, o)
			}
		}
		slices.SortStableFunc(dates, func(a, b *column) int {
			return cmp.Or(boolInt(q.speaksOf(b))-boolInt(q.speaksOf(a)), boolInt(b.Nulls == 0)-boolInt(a.Nulls == 0))
		})
		if len(dates) > 1 && !q.speaksOf(dates[0]) {
			note = fmt.Sprintf("No date was named: time is taken from %s.", dates[0].sql())
		}
		if len(dates) > 0 {
			return dates[0], note
		}
	}
	return nil, ""
}
