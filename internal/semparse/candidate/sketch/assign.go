package sketch

import (
	"cmp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
)

type assignKey struct {
	where         int
	having, limit bool
}

// choice is what a value mention may do: compare with col (role where), be a
// group's bound (having), a number of rows (limit), or nothing.
type choice struct {
	v     *valueMention
	role  string
	col   *column
	op    string
	logit float64
}

func (p *proposer) scoreValues() {
	for _, v := range p.question.vals {
		p.vals = append(p.vals, p.m.choose(p.question, v))
	}
}

// choose ranks what a value mention may do.
func (m *model) choose(q *question, v *valueMention) []choice {
	var all []choice
	head := headHash("val")
	for _, c := range v.options(q) {
		all = append(all, choice{v: v, role: "where", col: c, logit: m.score(head, q.valueFeatures(v, c, "where"))})
	}
	for _, r := range otherRoles(v) {
		all = append(all, choice{v: v, role: r, logit: m.score(head, q.valueFeatures(v, nil, r))})
	}
	raw := make([]float64, len(all))
	for i := range all {
		raw[i] = all[i].logit
	}
	logSoftmax(raw)
	ops := m.logits("op", q.opFeatures(v))
	two := likely(ops, 2)
	switch said := q.saidOp(v); {
	case strings.HasPrefix(said, "like ") && said != two[0]:
		two[0], two[1], ops[said] = said, two[0], ops[two[0]]
	case said != "" && !slices.Contains(two, said):
		two[1], ops[said] = said, max(ops[said], ops[two[0]]-2)
	}
	for i := range all {
		all[i].logit, all[i].op = raw[i]+ops[two[0]], two[0]
		if all[i].role != "none" && all[i].role != "limit" && ops[two[1]] > -2.5 {
			other := all[i]
			other.logit, other.op = raw[i]+ops[two[1]], two[1]
			all = append(all, other)
		} else if all[i].role == "none" || all[i].role == "limit" {
			all[i].logit = raw[i]
		}
	}
	slices.SortStableFunc(all, func(a, b choice) int { return cmp.Compare(b.logit, a.logit) })
	return keepRoles(all)
}

// keepRoles keeps the best few choices and the best of each other role.
func keepRoles(all []choice) []choice {
	var out []choice
	for i, c := range all {
		if i < maxChoices || c.role != "where" {
			out = append(out, c)
		}
	}
	return out
}

func otherRoles(v *valueMention) []string {
	if v.kind == "num" {
		return []string{"having", "limit", "none"}
	}
	return []string{"none"}
}

// assignment gives each value its role.
type assignment struct {
	where  []choice
	having []choice
	limit  int
	score  float64
	low    float64
}

// assign finds the likeliest roles of the values with as many conditions,
// bounds of groups and limits as the sketch has.
func (p *proposer) assign(where int, having, limit bool) []assignment {
	key := assignKey{where, having, limit}
	if out, done := p.assigned[key]; done {
		return out
	}
	out := p.assignments(where, having, limit)
	p.assigned[key] = out
	return out
}

func (p *proposer) assignments(where int, having, limit bool) []assignment {
	beam := []assignment{{}}
	for _, choices := range p.vals {
		var next []assignment
		for _, a := range beam {
			for _, c := range choices {
				n := assignment{where: a.where, having: a.having, limit: a.limit, score: a.score + c.logit, low: min(a.low, c.logit)}
				switch c.role {
				case "where":
					if pairs(a.where, c, p.question) {
						n.where = append(slices.Clone(a.where), c)
						n.where[len(n.where)-2].op, n.where[len(n.where)-1].op = "between", "and"
						break
					}
					n.where = append(slices.Clone(a.where), c)
				case "having":
					n.having = append(slices.Clone(a.having), c)
				case "limit":
					if a.limit > 0 || !limit || c.v.number < 1 || c.v.number > 100000 {
						continue
					}
					n.limit = int(c.v.number)
				}
				if conditionsOf(n.where) <= where && len(n.having) <= boolInt(having) {
					next = append(next, n)
				}
			}
		}
		slices.SortStableFunc(next, func(a, b assignment) int { return cmp.Compare(b.score, a.score) })
		beam = next[:min(len(next), 40)]
	}
	var out []assignment
	for _, a := range beam {
		if conditionsOf(a.where) == where && len(a.having) == boolInt(having) && (a.limit > 0) == limit && len(out) < 5 {
			out = append(out, a)
		}
	}
	return out
}

// pairs reports whether c is the second bound of "between a and b".
func pairs(before []choice, c choice, q *question) bool {
	if len(before) == 0 || c.v.from < 2 {
		return false
	}
	l := before[len(before)-1]
	between := q.word(l.v.from-1) == "between" && q.word(c.v.from-1) == "and" || q.word(c.v.from-1) == "to"
	return between && l.col == c.col && l.v.to == c.v.from-1 && l.op != "and"
}

func conditionsOf(cs []choice) int {
	n := 0
	for _, c := range cs {
		if c.op != "and" {
			n++
		}
	}
	return n
}

// conditions turns choices into conditions.
func (p *proposer) conditions(cs []choice) ([]cond, bool) {
	var out []cond
	for i, c := range cs {
		switch c.op {
		case "and":
		case "between":
			if i+1 >= len(cs) || c.col == nil {
				return nil, false
			}
			lo, _ := literalFor(c.v, c.col, "=")
			hi, _ := literalFor(cs[i+1].v, c.col, "=")
			out = append(out, cond{item: item{col: c.col}, op: "BETWEEN", val: lo, val2: hi})
		default:
			out = append(out, compare(c))
		}
	}
	return out, true
}

// compare writes the condition that a choice stands for.
func compare(c choice) cond {
	if c.v.kind == "date" && c.col.Type.Temporal() {
		return during(c)
	}
	val, like := literalFor(c.v, c.col, c.op)
	op := strings.ToUpper(c.op)
	switch {
	case strings.HasPrefix(c.op, "like") || like:
		op = "LIKE"
	case strings.HasPrefix(c.op, "not like"):
		op = "NOT LIKE"
	case c.op == "between" || op == "":
		op = "="
	}
	return cond{item: item{col: c.col}, op: op, val: val}
}

// during compares a date column with a stretch of time.
func during(c choice) cond {
	start, end := literal(c.v.start.Format("2006-01-02")), literal(c.v.end.Format("2006-01-02"))
	i := item{col: c.col}
	switch c.op {
	case "<":
		return cond{item: i, op: "<", val: start}
	case ">":
		return cond{item: i, op: ">=", val: end}
	case ">=":
		return cond{item: i, op: ">=", val: start}
	case "<=":
		return cond{item: i, op: "<", val: end}
	case "!=":
		return cond{item: item{of: c.col.table, expr: i.sql() + " < " + start + " OR " + i.sql() + " >= " + end}}
	}
	return cond{item: item{of: c.col.table, expr: i.sql() + " >= " + start + " AND " + i.sql() + " < " + end}}
}

// literalFor writes a value for comparison with a column; like reports that
// it is a pattern though = was asked.
func literalFor(v *valueMention, c *column, op string) (sql string, like bool) {
	text, held := v.textIn(c)
	if _, form, ok := strings.Cut(op, "like "); ok {
		return pattern(text, form), true
	}
	if v.kind == "num" && (!held || c.Type != schema.Text) && !c.Type.Temporal() {
		return formatNumber(v.number), false
	}
	if v.kind == "num" && c.Type.Temporal() && isYearNumber(v.number) {
		switch op {
		case "=", "":
			return literal(formatNumber(v.number) + "%"), true
		case ">":
			return literal(formatNumber(v.number + 1)), false
		}
		return literal(formatNumber(v.number)), false
	}
	return literal(text), false
}

// pattern writes a text for LIKE: x% begins with it, %x ends, others hold it.
// Signs that LIKE gives a meaning stand for themselves.
func pattern(text, form string) string {
	escaped := strings.NewReplacer("%", `\%`, "_", `\_`, `\`, `\\`).Replace(text)
	before, after := "%", "%"
	switch form {
	case "x%":
		before = ""
	case "%x":
		after = ""
	}
	out := literal(before + escaped + after)
	if escaped != text {
		out += ` ESCAPE '\'`
	}
	return out
}

func isYearNumber(n float64) bool { return n >= 1000 && n <= 2100 }
