package eval

import (
	"context"
	"slices"
	"testing"

	"github.com/querent/querent/internal/ask"
)

type generating func(ask.Prompt) ask.Candidate

func (g generating) Generate(_ context.Context, p ask.Prompt) (ask.Candidate, error) {
	return g(p), nil
}

// try answers SQL with one number; SQL that it does not know does not run.
func try(_ context.Context, sql string) (ask.Table, error) {
	n, ok := map[string]int64{"SELECT 2": 2, "SELECT 1+1": 2, "SELECT 3": 3}[sql]
	if !ok {
		return ask.Table{}, &ask.Error{Code: ask.Invalid, Message: "no such column"}
	}
	return ask.Table{Columns: []ask.Column{{Name: "n"}}, Rows: [][]any{{n}}}, nil
}

func writing(sql ...string) generating {
	return func(p ask.Prompt) ask.Candidate {
		return ask.Candidate{SQL: sql[min(len(p.Failed), len(sql)-1)], Tier: ask.Model, Generator: "llm:stub"}
	}
}

func TestModelled(t *testing.T) {
	own := func(sql string) ask.Generator {
		return generating(func(ask.Prompt) ask.Candidate {
			if sql == "" {
				return ask.Candidate{Decline: &ask.Decline{Reason: "No."}}
			}
			return ask.Candidate{SQL: sql, Tier: ask.Compiled, Generator: "semparse", Sentence: "Two."}
		})
	}
	for name, tt := range map[string]struct {
		model   generating
		builtin ask.Generator
		outcome Outcome
		sql     []string // of the answer or the choices
	}{
		"the model alone":                {writing("SELECT 2"), nil, Model, []string{"SELECT 2"}},
		"repaired":                       {writing("SELECT x", "SELECT y", "SELECT 2"), nil, Model, []string{"SELECT 2"}},
		"never runs":                     {writing("SELECT x"), nil, Declined, nil},
		"both give the same":             {writing("SELECT 1+1"), own("SELECT 2"), Agreed, []string{"SELECT 2"}},
		"each gives another":             {writing("SELECT 3"), own("SELECT 2"), Asked, []string{"SELECT 2", "SELECT 3"}},
		"the reader declines":            {writing("SELECT 3"), own(""), Model, []string{"SELECT 3"}},
		"the model's never runs of both": {writing("SELECT x"), own("SELECT 2"), Compiled, []string{"SELECT 2"}},
	} {
		c, err := Modelled{Model: tt.model, Builtin: tt.builtin}.Generate(t.Context(), ask.Prompt{Try: try})
		var sql []string
		for _, choice := range c.Choices {
			sql = append(sql, choice.SQL)
		}
		if c.SQL != "" && c.Decline == nil {
			sql = append(sql, c.SQL)
		}
		if got := outcomeOf(c); err != nil || got != tt.outcome || !slices.Equal(sql, tt.sql) {
			t.Errorf("%s: %s of %q, %v", name, got, sql, err)
		}
	}
}
