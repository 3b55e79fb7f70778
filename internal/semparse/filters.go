package semparse

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kljensen/snowball/english"

	"github.com/querent/querent/internal/schema"
)

var buckets = map[string]string{"month": "month", "monthly": "month", "months": "month", "quarter": "quarter", "quarterly": "quarter",
	"year": "year", "yearly": "year", "annual": "year", "annually": "year", "day": "day", "daily": "day", "week": "week", "weekly": "week"}

// bucket groups by a stretch of time of the measured table's date.
func (r *reader) bucket(i int) {
	before := r.word(i - 1)
	adverb := strings.HasSuffix(r.word(i), "ly") || strings.HasPrefix(r.word(i), "annual")
	if !adverb && !slices.Contains([]string{"by", "per", "each", "every"}, before) {
		return
	}
	days := dates(r.main)
	if len(days) == 0 {
		return
	}
	d := days[0].sql()
	if k := r.bucketColumn(); k != nil {
		d = ref{k.table, k.column}.sql()
		r.take(k)
	}
	unit := buckets[r.word(i)]
	expr := map[string]string{
		"month": "strftime('%Y-%m', " + d + ")", "year": "strftime('%Y', " + d + ")", "day": "date(" + d + ")",
		"week":    "strftime('%Y-W%W', " + d + ")",
		"quarter": "strftime('%Y', " + d + ") || '-Q' || ((strftime('%m', " + d + ") + 2) / 3)",
	}[unit]
	r.groups = append(r.groups, group{expr, unit, expr})
	if r.order == "" {
		r.order = expr
	}
	start := i
	if !adverb {
		r.used[i-1] = true
		start = i - 1
	}
	r.used[i] = true
	r.plan.read(r.phrase(start, i+1), "time", unit+" of "+d, "a stretch of time")
	if len(days) > 1 {
		r.notes = append(r.notes, fmt.Sprintf("Time is taken from %s.", d))
	}
}

// bucketColumn is a date column of the measured table that was named.
func (r *reader) bucketColumn() *link {
	for i := range r.links {
		k := &r.links[i]
		if r.free(k) && k.table == r.main && k.column != nil && k.column.Type.Temporal() {
			return k
		}
	}
	return nil
}

var comparators = map[string]string{"over": ">", "above": ">", "exceeding": ">", "more": ">", "greater": ">", "larger": ">", "higher": ">",
	"under": "<", "below": "<", "less": "<", "fewer": "<", "lower": "<", "smaller": "<", ">": ">", "<": "<", ">=": ">=", "<=": "<=", "=": "="}

// readNumbers reads "over 100", "at least 3", "between 5 and 10" against the
// column named before, or the measured table's only number.
func (r *reader) readNumbers() {
	for i := range r.tokens {
		if r.used[i] || !r.tokens[i].isNum {
			continue
		}
		op, from := r.comparator(i)
		if op == "" {
			continue
		}
		target, by, ok := r.compared(from)
		if !ok {
			r.doubt += 0.3
			continue
		}
		condition := fmt.Sprintf("%s %s %s", target, op, formatNumber(r.tokens[i].number))
		if op == "BETWEEN" {
			condition = fmt.Sprintf("%s BETWEEN %s AND %s", target, formatNumber(r.tokens[i].number), formatNumber(r.tokens[i+2].number))
			r.used[i+2] = true
		}
		r.where = append(r.where, condition)
		for j := from; j <= i; j++ {
			r.used[j] = true
		}
		r.plan.read(r.phrase(from, i+1), "filter", condition, by)
	}
}

// comparator finds the words before number i that compare with it, and where
// they start.
func (r *reader) comparator(i int) (op string, from int) {
	switch w, v := r.word(i-1), r.word(i-2); {
	case w == "than" && comparators[v] != "":
		return comparators[v], i - 2
	case w == "least" && v == "at":
		return ">=", i - 2
	case w == "most" && v == "at":
		return "<=", i - 2
	case w == "between" && i+2 < len(r.tokens) && r.word(i+1) == "and" && r.tokens[i+2].isNum && !isYear(r.tokens[i]):
		return "BETWEEN", i - 1
	case w == "to" && v == "equal":
		return "=", i - 2
	case (w == "is" || w == "of" || w == "was") && r.numberColumn(i-2), r.numberColumn(i - 1):
		return "=", i
	default:
		return comparators[w], i - 1
	}
}

// numberColumn reports whether token i ends the name of a numeric column.
func (r *reader) numberColumn(i int) bool {
	if i < 0 {
		return false
	}
	k := r.at(i)
	return k != nil && k.to == i+1 && k.column != nil && !k.isValue && k.column.Type.Numeric()
}

// compared chooses the column that a comparison starting at token from means.
func (r *reader) compared(from int) (sql, by string, ok bool) {
	for i := from - 1; i >= max(0, from-3); i-- {
		if k := r.at(i); k != nil && k.column != nil && !k.isValue && k.column.Type.Numeric() {
			r.take(k)
			r.touch(k.table)
			return ref{k.table, k.column}.sql(), "the column named before", true
		}
	}
	m := measures(r.p.Schema, r.main)
	if len(m) == 0 {
		return "", "", false
	}
	if len(m) > 1 {
		r.doubt += 0.15
		r.notes = append(r.notes, fmt.Sprintf("The comparison is read as one of %s.", m[0].sql()))
	}
	return m[0].sql(), "the number of " + r.main.Name, true
}

func isYear(t token) bool {
	return t.isNum && t.number >= 1900 && t.number <= 2100 && len(t.text) == 4
}

var monthNames = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

func monthOf(word string) int {
	for i, m := range monthNames {
		if word == m || len(word) == 3 && strings.HasPrefix(m, word) && word != "may" {
			return i + 1
		}
	}
	return 0
}

// readTimes reads years, months, dates and relative times as ranges of the
// main table's date.
func (r *reader) readTimes() {
	for i := range r.tokens {
		if r.used[i] {
			continue
		}
		start, end, from, to := r.timeAt(i)
		if start.IsZero() {
			continue
		}
		d, ok := r.dateColumn()
		if !ok {
			r.doubt += 0.3
			return
		}
		condition := ""
		switch lead := r.word(from - 1); lead {
		case "before", "until":
			condition = fmt.Sprintf("%s < %s", d, literal(start.Format(time.DateOnly)))
		case "after":
			condition = fmt.Sprintf("%s >= %s", d, literal(end.Format(time.DateOnly)))
		case "since":
			condition = fmt.Sprintf("%s >= %s", d, literal(start.Format(time.DateOnly)))
		default:
			condition = fmt.Sprintf("%s >= %s AND %s < %s", d, literal(start.Format(time.DateOnly)), d, literal(end.Format(time.DateOnly)))
		}
		r.where = append(r.where, condition)
		for j := from; j < to; j++ {
			r.used[j] = true
		}
		r.plan.read(r.phrase(from, to), "time", condition, "a time")
	}
}

// timeAt reads a stretch of time that starts at token i: [start, end).
func (r *reader) timeAt(i int) (start, end time.Time, from, to int) {
	t, now := r.tokens[i], r.p.Now
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	if d, err := time.Parse(time.DateOnly, t.text); err == nil {
		return d, d.AddDate(0, 0, 1), i, i + 1
	}
	if m := monthOf(t.word); m > 0 && i+1 < len(r.tokens) && isYear(r.tokens[i+1]) {
		s := day(int(r.tokens[i+1].number), time.Month(m), 1)
		return s, s.AddDate(0, 1, 0), i, i + 2
	}
	if isYear(t) && comparators[r.word(i-1)] == "" && r.word(i-1) != "than" {
		if r.word(i-1) == "between" && r.word(i+1) == "and" && i+2 < len(r.tokens) && isYear(r.tokens[i+2]) {
			return day(int(t.number), 1, 1), day(int(r.tokens[i+2].number)+1, 1, 1), i - 1, i + 3
		}
		return day(int(t.number), 1, 1), day(int(t.number)+1, 1, 1), i, i + 1
	}
	if w := t.word; w == "last" || w == "this" || w == "previous" || w == "current" {
		back := 0
		if w == "last" || w == "previous" {
			back = -1
		}
		switch r.word(i + 1) {
		case "year":
			s := day(now.Year()+back, 1, 1)
			return s, s.AddDate(1, 0, 0), i, i + 2
		case "month":
			s := day(now.Year(), now.Month(), 1).AddDate(0, back, 0)
			return s, s.AddDate(0, 1, 0), i, i + 2
		case "quarter":
			s := day(now.Year(), (now.Month()-1)/3*3+1, 1).AddDate(0, 3*back, 0)
			return s, s.AddDate(0, 3, 0), i, i + 2
		case "week":
			s := day(now.Year(), now.Month(), now.Day()-(int(now.Weekday())+6)%7).AddDate(0, 0, 7*back)
			return s, s.AddDate(0, 0, 7), i, i + 2
		}
	}
	return start, end, i, i
}

// dateColumn is the date that a time in the question means: the main table's,
// else that of another table in use.
func (r *reader) dateColumn() (string, bool) {
	if k := r.bucketColumn(); k != nil {
		r.take(k)
		return ref{k.table, k.column}.sql(), true
	}
	for _, name := range append([]string{r.main.Name}, r.tables...) {
		if d := dates(r.p.Schema.Table(name)); len(d) > 0 {
			return d[0].sql(), true
		}
	}
	return "", false
}

// readNever reads "X were never ordered" and "X without Y" as rows of X that
// no row of the other table refers to.
func (r *reader) readNever() {
	i := r.has("never", "without", "no")
	if i < 0 {
		return
	}
	var main *link
	for k := range r.links {
		if r.links[k].to <= i && r.links[k].table != nil && r.links[k].column == nil {
			main = &r.links[k]
			break
		}
	}
	for j := i + 1; main != nil && j < len(r.tokens); j++ {
		k := r.at(j)
		if k == nil || k.table == nil || k.table == main.table {
			continue
		}
		way, ok := path(r.p.Schema, map[string]bool{main.table.Name: true}, k.table.Name)
		if !ok || len(way) == 0 || way[0].key.RefTable != main.table.Name {
			continue
		}
		key := way[0].key
		r.main = main.table
		condition := fmt.Sprintf("NOT EXISTS (SELECT 1 FROM %s WHERE %s)", ident(key.Table), on(key))
		r.where = append(r.where, condition)
		r.used[i] = true
		r.take(main)
		r.take(k)
		r.plan.read(r.phrase(main.from, main.to), "table", main.table.Name, main.why)
		r.plan.read(r.phrase(i, k.to), "negation", condition, k.why)
		return
	}
}

// readLike reads "contains X", "starts with X", "ends with X" of the column
// named before.
func (r *reader) readLike() {
	for i := range r.tokens {
		before, after := "", ""
		switch w := english.Stem(r.word(i), false); {
		case w == "contain" || w == "includ" || w == "substr":
			before, after = "%", "%"
		case w == "start" || w == "begin":
			after = "%"
		case w == "end":
			before = "%"
		default:
			continue
		}
		for j := i + 1; j < min(i+5, len(r.tokens)); j++ {
			if t := r.tokens[j]; t.quoted || slices.Contains([]string{"with", "from", "letter", "substring", "word"}, r.word(j-1)) && !function[t.word] && r.word(j) != "letter" {
				r.like(i, j, before, after)
				break
			}
		}
	}
}

// like adds the condition that the text at token j sets, if a text column was
// named before token i.
func (r *reader) like(i, j int, before, after string) {
	for n := i - 1; n >= 0; n-- {
		k := r.at(n)
		if k == nil || k.column == nil || k.isValue || k.column.Type != schema.Text {
			continue
		}
		escaped := strings.NewReplacer("%", `\%`, "_", `\_`, `\`, `\\`).Replace(r.tokens[j].text)
		condition := ref{k.table, k.column}.sql() + " LIKE " + literal(before+escaped+after)
		if strings.Contains(escaped, `\`) {
			condition += ` ESCAPE '\'`
		}
		r.where = append(r.where, condition)
		r.touch(k.table)
		if slices.Contains([]string{"whose", "where", "with", "has", "have", "that"}, r.word(k.from-1)) {
			r.take(k)
		}
		for m := i; m <= j; m++ {
			r.used[m] = true
		}
		r.plan.read(r.phrase(i, j+1), "filter", condition, "text of the column named before")
		return
	}
}
