// Package schema is the target database as a model: tables, columns, keys
// (declared and inferred), sampled values and a fingerprint for drift. It
// knows nothing of how a database is read or how SQL is made.
package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"strings"
)

// Type is what a column's values are to an analyst, from its declared type
// and, where that says nothing, from its values.
type Type string

// The types.
const (
	Unknown  Type = ""
	Integer  Type = "integer"
	Real     Type = "real"
	Text     Type = "text"
	Date     Type = "date"     // calendar day as ISO-8601 text
	DateTime Type = "datetime" // moment as ISO-8601 text
	Boolean  Type = "boolean"
	Blob     Type = "blob"
)

// Numeric reports whether sums and averages make sense.
func (t Type) Numeric() bool { return t == Integer || t == Real }

// Temporal reports whether the values are days or moments.
func (t Type) Temporal() bool { return t == Date || t == DateTime }

// Schema is a read of one target database.
type Schema struct {
	Name        string       // the file's base name without extension; never a path
	Tables      []Table      // in declared order; views included
	ForeignKeys []ForeignKey // declared first, then inferred
	Fingerprint string       // hex SHA-256 over names, types and keys; see Seal
}

// Table is one table or view.
type Table struct {
	Name       string
	View       bool
	Virtual    bool // a virtual table, for full-text search or ranges
	Hidden     bool // SQLite's or a program's own bookkeeping, no data to ask for
	Columns    []Column
	PrimaryKey []string // column names in key order; empty for none
	RowCount   int64    // -1 unknown
	Estimated  bool     // RowCount is an estimate
	Sampled    int64    // rows that the columns' statistics come from; RowCount when all were read
	DDL        string   // the statement that made it, as stored
}

// Column is one column with what sampling saw of its values.
type Column struct {
	Name       string
	Declared   string // declared type, verbatim
	Type       Type
	NotNull    bool
	PrimaryKey bool
	Unique     bool     // unique by declaration or as sampled
	Distinct   int64    // distinct non-NULL values seen; -1 unknown
	Nulls      int64    // NULLs seen; -1 unknown
	Min, Max   string   // as text, dates as ISO-8601 where Format allows; empty when unknown
	Values     []string // distinct values, most frequent first, bounded; numbers only where they are few
	Counts     []int64  // how often each of Values was seen; nil when unknown
	Complete   bool     // Values holds every distinct value
	Format     Format   // how dates are stored
	BadDates   int64    // values seen, not blank, that do not fit Format
	Numbers    Numbers  // how a text column writes numbers
	Integers   bool     // every number seen is whole
	Flag       *Flag    // what says yes and no; nil for no such column
	AvgLength  int      // of the texts seen, in characters
	Codes      *Codes   // what its values stand for, where a code table says so; nil else
}

// Flag is what a yes-or-no column stores.
type Flag struct {
	True, False []string // as stored; a number as its text
	Text        bool     // the values are texts
}

// ForeignKey says that Columns of Table refer to RefColumns of RefTable.
type ForeignKey struct {
	Table      string
	Columns    []string
	RefTable   string
	RefColumns []string
	Inferred   bool // from names and values, not declared
}

// Table finds a table by name, ignoring case; nil if there is none.
func (s *Schema) Table(name string) *Table {
	for i := range s.Tables {
		if strings.EqualFold(s.Tables[i].Name, name) {
			return &s.Tables[i]
		}
	}
	return nil
}

// Shown gives the tables that hold data to ask for.
func (s *Schema) Shown() iter.Seq[*Table] {
	return func(yield func(*Table) bool) {
		for i := range s.Tables {
			if !s.Tables[i].Hidden && !yield(&s.Tables[i]) {
				return
			}
		}
	}
}

// Column finds a column by name, ignoring case; nil if there is none.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if strings.EqualFold(t.Columns[i].Name, name) {
			return &t.Columns[i]
		}
	}
	return nil
}

// Seal computes Fingerprint. Rows, sampled values and hidden tables do not
// enter it: only a changed structure of the data is drift.
func (s *Schema) Seal() {
	h := sha256.New()
	for t := range s.Shown() {
		fmt.Fprintln(h, t.Fingerprint())
	}
	for _, k := range s.ForeignKeys {
		if !k.Inferred {
			fmt.Fprintf(h, "fk %q %q %q %q\n", k.Table, k.Columns, k.RefTable, k.RefColumns)
		}
	}
	s.Fingerprint = hex.EncodeToString(h.Sum(nil))
}

// Fingerprint is the hex SHA-256 of the table's structure.
func (t *Table) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q view=%t pk=%q\n", t.Name, t.View, t.PrimaryKey)
	for _, c := range t.Columns {
		fmt.Fprintf(h, "%q %q %t\n", c.Name, c.Declared, c.NotNull)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Describe is the table as one line of text for retrieval and prompts.
func (t *Table) Describe() string {
	var b strings.Builder
	b.WriteString(t.Name)
	b.WriteString(" (")
	for i, c := range t.Columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c.Name)
		if c.Type != Unknown {
			b.WriteString(" " + string(c.Type))
		}
	}
	b.WriteString(")")
	return b.String()
}

// Quote writes an identifier safely for SQL.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
