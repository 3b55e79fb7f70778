package views

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/querent/querent/internal/ask"
)

// Span is a piece of a question; Phrase says what it became, nil for nothing.
type Span struct {
	Text   string
	Phrase *ask.Phrase
}

// Spans cuts a question into what its phrases cover and the rest, which
// together are the question. A phrase that is not in it word for word, or is
// covered by an earlier one, marks nothing.
func Spans(question string, reading []ask.Phrase) []Span {
	type cover struct{ from, to, phrase int }
	var covers []cover
	free := func(from, to int) bool {
		return !slices.ContainsFunc(covers, func(c cover) bool { return from < c.to && c.from < to })
	}
	for i, p := range reading {
		for from, to := range occurrences(question, p.Text) {
			if free(from, to) {
				covers = append(covers, cover{from, to, i})
				break
			}
		}
	}
	slices.SortFunc(covers, func(a, b cover) int { return cmp.Compare(a.from, b.from) })
	var out []Span
	at := 0
	for _, c := range covers {
		if c.from > at {
			out = append(out, Span{Text: question[at:c.from]})
		}
		out = append(out, Span{question[c.from:c.to], &reading[c.phrase]})
		at = c.to
	}
	if at < len(question) {
		out = append(out, Span{Text: question[at:]})
	}
	return out
}

// InOrder sorts phrases as they come in the question; those that mark nothing
// in it come last.
func InOrder(question string, reading []ask.Phrase) []ask.Phrase {
	out := make([]ask.Phrase, 0, len(reading))
	marked := map[*ask.Phrase]bool{}
	for _, s := range Spans(question, reading) {
		if s.Phrase != nil {
			out, marked[s.Phrase] = append(out, *s.Phrase), true
		}
	}
	for i := range reading {
		if !marked[&reading[i]] {
			out = append(out, reading[i])
		}
	}
	return out
}

// occurrences yields where phrase stands in s as whole words, in any case.
func occurrences(s, phrase string) func(yield func(from, to int) bool) {
	return func(yield func(int, int) bool) {
		phrase = strings.TrimSpace(phrase)
		for from := 0; phrase != "" && from+len(phrase) <= len(s); from++ {
			to := from + len(phrase)
			if strings.EqualFold(s[from:to], phrase) && edge(s, from) && edge(s, to) && !yield(from, to) {
				return
			}
		}
	}
}

// edge reports whether no word goes on across i.
func edge(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	return i == 0 || i == len(s) || !inWord(before) || !inWord(after)
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == utf8.RuneError }

// tone is the colour class of what a phrase became.
func tone(kind string) string {
	switch kind {
	case "value", "filter", "negation", "comparison":
		return "value"
	case "aggregate", "order", "limit", "group":
		return "measure"
	case "time", "ignored":
		return kind
	}
	return "data"
}
