package tabular

import (
	"strings"
	"testing"

	"github.com/querent/querent/internal/ask"
)

// Number 34 of the security checklist.
func TestCSVTextIsNoFormula(t *testing.T) {
	for _, tt := range []struct {
		in   any
		want string
	}{
		{"=1+1", "'=1+1"}, {"+1", "'+1"}, {"-2+3", "'-2+3"}, {"@SUM(1)", "'@SUM(1)"}, {"\t=1", "'\t=1"}, {"\x00x", "'\x00x"}, {"\r=1", "'\r=1"}, {"\n=1", "'\n=1"},
		{-2.5, "-2.5"}, {int64(-7), "-7"}, {nil, ""}, {"plain", "plain"}, {"", ""},
	} {
		if got := csvText(tt.in); got != tt.want {
			t.Errorf("csvText(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// Number 34 of the security checklist: fields are quoted as RFC 4180 has it.
func TestCSVIsQuoted(t *testing.T) {
	var b strings.Builder
	c := NewCSV(&b)
	if err := c.Columns([]ask.Column{{Name: "=name"}, {Name: "a \"b\""}}); err != nil {
		t.Fatal(err)
	}
	if err := c.Rows([][]any{{"x,y", "two\nlines"}, {"=1,2", -2.5}}); err != nil {
		t.Fatal(err)
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	if want := "'=name,\"a \"\"b\"\"\"\r\n\"x,y\",\"two\r\nlines\"\r\n\"'=1,2\",-2.5\r\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
