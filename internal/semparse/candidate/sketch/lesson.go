package sketch

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// lesson is an example, linked and read back.
type lesson struct {
	Example
	q     *question
	ref   *reference // nil where the SQL is of a form never written
	marks []mark
}

// mark is one decision to learn: the classes' features, which are right.
type mark struct {
	head  []uint32   // of each class
	feats []features // of each class, or one for all
	right []bool     // softmax: one or more; binary: of the only class
	multi bool       // softmax
	role  string
}

func (k *mark) features(i int) features {
	if len(k.feats) == 1 {
		return k.feats[0]
	}
	return k.feats[i]
}

// supported says whether the proposer writes such queries.
func supported(s sketch) bool {
	return s.Nest != "in" && s.Nest != "union" && !strings.HasSuffix(s.Inner, "h") && len(s.Aggs) <= 4
}

var opClasses = []string{"=", "!=", ">", "<", ">=", "<=", "like %x%", "like x%", "like %x", "not like %x%"}

func opClass(c cond) string {
	op := strings.ToLower(c.op)
	switch op {
	case "like", "not like":
		pre, post := strings.HasPrefix(c.val, "%"), strings.HasSuffix(c.val, "%")
		switch {
		case op == "not like":
			return "not like %x%"
		case pre && !post:
			return "like %x"
		case post && !pre:
			return "like x%"
		}
		return "like %x%"
	case "between":
		return "="
	}
	return op
}

// mark lists the decisions of a lesson. m chooses among a column's mentions
// once it has learned something.
func (l *lesson) mark(m *model, first bool) {
	l.marks = l.marks[:0]
	if l.ref == nil {
		return
	}
	l.markSketch(m)
	l.markColumns(m, first)
	l.markTables()
	l.markValues(m)
}

func (l *lesson) markSketch(m *model) {
	f := l.q.sketchFeatures()
	for _, h := range sketchHeads {
		l.markClass(m, h, l.ref.sketch.class(h), f)
	}
	if strings.HasPrefix(l.ref.sketch.Nest, "cmp") {
		for _, c := range l.ref.frame.where {
			if c.sub != nil {
				l.markClass(m, "cmpop", c.op, f)
			}
		}
	}
}

func (l *lesson) markClass(m *model, head, class string, f features) {
	k := mark{multi: true, feats: []features{f}, role: head}
	some := false
	for _, c := range m.classes[head] {
		k.head = append(k.head, headHash(head+"="+c))
		k.right = append(k.right, c == class)
		some = some || c == class
	}
	if some {
		l.marks = append(l.marks, k)
	}
}

// roleColumns are the columns that play each role in the right query.
func (l *lesson) roleColumns() map[string][]*column {
	out := map[string][]*column{}
	add := func(role string, c *column) {
		if c != nil {
			out[role] = append(out[role], c)
		}
	}
	item := func(i item, plain string) {
		switch i.agg {
		case "":
			add(plain, i.col)
		case "count":
			add("cnt", i.col)
		default:
			add("agg", i.col)
		}
	}
	f := l.ref.frame
	for _, i := range f.sel {
		item(i, "sel")
	}
	for _, g := range f.group {
		add("grp", g.col)
	}
	for _, h := range f.having {
		item(h.item, "-")
	}
	if f.order != nil {
		item(*f.order, "ord")
	}
	for _, c := range f.where {
		if c.sub != nil && strings.HasPrefix(l.ref.sketch.Nest, "cmp") {
			add("cmp", c.col)
		}
	}
	return out
}

func (c *column) root() *column {
	for range 5 {
		if c.foreign == nil {
			break
		}
		c = c.foreign
	}
	return c
}

func (l *lesson) markColumns(m *model, first bool) {
	roles := l.roleColumns()
	for _, c := range l.q.columns() {
		places := l.q.places(c)
		feats := make([]features, len(places))
		for i, p := range places {
			feats[i] = l.q.placeFeatures(c.table, c, p)
		}
		for _, r := range columnRoles {
			head := headHash(r)
			right := slices.Contains(roles[r], c)
			if !right && slices.ContainsFunc(roles[r], func(d *column) bool { return d.root() == c.root() }) {
				continue // the same by another name
			}
			at := -1
			if right {
				at = pick(m, head, feats, first, r)
			}
			for i := range places {
				if right && first && i > 0 && i != at {
					continue
				}
				l.marks = append(l.marks, mark{head: []uint32{head}, feats: []features{feats[i]}, right: []bool{i == at}, role: r})
			}
		}
	}
}

// pick chooses which mention stands for a role: at first the first one, or the
// last for what comes late in questions.
func pick(m *model, head uint32, feats []features, first bool, role string) int {
	if len(feats) == 1 {
		return 0
	}
	if first {
		if role == "sel" || role == "agg" {
			return 1
		}
		return len(feats) - 1
	}
	top, at := math.Inf(-1), 0
	for i, f := range feats {
		if s := m.score(head, f); s > top {
			top, at = s, i
		}
	}
	return at
}

func (l *lesson) markTables() {
	nested := l.ref.sketch.Nest == "notin" || l.ref.sketch.Nest == "except"
	for _, t := range l.q.x.tables {
		f := l.q.tableFeatures(t)
		l.marks = append(l.marks, mark{head: []uint32{headHash("tab")}, feats: []features{f}, right: []bool{slices.Contains(l.ref.tables, t)}, role: "tab"})
		if nested {
			l.marks = append(l.marks, mark{head: []uint32{headHash("sub")}, feats: []features{f},
				right: []bool{slices.Contains(l.ref.innerT, t) && !slices.Contains(l.ref.tables, t)}, role: "sub"})
		}
	}
}

func (l *lesson) markValues(m *model) {
	type goal struct {
		cond
		role string
		used bool
	}
	var goals []*goal
	take := func(f *frame) {
		if f == nil {
			return
		}
		for _, c := range f.where {
			if c.sub == nil {
				goals = append(goals, &goal{cond: c, role: "where"})
				if c.val2 != "" {
					d := c
					d.val = c.val2
					goals = append(goals, &goal{cond: d, role: "where"})
				}
			}
		}
		for _, c := range f.having {
			if c.sub == nil {
				goals = append(goals, &goal{cond: c, role: "having"})
			}
		}
	}
	take(l.ref.frame)
	take(l.ref.inner)
	for _, v := range l.q.vals {
		k := mark{multi: true, role: "val"}
		var goalOf *goal
		for _, g := range goals {
			if !g.used && v.means(g.val) {
				goalOf = g
				g.used = true
				break
			}
		}
		head := headHash("val")
		some := false
		add := func(c *column, role string, right bool) {
			k.head = append(k.head, head)
			k.feats = append(k.feats, l.q.valueFeatures(v, c, role))
			k.right = append(k.right, right)
			some = some || right
		}
		for _, c := range v.options(l.q) {
			add(c, "where", goalOf != nil && goalOf.role == "where" && goalOf.col == c)
		}
		limit := goalOf == nil && v.kind == "num" && l.ref.frame.limit > 0 && int(v.number) == l.ref.frame.limit && (v.number > 1)
		for _, r := range otherRoles(v) {
			add(nil, r, r == "having" && goalOf != nil && goalOf.role == "having" || r == "limit" && limit || r == "none" && goalOf == nil && !limit)
		}
		if some {
			l.marks = append(l.marks, k)
		}
		if goalOf != nil {
			l.markClass(m, "op", opClass(goalOf.cond), l.q.opFeatures(v))
		}
	}
}

// means reports whether the mention is the literal that a condition has.
func (v *valueMention) means(literal string) bool {
	bare := strings.Trim(literal, "%")
	if n, err := strconv.ParseFloat(bare, 64); err == nil && v.kind == "num" {
		return n == v.number
	}
	if strings.EqualFold(bare, v.text) || normal(bare) == normal(v.text) {
		return true
	}
	return slices.ContainsFunc(v.refs, func(r valueRef) bool { return r.text == bare })
}
