package legacy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/demo"
)

// server is the package's one Postgres; nil where there are no binaries.
var server interface{ DSN() string }

func TestMain(m *testing.M) { os.Exit(withServer(m)) }

func withServer(m *testing.M) int {
	dir, err := os.MkdirTemp("/var/tmp", "querent-legacy")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Chmod(dir, 0o755); err != nil { // another uid must get in
		panic(err)
	}
	pg, err := demo.Postgres(context.Background(), dir+"/data", io.Discard)
	switch {
	case err == nil:
		defer pg.Stop()
		server = pg
	case os.Getenv("CI") == "true":
		fmt.Println("no Postgres:", err)
		return 1
	}
	return m.Run()
}

// old gives a database schema of the test's own, filled by sql, with a second
// connection to it for the test.
func old(t testing.TB, sql string) (*Old, *pgx.Conn) {
	t.Helper()
	if server == nil {
		t.Skip("no Postgres binaries on this machine")
	}
	name := strings.ToLower(strings.ReplaceAll(t.Name(), "/", "_"))
	dsn := server.DSN() + "&search_path=" + name
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	execute(t, c, "drop schema if exists "+name+" cascade; create schema "+name)
	execute(t, c, sql)
	o, err := Open(t.Context(), strings.Replace(dsn, "postgres://", "postgresql+psycopg2://", 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	return o, c
}

func execute(t testing.TB, c *pgx.Conn, sql string) {
	t.Helper()
	if _, err := c.Exec(context.Background(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func silent(string, string, int64, int64) {}

func open(t testing.TB, path string) *sqlite3.Conn {
	t.Helper()
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// one is the text of a statement's single value, after its storage class.
func one(t testing.TB, c *sqlite3.Conn, sql string) string {
	t.Helper()
	st, _, err := c.Prepare("SELECT typeof(v) || ' ' || coalesce(v, '') FROM (" + sql + ")")
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer st.Close()
	if !st.Step() {
		t.Fatalf("%s: no row: %v", sql, st.Err())
	}
	return st.ColumnText(0)
}

// empty fails unless dir holds nothing but the files named.
func empty(t testing.TB, dir string, but ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if fmt.Sprint(names) != fmt.Sprint(but) {
		t.Errorf("left behind: %q, want %q", names, but)
	}
}

// Each type with a value, and how SQLite holds it.
var values = []struct{ kind, value, want string }{
	{"smallint", "-7", "integer -7"},
	{"bigint", "9223372036854775807", "integer 9223372036854775807"},
	{"numeric(12,2)", "1234567890.10", "real 1234567890.1"},
	{"numeric(12,2)", "5.00", "integer 5"},
	{"numeric(18,0)", "999999999999999999", "integer 999999999999999999"},
	{"numeric(20,4)", "1234567890123456.7891", "text 1234567890123456.7891"},
	{"numeric(20,4)", "19.9900", "real 19.99"},
	{"numeric", "0.1", "real 0.1"},
	{"numeric", "1e-400", "text 0." + strings.Repeat("0", 399) + "1"},
	{"numeric", "123456789012345678901234567890", "text 123456789012345678901234567890"},
	{"numeric", "'NaN'", "text NaN"},
	{"double precision", "0.30000000000000004", "real 0.30000000000000004"},
	{"double precision", "1e300", "real 1.0e+300"},
	{"double precision", "'-Infinity'", "text -Infinity"},
	{"double precision", "'-0'", "real 0.0"},
	{"real", "3.14", "real 3.14"},
	{"money", "'1234.56'", "real 1234.56"},
	{"boolean", "true", "integer 1"},
	{"date", "'2024-02-29'", "text 2024-02-29"},
	{"date", "'infinity'", "text infinity"},
	{"timestamp", "'2024-02-29 10:00:00'", "text 2024-02-29T10:00:00"},
	{"timestamp", "'0044-03-15 10:00:00 BC'", "text 0044-03-15T10:00:00 BC"},
	{"timestamp", "'infinity'", "text infinity"},
	{"timestamptz", "'2024-02-29 10:00:00.25+02'", "text 2024-02-29T08:00:00.25+00:00"},
	{"time", "'10:00:00'", "text 10:00:00"},
	{"interval", "'1 day 2 hours'", "text P1DT2H"},
	{"text", "''", "text "},
	{"text", "'grüße \\N ''x'' 007'", "text grüße \\N 'x' 007"},
	{"varchar(20)", "'0012'", "text 0012"},
	{"char(5)", "'ab'", "text ab"},
	{"jsonb", `'{"a": [1.50, null]}'`, `text {"a": [1.50, null]}`},
	{"json", "'1e5'", "text 1e5"},
	{"uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "text a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
	{"text[]", `array['a,b', null, '"']`, `text ["a,b",null,"\""]`},
	{"int[]", "'{{1,2},{3,4}}'", "text [[1,2],[3,4]]"},
	{"bytea", `'\x00ff41'`, "blob \x00\xffA"},
	{"inet", "'10.0.0.1/8'", "text 10.0.0.1/8"},
	{"int4range", "'[1,5)'", "text [1,5)"},
	{"price", "12.5", "real 12.5"},
	{"mood", "'low'", "text low"},
	{"xml", "'<a/>'", "text <a/>"},
}

func TestValuesAreKept(t *testing.T) {
	o, c := old(t, "create domain money2 as numeric(10,2); create domain price as money2; create type mood as enum ('low', 'high')")
	var names []string
	for i, v := range values {
		name := fmt.Sprintf("t%d", i)
		execute(t, c, fmt.Sprintf("create table %[1]s (v %[2]s); insert into %[1]s values (%[3]s), (null)", name, v.kind, v.value))
		names = append(names, name)
	}
	execute(t, c, "set datestyle = 'German'")
	path := filepath.Join(t.TempDir(), "target.db")
	tables, err := o.Export(t.Context(), names, path, silent)
	if err != nil {
		t.Fatalf("%v: %+v", err, tables)
	}
	target := open(t, path)
	for i, v := range values {
		if got := one(t, target, fmt.Sprintf("SELECT v FROM t%d WHERE v IS NOT NULL", i)); got != v.want {
			t.Errorf("%s %s became %q, want %q", v.kind, v.value, got, v.want)
		}
		if got := one(t, target, fmt.Sprintf("SELECT count(*) AS v FROM t%d WHERE v IS NULL", i)); got != "integer 1" {
			t.Errorf("%s: NULLs: %s", v.kind, got)
		}
		if wantNote := strings.HasPrefix(v.want, "text") && strings.HasPrefix(v.kind, "numeric") && v.value != "'NaN'"; wantNote != (len(tables[i].Notes) > 0) {
			t.Errorf("%s %s: notes %q", v.kind, v.value, tables[i].Notes)
		}
	}
	if _, err := o.Verify(t.Context(), names, path, silent); err != nil {
		t.Errorf("verify: %v", err)
	}
}

const shop = `create table accounts (id serial primary key, code varchar(10) not null unique, "Weird Name" text);
	create table accounting_transactions (
		id bigint primary key, account_id int not null references accounts, other int references elsewhere,
		posted date not null, amount numeric(14,2), memo text, unique (account_id, posted desc));
	create index by_amount on accounting_transactions (amount desc, posted);
	create index big on accounting_transactions (amount) where amount > 100;
	create index lowered on accounting_transactions (lower(memo));
	create table lines (tx bigint references accounting_transactions, n int, primary key (tx, n));
	insert into accounts (code, "Weird Name") values ('A1', 'a"b'), ('A2', null);
	insert into accounting_transactions select n, 1 + n % 2, null, date '2020-01-01' + n, n * 1.25, 'memo ' || n from generate_series(1, 5000) n;
	insert into lines select n, 1 from generate_series(1, 100) n`

func newShop(t testing.TB) (*Old, *pgx.Conn) {
	return old(t, "create table elsewhere (id int primary key); "+strings.Replace(shop, "posted desc)", "posted)", 1))
}

var shopTables = []string{"accounting_transactions", "accounts", "lines"}

func TestKeysAndIndexesAreCarried(t *testing.T) {
	o, _ := newShop(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "target.db")
	tables, err := o.Export(t.Context(), shopTables, path, silent)
	if err != nil {
		t.Fatal(err)
	}
	empty(t, dir, "target.db")
	if tables[0].Rows != 5000 || tables[0].Copied != 5000 {
		t.Errorf("%+v", tables[0])
	}
	for _, want := range []string{"index big", "index lowered", "refers to elsewhere"} {
		if !strings.Contains(strings.Join(tables[0].Notes, "\n"), want) {
			t.Errorf("no note on %q in %q", want, tables[0].Notes)
		}
	}
	c := open(t, path)
	for sql, want := range map[string]string{
		"SELECT count(*) AS v FROM pragma_foreign_key_list('accounting_transactions')":                                                      "integer 1",
		"SELECT count(*) AS v FROM pragma_foreign_key_list('lines') WHERE \"table\" = 'accounting_transactions' AND \"to\" = 'id'":          "integer 1",
		"SELECT count(*) AS v FROM pragma_table_info('lines') WHERE pk > 0":                                                                 "integer 2",
		"SELECT count(*) AS v FROM pragma_foreign_key_check":                                                                                "integer 0",
		"SELECT group_concat(name || \"unique\", ' ') AS v FROM (SELECT * FROM pragma_index_list('accounting_transactions') ORDER BY name)": "text accounting_transactions_account_id_posted_key1 by_amount0",
		"SELECT \"desc\" AS v FROM pragma_index_xinfo('by_amount') WHERE name = 'amount'":                                                   "integer 1",
		"SELECT \"notnull\" AS v FROM pragma_table_info('accounts') WHERE name = 'code'":                                                    "integer 1",
		"SELECT max(rowid = id) AS v FROM accounting_transactions":                                                                          "integer 1",
		"SELECT \"Weird Name\" AS v FROM accounts WHERE code = 'A1'":                                                                        "text a\"b",
	} {
		if got := one(t, c, sql); got != want {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
}

func TestVerifyTellsWhatDiffers(t *testing.T) {
	for name, tt := range map[string]struct{ change, want string }{
		"a value":         {"UPDATE accounting_transactions SET memo = 'x' WHERE id = 9", "[memo] false"},
		"a cent":          {"UPDATE accounting_transactions SET amount = amount + 0.01 WHERE id = 9", "[amount] false"},
		"a missing row":   {"DELETE FROM accounting_transactions WHERE id = 4999", "[id account_id other posted amount memo] false"},
		"NULL for a text": {"UPDATE accounting_transactions SET memo = NULL WHERE id = 9", "[memo] false"},
		"swapped values":  {"UPDATE accounting_transactions SET amount = CASE id WHEN 9 THEN 10 * 1.25 ELSE 9 * 1.25 END WHERE id IN (9, 10)", "[] true"},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := newShop(t)
			path := filepath.Join(t.TempDir(), "target.db")
			if _, err := o.Export(t.Context(), shopTables, path, silent); err != nil {
				t.Fatal(err)
			}
			if err := open(t, path).Exec(tt.change); err != nil {
				t.Fatal(err)
			}
			tables, err := o.Verify(t.Context(), shopTables[:1], path, silent)
			if !errors.Is(err, ErrDiffers) {
				t.Fatalf("%v", err)
			}
			if got := strings.ReplaceAll(fmt.Sprint(tables[0].Differ, tables[0].Shuffled), "other ", ""); got != strings.ReplaceAll(tt.want, "other ", "") {
				t.Errorf("differ %s, want %s", got, tt.want)
			}
			if tables, err := o.Drop(t.Context(), shopTables, path, silent); !errors.Is(err, ErrDiffers) || tables[0].Same() {
				t.Errorf("drop of what differs: %v", err)
			}
		})
	}
}

func TestDropOnlyWhatIsWholeAndFree(t *testing.T) {
	o, c := newShop(t)
	path := filepath.Join(t.TempDir(), "target.db")
	if _, err := o.Export(t.Context(), shopTables, path, silent); err != nil {
		t.Fatal(err)
	}
	execute(t, c, "create view v as select * from lines")
	if _, err := o.Drop(t.Context(), []string{"lines"}, path, silent); err == nil || !strings.Contains(err.Error(), "depend") {
		t.Errorf("a view on it: %v", err)
	}
	execute(t, c, "drop view v; insert into lines values (101, 1)")
	if _, err := o.Drop(t.Context(), shopTables, path, silent); !errors.Is(err, ErrDiffers) {
		t.Errorf("rows that came after the export: %v", err)
	}
	execute(t, c, "delete from lines where tx = 101")
	if _, err := o.Drop(t.Context(), shopTables, path, silent); err != nil {
		t.Errorf("drop: %v", err)
	}
	if _, err := o.Verify(t.Context(), shopTables[:1], path, silent); err == nil || !strings.Contains(err.Error(), "it has elsewhere") {
		t.Errorf("still there: %v", err)
	}
}

func TestExportSeesOneMoment(t *testing.T) {
	o, c := newShop(t)
	path := filepath.Join(t.TempDir(), "target.db")
	wrote := false
	_, err := o.Export(t.Context(), shopTables, path, func(string, string, int64, int64) {
		if !wrote {
			wrote = true
			execute(t, c, "insert into accounts (code) values ('late'); insert into lines values (101, 1)")
		}
	})
	if err != nil || !wrote {
		t.Fatal(err)
	}
	if got := one(t, open(t, path), "SELECT (SELECT count(*) FROM accounts) || ' ' || (SELECT count(*) FROM lines) AS v"); got != "text 2 100" {
		t.Errorf("rows of another moment: %s", got)
	}
}

func TestExportLeavesNothingBehind(t *testing.T) {
	o, _ := newShop(t)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := o.Export(ctx, shopTables, filepath.Join(dir, "target.db"), func(string, string, int64, int64) { cancel() })
	if err == nil {
		t.Error("a cancelled export ends well")
	}
	empty(t, dir)
	path := filepath.Join(dir, "target.db")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	o, _ = newShop(t)
	if _, err := o.Export(t.Context(), shopTables, path, silent); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("over another file: %v", err)
	}
	late := filepath.Join(dir, "late.db")
	_, err = o.Export(t.Context(), shopTables, late, func(string, string, int64, int64) { _ = os.WriteFile(late, []byte("mine"), 0o600) })
	if err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("over a file that came meanwhile: %v", err)
	}
	for _, p := range []string{path, late} {
		if got, _ := os.ReadFile(p); string(got) != "mine" {
			t.Errorf("%s was overwritten", p)
		}
	}
	empty(t, dir, "late.db", "target.db")
}

func TestExportRefuses(t *testing.T) {
	o, c := old(t, `create table users (id int); create table "Mixed" (a int, "A" int); create table fine (id int); create view v as select 1 as x;
		create table hidden (id int); alter table hidden enable row level security; alter table hidden force row level security;
		create policy none on hidden using (false)`)
	for names, want := range map[string]string{
		"":             "name the tables",
		"nowhere":      "it has \"Mixed\", fine, hidden",
		"fine,users":   "belongs to the installation",
		"Mixed":        "can't tell apart",
		"fine,fine":    "two tables",
		"v":            "not a table",
		"hidden":       "row-level security",
		"fine;drop x":  "fine;drop x",
		"audit_logs":   "no table audit_logs",
		"pg_class.x.y": "pg_class",
	} {
		dir := t.TempDir()
		var list []string
		if names != "" {
			list = strings.Split(names, ",")
		}
		if _, err := o.Export(t.Context(), list, filepath.Join(dir, "t.db"), silent); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", names, err, want)
		}
		empty(t, dir)
	}
	execute(t, c, "select 1 from fine")
}

func TestPasswordIsNeverTold(t *testing.T) {
	for _, dsn := range []string{"postgres://u:hunter2@127.0.0.1:1/db", "postgres://u:hunter2%zz@h/db", "postgres://u:hun ter2@h:x/db", "user=u password=hunter2 host=127.0.0.1 port=nine", "mysql://u:hunter2@h/db"} {
		if _, err := Open(t.Context(), dsn); err == nil || strings.Contains(err.Error(), "ter2") {
			t.Errorf("%v", err)
		}
	}
}

func TestAppendDecimal(t *testing.T) {
	for _, same := range [][]string{{"12.30", "1.23e1", "0012.3", "1230e-2", "12.3"}, {"0", "-0", "0.000", "0e10"}, {"1e20", "100000000000000000000"}, {"-.5", "-0.5", "-5E-1"}, {"NaN"}, {"-Infinity"}} {
		want := string(appendDecimal(nil, []byte(same[0])))
		for _, s := range same {
			if got := string(appendDecimal([]byte("x"), []byte(s))); got != "x"+want {
				t.Errorf("%s is %s, %s is %s", s, got, same[0], want)
			}
		}
	}
	if string(appendDecimal(nil, []byte("12.3"))) == string(appendDecimal(nil, []byte("1.23"))) {
		t.Error("12.3 = 1.23")
	}
}

// BenchmarkExport copies and compares a table of eight columns. QUERENT_ROWS
// sets its size.
func BenchmarkExport(b *testing.B) {
	rows := 100_000
	if n := os.Getenv("QUERENT_ROWS"); n != "" {
		if _, err := fmt.Sscan(n, &rows); err != nil {
			b.Fatal(err)
		}
	}
	o, _ := old(b, fmt.Sprintf(`create table accounting_transactions (id bigint primary key, account_id int not null, posted date not null,
		amount numeric(14,2), currency char(3), memo text, cleared boolean, created_at timestamptz);
		create index by_posted on accounting_transactions (posted);
		insert into accounting_transactions select n, n %% 40, date '2020-01-01' + n %% 2000, round((random() * 10000)::numeric, 2), 'EUR',
			'voucher ' || n, n %% 3 = 0, timestamptz '2020-01-01' + n * interval '1 minute' from generate_series(1, %d) n; analyze`, rows))
	for b.Loop() {
		if _, err := o.Export(b.Context(), []string{"accounting_transactions"}, filepath.Join(b.TempDir(), "t.db"), silent); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
