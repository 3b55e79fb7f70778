package ask

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
)

const (
	placed = `SELECT count(*) AS n FROM orders WHERE placed = '2024'`
	signed = `SELECT count(*) AS n FROM customers WHERE signed = '2024'`
)

// twoReadings asks back between them; text tells the candidate's SQL to come.
func twoReadings(context.Context, Prompt) (Candidate, error) {
	return Candidate{Generator: "semparse", LeftOut: nil, Choices: []Choice{
		{Sentence: "Customers with an order **placed** in 2024", SQL: placed, Logical: json.RawMessage(`{"at":"placed"}`), Chips: []Chip{{Kind: "time", Text: "2024"}}},
		{Sentence: "Customers who **signed up** in 2024", SQL: signed},
	}}, nil
}

func TestAskingBack(t *testing.T) {
	s, store := newService(t, func(c *Config) { c.Builtin = generator(twoReadings) })
	asked := ended(t, s, "customers of 2024", Options{})
	if asked.Status != Asked || asked.Outcome() != "asked" || asked.SQL != "" || len(asked.Choices) != 2 {
		t.Fatalf("asked back as %+v", asked)
	}
	id, err := s.Choose(t.Context(), "ann", asked.ID, OfferChoice(0), "")
	if err != nil {
		t.Fatal(err)
	}
	q := follow(t, s, id)
	if q.Status != Answered || q.SQL != placed || !q.Chosen || q.Tier != Compiled || q.Generator == "user" {
		t.Errorf("chosen: %+v", q)
	}
	if q.Sentence != "Customers with an order placed in 2024" || string(q.Logical) != `{"at":"placed"}` || len(q.Chips) != 1 {
		t.Errorf("the reading is not kept whole: %+v", q)
	}
	if got := store.rows[asked.ID].Picked; got != 1 {
		t.Errorf("picked %d", got)
	}
	if err := s.ChooseNone(t.Context(), "ann", asked.ID); err != nil || store.rows[asked.ID].Picked != NoneOfThese {
		t.Errorf("none of these: %v, picked %d", err, store.rows[asked.ID].Picked)
	}
}

func TestOnlyOffersOfOnesOwnCanBeChosen(t *testing.T) {
	s, _ := newService(t, func(c *Config) { c.Builtin = generator(twoReadings) })
	asked := ended(t, s, "customers of 2024", Options{})
	for _, o := range []Offer{"", "choice", "choice.2", "choice.-1", "choice.x", "alternative.0", "chip.0.0", "without.0", "sql"} {
		if _, err := s.Choose(t.Context(), "ann", asked.ID, o, ""); CodeOf(err) != Invalid {
			t.Errorf("%q: %v", o, err)
		}
	}
	if _, err := s.Choose(t.Context(), "bob", asked.ID, OfferChoice(0), ""); CodeOf(err) != NotFound {
		t.Errorf("another's question: %v", err)
	}
	if err := s.ChooseNone(t.Context(), "bob", asked.ID); CodeOf(err) != NotFound {
		t.Errorf("another's question: %v", err)
	}
}

func TestChoicesThatCannotRunAreNotOffered(t *testing.T) {
	for _, tt := range []struct {
		refused []string
		status  Status
		tier    Tier
	}{
		{nil, Asked, ""},
		{[]string{signed}, Answered, Unsure},
		{[]string{signed, placed}, Declined, ""},
	} {
		s, _ := newService(t, func(c *Config) {
			c.Builtin = generator(twoReadings)
			c.Target = &fakeTarget{check: func(sql string) error {
				if slices.Contains(tt.refused, sql) {
					return &Error{Code: Refused, Message: "no such column"}
				}
				return nil
			}}
		})
		if q := ended(t, s, "customers of 2024", Options{}); q.Status != tt.status || q.Tier != tt.tier {
			t.Errorf("%d refused: %s %s", len(tt.refused), q.Status, q.Tier)
		}
	}
}

func TestCacheKeepsTheWholeReading(t *testing.T) {
	want := Candidate{SQL: "SELECT 1", Tier: Unsure, Generator: "semparse", Confidence: 0.6, Sentence: "All orders", LeftOut: []string{"loyal"},
		Chips: []Chip{{Kind: "list", Text: "Orders"}}, Notes: []string{"assumed"}, Logical: json.RawMessage(`{}`)}
	for text, c := range map[string]Candidate{"loyal orders": want, "orders of March": must(twoReadings(t.Context(), Prompt{}))} {
		s, _ := newService(t, func(cfg *Config) {
			cfg.Cache = &fakeCache{held: map[string]Cached{}}
			cfg.Builtin = generator(func(context.Context, Prompt) (Candidate, error) { return c, nil })
		})
		first, again := ended(t, s, text, Options{}), ended(t, s, text, Options{})
		if !again.Cached || again.Status != first.Status || again.Tier != first.Tier || again.Sentence != first.Sentence ||
			!slices.Equal(again.LeftOut, c.LeftOut) || len(again.Choices) != len(c.Choices) || len(again.Chips) != len(c.Chips) ||
			string(again.Logical) != string(c.Logical) || !slices.Equal(again.Notes, c.Notes) {
			t.Errorf("%q first %+v\nagain %+v", text, first, again)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestAlternativesAreReadingsNotEdits(t *testing.T) {
	s, _ := newService(t, func(c *Config) {
		c.Builtin = generator(func(context.Context, Prompt) (Candidate, error) {
			return Candidate{SQL: "SELECT 1", Tier: Unsure, Generator: "semparse", Confidence: 0.6, LeftOut: []string{"loyal"},
				Alternatives: []Alternative{{Label: "by signup date", SQL: "SELECT 2"}},
				Chips:        []Chip{{Kind: "time", Text: "2024", Instead: []Choice{{Sentence: "2023", SQL: "SELECT 3"}}}}}, nil
		})
	})
	q := ended(t, s, "loyal customers", Options{})
	for o, sql := range map[Offer]string{OfferAlternative(0): "SELECT 2", OfferInstead(0, 0): "SELECT 3"} {
		id, err := s.Choose(t.Context(), "ann", q.ID, o, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := follow(t, s, id); got.SQL != sql || got.Tier != Unsure || !got.Chosen || !slices.Equal(got.LeftOut, q.LeftOut) {
			t.Errorf("%s: %+v", o, got)
		}
	}
}

type reader func(ctx context.Context, p Prompt, logical json.RawMessage, chip Chip) (Candidate, error)

func (r reader) Without(ctx context.Context, p Prompt, logical json.RawMessage, chip Chip) (Candidate, error) {
	return r(ctx, p, logical, chip)
}

func TestAPartIsTakenAway(t *testing.T) {
	chips := []Chip{{Kind: "measure", Text: "Revenue"}, {Kind: "filter", Text: "Germany", Part: "filter/0", Removable: true}}
	s, _ := newService(t, func(c *Config) {
		c.Builtin = generator(func(context.Context, Prompt) (Candidate, error) {
			return Candidate{SQL: "SELECT 1", Tier: Compiled, Confidence: 1, Chips: chips, Logical: json.RawMessage(`{"of":"Germany"}`)}, nil
		})
		c.Reader = reader(func(_ context.Context, p Prompt, logical json.RawMessage, chip Chip) (Candidate, error) {
			if p.Question != "revenue in Germany" || string(logical) != `{"of":"Germany"}` || chip.Part != "filter/0" {
				t.Errorf("asked %q, %s without %+v", p.Question, logical, chip)
			}
			return Candidate{SQL: "SELECT 2", Tier: Compiled, Confidence: 1, Sentence: "Revenue"}, nil
		})
	})
	q := ended(t, s, "revenue in Germany", Options{})
	if _, err := s.Choose(t.Context(), "ann", q.ID, OfferWithout(0), ""); CodeOf(err) != Invalid {
		t.Errorf("a part that is needed: %v", err)
	}
	id, err := s.Choose(t.Context(), "ann", q.ID, OfferWithout(1), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := follow(t, s, id); got.SQL != "SELECT 2" || got.Sentence != "Revenue" || got.Status != Answered {
		t.Errorf("%+v", got)
	}
}

func TestAFollowUpIsGivenTheLogicalQuery(t *testing.T) {
	var before *Previous
	s, _ := newService(t, func(c *Config) {
		c.Builtin = generator(func(_ context.Context, p Prompt) (Candidate, error) {
			before = p.Previous
			return Candidate{SQL: "SELECT 1", Tier: Compiled, Confidence: 1, Logical: json.RawMessage(`{"n":1}`), FollowedUp: p.Previous != nil}, nil
		})
	})
	first := ended(t, s, "how many orders", Options{})
	second := ended(t, s, "and by month", Options{ParentID: first.ID})
	if before == nil || before.SQL != "SELECT 1" || string(before.Logical) != `{"n":1}` || !second.FollowedUp {
		t.Errorf("followed %+v, %t", before, second.FollowedUp)
	}
}

func TestTellingThatAnAnswerIsMissing(t *testing.T) {
	s, store := newService(t, func(c *Config) { c.Builtin = generator(twoReadings) })
	asked := ended(t, s, "customers of 2024", Options{})
	f := &Feedback{QuestionID: asked.ID, Verdict: Missed, Comment: "those who paid"}
	if err := s.Feedback(t.Context(), Viewer{UserID: "ann"}, f); err != nil || len(store.said) != 1 || store.said[0].Comment != "those who paid" {
		t.Errorf("%v, %+v", err, store.said)
	}
}

func TestRelatedQuestionsShareWords(t *testing.T) {
	ideas := []string{"How many orders are there?", "Top 5 customers by number of orders", "Average salary of employees by department", "How many employees are there?"}
	got := related("mood of employees by department", ideas)
	if len(got) != maxRelated || got[0] != ideas[2] || !slices.Contains(got, ideas[3]) {
		t.Errorf("%q", got)
	}
}
