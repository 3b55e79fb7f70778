package candidate

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/when"
)

const day = "2006-01-02"

func number(s string) float64 {
	n, _ := strconv.ParseFloat(s, 64)
	return n
}

// periodOf is a time phrase as a period of a query.
func periodOf(f *when.Finding) logical.Period {
	p := logical.Period{Text: f.Text, Time: f.HasTime}
	layout := day
	if f.HasTime {
		layout = "2006-01-02 15:04:05"
	}
	if !f.Range.From.IsZero() {
		p.From = f.Range.From.Format(layout)
	}
	if !f.Range.To.IsZero() {
		p.To = f.Range.To.Format(layout)
	}
	if f.Complete {
		p.Unit = f.Unit.String()
	}
	return p
}

// within is the condition that a date lies in a period.
func within(col *catalog.Column, via string, p logical.Period) logical.Predicate {
	e := column(col, via)
	return logical.Predicate{Op: logical.InPeriod, Expr: &e, Period: &p}
}

// periodFilters puts the periods that are left on the dates they belong to.
func (c *composer) periodFilters() error {
	if ps := c.periods(); len(ps) == 2 && c.eitherPeriod(ps) {
		if col, _ := c.dateFor(ps[0]); col != nil {
			ps[0].used, ps[1].used = asPeriod, asPeriod
			c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.Or, Args: []logical.Predicate{within(col, "", c.ahead(ps[0], col)), within(col, "", c.ahead(ps[1], col))}})
			return nil
		}
	}
	for _, x := range c.periods() {
		if c.dateOf(c.base) == nil && c.yearFilter(x) {
			continue
		}
		col, said := c.dateFor(x)
		if said == nil && c.now(x) {
			x.used = asFiller
			continue
		}
		if col == nil {
			return errUnread
		}
		x.used = asPeriod
		via := ""
		if said != nil {
			via = said.mention.Via
			if said.used == unused {
				said.used = asDate
			}
		}
		c.query.Filters = append(c.query.Filters, within(col, via, c.ahead(x, col)))
	}
	return nil
}

// eitherPeriod reports periods joined by or: rows of both count together.
func (c *composer) eitherPeriod(ps []*item) bool {
	return anyOf(c.words(ps[0].end, ps[1].start), "or") && !c.has(link.CompareCue) && !c.changing()
}

// now reports a phrase that only says "at present".
func (c *composer) now(x *item) bool {
	w := strings.Join(c.words(x.start, x.end), " ")
	return w == "today" || w == "now" || w == "the moment" || w == "at the moment"
}

// ahead moves a month or day without a year into the future where the date
// speaks of what is to come.
func (c *composer) ahead(x *item, col *catalog.Column) logical.Period {
	p := periodOf(x.time)
	if col == nil || x.time.Assumed == "" || !slices.ContainsFunc(col.Words, func(w string) bool {
		return slices.Contains([]string{"end", "due", "expire", "expiry", "expiration", "expected", "promised", "renewal", "planned", "next", "until", "scheduled"}, w)
	}) {
		return p
	}
	if r, ok := x.time.In(x.time.Range.From.Year() + 1); ok && x.time.Range.To.Before(monthStart(c.q.Now)) {
		p.From, p.To = r.From.Format(day), r.To.Format(day)
	}
	return p
}

func monthStart(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
}

// timeDimensions groups by the grains said.
func (c *composer) timeDimensions() error {
	for _, g := range c.grains() {
		if c.unitOfMeasure(g) {
			g.used = asContext
			continue
		}
		if c.unitGrain(g) {
			continue
		}
		col, via := c.grainDate(g)
		if col == nil || clock(g.time.Unit) && !col.Clocked() {
			return errUnread // no date, or one without the hours that are asked for
		}
		g.used = asDimension
		d := dateDimension(col, via, c.grainOf(g.time.Unit))
		d.from, d.parent = g, c.rankedWithin(g)
		if slices.ContainsFunc(c.dims, func(o *dimension) bool { return o.Grain == d.Grain && o.column == d.column && o.Expr.Ref == d.Expr.Ref }) {
			continue // "daily sales for each day"
		}
		c.dims = append(c.dims, d)
	}
	for _, x := range c.cues(link.By) {
		if x.used == unused && slices.ContainsFunc(c.items, func(g *item) bool { return g.grain() && (g.start == x.start || g.start == x.end) }) {
			x.used = asDimension
		}
	}
	return nil
}

// clock reports a division of the day.
func clock(u when.Unit) bool { return u == when.Hour || u == when.HourOfDay || u == when.Minute }

// followGrain puts a period whose date was not said on the date that a grain
// divides.
func (c *composer) followGrain(col *catalog.Column) {
	assumed := slices.IndexFunc(c.query.Default, func(d logical.Default) bool { return strings.HasPrefix(d.Rule, "date of") })
	if assumed < 0 {
		return
	}
	for i, p := range c.query.Filters {
		if p.Op == logical.InPeriod && p.Expr.Ref.Table == col.Table.Name && p.Expr.Ref.Column != col.Name {
			e := column(col, p.Expr.Ref.Via)
			c.query.Filters[i].Expr = &e
			c.query.Default = slices.Delete(c.query.Default, assumed, assumed+1)
			return
		}
	}
}

// periodic are words of columns whose figures are per a unit of time.
var periodic = map[string]string{"monthly": "month", "annual": "year", "yearly": "year", "hourly": "hour", "daily": "day", "weekly": "week", "month": "month", "year": "year", "hour": "hour", "day": "day"}

// unitOfMeasure reports a grain that only says what a figure is per: "pay per
// month" of monthly_salary.
func (c *composer) unitOfMeasure(g *item) bool {
	if !anyOf(c.words(g.start, g.end), "per", "a", "an") || g.end-g.start > 2 {
		return false
	}
	for _, m := range c.measures {
		if m.column == nil {
			continue
		}
		for _, w := range m.column.Words {
			if periodic[w] == g.time.Unit.String() || w == "hour" && strings.HasPrefix(g.time.Unit.String(), "hour") {
				return true
			}
		}
	}
	return false
}

// rankedWithin reports a division of time in each of which things are ranked:
// "the top 3 products in each year".
func (c *composer) rankedWithin(g *item) bool {
	return c.rankedBy != nil && c.query.Limit > 0 && len(c.dims) > 0 && anyOf(c.words(g.start-2, g.end), "each", "every", "per", "by")
}

// grainDate finds the date that a grain divides.
func (c *composer) grainDate(g *item) (*catalog.Column, string) {
	var best *item
	least := 0.0
	for _, y := range c.mentions {
		if !y.isKind(link.Date) || y.mention.Column == nil || !c.reaches(c.base, y.mention.Table) {
			continue
		}
		d := float64(max(g.start-y.end, y.end-g.start))
		if y.mention.Table != c.base {
			d += 2
		}
		if best == nil || d < least {
			best, least = y, d
		}
	}
	if best != nil {
		best.used = asDate
		c.followGrain(best.mention.Column)
		return best.mention.Column, best.mention.Via
	}
	if col, via, ok := c.filteredDate(); ok {
		return col, via
	}
	col, _ := c.dateFor(g)
	return col, ""
}

// ever takes "ever" for no period: "which has nobody ever ordered".
func (c *composer) ever() {
	c.items = slices.DeleteFunc(c.items, func(x *item) bool { return x.period() && c.says("ever") && c.word(x.start) == "ever" })
}

// quarters divides a figure by quarter where a year is said as its first to its
// last: "revenue for Q1 to Q4 2024".
func (c *composer) quarters() {
	ps := slices.DeleteFunc(slices.Clone(c.items), func(x *item) bool { return !x.period() })
	if len(ps) != 1 || c.timeDimension() != nil || len(c.grains()) > 0 || len(c.measures) == 0 {
		return
	}
	t := ps[0].time
	if t.Unit != when.Quarter || len(t.Ends) != 2 || !t.Range.From.AddDate(1, 0, -1).Equal(t.Range.To) {
		return
	}
	if col, via := c.periodDate(); col != nil {
		c.dims = append(c.dims, dateDimension(col, via, when.Quarter.String()))
		c.guess("each quarter by itself")
	}
}
