package sketch

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
)

// duties are what single words of a question oblige its query to, whatever the
// schema: an order and its direction, extremes, aggregates, negation, groups,
// patterns and how each value is compared. What was learned of whole questions
// forgets such words at times; the ranker sees here when a query does.
type duties struct {
	order, falling, rising bool // "sorted by", "descending", "ascending"
	alphabet               bool
	most, least            bool // "the highest", "the fewest"
	aggs                   map[string]bool
	differing              bool // "different", "distinct"
	countDifferent         bool // "how many different"
	deny, both, either     bool
	each                   bool
	begins, ends, holds    bool // "starts with", "contains"
	commas, ands           int
}

var (
	orderWords   = wordSet("sort sorted ordering alphabetical alphabetically alphabetic lexicographic lexicographical lexicographically ascending descending increasing decreasing rank ranked")
	fallingWords = wordSet("descending decreasing descendingly reverse")
	risingWords  = wordSet("ascending increasing alphabetical alphabetically alphabetic lexicographic lexicographical lexicographically")
	mostWords    = wordSet("most highest largest biggest greatest maximum max longest oldest latest newest best top tallest heaviest richest recent recently maximal")
	leastWords   = wordSet("least lowest smallest fewest minimum min shortest youngest earliest worst cheapest bottom lightest minimal")
	denyWords    = wordSet("no not without never neither nor except excluding cannot")
	largeWords   = wordSet("more greater over above older larger higher exceed exceeds exceeding after later longer bigger beyond since heavier taller")
	smallWords   = wordSet("less fewer smaller under below younger lower before shorter earlier cheaper lighter until")
	orOn         = wordSet("in on at during")
	beginWords   = wordSet("start starts starting started begin begins beginning")
	endWords     = wordSet("end ends ending")
	holdWords    = wordSet("contain contains containing include includes including substring letter letters word words phrase like")
)

var aggWords = map[string]string{"average": "avg", "avg": "avg", "mean": "avg", "total": "sum", "sum": "sum", "maximum": "max", "max": "max",
	"minimum": "min", "min": "min", "many": "count", "number": "count", "count": "count", "numbers": "count"}

// spot is a word of a question with those around it.
type spot struct {
	at                             int
	earlier, before, w, next, then string
	named                          bool // it names something of the schema
}

// dutiesOf reads the words; names of the schema are no duties.
func (q *question) dutiesOf() *duties {
	d := &duties{aggs: map[string]bool{}, commas: strings.Count(q.p.Question, ", ")}
	for i, t := range q.toks {
		if t.quoted || t.isNum {
			continue
		}
		s := spot{i, q.plainWord(i - 2), q.plainWord(i - 1), t.word, q.plainWord(i + 1), q.plainWord(i + 2),
			q.sign[i] == "COL" || q.sign[i] == "TAB" || q.sign[i] == "VAL"}
		d.order = d.order || q.ordersAt(s)
		d.readOrder(s)
		d.readFigures(s)
		d.readLogic(s)
	}
	return d
}

// ordersAt tells an order asked for from the orders of a shop.
func (q *question) ordersAt(s spot) bool {
	switch s.w {
	case "order", "ordered":
		return s.next == "by" || s.w == "order" && s.next == "the" && q.nearBy(s.at) ||
			s.before == "in" || s.before == "the" && s.earlier == "in" || orderWords[s.before]
	}
	return orderWords[s.w] && !s.named
}

func (d *duties) readOrder(s spot) {
	d.falling = d.falling || fallingWords[s.w] || s.next == "to" && mostFirst[s.w+" "+s.then]
	d.rising = d.rising || risingWords[s.w] || s.next == "to" && mostFirst[s.then+" "+s.w]
	d.alphabet = d.alphabet || strings.HasPrefix(s.w, "alphabet") || strings.HasPrefix(s.w, "lexicograph")
	bound := s.before == "at" || s.next == "than" // at least, more than
	d.most = d.most || mostWords[s.w] && !bound
	d.least = d.least || leastWords[s.w] && !bound
}

var differing = wordSet("different distinct unique")

func (d *duties) readFigures(s spot) {
	d.differing = d.differing || differing[s.w] && !s.named
	agg := aggWords[s.w]
	if agg == "" || agg == "count" && s.named || s.w == "many" && s.before != "how" {
		return
	}
	d.aggs[agg] = true
	d.countDifferent = d.countDifferent || agg == "count" && (differing[s.next] || s.next == "of" && differing[s.then])
}

func (d *duties) readLogic(s spot) {
	w := s.w
	d.deny = d.deny || denyWords[w] && s.next != "only" && !largeWords[s.next] && !smallWords[s.next] ||
		strings.HasSuffix(w, "n't") || w == "other" && s.next == "than"
	d.both = d.both || w == "both" || w == "also"
	d.either = d.either || w == "or" || w == "either"
	d.each = d.each || w != "by" && each[w] || w == "by" && !orderWords[s.before] && s.before != "order" && s.before != "ordered"
	with := s.next == "with" || s.next == "by" || s.next == "in" || s.before == "that" || s.before == "which"
	d.begins = d.begins || beginWords[w] && with
	d.ends = d.ends || endWords[w] && with
	d.holds = d.holds || holdWords[w] && !s.named
	d.ands += boolInt(w == "and")
}

// features observes them for the heads.
func (d *duties) features(f *features) {
	flags := func(bs ...bool) string {
		out := make([]byte, len(bs))
		for i, b := range bs {
			out[i] = '0' + byte(boolInt(b))
		}
		return string(out)
	}
	f.add("duty order", flags(d.order, d.falling, d.rising))
	f.add("duty most", flags(d.most, d.least))
	f.add("duty order most", flags(d.order, d.falling, d.rising, d.most, d.least))
	f.add("duty aggs", flags(d.aggs["avg"], d.aggs["sum"], d.aggs["max"], d.aggs["min"], d.aggs["count"]))
	f.add("duty different", flags(d.countDifferent))
	f.add("duty deny", flags(d.deny))
	f.add("duty both", flags(d.both, d.either))
	f.add("duty each", flags(d.each), flags(d.aggs["count"], d.most, d.least))
	f.add("duty list", count(d.commas), count(d.ands))
	f.add("duty form", flags(d.begins, d.ends, d.holds))
}

// mostFirst are ways to say a falling order: "from most to least".
var mostFirst = map[string]bool{"most least": true, "highest lowest": true, "high low": true, "largest smallest": true, "large small": true,
	"big small": true, "biggest smallest": true, "newest oldest": true, "latest earliest": true, "oldest youngest": true, "longest shortest": true}

// nearBy reports whether "by" follows token i soon: "order the results by".
func (q *question) nearBy(i int) bool {
	for j := i + 2; j < i+6; j++ {
		if q.plainWord(j) == "by" {
			return true
		}
	}
	return false
}

// comparison is how the words around a value say that it is compared: =, !=,
// >, >=, <, <= or between; empty where they don't.
func (q *question) comparison(v *valueMention) string {
	for i := v.to; i < min(len(q.toks), v.to+4); i++ { // "30 years or older", but not "under 30 or over 50"
		w, then := q.plainWord(i+1), q.plainWord(i+2)
		if conj := q.plainWord(i); conj != "or" && conj != "and" {
			continue
		}
		if then == "than" || then == "the" || i+2 < len(q.toks) && (then == "" || q.toks[i+2].isNum) {
			break
		}
		switch {
		case largeWords[w]:
			return ">="
		case smallWords[w]:
			return "<="
		}
		break
	}
	op := ""
	for i := v.from - 1; i >= max(0, v.from-5) && op == ""; i-- {
		w, before := q.plainWord(i), q.plainWord(i-1)
		switch {
		case w == "" || q.sign[i] == "VAL" || q.sign[i] == "NUM":
			return ""
		case w == "least" && before == "at":
			op = ">="
		case w == "most" && before == "at":
			op = "<="
		case w == ">" || w == "<" || w == ">=" || w == "<=":
			op = w
		case largeWords[w]:
			op = ">"
			switch {
			case before == "no" || before == "not":
				op = "<="
			case before == "or" && orOn[q.plainWord(i-2)]: // "in or after 2005"
				op = ">="
			}
		case smallWords[w]:
			op = "<"
			switch {
			case before == "no" || before == "not":
				op = ">="
			case before == "or" && orOn[q.plainWord(i-2)]:
				op = "<="
			}
		case w == "between":
			op = "between"
		case w == "not" || w == "except" || w == "excluding" || strings.HasSuffix(w, "n't") || w == "than" && before == "other":
			op = "!="
		}
	}
	return op
}

// saidOp is the class of comparison that the words around a value ask for;
// empty where they don't.
func (q *question) saidOp(v *valueMention) string {
	if v.kind != "num" && v.kind != "date" {
		switch {
		case q.duty.begins && !q.duty.ends:
			return "like x%"
		case q.duty.ends && !q.duty.begins:
			return "like %x"
		}
		return ""
	}
	if op := v.said; op != "between" {
		return op
	}
	return ""
}

// weighing is how the words before "average" say that it is compared with: >,
// < or empty.
func (q *question) weighing() string {
	for i := range q.toks {
		if aggWords[q.plainWord(i)] != "avg" {
			continue
		}
		for j := i - 1; j >= max(0, i-4); j-- {
			switch w := q.plainWord(j); {
			case largeWords[w]:
				return ">"
			case smallWords[w]:
				return "<"
			}
		}
	}
	return ""
}

// neglects counts the plain duties that a query leaves undone or does unasked:
// order and its direction, averages and extremes, negation, and how values are
// compared.
func (q *question) neglects(c *candidate) int {
	d, f := q.duty, c.frame
	sorted := f.order != nil && f.limit == 0
	said := d.order || d.falling || d.rising
	n := boolInt(said && f.order == nil) + boolInt(sorted && !said) +
		boolInt(sorted && d.otherwise(f)) + boolInt(d.deny != f.denies())
	average := false
	f.visit(func(i item) { average = average || i.agg == "avg" }, func(*table) {})
	n += boolInt(d.aggs["avg"] != average)
	for _, i := range f.sel {
		n += boolInt(i.agg == "max" && !d.aggs["max"] && !d.most || i.agg == "min" && !d.aggs["min"] && !d.least)
	}
	for _, ch := range c.vals {
		said := ch.v.said
		unequal := strings.HasPrefix(ch.op, "<") || strings.HasPrefix(ch.op, ">")
		bounds := strings.HasPrefix(said, "<") || strings.HasPrefix(said, ">")
		n += boolInt(said == "" && unequal || bounds && ch.op != "" && ch.op[0] != said[0])
	}
	return n
}

// dutyFeatures tell how a query does what the words oblige it to.
func (q *question) dutyFeatures(v *vector, c *candidate) {
	d, f := q.duty, c.frame
	d.orderFeatures(v, f)
	d.figureFeatures(v, f)
	v.num(float64(boolInt(d.deny) - boolInt(f.denies())))
	v.yes(d.deny)
	v.yes(d.both)
	v.num(float64(boolInt(d.either) - boolInt(f.or || f.set == "UNION")))
	v.num(float64(boolInt(d.each) - boolInt(len(f.group) > 0)))
	v.yes(d.begins)
	v.yes(d.ends)
	v.yes(d.holds)
	v.num(float64(q.neglects(c)))
	q.comparedFeatures(v, c)
	v.num(float64(d.commas))
	v.num(float64(d.ands))
	v.num(float64(len(f.sel) - d.commas - d.ands))
}

func (d *duties) orderFeatures(v *vector, f *frame) {
	sorted := f.order != nil && f.limit == 0
	v.yes(d.order)
	v.yes(d.order && f.order == nil)
	v.yes(d.order && sorted)
	v.yes(sorted && d.otherwise(f))
	v.yes(!d.order && sorted)
	shown, texts := false, false
	if f.order != nil {
		shown = slices.ContainsFunc(f.sel, f.order.same)
		texts = f.order.col != nil && f.order.agg == "" && f.order.col.Type == schema.Text
	}
	v.num(float64(boolInt(f.order != nil) + boolInt(shown)))
	v.num(float64(boolInt(d.alphabet) - boolInt(texts)))
	up, down := extremes(f)
	v.yes(d.most)
	v.yes(d.least)
	v.yes(d.most && !up)
	v.yes(d.least && !down)
	v.yes(!d.most && up)
	v.yes(!d.least && down)
}

// otherwise reports whether a query orders the other way round than was said.
func (d *duties) otherwise(f *frame) bool {
	return d.falling && !f.desc || d.rising && !d.falling && f.desc
}

func (d *duties) figureFeatures(v *vector, f *frame) {
	has := map[string]bool{}
	f.visit(func(i item) { has[i.agg] = true }, func(*table) {})
	missing, extra := 0, 0
	for _, a := range []string{"avg", "sum", "max", "min", "count"} {
		missing += boolInt(d.aggs[a] && !has[a])
		extra += boolInt(!d.aggs[a] && has[a])
		v.yes(d.aggs[a] && !has[a])
	}
	v.num(float64(missing))
	v.num(float64(extra))
	distinct := slices.ContainsFunc(f.sel, func(i item) bool { return i.agg == "count" && i.distinct })
	v.num(float64(boolInt(d.countDifferent) - boolInt(distinct)))
}

// comparedFeatures tell how values are compared against what is said of them.
func (q *question) comparedFeatures(v *vector, c *candidate) {
	d := q.duty
	against, unsaid, odd := 0, 0, 0
	for _, ch := range c.vals {
		switch said := ch.v.said; {
		case said == "":
			unsaid += boolInt(strings.HasPrefix(ch.op, "<") || strings.HasPrefix(ch.op, ">"))
		case said == "between":
			against += boolInt(ch.op != "between" && ch.op != "and")
		case ch.op == "":
			odd++
		case said[0] != ch.op[0]:
			against++
		case said != ch.op:
			odd++
		}
		if form, ok := strings.CutPrefix(ch.op, "like "); ok {
			odd += boolInt(d.begins && form != "x%" || d.ends && form != "%x")
		} else if d.begins || d.ends || d.holds {
			unsaid++
		}
	}
	v.num(float64(against))
	v.num(float64(unsaid))
	v.num(float64(odd))
}

// extremes says whether a query tells the most, or the least, of something.
func extremes(f *frame) (up, down bool) {
	if f.order != nil && f.limit > 0 {
		up, down = f.desc, !f.desc
	}
	f.visit(func(i item) {
		up = up || i.agg == "max"
		down = down || i.agg == "min"
	}, func(*table) {})
	return up, down
}
