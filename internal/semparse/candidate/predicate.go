package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// predicate is the condition that a value, state or term means, before what
// negates it in the question.
func (c *composer) predicate(x *item) logical.Predicate {
	m := x.mention
	var p logical.Predicate
	switch {
	case x.held != nil:
		p = *x.held
	case m.Kind == link.Value:
		e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: m.Table.Name, Column: m.Column.Name, Via: m.Via}}
		p = logical.Predicate{Op: logical.Equal, Expr: &e, Values: values(m.Column, m.Values)}
		if len(m.Values) > 1 {
			p.Op = logical.In
		}
	case m.Term != nil && m.Term.Kind == ontology.Filter:
		e := logical.Expr{Op: logical.Raw, Table: m.Table.Name, SQL: m.Term.SQL, Title: m.Term.Name, Ref: logical.Ref{Table: m.Table.Name, Via: m.Via}}
		p = logical.Predicate{Op: logical.Holds, Expr: &e, Title: m.Term.Name}
	default:
		p = c.statePredicate(m)
	}
	if m.Negated {
		p = negate(p)
	}
	return p
}

func (c *composer) statePredicate(m *link.Mention) logical.Predicate {
	e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: m.Table.Name, Column: m.Column.Name, Via: m.Via}}
	today := c.q.Now.Format("2006-01-02")
	switch m.State {
	case link.Unset:
		return logical.Predicate{Op: logical.IsNull, Expr: &e}
	case link.Set:
		return logical.Predicate{Op: logical.NotNull, Expr: &e}
	case link.Past:
		return notDone(m.Column, logical.Predicate{Op: logical.InPeriod, Expr: &e, Period: &logical.Period{To: c.q.Now.AddDate(0, 0, -1).Format("2006-01-02"), Text: "before today"}})
	case link.Future:
		return logical.Predicate{Op: logical.InPeriod, Expr: &e, Period: &logical.Period{From: today, Text: "from today"}}
	}
	return flagPredicate(e, m.Column, m.State == link.IsTrue)
}

// doneWords are of dates at which what was due is done, and of states in which
// it is.
var doneWords = text.WordSet("paid closed completed finished returned settled resolved done delivered received cleared shipped fulfilled cancelled canceled void")

// notDone adds to a date that has passed that its row is not done, where the
// table says when or whether it is: paid bills are not overdue.
func notDone(due *catalog.Column, passed logical.Predicate) logical.Predicate {
	if !slices.Contains(due.Words, "due") && !slices.Contains(due.Words, "deadline") {
		return passed
	}
	for _, d := range due.Table.Dates() {
		if d != due && d.Nulls > 0 && slices.ContainsFunc(d.Words, func(w string) bool { return doneWords[w] }) {
			e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: d.Table.Name, Column: d.Name}}
			return logical.Predicate{Op: logical.And, Args: []logical.Predicate{passed, {Op: logical.IsNull, Expr: &e}}}
		}
	}
	for _, s := range due.Table.Columns {
		if s.Kind != catalog.Text || !slices.Contains(s.Words, "status") && !slices.Contains(s.Words, "state") {
			continue
		}
		var done []string
		for _, stored := range s.Values {
			if doneWords[strings.ToLower(stored)] {
				done = append(done, stored)
			}
		}
		if len(done) > 0 {
			e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: s.Table.Name, Column: s.Name}}
			return logical.Predicate{Op: logical.And, Args: []logical.Predicate{passed, {Op: logical.Not, Args: []logical.Predicate{{Op: logical.In, Expr: &e, Values: values(s, done)}}}}}
		}
	}
	return passed
}

// flagPredicate is the condition that a yes-or-no column says yes, or no.
func flagPredicate(e logical.Expr, col *catalog.Column, yes bool) logical.Predicate {
	f := col.Flag
	if f == nil {
		return logical.Predicate{Op: logical.NotNull, Expr: &e}
	}
	side, other := f.True, f.False
	if !yes {
		side, other = other, side
	}
	if len(side) == 0 && len(other) > 0 {
		return logical.Predicate{Op: logical.Not, Args: []logical.Predicate{{Op: logical.Equal, Expr: &e, Values: values(col, other[:1])}}}
	}
	if len(side) == 0 {
		side = []string{map[bool]string{true: "1", false: "0"}[yes]}
	}
	p := logical.Predicate{Op: logical.Equal, Expr: &e, Values: values(col, side)}
	if len(side) > 1 {
		p.Op = logical.In
	}
	return p
}

// values are stored texts as constants of a column's type.
func values(col *catalog.Column, stored []string) []logical.Value {
	out := make([]logical.Value, len(stored))
	for i, s := range stored {
		out[i] = logical.Value{Text: s}
		if col.Type.Numeric() || col.Flag != nil && !col.Flag.Text {
			out[i].Is = "number"
			out[i].Number = number(s)
		}
	}
	return out
}
