package link

import (
	"regexp"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// coded is a column of short codes that no table explains.
type coded struct {
	column *catalog.Column
	codes  []string
}

// mostCodes is the number of codes beyond which letters tell nothing.
const mostCodes = 20

var codeForm = regexp.MustCompile(`^[A-Z]{1,5}$`)

// coded remembers a column that holds short codes in capitals.
func (v *Vocabulary) coded(c *catalog.Column) {
	if c.Kind != catalog.Text || c.Key != nil || c.Codes != nil || !few(c) || c.Unique || len(c.Values) < 2 || len(c.Values) > mostCodes {
		return
	}
	for _, s := range c.Values {
		if !codeForm.MatchString(s) {
			return
		}
	}
	v.bare = append(v.bare, coded{c, c.Values})
}

// How sure a code is that a word may stand for, by its letters.
const (
	codeBegins  = 0.62 // the word begins with it: UPH, upheld
	codeLetters = 0.55 // its letters are in the word: EXPD, expired
	codeInitial = 0.45 // its first letter, one of its column's own
)

// unexplained gives the codes that a word without another meaning may stand
// for. A letter or two stand for a word only right before or after a noun
// for its table's rows: "private customers".
func (q *Question) unexplained(i int) []*Sense {
	w := q.Words[i]
	if len(w) < 4 || filler[w] || q.Tokens[i].IsNumber || !q.Tokens[i].Word() {
		return nil
	}
	var out []*Sense
	for _, l := range q.vocabulary.bare {
		code, strength := l.match(w)
		if code == "" || len(code) <= 2 && !q.beside(i, l.column.Table) {
			continue
		}
		out = append(out, &Sense{Kind: Value, Table: l.column.Table, Column: l.column, Values: []string{code}, Strength: strength, Source: FromLexicon, Risky: true})
	}
	return out
}

// match finds the one code that shortens the word; empty for none or several.
func (l coded) match(word string) (string, float64) {
	best, top, n := "", 0.0, 0
	for _, code := range l.codes {
		s := shortens(strings.ToLower(code), word)
		switch {
		case s > top:
			best, top, n = code, s, 1
		case s > 0 && s == top:
			n++
		}
	}
	if n != 1 {
		return "", 0
	}
	return best, top
}

func shortens(code, word string) float64 {
	switch {
	case len(code) == 1 && word[0] == code[0]:
		return codeInitial
	case len(code) >= 2 && strings.HasPrefix(word, code):
		return codeBegins
	case len(code) >= 3 && text.Abbreviates(code, word):
		return codeLetters
	}
	return 0
}

// beside reports whether a noun for rows of t stands next to token i, or one
// word further.
func (q *Question) beside(i int, t *catalog.Table) bool {
	for _, at := range []int{i + 1, i + 2, i - 1} {
		if at < 0 || at >= len(q.Tokens) {
			continue
		}
		for n := 1; n <= 2 && at+n <= len(q.Tokens); n++ {
			for _, s := range q.vocabulary.senses[key(q.Words[at:at+n])] {
				if s.Kind == Entity && s.Table == t && s.Strength >= 0.5 {
					return true
				}
			}
		}
	}
	return false
}
