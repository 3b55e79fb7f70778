package when

// parts are points that are cut from another one.
var parts = []rule{
	{pattern: "{ord} {unit} of|in? the? {point}", example: "first quarter of 2025", make: func(c *context) (Finding, bool) {
		return c.nthOf(c.val(0).n, c.val(1), c.val(2).finding)
	}},
	{pattern: "{last} {unit} of|in the? {point}", example: "last quarter of 2024", make: func(c *context) (Finding, bool) {
		return c.nthOf(c.val(0).n, c.val(1), c.val(2).finding)
	}},
	{pattern: "{last} {unit} of the month|year|quarter|week", example: "last day of the month", make: func(c *context) (Finding, bool) {
		u := unitWords[c.word(c.end-1)]
		return c.nthOf(-1, c.val(1), Finding{Range: c.whole(u, c.today, 0), Unit: u})
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
	{pattern: "start|beginning of the? {point}", example: "the start of 2023", make: func(c *context) (Finding, bool) { return third(c.val(0).finding, 1) }},
	{pattern: "early {point}", example: "in early 2024", make: func(c *context) (Finding, bool) {
		f, ok := third(c.val(0).finding, 1)
		return f, ok && (c.at == 0 || strong[c.word(c.at-1)])
	}},
	{pattern: "middle|mid of? {hyphen}? the? {point}", example: "mid June", make: func(c *context) (Finding, bool) { return third(c.val(1).finding, 2) }},
	{pattern: "end|close of the? {point}", example: "the end of May", make: func(c *context) (Finding, bool) { return third(c.val(0).finding, 3) }},
	{pattern: "late {point}", example: "in late 2024", make: func(c *context) (Finding, bool) {
		f, ok := third(c.val(0).finding, 3) // bills settled late last year are another matter
		return f, ok && (c.at == 0 || strong[c.word(c.at-1)])
	}},
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
	{pattern: "last|this|next|previous year {season} term|season|semester?", example: "this year's spring term", make: func(c *context) (Finding, bool) {
		f, ok := period(c.seasonIn(c.val(0).n)(c.relativeYear(c.word(c.at)).From.Year()), Quarter)
		f.Weak = true
		return f, ok
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
	if u == 0 || u == Hour || u >= whole.Unit && whole.Unit < FiscalQuarter && (u != Half || whole.Unit != Month) || whole.HasTime || whole.Kind == Shift {
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
	first, last := daysBetween(whole.Range.From, r.From), daysBetween(r.To, whole.Range.To)
	fromEnd := last < first
	f.recent = whole.recent
	f.inYear = func(y int) Range {
		w := whole.inYear(y)
		if fromEnd {
			return Range{days(w.To, -last-daysBetween(r.From, r.To)), days(w.To, -last)}
		}
		return Range{days(w.From, first), days(w.From, first+daysBetween(r.From, r.To))}
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
