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

// hardness follows Spider's own evaluation script.
func hardness(q *sqlast.Query) string {
	one, two, others := 0, nested(q), 0
	conds := conditions(q.Where)
	for _, has := range []bool{q.Where != nil, len(q.Group) > 0, len(q.Order) > 0, q.Limit >= 0} {
		if has {
			one++
		}
	}
	one += max(0, len(q.From)-1)
	for _, c := range []*sqlast.Expr{q.Where, q.Having} {
		c.Walk(func(e *sqlast.Expr) {
			if e.Op == "or" || e.Op == "like" || e.Op == "not like" {
				one++
			}
		})
	}
	for _, n := range []int{aggregates(q), len(q.Select), conds, len(q.Group)} {
		if n > 1 {
			others++
		}
	}
	switch {
	case one <= 1 && others == 0 && two == 0:
		return "easy"
	case two == 0 && (others <= 2 && one <= 1 || one <= 2 && others < 2):
		return "medium"
	case two == 0 && (others > 2 && one <= 2 || one > 2 && one <= 3 && others <= 2), one <= 1 && others == 0 && two <= 1:
		return "hard"
	}
	return "extra"
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
