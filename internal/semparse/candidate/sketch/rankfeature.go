package sketch

import (
	"math"
	"slices"
	"strings"
)

// vector collects dense features.
type vector []float32

func (v *vector) num(x float64) { *v = append(*v, float32(x)) }

func (v *vector) yes(b bool) { *v = append(*v, float32(boolInt(b))) }

// rankFeatures describe candidate i of cs, which the proposer put in order.
func (q *question) rankFeatures(c *candidate, i int, top float64) []float32 {
	v := make(vector, 0, 140)
	w := &c.why
	v.num(float64(i))
	v.num(c.base)
	v.num(c.base - top)
	var total float64
	for _, h := range w.heads {
		v.num(h)
		total += h
	}
	v.num(total)
	for _, x := range []float64{w.prior, w.sel, w.selMin, w.val, w.valMin, w.group, w.order, w.tab, w.tabMin, w.nest} {
		v.num(x)
	}
	q.shapeFeatures(&v, c)
	q.coverFeatures(&v, c)
	q.shownFeatures(&v, c)
	q.joinFeatures(&v, c)
	q.missedFeatures(&v, c)
	q.dutyFeatures(&v, c)
	return v
}

// shapeFeatures describe the query itself.
func (q *question) shapeFeatures(v *vector, c *candidate) {
	f := c.frame
	tables := f.tables()
	order := c.joined
	v.num(float64(len(f.sel)))
	v.num(float64(len(f.where)))
	v.num(float64(len(tables)))
	v.num(float64(len(order) - len(tables)))
	v.num(float64(len(f.extra)))
	v.num(float64(len(order)))
	unnamed := 0
	for _, t := range order {
		if len(q.tabs[t.id]) == 0 {
			unnamed++
		}
	}
	v.num(float64(unnamed))
	for _, l := range []string{"s", "c", "u", "v", "x", "m"} {
		v.num(float64(strings.Count(c.sketch.Aggs, l)))
	}
	v.num(float64(c.sketch.Plain[0] - '0'))
	v.yes(c.sketch.Group)
	v.yes(c.sketch.Having != "")
	v.num(float64(strings.IndexByte("-ncuvxm", append([]byte(c.sketch.Order), '-')[0])))
	v.num(float64(boolInt(strings.HasSuffix(c.sketch.Order, "1")) + 2*boolInt(strings.HasSuffix(c.sketch.Order, "N"))))
	v.num(float64(slices.Index([]string{"", "notin", "except", "intersect", "cmpv", "cmpx", "cmpm"}, c.sketch.Nest)))
	v.yes(f.or)
	v.yes(q.word(0) == "how" && q.word(1) == "mani")
	groupKind := -1.0
	if len(f.group) > 0 {
		g := f.group[0].col
		groupKind = float64(slices.Index([]string{"table", "pkfk", "pk", "fk", "name", "num", "time", "bool", "text"}, kindOf(g)))
		shown := slices.ContainsFunc(f.sel, func(i item) bool { return i.col == g && i.agg == "" })
		groupKind += 10 * float64(boolInt(shown))
	}
	v.num(groupKind)
	selTables := map[*table]bool{}
	keys := 0
	for _, i := range f.sel {
		if i.col != nil {
			selTables[i.col.table] = true
			if i.agg == "" && (i.col.PrimaryKey || i.col.foreign != nil) {
				keys++
			}
		}
	}
	v.num(float64(len(selTables)))
	v.num(float64(keys))
	repeat := 0
	for _, cnd := range f.where {
		if slices.ContainsFunc(f.sel, func(i item) bool { return i.col == cnd.col && i.agg == "" }) {
			repeat++
		}
	}
	v.num(float64(repeat))
	inferred := 0
	for _, k := range q.x.schema.ForeignKeys {
		if k.Inferred {
			inferred++
		}
	}
	v.num(float64(min(inferred, 5)))
}

// linkOf is the mention of a column that best fits the role it plays.
func (q *question) linkOf(col *column) (mention, bool) { return best(q.cols[col.id]) }

// coverFeatures say how much of the question the query accounts for, and how
// much of the query the question asks for.
func (q *question) coverFeatures(v *vector, c *candidate) {
	covered := make([]bool, len(q.toks))
	mark := func(m mention) {
		for i := m.from; i < m.to; i++ {
			covered[i] = true
		}
	}
	cols := map[*column]bool{}
	tabs := map[*table]bool{}
	c.frame.visit(func(i item) {
		if i.col != nil {
			cols[i.col] = true
		}
	}, func(t *table) { tabs[t] = true })
	unnamed, weak, ties := 0, 0, 0
	scoreSum, scoreMin := 0.0, 1.0
	for col := range cols {
		for _, m := range q.cols[col.id] {
			mark(m)
		}
		m, ok := q.linkOf(col)
		if !ok {
			unnamed++
			continue
		}
		scoreSum += m.score
		scoreMin = min(scoreMin, m.score)
		if m.score < 0.6 {
			weak++
		}
		ties += q.rivals(col, m)
	}
	tabUnnamed := 0
	for t := range tabs {
		for _, m := range q.tabs[t.id] {
			mark(m)
		}
		if len(q.tabs[t.id]) == 0 {
			tabUnnamed++
		}
	}
	valsUsed, textsLeft, numsLeft, heldNot := 0, 0, 0, 0
	for _, val := range q.vals {
		used := false
		for _, ch := range c.vals {
			if ch.v == val {
				used = true
				if _, held := val.textIn(ch.col); ch.col != nil && !held && val.kind != "num" {
					heldNot++
				}
			}
		}
		limit := val.kind == "num" && int(val.number) == c.frame.limit && c.frame.limit > 1
		switch {
		case used || limit:
			valsUsed++
			mark(mention{from: val.from, to: val.to})
		case val.kind == "num":
			numsLeft++
		case val.sure:
			textsLeft++
		}
	}
	content, left, strongLeft := 0, 0, 0
	for i, t := range q.toks {
		if function[t.word] || cue[t.word] {
			continue
		}
		content++
		if !covered[i] {
			left++
			if q.tops[i] >= 0.7 {
				strongLeft++
			}
		}
	}
	namedLeft := 0
	for _, t := range q.x.tables {
		if m, ok := best(q.tabs[t.id]); ok && m.exact && !tabs[t] {
			namedLeft++
		}
	}
	for _, n := range []int{len(cols), unnamed, weak, ties, tabUnnamed, valsUsed, textsLeft, numsLeft, heldNot, content, left, strongLeft, namedLeft, len(q.vals), len(q.toks)} {
		v.num(float64(n))
	}
	v.num(float64(left) / float64(max(1, content)))
	v.num(scoreSum / float64(max(1, len(cols))))
	v.num(scoreMin)
	v.num(float64(q.selOrder(c)))
}

// asks is how the question begins, as a number.
func (q *question) asks() float64 {
	for i := range min(4, len(q.toks)) {
		if k := slices.Index([]string{"who", "which", "what", "where", "when", "how", "count", "find", "list", "show", "give", "return", "tell"}, q.toks[i].word); k >= 0 {
			return float64(k)
		}
	}
	return -1
}

// shownFeatures describe the plain columns shown and how they are named.
func (q *question) shownFeatures(v *vector, c *candidate) {
	names, keys, unnamed, owned, exact := 0, 0, 0, 0, 0
	least, first, last := 1.0, 99, -1
	spans := map[int]int{}
	tables := map[*table]bool{}
	namedTables, foreign := 0, 0
	for _, i := range c.frame.sel {
		if i.col == nil || i.agg != "" {
			continue
		}
		names += boolInt(i.col.naming)
		keys += boolInt(i.col.PrimaryKey)
		foreign += boolInt(i.col.foreign != nil)
		if !tables[i.col.table] {
			tables[i.col.table] = true
			namedTables += boolInt(len(q.tabs[i.col.table.id]) > 0)
		}
		m, ok := q.linkOf(i.col)
		if !ok {
			unnamed++
			least = 0
			continue
		}
		owned += boolInt(m.owner)
		exact += boolInt(m.exact)
		least = min(least, m.score)
		first, last = min(first, m.from), max(last, m.from)
		spans[m.from]++
	}
	crowded := 0
	for _, n := range spans {
		crowded = max(crowded, n)
	}
	v.num(q.asks())
	for _, n := range []int{names, keys, foreign, unnamed, owned, exact, len(spans), crowded, len(tables), namedTables, min(first, 30), last} {
		v.num(float64(n))
	}
	v.num(least)
	if len(c.vals) > 0 {
		v.num(float64(c.vals[0].v.from - last))
	} else {
		v.num(-9)
	}
}

// joinFeatures describe the tables joined and where they are named.
func (q *question) joinFeatures(v *vector, c *candidate) {
	order := c.joined
	firstNamed, main := 99, -1
	score := 0.0
	for i, ms := range q.tabs {
		for _, m := range ms {
			if m.score >= 0.55 && m.from < firstNamed {
				firstNamed = m.from
			}
		}
		if len(order) > 0 && order[0].id == i {
			if m, ok := best(ms); ok {
				main, score = m.from, m.score
			}
		}
	}
	v.num(float64(main))
	v.num(float64(min(firstNamed, 40)))
	v.num(score)
	v.yes(main >= 0 && main == firstNamed)
	softLeft, nearest := 0, 0.0
	for _, t := range q.x.tables {
		if m, ok := best(q.tabs[t.id]); ok && !slices.Contains(order, t) {
			softLeft++
			nearest = max(nearest, m.score)
		}
	}
	v.num(float64(softLeft))
	v.num(nearest)
	whereOnly := 0
	for _, w := range c.frame.where {
		t := w.table()
		if t != nil && !slices.ContainsFunc(c.frame.sel, func(i item) bool { return i.table() == t }) {
			whereOnly++
		}
	}
	v.num(float64(whereOnly))
	v.num(float64(len(q.x.tables)))
}

// missedFeatures tell of likely roles that the query leaves unfilled: the best
// log odds of a column with the role that it does not use so.
func (q *question) missedFeatures(v *vector, c *candidate) {
	used := map[string]map[*column]bool{"sel": {}, "agg": {}, "grp": {}, "ord": {}, "cmp": {}, "cnt": {}}
	for _, i := range c.frame.sel {
		switch i.agg {
		case "":
			used["sel"][i.col] = true
		case "count":
			used["cnt"][i.col] = true
		default:
			used["agg"][i.col] = true
		}
	}
	for _, g := range c.frame.group {
		used["grp"][g.col] = true
	}
	if o := c.frame.order; o != nil {
		if o.agg == "" {
			used["ord"][o.col] = true
		} else {
			used["agg"][o.col] = true
		}
	}
	for _, r := range []string{"sel", "agg", "grp", "ord"} {
		missed, worst := -9.0, 9.0
		for _, col := range c.by.order[r] {
			x := c.by.roles[r][col.id]
			if used[r][col] {
				worst = min(worst, x.logit)
			} else if !slices.ContainsFunc(c.frame.sel, func(i item) bool {
				return r == "sel" && i.col != nil && x.m.to > 0 && c.by.roles[r][i.col.id].m.from == x.m.from
			}) {
				missed = max(missed, x.logit)
			}
		}
		v.num(missed)
		v.num(worst)
	}
	miss := -9.0
	order := c.joined
	for _, t := range q.x.tables {
		if !slices.Contains(order, t) {
			miss = max(miss, c.by.tabs[t.id])
		}
	}
	v.num(miss)
}

// rivals counts columns that the same words name as well, nearer to none of
// the tables in use.
func (q *question) rivals(col *column, m mention) int {
	n := 0
	for _, o := range q.x.cols {
		if o == col {
			continue
		}
		for _, om := range q.cols[o.id] {
			if om.from == m.from && om.score >= m.score {
				n++
				break
			}
		}
	}
	return min(n, 8)
}

// selOrder is how many of the shown columns are named after the first
// condition's value, where conditions usually come last.
func (q *question) selOrder(c *candidate) int {
	if len(c.vals) == 0 {
		return 0
	}
	n := 0
	for _, i := range c.frame.sel {
		if i.col == nil {
			continue
		}
		ms := q.cols[i.col.id]
		if len(ms) > 0 && ms[0].from > c.vals[0].v.from {
			n++
		}
	}
	return n
}

// finalFeatures describe candidate i among the best, with what running showed.
func (q *question) finalFeatures(cs []*candidate, i int) []float32 {
	c := cs[i]
	v := vector(q.rankFeatures(c, i, cs[0].base))
	best, total, same := math.Inf(-1), 0.0, 0.0
	next := math.Inf(-1)
	for j, o := range cs {
		best = max(best, o.score)
		if j != i {
			next = max(next, o.score)
		}
	}
	agree, rival := 0, map[uint64]float64{}
	for j, o := range cs {
		e := math.Exp(o.score - best)
		total += e
		if o.result.ran && c.result.ran && !o.result.failed && o.result.rows == c.result.rows && o.result.hash == c.result.hash {
			same += e
			agree += boolInt(j != i)
		} else {
			rival[o.result.hash] += e
		}
	}
	most := 0.0
	for _, e := range rival {
		most = max(most, e)
	}
	v.num(c.score)
	v.num(c.score - best)
	v.num(max(-10, c.score-max(next, c.score-20)))
	v.num(math.Exp(c.score-best) / total)
	v.num(same / total)
	v.num((same - most) / total)
	v.num(float64(agree))
	v.yes(c.result.ran)
	v.yes(c.result.failed)
	v.num(float64(min(c.result.rows, 50)))
	v.yes(c.result.blank)
	empty := c.result.empty()
	v.yes(empty)
	someRows := slices.ContainsFunc(cs, func(o *candidate) bool {
		return o.result.ran && !o.result.failed && o.result.rows > 0 && !o.result.blank
	})
	v.yes(empty && someRows)
	return v
}
