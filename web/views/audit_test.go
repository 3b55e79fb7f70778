package views

import (
	"reflect"
	"testing"
)

func TestChanges(t *testing.T) {
	for _, tt := range []struct {
		before, after string
		want          []Change
	}{
		{`{"role":"analyst","name":"ann","epoch":1}`, `{"role":"admin","name":"ann","epoch":2}`, []Change{{"epoch", "1", "2"}, {"role", "analyst", "admin"}}},
		{"", `{"must_change":true,"names":["a"]}`, []Change{{"must change", "", "true"}, {"names", "", `["a"]`}}},
		{`{"sql":"SELECT 1"}`, "", []Change{{"sql", "SELECT 1", ""}}},
		{"", "{broken", []Change{{"value", "", "{broken"}}},
		{"", "", nil},
	} {
		if got := Changes(tt.before, tt.after); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("from %s to %s: %v, want %v", tt.before, tt.after, got, tt.want)
		}
	}
}
