package sketch

import (
	"context"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/sqlast"
)

// openings are how a question begins that speaks of the one before it.
var openings = wordSet("and only just but now then instead also sort order top first without excluding except per by group those them")

// follows reports whether the question edits the one before it.
func (d *draft) follows() bool {
	if d.p.Previous == nil || len(d.toks) == 0 || d.p.Previous.SQL == "" {
		return false
	}
	first := d.word(0)
	if (first == "what" || first == "how") && d.word(1) == "about" || openings[first] {
		return true
	}
	return len(d.toks) <= 8 && slices.ContainsFunc(d.toks, func(t token) bool { return t.word == "them" || t.word == "those" || t.word == "these" })
}

// editor changes the query before by what a follow-up says.
type editor struct {
	*question
	old    *sqlast.Query
	tables []*table // of FROM
	delta  *frame   // what the follow-up adds
	told   []ask.Phrase
}

// follow edits the previous query; ok is false where it is of a kind that
// can't be edited, or the follow-up says nothing that is understood.
func (p *Parser) follow(ctx context.Context, d *draft, q *question) (c ask.Candidate, ok bool) {
	old, err := sqlast.Parse(d.p.Previous.SQL, false)
	if err != nil || old.Set != "" {
		return c, false
	}
	e := &editor{question: q, old: old, delta: &frame{}}
	for _, s := range old.From {
		t := q.x.byName[strings.ToLower(s.Table)]
		if t == nil || s.Outer {
			return c, false
		}
		e.tables = append(e.tables, t)
	}
	if len(e.tables) == 0 || !e.edit(d) || len(e.told) == 0 {
		return c, false
	}
	sql, ok := e.sql()
	if !ok {
		return c, false
	}
	c = ask.Candidate{SQL: sql, Tier: ask.Unsure, Generator: "semparse", Confidence: 0.6, Reading: e.told,
		Notes: append(d.notes, append(q.notes, "The question before was changed by this one.")...)}
	if d.p.Try != nil {
		if _, err := d.p.Try(ctx, sql); err != nil {
			return c, false
		}
	}
	return c, true
}

func (e *editor) tell(text, kind, target, why string) {
	e.told = append(e.told, ask.Phrase{Text: text, Kind: kind, Target: plainSQL(target), Why: why, Score: 0.9})
}

// edit gathers what the follow-up adds.
func (e *editor) edit(d *draft) bool {
	e.delta.extra = e.tables
	for _, a := range d.amends {
		target, ok := a.apply(e.question, e.delta)
		if !ok {
			return false
		}
		e.tell(a.text, a.kind, target, a.why)
	}
	for _, v := range e.vals {
		e.value(v)
	}
	e.limit()
	e.orderBy()
	e.groupBy()
	return true
}

// value adds a condition on a text that is held by a column.
func (e *editor) value(v *valueMention) {
	if len(v.refs) == 0 || v.kind == "num" {
		return
	}
	col := v.refs[0].col
	for _, r := range v.refs { // a column that the query before spoke of, else one of its tables
		if slices.Contains(e.tables, r.col.table) && !slices.Contains(e.tables, col.table) || e.spokeOf(r.col) {
			col = r.col
		}
	}
	text, _ := v.textIn(col)
	op := "="
	if slices.Contains([]string{"without", "excluding", "except", "not"}, e.saidBefore(v.from)) {
		op = "!="
	}
	c := cond{item: item{col: col}, op: op, val: literal(text)}
	e.delta.where = append(e.delta.where, c)
	e.tell(source(e.toks[v.from:v.to]), "value", c.sql(e.x), "value held by the column")
}

func (e *editor) saidBefore(i int) string {
	for i--; i >= 0 && (e.toks[i].word == "the" || e.toks[i].word == "in" || e.toks[i].word == "from" || e.toks[i].word == "for"); i-- {
	}
	if i < 0 {
		return ""
	}
	return e.toks[i].word
}

func (e *editor) spokeOf(c *column) bool {
	said := false
	e.old.Where.Walk(func(x *sqlast.Expr) {
		said = said || x.Op == "col" && strings.EqualFold(x.Name, c.Name) && (x.Table == "" || strings.EqualFold(x.Table, c.table.Name))
	})
	return said
}

// limit reads "top 5 of them".
func (e *editor) limit() {
	for i, t := range e.toks {
		w := ""
		if i > 0 {
			w = e.toks[i-1].word
		}
		if !t.isNum || t.number < 1 || t.number > 100000 || w != "top" && w != "first" {
			continue
		}
		e.old.Limit = int(t.number)
		if len(e.old.Order) == 0 || e.bucketOrder() {
			for _, s := range e.old.Select {
				if s.Op == "call" && letters[s.Name] != 0 {
					e.old.Order = []sqlast.Order{{Expr: s, Desc: true}}
				}
			}
		}
		e.tell(source(e.toks[i-1:i+1]), "limit", "the first "+formatNumber(t.number), "a number of rows")
		return
	}
}

func (e *editor) bucketOrder() bool { return holdsBucket(e.old.Order[0].Expr) }

func holdsBucket(x *sqlast.Expr) bool {
	found := false
	x.Walk(func(x *sqlast.Expr) { found = found || x.Op == "call" && x.Name == "strftime" })
	return found
}

// nameAfter is the column best named from token i on.
func (e *editor) nameAfter(i int) (col *column, m mention) {
	top := 0.5
	for _, near := range []bool{true, false} {
		for _, c := range e.x.cols {
			for _, o := range e.cols[c.id] {
				if o.from >= i && o.score > top && slices.Contains(e.tables, c.table) == near {
					col, m, top = c, o, o.score
				}
			}
		}
		if col != nil {
			break
		}
	}
	return col, m
}

// orderBy reads "sort them by name".
func (e *editor) orderBy() {
	at := slices.IndexFunc(e.toks, func(t token) bool { return slices.Contains([]string{"sort", "sorted", "order", "ordered"}, t.word) })
	if at < 0 {
		return
	}
	desc := slices.ContainsFunc(e.toks, func(t token) bool {
		return slices.Contains([]string{"descending", "desc", "highest", "largest"}, t.word)
	})
	for i := at; i < len(e.toks); i++ {
		for _, s := range e.old.Select {
			w := e.toks[i].word
			if s.Op == "call" && (w == s.Name || slices.Contains(figureCues[s.Name], w)) {
				e.old.Order = []sqlast.Order{{Expr: s, Desc: desc}}
				e.tell(source(e.toks[at:i+1]), "order", "ordered by "+s.SQL(ident), "a word of order")
				return
			}
		}
	}
	if col, m := e.nameAfter(at + 1); col != nil {
		e.delta.extra = append(slices.Clone(e.delta.extra), col.table)
		e.old.Order = []sqlast.Order{{Expr: sqlast.Raw(col.sql()), Desc: desc}}
		e.tell(source(e.toks[at:m.to]), "order", "ordered by "+col.readable(), "a word of order")
	}
}

// groupBy reads "and by country?".
func (e *editor) groupBy() {
	for i, t := range e.toks {
		before := ""
		if i > 0 {
			before = e.toks[i-1].word
		}
		if !slices.Contains([]string{"by", "per", "each"}, t.word) || slices.Contains([]string{"sort", "sorted", "order", "ordered", "them"}, before) {
			continue
		}
		if col, m := e.nameAfter(i + 1); col != nil && m.from <= i+2 {
			e.delta.group = append(slices.Clone(e.delta.group), item{col: col})
			e.tell(source(e.toks[i:m.to]), "group", col.readable(), "one row for each")
			return
		}
	}
}

// sql writes the old query with what was added.
func (e *editor) sql() (string, bool) {
	if !e.join() {
		return "", false
	}
	e.conditions()
	e.groups()
	return e.old.SQL(ident), true
}

// join reaches tables that only the follow-up speaks of.
func (e *editor) join() bool {
	all := slices.Clone(e.tables)
	for _, t := range e.delta.tables() {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	if len(all) == len(e.tables) {
		return true
	}
	for _, s := range e.old.From {
		if s.Alias != "" {
			return false
		}
	}
	order, on, ok := e.x.connect(all)
	if !ok {
		return false
	}
	e.old.From = nil
	for i, t := range order {
		s := sqlast.Source{Table: t.Name}
		if i > 0 {
			s.On = sqlast.Raw(on[i-1])
		}
		e.old.From = append(e.old.From, s)
	}
	return true
}

// conditions adds those of the follow-up, in the place of older ones on the
// same column.
func (e *editor) conditions() {
	var kept []*sqlast.Expr
	for _, old := range e.old.Where.Conjuncts() {
		if !slices.ContainsFunc(e.delta.where, func(c cond) bool { return sameColumn(old, c) }) {
			kept = append(kept, old)
		}
	}
	for _, c := range e.delta.where {
		kept = append(kept, sqlast.Raw(c.sql(e.x)))
	}
	e.old.Where = nil
	for _, k := range kept {
		if k.Op == "or" {
			k = sqlast.Raw("(" + k.SQL(ident) + ")")
		}
		if e.old.Where == nil {
			e.old.Where = k
		} else {
			e.old.Where = sqlast.Raw(e.old.Where.SQL(ident) + "\n  AND " + k.SQL(ident))
		}
	}
}

// sameColumn reports whether an old condition is on the one column of a new
// one alone.
func sameColumn(old *sqlast.Expr, c cond) bool {
	same := false
	old.Walk(func(x *sqlast.Expr) {
		if x.Op != "col" {
			return
		}
		if c.col != nil {
			same = strings.EqualFold(x.Name, c.col.Name) && (x.Table == "" || strings.EqualFold(x.Table, c.col.table.Name))
		} else {
			same = strings.Contains(c.expr, ident(x.Table)+"."+ident(x.Name)+" ")
		}
	})
	return same
}

// groups puts new groups before the old ones; a bucket of time takes the place
// of an older one, and "by name instead" that of all.
func (e *editor) groups() {
	if len(e.delta.group) == 0 {
		return
	}
	var added []*sqlast.Expr
	bucket := false
	for _, g := range e.delta.group {
		added = append(added, sqlast.Raw(g.sql()))
		bucket = bucket || g.expr != ""
	}
	instead := slices.ContainsFunc(e.toks, func(t token) bool { return t.word == "instead" })
	replaced := func(x *sqlast.Expr) bool {
		return bucket && holdsBucket(x) ||
			instead && slices.ContainsFunc(e.old.Group, func(g *sqlast.Expr) bool { return g.SQL(ident) == x.SQL(ident) })
	}
	keep := func(all []*sqlast.Expr) []*sqlast.Expr { return slices.DeleteFunc(slices.Clone(all), replaced) }
	shown := keep(e.old.Select)
	if !slices.ContainsFunc(shown, func(x *sqlast.Expr) bool { return x.Op == "call" && letters[x.Name] != 0 }) {
		shown = []*sqlast.Expr{sqlast.Raw("count(*)")}
		e.old.Limit = -1
	}
	if bucket || len(e.old.Order) > 0 && (holdsBucket(e.old.Order[0].Expr) || replaced(e.old.Order[0].Expr)) {
		e.old.Order = []sqlast.Order{{Expr: added[0]}}
	}
	e.old.Select = append(slices.Clone(added), shown...)
	e.old.Group = append(slices.Clone(added), keep(e.old.Group)...)
}
