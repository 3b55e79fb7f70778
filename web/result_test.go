package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/querent/querent/internal/ask"
)

func result(rows [][]any, names ...string) ask.Table {
	t := ask.Table{Rows: rows}
	for _, n := range names {
		t.Columns = append(t.Columns, ask.Column{Name: n})
	}
	return t
}

func TestChartFor(t *testing.T) {
	months := [][]any{{"2024-01", 3.5}, {"2024-02", nil}, {"2024-03", int64(4)}}
	many := make([][]any, maxBars+1)
	for i := range many {
		many[i] = []any{strings.Repeat("x", i+1), int64(i)}
	}
	for name, tt := range map[string]struct {
		table ask.Table
		want  string
	}{
		"months":           {result(months, "month", "sales"), "line"},
		"names":            {result([][]any{{"a", int64(1)}, {"b", int64(2)}}, "country", "customers"), "bar"},
		"one row":          {result([][]any{{"a", int64(1)}}, "country", "customers"), ""},
		"one column":       {result([][]any{{int64(1)}, {int64(2)}}, "n"), ""},
		"no number":        {result([][]any{{"a", "x"}, {"b", "y"}}, "a", "b"), ""},
		"only a key":       {result([][]any{{"a", int64(1)}, {"b", int64(2)}}, "name", "customer_id"), ""},
		"a label twice":    {result([][]any{{"a", int64(1)}, {"a", int64(2)}}, "name", "n"), ""},
		"too many bars":    {result(many, "name", "n"), ""},
		"times unordered":  {result([][]any{{"2024-03", 1.0}, {"2024-01", 2.0}}, "month", "n"), "bar"},
		"two measures":     {result([][]any{{"a", 1.0, 2.0}, {"b", 3.0, 4.0}}, "name", "x", "y"), "bar"},
		"numbers as names": {result([][]any{{1.5, 2.0}, {2.5, 4.0}}, "x", "y"), ""},
	} {
		got := ""
		if c := chartFor(tt.table); c != nil {
			got = c.Type
			if len(c.Labels) != len(tt.table.Rows) || c.says == "" {
				t.Errorf("%s: %d labels, says %q", name, len(c.Labels), c.says)
			}
		}
		if got != tt.want {
			t.Errorf("%s: chart %q, want %q", name, got, tt.want)
		}
	}
}

func TestChartDataCannotEndItsElement(t *testing.T) {
	c := chartFor(result([][]any{{"</script><b>", int64(1)}, {"b", int64(2)}}, "n", "x"))
	if c == nil || strings.Count(c.island(), "</script>") != 1 {
		t.Errorf("island: %s", c.island())
	}
}

func TestTableViewSortsAndPages(t *testing.T) {
	var rows [][]any
	for i := range 120 {
		rows = append(rows, []any{int64((i * 7) % 120), "x"})
	}
	rows = append(rows, []any{nil, "y"})
	res := result(rows, "n", "s")
	v := tableView(ask.Question{ID: "q"}, res, "-1", "1")
	if v.Rows[0][0].Text != "119" || v.Pages != 3 || len(v.Rows) != resultPage || v.Columns[0].Sorted != "descending" {
		t.Errorf("first %v, %d pages, %d rows", v.Rows[0], v.Pages, len(v.Rows))
	}
	if v := tableView(ask.Question{ID: "q"}, res, "1", "1"); !v.Rows[0][0].Null || v.Rows[1][0].Text != "0" {
		t.Errorf("ascending starts %v", v.Rows[:2])
	}
	for _, nonsense := range []string{"", "9", "-9", "x", "99999999999999999999"} {
		if v := tableView(ask.Question{ID: "q"}, res, nonsense, nonsense); v.Rows[0][0].Text != "0" || v.Page != 1 {
			t.Errorf("sort %q: first %v on page %d", nonsense, v.Rows[0], v.Page)
		}
	}
	if res.Rows[0][0] != int64(0) || res.Rows[1][0] != int64(7) {
		t.Error("sorting changed the kept result")
	}
}

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

func FuzzOwnPath(f *testing.F) {
	for _, s := range []string{"/", "/history?page=2", "//evil.test", `/\evil.test`, "https:evil.test", "/%2F%2Fevil", "/x\r\nSet-Cookie: a=b", "/x%0d%0aSet-Cookie:a", "javascript:alert(1)", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, next string) {
		got := ownPath(next)
		base, _ := url.Parse("https://querent.test/login")
		to, err := base.Parse(got)
		if err != nil || to.Host != "querent.test" || to.Scheme != "https" || !strings.HasPrefix(got, "/") || strings.ContainsAny(got, "\\\r\n") {
			t.Errorf("ownPath(%q) = %q leads to %v, %v", next, got, to, err)
		}
	})
}
