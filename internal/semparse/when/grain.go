package when

import "github.com/querent/querent/internal/semparse/text"

// grains are phrases that divide time, to group by.
var grains = []rule{
	{pattern: "by hour|hours", example: "by hour", make: recurs(HourOfDay)},
	{pattern: "by|per|each|every|for_each|in_each|for_every|in_every|on_each|on_every|during_each|across|each_and_every {unit}", example: "by month", make: grain},
	{pattern: "by|per|each|every|for|in|on|at? each|every|individual|single|calendar|by {unit}", example: "by each month", make: grain},
	{pattern: "each|every single? {unit}", example: "every single day", make: grain},
	{pattern: "every other|second {unit}", example: "every other week", make: func(c *context) (Finding, bool) {
		f, ok := grain(c)
		f.Step = 2
		return f, ok
	}},
	{pattern: "every|each {n} {unit}", example: "every 2 weeks", make: func(c *context) (Finding, bool) {
		f, ok := grainOf(c.val(1).unit)
		f.Step = c.val(0).n * c.val(1).n
		return f, ok
	}},
	{pattern: "{unit} by|after|for {unit}", example: "month by month", make: func(c *context) (Finding, bool) {
		f, ok := grain(c)
		return f, ok && c.val(0).unit == c.val(1).unit && c.word(c.at) == c.word(c.end-1)
	}},
	{pattern: "over|across|through the {unit}", example: "over the years", make: func(c *context) (Finding, bool) {
		f, ok := grain(c)
		return f, ok && plural(c.word(c.end-1))
	}},
	{pattern: "on|in|at|by|for|with? a {unit} basis|level|granularity", example: "on a month basis", make: grain},
	{pattern: "on|at? a daily|weekly|monthly|quarterly|yearly|annual|hourly basis|level|granularity", example: "on a monthly basis", make: func(c *context) (Finding, bool) {
		return grainOf(adverbs[c.word(c.end-2)])
	}},
	{pattern: "daily|weekly|monthly|quarterly|yearly|hourly|annually|quartely|montly", example: "monthly", make: adverb},
	{pattern: "half_yearly|six_monthly|bi_annually|biannually|semi_annually|semiannually", example: "half-yearly", make: func(*context) (Finding, bool) { return grainOf(Half) }},
	{pattern: "annual", example: "annual", make: adverb},
	{pattern: "fortnightly|biweekly|bi_weekly", example: "fortnightly", make: func(c *context) (Finding, bool) {
		f, ok := grainOf(Week)
		f.Step = 2
		return f, ok
	}},
	{pattern: "a|an {unit}", example: "a month", make: func(c *context) (Finding, bool) {
		f, ok := grain(c)
		f.Weak = true
		return f, ok && !before[c.word(c.at-1)] && !plural(c.word(c.end-1))
	}},
	{pattern: "in|on|at|during? which|what|whichever {unit}", example: "in which month", make: asked},
	{pattern: "best|worst|busiest|quietest|slowest|peak|top|strongest|weakest|record|biggest|highest|lowest|slow|heaviest|lightest|largest|smallest {any}? {unit}", example: "busiest month", make: asked},
	{pattern: "best|worst|busiest|quietest|slowest|peak|top|strongest|weakest weekday|day_of_week|day_of_the_week|days_of_the_week", example: "busiest day of the week", make: recurs(Weekday)},
	{pattern: "best|worst|busiest|quietest|slowest|peak|top|strongest|weakest {n} {unit}", example: "top 3 days", make: asked},
	{pattern: "into|to|as|in? {grain} rather_than|instead_of|and_not|not {grain}", example: "quarters rather than months", make: grain},
	{pattern: "into {unit}", example: "into quarters", make: func(c *context) (Finding, bool) {
		f, ok := grain(c)
		return f, ok && plural(c.word(c.end-1))
	}},
	{pattern: "for|in|on|during? each|every of {ahead}", example: "each of the last 7 days", make: func(c *context) (Finding, bool) {
		f := c.val(0).finding
		return grainOf(f.Unit)
	}},
	{pattern: "{unit}", example: "by channel and year", make: inChain},
	{pattern: "which|what|the|show|name|find|list? {unit} {most}", example: "month with the most orders", make: asked},
	{pattern: "rather_than|instead_of {grain}", example: "rather than by month", make: func(c *context) (Finding, bool) {
		f, ok := grain(c)
		f.Preposition, f.Weak = "instead of", true // not this one
		return f, ok
	}},

	// divisions that recur
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? weekday|weekdays|day_of_week|day_of_the_week|days_of_the_week|days_of_week|dow", example: "by weekday", make: recurs(Weekday)},
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? hour_of_day|hour_of_the_day|hours_of_the_day|hour_of_each_day|time_of_day|time_of_the_day", example: "per hour of the day", make: recurs(HourOfDay)},
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? calendar? month_of_year|month_of_the_year|months_of_the_year|calendar_month_of_the_year", example: "by month of the year", make: recurs(MonthOfYear)},
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? day_of_month|day_of_the_month|days_of_the_month", example: "by day of the month", make: recurs(DayOfMonth)},
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? week_of_year|week_of_the_year|week_number|weeks_of_the_year|calendar_week_number", example: "by week number", make: recurs(WeekOfYear)},
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? quarter_of_year|quarter_of_the_year|quarters_of_the_year", example: "by quarter of the year", make: recurs(QuarterOfYear)},
	{pattern: "at|in|during which|what hour|hours", example: "at what hour", make: recurs(HourOfDay)},
	{pattern: "by|per|each|every|in|on|at|which|what? busiest|peak|rush hour|hours", example: "busiest hour", make: recurs(HourOfDay)},
}

// before are words after which "a month" is no rate.
var before = map[string]bool{"in": true, "for": true, "within": true, "half": true, "once": true, "of": true, "after": true, "than": true,
	"about": true, "over": true, "last": true, "is": true, "such": true, "from": true, "with": true, "to": true, "as": true, "at": true,
	"on": true, "since": true, "what": true, "quite": true, "until": true}

var adverbs = map[string]Unit{"hourly": Hour, "daily": Day, "weekly": Week, "monthly": Month, "quarterly": Quarter, "yearly": Year,
	"annual": Year, "annually": Year, "quartely": Quarter, "montly": Month}

func grainOf(u Unit) (Finding, bool) {
	return Finding{Kind: Grain, Unit: u, Step: 1}, u != 0
}

func grain(c *context) (Finding, bool) {
	v := c.val(0)
	f, ok := grainOf(v.unit)
	f.Step = max(v.n, 1)
	f.Weak = c.word(c.at) == "by" && plural(c.word(c.end-1))                               // by days late
	return f, ok && (v.unit != Hour || c.word(c.at) != "per" || !measured[c.word(c.at-1)]) // miles per hour
}

// inChain is a bare unit in a list that "by" or "each" began: by channel and
// year.
func inChain(c *context) (Finding, bool) {
	f, ok := grain(c)
	next := c.word(c.end)
	if before := c.word(c.at - 1); before != "and" && before != "," && before != "&" && before != "/" && before != "+" ||
		c.val(0).unit == Hour || plural(c.word(c.end-1)) || c.end < len(c.tokens) && !functionWord[next] && next != "and" {
		return f, false
	}
	for i := c.at - 2; i >= 0; i-- {
		switch c.word(i) {
		case "by", "per", "each", "every":
			return f, ok
		}
	}
	return f, false
}

// adverb reads "monthly": weak where it may be what a price or a plan is.
func adverb(c *context) (Finding, bool) {
	f, ok := grainOf(adverbs[c.word(c.at)])
	f.Weak = c.word(c.at) == "annual" || describing[c.word(c.at-1)] || described[c.word(c.end)]
	return f, ok
}

// describing are words after which "monthly" describes an amount or a plan.
var describing = map[string]bool{"a": true, "an": true, "average": true, "avg": true, "mean": true, "median": true, "pay": true, "paid": true,
	"pays": true, "billed": true, "min": true, "max": true, "minimum": true, "maximum": true, "lowest": true, "highest": true, "business": true,
	"or": true, "total": true, "their": true, "the": true, "our": true, "lower": true, "higher": true, "much": true, "per": true, "vs": true, "versus": true}

// described are words before which it does.
var described = text.WordSet(`rate rates salary salaries wage wages rent rents fee fees hour hours plan plans budget budgets contract
contracts value pay price prices subscription subscriptions premium premiums charge charges payment payments report reports`)

// grainWord is a unit to group by in any form: by month, monthly, months.
func grainWord(p *parser, at int) []option {
	if u := adverbs[p.word(at)]; u > 0 {
		return one(at+1, value{unit: u, n: 1})
	}
	switch p.word(at) {
	case "by", "per", "each", "every":
		at++
	}
	return unitWord(p, at)
}

// ahead sees the period that follows without taking its words.
func ahead(p *parser, at int) []option {
	var out []option
	for _, o := range p.class("point", at) {
		if f := o.value.finding; f.Unit > 0 && f.Range.From != f.Range.To {
			out = append(out, option{at, o.value})
		}
	}
	return out
}

// mostAhead sees "with the most" and the like without taking their words.
func mostAhead(p *parser, at int) []option {
	if w := p.word(at); w != "with" && w != "had" && w != "has" && w != "saw" && w != "having" && w != "brought" {
		return nil
	}
	for i := at + 1; i < at+3; i++ {
		if superlatives[p.word(i)] {
			return one(at, value{})
		}
	}
	return nil
}

var superlatives = text.WordSet("most highest lowest least fewest best worst biggest largest smallest max min maximum minimum top")

func anyWord(p *parser, at int) []option {
	if w := p.word(at); w == "" || unitWords[w] > 0 || functionWord[w] || !p.tokens[at].Word() {
		return nil
	}
	return one(at+1, value{})
}

// asked is a unit that a question asks for: which month, the best day.
func asked(c *context) (Finding, bool) {
	v := c.val(0)
	if v.unit == 0 && len(c.values) > 1 {
		v = c.val(1)
	}
	f, ok := grainOf(v.unit)
	if v.unit == Hour {
		f.Unit = HourOfDay
	}
	f.Weak = v.unit == Day || c.word(c.end) == "did" || c.word(c.end) == "was"
	spread := len(c.values) > 1 && c.val(0).said && c.val(0).unit == 0 // the busiest sales day
	if spread && c.val(0).n == 0 && (plural(c.word(c.end-1)) || v.unit == Hour) {
		return f, false // the highest labour hours
	}
	return f, ok && v.n == 1
}

func recurs(u Unit) func(*context) (Finding, bool) {
	return func(c *context) (Finding, bool) {
		f, ok := grainOf(u)
		if w := c.word(c.end - 1); w == "weekdays" && c.word(c.end-2) != "of" && (c.end-c.at == 1 || c.word(c.at) == "on" && c.end-c.at == 2) {
			return f, false // on weekdays: from Monday to Friday
		}
		return f, ok
	}
}

func plural(word string) bool { return len(word) > 1 && word[len(word)-1] == 's' }
