package golden

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// polite are words at either end of a question that ask nothing.
var polite = map[string]bool{"please": true, "kindly": true, "thanks": true, "hello": true, "hi": true, "hey": true}

// Normalize brings a question to the form in which it is compared with others:
// lower case, words separated by single spaces, without punctuation that says
// nothing and without politeness. Text in quotes is lower-cased like the rest;
// symbols that carry meaning (< > = % $ - within a number …) stay.
func Normalize(question string) string { return strings.Join(normalWords(question), " ") }

func normalWords(question string) []string {
	out := plainWords(question)
	for len(out) > 1 && polite[out[0]] {
		out = out[1:]
	}
	for len(out) > 1 && polite[out[len(out)-1]] {
		out = out[:len(out)-1]
	}
	return out
}

// plainWords is text as compared words: lower case, bare of punctuation.
func plainWords(text string) []string {
	words := strings.Fields(strings.ToLower(norm.NFKC.String(text)))
	out := words[:0]
	for _, w := range words {
		if w = trimWord(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// trimWord drops punctuation around a word that says nothing there; the point
// of ".5" does.
func trimWord(w string) string {
	w = strings.ReplaceAll(w, "’", "'")
	silent := func(r rune) bool { return unicode.IsPunct(r) && !strings.ContainsRune("-%#@&*/\\", r) }
	w = strings.TrimRightFunc(w, silent)
	bare := strings.TrimLeftFunc(w, silent)
	if strings.HasSuffix(w, "."+bare) && bare != "" && unicode.IsDigit(rune(bare[0])) {
		return "." + bare
	}
	return bare
}
