package logical

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/querent/querent/internal/semparse/catalog"
)

// sayer puts conditions into words, as seen from a base table.
type sayer struct {
	c    *catalog.Catalog
	base string
}

func (s sayer) expr(e *Expr) string {
	if e == nil {
		return ""
	}
	return lowerFirst(exprTitle(s.c, e, s.base))
}

// comparisons in words: of numbers, and of dates.
var (
	numberWords = map[PredicateOp]string{Equal: "is", NotEqual: "is not", Less: "below", LessEq: "at most", Greater: "above", GreaterEq: "at least"}
	dateWords   = map[PredicateOp]string{Equal: "on", NotEqual: "not on", Less: "before", LessEq: "until", Greater: "after", GreaterEq: "from"}
	notWords    = map[PredicateOp]string{Equal: "is not", NotEqual: "is", Less: "not below", LessEq: "above", Greater: "not above", GreaterEq: "below"}
)

// condition says a predicate; with not, its contrary.
func (s sayer) condition(p *Predicate, not bool) string {
	if p.Title != "" {
		if not {
			return "not " + p.Title
		}
		return p.Title
	}
	switch p.Op {
	case And, Or:
		return s.joined(p, not)
	case Not:
		if len(p.Args) == 1 {
			return s.condition(&p.Args[0], !not)
		}
	case Exists:
		return s.exists(p, not)
	case IsNull, NotNull:
		return s.has(p, (p.Op == IsNull) != not)
	case InPeriod:
		return s.period(p, not)
	case Holds:
		return negation(not) + s.expr(p.Expr)
	case Than:
		return s.expr(p.Expr) + " " + negation(not) + numberWords[p.Compare] + " the " + s.measure(p.Measure)
	case InGroups:
		return s.groups(p, not)
	}
	return s.compared(p, not)
}

// has says that there is a value, or none: "closed", "without a city".
func (s sayer) has(p *Predicate, none bool) string {
	words := s.expr(p.Expr)
	if p.Expr.Op == Entity {
		if k := keyOf(s.c, p.Expr.Ref.Via); k != nil && trailing(k) {
			words = strings.Join(k.Role, " ")
		}
	}
	if done := happened(words); done != words {
		return negation(none) + done
	}
	if none {
		return "without " + words
	}
	return "with " + words
}

// happened takes the preposition off a name such as "closed at", so that it
// says what happened.
func happened(words string) string {
	for _, end := range []string{" at", " on", " by", " to"} {
		verb := end == " at" || end == " on"
		if s, ok := strings.CutSuffix(words, end); ok && (verb || strings.HasSuffix(s, "ed") || strings.HasSuffix(s, "n")) {
			return s
		}
	}
	return words
}

func negation(not bool) string {
	if not {
		return "not "
	}
	return ""
}

func (s sayer) measure(m *Measure) string {
	if m == nil {
		return ""
	}
	return lowerFirst(measureTitle(s.c, m))
}

func (s sayer) joined(p *Predicate, not bool) string {
	parts := make([]string, len(p.Args))
	for i := range p.Args {
		parts[i] = s.condition(&p.Args[i], not)
		if a := &p.Args[i]; (a.Op == And || a.Op == Or) && a.Op != p.Op && a.Title == "" {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	if (p.Op == And) != not {
		return strings.Join(parts, " and ")
	}
	return strings.Join(parts, " or ")
}

// selfKey is the key by which rows of a table are related to others of it.
func selfKey(c *catalog.Catalog, p *Predicate, base string) *catalog.Key {
	if !strings.EqualFold(p.Table, base) || p.Via != "" {
		return nil
	}
	t := c.Table(base)
	for _, k := range t.Out {
		if k.To == t && len(k.Role) > 0 {
			return k
		}
	}
	return nil
}

func (s sayer) exists(p *Predicate, not bool) string {
	t := s.c.Table(p.Table)
	if t == nil {
		return p.Table
	}
	what := nouns(t)
	if k := keyOf(s.c, p.Via); k != nil && len(k.Role) > 0 {
		what += " as " + strings.Join(k.Role, " ")
	}
	b := p.Count
	switch {
	case b == nil && not:
		what = "without " + what
	case b == nil:
		what = "with " + what
	default:
		count := b.say(true)
		if k := selfKey(s.c, p, s.base); k != nil {
			what += " as " + strings.Join(k.Role, " ")
		}
		if b.Op != Between && b.Value == 1 {
			what = noun(t)
		}
		what = "with " + negation(not) + strings.TrimPrefix(count, "is ") + " " + what
	}
	if len(p.Args) == 0 {
		return what
	}
	in := sayer{s.c, t.Name}
	parts := make([]string, len(p.Args))
	for i := range p.Args {
		parts[i] = in.condition(&p.Args[i], false)
	}
	return what + " (" + strings.Join(parts, ", ") + ")"
}

// say says a bound of a figure, or of how many there are.
func (b Bound) say(count bool) string {
	switch {
	case b.Op == Between && count:
		return number(b.Value) + " to " + number(b.High)
	case b.Op == Between:
		return "from " + number(b.Value) + " to " + number(b.High)
	case b.Op == Equal && count:
		return "exactly " + number(b.Value)
	case b.Op == Greater && count:
		return "more than " + number(b.Value)
	case b.Op == Less && count:
		return "fewer than " + number(b.Value)
	}
	return numberWords[b.Op] + " " + number(b.Value)
}

// period says the date and when it lies.
func (s sayer) period(p *Predicate, not bool) string {
	when := ""
	if p.Period != nil {
		when = p.Period.say()
	}
	if len(p.By) > 0 {
		return negation(not) + when
	}
	return happened(s.expr(p.Expr)) + " " + negation(not) + when
}

// say says a period in words.
func (p Period) say() string {
	if p.Text != "" {
		return p.Text
	}
	from, hasFrom := parseMoment(p.From)
	to, hasTo := parseMoment(p.To)
	switch {
	case hasFrom && hasTo && p.From == p.To:
		return "on " + sayDay(from, p.Time)
	case hasFrom && hasTo:
		return "from " + sayDay(from, p.Time) + " to " + sayDay(to, p.Time)
	case hasFrom:
		return "from " + sayDay(from, p.Time) + " on"
	case hasTo && p.Time:
		return "before " + sayDay(to, true)
	case hasTo:
		return "until " + sayDay(to, false)
	}
	return "at any time"
}

func sayDay(t time.Time, clock bool) string {
	if clock && !midnight(t) {
		return t.Format("2 January 2006 15:04")
	}
	return t.Format("2 January 2006")
}

func (s sayer) groups(p *Predicate, not bool) string {
	if p.Sub == nil {
		return s.expr(p.Expr)
	}
	q := p.Sub
	in := sayer{s.c, q.baseName()}
	var more []string
	for i := range q.Filters {
		more = append(more, in.condition(&q.Filters[i], false))
	}
	for i := range q.Having {
		more = append(more, in.measure(&q.Having[i].Measure)+" "+q.Having[i].Bound.say(false))
	}
	which := strings.TrimPrefix(q.sayLimit(in), "only ")
	if which == "" {
		which = "those"
	}
	if len(more) > 0 {
		which += " where " + and(more)
	}
	return s.expr(p.Expr) + " " + negation(not) + "among " + which
}

func (s sayer) compared(p *Predicate, not bool) string {
	date := p.Expr != nil && p.Expr.Op == Column && kindOf(s.c, p.Expr) == catalog.Date
	left, word := s.expr(p.Expr), comparing(p.Op, date, not)
	if date {
		left = happened(left)
	}
	if p.Other != nil {
		return left + " " + strings.Replace(word, "on", "the same as", 1) + " " + happened(s.expr(p.Other))
	}
	if f := s.flag(p, not); f != "" {
		return f
	}
	vs := make([]string, len(p.Values))
	for i, v := range p.Values {
		vs[i] = v.say(date)
	}
	list := either(vs)
	switch p.Op {
	case In:
		return left + " is " + negation(not) + list
	case Between:
		return left + " " + negation(not) + "from " + strings.Join(vs, " to ")
	case Contains:
		return left + " " + negates(not, "contains", "contain") + " " + quote(list)
	case StartsWith:
		return left + " " + negates(not, "begins", "begin") + " with " + quote(list)
	case EndsWith:
		return left + " " + negates(not, "ends", "end") + " with " + quote(list)
	}
	return left + " " + word + " " + list
}

// comparing is a comparison in words.
func comparing(op PredicateOp, date, not bool) string {
	words := numberWords
	if date {
		words = dateWords
	}
	switch {
	case not && !date && notWords[op] != "":
		return notWords[op]
	case not:
		return "not " + words[op]
	}
	return words[op]
}

func negates(not bool, verb, base string) string {
	if not {
		return "does not " + base
	}
	return verb
}

func quote(s string) string { return "“" + s + "”" }

func (v Value) say(date bool) string {
	if v.Is == "number" && v.Text == "" {
		return number(v.Number)
	}
	if t, ok := parseMoment(v.Text); ok && date {
		return sayDay(t, len(v.Text) > len(dayForm))
	}
	return strings.Join(strings.Fields(v.Text), " ")
}

func either(vs []string) string { return enumerated(vs, " or ") }

func kindOf(c *catalog.Catalog, e *Expr) catalog.Kind {
	if col := c.Column(e.Ref.Table, e.Ref.Column); col != nil {
		return col.Kind
	}
	return ""
}

// flagLeads begin the names of yes-or-no columns and say nothing more.
var flagLeads = []string{"is ", "has ", "was ", "are "}

// flag says a yes-or-no column as the word that it is: "active", "not active".
func (s sayer) flag(p *Predicate, not bool) string {
	if p.Op != Equal && p.Op != NotEqual || p.Expr == nil || p.Expr.Op != Column || p.Expr.Title != "" || len(p.Values) != 1 {
		return ""
	}
	col := s.c.Column(p.Expr.Ref.Table, p.Expr.Ref.Column)
	if col == nil || col.Flag == nil {
		return ""
	}
	v := p.Values[0].Text
	if v == "" {
		v = number(p.Values[0].Number)
	}
	yes := slices.Contains(col.Flag.True, v)
	if !yes && !slices.Contains(col.Flag.False, v) {
		return ""
	}
	words := s.expr(p.Expr)
	for _, lead := range flagLeads {
		words = strings.TrimPrefix(words, lead)
	}
	words = strings.TrimSuffix(words, " flag")
	if yes == (p.Op == Equal) == !not {
		return words
	}
	return "not " + words
}

// ordinal names a place.
func ordinal(n int) string {
	suffix := "th"
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		suffix = "st"
	case n%10 == 2:
		suffix = "nd"
	case n%10 == 3:
		suffix = "rd"
	}
	return strconv.Itoa(n) + suffix
}
