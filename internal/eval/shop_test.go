package eval

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/target"
)

var update = flag.Bool("update", false, "write goldens")

func TestMain(m *testing.M) {
	target.MaybeWorker()
	os.Exit(m.Run())
}

// businessDir is a copy of testdata's business set, its database built.
func businessDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/business")); err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(filepath.Join(dir, "shop", "shop.sql"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := sqlite3.Open(filepath.Join(dir, "shop", "shop.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Exec(string(script)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// businessSet is that set, loaded.
func businessSet(t *testing.T) Set {
	t.Helper()
	set, err := LoadSet(businessDir(t))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// reader answers with what its function gives.
type reader func(p ask.Prompt) ask.Candidate

func (r reader) Generate(_ context.Context, p ask.Prompt) (ask.Candidate, error) { return r(p), nil }

// answers reads questions by heart; what it does not know it declines.
func answers(known map[string]ask.Candidate) reader {
	return func(p ask.Prompt) ask.Candidate {
		if c, ok := known[p.Question]; ok {
			return c
		}
		return ask.Candidate{Decline: &ask.Decline{Reason: "unknown"}}
	}
}

// run asks a set and gives the results by ID and wording.
func run(t *testing.T, set Set, g ask.Generator) (Report, map[string]Result) {
	t.Helper()
	results, err := Run(t.Context(), Config{Generator: g, Parallel: 2, Wording: -1}, set)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]Result{}
	for _, r := range results {
		by[resultName(r)] = r
	}
	return Summarise(results), by
}
