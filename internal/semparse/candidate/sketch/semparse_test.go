package sketch

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/demo"
	"github.com/querent/querent/internal/embed"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/target"
)

func TestMain(m *testing.M) {
	target.MaybeWorker()
	os.Exit(m.Run())
}

// asked answers a question on an opened target.
type asked func(t *testing.T, question string) (ask.Candidate, [][]any)

func over(t *testing.T, db *target.DB, o *ontology.Ontology) asked {
	t.Helper()
	words, err := embed.New()
	if err != nil {
		t.Fatal(err)
	}
	sch, err := db.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(Options{Words: words})
	if err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T, question string) (ask.Candidate, [][]any) {
		t.Helper()
		c, err := p.Generate(t.Context(), ask.Prompt{Question: question, Schema: sch, Ontology: o, Now: time.Date(2024, 12, 15, 0, 0, 0, 0, time.UTC), Try: db.Query})
		if err != nil {
			t.Fatal(err)
		}
		if c.Decline != nil {
			return c, nil
		}
		res, err := db.Query(t.Context(), c.SQL)
		if err != nil {
			t.Errorf("%q: %s: %s", question, ask.MessageOf(err), c.SQL)
		}
		return c, res.Rows
	}
}

func opened(t *testing.T, path string) *target.DB {
	t.Helper()
	db, err := target.Open(t.Context(), path, target.Options{Workers: 1, RowLimit: 5000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// lines are rows as sorted text, floats rounded to cents.
func lines(rows [][]any) []string {
	var out []string
	for _, r := range rows {
		var cells []string
		for _, v := range r {
			if f, ok := v.(float64); ok {
				v = fmt.Sprintf("%.2f", f)
			}
			cells = append(cells, fmt.Sprint(v))
		}
		slices.Sort(cells)
		out = append(out, strings.Join(cells, "|"))
	}
	slices.Sort(out)
	return out
}

type expectation struct{ question, sql string }

func holds(t *testing.T, db *target.DB, ask asked, all []expectation) {
	for _, e := range all {
		t.Run(e.question, func(t *testing.T) {
			c, got := ask(t, e.question)
			if c.Decline != nil {
				t.Fatalf("declined: %s", c.Decline.Reason)
			}
			want, err := db.Query(t.Context(), e.sql)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(lines(got), lines(want.Rows)) {
				t.Errorf("%d rows, want %d\n%s\nreading %+v", len(got), len(want.Rows), c.SQL, c.Reading)
			}
			if len(c.Reading) == 0 {
				t.Error("no account of how it was read")
			}
		})
	}
}

func TestDemoQuestions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.sqlite")
	if err := demo.WriteTarget(path); err != nil {
		t.Fatal(err)
	}
	var o ontology.Ontology
	if err := yaml.Unmarshal(demo.OntologyYAML, &o); err != nil {
		t.Fatal(err)
	}
	db := opened(t, path)
	holds(t, db, over(t, db, &o), []expectation{
		{"total sales by month in 2024", "SELECT strftime('%Y-%m', order_date), sum(total) FROM orders WHERE order_date LIKE '2024%' GROUP BY 1"},
		{"top 5 customers by revenue", "SELECT name, sum(total) FROM orders JOIN customers ON customers.id = customer_id GROUP BY customers.id ORDER BY 2 DESC LIMIT 5"},
		{"how many employees are in each department", "SELECT d.name, count(*) FROM employees e JOIN departments d ON d.id = department_id GROUP BY d.id"},
		{"which products were never ordered", "SELECT name FROM products WHERE id NOT IN (SELECT product_id FROM order_items)"},
		{"average salary by department", "SELECT d.name, avg(salary) FROM salaries s JOIN employees e ON e.id = employee_id JOIN departments d ON d.id = department_id GROUP BY d.id"},
		{"how many customers are there in Brazil", "SELECT count(*) FROM customers WHERE country = 'Brazil'"},
		{"number of orders by status", "SELECT status, count(*) FROM orders GROUP BY status"},
		{"net revenue by quarter", "SELECT strftime('%Y', order_date) || '-Q' || ((strftime('%m', order_date) + 2) / 3), sum(CASE WHEN status NOT IN ('cancelled','returned') THEN total ELSE 0 END) FROM orders GROUP BY 1"},
		{"most expensive product", "SELECT name FROM products ORDER BY price DESC LIMIT 1"},
		{"customers without orders", "SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)"},
		{"total revenue last year", "SELECT sum(total) FROM orders WHERE order_date LIKE '2023%'"},
	})
	t.Run("posted to travel expenses", func(t *testing.T) {
		c, got := over(t, db, &o)(t, "show transactions over 10000 posted to travel expenses")
		want, err := db.Query(t.Context(), "SELECT count(*) FROM accounting_transactions t JOIN accounts a ON a.id = account_id WHERE a.name = 'Travel Expenses' AND amount > 10000")
		if err != nil || c.Decline != nil || int64(len(got)) != want.Rows[0][0] {
			t.Errorf("%d rows, want %v: %+v", len(got), want.Rows, c)
		}
	})
}

func TestChinookQuestions(t *testing.T) {
	path := "../../../shared/samples/chinook.sqlite"
	if _, err := os.Stat(path); err != nil {
		t.Skip("shared/samples/chinook.sqlite is not beside this checkout")
	}
	db := opened(t, path)
	holds(t, db, over(t, db, nil), []expectation{
		{"how many tracks does each genre have", "SELECT g.Name, count(*) FROM Track t JOIN Genre g USING (GenreId) GROUP BY g.GenreId"},
		{"which customers are from Brazil", "SELECT FirstName, LastName FROM Customer WHERE Country = 'Brazil'"},
		{"longest track", "SELECT Name FROM Track ORDER BY Milliseconds DESC LIMIT 1"},
		{"total invoices per country", "SELECT BillingCountry, count(*) FROM Invoice GROUP BY 1"},
	})
	t.Run("top 10 artists by number of albums", func(t *testing.T) { // several have as many as the tenth
		c, got := over(t, db, nil)(t, "top 10 artists by number of albums")
		want, err := db.Query(t.Context(), "SELECT count(*) n FROM Album GROUP BY ArtistId ORDER BY n DESC LIMIT 10")
		if err != nil {
			t.Fatal(err)
		}
		var counts [][]any
		for _, r := range got {
			counts = append(counts, r[1:])
		}
		if !slices.Equal(lines(counts), lines(want.Rows)) {
			t.Errorf("%v, want %v: %s", counts, want.Rows, c.SQL)
		}
	})
}

func TestUnknownWordsAreDeclined(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.sqlite")
	if err := demo.WriteTarget(path); err != nil {
		t.Fatal(err)
	}
	db := opened(t, path)
	ask := over(t, db, nil)
	for _, question := range []string{"flurb the gronk", "", "???", "the of and", "' OR 1=1 --", strings.Repeat("blah ", 300)} {
		c, _ := ask(t, question)
		if c.Decline == nil || c.Decline.Reason == "" {
			t.Errorf("%.20q gave %s", question, c.SQL)
		}
	}
}

func FuzzGenerate(f *testing.F) {
	path := filepath.Join(f.TempDir(), "demo.sqlite")
	if err := demo.WriteTarget(path); err != nil {
		f.Fatal(err)
	}
	db, err := target.Open(f.Context(), path, target.Options{Workers: 1, RowLimit: 10})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	sch, err := db.Schema(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	for _, q := range []string{"how many customers by country", "top 3 products by price", "orders between 5 and 10", "employees without salaries",
		"oldest employee", "orders in March 2024", "customers named \"O'Neil\"", "total orders per segment per month", "by by by", "and by month?", "only for Brazil", "what about 2023", "net revenue per quarter", "sort them by name", "between March and May", "in March in March", "top -1 orders", "at least"} {
		f.Add(q)
	}
	p, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	var o ontology.Ontology
	if err := yaml.Unmarshal(demo.OntologyYAML, &o); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, question string) {
		for _, before := range []*ask.Previous{nil, {Question: "total sales", SQL: "SELECT sum(orders.total) FROM orders"}} {
			c, err := p.Generate(t.Context(), ask.Prompt{Question: question, Schema: sch, Ontology: &o, Previous: before, Now: time.Now()})
			if err != nil {
				t.Fatal(err)
			}
			if c.Decline != nil {
				continue
			}
			if err := db.Check(t.Context(), c.SQL); err != nil {
				t.Errorf("%q gave %s: %v", question, c.SQL, err)
			}
		}
	})
}
