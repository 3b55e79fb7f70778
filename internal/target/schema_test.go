package target

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/schema"
)

// read builds a database of the given SQL and reads its schema.
func read(t *testing.T, sql string) (*DB, *schema.Schema) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "my shop.sqlite")
	build(t, path, sql)
	db := open(t, path, Options{Workers: 1})
	s, err := db.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return db, s
}

func TestSchemaOfOddDatabase(t *testing.T) {
	db, s := read(t, `
		CREATE TABLE "order"("group" INTEGER PRIMARY KEY, "total amount" REAL, "it""s" TEXT UNIQUE);
		INSERT INTO "order" VALUES (1, 2.5, 'a'), (2, NULL, 'b');
		CREATE TABLE lines("order" INTEGER REFERENCES "ORDER", pos INTEGER, twice INTEGER GENERATED ALWAYS AS (pos * 2) STORED,
			thrice INTEGER AS (pos * 3), PRIMARY KEY(pos, "order")) WITHOUT ROWID;
		INSERT INTO lines VALUES (1, 1), (1, 2);
		CREATE TABLE parts(a INTEGER, b INTEGER, c TEXT, FOREIGN KEY(b, a) REFERENCES lines(pos, "order"), FOREIGN KEY(c) REFERENCES gone(id));
		CREATE TABLE keyless(x, y);
		CREATE VIEW seen AS SELECT "group" AS g, "total amount" + 1 AS t FROM "order";
		CREATE VIEW broken AS SELECT nope FROM gone;
		PRAGMA writable_schema=1;
		INSERT INTO sqlite_schema VALUES ('table', 'words', 'words', 0, 'CREATE VIRTUAL TABLE words USING fts5(body)');
		PRAGMA writable_schema=0;
		CREATE TABLE "naïve 表"("日付" DATE);
		CREATE TABLE wide(`+columnList(150)+`);
		INSERT INTO wide(c0) VALUES (1);`)
	var names []string
	for _, table := range s.Tables {
		names = append(names, table.Name)
	}
	if want := []string{"order", "lines", "parts", "keyless", "seen", "naïve 表", "wide"}; !slices.Equal(names, want) {
		t.Errorf("tables %q, want %q", names, want)
	}
	if s.Name != "my shop" || s.Fingerprint == "" {
		t.Errorf("name %q, fingerprint %q", s.Name, s.Fingerprint)
	}
	order, lines := s.Table("order"), s.Table("lines")
	if !slices.Equal(order.PrimaryKey, []string{"group"}) || !slices.Equal(lines.PrimaryKey, []string{"pos", "order"}) || s.Table("keyless").PrimaryKey != nil {
		t.Errorf("keys %q, %q", order.PrimaryKey, lines.PrimaryKey)
	}
	if c := order.Column("it\"s"); !c.Unique || !slices.Equal(c.Values, []string{"a", "b"}) || !c.Complete {
		t.Errorf("%+v", c)
	}
	if c := order.Column("total amount"); c.Nulls != 1 || c.Distinct != 1 || c.Min != "2.5" || c.Type != schema.Real {
		t.Errorf("%+v", c)
	}
	if len(lines.Columns) != 4 || lines.Column("thrice").Max != "6" {
		t.Errorf("generated columns: %+v", lines.Columns)
	}
	if v := s.Table("seen"); !v.View || v.RowCount != 2 || len(v.Columns) != 2 {
		t.Errorf("view: %+v", v)
	}
	if w := s.Table("wide"); len(w.Columns) != 150 || w.RowCount != 1 {
		t.Errorf("wide: %d columns, %d rows", len(w.Columns), w.RowCount)
	}
	want := []schema.ForeignKey{
		{Table: "lines", Columns: []string{"order"}, RefTable: "order", RefColumns: []string{"group"}},
		{Table: "parts", Columns: []string{"b", "a"}, RefTable: "lines", RefColumns: []string{"pos", "order"}},
	}
	if !reflect.DeepEqual(s.ForeignKeys, want) {
		t.Errorf("foreign keys %v, want %v", s.ForeignKeys, want)
	}
	for _, table := range s.Tables {
		one(t, db, "SELECT count(*) FROM "+schema.Quote(table.Name))
	}
}

func columnList(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("c%d", i)
	}
	return strings.Join(names, ", ")
}

func TestSchemaTypesAndValues(t *testing.T) {
	_, s := read(t, `
		CREATE TABLE t(flag BOOLEAN, day TEXT, at, kind VARCHAR(9), mixed, photo BLOB, big TEXT, n NUMERIC, empty DATE);
		INSERT INTO t VALUES (1, '2024-02-29', '2024-02-29 10:00:00', 'b', 1, x'ff', printf('%.*c', 300000, 'x'), 3, NULL),
			(0, '2023-01-01', '2024-03-01T11:30', 'a', 'x', x'00', 'y', 4, NULL),
			(0, NULL, NULL, 'b', 2.5, NULL, 'z', 5, NULL), (0, NULL, NULL, NULL, NULL, NULL, 'z', 6, NULL);`)
	table := s.Table("t")
	for name, want := range map[string]schema.Type{"flag": schema.Boolean, "day": schema.Date, "at": schema.DateTime,
		"kind": schema.Text, "mixed": schema.Integer, "photo": schema.Blob, "big": schema.Text, "n": schema.Integer, "empty": schema.Date} {
		if got := table.Column(name).Type; name != "mixed" && got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if c := table.Column("kind"); !slices.Equal(c.Values, []string{"b", "a"}) || !c.Complete || c.Distinct != 2 || c.Nulls != 1 {
		t.Errorf("kind: %+v", c)
	}
	if c := table.Column("day"); c.Min != "2023-01-01" || c.Max != "2024-02-29" {
		t.Errorf("day: %+v", c)
	}
	if c := table.Column("big"); c.Complete || !slices.Equal(c.Values, []string{"z", "y"}) {
		t.Errorf("big: complete %t, %d values", c.Complete, len(c.Values))
	}
	if c := table.Column("mixed"); !c.Complete || !slices.Equal(c.Values, []string{"1", "2.5", "x"}) {
		t.Errorf("mixed: %+v", c)
	}
	if c := table.Column("empty"); c.Distinct != 0 || c.Nulls != 4 || c.Complete {
		t.Errorf("empty: %+v", c)
	}
}

func TestSchemaInfersKeys(t *testing.T) {
	_, s := read(t, `
		CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT);
		CREATE TABLE regions(id INTEGER PRIMARY KEY);
		CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER, region_id INTEGER);
		INSERT INTO customers VALUES (1, 'a'), (2, 'b');
		INSERT INTO regions VALUES (1);
		INSERT INTO orders VALUES (1, 1, 7), (2, 2, 8), (3, NULL, 9);`)
	want := []schema.ForeignKey{{Table: "orders", Columns: []string{"customer_id"}, RefTable: "customers", RefColumns: []string{"id"}, Inferred: true}}
	if !reflect.DeepEqual(s.ForeignKeys, want) {
		t.Errorf("got %v, want %v: region_id has values that no region has", s.ForeignKeys, want)
	}
}

// A large table gives what it can in bounded time, and claims no more than it
// has seen.
func TestSchemaOfLargeTable(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a large table")
	}
	path := filepath.Join(t.TempDir(), "large.db")
	build(t, path, `CREATE TABLE small(id INTEGER PRIMARY KEY, kind TEXT); INSERT INTO small VALUES (1, 'x');
		CREATE TABLE large(id INTEGER PRIMARY KEY, small_id INTEGER, status TEXT, note TEXT, amount REAL, made TEXT);
		WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x < 600000)
		INSERT INTO large SELECT x, 1, CASE x % 3 WHEN 0 THEN 'paid' ELSE 'open' END, 'note ' || x, x * 0.1, '2024-01-01' FROM n;
		CREATE VIEW heavy AS SELECT a.id FROM large a, large b, large c;`)
	db := open(t, path, Options{Workers: 1})
	start := time.Now()
	s, err := db.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > schemaBudget {
		t.Errorf("took %s", took)
	}
	if c := s.Table("small").Column("kind"); !c.Complete || s.Table("small").RowCount != 1 {
		t.Errorf("small: %+v", c)
	}
	large := s.Table("large")
	if c := large.Column("status"); !slices.Equal(c.Values, []string{"open", "paid"}) {
		t.Errorf("status: %+v", c)
	}
	if c := large.Column("note"); c.Complete || len(c.Values) > 5000 {
		t.Errorf("note: complete %t, %d values", c.Complete, len(c.Values))
	}
	if large.RowCount != 600000 || large.Column("made").Type != schema.Date {
		t.Errorf("%d rows, made is %q", large.RowCount, large.Column("made").Type)
	}
	if v := s.Table("heavy"); v == nil || v.RowCount != -1 {
		t.Errorf("heavy: %+v", v)
	}
	t.Logf("read in %s; whole: %t", time.Since(start), large.Column("status").Complete)
}
