package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// measure is a measure on its way into the query.
type measure struct {
	logical.Measure
	place  int   // token at which it is said
	from   *item // the mention it is made of; nil for none
	cue    *item // the aggregate's cue
	column *catalog.Column
	date   *catalog.Column // that dates a business term
	guess  bool
	hidden bool
}

func (m *measure) base() string {
	if m.Base == "" && len(m.Args) > 0 {
		return m.Args[0].Base
	}
	return m.Base
}

// counts reports a plain count of rows.
func (m *measure) counts() bool { return m.Op == logical.Aggregate && m.Agg == logical.Count }

func (m *measure) same(o *measure) bool {
	return m.Op == o.Op && m.Agg == o.Agg && m.Base == o.Base && m.SQL == o.SQL && m.column == o.column && (m.Expr == nil) == (o.Expr == nil) &&
		(m.Expr == nil || m.Expr.SQL == o.Expr.SQL && m.Expr.Op == o.Expr.Op)
}

func (c *composer) add(m *measure) { c.measures = append(c.measures, m) }

// count counts the rows of a table.
func count(t *catalog.Table) *measure {
	return &measure{Measure: logical.Measure{Agg: logical.Count, Base: t.Name}}
}

// rowExpr is a mention's value per row.
func (c *composer) rowExpr(m *link.Mention) logical.Expr {
	switch {
	case m.Kind == link.Computed && m.Age:
		return logical.Expr{Op: logical.Age, Args: []logical.Expr{column(m.Column, m.Via)}, Now: c.q.Now.Format("2006-01-02"), Title: "Age"}
	case m.Term != nil && m.Term.SQL != "":
		return logical.Expr{Op: logical.Raw, Table: m.Table.Name, SQL: m.Term.SQL, Title: m.Term.Name, Ref: logical.Ref{Table: m.Table.Name, Via: m.Via}}
	}
	e := column(m.Column, m.Via)
	e.Scale = c.scale(m.Column, e.Scale)
	return e
}

// scale turns minutes into hours and the like where the question speaks of
// them.
func (c *composer) scale(col *catalog.Column, usual float64) float64 {
	hours, minutes, days := c.says("hour", "hours", "hrs"), c.says("minute", "minutes", "mins"), c.says("days", "day")
	switch {
	case col.Unit == "minutes" && hours:
		return 60
	case col.Unit == "seconds" && minutes:
		return 60
	case col.Unit == "seconds" && hours:
		return 3600
	case col.Unit == "hours" && days && !hours && c.says("days"):
		return 24
	case col.Unit == "milliseconds" && c.says("seconds", "second"):
		return 1000
	}
	return usual
}

// measureOf makes a measure of a mention; agg is empty for its own.
func (c *composer) measureOf(x *item, agg logical.Agg) *measure {
	m := x.mention
	out := &measure{place: x.start, from: x}
	out.Base = m.Table.Name
	switch m.Kind {
	case link.Metric:
		out.Op, out.SQL, out.Title = logical.Metric, m.Term.SQL, m.Term.Name
		out.date = c.vocab.TermDate(m.Term)
		return out
	case link.Entity, link.Date:
		out.Agg = logical.Count
		return out
	case link.Role:
		out.Agg, out.Base = logical.Count, m.Key.To.Name
		return out
	case link.Condition:
		out.Agg = logical.Count
		out.Filters = []logical.Predicate{c.predicate(x)}
		return out
	case link.Value:
		out.Agg, out.Base = logical.Count, c.factOf(m.Table).Name
		if m.Noun {
			out.Base = m.Table.Name
		}
		out.Filters = []logical.Predicate{c.predicate(x)}
		return out
	case link.Computed:
		e := c.rowExpr(m)
		out.Expr, out.Agg = &e, agg
		if agg == "" {
			out.Agg = usualAgg(m)
		}
		if m.Term != nil {
			out.Title = m.Term.Name
			out.date = c.vocab.TermDate(m.Term)
		}
		return out
	}
	out.column = m.Column
	e := c.rowExpr(m)
	if m.Column.Kind != catalog.Number {
		out.Agg, out.Expr = logical.CountDistinct, &e
		return out
	}
	out.Expr, out.Agg = &e, agg
	if agg == "" {
		out.Agg = logical.Avg
		if m.Column.Additive {
			out.Agg = logical.Sum
		}
	}
	return out
}

// lengthNouns end the names of lengths of time that are added up like any
// amount: "worked hours". "Handling time" is not.
var lengthNouns = []string{"hours", "minutes", "seconds"}

// usualAgg adds up a computed value unless it is a duration or a quotient.
func usualAgg(m *link.Mention) logical.Agg {
	if m.Age {
		return logical.Avg
	}
	sql := strings.ToLower(m.Term.SQL)
	if words := strings.Fields(strings.ToLower(m.Term.Name)); slices.Contains(lengthNouns, last(words)) {
		return logical.Sum
	}
	if strings.Contains(sql, "julianday") || strings.Contains(sql, "strftime") {
		return logical.Avg
	}
	if i := strings.Index(sql, "/"); i >= 0 {
		if rest := strings.TrimSpace(sql[i+1:]); rest != "" && (rest[0] < '0' || rest[0] > '9') {
			return logical.Avg
		}
	}
	if !strings.ContainsAny(sql, "*+-/") {
		return logical.Avg
	}
	return logical.Sum
}

// factOf is the table of events whose rows are meant where a thing's value is
// counted: the base, or the largest that refers to it.
func (c *composer) factOf(t *catalog.Table) *catalog.Table {
	if t.Role == catalog.Event || len(t.In) == 0 {
		return t
	}
	var best *catalog.Table
	for _, k := range t.In {
		if k.From == t || k.From.Date == nil {
			continue
		}
		if k.From == c.h.Base {
			return k.From
		}
		if best == nil || k.From.RowCount > best.RowCount {
			best = k.From
		}
	}
	if best == nil {
		return t
	}
	return best
}

// moneyWords of a column's name say that it measures rather than counts.
var moneyWords = []string{"amount", "total", "value", "price", "cost", "premium", "revenue", "fee", "spend", "budget", "salary", "balance"}

// countThings answers "how many", "number of", "counts".
func (c *composer) countThings() {
	for _, cue := range free(c.cues(link.CountOf, link.Counted)) {
		x := c.counted(cue)
		if x == nil {
			continue
		}
		cue.used = asMeasure
		m := c.measureOf(x, "")
		if col := m.column; col != nil && col.Kind == catalog.Number && x.mention.Kind == link.Attribute {
			said := text.Stems(c.words(x.start, x.end))
			for _, w := range col.Words {
				if slices.Contains(moneyWords, w) && !slices.Contains(said, text.Stem(w)) {
					m = count(col.Table)
					break
				}
			}
		}
		if q := c.quantity(x, m); q != nil {
			m = q
		}
		m.place, m.from = x.start, x
		x.used = asMeasure
		if x.isKind(link.Condition, link.Value) && len(c.cues(link.CountOf)) == 1 && !c.has(link.ShareOf) {
			c.countedState(x, m)
		}
		c.add(m)
	}
}

// pieceWords count pieces rather than rows where rows hold a quantity.
var pieceWords = text.WordSet("unit units piece pieces item items copy copies pcs articles bottles boxes")

// quantity sums a table's quantity where pieces are counted: "how many units",
// "how many tickets were sold" over ticket sales. nil where rows are meant.
func (c *composer) quantity(x *item, m *measure) *measure {
	if !m.counts() || len(m.Filters) > 0 {
		return nil
	}
	t := c.cat.Table(m.Base)
	if col := countKept(t); col != nil && x.isKind(link.Entity) && x.mention.Table == t {
		e := column(col, "")
		return &measure{Measure: logical.Measure{Agg: logical.Sum, Base: t.Name, Expr: &e}, column: col}
	}
	i := slices.IndexFunc(t.Columns, func(col *catalog.Column) bool {
		return col.Additive && (slices.Contains(col.Words, "quantity") || slices.Equal(col.Words, []string{"units"}))
	})
	if i < 0 {
		return nil
	}
	pieces := slices.ContainsFunc(c.words(max(0, x.start-2), x.end), func(w string) bool { return pieceWords[w] })
	partly := x.isKind(link.Entity) && x.end-x.start == 1 && len(t.Words) > 1 && x.mention.Source != link.FromTerm &&
		!slices.Contains([]string{"sale", "order", "line", "transaction", "purchase"}, text.Singular(c.word(x.start)))
	if !pieces && !partly {
		return nil
	}
	e := column(t.Columns[i], "")
	c.guess("pieces are counted by " + t.Columns[i].Name)
	return &measure{Measure: logical.Measure{Agg: logical.Sum, Base: t.Name, Expr: &e}, column: t.Columns[i]}
}

// countKept is the column that holds how many of its things a table's row
// stands for: view_count of page_views. nil for none.
func countKept(t *catalog.Table) *catalog.Column {
	for _, col := range t.Columns {
		if !col.Additive || len(col.Words) < 2 || !slices.Contains([]string{"count", "quantity", "number"}, col.Words[len(col.Words)-1]) {
			continue
		}
		if !slices.ContainsFunc(col.Words[:len(col.Words)-1], func(w string) bool {
			return !slices.ContainsFunc(t.Words, func(o string) bool { return text.Stem(o) == text.Stem(w) })
		}) {
			return col
		}
	}
	return nil
}

// countedState moves the state that is counted into the query's filters:
// "how many open orders" counts orders, the open ones.
func (c *composer) countedState(x *item, m *measure) {
	p := m.Filters[0]
	if n := c.negation(x); n != nil {
		p = negate(p)
		n.used = asNegation
	}
	m.Filters = nil
	c.query.Filters = append(c.query.Filters, p)
}

// counted is what a cue counts; nil for nothing known.
func (c *composer) counted(cue *item) *item {
	i := slices.Index(c.items, cue)
	if cue.is(link.CountOf) {
		if x := c.countedAfter(cue, i); x != nil {
			return x
		}
	}
	rowsOrRole := func(x *item) bool { return x.isKind(link.Entity, link.Role) && x.used == unused && x.negated == nil }
	for _, y := range slices.Backward(c.items[:i]) {
		if rowsOrRole(y) {
			return y
		}
	}
	if x := c.first(rowsOrRole); x != nil {
		return x
	}
	if x := c.first(func(x *item) bool {
		return x.used == unused && (x.isKind(link.Condition) || x.isKind(link.Value) && x.mention.Noun)
	}); x != nil {
		return x
	}
	x := c.first(func(x *item) bool { return x.isKind(link.Date) && x.used == unused })
	if x == nil {
		return nil
	}
	rows := &link.Mention{Start: x.start, End: x.end, Score: x.mention.Score}
	rows.Kind, rows.Table, rows.Strength, rows.Source = link.Entity, x.mention.Table, x.mention.Strength, x.mention.Source
	return &item{start: x.start, end: x.end, mention: rows}
}

// countedAfter finds what "how many …" counts: the head of the noun phrase
// that follows.
func (c *composer) countedAfter(cue *item, i int) *item {
	var first *item
	for _, y := range c.items[i+1:] {
		if first != nil && (y.is(link.By, link.CountOf) || y.period()) {
			break
		}
		if y.mention == nil || y.used != unused || y.negated != nil && first != nil {
			continue
		}
		switch {
		case first != nil && first.isKind(link.Value) && first.mention.Noun && y.start > first.end:
			return first // "how many buyers made an offer" counts buyers
		case y.isKind(link.Entity, link.Role):
			return c.head(y)
		case y.isKind(link.Attribute) && y.mention.Column.Kind == catalog.Number:
			return y
		case y.isKind(link.Attribute) && textual(y.mention):
			if first == nil {
				first = y
			}
		case y.isKind(link.Condition, link.Value) && y.mention.Noun && (y.isKind(link.Condition) || c.only(y)):
			z := c.next(y)
			if y.end-y.start > 1 && !(z != nil && z.isKind(link.Entity) && z.start == y.end) {
				return y
			}
			if first == nil {
				first = y
			}
		case y.isKind(link.Value) && first == nil && c.only(y):
			first = y
		}
	}
	return first
}

// head follows entities that stand right after each other to the last:
// "customer complaints" are complaints.
func (c *composer) head(y *item) *item {
	for z := c.next(y); z != nil && z.isKind(link.Entity) && z.start == y.end && z.used == unused; z = c.next(y) {
		y = z
	}
	return y
}

// only reports whether no other value of the same column is named.
func (c *composer) only(x *item) bool {
	n := 0
	for _, y := range c.mentions {
		if y.isKind(link.Value) && y.mention.Column == x.mention.Column {
			n++
		}
	}
	return n == 1
}

var aggregates = map[link.CueKind]logical.Agg{link.Average: logical.Avg, link.Highest: logical.Max, link.Lowest: logical.Min,
	link.MedianCue: logical.Median, link.Total: logical.Sum}

// aggregate gives each figure the aggregates said of it: those before it, else
// those after it ("premium, on average"). "Lowest, highest and average
// premium" are three.
func (c *composer) aggregate() {
	var pending []*item
	for _, x := range c.items {
		if aggregates[x.cue] != "" && x.mention == nil {
			pending = append(pending, x)
			continue
		}
		if x.mention == nil || x.used != unused || x.bound != nil {
			continue
		}
		m := x.mention
		if m.Kind == link.Metric {
			for _, p := range pending {
				if p.used == unused && x.start-p.end <= 6 {
					p.used = asMeasure
				}
			}
			pending = nil
			x.used = asMeasure
			c.add(c.measureOf(x, ""))
			continue
		}
		if !numeric(m) {
			continue
		}
		x.used = asMeasure
		cues := c.aggregatesOf(x, pending)
		for _, p := range cues {
			p.used = asMeasure
			made := c.measureOf(x, aggregates[p.cue])
			made.place, made.cue = p.start, p
			c.add(made)
		}
		if len(cues) == 0 {
			c.add(c.measureOf(x, ""))
		}
		pending = nil
	}
}

func (c *composer) aggregatesOf(x *item, pending []*item) []*item {
	var near []*item
	for _, p := range pending {
		if p.used == unused && x.start-p.end <= 6 {
			near = append(near, p)
		}
	}
	if len(near) > 0 {
		return near
	}
	figure := func(from, to int) bool {
		return slices.ContainsFunc(c.mentions, func(z *item) bool { return numeric(z.mention) && z.start >= from && z.start < to })
	}
	for _, p := range c.items {
		if aggregates[p.cue] == "" || p.mention != nil || p.used != unused || p.start < x.end || p.start-x.end > 6 || p.is(link.Highest, link.Lowest) && c.ranks {
			continue
		}
		if !figure(x.end, p.start) && !figure(p.end, p.end+3) {
			near = append(near, p)
		}
	}
	return near
}

// aggregateEntities reads aggregates said of things: "average claim", "median
// order" take the main amount.
func (c *composer) aggregateEntities() {
	if len(c.measures) == 1 && c.measures[0].Agg == logical.Sum && c.measures[0].cue == nil && !c.ranks {
		for _, p := range free(c.cues(link.Average, link.MedianCue)) {
			c.measures[0].Agg = aggregates[p.cue]
			p.used = asMeasure
			break
		}
	}
	if len(c.measures) == 0 {
		return
	}
	for _, p := range free(c.cues(link.Average, link.Highest, link.Lowest, link.MedianCue)) {
		y := c.next(p)
		if y == nil || c.ofBound(p) || !y.isKind(link.Entity) || c.ranks || y.mention.Table.Amount == nil || y.used != unused && y.used != asMeasure {
			continue
		}
		m := c.amountOf(y, aggregates[p.cue])
		m.place = p.start
		if i := slices.IndexFunc(c.measures, func(o *measure) bool { return o.cue == nil && o.column == m.column && o.Base == m.Base }); i >= 0 {
			c.measures[i].Agg, c.measures[i].cue = m.Agg, p // "the distance of the shortest route"
			y.used, p.used = asMeasure, asMeasure
			continue
		}
		y.used, p.used = asMeasure, asMeasure
		c.add(m)
	}
	c.countFirst()
}

// amountOf aggregates the main amount of the rows that a mention names.
func (c *composer) amountOf(x *item, agg logical.Agg) *measure {
	t := rowsOf(x)
	if x.isKind(link.Date, link.Condition, link.Value) {
		t = x.mention.Table
	}
	m := &link.Mention{Start: x.start, End: x.end}
	m.Kind, m.Table, m.Column = link.Attribute, t, t.Amount
	out := c.measureOf(&item{start: x.start, end: x.end, mention: m}, agg)
	out.from = x
	return out
}

// countFirst counts the things named first where figures follow: "suppliers
// per rating and average lead days".
func (c *composer) countFirst() {
	if len(c.items) < 2 || !c.says("and") || c.has(link.ShareOf) || slices.ContainsFunc(c.measures, (*measure).counts) {
		return
	}
	i := slices.IndexFunc(c.items, func(x *item) bool { return !x.isKind(link.Value, link.Condition) })
	if i < 0 || i+1 >= len(c.items) {
		return
	}
	f, n := c.items[i], c.items[i+1]
	if f.isKind(link.Entity) && f.used == unused && n.is(link.By) && n.used == asDimension {
		f.used = asMeasure
		m := count(f.mention.Table)
		m.place, m.from = -1, f
		c.add(m)
	}
}

// mainAmounts reads "how much", "total", "average" of things that have a main
// amount.
func (c *composer) mainAmounts() {
	if len(c.measures) > 0 {
		return
	}
	for _, cue := range c.amountCues() {
		if c.compares(cue) {
			continue // "averaging over 300 in price" bounds the price
		}
		if c.ofBound(cue) {
			continue
		}
		if x := free(c.cues(link.Highest, link.Lowest)); cue.is(link.HowMuch) && len(x) > 0 && c.subject != nil && x[0].end == c.subject.start {
			cue.used = asFiller // "how big was the biggest claim"
			cue = x[0]
		}
		y := c.amountRows(cue)
		if y == nil {
			continue
		}
		agg := aggregates[cue.cue]
		if agg == "" {
			agg = logical.Sum
		}
		m := c.amountOf(y, agg)
		m.guess = true
		c.guess("the amount meant is " + m.column.Name)
		if y.used == unused && !y.isKind(link.Date, link.Value, link.Condition) {
			y.used = asMeasure
		}
		cue.used = asMeasure
		mark(c.cues(link.HowMuch), asMeasure)
		c.add(m)
		return
	}
}

// ofBound reports an aggregate that belongs to a figure with a bound: "an
// average price above 200".
func (c *composer) ofBound(cue *item) bool {
	return slices.ContainsFunc(c.mentions, func(x *item) bool { return x.bound != nil && x.start >= cue.end && x.start-cue.end <= 2 })
}

// amountCues ask for an amount; an aggregate said beside "how much" tells which.
func (c *composer) amountCues() []*item {
	out := free(c.cues(link.Average, link.MedianCue))
	if c.extent != nil && c.extent.used == unused {
		out = append(out, c.extent)
	}
	return append(out, free(c.cues(link.HowMuch, link.Total))...)
}

// amountRows are the rows whose amount a cue asks for: named after it, else
// anywhere, else by their verb.
func (c *composer) amountRows(cue *item) *item {
	has := func(z *item) bool { return amountTable(z).Amount != nil }
	if y := c.first(func(z *item) bool { return z.start >= cue.end && z.isKind(link.Entity) && z.used == unused && has(z) }); y != nil {
		return y
	}
	if y := c.first(func(z *item) bool { return z.isKind(link.Entity) && z.used == unused && has(z) }); y != nil && !(cue.is(link.Total) && len(c.comparisons) > 0) {
		return y // a total that is compared is one of each group's
	}
	if !cue.is(link.HowMuch) && cue != c.extent && !c.has(link.HowMuch) {
		return nil
	}
	y := c.first(func(z *item) bool { return z.isKind(link.Date) && has(z) })
	if y == nil && cue == c.extent {
		y = c.first(func(z *item) bool {
			return z.isKind(link.Value, link.Condition) && z.used == unused && z.mention.Table.Role == catalog.Event && has(z)
		})
	}
	return y
}

func amountTable(x *item) *catalog.Table {
	if x.isKind(link.Date, link.Value, link.Condition) {
		return x.mention.Table
	}
	return rowsOf(x)
}

// measureUnsaid counts where groups are asked for and nothing is measured. It
// reports false where rows are to be listed instead.
func (c *composer) measureUnsaid() (bool, error) {
	if len(c.dims) > 0 || len(c.grains()) > 0 || c.has(link.ChangeCue, link.RunningCue, link.CompareCue) || c.shift != nil ||
		c.twoPeriods() && (c.comparative() || !c.listAsked()) || c.weighsValues() {
		return true, c.countUnsaid()
	}
	if len(c.comparisons) > 0 {
		return false, nil // "orders of this year worth over 700" are listed
	}
	e := c.subject
	if e != nil && e.used != unused {
		e = c.first(func(x *item) bool { return x.isKind(link.Entity) && x.used == unused })
	}
	if e == nil || !e.isKind(link.Entity, link.Condition) || c.listAsked() || len(c.periods()) == 0 || e.mention.Table.Role != catalog.Event {
		return false, nil
	}
	if c.first(func(x *item) bool { return x.isKind(link.Date, link.Attribute) }) != nil {
		return false, nil
	}
	m := count(e.mention.Table)
	if q := c.quantity(e, m); q != nil && countKept(e.mention.Table) != nil {
		m = q
	}
	m.place, m.from, m.guess = e.start, e, true
	c.guess("counted rather than listed")
	if e.isKind(link.Entity) {
		e.used = asMeasure
	}
	c.add(m)
	return true, nil
}

// listAsked reports words that ask for rows.
func (c *composer) listAsked() bool {
	return c.says("which", "who", "whose", "list", "show", "what", "find", "name", "give", "display", "names")
}

func (c *composer) countUnsaid() error {
	x := c.weighed()
	if x == nil {
		x = c.first(func(x *item) bool {
			return x.used == unused && x.negated == nil && (x.isKind(link.Entity) || x.isKind(link.Condition, link.Value) && x.mention.Noun)
		})
	}
	if x == nil {
		x = c.first(func(x *item) bool { return x.used == unused && x.isKind(link.Date, link.Value, link.Condition) })
		if x == nil {
			return errUnread
		}
		t := x.mention.Table
		if x.isKind(link.Value) {
			t = c.factOf(t)
		}
		m := count(t)
		if x.isKind(link.Date) {
			m = c.rowsOfVerb(x)
		}
		m.place = x.start
		c.add(m)
		return nil
	}
	m := count(x.mention.Table)
	if q := c.quantity(x, m); q != nil && countKept(x.mention.Table) != nil {
		m = q
	}
	if x.mention.Table.Amount != nil && c.says("amount", "amounts", "value", "money", "total", "sum", "revenue", "dollars", "euros", "pounds", "worth") {
		m = c.amountOf(x, logical.Sum) // "amount received per method"
		c.guess("the amount meant is " + m.column.Name)
	}
	m.place, m.from = x.start, x
	if x.isKind(link.Entity) {
		x.used = asMeasure
	}
	c.add(m)
	return nil
}
