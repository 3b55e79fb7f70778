package golden

import (
	"slices"
	"testing"

	"github.com/querent/querent/internal/schema"
)

func textColumn(name string, complete bool, values ...string) schema.Column {
	return schema.Column{Name: name, Type: schema.Text, Values: values, Complete: complete}
}

func shop() *schema.Schema {
	return &schema.Schema{Tables: []schema.Table{
		{Name: "customers", Columns: []schema.Column{
			{Name: "id", Type: schema.Integer},
			textColumn("name", false, "Ann Lee", "O'Brien", "Brazil Nuts Ltd", "Love & Co"),
			textColumn("country", true, "Brazil", "Canada", "United States", "Georgia", "Côte d'Ivoire", "orders"),
			textColumn("state", true, "Texas", "Georgia", "Rio"),
			textColumn("tier", true, "gold", "Gold", "silver"),
		}},
		{Name: "orders", Columns: []schema.Column{
			{Name: "id", Type: schema.Integer}, {Name: "customer_id", Type: schema.Integer},
			textColumn("status", true, "open", "shipped", "it's; DROP TABLE x --"),
			{Name: "placed", Type: schema.Date}, {Name: "total", Type: schema.Real},
		}},
	}}
}

const (
	fromBrazil = "SELECT name FROM customers WHERE country = 'Brazil'"
	in2024     = "SELECT sum(total) FROM orders WHERE placed >= '2024-01-01' AND placed < '2025-01-01'"
)

func TestMatchSubstitutes(t *testing.T) {
	for _, tt := range []struct{ asked, approved, sql, want string }{
		{"  Which customers are from BRAZIL?? please", "which customers are from Brazil", fromBrazil, fromBrazil},
		{"which customers are from canada", "which customers are from Brazil", fromBrazil,
			"SELECT name FROM customers WHERE country = 'Canada'"},
		{"which customers are from United States?", "which customers are from Brazil", fromBrazil,
			"SELECT name FROM customers WHERE country = 'United States'"},
		{"customers from côte d’ivoire", "customers from Brazil", fromBrazil,
			"SELECT name FROM customers WHERE country = 'Côte d''Ivoire'"},
		{"customers from canada", "customers from Brazil", "SELECT name FROM customers c WHERE lower(c.country) = 'brazil'",
			"SELECT name FROM customers c WHERE lower(c.country) = 'canada'"},
		{"customers from Canada or Brazil", "customers from Brazil or Canada",
			"SELECT name FROM customers WHERE country IN ('Brazil', 'Canada')",
			"SELECT name FROM customers WHERE country IN ('Canada', 'Brazil')"},
		{"customers named love", "customers named nuts", "SELECT * FROM customers WHERE name LIKE '%nuts%'",
			"SELECT * FROM customers WHERE name LIKE '%love%'"},
		{"show it's; DROP TABLE x -- orders", "show open orders", "SELECT * FROM orders WHERE status = 'open'",
			"SELECT * FROM orders WHERE status = 'it''s; DROP TABLE x --'"},
		{"orders over 250.5", "orders over 1,000", "SELECT * FROM orders WHERE total > 1000",
			"SELECT * FROM orders WHERE total > 250.5"},
		{"orders over $20,000", "orders over $500", "SELECT * FROM orders WHERE total > 500",
			"SELECT * FROM orders WHERE total > 20000"},
		{"orders between 5 and 70", "orders between 10 and 20", "SELECT * FROM orders WHERE total BETWEEN 10 AND 20",
			"SELECT * FROM orders WHERE total BETWEEN 5 AND 70"},
		{"top 3 customers", "top 5 customers", "SELECT name FROM customers LIMIT 5", "SELECT name FROM customers LIMIT 3"},
		{"sales in 2022", "sales in 2024", in2024,
			"SELECT sum(total) FROM orders WHERE placed >= '2022-01-01' AND placed < '2023-01-01'"},
		{"sales in 2022", "sales in 2024", "SELECT sum(total) FROM orders WHERE strftime('%Y', placed) = '2024'",
			"SELECT sum(total) FROM orders WHERE strftime('%Y', placed) = '2022'"},
		{"orders on 2024-03-09", "orders on 2024-02-01", "SELECT * FROM orders WHERE placed = '2024-02-01'",
			"SELECT * FROM orders WHERE placed = '2024-03-09'"},
	} {
		a, ok := Match(tt.asked, []Pair{{tt.approved, tt.sql}}, shop())
		if !ok || a.SQL != tt.want || a.Pair != 0 || (len(a.Replaced) > 0) != (tt.sql != tt.want) {
			t.Errorf("Match(%q) = %+v, %t\nwant %q", tt.asked, a, ok, tt.want)
		}
	}
}

// Every one of these would be a wrong answer under the most trusted tier.
func TestMatchRefuses(t *testing.T) {
	for _, tt := range []struct{ name, asked, approved, sql string }{
		{"other words", "customers not from Brazil", "customers from Brazil", fromBrazil},
		{"word order", "from Brazil customers", "customers from Brazil", fromBrazil},
		{"unknown value", "customers from Atlantis", "customers from Brazil", fromBrazil},
		{"value of another column", "customers from Texas", "customers from Brazil", fromBrazil},
		{"value of two columns", "customers from Georgia", "customers from Brazil", fromBrazil},
		{"value that names a table", "customers from orders", "customers from Brazil", fromBrazil},
		{"two values", "customers from Brazil and Canada", "customers from Brazil", fromBrazil},
		{"injection", "customers from x' OR 1=1 --", "customers from Brazil", fromBrazil},
		{"quantifier", "customers from all", "customers from Brazil", fromBrazil},
		{"two spellings", "gold customers", "silver customers", "SELECT * FROM customers WHERE tier = 'silver'"},
		{"mentioned twice", "Canada share of Canada", "Brazil share of Brazil", fromBrazil},
		{"hidden second literal", "customers from Canada", "customers from Brazil",
			"SELECT * FROM customers WHERE country = 'Brazil' OR country = 'BR'"},
		{"two columns, one word", "customers from Canada", "customers from Brazil",
			"SELECT * FROM customers WHERE country = 'Brazil' OR name = 'Brazil'"},
		{"label keeps the value", "customers from Canada", "customers from Brazil",
			"SELECT count(*) AS brazil_count FROM customers WHERE country = 'Brazil'"},
		{"text keeps the value", "customers from Canada", "customers from Brazil",
			"SELECT 'in Brazil', name FROM customers WHERE country = 'Brazil'"},
		{"case label", "customers from Canada", "customers from Brazil",
			"SELECT CASE WHEN country = 'Brazil' THEN 'home' ELSE 'abroad' END FROM customers"},
		{"comment", "customers from Canada", "customers from Brazil", fromBrazil + " -- only Brazil"},
		{"parameter", "customers from Canada", "customers from Brazil", fromBrazil + " AND id = ?1"},
		{"concatenation", "customers from Canada", "customers from Brazil",
			"SELECT * FROM customers WHERE country || state = 'Brazil'"},
		{"renamed column", "customers from Canada", "customers from Brazil",
			"SELECT * FROM (SELECT state AS country FROM customers) WHERE country = 'Brazil'"},
		{"pattern wildcard", "customers named %", "customers named nuts", "SELECT * FROM customers WHERE name LIKE '%nuts%'"},
		{"pattern nobody has", "customers named zebra", "customers named nuts", "SELECT * FROM customers WHERE name LIKE '%nuts%'"},
		{"other currency", "orders over €20", "orders over $20", "SELECT * FROM orders WHERE total > 20"},
		{"percent", "orders over 20%", "orders over 30", "SELECT * FROM orders WHERE total > 30"},
		{"unit word", "orders over 20 thousand", "orders over 30", "SELECT * FROM orders WHERE total > 30"},
		{"suffix", "orders over 20k", "orders over 30", "SELECT * FROM orders WHERE total > 30"},
		{"hexadecimal", "orders over 0x20", "orders over 30", "SELECT * FROM orders WHERE total > 30"},
		{"same number twice", "top 3 with 3 orders", "top 5 with 5 orders",
			"SELECT customer_id FROM orders GROUP BY 1 HAVING count(*) > 5 LIMIT 5"},
		{"one word, two places", "top 3 customers", "top 5 customers",
			"SELECT customer_id FROM orders GROUP BY 1 HAVING count(*) > 5 LIMIT 5"},
		{"number in arithmetic", "orders over 3", "orders over 5", "SELECT * FROM orders WHERE total > 5 * 10"},
		{"number as digits", "orders rounded to 3", "orders rounded to 2", "SELECT round(total, 2) FROM orders"},
		{"derived bound", "orders around 50", "orders around 90", "SELECT * FROM orders WHERE total >= 90 AND total < 110"},
		{"top zero", "top 0 customers", "top 5 customers", "SELECT name FROM customers LIMIT 5"},
		{"top too many", "top 99999 customers", "top 5 customers", "SELECT name FROM customers LIMIT 5"},
		{"top half", "top 2.5 customers", "top 5 customers", "SELECT name FROM customers LIMIT 5"},
		{"year for a number", "sales in 12", "sales in 2024", in2024},
		{"derived previous year", "sales in 2022 against the year before", "sales in 2024 against the year before",
			"SELECT sum(total) FROM orders WHERE placed >= '2023-01-01' AND placed < '2025-01-01'"},
		{"days of a leap year", "daily sales in 2023", "daily sales in 2024",
			"SELECT sum(total) / 366 FROM orders WHERE strftime('%Y', placed) = '2024'"},
		{"end of February", "sales until february 2023", "sales until february 2024",
			"SELECT sum(total) FROM orders WHERE placed BETWEEN '2024-01-01' AND '2024-02-29'"},
		{"derived next day", "orders on 2024-05-01", "orders on 2024-03-01",
			"SELECT * FROM orders WHERE placed >= '2024-03-01' AND placed < '2024-03-02'"},
		{"no such day", "orders on 2024-02-31", "orders on 2024-02-01", "SELECT * FROM orders WHERE placed = '2024-02-01'"},
		{"empty", "", "customers from Brazil", fromBrazil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if a, ok := Match(tt.asked, []Pair{{tt.approved, tt.sql}}, shop()); ok {
				t.Errorf("answered with %q", a.SQL)
			}
		})
	}
}

// What was replaced is told in the question's own words.
func TestMatchTellsWhatItReplaced(t *testing.T) {
	a, ok := Match("top 3 customers from canada", []Pair{{"top 5 customers from Brazil", "SELECT name FROM customers WHERE country = 'Brazil' LIMIT 5"}}, shop())
	want := []Replacement{{Text: "3", Was: "5", Target: "limit 3", Limit: true}, {Text: "canada", Was: "brazil", Target: "country 'Canada'"}}
	if !ok || !slices.Equal(a.Replaced, want) {
		t.Errorf("%+v, %t", a.Replaced, ok)
	}
}

func TestMatchRefusesWhenPairsDisagree(t *testing.T) {
	byCountry := Pair{"customers from Brazil", fromBrazil}
	byState := Pair{"customers from Rio", "SELECT name FROM customers WHERE state = 'Rio'"}
	twin := Pair{"customers from Canada", "select  NAME from customers where country='Canada' "}
	if a, ok := Match("customers from Texas", []Pair{byCountry, byState}, shop()); !ok || a.Pair != 1 {
		t.Errorf("a state: pair %d, %t", a.Pair, ok)
	}
	if _, ok := Match("customers from United States", []Pair{byCountry, twin}, shop()); !ok {
		t.Error("pairs alike but for layout: refused")
	}
	other := Pair{"Customers from Brazil!", "SELECT id FROM customers WHERE country = 'Brazil'"}
	if a, ok := Match("customers from brazil", []Pair{byCountry, other}, shop()); ok {
		t.Errorf("two approved answers: took %q", a.SQL)
	}
}

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		" Please, show  Sales (2024)! ": "show sales 2024",
		"hello":                         "hello",
		"over .5 or -5":                 "over .5 or -5",
		"“Rock” tracks, thanks":         "rock tracks",
		"50% of C# & C++?":              "50% of c# & c++",
	} {
		if got := Normalize(in); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzMatch holds that whatever is asked, only literals of the approved SQL
// change.
func FuzzMatch(f *testing.F) {
	f.Add("customers from canada", fromBrazil)
	f.Add("customers from x' --", "SELECT name FROM customers WHERE name LIKE '%Brazil%' LIMIT 5")
	f.Fuzz(func(t *testing.T, asked, approved string) {
		a, ok := Match(asked, []Pair{{"customers from Brazil", approved}}, shop())
		sql := a.SQL
		if !ok || sql == approved {
			return
		}
		was, okWas := scan(approved)
		now, okNow := scan(sql)
		if !okWas || !okNow || len(was) != len(now) {
			t.Fatalf("%q became %q", approved, sql)
		}
		for i := range was {
			if was[i].Kind != now[i].Kind || !was[i].isLiteral() && was[i].text != now[i].text {
				t.Fatalf("%q became %q", approved, sql)
			}
		}
	})
}
