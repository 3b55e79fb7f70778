package when

import (
	"strconv"
	"strings"
	"time"
)

// shortYear is a year in two digits.
func shortYear(p *parser, at int) []option {
	if len(p.word(at)) != 2 {
		return nil
	}
	n, ok := p.integer(at, 99)
	if !ok {
		return nil
	}
	return one(at+1, value{n: 2000 + n, joined: p.apostrophe(at) || p.hyphenBefore(at)})
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
	if len(w) < 7 || w[4] != '-' {
		return nil
	}
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
