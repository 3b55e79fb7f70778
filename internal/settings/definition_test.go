package settings

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/querent/querent/internal/ask"
)

func TestParse(t *testing.T) {
	want := Defaults()
	if want.RowLimit != 1000 || want.TimeLimit.Seconds() != 45 || want.ExportRowLimit != 1_000_000 || want.Strategy == "" {
		t.Errorf("defaults: %+v", want)
	}
	s, err := Parse(map[string]string{"row_limit": " 5 ", "time_limit": "2", "generator": "builtin",
		"cache_threshold": "1.01", "min_confidence": "0", "export_row_limit": "9", "history_retention_days": "0", "llm_tokens_per_person": "7", "llm_price_in": "2", "llm_price_out": "0.5"})
	if err != nil || fmt.Sprint(s) != "{{builtin 1.01 0 7 0} 5 2s 9 0 2 0.5}" {
		t.Errorf("%v, %v", s, err)
	}
	if cost := s.Cost(ask.Usage{In: 1_000_000, Out: 400_000}); cost != 2.2 {
		t.Errorf("costs %v", cost)
	}
	bad := map[string]string{"row_limit": "0", "time_limit": "1e3", "generator": "magic", "cache_threshold": "NaN",
		"min_confidence": "-0.1", "export_row_limit": "5000001", "history_retention_days": "x", "role": "admin"}
	_, err = Parse(bad)
	var problems ProblemsError
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	for key := range bad {
		if problems[key] == "" || !strings.Contains(err.Error(), key) {
			t.Errorf("%s is not blamed: %v", key, err)
		}
	}
	if _, err := Parse(map[string]string{"cache_threshold": "Inf"}); err == nil {
		t.Error("an infinite threshold is taken")
	}
}
