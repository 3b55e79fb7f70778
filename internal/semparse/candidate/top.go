package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// top is what a superlative asks for, while it is read.
type top struct {
	cues    []*item // top, most, …
	extreme []*item // highest, lowest
	count   *item   // the number of rows; nil for one, or ten for "top"
	asc     bool
	subject *item
	rows    *catalog.Table // of subject
}

// defaultTop is how many rows "top" without a number shows.
const defaultTop = 10

// all are its cues in the order of their claims.
func (t *top) all() []*item { return slices.Concat(t.cues, t.extreme) }

// leastFirst reports cues that ask for the least.
func (t *top) leastFirst() bool {
	all := t.all()
	return all[0].is(link.Bottom) || slices.ContainsFunc(all, func(x *item) bool { return x.is(link.Least, link.Lowest) })
}

// superlatives reads "top 5", "the most", "highest". It reports true where
// rows are listed in order, false where groups are (or where nothing is).
func (c *composer) superlatives() (bool, error) {
	t := c.superlative()
	if t == nil {
		return false, nil
	}
	if g := c.askedGrain(); g != nil {
		return false, c.rankGrain(t, g)
	}
	if !c.rankedThing(t) {
		return false, nil
	}
	return c.rank(t)
}

// superlative reads what the cues of a question say of the order, before what
// they rank; nil for no cue.
func (c *composer) superlative() *top {
	t := &top{cues: free(c.cues(link.Top, link.Bottom, link.Most, link.Least))}
	t.extreme = slices.DeleteFunc(c.cues(link.Highest, link.Lowest), func(x *item) bool { return x == c.extent || x.used != unused && x.used != asMeasure })
	all := t.all()
	if len(all) == 0 {
		return nil
	}
	t.count = c.rowsWanted(all)
	t.asc = t.leastFirst() != c.saysWorst(all)
	if c.subject != nil {
		t.subject = entityOf(c.subject)
	}
	return t
}

// rankedThing finds what a superlative ranks. It reports false for nothing.
func (c *composer) rankedThing(t *top) bool {
	if who := c.who(); who != nil {
		t.subject = who
	} else if len(t.cues) == 0 && t.count == nil && !c.extremeSubject(t) {
		return false
	}
	if rows := c.rowsOfFigure(t); rows != nil {
		t.subject = rows
	}
	if t.subject == nil {
		return false
	}
	t.rows = rowsOf(t.subject)
	return true
}

// rowsOfFigure are the rows that a ranked figure names itself, where what stands
// for the subject is only to be shown with them: "the five longest delays in
// minutes, with their flight numbers". nil for none.
func (c *composer) rowsOfFigure(t *top) *item {
	s := t.subject
	if s == nil || !s.isKind(link.Attribute) || !anyOf(c.words(s.start-2, s.start), "with") {
		return nil
	}
	x := c.next(t.all()[0])
	if x == nil || x.mention == nil || x.isKind(link.Computed) || !numeric(x.mention) || x.start-t.all()[0].end > 1 {
		return nil
	}
	rows := x.mention.Table
	if !slices.ContainsFunc(c.words(x.start, x.end), func(w string) bool { return text.Singular(w) == text.Singular(last(rows.Words)) }) {
		return nil
	}
	m := &link.Mention{Start: x.start, End: x.end, Score: x.mention.Score}
	m.Kind, m.Table, m.Strength, m.Source = link.Entity, rows, x.mention.Strength, x.mention.Source
	return &item{start: x.start, end: x.end, mention: m}
}

// saysWorst reports "best" and "worst" of a figure of which less is better: the
// best delivery time is the shortest.
func (c *composer) saysWorst(cues []*item) bool {
	if !slices.ContainsFunc(cues, func(x *item) bool { return anyOf(c.words(x.start, x.end), "best", "worst") }) {
		return false
	}
	for _, m := range c.measures {
		if c.lessIsBetter(m) {
			return true
		}
	}
	for _, x := range c.mentions {
		if x.isKind(link.Entity) && x.used == unused && x.mention.Table.Amount != nil && c.vocab.LessIsBetter(x.mention.Table.Amount) {
			return true
		}
	}
	return false
}

func (c *composer) lessIsBetter(m *measure) bool {
	if m.column != nil {
		return c.vocab.LessIsBetter(m.column)
	}
	return m.Expr != nil && (m.Expr.Op == logical.Duration || strings.Contains(strings.ToLower(m.Expr.SQL), "julianday"))
}

// askedGrain is the division of time that the question asks for: "which month
// had the most orders".
func (c *composer) askedGrain() *item {
	at := c.question()
	for _, g := range c.grains() {
		if at >= 0 && g.start-at >= 0 && g.start-at <= 2 || anyOf(c.words(g.start, g.end), "which", "what") || g.start == 0 || c.extremeGrain(g) {
			return g
		}
	}
	return nil
}

// extremeGrain reports a superlative before a division of time, with at most a
// word between: "busiest day of the week", "top 3 months", "best sales month".
func (c *composer) extremeGrain(g *item) bool {
	return !anyOf(c.words(g.start, g.end), "by", "per", "each", "every") && slices.ContainsFunc(c.items, func(x *item) bool {
		return x.is(link.Highest, link.Lowest, link.Most, link.Least, link.Top, link.Bottom) && x.end <= g.start && g.start-x.end <= 1
	})
}

// rankGrain orders a division of time by a figure.
func (c *composer) rankGrain(t *top, g *item) error {
	if len(c.measures) == 0 {
		if err := c.countUnsaid(); err != nil {
			return err
		}
	}
	m := c.measures[0]
	c.rankAggregate(m, &top{extreme: t.extreme, subject: g, rows: &catalog.Table{Table: &schema.Table{}}})
	c.query.Limit = 1
	if t.count != nil {
		c.query.Limit, t.count.used = int(t.count.number.Value), asLimit
	}
	c.claimOrder(t)
	c.query.Order = []logical.Order{{Measure: 0, Dimension: -1, Desc: !t.asc}}
	c.rankedBy = m
	return nil
}

// claimOrder marks a superlative's cues as read, with the place they ask for.
func (c *composer) claimOrder(t *top) {
	all := t.all()
	c.position(all)
	for _, x := range all {
		x.used = asOrder
	}
	c.ties()
}

// who is the person that "who" asks for where no word names one: the one that
// the measured rows refer to, if they refer to one kind of persons. nil else.
func (c *composer) who() *item {
	base := c.base
	if len(c.measures) > 0 {
		base = c.cat.Table(c.measures[0].base())
	}
	return c.person(base)
}

// rowsWanted is the number beside a superlative.
func (c *composer) rowsWanted(cues []*item) *item {
	for _, n := range free(c.numbers()) {
		for _, q := range cues {
			if d := n.start - q.start; d >= -3 && d <= 2 {
				return n
			}
		}
		if x := c.subject; x != nil && n.end <= x.start && x.start-n.end <= 1 {
			return n // "which three agencies brought the most"
		}
	}
	return nil
}

// extremeSubject finds the thing of which "highest" and "lowest" ask for one:
// "which product has the lowest price". It reports false where they only
// aggregate: "the highest price per category".
func (c *composer) extremeSubject(t *top) bool {
	at := t.extreme[0]
	if len(c.dims) > 0 && !c.says("which", "who") && !c.extremeOfThing(at) {
		return false
	}
	before, with, after := c.around(at)
	switch {
	case before != nil && c.asksOne():
		t.subject = before
	case before == nil && after == nil && c.ranksTerm(t, at):
	case with != nil:
		t.subject = with
	case after != nil && (len(c.measures) == 0 || c.rankedBehind(at, after) || c.placed()):
		t.subject = after
	default:
		return false
	}
	return true
}

// around are the first thing before a superlative, the first that has it
// ("with the lowest price"), and the first behind it.
func (c *composer) around(at *item) (before, with, after *item) {
	before = c.first(func(x *item) bool { return kindOrThing(x) && x.end <= at.start })
	with = c.first(func(x *item) bool {
		return kindOrThing(x) && x.end <= at.start && anyOf(c.words(x.end, at.start), "with")
	})
	after = c.first(func(x *item) bool { return kindOrThing(x) && x.end > at.start })
	return before, with, after
}

// ranksTerm reports a superlative of rows that one phrase names and filters:
// "which listing on the market has the lowest price".
func (c *composer) ranksTerm(t *top, at *item) bool {
	if t.subject == nil || t.subject.shadow == nil {
		return false
	}
	return c.asksOne() && t.subject.end <= at.start || t.subject.start == at.end && len(c.measures) == 0
}

// kindOrThing reports a free mention of rows, or of a column of kinds.
func kindOrThing(x *item) bool {
	return x.free() && (x.isKind(link.Entity, link.Role) || textual(x.mention))
}

// extremeOfThing reports a superlative right before a thing, with no figure
// said: "the largest order".
func (c *composer) extremeOfThing(at *item) bool {
	next := c.next(at)
	return next != nil && next.isKind(link.Entity) && len(c.measures) == 0
}

// asksOne reports a question that begins by asking for a thing.
func (c *composer) asksOne() bool {
	return anyOf(c.words(0, 4), "which", "who") || anyOf(c.words(0, 3), "name", "find")
}

// rankedBehind reports a thing right after a superlative, whose figure
// follows: "the highest stores by revenue".
func (c *composer) rankedBehind(at, x *item) bool {
	return x.start == at.end && anyOf(c.words(x.end, len(c.q.Words)), "by")
}

// rank orders the subject by its measure.
func (c *composer) rank(t *top) (bool, error) {
	m, err := c.rankMeasure(t)
	if err != nil {
		return false, err
	}
	c.limitRanked(t)
	c.claimOrder(t)
	mark(c.cues(link.By), asOrder)
	t.subject.used = asDimension
	c.rankedBy = m
	if t.ofRows(m) {
		c.rankRows(t, m)
		return true, nil
	}
	c.rankGroups(t, m)
	return false, nil
}

// limitRanked keeps as many rows as a superlative asks for.
func (c *composer) limitRanked(t *top) {
	c.query.Limit = 1
	switch {
	case t.count != nil:
		t.count.used = asLimit
		c.query.Limit = int(t.count.number.Value)
	case len(t.cues) > 0 && t.cues[0].is(link.Top, link.Bottom) && plural(c.word(t.subject.end-1)):
		c.query.Limit = defaultTop
		c.query.Default = append(c.query.Default, logical.Default{Rule: "ten rows", Text: "the first 10", Risk: 0.2})
	}
}

// rowAggregates are the aggregates that say nothing more of a single row.
var rowAggregates = []logical.Agg{logical.Sum, logical.Avg, logical.Max, logical.Min}

// ofRows reports whether a superlative ranks the very rows whose figure it
// ranks by.
func (t *top) ofRows(m *measure) bool {
	return m.Base == t.rows.Name && m.Expr != nil && m.Op == logical.Aggregate && slices.Contains(rowAggregates, m.Agg) && t.subject.isKind(link.Entity)
}

// rankRows lists the subject's rows in the order of their figure.
func (c *composer) rankRows(t *top, m *measure) {
	for _, d := range c.dims {
		d.parent = true
	}
	c.listed = t.subject
	e := *m.Expr
	c.query.Order = []logical.Order{{Measure: -1, Dimension: -1, Expr: &e, Desc: !t.asc}}
}

// rankGroups groups by the subject, in the order of its figure.
func (c *composer) rankGroups(t *top, m *measure) {
	c.rankAggregate(m, t)
	d := c.dimensionOf(t.subject)
	if d.column != nil && d.column.Nulls > 0 {
		e := d.Expr
		c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.NotNull, Expr: &e})
	}
	if !slices.ContainsFunc(c.dims, func(o *dimension) bool { return o.table == d.table && o.column == d.column }) {
		for _, p := range c.dims {
			p.parent = true
		}
		c.dims = append([]*dimension{d}, c.dims...)
	}
	c.query.Order = []logical.Order{{Measure: 0, Dimension: -1, Desc: !t.asc}}
	c.measures = slices.DeleteFunc(c.measures, func(o *measure) bool { return o != m && o.from != nil && o.from == m.from })
}

// position reads "second highest": the row after one.
func (c *composer) position(cues []*item) {
	for _, q := range cues {
		if i := c.ordinalBefore(q); i >= 0 {
			c.query.Offset = text.OrdinalWords[c.word(i)] - 1
			c.spare[i] = true
		}
	}
}

// ordinalBefore is the token of a place that a superlative is of, from the
// second on; -1 for none.
func (c *composer) ordinalBefore(cue *item) int {
	for i := cue.start - 1; i >= max(0, cue.start-2); i-- {
		if text.OrdinalWords[c.word(i)] > 1 {
			return i
		}
	}
	return -1
}

// placed reports a place other than the first: "the third largest loan" is one
// row, no figure of them all.
func (c *composer) placed() bool {
	return slices.ContainsFunc(c.cues(link.Highest, link.Lowest), func(x *item) bool { return c.ordinalBefore(x) >= 0 })
}
