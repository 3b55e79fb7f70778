package target

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
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

// Full-text tables are read through what they store; where they keep nothing,
// and for modules' own tables, nothing is offered.
func TestSchemaOfVirtualTables(t *testing.T) {
	db, s := read(t, `
		CREATE TABLE clients(id INTEGER PRIMARY KEY, name TEXT);
		CREATE TABLE schema_migrations(version TEXT);
		INSERT INTO schema_migrations VALUES ('20240101');
		CREATE TABLE notes_content(id INTEGER PRIMARY KEY, c0, c1);
		INSERT INTO notes_content VALUES (1, 'first', 'hello sea'), (2, 'second', 'hello land');
		CREATE TABLE notes_data(id INTEGER PRIMARY KEY, block BLOB);
		CREATE TABLE old_content(docid INTEGER PRIMARY KEY, 'c0subject');
		INSERT INTO old_content VALUES (1, 'tea');
		CREATE TABLE boxes_node(nodeno INTEGER PRIMARY KEY, data BLOB);
		PRAGMA writable_schema=1;
		INSERT INTO sqlite_schema VALUES
			('table', 'notes', 'notes', 0, 'CREATE VIRTUAL TABLE notes USING fts5(title, "the body" UNINDEXED, tokenize = ''porter ascii'', prefix=''2, 3'')'),
			('table', 'old', 'old', 0, 'create virtual table if not exists old using FTS4 ( subject , tokenize=simple )'),
			('table', 'hollow', 'hollow', 0, 'CREATE VIRTUAL TABLE hollow USING fts5(body, content='''')'),
			('table', 'boxes', 'boxes', 0, 'CREATE VIRTUAL TABLE boxes USING rtree(id, a, b)'),
			('table', 'odd', 'odd', 0, 'CREATE VIRTUAL TABLE odd USING csv(filename=''/etc/passwd'')');
		PRAGMA writable_schema=0;`)
	var shown []string
	for table := range s.Shown() {
		shown = append(shown, table.Name)
	}
	if want := []string{"clients", "notes", "old"}; !slices.Equal(shown, want) {
		t.Errorf("shown %q, want %q", shown, want)
	}
	notes := s.Table("notes")
	if !notes.Virtual || notes.RowCount != 2 || len(notes.Columns) != 2 || !slices.Equal(notes.Column("the body").Values, []string{"hello land", "hello sea"}) {
		t.Errorf("notes: %+v", notes)
	}
	if v := one(t, db, `SELECT max(o.subject) FROM old o, notes n WHERE o.subject LIKE 't%' AND n."the body" LIKE '%sea'`); v != "tea" {
		t.Errorf("got %v", v)
	}
	for _, sql := range []string{"SELECT * FROM hollow", "SELECT * FROM odd", "SELECT * FROM main.notes", "SELECT * FROM temp.sqlite_temp_schema"} {
		if _, err := db.Query(t.Context(), sql); err == nil {
			t.Errorf("%s was run", sql)
		}
	}
}

// A read of the schema goes on when whoever asked for it can't wait, and
// what it gives is whole.
func TestSchemaIsWholeOrBeingRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "target.db")
	build(t, path, `CREATE TABLE large(id INTEGER PRIMARY KEY, status TEXT);
		WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x < 200000)
		INSERT INTO large SELECT x, CASE x % 3 WHEN 0 THEN 'paid' ELSE 'open' END FROM n`)
	db := open(t, path, Options{Workers: 1})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	wants(t, db.Health(ctx), ask.Busy, "is being read")
	s, err := db.Schema(t.Context())
	if err != nil || s.Table("large").RowCount != 200000 || !s.Table("large").Column("status").Complete {
		t.Errorf("%v: %+v", err, s)
	}
	again, err := db.Schema(ctx)
	if again != s || err != nil {
		t.Errorf("a known schema was not given at once: %v", err)
	}
}

// A large table is read in parts, with what its indexes tell.
func TestSchemaOfSampledTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "target.db")
	build(t, path, `CREATE TABLE large(id INTEGER PRIMARY KEY, status TEXT, made TEXT, n INTEGER);
		CREATE TABLE keyed(a TEXT, b INTEGER, PRIMARY KEY(a, b)) WITHOUT ROWID;
		WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x < 50000)
		INSERT INTO large SELECT 3 * x, CASE x WHEN 777 THEN 'rare' ELSE 'open' END, date('2020-01-01', '+' || (x * 7 % 1000) || ' days'), x FROM n;
		INSERT INTO keyed SELECT 'k' || (id % 10), id FROM large;
		CREATE INDEX s ON large(status); CREATE INDEX m ON large(made);`)
	s, err := readSchema(t.Context(), path, 20_000)
	if err != nil {
		t.Fatal(err)
	}
	large := s.Table("large")
	if large.RowCount != 50000 || large.Sampled >= 20000 || large.Sampled < 1000 {
		t.Errorf("%d rows, %d sampled", large.RowCount, large.Sampled)
	}
	if c := large.Column("status"); !c.Complete || !slices.Equal(c.Values, []string{"open", "rare"}) {
		t.Errorf("status: %+v", c)
	}
	if c := large.Column("made"); c.Min != "2020-01-01" || c.Max != "2022-09-26" || c.Format != schema.ISODay {
		t.Errorf("made: %+v", c)
	}
	if c := large.Column("n"); c.Complete || c.Unique || c.Distinct != large.Sampled {
		t.Errorf("n: %+v", c)
	}
	if k := s.Table("keyed"); k.RowCount != 50000 || k.Sampled == 0 || k.Column("a").Max != "k9" {
		t.Errorf("keyed: %+v", k)
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
