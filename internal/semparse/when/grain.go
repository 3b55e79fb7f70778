package when

// grains are phrases that divide time, to group by.
var grains = []rule{
	{pattern: "by|per|each|every|for_each|in_each|for_every|in_every|on_each|on_every|during_each|across|each_and_every {unit}", example: "by month", make: grain},
	{pattern: "by|per|each|every|for|in|on|at? each|every|individual|single|calendar|by|the {unit}", example: "by each month", make: func(c *context) (Finding, bool) {
		f, ok := grain(c)
		return f, ok && !singleUse[c.word(c.end-2)]
	}},
	{pattern: "each|every single? {unit}", example: "every single day", make: grain},
	{pattern: "each|every of_the? last|past {n} full? {unit}", example: "each of the last 7 days", make: nothing},
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
	{pattern: "best|worst|busiest|quietest|slowest|peak|top|strongest|weakest|record|biggest|highest|lowest|slow|favourite {unit}", example: "busiest month", make: asked},
	{pattern: "instead_of|rather_than|not|into|to|as|in|by? weeks|months|quarters|years|days rather_than|instead_of|not", example: "quarters rather than", make: func(c *context) (Finding, bool) {
		for i := c.at; i < c.end; i++ {
			if u := unitWords[c.word(i)]; u > 0 {
				return grainOf(u)
			}
		}
		return Finding{}, false
	}},
	{pattern: "rather_than|instead_of|not by? {unit}", example: "rather than month", make: func(c *context) (Finding, bool) {
		f, ok := grain(c)
		f.Preposition = "instead of"
		return f, ok
	}},

	// divisions that recur
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? weekday|weekdays|day_of_week|day_of_the_week|days_of_the_week|days_of_week|dow", example: "by weekday", make: recurs(Weekday)},
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? hour_of_day|hour_of_the_day|hours_of_the_day|hour_of_each_day|time_of_day|time_of_the_day", example: "per hour of the day", make: recurs(HourOfDay)},
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? calendar? month_of_year|month_of_the_year|months_of_the_year|calendar_month_of_the_year", example: "by month of the year", make: recurs(MonthOfYear)},
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? day_of_month|day_of_the_month|days_of_the_month", example: "by day of the month", make: recurs(DayOfMonth)},
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? week_of_year|week_of_the_year|week_number|weeks_of_the_year|calendar_week_number", example: "by week number", make: recurs(WeekOfYear)},
	{pattern: "by|per|each|every|for|in|on|at|over|which|what? each|every|the|which|what? quarter_of_year|quarter_of_the_year|quarters_of_the_year", example: "by quarter of the year", make: recurs(QuarterOfYear)},
	{pattern: "by|per|over hour|hours", example: "by hour", make: recurs(HourOfDay)},
	{pattern: "at|in|during which|what hour|hours", example: "at what hour", make: recurs(HourOfDay)},
	{pattern: "by|per|each|every|in|on|at|which|what? busiest|peak|rush hour|hours", example: "busiest hour", make: recurs(HourOfDay)},
}

var singleUse = map[string]bool{"the": true}

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
	f.Step = v.n
	return f, ok
}

func nothing(*context) (Finding, bool) { return Finding{}, false }

// adverb reads "monthly": weak where it may be what a price or a plan is.
func adverb(c *context) (Finding, bool) {
	f, ok := grainOf(adverbs[c.word(c.at)])
	f.Weak = c.word(c.at) == "annual" || describing[c.word(c.at-1)]
	return f, ok
}

// describing are words after which "monthly" describes an amount or a plan.
var describing = map[string]bool{"a": true, "an": true, "average": true, "avg": true, "mean": true, "median": true, "pay": true, "paid": true,
	"pays": true, "billed": true, "min": true, "max": true, "minimum": true, "maximum": true, "lowest": true, "highest": true, "business": true,
	"or": true, "total": true, "their": true, "the": true, "our": true, "lower": true, "higher": true, "much": true, "vs": true, "versus": true}

// asked is a unit that a question asks for: which month, the best day.
func asked(c *context) (Finding, bool) {
	f, ok := grain(c)
	if c.val(0).unit == Hour {
		f.Unit = HourOfDay
	}
	f.Weak = c.val(0).unit == Day || c.word(c.end) == "did" || c.word(c.end) == "was"
	return f, ok && c.val(0).n == 1
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
