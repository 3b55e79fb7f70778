package logical

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestRandomQueries checks that whatever SQL writes is a statement, with as
// many columns as there are titles, and the same each time.
func TestRandomQueries(t *testing.T) {
	written := 0
	for _, name := range []string{"sales", "helpdesk"} {
		db := open(t, name)
		for seed := range uint64(1200) {
			m := &maker{rand.New(rand.NewPCG(seed, 1)), db.c}
			q := m.list()
			if seed%3 > 0 {
				q = m.figures(2)
			}
			sql, err := q.SQL(db.c)
			if err != nil {
				continue
			}
			written++
			checkSQL(t, db, q, sql)
			if t.Failed() {
				return
			}
		}
	}
	if written < 800 {
		t.Errorf("only %d queries could be written", written)
	}
}

func checkSQL(t *testing.T, db *database, q Query, sql string) {
	t.Helper()
	show := func() string {
		b, _ := json.Marshal(q)
		return string(b) + "\n" + sql
	}
	stmt, _, err := db.Prepare(sql)
	if err != nil {
		t.Errorf("%v\n%s", err, show())
		return
	}
	defer stmt.Close()
	if n := len(q.Titles(db.c)); stmt.ColumnCount() != n {
		t.Errorf("%d columns, %d titles\n%s", stmt.ColumnCount(), n, show())
	}
	if n := len(q.Formats(db.c)); n != stmt.ColumnCount() {
		t.Errorf("%d columns, %d formats\n%s", stmt.ColumnCount(), n, show())
	}
	if s := q.Sentence(db.c); len(s) < 3 || strings.ContainsAny(s, "\n\x00") {
		t.Errorf("it says %q\n%s", s, show())
	}
	if !Same(q, q, db.c) {
		t.Errorf("not the same as itself\n%s", show())
	}
	if again, _ := q.SQL(db.c); again != sql {
		t.Errorf("not the same each time:\n%s\n%s", again, show())
	}
}

// TestTogetherAsApart checks that a measure beside others, of the same table
// or another, has in each group the figure that it has alone.
func TestTogetherAsApart(t *testing.T) {
	checked := 0
	for _, name := range []string{"sales", "helpdesk"} {
		db := open(t, name)
		for seed := range uint64(600) {
			m := &maker{rand.New(rand.NewPCG(seed, 2)), db.c}
			near := m.table()
			q := Query{Dimensions: []Dimension{m.dimension(near)}}
			for range 2 {
				base := near
				if m.chance(3) {
					base = m.table()
				}
				q.Measures = append(q.Measures, m.leaf(base))
			}
			if m.chance(2) {
				q.Filters = []Predicate{m.predicate(near, 1)}
			}
			if sql, err := q.SQL(db.c); err == nil {
				checkApart(t, db, q, sql)
				checked++
			}
			if t.Failed() {
				return
			}
		}
	}
	if checked < 200 {
		t.Errorf("only %d queries could be checked", checked)
	}
}

// nothing are figures of a group that a measure has no rows in.
var nothing = map[string]bool{"0": true, "0.0": true, "NULL": true, "": true}

func checkApart(t *testing.T, db *database, q Query, sql string) {
	t.Helper()
	width := len(q.Titles(db.c)) - len(q.Measures)
	together := db.rows(t, sql)
	for i := range q.Measures {
		alone := q
		alone.Measures = q.Measures[i : i+1]
		one, err := alone.SQL(db.c)
		if err != nil {
			t.Errorf("%v\n%s", err, sql)
			return
		}
		want := map[string][]string{}
		for _, r := range db.rows(t, one) {
			k := strings.Join(r[:width], "|")
			want[k] = append(want[k], r[width])
		}
		for _, r := range together {
			k := strings.Join(r[:width], "|")
			got := r[width+i]
			j := slices.Index(want[k], got)
			if j < 0 && !nothing[got] {
				t.Errorf("measure %d of group %s is %s beside others, %v alone\n%s\n%s", i, k, got, want[k], sql, one)
				return
			}
			if j >= 0 {
				want[k] = slices.Delete(want[k], j, j+1)
			}
		}
		for k, left := range want {
			for _, v := range left {
				if !nothing[v] {
					t.Errorf("measure %d of group %s is %s alone and missing beside others\n%s\n%s", i, k, v, sql, one)
				}
			}
		}
	}
}

func BenchmarkQuery(b *testing.B) {
	db := open(b, "sales")
	for _, file := range []string{"testdata/sales.golden"} {
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		var all []Query
		for _, part := range strings.Split("\n"+string(text), "\n=== ")[1:] {
			_, rest, _ := strings.Cut(part, "\n")
			query, _, _ := strings.Cut(rest, "\n---")
			var q Query
			if err := json.Unmarshal([]byte(query), &q); err != nil {
				b.Fatal(err)
			}
			all = append(all, q)
		}
		for name, f := range map[string]func(q Query){
			"SQL":      func(q Query) { _, _ = q.SQL(db.c) },
			"sentence": func(q Query) { _ = q.Sentence(db.c) },
			"key":      func(q Query) { _ = q.Key(db.c) },
		} {
			b.Run(name, func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					f(all[i%len(all)])
				}
			})
		}
	}
}
