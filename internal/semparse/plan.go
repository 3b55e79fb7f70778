package semparse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

// ref is a column of a table.
type ref struct {
	table  *schema.Table
	column *schema.Column
}

func (r ref) sql() string { return ident(r.table.Name) + "." + ident(r.column.Name) }

// plan is one reading of a question, before it is SQL.
type plan struct {
	p       ask.Prompt
	main    *schema.Table // whose rows are counted, summed or listed
	tables  []string      // in order of mention
	measure string        // aggregate expression; empty for a list
	name    string        // of the measure's column
	more    []string      // further aggregates of the same column
	hidden  bool          // the measure only orders the rows
	groups  []group
	shown   []ref
	where   []string
	having  string
	order   string
	limit   int
	unique  bool
	reading []ask.Phrase
	notes   []string
	doubt   float64 // 0 sure, 1 hopeless
}

// group is one GROUP BY item; expr is shown as name.
type group struct{ expr, name, by string }

func (q *plan) touch(t *schema.Table) {
	if t != nil && !slices.Contains(q.tables, t.Name) {
		q.tables = append(q.tables, t.Name)
	}
}

func (q *plan) read(text, kind, target, why string) {
	q.reading = append(q.reading, ask.Phrase{Text: text, Kind: kind, Target: target, Why: why, Score: 1})
}

// sql writes the plan; false when no keys connect its tables.
func (q *plan) sql() (string, bool) {
	clause, ok := from(q.p.Schema, q.main.Name, q.tables)
	if !ok {
		return "", false
	}
	var items []string
	for _, g := range q.groups {
		items = append(items, aliased(g.expr, g.name))
	}
	switch {
	case q.measure != "" && q.hidden:
	case q.measure != "":
		items = append(append(items, aliased(q.measure, q.name)), q.more...)
	default:
		for _, r := range q.shown {
			items = append(items, r.sql())
		}
	}
	if len(items) == 0 {
		items = []string{ident(q.main.Name) + ".*"}
	}
	distinct := ""
	if q.unique || q.measure == "" && len(q.groups) == 0 && len(q.tables) > 1 && fansOut(q) {
		distinct = "DISTINCT "
	}
	lines := []string{"SELECT " + distinct + strings.Join(items, ", "), clause}
	if len(q.where) > 0 {
		lines = append(lines, "WHERE "+strings.Join(q.where, "\n  AND "))
	}
	if len(q.groups) > 0 && q.measure != "" {
		lines = append(lines, "GROUP BY "+q.groupBy())
	}
	if q.having != "" {
		lines = append(lines, "HAVING "+q.having)
	}
	if q.order != "" {
		lines = append(lines, "ORDER BY "+q.order)
	}
	if q.limit > 0 {
		lines = append(lines, fmt.Sprintf("LIMIT %d", q.limit))
	}
	return strings.Join(lines, "\n"), true
}

func (q *plan) groupBy() string {
	var by []string
	for _, g := range q.groups {
		if !slices.Contains(by, g.by) {
			by = append(by, g.by)
		}
	}
	return strings.Join(by, ", ")
}

// fansOut reports whether joins may repeat rows of the main table.
func fansOut(q *plan) bool {
	for _, k := range q.p.Schema.ForeignKeys {
		if k.RefTable == q.main.Name && slices.Contains(q.tables, k.Table) {
			return true
		}
	}
	return false
}

func aliased(expr, name string) string {
	if name == "" || strings.HasSuffix(expr, "."+ident(name)) {
		return expr
	}
	return expr + " AS " + ident(name)
}

// display are the columns that name a row to people: a name or title, first
// and last names together, else the first texts, else the key.
func display(t *schema.Table) []ref {
	var names, texts []ref
	for i := range t.Columns {
		c := &t.Columns[i]
		parts := stems(c.Name)
		last := parts[len(parts)-1]
		switch {
		case c.Type != schema.Text:
		case len(parts) <= 2 && (last == "name" || last == "titl") && (len(parts) == 1 || parts[0] == "first" || parts[0] == "last" || slices.Contains(stems(t.Name), parts[0])):
			names = append(names, ref{t, c})
		default:
			texts = append(texts, ref{t, c})
		}
	}
	switch {
	case len(names) > 0:
		return names
	case len(texts) > 0:
		return texts[:1]
	case len(t.PrimaryKey) > 0:
		return []ref{{t, t.Column(t.PrimaryKey[0])}}
	case len(t.Columns) > 0:
		return []ref{{t, &t.Columns[0]}}
	}
	return nil
}

// groupTable groups by a table's rows, shown by what names them.
func groupTable(t *schema.Table) []group {
	by := ""
	if len(t.PrimaryKey) == 1 {
		by = ref{t, t.Column(t.PrimaryKey[0])}.sql()
	}
	var out []group
	for _, r := range display(t) {
		g := group{expr: r.sql(), name: r.column.Name, by: r.sql()}
		if by != "" {
			g.by = by
		}
		out = append(out, g)
	}
	return out
}

// measures are numeric columns of a table that are no keys.
func measures(s *schema.Schema, t *schema.Table) []ref {
	var out []ref
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Type.Numeric() && !c.PrimaryKey && !isForeign(s, t, c) {
			out = append(out, ref{t, c})
		}
	}
	return out
}

func isForeign(s *schema.Schema, t *schema.Table, c *schema.Column) bool {
	for _, k := range s.ForeignKeys {
		if k.Table == t.Name && slices.Contains(k.Columns, c.Name) {
			return true
		}
	}
	return false
}

// dates are a table's days and moments, the always filled ones first.
func dates(t *schema.Table) []ref {
	var sure, rest []ref
	for i := range t.Columns {
		c := &t.Columns[i]
		switch {
		case !c.Type.Temporal():
		case c.NotNull || c.Nulls == 0:
			sure = append(sure, ref{t, c})
		default:
			rest = append(rest, ref{t, c})
		}
	}
	return append(sure, rest...)
}
