package logical

import (
	"cmp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
)

// build writes one block.
func (f *figures) build(b *block) *frame {
	if b.leaves[0].m.Op == AvgOf {
		return f.averaged(b)
	}
	if b.base == nil {
		return &frame{sel: f.w.newSel()}
	}
	s := f.scope(b)
	fr := &frame{sel: s.sel, refs: map[*leaf]frag{}, grouped: true}
	filters := slices.Concat(filtersOf(f.filters, b.base), b.common)
	for i := range f.q.Dimensions {
		fr.dims = append(fr.dims, s.dimension(&f.q.Dimensions[i], b.base, filters, f.keyOnly(i)))
	}
	s.where(filters)
	if b.alone() {
		return f.quantile(fr, s, b)
	}
	fr.group()
	for _, l := range b.leaves {
		fr.refs[l] = s.aggregate(l.m, b.own(l))
	}
	return fr
}

// filtersOf are conditions as they hold for a measure's base.
func filtersOf(ps []Predicate, base *catalog.Table) []Predicate {
	out := slices.Clone(ps)
	for i := range out {
		if base == nil {
			break
		}
		if e, ok := out[i].By[base.Name]; ok {
			out[i].Expr = &e
		}
	}
	return out
}

// keyOnly reports whether an entity's label is not needed where it is grouped by.
func (f *figures) keyOnly(i int) bool {
	return i == 0 && (f.q.KeepEmpty || f.keys) || f.bare != nil && f.bare(i)
}

// group groups by the dimensions.
func (fr *frame) group() {
	for i := range fr.dims {
		d := &fr.dims[i]
		fr.sel.group = append(fr.sel.group, d.all()...)
		if d.sort.s != "" {
			d.sort = atom("MIN(" + d.sort.s + ")")
		}
	}
}

// own are the filters of a leaf that do not stand in WHERE.
func (b *block) own(l *leaf) []Predicate {
	return slices.DeleteFunc(slices.Clone(l.m.Filters), func(p Predicate) bool { return hasFilter(b.common, &p) })
}

// scope begins a block over its base, or, where a dimension is met many times
// by a row, over the table that links both.
func (f *figures) scope(b *block) *scope {
	var far []Ref
	for i := range f.q.Dimensions {
		f.q.Dimensions[i].of(b.base).refs(func(r Ref) {
			if t := f.w.c.Table(r.Table); t != nil {
				if _, ok := f.w.c.Up(b.base, t, r.Via); !ok {
					far = append(far, r)
				}
			}
		})
	}
	if len(far) == 0 {
		return f.w.scopeOf(b.base)
	}
	for _, l := range b.leaves {
		if !linkable(l.m) {
			f.w.fail("%s: a row of %s may meet many of %s, so that it would be counted twice", measureTitle(f.w.c, l.m), b.base.Name, far[0].Table)
			return f.w.scopeOf(b.base)
		}
	}
	link, path := f.w.linking(b.base, far, f.q.Link)
	if link == nil {
		f.w.fail("%s and %s are not related", b.base.Name, far[0].Table)
		return f.w.scopeOf(b.base)
	}
	s := f.w.scopeOf(link)
	at := s.root
	s.link, s.origin, s.base = link, s.root, b.base
	for _, h := range path {
		at = s.hop(at, h.Key, false)
	}
	s.root = at
	return s
}

// linkable reports whether a figure stays the same when a row is met twice.
func linkable(m *Measure) bool {
	switch m.Agg {
	case Count, CountDistinct, Min, Max:
		return m.Op == Aggregate
	}
	return false
}

// linking is the table each of whose rows meets one row of the base and one of
// each of others: the one that is named, else the nearest.
func (w *writer) linking(base *catalog.Table, others []Ref, named string) (*catalog.Table, []catalog.Hop) {
	all := Links(w.c, base, others)
	if len(all) == 0 {
		return nil, nil
	}
	link := all[0].Table
	for _, l := range all {
		if l.Table.Name == named {
			link = l.Table
		}
	}
	path, _ := w.c.Up(link, base, "")
	return link, path
}

// A Link is a table each of whose rows meets one row of each of others.
type Link struct {
	Table *catalog.Table
	Hops  int // keys on the way to all of them
}

// Links are the tables each of whose rows meets one row of a base and one of
// each of others, the nearest first.
func Links(c *catalog.Catalog, base *catalog.Table, others []Ref) []Link {
	var out []Link
	for _, t := range c.Tables {
		path, ok := c.Up(t, base, "")
		if !ok || t == base {
			continue
		}
		l := Link{t, len(path)}
		for _, r := range others {
			p, up := c.Up(t, c.Table(r.Table), r.Via)
			if ok = ok && up; !ok {
				break
			}
			l.Hops += len(p)
		}
		if ok {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b Link) int { return cmp.Compare(a.Hops, b.Hops) })
	return out
}

// of is the dimension's expression for a measure's base.
func (d *Dimension) of(base *catalog.Table) *Expr {
	if base != nil {
		if e, ok := d.By[base.Name]; ok {
			return &e
		}
	}
	return &d.Expr
}

// dimension writes what figures are grouped by.
func (s *scope) dimension(d *Dimension, base *catalog.Table, filters []Predicate, bare bool) dim {
	e := d.of(base)
	out := dim{titles: []string{dimensionTitle(s.w.c, d, baseName(base))}, d: d}
	switch {
	case e.Op == Entity:
		s.entity(&out, e.Ref, bare)
		return out
	case d.Grain != "":
		s.calendar(&out, d, e, filters)
		return out
	case d.Bucket > 0:
		out.show = []frag{s.w.d.floor(s.number(e, false), d.Bucket)}
		out.nullable = true
		return out
	}
	out.show = []frag{s.value(e, false)}
	c := s.w.c.Column(e.Ref.Table, e.Ref.Column)
	out.nullable = e.Op != Column || c == nil || nullable(c)
	if e.Op == Column && c != nil && s.heldByKey(c, e.Ref.Via) {
		if fs, cols, ok := s.keyed(c.Table, e.Ref.Via, false); ok {
			s.told(fs, cols)
		}
	}
	return out
}

func baseName(t *catalog.Table) string {
	if t == nil {
		return ""
	}
	return t.Name
}

// entity groups by a table's rows and shows their label.
func (s *scope) entity(out *dim, r Ref, bare bool) {
	t := s.w.table(r.Table)
	if t == nil {
		out.show = []frag{atom("NULL")}
		return
	}
	keys := keyColumns(t)
	if bare || slices.Equal(keys, t.Label) {
		fs, cols, ok := s.keyed(t, r.Via, false)
		if !ok {
			s.w.fail("%s meets many rows of %s or none", s.base.Name, t.Name)
			fs = []frag{atom("NULL")}
		}
		out.show = fs
		out.label(s.w.c, keys, r.Via)
		if ok {
			s.told(fs, cols)
		}
		return
	}
	at, ok := s.reach(t, r.Via, false)
	if !ok {
		s.w.fail("%s meets many rows of %s or none", s.base.Name, t.Name)
		out.show = []frag{atom("NULL")}
		return
	}
	out.show = s.columns(at, t.Label)
	out.label(s.w.c, t.Label, r.Via)
	for _, k := range keys {
		if !slices.Contains(t.Label, k) {
			out.keys = append(out.keys, s.w.column(at, k.Name))
		}
	}
}

// label names the columns of a label of several.
func (d *dim) label(c *catalog.Catalog, cols []*catalog.Column, via string) {
	if len(cols) == 1 {
		return
	}
	d.titles = nil
	for _, col := range cols {
		d.titles = append(d.titles, columnTitle(col, keyOf(c, via), ""))
	}
}

// told leaves out rows whose key is empty: they belong to no group.
func (s *scope) told(fs []frag, cols []*catalog.Column) {
	for i, c := range cols {
		if nullable(c) {
			s.sel.where = append(s.sel.where, frag{fs[i].s + " IS NOT NULL", bindCompare})
		}
	}
}

// calendar groups by a calendar unit. Rows without a date are left out.
func (s *scope) calendar(out *dim, d *Dimension, e *Expr, filters []Predicate) {
	out.show = []frag{atom("NULL")}
	if e.Op != Column || buckets[d.Grain] == "" {
		s.w.fail("%s of %s cannot be told", d.Grain, exprTitle(s.w.c, e, ""))
		return
	}
	x, c := s.column(e.Ref, false)
	if c == nil {
		return
	}
	out.show[0] = frag{s.w.d.bucket(x.s, c, d.Grain, d.Fiscal), bindAtom - 1}
	if o := s.w.d.bucketOrder(x.s, c, d.Grain); o != "" {
		out.sort = frag{o, bindMultiply}
	}
	if slices.ContainsFunc(filters, func(p Predicate) bool { return p.dates(e) }) {
		return
	}
	switch {
	case c.BadDates > 0 || !isISO(c) && !c.Type.Numeric() || slices.Contains(c.Values, ""):
		s.sel.where = append(s.sel.where, frag{s.w.d.bucket(x.s, c, "month", 0) + " IS NOT NULL", bindCompare})
	case nullable(c):
		s.sel.where = append(s.sel.where, frag{x.s + " IS NOT NULL", bindCompare})
	}
}

// dates reports whether a predicate holds only for rows that have the date e.
func (p *Predicate) dates(e *Expr) bool {
	return p.Op == InPeriod && p.Expr != nil && sameExpr(p.Expr, e)
}

// aggregate writes a leaf over a block's rows.
func (s *scope) aggregate(m *Measure, own []Predicate) frag {
	only := ""
	if len(own) > 0 {
		fs := make([]frag, len(own))
		for i := range own {
			fs[i] = s.condition(&own[i], true)
		}
		only = all(fs).s
	}
	if m.Op == Metric {
		return s.w.qualify(m.SQL, s.base, s.root, only)
	}
	switch m.Agg {
	case Count:
		return s.counted(m, only)
	case CountDistinct:
		if m.Expr == nil {
			s.w.fail("count distinct takes a value")
			return atom("NULL")
		}
		var x frag
		if m.Expr.Op == Entity {
			x = s.key(m.Expr.Ref, true)
		} else {
			x = s.value(m.Expr, true)
		}
		return atom("COUNT(DISTINCT " + caseWhen(only, x.s, "") + ")")
	case Sum, Avg, Min, Max:
		return s.folded(m, only)
	}
	s.w.fail("there is no aggregate %q", m.Agg)
	return atom("NULL")
}

func (s *scope) counted(m *Measure, only string) frag {
	switch {
	case s.link != nil:
		return atom("COUNT(DISTINCT " + caseWhen(only, s.keyHere().s, "") + ")")
	case m.Expr != nil && m.Expr.Op == Column:
		x, _ := s.column(m.Expr.Ref, true)
		return atom("COUNT(" + caseWhen(only, x.s, "") + ")")
	case only != "":
		return atom("COUNT(" + caseWhen(only, "1", "") + ")")
	}
	return atom("COUNT(*)")
}

// folded is a sum, an average, or an extreme.
func (s *scope) folded(m *Measure, only string) frag {
	if m.Expr == nil {
		s.w.fail("%s takes a value", m.Agg)
		return atom("NULL")
	}
	var x frag
	scale := 0.0
	switch c := s.w.dateColumn(m.Expr); {
	case c != nil:
		x = s.sortValue(m.Expr)
	case m.Expr.Op == Column:
		x, scale = s.unscaled(m.Expr, true), m.Expr.Scale
	default:
		x = s.number(m.Expr, true)
	}
	none := ""
	if m.Agg == Sum {
		none = "0"
	}
	out := atom(strings.ToUpper(string(m.Agg)) + "(" + caseWhen(only, x.s, none) + ")").dividedBy(scale)
	if m.Agg == Avg && scale == 100 && s.inCents(m.Expr) {
		return atom("ROUND(" + out.s + ", 2)") // no sum of money has more than two places
	}
	return out
}

// inCents reports a column of money in hundredths.
func (s *scope) inCents(e *Expr) bool {
	c := s.w.c.Column(e.Ref.Table, e.Ref.Column)
	return c != nil && c.Unit == "cents"
}

func caseWhen(only, then, otherwise string) string {
	switch {
	case only == "":
		return then
	case otherwise == "":
		return "CASE WHEN " + only + " THEN " + then + " END"
	}
	return "CASE WHEN " + only + " THEN " + then + " ELSE " + otherwise + " END"
}
