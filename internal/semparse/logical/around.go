package logical

import (
	"slices"
	"strings"
)

// windowed reports whether a figure looks at other rows of its SELECT.
func (f frag) windowed() bool { return strings.Contains(f.s, " OVER (") }

// groupCondition is a bound on a figure of a SELECT.
type groupCondition struct {
	f frag
	b Bound
}

// through is a piece as a SELECT sees it that has been put round the one that
// it was written for.
func (s *sel) through(x frag) frag {
	if y, ok := s.seen[x.s]; ok {
		return y
	}
	return x
}

// around puts a SELECT round another: its columns by their names.
func (s *sel) around(name string) *sel {
	s.packed = true
	out := s.w.newSel()
	out.seen = map[string]frag{}
	s.nameAll()
	order := s.order
	if s.limit == 0 && s.offset == 0 {
		s.order = nil
	}
	at := out.addSelect(s.String(), name)
	for _, c := range s.columns {
		x := atom(marked(at) + c.called())
		if _, ok := out.seen[c.f.s]; !ok {
			out.seen[c.f.s] = x
		}
		out.columns = append(out.columns, output{f: x, hidden: c.hidden, measure: c.measure})
	}
	for _, k := range order {
		k.f = out.through(k.f)
		out.order = append(out.order, k)
	}
	out.asked = s.asked
	return out
}

// nameAll gives every column a name of its own.
func (s *sel) nameAll() {
	used := map[string]bool{}
	for _, c := range s.columns {
		if !c.hidden {
			used[strings.ToLower(unquoted(c.called()))] = true
		}
	}
	for i := range s.columns {
		c := &s.columns[i]
		if !c.hidden && c.called() != "" {
			continue
		}
		base := unquoted(c.called())
		if base == "" {
			base = "figure"
		}
		name := base
		for n := 2; used[strings.ToLower(name)]; n++ {
			name = base + "_" + number(float64(n))
		}
		used[strings.ToLower(name)] = true
		if c.name != "" || !plain(c.f) || name != base {
			c.name = s.w.ident(name)
		}
	}
}

// carry makes sure that a piece is among the columns.
func (s *sel) carry(x frag, name string) {
	if !slices.ContainsFunc(s.columns, func(c output) bool { return c.f.s == x.s }) {
		o := output{f: x, hidden: true}
		if !plain(x) {
			o.name = s.w.ident(name)
		}
		s.columns = append(s.columns, o)
	}
}

// carryOrder makes sure that what is sorted by is among the columns.
func (s *sel) carryOrder() {
	for i, k := range s.order {
		s.carry(k.f, "sort_"+number(float64(i+1)))
	}
}

// filtered keeps groups by figures that are computed over all groups.
func (s *sel) filtered(post []groupCondition) *sel {
	for i, p := range post {
		s.carry(p.f, "condition_"+number(float64(i+1)))
	}
	s.carryOrder()
	out := s.around("figures")
	for _, p := range post {
		out.where = append(out.where, p.b.test(out.through(p.f)))
	}
	return out
}

// keepFirst keeps rows by their position in each of some groups.
func (s *sel) keepFirst(q *Query, parts []frag) *sel {
	for i, p := range parts {
		s.carry(p, "part_"+number(float64(i+1)))
	}
	if s.distinct || slices.ContainsFunc(s.order, func(k sortKey) bool { return k.f.windowed() }) {
		s.carryOrder()
		s = s.around("figures")
		for i := range parts {
			parts[i] = s.through(parts[i])
		}
	}
	s.carryOrder()
	function, keys := "ROW_NUMBER()", s.order
	if q.Ties {
		function, keys = "RANK()", s.order[:s.asked]
		if q.Offset > 0 {
			function = "DENSE_RANK()" // the second highest price, however many share the highest
		}
	}
	position := atom(function + " OVER (" + join2(partitionOf(parts), orderBy(keys)) + ")")
	s.columns = append(s.columns, output{f: position, name: s.w.ident("position"), hidden: true})
	out := s.around("ranked")
	place := out.through(position)
	switch {
	case q.Offset > 0 && q.Limit > 0:
		out.where = append(out.where, between(place.s, number(float64(q.Offset+1)), number(float64(q.Offset+q.Limit)), true, true))
	case q.Limit > 0:
		out.where = append(out.where, between(place.s, "", number(float64(q.Limit)), false, true))
	case q.Offset > 0:
		out.where = append(out.where, between(place.s, number(float64(q.Offset+1)), "", true, false))
	}
	rest := out.order
	out.order = nil
	for _, p := range parts {
		out.order = append(out.order, sortKey{f: out.through(p)})
	}
	out.order = append(append(out.order, sortKey{f: place}), rest...)
	return out
}

func partitionOf(parts []frag) string {
	s := make([]string, len(parts))
	for i, p := range parts {
		s[i] = p.s
	}
	if len(s) == 0 {
		return ""
	}
	return "PARTITION BY " + strings.Join(s, ", ")
}

func orderBy(keys []sortKey) string {
	if len(keys) == 0 {
		return ""
	}
	s := make([]string, len(keys))
	for i, k := range keys {
		s[i] = k.f.s
		if k.desc {
			s[i] += " DESC"
		} else if k.nullable {
			s[i] += " NULLS LAST"
		}
	}
	return "ORDER BY " + strings.Join(s, ", ")
}

// total adds up the measures over the groups kept.
func (s *sel) total(grouped bool) *sel {
	if !grouped {
		return s
	}
	out := s.around("kept")
	out.order = nil
	cols := out.columns
	out.columns = nil
	for i, c := range s.columns {
		if !c.measure || c.hidden {
			continue
		}
		name := c.called()
		out.columns = append(out.columns, output{f: atom("SUM(" + cols[i].f.s + ")"), name: name})
	}
	return out
}
