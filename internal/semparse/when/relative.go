package when

import "time"

// relative are points that are named by their distance from today.
var relative = []rule{
	{pattern: "today", example: "today", make: func(c *context) (Finding, bool) { return oneDay(c.today) }},
	{pattern: "yesterday", example: "yesterday", make: func(c *context) (Finding, bool) { return oneDay(days(c.today, -1)) }},
	{pattern: "tomorrow", example: "tomorrow", make: func(c *context) (Finding, bool) { return oneDay(days(c.today, 1)) }},
	{pattern: "day_before_yesterday", example: "the day before yesterday", make: func(c *context) (Finding, bool) { return oneDay(days(c.today, -2)) }},
	{pattern: "day_after_tomorrow", example: "the day after tomorrow", make: func(c *context) (Finding, bool) { return oneDay(days(c.today, 2)) }},
	{pattern: "this|current|running|present|ongoing {unit}", example: "this month", make: func(c *context) (Finding, bool) { return c.around(0) }},
	{pattern: "last|previous|prior|preceding {unit}", example: "last month", make: func(c *context) (Finding, bool) { return c.around(-1) }},
	{pattern: "next|coming|upcoming {unit}", example: "next week", make: func(c *context) (Finding, bool) { return c.around(1) }},
	{pattern: "last|previous|prior full|complete|completed|whole|calendar {unit}", example: "last full month", make: func(c *context) (Finding, bool) { return c.around(-1) }},
	{pattern: "past|trailing {unit}", example: "past week", make: func(c *context) (Finding, bool) { return c.back(1, c.val(0)) }},
	{pattern: "past|last hour", example: "last hour", make: func(c *context) (Finding, bool) { return c.hours(1) }},
	{pattern: "last|past|trailing|latest|recent|these_last|these_past {n} {unit}", example: "last 30 days", make: func(c *context) (Finding, bool) {
		return c.back(c.val(0).n, c.val(1))
	}},
	{pattern: "last|past|trailing|these_last|these_past few|couple|couple_of {unit}", example: "past few weeks", make: func(c *context) (Finding, bool) {
		n := 3 - b2i(c.word(c.end-2) != "few")
		f, ok := c.back(n, c.val(0))
		f.Weak = true
		return f, ok
	}},
	{pattern: "last|past|trailing {glued}", example: "last 24h", make: func(c *context) (Finding, bool) { return c.back(c.val(0).n, value{unit: c.val(0).unit, n: 1}) }},
	{pattern: "previous|prior|preceding {n} {unit}", example: "previous 7 days", make: func(c *context) (Finding, bool) {
		n, u := c.val(0).n*c.val(1).n, c.val(1).unit
		if u == Hour {
			return c.hours(n)
		}
		return rollingPeriod(Range{add(c.today, u, -n), days(c.today, -1)}, u)
	}},
	{pattern: "last|past|previous|prior {n} full|complete|completed|whole|calendar {unit}", example: "last three full months", make: func(c *context) (Finding, bool) {
		return c.wholes(c.val(0).n, c.val(1))
	}},
	{pattern: "last|past|previous|prior full|complete|completed|whole|calendar {n} {unit}", example: "last full 3 months", make: func(c *context) (Finding, bool) {
		return c.wholes(c.val(0).n, c.val(1))
	}},
	{pattern: "ttm|ltm|l12m|r12m", example: "LTM", make: func(c *context) (Finding, bool) { return rollingPeriod(c.rolling(12, Month), Month) }},
	{pattern: "next|coming|upcoming|following {n} {unit}", example: "next 14 days", make: func(c *context) (Finding, bool) {
		return c.ahead(c.val(0).n, c.val(1))
	}},
	{pattern: "coming few|couple_of {unit}", example: "coming few days", make: func(c *context) (Finding, bool) { return c.ahead(3, c.val(0)) }},
	{pattern: "{unit} before last", example: "the week before last", make: func(c *context) (Finding, bool) { return c.around(-2) }},
	{pattern: "{unit} after next", example: "the week after next", make: func(c *context) (Finding, bool) { return c.around(2) }},
	{pattern: "{n} {unit} ago|back", example: "two months ago", make: func(c *context) (Finding, bool) { return c.ago(c.val(0).n, c.val(1)) }},
	{pattern: "a|an|one {unit} ago|back", example: "a week ago", make: func(c *context) (Finding, bool) { return c.ago(1, c.val(0)) }},
	{pattern: "this|the_current|current {unit} so_far|thus_far|to_date|until_now|up_to_now|til_now|till_now", example: "this month so far", make: func(c *context) (Finding, bool) {
		return c.soFar(c.val(c.first()).unit)
	}},
	{pattern: "so_far|thus_far|earlier this|in_this {unit}", example: "so far this year", make: func(c *context) (Finding, bool) { return c.soFar(c.val(0).unit) }},
	{pattern: "{unit} to_date|so_far", example: "year to date", make: func(c *context) (Finding, bool) { return c.soFar(c.val(0).unit) }},
	{pattern: "fiscal|financial ytd|year_to_date", example: "fiscal ytd", make: func(c *context) (Finding, bool) { return c.soFar(FiscalYear) }},
	{pattern: "ytd", example: "YTD", make: func(c *context) (Finding, bool) { return c.soFar(Year) }},
	{pattern: "qtd", example: "QTD", make: func(c *context) (Finding, bool) { return c.soFar(Quarter) }},
	{pattern: "mtd", example: "MTD", make: func(c *context) (Finding, bool) { return c.soFar(Month) }},
	{pattern: "wtd", example: "WTD", make: func(c *context) (Finding, bool) { return c.soFar(Week) }},
	{pattern: "later this {unit}", example: "later this month", make: func(c *context) (Finding, bool) {
		r := c.whole(c.val(0).unit, c.today, 0)
		f, _ := period(Range{days(c.today, 1), r.To}, Day)
		return f, r.To.After(c.today)
	}},
	{pattern: "last|past|previous {month}", example: "last March", make: lastMonthNamed},
	{pattern: "this {month}", example: "this June", make: func(c *context) (Finding, bool) {
		return period(c.part(Month, c.val(0).n, c.today.Year()), Month)
	}},
	{pattern: "next|coming {month}", example: "next September", make: func(c *context) (Finding, bool) {
		year := c.today.Year() + b2i(time.Month(c.val(0).n) <= c.today.Month())
		return period(c.part(Month, c.val(0).n, year), Month)
	}},
	{pattern: "last|past|previous {weekday}", example: "last Friday", make: func(c *context) (Finding, bool) {
		return oneDay(c.weekdayBefore(time.Weekday(c.val(0).n)))
	}},
	{pattern: "this {weekday}", example: "this Thursday", make: func(c *context) (Finding, bool) {
		return oneDay(c.weekdayIn(time.Weekday(c.val(0).n), c.today))
	}},
	{pattern: "next|coming {weekday}", example: "next Wednesday", make: func(c *context) (Finding, bool) {
		return oneDay(c.weekdayAfter(time.Weekday(c.val(0).n)))
	}},
	{pattern: "{weekday} of? {point}", example: "Tuesday last week", make: func(c *context) (Finding, bool) {
		f := c.val(1).finding
		t := c.weekdayIn(time.Weekday(c.val(0).n), f.Range.From)
		g, _ := oneDay(t)
		return g, f.Unit == Week && !f.Range.From.IsZero()
	}},
	{pattern: "{weekday}", example: "on Friday", make: func(c *context) (Finding, bool) {
		d := time.Weekday(c.val(0).n)
		f, ok := oneDay(c.weekdayBefore(d))
		f.Assumed = d.String() + " is taken as " + sayDay(f.Range.From, true)
		return f, ok
	}},
	{pattern: "this|coming weekend", example: "this weekend", make: func(c *context) (Finding, bool) { return c.weekend(0) }},
	{pattern: "last|past|previous weekend", example: "last weekend", make: func(c *context) (Finding, bool) { return c.weekend(-1) }},
	{pattern: "next weekend", example: "next weekend", make: func(c *context) (Finding, bool) { return c.weekend(1) }},
	{pattern: "same {unit} of|in? the? last|previous|prior|past year", example: "the same quarter last year", make: func(c *context) (Finding, bool) { return c.sameUnit(1) }},
	{pattern: "same {unit} a|one year ago|earlier|before", example: "the same month a year ago", make: func(c *context) (Finding, bool) { return c.sameUnit(1) }},
	{pattern: "same {unit} of? the_year_before|the_previous_year|the_prior_year|the_preceding_year", example: "the same month of the year before", make: func(c *context) (Finding, bool) { return c.sameUnit(1) }},
	{pattern: "this_time|this_month|around_this_time last_year|a_year_ago", example: "this time last year", make: func(c *context) (Finding, bool) {
		f, ok := period(c.whole(Month, c.today, -12), Month)
		f.Move = Move{Unit: Year, N: -1}
		f.Assumed = "this time last year is taken as " + name(f.Range, Month, true)
		return f, ok
	}},
	{pattern: "recently|lately|of_late", example: "recently", make: func(c *context) (Finding, bool) {
		f, ok := rollingPeriod(c.rolling(30, Day), Day)
		f.Weak, f.Assumed = true, c.word(c.end-1)+" is taken as the last 30 days"
		return f, ok
	}},
}

// first is the place of the first value that is said.
func (c *context) first() int {
	for i, v := range c.values {
		if v.said {
			return i
		}
	}
	return 0
}

// around is the unit of the rule's only value, n units from the one that
// holds today.
func (c *context) around(n int) (Finding, bool) {
	v := c.val(0)
	if v.unit == Hour || v.unit == Decade && n < 0 {
		return c.back(-n, v)
	}
	if v.n > 1 { // a fortnight
		if n >= 0 {
			return c.ahead(1, v)
		}
		return c.back(-n, v)
	}
	return period(c.whole(v.unit, c.today, n), v.unit)
}

// back are the last n units up to today.
func (c *context) back(n int, v value) (Finding, bool) {
	switch v.unit {
	case Hour:
		return c.hours(n)
	case Minute, Second:
		return Finding{}, false
	case Half: // nobody says it of anything but six months
		return rollingPeriod(c.rolling(6*n, Month), Month)
	}
	return rollingPeriod(c.rolling(n*max(v.n, 1), v.unit), v.unit)
}

func (c *context) wholes(n int, v value) (Finding, bool) {
	f, _ := period(c.units(v.unit, -n*v.n, -1), v.unit)
	return f, v.unit != Hour
}

func (c *context) ahead(n int, v value) (Finding, bool) {
	if v.unit == Hour {
		f, ok := rollingPeriod(Range{c.now, c.now.Add(time.Duration(n) * time.Hour)}, Hour)
		f.HasTime = true
		return f, ok
	}
	return rollingPeriod(Range{days(c.today, 1), add(c.today, v.unit, n*v.n)}, v.unit)
}

func (c *context) hours(n int) (Finding, bool) {
	f, ok := rollingPeriod(Range{c.now.Add(-time.Duration(n) * time.Hour), c.now}, Hour)
	f.HasTime = true
	return f, ok
}

// ago is the unit that was n units ago.
func (c *context) ago(n int, v value) (Finding, bool) {
	if v.unit == Hour {
		return Finding{}, false
	}
	f, ok := period(c.whole(v.unit, c.today, -n*v.n), v.unit)
	f.mark = add(c.today, v.unit, -n*v.n)
	return f, ok
}

func (c *context) soFar(u Unit) (Finding, bool) {
	if u == Hour {
		return Finding{}, false
	}
	return toDate(c.whole(u, c.today, 0), c.today, u)
}

// lastMonthNamed is a month by its name with "last": of the running and of the
// one just past that of a year ago, else the latest.
func lastMonthNamed(c *context) (Finding, bool) {
	month := c.monthIn(c.val(0).n)
	year := c.latest(month)
	if !month(year).From.Before(c.whole(Month, c.today, -1).From) {
		year--
	}
	return period(month(year), Month)
}

func (c *context) weekend(n int) (Finding, bool) {
	week := c.whole(Week, c.today, n)
	return period(Range{days(week.From, 5), week.To}, Day)
}

func (c *context) sameUnit(years int) (Finding, bool) {
	u := c.val(0).unit
	if u == Hour {
		return Finding{}, false
	}
	f, ok := period(c.whole(u, addMonths(c.start(u, c.today), -12*years), 0), u)
	f.Move = Move{Unit: Year, N: -years, Same: true}
	return f, ok
}

// parts are points that are cut from another one.
var parts = []rule{
	{pattern: "{ord} {unit} of|in? the? {point}", example: "first quarter of 2025", make: func(c *context) (Finding, bool) {
		return c.nthOf(c.val(0).n, c.val(1), c.val(2).finding)
	}},
	{pattern: "{last} {unit} of|in the? {point}", example: "last quarter of 2024", make: func(c *context) (Finding, bool) {
		return c.nthOf(c.val(0).n, c.val(1), c.val(2).finding)
	}},
	{pattern: "{ord} {unit} of the month|year|quarter|week", example: "first half of the year", make: func(c *context) (Finding, bool) {
		return c.nthOf(c.val(0).n, c.val(1), Finding{Range: c.whole(unitWords[c.word(c.end-1)], c.today, 0), Unit: unitWords[c.word(c.end-1)]})
	}},
	{pattern: "{ord} {n} {unit} of|in the? {point}", example: "first three months of 2024", make: func(c *context) (Finding, bool) {
		f := c.val(3).finding
		r, ok := ends(f.Range, c.val(2).unit, c.val(1).n*c.val(2).n, false)
		return c.partOf(f, r, c.val(2).unit, ok && c.val(0).n == 1)
	}},
	{pattern: "{last} {n} {unit} of|in the? {point}", example: "last six months of 2024", make: func(c *context) (Finding, bool) {
		f := c.val(3).finding
		r, ok := ends(f.Range, c.val(2).unit, c.val(1).n*c.val(2).n, true)
		return c.partOf(f, r, c.val(2).unit, ok)
	}},
	{pattern: "{last} {n} of {point}", example: "last 5 of May", make: func(c *context) (Finding, bool) {
		f := c.val(2).finding
		r, ok := ends(f.Range, Day, c.val(1).n, true)
		return c.partOf(f, r, Day, ok && f.Unit == Month)
	}},
	{pattern: "{day} of the|this|last|next month", example: "the first of the month", make: func(c *context) (Finding, bool) {
		n := map[string]int{"last": -1, "next": 1}[c.word(c.end-2)]
		return c.nthOf(c.val(0).n, value{unit: Day, n: 1}, Finding{Range: c.whole(Month, c.today, n), Unit: Month})
	}},
	{pattern: "{ord} of {point}", example: "first of June", make: func(c *context) (Finding, bool) {
		f := c.val(1).finding
		if f.Unit != Month {
			return Finding{}, false
		}
		return c.nthOf(c.val(0).n, value{unit: Day, n: 1}, f)
	}},
	{pattern: "start|beginning|early of? the? {point}", example: "the start of 2023", make: func(c *context) (Finding, bool) { return third(c.val(0).finding, 1) }},
	{pattern: "middle|mid of? {hyphen}? the? {point}", example: "mid June", make: func(c *context) (Finding, bool) { return third(c.val(1).finding, 2) }},
	{pattern: "end|close|late of? the? {point}", example: "the end of May", make: func(c *context) (Finding, bool) { return third(c.val(0).finding, 3) }},
	{pattern: "start|beginning of the {unit}", example: "the beginning of the year", make: func(c *context) (Finding, bool) { return third(c.running(c.val(0).unit), 1) }},
	{pattern: "middle of the {unit}", example: "the middle of the year", make: func(c *context) (Finding, bool) { return third(c.running(c.val(0).unit), 2) }},
	{pattern: "end of the {unit}", example: "the end of the month", make: func(c *context) (Finding, bool) { return third(c.running(c.val(0).unit), 3) }},
	{pattern: "fiscal|financial year began|started|start", example: "since the fiscal year began", make: func(c *context) (Finding, bool) { return third(c.running(FiscalYear), 1) }},
	{pattern: "year|month|quarter|week began|started", example: "since the year began", make: func(c *context) (Finding, bool) {
		return third(c.running(unitWords[c.word(c.at)]), 1)
	}},
	{pattern: "{n} {unit} to|ending|ended|up_to|until in|on? the? {point}", example: "twelve months to 30 June 2025", make: func(c *context) (Finding, bool) {
		return c.endingIn(c.val(0).n, c.val(1), c.val(2).finding)
	}},
	{pattern: "ltm|ttm {point}", example: "LTM Jun 2025", make: func(c *context) (Finding, bool) {
		return c.endingIn(12, value{unit: Month, n: 1}, c.val(0).finding)
	}},
	{pattern: "{year} s? {ord} {unit}", example: "2024's first quarter", make: func(c *context) (Finding, bool) {
		return c.nthOf(c.val(1).n, c.val(2), Finding{Range: c.year(c.val(0).n), Unit: Year})
	}},
	{pattern: "last|this|next|previous year {ord} {unit}", example: "last year's first quarter", make: func(c *context) (Finding, bool) {
		return c.nthOf(c.val(0).n, c.val(1), Finding{Range: c.relativeYear(c.word(c.at)), Unit: Year})
	}},
	{pattern: "last|this|next|previous year {q}", example: "last year's Q1", make: yearsOwn},
	{pattern: "last|this|next|previous year {h}", example: "this year's H1", make: yearsOwn},
	{pattern: "{year} so_far|to_date|ytd", example: "2025 so far", make: func(c *context) (Finding, bool) {
		r := c.year(c.val(0).n)
		if c.today.Before(r.To) {
			return toDate(r, c.today, Year)
		}
		return period(r, Year)
	}},
	{pattern: "so_far|ytd in|for? {year}", example: "so far in 2025", make: func(c *context) (Finding, bool) {
		f, ok := toDate(c.year(c.val(0).n), c.today, Year)
		return f, ok && c.val(0).n == c.today.Year()
	}},
}

func (c *context) relativeYear(word string) Range {
	return c.whole(Year, c.today, map[string]int{"last": -1, "previous": -1, "next": 1}[word])
}

func yearsOwn(c *context) (Finding, bool) {
	return inPoint(Finding{Range: c.relativeYear(c.word(c.at)), Unit: Year}, c.val(0).unit, c.partIn(c.val(0)))
}

func (c *context) running(u Unit) Finding {
	f, _ := period(c.whole(u, c.today, 0), u)
	return f
}

func (c *context) nthOf(n int, unit value, whole Finding) (Finding, bool) {
	u := unit.unit
	if u == Quarter && whole.Unit == FiscalYear {
		u = FiscalQuarter
	}
	if u == 0 || u == Hour || u >= whole.Unit && whole.Unit < FiscalQuarter || whole.HasTime || whole.Kind == Shift {
		return Finding{}, false
	}
	r, ok := nth(whole.Range, u, n)
	return c.partOf(whole, r, u, ok)
}

// partOf is a part of another point; without its year as that one is.
func (c *context) partOf(whole Finding, r Range, u Unit, ok bool) (Finding, bool) {
	f, _ := period(r, u)
	f.Assumed = whole.Assumed
	if !ok || whole.inYear == nil {
		return f, ok
	}
	first, last := int(r.From.Sub(whole.Range.From).Hours()/24+0.5), int(whole.Range.To.Sub(r.To).Hours()/24+0.5)
	fromEnd := last < first
	f.recent = whole.recent
	f.inYear = func(y int) Range {
		w := whole.inYear(y)
		if fromEnd {
			return Range{days(w.To, -last-int(r.To.Sub(r.From).Hours()/24+0.5)), days(w.To, -last)}
		}
		return Range{days(w.From, first), days(w.From, first+int(r.To.Sub(r.From).Hours()/24+0.5))}
	}
	return f, ok
}

// endingIn are the n units that end with a point.
func (c *context) endingIn(n int, unit value, end Finding) (Finding, bool) {
	if end.Range.To.IsZero() || unit.unit == Hour || end.HasTime {
		return Finding{}, false
	}
	f, ok := rollingPeriod(Range{add(days(end.Range.To, 1), unit.unit, -n*unit.n), end.Range.To}, unit.unit)
	f.Complete = true
	return f, ok
}

// fiscals are points of the fiscal year, and of years that span two.
var fiscals = []rule{
	{pattern: "{fy}", example: "FY2024", make: func(c *context) (Finding, bool) { return c.fiscalPoint(c.val(0).n) }},
	{pattern: "fiscal|financial|fy year? {year}", example: "fiscal year 2025", make: func(c *context) (Finding, bool) { return c.fiscalPoint(c.val(0).n) }},
	{pattern: "fiscal|financial|fy year? {fy}", example: "fiscal year FY24", make: func(c *context) (Finding, bool) { return c.fiscalPoint(c.val(0).n) }},
	{pattern: "fiscal|financial year {year} / {yy}", example: "fiscal year 2024/25", make: func(c *context) (Finding, bool) {
		f, ok := c.fiscalPoint(c.val(1).n)
		return f, ok && follows(c.val(0).n, c.val(1).n)
	}},
	{pattern: "{year} / {yy} fiscal|financial year", example: "2024/25 fiscal year", make: func(c *context) (Finding, bool) {
		f, ok := c.fiscalPoint(c.val(1).n)
		return f, ok && follows(c.val(0).n, c.val(1).n)
	}},
	{pattern: "fiscal|financial {q} {year}", example: "fiscal Q1 2025", make: func(c *context) (Finding, bool) {
		return period(c.whole(FiscalQuarter, c.fiscalYear(c.val(1).n).From, c.val(0).n-1), FiscalQuarter)
	}},
	{pattern: "{q} {fy}", example: "Q1 FY25", make: func(c *context) (Finding, bool) {
		return period(c.whole(FiscalQuarter, c.fiscalYear(c.val(1).n).From, c.val(0).n-1), FiscalQuarter)
	}},
	{pattern: "school|academic year {year} / {yy}", example: "academic year 2024/25", make: schoolYear},
	{pattern: "{year} / {yy} school|academic year|season", example: "2024/25 school year", make: schoolYear},
	{pattern: "{year} / {yy}", example: "2022/23", make: func(c *context) (Finding, bool) { return c.spanningYears(c.val(0).n, c.val(1).n) }},
	{pattern: "{yy} / {yy}", example: "in 24/25", make: func(c *context) (Finding, bool) {
		f, ok := c.spanningYears(c.val(0).n, c.val(1).n)
		return f, ok && strong[c.word(c.at-1)]
	}},
}

func follows(first, second int) bool { return second%100 == (first+1)%100 }

func (c *context) fiscalPoint(year int) (Finding, bool) {
	f, ok := period(c.fiscalYear(year), FiscalYear)
	if c.fiscal == time.January {
		f.Assumed = "the fiscal year is taken as the calendar year"
	}
	return f, ok
}

func schoolYear(c *context) (Finding, bool) {
	f, _ := period(Range{c.date(c.val(0).n, time.September, 1), c.date(c.val(0).n+1, time.August, 31)}, FiscalYear)
	f.Assumed, f.Weak = "the school year is taken as starting on 1 September", true
	return f, follows(c.val(0).n, c.val(1).n)
}

// spanningYears reads "2022/23": the fiscal year of that name, or both years
// where that is the calendar year.
func (c *context) spanningYears(first, second int) (Finding, bool) {
	if !follows(first, second) {
		return Finding{}, false
	}
	if c.fiscal > time.January {
		return c.fiscalPoint(first + 1)
	}
	f, ok := period(Range{c.year(first).From, c.year(first + 1).To}, Year)
	f.Weak = true
	return f, ok
}
