package when

import "time"

var workdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
var weekend = []time.Weekday{time.Saturday, time.Sunday}

// recurring are days, months and hours that come again and again.
var recurring = []rule{
	{pattern: "on|at|during|over|for|only|just? the? weekend|weekends", example: "on weekends", make: func(c *context) (Finding, bool) { return onDays(weekend...) }},
	{pattern: "on|at|during|for? weekend days", example: "weekend days", make: func(c *context) (Finding, bool) { return onDays(weekend...) }},
	{pattern: "on|during|for? weekdays|workdays|working_days|business_days|work_days", example: "on weekdays", make: func(c *context) (Finding, bool) {
		f, ok := onDays(workdays...)
		f.Weak = c.end-c.at == 1 || c.word(c.end-1) == "days" // may be the unit
		return f, ok
	}},
	{pattern: "during|in the week", example: "during the week", make: func(c *context) (Finding, bool) {
		f, ok := onDays(workdays...)
		f.Weak = c.word(c.at) == "in"
		return f, ok
	}},
	{pattern: "on|every|each|only|for? {weekdays}", example: "on Mondays", make: func(c *context) (Finding, bool) { return onDays(time.Weekday(c.val(0).n)) }},
	{pattern: "every|each {weekday}", example: "every Monday", make: func(c *context) (Finding, bool) { return onDays(time.Weekday(c.val(0).n)) }},
	{pattern: "on|from|over|across? {weekday} to|through|until {weekday}", example: "Monday to Friday", make: fromDayToDay},
	{pattern: "on|from? {weekdays} to|through|until {weekdays}", example: "Mondays to Fridays", make: fromDayToDay},
	{pattern: "{weekday} {hyphen} {weekday}", example: "Mon-Fri", make: func(c *context) (Finding, bool) {
		c.values = []value{c.values[0], c.values[2]}
		return fromDayToDay(c)
	}},
	{pattern: "every|each {month}", example: "every December", make: func(c *context) (Finding, bool) { return inMonths(time.Month(c.val(0).n)) }},
	{pattern: "in|during the? {season}", example: "in summer", make: func(c *context) (Finding, bool) {
		m := time.Month(c.val(0).n)
		f, ok := inMonths(m, m%12+1, (m+1)%12+1)
		f.Weak, f.Assumed = true, seasonNames[m]+" is taken as "+m.String()+" to "+((m+1)%12+1).String()+" of every year"
		return f, ok
	}},
	{pattern: "in|during|on the? morning|mornings|afternoon|afternoons|evening|evenings", example: "in the mornings", make: func(c *context) (Finding, bool) {
		w := c.word(c.end - 1)
		if plural(w) {
			w = w[:len(w)-1]
		}
		return atHours(hourOf[w])
	}},
	{pattern: "at|during_the|in_the|overnight night|nights", example: "at night", make: func(c *context) (Finding, bool) { return atHours(hourOf["night"]) }},
	{pattern: "after|from|past {clock} on|onward|onwards?", example: "after 6 pm", make: func(c *context) (Finding, bool) { return atHours([2]int{c.val(0).n, 24}) }},
	{pattern: "before|until|till {clock}", example: "before noon", make: func(c *context) (Finding, bool) { return atHours([2]int{0, c.val(0).n}) }},
	{pattern: "between|from? {clock} and|to|until|till {clock}", example: "between 9 am and 5 pm", make: func(c *context) (Finding, bool) {
		return atHours([2]int{c.val(0).n, c.val(1).n})
	}},
	{pattern: "between|from {n} and|to {clock}", example: "between 9 and 11 o'clock", make: func(c *context) (Finding, bool) {
		from, to := c.val(0).n, c.val(1).n
		if to > 12 && from < to-12 { // 2 to 5 pm
			from += 12
		}
		return atHours([2]int{from, to})
	}},
	{pattern: "at|around {clock}", example: "at 3 pm", make: func(c *context) (Finding, bool) { return atHours([2]int{c.val(0).n, c.val(0).n + 1}) }},
}

var seasonNames = map[time.Month]string{3: "spring", 6: "summer", 9: "autumn", 12: "winter"}

func onDays(d ...time.Weekday) (Finding, bool) {
	return Finding{Kind: Weekdays, Days: d, Unit: Weekday, Step: 1, Preposition: "on"}, true
}

func inMonths(m ...time.Month) (Finding, bool) {
	return Finding{Kind: Months, Months: m, Unit: MonthOfYear, Step: 1, Preposition: "in"}, true
}

func atHours(h [2]int) (Finding, bool) {
	f := Finding{Kind: TimeOfDay, Hours: h, Unit: HourOfDay, Step: 1}
	return f, h[0] >= 0 && h[0] < 24 && h[1] <= 24 && h[0] != h[1]
}

func fromDayToDay(c *context) (Finding, bool) {
	var out []time.Weekday
	for d := time.Weekday(c.val(0).n); ; d = (d + 1) % 7 {
		out = append(out, d)
		if d == time.Weekday(c.val(1).n) || len(out) == 7 {
			break
		}
	}
	f, ok := onDays(out...)
	f.Weak = len(out) == 7
	return f, ok && len(out) > 1
}

// durations are lengths of time.
var durations = []rule{
	{pattern: "within {n} {length}", example: "within 3 days", make: func(c *context) (Finding, bool) {
		f, ok := length(c.val(0).n, c.val(1), "within")
		if u := c.val(1).unit; ok && u >= Day && c.word(c.end) != "of" {
			f.Range = Range{c.today, add(c.today, u, c.val(0).n*c.val(1).n)}
		}
		return f, ok
	}},
	{pattern: "within {glued}", example: "within 2h", make: func(c *context) (Finding, bool) {
		return length(c.val(0).n, value{unit: c.val(0).unit, n: 1}, "within")
	}},
	{pattern: "within|in|for an|a {length}", example: "within a week", make: func(c *context) (Finding, bool) {
		f, ok := length(1, c.val(0), c.word(c.at))
		f.Weak = c.word(c.at) != "within"
		return f, ok && !plural(c.word(c.end-1))
	}},
	{pattern: "for {n} {length}", example: "for 3 months", make: func(c *context) (Finding, bool) {
		f, ok := length(c.val(0).n, c.val(1), "for")
		if u := c.val(1).unit; u >= Day {
			f.Range = c.rolling(c.val(0).n*c.val(1).n, u)
		}
		return f, ok
	}},
	{pattern: "in {n} {length}", example: "in 2 hours or less", make: func(c *context) (Finding, bool) {
		return length(c.val(0).n, c.val(1), "in")
	}},
	{pattern: "{n} {hyphen}? {length}", example: "longer than 10 days", make: func(c *context) (Finding, bool) {
		f, ok := length(c.val(0).n, c.val(2), "")
		one := c.val(0).n == 1 || c.val(1).said || plural(c.word(c.end-1))
		f.Weak = !one // 30 day tickets
		return f, ok && (one || c.val(0).n < 1900) && (f.Unit != Quarter && f.Unit != Half || c.word(c.end) != "of")
	}},
	{pattern: "a|an {length}", example: "more than an hour", make: func(c *context) (Finding, bool) {
		f, ok := length(1, c.val(0), "")
		return f, ok && (c.word(c.at-1) == "than" || c.word(c.at-1) == "least") && !plural(c.word(c.end-1))
	}},
	{pattern: "{glued}", example: "over 2h", make: func(c *context) (Finding, bool) {
		f, ok := length(c.val(0).n, value{unit: c.val(0).unit, n: 1}, "")
		f.Weak = !counts[c.word(c.at-1)] && c.word(c.at-1) != "over"
		return f, ok
	}},
}

func length(n int, unit value, preposition string) (Finding, bool) {
	return Finding{Kind: Duration, Number: float64(n * unit.n), Unit: unit.unit, Step: 1, Preposition: preposition}, unit.unit != 0
}
