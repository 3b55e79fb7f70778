package eval

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/target"
)

// Database is an opened database of a question set, read directly: question
// sets are trusted files, and a worker process for each would cost more than
// the questions. Generated SQL runs under the executor's rules; gold has a
// connection of its own, without them.
type Database struct {
	mu     sync.Mutex
	answer *target.Direct
	gold   *sqlite3.Conn
	schema *schema.Schema
	kept   *goldStore
	now    time.Time // what SQL takes for now; zero for the clock's
}

// OpenDatabase opens a SQLite file read-only and reads its schema.
func OpenDatabase(path string) (*Database, error) {
	s, err := readSchema(path)
	if err != nil {
		return nil, err
	}
	return openDatabase(path, s)
}

// openDatabase opens a file whose schema is known.
func openDatabase(path string, s *schema.Schema) (*Database, error) {
	answer, err := target.OpenDirect(context.Background(), path)
	if err != nil {
		return nil, fmt.Errorf("eval: open: %w", err)
	}
	gold, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READONLY)
	if err != nil {
		answer.Close()
		return nil, fmt.Errorf("eval: open: %w", err)
	}
	d := &Database{answer: answer, gold: gold, schema: s, kept: &goldStore{by: map[string]goldResult{}}}
	// Gold may write strings in double quotes, which SQLite refuses by default.
	// One transaction for all saves taking the file's lock each time.
	if _, err = gold.Config(sqlite3.DBCONFIG_DQS_DML, true); err == nil {
		err = gold.Exec("PRAGMA cache_size=-16000; BEGIN")
	}
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("eval: open: %w", err)
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
func (d *Database) Close() error {
	err := d.answer.Close()
	if e := d.gold.Close(); err == nil {
		err = e
	}
	return err
}

// Schema is the database's schema.
func (d *Database) Schema() *schema.Schema { return d.schema }

// maxRows bounds what is read of one result; tryRows is the product's row
// limit. maxTime, the product's limit, is what an answer and gold may take; a
// trial may take tryTime.
const (
	maxRows = 20_000
	tryRows = 1000
	maxTime = 10 * time.Second
	tryTime = 5 * time.Second
)

// Query runs generated SQL.
func (d *Database) Query(ctx context.Context, sql string) (ask.Table, error) {
	return d.run(ctx, sql, maxRows, maxTime)
}

// Try runs a candidate for a generator, with as many rows as an answer shows.
func (d *Database) Try(ctx context.Context, sql string) (ask.Table, error) {
	return d.run(ctx, sql, tryRows, tryTime)
}

func (d *Database) run(ctx context.Context, sql string, rows int, limit time.Duration) (ask.Table, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return d.answer.Query(ctx, d.atNow(sql), rows)
}

// Gold runs gold SQL, in which double quotes may enclose strings.
func (d *Database) Gold(ctx context.Context, sql string) ([][]any, error) {
	rows, _, err := d.runGold(ctx, sql)
	return rows, err
}

// runGold gives the number of columns, too, which an empty result doesn't tell.
func (d *Database) runGold(ctx context.Context, sql string) (rows [][]any, columns int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	old := d.gold.SetInterrupt(ctx)
	defer d.gold.SetInterrupt(old)
	st, _, err := d.gold.Prepare(d.atNow(sql))
	if err != nil {
		return nil, 0, err
	}
	defer st.Close()
	columns = st.ColumnCount()
	for st.Step() && len(rows) < maxRows {
		row := make([]any, columns)
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
		rows = append(rows, row)
	}
	return rows, columns, st.Err()
}

func (d *Database) atNow(sql string) string {
	if d.now.IsZero() {
		return sql
	}
	return atNow(sql, d.now)
}
