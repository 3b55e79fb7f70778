package candidate

import "github.com/querent/querent/internal/semparse/text"

var tieWords = text.WordSet("tie ties tied")

// Words of a clause about ties: "if several tie for first place, show all of
// them", "including ties".
var tieClause = text.WordSet("if several two second third last more than one there is are a an some for the first place in case of show all them of please list both including incl include with ones that , and keep too")

// ties keeps the rows that equal the last one, where the question asks for
// them: the clause around the word says nothing else.
func (c *composer) ties() {
	if c.query.Limit == 0 {
		return
	}
	for i, w := range c.q.Words {
		if !tieWords[w] || !c.unclaimed(i) {
			continue
		}
		c.query.Ties = true
		begin, end := i, i+1
		for begin > 0 && tieClause[c.word(begin-1)] {
			begin--
		}
		for end < len(c.q.Words) && tieClause[c.word(end)] {
			end++
		}
		for k := begin; k < end; k++ {
			c.spare[k] = true
		}
		for _, x := range c.items {
			if x.mention == nil && x.used == unused && x.start >= begin && x.end <= end {
				x.used = asContext
			}
		}
		return
	}
}
