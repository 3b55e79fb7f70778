package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func document(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The operations page tells those who run Querent each command, what an exit
// status means, and how to back up, upgrade and run several replicas.
func TestOperationsPageIsComplete(t *testing.T) {
	text := document(t, ".github/docs/operations.md")
	for _, c := range commands {
		if !regexp.MustCompile("(`|querent |make )" + c.name + `\b`).MatchString(text) {
			t.Errorf("nothing is said of the command %s", c.name)
		}
	}
	want := []string{fmt.Sprintf("%d an environment", exitConfig), "**The target.**", "**Several replicas.**", "pg_dump", "pg_restore", "**Upgrading.**"}
	for _, s := range initSteps {
		want = append(want, fmt.Sprintf("%d %s", s.status, s.name))
	}
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("nothing is said of %q", w)
		}
	}
}

// README's table of the house names every package that the import table has,
// but for the reader's rooms, and nothing else.
func TestReadmeNamesEveryRoom(t *testing.T) {
	text := document(t, "README.md")
	if n := strings.Count(text, "\n"); n > 90 {
		t.Errorf("%d lines: what is more than 90 belongs under .github/docs", n)
	}
	var named []string
	for line := range strings.Lines(text) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			for _, m := range regexp.MustCompile("`((?:internal/|cmd/)[a-z/]+|web|web/views|db|static)`").FindAllStringSubmatch(cells[1], -1) {
				named = append(named, m[1])
			}
		}
	}
	for dir := range mayImport {
		if !strings.HasPrefix(dir, "internal/semparse/") && !slices.Contains(named, dir) {
			t.Errorf("the house has no row for %s", dir)
		}
	}
	for _, dir := range named {
		if _, ok := mayImport[dir]; !ok {
			t.Errorf("%s is in the house, but not in the table of imports", dir)
		}
	}
}

// Links between the documents, and to files of the repository, lead somewhere.
// anchors are what links to a document's headings end in.
func anchors(text string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		out = append(out, strings.ReplaceAll(strings.ToLower(m[1]), " ", "-"))
	}
	return out
}

func TestLinksOfTheDocuments(t *testing.T) {
	for _, doc := range []string{"README.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md", ".github/docs/architecture.md", ".github/docs/operations.md",
		".github/docs/reader.md", ".github/docs/security.md", ".github/docs/model-card.md"} {
		text := document(t, doc)
		for _, m := range regexp.MustCompile(`\]\(([^):]+)\)`).FindAllStringSubmatch(text, -1) {
			path, anchor, _ := strings.Cut(m[1], "#")
			to := filepath.Join(filepath.Dir(doc), path)
			if _, err := os.Stat(filepath.Join("..", "..", to)); err != nil || anchor != "" && !slices.Contains(anchors(document(t, to)), anchor) {
				t.Errorf("%s: link %s leads nowhere", doc, m[1])
			}
		}
		for _, m := range regexp.MustCompile("`((?:internal|web|cmd|db|static)/[a-zA-Z0-9_./-]+)`").FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("..", "..", m[1])); err != nil && !strings.Contains(m[1], "NOUN") {
				t.Errorf("%s names %s, which is not there", doc, m[1])
			}
		}
	}
}
