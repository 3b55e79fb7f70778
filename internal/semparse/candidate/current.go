package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// activeWords name flags that say whether a thing still counts.
var activeWords = text.WordSet("active current enabled employed live operational")

// nowPhrases ask for what is the case today.
var nowPhrases = []string{"currently", "at present", "presently", "right now", "at the moment", "these days", "nowadays", "still", "now", "any more", "anymore", "as of now", "as of today"}

// currentRows keeps to active rows where the question speaks of the present
// and the base says by a flag which rows still count.
func (c *composer) currentRows() {
	if c.base == nil || c.base.Role == catalog.Link || !slices.ContainsFunc(nowPhrases, c.saysPhrase) {
		return
	}
	i := slices.IndexFunc(c.base.Columns, func(col *catalog.Column) bool {
		return col.Kind == catalog.Flag && slices.ContainsFunc(col.Words, func(w string) bool { return activeWords[w] })
	})
	if i < 0 {
		return
	}
	flag := c.base.Columns[i]
	if c.filtersOn(flag) || len(c.periods()) > 0 || slices.ContainsFunc(c.query.Filters, func(p logical.Predicate) bool { return p.Op == logical.InPeriod }) {
		return
	}
	e := logical.Expr{Op: logical.Column, Ref: logical.Ref{Table: c.base.Name, Column: flag.Name}}
	c.query.Filters = append(c.query.Filters, flagPredicate(e, flag, true))
	c.query.Default = append(c.query.Default, logical.Default{Rule: "rows that still count", Text: "only " + strings.Join(flag.Words, " "), Risk: 0.1})
}

// filtersOn reports whether some condition is on a column.
func (c *composer) filtersOn(col *catalog.Column) bool {
	on := func(p logical.Predicate) bool {
		return p.Expr != nil && p.Expr.Ref.Column == col.Name && p.Expr.Ref.Table == col.Table.Name
	}
	return slices.ContainsFunc(c.query.Filters, func(p logical.Predicate) bool {
		return on(p) || len(p.Args) == 1 && on(p.Args[0])
	}) || slices.ContainsFunc(c.mentions, func(x *item) bool {
		return x.isKind(link.Condition) && x.mention.Column == col || x.isKind(link.Condition) && x.mention.Term != nil && strings.Contains(x.mention.Term.SQL, col.Name)
	})
}
