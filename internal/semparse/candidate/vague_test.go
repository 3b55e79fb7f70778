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
		{"by number or amount of what refers to it", "biggest customer?", "Number of jobs by customer, only the highest by number of jobs.", 2},
		{"the worst of a period", "who was our best mechanic in 2024", "Number of jobs by mechanic, opened in 2024, only the highest by number of jobs.", 2},
		{"the figure is said", "customer with the highest mileage", "", 0},
		{"a value besides", "biggest customer from Oslo", "", 0},
		{"no superlative", "customers", "", 0},
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
	if len(dated) != 1 || dated[0] != "Number of jobs, finished in March 2025." {
		t.Errorf("%q", dated)
	}
	if s := all[0].Query.Sentence(v.Catalog); s == dated[0] {
		t.Errorf("the rival changed the reading: %s", s)
	}
}
