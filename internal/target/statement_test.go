package target

import (
	"slices"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
)

func TestCheckText(t *testing.T) {
	for _, tt := range []struct {
		sql string
		ok  bool
	}{
		{"SELECT 1", true},
		{"  select 1 ; ", true},
		{"SELECT 1;;-- x\n;", true},
		{"-- a\n/* b */ SELECT 1", true},
		{"\ufeffSELECT 1", true},
		{"WITH a AS (SELECT 1) SELECT * FROM a", true},
		{"VALUES (1)", true},
		{"SELECT ';', \"a;b\", `c;d`, [e;f]", true},
		{"SELECT 'it''s; fine'", true},
		{"SELECT 1 /* open", true},
		{"SELECT 1 -- open", true},
		{"SELECT " + strings.Repeat("(", 60) + "1" + strings.Repeat(")", 60), true},
		{"SELECT '" + strings.Repeat("(", 61) + "'", true},
		{"", false},
		{";", false},
		{"-- only a comment", false},
		{"SELECT 1; SELECT 2", false},
		{"SELECT 1; /* x */ DROP TABLE t", false},
		{"SELECT 'open", false},
		{"SELECT \"open", false},
		{"SELECT [open", false},
		{"SELECT 1\x00", false},
		{"SELECT '\xff'", false},
		{"EXPLAIN SELECT 1", false},
		{"PRAGMA x", false},
		{"selectx 1", false},
		{"```sql\nSELECT 1\n```", false},
		{"(SELECT 1)", false},
		{"SELECT " + strings.Repeat("(", 61), false},
		{"SELECT 1" + strings.Repeat(",(SELECT 1)", 60), false},
		{"SELECT '" + strings.Repeat("x", maxSQL) + "'", false},
	} {
		if err := checkText(tt.sql); (err == nil) != tt.ok {
			t.Errorf("%.60q: %v", tt.sql, err)
		}
	}
}

// FuzzCheckText holds the scanner against SQLite's own reading: text that
// passes as one statement has no second one for SQLite either.
func FuzzCheckText(f *testing.F) {
	for _, seed := range []string{"SELECT 1; --", "SELECT 'a''b'; SELECT 2", "SELECT [a]]; DROP TABLE t", "SELECT 1 /*/ ; SELECT 2 */",
		"SELECT \"a\"\"b;\" ; ", "WITH x AS (SELECT 1)--\n;SELECT 2", "SELECT x'zz';SELECT 1", "SELECT 1--\r;SELECT 2", "SELECT 1 \v; SELECT 2", "SELECT $a::b(;) ; SELECT 1"} {
		f.Add(seed)
	}
	c, err := sqlite3.Open(":memory:")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { c.Close() })
	f.Fuzz(func(t *testing.T, sql string) {
		if checkText(sql) != nil {
			return
		}
		stmt, rest, err := c.Prepare(sql)
		if err != nil {
			return
		}
		stmt.Close()
		for range 100 {
			if rest == "" {
				return
			}
			stmt, next, err := c.Prepare(rest)
			if err != nil || stmt != nil {
				t.Fatalf("%q hides %q (%v)", sql, rest, err)
			}
			if next == rest {
				return
			}
			rest = next
		}
	})
}

func TestCells(t *testing.T) {
	values := []any{nil, int64(-1 << 63), int64(1<<63 - 1), 0.5, "", "é\xff\x00", []byte{}, []byte{0}}
	var b []byte
	for _, v := range values {
		b = appendCell(b, v)
	}
	rows, err := parseRows(b, 4, 2)
	if err != nil || len(rows) != 4 {
		t.Fatal(rows, err)
	}
	if again := appendRows(rows); !slices.Equal(again, b) {
		t.Errorf("%v came back as %v", values, rows)
	}
	for _, wrong := range [][2]int{{4, 3}, {3, 2}, {-1, 2}, {1 << 40, 2}, {1 << 62, 4}, {8, 0}} {
		if _, err := parseRows(b, wrong[0], wrong[1]); err == nil {
			t.Errorf("read as %d rows of %d", wrong[0], wrong[1])
		}
	}
}

func appendRows(rows [][]any) (b []byte) {
	for _, row := range rows {
		for _, v := range row {
			b = appendCell(b, v)
		}
	}
	return b
}

// FuzzParseRows holds that nothing from a worker can make its parent panic, and
// that whatever is accepted is what would have been written.
func FuzzParseRows(f *testing.F) {
	f.Add(appendRows([][]any{{int64(7), "x"}, {nil, []byte{1}}}), 2, 2)
	f.Add([]byte{cellText, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, 1, 1)
	f.Fuzz(func(t *testing.T, b []byte, rows, columns int) {
		table, err := parseRows(b, rows, columns)
		if err != nil {
			return
		}
		again, err := parseRows(appendRows(table), rows, columns)
		if err != nil || len(again) != len(table) {
			t.Fatalf("%v, %v", again, err)
		}
	})
}
