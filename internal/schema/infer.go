package schema

import (
	"strconv"
	"strings"
)

// DeclaredType reads a declared column type the way analysts mean it.
func DeclaredType(declared string) Type {
	d := strings.ToUpper(declared)
	for _, known := range []struct {
		part string
		is   Type
	}{
		{"BOOL", Boolean}, {"DATETIME", DateTime}, {"TIMESTAMP", DateTime}, {"DATE", Date},
		{"INT", Integer}, {"CHAR", Text}, {"CLOB", Text}, {"TEXT", Text}, {"STRING", Text}, {"BLOB", Blob},
		{"REAL", Real}, {"FLOA", Real}, {"DOUB", Real}, {"NUM", Real}, {"DEC", Real}, {"MONEY", Real},
	} {
		if strings.Contains(d, known.part) {
			return known.is
		}
	}
	return Unknown
}

// InferForeignKeys adds keys that were not declared but that names and values
// speak for: a column that carries another table's name and key, or its key's
// own name, and whose values lie within that key's. It adds none where two
// tables would do.
func InferForeignKeys(s *Schema) {
	for i := range s.Tables {
		t := &s.Tables[i]
		for j := range t.Columns {
			c := &t.Columns[j]
			if t.View || declared(s, t.Name, c.Name) || soleKey(t) == c {
				continue
			}
			if ref, key := referred(s, t, c); ref != nil {
				s.ForeignKeys = append(s.ForeignKeys, ForeignKey{Table: t.Name, Columns: []string{c.Name},
					RefTable: ref.Name, RefColumns: []string{key.Name}, Inferred: true})
			}
		}
	}
}

func declared(s *Schema, table, column string) bool {
	for _, k := range s.ForeignKeys {
		if strings.EqualFold(k.Table, table) {
			for _, c := range k.Columns {
				if strings.EqualFold(c, column) {
					return true
				}
			}
		}
	}
	return false
}

// soleKey is the table's one-column primary key; nil for none.
func soleKey(t *Table) *Column {
	if len(t.PrimaryKey) != 1 {
		return nil
	}
	return t.Column(t.PrimaryKey[0])
}

// referred finds the one other table that the column refers to.
func referred(s *Schema, t *Table, c *Column) (ref *Table, key *Column) {
	for i := range s.Tables {
		r := &s.Tables[i]
		k := soleKey(r)
		if r == t || r.View || k == nil || !named(c.Name, r.Name, k.Name) || !within(c, k) {
			continue
		}
		if ref != nil {
			return nil, nil
		}
		ref, key = r, k
	}
	return ref, key
}

// named reports whether a column's name says that it holds table's key.
func named(column, table, key string) bool {
	col, k, tab := squash(column), squash(key), singular(squash(table))
	if col == k {
		return k != "id" && k != "name" && k != "code"
	}
	for _, suffix := range []string{"id", "code", "key", "no", "number"} {
		if stem, ok := strings.CutSuffix(col, suffix); ok && stem != "" && singular(stem) == tab && strings.HasSuffix(k, suffix) {
			return true
		}
	}
	return false
}

// squash drops case and separators.
func squash(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

func singular(name string) string {
	switch {
	case strings.HasSuffix(name, "ies"):
		return name[:len(name)-3] + "y"
	case strings.HasSuffix(name, "ses"), strings.HasSuffix(name, "xes"), strings.HasSuffix(name, "ches"):
		return name[:len(name)-2]
	case strings.HasSuffix(name, "s") && !strings.HasSuffix(name, "ss"):
		return name[:len(name)-1]
	}
	return name
}

// within reports whether c's known values may all be values of key k.
func within(c, k *Column) bool {
	if c.Type != k.Type || c.Distinct > 0 && k.Distinct >= 0 && c.Distinct > k.Distinct {
		return false
	}
	if k.Complete {
		held := map[string]bool{}
		for _, v := range k.Values {
			held[v] = true
		}
		for _, v := range c.Values {
			if !held[v] {
				return false
			}
		}
		return true
	}
	low, err1 := strconv.ParseFloat(c.Min, 64)
	high, err2 := strconv.ParseFloat(c.Max, 64)
	least, err3 := strconv.ParseFloat(k.Min, 64)
	most, err4 := strconv.ParseFloat(k.Max, 64)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return true // nothing known against it
	}
	return low >= least && high <= most
}
