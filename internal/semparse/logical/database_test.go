package logical

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
)

// formats are those of the test databases' dates.
var formats = map[string]schema.Format{
	"customers.signup_date": schema.ISODay, "employees.birth_date": schema.ISODay, "orders.order_date": schema.ISODay, "orders.shipped_at": schema.ISOTime,
	"payments.paid_on": schema.YMDNumber, "returns.returned_on": schema.DMY,
	"tickets.created_at": schema.UnixSeconds, "tickets.closed_at": schema.UnixSeconds, "tickets.due_on": schema.ISODay, "work log.logged": schema.ISOTime,
}

// database is a small real one with its catalog.
type database struct {
	*sqlite3.Conn
	c *catalog.Catalog
}

func open(t testing.TB, name string) *database {
	t.Helper()
	ddl, err := os.ReadFile(filepath.Join("testdata", name+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqlite3.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Exec(string(ddl)); err != nil {
		t.Fatal(err)
	}
	d := &database{Conn: db}
	d.c = catalog.New(d.schema(t))
	return d
}

// schema reads the database as the target's reader would.
func (d *database) schema(t testing.TB) *schema.Schema {
	s := &schema.Schema{}
	for _, row := range d.rows(t, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid") {
		s.Tables = append(s.Tables, d.table(t, row[0]))
		for _, k := range d.rows(t, fmt.Sprintf(`SELECT "from", "table", "to" FROM pragma_foreign_key_list(%s) ORDER BY id DESC`, sqlite{}.text(row[0]))) {
			s.ForeignKeys = append(s.ForeignKeys, schema.ForeignKey{Table: row[0], Columns: []string{k[0]}, RefTable: k[1], RefColumns: []string{k[2]}})
		}
	}
	s.Seal()
	return s
}

func (d *database) table(t testing.TB, name string) schema.Table {
	out := schema.Table{Name: name, RowCount: int64(len(d.rows(t, "SELECT 1 FROM "+schema.Quote(name))))}
	cols := d.rows(t, fmt.Sprintf("SELECT name, type, \"notnull\", pk FROM pragma_table_info(%s)", sqlite{}.text(name)))
	keys := 0
	for _, c := range cols {
		if c[3] != "0" {
			out.PrimaryKey = append(out.PrimaryKey, c[0])
			keys++
		}
	}
	for _, c := range cols {
		x := schema.Quote(c[0])
		col := schema.Column{Name: c[0], Declared: c[1], NotNull: c[2] == "1", PrimaryKey: c[3] != "0", Complete: true}
		col.Type = map[string]schema.Type{"INTEGER": schema.Integer, "REAL": schema.Real}[c[1]]
		if col.Type == "" {
			col.Type = schema.Text
		}
		col.Format = formats[name+"."+c[0]]
		for _, v := range d.rows(t, fmt.Sprintf("SELECT %s FROM %s WHERE %s IS NOT NULL GROUP BY 1 ORDER BY 1", x, schema.Quote(name), x)) {
			col.Values = append(col.Values, v[0])
			col.Distinct++
			if col.Min == "" {
				col.Min = v[0]
			}
			col.Max = v[0]
		}
		col.Nulls = int64(len(d.rows(t, fmt.Sprintf("SELECT 1 FROM %s WHERE %s IS NULL", schema.Quote(name), x))))
		col.Unique = col.Distinct+col.Nulls == out.RowCount
		col.Integers = col.Type == schema.Integer
		switch strings.Join(col.Values, " ") {
		case "0 1", "1":
			if col.Type == schema.Integer && strings.HasPrefix(c[0], "is_") {
				col.Flag = &schema.Flag{True: []string{"1"}, False: []string{"0"}}
			}
		case "N Y":
			col.Flag = &schema.Flag{True: []string{"Y"}, False: []string{"N"}, Text: true}
		}
		if name == "tickets" && c[0] == "effort" {
			col.Numbers = schema.NumbersCurrency
		}
		out.Columns = append(out.Columns, col)
	}
	return out
}

// rows runs a query; NULL is "NULL".
func (d *database) rows(t testing.TB, sql string) [][]string {
	t.Helper()
	out, err := d.run(sql)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, sql)
	}
	return out
}

func (d *database) run(sql string) ([][]string, error) {
	stmt, tail, err := d.Prepare(sql)
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	if strings.TrimSpace(tail) != "" {
		return nil, fmt.Errorf("a second statement: %s", tail)
	}
	var out [][]string
	for stmt.Step() {
		var row []string
		for i := range stmt.ColumnCount() {
			if stmt.ColumnType(i) == sqlite3.NULL {
				row = append(row, "NULL")
			} else {
				row = append(row, stmt.ColumnText(i))
			}
		}
		out = append(out, row)
	}
	return out, stmt.Err()
}
