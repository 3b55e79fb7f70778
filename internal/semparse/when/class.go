package when

import (
	"strconv"
	"strings"

	"github.com/querent/querent/internal/semparse/text"
)

// classes are the kinds of words that patterns speak of.
var classes map[string]func(p *parser, at int) []option

func allClasses() map[string]func(p *parser, at int) []option {
	return map[string]func(p *parser, at int) []option{
		"point":    points,
		"n":        number,
		"ord":      ordinal,
		"last":     lookup(map[string]value{"last": {n: -1}, "final": {n: -1}, "closing": {n: -1}}),
		"unit":     unitWord,
		"length":   lengthWord,
		"month":    monthWord,
		"weekday":  weekdayWord,
		"weekdays": weekdaysWord,
		"season":   lookup(seasons),
		"year":     yearWord,
		"yy":       shortYear,
		"day":      dayNumber,
		"nth":      dayOrdinal,
		"iso":      isoDate,
		"figures":  figureDate,
		"q":        prefixed("q", 4, Quarter),
		"h":        prefixed("h", 2, Half),
		"w":        prefixed("w", 53, Week),
		"fy":       fiscalWord,
		"yq":       yearQuarter,
		"decade":   decadeWord,
		"glued":    gluedLength,
		"clock":    clock,
		"hyphen":   hyphen,
		"grain":    grainWord,
		"ahead":    ahead,
		"most":     mostAhead,
		"any":      anyWord,
	}
}

func one(end int, v value) []option { return []option{{end, v}} }

func lookup(words map[string]value) func(p *parser, at int) []option {
	return func(p *parser, at int) []option {
		if v, ok := words[p.word(at)]; ok {
			return one(at+1, v)
		}
		return nil
	}
}

// hyphenBefore reports whether nothing but a hyphen stands before a token.
func (p *parser) hyphenBefore(at int) bool {
	if at <= 0 || at >= len(p.tokens) {
		return false
	}
	switch gap := p.tokens[at].Start - p.tokens[at-1].End; {
	case p.tokens[at].Spaced:
		return gap == 3 || gap == 5 // a dash of one or three bytes between spaces
	default:
		return gap == 1 || gap == 3
	}
}

// apostrophe reports whether a token is a year in two digits: '24.
func (p *parser) apostrophe(at int) bool {
	return at < len(p.tokens) && (strings.HasPrefix(p.tokens[at].Raw, "'") || strings.HasPrefix(p.tokens[at].Raw, "’"))
}

func hyphen(p *parser, at int) []option {
	if p.hyphenBefore(at) {
		return one(at, value{})
	}
	return nil
}

// integer is the value of a token that is a plain whole number, at most most.
func (p *parser) integer(at, most int) (int, bool) {
	w := p.word(at)
	if w == "" || len(w) > 4 || strings.Trim(w, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(w)
	return n, err == nil && n <= most
}

var vagueNumbers = map[string]int{"few": 3, "several": 3}

func number(p *parser, at int) []option {
	w := p.word(at)
	if n, ok := p.integer(at, 9999); ok && n > 0 {
		return one(at+1, value{n: n})
	}
	if n, ok := text.NumberWords[w]; ok {
		return one(p.restOfNumber(int(n), at+1))
	}
	if n, ok := vagueNumbers[w]; ok {
		return one(at+1, value{n: n})
	}
	switch p.word(at + 1) {
	case "couple", "few", "dozen":
		if w == "a" {
			return number(p, at+1)
		}
	}
	return nil
}

// restOfNumber is a number in words whose first word is known: twenty four, a
// dozen of.
func (p *parser) restOfNumber(n, end int) (int, value) {
	next := text.NumberWords[p.word(end)]
	switch w := p.word(end - 1); {
	case n >= 20 && n < 100 && next > 0 && next < 10:
		return end + 1, value{n: n + int(next)}
	case (w == "couple" || w == "dozen") && p.word(end) == "of":
		return end + 1, value{n: n}
	}
	return end, value{n: n}
}

func ordinal(p *parser, at int) []option {
	w := p.word(at)
	if n, ok := text.OrdinalWords[w]; ok {
		return one(at+1, value{n: n})
	}
	return dayOrdinal(p, at)
}

// dayOrdinal is a day in figures with its ending: 24th.
func dayOrdinal(p *parser, at int) []option {
	w := p.word(at)
	if len(w) < 3 || !p.tokens[at].IsNumber || strings.Trim(w[len(w)-2:], "stndrh") != "" {
		return nil
	}
	n := int(p.tokens[at].Number)
	if n < 1 || n > 99 {
		return nil
	}
	return one(at+1, value{n: n})
}

func dayNumber(p *parser, at int) []option {
	if n, ok := p.integer(at, 31); ok && n > 0 && len(p.word(at)) <= 2 {
		return one(at+1, value{n: n})
	}
	for _, o := range ordinal(p, at) {
		if o.value.n <= 31 {
			return one(o.end, o.value)
		}
	}
	return nil
}

var unitWords = map[string]Unit{
	"hour": Hour, "hours": Hour, "hr": Hour, "hrs": Hour,
	"day": Day, "days": Day, "week": Week, "weeks": Week,
	"month": Month, "months": Month, "mo": Month, "mos": Month,
	"quarter": Quarter, "quarters": Quarter, "half": Half, "halves": Half,
	"year": Year, "years": Year, "decade": Decade, "decades": Decade,
}

// kindsOf are words before a unit that say which kind of it is meant.
var kindsOf = map[string]func(Unit) Unit{
	"fiscal": fiscalUnit, "financial": fiscalUnit, "calendar": sameUnit, "business": sameUnit, "working": sameUnit,
	"half": func(u Unit) Unit {
		if u == Year {
			return Half
		}
		return 0
	},
}

func sameUnit(u Unit) Unit { return u }

func fiscalUnit(u Unit) Unit { return map[Unit]Unit{Year: FiscalYear, Quarter: FiscalQuarter}[u] }

func unitWord(p *parser, at int) []option {
	w := p.word(at)
	if kind := kindsOf[w]; kind != nil {
		if u := kind(unitWords[p.word(at+1)]); u > 0 {
			return one(at+2, value{unit: u, n: 1})
		}
	}
	switch w {
	case "fortnight", "fortnights":
		return one(at+1, value{unit: Week, n: 2})
	case "fy", "fys":
		return one(at+1, value{unit: FiscalYear, n: 1})
	}
	if u := unitWords[w]; u > 0 {
		return one(at+1, value{unit: u, n: 1})
	}
	return nil
}

// lengthWord is a unit, minutes and seconds included, to measure with.
func lengthWord(p *parser, at int) []option {
	switch p.word(at) {
	case "minute", "minutes", "min", "mins":
		return one(at+1, value{unit: Minute, n: 1})
	case "seconds", "secs":
		return one(at+1, value{unit: Second, n: 1})
	}
	return unitWord(p, at)
}

var gluedUnits = map[string]Unit{"h": Hour, "hr": Hour, "hrs": Hour, "d": Day, "w": Week, "wk": Week, "mo": Month, "mth": Month,
	"y": Year, "yr": Year, "yrs": Year, "min": Minute, "mins": Minute, "days": Day, "weeks": Week, "months": Month, "years": Year}

// gluedLength is a number written together with its unit: 24h, 30d, 12m.
func gluedLength(p *parser, at int) []option {
	w := p.word(at)
	digits := strings.TrimRight(w, "abcdefghijklmnopqrstuvwxyz")
	n, err := strconv.Atoi(digits)
	if err != nil || n <= 0 || n > 9999 {
		return nil
	}
	if u, ok := gluedUnits[w[len(digits):]]; ok {
		return one(at+1, value{unit: u, n: n})
	}
	return nil
}

var seasons = map[string]value{"spring": {n: 3}, "summer": {n: 6}, "autumn": {n: 9}, "fall": {n: 9}, "winter": {n: 12}}
