package target

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkQuery is the least that a query costs: a point read.
func BenchmarkQuery(b *testing.B) {
	db := open(b, shop(b), Options{Workers: 1})
	for b.Loop() {
		one(b, db, "SELECT name FROM customers WHERE id = 500")
	}
}

// BenchmarkPage reads a full result.
func BenchmarkPage(b *testing.B) {
	db := open(b, shop(b), Options{Workers: 1})
	for b.Loop() {
		if _, err := db.Query(b.Context(), "SELECT * FROM order_items"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSchema reads the schema of 56,000 rows again, nothing kept.
func BenchmarkSchema(b *testing.B) {
	db := open(b, shop(b), Options{Workers: 1})
	for b.Loop() {
		db.schema = nil
		if _, err := db.Schema(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen starts and ends a target with its first worker.
func BenchmarkOpen(b *testing.B) {
	path := shop(b)
	for b.Loop() {
		db, err := Open(b.Context(), path, Options{Workers: 1})
		if err != nil {
			b.Fatal(err)
		}
		db.Close()
	}
}

// BenchmarkSchemaOfLargeTable reads the schema of a million rows, which is
// sampled.
func BenchmarkSchemaOfLargeTable(b *testing.B) {
	path := filepath.Join(b.TempDir(), "large.db")
	build(b, path, `CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER, status TEXT, ordered_at TEXT, total REAL, note TEXT, paid INTEGER, shipped_ts INTEGER);
		WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x < 1000000)
		INSERT INTO orders SELECT x, x*7%1000, CASE x%3 WHEN 0 THEN 'paid' ELSE 'open' END, datetime('2015-01-01', '+'||x||' minutes'), x*0.01, 'note '||x, x%2, 1420070400+x*60 FROM n;
		CREATE INDEX s ON orders(status)`)
	for b.Loop() {
		if _, err := readSchema(b.Context(), path, maxCells); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSchemaOfManyTables reads the schema of 1,000 tables of 20 columns
// that refer to each other without saying so.
func BenchmarkSchemaOfManyTables(b *testing.B) {
	path := filepath.Join(b.TempDir(), "many.db")
	var sql strings.Builder
	sql.WriteString("BEGIN;")
	for i := range 1000 {
		fmt.Fprintf(&sql, "CREATE TABLE thing%d(id INTEGER PRIMARY KEY, name TEXT", i)
		for j := range 18 {
			fmt.Fprintf(&sql, ", thing%d_id INTEGER", (i*7+j*53)%1000)
		}
		fmt.Fprintf(&sql, "); INSERT INTO thing%d VALUES (1, 'a'%s), (2, 'b'%[2]s);\n", i, strings.Repeat(", 1", 18))
	}
	sql.WriteString("COMMIT")
	build(b, path, sql.String())
	for b.Loop() {
		if _, err := readSchema(b.Context(), path, maxCells); err != nil {
			b.Fatal(err)
		}
	}
}
