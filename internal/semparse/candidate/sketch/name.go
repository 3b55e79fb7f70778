package sketch

import (
	"slices"
	"strings"
	"unicode"

	"github.com/kljensen/snowball/english"
)

// part is one word of an identifier or value.
type part struct {
	word   string // lower case, abbreviations spelt out where they are common
	stem   string
	weight float64      // share of the name's meaning, before normalising
	vector [2][]float32 // of the singular and the plural; nil when unknown
}

// spelt are abbreviations that databases use everywhere. A name's other short
// forms are matched as abbreviations of the question's own words.
var spelt = map[string][]string{
	"num": {"number"}, "nbr": {"number"}, "no": {"number"}, "nr": {"number"}, "nm": {"name"}, "fname": {"first", "name"},
	"lname": {"last", "name"}, "mname": {"middle", "name"}, "firstname": {"first", "name"}, "lastname": {"last", "name"},
	"surname": {"last", "name"}, "forename": {"first", "name"}, "dob": {"date", "birth"}, "birthdate": {"birth", "date"},
	"qty": {"quantity"}, "amt": {"amount"}, "desc": {"description"}, "addr": {"address"}, "dept": {"department"},
	"emp": {"employee"}, "cust": {"customer"}, "prod": {"product"}, "acct": {"account"}, "avg": {"average"}, "min": {"minimum"},
	"max": {"maximum"}, "pct": {"percent"}, "yr": {"year"}, "tel": {"telephone"}, "mgr": {"manager"}, "cnt": {"count"},
	"lat": {"latitude"}, "lng": {"longitude"}, "ssn": {"ssn"}, "zipcode": {"zip", "code"}, "postcode": {"post", "code"},
	"sname": {"name"}, "cname": {"name"}, "pname": {"name"}, "prof": {"professor"}, "stu": {"student"}, "org": {"organization"},
}

// nameParts cuts an identifier such as order_date, OrderDate, clubname or
// emp_lname into words.
func nameParts(name string, words Words) []part {
	var out []part
	for _, w := range splitName(name) {
		for _, p := range expand(w, words) {
			out = append(out, newPart(p, words))
		}
	}
	return out
}

func newPart(word string, words Words) part {
	p := part{word: word, stem: stem(word), weight: 1}
	switch word {
	case "id", "code", "of", "the", "in", "ref", "number":
		p.weight = 0.6
	}
	if words != nil {
		p.vector = vectors(word, words)
	}
	return p
}

// vectors are those of a word's singular and plural. Words are compared in the
// same number: "documents" is nearer to "files" than "document" to "file".
func vectors(word string, words Words) (out [2][]float32) {
	one, many := word, word+"s"
	switch {
	case strings.HasSuffix(word, "ies"):
		one, many = strings.TrimSuffix(word, "ies")+"y", word
	case strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss"):
		one, many = strings.TrimSuffix(word, "s"), word
	case strings.HasSuffix(word, "y"):
		many = strings.TrimSuffix(word, "y") + "ies"
	}
	for i, w := range []string{one, many} {
		out[i], _ = words.Vector(w)
	}
	if out[0] == nil {
		out[0], _ = words.Vector(word)
	}
	return out
}

// expand spells an abbreviation out, and cuts words that were written as one.
func expand(word string, words Words) []string {
	if s, ok := spelt[word]; ok {
		return s
	}
	if words == nil || len(word) < 5 {
		return []string{word}
	}
	if _, known := words.Vector(word); known {
		return []string{word}
	}
	if cut := segment(word, words); cut != nil && !slices.Contains([]string{"in", "on", "at", "to"}, cut[0]) { // invoice is no voice
		var out []string
		for _, w := range cut {
			if s, ok := spelt[w]; ok {
				out = append(out, s...)
			} else {
				out = append(out, w)
			}
		}
		return out
	}
	return []string{word}
}

// shortWords may be pieces of a name written as one word.
var shortWords = wordSet("id no of to in by on is at num dob age day max min avg")

// segment cuts letters into the fewest known words; nil when it can't.
func segment(letters string, words Words) []string {
	type cell struct {
		cost float64
		from int
	}
	n := len(letters)
	best := make([]cell, n+1)
	for i := 1; i <= n; i++ {
		best[i] = cell{cost: 1e9}
		for j := max(0, i-14); j < i; j++ {
			w := letters[j:i]
			if len(w) < 4 && !shortWords[w] || best[j].cost >= 1e9 {
				continue
			}
			_, known := words.Vector(w)
			if !known && spelt[w] == nil && w != "id" {
				continue
			}
			if c := best[j].cost + 1 + 3/float64(len(w)); c < best[i].cost {
				best[i] = cell{c, j}
			}
		}
	}
	if best[n].cost >= 1e9 || best[n].cost > 6 {
		return nil
	}
	var out []string
	for i := n; i > 0; i = best[i].from {
		out = append([]string{letters[best[i].from:i]}, out...)
	}
	return out
}

// splitName cuts at signs, at capitals and between letters and digits, in
// lower case.
func splitName(name string) []string {
	var out []string
	r := []rune(name)
	start := -1
	for i := 0; i <= len(r); i++ {
		inside := i < len(r) && (unicode.IsLetter(r[i]) || unicode.IsDigit(r[i]))
		if start >= 0 && (!inside || unicode.IsUpper(r[i]) && (!unicode.IsUpper(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1])) || unicode.IsDigit(r[i]) != unicode.IsDigit(r[i-1])) {
			out = append(out, strings.ToLower(string(r[start:i])))
			start = -1
		}
		if inside && start < 0 {
			start = i
		}
	}
	return out
}

func stem(word string) string {
	if s, ok := irregular[word]; ok {
		word = s
	}
	return english.Stem(word, false)
}

// irregular are plurals that stemming leaves apart from their singulars.
var irregular = map[string]string{"people": "person", "children": "child", "men": "man", "women": "woman", "mice": "mouse",
	"feet": "foot", "criteria": "criterion", "indices": "index", "staffs": "staff"}

// abbreviates reports whether short is how a name may shorten the word: its
// beginning, or its letters in order from the first with most vowels left out.
func abbreviates(short, word string) bool {
	if len(short) < 2 || len(word) <= len(short) || short[0] != word[0] {
		return false
	}
	if strings.HasPrefix(word, short) {
		return len(short) >= 3 || len(word) <= 8
	}
	if len(short) < 3 {
		return false
	}
	at, consonants := 0, 0
	for i := range len(word) {
		if at < len(short) && word[i] == short[at] {
			at++
		} else if at > 0 && !strings.ContainsRune("aeiou", rune(word[i])) {
			consonants++
		}
	}
	return at == len(short) && consonants <= len(short)-1 && short[len(short)-1] != 's'
}
