package schema

import (
	"slices"
	"strings"
)

// generic are key names that alone say nothing of the table they belong to.
var generic = map[string]bool{
	"id": true, "code": true, "key": true, "no": true, "nr": true, "num": true, "number": true,
	"uid": true, "uuid": true, "guid": true, "name": true, "title": true, "type": true, "date": true,
	"year": true, "status": true, "description": true, "rank": true, "position": true,
}

// InferKeys gives foreign keys that nobody declared: a column named like the
// key of another table, of the same type, whose values all occur there, as
// contains says from a sample. Two columns that are merely both called "id"
// are never joined.
func InferKeys(s *Schema, contains func(k ForeignKey) bool) []ForeignKey {
	var out []ForeignKey
	for i := range s.Tables {
		from := &s.Tables[i]
		if from.View {
			continue
		}
		for j := range from.Columns {
			c := &from.Columns[j]
			declared, strange := declaredKey(s, from.Name, c.Name)
			if declared && !strange {
				continue
			}
			for _, k := range candidates(s, from, c, strange) {
				if !slices.ContainsFunc(out, func(o ForeignKey) bool { return mirrors(o, k) }) && contains(k) {
					out = append(out, k)
					break
				}
			}
		}
	}
	return out
}

// declaredKey reports whether a column is part of a declared key, and whether
// that is a strange one: a table that refers to itself by a column named after
// another.
func declaredKey(s *Schema, table, column string) (declared, strange bool) {
	for _, k := range s.ForeignKeys {
		if !strings.EqualFold(k.Table, table) || !slices.ContainsFunc(k.Columns, func(c string) bool { return strings.EqualFold(c, column) }) {
			continue
		}
		declared = true
		strange = len(k.Columns) == 1 && strings.EqualFold(k.RefTable, table) && !hasPrefix(words(column), words(table))
	}
	return declared, strange
}

// mirrors reports whether b is a turned round: two tables that share their key.
func mirrors(a, b ForeignKey) bool {
	return a.Table == b.RefTable && a.RefTable == b.Table && a.Columns[0] == b.RefColumns[0]
}

// candidates lists what c may refer to by its name and type, best first; sure
// asks for names that can hardly mean anything else.
func candidates(s *Schema, from *Table, c *Column, sure bool) []ForeignKey {
	type scored struct {
		key   ForeignKey
		score int
	}
	var found []scored
	for i := range s.Tables {
		to := &s.Tables[i]
		if to.View || to == from {
			continue
		}
		for j := range to.Columns {
			k := &to.Columns[j]
			score := likeness(from, c, to, k)
			if sure && score < likeTable {
				continue
			}
			if score > 0 && c.Type == k.Type && (c.Type == Integer || c.Type == Text) {
				found = append(found, scored{ForeignKey{from.Name, []string{c.Name}, to.Name, []string{k.Name}, true}, score})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return b.score - a.score })
	if len(found) > 1 && found[0].score == found[1].score && found[0].score == likeName {
		return nil // a name shared by several keys says nothing of which
	}
	out := make([]ForeignKey, len(found))
	for i, f := range found {
		out[i] = f.key
	}
	return out
}

// How strongly names say that one column refers to another.
const (
	likeName   = 1 // same name
	likeSuffix = 2 // home_team_id → team.id
	likeTable  = 3 // customer_id → customers.id, or customers.customer_id
)

// likeness scores c of from as a reference to k of to; 0 for none.
func likeness(from *Table, c *Column, to *Table, k *Column) int {
	keyed := len(to.PrimaryKey) == 1 && strings.EqualFold(to.PrimaryKey[0], k.Name)
	if !keyed && (!k.Unique || len(to.PrimaryKey) > 0) {
		return 0
	}
	sole := len(from.PrimaryKey) == 1 && strings.EqualFold(from.PrimaryKey[0], c.Name)
	col, key, table := words(c.Name), words(k.Name), words(to.Name)
	same := strings.Join(col, "") == strings.Join(key, "")
	switch {
	case len(col) == 1 && generic[col[0]]:
		return 0
	case same && hasPrefix(key, table):
		return likeTable
	case same && !sole && !generic[key[len(key)-1]] || same && !sole && len(key) > 1:
		return likeName
	case slices.Equal(col, slices.Concat(table, key)):
		return likeTable
	case sole:
		return 0
	case slices.Equal(col, table) && c.Type == Integer:
		return likeTable
	case len(key) == 1 && generic[key[0]] && hasSuffix(col, slices.Concat(table, key)):
		return likeSuffix
	case hasSuffix(col, key) && hasPrefix(key, table) && len(key) > 1:
		return likeSuffix
	case hasSuffix(col, key) && len(key) == 1 && len(key[0]) > 2 && !generic[key[0]]: // src_apid → airports.apid
		return likeSuffix
	}
	return 0
}

func hasPrefix(s, prefix []string) bool {
	return len(s) >= len(prefix) && slices.Equal(s[:len(prefix)], prefix)
}

func hasSuffix(s, suffix []string) bool {
	return len(s) >= len(suffix) && slices.Equal(s[len(s)-len(suffix):], suffix)
}
