package sketch

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/embed"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/target"
)

// built opens a database made of statements.
func built(t testing.TB, statements ...string) *target.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "built.sqlite")
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Exec(strings.Join(statements, ";\n")); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := target.Open(t.Context(), path, target.Options{Workers: 1, RowLimit: 5000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.Close() })
	return out
}

var shop = []string{
	`CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, country TEXT, phone TEXT, status TEXT)`,
	`CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), order_date DATE, amount REAL, note TEXT)`,
	`INSERT INTO customers VALUES (1,'Ana','Brazil','1','active'),(2,'Bo','Denmark',NULL,'gone'),(3,'Cy','Brazil',NULL,'active'),(4,'O''Neil','Ireland','4','active')`,
	`INSERT INTO orders VALUES (1,1,'2023-01-05',1000,'50% off'),(2,1,'2023-12-31',20000,'plain'),(3,2,'2024-01-01',300,'a_b'),(4,3,'2024-03-10',15000,'50 off'),(5,4,'2024-04-30',7,NULL),(6,1,'2024-11-20',90,NULL)`,
}

var shopTerms = &ontology.Ontology{Terms: []ontology.Term{
	{Name: "turnover", Synonyms: []string{"takings"}, Kind: ontology.Metric, Table: "orders", SQL: "sum(amount)"},
	{Name: "active customer", Kind: ontology.Filter, Table: "customers", SQL: "status = 'active'"},
	{Name: "patrons", Kind: ontology.Synonym, Table: "customers"},
	{Name: "doubled amount", Kind: ontology.Expression, Table: "orders", SQL: "amount * 2"},
}}

func TestOutsideTheBenchmark(t *testing.T) {
	db := built(t, append(slices.Clone(shop),
		`CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, reviewer_id INTEGER)`,
		`INSERT INTO tasks VALUES (1,'a',1),(2,'b',NULL),(3,'c',NULL)`)...)
	holds(t, db, over(t, db, shopTerms), []expectation{
		// Ontology.
		{"turnover by country", "SELECT country, sum(amount) FROM orders JOIN customers c ON c.id = customer_id GROUP BY 1"},
		{"total takings in 2024", "SELECT sum(amount) FROM orders WHERE order_date >= '2024-01-01'"},
		{"how many active customers are there", "SELECT count(*) FROM customers WHERE status = 'active'"},
		{"how many patrons are there", "SELECT count(*) FROM customers"},
		{"what is the average doubled amount of orders", "SELECT avg(amount * 2) FROM orders"},
		// Time.
		{"number of orders by month", "SELECT strftime('%Y-%m', order_date), count(*) FROM orders GROUP BY 1"},
		{"turnover per quarter", "SELECT strftime('%Y', order_date) || '-Q' || ((strftime('%m', order_date) + 2) / 3), sum(amount) FROM orders GROUP BY 1"},
		{"daily turnover", "SELECT order_date, sum(amount) FROM orders GROUP BY 1"},
		{"number of orders per week", "SELECT strftime('%Y-W%W', order_date), count(*) FROM orders GROUP BY 1"},
		{"yearly turnover", "SELECT strftime('%Y', order_date), sum(amount) FROM orders GROUP BY 1"},
		{"how many orders were placed last month", "SELECT count(*) FROM orders WHERE order_date >= '2024-11-01' AND order_date < '2024-12-01'"},
		{"how many orders were placed since March 2024", "SELECT count(*) FROM orders WHERE order_date >= '2024-03-01'"},
		{"how many orders were placed between March and May 2024", "SELECT count(*) FROM orders WHERE order_date >= '2024-03-01' AND order_date < '2024-06-01'"},
		{"how many orders were placed before 2024", "SELECT count(*) FROM orders WHERE order_date < '2024-01-01'"},
		{"how many orders were placed on or after 2024-01-01", "SELECT count(*) FROM orders WHERE order_date >= '2024-01-01'"},
		{"how many orders were placed on or before 2023-12-31", "SELECT count(*) FROM orders WHERE order_date <= '2023-12-31'"},
		{"how many orders were placed in or after March 2024", "SELECT count(*) FROM orders WHERE order_date >= '2024-03-01'"},
		{"how many orders were placed in or before 2023", "SELECT count(*) FROM orders WHERE order_date < '2024-01-01'"},
		{"how many orders were placed in the last 30 days", "SELECT count(*) FROM orders WHERE order_date >= '2024-11-16' AND order_date < '2024-12-16'"},
		// Values and magnitudes.
		{"how many customers are from Brasil", "SELECT count(*) FROM customers WHERE country = 'Brazil'"},
		{"how many orders have an amount over 10k", "SELECT count(*) FROM orders WHERE amount > 10000"},
		{"how many orders have an amount over $5,000", "SELECT count(*) FROM orders WHERE amount > 5000"},
		{"what is the country of the customer named O'Neil", "SELECT country FROM customers WHERE name = 'O''Neil'"},
		{"names of customers whose name starts with A", "SELECT name FROM customers WHERE name LIKE 'A%'"},
		{"names of customers whose name ends with the letter o", "SELECT name FROM customers WHERE name LIKE '%o'"},
		// NULLs.
		{"show the names of customers without a phone", "SELECT name FROM customers WHERE phone IS NULL"},
		{"how many tasks have no reviewer", "SELECT count(*) FROM tasks WHERE reviewer_id IS NULL"},
		{"how many customers whose phone is missing", "SELECT count(*) FROM customers WHERE phone IS NULL"},
	})
}

func TestNamesOfAnyForm(t *testing.T) {
	db := built(t,
		`CREATE TABLE "Order Items" ("Item Id" INTEGER PRIMARY KEY, "group" TEXT, unitPrice REAL)`,
		`INSERT INTO "Order Items" VALUES (1,'a',2),(2,'b',3),(3,'a',10)`,
		`CREATE TABLE cust_acct (acct_no INTEGER PRIMARY KEY, cust_nm TEXT, bal REAL)`,
		`INSERT INTO cust_acct VALUES (1,'Ida',5),(2,'Jo',7)`,
		`CREATE TABLE städte (name TEXT, größe INTEGER)`,
		`INSERT INTO städte VALUES ('Köln',1080),('Bonn',330)`,
		`CREATE TABLE "города" ("название" TEXT)`,
		`INSERT INTO "города" VALUES ('Минск')`)
	holds(t, db, over(t, db, nil), []expectation{
		{"how many order items are there for each group", `SELECT "group", count(*) FROM "Order Items" GROUP BY 1`},
		{"what is the average unit price of order items", `SELECT avg(unitPrice) FROM "Order Items"`},
		{"list all customer names", `SELECT cust_nm FROM cust_acct`},
		{"what is the average bal of cust_acct", `SELECT avg(bal) FROM cust_acct`},
		{"cust_nm of acct_no 2", `SELECT cust_nm FROM cust_acct WHERE acct_no = 2`},
		{"how many städte are there", `SELECT count(*) FROM städte`},
		{"how many города are there", `SELECT count(*) FROM "города"`},
	})
}

func TestUnixSeconds(t *testing.T) {
	db := built(t, `CREATE TABLE events (id INTEGER PRIMARY KEY, created_at INTEGER, kind TEXT)`,
		`INSERT INTO events VALUES (1,1700000000,'a'),(2,1710000000,'b'),(3,1710000001,'a'),(4,1717000000,'a')`)
	holds(t, db, over(t, db, nil), []expectation{
		{"how many events were there in March 2024", "SELECT count(*) FROM events WHERE date(created_at, 'unixepoch') LIKE '2024-03%'"},
		{"number of events by month", "SELECT strftime('%Y-%m', created_at, 'unixepoch'), count(*) FROM events GROUP BY 1"},
	})
}

func TestReadingTellsOfEveryConstruct(t *testing.T) {
	db := built(t, shop...)
	c, _ := over(t, db, shopTerms)(t, "turnover by country in 2024")
	kinds := map[string]string{}
	for _, p := range c.Reading {
		kinds[p.Kind] = p.Target
		if p.Text == "" || !strings.Contains(strings.ToLower("turnover by country in 2024"), strings.ToLower(p.Text)) {
			t.Errorf("%q is not in the question", p.Text)
		}
	}
	for kind, target := range map[string]string{"term": "sum(orders.amount)", "group": "customers.country", "time": "orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01'", "join": "orders.customer_id = customers.id"} {
		if kinds[kind] != target {
			t.Errorf("%s became %q, want %q: %+v", kind, kinds[kind], target, c.Reading)
		}
	}
}

// Negation, comparison with a figure over all, order and limits are told of.
func TestReadingTellsOfNestingAndOrder(t *testing.T) {
	db := built(t, shop...)
	answer := over(t, db, nil)
	for _, tt := range []struct{ question, kind, holds string }{
		{"which customers have no orders", "negation", "orders"},
		{"which orders have an amount above the average amount", "filter", "avg(orders.amount)"},
		{"customers sorted by name", "order", "ordered by customers.name"},
		{"top 2 orders by amount", "limit", "the first 2"},
		{"how many customers have status gone", "value", "customers.status = 'gone'"},
	} {
		c, _ := answer(t, tt.question)
		if !slices.ContainsFunc(c.Reading, func(p ask.Phrase) bool { return p.Kind == tt.kind && strings.Contains(p.Target, tt.holds) }) {
			t.Errorf("%q: no %s %q in %+v\n%s", tt.question, tt.kind, tt.holds, c.Reading, c.SQL)
		}
	}
}

func TestFollowUps(t *testing.T) {
	db := built(t, shop...)
	words, err := embed.New()
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(Options{Words: words})
	if err != nil {
		t.Fatal(err)
	}
	sch, err := db.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const totals = "SELECT sum(orders.amount) FROM orders"
	const countries = "SELECT customers.country, sum(orders.amount) FROM customers JOIN orders ON orders.customer_id = customers.id WHERE orders.order_date >= '2024-01-01' AND orders.order_date < '2025-01-01' GROUP BY customers.country"
	for _, e := range []struct{ before, question, want string }{
		{totals, "and by month?", "SELECT strftime('%Y-%m', order_date), sum(amount) FROM orders GROUP BY 1"},
		{totals, "and by country?", "SELECT country, sum(amount) FROM orders JOIN customers c ON c.id = customer_id GROUP BY 1"},
		{countries, "by name instead", "SELECT name, sum(amount) FROM orders JOIN customers c ON c.id = customer_id WHERE order_date >= '2024-01-01' AND order_date < '2025-01-01' GROUP BY 1"},
		{totals, "only for Brazil", "SELECT sum(amount) FROM orders JOIN customers c ON c.id = customer_id WHERE country = 'Brazil'"},
		{countries, "what about 2023?", strings.NewReplacer("2024", "2023", "2025", "2024").Replace(countries)},
		{countries, "without Brazil", strings.Replace(countries, "WHERE", "WHERE country <> 'Brazil' AND", 1)},
		{countries, "top 1 of them", countries + " ORDER BY 2 DESC LIMIT 1"},
		{"SELECT name FROM customers WHERE country = 'Brazil'", "what about Denmark?", "SELECT name FROM customers WHERE country = 'Denmark'"},
		{"SELECT name, country FROM customers", "sort them by name", "SELECT name, country FROM customers ORDER BY name"},
	} {
		t.Run(e.question, func(t *testing.T) {
			c, err := p.Generate(t.Context(), ask.Prompt{Question: e.question, Schema: sch, Now: time.Date(2024, 12, 15, 0, 0, 0, 0, time.UTC), Try: db.Query,
				Previous: &ask.Previous{Question: "before", SQL: e.before}})
			if err != nil || c.Decline != nil {
				t.Fatal(err, c.Decline)
			}
			got, err := db.Query(t.Context(), c.SQL)
			if err != nil {
				t.Fatal(err, c.SQL)
			}
			want, err := db.Query(t.Context(), e.want)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(lines(got.Rows), lines(want.Rows)) {
				t.Errorf("%s\ngave %v, want %v", c.SQL, got.Rows, want.Rows)
			}
		})
	}
}

func TestOtherWaysToJoinAreOffered(t *testing.T) {
	db := built(t,
		`CREATE TABLE airports (id INTEGER PRIMARY KEY, city TEXT)`,
		`CREATE TABLE flights (id INTEGER PRIMARY KEY, source_id INTEGER REFERENCES airports(id), target_id INTEGER REFERENCES airports(id), price REAL)`,
		`INSERT INTO airports VALUES (1,'Rome'),(2,'Oslo')`,
		`INSERT INTO flights VALUES (1,1,2,10),(2,1,2,20),(3,2,1,5)`)
	c, _ := over(t, db, nil)(t, "what is the average price of flights for each city")
	if len(c.Notes) == 0 || !strings.Contains(strings.Join(c.Notes, " "), "would be possible") {
		t.Errorf("no note: %q", c.Notes)
	}
	if len(c.Alternatives) == 0 || !strings.HasPrefix(c.Alternatives[0].Label, "joined by flights.") {
		t.Fatalf("not offered: %+v", c.Alternatives)
	}
	if err := db.Check(t.Context(), c.Alternatives[0].SQL); err != nil || c.Alternatives[0].SQL == c.SQL {
		t.Errorf("%v: %s", err, c.Alternatives[0].SQL)
	}
	if c, _ := over(t, db, nil)(t, "which airports have no flights"); c.Tier == ask.Compiled || !strings.Contains(strings.Join(c.Notes, " "), "would be possible") {
		t.Errorf("taken away by one of two keys: %s, %q\n%s", c.Tier, c.Notes, c.SQL)
	}
}

func TestPatternsAreEscaped(t *testing.T) {
	db := built(t, shop...)
	for text, want := range map[string]int{"50%": 1, "a_b": 1, "50": 2, `\`: 0, "'": 0} {
		res, err := db.Query(t.Context(), "SELECT id FROM orders WHERE note LIKE "+pattern(text, "%x%"))
		if err != nil || len(res.Rows) != want {
			t.Errorf("%q found %d notes, want %d: %v", text, len(res.Rows), want, err)
		}
	}
}

func TestSameQuestionSameAnswer(t *testing.T) {
	db := built(t, shop...)
	ask := over(t, db, shopTerms)
	for _, question := range []string{"turnover by country", "names of customers from Brasil", "which customers have orders"} {
		first, _ := ask(t, question)
		for range 3 {
			if again, _ := ask(t, question); fmt.Sprint(again) != fmt.Sprint(first) {
				t.Errorf("%q:\n%+v\n%+v", question, first, again)
			}
		}
	}
}

func TestDeclineNamesWhatComesNear(t *testing.T) {
	db := built(t, shop...)
	c, _ := over(t, db, nil)(t, "zzz emountz qqq")
	if c.Decline == nil || !strings.Contains(c.Decline.Reason, "amount") || len(c.Decline.Suggestions) == 0 {
		t.Errorf("%+v %+v", c, c.Decline)
	}
}

// wide is a schema of n tables, each referring to the one before.
func wide(n int) []string {
	out := []string{}
	nouns := []string{"customer", "invoice", "product", "branch", "vehicle", "contract", "ticket", "supplier", "campaign", "project"}
	for i := range n {
		name := fmt.Sprintf("%s_%d", nouns[i%len(nouns)], i)
		if i < len(nouns) {
			name = nouns[i]
		}
		out = append(out, fmt.Sprintf("CREATE TABLE %s (id INTEGER PRIMARY KEY, name TEXT, status TEXT, created DATE, amount REAL, owner_id INTEGER)", name),
			fmt.Sprintf("INSERT INTO %s VALUES (1,'n%d','open','2024-01-01',%d,1)", name, i, i))
	}
	return out
}

// Views are asked like tables; one name in two tables means that of the table
// spoken of; magnitudes and quotes are read.
func TestViewsNamesAndMagnitudes(t *testing.T) {
	db := built(t, append(slices.Clone(shop),
		`CREATE TABLE suppliers (id INTEGER PRIMARY KEY, name TEXT, country TEXT, revenue REAL)`,
		`INSERT INTO suppliers VALUES (1,'Ana','Spain',2500000),(2,'Dee','Brazil',900000),(3,'Eve','Spain',1500001)`,
		`CREATE VIEW big_orders AS SELECT id, amount FROM orders WHERE amount > 5000`)...)
	holds(t, db, over(t, db, nil), []expectation{
		{"how many big orders are there", "SELECT count(*) FROM big_orders"},
		{"names of suppliers from Brazil", "SELECT name FROM suppliers WHERE country = 'Brazil'"},
		{"names of customers from Brazil", "SELECT name FROM customers WHERE country = 'Brazil'"},
		{"names of suppliers with revenue over 1.5 million", "SELECT name FROM suppliers WHERE revenue > 1500000"},
		{`how many orders have the note "plain"`, "SELECT count(*) FROM orders WHERE note = 'plain'"},
	})
}

// Of several dates the one that the question's verb speaks of is meant.
func TestDateOfTheVerb(t *testing.T) {
	db := built(t, `CREATE TABLE loans (id INTEGER PRIMARY KEY, lent_at DATE, due_date DATE, returned_on DATE)`,
		`INSERT INTO loans VALUES (1,'2023-12-01','2024-01-01','2024-02-01'),(2,'2024-01-05','2024-02-05',NULL),(3,'2024-03-01','2024-04-01','2024-03-09')`)
	holds(t, db, over(t, db, nil), []expectation{
		{"how many loans were returned in 2024", "SELECT count(*) FROM loans WHERE returned_on LIKE '2024%'"},
		{"how many loans were lent in 2024", "SELECT count(*) FROM loans WHERE lent_at LIKE '2024%'"},
		{"how many loans were due on or after 2024-02-05", "SELECT count(*) FROM loans WHERE due_date >= '2024-02-05'"},
	})
}

// A name is that of whom the question speaks, whole where no part of it is said.
func TestNamesOfPeople(t *testing.T) {
	db := built(t,
		`CREATE TABLE departments (id INTEGER PRIMARY KEY, name TEXT)`,
		`CREATE TABLE workers (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, department_id INTEGER REFERENCES departments(id), hired DATE)`,
		`INSERT INTO departments VALUES (1,'Zoo'),(2,'Art')`,
		`INSERT INTO workers VALUES (1,'Ann','Vu',1,'2020-01-01'),(2,'Bea','Ito',2,'2023-01-01'),(3,'Cid','Wu',1,'2024-01-01')`)
	holds(t, db, over(t, db, nil), []expectation{
		{"names of workers in descending order of name", "SELECT first_name, last_name FROM workers ORDER BY first_name DESC"},
		{"last names of workers", "SELECT last_name FROM workers"},
		{"number of workers by department name", "SELECT d.name, count(*) FROM workers w JOIN departments d ON d.id = w.department_id GROUP BY 1"},
	})
}

// Joins that repeat what is listed or counted tell it once all the same.
func TestEachOnce(t *testing.T) {
	db := built(t, shop...)
	sch, err := db.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x := newIndex(sch, nil)
	customers, orders := x.byName["customers"], x.byName["orders"]
	toks := tokenize("how many customers have orders")
	q := &question{x: x, toks: toks, duty: &duties{}, tabs: make([][]mention, len(x.tables)), cols: make([][]mention, len(x.cols))}
	q.tabs[customers.id] = []mention{{from: 2, to: 3, exact: true, score: 1}}
	for _, tt := range []struct {
		f    frame
		want string
	}{
		{frame{sel: []item{{col: customers.cols[1]}}, extra: []*table{orders}}, "SELECT DISTINCT customers.name"},
		{frame{sel: []item{{col: orders.cols[0]}}, extra: []*table{customers}}, "SELECT orders.id"},
		{frame{sel: []item{{col: customers.cols[1]}, {col: orders.cols[2]}}}, "SELECT customers.name, orders.order_date"},
		{frame{sel: []item{{agg: "count"}}, extra: []*table{customers, orders}}, "SELECT count(DISTINCT customers.id)"},
		{frame{sel: []item{{agg: "count"}}, extra: []*table{customers}}, "SELECT count(*)"},
	} {
		f := tt.f
		q.once(&f)
		sql, ok := f.sql(x)
		if head, _, _ := strings.Cut(sql, "\n"); !ok || head != tt.want {
			t.Errorf("%q, want %q", head, tt.want)
		}
	}
}

// A figure over rows that a join repeats is told, and never Compiled.
func TestRepeatedRowsAreTold(t *testing.T) {
	db := built(t, append(slices.Clone(shop),
		`CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders(id), product TEXT)`,
		`INSERT INTO lines VALUES (1,1,'tea'),(2,1,'cup'),(3,2,'tea')`,
		`CREATE TABLE invoices (order_id INTEGER PRIMARY KEY REFERENCES orders(id), sent DATE)`,
		`INSERT INTO invoices VALUES (1,'2023-01-06'),(2,'2024-01-02')`)...)
	answer := over(t, db, shopTerms)
	for question, told := range map[string]bool{"turnover by product": true, "turnover by country": false, "total turnover": false} {
		c, _ := answer(t, question)
		got := strings.Contains(strings.Join(c.Notes, " "), "repeat rows of orders")
		if got != told || told && c.Tier == ask.Compiled {
			t.Errorf("%q: %s, told %v, %q\n%s", question, c.Tier, got, c.Notes, c.SQL)
		}
	}
	sch, err := db.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x := newIndex(sch, nil)
	orders, customers := x.byName["orders"], x.byName["customers"]
	total := item{agg: "sum", col: orders.cols[3]}
	for extra, want := range map[string]*table{"lines": orders, "invoices": nil, "customers": nil} {
		if got := x.multiplied(&frame{sel: []item{total}, extra: []*table{x.byName[extra]}}); got != want {
			t.Errorf("joined with %s: %v", extra, got)
		}
	}
	if got := x.multiplied(&frame{sel: []item{{expr: "count(DISTINCT customers.id)", of: customers}}, extra: []*table{orders}}); got != nil {
		t.Error("distinct rows are counted once")
	}
}

// What narrows an answer and was not read is told, and nothing is Compiled over
// it; NULLs hide nothing; "different" is meant.
func TestDoubts(t *testing.T) {
	db := built(t, append(slices.Clone(shop),
		`CREATE TABLE suppliers (id INTEGER PRIMARY KEY, name TEXT, approved BOOLEAN, settled INTEGER)`,
		`CREATE TABLE parts (id INTEGER PRIMARY KEY, title TEXT, supplier_id INTEGER REFERENCES suppliers(id))`,
		`INSERT INTO suppliers VALUES (1,'Uno',1,0),(2,'Due',0,0),(3,'Tre',1,1)`,
		`INSERT INTO parts VALUES (1,'bolt',1),(2,'nut',NULL),(3,'bolt',1)`)...)
	answer := over(t, db, nil)
	for question, note := range map[string]string{
		"how many orders are overdue":             "“overdue”",
		"how many orders have been refunded":      "“refunded”",
		`customers in "Ashferd"`:                  "“Ashferd”",
		"customers with at most 1 order":          "none at all",
		"how many customers are there in Brazil":  "",
		"the last orders of Ana":                  "“last”",
		"customers of the same country as Ana":    "the same",
		"names of customers whose phone is known": "“known”",
	} {
		c, _ := answer(t, question)
		notes := strings.Join(c.Notes, " ")
		if note == "" && strings.Contains(notes, "leaves it out") || !strings.Contains(notes, note) || note != "" && c.Tier == ask.Compiled {
			t.Errorf("%q: %s %q\n%s", question, c.Tier, c.Notes, c.SQL)
		}
	}
	c, _ := answer(t, "approved suppliers")
	if !slices.ContainsFunc(c.Reading, func(p ask.Phrase) bool { return p.Text == "approved" && p.Target == "suppliers.approved = 1" }) {
		t.Errorf("not told: %+v", c.Reading)
	}
	holds(t, db, answer, []expectation{
		{"which suppliers have no parts", "SELECT name FROM suppliers WHERE id IN (2, 3)"},
		{"different countries of customers", "SELECT DISTINCT country FROM customers"},
		{"titles of parts", "SELECT title FROM parts"},
		{"settled suppliers", "SELECT name FROM suppliers WHERE settled = 1"},
		{"approved suppliers", "SELECT name FROM suppliers WHERE approved = 1"},
		{"how many suppliers are not approved", "SELECT count(*) FROM suppliers WHERE approved = 0"},
		{"date of the last order of Ana", "SELECT max(order_date) FROM orders WHERE customer_id = 1"},
	})
}

func TestWideSchema(t *testing.T) {
	db := built(t, wide(300)...)
	holds(t, db, over(t, db, nil), []expectation{{"how many suppliers are there", "SELECT count(*) FROM supplier"}})
}

// Misspelt texts are looked for among thousands.
func BenchmarkRespell(b *testing.B) {
	statements := []string{"CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)"}
	for i := range 20 {
		statements = append(statements, fmt.Sprintf("INSERT INTO people SELECT n, 'person' || hex(n * 7919) || 'son' FROM (WITH RECURSIVE c(n) AS (SELECT %d UNION ALL SELECT n + 1 FROM c LIMIT 1000) SELECT n FROM c)", i*1000))
	}
	db := built(b, statements...)
	sch, err := db.Schema(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	p, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Generate(b.Context(), ask.Prompt{Question: "how many people are named prson3739313", Schema: sch, Now: time.Unix(1.7e9, 0)}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(sch.Tables[0].Columns[1].Values)), "texts")
}

func BenchmarkGenerate(b *testing.B) {
	for _, n := range []int{8, 100, 300} {
		b.Run(fmt.Sprintf("tables=%d", n), func(b *testing.B) {
			db := built(b, wide(n)...)
			sch, err := db.Schema(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			words, err := embed.New()
			if err != nil {
				b.Fatal(err)
			}
			p, err := New(Options{Words: words})
			if err != nil {
				b.Fatal(err)
			}
			questions := []string{"how many suppliers are there", "average amount of contracts by status", "names of the customers whose status is open"}
			for i := 0; b.Loop(); i++ {
				if _, err := p.Generate(b.Context(), ask.Prompt{Question: questions[i%len(questions)], Schema: sch, Now: time.Unix(1.7e9, 0), Try: db.Query}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
