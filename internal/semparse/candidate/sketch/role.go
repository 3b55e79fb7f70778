package sketch

import (
	"cmp"
	"slices"
	"strconv"
)

// role is a column's log odds of playing one, and the mention that says so.
type role struct {
	logit float64
	m     mention
}

// The roles of a column, each a binary head; tab and sub are of tables.
var columnRoles = []string{"sel", "agg", "cnt", "grp", "ord", "cmp"}

func (p *proposer) scoreColumns() {
	p.roles, p.order = map[string][]role{}, map[string][]*column{}
	heads := make([]uint32, len(columnRoles))
	for i, r := range columnRoles {
		heads[i] = headHash(r)
		p.roles[r] = make([]role, len(p.x.cols))
	}
	for _, c := range p.columns() {
		for _, m := range p.places(c) {
			f := p.placeFeatures(c.table, c, m)
			for i, r := range columnRoles {
				if s := p.m.score(heads[i], f); m.to == 0 && p.roles[r][c.id].logit == 0 || s > p.roles[r][c.id].logit || p.roles[r][c.id].logit == 0 {
					p.roles[r][c.id] = role{s, m}
				}
			}
		}
	}
	for _, r := range columnRoles {
		order := slices.Clone(p.columns())
		slices.SortStableFunc(order, func(a, b *column) int {
			return cmp.Compare(p.roles[r][b.id].logit, p.roles[r][a.id].logit)
		})
		p.order[r] = order[:min(len(order), 12)]
	}
}

// maxColumns bounds the columns looked at in a wide schema.
const maxColumns = 160

// columns are those worth looking at: all of a small schema; of a large one
// those that are named, or whose table is, or that hold a value named.
func (q *question) columns() []*column {
	if len(q.x.cols) <= maxColumns {
		return q.x.cols
	}
	type scored struct {
		c *column
		s float64
	}
	held := map[*column]bool{}
	for _, v := range q.vals {
		for _, r := range v.refs {
			held[r.col] = true
		}
	}
	var all []scored
	for _, c := range q.x.cols {
		var s float64
		if m, ok := best(q.cols[c.id]); ok {
			s += m.score
		}
		if m, ok := best(q.tabs[c.table.id]); ok {
			s += m.score
		}
		if held[c] {
			s++
		}
		if s > 0 {
			all = append(all, scored{c, s})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(b.s, a.s) })
	var out []*column
	for _, s := range all[:min(len(all), maxColumns)] {
		out = append(out, s.c)
	}
	if len(out) == 0 {
		out = q.x.cols[:maxColumns]
	}
	return out
}

// places are where a column may be meant: its mentions, and nowhere.
func (q *question) places(c *column) []mention {
	return append([]mention{{}}, q.cols[c.id]...)
}

func (p *proposer) scoreTables() {
	p.tabs, p.subs = make([]float64, len(p.x.tables)), make([]float64, len(p.x.tables))
	tab, sub := headHash("tab"), headHash("sub")
	for _, t := range p.x.tables {
		f := p.tableFeatures(t)
		p.tabs[t.id], p.subs[t.id] = p.m.score(tab, f), p.m.score(sub, f)
	}
}

func (q *question) tableFeatures(t *table) features {
	m, _ := best(q.tabs[t.id])
	f := q.placeFeatures(t, nil, m)
	strong, held := 0, 0
	top := 0.0
	for _, c := range t.cols {
		if b, ok := best(q.cols[c.id]); ok {
			top = max(top, b.score)
			if b.score >= 0.7 {
				strong++
			}
		}
	}
	for _, v := range q.vals {
		for _, r := range v.refs {
			if r.col.table == t {
				held++
				break
			}
		}
	}
	f.add("tcols", count(strong), bucket(max(0, m.score), 3))
	f.add("ttop", bucket(top, 4))
	f.add("theld", count(held))
	refs, out := 0, 0
	for _, e := range t.edges {
		if e.next != nil && len(q.tabs[e.next.id]) > 0 {
			refs++
		}
		out++
	}
	f.add("links", count(min(refs, 3)), count(min(out, 3)), bucket(max(0, m.score), 3))
	f.add("mexact", strconv.FormatBool(m.exact), strconv.FormatBool(m.soft))
	other := 0
	for _, o := range q.x.tables {
		if o != t {
			if b, ok := best(q.tabs[o.id]); ok && b.from < m.to && m.from < b.to && b.score > m.score+0.01 {
				other++
			}
		}
	}
	f.add("tbetter", count(min(other, 2)))
	return f
}
