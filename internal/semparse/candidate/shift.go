package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/when"
)

// shift is what a phrase like "the month before" asks for beside a division
// of time: each step against an earlier one.
type shift struct {
	grain string // division to use where the question names none
	back  int    // how many steps
}

// shifts reads periods that are named by their distance from another one.
// Along a division of time they ask for the change from step to step
// ("bookings per month and the difference to the month before"); beside one
// period they are a second one ("in 2024 against the year before").
func (c *composer) shifts() {
	c.narrow()
	c.sameSpan()
	c.inARow()
	for _, x := range c.items {
		if x.time == nil || x.used != unused || x.time.Move.IsZero() || x.time.Kind != when.Shift && x.time.Kind != when.Period {
			continue
		}
		other := c.shiftedFrom(x)
		switch grain := c.grainSaid(); {
		case grain != 0:
			c.stepBack(x, grain)
		case other != nil && x.time.Move.Unit != 0 && !x.time.Move.Same && finer(x.time.Move.Unit, other.time):
			c.stepBack(x, x.time.Move.Unit)
		case other != nil:
			x.time = moving(x.time, other.time.Shifted(x.time.Move))
		}
	}
	c.splitEnds()
}

// sameSpan reads a year beside a part of this one as the same part: "January to
// June this year and last year".
func (c *composer) sameSpan() {
	ps := c.periods()
	if len(ps) != 2 {
		return
	}
	a, b := ps[0], ps[1]
	part, year := a.time.Range, b.time.Range
	said := strings.Join(c.words(max(a.start, a.end-2), a.end), " ")
	whole := b.time.Kind == when.Period && b.time.Unit == when.Year && b.time.Complete && b.time.Move.IsZero()
	if said != "this year" || a.time.Unit == when.Year && a.time.Complete || !whole || year.From.IsZero() || part.From.Year() != year.From.Year()+1 || !joined(c.withoutCompare(a.end, b.start)) {
		return
	}
	b.time = moving(b.time, a.time.Shifted(when.Move{N: -1, Unit: when.Year}))
}

// withoutCompare are the words between two tokens that only compare left out.
func (c *composer) withoutCompare(from, to int) []string {
	return slices.DeleteFunc(slices.Clone(c.words(from, to)), func(w string) bool {
		return slices.Contains([]string{"vs", "versus", "against", "compared", "with", "to"}, w)
	})
}

// inARow reads periods that follow each other, each to be held against the one
// before it: "how much did sales grow in 2023 and 2024 against the year before".
func (c *composer) inARow() {
	back := slices.IndexFunc(c.items, func(x *item) bool {
		return x.time != nil && x.used == unused && !x.time.Move.IsZero() && x.time.Move.N < 0
	})
	ps := slices.DeleteFunc(c.periods(), func(x *item) bool { return !x.time.Move.IsZero() })
	if back < 0 || len(ps) < 2 || !c.changing() || !consecutive(ps, c.items[back].time.Move.Unit) {
		return
	}
	c.stepBack(c.items[back], c.items[back].time.Move.Unit)
	for _, x := range c.items {
		if x.start >= ps[0].end && x.end <= ps[len(ps)-1].start && c.word(x.start) == "+" {
			x.used = asContext
		}
	}
	all := *ps[0].time
	all.Range.To = ps[len(ps)-1].time.Range.To
	all.Text, all.Ends = sayRange(all.Range), nil
	ps[0].time = &all
	for _, p := range ps[1:] {
		p.used = asPeriod
	}
}

// consecutive reports whole periods of a unit, each right after the one before.
func consecutive(ps []*item, unit when.Unit) bool {
	for i, p := range ps {
		if !p.time.Complete || p.time.Unit != unit || i > 0 && !ps[i-1].time.Range.To.AddDate(0, 0, 1).Equal(p.time.Range.From) {
			return false
		}
	}
	return true
}

// shiftedFrom is the period that a shift is seen from: the last one before it,
// else the first after it; nil for none.
func (c *composer) shiftedFrom(x *item) *item {
	var best *item
	for _, y := range c.items {
		if y == x || !y.period() || !y.time.Move.IsZero() || y.used != unused || y.time.Range.From.IsZero() {
			continue
		}
		if y.start < x.start || best == nil {
			best = y
		}
	}
	return best
}

// grainSaid is the division of time that the question names; 0 for none.
func (c *composer) grainSaid() when.Unit {
	for _, g := range c.items {
		if g.grain() && !g.time.Unit.Recurs() && !(g.time.Weak && g.used == unused) {
			return g.time.Unit
		}
	}
	return 0
}

// finer reports whether a unit is shorter than a period.
func finer(u when.Unit, f *when.Finding) bool { return u < f.Unit && f.Complete }

// steps are how many of a shorter unit make a longer one.
var steps = map[[2]when.Unit]int{{when.Year, when.Month}: 12, {when.Year, when.Quarter}: 4, {when.Year, when.Half}: 2, {when.Quarter, when.Month}: 3,
	{when.Half, when.Month}: 6, {when.Half, when.Quarter}: 2, {when.Week, when.Day}: 7, {when.Year, when.Week}: 52}

// stepBack compares each step of a division with the one that a shift names.
func (c *composer) stepBack(x *item, grain when.Unit) {
	back := max(1, -x.time.Move.N)
	if u := x.time.Move.Unit; u != 0 && u != grain {
		n := steps[[2]when.Unit{u, grain}]
		if n == 0 {
			return
		}
		back *= n
	}
	x.used = asOperator
	c.shift = &shift{grain: grain.String(), back: back}
}

// moving is a shift as the period that it means.
func moving(f *when.Finding, r when.Range) *when.Finding {
	out := *f
	out.Kind, out.Range, out.Move, out.Text = when.Period, r, when.Move{}, sayRange(r)
	return &out
}

// narrow drops a period that another one lies in, unless the two are compared:
// "January to June this year".
func (c *composer) narrow() {
	ps := c.periods()
	for i, x := range ps {
		for j, y := range ps {
			if i == j || x.time.Kind != when.Period || y.time.Kind != when.Period || !inside(x.time.Range, y.time.Range) || x.time.Range == y.time.Range {
				continue
			}
			between := c.words(min(x.end, y.end), max(x.start, y.start))
			if !anyOf(between, "vs", "versus", "and", "against", "compared", "than", "or", "with") && c.sameDate(x, y) {
				y.used = asPeriod
			}
		}
	}
}

func inside(a, b when.Range) bool {
	return !a.From.IsZero() && !a.To.IsZero() && !b.From.IsZero() && !b.To.IsZero() && !a.From.Before(b.From) && !a.To.After(b.To)
}

// splitEnds reads the first and last of a range as two periods where a change
// between them is asked for: "by how many percent did revenue grow from 2023 to
// 2024".
func (c *composer) splitEnds() {
	ps := c.periods()
	if len(ps) != 1 || len(ps[0].time.Ends) != 2 || c.grainSaid() != 0 || !c.changing() && !c.has(link.Difference, link.CompareCue) {
		return
	}
	x := ps[0]
	if x.time.Ends[0] == x.time.Ends[1] {
		return
	}
	second := *x
	x.time = end(x.time, 0)
	second.time = end(second.time, 1)
	i := slices.Index(c.items, x)
	c.items = slices.Insert(c.items, i+1, &second)
}

func end(f *when.Finding, i int) *when.Finding {
	out := *f
	out.Range, out.Ends, out.Text = f.Ends[i], nil, sayRange(f.Ends[i])
	return &out
}

// sayRange says a period as a sentence does.
func sayRange(r when.Range) string {
	if r.From.IsZero() || r.To.IsZero() {
		return ""
	}
	next := r.To.AddDate(0, 0, 1)
	switch whole := r.From.Day() == 1; {
	case whole && r.From.Month() == 1 && r.From.AddDate(1, 0, 0).Equal(next):
		return "in " + r.From.Format("2006")
	case whole && r.From.AddDate(0, 1, 0).Equal(next):
		return "in " + r.From.Format("January 2006")
	case r.From.Equal(r.To):
		return "on " + r.From.Format("2 January 2006")
	}
	return "from " + r.From.Format("2 January 2006") + " to " + r.To.Format("2 January 2006")
}

// comparing are words that put one thing above another.
var comparing = []string{"more", "fewer", "less", "higher", "lower", "longer", "shorter", "bigger", "larger", "smaller", "better", "worse", "faster", "slower", "cheaper", "rather"}

// comparative reports words that put one thing above another and are no bound
// on a number.
func (c *composer) comparative() bool {
	for i, w := range c.q.Words {
		if slices.Contains(comparing, w) && !slices.ContainsFunc(c.comparisons, func(d *comparison) bool { return d.cue.start <= i && i < d.cue.end }) {
			return true
		}
	}
	return false
}

// changeShare are the cues of a share that only say in what a change is
// measured: "growth in percent", "as a percentage", not "percentage of".
func (c *composer) changeShare() []*item {
	return slices.DeleteFunc(c.cues(link.ShareOf), func(x *item) bool {
		return c.word(x.end-1) == "of" || anyOf(c.words(x.start, x.end), "share", "shares", "proportion", "proportions", "fraction", "part")
	})
}

// shareOfChange reports whether a percentage is that of a change rather than
// of a part.
func (c *composer) shareOfChange() bool {
	return len(c.changeShare()) > 0 && (c.changing() || c.shift != nil || c.twoPeriods() && (c.comparative() || c.has(link.CompareCue)))
}

// stepGrain is the division that a change from step to step needs; empty where
// none is told.
func (c *composer) stepGrain() string {
	if c.shift != nil {
		return c.shift.grain
	}
	return c.changeGrain()
}

func (c *composer) change(m logical.Measure) logical.Measure {
	back := 1
	if c.shift != nil {
		back = c.shift.back
	}
	return logical.Measure{Op: logical.Change, Args: []logical.Measure{m}, Back: back, Percent: c.percentAsked()}
}
