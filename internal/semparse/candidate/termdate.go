package candidate

import (
	"regexp"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
)

var stateInSQL = regexp.MustCompile(`(\w+)"?\s*=\s*'([^']+)'`)

// termState is the date at which the state that a business term keeps came
// about: sales that count where "status = 'Sold'" are dated by the sale; nil
// where the term keeps none, or several.
func (c *composer) termState(term *ontology.Term) *catalog.Column {
	t := c.cat.Table(term.Table)
	if t == nil {
		return nil
	}
	var found *catalog.Column
	for _, m := range stateInSQL.FindAllStringSubmatch(term.SQL, -1) {
		col := c.cat.Column(t.Name, m[1])
		if col == nil {
			continue
		}
		d := c.stateDate(&link.Mention{Sense: link.Sense{Kind: link.Value, Table: t, Column: col, Values: []string{m[2]}}})
		if d == nil || planned(d) {
			continue
		}
		if found != nil && found != d {
			return nil
		}
		found = d
	}
	return found
}
