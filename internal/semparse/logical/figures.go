package logical

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
)

// figures writes measures by dimensions. Each measure comes down to leaves,
// aggregates of one table's rows. Leaves of one table share a block, a grouped
// SELECT of its own, so that no join of another one's rows can inflate them.
type figures struct {
	w       *writer
	q       *Query
	keys    bool             // only the first dimension's keys are wanted
	bare    func(i int) bool // entities of these dimensions are grouped by their keys alone; nil for none
	outs    []wanted
	having  []wanted
	leaves  []*leaf
	blocks  []*block
	filters []Predicate // the query's, widened where a change needs the period before
	from    string      // first bucket to show, where filters were widened
}

// wanted is a measure whose value is shown, ordered or filtered by.
type wanted struct {
	m      *Measure
	title  string
	hidden bool
	bound  Bound // of a condition
}

// leaf is a measure that a block aggregates.
type leaf struct {
	m     *Measure
	block *block
}

// block is the leaves that one grouped SELECT aggregates.
type block struct {
	base   *catalog.Table
	leaves []*leaf
	common []Predicate // filters that all its leaves have
}

// frame is a SELECT under way with what its parts are written as: the
// dimensions, and each leaf's value.
type frame struct {
	sel     *sel
	dims    []dim
	refs    map[*leaf]frag
	grouped bool
	done    map[*Measure]frag // measures computed further inside
	table   string            // the common table expression that it reads; empty for none
	pack    pack              // of that table
	earlier map[int]int       // sources of groups so many steps earlier
}

// dim is a dimension in a frame.
type dim struct {
	show     []frag
	titles   []string
	keys     []frag // tell groups apart beside what is shown
	sort     frag   // sorts, where what is shown does not; empty otherwise
	nullable bool
	d        *Dimension
}

func (d *dim) all() []frag { return append(slices.Clone(d.keys), d.show...) }

// identity is what two groups are compared by.
func (d *dim) identity() []frag {
	if len(d.keys) > 0 {
		return d.keys
	}
	return d.show
}

func (d *dim) sorts() []frag {
	if d.sort.s != "" {
		return []frag{d.sort}
	}
	return d.show
}

// write gives the whole SELECT.
func (f *figures) write() *sel {
	f.want()
	f.filters = f.q.Filters
	f.widen()
	f.collect()
	if f.w.err != nil {
		return f.w.newSel()
	}
	fr := f.frame()
	if f.w.err != nil {
		return f.w.newSel()
	}
	return f.finish(fr)
}

// collect finds the leaves of all measures and shares them out to blocks.
func (f *figures) collect() {
	for _, list := range [][]wanted{f.outs, f.having} {
		for _, o := range list {
			f.leavesOf(o.m)
		}
	}
	for _, b := range f.blocks {
		b.common = commonFilters(b.leaves)
	}
}

func (f *figures) leavesOf(m *Measure) {
	switch m.Op {
	case Aggregate, Metric, AvgOf:
		f.leaf(m)
		return
	}
	if len(m.Args) != arity(m.Op) {
		f.w.fail("%s takes %d measures", m.Op, arity(m.Op))
		return
	}
	for i := range m.Args {
		f.leavesOf(&m.Args[i])
	}
}

func arity(op MeasureOp) int {
	switch op {
	case Ratio, Sum2, Minus:
		return 2
	case Share, Change, Running, Moving, Rank:
		return 1
	}
	return -1
}

// leaf finds a measure's leaf, or makes it.
func (f *figures) leaf(m *Measure) *leaf {
	for _, l := range f.leaves {
		if sameMeasure(l.m, m) {
			return l
		}
	}
	l := &leaf{m: m}
	f.leaves = append(f.leaves, l)
	base := f.base(m)
	if !m.alone() {
		for _, b := range f.blocks {
			if b.base == base && !b.alone() {
				l.block = b
				b.leaves = append(b.leaves, l)
				return l
			}
		}
	}
	l.block = &block{base: base, leaves: []*leaf{l}}
	f.blocks = append(f.blocks, l.block)
	return l
}

// base is the table whose rows a leaf aggregates.
func (f *figures) base(m *Measure) *catalog.Table {
	if m.Op == AvgOf {
		if len(m.Args) != 1 {
			f.w.fail("an average of totals takes one measure")
		}
		return nil
	}
	return f.w.table(m.Base)
}

func (b *block) alone() bool { return b.leaves[0].m.alone() }

// alone reports whether a measure takes a SELECT of its own.
func (m *Measure) alone() bool {
	return m.Op == AvgOf || m.Agg == Median || m.Agg == Percentile
}

// commonFilters are those that every leaf has: they can stand in WHERE.
func commonFilters(ls []*leaf) []Predicate {
	var out []Predicate
	for i := range ls[0].m.Filters {
		p := &ls[0].m.Filters[i]
		if !slices.ContainsFunc(ls[1:], func(l *leaf) bool { return !hasFilter(l.m.Filters, p) }) {
			out = append(out, *p)
		}
	}
	return out
}

func hasFilter(ps []Predicate, p *Predicate) bool {
	return slices.ContainsFunc(ps, func(o Predicate) bool { return samePredicate(&o, p) })
}

// frame brings all blocks together.
func (f *figures) frame() *frame {
	deep := f.needsTable()
	if len(f.q.Dimensions) == 0 && len(f.blocks) > 1 && !deep {
		return f.scalars()
	}
	if len(f.blocks) == 1 && !deep && !f.q.KeepEmpty {
		return f.build(f.blocks[0])
	}
	var fr *frame
	if len(f.blocks) == 1 {
		fr = f.build(f.blocks[0])
		if f.w.err == nil {
			fr = f.w.tabled(fr, f.leaves, "totals")
		}
	} else {
		fr = f.combined()
	}
	if f.q.KeepEmpty && f.w.err == nil {
		fr = f.keepEmpty(fr)
	}
	if f.w.err != nil {
		return fr
	}
	return f.deepen(fr)
}

// scalars puts each figure into a subselect of its own: there is nothing to
// join them by.
func (f *figures) scalars() *frame {
	fr := &frame{sel: f.w.newSel(), refs: map[*leaf]frag{}}
	for _, b := range f.blocks {
		for _, l := range b.leaves {
			one := &block{base: b.base, leaves: []*leaf{l}, common: l.m.Filters}
			in := f.build(one)
			in.sel.columns = []output{{f: in.refs[l]}}
			fr.refs[l] = atom(nested(in.sel.String()))
		}
	}
	return fr
}

// combined joins the blocks on their dimensions: each group that any of them
// has, once.
func (f *figures) combined() *frame {
	names := make([]string, len(f.blocks))
	packs := make([]pack, len(f.blocks))
	for i, b := range f.blocks {
		in := f.build(b)
		if f.w.err != nil {
			return in
		}
		packs[i] = f.w.pack(in, b.leaves)
		name := "totals"
		if b.base != nil {
			name = snake(nouns(b.base)) + "_totals"
		}
		names[i] = f.w.define(name, in.sel)
	}
	fr := &frame{sel: f.w.newSel(), refs: map[*leaf]frag{}}
	if len(f.q.Dimensions) > 0 {
		spine := f.w.union("all_groups", names, packs)
		at := fr.sel.addDefined(spine)
		fr.dims = packs[0].dims(f.w, at)
	}
	for i, b := range f.blocks {
		at := fr.sel.addDefined(names[i])
		if len(fr.dims) > 0 {
			own := packs[i].dims(f.w, at)
			src := f.w.sources[at]
			src.left = true
			src.on = f.w.sameGroup(own, fr.dims)
		}
		for _, l := range b.leaves {
			fr.refs[l] = f.w.column(at, packs[i].leaves[l])
			if !f.q.KeepEmpty {
				fr.refs[l] = f.orZero(l, fr.refs[l])
			}
		}
	}
	if f.q.KeepEmpty || f.needsTable() {
		return f.w.tabled(fr, f.leaves, "totals")
	}
	return fr
}

// orZero is a figure of a group that may have no rows: counts are 0, and sums
// where groups without rows were asked for.
func (f *figures) orZero(l *leaf, x frag) frag {
	if strings.HasPrefix(x.s, "COALESCE(") {
		return x
	}
	if counts(l.m) || f.q.KeepEmpty && l.m.Op == Aggregate && l.m.Agg == Sum {
		return atom("COALESCE(" + x.s + ", 0)")
	}
	return x
}
