package candidate_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/when"
)

var updateOverTime = flag.Bool("update-overtime", false, "write what comes out into testdata/overtime.golden")

// bikes is a small shop that repairs what it sells.
func bikes() *schema.Schema {
	key := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, PrimaryKey: true, Unique: true, Distinct: 4000}
	}
	day := func(name string, nulls int64) schema.Column {
		return schema.Column{Name: name, Type: schema.Date, Format: schema.ISODay, Nulls: nulls, Distinct: 900}
	}
	kind := func(name string, values ...string) schema.Column {
		return schema.Column{Name: name, Type: schema.Text, Distinct: int64(len(values)), Values: values, Complete: true}
	}
	s := &schema.Schema{Tables: []schema.Table{
		{Name: "customers", PrimaryKey: []string{"customer_id"}, RowCount: 500, Columns: []schema.Column{key("customer_id"),
			{Name: "customer_name", Type: schema.Text, Distinct: 500, Unique: true}, kind("country", "Norway", "Spain", "Italy")}},
		{Name: "orders", PrimaryKey: []string{"order_id"}, RowCount: 4000, Columns: []schema.Column{key("order_id"), {Name: "customer_id", Type: schema.Integer},
			kind("channel", "Website", "Shop", "Phone"), kind("status", "Completed", "Cancelled", "Returned"), day("ordered_on", 0), day("shipped_on", 90),
			{Name: "total_amount", Type: schema.Real, Distinct: 3000}}},
		{Name: "repairs", PrimaryKey: []string{"repair_id"}, RowCount: 4000, Columns: []schema.Column{key("repair_id"), {Name: "customer_id", Type: schema.Integer},
			day("received_on", 0), day("finished_on", 200), {Name: "fee", Type: schema.Real, Distinct: 200}}},
		{Name: "budgets", PrimaryKey: []string{"budget_id"}, RowCount: 40, Columns: []schema.Column{key("budget_id"),
			{Name: "fiscal_year", Type: schema.Integer, Distinct: 4}, {Name: "planned_amount", Type: schema.Real, Distinct: 40}}},
	}, ForeignKeys: []schema.ForeignKey{
		{Table: "orders", Columns: []string{"customer_id"}, RefTable: "customers", RefColumns: []string{"customer_id"}},
		{Table: "repairs", Columns: []string{"customer_id"}, RefTable: "customers", RefColumns: []string{"customer_id"}},
	}}
	s.Seal()
	return s
}

// TestOverTime holds questions about change, comparison and several figures,
// with the questions that follow them (indented), beside their SQL.
func TestOverTime(t *testing.T) {
	const file = "testdata/overtime.golden"
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := catalog.New(bikes())
	v := link.NewVocabulary(c, nil)
	now := time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC)
	var before logical.Query
	var out strings.Builder
	for _, line := range strings.Split(string(want), "\n") {
		question, ok := strings.CutPrefix(strings.TrimSpace(line), "? ")
		if !ok {
			if strings.HasPrefix(line, "#") {
				out.WriteString("\n" + line + "\n")
			}
			continue
		}
		q := v.Read(question, now, when.Options{})
		indent, readings := "", candidate.Compose(v, q)
		if strings.HasPrefix(line, " ") {
			indent, readings = "  ", candidate.Edit(v, q, before)
		}
		out.WriteString(indent + "? " + question + "\n" + account(c, readings, indent+"  "))
		if len(readings) > 0 {
			before = readings[0].Query
		}
	}
	if *updateOverTime {
		if err := os.WriteFile(file, []byte(strings.TrimSpace(out.String())+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, wanted := strings.Split(strings.TrimSpace(out.String()), "\n"), strings.Split(strings.TrimSpace(string(want)), "\n")
	for i := range wanted {
		if i >= len(got) || got[i] != wanted[i] {
			t.Fatalf("line %d\ngot  %s\nwant %s", i+1, strings.Join(got[min(i, len(got)):min(i+1, len(got))], ""), wanted[i])
		}
	}
}

func account(c *catalog.Catalog, readings []candidate.Candidate, indent string) string {
	if len(readings) == 0 || readings[0].Failed != "" {
		return indent + "nothing\n"
	}
	best := readings[0]
	sql, err := best.Query.SQL(c)
	if err != nil {
		sql = "error: " + err.Error()
	}
	out := indent + strings.Join(strings.Fields(sql), " ") + "\n"
	for _, rest := range []struct {
		name  string
		words []string
	}{{"left out", best.LeftOut}, {"ignored", best.Ignored}, {"guessed", best.Guesses}} {
		if len(rest.words) > 0 {
			out += indent + rest.name + ": " + strings.Join(rest.words, ", ") + "\n"
		}
	}
	return out
}

func TestStepsInARow(t *testing.T) {
	testReadings(t, []reading{
		{"the year before", "by how many percent did the number of jobs change in 2023 and 2024 against the year before", `WITH totals AS ( SELECT strftime('%Y', opened_on) AS year, COUNT(*) AS number_of_jobs FROM jobs WHERE opened_on BETWEEN '2022-01-01' AND '2024-12-31' GROUP BY 1 ) SELECT totals.year, totals.number_of_jobs, 100.0 * (totals.number_of_jobs - earlier.number_of_jobs) / NULLIF(earlier.number_of_jobs, 0) AS "Change of number of jobs in percent" FROM totals LEFT JOIN totals AS earlier ON earlier.year = CAST(totals.year - 1 AS TEXT) WHERE totals.year >= '2023' ORDER BY totals.year`},
		{"year over year", "jobs growth yoy in 2023 and 2024", `WITH totals AS ( SELECT strftime('%Y', opened_on) AS year, COUNT(*) AS number_of_jobs FROM jobs WHERE opened_on BETWEEN '2022-01-01' AND '2024-12-31' GROUP BY 1 ) SELECT totals.year, totals.number_of_jobs, 100.0 * (totals.number_of_jobs - earlier.number_of_jobs) / NULLIF(earlier.number_of_jobs, 0) AS "Change of number of jobs in percent" FROM totals LEFT JOIN totals AS earlier ON earlier.year = CAST(totals.year - 1 AS TEXT) WHERE totals.year >= '2023' ORDER BY totals.year`},
	})
}

func TestSameSpan(t *testing.T) {
	testReadings(t, []reading{
		{"a part of this year and last year", "number of jobs January to June this year and last year", `SELECT COUNT(CASE WHEN opened_on BETWEEN '2024-01-01' AND '2024-06-30' THEN 1 END) AS "Number of jobs from 1 January 2024 to 30 June 2024", COUNT(CASE WHEN opened_on BETWEEN '2025-01-01' AND '2025-06-30' THEN 1 END) AS "Number of jobs the first half of 2025" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-06-30' OR opened_on BETWEEN '2025-01-01' AND '2025-06-30'`},
		{"the same period", "compare jobs this year to date with the same period last year", `SELECT COUNT(CASE WHEN opened_on BETWEEN '2024-01-01' AND '2024-06-30' THEN 1 END) AS "Number of jobs from 1 January 2024 to 30 June 2024", COUNT(CASE WHEN opened_on BETWEEN '2025-01-01' AND '2025-06-30' THEN 1 END) AS "Number of jobs the first half of 2025" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-06-30' OR opened_on BETWEEN '2025-01-01' AND '2025-06-30'`},
	})
}
