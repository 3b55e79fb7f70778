package logical

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
)

// scope is what a condition or an expression is seen from: the rows of base,
// with the tables that each of them meets at most one row of.
type scope struct {
	w      *writer
	sel    *sel
	base   *catalog.Table
	root   int             // source of base
	link   *catalog.Table  // table that reaches both base and the dimensions; nil for none
	origin int             // source of link
	joined map[joinKey]int // hops taken
}

type joinKey struct {
	from int
	key  *catalog.Key
}

// scopeOf begins a SELECT over a table's rows.
func (w *writer) scopeOf(t *catalog.Table) *scope {
	s := w.newSel()
	return &scope{w: w, sel: s, base: t, root: s.addTable(t), joined: map[joinKey]int{}}
}

// at is the same SELECT seen from another of its sources.
func (s *scope) at(t *catalog.Table, root int) *scope {
	return &scope{w: s.w, sel: s.sel, base: t, root: root, joined: s.joined}
}

// nullable reports whether a column may hold NULL.
func nullable(c *catalog.Column) bool { return !c.NotNull && !c.Primary && c.Nulls != 0 }

// hop joins the table that a key refers to, or finds it joined.
func (s *scope) hop(from int, k *catalog.Key, left bool) int {
	id := joinKey{from, k}
	if at, ok := s.joined[id]; ok {
		if !left {
			s.inner(at)
		}
		return at
	}
	if !left {
		s.inner(from)
	}
	src := &source{table: k.To, name: s.w.ident(k.To.Name), hint: append(append([]string{}, k.Role...), k.To.Words...), parent: from}
	src.left = s.w.sources[from].left
	src.left = src.left || left && anyNullable(k.Columns)
	at := s.sel.add(src)
	src.on = s.w.match(at, k.RefColumn, from, k.Columns)
	s.joined[id] = at
	return at
}

// inner makes an outer join, and those that it hangs from, inner ones.
func (s *scope) inner(at int) {
	for ; at >= 0; at = s.w.sources[at].parent {
		s.w.sources[at].left = false
	}
}

// match is the condition that two sources' columns are equal.
func (w *writer) match(a int, as []*catalog.Column, b int, bs []*catalog.Column) string {
	var parts []string
	for i := range as {
		parts = append(parts, w.column(a, as[i].Name).s+" = "+w.column(b, bs[i].Name).s)
	}
	return strings.Join(parts, " AND ")
}

// up is the way to a table that each row meets at most one of.
func (s *scope) up(t *catalog.Table, via string) (root int, path []catalog.Hop, ok bool) {
	if path, ok = s.w.c.Up(s.base, t, via); ok {
		return s.root, path, true
	}
	if s.link != nil {
		if path, ok = s.w.c.Up(s.link, t, via); ok {
			return s.origin, path, true
		}
	}
	return 0, nil, false
}

// reach joins the way to a table; with left, rows that have none are kept.
func (s *scope) reach(t *catalog.Table, via string, left bool) (int, bool) {
	at, path, ok := s.up(t, via)
	if !ok {
		return 0, false
	}
	for _, h := range path {
		at = s.hop(at, h.Key, left)
	}
	return at, true
}

// keyed is like reach for a table's key: the last key's own columns hold it,
// so that its table need not be joined.
func (s *scope) keyed(t *catalog.Table, via string, left bool) ([]frag, []*catalog.Column, bool) {
	at, path, ok := s.up(t, via)
	if !ok {
		return nil, nil, false
	}
	for i, h := range path {
		if i == len(path)-1 && primary(h.Key.RefColumn, t) {
			return s.columns(at, h.Key.Columns), h.Key.Columns, true
		}
		at = s.hop(at, h.Key, left)
	}
	cols := keyColumns(t)
	return s.columns(at, cols), cols, true
}

func (s *scope) columns(at int, cols []*catalog.Column) []frag {
	out := make([]frag, len(cols))
	for i, c := range cols {
		out[i] = s.w.column(at, c.Name)
	}
	return out
}

// keyColumns tell a table's rows apart: its key, or else what names a row.
func keyColumns(t *catalog.Table) []*catalog.Column {
	if len(t.PrimaryKey) == 0 {
		return t.Label
	}
	out := make([]*catalog.Column, len(t.PrimaryKey))
	for i, name := range t.PrimaryKey {
		if out[i] = t.Column(name); out[i] == nil {
			return t.Label
		}
	}
	return out
}

// primary reports whether columns are a table's key.
func primary(cols []*catalog.Column, t *catalog.Table) bool {
	return slices.Equal(keyColumns(t), cols)
}

// relation is a set of related rows: the outer columns are among the inner
// ones of rows, which are seen from the table that was asked for.
type relation struct {
	outer      []frag
	outerNull  bool // outer may be NULL
	inner      []frag
	innerNull  bool
	rows       *scope
	manyToMany bool // a row of the table may be met more than once
}

// related finds the way to a table of which a row may meet many.
func (s *scope) related(t *catalog.Table, via string, left bool) (relation, bool) {
	path, ok := s.w.related(s.base, t, via)
	if !ok {
		return relation{}, false
	}
	at, i := s.root, 0
	for ; i < len(path) && !path[i].Down; i++ {
		// The key's own column will do where what follows refers to the same.
		if i+1 < len(path) && path[i+1].Down && slices.Equal(path[i].Key.RefColumn, path[i+1].Key.RefColumn) {
			break
		}
		at = s.hop(at, path[i].Key, left)
	}
	if i == len(path) {
		return relation{}, false
	}
	var r relation
	if h := path[i]; !h.Down {
		r.outer, r.outerNull = s.columns(at, h.Key.Columns), anyNullable(h.Key.Columns)
		i++
	} else {
		r.outer, r.outerNull = s.columns(at, h.Key.RefColumn), s.w.sources[at].left || anyNullable(h.Key.RefColumn)
	}
	first := path[i].Key
	in := s.w.scopeOf(first.From)
	r.inner, r.innerNull = in.columns(in.root, first.Columns), anyNullable(first.Columns)
	end := in.root
	for _, h := range path[i+1:] {
		if h.Down {
			end = in.down(end, h.Key)
			continue
		}
		r.manyToMany = true
		end = in.hop(end, h.Key, false)
	}
	r.rows = in.at(t, end)
	return r, true
}

func anyNullable(cols []*catalog.Column) bool { return slices.ContainsFunc(cols, nullable) }

// related is the path to related rows. A table's rows are related to others of
// their own by a key of it, taken from the row referred to.
func (w *writer) related(from, to *catalog.Table, via string) ([]catalog.Hop, bool) {
	if from == to {
		for _, k := range from.Out {
			if k.To == to && (via == "" || via == k.Name()) {
				return []catalog.Hop{{Key: k, Down: true}}, true
			}
		}
	}
	path, ok := w.c.Any(from, to, via)
	return path, ok && len(path) > 0
}

// down joins the rows that refer to a source. Only inside a set of related
// rows, where it does not matter how often one is met.
func (s *scope) down(from int, k *catalog.Key) int {
	src := &source{table: k.From, name: s.w.ident(k.From.Name), hint: k.From.Words, parent: from}
	at := s.sel.add(src)
	src.on = s.w.match(at, k.Columns, from, k.RefColumn)
	return at
}
