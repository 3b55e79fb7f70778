package logical

import (
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
)

// SQL writes the query for SQLite. What cannot be written without a join that
// inflates a figure is an error.
func (q Query) SQL(c *catalog.Catalog) (string, error) {
	w := &writer{c: c, d: sqlite{}}
	s := w.query(&q)
	if w.err != nil {
		return "", w.err
	}
	body := s.String()
	if w.err != nil {
		return "", w.err
	}
	return w.finish(body), nil
}

func (w *writer) query(q *Query) *sel {
	if len(q.Measures) > 0 {
		f := figures{w: w, q: q}
		return f.write()
	}
	if q.Entity == "" {
		w.fail("there is nothing to show")
		return w.newSel()
	}
	return w.list(q, false)
}

// Titles are the result's column titles in business words.
func (q Query) Titles(c *catalog.Catalog) []string {
	if len(q.Measures) == 0 {
		return q.listTitles(c)
	}
	var out []string
	if !q.Sum {
		for i := range q.Dimensions {
			out = append(out, q.Dimensions[i].titles(c, q.Measures[0].base())...)
		}
	}
	for i := range q.Measures {
		m := &q.Measures[i]
		title := capital(measureTitle(c, m))
		switch {
		case m.Hidden:
		case q.Compare != nil:
			for _, o := range q.Compare.wanted(m, title) {
				out = append(out, o.title)
			}
		default:
			out = append(out, title)
		}
	}
	return distinct(out)
}

// base is the table of a measure's first leaf.
func (m *Measure) base() string {
	if m.Base == "" && len(m.Args) > 0 {
		return m.Args[0].base()
	}
	return m.Base
}

// titles are those of a dimension's columns: an entity may be named by two.
func (d *Dimension) titles(c *catalog.Catalog, base string) []string {
	if d.Expr.Op == Entity {
		if t := c.Table(d.Expr.Ref.Table); t != nil && len(t.Label) > 1 {
			var out []string
			for _, l := range t.Label {
				out = append(out, capital(columnTitle(l, keyOf(c, d.Expr.Ref.Via), "")))
			}
			return out
		}
	}
	return []string{capital(dimensionTitle(c, d, base))}
}

// snake is a title as a name inside a statement.
func snake(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	return strings.TrimSuffix(b.String(), "_")
}
