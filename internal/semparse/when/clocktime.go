package when

import "time"

// hourOf are the hours of the parts of a day; past midnight where the second
// is smaller.
var hourOf = map[string][2]int{"morning": {6, 12}, "afternoon": {12, 18}, "evening": {18, 22}, "night": {22, 6}}

// clockPoints are points with a time of day.
var clockPoints = []rule{
	{pattern: "this morning|afternoon|evening", example: "this morning", make: func(c *context) (Finding, bool) { return c.dayPart(0, c.word(c.end-1)) }},
	{pattern: "tonight", example: "tonight", make: func(c *context) (Finding, bool) { return c.dayPart(0, "night") }},
	{pattern: "last night", example: "last night", make: func(c *context) (Finding, bool) { return c.dayPart(-1, "night") }},
	{pattern: "yesterday morning|afternoon|evening|night", example: "yesterday evening", make: func(c *context) (Finding, bool) { return c.dayPart(-1, c.word(c.end-1)) }},
	{pattern: "tomorrow morning|afternoon|evening|night", example: "tomorrow morning", make: func(c *context) (Finding, bool) { return c.dayPart(1, c.word(c.end-1)) }},
}

func (c *context) dayPart(day int, part string) (Finding, bool) {
	hours := hourOf[part]
	at := func(d, h int) time.Time {
		return time.Date(c.today.Year(), c.today.Month(), c.today.Day()+d, h, 0, 0, 0, c.today.Location())
	}
	f, ok := period(Range{at(day, hours[0]), at(day+b2i(hours[1] < hours[0]), hours[1])}, Hour)
	f.HasTime = true
	return f, ok
}
