package eval

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// casesNow is the day that the cases form's questions are asked on.
var casesNow = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

// mustDecline is the verdict of a case where nothing right can be said.
const mustDecline = "decline-expected"

// caseRow is a question of a case, or a turn of a chain.
type caseRow struct {
	Text    string         `yaml:"q"`
	SQL     string         `yaml:"sql"`
	Verdict string         `yaml:"verdict"`
	More    map[string]any `yaml:",inline"` // alt1, alt2 … also fair
}

// LoadCases reads a folder of cases with the smallest ones in its folder min,
// or either alone.
func LoadCases(dir string) (Set, error) {
	set := Set{Databases: map[string]Source{}, Now: casesNow}
	smallest := filepath.Join(dir, "min")
	return set, errors.Join(set.addCases(dir, "case"), set.addCases(smallest, "smallest"),
		set.addChains(dir), set.addChains(smallest))
}

// addCases reads each NAME.yaml of a folder with its NAME.sql or NAME.py.
func (s *Set) addCases(dir, kind string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	for _, path := range paths {
		db := strings.TrimSuffix(filepath.Base(path), ".yaml")
		script, ok := caseScript(dir, db)
		if !ok {
			s.Missing = append(s.Missing, path+": nothing builds its database")
			continue
		}
		var file struct {
			Questions []caseRow `yaml:"questions"`
		}
		if err := readYAML(path, &file); err != nil {
			return err
		}
		s.Databases[db] = Source{Script: script}
		for i, row := range file.Questions {
			q := row.question()
			q.ID, q.DB, q.Kind = fmt.Sprintf("%s/%02d", db, i+1), db, kind
			if q.Expect == ExpectNothing {
				return fmt.Errorf("eval: %s has neither SQL nor verdict", q.ID)
			}
			s.Questions = append(s.Questions, q)
		}
	}
	return nil
}

// addChains reads each chain of turns in a folder. Their databases may be in
// the folder above.
func (s *Set) addChains(dir string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.chains"))
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	for _, path := range paths {
		var file struct {
			Chains []struct {
				DB    string    `yaml:"db"`
				Turns []caseRow `yaml:"turns"`
			} `yaml:"chains"`
		}
		if err := readYAML(path, &file); err != nil {
			return err
		}
		for i, chain := range file.Chains {
			if !s.hasCase(chain.DB, dir, filepath.Dir(dir)) {
				s.Missing = append(s.Missing, fmt.Sprintf("%s, chain %d: there is no database %s", path, i+1, chain.DB))
				continue
			}
			before := ""
			for j, row := range chain.Turns {
				q := row.question()
				q.ID, q.DB, q.Kind, q.Follows = fmt.Sprintf("%s/chain%02d.%d", chain.DB, i+1, j+1), chain.DB, "followup", before
				before = q.ID
				s.Questions = append(s.Questions, q)
			}
		}
	}
	return nil
}

// hasCase finds the database of a chain.
func (s *Set) hasCase(db string, dirs ...string) bool {
	if _, ok := s.Databases[db]; ok {
		return true
	}
	for _, dir := range dirs {
		if script, ok := caseScript(dir, db); ok {
			s.Databases[db] = Source{Script: script}
			return true
		}
	}
	return false
}

func caseScript(dir, db string) (string, bool) {
	for _, ext := range []string{".sql", ".py"} {
		if path := filepath.Join(dir, db+ext); exists(path) {
			return path, true
		}
	}
	return "", false
}

// sortedGold recognises gold that sorts all its rows: the form has no mark of
// its own for questions that ask for an order. Under a limit, order only
// chooses the rows.
var sortedGold = regexp.MustCompile(`(?i)\border\s+by\s[^()]*$`)

func (r caseRow) question() Question {
	q := Question{Wordings: []string{r.Text}}
	switch {
	case r.Verdict == mustDecline:
		q.Expect = ExpectDecline
		return q
	case r.SQL == "":
		return q
	}
	q.Expect, q.Golds = ExpectAnswer, []string{r.SQL}
	for i := 1; r.More[fmt.Sprintf("alt%d", i)] != nil; i++ {
		q.Golds = append(q.Golds, fmt.Sprint(r.More[fmt.Sprintf("alt%d", i)]))
	}
	tail := sortedGold.FindString(r.SQL)
	q.Ordered = tail != "" && !strings.Contains(strings.ToLower(tail), "limit")
	return q
}

func readYAML(path string, into any) error {
	b, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(b, into)
	}
	if err != nil {
		return fmt.Errorf("eval: %s: %w", path, err)
	}
	return nil
}

// LoadSet reads a question set in the business form or the cases form,
// whichever the folder holds.
func LoadSet(dir string) (Set, error) {
	business, err := filepath.Glob(filepath.Join(dir, "*", "questions.json"))
	if err != nil {
		return Set{}, fmt.Errorf("eval: %w", err)
	}
	if len(business) > 0 || exists(filepath.Join(dir, "questions.json")) {
		return LoadBusiness(dir)
	}
	set, err := LoadCases(dir)
	if err == nil && len(set.Questions) == 0 {
		err = errors.New("eval: " + dir + " holds no questions in the business or the cases form")
	}
	return set, err
}
