package target

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/ask"
)

// Every unfit file has its own message; a target may be opened before it is
// fit, and is fit as soon as the file is.
func TestUnfitFile(t *testing.T) {
	good := shop(t)
	path := filepath.Join(t.TempDir(), "target.db")
	db := open(t, path, Options{Workers: 1})
	check := func(message string) {
		t.Helper()
		_, err := db.Query(t.Context(), "SELECT 1")
		wants(t, err, ask.Unavailable, message)
		_, err = db.Schema(t.Context())
		wants(t, err, ask.Unavailable, message)
		wants(t, db.Health(t.Context()), ask.Unavailable, message)
		_, err = db.State()
		wants(t, err, ask.Unavailable, message)
	}
	check("does not exist")
	for _, tt := range []struct {
		content []byte
		message string
	}{
		{nil, "is empty"},
		{[]byte("SQLite format 3"), "not a SQLite database"},
		{bytes.Repeat([]byte("hello, world\n"), 100), "not a SQLite database"},
	} {
		if err := os.WriteFile(path, tt.content, 0o600); err != nil {
			t.Fatal(err)
		}
		check(tt.message)
	}
	if files := list(t, filepath.Dir(path)); len(files) != 1 {
		t.Errorf("reading left %v", files)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	check("not a regular file")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(good, path); err != nil {
		t.Fatal(err)
	}
	if err := db.Health(t.Context()); err != nil {
		t.Error(err)
	}
	if !db.Writable() {
		t.Error("our own file is said to be read-only")
	}
}

func TestDamagedFile(t *testing.T) {
	path := shop(t)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db := open(t, path, Options{Workers: 1})
	for name, damage := range map[string]func([]byte) []byte{
		"truncated": func(b []byte) []byte { return b[:len(b)/3] },
		"scribbled": func(b []byte) []byte {
			for i := 4096; i < len(b); i += 7 {
				b[i] ^= 0x5a
			}
			return b
		},
		"bad schema": func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("CREATE TABLE"), []byte("CREATE TAPLE")) },
	} {
		if err := os.WriteFile(path, damage(bytes.Clone(content)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = db.Query(t.Context(), "SELECT sum(length(note)), sum(price) FROM order_items")
		wants(t, err, ask.Unavailable, "damaged")
		if _, err := db.Schema(t.Context()); err != nil && ask.CodeOf(err) != ask.Unavailable {
			t.Errorf("%s: schema: %v", name, err)
		}
	}
}

func TestNoTables(t *testing.T) {
	path := filepath.Join(t.TempDir(), "target.db")
	build(t, path, "CREATE TABLE t(a); DROP TABLE t;")
	db := open(t, path, Options{Workers: 1})
	wants(t, db.Health(t.Context()), ask.Unavailable, "no tables")
}

func TestRenameOver(t *testing.T) {
	fullSpeed(t)
	path := shop(t)
	db := open(t, path, Options{Workers: 1, TimeLimit: 2 * time.Minute})
	first, err := db.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if again, err := db.Schema(t.Context()); again != first || err != nil {
		t.Errorf("an unchanged file was read again, %v", err)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	build(t, other, "CREATE TABLE orders(a); INSERT INTO orders VALUES (1); CREATE TABLE more(b)")
	running := make(chan any)
	go func() {
		res, _ := db.Query(t.Context(), slow)
		running <- res.Rows
	}()
	busyPID(t, db)
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	if rows := (<-running).([][]any); len(rows) != 1 || rows[0][0] != int64(50000) {
		t.Errorf("the query under way gave %v, not the old file's rows", rows)
	}
	if n := one(t, db, "SELECT count(*) FROM orders"); n != int64(1) {
		t.Errorf("the new file has %v rows", n)
	}
	second, err := db.Schema(t.Context())
	if err != nil || second.Table("more") == nil || second.Fingerprint == first.Fingerprint {
		t.Errorf("the schema is still the old one, %v", err)
	}
}

// slow takes about a second and reads the whole of order_items.
const slow = "SELECT count(*) FROM (SELECT i.id FROM order_items i JOIN (SELECT 1 FROM orders LIMIT 120) GROUP BY i.id)"

// A file that is copied over in place may give a mixture: an error, never rows.
func TestOverwritten(t *testing.T) {
	path := shop(t)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db := open(t, path, Options{Workers: 1, TimeLimit: 20 * time.Second})
	failed := make(chan error)
	go func() {
		_, err := db.Query(t.Context(), slow)
		failed <- err
	}()
	busyPID(t, db)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, <-failed, ask.Unavailable, "overwritten")
	if n := one(t, db, "SELECT count(*) FROM orders"); n != int64(5000) {
		t.Errorf("the next query gave %v", n)
	}
}

func TestOddPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?mode=rwc#%41é'\".db")
	build(t, "file:"+percent(path), "CREATE TABLE t(a); INSERT INTO t VALUES (7)")
	db := open(t, path, Options{Workers: 1})
	if n := one(t, db, "SELECT a FROM t"); n != int64(7) {
		t.Errorf("got %v", n)
	}
	if files := list(t, filepath.Dir(path)); len(files) != 1 {
		t.Errorf("files: %v", files)
	}
}

// percent escapes what a file URI gives a meaning.
func percent(path string) string {
	for _, r := range [][2]string{{"%", "%25"}, {"?", "%3f"}, {"#", "%23"}} {
		path = string(bytes.ReplaceAll([]byte(path), []byte(r[0]), []byte(r[1])))
	}
	return path
}

func TestNoTarget(t *testing.T) {
	db := open(t, None, Options{Workers: 1})
	_, err := db.Query(t.Context(), "SELECT 1")
	wants(t, err, ask.Unavailable, "no target database")
	wants(t, db.Check(t.Context(), "SELECT 1"), ask.Unavailable, "no target database")
	wants(t, db.Health(t.Context()), ask.Unavailable, "no target database")
}

// A file in WAL mode is read when its log holds nothing that the file has not,
// and nothing is written beside it.
func TestWriteAheadLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "target.db")
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	exec := func(sql string) {
		t.Helper()
		if err := c.Exec(sql); err != nil {
			t.Fatal(err)
		}
	}
	exec("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(a); INSERT INTO t VALUES (1)")
	db := open(t, path, Options{Workers: 1})
	_, err = db.Query(t.Context(), "SELECT a FROM t")
	wants(t, err, ask.Unavailable, "wal_checkpoint(TRUNCATE)")
	wants(t, db.Health(t.Context()), ask.Unavailable, "WAL mode")
	exec("PRAGMA wal_checkpoint(PASSIVE)")
	if n := one(t, db, "SELECT count(*) FROM t"); n != int64(1) {
		t.Errorf("with its log taken over: %v", n)
	}
	if s, err := db.Schema(t.Context()); err != nil || s.Table("t").RowCount != 1 {
		t.Errorf("schema: %v", err)
	}
	exec("INSERT INTO t VALUES (2)")
	_, err = db.Query(t.Context(), "SELECT a FROM t")
	wants(t, err, ask.Unavailable, "WAL mode")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	before := list(t, filepath.Dir(path))
	if n := one(t, db, "SELECT count(*) FROM t"); n != int64(2) {
		t.Errorf("closed: %v", n)
	}
	if after := list(t, filepath.Dir(path)); len(after) != len(before) {
		t.Errorf("reading left %v, there was %v", after, before)
	}
}

// What a writer in WAL mode does during a query shows in the next one; when
// it writes into the file itself, the query fails.
func TestWriteAheadLogDuringQuery(t *testing.T) {
	fullSpeed(t)
	path := shop(t)
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Exec("PRAGMA journal_mode=WAL; UPDATE orders SET total = 1 WHERE id = 1; PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	db := open(t, path, Options{Workers: 1, TimeLimit: 20 * time.Second})
	for _, tt := range []struct{ write, fails string }{
		{"UPDATE orders SET total = 2", ""},
		{"UPDATE orders SET total = 3; PRAGMA wal_checkpoint(TRUNCATE)", "overwritten"},
	} {
		if err := c.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			t.Fatal(err)
		}
		failed := make(chan error)
		go func() {
			_, err := db.Query(t.Context(), slow)
			failed <- err
		}()
		busyPID(t, db)
		if err := c.Exec(tt.write); err != nil {
			t.Fatal(err)
		}
		switch err := <-failed; {
		case tt.fails == "" && err != nil:
			t.Errorf("%s: %v", tt.write, err)
		case tt.fails != "":
			wants(t, err, ask.Unavailable, tt.fails)
		}
	}
}

// A text or blob of megabytes is shown in part, and doesn't fail what only
// counts or measures it.
func TestLongCell(t *testing.T) {
	path := filepath.Join(t.TempDir(), "target.db")
	build(t, path, "CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT, raw BLOB); INSERT INTO docs VALUES (1, printf('%.*c', 5000000, 'x'), zeroblob(5000000))")
	db := open(t, path, Options{Workers: 1})
	res, err := db.Query(t.Context(), "SELECT * FROM docs ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	if text := res.Rows[0][1].(string); len(text) != maxCell+len("…") || !strings.HasSuffix(text, "x…") {
		t.Errorf("text of %d bytes", len(text))
	}
	if raw := res.Rows[0][2].([]byte); len(raw) != maxCell {
		t.Errorf("blob of %d bytes", len(raw))
	}
	if n := one(t, db, "SELECT max(length(body)) FROM docs"); n != int64(5000000) {
		t.Errorf("length %v", n)
	}
	_, err = db.Query(t.Context(), "SELECT replace(body, 'x', 'yy') FROM docs")
	wants(t, err, ask.Limited, "memory")
}
