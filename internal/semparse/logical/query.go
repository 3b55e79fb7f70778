// Package logical is the query before it is SQL: measures, dimensions,
// filters, order. Everything that is told of a reading comes from this one
// value: its SQL, the sentence that says it, the titles of its columns, and
// whether two readings mean the same. It hides join paths, aliases, date
// formats and SQL's grammar.
package logical

// Query is one question's meaning. It is either a list (Entity set, no
// Measures) or figures (Measures set).
type Query struct {
	Entity   string  `json:"entity,omitempty"`   // list: the table whose rows are shown
	Columns  []Shown `json:"columns,omitempty"`  // list: what is shown of each; the label is shown first unless Distinct
	Distinct bool    `json:"distinct,omitempty"` // list: each combination of Columns once, without the label

	Measures   []Measure   `json:"measures,omitempty"`
	Dimensions []Dimension `json:"dimensions,omitempty"`
	Link       string      `json:"link,omitempty"`       // the table over which rows of a measure meet a dimension of which they have many; empty: the nearest
	KeepEmpty  bool        `json:"keep_empty,omitempty"` // groups of the first dimension without rows are shown, counts as 0

	Filters []Predicate `json:"filters,omitempty"` // all must hold, for rows of Entity or of each measure's base
	Having  []Having    `json:"having,omitempty"`  // all must hold, for groups
	Order   []Order     `json:"order,omitempty"`
	Limit   int         `json:"limit,omitempty"` // 0: no limit
	Offset  int         `json:"offset,omitempty"`
	Ties    bool        `json:"ties,omitempty"`     // rows that equal the last one kept are kept too
	Within  []int       `json:"within,omitempty"`   // positions in Dimensions: Limit holds within each of these groups (top N in each)
	Compare *Compare    `json:"compare,omitempty"`  // the same measures for several periods side by side
	Sum     bool        `json:"sum,omitempty"`      // the measures' total over the groups kept ("total of the top ten")
	Except  *Query      `json:"except,omitempty"`   // list: rows of this query are taken out
	Answer  Answer      `json:"answer,omitempty"`   // how the result is to be said
	Default []Default   `json:"defaults,omitempty"` // what was taken unsaid
}

// Answer is the form that the question expects.
type Answer string

// The forms.
const (
	Rows  Answer = ""      // rows, as they come
	YesNo Answer = "yesno" // whether there are any rows, or the figure is above 0
)

// LinkUnsaid is the rule of a Link that was taken though another table is as
// near.
const LinkUnsaid = "link unsaid"

// WayUnsaid is the rule of a way to a table that was taken though another is as
// near: the city of the rider, not that of the station.
const WayUnsaid = "way unsaid"

// Default is something that the question did not say and that was taken.
type Default struct {
	Rule string  `json:"rule"` // the rule's name, such as "date named like its table"
	Text string  `json:"text"` // for people: "dated by order date"
	Risk float64 `json:"risk"` // share of such defaults that were wrong where it was measured
}

// Ref names a column, as seen from a base table.
type Ref struct {
	Table  string `json:"table"`
	Column string `json:"column,omitempty"`
	Via    string `json:"via,omitempty"` // "table.column" of a key that the path must take, where several lead to Table; empty for the nearest
}

// ExprOp is the kind of an expression.
type ExprOp string

// The kinds. Args are in the order in which they are said.
const (
	Column   ExprOp = "column"   // Ref
	Entity   ExprOp = "entity"   // a row of Ref.Table itself: its key when counted, its label when shown
	Raw      ExprOp = "raw"      // SQL over the columns of Table: a business term
	Duration ExprOp = "duration" // from the date Args[0] to Args[1], in Unit; without Args[1] until Now
	Age      ExprOp = "age"      // whole years from the date Args[0] until Now
	Add      ExprOp = "+"
	Subtract ExprOp = "-"
	Multiply ExprOp = "*"
	Divide   ExprOp = "/"
	Number   ExprOp = "number" // Value
	Has      ExprOp = "has"    // 1 where Filter holds, else 0
)

// Expr is a value computed for each row.
type Expr struct {
	Op     ExprOp     `json:"op"`
	Ref    Ref        `json:"ref,omitzero"`
	Table  string     `json:"table,omitempty"` // of Raw
	SQL    string     `json:"sql,omitempty"`   // of Raw: columns bare or as table.column
	Args   []Expr     `json:"args,omitempty"`
	Unit   string     `json:"unit,omitempty"` // of Duration: second, minute, hour, day, week, month, year
	Now    string     `json:"now,omitempty"`  // day until which Age and an open Duration count
	Value  float64    `json:"value,omitempty"`
	Scale  float64    `json:"scale,omitempty"` // the column is divided by it: 100 for cents; 0 for none
	Filter *Predicate `json:"filter,omitempty"`
	Title  string     `json:"title,omitempty"` // business words; empty: made from the parts
}

// Shown is a column of a list.
type Shown struct {
	Expr Expr `json:"expr"`
	Why  Why  `json:"why,omitempty"`
}

// Why says what a column of a list is shown for.
type Why string

// The reasons.
const (
	Asked    Why = ""         // the question names it
	Filtered Why = "filtered" // it was filtered or ordered by
	Usual    Why = "usual"    // event date or main amount, shown unasked
)

// Agg is an aggregate function.
type Agg string

// The aggregates.
const (
	Count         Agg = "count"          // rows of Base
	CountDistinct Agg = "count distinct" // different values of Expr
	Sum           Agg = "sum"
	Avg           Agg = "avg"
	Min           Agg = "min"
	Max           Agg = "max"
	Median        Agg = "median"
	Percentile    Agg = "percentile" // P, 0 to 100
)

// MeasureOp is the kind of a measure.
type MeasureOp string

// The kinds.
const (
	Aggregate MeasureOp = ""           // Agg over Expr of rows of Base, under Filters
	Metric    MeasureOp = "metric"     // SQL of a business term that aggregates rows of Base, under Filters
	Ratio     MeasureOp = "ratio"      // Args[0] / Args[1], times 100 where Percent
	Sum2      MeasureOp = "add"        // Args[0] + Args[1]
	Minus     MeasureOp = "minus"      // Args[0] - Args[1]
	Share     MeasureOp = "share"      // Args[0] in percent of its total over all groups, or over each group of the dimensions OfParent
	Change    MeasureOp = "change"     // Args[0] against the period before in the query's time dimension (Back of its grain), absolute or in Percent
	Running   MeasureOp = "running"    // Args[0] added up along the time dimension, within the other dimensions; Reset starts again each of that unit
	Moving    MeasureOp = "moving"     // mean of Args[0] over N of the time dimension's steps, the present one included
	Rank      MeasureOp = "rank"       // position by Args[0], highest first
	AvgOf     MeasureOp = "average of" // Agg (avg, max, min, median) of Args[0]'s totals per each combination of Per
)

// Measure is a figure computed over rows. A ratio's and a difference's parts
// may have different bases: each is aggregated over its own table.
type Measure struct {
	Op       MeasureOp   `json:"op,omitempty"`
	Agg      Agg         `json:"agg,omitempty"`
	Expr     *Expr       `json:"expr,omitempty"`
	Base     string      `json:"base,omitempty"` // the table whose rows are aggregated
	SQL      string      `json:"sql,omitempty"`  // of Metric
	Filters  []Predicate `json:"filters,omitempty"`
	Args     []Measure   `json:"args,omitempty"`
	Percent  bool        `json:"percent,omitempty"`
	P        float64     `json:"p,omitempty"`
	N        int         `json:"n,omitempty"`
	Back     int         `json:"back,omitempty"`
	Reset    string      `json:"reset,omitempty"`
	OfParent []int       `json:"of_parent,omitempty"`
	Per      []Dimension `json:"per,omitempty"`
	Hidden   bool        `json:"hidden,omitempty"` // only ordered or filtered by
	Title    string      `json:"title,omitempty"`
}

// Dimension is what figures are grouped by.
type Dimension struct {
	Expr   Expr    `json:"expr"`             // Column or Raw; Entity groups by the row and shows its label
	Grain  string  `json:"grain,omitempty"`  // hour, day, week, month, quarter, half, year, decade, weekday, hour of day, month of year, day of month
	Fiscal int     `json:"fiscal,omitempty"` // first month of the fiscal year, for Grain year and quarter; 0 for calendar years
	Bucket float64 `json:"bucket,omitempty"` // width of numeric buckets; 0 for none
	Title  string  `json:"title,omitempty"`

	// By are other expressions, by table, for measures of those bases: orders
	// by order date beside returns by return date.
	By map[string]Expr `json:"by,omitempty"`
}

// PredicateOp is the kind of a condition.
type PredicateOp string

// The kinds.
const (
	And        PredicateOp = "and" // Args
	Or         PredicateOp = "or"  // Args
	Not        PredicateOp = "not" // Args[0]; rows where it is NULL are kept too where NULL means that it does not hold
	Equal      PredicateOp = "="   // Expr with Values[0], or with Other
	NotEqual   PredicateOp = "<>"  // rows without a value are kept out
	Less       PredicateOp = "<"
	LessEq     PredicateOp = "<="
	Greater    PredicateOp = ">"
	GreaterEq  PredicateOp = ">="
	In         PredicateOp = "in"
	Between    PredicateOp = "between" // Values[0] to Values[1], both included
	Contains   PredicateOp = "contains"
	StartsWith PredicateOp = "starts"
	EndsWith   PredicateOp = "ends"
	IsNull     PredicateOp = "null" // or blank, for texts
	NotNull    PredicateOp = "not null"
	InPeriod   PredicateOp = "period" // the date Expr lies in Period
	Exists     PredicateOp = "exists" // related rows of Table, each under all Args; with Count, that many of them. Of the base's own table: rows that refer to this one
	Holds      PredicateOp = "raw"    // Expr (Raw) is a condition: a business term
	Than       PredicateOp = "than"   // Expr compared by Compare with the aggregate Measure over all rows ("above the average")
	InGroups   PredicateOp = "groups" // the row's value of Expr (Column or Entity) is among the groups of Sub
)

// Predicate is a condition on a row, as seen from a base table. A column that
// lies across a one-to-many path means that some related row holds it.
type Predicate struct {
	Op      PredicateOp `json:"op"`
	Args    []Predicate `json:"args,omitempty"`
	Expr    *Expr       `json:"expr,omitempty"`
	Other   *Expr       `json:"other,omitempty"` // the right side, where it is no constant
	Values  []Value     `json:"values,omitempty"`
	Period  *Period     `json:"period,omitempty"`
	Table   string      `json:"table,omitempty"` // of Exists
	Via     string      `json:"via,omitempty"`   // of Exists: "table.column" of the key to take
	Count   *Bound      `json:"count,omitempty"`
	Compare PredicateOp `json:"compare,omitempty"`
	Measure *Measure    `json:"measure,omitempty"`
	Sub     *Query      `json:"sub,omitempty"`
	Title   string      `json:"title,omitempty"` // business words for the whole condition

	// By are other expressions than Expr, by table, for measures of those bases,
	// as a dimension's: each kind of rows by its own date.
	By map[string]Expr `json:"by,omitempty"`
}

// Value is a constant: text, or a number.
type Value struct {
	Text   string  `json:"text,omitempty"`
	Number float64 `json:"number,omitempty"`
	Is     string  `json:"is,omitempty"` // "number"; empty for text
}

// Bound compares a number: Op is one of the six comparisons or Between.
type Bound struct {
	Op    PredicateOp `json:"op"`
	Value float64     `json:"value"`
	High  float64     `json:"high,omitempty"`
}

// Period is a range of days, both included; either may be empty for open.
// With Time set the ends are moments, and To is excluded.
type Period struct {
	From string `json:"from,omitempty"` // 2025-01-31, or 2025-01-31 14:00:00
	To   string `json:"to,omitempty"`
	Time bool   `json:"time,omitempty"`
	Text string `json:"text,omitempty"` // as a sentence says it: "in 2024"
	Unit string `json:"unit,omitempty"` // the calendar unit it is one of; empty for others
}

// Having is a condition on a group's figure.
type Having struct {
	Measure Measure `json:"measure"`
	Bound   Bound   `json:"bound"`
}

// Order is one sort key: a measure or dimension by position, or an expression
// of a list. Under Compare a measure sorts by its change where there is one,
// else by its last period.
type Order struct {
	Measure   int   `json:"measure"`   // position in Measures; -1 for none
	Dimension int   `json:"dimension"` // position in Dimensions; -1 for none
	Expr      *Expr `json:"expr,omitempty"`
	Desc      bool  `json:"desc,omitempty"`
}

// Compare puts the same measures for several periods side by side; with
// Change, their difference too.
type Compare struct {
	Date    Ref      `json:"date"`
	Periods []Period `json:"periods"` // earliest first
	Change  bool     `json:"change,omitempty"`
	Percent bool     `json:"percent,omitempty"`
}
