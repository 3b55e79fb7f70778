package when

import (
	"strings"
	"time"
	"unicode"

	"github.com/querent/querent/internal/semparse/text"
)

var monthNames = map[string]time.Month{}

var weekdayNames = map[string]time.Weekday{}

func init() {
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		monthNames[name], monthNames[name[:3]] = m, m
	}
	monthNames["sept"] = time.September
	for d := time.Sunday; d <= time.Saturday; d++ {
		name := strings.ToLower(d.String())
		weekdayNames[name], weekdayNames[name[:3]] = d, d
	}
	weekdayNames["tues"], weekdayNames["weds"], weekdayNames["thurs"], weekdayNames["thur"] = 2, 3, 4, 4
}

// ordinary are names of months and days that are English words too.
var ordinary = text.WordSet("may march mar august sun sat mon wed fri")

// named reports whether the word at a place is the name of a month or a day
// rather than an ordinary word: by its capital inside a sentence, by the word
// before, or by the year, day or name after it.
func (p *parser) named(at int) bool {
	w, before := p.word(at), p.word(at-1)
	switch d, ok := p.integer(at-1, 31); {
	case !ordinary[w]:
		return true
	case p.tokens[at].Capital() && w != "mar" && w != "sun" && at > 0 && !p.shouted():
		return true
	case ok && d > 0 && (strong[p.word(at-2)] || weakly[p.word(at-2)]): // between 1 and 5 may
		return true
	case p.followedByDate(at + 1), p.beside(at, 1), p.beside(at, -1), strong[before]:
		return true
	}
	return weakly[before] && (p.nameAt(at-2) || p.nameAt(at+1))
}

// strong are words after which "may" is the month; weakly are those after
// which it is one beside another name.
var (
	strong = text.WordSet(`in of since until till during for this last next by from through throughout before after between
early late mid past previous every on against than vs versus start beginning end`)
	weakly = text.WordSet("and or to with / & ,")
)

// shouted reports whether the question is in capitals throughout.
func (p *parser) shouted() bool {
	for _, t := range p.tokens {
		if strings.IndexFunc(t.Raw, unicode.IsLower) >= 0 {
			return false
		}
	}
	return true
}

// beside reports whether a name of the same sort stands next to the word with a
// hyphen or "to" between: Mon-Fri, may to july.
func (p *parser) beside(at, step int) bool {
	other := at + step
	if p.word(other) == "to" {
		other += step
	} else if !p.hyphenBefore(max(at, other)) {
		return false
	}
	_, day := weekdayNames[p.word(at)]
	_, otherDay := weekdayNames[p.word(other)]
	return day && otherDay || monthNames[p.word(at)] > 0 && monthNames[p.word(other)] > 0
}

func (p *parser) nameAt(at int) bool {
	w := p.word(at)
	_, day := weekdayNames[strings.TrimSuffix(w, "s")]
	return monthNames[w] > 0 && !ordinary[w] || len(w) > 3 && day || p.followedByDate(at)
}

// followedByDate reports whether a year or a relative year stands at a place.
func (p *parser) followedByDate(at int) bool {
	if n, ok := p.integer(at, 2099); ok && n >= 1900 {
		return true
	}
	return (p.word(at) == "this" || p.word(at) == "last") && unitWords[p.word(at+1)] == Year
}

func monthWord(p *parser, at int) []option {
	m, ok := monthNames[p.word(at)]
	if !ok || !p.named(at) && !p.perhaps(at) {
		return nil
	}
	return one(at+1, value{n: int(m), unit: Month})
}

// perhaps reports whether an ordinary word may be a month all the same: first
// of the question, or before a thing that is asked for. The reading is weak.
func (p *parser) perhaps(at int) bool {
	w, before, next := p.word(at), p.word(at-1), p.word(at+1)
	switch {
	case next == "" && w == "may" || subjects[next]:
		return false
	case at == 0:
		return true
	case w == "may":
		return openers[before]
	}
	return !subjects[before]
}

// subjects are words that "may" and "march" are verbs beside.
var subjects = text.WordSet(`i we you they he she it that who which what to will can not be have approve also only still just the this any
there people customers employees users in on into against for`)

// openers are words after which "may" names what is asked for.
var openers = text.WordSet("show list give me total all our compare the my of get see find and vs")

func weekdayWord(p *parser, at int) []option {
	w := p.word(at)
	d, ok := weekdayNames[w]
	if !ok || !p.named(at) {
		return nil
	}
	return one(at+1, value{n: int(d), unit: Weekday})
}

// weekdaysWord is a weekday in the plural: every one of them.
func weekdaysWord(p *parser, at int) []option {
	w, ok := strings.CutSuffix(p.word(at), "s")
	d, known := weekdayNames[w]
	if !ok || !known || len(w) <= 3 {
		return nil
	}
	return one(at+1, value{n: int(d), unit: Weekday})
}
