package sketch

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/querent/querent/internal/schema"
)

type selection struct {
	items []item
	score float64
	low   float64
}

// selects are the likeliest items for a sketch's letters.
func (p *proposer) selects(s sketch) []selection {
	plain, _ := strconv.Atoi(s.Plain)
	beam := p.selectsOf(plain)
	for _, l := range []byte(s.Aggs) {
		var next []selection
		for _, b := range beam {
			for _, o := range p.aggregates(l) {
				if !slices.ContainsFunc(b.items, o.items[0].same) {
					next = append(next, selection{append(slices.Clone(b.items), o.items[0]), b.score + o.score, min(b.low, o.low)})
				}
			}
		}
		slices.SortStableFunc(next, func(a, b selection) int { return cmp.Compare(b.score, a.score) })
		beam = next[:min(len(next), 5)]
	}
	return beam
}

// selectsOf are the subsets of n columns, found once.
func (p *proposer) selectsOf(n int) []selection {
	if out, done := p.subsetOf[n]; done {
		return out
	}
	out := p.subsets(n)
	p.subsetOf[n] = out
	return out
}

// subsets are the likeliest n columns to show, in the order they are named.
func (p *proposer) subsets(n int) []selection {
	beam := []selection{{}}
	cols := p.order["sel"]
	for k := range n {
		var next []selection
		for _, b := range beam {
			for i, c := range cols {
				if len(b.items) > 0 && slices.Index(cols, b.items[len(b.items)-1].col) >= i {
					continue
				}
				if i > k+4 {
					break
				}
				r := p.roles["sel"][c.id]
				next = append(next, selection{append(slices.Clone(b.items), item{col: c}), b.score + r.logit, min(b.low, r.logit)})
			}
		}
		slices.SortStableFunc(next, func(a, b selection) int { return cmp.Compare(b.score, a.score) })
		beam = next[:min(len(next), 6)]
	}
	for _, b := range beam {
		slices.SortStableFunc(b.items, func(a, c item) int {
			return cmp.Compare(p.roles["sel"][a.col.id].m.from, p.roles["sel"][c.col.id].m.from)
		})
	}
	beam = beam[:min(len(beam), 4)]
	if n > 1 {
		beam = append(beam, p.together(n)...)
	}
	return beam
}

// together are the likeliest n columns of one table, for the likeliest tables.
func (p *proposer) together(n int) []selection {
	type of struct {
		t    *table
		cols []*column
		sum  float64
	}
	var tables []of
	for _, t := range p.x.tables {
		cols := slices.Clone(t.cols)
		if len(cols) < n {
			continue
		}
		slices.SortStableFunc(cols, func(a, b *column) int {
			return cmp.Compare(p.roles["sel"][b.id].logit, p.roles["sel"][a.id].logit)
		})
		o := of{t: t, cols: cols[:n]}
		for _, c := range o.cols {
			o.sum += p.roles["sel"][c.id].logit
		}
		tables = append(tables, o)
	}
	slices.SortStableFunc(tables, func(a, b of) int { return cmp.Compare(b.sum, a.sum) })
	var out []selection
	for _, o := range tables[:min(2, len(tables))] {
		s := selection{score: o.sum}
		for _, c := range o.cols {
			s.items, s.low = append(s.items, item{col: c}), min(s.low, p.roles["sel"][c.id].logit)
		}
		slices.SortStableFunc(s.items, func(a, c item) int {
			return cmp.Compare(p.roles["sel"][a.col.id].m.from, p.roles["sel"][c.col.id].m.from)
		})
		out = append(out, s)
	}
	return out
}

func (p *proposer) likelyTables(n int) []*table {
	out := slices.Clone(p.x.tables)
	slices.SortStableFunc(out, func(a, b *table) int { return cmp.Compare(p.tabs[b.id], p.tabs[a.id]) })
	return out[:min(n, len(out))]
}

// aggregates are the likeliest items of one aggregate.
func (p *proposer) aggregates(l byte) []selection {
	agg := aggregateOf[l]
	var out []selection
	if l == 's' {
		for _, t := range p.likelyTables(2) {
			out = append(out, selection{[]item{{of: t, expr: ident(t.Name) + ".*"}}, 0, 0})
		}
		return out
	}
	if agg == "count" {
		out = append(out, selection{items: []item{{agg: "count"}}, score: 0})
		for _, c := range p.order["cnt"][:min(2, len(p.order["cnt"]))] {
			if r := p.roles["cnt"][c.id]; r.logit > -3 {
				out = append(out, selection{[]item{{agg: "count", distinct: true, col: c}}, r.logit, r.logit})
			}
		}
		return out
	}
	for _, c := range p.order["agg"][:min(4, len(p.order["agg"]))] {
		if (agg == "sum" || agg == "avg") && !c.Type.Numeric() && c.Type != schema.Unknown && c.Type != schema.Boolean {
			continue
		}
		r := p.roles["agg"][c.id]
		out = append(out, selection{[]item{{agg: agg, col: c}}, r.logit, r.logit})
	}
	return out
}

// groups are ways to group: by what is shown, by its table's key, or by the
// likeliest column.
func (p *proposer) groups(c *candidate) []*candidate {
	type option struct {
		cols  []*column
		logit float64
	}
	var options []option
	add := func(logit float64, cols ...*column) {
		if !slices.ContainsFunc(options, func(o option) bool { return slices.Equal(o.cols, cols) }) {
			options = append(options, option{cols, logit})
		}
	}
	var shown []*column
	for _, i := range c.frame.sel {
		if i.col != nil && i.agg == "" {
			shown = append(shown, i.col)
		}
	}
	if len(shown) > 0 {
		if k := shown[0].table.key(); k != nil && !slices.Contains(shown, k) {
			add(p.roles["grp"][k.id].logit, k)
		}
		for _, s := range shown {
			add(p.roles["grp"][s.id].logit, s)
		}
		if len(shown) > 1 {
			add(p.roles["grp"][shown[0].id].logit+p.roles["grp"][shown[1].id].logit, shown...)
		}
	}
	for _, g := range p.order["grp"][:min(2, len(p.order["grp"]))] {
		add(p.roles["grp"][g.id].logit, g)
	}
	slices.SortStableFunc(options, func(a, b option) int { return cmp.Compare(b.logit, a.logit) })
	var out []*candidate
	for _, o := range options[:min(len(options), 4)] {
		out = append(out, c.with(0.4*o.logit, func(f *frame, w *reasons) {
			w.group = o.logit
			f.group = nil
			for _, g := range o.cols {
				f.group = append(f.group, item{col: g})
			}
		}))
	}
	return out
}

func (p *proposer) havings(c *candidate, ch choice) []*candidate {
	agg := aggregateOf[c.sketch.Having[0]]
	op := strings.ToUpper(ch.op)
	if op == "" || strings.Contains(op, "LIKE") || op == "BETWEEN" {
		op = "="
	}
	value := formatNumber(ch.v.number)
	if agg == "count" {
		return []*candidate{c.with(0, func(f *frame, _ *reasons) {
			f.having = []cond{{item: item{agg: "count"}, op: op, val: value}}
		})}
	}
	var out []*candidate
	for _, o := range p.aggregates(c.sketch.Having[0]) {
		out = append(out, c.with(0.4*o.score, func(f *frame, _ *reasons) {
			f.having = []cond{{item: o.items[0], op: op, val: value}}
		}))
	}
	return out[:min(len(out), 2)]
}

func (p *proposer) orders(c *candidate) []*candidate {
	l := c.sketch.Order[0]
	desc := strings.Contains(c.sketch.Order, "-")
	one := strings.HasSuffix(c.sketch.Order, "1")
	set := func(i item, logit float64) *candidate {
		return c.with(0.4*logit, func(f *frame, w *reasons) {
			f.order, f.desc, w.order = &i, desc, logit
			if one {
				f.limit = 1
			}
		})
	}
	if l == 'c' {
		return []*candidate{set(item{agg: "count"}, 0)}
	}
	var out []*candidate
	if l == 'n' {
		for _, o := range p.order["ord"][:min(3, len(p.order["ord"]))] {
			out = append(out, set(item{col: o}, p.roles["ord"][o.id].logit))
		}
		return out
	}
	for _, o := range p.aggregates(l) {
		out = append(out, set(o.items[0], o.score))
	}
	return out[:min(len(out), 2)]
}

// withTables joins further tables that are likely meant though none of their
// columns is used.
func (p *proposer) withTables(c *candidate) []*candidate {
	used := c.frame.tables()
	var more []*table
	for _, t := range p.x.tables {
		if p.tabs[t.id] > -1.5 && !slices.Contains(used, t) {
			more = append(more, t)
		}
	}
	slices.SortStableFunc(more, func(a, b *table) int { return cmp.Compare(p.tabs[b.id], p.tabs[a.id]) })
	sets := [][]*table{}
	if len(used) > 0 {
		sets = append(sets, nil)
	}
	for i, t := range more[:min(len(more), 3)] {
		sets = append(sets, []*table{t})
		if i == 1 {
			sets = append(sets, []*table{more[0], t})
		}
	}
	var out []*candidate
	for _, s := range sets {
		all := append(slices.Clone(used), s...)
		order, _, ok := p.x.connect(all)
		if !ok {
			continue
		}
		sum, low := 0.0, 99.0
		for _, t := range order {
			sum += max(-4, min(4, p.tabs[t.id]))
			low = min(low, p.tabs[t.id])
		}
		out = append(out, c.with(0.5*sum, func(f *frame, w *reasons) {
			f.extra = s
			w.tab, w.tabMin = sum, low
		}))
	}
	return out
}
