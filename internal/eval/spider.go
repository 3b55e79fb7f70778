package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"
)

// Textbook is a question of Spider's form, or of an installation's own YAML:
// one gold, and equality as Spider's official evaluation has it.
type Textbook struct {
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
func LoadSpider(dir string) ([]Textbook, error) {
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
	out := make([]Textbook, len(rows))
	for i, r := range rows {
		out[i] = Textbook{ID: fmt.Sprintf("%s/%d", r.DB, i), DB: r.DB, Text: r.Question, Synonyms: r.Synonyms,
			Gold: r.Query, Ordered: r.Ordered, Rows: r.Rows, Complete: r.Count == len(r.Rows)}
	}
	return out, nil
}

// LoadYAML reads a list of {question, sql, ordered} about one target.
func LoadYAML(path, db string) ([]Textbook, error) {
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
	out := make([]Textbook, len(rows))
	for i, r := range rows {
		out[i] = Textbook{ID: fmt.Sprintf("%s/%d", db, i), DB: db, Text: r.Question, Gold: r.SQL, Ordered: r.Ordered}
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
func Select(qs []Textbook, split string) ([]Textbook, error) {
	if split != "val" && split != "train" && split != "all" {
		return nil, fmt.Errorf("eval: there is no split %q (val, train, all)", split)
	}
	var out []Textbook
	for _, q := range qs {
		if split == "all" || Validation(q.DB) == (split == "val") {
			out = append(out, q)
		}
	}
	return out, nil
}

// TextbookSet makes a set of textbook questions; file finds a database.
func TextbookSet(books []Textbook, synonyms bool, file func(db string) string) Set {
	set := Set{Databases: map[string]Source{}, Now: time.Now()}
	for i := range books {
		b := &books[i]
		text := b.Text
		if synonyms && b.Synonyms != "" {
			text = b.Synonyms
		}
		kind, _ := classify(b.Gold)
		set.Questions = append(set.Questions, Question{ID: b.ID, DB: b.DB, Kind: kind, Wordings: []string{text},
			Golds: []string{b.Gold}, Ordered: b.Ordered, Expect: ExpectAnswer, textbook: b})
		set.Databases[b.DB] = Source{Path: file(b.DB)}
	}
	return set
}

// ByRows is a set whose textbook questions are scored as others are: by rows,
// whatever is shown beside what was asked.
func (s Set) ByRows() Set {
	s.Questions = slices.Clone(s.Questions)
	for i := range s.Questions {
		s.Questions[i].textbook = nil
	}
	return s
}

// Scorer decides whether SQL answers one textbook question as gold does. It
// runs gold at most once.
type Scorer struct {
	db      *Database
	q       Textbook
	once    sync.Once
	want    [][]any
	goldErr error
}

// NewScorer makes a scorer for one question.
func NewScorer(db *Database, q Textbook) *Scorer { return &Scorer{db: db, q: q} }

// Right runs sql; its error is the SQL's or gold's.
func (s *Scorer) Right(ctx context.Context, sql string) (bool, error) {
	s.once.Do(func() {
		if s.q.Complete && !strings.Contains(strings.ToLower(s.q.Gold), "distinct") {
			s.want = s.q.Rows
			return
		}
		s.want, s.goldErr = s.db.Gold(ctx, dropDistinct(s.q.Gold))
	})
	if s.goldErr != nil {
		return false, fmt.Errorf("gold: %w", s.goldErr)
	}
	got, err := s.db.Query(ctx, dropDistinct(sql))
	if err != nil {
		return false, err
	}
	return Same(s.want, got.Rows, s.q.Ordered), nil
}
