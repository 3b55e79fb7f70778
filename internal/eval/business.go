package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/querent/querent/internal/ontology"
)

// businessNow is the day that the business form's questions are asked on.
var businessNow = time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC)

// businessRow is one question of questions.json.
type businessRow struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Wordings []string `json:"wordings"`
	Golds    []string `json:"golds"`
	Ordered  bool     `json:"ordered"`
	Expect   Expect   `json:"expect"`
	Follows  string   `json:"follows"`
}

// LoadBusiness reads a folder that holds a folder per database in the
// business form, or one such folder.
func LoadBusiness(dir string) (Set, error) {
	return loadBusiness(dir, "questions.json", businessQuestions)
}

// loadBusiness reads the file of that name beside each database.
func loadBusiness(dir, name string, read func(path string) ([]Question, error)) (Set, error) {
	set := Set{Databases: map[string]Source{}, Now: businessNow}
	paths, err := filepath.Glob(filepath.Join(dir, "*", name))
	if err != nil {
		return set, fmt.Errorf("eval: %w", err)
	}
	if one := filepath.Join(dir, name); exists(one) {
		paths = []string{one}
	}
	if len(paths) == 0 {
		return set, fmt.Errorf("eval: %s holds no folder with %s", dir, name)
	}
	for _, path := range paths {
		db, source, err := businessSource(filepath.Dir(path))
		if err != nil {
			return set, err
		}
		questions, err := read(path)
		if err != nil {
			return set, fmt.Errorf("eval: %s: %w", path, err)
		}
		for i := range questions {
			questions[i].DB = db
		}
		set.Databases[db] = source
		set.Questions = append(set.Questions, questions...)
	}
	return set, nil
}

// businessSource finds a folder's database and its business terms.
func businessSource(dir string) (string, Source, error) {
	full, err := filepath.Abs(dir)
	if err != nil {
		return "", Source{}, fmt.Errorf("eval: %w", err)
	}
	db := filepath.Base(full)
	s := Source{Path: filepath.Join(dir, db+".sqlite")}
	terms, err := os.ReadFile(filepath.Join(dir, "ontology.yaml"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return db, s, nil
	case err != nil:
		return db, s, fmt.Errorf("eval: %w", err)
	}
	if s.Ontology, err = ontology.Parse(terms); err != nil {
		return db, s, fmt.Errorf("eval: %s: %w", db, err)
	}
	return db, s, nil
}

func businessQuestions(path string) ([]Question, error) {
	var rows []businessRow
	if err := readJSON(path, &rows); err != nil {
		return nil, err
	}
	out := make([]Question, len(rows))
	for i, r := range rows {
		if err := r.Expect.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", r.ID, err)
		}
		out[i] = Question{ID: r.ID, Kind: r.Kind, Wordings: r.Wordings, Golds: r.Golds, Ordered: r.Ordered,
			Expect: r.Expect, Follows: r.Follows}
	}
	return out, nil
}

func readJSON(path string, into any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
