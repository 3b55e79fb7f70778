package when

import (
	"slices"
	"strconv"
	"strings"
)

// settle looks at the findings together: a year that one names holds for its
// neighbours, "the previous month" beside another period is a shift, and what
// was taken by default is noted.
func (p *parser) settle(all []Finding) []Finding {
	p.join(all)
	p.shareYears(all)
	p.repeatMonths(all)
	p.takeYear(all)
	p.relate(all)
	all = merge(all)
	for i := range all {
		switch f := &all[i]; {
		case f.Assumed != "":
		case f.vague != "":
			f.Assumed = f.vague + " is taken as " + strings.TrimPrefix(p.sayRange(*f), "from ")
		case f.recent:
			f.Assumed = p.assumption(*f)
		}
	}
	return all
}

// joints are words that put two periods side by side.
var joints = map[string]bool{"and": true, "or": true, "vs": true, "versus": true, "v": true, "against": true, "than": true, ",": true,
	"&": true, "/": true, "compared_with": true, "with": true, "to": true, "over": true, "+": true, "on": true}

// join notes the words that stand alone between two findings.
func (p *parser) join(all []Finding) {
	for i := 1; i < len(all); i++ {
		f := &all[i]
		f.Join = p.joint(all[i-1].End, f.Start)
		if f.Preposition == "over" && f.Kind == Period && all[i-1].End == f.Start { // 2024 over 2023
			f.Join, f.Weak = "over", false
		}
	}
}

// joint is the word from one place to another that puts two periods side by
// side; "" if there is none or more.
func (p *parser) joint(from, to int) string {
	first, second := p.word(from), p.word(from+1)
	switch {
	case to == from && p.hyphenBefore(to):
		return "-"
	case to-from == 1 && joints[first]:
		return first
	case to-from == 2 && first == "," && (second == "and" || second == "or"):
		return second
	case to-from == 2 && first == "compared":
		return "vs"
	}
	return ""
}

// shareYears gives a year to periods that name none from the neighbour that
// does: "June vs May 2025", "Q1 2024 and Q2".
func (p *parser) shareYears(all []Finding) {
	for i := len(all) - 2; i >= 0; i-- {
		if all[i].recent && all[i+1].Join != "" && all[i+1].saysYear() {
			all[i].setYear(all[i+1].Range.From.Year())
		}
	}
	for i := 1; i < len(all); i++ {
		if all[i].recent && all[i].Join != "" && all[i-1].saysYear() {
			all[i].setYear(all[i-1].Range.From.Year())
		}
	}
}

// saysYear reports whether a finding is a part of a year that it names.
func (f Finding) saysYear() bool {
	return f.wholeUnits() && f.Unit < Year && f.inYear == nil && f.Move.IsZero() && !f.ToDate
}

// wholeUnits reports whether a finding is a period of whole days or longer
// units with a first one.
func (f Finding) wholeUnits() bool {
	return f.Kind == Period && f.Complete && !f.HasTime && !f.Range.From.IsZero()
}

// repeatMonths reads the 2024 of "June 2023 and 2024" as June 2024.
func (p *parser) repeatMonths(all []Finding) {
	for i := 1; i < len(all); i++ {
		f, before := &all[i], all[i-1]
		if f.Join == "" || f.Join == "," || f.Preposition != "" && f.Preposition != "of" || !p.bareYear(*f) {
			continue
		}
		if r := before.Range; before.wholeUnits() && before.Unit < Year && !r.To.IsZero() {
			f.Range, f.Unit = shiftMonths(r, 12*(f.Range.From.Year()-r.From.Year()), false), before.Unit
		}
	}
}

// bareYear reports whether a finding is a year in figures.
func (p *parser) bareYear(f Finding) bool {
	n, ok := p.integer(f.End-1, 2099)
	return ok && f.Kind == Period && f.Unit == Year && n == f.Range.From.Year() && f.End-f.Start <= 2
}

// takeYear gives the one period without a year that of "this year" or "last
// year" elsewhere in the question: "the Q1 invoices last year".
func (p *parser) takeYear(all []Finding) {
	unsaid, year := -1, -1
	for i, f := range all {
		if f.recent {
			if unsaid >= 0 {
				return
			}
			unsaid = i
		}
		if f.wholeUnits() && f.Unit == Year && !p.bareYear(f) && year < 0 {
			year = i
		}
	}
	if unsaid < 0 || year < 0 || all[unsaid].inYear == nil {
		return
	}
	if y := all[year].Range; y.From.Year() == y.To.Year() {
		all[unsaid].setYear(y.From.Year())
	}
}

func (f *Finding) setYear(year int) {
	r := f.inYear(year)
	if !f.Mark.IsZero() {
		f.Mark = f.markIn(r)
	}
	f.Range, f.inYear, f.recent = r, nil, false
}

// beside are words after which "the previous month" is compared with another
// period.
var beside = map[string]bool{"with": true, "to": true, "vs": true, "versus": true, "against": true, "than": true, "on": true, "over": true,
	"and": true, "from": true}

// relate turns "the previous month" and "a year ago" into shifts where they
// are compared with another period.
func (p *parser) relate(all []Finding) {
	for i := range all {
		f := &all[i]
		shorter := func(g Finding) bool { return g.Kind == Period && g.Unit < f.Unit }
		switch {
		case !f.ago.IsZero() && beside[p.word(f.Start-1)] && slices.ContainsFunc(all[:i], shorter):
			f.Kind, f.Move = Shift, f.ago
		case f.Kind == Period && f.Unit != 0 && f.Move.IsZero() && p.previousBeside(*f):
			f.Kind, f.Move = Shift, Move{Unit: f.Unit, N: -1}
			if !f.Complete {
				f.Move = Move{N: -1}
			}
		}
	}
}

// previousBeside reports whether a finding says "previous" after a word that
// sets it against another period.
func (p *parser) previousBeside(f Finding) bool {
	compared := beside[p.word(f.Start-1)]
	for at := f.Start; at < f.End; at++ {
		switch w := p.word(at); {
		case w == "previous" || w == "prior" || w == "preceding":
			return compared
		case beside[w]:
			compared = true
		case w != "the":
			return false
		}
	}
	return false
}

// merge puts a period and its repetition in other words together: "on Sunday,
// yesterday".
func merge(all []Finding) []Finding {
	var out []Finding
	for _, f := range all {
		n := len(out) - 1
		if n >= 0 && f.Join == "," && f.Kind == Period && out[n].Kind == Period && f.Range == out[n].Range && f.HasTime == out[n].HasTime {
			out[n].End, out[n].Assumed = f.End, ""
			continue
		}
		out = append(out, f)
	}
	return out
}

// assumption says which year a period without one was given.
func (p *parser) assumption(f Finding) string {
	if u := p.unitOf(f.Range, false); u != 0 && (u != Week || f.Unit == Week) {
		return name(f.Range, u, false) + " is taken as " + name(f.Range, u, true)
	}
	from, to := f.Range.From.Year(), f.Range.To.Year()
	if !f.Range.From.IsZero() && !f.Range.To.IsZero() && from != to {
		return "the years are taken as " + strconv.Itoa(from) + " and " + strconv.Itoa(to)
	}
	return "the year is taken as " + strconv.Itoa(max(from, to))
}
