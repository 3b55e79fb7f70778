package redis

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
)

// wide is a table with one long text.
func wide(bytes int) ask.Table {
	return ask.Table{Columns: []ask.Column{{Name: "text"}}, Rows: [][]any{{strings.Repeat("x", bytes)}}}
}

func TestRows(t *testing.T) {
	each(t, func(t *testing.T, client *Client) {
		r := client.Rows()
		if _, ok, err := r.Get(t.Context(), "k"); ok || err != nil {
			t.Fatalf("nothing gave %v, %v", ok, err)
		}
		want := ask.Table{Columns: []ask.Column{{Name: "a", Declared: "TEXT"}, {Name: "b"}}, Truncated: true, Took: time.Second,
			Rows: [][]any{{nil, int64(math.MaxInt64)}, {int64(math.MinInt64), math.Inf(-1)}, {"ü\xff", []byte{0, 255}}, {2.0, int64(2)}, {"", true}}}
		if err := r.Put(t.Context(), "k", want); err != nil {
			t.Fatal(err)
		}
		got, ok, err := r.Get(t.Context(), "k")
		if !ok || err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v, %v", got, ok, err)
		}
		if err := r.Put(t.Context(), "large", wide(rowsEntry)); err != nil {
			t.Error(err)
		}
		if _, ok, _ := r.Get(t.Context(), "large"); ok {
			t.Error("what is too large was kept")
		}
		if err := client.rdb.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := r.Get(t.Context(), "k"); ok || err != nil {
			t.Errorf("an emptied server gave %v, %v", ok, err)
		}
	})
}

func TestRowsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, client *Client) {
		r := &rows{client.rdb, 10_000}
		for i := range 20 {
			if err := r.Put(t.Context(), fmt.Sprint(i%15), wide(1900)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Millisecond) // their order is by time
		}
		var kept []int
		for i := range 15 {
			if _, ok, _ := r.Get(t.Context(), fmt.Sprint(i)); ok {
				kept = append(kept, i)
			}
		}
		if !reflect.DeepEqual(kept, []int{0, 1, 2, 3, 4}) {
			t.Errorf("kept %v", kept)
		}
		if n := client.rdb.DBSize(t.Context()).Val(); n != 7 {
			t.Errorf("%d keys", n)
		}
	})
}

func TestRowsBesideGarbage(t *testing.T) {
	each(t, func(t *testing.T, client *Client) {
		r := client.Rows()
		for _, key := range []string{rowsIndex, rowsSizes, rowsPrefix + "k"} {
			if err := client.rdb.LPush(t.Context(), key, "garbage").Err(); err != nil {
				t.Fatal(err)
			}
		}
		if _, ok, err := r.Get(t.Context(), "k"); ok || err != nil {
			t.Errorf("garbage gave %v, %v", ok, err)
		}
		for range 2 {
			if err := r.Put(t.Context(), "k", wide(1)); err != nil {
				t.Error(err)
			}
		}
		if _, ok, err := r.Get(t.Context(), "k"); !ok || err != nil {
			t.Errorf("after garbage %v, %v", ok, err)
		}
	})
}

func FuzzDecodeRows(f *testing.F) {
	for _, table := range []ask.Table{wide(3), {Columns: []ask.Column{{Name: "a"}}, Rows: [][]any{{nil}, {int64(1)}, {[]byte{1}}}}} {
		value, err := toCBOR.Marshal(table)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		table, ok := decodeRows(value)
		for _, row := range table.Rows {
			if !ok || len(row) != len(table.Columns) {
				t.Fatalf("%+v, %v", table, ok)
			}
		}
	})
}
