package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// SplitName cuts an identifier or a phrase into words in lower case: at signs,
// at capitals and between letters and digits.
func SplitName(name string) []string {
	var out []string
	r := []rune(strings.ReplaceAll(strings.ReplaceAll(name, "'s", ""), "’s", ""))
	start := -1
	for i := 0; i <= len(r); i++ {
		inside := i < len(r) && (unicode.IsLetter(r[i]) || unicode.IsDigit(r[i]))
		if start >= 0 && (!inside || boundary(r, i)) {
			out = append(out, strings.ToLower(string(r[start:i])))
			start = -1
		}
		if inside && start < 0 {
			start = i
		}
	}
	return out
}

// boundary reports whether a new word begins at i inside a run of letters and
// digits.
func boundary(r []rune, i int) bool {
	switch {
	case unicode.IsUpper(r[i]):
		return !unicode.IsUpper(r[i-1]) && unicode.IsLetter(r[i-1]) || unicode.IsUpper(r[i-1]) && i+1 < len(r) && unicode.IsLower(r[i+1])
	case unicode.IsDigit(r[i]) != unicode.IsDigit(r[i-1]):
		return true
	}
	return false
}

var folding = transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)

// Fold takes accents off and puts letters into lower case: "São" becomes
// "sao".
func Fold(s string) string {
	plain := true
	for i := range len(s) {
		plain = plain && s[i] < 128
	}
	if plain {
		return strings.ToLower(s)
	}
	folding.Reset()
	out, _, err := transform.String(folding, s)
	if err != nil {
		out = s
	}
	return strings.ToLower(out)
}

// Abbreviates reports whether short is how a name may shorten a word: its
// letters in order from the first, at least two.
func Abbreviates(short, word string) bool {
	if len(short) < 2 || len(word) <= len(short) || short[0] != word[0] {
		return false
	}
	at := 0
	for i := 0; i < len(word) && at < len(short); i++ {
		if word[i] == short[at] {
			at++
		}
	}
	return at == len(short)
}

// skeleton takes the vowels after the first letter out of a word.
func skeleton(w string) string {
	return w[:1] + strings.Map(func(r rune) rune {
		if strings.ContainsRune("aeiou", r) {
			return -1
		}
		return r
	}, w[1:])
}

// Shortens scores short as a way to write word with letters left out: 3 where
// all its consonants are there ("artcl" for article), 2 where word begins so
// ("subscr"), 1.5 where most are and the last one is ("advtsr"), 0 for none.
func Shortens(short, word string) float64 {
	if len(short) < 2 || len(word) <= len(short) || len(word) > 4*len(short) || !Abbreviates(short, word) {
		return 0
	}
	bones, whole := skeleton(short), skeleton(word)
	switch {
	case whole == bones:
		return 3
	case strings.HasPrefix(word, short) && len(short) >= 3:
		return 2
	case len(short) >= 4 && len(bones)*10 >= len(whole)*7 && bones[len(bones)-1] == whole[len(whole)-1]:
		return 1.5
	}
	return 0
}
