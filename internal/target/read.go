package target

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/schema"
)

// What a stored value or table may hold, for our own statements to read it.
const (
	maxStored  = 16 << 20 // bytes
	maxColumns = 2000
)

// reader reads a schema through one session. Its statements are our own, so
// the authorizer does not judge them; limits and the memory bound hold.
type reader struct {
	*session
	ctx    context.Context
	schema *schema.Schema
	places map[string]*place
	stat   map[string]int64 // rows of a table when ANALYZE ran
	cells  int64            // to look at
	space  int              // bytes of sampled values still allowed
	now    time.Time
}

// readSchema reads the structure and profiles what is stored, whole or not at
// all: a read that the context ends is an error. cells bounds what it looks
// at.
func readSchema(ctx context.Context, path string, cells int64) (*schema.Schema, error) {
	s, err := openSession(ctx, path)
	if err != nil {
		return nil, err
	}
	defer s.close()
	s.conn.Limit(sqlite3.LIMIT_LENGTH, maxStored)
	s.conn.Limit(sqlite3.LIMIT_COLUMN, maxColumns)
	r := &reader{session: s, ctx: ctx, schema: &schema.Schema{Name: schemaName(path)}, cells: cells, space: maxValueBytes, now: time.Now()}
	if err := r.structure(); err != nil {
		return nil, err
	}
	r.readStat()
	if err := r.statistics(); err != nil {
		return nil, err
	}
	r.inferKeys()
	r.explainCodes()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.schema.Seal()
	return r.schema, s.unchanged()
}

// within runs f with its statements interrupted at a deadline.
func (r *reader) within(deadline time.Time, f func()) {
	ctx, cancel := context.WithDeadline(r.ctx, deadline)
	defer cancel()
	r.conn.SetInterrupt(ctx)
	f()
	r.conn.SetInterrupt(r.ctx)
}

// each calls row for every row of a statement of ours.
func (r *reader) each(sql string, row func(s *sqlite3.Stmt)) error {
	stmt, _, err := r.conn.Prepare(sql)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for stmt.Step() {
		row(stmt)
	}
	return stmt.Err()
}

// structure reads tables, columns and keys. A table that SQLite itself can't
// make sense of (a broken view, a virtual table of an unknown kind) can't be
// queried either and is left out.
func (r *reader) structure() error {
	virtuals, err := r.offerVirtual()
	if err != nil {
		return err
	}
	readable, shadow := map[string]bool{}, map[string]bool{}
	for _, v := range virtuals {
		readable[v.name] = len(v.columns) > 0
		for _, name := range v.shadowNames() {
			shadow[name] = true
		}
	}
	err = r.each("SELECT name, type, sql FROM main.sqlite_schema WHERE type IN ('table', 'view') ORDER BY rowid", func(s *sqlite3.Stmt) {
		t := schema.Table{Name: s.ColumnText(0), View: s.ColumnText(1) == "view", RowCount: -1, DDL: cut(s.ColumnText(2), 20_000)}
		t.Virtual = strings.HasPrefix(strings.ToUpper(t.DDL), "CREATE VIRTUAL")
		t.Hidden = shadow[strings.ToLower(t.Name)]
		if !internalTable(t.Name) && (!t.Virtual || readable[t.Name]) {
			r.schema.Tables = append(r.schema.Tables, t)
		}
	})
	if err != nil {
		return err
	}
	r.schema.Tables = slices.DeleteFunc(r.schema.Tables, func(t schema.Table) bool {
		return r.columns(&t) != nil || len(t.Columns) == 0
	})
	for i := range r.schema.Tables {
		t := &r.schema.Tables[i]
		if err := r.columns(t); err != nil {
			return err
		}
		t.Hidden = t.Hidden || t.Bookkeeping()
	}
	if err := r.findPlaces(); err != nil {
		return err
	}
	return r.foreignKeys()
}

func (r *reader) columns(t *schema.Table) error {
	t.Columns, t.PrimaryKey = nil, nil
	keys := map[int]string{}
	in := "main"
	if t.Virtual {
		in = "temp" // where its view is
	}
	err := r.each("PRAGMA "+in+".table_xinfo("+schema.Quote(t.Name)+")", func(s *sqlite3.Stmt) {
		c := schema.Column{Name: s.ColumnText(1), Declared: cut(s.ColumnText(2), 200), NotNull: s.ColumnBool(3), Distinct: -1, Nulls: -1}
		if s.ColumnInt(6) == 1 {
			return // a hidden column of a virtual table
		}
		c.Type = schema.Guess(c.Declared, schema.Seen{})
		if pk := s.ColumnInt(5); pk > 0 {
			c.PrimaryKey = true
			keys[pk] = c.Name
		}
		t.Columns = append(t.Columns, c)
	})
	for i := 1; i <= len(keys); i++ {
		t.PrimaryKey = append(t.PrimaryKey, keys[i])
	}
	if len(t.PrimaryKey) == 1 {
		t.Column(t.PrimaryKey[0]).Unique = true
	}
	return err
}

// foreignKeys reads declared keys; one that refers to nothing is left out.
func (r *reader) foreignKeys() error {
	for i := range r.schema.Tables {
		t := &r.schema.Tables[i]
		byID := map[int]*schema.ForeignKey{}
		var ids []int
		err := r.each("PRAGMA main.foreign_key_list("+schema.Quote(t.Name)+")", func(s *sqlite3.Stmt) {
			id := s.ColumnInt(0)
			if byID[id] == nil {
				byID[id] = &schema.ForeignKey{Table: t.Name, RefTable: s.ColumnText(2)}
				ids = append(ids, id)
			}
			byID[id].Columns = append(byID[id].Columns, s.ColumnText(3))
			if to := s.ColumnText(4); to != "" {
				byID[id].RefColumns = append(byID[id].RefColumns, to)
			}
		})
		if err != nil {
			return err
		}
		slices.Sort(ids)
		slices.Reverse(ids) // SQLite numbers them from the last declared
		for _, id := range ids {
			if k := byID[id]; resolve(r.schema, k) {
				r.schema.ForeignKeys = append(r.schema.ForeignKeys, *k)
			}
		}
	}
	return nil
}

// resolve puts a declared key's names into the form that tables and columns
// have, and reports whether all exist.
func resolve(s *schema.Schema, k *schema.ForeignKey) bool {
	from, to := s.Table(k.Table), s.Table(k.RefTable)
	if to == nil {
		return false
	}
	k.RefTable = to.Name
	if len(k.RefColumns) == 0 {
		k.RefColumns = slices.Clone(to.PrimaryKey)
	}
	if len(k.Columns) != len(k.RefColumns) {
		return false
	}
	for i := range k.Columns {
		a, b := from.Column(k.Columns[i]), to.Column(k.RefColumns[i])
		if a == nil || b == nil {
			return false
		}
		k.Columns[i], k.RefColumns[i] = a.Name, b.Name
	}
	return true
}

// inferKeys adds keys that nobody declared.
func (r *reader) inferKeys() {
	keys := schema.InferKeys(r.schema, r.contains)
	r.schema.AddKeys(keys)
}

// maxUnindexed is how many rows a table may have for values to be looked up
// there without an index.
const maxUnindexed = 20_000

// contains reports whether sampled values of a supposed foreign key nearly all
// occur where it points. Two empty tables can only be judged by names.
func (r *reader) contains(k schema.ForeignKey) bool {
	if to := r.schema.Table(k.RefTable); !r.places[to.Name].led[k.RefColumns[0]] && uint64(to.RowCount) > maxUnindexed || r.ctx.Err() != nil {
		return false
	}
	from, to := schema.Quote(k.Columns[0]), schema.Quote(k.RefColumns[0])
	sql := "SELECT count(*), coalesce(sum(EXISTS (SELECT 1 FROM " + schema.Quote(k.RefTable) + " r WHERE r." + to + " = s.v)), 0)" +
		", EXISTS (SELECT 1 FROM " + schema.Quote(k.RefTable) + ")" +
		" FROM (SELECT DISTINCT v FROM (" + r.someOf(k.Table, from) + ") WHERE v IS NOT NULL LIMIT 500) s"
	var seen, found int64
	var filled bool
	if err := r.each(sql, func(s *sqlite3.Stmt) {
		seen, found, filled = s.ColumnInt64(0), s.ColumnInt64(1), s.ColumnBool(2)
	}); err != nil {
		return false
	}
	if seen == 0 {
		return !filled
	}
	return found*100 >= seen*95
}

// someOf reads a column's first values and its last, where rows have numbers.
func (r *reader) someOf(table, column string) string {
	from := "SELECT " + column + " AS v FROM " + schema.Quote(table)
	p := r.places[table]
	if !p.rowid {
		return from + " WHERE v IS NOT NULL LIMIT 20000"
	}
	return "SELECT * FROM (" + from + " WHERE v IS NOT NULL LIMIT 10000) UNION ALL SELECT * FROM (" + from + " ORDER BY " + p.id + " DESC LIMIT 10000)"
}
