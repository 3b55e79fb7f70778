package when

import "time"

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
	f, ok := period(Range{c.year(first).From, c.year(first + 1).To}, FiscalYear)
	f.Weak = true
	return f, ok
}
