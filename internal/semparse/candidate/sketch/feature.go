package sketch

import (
	"math"
	"strconv"

	"github.com/querent/querent/internal/schema"
)

// features are hashes of what was observed; each either holds or does not.
type features []uint32

const (
	fnvOffset = 2166136261
	fnvPrime  = 16777619
)

func hashString(h uint32, s string) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * fnvPrime
	}
	return (h ^ 0xff) * fnvPrime
}

// add notes an observation, named by the words that make it up.
func (f *features) add(parts ...string) {
	h := uint32(fnvOffset)
	for _, p := range parts {
		h = hashString(h, p)
	}
	*f = append(*f, h)
}

// sketchFeatures are of the question as a whole.
func (q *question) sketchFeatures() features {
	f := make(features, 0, 12*len(q.toks)+40)
	f.add("bias")
	for i := -1; i <= len(q.toks); i++ {
		w, s := q.word(i), q.signAt(i)
		f.add("u", w)
		f.add("s", s)
		f.add("b", s, q.signAt(i+1))
		f.add("t", s, q.signAt(i+1), q.signAt(i+2))
		if i < 3 {
			f.add("begin", strconv.Itoa(i), s)
		}
		for d := 2; d <= 4; d++ {
			if i+d <= len(q.toks) && cueLike(s) && cueLike(q.signAt(i+d)) {
				f.add("skip", s, q.signAt(i+d))
			}
		}
	}
	f.add("start", q.signAt(0), q.signAt(1), q.signAt(2))
	f.add("end", q.signAt(len(q.toks)-2), q.signAt(len(q.toks)-1))
	nums, texts, strong, tabs := 0, 0, 0, 0
	for _, v := range q.vals {
		if v.kind == "num" {
			nums++
		} else {
			texts++
		}
	}
	prev := ""
	for i := range q.toks {
		if s := q.sign[i]; s != prev {
			switch s {
			case "COL":
				strong++
			case "TAB":
				tabs++
			}
		}
		prev = q.sign[i]
	}
	n, t := count(nums), count(texts)
	f.add("nums", n)
	f.add("texts", t)
	f.add("vals", n, t)
	f.add("cols", count(strong))
	f.add("tabs", count(tabs))
	f.add("mix", count(strong), count(tabs), n, t)
	f.add("len", count(len(q.toks)/4))
	q.duty.features(&f)
	return f
}

func cueLike(s string) bool { return s != "COL" && s != "TAB" && len(s) > 1 }

func count(n int) string { return strconv.Itoa(min(n, 6)) }

// placeFeatures are of a column or table as named by mention m; m.to is 0
// where nothing names it. They are shared by all roles it may play.
func (q *question) placeFeatures(t *table, c *column, m mention) features {
	f := make(features, 0, 64)
	kind := kindOf(c)
	f.add("bias", kind)
	tm, named := best(q.tabs[t.id])
	tb := "no"
	if named {
		tb = bucket(tm.score, 3)
	}
	f.add("tab", tb)
	f.add("tabkind", tb, kind)
	if c != nil {
		q.standing(&f, t, c, m, kind, tb)
	}
	f.add("start", q.signAt(0), q.signAt(1), kindShort(c, m))
	if m.to == 0 {
		f.add("unnamed", kind, tb)
		if named {
			q.around(&f, "t", tm.from, tm.to, kind)
			if q.firstTable(tm) {
				f.add("firsttab", kind)
				f.add("firsttab", kind, q.signAt(0), q.signAt(1))
			}
		}
		return f
	}
	q.around(&f, "m", m.from, m.to, kindShort(c, m))
	q.region(&f, m)
	return f
}

// standing tells how a column's mention stands against other columns'.
func (q *question) standing(f *features, t *table, c *column, m mention, kind, tb string) {
	f.add("type", string(c.Type))
	if m.to == 0 {
		if len(q.cols[c.id]) > 0 {
			f.add("named elsewhere")
		}
		namedInTable := false
		for _, o := range t.cols {
			if b, ok := best(q.cols[o.id]); ok && b.score > 0.7 {
				namedInTable = true
			}
		}
		f.add("sibling", strconv.FormatBool(namedInTable), kind, tb)
		return
	}
	sb := bucket(m.score, 5)
	f.add("score", sb)
	f.add("score", sb, kind)
	f.add("exact", strconv.FormatBool(m.exact), strconv.FormatBool(m.owner), strconv.FormatBool(m.soft))
	better, ties, tiesNamed, sameTable := 0, 0, 0, 0
	for _, o := range q.x.cols {
		if o == c {
			continue
		}
		for _, om := range q.cols[o.id] {
			if om.to <= m.from || m.to <= om.from {
				continue
			}
			if om.score > m.score+0.01 || om.score > m.score-0.01 && om.to-om.from > m.to-m.from {
				better++
			} else if om.score > m.score-0.01 {
				ties++
				if len(q.tabs[o.table.id]) > 0 {
					tiesNamed++
				}
				if o.table == t {
					sameTable++
				}
			}
			break
		}
	}
	f.add("better", count(better), tb)
	f.add("ties", count(ties), count(tiesNamed), tb)
	f.add("scorebetter", sb, count(min(2, better)))
	f.add("same", count(sameTable))
	f.add("near", q.nearness(t, m))
	f.add("nearties", q.nearness(t, m), count(min(ties, 2)), count(min(better, 1)))
	if c.foreign != nil && len(q.tabs[c.foreign.table.id]) > 0 {
		f.add("refers to named")
	}
	for _, o := range q.tabs {
		for _, om := range o {
			if om.from <= m.from && m.to <= om.to && om.score >= m.score-0.01 {
				f.add("also table", kind, sb)
			}
		}
	}
}

// nearness says whether the table's own mention is the closest to m of all
// tables', before or after it.
func (q *question) nearness(t *table, m mention) string {
	if m.owner {
		return "owner"
	}
	after, before := nearest{dist: 99}, nearest{dist: 99}
	for _, o := range q.x.tables {
		for _, om := range q.tabs[o.id] {
			if om.score < 0.6 {
				continue
			}
			if d := om.from - m.to; d >= 0 {
				after.offer(d, o == t)
			}
			if d := m.from - om.to; d >= 0 {
				before.offer(d, o == t)
			}
		}
	}
	return after.String() + before.String()
}

type nearest struct {
	dist int
	own  bool
}

func (n *nearest) offer(d int, own bool) {
	if d < n.dist || d == n.dist && own {
		n.dist, n.own = d, own
	}
}

func (n nearest) String() string {
	switch {
	case n.dist == 99:
		return "-"
	case n.own && n.dist <= 3:
		return "N"
	case n.own:
		return "n"
	case n.dist <= 3:
		return "O"
	}
	return "o"
}

func kindOf(c *column) string {
	switch {
	case c == nil:
		return "table"
	case c.PrimaryKey && c.foreign != nil:
		return "pkfk"
	case c.PrimaryKey:
		return "pk"
	case c.foreign != nil:
		return "fk"
	case c.naming:
		return "name"
	case c.Type.Numeric():
		return "num"
	case c.Type.Temporal():
		return "time"
	case c.Type == schema.Boolean:
		return "bool"
	}
	return "text"
}

func kindShort(c *column, m mention) string {
	if m.to == 0 {
		return "-" + kindOf(c)
	}
	return kindOf(c)
}

// around are the words and signs next to tokens [from, to).
func (q *question) around(f *features, tag string, from, to int, kind string) {
	p1, p2, n1, n2 := q.signAt(from-1), q.signAt(from-2), q.signAt(to), q.signAt(to+1)
	f.add(tag+"p1", p1)
	f.add(tag+"p2", p2)
	f.add(tag+"n1", n1)
	f.add(tag+"n2", n2)
	f.add(tag+"p12", p2, p1)
	f.add(tag+"p123", q.signAt(from-3), p2, p1)
	f.add(tag+"n12", n1, n2)
	f.add(tag+"p1n1", p1, n1)
	f.add(tag+"p1k", p1, kind)
	f.add(tag+"p12k", p2, p1, kind)
	f.add(tag+"n1k", n1, kind)
	f.add(tag+"n12k", n1, n2, kind)
	f.add(tag+"self", q.word(to-1))
}

// turns are words after which a question speaks of something else.
var turns = wordSet(`who whose whom which that with where have has had for by each per order sort most least more than fewest
	averag highest lowest largest smallest in of and or not never no without both between after befor greater less top
	number mani descend ascend group maximum minimum if when do does did oldest youngest longest shortest same at`)

// region tells what was said before and after a mention.
func (q *question) region(f *features, m mention) {
	last := ""
	for i := range m.from {
		if s := q.signAt(i); turns[s] && i > 0 {
			f.add("before", s)
			last = s
		} else if s == "VAL" || s == "NUM" || s == "TAB" {
			f.add("before", s)
		}
	}
	f.add("last turn", last)
	for i := m.to; i < len(q.toks); i++ {
		if s := q.signAt(i); turns[s] {
			f.add("after", s)
		} else if s == "VAL" || s == "NUM" || s == "TAB" || s == "COL" {
			f.add("after", s)
		}
	}
	next, dist := "", 0
	for i := m.to; i < len(q.toks) && i < m.to+6; i++ {
		if s := q.signAt(i); s == "VAL" || s == "NUM" || s == "COL" || s == "TAB" {
			next, dist = s, i-m.to
			break
		}
	}
	f.add("next", next, count(dist))
	switch {
	case m.from <= 3:
		f.add("place", "head")
	case m.to >= len(q.toks)-1:
		f.add("place", "tail")
	default:
		f.add("place", "mid")
	}
	f.add("place last", last, strconv.FormatBool(m.to >= len(q.toks)-1))
}

func (q *question) firstTable(m mention) bool {
	for _, ms := range q.tabs {
		for _, o := range ms {
			if o.from < m.from && o.score >= 0.6 {
				return false
			}
		}
	}
	return true
}

// valueFeatures are of value v compared with column c; a nil c stands for the
// other role: having, limit or none.
func (q *question) valueFeatures(v *valueMention, c *column, role string) features {
	f := make(features, 0, 64)
	f.add("bias", role, v.kind)
	q.around(&f, role+v.kind[:1], v.from, v.to, v.kind)
	year := v.kind == "num" && isYear(q.toks[v.from])
	f.add("year", role, strconv.FormatBool(year))
	if v.kind == "num" {
		f.add("small", role, strconv.FormatBool(v.number <= 10), strconv.FormatBool(v.number == math.Trunc(v.number)))
	}
	if c == nil {
		f.add("refs", role, count(min(3, len(v.refs))), v.kind)
		f.add("sure", role, strconv.FormatBool(v.sure), v.kind)
		f.add("named", role, v.kind, strconv.FormatBool(q.named(v.from, v.to)))
		return f
	}
	kind := kindOf(c)
	text, held := v.textIn(c)
	f.add("kind", kind, v.kind)
	f.add("type", string(c.Type), v.kind, strconv.FormatBool(year))
	f.add("held", strconv.FormatBool(held), v.kind, kind)
	f.add("heldas", strconv.FormatBool(held && text == v.text), count(min(3, len(v.refs))))
	tm, named := best(q.tabs[c.table.id])
	tb := "no"
	if named {
		tb = bucket(tm.score, 3)
	}
	f.add("tab", tb)
	f.add("tabheld", tb, strconv.FormatBool(held))
	q.valueColumn(&f, v, c, held)
	if v.kind == "num" && c.Min != "" {
		f.add("range", rangeOf(v.number, c))
	}
	if year {
		f.add("yearcol", strconv.FormatBool(hasStem(c.parts, "year")), strconv.FormatBool(c.Type.Temporal()))
	}
	tied := 0
	for _, r := range v.refs {
		if r.col != c && len(q.tabs[r.col.table.id]) > 0 {
			tied++
		}
	}
	f.add("rivals", count(tied), tb)
	return f
}

// valueColumn tells where the column is named, seen from the value.
func (q *question) valueColumn(f *features, v *valueMention, c *column, held bool) {
	gap, where, bestScore := 99, "", 0.0
	for _, m := range q.cols[c.id] {
		g, w := v.from-m.to, "before"
		if g < 0 {
			g, w = m.from-v.to, "after"
		}
		if g < 0 {
			continue
		}
		if g-int(m.score*6) < gap-int(bestScore*6) {
			gap, where, bestScore = g, w, m.score
		}
	}
	h := strconv.FormatBool(held)
	if where == "" {
		f.add("col", "unnamed", h, v.kind)
		return
	}
	g := count(gap)
	f.add("col", where, g)
	f.add("colscore", where, count(min(gap, 3)), bucket(bestScore, 3))
	f.add("colheld", where, count(min(gap, 3)), h, v.kind)
	closer := 0
	for _, o := range q.x.cols {
		if o == c {
			continue
		}
		for _, m := range q.cols[o.id] {
			og := v.from - m.to
			if og < 0 {
				og = m.from - v.to + 1
			}
			if og >= 0 && m.score >= 0.7 && (og < gap || og == gap && m.score > bestScore) {
				closer++
				break
			}
		}
	}
	f.add("closer", count(min(closer, 3)), where)
	f.add("closer", count(min(closer, 2)), where, bucket(bestScore, 3), h)
}

func rangeOf(n float64, c *column) string {
	lo, err1 := strconv.ParseFloat(c.Min, 64)
	hi, err2 := strconv.ParseFloat(c.Max, 64)
	switch {
	case err1 != nil || err2 != nil:
		return "?"
	case n < lo-(hi-lo):
		return "far below"
	case n < lo:
		return "below"
	case n > hi+(hi-lo):
		return "far above"
	case n > hi:
		return "above"
	}
	return "in"
}

// opFeatures are of how value v is compared.
func (q *question) opFeatures(v *valueMention) features {
	f := make(features, 0, 40)
	f.add("bias", v.kind)
	for d := 1; d <= 5; d++ {
		f.add("p", q.signAt(v.from-d))
		if d <= 3 {
			f.add("p"+strconv.Itoa(d), q.signAt(v.from-d))
			f.add("n"+strconv.Itoa(d), q.signAt(v.to+d-1))
			f.add("pp"+strconv.Itoa(d), q.signAt(v.from-d-1), q.signAt(v.from-d))
		}
		f.add("n", q.signAt(v.to+d-1))
	}
	f.add("n12", q.signAt(v.to), q.signAt(v.to+1))
	f.add("p1k", q.signAt(v.from-1), v.kind, strconv.FormatBool(v.sure))
	f.add("held", v.kind, strconv.FormatBool(len(v.refs) > 0))
	f.add("said", v.kind, v.said)
	f.add("form", strconv.FormatBool(q.duty.begins), strconv.FormatBool(q.duty.ends), strconv.FormatBool(q.duty.holds), v.kind)
	return f
}
