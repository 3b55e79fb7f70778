package when

import "time"

// Move is the distance of a shift from the period that it belongs to.
type Move struct {
	Unit   Unit // 0: as long as the period itself
	N      int  // how many units; negative goes back
	Same   bool // the same stretch in another unit ("the same months last year"); otherwise the unit next to the period ("the month before")
	ToYear int  // the same stretch in this year, instead of Unit and N
}

// IsZero reports whether there is no move.
func (m Move) IsZero() bool { return m == Move{} }

// Shifted moves a period. Whole months stay whole months, whatever their
// length; days up to a date stay the same days. "The month before" is the
// month before, and where the period is no month the one that ends before it.
func (f Finding) Shifted(by Move) Range {
	r := f.Range
	switch {
	case by.ToYear != 0 && !r.From.IsZero():
		return shiftMonths(r, 12*(by.ToYear-r.From.Year()), f.ToDate)
	case f.HasTime:
		return f.shiftTime(by)
	case by.Unit == 0 && f.Unit == 0, by.Unit == Hour, by.ToYear != 0:
		return r
	case by.Unit == 0:
		return f.shiftLengths(by.N)
	case by.Same, f.count(by.Unit) == 1, by.Unit.longerThan(r):
		if m := by.Unit.months(); m > 0 {
			return shiftMonths(r, m*by.N, f.ToDate)
		}
		return Range{moveDays(r.From, by.Unit.days()*by.N), moveDays(r.To, by.Unit.days()*by.N)}
	case r.From.IsZero():
		return r
	case by.N > 0:
		return Range{days(r.To, 1), add(r.To, by.Unit, by.N)}
	}
	return Range{add(r.From, by.Unit, by.N), days(r.From, -1)}
}

func moveDays(t time.Time, n int) time.Time {
	if t.IsZero() {
		return t
	}
	return days(t, n)
}

// shiftMonths moves both ends by months; an end that is the last of its month
// stays the last, unless the period was cut off at that day.
func shiftMonths(r Range, months int, cut bool) Range {
	var out Range
	if !r.From.IsZero() {
		out.From = addMonths(r.From, months)
	}
	if r.To.IsZero() {
		return out
	}
	next := days(r.To, 1)
	if next.Day() == 1 && !cut && (r.From.IsZero() || r.From.Day() == 1) {
		out.To = days(addMonths(next, months), -1)
	} else {
		out.To = addMonths(r.To, months)
	}
	return out
}

// shiftTime moves a period with a time of day; an open end stays open.
func (f Finding) shiftTime(by Move) Range {
	r := f.Range
	n := time.Duration(by.N) * time.Hour
	if by.Unit == 0 {
		if r.From.IsZero() || r.To.IsZero() {
			return r
		}
		n = time.Duration(by.N) * r.To.Sub(r.From)
	}
	move := func(t time.Time) time.Time {
		switch {
		case t.IsZero():
			return t
		case by.Unit == 0 || by.Unit == Hour:
			return t.Add(n)
		}
		return t.AddDate(0, by.Unit.months()*by.N, by.Unit.days()*by.N)
	}
	return Range{move(r.From), move(r.To)}
}

// count is how many of a unit the period is; 0 if it is not made of them.
func (f Finding) count(u Unit) int {
	r := f.Range
	if r.From.IsZero() || r.To.IsZero() || f.ToDate {
		return b2i(f.ToDate && f.Unit == u)
	}
	end := days(r.To, 1)
	for n := 1; n <= 400; n++ {
		switch t := add(r.From, u, n); {
		case t.Equal(end):
			return n
		case t.After(end):
			return 0
		}
	}
	return 0
}

// shiftLengths moves a period by its own length.
func (f Finding) shiftLengths(n int) Range {
	r := f.Range
	if r.From.IsZero() || r.To.IsZero() {
		return r
	}
	if k := f.count(f.Unit); k > 0 && f.Unit.months() > 0 {
		return shiftMonths(r, n*k*f.Unit.months(), f.ToDate)
	}
	length := daysBetween(r.From, r.To) + 1
	if f.Unit.days() == 0 && f.ToDate {
		return shiftMonths(r, n*f.Unit.months(), true)
	}
	return Range{days(r.From, n*length), days(r.To, n*length)}
}

// longerThan reports whether a unit is longer than a stretch.
func (u Unit) longerThan(r Range) bool {
	if r.From.IsZero() || r.To.IsZero() {
		return true
	}
	return add(r.From, u, 1).After(days(r.To, 1))
}

// shifts are the phrases that name a period by another one.
var shifts = []rule{
	{pattern: "in|for|of|over|from|during|on|at? the? same period|time|timeframe|stretch|span|window|dates|days|weeks|months|quarters|range of|in|for|from? last|prior|previous|the_last|the_previous|the_prior year", example: "the same period last year", make: sameLastYear},
	{pattern: "in|for|of|over|from|during|on|at? the? same period|time|timeframe|stretch|days|dates|weeks|months|quarters|point of|in? the|a? year before|earlier|ago|prior", example: "the same period a year ago", make: sameLastYear},
	{pattern: "in|for|of|over|from|during|on|at? the? same {n} weeks|months|days|quarters of|in? last|prior|previous|the_last|the_previous year", example: "the same three months last year", make: sameLastYear},
	{pattern: "in|for|of|over|from|during|on|at? the? same {n} weeks|months|days|quarters a|one year ago|earlier|before", example: "the same three months a year ago", make: sameLastYear},
	{pattern: "last|prior|previous year same_period", example: "prior year same period", make: sameLastYear},
	{pattern: "in|for|of|over|from|during|on|at? the? same period|months|time|days|weeks|quarters|dates of|in {year}", example: "the same period in 2023", make: func(c *context) (Finding, bool) {
		return shift(Move{ToYear: c.val(0).n, Same: true})
	}},
	{pattern: "those|these months|weeks|days|quarters of|in {year}", example: "those months of 2023", make: func(c *context) (Finding, bool) {
		return shift(Move{ToYear: c.val(0).n, Same: true})
	}},
	{pattern: "in|for|of|over|from|during|on|at? the? same period|time|days of|in? last|the_last|the_previous|the_prior|previous|prior {unit}", example: "the same period last month", make: func(c *context) (Finding, bool) {
		return shift(Move{Unit: c.val(0).unit, N: -1, Same: true})
	}},
	{pattern: "in|for|of|over|from|during|on|at? the? same period|time|days a|one {unit} ago|earlier|before", example: "the same period a month ago", make: func(c *context) (Finding, bool) {
		return shift(Move{Unit: c.val(0).unit, N: -1, Same: true})
	}},
	{pattern: "a|one {unit} earlier|before|prior|previously", example: "a year earlier", make: func(c *context) (Finding, bool) {
		return shift(Move{Unit: c.val(0).unit, N: -1, Same: true})
	}},
	{pattern: "{n} {unit} earlier|previously", example: "two years earlier", make: func(c *context) (Finding, bool) {
		return shift(Move{Unit: c.val(1).unit, N: -c.val(0).n * c.val(1).n, Same: true})
	}},
	{pattern: "in|of|on|for|over|than|vs? the {unit} before|prior|earlier|preceding|previous", example: "the month before", make: unitBefore},
	{pattern: "in|of|on|for|over? the? {unit} before_that|prior_to_that|before_this|before_it|preceding_it", example: "the month before that", make: unitBefore},
	{pattern: "on|over|vs|with|against {unit} before", example: "change on month before", make: unitBefore},
	{pattern: "in|of|on|for|over? the {n} {unit} before|prior|earlier|preceding|previous", example: "the 7 days before", make: unitsBefore},
	{pattern: "in|of|on|for|over? the {n} {unit} before_that|prior_to_that|preceding_that", example: "the 3 months before that", make: unitsBefore},
	{pattern: "in|of|on|for|over? the following|next {unit}", example: "the following month", make: func(c *context) (Finding, bool) {
		f, ok := shift(Move{Unit: c.val(0).unit, N: 1})
		return f, ok && c.holdsWord("following")
	}},
	{pattern: "the {unit} after", example: "the month after", make: func(c *context) (Finding, bool) {
		f, ok := shift(Move{Unit: c.val(0).unit, N: 1})
		return f, ok && c.end == len(c.tokens)
	}},
	{pattern: "in|of|for|during|within? that|the_said {unit}", example: "no order in that year", make: func(c *context) (Finding, bool) {
		f, ok := shift(Move{Unit: c.val(0).unit, Same: true})
		return f, ok && !plural(c.word(c.end-1))
	}},
	{pattern: "{unit} over|on|to|versus|vs|v {unit}", example: "year over year", make: unitOnUnit},
	{pattern: "from {unit} to {unit}", example: "from month to month", make: unitOnUnit},
	{pattern: "from one {unit} to the_next|another|next", example: "from one fiscal year to the next", make: unitOnUnit},
	{pattern: "yoy|y_o_y", example: "YoY", make: func(c *context) (Finding, bool) { return shift(Move{Unit: Year, N: -1, Same: true}) }},
	{pattern: "mom|m_o_m", example: "MoM", make: func(c *context) (Finding, bool) { return shift(Move{Unit: Month, N: -1}) }},
	{pattern: "qoq|q_o_q", example: "QoQ", make: func(c *context) (Finding, bool) { return shift(Move{Unit: Quarter, N: -1}) }},
	{pattern: "wow|w_o_w", example: "WoW", make: func(c *context) (Finding, bool) {
		f, ok := shift(Move{Unit: Week, N: -1})
		f.Weak = true
		return f, ok
	}},
	{pattern: "dod", example: "DoD", make: func(c *context) (Finding, bool) {
		f, ok := shift(Move{Unit: Day, N: -1})
		f.Weak = true
		return f, ok
	}},
	{pattern: "in|from|on|over|for? the? previous|prior|preceding one", example: "the previous one", make: func(c *context) (Finding, bool) { return shift(Move{N: -1}) }},
	{pattern: "in|from|on|over|for? the one before", example: "the one before", make: func(c *context) (Finding, bool) { return shift(Move{N: -1}) }},
	{pattern: "in|from|on|over|for? the? last one|time?", example: "this quarter than last", make: lastOne},
	{pattern: "in|over|for? the? {n} before_that|before|prior|earlier", example: "last 7 days against the 7 before", make: sameNumber},
	{pattern: "in|over|for? the? previous|prior|preceding {n}", example: "last 7 days vs previous 7", make: sameNumber},
	{pattern: "previous|prior|preceding period", example: "the previous period", make: func(c *context) (Finding, bool) { return shift(Move{N: -1}) }},
	{pattern: "period before|prior", example: "the period before", make: func(c *context) (Finding, bool) { return shift(Move{N: -1}) }},
}

func shift(m Move) (Finding, bool) {
	return Finding{Kind: Shift, Unit: m.Unit, Move: m, Step: 1}, m.Unit != Hour && m.Unit != Decade
}

func sameLastYear(*context) (Finding, bool) { return shift(Move{Unit: Year, N: -1, Same: true}) }

func (c *context) holdsWord(word string) bool {
	for i := c.at; i < c.end; i++ {
		if c.word(i) == word {
			return true
		}
	}
	return false
}

// unitBefore is the unit before a period; before "before" a thing may follow
// that is no time, so nothing but the end of a clause may.
func unitBefore(c *context) (Finding, bool) {
	f, ok := shift(Move{Unit: c.val(0).unit, N: -1})
	next := c.word(c.end)
	return f, ok && (c.end >= len(c.tokens) || functionWord[next] || shiftEnds[next])
}

// shiftEnds are further words that may follow "the year before".
var shiftEnds = map[string]bool{"that": true, "as": true, "too": true, "please": true, "and": true, "was": true, "were": true,
	"is": true, "did": true, "by": true, "both": true, "each": true, "how": true, "on": true, "also": true, "show": true, "give": true,
	"than": true, "&": true, "+": true, "%": true, "give_me": true, "by_month": true, "last": true, "we": true, "instead": true}

// lastOne reads a bare "last" that is set against "this year" or the like.
func lastOne(c *context) (Finding, bool) {
	f, ok := shift(Move{N: -1})
	before, next := c.word(c.at-1), c.word(c.end)
	if !beside[before] && before != "or" || c.end < len(c.tokens) && !functionWord[next] && !shiftEnds[next] || monthNames[next] > 0 {
		return f, false
	}
	for i := c.at - 2; i >= 0; i-- {
		if w := c.word(i); w != "this" && w != "current" {
			continue
		}
		for _, o := range unitWord(c.parser, i+1) {
			f.Move, f.Unit = Move{Unit: o.value.unit, N: -1}, o.value.unit
			return f, ok
		}
	}
	return f, false
}

// sameNumber reads "the previous 7" after "the last 7 days".
func sameNumber(c *context) (Finding, bool) {
	f, ok := shift(Move{N: -1})
	if next := c.word(c.end); c.end < len(c.tokens) && !functionWord[next] && !shiftEnds[next] {
		return f, false
	}
	for i := c.at - 1; i >= 0; i-- {
		for _, o := range number(c.parser, i) {
			if u := unitWords[c.word(o.end)]; u > 0 && o.value.n == c.val(0).n {
				return f, ok
			}
		}
	}
	return f, false
}

func unitsBefore(c *context) (Finding, bool) {
	f, ok := shift(Move{Unit: c.val(1).unit, N: -c.val(0).n * c.val(1).n})
	return f, ok
}

func unitOnUnit(c *context) (Finding, bool) {
	u := c.val(0).unit
	f, ok := shift(Move{Unit: u, N: -1, Same: u == Year || u == FiscalYear})
	return f, ok && (len(c.values) < 2 || u == c.val(1).unit)
}
