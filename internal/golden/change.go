package golden

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/sqltoken"
)

var (
	numberWord  = regexp.MustCompile(`^([$€£]?)((?:[1-9]\d{0,2}(?:,\d{3})+|0|[1-9]\d{0,14})(?:\.\d{1,6})?)(%?)$`)
	yearText    = regexp.MustCompile(`^(?:19|20)\d\d$`)
	dateText    = regexp.MustCompile(`^(?:19|20)\d\d-\d\d(?:-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?)?$`)
	newYear     = regexp.MustCompile(`^\d{4}-01-01(?:[ T]00:00(?::00(?:\.0+)?)?)?$`)
	patternText = regexp.MustCompile(`^[a-z0-9]+(?: [a-z0-9]+)*$`)
)

// mention finds the one run of words that names a literal.
func mention(l literal, words []string) (from, to int, ok bool) {
	if l.Kind == sqltoken.Number {
		return once(words, 1, func(run []string) bool {
			n, ok := number(run[0])
			return ok && n.value == l.text
		})
	}
	if from, to, ok = onceText(words, strings.Trim(l.text, "%")); ok || !temporal(l) {
		return from, to, ok
	}
	for _, year := range yearsOf(l) {
		if from, to, ok = onceText(words, year); ok {
			return from, to, true
		}
	}
	return 0, 0, false
}

func onceText(words []string, text string) (from, to int, ok bool) {
	want := plainWords(text)
	if len(want) == 0 {
		return 0, 0, false
	}
	return once(words, len(want), func(run []string) bool { return slices.Equal(run, want) })
}

// once finds the run of n words that fits, if there is exactly one.
func once(words []string, n int, fits func(run []string) bool) (from, to int, ok bool) {
	for i := 0; i+n <= len(words); i++ {
		if fits(words[i : i+n]) {
			if ok {
				return 0, 0, false
			}
			from, to, ok = i, i+n, true
		}
	}
	return from, to, ok
}

// temporal reports whether a literal is a year, month, day or moment.
func temporal(l literal) bool {
	return yearText.MatchString(l.text) || l.Kind == sqltoken.String && dateText.MatchString(l.text)
}

// yearsOf are the years that a question may mean by a literal: its own, or the
// one before where the literal ends a year from outside.
func yearsOf(l literal) []string {
	own := l.text[:4]
	if l.op == "<" && newYear.MatchString(l.text) {
		n, _ := strconv.Atoi(own) // four digits by temporal
		return []string{strconv.Itoa(n - 1)}
	}
	return []string{own}
}

type amount struct{ prefix, value, suffix string }

func number(word string) (amount, bool) {
	m := numberWord.FindStringSubmatch(word)
	if m == nil {
		return amount{}, false
	}
	return amount{m[1], strings.ReplaceAll(m[2], ",", ""), m[3]}, true
}

// change is a slot's words replaced by others.
type change struct {
	st       *statement
	schema   *schema.Schema
	slots    []slot
	slot     slot
	old, new []string
}

// edits are what the change does to the statement; not ok when it could say
// something other than the question does.
func (c change) edits() ([]edit, bool) {
	first := c.slot.literals[0]
	for _, l := range c.slot.literals {
		if l.operand == "" || c.entangled(l) {
			return nil, false
		}
	}
	switch {
	case slices.ContainsFunc(c.slot.literals, temporal):
		return c.times()
	case len(c.old) == 1 && first.Kind == sqltoken.Number:
		return c.numbers()
	case c.namesSchema(c.old) || c.namesSchema(c.new) || len(c.new) == 1 && quantifiers[c.new[0]]:
		return nil, false
	}
	return c.texts()
}

// entangled reports whether something else in the statement depends on the
// literal: another literal set against the same operand that the question does
// not mention, a name or a text that repeats it.
func (c change) entangled(l literal) bool {
	for _, other := range c.st.literals {
		if c.bound(other) {
			continue
		}
		if other.operand != "" && other.operand == l.operand || other.Kind == sqltoken.Number && other.text == l.text ||
			containsRun(plainWords(other.text), c.old) {
			return true
		}
	}
	for _, t := range c.st.tokens {
		if t.names() && containsRun(nameWords(t.text), c.old) {
			return true
		}
	}
	return false
}

// bound reports whether a slot holds the literal.
func (c change) bound(l literal) bool {
	return slices.ContainsFunc(c.slots, func(s slot) bool {
		return slices.ContainsFunc(s.literals, func(m literal) bool { return m.Token == l.Token })
	})
}

// numbers replaces one number by another of its sort.
func (c change) numbers() ([]edit, bool) {
	l := c.slot.literals[0]
	was, ok := number(c.old[0])
	now, fits := number(c.new[len(c.new)-1])
	if !ok || !fits || len(c.new) != 1 || len(c.slot.literals) != 1 ||
		was.prefix != now.prefix || was.suffix != now.suffix {
		return nil, false
	}
	if l.op == "limit" {
		n, err := strconv.Atoi(now.value)
		if err != nil || n < 1 || n > 10_000 {
			return nil, false
		}
	}
	return []edit{{l.Start, l.End(), now.value}}, true
}

// times replaces a year or a day, in every literal that it is part of.
func (c change) times() ([]edit, bool) {
	if len(c.new) != 1 || len(c.old) != 1 || c.otherTimes() {
		return nil, false
	}
	var edits []edit
	for _, l := range c.slot.literals {
		text, ok := c.retimed(l)
		if !ok {
			return nil, false
		}
		if l.Kind == sqltoken.String {
			text = quoteText(text)
		}
		edits = append(edits, edit{l.Start, l.End(), text})
	}
	return edits, true
}

// otherTimes reports whether a time in the statement belongs to no word of the
// question: it may have been derived from the one that changes.
func (c change) otherTimes() bool {
	return slices.ContainsFunc(c.st.literals, func(l literal) bool {
		return !c.bound(l) && (temporal(l) || l.Kind == sqltoken.Number && (l.text == "365" || l.text == "366"))
	})
}

func (c change) retimed(l literal) (string, bool) {
	was, now := c.old[0], c.new[0]
	if plain := plainWords(l.text); len(plain) == 1 && plain[0] == was && !yearText.MatchString(was) {
		_, err := time.Parse(time.DateOnly, now)
		return now, err == nil && len(l.text) == len(now)
	}
	if !yearText.MatchString(was) || !yearText.MatchString(now) || !temporal(l) {
		return "", false
	}
	from, _ := strconv.Atoi(was) // both are four digits
	to, _ := strconv.Atoi(now)
	own, _ := strconv.Atoi(l.text[:4])
	rest := l.text[4:]
	if strings.HasPrefix(rest, "-02-28") || strings.HasPrefix(rest, "-02-29") {
		return "", false // the end of February depends on the year
	}
	return strconv.Itoa(own+to-from) + rest, true
}

// texts replaces a column's value by another of the same column.
func (c change) texts() ([]edit, bool) {
	var edits []edit
	for _, l := range c.slot.literals {
		if l.Kind != sqltoken.String || l.column == nil || l.column != c.slot.literals[0].column || c.elsewhere(l.column) {
			return nil, false
		}
		text, ok := "", false
		switch {
		case l.op == "like" && strings.ContainsAny(l.text, "%_"):
			text, ok = c.pattern(l)
		case l.op == "=" || l.op == "==" || l.op == "<>" || l.op == "!=" || l.op == "in" || l.op == "like":
			text, ok = c.value(l)
		}
		if !ok {
			return nil, false
		}
		edits = append(edits, edit{l.Start, l.End(), quoteText(text)})
	}
	return edits, true
}

// value is the column's own spelling of the new words, folded as the operand
// is. The old literal must be a value of the column too, else the column is
// not understood.
func (c change) value(l literal) (string, bool) {
	known := slices.ContainsFunc(l.column.Values, func(v string) bool {
		return l.fold(v) == l.text || l.op == "like" && strings.EqualFold(v, l.text)
	})
	spellings := valuesLike(l.column, c.new)
	if !known || len(spellings) != 1 || l.op == "like" && strings.ContainsAny(spellings[0], "%_") {
		return "", false
	}
	return l.fold(spellings[0]), true
}

// pattern puts new words between a pattern's percent signs. Some sampled value
// must hold them.
func (c change) pattern(l literal) (string, bool) {
	text := strings.Join(c.new, " ")
	inner := strings.Trim(l.text, "%")
	if len(c.new) != len(c.old) || !patternText.MatchString(text) || strings.ContainsAny(inner, "%_") ||
		!strings.EqualFold(inner, strings.Join(c.old, " ")) {
		return "", false
	}
	held := slices.ContainsFunc(l.column.Values, func(v string) bool { return strings.Contains(strings.ToLower(v), text) })
	return l.fold(strings.Replace(l.text, inner, text, 1)), held
}

// elsewhere reports whether the new words are also a value of another column
// in reach that does not know the old ones: then they may mean that one.
func (c change) elsewhere(own *schema.Column) bool {
	for _, t := range c.st.tables {
		for i := range t.Columns {
			other := &t.Columns[i]
			if other != own && len(valuesLike(other, c.new)) > 0 && len(valuesLike(other, c.old)) == 0 {
				return true
			}
		}
	}
	return false
}

// namesSchema reports whether the words also name a table or a column.
func (c change) namesSchema(words []string) bool {
	is := func(name string) bool { return sameName(nameWords(name), words) }
	for _, t := range c.schema.Tables {
		if is(t.Name) || slices.ContainsFunc(t.Columns, func(col schema.Column) bool { return is(col.Name) }) {
			return true
		}
	}
	return false
}

// sameName compares but for a plural's s.
func sameName(a, b []string) bool {
	return slices.EqualFunc(a, b, func(x, y string) bool { return strings.TrimSuffix(x, "s") == strings.TrimSuffix(y, "s") })
}

// valuesLike are the texts that a column holds which say these words; numbers
// are no texts.
func valuesLike(col *schema.Column, words []string) []string {
	var out []string
	if col.Type.Numeric() || col.Type == schema.Boolean {
		return nil
	}
	for _, v := range col.Values {
		if slices.Equal(plainWords(v), words) {
			out = append(out, v)
		}
	}
	return out
}

// nameWords splits an identifier at underscores, spaces and between letters
// and digits.
func nameWords(name string) []string {
	return nameParts.FindAllString(strings.ToLower(name), -1)
}

var nameParts = regexp.MustCompile(`\p{L}+|\d+`)

func containsRun(words, run []string) bool {
	for i := 0; i+len(run) <= len(words); i++ {
		if slices.Equal(words[i:i+len(run)], run) {
			return true
		}
	}
	return false
}

func quoteText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// quantifiers are words that say how many or which, not what.
var quantifiers = map[string]bool{"any": true, "no": true, "not": true, "none": true, "nothing": true, "something": true,
	"anything": true, "all": true, "every": true, "each": true, "some": true, "most": true, "least": true, "more": true,
	"less": true, "many": true, "few": true, "both": true, "other": true, "another": true, "or": true, "and": true}
