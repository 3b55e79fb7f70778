// Package sqlast is a SELECT statement as a tree: enough of SQLite's grammar to
// read back what analysts and generators write. It hides lexing and parsing,
// and knows no schema: names stand as they were written, with the aliases of
// FROM replaced by the tables they stand for where that is unambiguous.
package sqlast

import "strings"

// Query is one SELECT, with the compound members that follow it.
type Query struct {
	Distinct bool
	Select   []*Expr
	From     []Source
	Where    *Expr // nil for none
	Group    []*Expr
	Having   *Expr // nil for none
	Order    []Order
	Limit    int    // -1 for none
	Set      string // "union", "union all", "intersect" or "except" joining Right; empty for none
	Right    *Query
}

// Source is one entry of FROM: a table or a subquery.
type Source struct {
	Table string
	Alias string
	Sub   *Query
	On    *Expr // the join's condition; nil for the first or a cross join
	Outer bool  // LEFT JOIN
}

// Order is one ORDER BY term.
type Order struct {
	Expr *Expr
	Desc bool
}

// Expr is an expression. Op says which:
//
//	col    Table (may be empty), Name
//	star   Table (may be empty)
//	num    Name is the literal
//	str    Name is the text, unquoted
//	null
//	call   Name is the lower-case function, Args its arguments, Distinct
//	sub    Sub is the subquery
//	list   Args
//	and or not neg + - * / % || = != < <= > >= like "not like" glob
//	in "not in" between "not between" is "is not" exists as   Args are the operands
type Expr struct {
	Op       string
	Name     string
	Table    string
	Distinct bool
	Args     []*Expr
	Sub      *Query
}

// Walk calls f for e and every expression under it, outside subqueries.
func (e *Expr) Walk(f func(*Expr)) {
	if e == nil {
		return
	}
	f(e)
	for _, a := range e.Args {
		a.Walk(f)
	}
}

// Conjuncts splits a condition at its top-level ANDs.
func (e *Expr) Conjuncts() []*Expr {
	if e == nil {
		return nil
	}
	if e.Op != "and" {
		return []*Expr{e}
	}
	return append(e.Args[0].Conjuncts(), e.Args[1].Conjuncts()...)
}

// unalias replaces aliases in column references by table names, where the
// query uses that table once.
func (q *Query) unalias() {
	names, uses := map[string]string{}, map[string]int{}
	for _, s := range q.From {
		uses[strings.ToLower(s.Table)]++
	}
	for _, s := range q.From {
		if s.Table != "" && s.Alias != "" && uses[strings.ToLower(s.Table)] == 1 {
			names[strings.ToLower(s.Alias)] = s.Table
		}
	}
	q.each(func(e *Expr) {
		if t, ok := names[strings.ToLower(e.Table)]; ok && e.Table != "" {
			e.Table = t
		}
	})
}

// each calls f for every expression of the query, subqueries' included:
// an outer alias may be used inside.
func (q *Query) each(f func(*Expr)) {
	if q == nil {
		return
	}
	walk := func(e *Expr) {
		e.Walk(func(e *Expr) {
			f(e)
			e.Sub.each(f)
		})
	}
	for _, e := range q.Select {
		walk(e)
	}
	for _, s := range q.From {
		walk(s.On)
	}
	walk(q.Where)
	for _, e := range q.Group {
		walk(e)
	}
	walk(q.Having)
	for _, o := range q.Order {
		walk(o.Expr)
	}
}
