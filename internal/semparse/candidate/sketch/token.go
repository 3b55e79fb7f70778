package sketch

import (
	"regexp"
	"strconv"
	"strings"
)

// token is one word, number or quoted text of a question.
type token struct {
	text   string // as written
	word   string // lower case
	stem   string
	number float64
	isNum  bool
	quoted bool

	replaced bool   // stands for other words of the question
	source   string // which, on the last of those that do
}

var tokenForm = regexp.MustCompile(`"[^"]*"|'[^']*'(?:\s|$|[?.,])|[“][^”]*[”]|\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?|\$?\d[\d,]*(?:\.\d+)?%?[kKmM]?\b|[\p{L}\p{N}_]+(?:'[a-z]+)?|[<>]=?|[=%]`)

var magnitudes = map[string]float64{"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9}

var numberWords = map[string]float64{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twenty": 20, "hundred": 100}

// tokenize cuts a question into tokens; "1.5 million" is one.
func tokenize(question string) []token {
	var out []token
	for _, at := range tokenForm.FindAllStringIndex(question, -1) {
		m := strings.TrimSpace(question[at[0]:at[1]])
		if n := len(out); n > 0 && out[n-1].isNum && magnitudes[strings.ToLower(m)] > 0 {
			out[n-1].number *= magnitudes[strings.ToLower(m)]
			out[n-1].text += " " + m
			continue
		}
		t := newToken(m)
		if t.isNum && negative(question[:at[0]]) {
			t.text, t.number = "-"+t.text, -t.number
		}
		if head, ok := personNames[t.word]; ok && !t.quoted {
			name := newToken("name")
			name.text = ""
			t.word, t.stem = head, stem(head)
			out = append(out, t, name)
			continue
		}
		if n := len(out); n > 0 && t.stem == "name" && (out[n-1].word == "family" || out[n-1].word == "given") {
			out[n-1].word = map[string]string{"family": "last", "given": "first"}[out[n-1].word]
			out[n-1].stem = out[n-1].word
		}
		out = append(out, t)
	}
	return out
}

// wordAt is the word of token i; empty for a quoted text or none.
func wordAt(toks []token, i int) string {
	if i < 0 || i >= len(toks) || toks[i].quoted {
		return ""
	}
	return toks[i].word
}

func (q *question) plainWord(i int) string { return wordAt(q.toks, i) }

func (d *draft) word(i int) string { return wordAt(d.toks, i) }

// negative reports whether what stands before a number is a minus sign rather
// than a dash.
func negative(before string) bool {
	rest, ok := strings.CutSuffix(before, "-")
	return ok && (rest == "" || strings.HasSuffix(rest, " "))
}

// personNames are words for parts of a person's name, read as two.
var personNames = map[string]string{"forename": "first", "forenames": "first", "firstname": "first", "firstnames": "first",
	"surname": "last", "surnames": "last", "lastname": "last", "lastnames": "last"}

func newToken(text string) token {
	if c := text[0]; c == '"' || c == '\'' || strings.HasPrefix(text, "“") {
		inner := strings.TrimRight(strings.Trim(text, `"“”`), "?., ")
		inner = strings.Trim(inner, "'")
		return token{text: inner, word: strings.ToLower(inner), stem: strings.ToLower(inner), quoted: true}
	}
	text = strings.TrimSuffix(text, "'s")
	word := strings.ToLower(text)
	t := token{text: text, word: word, stem: stem(word)}
	digits := strings.NewReplacer(",", "", "$", "", "%", "").Replace(word)
	scale := 1.0
	for suffix, by := range map[string]float64{"k": 1e3, "m": 1e6} {
		if rest, ok := strings.CutSuffix(digits, suffix); ok && rest != "" {
			if _, err := strconv.ParseFloat(rest, 64); err == nil {
				digits, scale = rest, by
			}
		}
	}
	if n, err := strconv.ParseFloat(digits, 64); err == nil && word[0] != '_' {
		t.number, t.isNum = n*scale, true
	} else if n, ok := numberWords[word]; ok {
		t.number, t.isNum = n, true
	}
	return t
}

var camel = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// stems cuts a name such as order_date, OrderDate or "order date" into stems.
func stems(name string) []string {
	name = camel.ReplaceAllString(name, "$1 $2")
	var out []string
	for _, part := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("_ -.", r) }) {
		out = append(out, stem(part))
	}
	return out
}

func formatNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
