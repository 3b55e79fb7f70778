package candidate

import (
	"encoding/json"
	"regexp"
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// Edit reads a question as a change of the query before it, best first.
func Edit(v *link.Vocabulary, q *link.Question, before logical.Query) []Candidate {
	base := v.Catalog.Table(baseOf(before))
	if base == nil {
		return nil
	}
	hypotheses := q.Hypotheses(base)
	var out []Candidate
	for i, h := range hypotheses {
		if i == maxHypotheses || h.Score < hypotheses[0].Score-worstGap {
			break
		}
		c := newComposer(v, q, h)
		c.base = base
		one := Candidate{Base: base, Mentions: h.Mentions, Score: h.Score}
		if err := c.edit(before); err != nil {
			one.Failed = err.Error()
			one.Score -= failedScore
		} else {
			c.account(&one)
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
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
		m := count(c.cat.Table(c.query.Entity))
		c.query = logical.Query{Measures: []logical.Measure{m.Measure}, Dimensions: added, Filters: c.query.Filters}
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
		m := count(c.cat.Table(c.query.Entity))
		c.query = logical.Query{Measures: []logical.Measure{m.Measure}, Filters: c.query.Filters}
	}
	e := column(col, via)
	c.query.Dimensions = append(c.query.Dimensions, logical.Dimension{Expr: e, Grain: g.time.Unit.String()})
}

// editMeasures reads another figure, or another aggregate of the one before.
func (c *composer) editMeasures() {
	var made []logical.Measure
	for _, x := range c.mentions {
		if x.used != unused || x.negated != nil || x.bound != nil {
			continue
		}
		if !x.isKind(link.Metric) && !(numeric(x.mention) && x.mention.Score >= 0.45) {
			continue
		}
		if c.isList() {
			if !x.isKind(link.Metric) && c.reaches(c.base, x.mention.Table) {
				c.show(c.rowExpr(x.mention), logical.Asked)
				x.used = asColumn
			}
			continue
		}
		var agg logical.Agg
		for _, p := range c.cues(link.Average, link.Highest, link.Lowest, link.MedianCue, link.Total) {
			if p.used == unused || p.used == asOrder {
				agg = aggregates[p.cue]
				p.used = asMeasure
			}
		}
		x.used = asMeasure
		made = append(made, c.measureOf(x, agg).Measure)
	}
	switch {
	case len(made) > 0 && c.adds():
		c.query.Measures = append(c.query.Measures, made...)
	case len(made) > 0:
		c.query.Measures = made
		c.base = c.cat.Table(baseOf(c.query))
	case len(c.query.Measures) > 0:
		for _, p := range free(c.cues(link.Average, link.MedianCue, link.Total)) {
			if m := &c.query.Measures[0]; m.Op == logical.Aggregate && m.Expr != nil && len(c.numbers()) == 0 {
				m.Agg = aggregates[p.cue]
				p.used = asMeasure
			}
		}
	}
}

// editForm turns a list into a count, and a count into a list.
func (c *composer) editForm() {
	cues := free(c.cues(link.CountOf, link.Counted))
	mark(cues, asMeasure)
	if len(cues) > 0 && c.isList() && len(c.dims) == 0 && !c.says("which") {
		m := count(c.cat.Table(c.query.Entity))
		c.query = logical.Query{Measures: []logical.Measure{m.Measure}, Filters: c.query.Filters}
		return
	}
	lists := c.says("names", "list") || c.saysPhrase("who are") || c.saysPhrase("which ones") || c.saysPhrase("show me the") || c.saysPhrase("which are")
	if len(cues) > 0 || c.isList() || !lists || len(c.query.Dimensions) > 0 || len(c.query.Measures) == 0 || c.query.Measures[0].Agg != logical.Count {
		return
	}
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

// editFilters adds values and states. One on a column that is filtered already
// replaces what was there.
func (c *composer) editFilters() {
	used := map[string]int{}
	for _, x := range c.mentions {
		if x.used != unused || !x.isKind(link.Value, link.Condition) {
			continue
		}
		p := c.predicate(x)
		if x.negated != nil {
			p = negate(p)
			x.negated.used = asNegation
		}
		x.used = asFilter
		name := columnOf(p)
		if name == "" {
			c.query.Filters = append(c.query.Filters, p)
			continue
		}
		if i, again := used[name]; again && p.Op == logical.Equal && c.query.Filters[i].Expr != nil {
			c.query.Filters[i].Op = logical.In
			c.query.Filters[i].Values = append(c.query.Filters[i].Values, p.Values...)
			continue
		}
		if p.Op != logical.Not {
			c.query.Filters = slices.DeleteFunc(c.query.Filters, func(o logical.Predicate) bool { return columnOf(o) == name })
		}
		used[name] = len(c.query.Filters)
		c.query.Filters = append(c.query.Filters, p)
	}
}

// columnOf names the column that a condition of values is on; empty for other
// conditions.
func columnOf(p logical.Predicate) string {
	if p.Op == logical.Not && len(p.Args) == 1 {
		p = p.Args[0]
	}
	if p.Expr == nil || p.Expr.Op != logical.Column || p.Op != logical.Equal && p.Op != logical.In {
		return ""
	}
	return p.Expr.Ref.Table + "." + p.Expr.Ref.Column + "@" + p.Expr.Ref.Via
}

// editBounds reads "only those above 40".
func (c *composer) editBounds() {
	for _, d := range c.comparisons {
		if d.done {
			continue
		}
		x := d.target
		switch {
		case x == nil && !c.isList() && len(c.query.Dimensions) > 0 && len(c.query.Measures) > 0:
			c.query.Having = append(c.query.Having, logical.Having{Measure: c.query.Measures[0], Bound: d.bound})
		case x == nil && c.base.Amount != nil:
			c.query.Filters = append(c.query.Filters, compare(column(c.base.Amount, ""), d.bound))
		case x != nil && (x.isKind(link.Metric) || x.isKind(link.Entity) && !c.isList()):
			c.query.Having = append(c.query.Having, logical.Having{Measure: c.measureOf(x, "").Measure, Bound: d.bound})
			x.used = asMeasure
		case x != nil && x.isKind(link.Entity, link.Role):
			b := d.bound
			c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.Exists, Table: rowsOf(x).Name, Count: &b})
			x.used = asFilter
		case x != nil && !c.isList() && c.boundsFigure(x):
			c.query.Having = append(c.query.Having, logical.Having{Measure: c.query.Measures[0], Bound: d.bound})
			x.used = asMeasure
		case x != nil:
			c.query.Filters = append(c.query.Filters, compare(c.rowExpr(x.mention), d.bound))
			x.used = asFilter
		default:
			continue
		}
		d.done = true
	}
}

// boundsFigure reports whether a comparison speaks of the figure shown per
// group.
func (c *composer) boundsFigure(x *item) bool {
	if len(c.query.Dimensions) == 0 || len(c.query.Measures) == 0 {
		return false
	}
	m := c.query.Measures[0]
	return m.Expr != nil && x.mention.Column != nil && m.Expr.Ref.Column == x.mention.Column.Name
}

// editPeriods replaces the period.
func (c *composer) editPeriods() error {
	if c.editShift() {
		return nil
	}
	ps := c.periods()
	if len(ps) == 0 {
		return nil
	}
	x := ps[0]
	x.used = asPeriod
	said := c.nearestDate(x, c.base)
	c.query.Compare = nil
	p := c.ahead(x, nil)
	i := slices.IndexFunc(c.query.Filters, func(f logical.Predicate) bool { return f.Op == logical.InPeriod })
	var except *item
	for _, n := range c.cues(link.Excluding, link.Without) {
		if n.start < x.start && x.start-n.end <= 2 {
			except = n
		}
	}
	switch {
	case except != nil && i >= 0:
		except.used = asNegation
		out := c.query.Filters[i]
		out.Period = &p
		c.query.Filters = append(c.query.Filters, negate(out))
	case i >= 0:
		c.replacePeriod(i, x, said, p)
	case c.editInner(p):
	default:
		col, via := c.editDate(said)
		if col == nil {
			return errUnread
		}
		c.query.Filters = append(c.query.Filters, within(col, via, c.ahead(x, col)))
	}
	return nil
}

func (c *composer) replacePeriod(i int, x, said *item, p logical.Period) {
	f := &c.query.Filters[i]
	if said != nil && said.used == unused && c.reaches(c.base, said.mention.Table) {
		said.used = asDate
		e := column(said.mention.Column, said.mention.Via)
		for j, d := range c.query.Dimensions {
			if d.Grain != "" && d.Expr.Ref == f.Expr.Ref {
				c.query.Dimensions[j].Expr = e
			}
		}
		f.Expr = &e
	}
	if col := c.cat.Column(f.Expr.Ref.Table, f.Expr.Ref.Column); col != nil {
		p = c.ahead(x, col)
	}
	f.Period = &p
}

// editInner replaces the period of related rows; it reports whether there is
// one.
func (c *composer) editInner(p logical.Period) bool {
	for i := range c.query.Filters {
		f := &c.query.Filters[i]
		if f.Op == logical.Not && len(f.Args) == 1 {
			f = &f.Args[0]
		}
		if f.Op != logical.Exists {
			continue
		}
		for j := range f.Args {
			if f.Args[j].Op == logical.InPeriod {
				f.Args[j].Period = &p
				return true
			}
		}
	}
	return false
}

func (c *composer) editDate(said *item) (*catalog.Column, string) {
	if said != nil {
		said.used = asDate
		return said.mention.Column, said.mention.Via
	}
	for _, d := range c.query.Dimensions {
		if d.Grain != "" {
			return c.cat.Column(d.Expr.Ref.Table, d.Expr.Ref.Column), d.Expr.Ref.Via
		}
	}
	return c.dateOf(c.base), ""
}

// editRest reads entities: related rows to leave out, columns to show,
// dimensions to add.
func (c *composer) editRest() {
	for _, x := range c.mentions {
		if x.used != unused {
			continue
		}
		m := x.mention
		switch {
		case x.isKind(link.Entity) && m.Table != c.base && x.negated != nil && !c.reaches(c.base, m.Table) && c.linked(c.base, m.Table):
			c.query.Filters = append(c.query.Filters, negate(logical.Predicate{Op: logical.Exists, Table: m.Table.Name}))
			x.negated.used, x.used = asNegation, asFilter
		case c.isList() && x.isKind(link.Attribute) && c.reaches(c.base, m.Table):
			c.show(c.rowExpr(m), logical.Asked)
			x.used = asColumn
		case c.isList() && x.isKind(link.Entity, link.Role) && m.Table != c.base && c.reaches(c.base, m.Table):
			ref := logical.Ref{Table: rowsOf(x).Name}
			if x.isKind(link.Role) {
				ref.Via = m.Key.Name()
			}
			c.show(logical.Expr{Op: logical.Entity, Ref: ref}, logical.Asked)
			x.used = asColumn
		case x.isKind(link.Date) && m.Column != nil && x.negated != nil && m.Column.Nulls > 0:
			e := column(m.Column, "")
			c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.IsNull, Expr: &e})
			x.negated.used, x.used = asNegation, asFilter
		case c.adds() && !c.isList() && x.isKind(link.Entity, link.Role) && c.reaches(c.base, rowsOf(x)):
			c.query.Dimensions = append(c.query.Dimensions, c.dimensionOf(x).Dimension)
			x.used = asDimension
		case c.known(x):
			x.used = asContext
		}
	}
	mark(c.cues(link.CompareCue, link.All, link.Distinct, link.HowMuch, link.RateOf), asOperator)
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
