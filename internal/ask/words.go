package ask

import (
	"slices"
	"strings"
	"unicode"

	"github.com/kljensen/snowball/english"
)

// fillers carry no meaning of their own in a question to a database. Words
// that turn a meaning (not, or, by, than …) are none.
var fillers = map[string]bool{
	"a": true, "an": true, "the": true, "please": true, "me": true, "us": true, "show": true,
	"give": true, "tell": true, "list": true, "display": true, "what": true, "which": true,
	"is": true, "are": true, "was": true, "were": true, "can": true, "could": true, "you": true,
	"i": true, "want": true, "would": true, "like": true, "to": true, "see": true, "of": true,
	"do": true, "does": true, "did": true, "we": true, "our": true, "have": true, "there": true,
}

// sameWords reports whether two questions say the same in the same order, but
// for fillers, case and inflection. Likeness of vectors alone would take
// "sales in 2023" for "sales in 2024".
func sameWords(a, b string) bool { return slices.Equal(contentStems(a), contentStems(b)) }

func contentStems(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune(`<>=.-'"%`, r)
	})
	var out []string
	for _, w := range words {
		w = strings.Trim(w, ".")
		if w == "" || fillers[w] {
			continue
		}
		out = append(out, english.Stem(w, false))
	}
	return out
}
