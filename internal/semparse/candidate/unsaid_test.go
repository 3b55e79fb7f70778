package candidate_test

import (
	"testing"
	"time"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/when"
)

// trips has two ways from trips to towns, by the traveller and by the stop.
func trips() *schema.Schema {
	key := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, PrimaryKey: true, Unique: true, NotNull: true}
	}
	refers := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, NotNull: true, Distinct: 30}
	}
	named := func(values ...string) schema.Column {
		return schema.Column{Name: "name", Type: schema.Text, NotNull: true, Unique: true, Distinct: int64(len(values)), Complete: true, Values: values}
	}
	s := &schema.Schema{Tables: []schema.Table{
		{Name: "towns", PrimaryKey: []string{"town_id"}, RowCount: 7, Columns: []schema.Column{key("town_id"), named("Oslo", "Lima")}},
		{Name: "travellers", PrimaryKey: []string{"traveller_id"}, RowCount: 300, Columns: []schema.Column{key("traveller_id"), named("Ann Low", "Bo Reed"), refers("town_id")}},
		{Name: "stops", PrimaryKey: []string{"stop_id"}, RowCount: 40, Columns: []schema.Column{key("stop_id"), named("North Gate", "Old Pier"), refers("town_id")}},
		{Name: "rides", PrimaryKey: []string{"ride_id"}, RowCount: 9000, Columns: []schema.Column{key("ride_id"), refers("traveller_id"), refers("stop_id"),
			{Name: "started_on", Type: schema.Date, Format: schema.ISODay, NotNull: true, Distinct: 300, Min: "2022-01-02", Max: "2025-06-29"}}},
	}}
	for _, k := range [][3]string{{"travellers", "town_id", "towns"}, {"stops", "town_id", "towns"}, {"rides", "traveller_id", "travellers"}, {"rides", "stop_id", "stops"}} {
		s.ForeignKeys = append(s.ForeignKeys, schema.ForeignKey{Table: k[0], Columns: []string{k[1]}, RefTable: k[2], RefColumns: []string{s.Table(k[2]).PrimaryKey[0]}})
	}
	s.Seal()
	return s
}

// Of two ways as near, the one taken is said, and the other is a reading, too;
// where the question names what lies between, nothing is unsaid.
func TestWaysAsNear(t *testing.T) {
	v := link.NewVocabulary(catalog.New(trips()), nil)
	unsaid := func(question string) (text string, ways map[string]bool) {
		q := v.Read(question, time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{})
		all := candidate.Compose(v, q)
		if len(all) == 0 {
			t.Fatalf("%q: not read", question)
		}
		for _, d := range all[0].Query.Default {
			if d.Rule == logical.WayUnsaid {
				text = d.Text
			}
		}
		ways = map[string]bool{}
		for _, r := range append(candidate.Rivals(v, q, all[0]), candidate.Rival{Candidate: all[0]}) {
			if sql, err := r.Query.SQL(v.Catalog); err == nil {
				ways[sql] = true
			}
		}
		return text, ways
	}
	if text, ways := unsaid("number of rides by town"); text == "" || len(ways) < 2 {
		t.Errorf("unsaid %q, %d readings", text, len(ways))
	}
	if text, _ := unsaid("number of rides by the town of the stop"); text != "" {
		t.Errorf("unsaid %q though the stop is said", text)
	}
}

func TestVerbBehindItsSubject(t *testing.T) {
	testReadingsOf(t, trips(), []reading{
		{"an irregular past", "how many travellers rode in 2024", `SELECT COUNT(*) AS "Number of travellers" FROM travellers WHERE traveller_id IN (SELECT traveller_id FROM rides WHERE started_on BETWEEN '2024-01-01' AND '2024-12-31')`},
		{"a noun behind a noun", "how many traveller rides were there in 2024", `SELECT COUNT(*) AS "Number of rides" FROM rides WHERE started_on BETWEEN '2024-01-01' AND '2024-12-31'`},
	})
}

func TestLongerThan(t *testing.T) {
	testReadings(t, []reading{
		{"rows that took longer", "how many jobs took longer than 10 days", `SELECT COUNT(*) AS "Number of jobs" FROM jobs WHERE julianday(finished_on) - julianday(opened_on) > 10`},
	})
}
