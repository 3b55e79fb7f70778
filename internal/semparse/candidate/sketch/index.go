package sketch

import (
	"slices"
	"strings"
	"sync"

	"github.com/querent/querent/internal/schema"
)

// table, column and index are a schema made ready for linking.
type table struct {
	*schema.Table
	id    int
	parts []part
	cols  []*column
	edges []edge
}

type column struct {
	*schema.Column
	table   *table
	id      int
	parts   []part
	naming  bool    // names rows to people: a name or title
	foreign *column // what it refers to
}

func (c *column) sql() string { return ident(c.table.Name) + "." + ident(c.Name) }

// valueRef is a text that a column holds.
type valueRef struct {
	col  *column
	text string
}

// index is one schema's names, values and keys, for linking. It is built once
// for a schema and shared.
type index struct {
	schema *schema.Schema
	tables []*table
	cols   []*column
	byName map[string]*table
	vocab  []part           // distinct words of all names
	vocabs map[string]int32 // stem → place in vocab
	uses   []int            // for each of vocab: how many names hold it
	heads  []int            // and how many of them are tables'
	colVoc [][]int32        // for each column, its parts' places in vocab
	tabVoc [][]int32
	values map[string][]valueRef // normalised text → where it occurs
	held   map[string]bool       // words of those texts
}

func newIndex(s *schema.Schema, words Words) *index {
	x := &index{schema: s, byName: map[string]*table{}, vocabs: map[string]int32{}, values: map[string][]valueRef{}, held: map[string]bool{}}
	for st := range s.Shown() {
		t := &table{Table: st, id: len(x.tables), parts: nameParts(st.Name, words)}
		for j := range t.parts {
			if t.parts[j].word == "ref" {
				t.parts[j].weight = 0.2
			}
		}
		x.tables = append(x.tables, t)
		x.byName[strings.ToLower(t.Name)] = t
		for j := range t.Columns {
			x.addColumn(t, &t.Columns[j])
		}
	}
	for _, k := range s.ForeignKeys {
		from, to := x.column(k.Table, k.Columns[0]), x.refColumn(k)
		if len(k.Columns) == 1 && from != nil && to != nil && from != to {
			from.foreign = to
		}
	}
	for _, t := range x.tables {
		t.edges = x.edgesOf(t)
	}
	for _, c := range x.cols {
		c.split(words)
		x.colVoc = append(x.colVoc, x.place(c.parts))
	}
	for _, t := range x.tables {
		x.tabVoc = append(x.tabVoc, x.place(t.parts))
		for _, at := range x.tabVoc[t.id] {
			x.heads[at]++
		}
	}
	return x
}

func (x *index) addColumn(t *table, sc *schema.Column) {
	c := &column{Column: sc, table: t, id: len(x.cols)}
	t.cols, x.cols = append(t.cols, c), append(x.cols, c)
	if sc.Type.Numeric() || sc.Type == schema.Boolean {
		return // numbers are read as numbers, not as texts that a column holds
	}
	for _, v := range sc.Values {
		if n := normal(v); n != "" && len(n) <= 80 {
			x.values[n] = append(x.values[n], valueRef{c, v})
			for _, w := range strings.Fields(n) {
				x.held[w] = true
			}
		}
	}
}

// split cuts the column's name into words. Those that its table has, too, tell
// less.
func (c *column) split(words Words) {
	t := c.table
	c.parts = c.prefixed(words)
	if c.parts == nil {
		c.parts = nameParts(c.Name, words)
	}
	own := 0
	for _, p := range c.parts {
		if !hasStem(t.parts, p.stem) {
			own++
		}
	}
	if own > 0 {
		for j := range c.parts {
			if hasStem(t.parts, c.parts[j].stem) {
				c.parts[j].weight *= 0.4
			}
		}
	}
	c.naming = isNaming(c)
}

// endings may follow the first letters of a table's name in that of a column:
// aid, flno, bname.
var endings = []string{"id", "no", "num", "name", "code"}

// prefixed cuts names such as aid of aircraft, or of what a key refers to;
// nil for any other name.
func (c *column) prefixed(words Words) []part {
	name := strings.ToLower(c.Name)
	for _, end := range endings {
		head, ok := strings.CutSuffix(name, end)
		if !ok || len(head) == 0 || len(head) > 4 || strings.ContainsAny(head, "_ -") {
			continue
		}
		for _, t := range []*table{c.refersTo(), c.table} {
			if t == nil || len(t.parts) == 0 || !strings.HasPrefix(strings.ToLower(t.Name), head) {
				continue
			}
			out := slices.Clone(t.parts)
			for _, w := range expand(end, words) {
				out = append(out, newPart(w, words))
			}
			return out
		}
	}
	return nil
}

func (c *column) refersTo() *table {
	if c.foreign == nil {
		return nil
	}
	return c.foreign.table
}

func hasStem(parts []part, stem string) bool {
	return slices.ContainsFunc(parts, func(p part) bool { return p.stem == stem })
}

// isNaming reports whether a column names rows: name, title, customer_name.
func isNaming(c *column) bool {
	if len(c.parts) == 0 || c.Type.Numeric() || len(c.parts) > 3 {
		return false
	}
	last := c.parts[len(c.parts)-1].word
	return last == "name" || last == "title" || last == "names"
}

// names says whether some name holds the stem.
func (x *index) names(stem string) bool {
	_, ok := x.vocabs[stem]
	return ok
}

func (x *index) place(parts []part) []int32 {
	var out []int32
	for _, p := range parts {
		at, ok := x.vocabs[p.stem]
		if !ok {
			at = int32(len(x.vocab))
			x.vocabs[p.stem], x.vocab = at, append(x.vocab, p)
			x.uses, x.heads = append(x.uses, 0), append(x.heads, 0)
		}
		x.uses[at]++
		out = append(out, at)
	}
	return out
}

func (x *index) column(table, name string) *column {
	t := x.byName[strings.ToLower(table)]
	if t == nil {
		return nil
	}
	for _, c := range t.cols {
		if strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

// refColumn is the column a key refers to: its table's primary key where the
// key names none.
func (x *index) refColumn(k schema.ForeignKey) *column {
	t := x.byName[strings.ToLower(k.RefTable)]
	if t == nil {
		return nil
	}
	if len(k.RefColumns) > 0 && k.RefColumns[0] != "" {
		return x.column(k.RefTable, k.RefColumns[0])
	}
	return t.key()
}

// key is a table's single primary key column; nil for none or several.
func (t *table) key() *column {
	if len(t.PrimaryKey) != 1 {
		return nil
	}
	for _, c := range t.cols {
		if strings.EqualFold(c.Name, t.PrimaryKey[0]) {
			return c
		}
	}
	return nil
}

// naming are the columns that name a row of the table to people: a name or
// title, first and last name together, else its first text, else its key.
func (t *table) naming() []*column {
	var names []*column
	for _, c := range t.cols {
		if c.naming && c.foreign == nil {
			names = append(names, c)
		}
	}
	person := slices.DeleteFunc(slices.Clone(names), func(c *column) bool { return !hasStem(c.parts, "first") && !hasStem(c.parts, "last") })
	switch {
	case len(person) > 1:
		return person
	case len(names) > 1: // the thing's own before any other's: title before billing_name
		own := slices.DeleteFunc(slices.Clone(names), func(c *column) bool {
			return len(c.parts) > 1 && !hasStem(t.parts, c.parts[0].stem)
		})
		return append(own, names[0])[:1]
	}
	if len(names) > 0 {
		return names
	}
	for _, c := range t.cols {
		if c.Type == schema.Text && c.foreign == nil && !c.PrimaryKey {
			return []*column{c}
		}
	}
	if k := t.key(); k != nil {
		return []*column{k}
	}
	return t.cols[:min(1, len(t.cols))]
}

// names are the table's naming columns, to be shown.
func (t *table) names() []item {
	var out []item
	for _, c := range t.naming() {
		out = append(out, item{col: c})
	}
	return out
}

// normal is a text as it is compared with a question's words.
func normal(text string) string {
	var b strings.Builder
	for _, w := range tokenForm.FindAllString(strings.ToLower(text), -1) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strings.Trim(w, `"'“”`))
	}
	return b.String()
}

// indexes keeps the indexes of the schemas last asked about.
type indexes struct {
	mu   sync.Mutex
	kept []*index
}

const keptIndexes = 8

func (k *indexes) of(s *schema.Schema, words Words) *index {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, x := range k.kept {
		if x.schema == s {
			return x
		}
	}
	x := newIndex(s, words)
	if k.kept = append(k.kept, x); len(k.kept) > keptIndexes {
		k.kept = k.kept[1:]
	}
	return x
}
