package when

import "time"

// pointRules are the tables of points: periods without their preposition.
var pointRules [][]rule

// findingRules are the tables of findings.
var findingRules [][]rule

func (c *context) val(i int) value { return c.values[i] }

// period is a finding of whole units.
func period(r Range, u Unit) (Finding, bool) {
	return Finding{Kind: Period, Range: r, Unit: u, Complete: true, Step: 1}, true
}

func rollingPeriod(r Range, u Unit) (Finding, bool) {
	return Finding{Kind: Period, Range: r, Unit: u, Step: 1}, true
}

func oneDay(t time.Time) (Finding, bool) { return period(Range{t, t}, Day) }

func toDate(r Range, today time.Time, u Unit) (Finding, bool) {
	f, _ := period(Range{r.From, today}, u)
	f.ToDate, f.Complete = true, false
	return f, !r.From.After(today)
}

// yearly is a period whose year is unsaid: the latest that has begun.
func (c *context) yearly(u Unit, inYear func(year int) Range) (Finding, bool) {
	f, ok := period(inYear(c.latest(inYear)), u)
	f.inYear, f.recent = inYear, true
	return f, ok
}

// inPoint is a yearly period in the year that a point names.
func inPoint(point Finding, u Unit, inYear func(year int) Range) (Finding, bool) {
	if point.Unit != Year || point.Range.From.IsZero() {
		return Finding{}, false
	}
	return period(inYear(point.Range.From.Year()), u)
}

func (c *context) monthIn(m int) func(int) Range {
	return func(y int) Range { return c.part(Month, m, y) }
}

func (c *context) partIn(v value) func(int) Range {
	return func(y int) Range { return c.part(v.unit, v.n, y) }
}

func (c *context) seasonIn(month int) func(int) Range {
	return func(y int) Range {
		from := c.date(y, time.Month(month), 1)
		return Range{from, days(addMonths(from, 3), -1)}
	}
}

// dayIn is a day of the year; it moves to the last day of February where a
// year has no 29th.
func (c *context) dayIn(month, day int) func(int) Range {
	return func(y int) Range {
		t := addMonths(c.date(y, 1, day), month-1)
		return Range{t, t}
	}
}

// dayOfMonth is a day of the year whose year is unsaid.
func (c *context) dayOfMonth(month, day int) (Finding, bool) {
	if _, ok := c.valid(2024, time.Month(month), day); !ok {
		return Finding{}, false
	}
	return c.yearly(Day, c.dayIn(month, day))
}

// nth is the nth unit of a stretch; a negative n counts from its end. A week
// of a month is seven days from its first, as people count them.
func nth(r Range, u Unit, n int) (Range, bool) {
	if u == 0 || u == Hour || r.From.IsZero() || r.To.IsZero() {
		return Range{}, false
	}
	if u == Half && sameMonth(r) {
		middle := days(r.From, 14)
		if n == 1 {
			return Range{r.From, middle}, true
		}
		return Range{days(middle, 1), r.To}, n == 2 || n == -1
	}
	var out Range
	if n > 0 {
		out.From = add(r.From, u, n-1)
		out.To = days(add(r.From, u, n), -1)
	} else {
		end := days(r.To, 1)
		out.From, out.To = add(end, u, n), days(add(end, u, n+1), -1)
	}
	return out, !out.From.Before(r.From) && !out.To.After(r.To) && out != r
}

// ends are the first or last n units of a stretch.
func ends(r Range, u Unit, n int, last bool) (Range, bool) {
	if u == 0 || u == Hour || r.From.IsZero() || r.To.IsZero() {
		return Range{}, false
	}
	out := Range{r.From, days(add(r.From, u, n), -1)}
	if last {
		out = Range{add(days(r.To, 1), u, -n), r.To}
	}
	return out, !out.From.Before(r.From) && !out.To.After(r.To)
}

func sameMonth(r Range) bool {
	return r.From.Year() == r.To.Year() && r.From.Month() == r.To.Month()
}

// third is the beginning (1), middle (2) or end (3) of a period: its thirds.
// Its mark is the day meant where "since" or "before" stand before it.
func third(f Finding, n int) (Finding, bool) {
	r := f.Range
	if r.From.IsZero() || r.To.IsZero() || f.HasTime {
		return Finding{}, false
	}
	cut := func(r Range) Range {
		var a, b time.Time
		switch months := f.Unit.months(); {
		case f.Unit == Month:
			a, b = days(r.From, 10), days(r.From, 20)
		case months >= 3:
			a, b = addMonths(r.From, months/3), addMonths(r.From, months/3*2)
		default:
			length := daysBetween(r.From, r.To) + 1
			a, b = days(r.From, length/3), days(r.From, length*2/3)
		}
		return [...]Range{{r.From, days(a, -1)}, {a, days(b, -1)}, {b, r.To}}[n-1]
	}
	out, _ := period(cut(r), Day)
	out.Complete = false
	out.Mark = [...]time.Time{r.From, middle(r), r.To}[n-1]
	out.vague = [...]string{"the beginning", "the middle", "the end"}[n-1]
	if f.inYear != nil {
		out.inYear, out.recent = func(y int) Range { return cut(f.inYear(y)) }, f.recent
	}
	return out, f.Unit != Day
}

func middle(r Range) time.Time {
	return days(r.From, daysBetween(r.From, r.To)/2-b2i(r.To.Day() == 31))
}
