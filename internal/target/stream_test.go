package target

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
)

// many has rows for several parts.
const many = "SELECT id, note, price FROM order_items"

// streamed collects a stream.
type streamed struct {
	columns []ask.Column
	rows    [][]any
	parts   int
}

func (s *streamed) take(columns []ask.Column, rows [][]any) error {
	s.columns, s.rows, s.parts = columns, append(s.rows, rows...), s.parts+1
	return nil
}

func TestStreamGivesWhatQueryGives(t *testing.T) {
	db := open(t, shop(t), Options{RowLimit: 60_000, Bytes: 32 << 20})
	for _, sql := range []string{many, "SELECT * FROM products", "SELECT 1 AS one WHERE 0", "SELECT printf('%.*c', 30000, 'é') FROM orders LIMIT 30"} {
		want, err := db.Query(t.Context(), sql)
		if err != nil {
			t.Fatal(err)
		}
		var got streamed
		more, err := db.Stream(t.Context(), sql, 60_000, time.Minute, got.take)
		if err != nil || more || !reflect.DeepEqual(got.columns, want.Columns) || len(got.rows) != len(want.Rows) || len(want.Rows) > 0 && !reflect.DeepEqual(got.rows, want.Rows) {
			t.Errorf("%s: %d rows, more %t, %v; want %d", sql, len(got.rows), more, err, len(want.Rows))
		}
		if sql == many && got.parts < 4 {
			t.Errorf("50,000 rows came in %d parts", got.parts)
		}
	}
}

func TestStreamLimits(t *testing.T) {
	db := open(t, shop(t), Options{RowLimit: 1})
	for limit, more := range map[int]bool{7: true, 49_999: true, 50_000: false, 50_001: false} {
		var got streamed
		if is, err := db.Stream(t.Context(), many, limit, time.Minute, got.take); err != nil || is != more || len(got.rows) != min(limit, 50_000) {
			t.Errorf("limit %d: %d rows, more %t, %v", limit, len(got.rows), is, err)
		}
	}
	start := time.Now()
	_, err := db.Stream(t.Context(), endless, 10, 300*time.Millisecond, (&streamed{}).take)
	wants(t, err, ask.Limited, "time limit")
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %s", took)
	}
}

// What is refused as a query is refused as a stream, before any row.
func TestStreamRefuses(t *testing.T) {
	db := open(t, shop(t), Options{})
	list := []string{"DELETE FROM orders", "SELECT 1; SELECT 2", "SELECT * FROM sqlite_master", "SELECT ?", "", "SELECT load_extension('x')"}
	for _, c := range hostileCases(t) {
		if slices.Equal(c.expect, []string{"refused"}) {
			list = append(list, c.sql)
		}
	}
	if len(list) < 50 {
		t.Errorf("only %d statements", len(list))
	}
	for _, sql := range list {
		var got streamed
		_, err := db.Stream(t.Context(), sql, 10, 5*time.Second, got.take)
		if code := ask.CodeOf(err); code != ask.Refused && code != ask.Invalid || got.parts != 0 {
			t.Errorf("%.80q: %v, %d parts", sql, err, got.parts)
		}
	}
}

// inMid runs a stream and calls do once, when the first part has come.
func inMid(ctx context.Context, db *DB, do func() error) (got streamed, err error) {
	_, err = db.Stream(ctx, many, 60_000, time.Minute, func(columns []ask.Column, rows [][]any) error {
		if err := got.take(columns, rows); err != nil || got.parts > 1 {
			return err
		}
		return do()
	})
	return got, err
}

func TestStreamIsEndedByItsReader(t *testing.T) {
	db := open(t, shop(t), Options{})
	enough := errors.New("enough")
	if got, err := inMid(t.Context(), db, func() error { return enough }); !errors.Is(err, enough) || got.parts != 1 {
		t.Errorf("%v after %d parts", err, got.parts)
	}
	ctx, cancel := context.WithCancel(t.Context())
	got, err := inMid(ctx, db, func() error { cancel(); return nil })
	wants(t, err, ask.Limited, "cancelled")
	if got.parts > 2 {
		t.Errorf("%d parts came after the end", got.parts-1)
	}
	if got, err := inMid(t.Context(), db, func() error { return nil }); err != nil || len(got.rows) != 50_000 {
		t.Errorf("the next: %d rows, %v", len(got.rows), err)
	}
}

// A stream takes no slot from queries, leaves no process, and its dead worker
// is an error.
func TestStreamRunsBesideQueries(t *testing.T) {
	db := open(t, shop(t), Options{Workers: 1})
	var pid int
	_, err := inMid(t.Context(), db, func() error {
		pid = busyPID(t, db)
		if n := one(t, db, "SELECT count(*) FROM orders"); n != int64(5000) {
			t.Errorf("a query beside it gave %v", n)
		}
		if running, most, waiting := db.Load(); running != 0 || most != 4 || waiting != 0 {
			t.Errorf("%d of %d are said to run, %d to wait", running, most, waiting)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := db.Stream(ctx, many, 1, time.Minute, (&streamed{}).take)
		wants(t, err, ask.Busy, "Too many")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, 0); err == nil {
		t.Error("its process is still there")
	}
	_, err = inMid(t.Context(), db, func() error { return syscall.Kill(busyPID(t, db), syscall.SIGKILL) })
	wants(t, err, ask.Unavailable, "ended unexpectedly")
}

// A file renamed over the one being read leaves the stream with the old one's
// rows; one that is written over ends it, within few parts: its reader may not
// want them all.
func TestStreamIsOfOneFile(t *testing.T) {
	path := shop(t)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db := open(t, path, Options{})
	overwrite := func() error { return os.WriteFile(path, content, 0o600) }
	_, err = inMid(t.Context(), db, overwrite)
	wants(t, err, ask.Unavailable, "overwritten")
	var early streamed
	_, err = db.Stream(t.Context(), "SELECT id, printf('%.*c', 30000, 'x') FROM order_items", 60_000, time.Minute, func(columns []ask.Column, rows [][]any) error {
		if early.parts++; early.parts == 1 {
			return overwrite()
		} else if early.parts > 20 {
			return errors.New("parts of two files")
		}
		return nil
	})
	wants(t, err, ask.Unavailable, "overwritten")

	other := filepath.Join(t.TempDir(), "other.db")
	build(t, other, "CREATE TABLE order_items(id, note, price); INSERT INTO order_items VALUES (1, 'new', 2)")
	got, err := inMid(t.Context(), db, func() error { return os.Rename(other, path) })
	if err != nil || len(got.rows) != 50_000 {
		t.Errorf("%d rows, %v", len(got.rows), err)
	}
	if got, err := inMid(t.Context(), db, func() error { return nil }); err != nil || len(got.rows) != 1 {
		t.Errorf("the new file gave %d rows, %v", len(got.rows), err)
	}
}

// A worker that sends parts of a plain query is broken.
func TestPartsOfAQuery(t *testing.T) {
	w, err := startWorker(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.kill()
	w.answers <- answer{response: response{Seq: 1, More: true}}
	if a := w.do(t.Context(), request{Op: opQuery, Path: shop(t), SQL: "SELECT 1", Rows: 1, Bytes: 100, Budget: time.Second}, nil); a.err == nil || w.alive() {
		t.Errorf("took %+v", a)
	}
}
