package logical

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
)

// keepEmpty begins with all groups of the first dimension, whether or not
// they have rows.
func (f *figures) keepEmpty(fr *frame) *frame {
	if len(fr.dims) == 0 {
		f.w.fail("there are no groups to keep")
		return fr
	}
	d := &f.q.Dimensions[0]
	if d.Grain != "" {
		return f.everyPeriod(fr, d)
	}
	t := f.w.table(d.Expr.table())
	if t == nil {
		return fr
	}
	s := f.w.scopeOf(t)
	f.narrow(s, t, d.Expr.Ref.Via)
	first := dim{titles: fr.dims[0].titles, d: d}
	own := d.Expr
	own.Ref.Via = ""
	if d.Expr.Op == Entity {
		keys := keyColumns(t)
		first.show = s.columns(s.root, t.Label)
		first.label(f.w.c, t.Label, d.Expr.Ref.Via)
		first.keys = s.columns(s.root, keys)
		return f.spread(fr, s.sel, first)
	}
	s.sel.distinct = true
	s.sel.columns = []output{{f: s.value(&own, false), name: "value"}}
	out := f.w.newSel()
	at := out.addSelect(s.sel.String(), "every")
	first.show = []frag{atom(marked(at) + "value")}
	first.nullable = true
	return f.spread(fr, out, first)
}

// spread joins a frame's groups to all of the first dimension's.
func (f *figures) spread(fr *frame, s *sel, first dim) *frame {
	out := &frame{sel: s, refs: map[*leaf]frag{}, done: fr.done, table: fr.table, pack: fr.pack, earlier: map[int]int{}}
	at := s.addDefined(fr.table)
	src := f.w.sources[at]
	src.left = true
	own := fr.pack.dims(f.w, at)
	for i := range own {
		own[i].nullable = own[i].nullable || i > 0
	}
	join := own[0]
	join.nullable = first.nullable
	src.on = f.w.sameGroup([]dim{join}, []dim{first})
	out.dims = append([]dim{first}, own[1:]...)
	for _, l := range f.leaves {
		out.refs[l] = f.orZero(l, f.w.column(at, fr.pack.leaves[l]))
	}
	return out
}

// table is the one that an expression is mainly of.
func (e *Expr) table() string {
	if e.Table != "" {
		return e.Table
	}
	if e.Ref.Table != "" {
		return e.Ref.Table
	}
	for i := range e.Args {
		if t := e.Args[i].table(); t != "" {
			return t
		}
	}
	return ""
}

// narrow keeps the groups that the query's own conditions allow: those on the
// dimension's table and what lies beyond it.
func (f *figures) narrow(s *scope, t *catalog.Table, via string) {
	for i := range f.filters {
		p := &f.filters[i]
		if f.beyond(p, t, via) {
			q := p.without(Ref{Table: t.Name, Via: via})
			s.sel.where = append(s.sel.where, s.condition(&q, false))
		}
	}
}

// beyond reports whether a condition speaks only of a table, as the dimension
// reaches it, and of tables that its rows meet one of.
func (f *figures) beyond(p *Predicate, t *catalog.Table, via string) bool {
	if p.Op == Exists {
		return false
	}
	for i := range p.Args {
		if !f.beyond(&p.Args[i], t, via) {
			return false
		}
	}
	ok, some := true, len(p.Args) > 0
	p.refs(func(r Ref) {
		some = true
		if strings.EqualFold(r.Table, t.Name) && r.Via == via {
			return
		}
		to := f.w.c.Table(r.Table)
		for _, b := range f.blocks {
			ok = ok && to != nil && b.base != nil && b.base != to && f.passes(b.base, t, via, to, r.Via)
		}
	})
	return ok && some
}

// passes reports whether the way from a base to a table leads through another.
func (f *figures) passes(base, through *catalog.Table, via string, to *catalog.Table, toVia string) bool {
	a, ok := f.w.c.Up(base, through, via)
	if !ok || len(a) == 0 {
		return false
	}
	b, ok := f.w.c.Up(base, to, toVia)
	if !ok || len(b) <= len(a) || !slices.Equal(a, b[:len(a)]) {
		return false
	}
	_, up := f.w.c.Up(through, to, toVia)
	return up
}

// everyPeriod begins with all periods between the first and the last.
func (f *figures) everyPeriod(fr *frame, d *Dimension) *frame {
	w := f.w
	x := fr.dims[0].show[0]
	name := x.s[3:]
	first, last := nested("SELECT MIN("+name+") FROM "+fr.table), nested("SELECT MAX("+name+") FROM "+fr.table)
	for i := range f.filters {
		p := &f.filters[i]
		if !p.dates(&d.Expr) || p.Period == nil {
			continue
		}
		from, to, hasFrom, hasTo := p.Period.bounds()
		if _, b := bucketOf(from, d.Grain); hasFrom && b != "" {
			first = w.text(b)
		}
		if _, b := bucketOf(to.AddDate(0, 0, -1), d.Grain); hasTo && b != "" {
			last = w.text(b)
		}
	}
	next := w.d.before(name, d.Grain, -1, d.Fiscal)
	if next == "" {
		w.fail("all of %s cannot be listed", d.Grain)
		return fr
	}
	every := w.free("every_" + snake(d.Grain))
	w.defineText(every, "SELECT "+first+" AS "+name+"\nUNION ALL\nSELECT "+next+"\nFROM "+every+"\nWHERE "+name+" < "+last)
	w.recursive = true
	s := w.newSel()
	at := s.addDefined(every)
	one := fr.dims[0]
	one.show = []frag{atom(marked(at) + name)}
	one.nullable = false
	return f.spread(fr, s, one)
}
