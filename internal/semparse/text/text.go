// Package text is language without a database: a question's tokens, stems,
// the words of an identifier, likeness of spelling, and what English words
// there are. It hides word lists and the quirks of English inflection.
package text

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is one word, number, sign or quoted text of a question.
type Token struct {
	Raw      string  // as written, without quotes
	Lower    string  // lower case, possessive removed; corrected where Fixed
	Stem     string  // of Lower
	Start    int     // byte offset of the token in the question
	End      int     // byte offset after it
	Quoted   bool    // stood between quotes
	IsNumber bool    // Number holds its value
	Number   float64 // with k, m and bn multiplied out
	Fixed    bool    // Lower is a corrected spelling
	Spaced   bool    // white space stands before it
}

// Word reports whether the token is made of letters.
func (t Token) Word() bool { return t.Quoted || t.Lower != "" && isLetter(t.Lower) }

// Capital reports whether the token starts with an upper-case letter.
func (t Token) Capital() bool {
	return t.Raw != "" && strings.ToUpper(t.Raw[:1]) == t.Raw[:1] && isLetter(t.Raw)
}

func isLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

var tokenForm = regexp.MustCompile(
	`"[^"]+"|“[^”]+”|‘[^’]+’` + // quoted
		`|\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?` + // ISO day or moment
		`|\d{4}-\d{2}\b` + // ISO month
		`|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}` + // day by figures
		`|\d{1,2}:\d{2}` + // time of day
		`|['’]\d{2}\b` + // year in two digits
		`|\b[wW]/o\b|\b[wW]/|->|=>|→` + // with, without, to
		`|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:st|nd|rd|th|k|m|bn|K|M)\b|\d+\.\d+|\d+\b` +
		`|[\p{L}\p{N}]+(?:_[\p{L}\p{N}]+)*(?:['’][\p{L}]+)?` +
		`|[<>!]=|[<>=%€$£#&+/,:;*]`)

// singleQuoted is a text between plain single quotes, which apostrophes look
// like: it begins after a space and ends before one.
var singleQuoted = regexp.MustCompile(`(^|[\s(])'([^']+)'($|[\s).,;?!])`)

// Tokenize cuts a question into tokens. White space, full stops, question
// marks, brackets and hyphens are left out.
func Tokenize(question string) []Token {
	question = singleQuoted.ReplaceAllString(question, `$1"$2"$3`)
	var out []Token
	for _, at := range tokenForm.FindAllStringIndex(question, -1) {
		t := newToken(question[at[0]:at[1]])
		t.Start, t.End = at[0], at[1]
		t.Spaced = at[0] > 0 && question[at[0]-1] == ' '
		if n := len(out); n > 0 && out[n-1].IsNumber && magnitudes[t.Lower] > 0 && !t.Quoted {
			out[n-1].Number *= magnitudes[t.Lower]
			out[n-1].Raw, out[n-1].End = question[out[n-1].Start:t.End], t.End
			out[n-1].Lower = formatNumber(out[n-1].Number)
			continue
		}
		out = append(out, t)
	}
	return out
}

// shorthand spells out signs that stand for a word.
var shorthand = map[string]string{"w/": "with", "w/o": "without", "->": "to", "=>": "to", "→": "to"}

var magnitudes = map[string]float64{"thousand": 1e3, "million": 1e6, "billion": 1e9, "mio": 1e6}

var numberForm = regexp.MustCompile(`^(\d+(?:\.\d+)?)(k|m|bn|st|nd|rd|th)?$`)

func newToken(raw string) Token {
	if strings.HasPrefix(raw, `"`) || strings.HasPrefix(raw, "“") || strings.HasPrefix(raw, "‘") {
		inner := strings.TrimSpace(strings.Trim(raw, `"“”‘’`))
		lower := strings.ToLower(inner)
		return Token{Raw: inner, Lower: lower, Stem: lower, Quoted: true}
	}
	lower := strings.TrimPrefix(strings.ReplaceAll(strings.ToLower(raw), "’", "'"), "'")
	lower = strings.TrimSuffix(lower, "'s")
	if long := shorthand[lower]; long != "" {
		lower = long
	}
	t := Token{Raw: raw, Lower: lower, Stem: Stem(lower)}
	if m := numberForm.FindStringSubmatch(strings.ReplaceAll(lower, ",", "")); m != nil {
		t.Number, _ = strconv.ParseFloat(m[1], 64)
		t.IsNumber = true
		switch m[2] {
		case "k":
			t.Number *= 1e3
		case "m":
			t.Number *= 1e6
		case "bn":
			t.Number *= 1e9
		}
	}
	return t
}

// NumberWords are numbers in words, as far as business questions use them.
var NumberWords = map[string]float64{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
	"nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
	"seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
	"seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "dozen": 12, "couple": 2, "half-dozen": 6}

// OrdinalWords are ranks in words and figures.
var OrdinalWords = map[string]int{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
	"eighth": 8, "ninth": 9, "tenth": 10, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6, "7th": 7, "8th": 8,
	"9th": 9, "10th": 10}

func formatNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// Lowers gives the tokens' words in lower case.
func Lowers(tokens []Token) []string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.Lower
	}
	return out
}
