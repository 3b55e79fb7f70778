// Package eval measures generators: it runs question sets (Spider's form, or
// an installation's own YAML) and scores by execution accuracy. It hides how
// gold is run, how results are compared and how a report is broken down.
package eval

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// Question is one question with its gold SQL.
type Question struct {
	ID       string // stable within the set
	DB       string
	Text     string
	Synonyms string // the same question in other words; empty for none
	Gold     string
	Ordered  bool    // gold fixes an order
	Rows     [][]any // gold's rows, numbers as float64
	Complete bool    // Rows is all of them; otherwise gold has to be run
}

// LoadSpider reads train.json of dir in the shared form.
func LoadSpider(dir string) ([]Question, error) {
	b, err := os.ReadFile(filepath.Join(dir, "train.json"))
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	var rows []struct {
		DB       string  `json:"db_id"`
		Question string  `json:"question"`
		Synonyms string  `json:"question_synonyms"`
		Query    string  `json:"query"`
		Ordered  bool    `json:"ordered"`
		Count    int     `json:"gold_row_count"`
		Rows     [][]any `json:"gold_rows"`
	}
	if err := json.Unmarshal(b, &rows); err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	out := make([]Question, len(rows))
	for i, r := range rows {
		out[i] = Question{ID: fmt.Sprintf("%s/%d", r.DB, i), DB: r.DB, Text: r.Question, Synonyms: r.Synonyms,
			Gold: r.Query, Ordered: r.Ordered, Rows: r.Rows, Complete: r.Count == len(r.Rows)}
	}
	return out, nil
}

// LoadYAML reads a list of {question, sql, ordered} about one target.
func LoadYAML(path, db string) ([]Question, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	var rows []struct {
		Question string `yaml:"question"`
		SQL      string `yaml:"sql"`
		Ordered  bool   `yaml:"ordered"`
	}
	if err := yaml.Unmarshal(b, &rows); err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	out := make([]Question, len(rows))
	for i, r := range rows {
		out[i] = Question{ID: fmt.Sprintf("%s/%d", db, i), DB: db, Text: r.Question, Gold: r.SQL, Ordered: r.Ordered}
	}
	return out, nil
}

// Validation reports whether a database is held out from tuning: a fifth of
// them, fixed by the hash of the name.
func Validation(db string) bool { return hash(db)%5 == 0 }

// Fold assigns a training database to one of n parts.
func Fold(db string, n int) int { return int(hash("fold:"+db) % uint32(n)) }

func hash(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

// Select keeps the questions of one split: "val", "train" or "all".
func Select(qs []Question, split string) ([]Question, error) {
	if split != "val" && split != "train" && split != "all" {
		return nil, fmt.Errorf("eval: there is no split %q (val, train, all)", split)
	}
	var out []Question
	for _, q := range qs {
		if split == "all" || Validation(q.DB) == (split == "val") {
			out = append(out, q)
		}
	}
	return out, nil
}
