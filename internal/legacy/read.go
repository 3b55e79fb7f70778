package legacy

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/schema"
)

// Progress hears of the rows done of a table, now and then and at its end. of
// is an estimate; 0 when there is none.
type Progress func(doing, table string, rows, of int64)

const tellEvery = 10_000 // rows

// selected is the statement that reads every value of the table as text.
func (t *table) selected() string {
	values := make([]string, len(t.columns))
	for i, c := range t.columns {
		values[i] = schema.Quote(c.name)
		if c.kind.read != "" {
			values[i] = fmt.Sprintf(c.kind.read, values[i])
		}
	}
	return "select " + strings.Join(values, ", ") + " from " + t.qualified()
}

// readOld streams a table's rows to each, which must not keep them, and
// returns their digest.
func (s *snapshot) readOld(ctx context.Context, t *table, tell func(rows int64), each func(row [][]byte) error) (*digest, error) {
	rows, err := s.tx.Query(ctx, t.selected(), pgx.QueryResultFormats{pgx.TextFormatCode})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	d := newDigest(len(t.columns))
	for rows.Next() {
		row := rows.RawValues()
		d.add(func(dst []byte, i int) ([]byte, bool) {
			if row[i] == nil {
				return dst, true
			}
			if same := t.columns[i].kind.same; same != nil {
				return same(dst, row[i]), false
			}
			return append(dst, row[i]...), false
		})
		if err := each(row); err != nil {
			return nil, err
		}
		if d.rows%tellEvery == 0 {
			tell(d.rows)
		}
	}
	tell(d.rows)
	return d, rows.Err()
}

// readCopy reads a table of a target back as Postgres would say it.
func readCopy(c *sqlite3.Conn, t *table, tell func(rows int64)) (*digest, error) {
	names := make([]string, len(t.columns))
	for i, col := range t.columns { // qualified: SQLite may take a bare quoted name for a text
		names[i] = schema.Quote(t.name) + "." + schema.Quote(col.name)
	}
	st, _, err := c.Prepare("SELECT " + strings.Join(names, ", ") + " FROM " + schema.Quote(t.name))
	if err != nil {
		return nil, err
	}
	defer st.Close()
	d := newDigest(len(t.columns))
	for st.Step() {
		d.add(func(dst []byte, i int) ([]byte, bool) {
			if st.ColumnType(i) == sqlite3.NULL {
				return dst, true
			}
			if back := t.columns[i].kind.back; back != nil {
				return back(dst, st, i), false
			}
			return append(dst, st.ColumnRawText(i)...), false
		})
		if d.rows%tellEvery == 0 {
			tell(d.rows)
		}
	}
	tell(d.rows)
	return d, st.Err()
}
