package eval

import (
	"context"
	"fmt"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

// Database is an opened database of a question set, read directly: question
// sets are trusted files, and a worker process for each would cost more than
// the questions. Its rules differ from the executor's only for gold.
type Database struct {
	mu     sync.Mutex
	conn   *sqlite3.Conn
	schema *schema.Schema
}

// OpenDatabase opens a SQLite file read-only and reads its schema.
func OpenDatabase(path string) (*Database, error) {
	c, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READONLY)
	if err != nil {
		return nil, fmt.Errorf("eval: open: %w", err)
	}
	d := &Database{conn: c}
	if d.schema, err = readSchema(d, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))); err != nil {
		c.Close()
		return nil, err
	}
	return d, nil
}

// Close frees the database.
func (d *Database) Close() error { return d.conn.Close() }

// Schema is the database's schema.
func (d *Database) Schema() *schema.Schema { return d.schema }

// Query runs generated SQL.
func (d *Database) Query(ctx context.Context, sql string) (ask.Table, error) {
	rows, err := d.run(ctx, sql, false)
	return ask.Table{Rows: rows}, err
}

// Gold runs gold SQL, in which double quotes may enclose strings.
func (d *Database) Gold(ctx context.Context, sql string) ([][]any, error) {
	return d.run(ctx, sql, true)
}

// maxRows bounds what is read of one result, maxTime its duration.
const (
	maxRows = 20000
	maxTime = 5 * time.Second
)

func (d *Database) run(ctx context.Context, sql string, dqs bool) ([][]any, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.conn.Config(sqlite3.DBCONFIG_DQS_DML, dqs); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	old := d.conn.SetInterrupt(ctx)
	defer d.conn.SetInterrupt(old)
	st, _, err := d.conn.Prepare(sql)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	var out [][]any
	for st.Step() && len(out) < maxRows {
		row := make([]any, st.ColumnCount())
		for i := range row {
			switch st.ColumnType(i) {
			case sqlite3.INTEGER:
				row[i] = st.ColumnInt64(i)
			case sqlite3.FLOAT:
				row[i] = st.ColumnFloat(i)
			case sqlite3.NULL:
			default:
				row[i] = st.ColumnText(i)
			}
		}
		out = append(out, row)
	}
	return out, st.Err()
}

func readSchema(d *Database, name string) (*schema.Schema, error) {
	ctx := context.Background()
	s := &schema.Schema{Name: name}
	tables, err := d.run(ctx, "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY rowid", false)
	if err != nil {
		return nil, fmt.Errorf("eval: schema: %w", err)
	}
	for _, r := range tables {
		t := schema.Table{Name: r[0].(string), View: r[1] == "view", RowCount: -1}
		t.DDL, _ = r[2].(string)
		if err := readTable(ctx, d, s, &t); err != nil {
			return nil, fmt.Errorf("eval: schema of %s: %w", t.Name, err)
		}
		s.Tables = append(s.Tables, t)
	}
	s.Seal()
	return s, nil
}

func readTable(ctx context.Context, d *Database, s *schema.Schema, t *schema.Table) error {
	quoted := schema.Quote(t.Name)
	cols, err := d.run(ctx, "SELECT name, type, \"notnull\", pk FROM pragma_table_info("+literal(t.Name)+")", false)
	if err != nil {
		return err
	}
	if n, err := d.run(ctx, "SELECT count(*) FROM "+quoted, false); err == nil {
		t.RowCount = n[0][0].(int64)
	}
	for _, r := range cols {
		c := schema.Column{Name: r[0].(string), NotNull: r[2].(int64) != 0, PrimaryKey: r[3].(int64) != 0, Distinct: -1, Nulls: -1}
		c.Declared, _ = r[1].(string)
		if c.PrimaryKey {
			t.PrimaryKey = append(t.PrimaryKey, c.Name)
		}
		if err := readColumn(ctx, d, quoted, t.RowCount, &c); err != nil {
			return err
		}
		t.Columns = append(t.Columns, c)
	}
	keys, err := d.run(ctx, "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list("+literal(t.Name)+") ORDER BY id DESC, seq", false)
	if err != nil {
		return err
	}
	last := int64(-1)
	for _, r := range keys {
		to, _ := r[3].(string)
		if id := r[0].(int64); id != last {
			last = id
			s.ForeignKeys = append(s.ForeignKeys, schema.ForeignKey{Table: t.Name, RefTable: r[1].(string)})
		}
		k := &s.ForeignKeys[len(s.ForeignKeys)-1]
		k.Columns, k.RefColumns = append(k.Columns, r[2].(string)), append(k.RefColumns, to)
	}
	return nil
}

// sampled bounds a column's values.
const sampled = 2000

func readColumn(ctx context.Context, d *Database, table string, rows int64, c *schema.Column) error {
	name := schema.Quote(c.Name)
	stats, err := d.run(ctx, fmt.Sprintf("SELECT count(DISTINCT %s), count(*) - count(%[1]s), CAST(min(%[1]s) AS TEXT), CAST(max(%[1]s) AS TEXT), max(typeof(%[1]s) = 'text') FROM %s", name, table), false)
	if err != nil {
		return err
	}
	r := stats[0]
	c.Distinct, c.Nulls = r[0].(int64), r[1].(int64)
	c.Min, _ = r[2].(string)
	c.Max, _ = r[3].(string)
	c.Unique = rows > 0 && c.Distinct == rows
	textual, _ := r[4].(int64)
	c.Type = columnType(c.Declared, textual == 1)
	if textual == 1 {
		vals, err := d.run(ctx, fmt.Sprintf("SELECT CAST(%s AS TEXT), count(*) AS n FROM %s WHERE typeof(%[1]s) = 'text' GROUP BY 1 ORDER BY n DESC, 1 LIMIT %[3]d", name, table, sampled), false)
		if err != nil {
			return err
		}
		for _, v := range vals {
			c.Values = append(c.Values, v[0].(string))
		}
		c.Complete = len(vals) < sampled
	}
	return nil
}

func columnType(declared string, textual bool) schema.Type {
	d := strings.ToUpper(declared)
	for _, k := range []struct {
		part string
		t    schema.Type
	}{{"BOOL", schema.Boolean}, {"DATETIME", schema.DateTime}, {"TIMESTAMP", schema.DateTime}, {"DATE", schema.Date},
		{"CHAR", schema.Text}, {"TEXT", schema.Text}, {"CLOB", schema.Text}, {"INT", schema.Integer},
		{"REAL", schema.Real}, {"FLOA", schema.Real}, {"DOUB", schema.Real}, {"NUM", schema.Real}, {"DEC", schema.Real}, {"BLOB", schema.Blob}} {
		if strings.Contains(d, k.part) {
			return k.t
		}
	}
	if textual {
		return schema.Text
	}
	return schema.Unknown
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// names lists the databases of dir that qs need, in order.
func names(qs []Question) []string {
	seen := map[string]bool{}
	var out []string
	for _, q := range qs {
		if !seen[q.DB] {
			seen[q.DB] = true
			out = append(out, q.DB)
		}
	}
	sort.Strings(out)
	return out
}
