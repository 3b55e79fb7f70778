package catalog

import (
	"slices"

	"github.com/querent/querent/internal/semparse/text"
)

// label is what names a row to a person: a first and a last name, else the
// column that does so best, else the key.
func (t *Table) label() []*Column {
	if first, last := t.namePart("first", "given"), t.namePart("last", "family"); first != nil && last != nil {
		return []*Column{first, last}
	}
	var best *Column
	top := 0.0
	for _, c := range t.Columns {
		if s := t.labels(c); s > top {
			best, top = c, s
		}
	}
	if best != nil {
		return []*Column{best}
	}
	var out []*Column
	for _, name := range t.PrimaryKey {
		out = append(out, t.Column(name))
	}
	if len(out) == 0 {
		out = t.Columns[:1]
	}
	return out
}

// Headline is the title or name that stands beside a label which is only a
// number or code of the row: "title" beside "contract number". nil for none.
func (t *Table) Headline() *Column {
	if len(t.Label) != 1 || t.Label[0].headlines() {
		return nil
	}
	for _, c := range t.Columns {
		if c.Kind == Text && c.mayLabel() && c.headlines() && (len(c.Words) == 1 || t.ownWords(c.Words[:len(c.Words)-1])) {
			return c
		}
	}
	return nil
}

func (c *Column) headlines() bool {
	return slices.Contains([]string{"name", "title", "subject", "headline"}, c.last())
}

// namePart is the column of one part of a person's name; nil for none.
func (t *Table) namePart(words ...string) *Column {
	for _, c := range t.Columns {
		if c.Kind == Text && c.Key == nil && slices.Contains(c.Words, "name") && slices.ContainsFunc(words, func(w string) bool { return slices.Contains(c.Words, w) }) {
			return c
		}
	}
	return nil
}

// candidateLabel is a column with what its rules ask of it.
type candidateLabel struct {
	*Column
	last string // its last word
	own  bool   // the words before the last are its table's
	self bool   // all of its words are its table's
}

func (l candidateLabel) text() bool { return l.Kind == Text }

// telling reports texts of which most rows have one of their own.
func (l candidateLabel) telling() bool { return l.text() && l.Distinct*2 > l.Table.RowCount }

func (l candidateLabel) ends(words ...string) bool { return slices.Contains(words, l.last) }

func (l candidateLabel) named(words ...string) bool { return slices.Equal(l.Words, words) }

// labelRules say how well a column names its rows; the first that fits counts.
var labelRules = []struct {
	score float64
	fits  func(l candidateLabel) bool
}{
	{10, func(l candidateLabel) bool {
		return l.named("name") || l.named("full", "name") || l.named("display", "name")
	}},
	{9.5, func(l candidateLabel) bool { return l.ends("name") && l.own }},
	{9, func(l candidateLabel) bool { return l.ends("name") && l.text() }},
	{8.5, func(l candidateLabel) bool { return l.self && l.text() }},
	{8, func(l candidateLabel) bool { return l.ends("title", "label", "subject", "headline") }},
	{6.2, func(l candidateLabel) bool { return l.ends("path", "url", "filename") && l.telling() }},
	{5.8, func(l candidateLabel) bool { return l.ends("body", "text", "content", "message") && l.telling() }},
	{7, func(l candidateLabel) bool { return l.ends("description") && l.Unique }},
	{6.5, func(l candidateLabel) bool { return l.ends("email", "username", "login") && l.Unique }},
	// A registration, a path: a text that tells rows apart.
	{5.7, func(l candidateLabel) bool { return l.text() && l.Unique && !l.Primary && l.AvgLength <= 40 }},
	// "Flight number", though several flights share it.
	{5.6, func(l candidateLabel) bool { return nameWords[l.last] && l.text() && !l.Primary && l.own }},
	{5.5, func(l candidateLabel) bool { return nameWords[l.last] && l.Primary && l.Kind != Number }},
	{6, func(l candidateLabel) bool { return nameWords[l.last] && l.Unique && l.Kind != Number }},
}

const (
	longestLabel  = 80 // characters on average, beyond which a text is no name
	numberLabel   = 4  // the most that a number scores
	sharedLabel   = 4  // what a column loses that many rows share
	sureLabel     = 10
	fewRowsShared = 20 // tables with fewer rows may well share names
)

// labels scores a column as its table's label; 0 for none.
func (t *Table) labels(c *Column) float64 {
	if !c.mayLabel() {
		return 0
	}
	l := candidateLabel{Column: c, last: c.last(), own: t.ownWords(c.Words[:len(c.Words)-1]), self: t.ownWords(c.Words)}
	score := 0.0
	for _, rule := range labelRules {
		if rule.fits(l) {
			score = rule.score
			break
		}
	}
	if score == 0 {
		return 0
	}
	if c.Kind == Code && c.Type.Numeric() {
		score = min(score, numberLabel)
	}
	if score < sureLabel && t.RowCount > fewRowsShared && c.Distinct >= 0 && c.Distinct*3 < t.RowCount && !c.Unique {
		score -= sharedLabel
	}
	return score
}

// mayLabel reports a column that can name rows at all.
func (c *Column) mayLabel() bool {
	return (c.Kind == Text || c.Kind == Code) && c.Key == nil && len(c.Words) > 0 && c.AvgLength <= longestLabel
}

// ownWords reports whether all of some words are the table's own.
func (t *Table) ownWords(words []string) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !t.says(w) })
}

// says reports whether a word is one of the table's name, however inflected.
func (t *Table) says(word string) bool {
	stem := text.Stem(word)
	return slices.ContainsFunc(t.Words, func(o string) bool { return text.Stem(o) == stem })
}
