package eval

import (
	"fmt"
	"sort"
	"strings"

	"github.com/querent/querent/internal/sqlast"
)

// classify gives Spider's hardness of a gold query and the constructs in it.
func classify(sql string) (string, []string) {
	q, err := sqlast.Parse(sql, true)
	if err != nil {
		return "unread", nil
	}
	return hardness(q), constructs(q)
}

// hardness follows Spider's own evaluation script: it counts a query's clauses,
// the queries nested in it, and the clauses that hold more than one thing. A
// query with two clauses and two such is extra hard, one with three such only
// hard: so it is there.
func hardness(q *sqlast.Query) string {
	one, two, others := clauses(q), nested(q), several(q)
	if two > 0 {
		if two == 1 && one <= 1 && others == 0 {
			return "hard"
		}
		return "extra"
	}
	switch {
	case one <= 1 && others == 0:
		return "easy"
	case one <= 1 && others <= 2, one <= 2 && others <= 1:
		return "medium"
	case one <= 2 && others > 2, one == 3 && others <= 2:
		return "hard"
	}
	return "extra"
}

// several counts the clauses that hold more than one thing.
func several(q *sqlast.Query) int {
	n := 0
	for _, things := range []int{aggregates(q), len(q.Select), conditions(q.Where), len(q.Group)} {
		if things > 1 {
			n++
		}
	}
	return n
}

// clauses counts the clauses beyond SELECT and FROM, the joins, and the ORs and
// LIKEs.
func clauses(q *sqlast.Query) int {
	n := max(0, len(q.From)-1)
	for _, has := range []bool{q.Where != nil, len(q.Group) > 0, len(q.Order) > 0, q.Limit >= 0} {
		if has {
			n++
		}
	}
	for _, c := range []*sqlast.Expr{q.Where, q.Having} {
		c.Walk(func(e *sqlast.Expr) {
			switch e.Op {
			case "or", "like", "not like":
				n++
			}
		})
	}
	return n
}

func conditions(e *sqlast.Expr) int {
	switch {
	case e == nil:
		return 0
	case e.Op == "and" || e.Op == "or":
		return conditions(e.Args[0]) + conditions(e.Args[1])
	}
	return 1
}

func nested(q *sqlast.Query) int {
	n := 0
	for _, c := range []*sqlast.Expr{q.Where, q.Having} {
		c.Walk(func(e *sqlast.Expr) {
			if e.Sub != nil {
				n++
			}
		})
	}
	for _, s := range q.From {
		if s.Sub != nil {
			n++
		}
	}
	if q.Right != nil {
		n++
	}
	return n
}

func aggregates(q *sqlast.Query) int {
	n := 0
	count := func(e *sqlast.Expr) {
		e.Walk(func(e *sqlast.Expr) {
			if e.Op == "call" {
				n++
			}
		})
	}
	for _, e := range q.Select {
		count(e)
	}
	for _, o := range q.Order {
		count(o.Expr)
	}
	count(q.Having)
	return n
}

func constructs(q *sqlast.Query) []string {
	has := map[string]bool{"join": len(q.From) > 1, "filter": q.Where != nil, "group": len(q.Group) > 0, "having": q.Having != nil,
		"order": len(q.Order) > 0, "limit": q.Limit >= 0, "nested": nested(q) > 0 && q.Right == nil, "distinct": q.Distinct,
		"aggregate": aggregates(q) > 0}
	if q.Set != "" {
		has[q.Set] = true
	}
	q.Where.Walk(func(e *sqlast.Expr) {
		switch e.Op {
		case "or", "like", "not in", "between":
			has[e.Op] = true
		}
	})
	var out []string
	for k, v := range has {
		if v {
			out = append(out, k)
		}
	}
	if len(out) == 0 {
		out = []string{"plain"}
	}
	sort.Strings(out)
	return out
}

// cause names the first part in which an answer differs from gold.
func cause(gold, sql string) string {
	g, err1 := sqlast.Parse(gold, true)
	a, err2 := sqlast.Parse(sql, false)
	if err1 != nil || err2 != nil {
		return "unread"
	}
	parts := []struct {
		name string
		of   func(*sqlast.Query) string
	}{
		{"set operation", func(q *sqlast.Query) string { return q.Set }},
		{"nesting", func(q *sqlast.Query) string { return fmt.Sprint(nested(q)) }},
		{"number of columns", func(q *sqlast.Query) string { return fmt.Sprint(len(q.Select)) }},
		{"aggregates", func(q *sqlast.Query) string { return functions(q.Select) }},
		{"group", func(q *sqlast.Query) string { return fmt.Sprint(len(q.Group) > 0) }},
		{"having", func(q *sqlast.Query) string { return fmt.Sprint(q.Having != nil) }},
		{"order", func(q *sqlast.Query) string {
			return fmt.Sprint(len(q.Order) > 0, len(q.Order) > 0 && q.Order[0].Desc, q.Limit)
		}},
		{"selected columns", func(q *sqlast.Query) string { return columns(q.Select) }},
		{"tables", tables},
		{"filter columns", func(q *sqlast.Query) string { return columns([]*sqlast.Expr{q.Where}) }},
		{"filter", func(q *sqlast.Query) string { return shape(q.Where) }},
		{"group columns", func(q *sqlast.Query) string { return columns(q.Group) }},
	}
	for _, p := range parts {
		if p.of(g) != p.of(a) {
			return p.name
		}
	}
	return "other"
}

func functions(es []*sqlast.Expr) string { return collect(es, "call") }
func columns(es []*sqlast.Expr) string   { return collect(es, "col") }

func collect(es []*sqlast.Expr, op string) string {
	var out []string
	for _, e := range es {
		e.Walk(func(e *sqlast.Expr) {
			if e.Op == op {
				out = append(out, strings.ToLower(e.Name))
			}
		})
	}
	sort.Strings(out)
	return strings.Join(out, " ")
}

func tables(q *sqlast.Query) string {
	var out []string
	for _, s := range q.From {
		out = append(out, strings.ToLower(s.Table))
	}
	sort.Strings(out)
	return strings.Join(out, " ")
}

func shape(e *sqlast.Expr) string {
	var b strings.Builder
	e.Walk(func(e *sqlast.Expr) { b.WriteString(e.Op + ":" + strings.ToLower(e.Name) + " ") })
	return b.String()
}
