package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/text"
)

// anyoneWords begin a clause that says of whom an extreme holds.
var anyoneWords = text.WordSet("we i you they he she anyone anybody someone somebody people it any a one ever")

// extents reads "what's the most anyone paid", "the least we charge for": the
// extreme of a figure, and no ranking.
func (c *composer) extents() {
	for _, cue := range free(c.cues(link.Most, link.Least, link.Highest, link.Lowest)) {
		graded := cue.is(link.Most, link.Least)
		words := c.words(cue.start, cue.end)
		if graded && !slices.Contains([]string{"most", "least", "fewest"}, words[len(words)-1]) || !c.asksWhat(cue.start) || !c.figureClause(cue.end) {
			continue
		}
		switch {
		case cue.is(link.Most):
			cue.cue = link.Highest
		case cue.is(link.Least):
			cue.cue = link.Lowest
		}
		c.extent = cue
		return
	}
}

// asksWhat reports that nothing but "what is" and the like stands before token
// i at the question's start.
func (c *composer) asksWhat(i int) bool {
	return i > 0 && i <= 3 && c.word(0) == "what" && !slices.ContainsFunc(c.words(1, i), func(w string) bool {
		return !slices.Contains([]string{"is", "was", "are", "were", "has", "been", "the"}, w)
	})
}

// figureClause reports that a clause about someone follows token i, at once or
// after a figure: "the fewest copies we printed".
func (c *composer) figureClause(i int) bool {
	if anyoneWords[c.word(i)] {
		return true
	}
	x := c.first(func(x *item) bool { return x.start == i && numeric(x.mention) })
	return x != nil && anyoneWords[c.word(x.end)]
}
