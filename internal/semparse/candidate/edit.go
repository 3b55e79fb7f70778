package candidate

import (
	"encoding/json"
	"regexp"
	"slices"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// Edit reads a question as a change of the query before it, best first.
func Edit(v *link.Vocabulary, q *link.Question, before logical.Query) []Candidate {
	base := v.Catalog.Table(baseOf(before))
	if base == nil {
		return nil
	}
	var out []Candidate
	for _, h := range likely(q.Hypotheses(base)) {
		c := newComposer(v, q, h)
		c.base = base
		out = append(out, c.outcome(base, c.edit(before)))
	}
	bestFirst(out)
	return out
}

// baseOf is the table that a query is about.
func baseOf(q logical.Query) string {
	if q.Entity != "" {
		return q.Entity
	}
	if len(q.Measures) == 0 {
		return ""
	}
	m := &measure{Measure: q.Measures[0]}
	for m.Base == "" && len(m.Args) > 0 {
		m = &measure{Measure: m.Args[0]}
	}
	return m.Base
}

// clone copies a query whole.
func clone(q logical.Query) logical.Query {
	var out logical.Query
	b, err := json.Marshal(q)
	if err != nil || json.Unmarshal(b, &out) != nil {
		return q
	}
	return out
}

// edit changes the query before by what the question says.
func (c *composer) edit(before logical.Query) error {
	c.query = clone(before)
	c.query.Default = nil
	c.ranks = c.has(link.Top, link.Bottom, link.Most, link.Least, link.Highest, link.Lowest)
	c.negate()
	c.leaveOut()
	c.compareNumbers()
	c.editCut()
	c.editDuration()
	c.editTop()
	c.editSort()
	c.editDimensions()
	c.editAggregate()
	c.editMeasures()
	c.editWorth()
	c.editForm()
	c.editShares()
	c.editFilters()
	c.editBounds()
	if err := c.editPeriods(); err != nil {
		return err
	}
	c.editRest()
	return nil
}

func (c *composer) isList() bool { return c.query.Entity != "" }

// adds reports words that add to what is there rather than replace it.
func (c *composer) adds() bool {
	return c.says("also", "too", "additionally", "add", "plus", "further", "both") || c.saysPhrase("as well")
}

// editCut drops what stands after "instead of" and "rather than": it is what
// was there before.
func (c *composer) editCut() {
	for i, w := range c.q.Words {
		if w == "instead" && c.word(i+1) == "of" || w == "rather" && c.word(i+1) == "than" {
			for _, x := range c.items {
				if x.start >= i {
					x.used = asContext
				}
			}
		}
	}
}

// editTop reads "just the top 5".
func (c *composer) editTop() {
	cues := free(c.cues(link.Top, link.Bottom, link.Most, link.Least, link.Highest, link.Lowest))
	n := free(c.numbers())
	if len(cues) == 0 && (len(n) == 0 || !c.says("just", "only", "first", "busiest", "best", "biggest", "which", "who", "front", "show")) {
		return
	}
	c.query.Limit = 1
	if len(n) > 0 {
		c.query.Limit = int(n[0].number.Value)
		n[0].used = asLimit
	} else if c.has(link.Top, link.Bottom) {
		c.query.Limit = defaultTop
	}
	mark(cues, asOrder)
	for i, w := range c.q.Words {
		c.spare[i] = c.spare[i] || slices.Contains([]string{"front", "lead", "ahead", "best", "busiest", "biggest"}, w)
	}
	if len(c.query.Measures) > 0 {
		asc := slices.ContainsFunc(cues, func(x *item) bool { return x.is(link.Bottom, link.Least, link.Lowest) })
		c.query.Order = []logical.Order{{Measure: 0, Dimension: -1, Desc: !asc}}
	}
	c.query.Offset = 0
}

var splits = regexp.MustCompile(`^(who|which|where|by|split|break|breakdown|per|each|group|grouped)$`)

// editDimensions reads "by region", "per month instead".
func (c *composer) editDimensions() {
	c.groupBy()
	if len(c.dims) == 0 && len(c.grains()) == 0 && slices.ContainsFunc(c.q.Words, splits.MatchString) {
		c.editLooseDimension()
	}
	instead := c.says("instead", "rather")
	for _, g := range c.grains() {
		g.used = asDimension
		c.editGrain(g, instead)
	}
	mark(c.cues(link.By), asDimension)
	if len(c.dims) == 0 {
		return
	}
	var added []logical.Dimension
	for _, d := range c.dims {
		added = append(added, d.Dimension)
	}
	var times, kinds []logical.Dimension
	for _, d := range c.query.Dimensions {
		if d.Grain != "" {
			times = append(times, d)
		} else {
			kinds = append(kinds, d)
		}
	}
	switch {
	case c.adds() || len(kinds) == 0 && !instead:
		c.query.Dimensions = append(c.query.Dimensions, added...)
	case instead && len(kinds) == 0:
		c.query.Dimensions = added
	default:
		c.query.Dimensions = slices.Concat(times, added)
	}
	c.query.Within = nil
	if c.isList() {
		c.countListed()
		c.query.Dimensions = added
	}
}

// editLooseDimension reads "who checked those" and "which regions".
func (c *composer) editLooseDimension() {
	if c.first(func(x *item) bool { return x.isKind(link.Value) && x.used == unused }) != nil {
		return
	}
	x := c.first(func(x *item) bool {
		if x.used != unused || x.negated != nil {
			return false
		}
		return x.isKind(link.Role) && c.reaches(c.base, x.mention.Table) || x.isKind(link.Entity) && x.mention.Table != c.base && c.reaches(c.base, x.mention.Table) ||
			x.isKind(link.Attribute) && textual(x.mention) && c.reaches(c.base, x.mention.Table)
	})
	if x == nil {
		return
	}
	x.used = asDimension
	c.dims = append(c.dims, c.dimensionOf(x))
}

func (c *composer) editGrain(g *item, instead bool) {
	for i, d := range c.query.Dimensions {
		if d.Grain != "" {
			c.query.Dimensions[i].Grain = g.time.Unit.String()
			return
		}
	}
	col, via := c.periodDate()
	if col == nil {
		return
	}
	if instead {
		c.query.Dimensions = nil
	}
	if c.isList() {
		c.countListed()
	}
	e := column(col, via)
	c.query.Dimensions = append(c.query.Dimensions, logical.Dimension{Expr: e, Grain: g.time.Unit.String()})
}

// editMeasures reads another figure, or another aggregate of the one before.
func (c *composer) editMeasures() {
	made := c.otherFigures()
	switch {
	case len(made) > 0 && c.adds():
		c.query.Measures = append(c.query.Measures, made...)
	case len(made) > 0:
		c.query.Measures = made
		c.base = c.cat.Table(baseOf(c.query))
	case len(c.query.Measures) > 0 && len(c.numbers()) == 0:
		m := &c.query.Measures[0]
		if m.Op != logical.Aggregate || m.Expr == nil {
			return
		}
		for _, p := range free(c.cues(link.Average, link.MedianCue, link.Total)) {
			m.Agg = aggregates[p.cue]
			p.used = asMeasure
		}
	}
}

// otherFigures are the figures that the question names; a list shows them as
// columns instead.
func (c *composer) otherFigures() []logical.Measure {
	var made []logical.Measure
	for _, x := range c.mentions {
		if !x.affirmed() || x.bound != nil || !x.isKind(link.Metric) && !(numeric(x.mention) && x.mention.Score >= 0.45) {
			continue
		}
		if !c.isList() {
			agg := c.editedAggregate()
			x.used = asMeasure
			made = append(made, c.measureOf(x, agg).Measure)
		} else if !x.isKind(link.Metric) && c.reaches(c.base, x.mention.Table) {
			c.show(c.rowExpr(x.mention), logical.Asked)
			x.used = asColumn
		}
	}
	return made
}

// editedAggregate takes the aggregate that is said; empty for none.
func (c *composer) editedAggregate() logical.Agg {
	var agg logical.Agg
	for _, p := range c.cues(link.Average, link.Highest, link.Lowest, link.MedianCue, link.Total) {
		if p.free() || p.used == asOrder {
			agg = aggregates[p.cue]
			p.used = asMeasure
		}
	}
	return agg
}

// editForm turns a list into a count, and a count into a list.
func (c *composer) editForm() {
	cues := free(c.cues(link.CountOf, link.Counted))
	mark(cues, asMeasure)
	if len(cues) > 0 {
		if c.isList() && len(c.dims) == 0 && !c.says("which") {
			c.countListed()
		}
		return
	}
	if !c.isList() && c.onlyCounts() && c.rowsAsked() {
		c.listCounted()
	}
}

// rowsAsked reports words that ask for the rows behind a figure.
func (c *composer) rowsAsked() bool {
	return c.says("names", "list") || slices.ContainsFunc([]string{"who are", "which ones", "show me the", "which are"}, c.saysPhrase)
}

// onlyCounts reports a query that counts rows, undivided.
func (c *composer) onlyCounts() bool {
	return len(c.query.Dimensions) == 0 && len(c.query.Measures) > 0 && c.query.Measures[0].Agg == logical.Count
}

// countListed counts the rows that are listed.
func (c *composer) countListed() {
	m := count(c.cat.Table(c.query.Entity))
	c.query = logical.Query{Measures: []logical.Measure{m.Measure}, Filters: c.query.Filters}
}

// listCounted lists the rows that are counted.
func (c *composer) listCounted() {
	t := c.cat.Table(baseOf(c.query))
	c.query = logical.Query{Entity: t.Name, Filters: append(c.query.Filters, c.query.Measures[0].Filters...)}
	if t.Date != nil {
		c.show(column(t.Date, ""), logical.Usual)
	}
	if t.Amount != nil {
		c.show(column(t.Amount, ""), logical.Usual)
	}
}

// editShares turns the figure into a share, a ratio, or a running total.
func (c *composer) editShares() {
	if cues := free(c.cues(link.ShareOf)); len(cues) > 0 && len(c.query.Measures) > 0 {
		mark(cues, asOperator)
		m := c.query.Measures[0]
		part := c.last(func(x *item) bool { return x.isKind(link.Value, link.Condition) && x.used == unused })
		switch {
		case part != nil:
			made := &measure{Measure: m}
			c.ratio(made, c.partPredicate(part))
			c.query.Measures[0] = made.Measure
		case len(c.query.Dimensions) > 0 && m.Op == logical.Aggregate || m.Op == logical.Metric:
			c.query.Measures[0] = logical.Measure{Op: logical.Share, Args: []logical.Measure{m}, Percent: true}
		}
	}
	for _, kind := range []struct {
		cue link.CueKind
		op  logical.MeasureOp
	}{{link.RunningCue, logical.Running}, {link.ChangeCue, logical.Change}} {
		cues := free(c.cues(kind.cue))
		timed := slices.ContainsFunc(c.query.Dimensions, func(d logical.Dimension) bool { return d.Grain != "" })
		if len(cues) == 0 || !timed || len(c.query.Measures) == 0 {
			continue
		}
		mark(cues, asOperator)
		m := c.query.Measures[0]
		made := logical.Measure{Op: kind.op, Args: []logical.Measure{m}}
		if kind.op == logical.Change {
			made.Back, made.Percent = 1, c.percentAsked()
		}
		c.query.Measures = append([]logical.Measure{m, made}, c.query.Measures[1:]...)
	}
}

// editRest reads entities: related rows to leave out, columns to show,
// dimensions to add.
func (c *composer) editRest() {
	for _, x := range c.mentions {
		if x.free() && !c.editMissing(x) && !c.editShown(x) && !c.editAdded(x) && c.known(x) {
			x.used = asContext
		}
	}
	mark(c.cues(link.CompareCue, link.All, link.Distinct, link.HowMuch, link.RateOf), asOperator)
}

// editMissing leaves out rows that have related rows, or a date, which the
// question negates. It reports whether x is such.
func (c *composer) editMissing(x *item) bool {
	m := x.mention
	switch {
	case x.negated == nil:
		return false
	case x.isKind(link.Entity) && c.anyNumberOf(m.Table):
		c.query.Filters = append(c.query.Filters, negate(logical.Predicate{Op: logical.Exists, Table: m.Table.Name}))
	case x.isKind(link.Date) && m.Column != nil && m.Column.Nulls > 0:
		e := column(m.Column, "")
		c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.IsNull, Expr: &e})
	default:
		return false
	}
	x.negated.used, x.used = asNegation, asFilter
	return true
}

// editShown shows a column or a thing in a list. It reports whether x is such.
func (c *composer) editShown(x *item) bool {
	m := x.mention
	if !c.isList() || !c.reaches(c.base, m.Table) {
		return false
	}
	switch {
	case x.isKind(link.Attribute):
		c.show(c.rowExpr(m), logical.Asked)
	case x.isKind(link.Entity, link.Role) && m.Table != c.base:
		ref := logical.Ref{Table: rowsOf(x).Name}
		if x.isKind(link.Role) {
			ref.Via = m.Key.Name()
		}
		c.show(logical.Expr{Op: logical.Entity, Ref: ref}, logical.Asked)
	default:
		return false
	}
	x.used = asColumn
	return true
}

// editAdded divides figures by one more thing. It reports whether x is such.
func (c *composer) editAdded(x *item) bool {
	if !c.adds() || c.isList() || !x.isKind(link.Entity, link.Role) || !c.reaches(c.base, rowsOf(x)) {
		return false
	}
	c.query.Dimensions = append(c.query.Dimensions, c.dimensionOf(x).Dimension)
	x.used = asDimension
	return true
}

// known reports a mention that only repeats what the query is about.
func (c *composer) known(x *item) bool {
	t := x.mention.Table
	switch {
	case x.negated != nil:
		return false
	case x.isKind(link.Entity, link.Role):
		t = rowsOf(x)
		return t == c.base || slices.ContainsFunc(c.query.Dimensions, func(d logical.Dimension) bool { return d.Expr.Ref.Table == t.Name }) ||
			slices.ContainsFunc(c.query.Filters, func(p logical.Predicate) bool { return p.Expr != nil && p.Expr.Ref.Table == t.Name })
	case x.isKind(link.Date):
		return t == c.base
	}
	return slices.ContainsFunc(c.query.Dimensions, func(d logical.Dimension) bool {
		return x.mention.Column != nil && d.Expr.Ref.Column == x.mention.Column.Name
	})
}
