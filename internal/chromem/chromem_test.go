package chromem

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ask/asktest"
)

func open(t *testing.T, dir string, dim int) *Store {
	t.Helper()
	s, err := Open(dir, dim)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConformance(t *testing.T) {
	for name, dir := range map[string]string{"memory": "", "files": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			asktest.VectorStore(t, func(t *testing.T) ask.VectorStore { return open(t, dir, asktest.Dim) })
		})
	}
}

func TestFilesAreKeptUnlessUseless(t *testing.T) {
	dir := t.TempDir()
	docs := []ask.Document{{ID: "a", Text: "x", Vector: []float32{1, 0}, Meta: map[string]string{"hash": "h"}}}
	if err := open(t, dir, 2).Put(t.Context(), ask.TableSchemas, docs); err != nil {
		t.Fatal(err)
	}
	held := func(dim int) int {
		h, err := open(t, dir, dim).Hashes(t.Context(), ask.TableSchemas)
		if err != nil {
			t.Fatal(err)
		}
		return len(h)
	}
	if n := held(2); n != 1 {
		t.Errorf("reopened with %d documents", n)
	}
	if n := held(3); n != 0 {
		t.Errorf("%d documents of another length survive", n)
	}
	if err := open(t, dir, 2).Put(t.Context(), ask.TableSchemas, docs); err != nil {
		t.Fatal(err)
	}
	spoil(t, dir)
	if n := held(2); n != 0 {
		t.Errorf("%d documents read from spoilt files", n)
	}
}

func spoil(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, f := range files {
		if err := os.WriteFile(f, []byte("spoilt"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
