package eval

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/querent/querent/internal/ask"
)

// A turn goes on from the reader's own answer in the same wording, else in
// the first; of a decline or of choices only the question is left.
func TestChainGoesOnFromOwnAnswers(t *testing.T) {
	before := map[string]*ask.Previous{}
	var mu sync.Mutex
	known := map[string]ask.Candidate{
		"How many orders?": {SQL: "SELECT 7", Logical: json.RawMessage(`{"n":7}`)},
		"by customer":      {SQL: "SELECT 8"},
		"order count":      {Choices: []ask.Choice{{SQL: "SELECT 1"}, {SQL: "SELECT 2"}}, Logical: nil},
		"And by customer?": {SQL: "SELECT 5", Logical: json.RawMessage(`{}`), Decline: &ask.Decline{Reason: "no"}},
	}
	g := reader(func(p ask.Prompt) ask.Candidate {
		mu.Lock()
		defer mu.Unlock()
		before[p.Question] = p.Previous
		return answers(known)(p)
	})
	_, results := run(t, businessSet(t), g)
	tests := []struct {
		question string
		want     *ask.Previous
	}{
		{"How many orders?", nil},
		{"And by customer?", &ask.Previous{Question: "How many orders?", SQL: "SELECT 7", Logical: json.RawMessage(`{"n":7}`)}},
		{"by customer", &ask.Previous{Question: "order count"}},
		{"The most first", &ask.Previous{Question: "And by customer?"}},
		{"sorted", &ask.Previous{Question: "by customer", SQL: "SELECT 8"}},
		{"in order", &ask.Previous{Question: "And by customer?"}},
	}
	for _, tt := range tests {
		got, asked := before[tt.question]
		if !asked || (got == nil) != (tt.want == nil) {
			t.Errorf("%q follows %+v, want %+v", tt.question, got, tt.want)
		} else if got != nil && (got.Question != tt.want.Question || got.SQL != tt.want.SQL || string(got.Logical) != string(tt.want.Logical)) {
			t.Errorf("%q follows %+v, want %+v", tt.question, *got, *tt.want)
		}
	}
	if len(results) != 11 {
		t.Errorf("%d results", len(results))
	}
}

func TestPromptHoldsTheSet(t *testing.T) {
	set := businessSet(t)
	g := reader(func(p ask.Prompt) ask.Candidate {
		if p.Ontology == nil || p.Schema == nil || !p.Now.Equal(set.Now) {
			t.Errorf("prompt: %+v", p)
		}
		table, err := p.Try(t.Context(), "SELECT row_number() OVER (ORDER BY id), date('now') FROM orders")
		if err != nil || len(table.Rows) != 4 || len(table.Columns) != 2 || table.Rows[0][1] != "2025-06-30" {
			t.Errorf("try: %+v, %v", table, err)
		}
		return ask.Candidate{}
	})
	run(t, set.Choose(Filter{IDs: []string{"shop/05"}}), g)
}

// One wording alone still leads turns that have more wordings.
func TestOneWording(t *testing.T) {
	set := businessSet(t)
	g := answers(map[string]ask.Candidate{"And by customer?": {SQL: "SELECT 8"}})
	results, err := Run(t.Context(), Config{Generator: reader(func(p ask.Prompt) ask.Candidate {
		if p.Question == "in order" && (p.Previous == nil || p.Previous.SQL != "SELECT 8") {
			t.Errorf("%q follows %+v", p.Question, p.Previous)
		}
		return g(p)
	}), Wording: 2}, set)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 1 || results[0].Question != "in order" {
		t.Errorf("results: %+v", results)
	}
}

type broken struct{}

func (broken) Generate(context.Context, ask.Prompt) (ask.Candidate, error) {
	return ask.Candidate{}, errors.New("out of order")
}

func TestRunStopsWithABrokenGenerator(t *testing.T) {
	_, err := Run(t.Context(), Config{Generator: broken{}, Parallel: 2, Wording: -1}, businessSet(t))
	if err == nil || !strings.Contains(err.Error(), "out of order") {
		t.Errorf("error %v", err)
	}
}

func TestRunStopsWithoutADatabase(t *testing.T) {
	set := businessSet(t)
	set.Databases["shop"] = Source{Path: "/nowhere.sqlite"}
	if _, err := Run(t.Context(), Config{Generator: answers(nil), Parallel: 2, Wording: -1}, set); err == nil {
		t.Error("no error")
	}
}
