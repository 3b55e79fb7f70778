package target

import (
	"context"
	"fmt"

	"github.com/querent/querent/internal/ask"
)

// Direct runs SQL under the executor's rules in this process, without a worker
// to protect it: for measuring, where thousands of statements run against
// files that are trusted. It is for one goroutine at a time.
type Direct struct {
	path    string
	session *session
}

// OpenDirect opens a file for Direct.
func OpenDirect(ctx context.Context, path string) (*Direct, error) {
	d := &Direct{path: path}
	return d, d.open(ctx)
}

func (d *Direct) open(ctx context.Context) (err error) {
	d.session, err = openSession(ctx, d.path)
	return err
}

// Query runs one SELECT and reads at most that many rows. Time is bounded by
// ctx alone.
func (d *Direct) Query(ctx context.Context, sql string, rows int) (t ask.Table, err error) {
	if err := checkText(sql); err != nil {
		return t, err
	}
	if d.session == nil {
		if err := d.open(context.WithoutCancel(ctx)); err != nil {
			return t, err
		}
	}
	// SQLite's wasm build panics when memory or its stack is exhausted, and can't
	// be trusted or closed then.
	defer func() {
		if p := recover(); p != nil {
			d.session, err = nil, fmt.Errorf("target: %v", p)
		}
	}()
	d.session.conn.SetInterrupt(ctx)
	stmt, err := d.session.prepare(sql)
	if err != nil {
		return t, err
	}
	defer stmt.Close()
	t.Columns = columns(stmt)
	for stmt.Step() {
		if len(t.Rows) == rows {
			t.Truncated = true
			return t, nil
		}
		row := make([]any, len(t.Columns))
		for i := range row {
			row[i] = cell(stmt, i)
		}
		t.Rows = append(t.Rows, row)
	}
	return t, stmt.Err()
}

// Close closes the file.
func (d *Direct) Close() error {
	if d.session == nil {
		return nil
	}
	d.session.close()
	return nil
}
