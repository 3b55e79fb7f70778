// Package ontology is the business's own language: what "net revenue" or
// "active customer" means in terms of the target's tables and columns. It
// hides the YAML form and the rules a term must keep against a schema.
package ontology

// Kind says how a term maps to the schema.
type Kind string

// The kinds.
const (
	Synonym    Kind = "synonym"    // other names for a table (Column empty) or a column
	Expression Kind = "expression" // a per-row SQL expression over Table, e.g. quantity * unit_price
	Metric     Kind = "metric"     // an aggregate SQL expression over Table, e.g. sum(total) - sum(refund)
	Filter     Kind = "filter"     // a SQL condition over Table, e.g. status = 'active'
)

// Kinds lists every kind, in the order a form shows them.
var Kinds = []Kind{Synonym, Expression, Metric, Filter}

// Term is one business term. SQL of an Expression, Metric or Filter names
// columns of Table only, bare or as table.column.
type Term struct {
	ID          string   `yaml:"-"`
	Name        string   `yaml:"name"`
	Synonyms    []string `yaml:"synonyms,omitempty"`
	Kind        Kind     `yaml:"kind"`
	Table       string   `yaml:"table"`
	Column      string   `yaml:"column,omitempty"` // Synonym of a column only
	SQL         string   `yaml:"sql,omitempty"`    // not for Synonym
	Description string   `yaml:"description,omitempty"`
	Stale       string   `yaml:"-"` // why it no longer fits the schema; empty when it does
}

// Ontology is every term in force. Version changes with every edit.
type Ontology struct {
	Version int64  `yaml:"-"`
	Terms   []Term `yaml:"terms"`
	Lines   []int  `yaml:"-"` // of each term in the YAML that Parse read; nil otherwise
}
