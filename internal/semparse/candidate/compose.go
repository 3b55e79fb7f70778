package candidate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// composer builds one query from one hypothesis.
type composer struct {
	cat   *catalog.Catalog
	vocab *link.Vocabulary
	q     *link.Question
	h     link.Hypothesis
	base  *catalog.Table

	items    []*item
	mentions []*item // those of items that are mentions

	query       logical.Query
	measures    []*measure
	dims        []*dimension
	having      []having
	rankedBy    *measure
	comparisons []*comparison
	shift       *shift // each step against an earlier one; nil for none
	inPercent   bool   // a change is asked for in percent, without a word for change
	subject     *item  // what the question asks for, by its words
	listed      *item  // the mention whose rows are listed
	extent      *item  // an extreme of a figure, said like a ranking: "the most we paid"
	ranks       bool   // a superlative or top N stands in the question
	guesses     []string
	spare       map[int]bool // tokens that an operator used besides its cue
	penalty     float64      // what the reading loses for what it takes
}

// errUnread means that no query can be composed from the hypothesis.
var errUnread = errors.New("candidate: nothing to compose")

// maxHypotheses bounds how many covers are composed, worstGap how far behind
// the best they may lie.
const (
	maxHypotheses = 5
	worstGap      = 1.2
)

// Compose gives the readings of a question, best first.
func Compose(v *link.Vocabulary, q *link.Question) []Candidate {
	var out []Candidate
	seen := map[string]bool{}
	for _, h := range likely(q.Hypotheses()) {
		if sign := signature(h); !seen[sign] {
			seen[sign] = true
			out = append(out, composeOne(v, q, h))
		}
	}
	bestFirst(out)
	return out
}

// likely are the hypotheses worth composing; the best comes first.
func likely(all []link.Hypothesis) []link.Hypothesis {
	n := 0
	for n < min(len(all), maxHypotheses) && all[n].Score >= all[0].Score-worstGap {
		n++
	}
	return all[:n]
}

func bestFirst(all []Candidate) {
	slices.SortStableFunc(all, func(a, b Candidate) int { return cmp.Compare(b.Score, a.Score) })
}

func signature(h link.Hypothesis) string {
	var b strings.Builder
	for _, m := range h.Mentions {
		fmt.Fprintf(&b, "%d-%d %p|", m.Start, m.End, m.Other)
		fmt.Fprintf(&b, "%s %s %v %s|", m.Kind, m.Table.Name, m.Values, m.State)
		if m.Column != nil {
			b.WriteString(m.Column.Name)
		}
	}
	return b.String()
}

// failedScore is what a hypothesis loses that no query can be composed from.
const failedScore = 3

func composeOne(v *link.Vocabulary, q *link.Question, h link.Hypothesis) Candidate {
	c := newComposer(v, q, h)
	return c.outcome(h.Base, c.fresh())
}

// outcome is what came of composing; err tells that nothing did.
func (c *composer) outcome(base *catalog.Table, err error) Candidate {
	out := Candidate{Base: base, Mentions: c.h.Mentions, Score: c.h.Score}
	if err != nil {
		out.Failed = err.Error()
		out.Score -= failedScore
		return out
	}
	c.account(&out)
	return out
}

func newComposer(v *link.Vocabulary, q *link.Question, h link.Hypothesis) *composer {
	c := &composer{cat: v.Catalog, vocab: v, q: q, h: h, base: h.Base, spare: map[int]bool{}}
	c.collect()
	c.joinNames()
	c.nameThings()
	c.routes()
	c.alignValues()
	c.kinds()
	c.worths()
	c.amountsOfThings()
	c.inMoney()
	c.bareCounts()
	c.bareAmounts()
	c.addsUp()
	return c
}

// fresh composes a question that stands on its own. The order of the rules is
// the order of their claims: what one uses the later ones leave alone.
func (c *composer) fresh() error {
	c.ever()
	c.searchTexts()
	c.bands()
	c.extents()
	c.paid()
	c.findSubject()
	c.askedKinds()
	c.groupBy()
	c.compareNumbers()
	c.takenOff()
	c.negate()
	c.comparedDates()
	c.durations()
	c.amountBounds()
	c.spread()
	c.conditional()
	c.figureList()
	c.eachCounted()
	c.countThings()
	c.aggregateChain()
	c.aggregate()
	c.quotients()
	c.arithmetic()
	c.averageOfTotals()
	c.aggregateEntities()
	c.leftAggregates()
	c.outerDates()
	c.bareThings()
	c.mainAmounts()
	c.shifts()
	c.extremeDates()
	if done, err := c.oldestNewest(); done || err != nil {
		return err
	}
	list, err := c.superlatives()
	if err != nil {
		return err
	}
	if list {
		return c.list()
	}
	if err := c.shares(); err != nil {
		return err
	}
	c.boundTimes()
	c.boundFigures()
	c.groupBounds()
	if len(c.measures) == 0 {
		figures, err := c.measureUnsaid()
		if err != nil {
			return err
		}
		if !figures {
			return c.list()
		}
	}
	return c.figures()
}

// figures finishes a query of measures.
func (c *composer) figures() error {
	slices.SortStableFunc(c.measures, func(a, b *measure) int { return a.place - b.place })
	c.base = c.cat.Table(c.measures[0].base())
	if c.base == nil {
		return errUnread
	}
	c.perRow()
	c.askedDimension()
	c.distinctOthers()
	c.namedWays()
	c.listedValues()
	if err := c.filters(); err != nil {
		return err
	}
	c.quarters()
	if err := c.timeDimensions(); err != nil {
		return err
	}
	c.ownDates()
	if err := c.changes(); err != nil {
		return err
	}
	c.running()
	c.sorted()
	c.finish()
	c.linking()
	c.unsaidWays()
	return nil
}

// reaches reports whether each row of a meets at most one of t.
func (c *composer) reaches(a, t *catalog.Table) bool { return a == t || c.cat.Reaches(a, t) }

func (c *composer) linked(a, t *catalog.Table) bool {
	_, ok := c.cat.Any(a, t, "")
	return ok
}

// rowsOf is the table whose rows a mention is of: for a role, those it refers to.
func rowsOf(x *item) *catalog.Table {
	if x.mention.Kind == link.Role {
		return x.mention.Key.To
	}
	return x.mention.Table
}

// numeric reports whether a mention is a figure per row.
func numeric(m *link.Mention) bool {
	return m.Kind == link.Computed || m.Kind == link.Attribute && m.Column.Kind == catalog.Number
}

// groups reports whether a mention can be grouped by.
func groups(m *link.Mention) bool {
	switch m.Kind {
	case link.Entity, link.Role:
		return true
	case link.Attribute:
		k := m.Column.Kind
		return k == catalog.Text || k == catalog.Flag || k == catalog.Code || k == catalog.Number && !m.Column.Additive
	}
	return false
}

// textual reports whether a mention is a column of texts that groups rows.
func textual(m *link.Mention) bool {
	return m.Kind == link.Attribute && (m.Column.Kind == catalog.Text || m.Column.Kind == catalog.Code || m.Column.Kind == catalog.Flag)
}

// joinNames makes one value of a first and a last name that stand together.
func (c *composer) joinNames() {
	for i := 0; i+1 < len(c.mentions); i++ {
		a, b := c.mentions[i], c.mentions[i+1]
		if !a.isKind(link.Value) || !b.isKind(link.Value) || a.mention.Table != b.mention.Table || b.start != a.end {
			continue
		}
		label := a.mention.Table.Label
		if len(label) == 2 && slices.Contains(label, a.mention.Column) && slices.Contains(label, b.mention.Column) && a.mention.Column != b.mention.Column {
			b.mention.Score = max(a.mention.Score, b.mention.Score)
		}
	}
}

// nameThings lets a thing's noun beside its name only go with it: "the Police
// department" asks for no departments.
func (c *composer) nameThings() {
	for i := 0; i+1 < len(c.mentions); i++ {
		a, b := c.mentions[i], c.mentions[i+1]
		if a.isKind(link.Entity) {
			a, b = b, a
		}
		if !a.isKind(link.Value) || !b.isKind(link.Entity) || a.mention.Table != b.mention.Table || !slices.Contains(a.mention.Table.Label, a.mention.Column) {
			continue
		}
		if (a.end == b.start || b.end == a.start) && !plural(c.q.Tokens[b.end-1].Raw) {
			b.used = asContext
		}
	}
}

// alignValues gives values that are listed together one column, where one
// column holds them all.
func (c *composer) alignValues() {
	var values []*item
	for _, x := range c.mentions {
		if x.isKind(link.Value) {
			values = append(values, x)
		}
	}
	for i := 0; i+1 < len(values); i++ {
		a, b := values[i], values[i+1]
		if a.mention.Column == b.mention.Column || b.start-a.end > 4 || !anyOf(c.words(a.end, b.start), "or", "and", ",", "vs", "versus", "against", "than", "/", "&") {
			continue
		}
		align(a.mention, b.mention)
	}
	c.valuesAmong(values)
}

// valuesAmong lets what is named in a list of values be one of them, where one
// is called so: "website, phone or agency" of bookings by channel, "open,
// finished or cancelled".
func (c *composer) valuesAmong(values []*item) {
	for _, x := range c.mentions {
		if !x.isKind(link.Entity, link.Role, link.Date, link.Condition) {
			continue
		}
		col, via, beside := c.listColumn(x, values)
		if col == nil {
			continue
		}
		value := calledSo(col, c.words(x.start, x.end))
		if whole := strings.EqualFold(value, strings.Join(c.words(x.start, x.end), " ")); value != "" && (beside > 1 || whole) {
			x.mention.Kind, x.mention.Table, x.mention.Column = link.Value, col.Table, col
			x.mention.Values, x.mention.Via, x.mention.Source = []string{value}, via, link.FromPart
		}
	}
}

// listColumn is the only column of which values stand in one list with a
// mention, with how many there are; nil for none.
func (c *composer) listColumn(x *item, values []*item) (col *catalog.Column, via string, beside int) {
	list := []*item{x}
	for range values {
		for _, v := range values {
			if !slices.Contains(list, v) && slices.ContainsFunc(list, func(y *item) bool { return c.inList(y, v) || c.inList(v, y) }) {
				list = append(list, v)
			}
		}
	}
	if len(list) < 2 {
		return nil, "", 0
	}
	first := list[1].mention
	for _, v := range list[2:] {
		if v.mention.Column != first.Column {
			return nil, "", 0
		}
	}
	return first.Column, first.Via, len(list) - 1
}

// inList reports two neighbours of a list: a comma, "and" or "or" stands
// between them, and at most two words more.
func (c *composer) inList(a, b *item) bool {
	gap := c.words(a.end, max(a.end, b.start))
	return len(gap) > 0 && len(gap) <= 3 && anyOf(gap, ",", "and", "or", "/", "&", "vs")
}

// calledSo is the only value of a column that holds words; empty for none or
// several.
func calledSo(col *catalog.Column, words []string) string {
	found := ""
	for _, value := range col.Values {
		if !containsAll(text.Stems(text.SplitName(value)), text.Stems(words)) {
			continue
		}
		if found != "" {
			return ""
		}
		found = value
	}
	return found
}

func containsAll(list, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(list, w) })
}

// align finds the strongest column that both may be values of.
func align(a, b *link.Mention) {
	for _, x := range senses(a) {
		for _, y := range senses(b) {
			if x.Sense.Kind == link.Value && y.Sense.Kind == link.Value && x.Sense.Column == y.Sense.Column {
				take(a, x)
				take(b, y)
				return
			}
		}
	}
}

// senses are a mention's own sense and its others, best first.
func senses(m *link.Mention) []link.Scored {
	own := m.Sense
	return append([]link.Scored{{Score: m.Score, Sense: &own}}, m.Other...)
}

func take(m *link.Mention, s link.Scored) {
	m.Sense = *s.Sense
	m.Score = s.Score
}

// guess records something taken without a word for it.
func (c *composer) guess(text string) { c.guesses = append(c.guesses, text) }

func plural(word string) bool { return text.Singular(word) != word }
