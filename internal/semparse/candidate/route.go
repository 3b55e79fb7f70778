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
