package candidate_test

import (
	"testing"
	"time"

	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/when"
)

func TestVagueSuperlatives(t *testing.T) {
	v := link.NewVocabulary(catalog.New(workshop()), nil)
	now := time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		kind, question string
		first          string // sentence of the first way; empty for none
		least          int
	}{
		{"by number or amount of what refers to it", "biggest customer?", "Total price by customer, only the highest by total price.", 2},
		{"the worst of a period", "who was our best mechanic in 2024", "Total price by mechanic, opened in 2024, only the highest by total price.", 2},
		{"the figure is said", "customer with the highest mileage", "", 0},
		{"a value besides", "biggest customer from Oslo", "", 0},
		{"no superlative", "customers", "", 0},
		{"several of them", "who are our best customers", "Total price by customer, only the 10 highest by total price.", 2},
		{"one of several", "which of our mechanics has the most on", "Total price by mechanic, only the highest by total price.", 2},
		{"a division of time", "which month had the most jobs", "", 0},
		{"of no one kind of money", "how much did we make in May 2025", "Total price, opened in May 2025.", 1},
		{"by what there is to do", "busiest mechanic", "Number of jobs by mechanic, only the highest by number of jobs.", 2},
		{"volume", "what was our volume last month", "Number of jobs, opened in May 2025.", 2},
		{"money of one kind", "what was the total price of jobs in May 2025", "", 0},
	} {
		t.Run(c.kind, func(t *testing.T) {
			got := candidate.Vague(v, v.Read(c.question, now, when.Options{}))
			if len(got) < c.least || c.first == "" && len(got) > 0 {
				t.Fatalf("%q: %d ways", c.question, len(got))
			}
			if len(got) > 0 {
				if s := got[0].Query.Sentence(v.Catalog); s != c.first {
					t.Errorf("%q: %s", c.question, s)
				}
			}
		})
	}
}

func TestRivalsTakeAnotherDate(t *testing.T) {
	v := link.NewVocabulary(catalog.New(workshop()), nil)
	q := v.Read("how many jobs in March 2025", time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{})
	all := candidate.Compose(v, q)
	var dated []string
	for _, r := range candidate.Rivals(v, q, all[0]) {
		if r.Dated {
			dated = append(dated, r.Query.Sentence(v.Catalog))
		}
	}
	if len(dated) != 1 || dated[0] != "Number of jobs, finished in March 2025, dated by finished on." {
		t.Errorf("%q", dated)
	}
	if s := all[0].Query.Sentence(v.Catalog); s == dated[0] {
		t.Errorf("the rival changed the reading: %s", s)
	}
}
