package logical

import (
	"strconv"
)

// sameGroup is the condition that two frames' groups are the same.
func (w *writer) sameGroup(a, b []dim) string {
	var fs []frag
	for i := range a {
		op := " = "
		if a[i].nullable {
			op = " IS "
		}
		x, y := a[i].identity(), b[i].identity()
		for j := range x {
			fs = append(fs, frag{x[j].s + op + y[j].s, bindCompare})
		}
	}
	if len(fs) == 0 {
		return "1 = 1"
	}
	return all(fs).s
}

// union defines the groups that any of several tables has.
func (w *writer) union(name string, tables []string, packs []pack) string {
	var body string
	for i := range tables {
		s := w.newSel()
		at := s.addDefined(tables[i])
		for _, n := range packs[i].dimNames() {
			s.columns = append(s.columns, output{f: w.column(at, n)})
		}
		if i > 0 {
			body += "\nUNION\n"
		}
		body += s.String()
	}
	return w.defineText(name, body)
}

// pack is a finished frame seen from outside: the names of its columns.
type pack struct {
	frame  *frame
	show   [][]string
	keys   [][]string
	sort   []string
	leaves map[*leaf]string
	more   map[*Measure]string
	used   map[string]bool
}

// pack names all that a frame holds.
func (w *writer) pack(fr *frame, ls []*leaf) pack {
	p := pack{frame: fr, leaves: map[*leaf]string{}, more: map[*Measure]string{}, used: map[string]bool{}}
	s := fr.sel
	for i := range fr.dims {
		d := &fr.dims[i]
		var show, keys []string
		for _, k := range d.keys {
			keys = append(keys, p.add(s, k, ""))
		}
		for j, f := range d.show {
			show = append(show, p.add(s, f, d.titles[j]))
		}
		sort := ""
		if d.sort.s != "" {
			sort = p.add(s, d.sort, d.titles[0]+" number")
		}
		p.show, p.keys, p.sort = append(p.show, show), append(p.keys, keys), append(p.sort, sort)
	}
	for _, l := range ls {
		p.leaves[l] = p.add(s, fr.refs[l], measureTitle(w.c, l.m))
	}
	return p
}

// add puts a column out under a name of its own.
func (p *pack) add(s *sel, f frag, title string) string {
	base := snake(title)
	if title == "" || plain(f) && !p.used[unquoted(f.s[3:])] {
		base = unquoted(f.s[3:])
	}
	if len(base) > 40 || base == "" {
		base = "figure"
	}
	name := base
	for n := 2; p.used[name]; n++ {
		name = base + "_" + strconv.Itoa(n)
	}
	p.used[name] = true
	o := output{f: f, name: s.w.ident(name)}
	if plain(f) && f.s[3:] == o.name {
		o.name = ""
	}
	s.columns = append(s.columns, o)
	return name
}

func (p *pack) dimNames() []string {
	var out []string
	for i := range p.show {
		out = append(out, p.keys[i]...)
		out = append(out, p.show[i]...)
		if p.sort[i] != "" {
			out = append(out, p.sort[i])
		}
	}
	return out
}

// dims are the dimensions as columns of the packed table.
func (p *pack) dims(w *writer, at int) []dim {
	out := make([]dim, len(p.frame.dims))
	refs := func(names []string) []frag {
		fs := make([]frag, len(names))
		for i, n := range names {
			fs[i] = w.column(at, n)
		}
		return fs
	}
	for i, d := range p.frame.dims {
		d.show, d.keys = refs(p.show[i]), refs(p.keys[i])
		if p.sort[i] != "" {
			d.sort = w.column(at, p.sort[i])
		}
		out[i] = d
	}
	return out
}

// tabled makes a frame a common table expression and begins a SELECT over it.
func (w *writer) tabled(fr *frame, ls []*leaf, name string) *frame {
	p := w.pack(fr, ls)
	return w.tabledAs(p, w.define(name, fr.sel), ls)
}

func (w *writer) tabledAs(p pack, table string, ls []*leaf) *frame {
	out := &frame{sel: w.newSel(), refs: map[*leaf]frag{}, done: map[*Measure]frag{}, table: table, pack: p, earlier: map[int]int{}}
	at := out.sel.addDefined(table)
	out.dims = p.dims(w, at)
	for m, name := range p.more {
		out.done[m] = w.column(at, name)
	}
	for _, l := range ls {
		out.refs[l] = w.column(at, p.leaves[l])
	}
	return out
}
