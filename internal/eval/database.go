package eval

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/target"
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
	if d.schema, err = readSchema(path); err != nil {
		c.Close()
		return nil, err
	}
	return d, nil
}

// readSchema reads it as the product does.
func readSchema(path string) (*schema.Schema, error) {
	ctx := context.Background()
	db, err := target.Open(ctx, path, target.Options{Workers: 1})
	if err != nil {
		return nil, fmt.Errorf("eval: open: %w", err)
	}
	defer db.Close()
	s, err := db.Schema(ctx)
	if err != nil {
		return nil, fmt.Errorf("eval: schema: %w", err)
	}
	return s, nil
}

// Close frees the database.
func (d *Database) Close() error { return d.conn.Close() }

// Schema is the database's schema.
func (d *Database) Schema() *schema.Schema { return d.schema }

// Query runs generated SQL.
func (d *Database) Query(ctx context.Context, sql string) (ask.Table, error) {
	rows, err := d.run(ctx, sql, maxRows, false)
	return ask.Table{Rows: rows}, err
}

// Try runs a candidate for a generator, with as many rows as an answer shows.
func (d *Database) Try(ctx context.Context, sql string) (ask.Table, error) {
	rows, err := d.run(ctx, sql, tryRows, false)
	return ask.Table{Rows: rows}, err
}

// Gold runs gold SQL, in which double quotes may enclose strings.
func (d *Database) Gold(ctx context.Context, sql string) ([][]any, error) {
	return d.run(ctx, sql, maxRows, true)
}

// maxRows bounds what is read of one result, maxTime its duration; tryRows is
// the product's row limit.
const (
	maxRows = 20000
	tryRows = 1000
	maxTime = 5 * time.Second
)

func (d *Database) run(ctx context.Context, sql string, limit int, dqs bool) ([][]any, error) {
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
	for st.Step() && len(out) < limit {
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
