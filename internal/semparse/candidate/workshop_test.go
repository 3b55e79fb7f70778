package candidate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/when"
)

// workshop is a small schema of a garage: customers bring cars, mechanics do
// jobs on them, some report to others.
func workshop() *schema.Schema {
	key := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, PrimaryKey: true, Unique: true, NotNull: true}
	}
	refers := func(name string, nulls int64) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, NotNull: nulls == 0, Nulls: nulls, Distinct: 40}
	}
	few := func(name string, values ...string) schema.Column {
		return schema.Column{Name: name, Type: schema.Text, NotNull: true, Distinct: int64(len(values)), Complete: true, Values: values}
	}
	names := func(name string, values ...string) schema.Column {
		c := few(name, values...)
		c.Unique = true
		return c
	}
	date := func(name string, nulls int64) schema.Column {
		return schema.Column{Name: name, Type: schema.Date, Format: schema.ISODay, NotNull: nulls == 0, Nulls: nulls, Distinct: 300, Min: "2022-01-02", Max: "2025-06-29"}
	}
	number := func(name string, kind schema.Type, distinct int64) schema.Column {
		return schema.Column{Name: name, Type: kind, NotNull: true, Distinct: distinct, Integers: kind == schema.Integer}
	}
	email := schema.Column{Name: "email", Type: schema.Text, Nulls: 30, Distinct: 170, Unique: true, Min: "a@b.example"}
	s := &schema.Schema{Tables: []schema.Table{
		{Name: "customers", PrimaryKey: []string{"customer_id"}, RowCount: 200, Columns: []schema.Column{
			key("customer_id"), names("full_name", "Ada Brook", "Bela Quist", "Cora Vane"), few("customer_type", "Private", "Dealer", "Rental"), email, few("city", "Oslo", "Turin", "Graz"), date("joined_on", 0)}},
		{Name: "mechanics", PrimaryKey: []string{"mechanic_id"}, RowCount: 12, Columns: []schema.Column{
			key("mechanic_id"), names("full_name", "Dana Holt", "Emil Marsh", "Finn Starr"), refers("manager_id", 2), date("hired_on", 0), number("hourly_wage", schema.Real, 9)}},
		{Name: "cars", PrimaryKey: []string{"car_id"}, RowCount: 260, Columns: []schema.Column{
			key("car_id"), refers("customer_id", 0), names("plate", "KX 11", "LM 20", "ZZ 93"), few("fuel", "Petrol", "Diesel", "Electric"), number("mileage_km", schema.Integer, 250), number("service_limit_km", schema.Integer, 250)}},
		{Name: "jobs", PrimaryKey: []string{"job_id"}, RowCount: 2000, Columns: []schema.Column{
			key("job_id"), refers("car_id", 0), refers("mechanic_id", 0), few("status", "Open", "Finished", "Cancelled"), date("opened_on", 0), date("finished_on", 150), number("price", schema.Real, 900)}},
		{Name: "complaints", PrimaryKey: []string{"complaint_id"}, RowCount: 90, Columns: []schema.Column{
			key("complaint_id"), refers("job_id", 0), few("severity", "Minor", "Serious"), date("received_on", 0)}},
	}, ForeignKeys: []schema.ForeignKey{
		{Table: "mechanics", Columns: []string{"manager_id"}, RefTable: "mechanics", RefColumns: []string{"mechanic_id"}},
		{Table: "cars", Columns: []string{"customer_id"}, RefTable: "customers", RefColumns: []string{"customer_id"}},
		{Table: "jobs", Columns: []string{"car_id"}, RefTable: "cars", RefColumns: []string{"car_id"}},
		{Table: "jobs", Columns: []string{"mechanic_id"}, RefTable: "mechanics", RefColumns: []string{"mechanic_id"}},
		{Table: "complaints", Columns: []string{"job_id"}, RefTable: "jobs", RefColumns: []string{"job_id"}},
	}}
	s.Seal()
	return s
}

// reading is a question with the SQL of its best reading, in one line.
type reading struct{ kind, question, sql string }

func testReadings(t *testing.T, readings []reading) {
	t.Helper()
	testReadingsOf(t, workshop(), readings)
}

// testReadingsOf is testReadings over another schema.
func testReadingsOf(t *testing.T, s *schema.Schema, readings []reading) {
	t.Helper()
	v := link.NewVocabulary(catalog.New(s), nil)
	now := time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC)
	for _, r := range readings {
		t.Run(r.kind, func(t *testing.T) {
			all := candidate.Compose(v, v.Read(r.question, now, when.Options{}))
			if len(all) == 0 || all[0].Failed != "" {
				t.Fatalf("%q: not read", r.question)
			}
			sql, err := all[0].Query.SQL(v.Catalog)
			if err != nil {
				t.Fatalf("%q: %v", r.question, err)
			}
			if got := strings.Join(strings.Fields(sql), " "); got != r.sql {
				t.Errorf("%q\n got %s\nwant %s", r.question, got, r.sql)
			}
			if len(all[0].LeftOut) > 0 || len(all[0].Ignored) > 0 {
				t.Errorf("%q leaves out %v %v", r.question, all[0].LeftOut, all[0].Ignored)
			}
		})
	}
}
