package target

import "testing"

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

// BenchmarkSchema reads the schema of 56,000 rows anew.
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
