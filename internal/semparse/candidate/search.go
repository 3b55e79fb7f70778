package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

var searches = map[link.CueKind]logical.PredicateOp{link.Containing: logical.Contains, link.Starting: logical.StartsWith, link.Ending: logical.EndsWith}

// search is a text looked for inside a column's texts.
type search struct {
	op     logical.PredicateOp
	cue    *item // nil where only the place is named: 'with "Lab" in the title'
	text   string
	from   int // tokens of the text
	to     int
	column *catalog.Column
	or     bool // one of this and the search before it is enough
}

// searchTexts reads texts looked for: "whose name contains garden", "starting
// with P", "that mention rent in the subject". It takes them before anything
// else: their words are no names and no values here.
func (c *composer) searchTexts() {
	var found []search
	for i := range c.q.Tokens {
		s, ok := c.searchAt(i)
		if !ok || len(found) > 0 && s.from < found[len(found)-1].to {
			continue
		}
		if n := len(found); n > 0 {
			s.or = anyOf(c.words(found[n-1].to, s.from), "or")
			s.column = found[n-1].column
		}
		if col := c.searched(&s); s.column == nil || s.cue != nil && c.placeBefore(s.cue) != nil {
			s.column = col
		}
		if s.column == nil {
			continue
		}
		c.claimText(&s)
		found = append(found, s)
	}
	for _, s := range found {
		e := column(s.column, "")
		p := logical.Predicate{Op: s.op, Expr: &e, Values: []logical.Value{{Text: s.text}}}
		if n := len(c.query.Filters); s.or && n > 0 {
			c.query.Filters[n-1] = logical.Predicate{Op: logical.Or, Args: []logical.Predicate{c.query.Filters[n-1], p}}
			continue
		}
		c.query.Filters = append(c.query.Filters, p)
	}
}

// searchAt finds a text to look for that a cue at token i asks for, or that
// stands quoted there before its place.
func (c *composer) searchAt(i int) (search, bool) {
	for _, x := range c.items {
		if op := searches[x.cue]; op != "" && x.mention == nil && x.start == i && x.used == unused {
			return c.searchAfter(x, op)
		}
	}
	if c.q.Tokens[i].Quoted && c.placeAfter(i+1) != nil {
		return search{op: logical.Contains, text: c.q.Tokens[i].Raw, from: i, to: i + 1}, true
	}
	return search{}, false
}

// articles may stand before a text that is looked for.
var articles = []string{"the", "a", "an", "word", "words", "letter", "letters", "phrase", "text", "any"}

// searchAfter reads the text behind a cue: quoted, else up to three words that
// nothing else claims.
func (c *composer) searchAfter(x *item, op logical.PredicateOp) (search, bool) {
	tokens := c.q.Tokens
	from := x.end
	for from+1 < len(tokens) && slices.Contains(articles, tokens[from].Raw) {
		from++
	}
	if from >= len(tokens) || !c.q.Free(from) {
		return search{}, false
	}
	if tokens[from].Quoted {
		return search{op: op, cue: x, text: tokens[from].Raw, from: from, to: from + 1}, true
	}
	to := c.textEnd(from)
	if to == from || op == logical.Contains && !c.looksFor(x, from) {
		return search{}, false
	}
	var said []string
	for _, t := range tokens[from:to] {
		said = append(said, t.Raw)
	}
	return search{op: op, cue: x, text: strings.Join(said, " "), from: from, to: to}, true
}

// textEnd is the end of an unquoted text that begins at a token.
func (c *composer) textEnd(from int) int {
	to := from
	for to < min(len(c.q.Tokens), from+3) && c.q.Free(to) && c.q.Tokens[to].Word() && (to == from || !link.Filler(c.word(to)) && c.plain(to)) {
		to++
	}
	return to
}

// plain reports whether no cue stands at a token.
func (c *composer) plain(i int) bool {
	return !slices.ContainsFunc(c.items, func(x *item) bool {
		return x.start <= i && i < x.end && (x.mention == nil || x.isKind(link.Entity, link.Metric))
	})
}

// looksFor reports whether "contain" is said of a text: its column is named,
// a word is spoken of, or what follows names nothing here. "Orders containing
// a gift card" have such a line instead.
func (c *composer) looksFor(x *item, from int) bool {
	if c.placeBefore(x) != nil || c.placeAfter(from+1) != nil || anyOf(c.words(x.start, from), "word", "mention", "mentions", "mentioning", "name", "phrase", "text") {
		return true
	}
	return !slices.ContainsFunc(c.mentions, func(y *item) bool { return y.start <= from && from < y.end })
}

// placeBefore is the column of texts said right before a cue: "whose name
// contains".
func (c *composer) placeBefore(x *item) *item {
	return c.last(func(y *item) bool {
		return y.end <= x.start && x.start-y.end <= 1 && y.isKind(link.Attribute) && y.mention.Column.Kind == catalog.Text
	})
}

// placeAfter is the column of texts said after a text: "in the title".
func (c *composer) placeAfter(i int) *item {
	if c.word(i) != "in" {
		return nil
	}
	return c.first(func(y *item) bool {
		return y.start > i && y.start-i <= 2 && y.isKind(link.Attribute) && y.mention.Column.Kind == catalog.Text
	})
}

// searched is the column that a text is looked for in: the one said, else what
// the rows before the cue are called.
func (c *composer) searched(s *search) *catalog.Column {
	if y := c.placeAfter(s.to); y != nil {
		y.used = asFilter
		return y.mention.Column
	}
	if s.cue == nil {
		return nil
	}
	if y := c.placeBefore(s.cue); y != nil {
		if y.free() && y.start > 0 {
			y.used = asFilter
		}
		return y.mention.Column
	}
	t := c.base
	if rows := c.last(func(y *item) bool { return y.end <= s.cue.start && y.isKind(link.Entity, link.Role) }); rows != nil {
		t = rowsOf(rows)
	}
	if l := t.Label; len(l) > 0 && l[0].Kind == catalog.Text && !l[0].Primary {
		return l[0]
	}
	longest := longestTexts(t)
	if longest != nil {
		c.guess("looked in " + longest.Name)
	}
	return longest
}

// longestTexts is the column of a table with the longest texts; nil for none.
func longestTexts(t *catalog.Table) *catalog.Column {
	var longest *catalog.Column
	for _, col := range t.Columns {
		if col.Kind == catalog.Text && col.Key == nil && (longest == nil || col.AvgLength > longest.AvgLength) {
			longest = col
		}
	}
	return longest
}

// claimText keeps what stands in the text from being read otherwise.
func (c *composer) claimText(s *search) {
	if s.cue != nil {
		s.cue.used = asFilter
	}
	for i := s.from; i < s.to; i++ {
		c.spare[i] = true
	}
	for _, x := range c.items {
		if x.start < s.to && x.end > s.from {
			x.used = asFilter
		}
	}
}
