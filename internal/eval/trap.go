package eval

import "fmt"

// The kinds of traps that the report counts apart.
const (
	twinKind = "twin"
	nearKind = "near"
)

// trapRow is one trap of traps.json.
type trapRow struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Question string   `json:"question"`
	Expect   Expect   `json:"expect"`
	MustName []string `json:"must_not_drop"`
	Golds    []string `json:"golds"`
	Twin     *struct {
		Question string `json:"question"`
		Gold     string `json:"gold"`
	} `json:"twin"`
}

// LoadTraps reads the honesty traps of a folder of business databases: each
// trap, and after it its twin, the same question with a word that can be
// answered in place of the one that can't.
func LoadTraps(dir string) (Set, error) { return loadBusiness(dir, "traps.json", trapQuestions) }

func trapQuestions(path string) ([]Question, error) {
	var rows []trapRow
	if err := readJSON(path, &rows); err != nil {
		return nil, err
	}
	var out []Question
	for _, r := range rows {
		if err := r.Expect.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", r.ID, err)
		}
		out = append(out, Question{ID: r.ID, Kind: r.Kind, Wordings: []string{r.Question}, Golds: r.Golds,
			Expect: r.Expect, Trap: true, MustName: r.MustName})
		if r.Twin != nil {
			out = append(out, Question{ID: r.ID + "/twin", Kind: twinKind, Wordings: []string{r.Twin.Question},
				Golds: []string{r.Twin.Gold}, Expect: ExpectAnswer, Trap: true})
		}
	}
	return out, nil
}
