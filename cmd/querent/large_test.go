package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/target"
)

// What must hold of large targets.
const (
	mostProfile = 10 * time.Second       // from a new file to its profile, in the background
	mostRead    = 5 * time.Second        // the same for many tables
	mostLook    = 200 * time.Millisecond // a page
	mostBytes   = 200_000                // of a page
)

// tenMillion is a shop with 10 million orders, about 1 GB.
const tenMillion = `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
	CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL);
	CREATE TABLE products(id INTEGER PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, price REAL NOT NULL);
	CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers, product_id INTEGER NOT NULL REFERENCES products,
		status TEXT NOT NULL, ordered_on TEXT NOT NULL, quantity INTEGER NOT NULL, total REAL NOT NULL, remark TEXT);
	BEGIN;
	WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 100000)
	INSERT INTO customers SELECT x, char(65 + x %% 26, 97 + x / 26 %% 26, 97 + x / 676 %% 26, 97 + x / 17576 %% 26), CASE x %% 4 WHEN 0 THEN 'Brazil' WHEN 1 THEN 'Canada' WHEN 2 THEN 'Denmark' ELSE 'Egypt' END FROM n;
	WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 500)
	INSERT INTO products SELECT x, char(65 + x %% 26, 97 + x / 26 %% 26, 97 + x / 676 %% 26, 97 + x / 17576 %% 26), CASE x %% 3 WHEN 0 THEN 'toys' WHEN 1 THEN 'books' ELSE 'tools' END, x %% 90 + 0.5 FROM n;
	WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < %d)
	INSERT INTO orders SELECT x, x * 7919 %% 100000 + 1, x * 31 %% 500 + 1, CASE x %% 7 WHEN 0 THEN 'cancelled' WHEN 1 THEN 'open' ELSE 'paid' END,
		date('2020-01-01', '+' || (x * 13 %% 2190) || ' days'), x %% 9 + 1, x * 7919 %% 100000 / 100.0, 'Left at the door of number ' || (x %% 977) || ', as was agreed by telephone' FROM n;
	COMMIT`

// plainQuestions are what people ask first.
var plainQuestions = []string{
	"how many orders are there",
	"how many customers are there",
	"how many orders are there by status",
	"total of orders by status",
	"average total of orders",
	"number of orders by month",
	"total of orders by month",
	"total of orders by month in 2024",
	"number of orders by year",
	"how many orders were there in 2023",
	"how many orders are open",
	"top 5 customers by number of orders",
	"top 5 customers by total of orders",
	"top 5 products by total of orders",
	"number of customers by country",
	"the 5 orders with the highest total",
}

func TestTenMillionRows(t *testing.T) {
	if os.Getenv(loadVariable) == "" {
		t.Skip("set " + loadVariable + " to measure")
	}
	s := newStack(t)
	const orders = 10_000_000
	s.target = filepath.Join(t.TempDir(), "large.db")
	start := time.Now()
	execute(t, s.target, fmt.Sprintf(tenMillion, orders))
	size, err := os.Stat(s.target)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("%d orders, %d MB, made in %s\n", orders, size.Size()>>20, time.Since(start).Round(time.Second))
	s.env["TARGET_DATABASE_URL"] = "sqlite:///" + s.target
	s.ok(t, "init")
	start = time.Now()
	r := s.serve(t)
	r.ready(t)
	u := signIn(t, r.url)
	eventually(t, time.Minute, "the profile is taken", func() bool {
		_, page := u.get("/")
		return page.Find("#tables details").Length() == 3
	})
	fmt.Printf("profile taken in %s, load average %s\n", time.Since(start).Round(10*time.Millisecond), loadAverage())
	if took := time.Since(start); took > mostProfile {
		t.Errorf("the profile took %s", took)
	}
	for _, question := range plainQuestions {
		start := time.Now()
		status, page := u.post("/questions", url.Values{"question": {question}})
		if status != http.StatusOK {
			t.Fatalf("asking %q: %d", question, status)
		}
		path := page.Url.Path
		eventually(t, 3*time.Minute, question, func() bool {
			_, page = u.get(path)
			return page.Find("[aria-busy=true]").Length() == 0
		})
		cells := rows(page)
		fmt.Printf("%8s  %-40s %3d rows: %.60s\n", time.Since(start).Round(time.Millisecond), question, len(cells), fmt.Sprint(cells))
		if len(cells) == 0 {
			t.Errorf("%q is not answered: %s", question, strings.Join(strings.Fields(page.Find("article").Text()), " "))
		}
	}
}

// manyTables is a company's warehouse: 1,000 tables of 20 columns, which refer
// to each other without saying so.
func manyTables() string {
	areas := strings.Fields("sales support finance payroll stock supply fleet legal online store partner export import quality safety travel energy training event media web mobile field plant lab")
	things := strings.Fields("account invoice ticket visit order delivery vehicle contract session branch supplier shipment sample inspection incident trip meter course booking campaign page device machine test task note payment refund price budget forecast target team shift employee candidate office room asset license")
	columns := strings.Fields("status category region currency channel priority amount quantity score rate created_on closed_on approved owner_name")
	var sql strings.Builder
	sql.WriteString("BEGIN;")
	n := 0
	for _, area := range areas {
		for _, thing := range things {
			fmt.Fprintf(&sql, "CREATE TABLE %s_%s(id INTEGER PRIMARY KEY, name TEXT", area, thing)
			for _, c := range columns {
				fmt.Fprintf(&sql, ", %s %s", c, map[string]string{"amount": "REAL", "score": "REAL", "rate": "REAL", "quantity": "INTEGER", "approved": "INTEGER"}[c])
			}
			for j := range 4 {
				fmt.Fprintf(&sql, ", %s_%s_id INTEGER", area, things[(n*7+j*11)%len(things)])
			}
			fmt.Fprintf(&sql, `); WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20)
				INSERT INTO %s_%s SELECT x, '%[2]s ' || x, CASE x %% 2 WHEN 0 THEN 'open' ELSE 'closed' END, 'kind ' || x %% 3, 'north', 'EUR', 'web', 'high',
				x * 10.5, x, x / 2.0, 0.5, date('2024-01-01', '+' || x || ' days'), date('2024-02-01', '+' || x || ' days'), x %% 2, 'Owner ' || x, x, x, x, x FROM n;`, area, thing)
			n++
		}
	}
	return sql.String() + "COMMIT"
}

// Nothing that people see grows with the number of tables.
func TestManyTables(t *testing.T) {
	s := newStack(t)
	s.target = filepath.Join(t.TempDir(), "many.db")
	execute(t, s.target, manyTables())
	s.env["TARGET_DATABASE_URL"] = "sqlite:///" + s.target
	start := time.Now()
	db, err := target.Open(t.Context(), s.target, target.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	sch, err := db.Schema(t.Context())
	if err != nil || len(sch.Tables) != 1000 {
		t.Fatal(err)
	}
	measured(t, "1,000 tables read", time.Since(start), mostRead)
	s.ok(t, "init")
	r := s.serve(t)
	r.ready(t)
	u := signIn(t, r.url)
	eventually(t, 30*time.Second, "the tables are read", func() bool {
		_, page := u.get("/")
		return strings.Contains(page.Find("#tables").Text(), "1,000 tables")
	})
	start = time.Now()
	a := analyst{base: r.url, client: http.Client{Jar: u.Jar}}
	answer, err := a.ask("how many sales invoices are there") // which waits for the reader to learn the names
	if err != nil {
		t.Fatal(err)
	}
	measured(t, "the first question", time.Since(start), 20*time.Second)
	_, page := u.get(answer)
	if got := rows(page); len(got) != 1 || got[0][0] != "20" {
		t.Errorf("rows %v: %s", got, page.Find("article").Text())
	}
	start = time.Now()
	if got := rows(u.asks("total amount of fleet trips by status")); len(got) != 2 {
		t.Errorf("rows %v", got)
	}
	measured(t, "another question", time.Since(start), 2*time.Second)
	for _, path := range []string{"/", "/?tables=40", "/?data=trip", "/?data=nothing", "/admin/ontology", "/history", answer} {
		var took []time.Duration
		for range 5 {
			start := time.Now()
			body, status, err := a.get(path)
			took = append(took, time.Since(start))
			if err != nil || status != http.StatusOK || len(body) > mostBytes {
				t.Fatalf("%s: %d, %d bytes, %v", path, status, len(body), err)
			}
		}
		measured(t, path, median(took), mostLook)
	}
}

// measured prints a time; it must hold where the machine is ours to measure on.
func measured(t *testing.T, what string, took, most time.Duration) {
	t.Helper()
	fmt.Printf("%10s  %s\n", took.Round(100*time.Microsecond), what)
	if took > most && os.Getenv(loadVariable) != "" {
		t.Errorf("%s: %s, more than %s", what, took, most)
	}
}
