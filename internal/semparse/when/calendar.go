package when

import "time"

// calendar computes days as seen from today.
type calendar struct {
	now    time.Time
	today  time.Time
	fiscal time.Month
	Options
}

func newCalendar(now time.Time, o Options) calendar {
	if o.FiscalYearStart < time.January || o.FiscalYearStart > time.December {
		o.FiscalYearStart = time.January
	}
	c := calendar{now: now, fiscal: o.FiscalYearStart, Options: o}
	c.today = c.date(now.Year(), now.Month(), now.Day())
	return c
}

func (c calendar) date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, c.now.Location())
}

// valid gives a day if the month has it.
func (c calendar) valid(year int, month time.Month, day int) (time.Time, bool) {
	t := c.date(year, month, day)
	return t, t.Month() == month && t.Day() == day && year > 0 && year < 10000
}

func days(t time.Time, n int) time.Time { return t.AddDate(0, 0, n) }

// daysBetween counts the days from one to another; an hour more or less, where
// the clocks change, is none.
func daysBetween(a, b time.Time) int { return int(b.Sub(a).Hours()/24 + 0.5) }

// addMonths goes n months on and stays in that month: 31 March less one month
// is 28 February.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, t.Location())
	last := days(first.AddDate(0, 1, 0), -1).Day()
	return days(first, min(t.Day(), last)-1)
}

// add goes n units on.
func add(t time.Time, u Unit, n int) time.Time {
	if m := u.months(); m > 0 {
		return addMonths(t, m*n)
	}
	return days(t, u.days()*n)
}

// start is the first day of the unit that holds t.
func (c calendar) start(u Unit, t time.Time) time.Time {
	y, m := t.Year(), t.Month()
	switch u {
	case Week:
		return days(c.date(y, m, t.Day()), -(int(t.Weekday())+6)%7)
	case Month:
		return c.date(y, m, 1)
	case Quarter:
		return c.date(y, (m-1)/3*3+1, 1)
	case Half:
		return c.date(y, (m-1)/6*6+1, 1)
	case Year:
		return c.date(y, time.January, 1)
	case Decade:
		return c.date(y-y%10, time.January, 1)
	case FiscalQuarter:
		return c.date(y, m-(m-c.fiscal+12)%3, 1)
	case FiscalYear:
		return c.date(y, m-(m-c.fiscal+12)%12, 1)
	}
	return c.date(y, m, t.Day())
}

// whole is the unit that holds t, moved by n units.
func (c calendar) whole(u Unit, t time.Time, n int) Range {
	from := add(c.start(u, t), u, n)
	return Range{from, days(add(from, u, 1), -1)}
}

// units are the days from the first to the last of whole units around today:
// units(Month, -3, -1) are the three months before this one.
func (c calendar) units(u Unit, first, last int) Range {
	return Range{c.whole(u, c.today, first).From, c.whole(u, c.today, last).To}
}

// rolling are the n units that end today.
func (c calendar) rolling(n int, u Unit) Range {
	return Range{days(add(c.today, u, -n), 1), c.today}
}

func (c calendar) year(y int) Range { return c.whole(Year, c.date(y, 1, 1), 0) }

// part is the nth unit of a year, counted from one.
func (c calendar) part(u Unit, n, year int) Range {
	return c.whole(u, c.date(year, 1, 1), n-1)
}

// fiscalYear is the fiscal year that ends in the given year.
func (c calendar) fiscalYear(year int) Range {
	if c.fiscal > time.January {
		year--
	}
	return c.whole(FiscalYear, c.date(year, c.fiscal, 1), 0)
}

// isoWeek is the nth week of a year by ISO 8601.
func (c calendar) isoWeek(year, n int) Range {
	return c.whole(Week, c.date(year, time.January, 4), n-1)
}

// latest is the year of the latest occurrence that has begun.
func (c calendar) latest(inYear func(int) Range) int {
	y := c.today.Year()
	if inYear(y).From.After(c.today) {
		return y - 1
	}
	return y
}

// past is the year of the latest occurrence that is over or is today.
func (c calendar) past(inYear func(int) Range) int {
	y := c.today.Year()
	if inYear(y).To.After(c.today) {
		return y - 1
	}
	return y
}

// weekdayBefore is the last given weekday before today; a week ago if it is
// today's.
func (c calendar) weekdayBefore(d time.Weekday) time.Time {
	back := (int(c.today.Weekday())-int(d)+6)%7 + 1
	return days(c.today, -back)
}

// weekdayAfter is the next given weekday after today.
func (c calendar) weekdayAfter(d time.Weekday) time.Time {
	return days(c.weekdayBefore(d), 7+7*b2i(c.today.Weekday() == d))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// weekdayIn is the given weekday of the week that holds t.
func (c calendar) weekdayIn(d time.Weekday, t time.Time) time.Time {
	return days(c.start(Week, t), (int(d)+6)%7)
}

// easter is Easter Sunday by the Gregorian reckoning.
func (c calendar) easter(y int) time.Time {
	century := y / 100
	golden := y % 19
	epact := (19*golden + century - century/4 - (century-(century+8)/25+1)/3 + 15) % 30
	toSunday := (32 + 2*(century%4) + 2*(y%100/4) - epact - y%100%4) % 7
	fix := (golden + 11*epact + 22*toSunday) / 451
	n := epact + toSunday - 7*fix + 114
	return c.date(y, time.Month(n/31), n%31+1)
}

// nthWeekday is the nth given weekday of a month.
func (c calendar) nthWeekday(year int, month time.Month, d time.Weekday, n int) time.Time {
	first := c.date(year, month, 1)
	return days(first, (int(d)-int(first.Weekday())+7)%7+7*(n-1))
}
