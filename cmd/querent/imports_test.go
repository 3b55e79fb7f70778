package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/querent/querent"

// domain packages know no technology; adapters and pages build on them.
var domain = []string{"internal/ask", "internal/schema", "internal/ontology", "internal/account", "internal/audit", "internal/training", "internal/settings", "internal/job", "internal/tabular"}

// mayImport is README's table of packages: what each may import of ours. A
// package that holds another inside itself may import that one, too.
var mayImport = map[string][]string{
	"cmd/querent":       {"*"},
	"web":               append([]string{"web/views", "static", "internal/telemetry"}, domain...),
	"web/views":         append([]string{"static", "internal/sqltoken"}, domain...),
	"internal/ask":      {"internal/schema", "internal/ontology", "internal/golden", "internal/telemetry"},
	"internal/golden":   {"internal/schema", "internal/sqltoken"},
	"internal/schema":   {},
	"internal/sqltoken": {},
	"internal/sqlast":   {"internal/sqltoken"},
	"internal/semparse": {"internal/schema", "internal/ontology", "internal/ask", "internal/semparse/text", "internal/semparse/lexicon", "internal/semparse/when", "internal/semparse/catalog", "internal/semparse/logical", "internal/semparse/link", "internal/semparse/candidate", "internal/semparse/rank", "internal/semparse/explain"},

	// The reader's rooms, in the order of a question's way through them.
	"internal/semparse/text":      {},
	"internal/semparse/lexicon":   {"internal/semparse/text"},
	"internal/semparse/when":      {"internal/semparse/text"},
	"internal/semparse/catalog":   {"internal/schema", "internal/ontology", "internal/semparse/text", "internal/semparse/lexicon"},
	"internal/semparse/logical":   {"internal/schema", "internal/sqltoken", "internal/semparse/catalog", "internal/semparse/text"},
	"internal/semparse/link":      {"internal/schema", "internal/ontology", "internal/semparse/text", "internal/semparse/lexicon", "internal/semparse/when", "internal/semparse/catalog"},
	"internal/semparse/candidate": {"internal/schema", "internal/ontology", "internal/ask", "internal/sqlast", "internal/semparse/text", "internal/semparse/lexicon", "internal/semparse/when", "internal/semparse/catalog", "internal/semparse/logical", "internal/semparse/link"},
	"internal/semparse/explain":   {"internal/ask", "internal/semparse/text", "internal/semparse/lexicon", "internal/semparse/when", "internal/semparse/catalog", "internal/semparse/logical", "internal/semparse/link", "internal/semparse/candidate", "internal/semparse/rank"},
	"internal/semparse/ml":        {},
	"internal/semparse/rank":      {"internal/ask", "internal/semparse/text", "internal/semparse/catalog", "internal/semparse/logical", "internal/semparse/link", "internal/semparse/candidate", "internal/semparse/ml"},
	"internal/semparse/train":     {"internal/ask", "internal/eval", "internal/embed", "internal/target", "internal/semparse", "internal/semparse/rank", "internal/semparse/ml"},

	"internal/llm":       {"internal/ask", "internal/schema", "internal/ontology", "internal/sqltoken", "internal/telemetry"},
	"internal/eval":      {"internal/schema", "internal/ask", "internal/ontology", "internal/sqlast", "internal/semparse", "internal/semparse/candidate", "internal/target", "internal/embed"},
	"internal/ontology":  {"internal/schema", "internal/sqltoken"},
	"internal/training":  {"internal/ask", "internal/golden", "internal/schema", "internal/ontology"},
	"internal/settings":  {"internal/ask", "internal/audit"},
	"internal/job":       {"internal/ask", "internal/tabular"},
	"internal/tabular":   {"internal/ask"},
	"internal/account":   {},
	"internal/audit":     {},
	"internal/target":    {"internal/ask", "internal/schema", "internal/sqltoken", "internal/telemetry"},
	"internal/postgres":  append([]string{"db", "internal/telemetry"}, domain...),
	"internal/chroma":    {"internal/ask", "internal/telemetry"},
	"internal/chromem":   {"internal/ask"},
	"internal/embed":     {},
	"internal/redis":     {"internal/ask", "internal/job", "internal/telemetry"},
	"internal/config":    {},
	"internal/demo":      {},
	"internal/telemetry": {},
	"internal/legacy":    domain,
	"db":                 {},
	"static":             {},
}

// learning is kept out of what runs.
const learning = "internal/semparse/train"

// room is the table's package that dir belongs to: itself, or the one that
// holds it.
func room(dir string) string {
	for ; dir != "."; dir = filepath.Dir(dir) {
		if _, ok := mayImport[dir]; ok {
			return dir
		}
	}
	return ""
}

func TestImportsKeepToTheTable(t *testing.T) {
	root := filepath.Join("..", "..")
	for dir := range mayImport {
		if files, err := filepath.Glob(filepath.Join(root, dir, "*.go")); err != nil || len(files) == 0 {
			t.Errorf("the table has a row for %s, where no Go file is", dir)
		}
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root && d.Name() != "..") {
			if d != nil && d.IsDir() && err == nil {
				return filepath.SkipDir
			}
			return err
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			checkFile(t, root, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkFile(t *testing.T, root, path string) {
	t.Helper()
	dir, err := filepath.Rel(root, filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "go.mod")); err == nil {
		return // a module of its own
	}
	from := room(dir)
	if from == "" {
		t.Errorf("%s is in no room of the table", path)
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range f.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		to, ours := strings.CutPrefix(name, module+"/")
		if !ours || room(to) == from && strings.HasPrefix(to, from) {
			continue
		}
		if room(to) == learning {
			t.Errorf("%s imports %s; nothing but its own command may", path, to)
		}
		if allowed := mayImport[from]; !slices.Contains(allowed, "*") && !slices.Contains(allowed, room(to)) {
			t.Errorf("%s imports %s; %s may import %v", path, to, from, allowed)
		}
	}
}
