package when

import (
	"time"

	"github.com/querent/querent/internal/semparse/text"
)

// spans are periods with their prepositions.
var spans = []rule{
	{pattern: "over|within the? last {unit}", example: "over the last year", make: func(c *context) (Finding, bool) {
		f, ok := c.back(1, c.val(0))
		f.Preposition, f.Assumed = "over", "the last "+c.val(0).unit.String()+" is taken as the one that ends today"
		return f, ok && !plural(c.word(c.end-1))
	}},
	{pattern: "more_than|over|longer_than|at_least {n} {unit} ago|back", example: "more than 30 days ago", make: func(c *context) (Finding, bool) {
		return c.beyond(c.val(0).n, c.val(1), true)
	}},
	{pattern: "less_than|fewer_than|under|not_more_than|no_more_than|within {n} {unit} ago|back", example: "less than 3 months ago", make: func(c *context) (Finding, bool) {
		return c.beyond(c.val(0).n, c.val(1), false)
	}},
	{pattern: "{point}", example: "last month", make: func(c *context) (Finding, bool) { return c.val(0).finding, true }},
	{pattern: "in|during|for|of|on|at|over|throughout|across|from|within|dated|as_at {point}", example: "in March 2024", make: func(c *context) (Finding, bool) {
		return c.said(c.val(0).finding, c.word(c.at))
	}},
	{pattern: "in|on|at or_after {point}", example: "in or after 2005", make: func(c *context) (Finding, bool) { return c.since(c.val(0).finding, "since") }},
	{pattern: "in|on|at or_before {point}", example: "on or before 31 May", make: func(c *context) (Finding, bool) { return c.until(c.val(0).finding, "until") }},
	{pattern: "over|in|during the course_of {point}", example: "over the course of 2024", make: func(c *context) (Finding, bool) {
		return c.said(c.val(0).finding, "during")
	}},
	{pattern: "between {point}", example: "between 1 and 15 May", make: func(c *context) (Finding, bool) {
		f := c.val(0).finding
		return f, f.Unit == Day && f.Range.From != f.Range.To && (c.holdsWord("and"))
	}},
	{pattern: "from {point} to date", example: "from March to date", make: func(c *context) (Finding, bool) {
		today, _ := oneDay(c.today)
		f, ok := c.span(c.val(0).finding, today)
		f.ToDate = true
		return f, ok
	}},
	{pattern: "on the {nth}", example: "on the 25th", make: func(c *context) (Finding, bool) { return c.dayOfRunningMonth(c.val(0).n) }},
	{pattern: "by|until|till|no_later_than|not_later_than {weekday}", example: "no later than Friday", make: func(c *context) (Finding, bool) {
		f, _ := oneDay(c.weekdayAfter(time.Weekday(c.val(0).n)))
		return c.until(f, c.word(c.at))
	}},
	{pattern: "since|ever_since|as_from|starting_from|beginning_from|effective_from|from_the_start_of {point}", example: "since March", make: func(c *context) (Finding, bool) {
		return c.since(c.val(0).finding, "since")
	}},
	{pattern: "since {n} {unit}", example: "since 3 months", make: func(c *context) (Finding, bool) {
		u := c.val(1).unit
		f, _ := oneDay(add(c.today, u, -c.val(0).n*c.val(1).n))
		f, ok := c.since(f, "since")
		return f, ok && u != Hour
	}},
	{pattern: "starting|beginning|commencing in|on|with? {point}", example: "starting in October 2024", make: func(c *context) (Finding, bool) {
		f, ok := c.since(c.val(0).finding, "starting")
		f.Weak = c.at > 0 // may be what the things do: policies starting in July
		return f, ok
	}},
	{pattern: "from {point} on|onward|onwards|forward|forwards|upward|upwards", example: "from April on", make: func(c *context) (Finding, bool) {
		return c.since(c.val(0).finding, "from")
	}},
	{pattern: "in? {point} onward|onwards|or_later|and_later|or_after|and_after|or_newer", example: "2022 or later", make: func(c *context) (Finding, bool) {
		return c.since(c.val(0).finding, "from")
	}},
	{pattern: "in? {point} or_earlier|and_earlier|or_before|and_before|or_older", example: "2022 or earlier", make: func(c *context) (Finding, bool) {
		return c.until(c.val(0).finding, "until")
	}},
	{pattern: "after|following|later_than|past|not_before|not_until {point}", example: "after 2019", make: after},
	{pattern: "before|prior_to|earlier_than|preceding|ahead_of {point}", example: "before 2015", make: func(c *context) (Finding, bool) {
		f := c.val(0).finding
		to := c.edge(f, f.Range.From)
		if !f.HasTime {
			to = days(to, -1)
		}
		return c.open(f, Range{To: to}, "before", !f.Range.From.IsZero())
	}},
	{pattern: "by this_time last_year", example: "by this time last year", make: func(c *context) (Finding, bool) {
		f, ok := period(Range{c.whole(Year, c.today, -1).From, addMonths(c.today, -12)}, Day)
		f.Preposition, f.Move = "by", Move{Unit: Year, N: -1, Same: true}
		return f, ok
	}},
	{pattern: "until|till|til|through|thru|up_to|up_until|up_till|up_to_and_including|no_later_than|not_later_than|by|not_after|up_through {point}", example: "until May", make: func(c *context) (Finding, bool) {
		whole := c.val(0).finding
		if w := c.word(c.at); (w == "through" || w == "thru") && whole.Unit >= Quarter && !whole.Range.From.After(c.today) {
			return c.said(whole, "during") // month by month through 2024
		}
		f, ok := c.until(whole, c.word(c.at))
		return f, ok && (c.word(c.at) != "by" || !whole.Weak)
	}},
	{pattern: "in|during the? {season} months ,|from? {point} to|through|until {point}", example: "in the summer months June to August 2023", make: func(c *context) (Finding, bool) {
		return c.span(c.val(1).finding, c.val(2).finding)
	}},
	{pattern: "as_of|as_at {point}", example: "as of 31 May 2025", make: func(c *context) (Finding, bool) {
		if f := c.val(0).finding; f.Unit.months() > 0 {
			return c.since(f, "as of")
		}
		return c.until(c.val(0).finding, "as of")
	}},
	{pattern: "from|between? {month} {yy} to|until|through|and {month} {yy}", example: "from Jul 24 to Jun 25", make: monthsOfShortYears},
	{pattern: "{month} {yy} {hyphen} {month} {yy}", example: "Jul 24 - Jun 25", make: func(c *context) (Finding, bool) {
		c.values = append(c.values[:2:2], c.values[3:]...)
		return monthsOfShortYears(c)
	}},
	{pattern: "{month} {hyphen} {month} {yy}", example: "Jan-Jun 25", make: func(c *context) (Finding, bool) {
		y := c.val(3).n
		f, _ := period(Range{c.part(Month, c.val(0).n, y).From, c.part(Month, c.val(2).n, y).To}, Month)
		return f, y >= 2010 && c.val(2).n > c.val(0).n
	}},
	{pattern: "from|between? {point} to|through|thru|until|till|up_to|up_until|til|and_ending {point}", example: "from January to March", make: func(c *context) (Finding, bool) {
		return c.span(c.val(0).finding, c.val(1).finding)
	}},
	{pattern: "from|in|of|for|during? {point} {hyphen} {point}", example: "Jan-Mar 2025", make: func(c *context) (Finding, bool) {
		return c.span(c.val(0).finding, c.val(2).finding)
	}},
	{pattern: "in|of|for|during|on {point} to|through|thru {point}", example: "in January to March 2024", make: func(c *context) (Finding, bool) {
		return c.span(c.val(0).finding, c.val(1).finding)
	}},
	{pattern: "between|from|anywhere_between {point} and {point}", example: "between February and April 2024", make: func(c *context) (Finding, bool) {
		a, b := c.val(0).finding, c.val(1).finding
		if a.recent && b.recent && a.Unit == b.Unit && b.Range.From.Before(a.Range.From) && c.compares(c.at) {
			return c.pair(a, b)
		}
		f, ok := c.span(a, b)
		f.Weak = f.Weak || a.Unit == Year && b.Unit == Year && c.today.Year()-a.Range.From.Year() > 20 // may be amounts
		return f, ok
	}},
	{pattern: "from|since? {point} to|until|till|through|up_to|up_until now|present|the_present|right_now", example: "2023 to now", make: func(c *context) (Finding, bool) {
		today, _ := oneDay(c.today)
		f, ok := c.span(c.val(0).finding, today)
		f.ToDate = true
		return f, ok
	}},
	{pattern: "in {n} {unit}", example: "in 3 days", make: func(c *context) (Finding, bool) {
		u := c.val(1).unit
		if u == Hour || durationAfter[c.word(c.end)] {
			return Finding{}, false
		}
		f, ok := period(c.whole(u, c.today, c.val(0).n*c.val(1).n), u)
		f.Weak, f.Preposition = true, "in" // may be how long it took
		return f, ok
	}},
	{pattern: "ever|of_all_time|all_time|all_times|since_the_start|since_the_beginning|since_inception|from_the_start|from_the_beginning", example: "of all time", make: func(c *context) (Finding, bool) {
		f, ok := period(Range{}, 0)
		return f, ok && c.word(c.end) != "of"
	}},
	{pattern: "to_date|up_to_now|until_now|till_now|up_to_today|up_until_now|so_far|thus_far", example: "up to now", make: func(c *context) (Finding, bool) {
		f, ok := period(Range{To: c.today}, 0)
		f.ToDate, f.Preposition = true, "until"
		return f, ok
	}},
}

// durationAfter are words after "in 3 days" that make it a length of time.
var durationAfter = map[string]bool{"or": true, "on": true, "of": true}

// said notes the preposition of a period.
func (c *context) said(f Finding, preposition string) (Finding, bool) {
	f.Preposition = preposition
	switch preposition {
	case "over":
		return f, true // a bare year after it is weak already
	case "at":
		return f, f.Unit == Day || f.HasTime
	case "within":
		return f, !f.Weak
	}
	f.Weak = f.Weak && f.Unit != Year
	return f, true
}

// edge is the day that a preposition counts from.
func (c *context) edge(f Finding, otherwise time.Time) time.Time {
	if !f.Mark.IsZero() {
		return f.Mark
	}
	return otherwise
}

// open is a period with one end left open.
func (c *context) open(f Finding, r Range, preposition string, ok bool) (Finding, bool) {
	whole := f
	f.Range, f.Preposition, f.Complete, f.ToDate, f.Move = r, preposition, true, false, Move{}
	if !whole.Mark.IsZero() && !whole.ago.IsZero() {
		f.inYear, f.recent = nil, false
	}
	if whole.inYear != nil {
		f.inYear = func(y int) Range { return moveOpen(whole, r, whole.inYear(y)) }
	}
	f.Mark, f.ago, f.vague = time.Time{}, Move{}, ""
	return f, ok
}

// moveOpen gives the open range that is to another year's whole as the known
// one is to its own.
func moveOpen(whole Finding, open, other Range) Range {
	from, to := whole.Range.From, whole.Range.To
	if !whole.Mark.IsZero() {
		mark := whole.markIn(other)
		from, to, other = whole.Mark, whole.Mark, Range{mark, mark}
	}
	switch {
	case open.To.IsZero() && open.From.Equal(from):
		return Range{From: other.From}
	case open.To.IsZero():
		return Range{From: days(other.To, 1)}
	case open.To.Equal(to):
		return Range{To: other.To}
	}
	return Range{To: days(other.From, -1)}
}

// markIn is the mark of the same period in another year.
func (f Finding) markIn(other Range) time.Time {
	if f.Mark.Equal(f.Range.To) {
		return other.To
	}
	return days(other.From, daysBetween(f.Range.From, f.Mark))
}

func (c *context) since(f Finding, preposition string) (Finding, bool) {
	return c.open(f, Range{From: c.edge(f, f.Range.From)}, preposition, !f.Range.From.IsZero())
}

func (c *context) until(f Finding, preposition string) (Finding, bool) {
	return c.open(f, Range{To: c.edge(f, f.Range.To)}, preposition, !f.Range.To.IsZero())
}

func after(c *context) (Finding, bool) {
	f := c.val(0).finding
	from := c.edge(f, f.Range.To)
	if !f.HasTime {
		from = days(from, 1)
	}
	return c.open(f, Range{From: from}, "after", !f.Range.To.IsZero() && (c.word(c.at) != "past" || f.Unit == Day))
}

// span is the range from one period to another. A year that only one of them
// names holds for both; the range goes forward.
func (c *context) span(a, b Finding) (Finding, bool) {
	if a.HasTime != b.HasTime || a.Range.From.IsZero() || b.Range.To.IsZero() {
		return Finding{}, false
	}
	first, last := a.Range, b.Range
	year := last.From.Year()
	switch {
	case a.recent && !b.Range.From.Equal(c.today):
		first = a.inYear(year)
		if first.From.After(last.To) {
			first = a.inYear(year - 1)
		}
	case b.recent:
		last = b.inYear(first.From.Year())
		if last.To.Before(first.From) {
			last = b.inYear(first.From.Year() + 1)
		}
	}
	f, _ := period(Range{a.day(first, first.From), b.day(last, last.To)}, max(a.Unit, b.Unit))
	f.HasTime, f.Weak, f.Preposition = a.HasTime, a.Weak && b.Weak, "from"
	f.Ends = []Range{first, last}
	if a.Unit != b.Unit {
		f.Unit = Day
	}
	if a.recent && b.recent {
		f.recent, f.inYear = true, spanIn(a, b)
	}
	return f, !f.Range.To.Before(f.Range.From)
}

// comparing are words that set two periods against each other.
var comparing = text.WordSet(`difference compare comparison change changed gap growth grow grew rise rose increase increased decrease
decreased fall fell drop dropped versus vs`)

func (c *context) compares(before int) bool {
	for i := range before {
		if comparing[c.word(i)] {
			return true
		}
	}
	return false
}

// pair are two periods that are compared, the later one named first: the
// difference between June and May.
func (c *context) pair(a, b Finding) (Finding, bool) {
	f, ok := period(Range{b.Range.From, a.Range.To}, a.Unit)
	f.Preposition, f.Ends = "between", []Range{a.Range, b.Range}
	return f, ok
}

// spanIn is the range between two periods in the year of the second.
func spanIn(a, b Finding) func(int) Range {
	return func(y int) Range {
		first, last := a.inYear(y), b.inYear(y)
		if first.From.After(last.To) {
			first = a.inYear(y - 1)
		}
		return Range{a.day(first, first.From), b.day(last, last.To)}
	}
}

// day is the mark of a part ("mid March") in the given range, otherwise the
// given end.
func (f Finding) day(r Range, end time.Time) time.Time {
	if f.Mark.IsZero() {
		return end
	}
	return f.markIn(r)
}

// monthsOfShortYears reads "Jul 24 to Jun 25" as months of years where the
// numbers are those of one year or of two that follow each other; as days
// they would hardly be written so.
func monthsOfShortYears(c *context) (Finding, bool) {
	v := c.values
	from, to := c.part(Month, v[0].n, v[1].n), c.part(Month, v[2].n, v[3].n)
	f, _ := period(Range{from.From, to.To}, Month)
	f.Ends, f.Preposition = []Range{from, to}, "from"
	oneYear := v[1].n == v[3].n && v[0].n < v[2].n && v[1].n > c.today.Year()-10 && v[1].n <= c.today.Year()+1
	return f, oneYear || v[3].n == v[1].n+1 && v[2].n <= v[0].n
}

// beyond is the time more, or less, than n units ago.
func (c *context) beyond(n int, unit value, more bool) (Finding, bool) {
	day := add(c.today, unit.unit, -n*unit.n)
	f, ok := rollingPeriod(Range{To: days(day, -1)}, unit.unit)
	f.Preposition = "before"
	if !more {
		f.Range, f.Preposition = Range{From: days(day, 1)}, "after"
	}
	return f, ok && unit.unit != Hour
}

// dayOfRunningMonth is a day of this month, or of the last where it lies ahead.
func (c *context) dayOfRunningMonth(day int) (Finding, bool) {
	if !functionWord[c.word(c.end)] && c.end < len(c.tokens) {
		return Finding{}, false // the 25th of something
	}
	month := c.start(Month, c.today)
	if day > c.today.Day() {
		month = addMonths(month, -1)
	}
	t, ok := c.valid(month.Year(), month.Month(), day)
	f, _ := oneDay(t)
	f.Preposition, f.Assumed = "on", "the "+c.word(c.end-1)+" is taken as "+sayDay(t, true)
	return f, ok
}

var functionWord = map[string]bool{",": true, "and": true, "by": true, "per": true, "for": true, "in": true, "with": true, "to": true,
	"at": true, "from": true, "?": true, "or": true, "vs": true, ":": true, ";": true}
