package logical

import (
	"cmp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// vague are names of columns that say little without their table's.
var vague = text.WordSet("name id code title label key number type status date first last full nr no")

func capital(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// noun is a table's name in the singular.
func noun(t *catalog.Table) string {
	if len(t.Words) == 0 {
		return strings.ToLower(t.Name)
	}
	w := slices.Clone(t.Words)
	w[len(w)-1] = text.Singular(w[len(w)-1])
	return strings.Join(w, " ")
}

// nouns is a table's name in the plural.
func nouns(t *catalog.Table) string {
	if len(t.Words) == 0 {
		return strings.ToLower(t.Name)
	}
	w := slices.Clone(t.Words)
	w[len(w)-1] = text.Plural(text.Singular(w[len(w)-1]))
	return strings.Join(w, " ")
}

func columnWords(c *catalog.Column) string {
	if len(c.Words) == 0 {
		return strings.ToLower(c.Name)
	}
	return strings.Join(c.Words, " ")
}

// columnTitle names a column as seen from a base: with its table's name where
// its own says little.
func columnTitle(c *catalog.Column, via *catalog.Key, base string) string {
	own := columnWords(c)
	if strings.EqualFold(c.Table.Name, base) && via == nil {
		return own
	}
	table := roleTitle(c.Table, via)
	if via == nil && (slices.ContainsFunc(c.Words, func(w string) bool { return !vague[w] }) || strings.HasPrefix(own, table)) {
		return own
	}
	if via != nil && trailing(via) {
		return own + " of " + table
	}
	if strings.HasPrefix(own, noun(c.Table)) {
		own = strings.TrimSpace(own[len(noun(c.Table)):])
	}
	if own == "" {
		return table
	}
	return table + " " + own
}

// roleTitle names a table as a key reaches it: "billing address", "manager",
// "billing address region".
func roleTitle(t *catalog.Table, via *catalog.Key) string {
	if via == nil || len(via.Role) == 0 {
		return noun(t)
	}
	role := strings.Join(via.Role, " ")
	if trailing(via) {
		return noun(t) + " " + role
	}
	if saysTable(via) {
		role += " " + noun(via.To)
	}
	if via.To != t {
		role += " " + noun(t)
	}
	return role
}

// trailing reports whether a key's role stands behind its noun: "agent
// assigned to", "team opened by".
func trailing(k *catalog.Key) bool {
	n := len(k.Role)
	return n > 1 && (k.Role[n-1] == "to" || k.Role[n-1] == "by") && !saysTable(k)
}

// saysTable reports whether a key's name has its table's in it.
func saysTable(k *catalog.Key) bool {
	last := noun(k.To)
	if i := strings.LastIndexByte(last, ' '); i >= 0 {
		last = last[i+1:]
	}
	return slices.Contains(k.Columns[0].Words, last)
}

// keyOf finds the key that a Ref goes by; nil for the nearest.
func keyOf(c *catalog.Catalog, via string) *catalog.Key {
	table, column, ok := strings.Cut(via, ".")
	if !ok {
		return nil
	}
	if col := c.Column(table, column); col != nil {
		return col.Key
	}
	return nil
}

// exprTitle names an expression in business words.
func exprTitle(c *catalog.Catalog, e *Expr, base string) string {
	if e.Title != "" {
		return e.Title
	}
	args := func(by string) string { return argTitles(c, e, base, by) }
	switch e.Op {
	case Column:
		if col := c.Column(e.Ref.Table, e.Ref.Column); col != nil {
			return unscaledTitle(columnTitle(col, keyOf(c, e.Ref.Via), base), e, col)
		}
		return e.Ref.Column
	case Entity:
		t := c.Table(e.Ref.Table)
		if t == nil {
			return e.Ref.Table
		}
		return roleTitle(t, keyOf(c, e.Ref.Via))
	case Duration:
		unit := cmp.Or(e.Unit, "day") + "s "
		if len(e.Args) > 1 {
			return unit + "from " + args(" to ")
		}
		return unit + "since " + args("")
	case Age:
		return "age"
	case Number:
		return number(e.Value)
	case Has:
		if e.Filter != nil && e.Filter.Title != "" {
			return e.Filter.Title
		}
		return "condition holds"
	case Raw:
		return e.SQL
	}
	return args(" " + map[ExprOp]string{Add: "plus", Subtract: "minus", Multiply: "times", Divide: "divided by"}[e.Op] + " ")
}

func argTitles(c *catalog.Catalog, e *Expr, base, by string) string {
	parts := make([]string, len(e.Args))
	for i := range e.Args {
		parts[i] = exprTitle(c, &e.Args[i], base)
	}
	return strings.Join(parts, by)
}

// unscaledTitle drops the unit that a scaled column is stored in.
func unscaledTitle(title string, e *Expr, c *catalog.Column) string {
	if e.Scale <= 1 || len(c.Words) < 2 {
		return title
	}
	if s, ok := strings.CutSuffix(title, " "+c.Words[len(c.Words)-1]); ok && c.Unit != "" {
		return s
	}
	return title
}

// aggWords say an aggregate before what it is of.
var aggWords = map[Agg]string{CountDistinct: "different", Sum: "total", Avg: "average", Min: "lowest", Max: "highest", Median: "median"}

// measureTitle names a measure in business words.
func measureTitle(c *catalog.Catalog, m *Measure) string {
	if m.Title != "" {
		return m.Title
	}
	arg := func(i int) string {
		if i < len(m.Args) {
			return measureTitle(c, &m.Args[i])
		}
		return ""
	}
	switch m.Op {
	case Aggregate:
		return aggregateTitle(c, m)
	case Metric:
		return m.SQL + filtersTitle(c, m)
	case Ratio:
		return ratioTitle(arg(0), arg(1), m.Percent)
	case Sum2:
		return arg(0) + " plus " + arg(1)
	case Minus:
		return arg(0) + " minus " + arg(1)
	case Share:
		return "share of " + arg(0)
	case Change:
		return changeTitle(m, arg(0))
	case Running:
		if m.Reset != "" {
			return "running total of " + arg(0) + " in each " + m.Reset
		}
		return "running total of " + arg(0)
	case Moving:
		return "moving average of " + arg(0) + " over " + number(float64(max(m.N, 1)))
	case Rank:
		return "rank by " + arg(0)
	case AvgOf:
		return strings.TrimSpace(aggWords[m.Agg] + " " + arg(0) + perTitle(c, m))
	}
	return string(m.Op)
}

func ratioTitle(part, whole string, percent bool) string {
	if strings.Contains(part, " where ") {
		part += ","
	}
	if percent {
		return part + " in percent of " + whole
	}
	return part + " per " + whole
}

func changeTitle(m *Measure, of string) string {
	title := "change of " + of
	if m.Percent {
		title += " in percent"
	}
	if m.Back > 1 {
		title += " against " + number(float64(m.Back)) + " before"
	}
	return title
}

func perTitle(c *catalog.Catalog, m *Measure) string {
	var parts []string
	for i := range m.Per {
		parts = append(parts, dimensionTitle(c, &m.Per[i], ""))
	}
	if len(parts) == 0 {
		return ""
	}
	return " per " + strings.Join(parts, " and ")
}

// filtersTitle says a measure's own conditions.
func filtersTitle(c *catalog.Catalog, m *Measure) string {
	suffix, lead := "", " where "
	for i := range m.Filters {
		words := sayer{c, m.Base}.condition(&m.Filters[i], false)
		if lead == " where " && (strings.HasPrefix(words, "with ") || strings.HasPrefix(words, "without ")) {
			suffix += " " + words
			continue
		}
		suffix += lead + words
		lead = " and "
	}
	return suffix
}

func aggregateTitle(c *catalog.Catalog, m *Measure) string {
	suffix := filtersTitle(c, m)
	if m.Agg == Count {
		t := c.Table(m.Base)
		if t == nil {
			return "number of rows"
		}
		return "number of " + nouns(t) + suffix
	}
	what := ""
	if m.Expr != nil {
		what = exprTitle(c, m.Expr, m.Base)
	}
	switch {
	case m.Agg == CountDistinct && m.Expr != nil && m.Expr.Op == Entity && c.Table(m.Expr.Ref.Table) != nil:
		return "number of " + nouns(c.Table(m.Expr.Ref.Table)) + suffix
	case m.Agg == CountDistinct:
		return "number of different " + what + suffix
	case m.Agg == Percentile:
		return ordinal(int(m.P)) + " percentile of " + what + suffix
	}
	word := aggWords[m.Agg]
	if m.Expr != nil && m.Expr.Op == Column && kindOf(c, m.Expr) == catalog.Date {
		word = map[Agg]string{Min: "first", Max: "latest"}[m.Agg]
	}
	if word == "" || strings.HasPrefix(what+" ", word+" ") {
		return what + suffix
	}
	return word + " " + what + suffix
}

func dimensionTitle(c *catalog.Catalog, d *Dimension, base string) string {
	switch {
	case d.Title != "":
		return d.Title
	case d.Grain != "" && d.Fiscal > 1 && (d.Grain == "year" || d.Grain == "quarter"):
		return "fiscal " + d.Grain
	case d.Grain != "":
		return d.Grain
	}
	return exprTitle(c, &d.Expr, base)
}

// listTitles are the titles of a list's columns.
func (q *Query) listTitles(c *catalog.Catalog) []string {
	es := q.shown(c)
	out := make([]string, len(es))
	for i := range es {
		out[i] = capital(exprTitle(c, &es[i], q.Entity))
	}
	return distinct(out)
}

// distinct numbers titles that occur twice.
func distinct(titles []string) []string {
	seen := map[string]int{}
	for i, t := range titles {
		k := strings.ToLower(t)
		if seen[k]++; seen[k] > 1 {
			titles[i] = t + " " + number(float64(seen[k]))
		}
	}
	return titles
}

// columnName is how a result column is named in SQL: not at all where a plain
// column's own name says the same as its title.
func (w *writer) columnName(f frag, title string) string {
	if plain(f) {
		own := unquoted(f.s[3:])
		if strings.EqualFold(strings.ReplaceAll(own, "_", " "), title) || strings.EqualFold(strings.Join(text.SplitName(own), " "), title) {
			return ""
		}
	}
	return guard(w.d.ident(title))
}
