package tabular

import "testing"

func TestCSVTextIsNoFormula(t *testing.T) {
	for _, tt := range []struct {
		in   any
		want string
	}{
		{"=1+1", "'=1+1"}, {"+1", "'+1"}, {"-2+3", "'-2+3"}, {"@SUM(1)", "'@SUM(1)"}, {"\t=1", "'\t=1"}, {"\x00x", "'\x00x"},
		{-2.5, "-2.5"}, {int64(-7), "-7"}, {nil, ""}, {"plain", "plain"}, {"", ""},
	} {
		if got := csvText(tt.in); got != tt.want {
			t.Errorf("csvText(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
