package semparse

import (
	"fmt"
	"strings"

	"github.com/querent/querent/internal/schema"
)

// edge is a foreign key as seen from one of its tables.
type edge struct {
	key  schema.ForeignKey
	next string // the table at the other end
}

func edgesOf(s *schema.Schema, table string) []edge {
	var out []edge
	for _, k := range s.ForeignKeys {
		if k.Table == k.RefTable {
			continue
		}
		switch {
		case strings.EqualFold(k.Table, table):
			out = append(out, edge{k, k.RefTable})
		case strings.EqualFold(k.RefTable, table):
			out = append(out, edge{k, k.Table})
		}
	}
	return out
}

// path is a shortest way over keys from one of the joined tables to another
// table; ok is false when no keys lead there.
func path(s *schema.Schema, joined map[string]bool, to string) (way []edge, ok bool) {
	type node struct {
		table string
		way   []edge
	}
	var queue []node
	seen := map[string]bool{}
	for i := range s.Tables { // in the schema's order, for the same SQL each time
		if name := s.Tables[i].Name; joined[name] {
			queue = append(queue, node{name, nil})
			seen[name] = true
		}
	}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if n.table == to {
			return n.way, true
		}
		for _, e := range edgesOf(s, n.table) {
			if !seen[e.next] {
				seen[e.next] = true
				queue = append(queue, node{e.next, append(append([]edge(nil), n.way...), e)})
			}
		}
	}
	return nil, false
}

// from writes FROM and JOIN clauses that connect main to every other table.
func from(s *schema.Schema, main string, others []string) (string, bool) {
	var b strings.Builder
	b.WriteString("FROM " + ident(main))
	joined := map[string]bool{main: true}
	for _, t := range others {
		if joined[t] {
			continue
		}
		way, ok := path(s, joined, t)
		if !ok {
			return "", false
		}
		for _, e := range way {
			if joined[e.next] {
				continue
			}
			joined[e.next] = true
			fmt.Fprintf(&b, "\nJOIN %s ON %s", ident(e.next), on(e.key))
		}
	}
	return b.String(), true
}

func on(k schema.ForeignKey) string {
	var parts []string
	for i := range k.Columns {
		parts = append(parts, fmt.Sprintf("%s.%s = %s.%s", ident(k.Table), ident(k.Columns[i]), ident(k.RefTable), ident(k.RefColumns[i])))
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
