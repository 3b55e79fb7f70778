package ask

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

const ours, theirs = "SELECT count(*) FROM orders", "SELECT n FROM totals"

// readerOf is a built-in reader with one outcome.
func readerOf(c Candidate) generator {
	return func(context.Context, Prompt) (Candidate, error) { return c, nil }
}

// modelWriting is a language model that writes one statement.
func modelWriting(sql string) generator {
	return func(context.Context, Prompt) (Candidate, error) {
		return Candidate{SQL: sql, Tier: Model, Generator: "llm:stub", Notes: []string{"Counts."}}, nil
	}
}

var (
	compiled = Candidate{SQL: ours, Tier: Compiled, Generator: "semparse", Confidence: 0.95, Sentence: "The number of orders."}
	unsure   = Candidate{SQL: ours, Tier: Unsure, Generator: "semparse", Confidence: 0.5, Sentence: "The number of orders.", LeftOut: []string{"loyal"}}
	declined = Candidate{Generator: "semparse", Decline: &Decline{Reason: "No moods here.", Suggestions: []string{"orders"}}}
	absent   = generator(func(context.Context, Prompt) (Candidate, error) {
		return Candidate{}, &Error{Code: Unavailable, Message: "The language model can't be reached."}
	})
)

// rows answers each statement with a table of one value.
func rows(of map[string]any) *fakeTarget {
	return &fakeTarget{query: func(_ context.Context, sql string) (Table, error) {
		return Table{Columns: []Column{{Name: "n"}}, Rows: [][]any{{of[sql]}}}, nil
	}}
}

func TestStrategies(t *testing.T) {
	same := map[string]any{ours: int64(2), theirs: 2.0}
	differ := map[string]any{ours: int64(2), theirs: int64(3)}
	zero := map[string]any{ours: int64(0), theirs: int64(0)}
	for name, tt := range map[string]struct {
		strategy Strategy
		own      Candidate
		model    Generator
		rows     map[string]any
		outcome  Outcome
		sql      string
		noted    bool // that the model did not answer
	}{
		"compiled needs no model":           {BuiltinFirst, compiled, modelWriting(theirs), differ, Outcome(Compiled), ours, false},
		"the model where the reader is not": {BuiltinFirst, unsure, modelWriting(theirs), differ, Outcome(Model), theirs, false},
		"the model where it declined":       {BuiltinFirst, declined, modelWriting(theirs), differ, Outcome(Model), theirs, false},
		"no model to be had":                {BuiltinFirst, unsure, absent, differ, Outcome(Unsure), ours, true},
		"no model and declined":             {BuiltinFirst, declined, absent, differ, Outcome(Declined), "", true},
		"the model first":                   {ModelFirst, compiled, modelWriting(theirs), differ, Outcome(Model), theirs, false},
		"the model first, and away":         {ModelFirst, compiled, absent, differ, Outcome(Compiled), ours, true},
		"both agree":                        {BothApart, unsure, modelWriting(theirs), same, Outcome(Agreed), ours, false},
		"both differ":                       {BothApart, compiled, modelWriting(theirs), differ, Outcome(Asked), "", false},
		"both find nothing":                 {BothApart, compiled, modelWriting(theirs), zero, Outcome(Asked), "", false},
		"both, and one is away":             {BothApart, compiled, absent, same, Outcome(Compiled), ours, true},
		"both, and the reader declined":     {BothApart, declined, modelWriting(theirs), same, Outcome(Model), theirs, false},
		"the reader alone":                  {BuiltinOnly, unsure, modelWriting(theirs), same, Outcome(Unsure), ours, false},
		"no model is configured":            {ModelFirst, unsure, nil, same, Outcome(Unsure), ours, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newService(t, func(c *Config) {
				c.Builtin, c.LLM, c.Target = readerOf(tt.own), tt.model, rows(tt.rows)
				c.Settings = func(context.Context) Settings { return Settings{Strategy: tt.strategy} }
			})
			q := ended(t, s, "how many orders", Options{})
			noted := strings.Contains(strings.Join(q.Notes, " ")+q.Message, "The language model did not answer")
			if q.Outcome() != tt.outcome || q.SQL != tt.sql || noted != tt.noted {
				t.Errorf("%s of %q, noted %t: %s", q.Outcome(), q.SQL, noted, q.Message)
			}
			if q.Status == Asked && (len(q.Choices) != 2 || q.Choices[0].SQL != ours || q.Choices[1].SQL != theirs) {
				t.Errorf("asks back between %+v", q.Choices)
			}
		})
	}
}

// Apart from each other means that the model is not told the proposal; where
// it comes second, it is.
func TestProposalIsForTheSecondAlone(t *testing.T) {
	for strategy, want := range map[Strategy]bool{BuiltinFirst: true, ModelFirst: false, BothApart: false} {
		told := false
		s, _ := newService(t, func(c *Config) {
			c.Builtin = readerOf(unsure)
			c.LLM = generator(func(ctx context.Context, p Prompt) (Candidate, error) {
				told = p.Proposal != nil
				return modelWriting(theirs)(ctx, p)
			})
			c.Settings = func(context.Context) Settings { return Settings{Strategy: strategy} }
		})
		ended(t, s, "how many orders", Options{})
		if told != want {
			t.Errorf("%s: the model is told the proposal: %t", strategy, told)
		}
	}
}

// A model whose SQL is refused gets two more tries, each with what was wrong;
// then the reader's outcome is shown, and the cache keeps nothing of it.
func TestModelRepairs(t *testing.T) {
	var failed [][]Attempt
	cache := &fakeCache{held: map[string]Cached{}}
	s, _ := newService(t, func(c *Config) {
		c.Cache, c.Builtin = cache, readerOf(unsure)
		c.LLM = generator(func(ctx context.Context, p Prompt) (Candidate, error) {
			failed = append(failed, p.Failed)
			return modelWriting("DROP TABLE orders")(ctx, p)
		})
		c.Target = &fakeTarget{check: func(sql string) error {
			if sql == ours {
				return nil
			}
			return &Error{Code: Refused, Message: "Only SELECT."}
		}}
		c.Settings = func(context.Context) Settings { return Settings{Strategy: BuiltinFirst, CacheThreshold: 0.9} }
	})
	q := ended(t, s, "how many loyal orders", Options{})
	repairs := 0
	for _, st := range q.Steps {
		if st.Name == "repair" && st.State == "failed" {
			repairs++
		}
	}
	if q.Tier != Unsure || q.SQL != ours || len(failed) != 3 || repairs != 2 || len(failed[2]) != 2 || failed[2][0].Error != "Only SELECT." {
		t.Errorf("%s of %q after %v, %d repairs", q.Outcome(), q.SQL, failed, repairs)
	}
	if len(cache.held) > 0 {
		t.Error("the cache keeps what stood in for the model")
	}
}

// The reader's readings are offered beside the model's answer.
func TestModelAnswerOffersTheReadersReading(t *testing.T) {
	s, _ := newService(t, func(c *Config) {
		c.Builtin, c.LLM = readerOf(unsure), modelWriting(theirs)
		c.Settings = func(context.Context) Settings { return Settings{Strategy: BuiltinFirst} }
	})
	q := ended(t, s, "how many loyal orders", Options{})
	if !slices.ContainsFunc(q.Alternatives, func(a Alternative) bool { return a.SQL == ours && a.Label == unsure.Sentence }) {
		t.Errorf("offered are %+v", q.Alternatives)
	}
}

// What a language model wrote stays the model's where a user chooses it, and
// what the reader was unsure of stays unsure beside it.
func TestChosenReadingSaysWhoWroteIt(t *testing.T) {
	differ := map[string]any{ours: int64(2), theirs: int64(3)}
	for name, tt := range map[string]struct {
		strategy  Strategy
		own       Candidate
		offer     Offer
		sql       string
		tier      Tier
		generator string
	}{
		"the reader's of both":          {BothApart, compiled, OfferChoice(0), ours, Compiled, "semparse"},
		"the model's of both":           {BothApart, compiled, OfferChoice(1), theirs, Model, "llm:stub"},
		"the reader's beside the model": {BuiltinFirst, unsure, OfferAlternative(0), ours, Unsure, "semparse"},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newService(t, func(c *Config) {
				c.Builtin, c.LLM, c.Target = readerOf(tt.own), modelWriting(theirs), rows(differ)
				c.Settings = func(context.Context) Settings { return Settings{Strategy: tt.strategy} }
			})
			parent := ended(t, s, "how many loyal orders", Options{})
			id, err := s.Choose(t.Context(), "ann", parent.ID, tt.offer, "key")
			if err != nil {
				t.Fatal(err)
			}
			if q := follow(t, s, id); q.SQL != tt.sql || q.Tier != tt.tier || q.Generator != tt.generator {
				t.Errorf("%s by %s: %q", q.Tier, q.Generator, q.SQL)
			}
		})
	}
}

// SQL of a model that takes too long leaves the question to the reader.
func TestModelThatTakesTooLongLeavesItToTheReader(t *testing.T) {
	s, _ := newService(t, func(c *Config) {
		c.Builtin, c.LLM = readerOf(unsure), modelWriting(theirs)
		c.Target = &fakeTarget{query: func(_ context.Context, sql string) (Table, error) {
			if sql == theirs {
				return Table{}, &Error{Code: Limited, Message: "Stopped after 30 s."}
			}
			return Table{Columns: []Column{{Name: "n"}}, Rows: [][]any{{int64(1)}}}, nil
		}}
		c.Settings = func(context.Context) Settings { return Settings{Strategy: ModelFirst} }
	})
	q := ended(t, s, "how many orders", Options{})
	if q.Status != Answered || q.SQL != ours || !strings.Contains(strings.Join(q.Notes, " "), "Stopped after 30 s.") {
		t.Errorf("%s of %q: %s %v", q.Outcome(), q.SQL, q.Message, q.Notes)
	}
}

// Tokens are counted for each question, and who has used up theirs is answered
// by the reader.
func TestModelQuota(t *testing.T) {
	for name, tt := range map[string]struct {
		settings Settings
		second   string // what is said of the model
	}{
		"no bound":        {Settings{Strategy: ModelFirst}, ""},
		"each person's":   {Settings{Strategy: ModelFirst, TokensPerPerson: 100}, "your share of it for today"},
		"all people's":    {Settings{Strategy: ModelFirst, TokensPerDay: 120}, "may be spent on it today"},
		"not reached":     {Settings{Strategy: ModelFirst, TokensPerPerson: 121}, ""},
		"without a model": {Settings{Strategy: BuiltinOnly, TokensPerPerson: 1}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, store := newService(t, func(c *Config) {
				c.Builtin = readerOf(unsure)
				c.LLM = generator(func(ctx context.Context, p Prompt) (Candidate, error) {
					out, err := modelWriting(theirs)(ctx, p)
					out.Usage = Usage{In: 100, Out: 20}
					return out, err
				})
				c.Settings = func(context.Context) Settings { return tt.settings }
			})
			first := ended(t, s, "how many orders", Options{})
			if used := first.Usage.Total(); used != 120 && tt.settings.Strategy == ModelFirst {
				t.Errorf("the first took %d tokens", used)
			}
			for id, q := range store.rows { // as a database would
				q.Created = time.Now()
				store.rows[id] = q
			}
			q := ended(t, s, "how many orders again", Options{})
			said := strings.Join(q.Notes, " ")
			if tt.second == "" && strings.Contains(said, "did not answer") || tt.second != "" && (!strings.Contains(said, tt.second) || q.SQL != ours) {
				t.Errorf("%q by %s: %s", q.SQL, q.Generator, said)
			}
		})
	}
}

// A reading of one language model is not remembered for another.
func TestCacheKeepsModelsApart(t *testing.T) {
	cache := &fakeCache{held: map[string]Cached{}}
	for _, model := range []string{"llm:small", "llm:large"} {
		s, _ := newService(t, func(c *Config) {
			c.Cache, c.Builtin, c.LLM, c.LLMName = cache, readerOf(unsure), modelWriting(theirs), model
			c.Settings = func(context.Context) Settings { return Settings{Strategy: ModelFirst, CacheThreshold: 0.9} }
		})
		if q := ended(t, s, "how many orders", Options{}); q.Cached {
			t.Errorf("%s answers with what another remembers", model)
		}
	}
	if len(cache.held) != 2 {
		t.Errorf("%d readings are held", len(cache.held))
	}
}

func TestCancelEndsTheModel(t *testing.T) {
	started := make(chan bool, 1)
	s, _ := newService(t, func(c *Config) {
		c.Builtin = readerOf(unsure)
		c.LLM = generator(func(ctx context.Context, _ Prompt) (Candidate, error) {
			started <- true
			<-ctx.Done()
			return Candidate{}, errors.New("gone")
		})
		c.Settings = func(context.Context) Settings { return Settings{Strategy: ModelFirst} }
	})
	id, err := s.Ask(t.Context(), "ann", "how many orders", Options{})
	if err != nil {
		t.Fatal(err)
	}
	<-started
	if err := s.Cancel(t.Context(), Viewer{UserID: "ann"}, id); err != nil {
		t.Fatal(err)
	}
	if q := follow(t, s, id); q.Status != Cancelled || len(s.slots) > 0 && s.running(id) != nil {
		t.Errorf("%s", q.Status)
	}
}

func TestSameRows(t *testing.T) {
	table := func(rows ...[]any) Table {
		return Table{Columns: make([]Column, len(rows[0])), Rows: rows}
	}
	a := table([]any{"x", int64(1)}, []any{"y", int64(2)})
	for name, tt := range map[string]struct {
		b    Table
		want bool
	}{
		"itself":           {a, true},
		"rows in order":    {table([]any{"y", 2.0}, []any{"x", 1.0}), true},
		"columns in order": {table([]any{int64(1), "x"}, []any{int64(2), "y"}), true},
		"other pairs":      {table([]any{int64(2), "x"}, []any{int64(1), "y"}), false},
		"fewer":            {table([]any{"x", int64(1)}), false},
		"a text":           {table([]any{"x", "1"}, []any{"y", "2"}), false},
		"one more column":  {table([]any{"x", int64(1), nil}, []any{"y", int64(2), nil}), false},
		"cut":              {Table{Columns: a.Columns, Rows: a.Rows, Truncated: true}, false},
	} {
		if got := sameRows(a, tt.b); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if empty := table([]any{nil}, []any{int64(0)}); sameRows(empty, empty) {
		t.Error("nothing follows from nothing")
	}
}
