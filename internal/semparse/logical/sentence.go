package logical

import (
	"strconv"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// PartKind is what a part of a query does.
type PartKind string

// The kinds.
const (
	EntityPart    PartKind = "entity"
	ColumnPart    PartKind = "column"
	MeasurePart   PartKind = "measure"
	DimensionPart PartKind = "dimension"
	FilterPart    PartKind = "filter"
	PeriodPart    PartKind = "period" // a filter by time
	HavingPart    PartKind = "having"
	ComparePart   PartKind = "compare"
	OrderPart     PartKind = "order"
	LimitPart     PartKind = "limit"
	ExceptPart    PartKind = "except"
	DefaultPart   PartKind = "default" // taken unsaid
)

// Part is a piece of a query in words, for a reader to see and change.
type Part struct {
	Kind  PartKind `json:"kind"`
	Text  string   `json:"text"`
	Index int      `json:"index"` // place in the query's list of that kind; periods are among its filters
}

// Parts are the query in pieces, in the order in which a sentence has them.
func (q Query) Parts(c *catalog.Catalog) []Part {
	var out parts
	s := sayer{c, q.baseName()}
	out.subject(&q, s)
	if q.Compare != nil {
		out.add(ComparePart, 0, q.Compare.say())
	}
	for i := range q.Filters {
		p := &q.Filters[i]
		kind := FilterPart
		if p.Op == InPeriod {
			kind = PeriodPart
		}
		out.add(kind, i, s.condition(p, false))
	}
	for i := range q.Having {
		h := &q.Having[i]
		out.add(HavingPart, i, s.measure(&h.Measure)+" "+h.Bound.say(false))
	}
	if q.Except != nil {
		out.add(ExceptPart, 0, "without "+strings.TrimSuffix(lowerFirst(q.Except.Sentence(c)), "."))
	}
	for i := range q.Columns {
		out.add(ColumnPart, i, s.expr(&q.Columns[i].Expr))
	}
	limit := q.sayLimit(s)
	if limit == "" || len(q.Order) > 1 {
		for i := range q.Order {
			out.add(OrderPart, i, q.sayOrder(s, i))
		}
	}
	out.add(LimitPart, 0, limit)
	for i, d := range q.Default {
		out.add(DefaultPart, i, d.Text)
	}
	return out
}

// parts are a query's, as they are collected.
type parts []Part

func (ps *parts) add(kind PartKind, i int, words string) {
	if words != "" {
		*ps = append(*ps, Part{kind, words, i})
	}
}

// subject adds what a query is about.
func (ps *parts) subject(q *Query, s sayer) {
	if t := s.c.Table(q.Entity); t != nil && len(q.Measures) == 0 {
		ps.add(EntityPart, 0, capital(nouns(t)))
	}
	for i := range q.Measures {
		if !q.Measures[i].Hidden || len(q.Measures) == 1 {
			ps.add(MeasurePart, i, capital(measureTitle(s.c, &q.Measures[i])))
		}
	}
	for i := range q.Dimensions {
		ps.add(DimensionPart, i, "by "+lowerFirst(dimensionTitle(s.c, &q.Dimensions[i], s.base)))
	}
}

func (q *Query) baseName() string {
	if len(q.Measures) > 0 {
		return q.Measures[0].base()
	}
	return q.Entity
}

// Sentence says in one sentence how the query was read.
func (q Query) Sentence(c *catalog.Catalog) string {
	by := map[PartKind][]string{}
	for _, p := range q.Parts(c) {
		by[p.Kind] = append(by[p.Kind], p.Text)
	}
	head := strings.Join(by[EntityPart], "")
	if len(q.Measures) > 0 {
		head = q.sayMeasures(c)
	}
	if q.Distinct && len(q.Columns) > 0 {
		head = "Different " + plural(and(by[ColumnPart])) + " of " + lowerFirst(head)
		by[ColumnPart] = nil
	}
	var b strings.Builder
	b.WriteString(head)
	if dims := by[DimensionPart]; len(dims) > 0 {
		for i := range dims[1:] {
			dims[i+1] = strings.TrimPrefix(dims[i+1], "by ")
		}
		b.WriteString(" " + and(dims))
	}
	if q.KeepEmpty {
		b.WriteString(", those without any as 0")
	}
	tail := func(texts ...string) {
		for _, t := range texts {
			if t != "" {
				b.WriteString(", " + t)
			}
		}
	}
	tail(by[ComparePart]...)
	q.sayFilters(&b, c)
	for _, h := range by[HavingPart] {
		tail("only where " + h)
	}
	tail(by[ExceptPart]...)
	if cols := by[ColumnPart]; len(cols) > 0 {
		tail("showing " + and(cols))
	}
	tail(by[OrderPart]...)
	tail(by[LimitPart]...)
	tail(by[DefaultPart]...)
	s := capital(b.String()) + "."
	if q.Answer == YesNo {
		s = "Whether there are any: " + lowerFirst(s)
	}
	return s
}

// sayFilters puts "with" and "without" right after what they are of, and the
// others behind a comma.
func (q *Query) sayFilters(b *strings.Builder, c *catalog.Catalog) {
	s := sayer{c, q.baseName()}
	close := len(q.Measures) == 0
	for i := range q.Filters {
		words := s.condition(&q.Filters[i], false)
		near := close && (strings.HasPrefix(words, "with ") || strings.HasPrefix(words, "without "))
		switch {
		case near && i == 0:
			b.WriteString(" " + words)
		case near:
			b.WriteString(" and " + words)
		default:
			close = false
			b.WriteString(", " + words)
		}
	}
}

func and(texts []string) string { return enumerated(texts, " and ") }

// enumerated puts commas between texts, and a word before the last.
func enumerated(texts []string, before string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:len(texts)-1], ", ") + before + texts[len(texts)-1]
}

// sayMeasures names the measures, and what a named one is computed of.
func (q *Query) sayMeasures(c *catalog.Catalog) string {
	var out []string
	for i := range q.Measures {
		m := &q.Measures[i]
		if m.Hidden && len(q.Measures) > 1 {
			continue
		}
		words := measureTitle(c, m)
		if of := m.computed(c); of != "" && m.Title != "" {
			words += " (" + of + ")"
		}
		if len(out) > 0 {
			words = lowerFirst(words)
		}
		out = append(out, words)
	}
	if q.Sum {
		return "Total of " + lowerFirst(and(out))
	}
	return and(out)
}

func plural(words string) string {
	i := strings.LastIndexByte(words, ' ') + 1
	return words[:i] + text.Plural(words[i:])
}

// computed says what a named measure is computed of: a column by the data's
// own names, its conditions, its parts.
func (m *Measure) computed(c *catalog.Catalog) string {
	switch {
	case m.Op == Metric:
		return strings.TrimPrefix(strings.TrimSpace(filtersTitle(c, m)), "where ")
	case m.Op != Aggregate || m.Expr == nil || m.Expr.Op != Column || m.Agg == Count:
		own := *m
		own.Title = ""
		s := measureTitle(c, &own)
		if strings.EqualFold(s, m.Title) {
			return ""
		}
		return s
	}
	name := map[Agg]string{CountDistinct: "different", Sum: "sum", Avg: "average", Min: "lowest", Max: "highest", Median: "median",
		Percentile: number(m.P) + "th percentile"}[m.Agg]
	return name + " of " + m.Expr.Ref.Table + "." + m.Expr.Ref.Column + filtersTitle(c, m)
}

func (c *Compare) say() string {
	labels := make([]string, len(c.Periods))
	for i, p := range c.Periods {
		labels[i] = p.label()
	}
	s := strings.Join(labels, " beside ")
	switch {
	case c.Change && c.Percent:
		s += " with the change in percent"
	case c.Change:
		s += " with the change"
	}
	return s
}

// key is what a sort key sorts by, in words.
func (q *Query) key(s sayer, o *Order) string {
	switch {
	case o.Expr != nil:
		return s.expr(o.Expr)
	case o.Measure >= 0 && o.Measure < len(q.Measures):
		return s.measure(&q.Measures[o.Measure])
	case o.Dimension >= 0 && o.Dimension < len(q.Dimensions):
		return lowerFirst(dimensionTitle(s.c, &q.Dimensions[o.Dimension], s.base))
	}
	return ""
}

func (q *Query) sayOrder(s sayer, i int) string {
	o := &q.Order[i]
	lead := "ordered by "
	if i > 0 {
		lead = "then by "
	}
	key := q.key(s, o)
	if key == "" {
		return ""
	}
	if o.Desc {
		return lead + key + ", " + q.first(s, o) + " first"
	}
	return lead + key
}

// first is the end of an order that comes first.
func (q *Query) first(s sayer, o *Order) string {
	e := o.Expr
	if e == nil && o.Measure < 0 && o.Dimension >= 0 && o.Dimension < len(q.Dimensions) {
		e = &q.Dimensions[o.Dimension].Expr
	}
	date := e != nil && e.Op == Column && kindOf(s.c, e) == catalog.Date
	switch {
	case date && o.Desc:
		return "latest"
	case date:
		return "earliest"
	case o.Desc:
		return "highest"
	}
	return "lowest"
}

// places says which rows of the order are kept; nothing for the first.
func (q *Query) places() string {
	switch {
	case q.Limit == 1 && q.Offset > 0:
		return ordinal(q.Offset + 1)
	case q.Offset > 0 && q.Limit > 0:
		return ordinal(q.Offset+1) + " to " + ordinal(q.Offset+q.Limit)
	case q.Offset > 0:
		return "ones after the first " + strconv.Itoa(q.Offset)
	case q.Limit > 1:
		return strconv.Itoa(q.Limit)
	}
	return ""
}

func (q *Query) sayLimit(s sayer) string {
	if q.Limit == 0 && q.Offset == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("only the " + q.places())
	by := ""
	if len(q.Order) > 0 {
		by = q.key(s, &q.Order[0])
	}
	if by != "" {
		b.WriteString(" " + q.first(s, &q.Order[0]) + " by " + by)
	} else if q.Offset == 0 {
		b.WriteString(" first")
	}
	var groups []string
	for _, i := range q.Within {
		if i >= 0 && i < len(q.Dimensions) {
			groups = append(groups, lowerFirst(dimensionTitle(s.c, &q.Dimensions[i], s.base)))
		}
	}
	if len(groups) > 0 {
		b.WriteString(" in each " + and(groups))
	}
	if q.Ties {
		b.WriteString(", ties kept")
	}
	return strings.ReplaceAll(b.String(), "the  ", "the ")
}
