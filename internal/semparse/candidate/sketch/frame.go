package sketch

import (
	"fmt"
	"slices"
	"strings"
)

// frame is one reading of a question: a query before it is SQL.
type frame struct {
	sel      []item
	distinct bool
	where    []cond
	or       bool // where's conditions are alternatives
	group    []item
	having   []cond
	order    *item
	desc     bool
	limit    int      // 0 for none
	extra    []*table // joined though no column of theirs is used
	set      string   // "INTERSECT", "EXCEPT" or "UNION" with right; empty for none
	right    *frame
}

// item is a column, an aggregate of one, or an expression over one table. A
// nil col with no expr is *, counted.
type item struct {
	agg      string // lower case; empty for none
	distinct bool
	col      *column
	expr     string // instead of col: an ontology term or a bucket of time
	of       *table // that expr reads
	name     string // of the result column; empty for the default
}

// cond compares an item with a literal or a subquery.
type cond struct {
	item
	op   string // SQL operator, or "" where expr is a whole condition
	val  string // SQL literal; empty with sub
	val2 string // BETWEEN's second
	sub  *frame
}

func (i item) table() *table {
	if i.col != nil {
		return i.col.table
	}
	return i.of
}

func (i item) sql() string {
	e := "*"
	switch {
	case i.expr != "":
		e = i.expr
	case i.col != nil:
		e = i.col.sql()
	}
	if i.agg == "" {
		return e
	}
	if i.distinct {
		e = "DISTINCT " + e
	}
	return i.agg + "(" + e + ")"
}

func (i item) same(j item) bool {
	return i.agg == j.agg && i.distinct == j.distinct && i.col == j.col && i.expr == j.expr
}

// among is the subquery, for NOT IN without the NULLs that would leave nothing
// outside of it.
func (c cond) among() *frame {
	of := c.sub.sel[0].col
	if c.op != "NOT IN" || of == nil || of.NotNull || of.PrimaryKey || c.sub.or {
		return c.sub
	}
	known := *c.sub
	known.where = append(slices.Clone(known.where), cond{item: item{col: of}, op: "IS NOT NULL"})
	return &known
}

func (c cond) sql(x *index) string {
	switch {
	case c.sub != nil:
		sub, _ := c.among().sql(x)
		return fmt.Sprintf("%s %s (%s)", c.item.sql(), c.op, strings.ReplaceAll(sub, "\n", " "))
	case c.op == "":
		return "(" + c.expr + ")"
	case c.op == "BETWEEN":
		return fmt.Sprintf("%s BETWEEN %s AND %s", c.item.sql(), c.val, c.val2)
	case c.op == "IS NULL" || c.op == "IS NOT NULL":
		return c.item.sql() + " " + c.op
	}
	return fmt.Sprintf("%s %s %s", c.item.sql(), c.op, c.val)
}

// tables are all that the frame itself reads, subqueries apart, first of all
// that of what it shows.
func (f *frame) tables() []*table {
	var out []*table
	add := func(t *table) {
		if t != nil && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	for _, i := range f.sel {
		add(i.table())
	}
	for _, t := range f.extra {
		add(t)
	}
	for _, c := range f.where {
		add(c.table())
	}
	for _, i := range f.group {
		add(i.table())
	}
	for _, c := range f.having {
		add(c.table())
	}
	if f.order != nil {
		add(f.order.table())
	}
	return out
}

// sql writes the frame; false when it reads no table, or no keys connect
// those it reads.
func (f *frame) sql(x *index) (string, bool) {
	tables := f.tables()
	if len(tables) == 0 {
		return "", false
	}
	from, ok := x.from(tables)
	if !ok {
		return "", false
	}
	var items []string
	for _, i := range f.sel {
		s := i.sql()
		if i.name != "" && s != "*" {
			s += " AS " + ident(i.name)
		}
		items = append(items, s)
	}
	if len(items) == 0 {
		items = []string{"*"}
	}
	head := "SELECT "
	if f.distinct {
		head += "DISTINCT "
	}
	lines := []string{head + strings.Join(items, ", "), from}
	if len(f.where) > 0 {
		lines = append(lines, "WHERE "+conditions(x, f.where, f.or))
	}
	if len(f.group) > 0 {
		var by []string
		for _, g := range f.group {
			by = append(by, g.sql())
		}
		lines = append(lines, "GROUP BY "+strings.Join(by, ", "))
	}
	if len(f.having) > 0 {
		lines = append(lines, "HAVING "+conditions(x, f.having, false))
	}
	if f.set != "" {
		right, ok := f.right.sql(x)
		return strings.Join(lines, "\n") + "\n" + f.set + "\n" + right, ok
	}
	if f.order != nil {
		lines = append(lines, "ORDER BY "+f.order.sql()+descending(f.desc))
	}
	if f.limit > 0 {
		lines = append(lines, fmt.Sprintf("LIMIT %d", f.limit))
	}
	return strings.Join(lines, "\n"), f.subsConnect(x)
}

func (f *frame) subsConnect(x *index) bool {
	for _, c := range f.where {
		if c.sub != nil {
			if _, ok := c.sub.sql(x); !ok {
				return false
			}
		}
	}
	return true
}

func conditions(x *index, all []cond, or bool) string {
	var out []string
	for _, c := range all {
		out = append(out, c.sql(x))
	}
	if or {
		return strings.Join(out, "\n  OR ")
	}
	return strings.Join(out, "\n  AND ")
}

func descending(desc bool) string {
	if desc {
		return " DESC"
	}
	return ""
}
