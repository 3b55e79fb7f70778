package demo

import (
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"gopkg.in/yaml.v3"
)

func openTarget(t *testing.T) *sqlite3.Conn {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo.sqlite")
	if err := WriteTarget(path); err != nil {
		t.Fatal(err)
	}
	c, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READONLY)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// first gives the first value of the first row, and how many rows there are.
func first(t *testing.T, c *sqlite3.Conn, sql string) (value string, rows int) {
	t.Helper()
	st, _, err := c.Prepare(sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer st.Close()
	for ; st.Step(); rows++ {
		if rows == 0 {
			value = st.ColumnText(0)
		}
	}
	if err := st.Err(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value, rows
}

func TestTargetIsWholeAndDeterministic(t *testing.T) {
	a, b := openTarget(t), openTarget(t)
	if _, broken := first(t, a, "PRAGMA foreign_key_check"); broken > 0 {
		t.Errorf("%d rows break a foreign key", broken)
	}
	total := 0
	for _, table := range []string{"accounts", "departments", "employees", "salaries", "customers", "products", "orders", "order_items", "accounting_transactions"} {
		sql := "SELECT count(*) || ' ' || sum(id * 31) || ' ' || group_concat(quote(id)) FROM (SELECT * FROM " + table + " LIMIT 500)"
		x, _ := first(t, a, sql)
		if y, _ := first(t, b, sql); x != y {
			t.Errorf("%s differs between two runs", table)
		}
		_, n := first(t, a, "SELECT 1 FROM "+table)
		total += n
	}
	if total < 90_000 || total > 120_000 {
		t.Errorf("%d rows, want about 100,000", total)
	}
	checksum := "SELECT round(sum(total),2) || ' ' || (SELECT round(sum(amount),2) FROM accounting_transactions) FROM orders"
	x, _ := first(t, a, checksum)
	if y, _ := first(t, b, checksum); x != y {
		t.Errorf("sums %s and %s", x, y)
	}
}

func TestTargetHasWhatQuestionsNeed(t *testing.T) {
	c := openTarget(t)
	for what, sql := range map[string]string{
		"products never ordered": "SELECT 1 FROM products WHERE id NOT IN (SELECT product_id FROM order_items)",
		"customers with none":    "SELECT 1 FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
		"missing emails":         "SELECT 1 FROM customers WHERE email IS NULL",
		"big travel expenses":    "SELECT 1 FROM accounting_transactions t JOIN accounts a ON a.id=t.account_id WHERE a.name='Travel Expenses' AND t.amount>10000",
		"orders of the last day": "SELECT 1 FROM orders WHERE order_date>='2024-12-01'",
	} {
		if _, n := first(t, c, sql); n == 0 {
			t.Errorf("no %s", what)
		}
	}
	if _, n := first(t, c, "SELECT name FROM products GROUP BY name HAVING count(*)>1"); n > 0 {
		t.Errorf("%d product names are given twice", n)
	}
}

func TestGoldenQuestionsRun(t *testing.T) {
	var pairs []struct{ Question, SQL string }
	if err := yaml.Unmarshal(Golden, &pairs); err != nil {
		t.Fatal(err)
	}
	if len(pairs) < 12 {
		t.Errorf("%d golden questions, want a dozen", len(pairs))
	}
	c := openTarget(t)
	for _, p := range pairs {
		if _, n := first(t, c, p.SQL); n == 0 {
			t.Errorf("%s: no rows", p.Question)
		}
	}
}
