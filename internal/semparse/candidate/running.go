package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/when"
)

// addsUp reads "how did sales add up month after month" as a running total:
// along a division of time adding up says more than a sum.
func (c *composer) addsUp() {
	if len(c.grains()) == 0 {
		return
	}
	for _, x := range c.cues(link.Total) {
		ws := c.words(x.start, x.end)
		adds := anyOf(ws, "add", "adds", "added") && anyOf(ws, "up")
		if adds || c.word(x.end) == "so" && c.word(x.end+1) == "far" {
			x.cue = link.RunningCue
		}
	}
}

// running reads running totals and moving averages.
func (c *composer) running() {
	c.runningGrain()
	if c.timeDimension() == nil {
		return
	}
	if cues := free(c.cues(link.RunningCue)); len(cues) > 0 {
		mark(cues, asOperator)
		c.eachMeasure(func(m logical.Measure) []logical.Measure {
			return []logical.Measure{m, {Op: logical.Running, Args: []logical.Measure{m}}}
		})
	}
	if cues := free(c.cues(link.MovingCue)); len(cues) > 0 {
		mark(cues, asOperator)
		n := 3
		for _, x := range c.numbers() {
			if x.used == unused && x.number.Value >= 2 && x.number.Value <= 60 {
				n, x.used = int(x.number.Value), asOperator
			}
		}
		for _, x := range c.items {
			if x.time != nil && x.time.Kind == when.Duration && x.used == unused {
				n, x.used = int(x.time.Number), asOperator
			}
		}
		c.eachMeasure(func(m logical.Measure) []logical.Measure {
			return []logical.Measure{m, {Op: logical.Moving, Args: []logical.Measure{m}, N: n}}
		})
	}
}

// runningGrain divides time where a running total or a moving average is asked
// for and the question names no division: by the average's own unit, else by
// month within a year.
func (c *composer) runningGrain() {
	if c.timeDimension() != nil || len(free(c.cues(link.RunningCue, link.MovingCue))) == 0 {
		return
	}
	grain := ""
	for _, x := range c.items {
		if x.time != nil && x.time.Kind == when.Duration && x.used == unused && c.has(link.MovingCue) {
			grain = x.time.Unit.String()
		}
	}
	if grain == "" && slices.ContainsFunc(c.items, func(x *item) bool { return x.period() && x.time.Unit == when.Year }) {
		grain = when.Month.String()
		c.guess("added up by month")
	}
	col, via := c.periodDate()
	if grain == "" || col == nil {
		return
	}
	c.dims = append(c.dims, dateDimension(col, via, grain))
}
