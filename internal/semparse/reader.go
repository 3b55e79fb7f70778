package semparse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
)

// cue words are read by rules; they name nothing.
var cue = wordSet(`month monthly quarter quarterly year yearly annual week weekly day daily last past current
	january february march april may june july august september october november december jan feb mar apr jun jul aug
	sep oct nov dec ordered sorted order sort descending ascending alphabetically newest oldest latest earliest recent
	biggest greatest smallest cheapest expensive fewest youngest first equal exceeding within since until starting
	increasing decreasing asc desc alphabetical alphabetically lexicographic lexicographical reverse contain containing contains includes substring start starts starting begin begins beginning end ends ending letter word named called came happen happened made belong belonging include including today yesterday`)

var aggregates = map[string]string{"total": "sum", "sum": "sum", "average": "avg", "avg": "avg", "mean": "avg",
	"maximum": "max", "max": "max", "minimum": "min", "min": "min"}

// reader turns links and cue words into its plan.
type reader struct {
	plan
	tokens []token
	links  []link
	words  Words
	used   []bool // tokens that a rule has read
}

func (r *reader) word(i int) string {
	if i < 0 || i >= len(r.tokens) || r.tokens[i].quoted {
		return ""
	}
	return r.tokens[i].word
}

func (r *reader) has(words ...string) int {
	for i := range r.tokens {
		if !r.used[i] && slices.Contains(words, r.word(i)) {
			return i
		}
	}
	return -1
}

// phrase is the question's own text of tokens [from, to).
func (r *reader) phrase(from, to int) string {
	var parts []string
	for _, t := range r.tokens[from:to] {
		parts = append(parts, t.text)
	}
	return strings.Join(parts, " ")
}

func (r *reader) at(i int) *link {
	for k := range r.links {
		if r.links[k].from <= i && i < r.links[k].to {
			return &r.links[k]
		}
	}
	return nil
}

// next is the first link at or after token i, over words that mean nothing.
func (r *reader) next(i int) *link {
	for ; i < len(r.tokens); i++ {
		if k := r.at(i); k != nil {
			return k
		}
		if !slices.Contains([]string{"the", "a", "of", "each", "all", "different", "distinct", "every", "number", "our"}, r.word(i)) {
			return nil
		}
	}
	return nil
}

func (r *reader) take(k *link) {
	for i := k.from; i < k.to; i++ {
		r.used[i] = true
	}
}

func (r *reader) free(k *link) bool { return !r.used[k.from] }

// read fills the plan; false when there is nothing to build on.
func (r *reader) read() bool {
	if len(r.links) == 0 {
		return false
	}
	r.readNever()
	r.readTop()
	r.readMeasure()
	r.readGroups()
	if r.main == nil {
		r.chooseMain()
	}
	if r.main == nil {
		return false
	}
	r.touch(r.main)
	r.readNumbers()
	r.readTimes()
	r.readLike()
	r.readValues()
	r.readSuperlative()
	r.readOrder()
	r.readRest()
	r.finishOrder()
	r.doubtUnread()
	return true
}

// weighty words change what a question asks: one that no rule has read makes
// the plan doubtful.
var weighty = wordSet(`or both either neither not never without no more less greater fewer than least most average total sum
	maximum minimum count number different distinct top bottom before after between only same ordered sorted ascending descending
	over under above below every largest smallest highest lowest oldest youngest longest shortest latest earliest`)

func (r *reader) doubtUnread() {
	for i, t := range r.tokens {
		if !r.used[i] && weighty[t.word] && !t.quoted {
			r.doubt += 0.2
		}
	}
}

// chooseMain lists the first table named, else the one that holds the first
// column or value.
func (r *reader) chooseMain() {
	for _, named := range []bool{true, false} {
		for i := range r.links {
			k := &r.links[i]
			if r.free(k) && k.table != nil && (!named || k.column == nil && k.term == nil) {
				r.main = k.table
				return
			}
		}
	}
}

// readMeasure finds what is counted, summed or averaged.
func (r *reader) readMeasure() {
	if r.metric() || r.counted() {
		return
	}
	for i := range r.tokens {
		fn := aggregates[r.word(i)]
		if fn == "" || r.used[i] || r.ranks(i) {
			continue
		}
		fns, end := r.aggregateRun(i)
		k := r.next(end)
		if k == nil || !r.free(k) {
			continue
		}
		for j := i; j < end; j++ {
			r.used[j] = true
		}
		r.aggregate(fn, i, k)
		if k.column != nil && strings.HasPrefix(r.measure, fn+"(") {
			for _, other := range fns[1:] {
				r.more = append(r.more, aliased(other+strings.TrimPrefix(r.measure, fn), other+"_"+k.column.Name))
			}
		}
		return
	}
}

// ranks reports whether "maximum" or "minimum" at token i picks rows, as in
// "the one with the maximum price", rather than a figure.
func (r *reader) ranks(i int) bool {
	return r.word(i-1) == "the" && slices.Contains([]string{"with", "has", "have", "had", "having"}, r.word(i-2))
}

// aggregateRun reads "minimum, maximum and average" from token i: the
// functions, and where the run ends.
func (r *reader) aggregateRun(i int) (fns []string, end int) {
	for end = i; end < len(r.tokens); end++ {
		if fn := aggregates[r.word(end)]; fn != "" {
			fns = append(fns, fn)
		} else if w := r.word(end); w != "and" && w != "the" {
			break
		}
	}
	return fns, end
}

// metric takes an ontology term that is a measure by itself.
func (r *reader) metric() bool {
	for i := range r.links {
		k := &r.links[i]
		if !r.free(k) || k.term == nil || k.term.Kind != ontology.Metric {
			continue
		}
		r.setMeasure(k.term.SQL, k.term.Name, k.table)
		r.read1(k, "term", k.term.SQL)
		if k.from > 0 && aggregates[r.word(k.from-1)] == "sum" {
			r.used[k.from-1] = true
		}
		return true
	}
	return false
}

func (r *reader) setMeasure(sql, name string, t *schema.Table) {
	r.measure, r.name, r.main = sql, strings.ReplaceAll(name, " ", "_"), t
	r.touch(t)
}

func (r *reader) read1(k *link, kind, target string) {
	r.take(k)
	r.plan.read(r.phrase(k.from, k.to), kind, target, k.why)
}

// counted reads "how many X" and "number of X".
func (r *reader) counted() bool {
	for i := range r.tokens {
		ask := r.word(i) == "how" && r.word(i+1) == "many" || r.word(i) == "number" && r.word(i+1) == "of" || r.word(i) == "count" || r.word(i) == "times"
		if _, ranked := superlatives[r.word(i-1)]; !ask || r.used[i] || ranked || r.at(i) != nil {
			continue
		}
		from := i + 1
		if r.word(i) != "count" {
			from = i + 2
		}
		unique := slices.Contains([]string{"different", "distinct", "unique"}, r.word(from))
		k := r.next(from)
		if k == nil || k.table == nil {
			continue
		}
		r.used[i] = true
		expr := "count(*)"
		if k.column != nil && !k.isValue && unique {
			expr = "count(DISTINCT " + ref{k.table, k.column}.sql() + ")"
		}
		r.setMeasure(expr, "number_of_"+strings.ToLower(k.table.Name), k.table)
		if k.isValue || k.term != nil {
			r.plan.read(r.phrase(i, from), "aggregate", expr, "asks for a count")
			return true
		}
		r.take(k)
		r.plan.read(r.phrase(i, k.to), "aggregate", expr+" of "+k.table.Name, "asks for a count")
		return true
	}
	return false
}

// aggregate sums, averages … a numeric column, or counts a table's rows where
// "total" comes before one.
func (r *reader) aggregate(fn string, at int, k *link) {
	switch {
	case k.term != nil && k.term.Kind == ontology.Expression:
		r.setMeasure(fn+"("+k.term.SQL+")", fn+"_"+k.term.Name, k.table)
	case k.column != nil && !k.isValue && (k.column.Type.Numeric() || fn == "max" || fn == "min"):
		r.setMeasure(fn+"("+ref{k.table, k.column}.sql()+")", fn+"_"+k.column.Name, k.table)
	case k.table != nil && fn == "sum":
		r.setMeasure("count(*)", "number_of_"+strings.ToLower(k.table.Name), k.table)
		r.notes = append(r.notes, fmt.Sprintf("“%s” is read as how many there are.", r.phrase(at, k.to)))
		r.doubt += 0.05
	case k.table != nil && len(measures(r.p.Schema, k.table)) == 1:
		m := measures(r.p.Schema, k.table)[0]
		r.setMeasure(fn+"("+m.sql()+")", fn+"_"+m.column.Name, k.table)
		r.doubt += 0.1
	default:
		r.doubt += 0.3
		return
	}
	r.take(k)
	r.plan.read(r.phrase(at, k.to), "aggregate", r.measure, k.why)
}

// readGroups reads "by X", "per X", "each X" and buckets of time.
func (r *reader) readGroups() {
	for i := range r.tokens {
		if r.used[i] {
			continue
		}
		switch w := r.word(i); {
		case buckets[w] != "" && (r.measure != ""):
			r.bucket(i)
		case w == "by" || w == "per" || w == "each" || w == "every" || w == "across":
			if w == "by" && slices.Contains([]string{"ordered", "sorted", "order", "sort"}, r.word(i-1)) {
				continue
			}
			r.group(i)
		}
	}
}

func (r *reader) group(i int) {
	k := r.next(i + 1)
	if k == nil || !r.free(k) || k.isValue || k.table == nil || k.term != nil {
		return
	}
	if r.measure == "" {
		if r.main == nil {
			return
		}
		r.setMeasure("count(*)", "number_of_"+strings.ToLower(r.main.Name), r.main)
	}
	r.used[i] = true
	r.touch(k.table)
	target := k.table.Name
	switch {
	case k.column != nil:
		e := ref{k.table, k.column}.sql()
		r.groups, target = append(r.groups, group{e, k.column.Name, e}), e
	default:
		r.groups = append(r.groups, groupTable(k.table)...)
	}
	r.take(k)
	r.plan.read(r.phrase(i, k.to), "group", target, k.why)
	if r.word(k.to) == "and" {
		if also := r.at(k.to + 1); also != nil && also.table == k.table && also.column != nil && !also.isValue && r.free(also) {
			e := ref{also.table, also.column}.sql()
			r.groups = append(r.groups, group{e, also.column.Name, e})
			r.read1(also, "group", e)
		}
	}
}

// readValues turns linked values and filter terms into conditions.
func (r *reader) readValues() {
	for i := range r.links {
		k := &r.links[i]
		if !r.free(k) {
			continue
		}
		negated := slices.Contains([]string{"not", "except", "excluding", "non"}, r.word(k.from-1)) || r.word(k.from-2) == "not"
		switch {
		case k.isValue:
			op := "="
			if negated {
				op = "<>"
			}
			r.nameBefore(k)
			if !negated && r.orValue(k) {
				continue
			}
			condition := fmt.Sprintf("%s %s %s", ref{k.table, k.column}.sql(), op, literal(k.value))
			r.where = append(r.where, condition)
			r.touch(k.table)
			r.read1(k, "value", condition)
		case k.term != nil && k.term.Kind == ontology.Filter:
			condition := "(" + k.term.SQL + ")"
			if negated {
				condition = "NOT " + condition
			}
			r.where = append(r.where, condition)
			r.touch(k.table)
			r.read1(k, "filter", condition)
		}
	}
}

// nameBefore takes the column's own name before its value: it says which
// column is meant, not that it is to be shown.
func (r *reader) nameBefore(value *link) {
	for i := value.from - 1; i >= max(0, value.from-3); i-- {
		if k := r.at(i); k != nil && k.column == value.column && !k.isValue && r.free(k) {
			r.take(k)
			return
		}
	}
}

// orValue joins "A or B" of one column into the condition on A.
func (r *reader) orValue(k *link) bool {
	n := len(r.where) - 1
	column := ref{k.table, k.column}.sql()
	if n < 0 || r.word(k.from-1) != "or" {
		return false
	}
	for prefix, cut := range map[string]string{column + " = ": "", column + " IN (": ")"} {
		if rest, ok := strings.CutPrefix(r.where[n], prefix); ok {
			r.where[n] = column + " IN (" + strings.TrimSuffix(rest, cut) + ", " + literal(k.value) + ")"
			r.used[k.from-1] = true
			r.read1(k, "value", r.where[n])
			return true
		}
	}
	return false
}

// readRest shows columns that were named and joins tables that were.
func (r *reader) readRest() {
	for i := range r.links {
		k := &r.links[i]
		if !r.free(k) || k.table == nil {
			continue
		}
		if k.score < 0.8 && k.table != r.main {
			continue
		}
		switch {
		case k.column != nil && r.measure == "" && k.score >= 0.8 && !(r.limit > 0 && len(r.shown) > 0):
			r.shown = append(r.shown, ref{k.table, k.column})
			r.touch(k.table)
			r.read1(k, "column", ref{k.table, k.column}.sql())
		case k.column == nil && k.term == nil:
			if k.score >= 1 {
				r.touch(k.table)
			}
			r.read1(k, "table", k.table.Name)
		}
	}
	if r.measure == "" && len(r.shown) == 0 && len(r.groups) == 0 {
		r.shown = display(r.main)
	}
}
