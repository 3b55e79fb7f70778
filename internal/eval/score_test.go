package eval

import (
	"strings"
	"testing"

	"github.com/querent/querent/internal/ask"
)

const (
	june = "SELECT count(*) AS n FROM orders WHERE placed_on >= '2025-06-01' AND placed_on < '2025-07-01'" // 2
	may  = "SELECT count(*) FROM orders WHERE paid_on LIKE '2025-05%'"                                     // 0
	all  = "SELECT count(*) FROM orders"                                                                   // 4
)

func choices(sqls ...string) ask.Candidate {
	var c ask.Candidate
	for _, sql := range sqls {
		c.Choices = append(c.Choices, ask.Choice{Sentence: "so?", SQL: sql})
	}
	return c
}

func TestScore(t *testing.T) {
	no := &ask.Decline{Reason: "no such thing"}
	tests := []struct {
		name, question string
		c              ask.Candidate
		outcome        Outcome
		right          bool
	}{
		{"compiled and right", "How many orders?", ask.Candidate{SQL: all, Tier: ask.Compiled}, Compiled, true},
		{"unsure and right", "How many orders?", ask.Candidate{SQL: all, Tier: ask.Unsure}, Unsure, true},
		{"by a model", "How many orders?", ask.Candidate{SQL: all, Tier: ask.Model}, Model, true},
		{"wrong", "How many orders?", ask.Candidate{SQL: june, Tier: ask.Compiled}, Compiled, false},
		{"does not run", "How many orders?", ask.Candidate{SQL: "SELECT mood FROM orders", Tier: ask.Compiled}, Failed, false},
		{"refused by the executor", "How many orders?", ask.Candidate{SQL: "SELECT count(*) FROM sqlite_schema"}, Failed, false},
		{"declined", "How many orders?", ask.Candidate{Decline: no}, Declined, false},
		{"declined with a guess", "How many orders?", ask.Candidate{SQL: all, Decline: no}, Declined, false},
		{"nothing at all", "How many orders?", ask.Candidate{}, Declined, false},
		{"asked back for no reason", "How many orders?", choices(all, june), Asked, false},

		{"asked: two readings", "orders in June 2025", choices(june, may), Asked, true},
		{"asked: one reading twice", "orders in June 2025", choices(june, june+" AND 1"), Asked, false},
		{"asked: one reading and another thing", "orders in June 2025", choices(june, all), Asked, false},
		{"asked: a choice that does not run", "orders in June 2025", choices(june, may, "SELECT mood"), Asked, true},
		{"one reading, said", "orders in June 2025", ask.Candidate{SQL: june, Sentence: "Orders placed in June."}, Unsure, true},
		{"one reading, noted", "orders in June 2025", ask.Candidate{SQL: june, Notes: []string{"by day of order"}}, Unsure, true},
		{"one reading, not said", "orders in June 2025", ask.Candidate{SQL: june}, Unsure, false},
		{"no reading", "orders in June 2025", ask.Candidate{SQL: all, Sentence: "All orders."}, Unsure, false},
		{"declined what was to ask", "orders in June 2025", ask.Candidate{Decline: no}, Declined, false},

		{"declined as it should", "How happy are they?", ask.Candidate{Decline: no}, Declined, true},
		{"answered what can't be", "How happy are they?", ask.Candidate{SQL: all}, Unsure, false},
		{"asked what can't be", "How happy are they?", choices(all, june), Asked, false},
	}
	set := businessSet(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, results := run(t, set, answers(map[string]ask.Candidate{tt.question: tt.c}))
			r := find(t, results, tt.question)
			if r.Outcome != tt.outcome || r.Right != tt.right {
				t.Errorf("%s, right = %v (%s)", r.Outcome, r.Right, r.Reason)
			}
			if held := r.Outcome == Asked && tt.question != "How happy are they?"; r.Held != held {
				t.Errorf("held = %v", r.Held)
			}
		})
	}
}

func find(t *testing.T, results map[string]Result, question string) Result {
	t.Helper()
	for _, r := range results {
		if r.Question == question {
			return r
		}
	}
	t.Fatalf("%q was not asked", question)
	return Result{}
}

func TestScoreTraps(t *testing.T) {
	none := "SELECT count(*) FROM customer WHERE town = 'Gotham'"
	tests := []struct {
		name, question string
		c              ask.Candidate
		right          bool
	}{
		{"zero, the word named", "customers in Gotham", ask.Candidate{SQL: none, Sentence: "Customers in gotham."}, true},
		{"no rows, the word named", "customers in Gotham", ask.Candidate{SQL: "SELECT name FROM customer WHERE town = 'Gotham'",
			Reading: []ask.Phrase{{Text: "Gotham", Kind: "value"}}}, true},
		{"zero, the word ignored", "customers in Gotham", ask.Candidate{SQL: none, Reading: []ask.Phrase{{Text: "Gotham", Kind: "ignored"}}}, false},
		{"zero, the word not named", "customers in Gotham", ask.Candidate{SQL: none, Sentence: "Customers."}, false},
		{"three, the word named", "customers in Gotham", ask.Candidate{SQL: "SELECT count(*) FROM customer", Sentence: "Customers in Gotham."}, false},
		{"asked", "customers in Gotham", choices("SELECT 1", "SELECT 2"), true},
		{"zero of an attribute", "customers by age", ask.Candidate{SQL: none, Sentence: "Customers by age."}, false},
		{"asked for an attribute", "customers by age", choices("SELECT 1", "SELECT 2"), true},
		{"twin", "customers in Holt", ask.Candidate{SQL: "SELECT count(*) FROM customer WHERE town = 'Holt'"}, true},
		{"near", "customers in Mere", ask.Candidate{SQL: none}, false},
		{"asked of two readings", "orders in June", choices(june, may), true},
		{"asked of one", "orders in June", choices(june, all), false},
	}
	set, err := LoadTraps(businessDir(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, results := run(t, set, answers(map[string]ask.Candidate{tt.question: tt.c}))
			if r := find(t, results, tt.question); r.Right != tt.right {
				t.Errorf("%s, right = %v", r.Outcome, r.Right)
			}
		})
	}
}

// Where no gold runs nothing can be right, and the report says so.
func TestNoGoldRuns(t *testing.T) {
	set := businessSet(t).Choose(Filter{IDs: []string{"shop/01"}})
	set.Questions[0].Golds = []string{"SELECT mood FROM orders"}
	rep, _ := run(t, set, answers(nil))
	if len(rep.Missing) != 1 || !strings.Contains(rep.Missing[0], "shop/01: no gold runs") {
		t.Errorf("left out: %q", rep.Missing)
	}
}

// Right without a row may be right by accident.
func TestEmptyIsMarked(t *testing.T) {
	set := businessSet(t).Choose(Filter{IDs: []string{"shop/01"}})
	set.Questions[0].Golds = []string{"SELECT id FROM orders WHERE total > 100"}
	rep, results := run(t, set, answers(map[string]ask.Candidate{"order count": {SQL: "SELECT name FROM customer WHERE 0"}}))
	if r := results["shop/01.1"]; !r.Right || !r.Empty || rep.Empty != 1 {
		t.Errorf("%+v, %d empty", r, rep.Empty)
	}
}
