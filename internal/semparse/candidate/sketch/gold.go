package sketch

import (
	"slices"
	"strconv"
	"strings"

	"github.com/querent/querent/internal/sqlast"
)

// sketch is the outline of a query without names and values.
type sketch struct {
	Aggs   string // the letters of what is shown besides plain columns, sorted; s is all columns
	Plain  string // how many plain columns are shown
	Where  string // conditions on literals: 0 to 4, with | where they are alternatives
	Group  bool
	Having string // letter of the aggregate compared; empty for none
	Order  string // letter, + or -, then 1 or N where rows are limited; empty for none
	Nest   string // notin, except, intersect or cmp with an aggregate's letter; empty for none
	Inner  string // conditions inside of notin and except
}

// bare is the sketch without counts of what is shown and of conditions.
func (s sketch) bare() sketch {
	s.Plain, s.Where = "", ""
	return s
}

// letters name aggregates in a sketch.
var letters = map[string]byte{"": 'n', "count": 'c', "sum": 'u', "avg": 'v', "max": 'x', "min": 'm'}

var aggregateOf = map[byte]string{'n': "", 'c': "count", 'u': "sum", 'v': "avg", 'x': "max", 'm': "min"}

// reference is a known right query in the terms that the parser decides on.
type reference struct {
	frame  *frame
	sketch sketch
	tables []*table // of the outer FROM
	inner  *frame   // the subquery of notin, except and cmp
	innerT []*table
}

// refer reads SQL back; false where it is of a form that the parser never
// writes.
func refer(x *index, sql string) (*reference, bool) {
	q, err := sqlast.Parse(sql, true)
	if err != nil {
		return nil, false
	}
	r := &referrer{x: x, out: &reference{frame: &frame{}}}
	if !r.read(q, r.out.frame) {
		return nil, false
	}
	r.out.tables = r.from(q)
	for _, t := range r.out.frame.extra {
		if !slices.Contains(r.out.tables, t) {
			r.out.tables = append(r.out.tables, t)
		}
	}
	r.out.sketch = sketchOf(r.out.frame)
	return r.out, true
}

// joins reports whether a subquery only finds keys.
func (f *frame) joins() bool {
	return len(f.sel) == 1 && f.sel[0].agg == "" && f.sel[0].col != nil && !f.or && f.set == "" &&
		len(f.group) == 0 && len(f.having) == 0 && f.order == nil && f.limit == 0
}

type referrer struct {
	x   *index
	out *reference
}

func (r *referrer) from(q *sqlast.Query) []*table {
	var out []*table
	for _, s := range q.From {
		if t := r.x.byName[strings.ToLower(s.Table)]; t != nil && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

func (r *referrer) read(q *sqlast.Query, f *frame) bool {
	from := r.from(q)
	if len(from) == 0 {
		return false
	}
	for _, e := range q.Select {
		i, ok := r.item(e, from)
		if !ok {
			return false
		}
		f.sel = append(f.sel, i)
	}
	f.distinct = q.Distinct
	ok := r.conditions(q.Where, from, f)
	for _, e := range q.Group {
		i, good := r.item(e, from)
		ok = ok && good
		f.group = append(f.group, i)
	}
	for _, e := range q.Having.Conjuncts() {
		c, good := r.condition(e, from)
		ok = ok && good
		f.having = append(f.having, c)
	}
	if len(q.Order) > 0 {
		i, good := r.item(q.Order[0].Expr, from)
		ok = ok && good
		f.order, f.desc = &i, q.Order[0].Desc
	}
	f.limit = max(0, q.Limit)
	if q.Set != "" && ok {
		f.set, f.right = strings.ToUpper(q.Set), &frame{}
		ok = r.read(q.Right, f.right)
		r.out.inner, r.out.innerT = f.right, r.from(q.Right)
	}
	return ok
}

func (r *referrer) item(e *sqlast.Expr, from []*table) (item, bool) {
	switch e.Op {
	case "star":
		return item{}, true
	case "col":
		if t := r.x.byName[strings.ToLower(e.Table)]; t != nil {
			c := r.x.column(t.Name, e.Name)
			return item{col: c}, c != nil
		}
		for _, t := range from {
			if c := r.x.column(t.Name, e.Name); c != nil {
				return item{col: c}, true
			}
		}
	case "call":
		if _, known := letters[e.Name]; !known || len(e.Args) != 1 {
			return item{}, false
		}
		i, ok := r.item(e.Args[0], from)
		i.agg, i.distinct = e.Name, e.Distinct
		return i, ok
	}
	return item{}, false
}

func (r *referrer) conditions(e *sqlast.Expr, from []*table, f *frame) bool {
	if e == nil {
		return true
	}
	if e.Op == "or" {
		f.or = true
		return r.conditions(e.Args[0], from, f) && r.conditions(e.Args[1], from, f)
	}
	for _, p := range e.Conjuncts() {
		if p.Op == "or" {
			if !r.conditions(p, from, f) {
				return false
			}
			continue
		}
		c, ok := r.condition(p, from)
		if !ok {
			return false
		}
		if c.op == "IN" && c.sub != nil && c.sub.joins() { // the same as a join
			f.where, f.extra = append(f.where, c.sub.where...), append(f.extra, c.sub.tables()...)
			r.out.inner, r.out.innerT = nil, nil
			continue
		}
		f.where = append(f.where, c)
	}
	return true
}

func (r *referrer) condition(e *sqlast.Expr, from []*table) (cond, bool) {
	op := strings.ToUpper(e.Op)
	switch op {
	case "=", "!=", "<", "<=", ">", ">=", "LIKE", "NOT LIKE", "BETWEEN", "IN", "NOT IN":
	default:
		return cond{}, false
	}
	i, ok := r.item(e.Args[0], from)
	if !ok || i.col == nil && i.agg == "" {
		return cond{}, false
	}
	c := cond{item: i, op: op}
	if sub := e.Args[1]; sub.Op == "sub" || sub.Sub != nil {
		c.sub = &frame{}
		if !r.read(sub.Sub, c.sub) {
			return c, false
		}
		r.out.inner, r.out.innerT = c.sub, r.from(sub.Sub)
		return c, true
	}
	if c.val, ok = constant(e.Args[1]); !ok {
		return c, false
	}
	if op == "BETWEEN" {
		c.val2, ok = constant(e.Args[2])
	}
	return c, ok
}

// constant is a literal's bare text.
func constant(e *sqlast.Expr) (string, bool) { return e.Name, e.Op == "num" || e.Op == "str" }

// sketchOf outlines a frame. Nested conditions count as Nest, not as Where.
func sketchOf(f *frame) sketch {
	s := sketch{Group: len(f.group) > 0}
	var aggs []byte
	columns := 0
	for _, i := range f.sel {
		switch {
		case i.agg != "":
			aggs = append(aggs, letters[i.agg])
		case i.col == nil:
			aggs = append(aggs, 's')
		default:
			columns++
		}
	}
	slices.Sort(aggs)
	s.Aggs, s.Plain = string(aggs), strconv.Itoa(columns)
	plain := 0
	for _, c := range f.where {
		switch {
		case c.sub == nil:
			plain++
		case c.op == "NOT IN" || c.op == "IN":
			s.Nest = strings.ToLower(strings.ReplaceAll(c.op, " ", ""))
			s.Inner = strconv.Itoa(len(c.sub.where))
		case len(c.sub.sel) == 1:
			s.Nest = "cmp" + string(letters[c.sub.sel[0].agg])
		}
	}
	if f.set != "" {
		s.Nest = strings.ToLower(f.set)
		s.Inner = strconv.Itoa(len(f.right.where))
		if len(f.right.having) > 0 {
			s.Inner += "h"
		}
	}
	s.Where = strconv.Itoa(plain)
	if f.or && plain > 1 {
		s.Where += "|"
	}
	if len(f.having) > 0 {
		s.Having = string(letters[f.having[0].agg])
	}
	if f.order != nil {
		s.Order = string(letters[f.order.agg]) + map[bool]string{true: "-", false: "+"}[f.desc]
		switch {
		case f.limit == 1:
			s.Order += "1"
		case f.limit > 1:
			s.Order += "N"
		}
	}
	return s
}
