package sketch

import (
	"testing"

	"github.com/querent/querent/internal/ask"
)

// worded is a question over the shop, linked by exact words alone.
func worded(t *testing.T, text string) *question {
	t.Helper()
	sch, err := built(t, shop...).Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return link(ask.Prompt{Question: text, Schema: sch}, newIndex(sch, nil), nil, &lexicon{})
}

func TestComparisonSaid(t *testing.T) {
	for text, want := range map[string]string{
		"orders with an amount over 100":               ">",
		"orders with an amount of at least 100":        ">=",
		"orders with an amount of no more than 100":    "<=",
		"orders with an amount of 100 or more":         ">=",
		"orders with an amount smaller than 100":       "<",
		"orders with an amount of 100 or less":         "<=",
		"orders with an amount between 100 and 200":    "between",
		"orders whose amount is not 100":               "!=",
		"orders on or after 2024":                      ">=",
		"orders with amounts below 100 or above 500":   "<",
		"orders of 30 years or older":                  ">=",
		"orders whose amount is 100":                   "",
		"orders with less than 100 or more than 200":   "<",
		"more customers than ever, with an amount 100": "",
	} {
		q := worded(t, text)
		if len(q.vals) == 0 {
			t.Fatalf("%q: no value", text)
		}
		if got := q.comparison(q.vals[0]); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestDuties(t *testing.T) {
	for _, tt := range []struct {
		text string
		ok   func(*duties) bool
	}{
		{"customers sorted by name in descending order", func(d *duties) bool { return d.order && d.falling && !d.rising }},
		{"customers in alphabetical order", func(d *duties) bool { return d.order && d.rising }},
		{"amounts from highest to lowest", func(d *duties) bool { return d.falling }},
		{"how many orders are there", func(d *duties) bool { return !d.order && !d.most && d.aggs["count"] && !d.countDifferent }},
		{"number of different countries", func(d *duties) bool { return d.countDifferent }},
		{"the order with the highest amount", func(d *duties) bool { return d.most && !d.least && !d.order }},
		{"orders of at least 5", func(d *duties) bool { return !d.least }},
		{"average and minimum amount of each customer", func(d *duties) bool { return d.aggs["avg"] && d.aggs["min"] && !d.aggs["max"] && d.each }},
		{"customers other than those from Brazil", func(d *duties) bool { return d.deny }},
		{"customers who don't have a phone", func(d *duties) bool { return d.deny }},
		{"customers whose name starts with A", func(d *duties) bool { return d.begins && !d.ends }},
	} {
		if d := worded(t, tt.text).duty; !tt.ok(d) {
			t.Errorf("%q: %+v", tt.text, *d)
		}
	}
}

func TestNegativeNumbers(t *testing.T) {
	for text, want := range map[string]float64{"between -50 and 50": -50, "from 2010-2015": 2010, "code A-7": 7} {
		for _, tok := range tokenize(text) {
			if tok.isNum {
				if tok.number != want {
					t.Errorf("%q: %v, want %v", text, tok.number, want)
				}
				break
			}
		}
	}
}

func TestThesaurus(t *testing.T) {
	known, err := knownRelations()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		word, other string
		letter      byte
	}{{"client", "custom", 's'}, {"famili_name", "surnam", 's'}, {"wine", "alcohol_drink", 'u'}, {"actor", "perform", 'u'}} {
		if r := known.of(tt.word)[tt.other]; r.letter != tt.letter {
			t.Errorf("%s → %s: %q", tt.word, tt.other, r.letter)
		}
	}
	if known.of("zzzz") != nil {
		t.Error("knows nonsense")
	}
}

// Words that no name holds are read by their meaning.
func TestOtherWordsForNames(t *testing.T) {
	db := built(t, shop...)
	holds(t, db, over(t, db, nil), []expectation{
		{"how many clients are there", "SELECT count(*) FROM customers"},
		{"names of clients from Brazil", "SELECT name FROM customers WHERE country = 'Brazil'"},
		{"number of clients per nation", "SELECT country, count(*) FROM customers GROUP BY 1"},
	})
}
