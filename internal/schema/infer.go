package schema

import (
	"slices"
	"strings"
)

// generic are key names that alone say nothing of the table they belong to.
var generic = set(`id code cd key no nr num number uid uuid guid name nm title type date year status description rank position`)

// How strongly names say that one column refers to another.
const (
	likeNothing = iota
	likeInitial // nid → notes.id, where no key is declared at all
	likeRole    // opr_no → emp.emp_no
	likeName    // same name
	likeWord    // cust_id → customers.id, from_station → stations.station_id, parent_id → id
	likeSuffix  // home_team_id → team.id
	likeTable   // customer_id → customers.id, or customers.customer_id
)

// candidate is a key that columns may refer to.
type candidate struct {
	table   *Table
	column  *Column
	key     []string // words of its name
	of      []string // of the table's
	short   []string // of the table's without a first word that other tables have, too; nil for none
	persons int
}

// inference looks for undeclared keys. Its indexes keep that from taking every
// pair of columns.
type inference struct {
	byName    map[string][]*candidate // by their names, with and without their tables' names before, and by one word
	byShort   map[shortName][]*candidate
	byTable   map[string][]*candidate // by the last word of their tables' names
	byInitial map[string][]*candidate // by the initials of their tables' names
	persons   []*candidate
	places    []*candidate
	calendars []*candidate
	own       map[string]*candidate // by table, its sole key
	keyless   bool                  // no key is declared
	contains  func(k ForeignKey) bool
}

// shortName is what a key shares with columns that shorten its table's name.
type shortName struct {
	last   string // word of the key
	letter byte   // with which the last word of the table's name begins
}

// InferKeys gives foreign keys that nobody declared: a column whose name says
// that it refers to the key of another table, of the same type, whose values
// all occur there, as contains says from a sample. Where two keys fit equally
// well it gives none, and two columns that are merely both called "id" are
// never joined.
func InferKeys(s *Schema, contains func(k ForeignKey) bool) []ForeignKey {
	f := newInference(s, contains)
	declared := declaredKeys(s)
	type pair struct{ from, to, column string }
	seen := map[pair]bool{}
	var out []ForeignKey
	for from := range s.Shown() {
		if from.View || from.Virtual {
			continue
		}
		persons := holds(from)
		for j := range from.Columns {
			c := &from.Columns[j]
			if c.Type != Integer && c.Type != Text {
				continue
			}
			strange, declared := declared[[2]string{strings.ToLower(from.Name), strings.ToLower(c.Name)}]
			if declared && !strange {
				continue
			}
			k, ok := f.keyOf(&reference{table: from, column: c, words: unnumbered(words(c.Name)), of: tableWords(from.Name), persons: persons}, strange)
			// Two tables that share their key refer to each other once.
			if ok && !seen[pair{k.RefTable, k.Table, k.RefColumns[0]}] {
				seen[pair{k.Table, k.RefTable, k.Columns[0]}] = true
				out = append(out, k)
			}
		}
	}
	return out
}

func newInference(s *Schema, contains func(k ForeignKey) bool) *inference {
	f := &inference{byName: map[string][]*candidate{}, byShort: map[shortName][]*candidate{}, byTable: map[string][]*candidate{},
		byInitial: map[string][]*candidate{}, own: map[string]*candidate{}, keyless: len(s.ForeignKeys) == 0, contains: contains}
	firsts := map[string]int{}
	for t := range s.Shown() {
		if ws := tableWords(t.Name); len(ws) > 1 {
			firsts[ws[0]]++
		}
	}
	for t := range s.Shown() {
		of := tableWords(t.Name)
		if t.View || t.Virtual || len(of) == 0 {
			continue
		}
		var short []string
		if len(of) > 1 && firsts[of[0]] > 1 {
			short = of[1:]
		}
		persons := holds(t)
		for i := range t.Columns {
			c := &candidate{table: t, column: &t.Columns[i], key: words(t.Columns[i].Name), of: of, short: short, persons: persons}
			if keyed, fit := c.fits(); fit {
				f.add(c, keyed)
			}
		}
	}
	return f
}

// fits reports whether the column can be referred to, and whether it is its
// table's declared key.
func (c *candidate) fits() (keyed, fit bool) {
	t, k := c.table, c.column
	keyed = len(t.PrimaryKey) == 1 && strings.EqualFold(t.PrimaryKey[0], k.Name)
	return keyed, len(c.key) > 0 && (k.Type == Integer || k.Type == Text) && (keyed || k.Unique && len(t.PrimaryKey) == 0)
}

func (f *inference) add(c *candidate, keyed bool) {
	last, name := c.key[len(c.key)-1], c.of[len(c.of)-1]
	if name := strings.Join(c.key, ""); len(c.key) > 1 || !generic[name] {
		f.byName[name] = append(f.byName[name], c)
	}
	whole := strings.Join(slices.Concat(c.of, c.key), "")
	f.byName[whole] = append(f.byName[whole], c)
	f.byTable[name] = append(f.byTable[name], c)
	short := shortName{last, name[0]}
	f.byShort[short] = append(f.byShort[short], c)
	if len(c.of) > 1 {
		f.byInitial[initials(c.of)] = append(f.byInitial[initials(c.of)], c)
	}
	if c.column.Format == YMDNumber && keyed {
		f.calendars = append(f.calendars, c)
	}
	if !keyed {
		return
	}
	f.own[c.table.Name] = c
	switch {
	case c.persons != noPersons:
		f.persons = append(f.persons, c)
	case placeWords[name]:
		f.places = append(f.places, c)
	}
}

// declaredKeys tells of each column that is part of a declared key whether it
// is a strange one: a table that refers to itself by a column named after
// another.
func declaredKeys(s *Schema) map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, k := range s.ForeignKeys {
		for _, c := range k.Columns {
			name := [2]string{strings.ToLower(k.Table), strings.ToLower(c)}
			out[name] = len(k.Columns) == 1 && strings.EqualFold(k.RefTable, k.Table) && !hasPrefix(words(c), words(k.Table))
		}
	}
	return out
}

// unnumbered are a name's words without a number at the end: club_id_1.
func unnumbered(ws []string) []string {
	if n := len(ws) - 1; n > 0 && strings.Trim(ws[n], "0123456789") == "" {
		return ws[:n]
	}
	return ws
}

func hasPrefix(s, prefix []string) bool {
	return len(s) >= len(prefix) && slices.Equal(s[:len(prefix)], prefix)
}

func hasSuffix(s, suffix []string) bool {
	return len(s) >= len(suffix) && slices.Equal(s[len(s)-len(suffix):], suffix)
}
