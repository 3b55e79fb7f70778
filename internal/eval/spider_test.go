package eval

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/querent/querent/internal/ask"
)

func TestSame(t *testing.T) {
	two := rows{{"a", int64(1)}, {"b", int64(2)}}
	tests := []struct {
		name      string
		gold, got rows
		ordered   bool
		want      bool
	}{
		{"the same", two, two, true, true},
		{"columns in another order", two, rows{{int64(2), "b"}, {int64(1), "a"}}, false, true},
		{"rows in another order", two, rows{{"b", int64(2)}, {"a", int64(1)}}, true, false},
		{"more columns", two, rows{{"a", int64(1), "x"}, {"b", int64(2), "y"}}, false, false},
		{"nothing", nil, nil, false, true},
		{"numbers of JSON", rows{{1.0}}, rows{{int64(1)}}, false, true},
	}
	for _, tt := range tests {
		if got := Same(tt.gold, tt.got, tt.ordered); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestDropDistinct(t *testing.T) {
	tests := []struct{ sql, want string }{
		{"SELECT DISTINCT a FROM t", "SELECT   a FROM t"},
		{"SELECT count(distinct a)", "SELECT count(  a)"},
		{"SELECT 'distinct', distinctly, \"distinct\"", "SELECT 'distinct', distinctly, \"distinct\""},
		{"SELECT 'open", "SELECT 'open"},
	}
	for _, tt := range tests {
		if got := dropDistinct(tt.sql); got != tt.want {
			t.Errorf("%q gives %q, want %q", tt.sql, got, tt.want)
		}
	}
}

// A textbook set goes through the same run and report.
func TestTextbookSet(t *testing.T) {
	dir := businessDir(t)
	train := `[{"db_id": "shop", "question": "How many orders?", "question_synonyms": "order number?", "query": "SELECT count(*) FROM orders", "gold_row_count": 1, "gold_rows": [[4]]},
	{"db_id": "shop", "question": "Towns?", "query": "SELECT DISTINCT town FROM customer WHERE town = \"Mere\" OR town = \"Holt\"", "gold_row_count": 2, "gold_rows": [["Mere"], ["Holt"]]},
	{"db_id": "shop", "question": "Names?", "query": "SELECT name FROM customer", "gold_row_count": 3, "gold_rows": []}]`
	if err := os.WriteFile(filepath.Join(dir, "train.json"), []byte(train), 0o644); err != nil {
		t.Fatal(err)
	}
	books, err := LoadSpider(dir)
	if err != nil {
		t.Fatal(err)
	}
	file := func(db string) string { return filepath.Join(dir, db, db+".sqlite") }
	rep, results := run(t, TextbookSet(books, false, file), answers(map[string]ask.Candidate{
		"How many orders?": {SQL: all, Tier: ask.Compiled},
		"Towns?":           {SQL: "SELECT town FROM customer"},
		"Names?":           {SQL: "SELECT name, town FROM customer"},
	}))
	for id, want := range map[string]bool{"shop/0.0": true, "shop/1.0": true, "shop/2.0": false} {
		if results[id].Right != want {
			t.Errorf("%s: %+v", id, results[id])
		}
	}
	if rep.By["kind"]["easy"].Questions == 0 || rep.Causes["number of columns"] != 1 {
		t.Errorf("by kind %v, causes %v", rep.By["kind"], rep.Causes)
	}
	if q := TextbookSet(books, true, file).Questions; q[0].Wordings[0] != "order number?" || q[1].Wordings[0] != "Towns?" {
		t.Errorf("with synonyms: %q, %q", q[0].Wordings, q[1].Wordings)
	}
}

func TestSelect(t *testing.T) {
	books := []Textbook{{DB: "a"}, {DB: "b"}, {DB: "c"}, {DB: "d"}, {DB: "e"}, {DB: "f"}}
	val, err1 := Select(books, "val")
	train, err2 := Select(books, "train")
	if err1 != nil || err2 != nil || len(val)+len(train) != len(books) {
		t.Errorf("%d and %d, %v, %v", len(val), len(train), err1, err2)
	}
	if _, err := Select(books, "test"); err == nil {
		t.Error("there is a split test")
	}
}
