package target

import (
	"context"
	"testing"
	"time"
)

func TestDirect(t *testing.T) {
	d, err := OpenDirect(t.Context(), shop(t))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	const many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) SELECT i, sum(i) OVER (ORDER BY i) FROM n"
	got, err := d.Query(t.Context(), many, 10)
	if err != nil || len(got.Rows) != 10 || !got.Truncated || len(got.Columns) != 2 || got.Rows[3][1] != int64(10) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, sql := range []string{"DELETE FROM orders", "SELECT * FROM sqlite_schema", "SELECT randomblob(9)", "SELECT ?", "SELECT 1; SELECT 2", ""} {
		if _, err := d.Query(t.Context(), sql, 10); err == nil {
			t.Errorf("%q ran", sql)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
	if _, err := d.Query(ctx, endless, 10); err == nil {
		t.Error("an endless query came to an end")
	}
	if got, err := d.Query(t.Context(), "SELECT 1", 10); err != nil || len(got.Rows) != 1 {
		t.Errorf("after that: %+v, %v", got, err)
	}
}
