package when

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

func sayDay(t time.Time, year bool) string {
	if year {
		return t.Format("2 January 2006")
	}
	return t.Format("2 January")
}

var ordinals = [...]string{"", "first", "second", "third", "fourth"}

// name is how a whole unit is called: "March 2025", "the first quarter of
// 2025"; without its year "March".
func name(r Range, u Unit, year bool) string {
	y := ""
	if year {
		y = " " + strconv.Itoa(r.From.Year())
	}
	switch u {
	case Day:
		return sayDay(r.From, year)
	case Week:
		return "the week of " + sayDay(r.From, year)
	case Month:
		return r.From.Month().String() + y
	case Quarter, Half:
		n := (int(r.From.Month())-1)/u.months() + 1
		if y != "" {
			y = " of" + y
		}
		return "the " + ordinals[n] + " " + u.String() + y
	case Year:
		return r.From.Format("2006")
	case Decade:
		return "the " + r.From.Format("2006") + "s"
	case FiscalYear:
		return "fiscal year " + r.To.Format("2006")
	}
	return ""
}

// unitOf is the calendar unit that a range is exactly one of.
func (c calendar) unitOf(r Range, fiscal bool) Unit {
	if r.From.IsZero() || r.To.IsZero() {
		return 0
	}
	units := []Unit{Day, Week, Month, Quarter, Half, Year, Decade}
	if fiscal {
		units = []Unit{FiscalYear}
	}
	for _, u := range units {
		if c.whole(u, r.From, 0) == r {
			return u
		}
	}
	return 0
}

func (p *parser) say(f Finding) string {
	switch f.Kind {
	case Period:
		return p.sayPeriod(f)
	case Grain:
		return sayGrain(f)
	case Shift:
		return sayMove(f.Move)
	case Weekdays:
		return "on " + list(f.Days, func(d time.Weekday) string { return d.String() + "s" })
	case Months:
		return "in " + list(f.Months, time.Month.String) + " of every year"
	case TimeOfDay:
		return fmt.Sprintf("from %d:00 to %d:00", f.Hours[0], f.Hours[1])
	}
	return strconv.FormatFloat(f.Number, 'f', -1, 64) + " " + plurals(f.Unit.String(), int(f.Number))
}

func plurals(word string, n int) string {
	switch {
	case n == 1:
		return word
	case word == "half":
		return "halves"
	}
	return word + "s"
}

func list[T any](all []T, say func(T) string) string {
	words := make([]string, len(all))
	for i, x := range all {
		words[i] = say(x)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func (p *parser) sayPeriod(f Finding) string {
	r := f.Range
	switch {
	case r.From.IsZero() && r.To.IsZero():
		return "of all time"
	case f.HasTime:
		return sayTimes(f)
	case r.To.IsZero():
		return "since " + sayDay(r.From, true)
	case r.From.IsZero() && f.Preposition == "before":
		return "before " + sayDay(days(r.To, 1), true)
	case r.From.IsZero():
		return "until " + sayDay(r.To, true)
	}
	if !f.Complete && !f.ToDate && f.Mark.IsZero() && r.To.Equal(p.today) {
		if s := p.sayRolling(f); s != "" {
			return s
		}
	}
	return p.sayRange(f)
}

// sayRolling says days that end today by their number.
func (p *parser) sayRolling(f Finding) string {
	for n := 1; n <= 120; n++ {
		if p.rolling(n, f.Unit) == f.Range {
			if n == 1 {
				return map[Unit]string{Week: "in the last 7 days", Quarter: "in the last 3 months", Year: "in the last 12 months", Day: "today"}[f.Unit]
			}
			return "in the last " + strconv.Itoa(n) + " " + plurals(f.Unit.String(), n)
		}
	}
	return ""
}

func (p *parser) sayRange(f Finding) string {
	r := f.Range
	switch u := p.unitOf(r, f.Unit == FiscalYear); {
	case f.Unit == FiscalQuarter && p.whole(FiscalQuarter, r.From, 0) == r:
		year := p.whole(FiscalYear, r.From, 0)
		return "in the " + ordinals[daysBetween(year.From, r.From)/89+1] + " quarter of " + name(year, FiscalYear, true)
	case u == Day:
		return "on " + name(r, u, true)
	case u != 0 && (u != Week || f.Unit == Week):
		return "in " + name(r, u, true)
	}
	return p.sayEnds(f)
}

// sayEnds says a range that is no unit by its first and its last.
func (p *parser) sayEnds(f Finding) string {
	r := f.Range
	first, last := r.From.Day() == 1, days(r.To, 1).Day() == 1
	oneYear := r.From.Year() == r.To.Year()
	switch {
	case first && last && r.From.Month() == time.January && r.To.Month() == time.December:
		return "from " + r.From.Format("2006") + " to " + r.To.Format("2006")
	case sameMonth(r):
		return fmt.Sprintf("from %d to %s", r.From.Day(), sayDay(r.To, true))
	case first && last && !f.ToDate && f.Unit.months() > 0:
		return "from " + name(r, Month, !oneYear) + " to " + name(Range{From: r.To}, Month, true)
	}
	return "from " + sayDay(r.From, !oneYear) + " to " + sayDay(r.To, true)
}

func sayTimes(f Finding) string {
	const form = "2 January 2006 15:04"
	r := f.Range
	switch {
	case r.To.IsZero():
		return "since " + r.From.Format(form)
	case r.From.IsZero():
		return "before " + r.To.Format(form)
	}
	if n := int(r.To.Sub(r.From).Hours()); f.Unit == Hour && !f.Complete {
		if n == 1 {
			return "in the last hour"
		}
		return fmt.Sprintf("in the last %d hours", n)
	}
	return "from " + r.From.Format(form) + " to " + r.To.Format(form)
}

func sayGrain(f Finding) string {
	if f.Step > 1 {
		return fmt.Sprintf("every %d %s", f.Step, plurals(f.Unit.String(), f.Step))
	}
	if f.Unit == Half {
		return "by half-year"
	}
	return "by " + f.Unit.String()
}

func sayMove(m Move) string {
	switch {
	case m.ToYear != 0:
		return "the same period in " + strconv.Itoa(m.ToYear)
	case m.Unit == 0:
		return "the period before"
	case m.N == 0:
		return "in the same " + m.Unit.String()
	case m.N == -1 && m.Same:
		return "the same period one " + m.Unit.String() + " before"
	case m.N == -1:
		return "the " + m.Unit.String() + " before"
	case m.N == 1:
		return "the " + m.Unit.String() + " after"
	case m.Same:
		return fmt.Sprintf("the same period %d %s before", -m.N, plurals(m.Unit.String(), -m.N))
	}
	return fmt.Sprintf("the %d %s before", -m.N, plurals(m.Unit.String(), -m.N))
}
