package sketch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
)

// edge is a foreign key as seen from one of its tables.
type edge struct {
	key  schema.ForeignKey
	next *table // at the other end
}

// edgesOf are the keys of a table, seen from it.
func (x *index) edgesOf(t *table) []edge {
	var out []edge
	for _, k := range x.schema.ForeignKeys {
		if strings.EqualFold(k.Table, k.RefTable) {
			continue
		}
		switch {
		case strings.EqualFold(k.Table, t.Name):
			out = append(out, edge{k, x.byName[strings.ToLower(k.RefTable)]})
		case strings.EqualFold(k.RefTable, t.Name):
			out = append(out, edge{k, x.byName[strings.ToLower(k.Table)]})
		}
	}
	return out
}

// path is a shortest way over keys from one of the joined tables to another
// table, over wanted tables where there is a choice; ok is false when no keys
// lead there.
func (x *index) path(joined map[*table]bool, to *table, wanted []*table) (way []edge, ok bool) {
	type node struct {
		at   *table
		from *node
		by   edge
	}
	var layer []*node
	seen := map[*table]bool{}
	for _, t := range x.tables { // in the schema's order, for the same SQL each time
		if joined[t] {
			layer = append(layer, &node{at: t})
			seen[t] = true
		}
	}
	for len(layer) > 0 {
		var next []*node
		for _, n := range layer {
			if n.at == to {
				for ; n.from != nil; n = n.from {
					way = append([]edge{n.by}, way...)
				}
				return way, true
			}
		}
		for _, n := range layer {
			for _, e := range n.at.edges {
				if e.next != nil && !seen[e.next] {
					seen[e.next] = true
					next = append(next, &node{e.next, n, e})
				}
			}
		}
		slices.SortStableFunc(next, func(a, b *node) int {
			return boolInt(slices.Contains(wanted, b.at)) - boolInt(slices.Contains(wanted, a.at))
		})
		layer = next
	}
	return nil, false
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// from writes FROM and JOIN clauses that connect the tables.
func (x *index) from(tables []*table) (string, bool) {
	order, on, ok := x.connect(tables)
	if !ok {
		return "", false
	}
	var b strings.Builder
	b.WriteString("FROM " + ident(order[0].Name))
	for i, t := range order[1:] {
		fmt.Fprintf(&b, "\nJOIN %s ON %s", ident(t.Name), on[i])
	}
	return b.String(), true
}

// connect orders the tables, with those between them, so that each but the
// first joins an earlier one by the condition in on.
func (x *index) connect(tables []*table) (order []*table, on []string, ok bool) {
	order = []*table{tables[0]}
	joined := map[*table]bool{tables[0]: true}
	for len(joined) < maxJoined {
		var best []edge
		found, left := false, false
		for _, t := range tables { // the nearest first: fewest tables between
			if joined[t] {
				continue
			}
			left = true
			way, ok := x.path(joined, t, tables)
			if !ok {
				return nil, nil, false
			}
			if !found || len(way) < len(best) {
				best, found = way, true
			}
		}
		if !left {
			return order, on, true
		}
		for _, e := range best {
			if !joined[e.next] {
				joined[e.next] = true
				order, on = append(order, e.next), append(on, joinOn(e.key, x))
			}
		}
	}
	return nil, nil, false
}

// maxJoined bounds the tables of one FROM.
const maxJoined = 9

func joinOn(k schema.ForeignKey, x *index) string {
	var parts []string
	for i := range k.Columns {
		ref := ""
		if i < len(k.RefColumns) && k.RefColumns[i] != "" {
			ref = k.RefColumns[i]
		} else if c := x.refColumn(k); c != nil {
			ref = c.Name
		}
		parts = append(parts, fmt.Sprintf("%s.%s = %s.%s", ident(k.Table), ident(k.Columns[i]), ident(k.RefTable), ident(ref)))
	}
	return strings.Join(parts, " AND ")
}

// ident writes a name bare where SQL reads it so, else quoted.
func ident(name string) string {
	for i, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return schema.Quote(name)
		}
	}
	if name == "" || reserved[strings.ToLower(name)] {
		return schema.Quote(name)
	}
	return name
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

var reserved = wordSet(`abort action add after all alter always analyze and as asc attach autoincrement before begin between by
	cascade case cast check collate column commit conflict constraint create cross current current_date current_time
	current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape except
	exclude exclusive exists explain fail filter first following for foreign from full generated glob group groups having
	if ignore immediate in index indexed initially inner insert instead intersect into is isnull join key last left like
	limit match materialized natural no not nothing notnull null nulls of offset on or order others outer over partition
	plan pragma preceding primary query raise range recursive references regexp reindex release rename replace restrict
	returning right rollback row rows savepoint select set table temp temporary then ties to transaction trigger unbounded
	union unique update using vacuum values view virtual when where window with without`)
