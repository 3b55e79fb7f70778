package candidate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/when"
)

func TestAConditionSaidTwiceHoldsOnce(t *testing.T) {
	terms := &ontology.Ontology{Terms: []ontology.Term{{Name: "urgent", Kind: ontology.Filter, Table: "jobs", SQL: "price > 900"}}}
	v := link.NewVocabulary(catalog.New(workshop()), terms)
	best := candidate.Compose(v, v.Read("how many urgent jobs are urgent", time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{}))[0]
	sql, err := best.Query.SQL(v.Catalog)
	if err != nil || strings.Count(sql, "> 900") != 1 {
		t.Errorf("read as %s, %v", sql, err)
	}
}

func TestLeftOut(t *testing.T) {
	testReadings(t, []reading{
		{"before its cue", "leaving Oslo aside, how many customers do we have", `SELECT COUNT(*) AS "Number of customers" FROM customers WHERE city <> 'Oslo'`},
		{"behind", "customers by city, Oslo excluded", `SELECT city, COUNT(*) AS "Number of customers" FROM customers WHERE city <> 'Oslo' GROUP BY city ORDER BY city`},
	})
}
