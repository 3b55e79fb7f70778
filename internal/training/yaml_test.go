package training

import (
	"errors"
	"strings"
	"testing"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
)

func TestImportYAML(t *testing.T) {
	w := newWorld(t)
	first := []byte("terms:\n  - {name: pay, kind: synonym, table: salaries}\n")
	for i, want := range []int{1, 0} {
		plan, err := w.ImportYAML(t.Context(), first, 0)
		if err != nil || len(plan.New) != want || plan.Same != 1-want || len(w.store.terms) != 1 {
			t.Errorf("time %d: %+v, %v, %d stored", i, plan, err, len(w.store.terms))
		}
	}
	second := []byte("terms:\n  - {name: PAY, kind: synonym, table: salaries, synonyms: [wages]}\n  - {name: staff, kind: synonym, table: salaries}\n")
	plan, err := w.PlanImport(t.Context(), second)
	if err != nil || len(plan.New) != 1 || len(plan.Changed) != 1 || plan.Changed[0].Before.Name != "pay" || len(w.store.terms) != 1 {
		t.Fatalf("plan: %+v, %v, %d stored", plan, err, len(w.store.terms))
	}
	if _, err := w.ImportYAML(t.Context(), second, plan.Version+1); ask.CodeOf(err) != ask.Conflict || len(w.store.terms) != 1 {
		t.Errorf("on another version: %v, %d stored", err, len(w.store.terms))
	}
	if _, err := w.ImportYAML(t.Context(), second, plan.Version); err != nil || len(w.store.terms) != 2 || w.store.terms[0].Name != "PAY" {
		t.Errorf("import: %v, %+v", err, w.store.terms)
	}
	if plan, err := w.PlanImport(t.Context(), first); err != nil || strings.Join(plan.Kept, " ") != "staff" {
		t.Errorf("kept: %+v, %v", plan, err)
	}
	out, err := w.ExportYAML(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if plan, err := w.PlanImport(t.Context(), out); err != nil || !plan.Empty() || plan.Same != 2 || len(plan.Kept) != 0 {
		t.Errorf("what was exported changes something: %+v, %v", plan, err)
	}
}

func TestImportYAMLTellsEverythingWithLines(t *testing.T) {
	w := newWorld(t)
	bad := []byte(`terms:
  - {name: pay, kind: synonym, table: salaries}
  - name: tax
    kind: synonym
    table: taxes
  - {name: wage, kind: synonym, table: salaries, synonyms: [pay]}
  - {name: odd, kind: odd, table: salaries, colour: red}
`)
	_, err := w.ImportYAML(t.Context(), bad, 0)
	var problems ontology.Problems
	if !errors.As(err, &problems) || ask.CodeOf(err) != ask.Invalid {
		t.Fatal(err)
	}
	if len(problems) != 4 || problems[2].Line != 7 || problems[3].Line != 7 || problems[0].Line != 3 || problems[0].Term != "tax" || problems[1].Line != 6 || problems[1].Term != "wage" {
		t.Errorf("%v", problems)
	}
	if len(w.store.terms) != 0 {
		t.Error("some of it was saved")
	}
}
