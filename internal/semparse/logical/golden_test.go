package logical

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what comes out into the goldens")

// TestGoldens holds what a query says, its SQL and its rows side by side.
// A case is its logical query in JSON; all else is written by -update, and
// the rows are compared by hand once.
func TestGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatal("no goldens", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".golden")
		db := open(t, name)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, part := range strings.Split("\n"+strings.TrimSpace(string(b)), "\n=== ")[1:] {
			title, rest, _ := strings.Cut(part, "\n")
			query, _, _ := strings.Cut(rest, "\n---")
			got := written(t, db, title, query)
			if !*update && strings.TrimSpace(part) != strings.TrimSpace(got) {
				t.Errorf("%s: %s\ngot:\n%s\nwant:\n%s", name, title, got, part)
			}
			out.WriteString("=== " + got + "\n")
		}
		if *update {
			if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func written(t *testing.T, db *database, title, query string) string {
	t.Helper()
	var q Query
	d := json.NewDecoder(strings.NewReader(query))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		t.Fatalf("%s: %v", title, err)
	}
	out := title + "\n" + strings.TrimSpace(query) + "\n---\n" + q.Sentence(db.c) + "\n---\n"
	sql, err := q.SQL(db.c)
	if err != nil {
		return out + "error: " + err.Error() + "\n"
	}
	out += sql + "\n---\n"
	rows, err := db.run(sql)
	if err != nil {
		t.Errorf("%s: %v in\n%s", title, err, sql)
	}
	out += strings.Join(q.Titles(db.c), " | ") + "\n" + kinds(q.Formats(db.c)) + "\n"
	for _, r := range rows {
		out += strings.ReplaceAll(strings.Join(r, " | "), "\n", `\n`) + "\n"
	}
	return out
}

func kinds(fs []Format) string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = strings.TrimSpace(string(f.Kind) + " " + f.Unit + f.Grain)
	}
	return "(" + strings.Join(out, " | ") + ")"
}
