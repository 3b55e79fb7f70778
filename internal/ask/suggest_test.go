package ask

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/querent/querent/internal/schema"
)

// market is a schema with something for each kind of idea.
func market() *schema.Schema {
	s := &schema.Schema{
		Tables: []schema.Table{
			{Name: "Customer", RowCount: 10, Columns: []schema.Column{{Name: "CustomerId", Type: schema.Integer, PrimaryKey: true}, {Name: "FullName", Type: schema.Text, Unique: true}}},
			{Name: "order_entries", RowCount: 500, Columns: []schema.Column{
				{Name: "id", Type: schema.Integer, PrimaryKey: true}, {Name: "customer_id", Type: schema.Real},
				{Name: "status", Type: schema.Text, Complete: true, Distinct: 2, Values: []string{"open", "paid"}},
				{Name: "placed", Type: schema.Date, Max: "2024-11-30", Distinct: 300}, {Name: "amount", Type: schema.Real}}},
			{Name: "Category", RowCount: 5, Columns: []schema.Column{{Name: "title", Type: schema.Text, Unique: true}, {Name: "Weight", Type: schema.Real}}},
			{Name: "nothing_yet", Columns: []schema.Column{{Name: "name", Type: schema.Text}}},
			{Name: "report", View: true, RowCount: 5},
		},
		ForeignKeys: []schema.ForeignKey{{Table: "order_entries", Columns: []string{"customer_id"}, RefTable: "Customer", RefColumns: []string{"CustomerId"}}},
	}
	s.Seal()
	return s
}

func TestIdeasTakeTurnsBetweenKindsAndTables(t *testing.T) {
	want := [][]string{
		{"How many order entries are there by status?"},
		{"Top 5 customers by number of order entries"},
		{"Number of order entries by month in 2024"},
		{"How many order entries have the status open?"},
		{"What is the average amount of order entries by status?"},
		{"Which categories have the highest weight?"},
		{"How many order entries are there?", "How many customers are there?", "How many categories are there?"},
	}
	got := ideasFor(market())
	if len(got) != len(want) {
		t.Fatalf("%d kinds, want %d", len(got), len(want))
	}
	for i := range want {
		var questions []string
		for _, made := range got[i] {
			questions = append(questions, made.question)
		}
		if !slices.Equal(questions, want[i]) {
			t.Errorf("kind %d: %q, want %q", i, questions, want[i])
		}
	}
}

type inMarket struct{ *fakeTarget }

func (inMarket) Schema(context.Context) (*schema.Schema, error) { return market(), nil }

// A generator that drops a part of the question gets no such question offered.
func TestSuggestionsAreReadAsMeant(t *testing.T) {
	calls := 0
	s := New(Config{Knowledge: fakeKnowledge{}, Target: inMarket{&fakeTarget{}}, Builtin: generator(func(_ context.Context, p Prompt) (Candidate, error) {
		calls++
		switch {
		case strings.Contains(p.Question, "by status"):
			return Candidate{SQL: `SELECT count(*) FROM order_entries`, Tier: Compiled}, nil
		case strings.Contains(p.Question, "have the status"):
			return Candidate{SQL: `SELECT count(*) FROM order_entries WHERE status = 'open'`, Tier: Compiled}, nil
		case strings.Contains(p.Question, "customers are"):
			return Candidate{SQL: `SELECT count(*) FROM "Customer"`, Tier: Compiled}, nil
		}
		return Candidate{Decline: &Decline{Reason: "no"}}, nil
	})})
	want := []string{"How many order entries have the status open?", "How many customers are there?"}
	for range 2 {
		if got := s.Suggestions(t.Context()); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if calls != 9 {
		t.Errorf("%d readings for 9 ideas and one schema", calls)
	}
}
