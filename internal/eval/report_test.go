package eval

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sample is a run of ten results, few enough to count by hand.
func sample() []Result {
	at := func(id, kind string, w int, expect Expect, o Outcome, right bool, confidence, ms float64) Result {
		return Result{DB: strings.Split(id, "/")[0], ID: id, Wording: w, Question: "question " + id, Kind: kind, Expect: expect,
			Outcome: o, Right: right, Confidence: confidence, Millis: ms, SQL: "SELECT 1", Gold: "SELECT 2"}
	}
	out := []Result{
		at("a/01", "list", 0, ExpectAnswer, Compiled, true, 0.97, 1),
		at("a/01", "list", 1, ExpectAnswer, Compiled, false, 0.93, 2),
		at("a/02", "list", 0, ExpectAnswer, Unsure, true, 0.55, 3),
		at("a/02", "list", 1, ExpectAnswer, Unsure, false, 0.51, 4),
		at("a/03", "ratio", 0, ExpectAnswer, Failed, false, 0.3, 5),
		at("a/03", "ratio", 1, ExpectAnswer, Asked, false, 0, 6),
		at("b/01", "ambiguous", 0, ExpectAsk, Asked, true, 0, 7),
		at("b/02", "unanswerable", 0, ExpectDecline, Declined, true, 0, 8),
		at("b/02", "unanswerable", 1, ExpectDecline, Compiled, false, 1, 9),
		at("b/03", "followup", 0, ExpectAnswer, Declined, false, 0, 100),
	}
	out[5].Held, out[5].SQL = true, ""
	out[5].Choices = []Choice{{Sentence: "By **day**", SQL: "SELECT 3"}, {Sentence: "By **month**", SQL: "SELECT 4"}}
	out[9].Follows, out[9].SQL, out[9].Reason = "b/02", "", "no column like 'mood'"
	out[3].Sentence, out[3].LeftOut = "Ones.", []string{"late", "paid"}
	return out
}

func TestSummarise(t *testing.T) {
	r := Summarise(sample())
	near := func(name string, got, want float64) {
		t.Helper()
		if d := got - want; d < -1e-9 || d > 1e-9 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	near("accuracy", r.Overall.Accuracy, 4.0/10)
	near("coverage", r.Overall.Coverage, 6.0/10)
	near("precision", r.Overall.Precision, 2.0/6)
	near("compiled accuracy", r.Overall.Compiled.Accuracy, 1.0/10)
	near("compiled coverage", r.Overall.Compiled.Coverage, 3.0/10)
	near("compiled precision", r.Overall.Compiled.Precision, 1.0/3)
	near("kind", r.By["kind"]["list"].Accuracy, 2.0/4)
	near("database", r.By["database"]["b"].Accuracy, 2.0/4)
	near("database's precision", r.By["database"]["b"].Precision, 0)
	near("outcome", r.By["outcome"]["unsure"].Accuracy, 1.0/2)
	near("wording", r.By["wording"]["1"].Accuracy, 0)
	near("p50", r.P50, 6)
	near("p99", r.P99, 100)
	for name, is := range map[string]struct{ got, want Tally }{
		"ask": {r.Ask, Tally{1, 1}}, "decline": {r.Decline, Tally{2, 1}}, "follow-ups": {r.FollowUps, Tally{1, 0}},
		"held": {r.AskedHeld, Tally{1, 1}}} {
		if is.got != is.want {
			t.Errorf("%s: %+v, want %+v", name, is.got, is.want)
		}
	}
	want := []Bucket{{0.2, 0.4, 1, 0.3, 0}, {0.5, 0.6, 2, 0.53, 0.5}, {0.9, 0.95, 1, 0.93, 0}, {0.95, 1, 2, 0.985, 0.5}}
	if len(r.Reliability) != len(want) {
		t.Fatalf("reliability: %+v", r.Reliability)
	}
	for i, b := range r.Reliability {
		near("said", b.Said, want[i].Said)
		near("was right", b.Right, want[i].Right)
		if b.From != want[i].From || b.Count != want[i].Count {
			t.Errorf("bucket %+v, want %+v", b, want[i])
		}
	}
	if r.Traps != nil {
		t.Error("traps where there are none")
	}
}

func TestSummariseNothing(t *testing.T) {
	var out bytes.Buffer
	Summarise(nil).Print(&out)
	if strings.Contains(out.String(), "NaN") {
		t.Error(out.String())
	}
}

func trapSample() []Result {
	var out []Result
	add := func(kind string, expect Expect, o Outcome, right, named bool) {
		out = append(out, Result{DB: "a", Kind: kind, Expect: expect, Outcome: o, Right: right, Named: named, Trap: true})
	}
	add("value", ExpectDecline, Compiled, true, true)
	add("value", ExpectDecline, Compiled, false, false)
	add("attribute", ExpectDecline, Declined, true, false)
	add("attribute", ExpectDecline, Asked, true, false)
	add("link", ExpectDecline, Unsure, false, false)
	add("link", ExpectDecline, Failed, false, false)
	add(twinKind, ExpectAnswer, Compiled, true, false)
	add(twinKind, ExpectAnswer, Compiled, false, false)
	add(nearKind, ExpectAnswer, Unsure, true, false)
	add("ambiguous", ExpectAsk, Asked, true, false)
	return out
}

func TestSummariseTraps(t *testing.T) {
	want := Traps{Decline: 6, Declined: 1, Asked: 1, Named: 1, Unsure: 1, Compiled: 1, Failed: 1, Twins: Tally{2, 1}, Near: Tally{1, 1}}
	if got := Summarise(trapSample()).Traps; got == nil || *got != want {
		t.Errorf("traps %+v, want %+v", got, want)
	}
}

func TestPrint(t *testing.T) {
	var out bytes.Buffer
	r := Summarise(append(sample(), trapSample()...))
	r.Missing = []string{"olist: there is no database"}
	r.Print(&out)
	r.PrintFailures(&out, 5)
	golden(t, "report.golden", out.Bytes())
}

func TestPrintFailuresOfOutcome(t *testing.T) {
	var out bytes.Buffer
	Summarise(sample()).PrintFailures(&out, 10, "compiled", "error")
	if got := strings.Count(out.String(), "question"); got != 3 {
		t.Errorf("%d failures:\n%s", got, out.String())
	}
}

func TestCompare(t *testing.T) {
	old, now := sample(), sample()
	now[0].Right, now[0].Outcome, now[0].SQL = false, Unsure, "SELECT 9"
	now[1].Right = true
	now[5].Right = true
	now[9].ID = "b/09" // was not asked before
	var out bytes.Buffer
	Summarise(now).Compare(&out, Summarise(old))
	golden(t, "compare.golden", out.Bytes())
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got:\n%s", name, got)
	}
}

// The file is a contract: other scorers read it.
func TestSaveKeepsTheContract(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	saved := Summarise(sample())
	if err := saved.Save(path); err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(path)
	if err != nil || len(loaded.Results) != 10 || loaded.Overall.Accuracy != saved.Overall.Accuracy {
		t.Fatalf("loaded %+v, %v", loaded.Overall, err)
	}
	var file struct {
		Overall map[string]any            `json:"overall"`
		By      map[string]map[string]any `json:"by"`
		Results []map[string]any          `json:"results"`
	}
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	has := func(where string, m map[string]any, keys ...string) {
		t.Helper()
		for _, key := range keys {
			if _, ok := m[key]; !ok {
				t.Errorf("%s has no %s", where, key)
			}
		}
	}
	has("overall", file.Overall, "accuracy", "coverage", "precision", "compiled")
	has("compiled", file.Overall["compiled"].(map[string]any), "accuracy", "coverage", "precision")
	for _, by := range []string{"kind", "database", "outcome"} {
		if len(file.By[by]) == 0 {
			t.Errorf("nothing by %s", by)
		}
	}
	always := []string{"db", "id", "wording", "question", "kind", "expect", "outcome", "confidence", "right", "ms"}
	for _, r := range file.Results {
		has(r["id"].(string), r, always...)
	}
	has("unsure", file.Results[3], "sql", "sentence", "left_out")
	has("asked", file.Results[5], "choices")
	has("choice", file.Results[5]["choices"].([]any)[0].(map[string]any), "sentence", "sql")
	has("turn", file.Results[9], "follows")
}
