// Package catalog is the schema as a reader needs it: each name's words, what
// a table's rows are (events, things, links), which column names a row, which
// date dates it, which numbers add up, and how tables are reached from each
// other. It hides how all that is told from names and sampled values.
package catalog

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
)

// Catalog is one schema, indexed for reading. It is immutable.
type Catalog struct {
	Schema *schema.Schema
	Tables []*Table // hidden ones left out
	Terse  bool     // names are mostly abbreviations
	// DayFirst reports that the data writes 31/01/2024: questions are taken to do so, too.
	DayFirst bool
	byName   map[string]*Table
	paths    *paths
}

// Role is what a table's rows are.
type Role string

// The roles.
const (
	Entity   Role = "entity"   // things: customers, products
	Event    Role = "event"    // dated happenings that refer to things: orders
	Link     Role = "link"     // pairs of things, many to many
	Lookup   Role = "lookup"   // few rows of codes and their names
	Calendar Role = "calendar" // one row a day
)

// Table is one table or view.
type Table struct {
	*schema.Table
	Words   []string // of the name: lower case, abbreviations spelt out, what all tables have in common left out
	Columns []*Column
	Label   []*Column // names a row to a person: one column, or first and last name; the key where nothing does
	Date    *Column   // dates a row unless the question says otherwise; nil for none
	Amount  *Column   // the main figure that adds up; nil for none
	Price   *Column   // the only price, fee or wage of a row, where nothing adds up; nil for none
	Role    Role
	Out     []*Key // keys of its own
	In      []*Key // keys that refer to it
}

// Kind is what a column's values are to a person.
type Kind string

// The kinds.
const (
	Text   Kind = "text"
	Date   Kind = "date" // a day or moment, in Format
	Number Kind = "number"
	Flag   Kind = "flag" // yes or no
	Code   Kind = "code" // numbers or short texts that name something: keys, phone numbers, post codes
	Opaque Kind = "opaque"
)

// Column is one column.
type Column struct {
	*schema.Column
	Table    *Table
	Words    []string
	Kind     Kind
	Additive bool   // sums make sense: amounts, quantities, durations; not prices, rates, percentages, scores
	Unit     string // cents, seconds, minutes, hours, days, percent, …; empty where none is known
	Key      *Key   // the single-column key that it is; nil for none
	Primary  bool   // the table's own single-column primary key
}

// Key is a foreign key: many rows of From refer to one of To.
type Key struct {
	From, To  *Table
	Columns   []*Column // of From
	RefColumn []*Column // of To, in the same order
	Role      []string  // words by which it differs from the table it refers to: "billing" of billing_address_id
	Inferred  bool
}

// Name is how a query names the key: "table.column" of its first column.
func (k *Key) Name() string { return k.From.Name + "." + k.Columns[0].Name }

// Table finds a table by name, ignoring case; nil for none.
func (c *Catalog) Table(name string) *Table { return c.byName[strings.ToLower(name)] }

// Column finds a table's column by name, ignoring case; nil for none.
func (t *Table) Column(name string) *Column {
	i := slices.IndexFunc(t.Columns, func(c *Column) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		return nil
	}
	return t.Columns[i]
}

// Column finds a column by table and name; nil for none.
func (c *Catalog) Column(table, column string) *Column {
	t := c.Table(table)
	if t == nil {
		return nil
	}
	return t.Column(column)
}

// Hop is one step from a table to another along a key.
type Hop struct {
	Key  *Key
	Down bool // from the table referred to to the one that refers: one row to many
}

// From is the table that a hop leaves.
func (h Hop) From() *Table {
	if h.Down {
		return h.Key.To
	}
	return h.Key.From
}

// To is the table that a hop reaches.
func (h Hop) To() *Table {
	if h.Down {
		return h.Key.From
	}
	return h.Key.To
}

// Clocked reports whether a date says the time of day, too.
func (c *Column) Clocked() bool {
	switch c.Format {
	case schema.ISODay, schema.ISOMonth, schema.DMY, schema.MDY, schema.Ambiguous, schema.YMDText, schema.YMDNumber, schema.ExcelDay,
		schema.MonthName, schema.DayMonthName, schema.YearNumber:
		return false
	case schema.FormatNone:
		return c.Type != schema.Date
	}
	return true
}
