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

// superlatives reads "top 5", "the most", "highest". It reports true where
// rows are listed in order, false where groups are (or where nothing is).
func (c *composer) superlatives() (bool, error) {
	t := top{cues: free(c.cues(link.Top, link.Bottom, link.Most, link.Least)), extreme: free(c.cues(link.Highest, link.Lowest))}
	t.extreme = slices.DeleteFunc(c.cues(link.Highest, link.Lowest), func(x *item) bool { return x.used != unused && x.used != asMeasure })
	if len(t.cues) == 0 && len(t.extreme) == 0 {
		return false, nil
	}
	all := slices.Concat(t.cues, t.extreme)
	t.count = c.rowsWanted(all)
	t.asc = all[0].is(link.Bottom, link.Least, link.Lowest) || slices.ContainsFunc(all, func(x *item) bool { return x.is(link.Least, link.Lowest) }) ||
		all[0].is(link.Top) && len(t.extreme) > 0 && t.extreme[0].is(link.Lowest)
	if c.saysWorst(all) {
		t.asc = !t.asc
	}
	t.subject = c.subject
	if t.subject != nil {
		t.subject = entityOf(t.subject)
	}
	if g := c.askedGrain(); g != nil {
		return false, c.rankGrain(&t, g, all)
	}
	if who := c.who(); who != nil {
		t.subject = who
	} else if len(t.cues) == 0 && t.count == nil {
		if !c.extremeSubject(&t) {
			return false, nil
		}
	}
	if t.subject == nil {
		return false, nil
	}
	t.rows = t.subject.mention.Table
	if t.subject.isKind(link.Role) {
		t.rows = t.subject.mention.Key.To
	}
	return c.rank(&t, all)
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
		if at >= 0 && g.start-at >= 0 && g.start-at <= 2 || anyOf(c.words(g.start, g.end), "which", "what") || g.start == 0 {
			return g
		}
	}
	return nil
}

// rankGrain orders a division of time by a figure.
func (c *composer) rankGrain(t *top, g *item, all []*item) error {
	if len(c.measures) == 0 {
		if err := c.countUnsaid(); err != nil {
			return err
		}
	}
	m := c.measures[0]
	c.rankAggregate(m, &top{extreme: t.extreme, subject: g, rows: &catalog.Table{Table: &schema.Table{}}})
	limit := 1
	if t.count != nil {
		limit, t.count.used = int(t.count.number.Value), asLimit
	}
	c.position(all)
	for _, x := range all {
		x.used = asOrder
	}
	c.query.Limit = limit
	c.query.Order = []logical.Order{{Measure: 0, Dimension: -1, Desc: !t.asc}}
	c.rankedBy = m
	return nil
}

// who is the person that "who" asks for where no word names one: the one that
// the measured rows refer to, if they refer to one kind of persons. nil else.
func (c *composer) who() *item {
	at := slices.Index(c.q.Words, "who")
	if at < 0 || c.subject != nil && c.subject.isKind(link.Entity, link.Role) && c.vocab.Persons(rowsOf(c.subject)) {
		return nil
	}
	base := c.base
	if len(c.measures) > 0 {
		base = c.cat.Table(c.measures[0].base())
	}
	var found *catalog.Key
	named := false // found's persons have a first and a last name
	for _, k := range base.Out {
		if k.To == base || !c.vocab.Persons(k.To) {
			continue
		}
		two := len(k.To.Label) == 2
		switch {
		case found == nil || two && !named:
			found, named = k, two
		case two == named:
			return nil
		}
	}
	if found == nil {
		return nil
	}
	m := &link.Mention{Start: at, End: at + 1, Score: 0.7}
	m.Kind, m.Table, m.Column, m.Key, m.Strength, m.Source = link.Role, base, found.Columns[0], found, 0.7, link.FromName
	c.guess("who: " + strings.Join(found.To.Words, " "))
	return &item{start: at, end: at + 1, mention: m}
}

// rowsWanted is the number beside a superlative.
func (c *composer) rowsWanted(cues []*item) *item {
	for _, n := range free(c.numbers()) {
		for _, q := range cues {
			if d := n.start - q.start; d >= -3 && d <= 2 {
				return n
			}
		}
		if x := c.subject; x != nil && n.end <= x.start && x.start-n.end <= 1 && n.used == unused {
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
	next := c.next(at)
	ofEntity := next != nil && next.isKind(link.Entity) && len(c.measures) == 0
	which := anyOf(c.words(0, 4), "which", "who") || anyOf(c.words(0, 3), "name", "find")
	if len(c.dims) > 0 && !c.says("which", "who") && !ofEntity {
		return false
	}
	var before, after, with *item
	for _, x := range c.mentions {
		if x.used != unused || !x.isKind(link.Entity, link.Role) && !(x.isKind(link.Attribute) && textual(x.mention)) {
			continue
		}
		if x.end <= at.start {
			if before == nil {
				before = x
			}
			if with == nil && anyOf(c.words(x.end, at.start), "with") {
				with = x
			}
		} else if after == nil {
			after = x
		}
	}
	switch {
	case which && before != nil:
		t.subject = before
	case with != nil:
		t.subject = with
	case len(c.measures) == 0 && after != nil:
		t.subject = after
	case after != nil && after.start == at.end && anyOf(c.words(after.end, len(c.q.Words)), "by"):
		t.subject = after
	default:
		return false
	}
	return true
}

// rank orders the subject by its measure.
func (c *composer) rank(t *top, all []*item) (bool, error) {
	m, err := c.rankMeasure(t)
	if err != nil {
		return false, err
	}
	if t.count != nil {
		t.count.used = asLimit
	}
	c.position(all)
	mark(all, asOrder)
	for _, x := range all {
		x.used = asOrder
	}
	mark(c.cues(link.By), asOrder)
	limit := 1
	switch {
	case t.count != nil:
		limit = int(t.count.number.Value)
	case len(t.cues) > 0 && t.cues[0].is(link.Top, link.Bottom) && plural(c.word(t.subject.end-1)):
		limit = defaultTop
		c.query.Default = append(c.query.Default, logical.Default{Rule: "ten rows", Text: "the first 10", Risk: 0.2})
	}
	c.query.Limit = limit
	parents := slices.Clone(c.dims)
	byRow := m.Base == t.rows.Name && m.Expr != nil && slices.Contains([]logical.Agg{logical.Sum, logical.Avg, logical.Max, logical.Min}, m.Agg) && t.subject.isKind(link.Entity) && m.Op == logical.Aggregate
	t.subject.used = asDimension
	if byRow {
		for _, d := range parents {
			d.parent = true
		}
		c.listed = t.subject
		e := *m.Expr
		c.query.Order = []logical.Order{{Measure: -1, Dimension: -1, Expr: &e, Desc: !t.asc}}
		c.rankedBy = m
		return true, nil
	}
	c.rankAggregate(m, t)
	d := c.dimensionOf(t.subject)
	if d.column != nil && d.column.Nulls > 0 {
		e := d.Expr
		c.query.Filters = append(c.query.Filters, logical.Predicate{Op: logical.NotNull, Expr: &e})
	}
	if !slices.ContainsFunc(c.dims, func(o *dimension) bool { return o.table == d.table && o.column == d.column }) {
		for _, p := range parents {
			p.parent = true
		}
		c.dims = append([]*dimension{d}, c.dims...)
	}
	c.rankedBy = m
	c.query.Order = []logical.Order{{Measure: 0, Dimension: -1, Desc: !t.asc}}
	c.measures = slices.DeleteFunc(c.measures, func(o *measure) bool { return o != m && o.from != nil && o.from == m.from })
	return false, nil
}

// rankAggregate corrects the aggregate of a ranking figure: "the highest
// average price" is an average, "the highest sales" of a store a sum.
func (c *composer) rankAggregate(m *measure, t *top) {
	if m.Agg != logical.Max && m.Agg != logical.Min || m.cue == nil || !slices.Contains(t.extreme, m.cue) {
		return
	}
	for _, p := range c.cues(link.Average, link.Total, link.MedianCue) {
		if p.start-m.cue.start <= 3 && m.cue.start-p.start <= 3 {
			m.Agg = aggregates[p.cue]
			p.used = asMeasure
			return
		}
	}
	if t.rows.Table.Name == "" || m.Base != t.rows.Name || t.subject.isKind(link.Attribute) {
		m.Agg = logical.Avg
		if m.column != nil && m.column.Additive || m.column == nil && m.from != nil && m.from.isKind(link.Computed) && usualAgg(m.from.mention) == logical.Sum {
			m.Agg = logical.Sum
		}
	}
}

// rankMeasure finds the figure that ranks.
func (c *composer) rankMeasure(t *top) (*measure, error) {
	for _, m := range c.measures {
		if m.from != t.subject {
			return m, nil
		}
	}
	cue := slices.Concat(t.cues, t.extreme)[0]
	figure := func(x *item) bool {
		return x != c.subject && x != t.subject && x.used == unused && x.negated == nil && (x.isKind(link.Entity, link.Role, link.Metric) || numeric(x.mention))
	}
	x := c.first(func(x *item) bool { return x.start >= cue.end && figure(x) })
	if m := c.rankedState(t, cue, x); m != nil {
		c.add(m)
		return m, nil
	}
	if x == nil {
		x = c.first(figure)
	}
	if x != nil && !(x.isKind(link.Entity) && c.reaches(t.rows, x.mention.Table) && !c.reaches(x.mention.Table, t.rows)) {
		m := c.measureOf(x, "")
		if q := c.quantity(x, m); q != nil {
			q.place, q.from = m.place, m.from
			m = q
		}
		x.used = asMeasure
		c.add(m)
		return m, nil
	}
	m, err := c.impliedMeasure(t, cue)
	if err != nil {
		return nil, err
	}
	c.add(m)
	return m, nil
}

// rankedState counts rows in a state right after the cue: "the most no-shows".
func (c *composer) rankedState(t *top, cue, figure *item) *measure {
	if !cue.is(link.Most, link.Least) {
		return nil
	}
	x := c.first(func(x *item) bool {
		return x.start >= cue.end && x.start-cue.end <= 1 && x.used == unused && x.isKind(link.Value, link.Condition) && x.negated == nil
	})
	if x == nil || figure != nil && figure.start == x.end {
		return nil
	}
	m := c.measureOf(x, "")
	base := c.cat.Table(m.Base)
	if base == t.rows || !c.reaches(base, t.rows) {
		return nil
	}
	c.query.Filters = append(c.query.Filters, m.Filters...)
	m.Filters = nil
	x.used = asMeasure
	return m
}

// impliedMeasure is what a superlative ranks by when it names nothing: a
// graded adjective's column, the rows that hold a value ("the most common
// reason"), the events of a thing ("the busiest store"), or its main amount.
func (c *composer) impliedMeasure(t *top, cue *item) (*measure, error) {
	if verb := c.rankingVerb(t, cue); verb != nil {
		m := c.rowsOfVerb(verb)
		m.place, m.from = verb.start, verb
		verb.used = asMeasure
		return m, nil
	}
	if col, ok := c.graded(t, cue); ok {
		e := column(col, "")
		return &measure{Measure: logical.Measure{Agg: logical.Max, Base: t.rows.Name, Expr: &e}, column: col, place: cue.start}, nil
	}
	if verb := c.first(func(x *item) bool {
		return x.isKind(link.Date) && x.used == unused && x.mention.Table != t.rows && c.reaches(x.mention.Table, t.rows)
	}); verb != nil && cue.is(link.Most, link.Least) {
		m := count(verb.mention.Table)
		m.place, m.from = verb.start, verb
		return m, nil
	}
	if t.subject.isKind(link.Attribute) || cue.is(link.Most, link.Least) && !t.subject.isKind(link.Entity) {
		m := count(c.countable(t.subject))
		m.place = cue.start
		return m, nil
	}
	amount := t.rows.Amount
	if amount == nil || cue.is(link.Most, link.Least) && t.rows.Role != catalog.Event {
		fact := c.factOf(t.rows)
		if fact == t.rows {
			return nil, errUnread
		}
		m := count(fact)
		m.guess, m.place = true, cue.start
		c.guess("ranked by the number of " + text.Plural(last(fact.Words)))
		return m, nil
	}
	m := c.amountOf(t.subject, "")
	m.guess = true
	c.guess("ranked by " + amount.Name)
	return m, nil
}

// rankingVerb is the verb of another table's rows that a superlative counts:
// "the most viewed articles", "top 5 prescribed drugs".
func (c *composer) rankingVerb(t *top, cue *item) *item {
	if !cue.is(link.Most, link.Least, link.Top, link.Bottom) {
		return nil
	}
	return c.first(func(x *item) bool {
		beside := x.end <= t.subject.start && x.start >= cue.end || cue.is(link.Most, link.Least)
		return x.isKind(link.Date) && x.used == unused && x.mention.Table != t.rows && c.reaches(x.mention.Table, t.rows) && x.negated == nil && beside
	})
}

// rowsOfVerb counts the rows that a verb's table records.
func (c *composer) rowsOfVerb(verb *item) *measure {
	t := verb.mention.Table
	if col := countKept(t); col != nil {
		e := column(col, "")
		return &measure{Measure: logical.Measure{Agg: logical.Sum, Base: t.Name, Expr: &e}, column: col}
	}
	return count(t)
}

// graded is the column that a superlative's adjective orders by, with the
// words that belong to it marked as used: "most valuable", "cheapest".
func (c *composer) graded(t *top, cue *item) (*catalog.Column, bool) {
	end := cue.end
	if t.subject.start > cue.end && t.subject.start-cue.end <= 2 {
		end = t.subject.start
	}
	for ; end >= cue.end; end-- {
		words := c.words(cue.start, end)
		if len(words) == 1 && slices.Contains([]string{"most", "least", "best", "worst", "top", "bottom", "fewest"}, words[0]) {
			continue
		}
		if col, _, ok := c.vocab.Graded(words, t.rows); ok {
			for i := cue.end; i < end; i++ {
				c.spare[i] = true
			}
			return col, true
		}
	}
	return nil, false
}

func last(words []string) string {
	if len(words) == 0 {
		return "row"
	}
	return words[len(words)-1]
}

// countable is the table whose rows are counted per value of a subject.
func (c *composer) countable(x *item) *catalog.Table {
	if x.isKind(link.Role) {
		return x.mention.Table
	}
	return x.mention.Table
}

// position reads "second highest": the row after one.
func (c *composer) position(cues []*item) {
	for i, w := range c.q.Words {
		n := text.OrdinalWords[w]
		if n < 2 || c.items == nil {
			continue
		}
		for _, q := range cues {
			if q.start-i >= 0 && q.start-i <= 2 {
				c.query.Offset = n - 1
				c.spare[i] = true
			}
		}
	}
}

// extremeDates reads "when was the first order": the first or last date. It
// reports true where that is the whole query.
func (c *composer) extremeDates() (bool, error) {
	var cue *item
	agg := logical.Max
	for _, x := range c.cues(link.Oldest, link.Newest) {
		cue = x
		if x.is(link.Oldest) {
			agg = logical.Min
		}
	}
	place := -1
	if cue == nil {
		for i, w := range c.q.Words {
			if (w == "first" || w == "last") && c.q.Free(i) {
				place = i
				if w == "first" {
					agg = logical.Min
				}
			}
		}
	} else {
		place = cue.start
	}
	asked := anyOf(c.words(0, 3), "when") || anyOf(c.words(0, 5), "date")
	if place < 0 || !asked || len(c.measures) > 0 {
		return false, nil
	}
	event := c.first(func(x *item) bool { return x.isKind(link.Date) && x.mention.Column != nil })
	entity := c.first(func(x *item) bool { return x.isKind(link.Entity) })
	var date *catalog.Column
	switch {
	case event != nil:
		date = event.mention.Column
		event.used = asMeasure
	case entity != nil:
		date = c.dateOf(entity.mention.Table)
	}
	if date == nil {
		return false, nil
	}
	if entity != nil {
		entity.used = asMeasure
	}
	e := column(date, "")
	c.add(&measure{Measure: logical.Measure{Agg: agg, Base: date.Table.Name, Expr: &e}, column: date})
	mark(c.cues(link.Oldest, link.Newest, link.WhenCue, link.Top, link.Most, link.Bottom), asOperator)
	c.spare[place] = true
	c.ranks = false
	return false, nil
}

// oldestNewest lists rows by a date: "the five newest customers".
func (c *composer) oldestNewest() (bool, error) {
	cues := free(c.cues(link.Oldest, link.Newest))
	if len(cues) == 0 || len(c.measures) > 0 || c.subject == nil || c.ranks && c.has(link.Top, link.Bottom, link.Most, link.Least) {
		return false, nil
	}
	s := entityOf(c.subject)
	if s.isKind(link.Attribute) {
		return false, nil
	}
	t := rowsOf(s)
	cue := cues[0]
	event := c.first(func(x *item) bool { return x.isKind(link.Date) && x.mention.Table == t && x.mention.Column != nil })
	date := t.Date
	if event != nil {
		date = event.mention.Column
		event.used = asDate
	} else if slices.Contains([]string{"oldest", "youngest"}, c.word(cue.start)) {
		for _, d := range t.Dates() {
			if slices.Contains(d.Words, "birth") {
				date = d
			}
		}
	}
	var by *logical.Expr
	desc := cue.is(link.Newest)
	if date != nil {
		e := column(date, "")
		by = &e
	}
	if col, high, ok := c.vocab.Graded(c.words(cue.start, cue.end), t); ok && event == nil && col.Kind == catalog.Number {
		e := column(col, "") // the oldest by age
		by, desc = &e, high
	}
	if by == nil {
		return false, nil
	}
	c.query.Limit = 1
	for _, n := range free(c.numbers()) {
		n.used = asLimit
		c.query.Limit = int(n.number.Value)
		break
	}
	cue.used = asOrder
	c.query.Order = []logical.Order{{Measure: -1, Dimension: -1, Expr: by, Desc: desc}}
	if c.subject.shadow == nil && !c.subject.isKind(link.Condition) {
		c.subject.used = asSubject
	}
	c.listed = s
	for _, d := range c.dims {
		d.parent = true
	}
	return true, c.list()
}
