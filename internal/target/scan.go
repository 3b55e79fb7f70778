package target

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/schema"
)

// Bounds on what a read of the schema looks at. They are counts, not times, so
// that the same file gives the same profile on a busy machine; only views,
// whose cost nobody can foresee, are bounded by time.
const (
	maxCells      = 6_000_000 // of all tables together
	minRows       = 2000      // looked at of a table, however many there are
	smallRows     = 20_000    // a table of so many rows is read whole
	countRows     = 2_000_000 // a table of so many rows is counted exactly
	viewRows      = 20_000    // looked at of a view
	rangesRead    = 100       // parts of a large table that are read
	maxValueBytes = 12 << 20  // of all values kept together
	viewTime      = 150 * time.Millisecond
	viewsTime     = 3 * time.Second // of all views together
)

// statistics counts rows and reads values, of smaller tables first: the room
// for values is theirs before a large one's.
func (r *reader) statistics() error {
	var tables, views []*schema.Table
	for i := range r.schema.Tables {
		switch t := &r.schema.Tables[i]; {
		case t.Hidden:
		case t.View || t.Virtual:
			views = append(views, t)
		default:
			tables = append(tables, t)
		}
	}
	for _, t := range tables {
		if err := r.count(t); err != nil {
			return err
		}
	}
	slices.SortStableFunc(tables, func(a, b *schema.Table) int { return cmp.Compare(uint64(a.RowCount), uint64(b.RowCount)) })
	limit := cellLimit(tables, r.cells)
	for _, t := range tables {
		if err := r.scan(t, limit); err != nil {
			return err
		}
	}
	deadline := time.Now().Add(viewsTime)
	for _, t := range views {
		if err := r.scanView(t, deadline); err != nil {
			return err
		}
	}
	return nil
}

// cellLimit is how many cells each table may have read, so that all together
// stay within the given number: small ones leave what they don't need to the
// others. Tables come by their number of rows.
func cellLimit(tables []*schema.Table, all int64) int64 {
	cells := make([]int64, len(tables))
	for i, t := range tables {
		cells[i] = int64(len(t.Columns)) * t.RowCount
		if t.RowCount < 0 {
			cells[i] = all
		}
	}
	slices.Sort(cells)
	for i, n := range cells {
		share := all / int64(len(cells)-i)
		if n > share {
			return share
		}
		all -= n
	}
	return math.MaxInt64 // all of it
}

// tolerate passes on an error that ends the whole read. What is wrong with one
// table leaves that table unknown.
func (r *reader) tolerate(err error) error {
	if err != nil && r.ctx.Err() != nil {
		return err
	}
	return nil
}

// count fills in how many rows a table has. A large one is estimated by what
// ANALYZE has counted or by its range of row numbers.
func (r *reader) count(t *schema.Table) error {
	p := r.places[t.Name]
	if !p.rowid {
		return r.countKeyed(t)
	}
	var filled bool
	name, id := schema.Quote(t.Name), p.id
	err := r.each("SELECT (SELECT min("+id+") FROM "+name+"), (SELECT max("+id+") FROM "+name+")", func(s *sqlite3.Stmt) {
		filled = s.ColumnType(0) != sqlite3.NULL
		p.low, p.high = s.ColumnInt64(0), s.ColumnInt64(1)
	})
	switch span := uint64(p.high - p.low); {
	case err != nil:
		return r.tolerate(err)
	case !filled:
		t.RowCount = 0
		return nil
	case span > countRows:
		t.RowCount, t.Estimated = r.analyzed(t), true
		if t.RowCount < 0 {
			return r.countKeyed(t)
		}
		return nil
	}
	return r.tolerate(r.each("SELECT count(*) FROM "+name, func(s *sqlite3.Stmt) { t.RowCount = s.ColumnInt64(0) }))
}

// countKeyed counts rows where their numbers tell nothing, up to a bound.
func (r *reader) countKeyed(t *schema.Table) error {
	var n int64
	err := r.each("SELECT count(*) FROM (SELECT 1 FROM "+schema.Quote(t.Name)+" LIMIT "+integer(countRows+1)+")", func(s *sqlite3.Stmt) { n = s.ColumnInt64(0) })
	switch {
	case err != nil:
		return r.tolerate(err)
	case n <= countRows:
		t.RowCount, t.Estimated = n, false
		return nil
	}
	t.RowCount, t.Estimated = max(r.analyzed(t), r.places[t.Name].guess()), true
	return nil
}

// analyzed is what ANALYZE counted; -1 when it was not run.
func (r *reader) analyzed(t *schema.Table) int64 {
	if n, ok := r.stat[t.Name]; ok {
		return n
	}
	return -1
}

// scan reads a table, or parts of it spread over the whole, and fills in its
// columns.
func (r *reader) scan(t *schema.Table, limit int64) error {
	rows := max(limit/int64(len(t.Columns)), minRows)
	whole := t.RowCount >= 0 && !t.Estimated && (t.RowCount <= smallRows && r.cells == maxCells || t.RowCount <= rows)
	sc := r.newScan(t)
	p := r.places[t.Name]
	var err error
	switch {
	case whole:
		err = r.each("SELECT "+sc.names+" FROM "+sc.table, sc.row)
	case p.rowid:
		err = r.scanRanges(sc, p, rows)
	default:
		err = r.scanEnds(sc, t, rows)
	}
	if err != nil {
		if r.ctx.Err() != nil {
			return err
		}
		whole = false
	}
	if !whole {
		if err := r.edges(t, sc); err != nil {
			return err
		}
	}
	sc.fill(r, whole)
	if !whole {
		return r.listValues(t)
	}
	return nil
}

// tableScan is a read of one table.
type tableScan struct {
	of      *schema.Table
	table   string // quoted
	names   string // of the columns, quoted
	columns []*schema.Sample
	rows    int64
}

func (r *reader) newScan(t *schema.Table) *tableScan {
	sc := &tableScan{of: t, table: schema.Quote(t.Name), columns: make([]*schema.Sample, len(t.Columns))}
	names := make([]string, len(t.Columns))
	for i := range t.Columns {
		sc.columns[i], names[i] = schema.NewSample(), schema.Quote(t.Columns[i].Name)
	}
	sc.names = strings.Join(names, ", ")
	return sc
}

func (sc *tableScan) row(s *sqlite3.Stmt) {
	sc.rows++
	for i, c := range sc.columns {
		look(c, s, i)
	}
}

func look(c *schema.Sample, s *sqlite3.Stmt, i int) {
	switch s.ColumnType(i) {
	case sqlite3.NULL:
		c.Null()
	case sqlite3.INTEGER:
		c.Integer(s.ColumnInt64(i))
	case sqlite3.FLOAT:
		c.Real(s.ColumnFloat(i))
	case sqlite3.TEXT:
		c.Text(s.ColumnRawText(i))
	case sqlite3.BLOB:
		c.Blob(s.ColumnRawBlob(i))
	}
}

func (sc *tableScan) fill(r *reader, whole bool) {
	sc.of.Sampled = sc.rows
	for i, c := range sc.columns {
		c.Fill(&sc.of.Columns[i], schema.Scan{Rows: sc.rows, Whole: whole, Now: r.now}, &r.space)
	}
	sc.of.SettleOrder()
}

// scanRanges reads parts of a table, evenly spread over its row numbers, and
// its last rows, which are often the newest.
func (r *reader) scanRanges(sc *tableScan, p *place, rows int64) error {
	part := max(rows/(rangesRead+1), 1)
	stmt, _, err := r.conn.Prepare("SELECT " + sc.names + ", " + p.id + " FROM " + sc.table + " WHERE " + p.id + " >= ?1 ORDER BY " + p.id + " LIMIT ?2")
	if err != nil {
		return err
	}
	defer stmt.Close()
	next, covered := p.low, float64(0)
	step := uint64(p.high-p.low)/rangesRead + 1
	for i := range uint64(rangesRead + 1) {
		from := p.low + int64(i*step)
		if i == rangesRead {
			from = p.high - part
		}
		from = max(from, next)
		if from > p.high {
			break
		}
		before := sc.rows
		last := from
		if err := stmt.BindInt64(1, from); err != nil {
			return err
		}
		if err := stmt.BindInt64(2, part); err != nil {
			return err
		}
		for stmt.Step() {
			sc.row(stmt)
			last = stmt.ColumnInt64(len(sc.columns))
		}
		if err := stmt.Err(); err != nil {
			return err
		}
		if err := stmt.Reset(); err != nil {
			return err
		}
		if sc.rows == before {
			break
		}
		covered += float64(last-from) + 1
		next = last + 1
	}
	if covered > 0 {
		p.density = float64(sc.rows) / covered
	}
	if sc.of.Estimated && r.analyzed(sc.of) < 0 {
		sc.of.RowCount = p.guess()
	}
	return nil
}

// scanEnds reads the first and the last rows of a table without row numbers.
func (r *reader) scanEnds(sc *tableScan, t *schema.Table, rows int64) error {
	keys := make([]string, len(t.PrimaryKey))
	down := make([]string, len(t.PrimaryKey))
	for i, k := range t.PrimaryKey {
		keys[i], down[i] = schema.Quote(k), schema.Quote(k)+" DESC"
	}
	for _, order := range [][]string{keys, down} {
		by := ""
		if len(order) > 0 {
			by = " ORDER BY " + strings.Join(order, ", ")
		}
		if err := r.each("SELECT "+sc.names+" FROM "+sc.table+by+" LIMIT "+integer(rows/2), sc.row); err != nil {
			return err
		}
	}
	return nil
}

// scanView reads the first rows of a view or a virtual table, for a short
// time: what it costs depends on what is behind it.
func (r *reader) scanView(t *schema.Table, deadline time.Time) error {
	until := time.Now().Add(viewTime)
	if deadline.Before(until) {
		until = deadline
	}
	sc := r.newScan(t)
	var err error
	r.within(until, func() {
		err = r.each("SELECT "+sc.names+" FROM "+sc.table+" LIMIT "+integer(viewRows+1), sc.row)
	})
	if err != nil && r.ctx.Err() != nil {
		return err
	}
	whole := err == nil && sc.rows <= viewRows
	sc.fill(r, whole)
	if whole {
		t.RowCount = sc.rows
	} else if err == nil {
		r.within(until, func() {
			_ = r.each("SELECT count(*) FROM "+sc.table, func(s *sqlite3.Stmt) { t.RowCount = s.ColumnInt64(0) })
		})
	}
	return r.tolerate(err)
}
