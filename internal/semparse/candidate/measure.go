package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// measure is a measure on its way into the query.
type measure struct {
	logical.Measure
	place  int   // token at which it is said
	from   *item // the mention it is made of; nil for none
	cue    *item // the aggregate's cue
	column *catalog.Column
	date   *catalog.Column // that dates a business term
}

func (m *measure) base() string {
	if m.Base == "" && len(m.Args) > 0 {
		return m.Args[0].Base
	}
	return m.Base
}

// counts reports a plain count of rows.
func (m *measure) counts() bool { return m.Op == logical.Aggregate && m.Agg == logical.Count }

func (m *measure) same(o *measure) bool {
	return m.Op == o.Op && m.Agg == o.Agg && m.Base == o.Base && m.SQL == o.SQL && m.column == o.column && (m.Expr == nil) == (o.Expr == nil) &&
		(m.Expr == nil || m.Expr.SQL == o.Expr.SQL && m.Expr.Op == o.Expr.Op)
}

func (c *composer) add(m *measure) { c.measures = append(c.measures, m) }

// count counts the rows of a table.
func count(t *catalog.Table) *measure {
	return &measure{Measure: logical.Measure{Agg: logical.Count, Base: t.Name}}
}

// aggregated is an aggregate of a column.
func aggregated(agg logical.Agg, col *catalog.Column) *measure {
	e := column(col, "")
	return &measure{Measure: logical.Measure{Agg: agg, Base: col.Table.Name, Expr: &e}, column: col}
}

// rowExpr is a mention's value per row.
func (c *composer) rowExpr(m *link.Mention) logical.Expr {
	switch {
	case m.Kind == link.Computed && m.Age:
		return logical.Expr{Op: logical.Age, Args: []logical.Expr{column(m.Column, m.Via)}, Now: c.q.Now.Format("2006-01-02"), Title: "Age"}
	case m.Term != nil && m.Term.SQL != "":
		return logical.Expr{Op: logical.Raw, Table: m.Table.Name, SQL: m.Term.SQL, Title: m.Term.Name, Ref: logical.Ref{Table: m.Table.Name, Via: m.Via}}
	}
	e := column(m.Column, m.Via)
	e.Scale = c.scale(m.Column, e.Scale)
	return e
}

// scale turns minutes into hours and the like where the question speaks of
// them.
func (c *composer) scale(col *catalog.Column, usual float64) float64 {
	hours, minutes, days := c.says("hour", "hours", "hrs"), c.says("minute", "minutes", "mins"), c.says("days", "day")
	switch {
	case col.Unit == "minutes" && hours:
		return 60
	case col.Unit == "seconds" && minutes:
		return 60
	case col.Unit == "seconds" && hours:
		return 3600
	case col.Unit == "hours" && days && !hours && c.says("days"):
		return 24
	case col.Unit == "milliseconds" && c.says("seconds", "second"):
		return 1000
	}
	return usual
}

// measureOf makes a measure of a mention; agg is empty for its own.
func (c *composer) measureOf(x *item, agg logical.Agg) *measure {
	m := x.mention
	out := &measure{place: x.start, from: x}
	out.Base = m.Table.Name
	switch m.Kind {
	case link.Metric:
		out.Op, out.SQL, out.Title = logical.Metric, m.Term.SQL, m.Term.Name
		out.date = c.vocab.TermDate(m.Term)
		return out
	case link.Entity, link.Date:
		out.Agg = logical.Count
		return out
	case link.Role:
		out.Agg, out.Base = logical.Count, m.Key.To.Name
		return out
	case link.Condition:
		out.Agg = logical.Count
		out.Filters = []logical.Predicate{c.predicate(x)}
		return out
	case link.Value:
		out.Agg, out.Base = logical.Count, c.factOf(m.Table).Name
		if m.Noun {
			out.Base = m.Table.Name
		}
		out.Filters = []logical.Predicate{c.predicate(x)}
		return out
	case link.Computed:
		e := c.rowExpr(m)
		out.Expr, out.Agg = &e, agg
		switch {
		case agg != "":
		case m.Age:
			out.Agg = logical.Avg
		default:
			out.Agg = usualAgg(m.Term)
		}
		if m.Term != nil {
			out.Title = m.Term.Name
			out.date = c.vocab.TermDate(m.Term)
		}
		return out
	}
	out.column = m.Column
	e := c.rowExpr(m)
	if m.Column.Kind != catalog.Number {
		out.Agg, out.Expr = logical.CountDistinct, &e
		return out
	}
	out.Expr, out.Agg = &e, agg
	if agg == "" {
		out.Agg = logical.Avg
		if m.Column.Additive {
			out.Agg = logical.Sum
		}
	}
	return out
}

// lengthNouns end the names of lengths of time that are added up like any
// amount: "worked hours". "Handling time" is not.
var lengthNouns = []string{"hours", "minutes", "seconds"}

// usualAgg adds up a computed value unless it is a duration or a quotient.
func usualAgg(term *ontology.Term) logical.Agg {
	sql := strings.ToLower(term.SQL)
	if words := strings.Fields(strings.ToLower(term.Name)); slices.Contains(lengthNouns, last(words)) {
		return logical.Sum
	}
	if strings.Contains(sql, "julianday") || strings.Contains(sql, "strftime") {
		return logical.Avg
	}
	if quotient(sql) {
		return logical.Avg
	}
	if !strings.ContainsAny(sql, "*+-/") {
		return logical.Avg
	}
	return logical.Sum
}

// factOf is the table of events whose rows are meant where a thing's value is
// counted: the base, or the largest that refers to it.
func (c *composer) factOf(t *catalog.Table) *catalog.Table {
	if t.Role == catalog.Event || len(t.In) == 0 {
		return t
	}
	var best *catalog.Table
	for _, k := range t.In {
		if k.From == t || k.From.Date == nil {
			continue
		}
		if k.From == c.h.Base {
			return k.From
		}
		if best == nil || k.From.RowCount > best.RowCount {
			best = k.From
		}
	}
	if best == nil {
		return t
	}
	return best
}
