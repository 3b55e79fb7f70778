package target

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/schema"
)

// What sampling may cost. Beyond it statistics stay unknown.
const (
	sampleRows   = 20_000          // rows read of one table
	sampleValues = 2_000           // distinct texts kept of one column
	longText     = 200             // bytes; longer texts are no values to filter by
	fewValues    = 200             // distinct texts in a sample worth completing by a full scan
	statsBudget  = 3 * time.Second // for all tables together
)

// reader reads one file's schema. Errors of statistics are told by unknown
// values, not by failing: a view may be broken and all else fine.
type reader struct {
	c        *sqlite3.Conn
	deadline time.Time
}

// readSchema reads tables, keys and statistics. Names come first and whole;
// statistics as far as the budget goes.
func readSchema(ctx context.Context, path string) (_ *schema.Schema, err error) {
	c, err := connect(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	r := &reader{c: c, deadline: time.Now().Add(statsBudget)}
	s := &schema.Schema{}
	err = r.rows(`SELECT name, type='view', coalesce(sql,'') FROM sqlite_schema
		WHERE type IN ('table','view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
		AND coalesce(sql,'') NOT LIKE 'create virtual%' ORDER BY rowid`, func(st *sqlite3.Stmt) {
		s.Tables = append(s.Tables, schema.Table{Name: st.ColumnText(0), View: st.ColumnBool(1), DDL: st.ColumnText(2), RowCount: -1})
	})
	if err != nil {
		return nil, err
	}
	for i := range s.Tables {
		if err := r.columns(&s.Tables[i]); err != nil && !s.Tables[i].View {
			return nil, err
		}
		if err := r.foreignKeys(s, s.Tables[i].Name); err != nil {
			return nil, err
		}
	}
	for i := range s.Tables {
		r.statistics(ctx, &s.Tables[i])
	}
	return s, nil
}

func (r *reader) rows(sql string, each func(*sqlite3.Stmt)) error {
	st, _, err := r.c.Prepare(sql)
	if err != nil {
		return err
	}
	defer st.Close()
	for st.Step() {
		each(st)
	}
	return st.Err()
}

func (r *reader) columns(t *schema.Table) error {
	type key struct {
		at   int
		name string
	}
	var keys []key
	err := r.rows("PRAGMA table_xinfo("+schema.Quote(t.Name)+")", func(st *sqlite3.Stmt) {
		if st.ColumnInt(6) == 1 { // hidden, of a virtual table
			return
		}
		c := schema.Column{Name: st.ColumnText(1), Declared: st.ColumnText(2), NotNull: st.ColumnBool(3),
			Distinct: -1, Nulls: -1}
		c.Type = schema.DeclaredType(c.Declared)
		if at := st.ColumnInt(5); at > 0 {
			c.PrimaryKey = true
			keys = append(keys, key{at, c.Name})
		}
		t.Columns = append(t.Columns, c)
	})
	sort.Slice(keys, func(i, j int) bool { return keys[i].at < keys[j].at })
	for _, k := range keys {
		t.PrimaryKey = append(t.PrimaryKey, k.name)
	}
	if len(keys) == 1 {
		t.Column(keys[0].name).Unique = true
	}
	return errors.Join(err, r.unique(t))
}

// unique marks columns with a unique index of their own.
func (r *reader) unique(t *schema.Table) error {
	var indexes []string
	err := r.rows("PRAGMA index_list("+schema.Quote(t.Name)+")", func(st *sqlite3.Stmt) {
		if st.ColumnBool(2) && !st.ColumnBool(4) { // unique and not partial
			indexes = append(indexes, st.ColumnText(1))
		}
	})
	for _, name := range indexes {
		var columns []string
		err = errors.Join(err, r.rows("PRAGMA index_info("+schema.Quote(name)+")", func(st *sqlite3.Stmt) {
			columns = append(columns, st.ColumnText(2))
		}))
		if len(columns) == 1 {
			if c := t.Column(columns[0]); c != nil {
				c.Unique = true
			}
		}
	}
	return err
}

func (r *reader) foreignKeys(s *schema.Schema, table string) error {
	last := -1
	return r.rows("PRAGMA foreign_key_list("+schema.Quote(table)+")", func(st *sqlite3.Stmt) {
		ref := s.Table(st.ColumnText(2))
		if ref == nil {
			return
		}
		if id := st.ColumnInt(0); id != last {
			last = id
			s.ForeignKeys = append(s.ForeignKeys, schema.ForeignKey{Table: table, RefTable: ref.Name})
		}
		k := &s.ForeignKeys[len(s.ForeignKeys)-1]
		to := st.ColumnText(4)
		if to == "" && st.ColumnInt(1) < len(ref.PrimaryKey) {
			to = ref.PrimaryKey[st.ColumnInt(1)]
		}
		k.Columns, k.RefColumns = append(k.Columns, st.ColumnText(3)), append(k.RefColumns, to)
	})
}

// statistics samples a table's values while the budget lasts.
func (r *reader) statistics(ctx context.Context, t *schema.Table) {
	if time.Now().After(r.deadline) || len(t.Columns) == 0 {
		return
	}
	limited, cancel := context.WithDeadline(ctx, r.deadline)
	defer cancel()
	defer r.c.SetInterrupt(r.c.SetInterrupt(limited))
	names := make([]string, len(t.Columns))
	tallies := make([]*tally, len(t.Columns))
	for i, c := range t.Columns {
		names[i], tallies[i] = schema.Quote(c.Name), newTally()
	}
	seen := int64(0)
	err := r.rows(fmt.Sprintf("SELECT %s FROM %s LIMIT %d", strings.Join(names, ", "), schema.Quote(t.Name), sampleRows), func(st *sqlite3.Stmt) {
		seen++
		for i := range tallies {
			tallies[i].add(st, i)
		}
	})
	if err != nil {
		return
	}
	whole := seen < sampleRows
	t.RowCount = seen
	if !whole {
		t.RowCount = -1
		_ = r.rows("SELECT count(*) FROM "+schema.Quote(t.Name), func(st *sqlite3.Stmt) { t.RowCount = st.ColumnInt64(0) })
	}
	for i := range t.Columns {
		tallies[i].tell(&t.Columns[i], seen, whole)
		if !whole {
			r.complete(t, &t.Columns[i])
		}
	}
}

// complete reads all values of a text column that seems to have few.
func (r *reader) complete(t *schema.Table, c *schema.Column) {
	if c.Type != schema.Text || c.Distinct > fewValues || c.Distinct < 1 {
		return
	}
	var values []string
	name := schema.Quote(c.Name)
	err := r.rows(fmt.Sprintf("SELECT %s FROM %s WHERE %s IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT %d",
		name, schema.Quote(t.Name), name, sampleValues+1), func(st *sqlite3.Stmt) { values = append(values, st.ColumnText(0)) })
	if err == nil && len(values) <= sampleValues {
		c.Values, c.Complete, c.Distinct = values, true, int64(len(values))
	}
}

// tally counts what a column's sampled values are.
type tally struct {
	nulls, ints, reals, texts, blobs, dates, moments int64
	bools                                            int64 // integers 0 and 1
	distinct                                         map[string]int
	overflow                                         bool // more distinct values than kept
	long                                             bool // some texts were too long to keep
	min, max                                         float64
	minText, maxText                                 string
	numbers                                          map[float64]struct{}
}

func newTally() *tally {
	return &tally{distinct: map[string]int{}, numbers: map[float64]struct{}{}}
}

var (
	dayForm    = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	momentForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$`)
)

func (y *tally) add(st *sqlite3.Stmt, i int) {
	switch st.ColumnType(i) {
	case sqlite3.NULL:
		y.nulls++
	case sqlite3.INTEGER:
		y.ints++
		if v := st.ColumnInt64(i); v == 0 || v == 1 {
			y.bools++
		}
		y.number(st.ColumnFloat(i))
	case sqlite3.FLOAT:
		y.reals++
		y.number(st.ColumnFloat(i))
	case sqlite3.TEXT:
		y.texts++
		y.text(st.ColumnText(i))
	default:
		y.blobs++
	}
}

func (y *tally) number(v float64) {
	if y.ints+y.reals == 1 || v < y.min {
		y.min = v
	}
	if y.ints+y.reals == 1 || v > y.max {
		y.max = v
	}
	y.numbers[v] = struct{}{}
}

func (y *tally) text(v string) {
	if y.texts == 1 || v < y.minText {
		y.minText = v
	}
	if y.texts == 1 || v > y.maxText {
		y.maxText = v
	}
	switch {
	case dayForm.MatchString(v):
		y.dates++
	case momentForm.MatchString(v):
		y.moments++
	}
	if len(v) > longText {
		y.long = true
		return
	}
	if _, known := y.distinct[v]; !known && len(y.distinct) >= sampleRows {
		y.overflow = true
		return
	}
	y.distinct[v]++
}

// tell writes what was counted into the column.
func (y *tally) tell(c *schema.Column, rows int64, whole bool) {
	c.Type = y.refine(c.Type)
	c.Nulls = y.nulls
	c.Distinct = int64(len(y.distinct) + len(y.numbers))
	if y.overflow || y.long || y.blobs > 0 {
		c.Distinct = -1
	}
	if whole && rows > 1 && y.nulls == 0 && c.Distinct == rows {
		c.Unique = true
	}
	switch {
	case y.texts > 0:
		c.Min, c.Max = clip(y.minText), clip(y.maxText)
	case y.ints+y.reals > 0:
		c.Min, c.Max = plainNumber(y.min), plainNumber(y.max)
	}
	c.Values = y.frequent()
	c.Complete = whole && !y.overflow && !y.long && y.texts > 0 && len(y.distinct) <= sampleValues
}

// frequent lists kept texts, most frequent first, then by name.
func (y *tally) frequent() []string {
	values := make([]string, 0, len(y.distinct))
	for v := range y.distinct {
		values = append(values, v)
	}
	sort.Slice(values, func(i, j int) bool {
		a, b := y.distinct[values[i]], y.distinct[values[j]]
		return a > b || a == b && values[i] < values[j]
	})
	return values[:min(len(values), sampleValues)]
}

// refine settles a column's type by its values: SQLite's declared types bind
// nobody.
func (y *tally) refine(declared schema.Type) schema.Type {
	filled := y.ints + y.reals + y.texts + y.blobs
	switch {
	case filled == 0:
		return declared
	case y.dates == filled:
		return schema.Date
	case y.dates+y.moments == filled:
		return schema.DateTime
	case declared == schema.Boolean && y.bools != filled, declared.Temporal(), declared == schema.Unknown:
		return y.storage(filled)
	case declared.Numeric() && y.texts == filled:
		return schema.Text
	}
	return declared
}

func (y *tally) storage(filled int64) schema.Type {
	switch filled {
	case y.ints:
		return schema.Integer
	case y.ints + y.reals:
		return schema.Real
	case y.blobs:
		return schema.Blob
	}
	return schema.Text
}

func clip(s string) string {
	if len(s) > longText {
		return strings.ToValidUTF8(s[:longText], "")
	}
	return s
}

func plainNumber(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.6f", v), "0"), ".")
}
