package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/text"
)

// Words of names that "where" and "why" ask for.
var (
	placeNamed = text.WordSet("country city region state town location district area place county province")
	causeNamed = text.WordSet("reason cause")
)

// askedKinds lets "where" and "why" name what is ranked by its type: "where do
// most of our customers live" asks for the place of customers.
func (c *composer) askedKinds() {
	if !c.has(link.Most, link.Least) {
		return
	}
	for _, asked := range []struct {
		word  string
		names map[string]bool
	}{{"where", placeNamed}, {"why", causeNamed}} {
		word, names := asked.word, asked.names
		at := slices.Index(c.q.Words, word)
		if at < 0 || at > 1 {
			continue
		}
		if x := c.first(func(x *item) bool {
			return x.used == unused && textual(x.mention) && named(x.mention.Column.Words, names)
		}); x != nil {
			c.subject = x // "…, three biggest cities"
			return
		}
		of := c.first(func(x *item) bool { return x.isKind(link.Entity) })
		if of == nil {
			of = c.first(func(x *item) bool { return x.isKind(link.Value, link.Condition, link.Date) })
		}
		if of == nil {
			return
		}
		if m := typed(of.mention.Table, names); m != nil {
			m.Start, m.End = at, at+1
			c.subject = &item{start: at, end: at + 1, mention: m}
			c.guess(word + ": " + strings.Join(m.Column.Words, " "))
		}
	}
}

func named(words []string, by map[string]bool) bool {
	return slices.ContainsFunc(words, func(w string) bool { return by[text.Singular(w)] })
}

// typed is the only column of a table, or key, that is named by one of the
// words; nil for none or several.
func typed(t *catalog.Table, names map[string]bool) *link.Mention {
	m := &link.Mention{Score: 0.7}
	m.Table, m.Strength, m.Source = t, 0.7, link.FromName
	found := 0
	for _, col := range t.Columns {
		switch {
		case col.Key != nil && named(col.Key.To.Words, names):
			m.Kind, m.Column, m.Key = link.Role, col, col.Key
			found++
		case col.Key == nil && (col.Kind == catalog.Text || col.Kind == catalog.Code) && named(col.Words, names):
			m.Kind, m.Column, m.Key = link.Attribute, col, nil
			found++
		}
	}
	if found != 1 {
		return nil
	}
	return m
}
