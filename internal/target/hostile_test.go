package target

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/ask"
)

func TestMain(m *testing.M) {
	MaybeWorker()
	os.Exit(m.Run())
}

// shop writes the target that hostile.sql's header describes.
func shop(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "target.db")
	build(t, path, `
		CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT);
		CREATE TABLE products(id INTEGER PRIMARY KEY, name TEXT, price REAL);
		CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), total REAL, status TEXT, ordered_at TEXT);
		CREATE TABLE order_items(id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders(id), product_id INTEGER, qty INTEGER, price REAL, note TEXT);
		CREATE INDEX orders_customer ON orders(customer_id);
		WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x<1000)
			INSERT INTO customers SELECT x, 'customer '||x, char(65+x%7)||'land' FROM n;
		WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x<100)
			INSERT INTO products SELECT x, 'product '||x, x*1.5 FROM n;
		WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x<5000)
			INSERT INTO orders SELECT x, 1+x%1000, x*0.5, CASE x%3 WHEN 0 THEN 'paid' ELSE 'open' END, date('2024-01-01','+'||(x%365)||' days') FROM n;
		WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x<50000)
			INSERT INTO order_items SELECT x, 1+x%5000, 1+x%100, x%9, x*0.1, 'note '||(x%977) FROM n;
		CREATE VIEW v_sales AS SELECT c.country, o.total FROM orders o JOIN customers c ON c.id=o.customer_id;
		ANALYZE;`)
	return path
}

func build(t testing.TB, path, sql string) {
	t.Helper()
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Exec(sql); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, path string, o Options) *DB {
	t.Helper()
	d, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// hostileCase is one block of hostile.sql.
type hostileCase struct {
	id, sql string
	expect  []string
}

var (
	header = regexp.MustCompile(`^-- @case (\S+) expect=(\S+)`)
	repeat = regexp.MustCompile(`\{\{(\d+)\*((?s:.*?))\}\}`)
)

func hostileCases(t *testing.T) []hostileCase {
	t.Helper()
	text, err := os.ReadFile("../../../shared/security/hostile.sql")
	if err != nil {
		t.Skip("shared/security/hostile.sql is not beside this checkout")
	}
	var cases []hostileCase
	for line := range strings.Lines(string(text)) {
		if m := header.FindStringSubmatch(line); m != nil {
			cases = append(cases, hostileCase{id: m[1], expect: strings.Split(m[2], "|")})
		} else if n := len(cases); n > 0 {
			cases[n-1].sql += line
		}
	}
	for i := range cases {
		cases[i].sql = expand(strings.TrimSpace(cases[i].sql), t.TempDir())
	}
	return cases
}

// expand replaces hostile.sql's macros.
func expand(sql, tmp string) string {
	var chain strings.Builder
	chain.WriteString("c0 AS (SELECT 1 x)")
	for i := 1; i < 300; i++ {
		fmt.Fprintf(&chain, ", c%d AS (SELECT x FROM c%d)", i, i-1)
	}
	sql = strings.NewReplacer("{{NUL}}", "\x00", "{{BOM}}", "\uFEFF", "{{TMP}}", tmp,
		"{{CTECHAIN300}}", chain.String()+" SELECT x FROM c299").Replace(sql)
	return repeat.ReplaceAllStringFunc(sql, func(m string) string {
		parts := repeat.FindStringSubmatch(m)
		n, _ := strconv.Atoi(parts[1])
		return strings.Repeat(parts[2], n)
	})
}

// verdict names what became of a statement, in hostile.sql's words.
func verdict(res ask.Table, err error) string {
	switch code := ask.CodeOf(err); {
	case err == nil && res.Truncated && len(res.Rows) == 1000:
		return "row-capped"
	case err == nil && res.Truncated:
		return "byte-capped"
	case err == nil:
		return "ok"
	case code == ask.Refused, code == ask.Invalid:
		return "refused"
	case errors.Is(err, ErrTime):
		return "time-limited"
	case errors.Is(err, ErrMemory):
		return "memory-capped"
	default:
		return fmt.Sprintf("%s: %v", code, err)
	}
}

func TestHostile(t *testing.T) {
	cases := hostileCases(t)
	if len(cases) < 100 {
		t.Fatalf("only %d cases found", len(cases))
	}
	path := shop(t)
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	d := open(t, path, Options{Workers: 2, TimeLimit: 2 * time.Second})
	before := fileState(t, path)
	t.Run("cases", func(t *testing.T) {
		for _, c := range cases {
			t.Run(c.id, func(t *testing.T) {
				t.Parallel()
				start := time.Now()
				res, err := d.Query(t.Context(), c.sql)
				if got := verdict(res, err); !slices.Contains(c.expect, got) {
					t.Errorf("%s, want %v", got, c.expect)
				}
				if took := time.Since(start); took > 5*time.Minute {
					t.Errorf("took %s", took)
				}
				if err != nil && strings.Contains(ask.MessageOf(err), filepath.Dir(path)) {
					t.Errorf("the message shows a path: %s", ask.MessageOf(err))
				}
				if n, err := d.Query(t.Context(), "SELECT count(*) FROM orders"); err != nil || n.Rows[0][0] != int64(5000) {
					t.Errorf("the next query gave %v, %v", n.Rows, err)
				}
			})
		}
	})
	if after := fileState(t, path); after != before {
		t.Errorf("the target changed: %s, was %s", after, before)
	}
	for _, dir := range []string{filepath.Dir(path), tmp} {
		if files, _ := os.ReadDir(dir); dir == tmp && len(files) != 0 || len(files) > 1 {
			t.Errorf("new files in %s: %v", dir, files)
		}
	}
}

func fileState(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x %s", h.Sum(nil), info.ModTime())
}
