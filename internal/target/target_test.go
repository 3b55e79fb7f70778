package target

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"syscall"
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

// one is the single value of a query.
func one(t testing.TB, db *DB, sql string) any {
	t.Helper()
	res, err := db.Query(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if len(res.Rows) != 1 || len(res.Rows[0]) != 1 {
		t.Fatalf("%s gave %v", sql, res.Rows)
	}
	return res.Rows[0][0]
}

// wants checks an error's code and that its message shows no path.
func wants(t testing.TB, err error, code ask.Code, message string) {
	t.Helper()
	var e *ask.Error
	switch {
	case !errors.As(err, &e):
		t.Errorf("%v is no *ask.Error", err)
	case e.Code != code || !strings.Contains(e.Message, message):
		t.Errorf("got %s: %s, want %s: %s", e.Code, e.Message, code, message)
	case strings.Contains(e.Message, "/"):
		t.Errorf("the message shows a path: %s", e.Message)
	}
}

const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT count(*) FROM c"

func TestValues(t *testing.T) {
	db := open(t, shop(t), Options{})
	for sql, want := range map[string]any{
		"SELECT 9223372036854775807":                     int64(math.MaxInt64),
		"SELECT -9223372036854775807 - 1":                int64(math.MinInt64),
		"SELECT 0.1":                                     0.1,
		"SELECT 9e999":                                   math.Inf(1),
		"SELECT 9e999 - 9e999":                           nil,
		"SELECT x'00ff'":                                 []byte{0, 0xff},
		"SELECT x''":                                     []byte{},
		"SELECT CAST(x'ff41' AS TEXT)":                   "\xffA",
		"SELECT 'a' || char(0) || 'b'":                   "a\x00b",
		"SELECT ''":                                      "",
		"SELECT NULL":                                    nil,
		"SELECT 'Zoë 漢'":                                 "Zoë 漢",
		"SELECT ordered_at FROM orders WHERE id = 1":     "2024-01-02",
		"SELECT trim('xxaxx', 'x')":                      "a",
		"SELECT ltrim('éaé', 'é')":                       "aé",
		"SELECT trim(NULL, 'x')":                         nil,
		"SELECT count(*) FROM order_items":               int64(50000),
		"SELECT strftime('%Y', '2024-05-06')":            "2024",
		"SELECT json_extract('{\"a\":[1,2]}', '$.a[1]')": int64(2),
	} {
		if got := one(t, db, sql); !reflect.DeepEqual(got, want) {
			t.Errorf("%s gave %#v, want %#v", sql, got, want)
		}
	}
}

func TestDeclaredTypesOfResult(t *testing.T) {
	db := open(t, shop(t), Options{})
	res, err := db.Query(t.Context(), "SELECT name AS n, count(*) AS c FROM customers")
	if want := []ask.Column{{Name: "n", Declared: "TEXT"}, {Name: "c"}}; err != nil || !reflect.DeepEqual(res.Columns, want) {
		t.Errorf("got %v, %v", res.Columns, err)
	}
}

func TestOrdinaryAnalysisIsAllowed(t *testing.T) {
	db := open(t, shop(t), Options{})
	for _, sql := range []string{
		"SELECT 1 FROM orders WHERE id > 1 " + strings.Repeat("AND total > 0 ", 12),
		"SELECT 1" + strings.Repeat(" UNION SELECT 1", 4),
		"SELECT coalesce(" + strings.Repeat("NULL, ", 8) + "1)",
		"SELECT id FROM orders WHERE id IN (1" + strings.Repeat(",2", 2000) + ")",
		"/* why */ WITH a AS (SELECT 1 x), b AS (SELECT x FROM a) SELECT * FROM b;;  -- end",
		"\ufeffSELECT 1",
		"SELECT country, group_concat(DISTINCT name) FROM customers GROUP BY country",
		"SELECT date(ordered_at, 'start of month') m, sum(total) OVER (PARTITION BY status ORDER BY ordered_at) FROM orders",
	} {
		if _, err := db.Query(t.Context(), sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
		if err := db.Check(t.Context(), sql); err != nil {
			t.Errorf("check %s: %v", sql, err)
		}
	}
}

func TestMessages(t *testing.T) {
	db := open(t, shop(t), Options{})
	for _, tt := range []struct {
		sql     string
		code    ask.Code
		message string
	}{
		{"SELECT nope FROM orders", ask.Invalid, "no such column: nope"},
		{"SELECT * FROM nope", ask.Invalid, "no such table: nope"},
		{"SELECT sum(", ask.Invalid, "incomplete input"},
		{"SELECT FROM orders", ask.Invalid, "near \"FROM\": syntax error"},
		{"DELETE FROM orders", ask.Refused, "Only SELECT"},
		{"WITH x AS (SELECT 1) DELETE FROM orders", ask.Refused, "Only tables and views can be read"},
		{"SELECT * FROM sqlite_master", ask.Refused, "Only tables and views can be read"},
		{"SELECT zeroblob(5)", ask.Refused, "zeroblob()"},
		{"SELECT ?", ask.Refused, "parameters"},
		{"", ask.Refused, "no SQL"},
		{"SELECT trim('a', '" + strings.Repeat("b", 65) + "')", ask.Limited, "memory"},
		{"SELECT '/etc/passwd' FROM nope", ask.Invalid, "no such table"},
		{"SELECT \"/etc/passwd\"", ask.Invalid, "no such column"},
	} {
		_, err := db.Query(t.Context(), tt.sql)
		wants(t, err, tt.code, tt.message)
		if tt.code != ask.Limited {
			wants(t, db.Check(t.Context(), tt.sql), tt.code, tt.message)
		}
	}
}

func TestCaps(t *testing.T) {
	db := open(t, shop(t), Options{RowLimit: 10, Bytes: 100_000})
	for _, tt := range []struct {
		sql       string
		rows      int
		truncated bool
	}{
		{"SELECT * FROM products LIMIT 10", 10, false},
		{"SELECT * FROM products LIMIT 11", 10, true},
		{"SELECT printf('%.*c', 30000, 'x') FROM products LIMIT 10", 3, true},
		{"SELECT * FROM products WHERE 0", 0, false},
	} {
		res, err := db.Query(t.Context(), tt.sql)
		if err != nil || len(res.Rows) != tt.rows || res.Truncated != tt.truncated {
			t.Errorf("%s: %d rows, truncated %t, %v", tt.sql, len(res.Rows), res.Truncated, err)
		}
	}
	text := one(t, db, "SELECT printf('%.*c', 100000, 'é')").(string)
	if len(text) > maxCell+len("…") || !strings.HasSuffix(text, "é…") {
		t.Errorf("a long text came as %d bytes ending in %q", len(text), text[len(text)-4:])
	}
	db.SetLimits(2, 0)
	if res, err := db.Query(t.Context(), "SELECT * FROM products"); err != nil || len(res.Rows) != 2 {
		t.Errorf("after SetLimits: %d rows, %v", len(res.Rows), err)
	}
}

func TestTimeLimit(t *testing.T) {
	db := open(t, shop(t), Options{Workers: 1, TimeLimit: 300 * time.Millisecond})
	start := time.Now()
	_, err := db.Query(t.Context(), endless)
	if took := time.Since(start); took > 300*time.Millisecond+time.Second {
		t.Errorf("took %s", took)
	}
	wants(t, err, ask.Limited, "longer than its time limit")
	if !errors.Is(err, ErrTime) {
		t.Errorf("%v is no ErrTime", err)
	}
	if n := one(t, db, "SELECT count(*) FROM orders"); n != int64(5000) {
		t.Errorf("the next query gave %v", n)
	}
}

// A worker that obeys nothing any more is killed soon after the deadline.
func TestDeafWorker(t *testing.T) {
	db := open(t, shop(t), Options{Workers: 1, TimeLimit: time.Second})
	failed := make(chan error)
	start := time.Now()
	go func() {
		_, err := db.Query(t.Context(), endless)
		failed <- err
	}()
	if err := syscall.Kill(busyPID(t, db), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	wants(t, <-failed, ask.Limited, "time limit")
	if took := time.Since(start); took > time.Second+grace+time.Second {
		t.Errorf("took %s", took)
	}
	if n := one(t, db, "SELECT count(*) FROM orders"); n != int64(5000) {
		t.Errorf("the next query gave %v", n)
	}
}

// fullSpeed skips a test whose queries would meet their time limits under the race
// detector, in which SQLite is many times slower: make test runs it without.
func fullSpeed(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("for workers at full speed")
	}
}

func TestContext(t *testing.T) {
	db := open(t, shop(t), Options{Workers: 1})
	before := workerPID(db)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := db.Query(ctx, endless)
	wants(t, err, ask.Limited, "time limit")

	ctx, cancel = context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	start := time.Now()
	_, err = db.Query(ctx, endless)
	wants(t, err, ask.Limited, "cancelled")
	if !errors.Is(err, context.Canceled) || time.Since(start) > time.Second {
		t.Errorf("cancelled after %s: %v", time.Since(start), err)
	}
	if after := workerPID(db); after != before {
		t.Error("a query that obeys its end cost the worker")
	}
	if n := one(t, db, "SELECT count(*) FROM orders"); n != int64(5000) {
		t.Errorf("the next query gave %v", n)
	}
}

// Six runaways on a target that has room for four delay nobody else for long;
// they themselves have their whole time, once it is their turn.
func TestShortPassesLong(t *testing.T) {
	db := open(t, shop(t), Options{Workers: 1, TimeLimit: 3 * time.Second})
	var running sync.WaitGroup
	heavy := ask.WithAsker(t.Context(), ask.Asker{UserID: "heavy"})
	for range 6 {
		running.Go(func() {
			_, err := db.Query(heavy, endless)
			wants(t, err, ask.Limited, "time limit")
		})
	}
	time.Sleep(50 * time.Millisecond)
	ctx, cancel := context.WithTimeout(heavy, 100*time.Millisecond)
	defer cancel()
	_, err := db.Query(ctx, "SELECT 1")
	wants(t, err, ask.Busy, "Too many queries")
	for range 20 {
		start := time.Now()
		if n := one(t, db, "SELECT count(*) FROM orders"); n != int64(5000) {
			t.Errorf("a short query gave %v", n)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("a short query took %s", took)
		}
		time.Sleep(50 * time.Millisecond)
	}
	running.Wait()
	if running, _, waiting := db.Load(); running+waiting != 0 {
		t.Errorf("at the end %d run and %d wait", running, waiting)
	}
}

func TestWorkerKilled(t *testing.T) {
	db := open(t, shop(t), Options{Workers: 2, TimeLimit: 20 * time.Second})
	failed := make(chan error)
	go func() {
		_, err := db.Query(t.Context(), endless)
		failed <- err
	}()
	pid := busyPID(t, db)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	wants(t, <-failed, ask.Unavailable, "ended unexpectedly")
	for range 3 {
		if n := one(t, db, "SELECT count(*) FROM orders"); n != int64(5000) {
			t.Errorf("the next query gave %v", n)
		}
	}
}

// busyPID waits for a worker that runs a query.
func busyPID(t *testing.T, db *DB) int {
	t.Helper()
	for range 500 {
		time.Sleep(10 * time.Millisecond)
		db.crew.mu.Lock()
		for w := range db.crew.busy {
			db.crew.mu.Unlock()
			time.Sleep(50 * time.Millisecond)
			return w.cmd.Process.Pid
		}
		db.crew.mu.Unlock()
	}
	t.Fatal("no worker is busy")
	return 0
}

func TestClose(t *testing.T) {
	db := open(t, shop(t), Options{Workers: 2, TimeLimit: 20 * time.Second})
	failed := make(chan error)
	go func() {
		_, err := db.Query(t.Context(), endless)
		failed <- err
	}()
	pid := busyPID(t, db)
	start := time.Now()
	if err := errors.Join(db.Close(), db.Close()); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %s", took)
	}
	wants(t, <-failed, ask.Unavailable, "")
	if err := syscall.Kill(pid, 0); err == nil {
		t.Error("a worker outlived Close")
	}
	_, err := db.Query(t.Context(), "SELECT 1")
	wants(t, err, ask.Unavailable, "closed")
}

// A child that is no worker, or no longer behaves as one, is an error.
func TestBrokenWorker(t *testing.T) {
	if _, err := spawn(t.Context(), exec.Command("sh", "-c", "echo this is no greeting; exec sleep 60")); err == nil {
		t.Error("took a greeting that is none")
	}
	if _, err := spawn(t.Context(), exec.Command("false")); err == nil {
		t.Error("took a child that ended for a worker")
	}
	greeting := filepath.Join(t.TempDir(), "greeting")
	f, err := os.Create(greeting)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(writeFrame(f, response{Ready: true}, nil), f.Close()); err != nil {
		t.Fatal(err)
	}
	for name, answers := range map[string]string{
		"garbage":      `head -c 20 >/dev/null; echo garbage garbage garbage garbage`,
		"bad JSON":     `head -c 20 >/dev/null; printf '\002\000\000\000\000\000\000\000{]'`,
		"other answer": `head -c 20 >/dev/null; cat "$0"`,
		"too large":    `head -c 20 >/dev/null; printf '\377\377\377\377\377\377\377\377'`,
		"nothing":      `exit 0`,
	} {
		w, err := spawn(t.Context(), exec.Command("sh", "-c", `cat "$0"; `+answers+`; exec sleep 60`, greeting))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if a := w.do(t.Context(), request{Op: opQuery, Budget: time.Second}, nil); a.err == nil {
			t.Errorf("%s gave %+v", name, a)
		}
		if w.alive() {
			t.Errorf("%s: the worker is still used", name)
		}
	}
}

// A worker ends when its parent is gone, even in the middle of a query.
func TestWorkerEndsWithItsInput(t *testing.T) {
	path := shop(t)
	for name, r := range map[string]request{"idle": {}, "busy": {Op: opQuery, Path: path, SQL: endless, Budget: time.Minute}} {
		w, err := startWorker(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if r.Op != "" {
			if err := writeFrame(w.in, r, nil); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		w.in.Close()
		select {
		case <-w.answers:
		case <-time.After(5 * time.Second):
			t.Errorf("%s: still there", name)
		}
		w.kill()
	}
}

func TestWorkerIsConfined(t *testing.T) {
	t.Setenv("SECRET_OF_THE_PARENT", "x")
	db := open(t, shop(t), Options{Workers: 1})
	pid := workerPID(db)
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if err != nil {
		t.Skip("this system shows no process by file")
	}
	if strings.Contains(string(env), "SECRET") {
		t.Error("a worker has its parent's environment")
	}
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil || strings.Contains(limitLine(string(limits), "Max address space"), "unlimited") {
		t.Errorf("no bound on address space: %v", err)
	}
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil || len(tasks) == 0 {
		t.Fatal(tasks, err)
	}
	for _, task := range tasks {
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/stat", pid, task.Name()))
		_, rest, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); len(fields) > 16 && fields[16] != strconv.Itoa(firstNice) {
			t.Errorf("thread %s has niceness %s", task.Name(), fields[16])
		}
	}
}

func limitLine(text, prefix string) string {
	for l := range strings.Lines(text) {
		if strings.HasPrefix(l, prefix) {
			return l
		}
	}
	return "unlimited: no such line"
}

// What does not fit into memory is sorted in a file, within its room.
func TestSortsBeyondMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "long.db")
	build(t, path, `CREATE TABLE long(n INTEGER, text TEXT);
		WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 100000)
		INSERT INTO long SELECT x, printf('%0800d', x * 7919 % 100003) FROM n`)
	const sql = "SELECT text, count(*) FROM long GROUP BY text ORDER BY 1 DESC" // 80 MB
	res, err := open(t, path, Options{Workers: 1, RowLimit: 3}).Query(t.Context(), sql)
	if err != nil || len(res.Rows) != 3 || !res.Truncated || !strings.HasSuffix(res.Rows[0][0].(string), "100002") {
		t.Errorf("%v, %v", res.Rows, err)
	}
	_, err = open(t, path, Options{Workers: 1, Room: 20 << 20}).Query(t.Context(), sql)
	if !errors.Is(err, ErrMemory) || ask.MessageOf(err) != sayRoom {
		t.Errorf("without room: %v", err)
	}
}
