package link

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// Hypothesis is the question as seen from one supposed base table.
type Hypothesis struct {
	Base     *catalog.Table
	Mentions []*Mention // in order, apart from each other
	Score    float64
}

// How many base tables are tried, and how many of the best are composed.
const maxBases = 14

// Hypotheses gives the best cover of the question for each likely base table,
// best first. Tables of prefer are tried in any case.
func (q *Question) Hypotheses(prefer ...*catalog.Table) []Hypothesis {
	named := q.named()
	var out []Hypothesis
	for _, b := range q.bases(prefer) {
		score, mentions := q.cover(b, named)
		for _, m := range mentions {
			if m.Kind == Entity && m.Strength >= 0.9 {
				if m.Table == b {
					score += 0.18
				}
				break
			}
		}
		if slices.Contains(prefer, b) {
			score += 0.6
		}
		out = append(out, Hypothesis{b, mentions, score})
	}
	slices.SortStableFunc(out, func(a, b Hypothesis) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

// named are the tables that a phrase surely names, by itself or by a column or
// figure of theirs.
func (q *Question) named() map[*catalog.Table]bool {
	out := map[*catalog.Table]bool{}
	for i := range q.spans {
		for _, senses := range q.spans[i] {
			for _, s := range senses {
				if s.Strength >= 0.7 && (s.Kind == Entity || s.Kind == Metric || s.Kind == Computed || (s.Kind == Attribute || s.Kind == Date) && s.Source == FromName) {
					out[s.Table] = true
				}
			}
		}
	}
	return out
}

// bases are the tables that some phrase speaks of, the most spoken of first.
func (q *Question) bases(prefer []*catalog.Table) []*catalog.Table {
	score := map[*catalog.Table]float64{}
	for i := range q.spans {
		for n, senses := range q.spans[i] {
			for _, s := range senses {
				if s.Strength >= 0.45 {
					score[s.Table] = max(score[s.Table], s.Strength*float64(n+1))
				}
			}
		}
	}
	var out []*catalog.Table
	for _, t := range q.vocabulary.Catalog.Tables {
		if score[t] > 0 && !slices.Contains(prefer, t) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b *catalog.Table) int { return cmp.Compare(score[b], score[a]) })
	return slices.Concat(prefer, out[:min(len(out), maxBases)])
}

// What distance from the base table costs a mention.
const (
	atBase   = -0.06
	perUp    = 0.05
	up       = 0.03
	aside    = 0.16
	sibling  = 0.26
	apart    = 1.5
	leastHit = 0.12 // mentions below it are none

	groupedBy     = 0.15 // a column or thing right after "by"
	unreachedDate = 0.2  // a verb of rows that the base table's rows don't refer to
)

func (q *Question) distance(b, t *catalog.Table) float64 {
	if b == t {
		return atBase
	}
	if path, ok := q.vocabulary.Catalog.Up(b, t, ""); ok {
		return up + perUp*float64(len(path))
	}
	if path, ok := q.vocabulary.Catalog.Any(b, t, ""); ok {
		for i := 1; i < len(path); i++ {
			if path[i].Down != path[i-1].Down {
				return sibling + perUp*float64(len(path)) // neither part of the other
			}
		}
		return aside + perUp*float64(len(path))
	}
	return apart
}

// What the search for the best cover weighs.
const (
	skipped     = 0.25 // a content word that no mention holds
	longer      = 1.1  // exponent of a phrase's words, for names and values
	longerSaid  = 0.55 // the same for the lexicon
	cueInside   = 0.3  // one word that is a cue, too
	nearEnough  = 0.28 // senses so much weaker are kept as others
	generalCues = "by per each no not average total most all top over under above below share count different"
)

var generalCue = text.WordSet(generalCues)

// cover finds the mentions that explain the question best from base b.
func (q *Question) cover(b *catalog.Table, named map[*catalog.Table]bool) (float64, []*Mention) {
	n := len(q.Tokens)
	best := make([]float64, n+1)
	type choice struct {
		end    int
		senses []Scored
	}
	back := make([]choice, n)
	for i := n - 1; i >= 0; i-- {
		best[i] = best[i+1]
		if q.content(i) {
			best[i] -= skipped
		}
		if q.fixed[i] {
			continue
		}
		for k, senses := range q.spans[i] {
			if len(senses) == 0 {
				continue
			}
			j := i + k + 1
			scored := q.score(b, i, j, senses, named)
			if len(scored) == 0 {
				continue
			}
			if v := q.weigh(i, j, scored[0]) + best[j]; v > best[i] {
				best[i] = v
				back[i] = choice{j, scored}
			}
		}
	}
	var out []*Mention
	for i := 0; i < n; {
		c := back[i]
		if c.end == 0 {
			i++
			continue
		}
		out = append(out, &Mention{Start: i, End: c.end, Sense: *c.senses[0].Sense, Score: c.senses[0].Score, Other: near(c.senses)})
		i = c.end
	}
	return best[0], out
}

func near(scored []Scored) []Scored {
	end := 1
	for end < len(scored) && scored[end].Score > scored[0].Score-nearEnough {
		end++
	}
	return scored[1:end]
}

// content reports whether token i is a word that should mean something.
func (q *Question) content(i int) bool {
	return !q.fixed[i] && !q.cued[i] && q.Tokens[i].Word() && !filler[q.Words[i]]
}

// weigh is what a mention adds to a cover.
func (q *Question) weigh(i, j int, s Scored) float64 {
	words, cue := 0, true
	for k := i; k < j; k++ {
		if !stop[q.Words[k]] {
			words++
		}
		cue = cue && q.cued[k]
	}
	exponent := longer
	if s.Sense.Source == FromLexicon || s.Sense.Source == FromVerb {
		exponent = longerSaid
	}
	v := s.Score * math.Pow(float64(max(words, 1)), exponent)
	if cue && words == 1 {
		v -= cueInside
	}
	return v
}

// score weighs the senses of tokens [i, j) as seen from b, best first.
func (q *Question) score(b *catalog.Table, i, j int, senses []*Sense, named map[*catalog.Table]bool) []Scored {
	c := context{q: q, b: b, i: i, j: j, named: named, one: j-i == 1}
	c.cues, c.fillers = true, true
	for k := i; k < j; k++ {
		c.cues = c.cues && q.cued[k]
		c.fillers = c.fillers && filler[q.Words[k]]
	}
	if c.one && c.asks() {
		return nil
	}
	c.grouped = i > 0 && (q.inCue(i-1, By) || i > 1 && weak[q.Words[i-1]] && q.inCue(i-2, By))
	for _, s := range senses {
		c.role = c.role || s.Kind == Role && s.Table == b
		c.stored = c.stored || s.Kind == Value && s.Source == FromValue && s.Strength >= 1
		c.entity = c.entity || s.Kind == Entity && s.Strength >= 0.9 && (s.Source == FromName || s.Source == FromTerm)
	}
	var out []Scored
	for _, s := range senses {
		if w, ok := c.score(s); ok && w > leastHit {
			out = append(out, Scored{w, s})
		}
	}
	slices.SortStableFunc(out, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

// context is what surrounds the tokens [i, j) whose senses are weighed.
type context struct {
	q       *Question
	b       *catalog.Table
	i, j    int
	named   map[*catalog.Table]bool
	one     bool // a single token
	cues    bool // all of it cues
	fillers bool // all of it fillers
	grouped bool // "by" stands right before
	role    bool // one of the senses is a role of the base table
	entity  bool // one of the senses is a table's own name
	stored  bool // one of the senses is a stored value
}

// lightVerbs after a pronoun only carry the question: "we make", "did they get".
var (
	lightVerbs = text.WordSet("make made get take have place run show give go live do pay see")
	pronouns   = text.WordSet("we they you i did to people customers it he she")
)

func (c *context) word() string { return c.q.Words[c.i] }

func (c *context) asks() bool {
	w := c.word()
	return filler[w] && c.i > 0 && pronouns[c.q.Words[c.i-1]] && lightVerbs[w]
}

// capital reports a capitalised word that does not begin the question.
func (c *context) capital() bool {
	r := []rune(c.q.Tokens[c.i].Raw)
	return c.i > 0 && len(r) > 0 && unicode.IsUpper(r[0])
}

// score weighs one sense; ok is false where it can't be meant.
func (c *context) score(s *Sense) (float64, bool) {
	if c.barred(s) {
		return 0, false
	}
	w := s.Strength - c.q.distance(c.b, s.Table)
	if s.Kind == Entity && s.Table == c.b {
		w += 0.04
	}
	if s.Kind == Date && (s.Source == FromLexicon || s.Source == FromVerb) && s.Table != c.b && !c.q.vocabulary.Catalog.Reaches(c.b, s.Table) {
		w -= unreachedDate
	}
	return w + c.form(s) + c.fit(s), true
}

// barred reports senses that these tokens can't have.
func (c *context) barred(s *Sense) bool {
	w, t := c.word(), c.q.Tokens[c.i]
	said := s.Source == FromLexicon || s.Source == FromVerb
	switch {
	case c.one && len(s.forms) > 0 && !inflects(w, s.forms):
		return true
	case s.Kind == Role && c.one && len(s.forms) > 0 && !s.forms[w]:
		return true
	case s.Kind == Value && c.across(s):
		return true
	case s.word != "" && s.word != w, s.exact != "" && t.Raw != s.exact:
		return true
	case s.exact != "" && capitals(t.Raw):
		return false // US is no pronoun
	case c.cues && s.Strength < 0.9 && !c.figure(s):
		return true
	case c.cues && s.Source != FromTerm && c.q.within(c.i, c.j, RunningCue, MovingCue):
		return true
	case s.Kind == Value && c.fillers && upper(s.Values[0]) && t.Raw != s.Values[0]:
		return true
	case c.fillers && s.Kind == Value && !c.capital() && (s.Source == FromPart || !strings.EqualFold(s.Values[0], c.text())):
		return true
	case c.fillers && said && s.Strength <= 0.72:
		return true
	case c.fillers && c.one && !c.grouped && !c.figure(s) && s.Source != FromTerm && s.Source != FromValue && s.Kind != Condition && !(s.Source == FromName && s.Strength >= 0.78):
		return true
	case c.cues && c.one && generalCue[w] && !c.figure(s):
		return true
	case c.one && w == "new" && (s.Kind == Value || s.Kind == Condition) && (s.Table != c.b || s.Source == FromLexicon):
		return true
	}
	return false
}

// figure reports a general word that is just the name of one of the base's own
// figures: "amount by region", "average total" of a column called total.
func (c *context) figure(s *Sense) bool {
	if !c.one || s.Kind != Attribute || s.Table != c.b || s.Column.Kind != catalog.Number || len(s.Column.Words) > 2 || s.Strength < 0.6 || s.lexical {
		return false
	}
	w := c.word()
	if w != "total" && w != "count" {
		return generalWords[w] || w == "price" || w == "value"
	}
	return c.i > 0 && (c.q.cued[c.i-1] || c.i > 1 && c.q.cued[c.i-2] && stop[c.q.Words[c.i-1]])
}

// inflects reports whether a word is one of the forms of a verb, or a regular
// inflection of one: "active" is none of "activate".
func inflects(w string, forms map[string]bool) bool {
	if forms[w] || forms[text.Singular(w)] {
		return true
	}
	for f := range forms {
		if text.Singular(f) == text.Singular(w) || text.Irregular(f) == text.Irregular(w) {
			return true
		}
	}
	for _, ending := range []string{"ed", "d", "ing", "s", "es"} {
		base, ok := strings.CutSuffix(w, ending)
		if ok && (forms[base] || forms[base+"e"] || len(base) > 2 && forms[base[:len(base)-1]]) {
			return true
		}
	}
	return false
}

// binding words join two phrases: "fare of a Flex ticket" holds no value.
var binding = text.WordSet("of for in by with from to on at than per")

// across reports a value's phrase with a preposition inside that the value
// itself does not hold.
func (c *context) across(s *Sense) bool {
	for k := c.i + 1; k < c.j-1; k++ {
		if w := c.q.Words[k]; binding[w] && !slices.Contains(text.SplitName(strings.ToLower(s.Values[0])), w) {
			return true
		}
	}
	return false
}

func (c *context) text() string { return strings.Join(c.q.Words[c.i:c.j], " ") }

func upper(s string) bool { return strings.ToUpper(s) == s && strings.ToLower(s) != s }

// form weighs how the words are written.
func (c *context) form(s *Sense) float64 {
	w := 0.0
	word, t := c.word(), c.q.Tokens[c.i]
	if !c.one {
		return w
	}
	if s.Kind == Entity && len(s.singular) > 0 && !s.singular[text.Singular(word)] {
		w -= 0.45
	}
	if s.Kind == Entity && (strings.HasSuffix(word, "ed") || strings.HasSuffix(word, "ing")) && !slices.Contains(s.Table.Words, word) {
		w -= 0.65
	}
	switch {
	case s.words[word]:
		w += 0.06
	case len(s.words) > 0 && s.Kind != Date && !inflects(word, s.words) && !t.Fixed:
		w -= 0.2
	}
	if t.Fixed {
		w -= 0.05
	}
	if len(t.Raw) <= 3 && s.Kind == Value && s.Source != FromValue && strings.ToLower(t.Raw) == t.Raw {
		w -= 0.3
	}
	return w
}

// fit weighs a sense against what else the question names.
func (c *context) fit(s *Sense) float64 {
	w := 0.0
	near := s.Table == c.b || c.named[s.Table]
	if (s.Kind == Condition || s.Kind == Value) && s.Source != FromTerm {
		w -= c.besideNoun(s)
	}
	if s.Kind == Value && (c.role && s.Table != c.b || c.entity) && !c.capital() {
		w -= pick(c.entity, 0.4, 0.3)
	}
	if s.Kind == Condition && s.Source == FromTerm && !s.Noun && !near {
		w -= 0.5
	}
	if (s.Kind == Condition || s.Kind == Value) && s.Source != FromValue && !s.Noun && !near {
		w -= 0.4
	}
	if s.Kind == Value && c.fillers && !c.capital() {
		w -= 0.4
	}
	if s.Kind == Entity && s.Source == FromLexicon && c.stored && c.capital() {
		w -= 0.2 // "on the Enterprise plan"
	}
	if c.grouped && (s.Kind == Attribute || s.Kind == Entity || s.Kind == Role) {
		w += groupedBy
	}
	if len(c.q.Times) > 0 && s.Kind == Attribute && s.Source != FromTerm && s.Strength < 0.9 && s.Table.Date == nil && s.Column.Kind == catalog.Number {
		w -= 0.12
	}
	return w
}

// besideNoun is what it costs a state that the noun after it names rows of
// another table, from which the state's table is not reached.
func (c *context) besideNoun(s *Sense) float64 {
	if c.j >= len(c.q.Tokens) || c.q.spans[c.j] == nil || len(c.q.spans[c.j]) == 0 {
		return 0
	}
	nouns := 0
	for _, o := range c.q.spans[c.j][0] {
		if o.Kind != Entity || o.Strength < 0.9 {
			continue
		}
		nouns++
		if o.Table == s.Table || c.q.vocabulary.Catalog.Reaches(o.Table, s.Table) {
			return 0
		}
	}
	return pick(nouns > 0, 0.4, 0)
}

// Filler reports whether a word names nothing by itself.
func Filler(word string) bool { return filler[word] }

// Free reports whether token i belongs to no time phrase.
func (q *Question) Free(i int) bool { return !q.fixed[i] }

// within reports whether the tokens [i, j) are a part of a longer cue.
func (q *Question) within(i, j int, kinds ...CueKind) bool {
	return slices.ContainsFunc(q.Cues, func(c Cue) bool {
		return c.Start <= i && j <= c.End && c.End-c.Start > j-i && slices.Contains(kinds, c.Kind)
	})
}
