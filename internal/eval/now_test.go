package eval

import (
	"testing"
	"time"
)

func TestAtNow(t *testing.T) {
	now := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	tests := []struct{ sql, want string }{
		{"select date('now','-1 day')", "select date('2026-11-25 00:00:00','-1 day')"},
		{"select date('NOW')", "select date('2026-11-25 00:00:00')"},
		{"select CURRENT_DATE", "select '2026-11-25'"},
		{"select current_timestamp, current_dates", "select '2026-11-25 00:00:00', current_dates"},
		{"select 'it''s now', 'now'", "select 'it''s now', '2026-11-25 00:00:00'"},
		{`select "current_date" where x = 'now`, `select "current_date" where x = 'now`},
		{"select 1", "select 1"},
	}
	for _, tt := range tests {
		if got := atNow(tt.sql, now); got != tt.want {
			t.Errorf("%s\n gives %s\n want %s", tt.sql, got, tt.want)
		}
	}
}
