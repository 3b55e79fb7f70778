package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// dateOf is the date that dates a table's rows: its own, or the nearest
// parent's; nil for none.
func (c *composer) dateOf(t *catalog.Table) *catalog.Column {
	if t.Date != nil {
		return t.Date
	}
	var best *catalog.Column
	hops := 0
	for _, u := range c.cat.Tables {
		if u.Date == nil || u == t {
			continue
		}
		if path, ok := c.cat.Up(t, u, ""); ok && (best == nil || len(path) < hops) && u.Role == catalog.Event {
			best, hops = u.Date, len(path)
		}
	}
	return best
}

// dateFor finds the date that a period is of: the one said near it, else that
// of the business term, of the state, or of the base. The unsaid ones are
// noted as defaults. said is the mention that names it; nil for a default.
func (c *composer) dateFor(x *item) (col *catalog.Column, said *item) {
	if said = c.nearestDate(x, c.base); said != nil {
		return said.mention.Column, said
	}
	for _, m := range c.measures {
		if m.date != nil && c.reaches(c.base, m.date.Table) {
			return m.date, nil
		}
	}
	if d := c.dateOfTerms(); d != nil {
		return d, nil
	}
	if d := c.dateOfStates(); d != nil {
		c.assume("date of the state", d, 0.1)
		return d, nil
	}
	col = c.dateOf(c.base)
	if col != nil {
		c.assumeDate(col)
	}
	return col, nil
}

// dateOfTerms is the date of the first business term that has one, or whose
// state has, which is noted; nil for none.
func (c *composer) dateOfTerms() *catalog.Column {
	for _, y := range c.mentions {
		if !y.isKind(link.Metric, link.Computed, link.Condition) || y.mention.Term == nil {
			continue
		}
		if d := c.vocab.TermDate(y.mention.Term); d != nil && c.reaches(c.base, d.Table) {
			return d
		}
		if d := c.termState(y.mention.Term); d != nil && c.reaches(c.base, d.Table) {
			c.assume("date of the term's state", d, 0.1)
			return d
		}
	}
	return nil
}

// dateOfStates is the date at which the last state said of the base came
// about, one that stands alone: several side by side have no date together.
// nil for none.
func (c *composer) dateOfStates() *catalog.Column {
	for _, y := range slices.Backward(c.mentions) {
		if !y.isKind(link.Value, link.Condition) || y.mention.Table != c.base || y.negated != nil || y.used == asNumerator || y.isKind(link.Value) && !c.only(y) {
			continue
		}
		if d := c.stateDate(y.mention); d != nil {
			return d
		}
	}
	return nil
}

// assumeDate notes a date that was taken unsaid, unless it is the only one.
func (c *composer) assumeDate(col *catalog.Column) {
	if len(col.Table.Dates()) > 1 {
		c.assume("date of the table", col, 0.12)
	}
}

func (c *composer) assume(rule string, col *catalog.Column, risk float64) {
	d := logical.Default{Rule: rule, Text: datedBy(col), Risk: risk}
	if !slices.Contains(c.query.Default, d) {
		c.query.Default = append(c.query.Default, d)
	}
}

// datedBy says which date was taken.
func datedBy(col *catalog.Column) string { return "dated by " + strings.Join(col.Words, " ") }

// farthestDate is how many words may lie between a period and its date.
const farthestDate = 6

// nearestDate finds the mention of a date that a period belongs to.
func (c *composer) nearestDate(x *item, base *catalog.Table) *item {
	var best *item
	least := 0.0
	for _, y := range c.mentions {
		if y.negated != nil || y.used == asNumerator {
			continue
		}
		z, d := c.dateNear(x, y, base)
		if z != nil && d <= farthestDate && (best == nil || d < least) {
			best, least = z, d
		}
	}
	return best
}

// dateNear is mention y as the date of period x, with its distance.
func (c *composer) dateNear(x, y *item, base *catalog.Table) (*item, float64) {
	m := y.mention
	if m.Kind != link.Date || m.Column == nil {
		return c.stateNear(x, y, base)
	}
	if !c.mayDate(m, base) {
		return nil, 0
	}
	d := c.distance(x, y)
	if y.used == asDate {
		d++
	}
	if c.datesEntity(x, base) && x.end != y.start && x.start != y.end {
		d += 3
	}
	return y, d
}

// mayDate reports whether a date is of the base's rows: a verb only of its
// own table, a date that is said of any table that the base belongs to.
func (c *composer) mayDate(m *link.Mention, base *catalog.Table) bool {
	if m.Source == link.FromVerb && m.Table != base {
		return false
	}
	said := m.Source == link.FromLexicon || m.Source == link.FromVerb
	return c.reaches(base, m.Table) || !said && c.linked(base, m.Table)
}

// distance is how far a period lies from a date: what stands between counts
// beside the words, and a date behind its period is farther.
func (c *composer) distance(x, y *item) float64 {
	if x.start < y.end {
		return float64(y.start-x.end) + 1.2
	}
	d := float64(x.start - y.end)
	for _, z := range c.items {
		if z == y || z.start < y.end || z.start >= x.start {
			continue
		}
		if z.time != nil {
			d += 3
		}
		if z.mention != nil {
			d += 0.8
		}
	}
	return d
}

// datesEntity reports a period right before a noun for the base's rows: "this
// year's orders" are dated by themselves, whatever verb follows.
func (c *composer) datesEntity(x *item, base *catalog.Table) bool {
	z := c.next(x)
	return z != nil && z.isKind(link.Entity) && z.start == x.end && z.mention.Table == base
}

// stateNear reads a state whose word also dates: "completed in 2024".
func (c *composer) stateNear(x, y *item, base *catalog.Table) (*item, float64) {
	m := y.mention
	if m.Kind != link.Value && m.Kind != link.Condition {
		return nil, 0
	}
	after := x.start >= y.end && x.start-y.end <= 3
	before := x.end <= y.start && y.start-x.end <= 1
	if !after && !before {
		return nil, 0
	}
	col := c.dateSense(m, base)
	beside := after && x.start-y.end <= 2 || before && m.Kind == link.Value
	if col == nil && beside {
		col = c.stateDate(m)
	}
	if col == nil {
		return nil, 0
	}
	date := &link.Mention{Start: y.start, End: y.end, Score: m.Score}
	date.Kind, date.Table, date.Column = link.Date, col.Table, col
	d := float64(x.start - y.end)
	if before {
		d = float64(y.start - x.end)
	}
	return &item{start: y.start, end: y.end, mention: date, used: asDate}, d + 1.5
}

// dateSense is the date of the base's rows that a mention's words may also
// mean; nil for none.
func (c *composer) dateSense(m *link.Mention, base *catalog.Table) *catalog.Column {
	for _, o := range m.Other {
		if o.Sense.Kind == link.Date && o.Sense.Column != nil && c.reaches(base, o.Sense.Table) {
			return o.Sense.Column
		}
	}
	return nil
}

// stateDate is the date at which a state came about, told by its name.
func (c *composer) stateDate(m *link.Mention) *catalog.Column {
	if m.Kind == link.Condition {
		if m.Column != nil && m.Column.Kind == catalog.Date && m.State == link.Set {
			return m.Column
		}
		return nil
	}
	if m.Kind != link.Value || len(m.Values) == 0 {
		return nil
	}
	words := text.SplitName(m.Values[0])
	for _, d := range m.Table.Dates() {
		for _, w := range d.Words {
			if slices.ContainsFunc(words, func(v string) bool { return text.Stem(v) == text.Stem(w) }) && w != "date" {
				return d
			}
		}
	}
	if d := c.vocab.EventOf(m.Table, words); d != nil {
		return d
	}
	return c.vocab.EventOfState(m.Table, m.Values[0])
}
