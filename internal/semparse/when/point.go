package when

import "time"

// absolute are points that are named by their place in the calendar.
var absolute = []rule{
	{pattern: "{iso}", example: "2024-02-03", make: func(c *context) (Finding, bool) { return c.given() }},
	{pattern: "{figures}", example: "24/11/2026", make: func(c *context) (Finding, bool) { return c.given() }},
	{pattern: "{n} / {year}", example: "05/2025", make: func(c *context) (Finding, bool) {
		m := c.val(0).n
		f, _ := period(c.part(Month, m, c.val(1).n), Month)
		return f, m <= 12 && len(c.word(c.at)) <= 2
	}},
	{pattern: "{month} {day} to|and|until|through {day} ,? {year}?", example: "July 1st to 7th", make: func(c *context) (Finding, bool) {
		return c.daysOfMonth(c.val(0).n, c.val(1).n, c.val(2).n, c.val(3))
	}},
	{pattern: "{month} {day} {hyphen} {day} ,? {year}?", example: "July 1-7, 2024", make: func(c *context) (Finding, bool) {
		return c.daysOfMonth(c.val(0).n, c.val(1).n, c.val(3).n, c.val(4))
	}},
	{pattern: "{day} to|and|until|through the? {day} of? {month} ,? {year}?", example: "1 to 15 May", make: func(c *context) (Finding, bool) {
		return c.daysOfMonth(c.val(2).n, c.val(0).n, c.val(1).n, c.val(3))
	}},
	{pattern: "{day} {hyphen} {day} of? {month} ,? {year}?", example: "1-15 May 2024", make: func(c *context) (Finding, bool) {
		return c.daysOfMonth(c.val(3).n, c.val(0).n, c.val(2).n, c.val(4))
	}},
	{pattern: "{day} of? {month} ,? of? {year}", example: "24th of November 2026", make: func(c *context) (Finding, bool) {
		t, ok := c.valid(c.val(2).n, time.Month(c.val(1).n), c.val(0).n)
		f, _ := oneDay(t)
		return f, ok
	}},
	{pattern: "{month} the? {day} ,? of? {year}", example: "November 24th, 2026", make: func(c *context) (Finding, bool) {
		t, ok := c.valid(c.val(2).n, time.Month(c.val(0).n), c.val(1).n)
		f, _ := oneDay(t)
		return f, ok
	}},
	{pattern: "{day} of? {month} ,? of? {point}", example: "1 May this year", make: func(c *context) (Finding, bool) {
		return inPoint(c.val(2).finding, Day, c.dayIn(c.val(1).n, c.val(0).n))
	}},
	{pattern: "{day} of? {month}", example: "5th of May", make: func(c *context) (Finding, bool) { return c.dayOfMonth(c.val(1).n, c.val(0).n) }},
	{pattern: "{month} the? {day}", example: "June 15", make: func(c *context) (Finding, bool) {
		if _, measure := unitWords[c.word(c.end)]; measure || measured[c.word(c.end)] {
			return Finding{}, false
		}
		return c.dayOfMonth(c.val(0).n, c.val(1).n)
	}},
	{pattern: "{weekday} ,? the? {point}", example: "Friday, 14 March 2025", make: func(c *context) (Finding, bool) {
		f := c.val(1).finding
		switch f.Unit {
		case Day:
			return f, f.Range.From.Equal(f.Range.To)
		case Week:
			return oneDay(c.weekdayIn(time.Weekday(c.val(0).n), f.Range.From))
		}
		return f, false
	}},
	{pattern: "{month} ,? of? {year}", example: "August 2023", make: func(c *context) (Finding, bool) {
		return period(c.part(Month, c.val(0).n, c.val(1).n), Month)
	}},
	{pattern: "{month} {yy}", example: "Jan '24", make: func(c *context) (Finding, bool) {
		f, _ := period(c.part(Month, c.val(0).n, c.val(1).n), Month)
		return f, c.val(1).joined || c.val(1).n > 2031
	}},
	{pattern: "{month} of? {point}", example: "June last year", make: func(c *context) (Finding, bool) {
		return inPoint(c.val(1).finding, Month, c.monthIn(c.val(0).n))
	}},
	{pattern: "month_of {month}", example: "month of March", make: func(c *context) (Finding, bool) { return c.yearly(Month, c.monthIn(c.val(0).n)) }},
	{pattern: "{month}", example: "March", make: func(c *context) (Finding, bool) {
		f, ok := c.yearly(Month, c.monthIn(c.val(0).n))
		f.Weak = !c.named(c.at)
		return f, ok
	}},
	{pattern: "{q} of? {year}", example: "Q1 2025", make: quarterOfYear},
	{pattern: "{h} of? {year}", example: "H1 2025", make: quarterOfYear},
	{pattern: "{q} {yy}", example: "Q1'25", make: quarterOfShortYear},
	{pattern: "{h} {yy}", example: "H2-24", make: quarterOfShortYear},
	{pattern: "{year} {hyphen}? {q}", example: "2024 Q3", make: yearsQuarter},
	{pattern: "{year} {hyphen}? {h}", example: "2024 H2", make: yearsQuarter},
	{pattern: "{yq}", example: "2023Q2", make: func(c *context) (Finding, bool) {
		v := c.val(0)
		return period(c.part(v.unit, v.n%10, v.n/10), v.unit)
	}},
	{pattern: "{q} of? {point}", example: "Q1 last year", make: quarterOfPoint},
	{pattern: "{h} of? {point}", example: "H1 this year", make: quarterOfPoint},
	{pattern: "{q}", example: "Q4", make: func(c *context) (Finding, bool) { return c.yearly(Quarter, c.partIn(c.val(0))) }},
	{pattern: "{h}", example: "H1", make: func(c *context) (Finding, bool) { return c.yearly(Half, c.partIn(c.val(0))) }},
	{pattern: "{ord} quarter|qtr|half|half_year", example: "first quarter", make: func(c *context) (Finding, bool) {
		u := unitWords[c.word(c.at+1)]
		v := value{n: c.val(0).n, unit: u}
		if v.n > 12/u.months() {
			return Finding{}, false
		}
		return c.yearly(u, c.partIn(v))
	}},
	{pattern: "calendar|full|whole|entire|complete? year|years|year_of|years_of|season {year}", example: "calendar year 2024", make: justYear},
	{pattern: "all|whole|full|calendar of? the? year? {year}", example: "all of 2024", make: justYear},
	{pattern: "{year} calendar_year|season|financials", example: "2024 season", make: justYear},
	{pattern: "{year}", example: "2022", make: func(c *context) (Finding, bool) {
		f, ok := justYear(c)
		f.Weak = c.doubtful(c.at, c.val(0).n)
		return f, ok
	}},
	{pattern: "{decade}", example: "2020s", make: func(c *context) (Finding, bool) {
		return period(c.whole(Decade, c.date(c.val(0).n, 1, 1), 0), Decade)
	}},
	{pattern: "{nth} century", example: "19th century", make: func(c *context) (Finding, bool) {
		n := c.val(0).n
		return period(Range{c.year(100*n - 99).From, c.year(100 * n).To}, Year)
	}},
}

// daysOfMonth are days of one month from the first to the last.
func (c *context) daysOfMonth(month, first, last int, year value) (Finding, bool) {
	inYear := func(y int) Range {
		return Range{c.dayIn(month, first)(y).From, c.dayIn(month, last)(y).From}
	}
	if _, ok := c.valid(2024, time.Month(month), last); !ok || last <= first {
		return Finding{}, false
	}
	if year.said {
		return period(inYear(year.n), Day)
	}
	return c.yearly(Day, inYear)
}

func (c *context) given() (Finding, bool) {
	f := c.val(0).finding
	f.Kind, f.Complete, f.Step = Period, true, 1
	return f, true
}

func justYear(c *context) (Finding, bool) { return period(c.year(c.val(0).n), Year) }

func quarterOfYear(c *context) (Finding, bool) {
	v := c.val(0)
	return period(c.part(v.unit, v.n, c.val(1).n), v.unit)
}

func quarterOfShortYear(c *context) (Finding, bool) {
	f, ok := quarterOfYear(c)
	return f, ok && c.val(1).joined
}

func yearsQuarter(c *context) (Finding, bool) {
	v := c.val(len(c.values) - 1)
	return period(c.part(v.unit, v.n, c.val(0).n), v.unit)
}

func quarterOfPoint(c *context) (Finding, bool) {
	v := c.val(0)
	if f := c.val(1).finding; f.Unit == FiscalYear {
		return period(c.whole(FiscalQuarter, f.Range.From, v.n-1), FiscalQuarter)
	}
	return inPoint(c.val(1).finding, v.unit, c.partIn(v))
}

// calendarNames are days and weeks that have a name or a number of their own, and
// seasons and fiscal years.
var calendarNames = []rule{
	{pattern: "new year|years eve {year}?", example: "New Year's Eve", make: func(c *context) (Finding, bool) { return c.feast(c.dayIn(12, 31)) }},
	{pattern: "new year|years day {year}?", example: "New Year's Day", make: func(c *context) (Finding, bool) { return c.feast(c.dayIn(1, 1)) }},
	{pattern: "new_year", example: "since new year", make: func(c *context) (Finding, bool) {
		return oneDay(c.start(Year, c.today))
	}},
	{pattern: "christmas|xmas season|period? {year}?", example: "Christmas", make: func(c *context) (Finding, bool) {
		return c.feast(func(y int) Range { return Range{c.date(y, 12, 24), c.date(y, 12, 26)} })
	}},
	{pattern: "easter {year}?", example: "Easter 2025", make: func(c *context) (Finding, bool) {
		return c.feast(func(y int) Range { return Range{days(c.easter(y), -2), days(c.easter(y), 1)} })
	}},
	{pattern: "black_friday {year}?", example: "Black Friday 2024", make: func(c *context) (Finding, bool) {
		return c.feast(func(y int) Range {
			t := days(c.nthWeekday(y, 11, time.Thursday, 4), 1)
			return Range{t, t}
		})
	}},
	{pattern: "calendar|iso? week|wk {n} of|in? {year}?", example: "calendar week 27 of 2024", make: func(c *context) (Finding, bool) { return c.numberedWeek(c.val(0).n, c.val(1)) }},
	{pattern: "{w} {year}", example: "W5 2025", make: func(c *context) (Finding, bool) { return c.numberedWeek(c.val(0).n, c.val(1)) }},
	{pattern: "{year} {hyphen}? {w}", example: "2025-W05", make: func(c *context) (Finding, bool) {
		return c.numberedWeek(c.val(len(c.values)-1).n, c.val(0))
	}},
	{pattern: "week of {point}", example: "the week of 1 May", make: func(c *context) (Finding, bool) {
		f := c.val(0).finding
		return holds(f, Range{c.start(Week, f.Range.From), days(c.start(Week, f.Range.From), 6)})
	}},
	{pattern: "week starting|beginning|commencing on? {point}", example: "week starting 5 May", make: func(c *context) (Finding, bool) {
		f := c.val(0).finding
		return holds(f, Range{f.Range.From, days(f.Range.From, 6)})
	}},
	{pattern: "week ending|ended on? {point}", example: "week ending 15 June", make: func(c *context) (Finding, bool) {
		f := c.val(0).finding
		return holds(f, Range{days(f.Range.From, -6), f.Range.From})
	}},
	{pattern: "{season} term|season|semester? of? {year}", example: "spring 2025", make: func(c *context) (Finding, bool) {
		f, ok := period(c.seasonIn(c.val(0).n)(c.val(1).n), Quarter)
		f.Weak = true // may be the name of a term
		return f, ok
	}},
	{pattern: "{year} {season}", example: "2025 spring", make: func(c *context) (Finding, bool) {
		f, ok := period(c.seasonIn(c.val(1).n)(c.val(0).n), Quarter)
		f.Weak = true
		return f, ok
	}},
	{pattern: "this {season}", example: "this summer", make: func(c *context) (Finding, bool) {
		return period(c.seasonIn(c.val(0).n)(c.today.Year()), Quarter)
	}},
	{pattern: "last|previous|past {season}", example: "last winter", make: func(c *context) (Finding, bool) {
		season := c.seasonIn(c.val(0).n)
		return period(season(c.past(season)), Quarter)
	}},
	{pattern: "next|coming {season}", example: "next winter", make: func(c *context) (Finding, bool) {
		season := c.seasonIn(c.val(0).n)
		return period(season(c.latest(season)+1), Quarter)
	}},
}

// feast is a day or days that come once a year: in the given year, else the
// latest that are past.
func (c *context) feast(inYear func(int) Range) (Finding, bool) {
	if year := c.val(len(c.values) - 1); year.said {
		return period(inYear(year.n), Day)
	}
	f, ok := period(inYear(c.past(inYear)), Day)
	f.inYear, f.recent = inYear, true
	return f, ok
}

func (c *context) numberedWeek(n int, year value) (Finding, bool) {
	inYear := func(y int) Range { return c.isoWeek(y, n) }
	if n > 53 {
		return Finding{}, false
	}
	if year.said {
		return period(inYear(year.n), Week)
	}
	return c.yearly(Week, inYear)
}

// holds is the week around a day.
func holds(day Finding, r Range) (Finding, bool) {
	f, _ := period(r, Week)
	f.Assumed = day.Assumed
	return f, day.Unit == Day && day.Range.From.Equal(day.Range.To) && !day.Range.From.IsZero()
}
