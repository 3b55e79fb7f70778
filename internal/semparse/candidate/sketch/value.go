package sketch

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/querent/querent/internal/schema"
)

// valueMention is a run of tokens that may be compared with: a text that a
// column holds, a number, a date or a text in quotes.
type valueMention struct {
	from, to int
	kind     string // val, num, date, free
	text     string
	number   float64
	sure     bool // in quotes, or a text of the data that isn't a plain word
	refs     []valueRef
	said     string    // how it is compared, see comparison
	start    time.Time // of a date: [start, end)
	end      time.Time
}

const maxValueTokens = 8

// findValues fills vals, from left to right, longest first.
func (q *question) findValues() {
	for i := 0; i < len(q.toks); {
		v := q.valueAt(i)
		if v == nil {
			i++
			continue
		}
		q.vals = append(q.vals, v)
		i = v.to
	}
}

func (q *question) valueAt(i int) *valueMention {
	t := q.toks[i]
	if t.quoted {
		v := &valueMention{from: i, to: i + 1, kind: "free", text: t.text, sure: true, refs: q.x.values[normal(t.text)]}
		if len(v.refs) > 0 {
			v.kind = "val"
		}
		return v
	}
	if q.spelled(i) {
		return &valueMention{from: i, to: i + 1, kind: "free", text: t.text, sure: true}
	}
	if start, end, to := q.timeAt(i); to > i {
		return &valueMention{from: i, to: to, kind: "date", text: q.phrase(i, to), start: start, end: end, sure: true, refs: q.x.values[normal(q.phrase(i, to))]}
	}
	if v := q.textAt(i); v != nil {
		return v
	}
	if t.isNum && (t.word != "one" || i == 0 || q.toks[i-1].word != "the") {
		return &valueMention{from: i, to: i + 1, kind: "num", text: t.text, number: t.number, refs: q.x.values[normal(t.text)]}
	}
	if q.proper(i) {
		to := i + 1
		for to < len(q.toks) && q.proper(to) {
			to++
		}
		return &valueMention{from: i, to: to, kind: "free", text: q.phrase(i, to), sure: true}
	}
	return nil
}

// spelled reports whether token i is the text that "starts with" or "ends with
// the letter" speaks of.
func (q *question) spelled(i int) bool {
	word := q.plainWord(i)
	if word == "" || word == "letter" || function[word] && word != "a" && word != "i" {
		return false
	}
	at := i - 1
	if q.plainWord(at) == "letter" || q.plainWord(at) == "letters" {
		at--
	}
	if q.plainWord(at) == "the" {
		at--
	}
	verb := q.plainWord(at - 1)
	return (q.plainWord(at) == "with" || q.plainWord(at) == "in") && (beginWords[verb] || endWords[verb])
}

// proper reports whether token i is written as a name that nothing else here
// explains.
func (q *question) proper(i int) bool {
	t := q.toks[i]
	if t.text == "" {
		return false
	}
	first := t.text[0]
	return i > 0 && first >= 'A' && first <= 'Z' && q.tops[i] < 0.7 && !function[t.word] && !cue[t.word] && !t.isNum && !t.quoted && len(t.text) > 1 && monthOf(t.word) == 0
}

// textAt finds the longest text of the data that starts at token i.
func (q *question) textAt(i int) *valueMention {
	var words []string
	for j := i; j < min(len(q.toks), i+maxValueTokens) && !q.toks[j].quoted; j++ {
		words = append(words, q.toks[j].word)
	}
	for n := len(words); n >= 1; n-- {
		refs := q.x.values[strings.Join(words[:n], " ")]
		text := q.phrase(i, i+n)
		if len(refs) == 0 && n == 1 {
			refs, text = q.otherForm(i)
		}
		if len(refs) == 0 || n == 1 && q.plain(i, refs) {
			continue
		}
		v := &valueMention{from: i, to: i + n, kind: "val", text: text, refs: refs}
		v.sure = n > 1 && !q.named(i, i+n) || n == 1 && q.tops[i] < 0.7
		if t := q.toks[i]; n == 1 && t.isNum {
			v.kind, v.number, v.sure = "num", t.number, false
		}
		return v
	}
	return nil
}

// named reports whether a name of the schema covers all of the tokens.
func (q *question) named(from, to int) bool {
	for i := from; i < to; i++ {
		if q.tops[i] < 0.7 {
			return false
		}
	}
	return true
}

// plain reports whether a single word is a word of the language here rather
// than a value: a function word, or a short word that isn't written as held.
func (q *question) plain(i int, refs []valueRef) bool {
	t := q.toks[i]
	as := slices.ContainsFunc(refs, func(r valueRef) bool { return r.text == t.text })
	if function[t.word] || cue[t.word] {
		return !as || t.text == t.word || i == 0
	}
	return len(t.text) < 2 && !as
}

// otherForm finds values that the word at token i means in another form:
// plurals (Sponsors), sex by its first letter (female → F), and nationalities
// (French → France) where only few texts come near.
func (q *question) otherForm(i int) ([]valueRef, string) {
	t := q.toks[i]
	if function[t.word] || cue[t.word] || t.isNum || len(t.word) < 4 {
		return nil, ""
	}
	if s := strings.TrimSuffix(t.word, "s"); s != t.word {
		if refs := q.x.values[s]; len(refs) > 0 {
			return refs, refs[0].text
		}
	}
	if strings.HasPrefix(t.word, "male") || strings.HasPrefix(t.word, "female") || t.word == "men" || t.word == "women" || t.word == "boys" || t.word == "girls" {
		letter := map[byte]string{'m': "m", 'f': "f", 'w': "f", 'b': "m", 'g': "f"}[t.word[0]]
		var out []valueRef
		for _, r := range q.x.values[letter] {
			if r.col.Distinct <= 4 {
				out = append(out, r)
			}
		}
		if len(out) == 0 {
			return q.x.values[map[string]string{"m": "male", "f": "female"}[letter]], t.text
		}
		return out, t.text
	}
	return nil, ""
}

var monthNames = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

func monthOf(word string) int {
	for i, m := range monthNames {
		if word == m || len(word) == 3 && strings.HasPrefix(m, word) && word != "may" && word != "mar" {
			return i + 1
		}
	}
	return 0
}

func isYear(t token) bool {
	return t.isNum && t.number >= 1000 && t.number <= 2100 && len(t.text) == 4
}

// timeAt reads a stretch of time that starts at token i: [start, end). A year
// alone is one only where the schema keeps dates.
func (q *question) timeAt(i int) (start, end time.Time, to int) {
	t, now := q.toks[i], q.p.Now
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	next := func(k int) token {
		if i+k < len(q.toks) {
			return q.toks[i+k]
		}
		return token{}
	}
	if d, err := time.Parse(time.DateOnly, t.text); err == nil {
		return d, d.AddDate(0, 0, 1), i + 1
	}
	if m := monthOf(t.word); m > 0 && isYear(next(1)) {
		s := day(int(next(1).number), time.Month(m), 1)
		return s, s.AddDate(0, 1, 0), i + 2
	}
	if m := monthOf(t.word); m > 0 && next(1).isNum && isYear(next(2)) && next(1).number <= 31 {
		s := day(int(next(2).number), time.Month(m), int(next(1).number))
		return s, s.AddDate(0, 0, 1), i + 3
	}
	if t.isNum && t.number >= 1 && t.number <= 31 && monthOf(next(1).word) > 0 && isYear(next(2)) {
		s := day(int(next(2).number), time.Month(monthOf(next(1).word)), int(t.number))
		return s, s.AddDate(0, 0, 1), i + 3
	}
	if t.word == "today" || t.word == "yesterday" {
		s := day(now.Year(), now.Month(), now.Day())
		if t.word == "yesterday" {
			s = s.AddDate(0, 0, -1)
		}
		return s, s.AddDate(0, 0, 1), i + 1
	}
	if w := t.word; (w == "last" || w == "past") && next(1).isNum && next(1).number >= 1 && next(1).number <= 1000 {
		n, s := int(next(1).number), day(now.Year(), now.Month(), now.Day()).AddDate(0, 0, 1)
		switch strings.TrimSuffix(next(2).word, "s") {
		case "day":
			return s.AddDate(0, 0, -n), s, i + 3
		case "week":
			return s.AddDate(0, 0, -7*n), s, i + 3
		case "month":
			return s.AddDate(0, -n, 0), s, i + 3
		case "year":
			return s.AddDate(-n, 0, 0), s, i + 3
		}
	}
	if w := t.word; w == "last" || w == "this" || w == "previous" || w == "current" {
		back := 0
		if w == "last" || w == "previous" {
			back = -1
		}
		switch next(1).word {
		case "year":
			s := day(now.Year()+back, 1, 1)
			return s, s.AddDate(1, 0, 0), i + 2
		case "month":
			s := day(now.Year(), now.Month(), 1).AddDate(0, back, 0)
			return s, s.AddDate(0, 1, 0), i + 2
		case "quarter":
			s := day(now.Year(), (now.Month()-1)/3*3+1, 1).AddDate(0, 3*back, 0)
			return s, s.AddDate(0, 3, 0), i + 2
		case "week":
			s := day(now.Year(), now.Month(), now.Day()-(int(now.Weekday())+6)%7).AddDate(0, 0, 7*back)
			return s, s.AddDate(0, 0, 7), i + 2
		}
	}
	return start, end, i
}

// options are the columns that a value may be compared with.
func (v *valueMention) options(q *question) []*column {
	var out []*column
	add := func(c *column) {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	for _, r := range v.refs {
		add(r.col)
	}
	for _, c := range q.x.cols {
		if len(out) >= 60 {
			break
		}
		switch v.kind {
		case "num":
			if c.Type.Numeric() || c.Type == schema.Unknown || c.Type == schema.Boolean || c.Type.Temporal() && isYear(q.toks[v.from]) || len(q.cols[c.id]) > 0 && c.Type == schema.Text {
				add(c)
			}
		case "date":
			if c.Type.Temporal() || len(q.cols[c.id]) > 0 {
				add(c)
			}
		case "free", "val":
			if _, err := strconv.ParseFloat(v.text, 64); err == nil && c.Type.Numeric() || c.Type.Temporal() && strings.ContainsAny(v.text, "0123456789") {
				add(c)
			}
			if v.kind == "free" && (c.Type == schema.Text || c.Type == schema.Unknown) || len(q.cols[c.id]) > 0 && c.Type == schema.Text && v.sure {
				add(c)
			}
		}
	}
	return out
}

// textIn is the value as the column holds it.
func (v *valueMention) textIn(c *column) (string, bool) {
	text, ok := v.text, false
	for _, r := range v.refs {
		if r.col == c && (!ok || r.text == v.text) {
			text, ok = r.text, true
		}
	}
	return text, ok
}
