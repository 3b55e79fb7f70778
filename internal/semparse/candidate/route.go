package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/text"
)

// Words of keys that say where something begins or ends.
var (
	beginWords = text.WordSet("from origin departure source start pickup sender dep orig src begin leaving depart seller")
	endWords   = text.WordSet("to dest destination arrival target end dropoff receiver arr dst recipient arrive buyer")
)

// sides are the question's words that ask for either side.
var (
	beginSaid = text.WordSet("from leaving departing left depart departed departs out")
	endSaid   = text.WordSet("to arriving arrived arrive arrives into landing landed towards")
)

// routes lets "from" and "to" say by which of two keys a place is reached:
// "flights from Oslo to London".
func (c *composer) routes() {
	for _, x := range c.mentions {
		if !x.isKind(link.Value) || x.mention.Via != "" {
			continue
		}
		if k := selfKey(x.mention.Table); k != nil && x.mention.Table == c.h.Base && c.saysAbove(x) {
			x.mention.Via = k.Name()
			continue
		}
		begin, end := c.sides(c.h.Base, x.mention.Table)
		if begin == nil || end == nil {
			continue
		}
		for i := x.start - 1; i >= max(0, x.start-3); i-- {
			w := c.word(i)
			if beginSaid[w] {
				x.mention.Via = begin.Name()
				break
			}
			if endSaid[w] || w == "in" && i > 0 && endSaid[c.word(i-1)] {
				x.mention.Via = end.Name()
				break
			}
		}
	}
}

// sides are the two keys of a table to places, as where it begins and ends.
func (c *composer) sides(from, to *catalog.Table) (begin, end *catalog.Key) {
	for _, k := range from.Out {
		if k.To != to {
			continue
		}
		words := append(slices.Clone(k.Role), k.Columns[0].Words...)
		if slices.ContainsFunc(words, func(w string) bool { return beginWords[w] }) {
			begin = k
		} else if slices.ContainsFunc(words, func(w string) bool { return endWords[w] }) {
			end = k
		}
	}
	return begin, end
}

// Words that put rows under another row of their table.
var (
	underSaid = text.WordSet("under below beneath underneath")
	ledSaid   = text.WordSet("fed managed led supervised headed run owned supplied overseen supported coached controlled")
	reports   = text.WordSet("report reports reporting reported belong belongs belonging answer answers answering")
	belowSaid = text.WordSet("team reports staff people subordinates children parts branches")
)

// selfKey is the only key by which rows refer to others of their own table; nil
// for none or several.
func selfKey(t *catalog.Table) *catalog.Key {
	var found *catalog.Key
	for _, k := range t.Out {
		if k.To != t {
			continue
		}
		if found != nil {
			return nil
		}
		found = k
	}
	return found
}

// saysAbove reports a value that names the row above those asked for: "who
// reports to Hana", "substations under Kingsport North", "Hana's team".
func (c *composer) saysAbove(x *item) bool {
	if !slices.Contains(x.mention.Table.Label, x.mention.Column) {
		return false
	}
	for i := x.start - 1; i >= max(0, x.start-3); i-- {
		if begin := c.beginsAbove(i); begin >= 0 {
			for k := begin; k <= i; k++ {
				c.spare[k] = c.spare[k] || c.q.Free(k)
			}
			return true
		}
	}
	if w := c.word(x.end); w == "s" || w == "'s" {
		return belowSaid[c.word(x.end+1)]
	}
	if belowSaid[c.word(x.end)] && c.q.Free(x.end) {
		c.spare[x.end] = true
		return true
	}
	return false
}

// beginsAbove is where the words that end at a token put rows under another;
// -1 where they don't.
func (c *composer) beginsAbove(i int) int {
	verb := i - 1
	if text.Stem(c.word(verb)) == "direct" {
		verb-- // "reports directly to"
	}
	switch w := c.word(i); {
	case underSaid[w]:
		return i
	case w == "by" && ledSaid[c.word(verb)], w == "to" && reports[c.word(verb)]:
		return verb
	}
	return -1
}
