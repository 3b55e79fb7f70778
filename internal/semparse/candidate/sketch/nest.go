package sketch

import (
	"cmp"
	"slices"
	"strings"
)

// nests are ways to add what a sketch nests; rest are the conditions that go
// inside.
func (p *proposer) nests(c *candidate, rest []cond) []*candidate {
	if c.sketch.Nest == "notin" || c.sketch.Nest == "except" {
		rest = affirmed(rest)
	}
	switch kind := c.sketch.Nest; {
	case kind == "intersect" || kind == "union":
		return p.both(c, rest)
	case kind == "notin":
		return p.lacking(c, rest)
	case kind == "except":
		return p.except(c, rest)
	case strings.HasPrefix(kind, "cmp"):
		return p.compared(c, kind[3])
	}
	return nil
}

// affirmed are conditions inside of a negation, which has the "not" already.
func affirmed(conds []cond) []cond {
	out := slices.Clone(conds)
	for i := range out {
		switch out[i].op {
		case "!=":
			out[i].op = "="
		case "NOT LIKE":
			out[i].op = "LIKE"
		}
	}
	return out
}

// both writes "A and also B" as two queries of the same shape.
func (p *proposer) both(c *candidate, rest []cond) []*candidate {
	if len(rest) == 0 || c.frame.order != nil {
		return nil
	}
	return []*candidate{c.with(0, func(f *frame, _ *reasons) {
		right := *f
		right.where, right.having = rest, nil
		f.set, f.right = strings.ToUpper(c.sketch.Nest), &right
	})}
}

// apart are the tables that a negation may be about, likeliest first.
func (p *proposer) apart(used []*table) []*table {
	var out []*table
	for _, t := range p.x.tables {
		if !slices.Contains(used, t) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b *table) int { return cmp.Compare(p.subs[b.id], p.subs[a.id]) })
	return out[:min(len(out), 3)]
}

// lacking writes "X without Y" as keys of X that no row of Y holds.
func (p *proposer) lacking(c *candidate, rest []cond) []*candidate {
	var out []*candidate
	used := c.frame.tables()
	if len(used) == 0 {
		return nil
	}
	of := apartFrom(used, rest)
	for _, t := range p.apart(of) {
		key, ref := p.x.keyBetween(used[0], t)
		if key == nil {
			continue
		}
		out = append(out, c.with(0.4*p.subs[t.id], func(f *frame, w *reasons) {
			f.extra = nil
			w.nest = p.subs[t.id]
			sub := &frame{sel: []item{{col: ref}}, where: rest}
			f.where = append(slices.Clone(f.where), cond{item: item{col: key}, op: "NOT IN", sub: sub})
		}))
	}
	return out
}

// apartFrom are the outer tables that the inner conditions don't speak of.
func apartFrom(used []*table, rest []cond) []*table {
	return slices.DeleteFunc(slices.Clone(used[:1]), func(t *table) bool {
		return slices.ContainsFunc(rest, func(c cond) bool { return c.table() == t })
	})
}

// keyBetween are the columns of a and b that a key joins directly, or over one
// table between them.
func (x *index) keyBetween(a, b *table) (of, in *column) {
	for _, e := range a.edges {
		if e.next != b || len(e.key.Columns) != 1 {
			continue
		}
		from, to := x.column(e.key.Table, e.key.Columns[0]), x.refColumn(e.key)
		if from == nil || to == nil {
			continue
		}
		if from.table == a {
			return from, to
		}
		return to, from
	}
	way, ok := x.path(map[*table]bool{a: true}, b, nil)
	if ok && len(way) == 2 {
		return x.keyBetween(a, way[0].next)
	}
	return nil, nil
}

// except writes "all X but those with Y" as a difference.
func (p *proposer) except(c *candidate, rest []cond) []*candidate {
	if c.frame.order != nil || len(c.frame.tables()) == 0 {
		return nil
	}
	var out []*candidate
	if len(rest) > 0 {
		out = append(out, c.with(0, func(f *frame, _ *reasons) {
			f.set, f.right = "EXCEPT", &frame{sel: f.sel, where: rest}
		}))
	}
	for _, t := range p.apart(c.frame.tables()) {
		out = append(out, c.with(0.4*p.subs[t.id], func(f *frame, w *reasons) {
			w.nest = p.subs[t.id]
			f.set, f.right = "EXCEPT", &frame{sel: f.sel, where: rest, extra: []*table{t}}
		}))
	}
	return out
}

// compared writes "more than average" as a comparison with a subquery.
func (p *proposer) compared(c *candidate, letter byte) []*candidate {
	var out []*candidate
	f := p.sketchFeatures()
	op := p.weighing()
	if op == "" || letter != 'v' {
		op = bestOf(p.m.logits("cmpop", f))
	}
	for _, col := range p.order["cmp"][:min(3, len(p.order["cmp"]))] {
		logit := p.roles["cmp"][col.id].logit
		out = append(out, c.with(0.4*logit, func(f *frame, w *reasons) {
			w.nest = logit
			sub := &frame{sel: []item{{agg: aggregateOf[letter], col: col}}}
			f.where = append(slices.Clone(f.where), cond{item: item{col: col}, op: op, sub: sub})
		}))
	}
	return out
}
