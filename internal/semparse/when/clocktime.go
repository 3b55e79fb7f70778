package when

import (
	"strconv"
	"strings"
	"time"
)

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

// clock is a time of day in hours: 6 pm, 6pm, 18:00, 9 o'clock, noon.
func clock(p *parser, at int) []option {
	w := p.word(at)
	switch w {
	case "noon", "midday":
		return one(at+1, value{n: 12})
	case "midnight":
		return one(at+1, value{n: 24})
	}
	figures, end := strings.TrimRight(w, ":0amp"), at+1
	if rest := w[len(figures):]; strings.HasPrefix(rest, "0") { // 10am, 20:00
		figures += "0"
	}
	half := w[len(figures):]
	if half == "" {
		half = p.word(end)
		end++
	}
	n, err := strconv.Atoi(figures)
	if err != nil || n > 24 {
		return nil
	}
	switch half {
	case "am", "pm":
		return one(end, value{n: n%12 + 12*b2i(half == "pm")})
	case "o'clock", "oclock":
		return one(end, value{n: n})
	case ":00":
		if p.word(end) == ":" && p.word(end+1) == "00" {
			end += 2
		}
		return one(end, value{n: n})
	}
	return nil
}
