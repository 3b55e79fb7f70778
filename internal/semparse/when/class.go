package when

import (
	"strconv"
	"strings"
	"time"

	"github.com/querent/querent/internal/semparse/text"
)

// classes are the kinds of words that patterns speak of.
var classes map[string]func(p *parser, at int) []option

func allClasses() map[string]func(p *parser, at int) []option {
	return map[string]func(p *parser, at int) []option{
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

// apostropheBefore reports whether a sign that is no token stands between a
// space and the token, as in "in '24".
func (p *parser) apostropheBefore(at int) bool {
	if at >= len(p.tokens) || p.tokens[at].Spaced {
		return false
	}
	if at == 0 {
		return p.tokens[0].Start == 1
	}
	return p.tokens[at].Start-p.tokens[at-1].End == 2
}

func hyphen(p *parser, at int) []option {
	if p.hyphenBefore(at) {
		return one(at, value{})
	}
	return nil
}

// whole is the value of a token that is a plain whole number, at most most.
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
		end := at + 1
		switch next := text.NumberWords[p.word(end)]; {
		case n >= 20 && n < 100 && next > 0 && next < 10:
			n, end = n+next, end+1
		case w == "couple" || w == "dozen":
			if p.word(end) == "of" {
				end++
			}
		}
		return one(end, value{n: int(n)})
	}
	if n, ok := vagueNumbers[w]; ok {
		return one(at+1, value{n: n})
	}
	if w == "a" && (p.word(at+1) == "couple" || p.word(at+1) == "few" || p.word(at+1) == "dozen") {
		return number(p, at+1)
	}
	return nil
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
	"day": Day, "days": Day, "week": Week, "weeks": Week, "wk": Week, "wks": Week,
	"month": Month, "months": Month, "mth": Month, "mths": Month, "mo": Month, "mos": Month,
	"quarter": Quarter, "quarters": Quarter, "qtr": Quarter, "qtrs": Quarter, "qtrly": Quarter,
	"half": Half, "halves": Half, "semester": Half, "semesters": Half,
	"year": Year, "years": Year, "yr": Year, "yrs": Year, "decade": Decade, "decades": Decade,
}

func unitWord(p *parser, at int) []option {
	w, next := p.word(at), p.word(at+1)
	switch {
	case w == "fortnight" || w == "fortnights":
		return one(at+1, value{unit: Week, n: 2})
	case (w == "fiscal" || w == "financial") && unitWords[next] == Year:
		return one(at+2, value{unit: FiscalYear, n: 1})
	case (w == "fiscal" || w == "financial") && unitWords[next] == Quarter:
		return one(at+2, value{unit: FiscalQuarter, n: 1})
	case w == "fy" || w == "fys":
		return one(at+1, value{unit: FiscalYear, n: 1})
	case (w == "calendar" || w == "business" || w == "working") && unitWords[next] > 0:
		return one(at+2, value{unit: unitWords[next], n: 1})
	case w == "half" && unitWords[next] == Year:
		return one(at+2, value{unit: Half, n: 1})
	case unitWords[w] > 0 && w != "qtrly":
		return one(at+1, value{unit: unitWords[w], n: 1})
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

// gluedLength is a number written together with its unit: 24h, 30d, 12m.
func gluedLength(p *parser, at int) []option {
	w := p.word(at)
	digits := strings.TrimRight(w, "abcdefghijklmnopqrstuvwxyz")
	n, err := strconv.Atoi(digits)
	if err != nil || n <= 0 || n > 9999 {
		return nil
	}
	suffixes := map[string]Unit{"h": Hour, "hr": Hour, "hrs": Hour, "d": Day, "w": Week, "wk": Week, "mo": Month, "mth": Month,
		"y": Year, "yr": Year, "yrs": Year, "min": Minute, "mins": Minute, "days": Day, "weeks": Week, "months": Month, "years": Year}
	if u, ok := suffixes[w[len(digits):]]; ok {
		return one(at+1, value{unit: u, n: n})
	}
	return nil
}

var seasons = map[string]value{"spring": {n: 3}, "summer": {n: 6}, "autumn": {n: 9}, "fall": {n: 9}, "winter": {n: 12}}

// shortYear is a year in two digits.
func shortYear(p *parser, at int) []option {
	if len(p.word(at)) != 2 {
		return nil
	}
	n, ok := p.integer(at, 99)
	if !ok {
		return nil
	}
	return one(at+1, value{n: 2000 + n, joined: p.apostropheBefore(at) || p.hyphenBefore(at)})
}

// prefixed is a letter with a number: Q1, H2, W27.
func prefixed(letter string, most int, u Unit) func(p *parser, at int) []option {
	return func(p *parser, at int) []option {
		w, ok := strings.CutPrefix(p.word(at), letter)
		if u == Week && !ok {
			w, ok = strings.CutPrefix(p.word(at), "cw")
		}
		n, err := strconv.Atoi(w)
		if !ok || err != nil || n < 1 || n > most {
			return nil
		}
		return one(at+1, value{n: n, unit: u})
	}
}

// yearQuarter is a quarter or half written together with its year: 2023Q2,
// Q22023, 1Q25.
func yearQuarter(p *parser, at int) []option {
	w := p.word(at)
	for letter, u := range map[string]Unit{"q": Quarter, "h": Half} {
		before, after, ok := strings.Cut(w, letter)
		if !ok {
			continue
		}
		if len(before) < len(after) || before == "" { // 1q25
			before, after = after, before
			if before == "" || after == "" {
				continue
			}
		}
		year, err := strconv.Atoi(before)
		n, err2 := strconv.Atoi(after)
		if err != nil || err2 != nil || n < 1 || n > 12/u.months() {
			continue
		}
		if len(before) == 2 {
			year += 2000
		}
		if year >= 1900 && year < 2100 {
			return one(at+1, value{n: year*10 + n, unit: u})
		}
	}
	return nil
}

// fiscalWord is a fiscal year in short: FY24, FY2024, FY24/25.
func fiscalWord(p *parser, at int) []option {
	w, ok := strings.CutPrefix(p.word(at), "fy")
	end := at + 1
	if ok && w == "" {
		w = p.word(at + 1)
		end++
	}
	n, err := strconv.Atoi(w)
	if !ok || err != nil || len(w) != 2 && len(w) != 4 {
		return nil
	}
	if len(w) == 2 {
		n += 2000
	}
	if n < 1900 || n >= 2100 {
		return nil
	}
	out := one(end, value{n: n})
	next := end
	if p.word(end) == "/" {
		next++
	} else if !p.hyphenBefore(end) {
		return out
	}
	if second, ok := p.integer(next, 2100); ok && second%100 == (n+1)%100 {
		out = append(out, option{next + 1, value{n: n + 1}})
	}
	return out
}

func decadeWord(p *parser, at int) []option {
	w, ok := strings.CutSuffix(p.word(at), "0s")
	n, err := strconv.Atoi(w)
	if !ok || err != nil {
		return nil
	}
	switch {
	case len(w) == 3 && n >= 100 && n < 210:
		return one(at+1, value{n: n * 10})
	case len(w) == 1 && n >= 2 && p.word(at-1) == "the":
		return one(at+1, value{n: 1900 + n*10})
	}
	return nil
}

func isoDate(p *parser, at int) []option {
	w := strings.ToUpper(p.word(at))
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, w, p.now.Location()); err == nil {
			return one(at+1, value{finding: Finding{Range: Range{t, t.Add(time.Minute)}, Unit: Minute, HasTime: true}})
		}
	}
	if t, err := time.ParseInLocation("2006-01-02", w, p.now.Location()); err == nil {
		return one(at+1, value{finding: Finding{Range: Range{t, t}, Unit: Day}})
	}
	if t, err := time.ParseInLocation("2006-01", w, p.now.Location()); err == nil {
		return one(at+1, value{finding: Finding{Range: p.whole(Month, t, 0), Unit: Month}})
	}
	// 2021-23 has no month: it means two years
	if from, to, ok := strings.Cut(w, "-"); ok && len(from) == 4 && len(to) == 2 {
		a, err := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err == nil && err2 == nil && b > a%100 {
			return one(at+1, value{finding: Finding{Range: Range{p.year(a).From, p.year(a - a%100 + b).To}, Unit: Year}})
		}
	}
	return nil
}

// figureDate is a day in figures: 24/11/2026, 1.5.25. Where one figure can
// be no month the order is certain; a day with full stops has its day first.
func figureDate(p *parser, at int) []option {
	w := p.word(at)
	sep := "/"
	if strings.Contains(w, ".") {
		sep = "."
	}
	parts := strings.Split(w, sep)
	if len(parts) != 3 {
		return nil
	}
	var n [3]int
	for i, s := range parts {
		var err error
		if n[i], err = strconv.Atoi(s); err != nil {
			return nil
		}
	}
	d, m, y := n[0], n[1], n[2]
	if m > 12 || sep == "/" && !p.DayFirst && d <= 12 {
		d, m = m, d
	}
	if y < 100 {
		y += 2000
	}
	t, ok := p.valid(y, time.Month(m), d)
	if !ok {
		return nil
	}
	f := Finding{Range: Range{t, t}, Unit: Day}
	if sep == "/" && n[0] <= 12 && n[1] <= 12 && n[0] != n[1] {
		f.Assumed = p.tokens[at].Raw + " is taken as " + sayDay(t, true)
	}
	return one(at+1, value{finding: f})
}

// clock is a time of day in hours: 6 pm, 6pm, 18:00, noon.
func clock(p *parser, at int) []option {
	switch w := p.word(at); {
	case w == "noon" || w == "midday":
		return one(at+1, value{n: 12})
	case w == "midnight":
		return one(at+1, value{n: 24})
	case strings.HasSuffix(w, ":00"):
		if n, err := strconv.Atoi(w[:len(w)-3]); err == nil && n <= 24 {
			return one(at+1, value{n: n})
		}
	case strings.HasSuffix(w, "am"), strings.HasSuffix(w, "pm"):
		if n, err := strconv.Atoi(w[:len(w)-2]); err == nil && n >= 1 && n <= 12 {
			return one(at+1, value{n: n%12 + 12*b2i(w[len(w)-2] == 'p')})
		}
	}
	n, ok := p.integer(at, 24)
	if !ok {
		return nil
	}
	switch next := p.word(at + 1); {
	case next == "am" && n >= 1 && n <= 12:
		return one(at+2, value{n: n % 12})
	case next == "pm" && n >= 1 && n <= 12:
		return one(at+2, value{n: n%12 + 12})
	case next == "o'clock" || next == "oclock":
		return one(at+2, value{n: n})
	}
	return nil
}
