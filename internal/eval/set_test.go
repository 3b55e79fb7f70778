package eval

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/querent/querent/internal/ask"
)

func TestLoadBusiness(t *testing.T) {
	dir := businessDir(t)
	for _, dir := range []string{dir, filepath.Join(dir, "shop")} {
		set, err := LoadSet(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Questions) != 5 || set.Now.Format("2006-01-02") != "2025-06-30" {
			t.Fatalf("%d questions, on %v", len(set.Questions), set.Now)
		}
		q := set.Questions[2]
		if q.ID != "shop/03" || q.DB != "shop" || q.Follows != "shop/02" || !q.Ordered || q.Expect != ExpectAnswer || len(q.Wordings) != 3 {
			t.Errorf("question: %+v", q)
		}
		s := set.Databases["shop"]
		if filepath.Base(s.Path) != "shop.sqlite" || s.Ontology == nil || s.Ontology.Terms[0].Name != "turnover" {
			t.Errorf("source: %+v", s)
		}
	}
}

func TestLoadFaults(t *testing.T) {
	tests := []struct{ name, file, text, want string }{
		{"expectation", "questions.json", `[{"id": "shop/01", "expect": "maybe"}]`, `shop/01: there is no expectation "maybe"`},
		{"json", "questions.json", `{`, "unexpected end"},
		{"ontology", "ontology.yaml", "terms:\n  - nome: x\n", "nome"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := businessDir(t)
			if err := os.WriteFile(filepath.Join(dir, "shop", tt.file), []byte(tt.text), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := LoadSet(dir); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := LoadSet(t.TempDir()); err == nil {
		t.Error("an empty folder was a set")
	}
}

func TestLoadTraps(t *testing.T) {
	set, err := LoadTraps(businessDir(t))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, q := range set.Questions {
		ids = append(ids, q.ID+" "+q.Kind+" "+string(q.Expect))
		if !q.Trap || q.DB != "shop" || len(q.Wordings) != 1 {
			t.Errorf("%+v", q)
		}
	}
	want := []string{"shop/t01 value decline", "shop/t01/twin twin answer", "shop/t02 attribute decline", "shop/t03 near answer", "shop/t04 ambiguous ask"}
	if !slices.Equal(ids, want) {
		t.Errorf("traps %q", ids)
	}
}

func TestLoadCases(t *testing.T) {
	set, err := LoadSet("testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, q := range set.Questions {
		line := q.ID + " " + q.Kind + " " + string(q.Expect)
		if q.Ordered {
			line += " ordered"
		}
		if q.Follows != "" {
			line += " after " + q.Follows
		}
		got = append(got, line)
	}
	want := []string{"bills/01 case answer", "bills/02 case decline", "bills/03 case answer ordered", "bills/04 case answer",
		"visits/01 case answer", "m01_one/01 smallest answer", "bills/chain01.1 followup ",
		"bills/chain01.2 followup answer ordered after bills/chain01.1"}
	if !slices.Equal(got, want) {
		t.Errorf("questions:\n%s", strings.Join(got, "\n"))
	}
	if n := len(set.Questions[0].Golds); n != 3 {
		t.Errorf("%d golds", n)
	}
	if len(set.Missing) != 2 || !strings.Contains(set.Missing[0], "lost") || !strings.Contains(set.Missing[1], "nowhere") {
		t.Errorf("left out: %q", set.Missing)
	}
	smallest, err := LoadSet("testdata/cases/min")
	if err != nil || len(smallest.Questions) != 3 {
		t.Errorf("min alone: %d questions, error %v", len(smallest.Questions), err)
	}
}

// Databases are built on the set's day, and golds read on it.
func TestCasesBuilt(t *testing.T) {
	set, err := LoadSet("testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	gold := reader(func(p ask.Prompt) ask.Candidate {
		for _, q := range set.Questions {
			if q.Wordings[0] == p.Question && len(q.Golds) > 0 {
				return ask.Candidate{SQL: q.Golds[len(q.Golds)-1]}
			}
		}
		return ask.Candidate{SQL: "select 1"}
	})
	for range 2 { // the second time from what the first kept
		results, err := Run(t.Context(), Config{Generator: gold, Parallel: 2, Wording: -1, Dir: dir}, set)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.Right != (r.Expect == ExpectAnswer) {
				t.Errorf("%s: right = %v: %s %s", r.ID, r.Right, r.Outcome, r.Reason)
			}
			if r.ID == "bills/chain01.1" {
				t.Error("a turn without gold was scored")
			}
		}
	}
	if kept, _ := filepath.Glob(filepath.Join(dir, "*")); len(kept) != 6 {
		t.Errorf("kept %q, want three databases and three files of golds", kept)
	}
}

func TestChoose(t *testing.T) {
	set := businessSet(t)
	ids := func(f Filter) string {
		var out []string
		for _, q := range set.Choose(f).Questions {
			id := strings.TrimPrefix(q.ID, "shop/")
			if q.Expect == ExpectNothing {
				id = "(" + id + ")"
			}
			out = append(out, id)
		}
		return strings.Join(out, " ")
	}
	fold := Fold("shop", 3)
	tests := []struct {
		name string
		f    Filter
		want string
	}{
		{"all", Filter{}, "01 02 03 04 05"},
		{"kind, with what is followed", Filter{Kinds: []string{"followup"}}, "(01) 02 03"},
		{"the end of a chain", Filter{IDs: []string{"shop/03"}}, "(01) (02) 03"},
		{"database", Filter{Databases: []string{"bank"}}, ""},
		{"its fold", Filter{Fold: fold, Folds: 3}, "01 02 03 04 05"},
		{"another fold", Filter{Fold: (fold + 1) % 3, Folds: 3}, ""},
		{"all folds but another", Filter{Fold: (fold + 1) % 3, Folds: 3, Others: true}, "01 02 03 04 05"},
	}
	for _, tt := range tests {
		if got := ids(tt.f); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if set.Questions[0].Expect != ExpectAnswer {
		t.Error("choosing changed the set")
	}
}
