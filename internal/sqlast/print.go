package sqlast

import (
	"fmt"
	"strings"
)

// Raw is an expression that is written as it stands.
func Raw(sql string) *Expr { return &Expr{Op: "raw", Name: sql} }

// SQL writes the query, names quoted by ident.
func (q *Query) SQL(ident func(string) string) string {
	head := "SELECT "
	if q.Distinct {
		head += "DISTINCT "
	}
	lines := []string{head + list(q.Select, ident)}
	for i, s := range q.From {
		lines = append(lines, s.sql(i, ident))
	}
	if q.Where != nil {
		lines = append(lines, "WHERE "+q.Where.SQL(ident))
	}
	if len(q.Group) > 0 {
		lines = append(lines, "GROUP BY "+list(q.Group, ident))
	}
	if q.Having != nil {
		lines = append(lines, "HAVING "+q.Having.SQL(ident))
	}
	if q.Set != "" {
		lines = append(lines, strings.ToUpper(q.Set), q.Right.SQL(ident))
	}
	var by []string
	for _, o := range q.Order {
		s := o.Expr.SQL(ident)
		if o.Desc {
			s += " DESC"
		}
		by = append(by, s)
	}
	if len(by) > 0 {
		lines = append(lines, "ORDER BY "+strings.Join(by, ", "))
	}
	if q.Limit >= 0 {
		lines = append(lines, fmt.Sprintf("LIMIT %d", q.Limit))
	}
	return strings.Join(lines, "\n")
}

func (s Source) sql(place int, ident func(string) string) string {
	out := ident(s.Table)
	if s.Sub != nil {
		out = "(" + s.Sub.SQL(ident) + ")"
	}
	if s.Alias != "" {
		out += " AS " + ident(s.Alias)
	}
	switch {
	case place == 0:
		return "FROM " + out
	case s.Outer:
		out = "LEFT JOIN " + out
	default:
		out = "JOIN " + out
	}
	if s.On != nil {
		out += " ON " + s.On.SQL(ident)
	}
	return out
}

func list(es []*Expr, ident func(string) string) string {
	var out []string
	for _, e := range es {
		out = append(out, e.SQL(ident))
	}
	return strings.Join(out, ", ")
}

// SQL writes the expression, in parentheses wherever they could matter.
func (e *Expr) SQL(ident func(string) string) string {
	of := ""
	if e.Table != "" {
		of = ident(e.Table) + "."
	}
	switch e.Op {
	case "raw", "num":
		return e.Name
	case "col":
		return of + ident(e.Name)
	case "star":
		return of + "*"
	case "str":
		return "'" + strings.ReplaceAll(e.Name, "'", "''") + "'"
	case "null":
		return "NULL"
	case "call":
		return e.call(ident)
	case "sub":
		return "(" + e.Sub.SQL(ident) + ")"
	case "list":
		return "(" + list(e.Args, ident) + ")"
	case "not":
		return "NOT (" + e.Args[0].SQL(ident) + ")"
	case "neg":
		return "-(" + e.Args[0].SQL(ident) + ")"
	case "exists":
		return "EXISTS " + e.Args[0].SQL(ident)
	case "as":
		return e.Args[0].SQL(ident) + " AS " + e.Args[1].SQL(ident)
	case "between", "not between":
		return fmt.Sprintf("%s %s %s AND %s", e.Args[0].inner(ident), strings.ToUpper(e.Op), e.Args[1].inner(ident), e.Args[2].inner(ident))
	}
	return e.Args[0].inner(ident) + " " + strings.ToUpper(e.Op) + " " + e.Args[1].inner(ident)
}

// inner is the expression as an operand.
func (e *Expr) inner(ident func(string) string) string {
	s := e.SQL(ident)
	switch e.Op {
	case "raw", "num", "col", "star", "str", "null", "call", "sub", "list":
		return s
	}
	return "(" + s + ")"
}

func (e *Expr) call(ident func(string) string) string {
	if e.Name == "cast" && len(e.Args) == 2 {
		return "CAST(" + e.Args[0].SQL(ident) + " AS " + e.Args[1].Name + ")"
	}
	distinct := ""
	if e.Distinct {
		distinct = "DISTINCT "
	}
	return e.Name + "(" + distinct + list(e.Args, ident) + ")"
}
