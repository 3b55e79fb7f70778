package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// evalSet is a folder with two business databases that are never opened.
func evalSet(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, db := range []string{"bank", "shop"} {
		write := func(name, text string) {
			path := filepath.Join(dir, db, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		write("questions.json", `[{"id": "`+db+`/01", "kind": "list", "wordings": ["all?"], "golds": ["SELECT 1"], "expect": "answer"},
			{"id": "`+db+`/02", "kind": "ratio", "wordings": ["share?"], "golds": ["SELECT 1"], "expect": "answer"}]`)
		write("traps.json", `[{"id": "`+db+`/t01", "kind": "chat", "question": "hi", "expect": "decline"}]`)
	}
	return dir
}

func TestEvalLoad(t *testing.T) {
	dir := evalSet(t)
	tests := []struct {
		name string
		o    evalOptions
		want int
	}{
		{"all", evalOptions{set: dir}, 4},
		{"traps", evalOptions{set: dir, traps: true}, 2},
		{"one database", evalOptions{set: dir, only: "shop"}, 2},
		{"two kinds", evalOptions{set: dir, kind: "ratio,list"}, 4},
		{"one id", evalOptions{set: dir, id: "bank/02"}, 1},
		{"limit", evalOptions{set: dir, limit: 3}, 3},
	}
	for _, tt := range tests {
		if set, err := tt.o.load(); err != nil || len(set.Questions) != tt.want {
			t.Errorf("%s: %d questions, %v", tt.name, len(set.Questions), err)
		}
	}
	fold, err1 := evalOptions{set: dir, fold: "0/2"}.load()
	others, err2 := evalOptions{set: dir, fold: "not:0/2"}.load()
	if err1 != nil || err2 != nil || len(fold.Questions)+len(others.Questions) != 4 {
		t.Errorf("folds: %d and %d questions, %v, %v", len(fold.Questions), len(others.Questions), err1, err2)
	}
	if set, err := (evalOptions{set: dir, now: "2024-02-29"}).load(); err != nil || set.Now.Format("2006-01-02") != "2024-02-29" {
		t.Errorf("now %v, %v", set.Now, err)
	}
}

func TestEvalUsage(t *testing.T) {
	dir := evalSet(t)
	for name, o := range map[string]evalOptions{"no set": {}, "fold": {set: dir, fold: "2/2"}, "fold's form": {set: dir, fold: "first"}, "now": {set: dir, now: "today"}} {
		var usage usageError
		if _, err := o.load(); !errors.As(err, &usage) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// A language model is asked only where one is: in the environment or in files.
func TestEvalModel(t *testing.T) {
	none := func(string) string { return "" }
	endpoint := func(name string) string {
		return map[string]string{"QUERENT_LLM_BASE_URL": "https://llm.example/v1", "QUERENT_LLM_MODEL": "m"}[name]
	}
	for name, tt := range map[string]struct {
		o      evalOptions
		getenv func(string) string
		usage  bool
	}{
		"builtin":                {evalOptions{generator: "builtin"}, none, false},
		"no such":                {evalOptions{generator: "oracle"}, none, true},
		"no endpoint":            {evalOptions{generator: "llm"}, none, true},
		"an endpoint":            {evalOptions{generator: "both"}, endpoint, false},
		"replies":                {evalOptions{generator: "llm", answers: t.TempDir()}, none, false},
		"prompts of the builtin": {evalOptions{generator: "builtin", prompts: t.TempDir()}, none, true},
	} {
		g, err := tt.o.reader(nil, tt.getenv)
		var usage usageError
		if errors.As(err, &usage) != tt.usage || !tt.usage && err != nil || tt.o.generator != "builtin" && !tt.usage && g == nil {
			t.Errorf("%s: %v, %v", name, g, err)
		}
	}
}
