package when

import (
	"strings"

	"github.com/querent/querent/internal/semparse/text"
)

// A rule reads one form of a phrase. Its pattern is a list of elements with
// spaces between them:
//
//	in|during      one of these words; up_to is two words
//	{year}         a class of words, whose value goes to make; see classes
//	{point}        a point: any period without its preposition
//	the?           an element that may be missing (its value is then not said)
//
// Example shows what it reads; the tests read every example.
type rule struct {
	pattern string
	example string
	make    func(c *context) (Finding, bool)

	elements []element
	first    map[string]bool // the words that it can start with; nil where a class can
}

// context is what a rule sees when its pattern has matched.
type context struct {
	*parser
	at, end int
	values  []value
}

// value is what a class of a pattern stands for.
type value struct {
	said    bool
	n       int
	unit    Unit
	joined  bool // of the words of two tokens, written as one
	finding Finding
}

// element is one part of a pattern.
type element struct {
	words    [][]string
	class    string
	optional bool
}

// firstWords are the words that elements can start with; nil where a class can.
func firstWords(elements []element) map[string]bool {
	out := map[string]bool{}
	for _, e := range elements {
		if e.class != "" {
			return nil
		}
		for _, words := range e.words {
			out[words[0]] = true
		}
		if !e.optional {
			break
		}
	}
	return out
}

func compile(pattern string) []element {
	var out []element
	for _, field := range strings.Fields(pattern) {
		var e element
		field, e.optional = strings.CutSuffix(field, "?")
		if inner, ok := strings.CutPrefix(field, "{"); ok {
			e.class = strings.TrimSuffix(inner, "}")
			if classes[e.class] == nil {
				panic("when: no class " + e.class + " in pattern " + pattern) // the tables are part of the program
			}
		} else {
			for _, phrase := range strings.Split(field, "|") {
				e.words = append(e.words, strings.Split(phrase, "_"))
			}
		}
		out = append(out, e)
	}
	return out
}

// parser reads the tokens of one question.
type parser struct {
	calendar
	tokens []text.Token
	words  []string             // in lower case, short forms spelled out; "" between quotes
	known  map[string][]reading // of a class, by place
}

// reading is what a class reads at a place, once it has been asked for.
type reading struct {
	asked   bool
	options []option
}

// option is a way to read the tokens from a place on.
type option struct {
	end   int
	value value
}

func newParser(tokens []text.Token, c calendar) *parser {
	p := &parser{calendar: c, tokens: tokens, words: make([]string, len(tokens)), known: map[string][]reading{}}
	for i, t := range tokens {
		switch full, ok := shortWords[t.Lower]; {
		case t.Quoted:
		case ok:
			p.words[i] = full
		default:
			p.words[i] = t.Lower
		}
	}
	return p
}

// word is the word at a place in lower case; "" outside the question and
// between quotes.
func (p *parser) word(at int) string {
	if at < 0 || at >= len(p.words) {
		return ""
	}
	return p.words[at]
}

// shortWords are short forms of words of time that patterns spell out.
var shortWords = map[string]string{"yr": "year", "yrs": "years", "qtr": "quarter", "qtrs": "quarters", "wk": "week", "wks": "weeks",
	"mth": "month", "mths": "months", "prev": "previous"}

func (p *parser) phrase(words []string, at int) bool {
	for i, w := range words {
		if p.word(at+i) != w {
			return false
		}
	}
	return true
}

// match calls yield with each way in which the elements match from a place on.
func (p *parser) match(elements []element, at int, values []value, yield func(end int, values []value)) {
	if len(elements) == 0 {
		yield(at, values)
		return
	}
	e, rest := elements[0], elements[1:]
	for _, words := range e.words {
		if p.phrase(words, at) {
			p.match(rest, at+len(words), values, yield)
		}
	}
	if e.class != "" {
		for _, o := range p.class(e.class, at) {
			o.value.said = true
			p.match(rest, o.end, append(values[:len(values):len(values)], o.value), yield)
		}
	}
	if e.optional {
		if e.class != "" {
			values = append(values[:len(values):len(values)], value{})
		}
		p.match(rest, at, values, yield)
	}
}

func (p *parser) class(name string, at int) []option {
	if at >= len(p.tokens) {
		return nil
	}
	places := p.known[name]
	if places == nil {
		places = make([]reading, len(p.tokens))
		p.known[name] = places
	}
	if !places[at].asked {
		places[at].asked = true // a rule for points that starts with a point would ask for ever
		places[at].options = classes[name](p, at)
	}
	return places[at].options
}

// points lists the points that start at a place, at most one for each end.
func points(p *parser, at int) []option {
	var out []option
	if p.word(at) == "the" {
		out = append(out, p.class("point", at+1)...)
	}
	seen := map[int]bool{}
	for _, o := range out {
		seen[o.end] = true
	}
	for _, table := range pointRules {
		for i := range table {
			apply(p, &table[i], at, func(end int, f Finding) {
				if !seen[end] {
					seen[end] = true
					out = append(out, option{end, value{finding: f}})
				}
			})
		}
	}
	return out
}

func apply(p *parser, r *rule, at int, yield func(end int, f Finding)) {
	if r.first != nil && !r.first[p.word(at)] {
		return
	}
	p.match(r.elements, at, nil, func(end int, values []value) {
		if end == at {
			return
		}
		if f, ok := r.make(&context{p, at, end, values}); ok {
			yield(end, f)
		}
	})
}

// longest is the longest finding that starts at a place; of equals, that of
// the first rule.
func (p *parser) longest(at int) (Finding, bool) {
	var best Finding
	for _, table := range findingRules {
		for i := range table {
			apply(p, &table[i], at, func(end int, f Finding) {
				if end > best.End {
					best = f
					best.Start, best.End = at, end
				}
			})
		}
	}
	return best, best.End > 0
}
