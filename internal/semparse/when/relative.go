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
	{pattern: "last|previous|prior|preceding {unit}", example: "last month", make: func(c *context) (Finding, bool) {
		f, ok := c.around(-1)
		f.Weak = c.word(c.end) == "of" // the last year of a party
		return f, ok && (f.Unit != Day || !c.holdsWord("last"))
	}},
	{pattern: "last day", example: "in the last day", make: func(c *context) (Finding, bool) {
		f, ok := c.back(1, value{unit: Day, n: 1})
		return f, ok && (strong[c.word(c.at-1)] || c.word(c.at-1) == "the" && (strong[c.word(c.at-2)] || c.word(c.at-2) == "over"))
	}},
	{pattern: "next|upcoming|following {unit}", example: "next week", make: func(c *context) (Finding, bool) { return c.around(1) }},
	{pattern: "coming {unit}", example: "the coming month", make: func(c *context) (Finding, bool) { return c.ahead(1, c.val(0)) }},
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
	{pattern: "last|previous|prior year to_date", example: "last year to date", make: lastYearToDate},
	{pattern: "last|previous|prior year? ytd|year_to_date", example: "prior YTD", make: lastYearToDate},
	{pattern: "ytd", example: "YTD", make: func(c *context) (Finding, bool) { return c.soFar(Year) }},
	{pattern: "qtd", example: "QTD", make: func(c *context) (Finding, bool) { return c.soFar(Quarter) }},
	{pattern: "mtd", example: "MTD", make: func(c *context) (Finding, bool) { return c.soFar(Month) }},
	{pattern: "wtd", example: "WTD", make: func(c *context) (Finding, bool) { return c.soFar(Week) }},
	{pattern: "later this {unit}", example: "later this year", make: func(c *context) (Finding, bool) {
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
	{pattern: "weekend of {point}", example: "on the weekend of 5 July", make: func(c *context) (Finding, bool) {
		f := c.val(0).finding
		g, _ := period(Range{c.weekdayIn(time.Saturday, f.Range.From), c.weekdayIn(time.Sunday, f.Range.From)}, Day)
		if f.inYear != nil {
			g.recent, g.inYear = f.recent, func(y int) Range {
				t := f.inYear(y).From
				return Range{c.weekdayIn(time.Saturday, t), c.weekdayIn(time.Sunday, t)}
			}
		}
		return g, f.Unit == Day && f.Range.From.Equal(f.Range.To)
	}},
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
	{pattern: "recently|lately", example: "recently", make: func(c *context) (Finding, bool) {
		f, ok := rollingPeriod(c.rolling(30, Day), Day)
		ok = ok && c.word(c.at-1) != "most" && c.word(c.at-1) != "more" && c.word(c.at-1) != "least"
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
	f, ok := rollingPeriod(c.rolling(n*max(v.n, 1), v.unit), v.unit)
	if c.holdsWord("business") || c.holdsWord("working") {
		f.Assumed = "working days are counted as days"
	}
	return f, ok
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
	f.Mark, f.ago = add(c.today, v.unit, -n*v.n), Move{Unit: v.unit, N: -n * v.n, Same: true}
	return f, ok
}

func lastYearToDate(c *context) (Finding, bool) {
	f, ok := toDate(Range{From: c.whole(Year, c.today, -1).From}, addMonths(c.today, -12), Year)
	f.Move = Move{Unit: Year, N: -1, Same: true}
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
	if u == Hour || c.holdsPlural() {
		return Finding{}, false
	}
	f, ok := period(c.whole(u, addMonths(c.start(u, c.today), -12*years), 0), u)
	f.Move = Move{Unit: Year, N: -years, Same: true}
	return f, ok
}

// holdsPlural reports whether the second word of a phrase is in the plural.
func (c *context) holdsPlural() bool { return plural(c.word(c.at + 1)) }
