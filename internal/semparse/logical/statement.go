package logical

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
)

// writer writes one statement. The first error sticks; what is written after
// it does not matter.
type writer struct {
	c         *catalog.Catalog
	d         dialect
	err       error
	sources   []*source
	with      []string // common table expressions, written
	taken     map[string]bool
	recursive bool
}

// source is one entry of a FROM.
type source struct {
	table  *catalog.Table // nil for a subselect or a common table expression
	name   string         // as FROM names it
	hint   []string       // words for its alias
	alias  string         // empty while it needs none
	on     string
	left   bool
	parent int
	force  bool // its columns are qualified even where it stands alone
}

// Columns are written as a mark, their source's number and their name: whether
// and how they are qualified is known once the whole FROM is.
const (
	mark      = '\x00' // no SQL holds it
	lineBreak = 0x3fff // the number that stands for a line break inside a text
)

// marked writes a number in two bytes that no other SQL holds.
func marked(id int) string { return string([]byte{mark, 0x80 | byte(id>>7), 0x80 | byte(id&0x7f)}) }

func markedID(s string) int { return int(s[1]&0x7f)<<7 | int(s[2]&0x7f) }

// guard keeps line breaks of texts and names from being indented.
func guard(s string) string {
	if !strings.Contains(s, "\n") {
		return s
	}
	return strings.ReplaceAll(s, "\n", marked(lineBreak))
}

func (w *writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}

func (w *writer) ident(name string) string { return guard(w.d.ident(name)) }

func (w *writer) text(s string) string { return guard(w.d.text(s)) }

// sel is one SELECT as it grows.
type sel struct {
	w        *writer
	sources  []int
	distinct bool
	columns  []output
	where    []frag
	group    []frag
	having   []frag
	order    []sortKey
	asked    int // so many sort keys were asked for; the rest only keep the order the same
	limit    int
	offset   int
	seen     map[string]frag // what pieces of the SELECT inside are called here
	packed   bool            // hidden columns are written, too: another SELECT uses them
}

// output is a result column; name empty for a plain column under its own name.
type output struct {
	f       frag
	name    string
	hidden  bool // only ordered or filtered by
	measure bool
}

type sortKey struct {
	f        frag
	desc     bool
	nullable bool // rows without it come last in either direction
}

func (w *writer) newSel() *sel { return &sel{w: w} }

// add puts a source into FROM and gives its number.
func (s *sel) add(src *source) int {
	id := len(s.w.sources)
	s.w.sources = append(s.w.sources, src)
	s.sources = append(s.sources, id)
	return id
}

// called is an output's name as another SELECT sees it.
func (o output) called() string {
	if o.name == "" && plain(o.f) {
		return o.f.s[len(marked(0)):]
	}
	return o.name
}

func (s *sel) addTable(t *catalog.Table) int {
	return s.add(&source{table: t, name: s.w.ident(t.Name), hint: t.Words, parent: -1})
}

// addSelect puts a finished SELECT into FROM.
func (s *sel) addSelect(sub string, name string) int {
	return s.add(&source{name: nested(sub) + " AS " + name, alias: name, parent: -1})
}

// addTable's like for a common table expression.
func (s *sel) addDefined(name string) int {
	return s.add(&source{name: name, alias: name, parent: -1})
}

// column is a source's column.
func (w *writer) column(src int, name string) frag {
	return atom(marked(src) + w.ident(name))
}

// nested puts a SELECT into parentheses: in one line where it is short.
func nested(sub string) string {
	if flat := strings.ReplaceAll(strings.ReplaceAll(sub, "\n  ", " "), "\n", " "); len(flat) <= 110 {
		return "(" + flat + ")"
	}
	return "(\n  " + strings.ReplaceAll(sub, "\n", "\n  ") + "\n)"
}

// String writes the SELECT; columns stay marked.
func (s *sel) String() string {
	s.alias()
	var b strings.Builder
	b.WriteString("SELECT ")
	if s.distinct {
		b.WriteString("DISTINCT ")
	}
	first := true
	for _, c := range s.columns {
		if c.hidden && !s.packed {
			continue
		}
		if !first {
			b.WriteString(", ")
		}
		first = false
		b.WriteString(c.f.s)
		if c.name != "" {
			b.WriteString(" AS " + c.name)
		}
	}
	s.from(&b)
	clause(&b, "\nWHERE ", "\n  AND ", s.where)
	if len(s.group) > 0 {
		b.WriteString("\nGROUP BY ")
		for i, g := range s.group {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(s.grouped(g))
		}
	}
	clause(&b, "\nHAVING ", "\n  AND ", s.having)
	s.sorted(&b)
	s.limits(&b)
	return b.String()
}

func clause(b *strings.Builder, first, next string, fs []frag) {
	for i, f := range fs {
		if i == 0 {
			b.WriteString(first)
		} else {
			b.WriteString(next)
		}
		if len(fs) == 1 {
			b.WriteString(f.s)
		} else {
			b.WriteString(f.in(bindAnd))
		}
	}
}

func (s *sel) from(b *strings.Builder) {
	for i, id := range s.sources {
		src := s.w.sources[id]
		switch {
		case i == 0:
			b.WriteString("\nFROM ")
		case src.on == "":
			b.WriteString("\nCROSS JOIN ")
		case src.left:
			b.WriteString("\nLEFT JOIN ")
		default:
			b.WriteString("\nJOIN ")
		}
		b.WriteString(src.name)
		if src.table != nil && src.alias != "" && src.alias != src.name {
			b.WriteString(" " + src.alias)
		}
		if i > 0 && src.on != "" {
			b.WriteString(" ON " + src.on)
		}
	}
}

// grouped is a GROUP BY term: a long expression that is shown goes by its place.
func (s *sel) grouped(f frag) string {
	if plain(f) {
		return f.s
	}
	n := 0
	for _, c := range s.columns {
		if c.hidden && !s.packed {
			continue
		}
		if n++; c.f.s == f.s {
			return strconv.Itoa(n)
		}
	}
	return f.s
}

// plain reports whether a piece is a column by itself.
func plain(f frag) bool {
	if len(f.s) < 4 || f.s[0] != mark {
		return false
	}
	name := f.s[3:]
	if name[0] == '"' {
		return strings.IndexByte(name[1:], '"') == len(name)-2
	}
	return !strings.ContainsAny(name, " (\x00")
}

func (s *sel) sorted(b *strings.Builder) {
	var done []string
	for _, k := range s.order {
		term := s.sortTerm(k.f)
		// A bare number would be taken for a column's place.
		if slices.Contains(done, term) || strings.Trim(term, "0123456789") == "" {
			continue
		}
		if len(done) == 0 {
			b.WriteString("\nORDER BY ")
		} else {
			b.WriteString(", ")
		}
		done = append(done, term)
		b.WriteString(term)
		if k.desc {
			b.WriteString(" DESC")
		} else if k.nullable {
			b.WriteString(" NULLS LAST")
		}
	}
}

// sortTerm is an ORDER BY term: the name of the column that shows it, where
// one does.
func (s *sel) sortTerm(f frag) string {
	for _, c := range s.columns {
		if c.f.s == f.s && c.name != "" && (!c.hidden || s.packed) {
			return c.name
		}
	}
	// A bare column must not be taken for another one's alias.
	if plain(f) {
		own := unquoted(f.s[3:])
		if slices.ContainsFunc(s.columns, func(c output) bool {
			return c.f.s != f.s && (!c.hidden || s.packed) && c.name != "" && strings.EqualFold(unquoted(c.name), own)
		}) {
			s.force(f)
		}
	}
	return f.s
}

func unquoted(name string) string { return strings.Trim(name, `"`) }

func (s *sel) force(f frag) {
	src := s.w.sources[markedID(f.s)]
	src.force = true
	if src.alias == "" {
		src.alias = src.name
	}
}

func (s *sel) limits(b *strings.Builder) {
	if s.limit > 0 {
		b.WriteString("\nLIMIT " + strconv.Itoa(s.limit))
	} else if s.offset > 0 {
		b.WriteString("\nLIMIT -1")
	}
	if s.offset > 0 {
		b.WriteString(" OFFSET " + strconv.Itoa(s.offset))
	}
}

// alias gives sources their aliases where there are several.
func (s *sel) alias() {
	if len(s.sources) < 2 {
		return
	}
	used := map[string]bool{}
	for _, id := range s.sources {
		src := s.w.sources[id]
		src.force = true
		if src.alias == "" {
			src.alias = shortName(src.hint, used)
		}
		used[src.alias] = true
	}
}

// shortName is an alias from the first letters of words.
func shortName(words []string, used map[string]bool) string {
	var b strings.Builder
	for _, w := range words {
		if r := w[0]; r >= 'a' && r <= 'z' && b.Len() < 3 {
			b.WriteByte(r)
		}
	}
	base := b.String()
	if base == "" {
		base = "t"
	}
	name := base
	for n := 2; used[name] || keywords[name]; n++ {
		name = base + strconv.Itoa(n)
	}
	return name
}

// finish puts aliases in the place of marks and the common table expressions
// in front.
func (w *writer) finish(body string) string {
	if len(w.with) > 0 {
		with := "WITH "
		if w.recursive {
			with = "WITH RECURSIVE "
		}
		body = with + strings.Join(w.with, ",\n") + "\n" + body
	}
	var b strings.Builder
	b.Grow(len(body) + 64)
	for {
		i := strings.IndexByte(body, mark)
		if i < 0 || i+3 > len(body) {
			b.WriteString(body)
			return b.String()
		}
		b.WriteString(body[:i])
		id := markedID(body[i:])
		body = body[i+3:]
		switch {
		case id == lineBreak:
			b.WriteByte('\n')
		case w.sources[id].force:
			b.WriteString(w.sources[id].alias + ".")
		}
	}
}

// define makes a SELECT a common table expression and gives its name.
func (w *writer) define(name string, s *sel) string { return w.defineText(name, s.String()) }

func (w *writer) defineText(name, body string) string {
	name = w.free(name)
	w.taken[name] = true
	w.with = append(w.with, name+" AS (\n  "+strings.ReplaceAll(body, "\n", "\n  ")+"\n)")
	return name
}

// free is a name that no table and no other common table expression has.
func (w *writer) free(name string) string {
	if w.taken == nil {
		w.taken = map[string]bool{}
	}
	base := name
	for n := 2; w.taken[name] || w.c.Table(name) != nil; n++ {
		name = base + strconv.Itoa(n)
	}
	return name
}
