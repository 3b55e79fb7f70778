package logical

import (
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/sqltoken"
)

// raw is a business term's SQL with its columns qualified as this statement
// needs it.
func (s *scope) raw(e *Expr, left bool) frag {
	t := s.w.table(e.Table)
	if t == nil {
		return atom("NULL")
	}
	at, ok := s.reach(t, e.Ref.Via, left)
	if !ok {
		s.w.fail("%s meets many rows of %s or none", s.base.Name, t.Name)
		return atom("NULL")
	}
	return s.w.qualify(e.SQL, t, at, "")
}

// aggregates are functions whose argument a condition can be pushed into.
var aggregates = map[string]bool{"sum": true, "count": true, "avg": true, "min": true, "max": true, "total": true, "group_concat": true}

// qualify rewrites the columns of a table in SQL written elsewhere; with only,
// each aggregate takes just the rows for which that condition holds.
func (w *writer) qualify(sql string, t *catalog.Table, at int, only string) frag {
	ps, err := sqltoken.Scan(sql)
	if err != nil || len(ps) == 0 {
		w.fail("the term %q: %v", sql, err)
		return atom("NULL")
	}
	r := rewriter{w: w, ps: ps, t: t, at: at, only: only}
	r.run(0, len(ps))
	return frag{r.out.String(), r.binds()}
}

type rewriter struct {
	w    *writer
	ps   []sqltoken.Token
	t    *catalog.Table
	at   int
	only string
	out  strings.Builder
}

// run writes pieces from i to j.
func (r *rewriter) run(i, j int) {
	for first := i; i < j; {
		if i > first && r.ps[i].Start > r.ps[i-1].End() {
			r.out.WriteByte(' ')
		}
		i = r.piece(i)
	}
}

func (r *rewriter) is(i int, text string) bool {
	return i >= 0 && i < len(r.ps) && r.ps[i].Is(text)
}

// named reports whether a token may be a name.
func named(t sqltoken.Token) bool { return t.Kind == sqltoken.Word || t.Kind == sqltoken.Name }

// piece writes the piece at i, and those that belong to it; the next one's
// place is given.
func (r *rewriter) piece(i int) int {
	p := r.ps[i]
	switch {
	case named(p) && r.is(i+1, ".") && i+2 < len(r.ps):
		if c := r.t.Column(r.ps[i+2].Value()); c != nil && strings.EqualFold(p.Value(), r.t.Name) {
			r.out.WriteString(r.w.column(r.at, c.Name).s)
			return i + 3
		}
	case p.Kind == sqltoken.Word && r.is(i+1, "("):
		if end := r.closing(i + 1); r.conditional(i, end) {
			r.aggregate(i, end)
			return end + 1
		}
	case named(p) && !r.is(i-1, "."):
		if c := r.t.Column(p.Value()); c != nil && !r.operator(i) {
			r.out.WriteString(r.w.column(r.at, c.Name).s)
			return i + 1
		}
	}
	r.out.WriteString(guard(p.Text))
	return i + 1
}

// operator reports whether the word at i is SQL's own rather than a column of
// that name, such as the type in CAST(x AS date).
func (r *rewriter) operator(i int) bool {
	return r.ps[i].Kind == sqltoken.Word && (keywords[strings.ToLower(r.ps[i].Text)] || r.is(i-1, "as"))
}

// conditional reports whether the call at i is an aggregate that takes the
// condition in.
func (r *rewriter) conditional(i, end int) bool {
	return r.only != "" && aggregates[strings.ToLower(r.ps[i].Text)] && !r.scalar(i+1, end)
}

// closing is the place of the parenthesis that closes the one at i.
func (r *rewriter) closing(i int) int {
	depth := 0
	for ; i < len(r.ps); i++ {
		switch {
		case r.is(i, "("):
			depth++
		case r.is(i, ")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(r.ps) - 1
}

// scalar reports whether a call has several arguments, as min and max of
// values within a row do.
func (r *rewriter) scalar(open, end int) bool {
	depth := 0
	for i := open; i < end; i++ {
		switch {
		case r.is(i, "("):
			depth++
		case r.is(i, ")"):
			depth--
		case r.is(i, ",") && depth == 1:
			return true
		}
	}
	return false
}

// aggregate writes a call with the condition inside.
func (r *rewriter) aggregate(i, end int) {
	r.out.WriteString(r.ps[i].Text + "(")
	from := i + 2
	if r.is(from, "distinct") {
		r.out.WriteString("DISTINCT ")
		from++
	}
	r.out.WriteString("CASE WHEN " + r.only + " THEN ")
	if r.is(from, "*") {
		r.out.WriteString("1")
	} else {
		r.run(from, end)
	}
	if strings.EqualFold(r.ps[i].Text, "sum") {
		r.out.WriteString(" ELSE 0")
	}
	r.out.WriteString(" END)")
}

// binds tells how tightly the outermost operator binds.
func (r *rewriter) binds() int {
	if len(r.ps) == 1 || r.is(0, "(") && r.closing(0) == len(r.ps)-1 ||
		len(r.ps) == 3 && r.is(1, ".") || r.ps[0].Kind == sqltoken.Word && r.is(1, "(") && r.closing(1) == len(r.ps)-1 {
		return bindAtom
	}
	depth, binds := 0, bindAtom
	for i, p := range r.ps {
		switch {
		case r.is(i, "("):
			depth++
		case r.is(i, ")"):
			depth--
		case depth == 0 && (p.Kind == sqltoken.Word || p.Kind == sqltoken.Operator):
			binds = min(binds, binding(p.Text))
		}
	}
	return binds
}

func binding(op string) int {
	switch strings.ToLower(op) {
	case "or":
		return bindOr
	case "and", "between":
		return bindAnd
	case "not":
		return bindNot
	case "=", "<>", "!=", "<", ">", "<=", ">=", "==", "is", "in", "like", "glob", "isnull", "notnull", "collate":
		return bindCompare
	case "+", "-":
		return bindAdd
	case "*", "/", "%":
		return bindMultiply
	case "||":
		return bindAtom - 1
	case "case":
		return bindAtom
	}
	return bindAtom
}
