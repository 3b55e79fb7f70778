package web

import (
	"fmt"
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

func TestChartsFor(t *testing.T) {
	months := [][]any{{"2024-01", 3.5}, {"2024-02", nil}, {"2024-03", int64(4)}}
	many := make([][]any, maxBars+1)
	var pairs, people [][]any
	for i := range many {
		many[i] = []any{strings.Repeat("x", i+1), int64(i)}
		pairs = append(pairs, []any{float64(i), float64(i * i)})
		people = append(people, []any{string(rune('a' + i%3)), float64(i), float64(i * i)})
	}
	var countries [][]any
	for i := range 12 {
		for year := 2022; year < 2025; year++ {
			countries = append(countries, []any{strings.Repeat("c", i+1), int64(year), float64(i + 1)})
		}
	}
	split := [][]any{{"2024", "a", 1.0}, {"2024", "b", 2.0}, {"2025", "a", 3.0}, {"2026", "b", 1.0}}
	for name, tt := range map[string]struct {
		table ask.Table
		want  string
	}{
		"months":                 {result(months, "month", "sales"), "line bar hbar pie"},
		"names":                  {result([][]any{{"a", int64(1)}, {"b", int64(2)}}, "country", "customers"), "bar hbar pie"},
		"long names":             {result([][]any{{"a", int64(1)}, {"a rather long name", int64(2)}}, "country", "customers"), "hbar bar pie"},
		"the number first":       {result([][]any{{int64(1), "a"}, {int64(2), "b"}}, "customers", "country"), "bar hbar pie"},
		"below zero":             {result([][]any{{"a", int64(-1)}, {"b", int64(2)}}, "country", "balance"), "bar hbar"},
		"one row":                {result([][]any{{"a", int64(1)}}, "country", "customers"), ""},
		"one column":             {result([][]any{{int64(1)}, {int64(2)}}, "n"), ""},
		"no number":              {result([][]any{{"a", "x"}, {"b", "y"}}, "a", "b"), ""},
		"only a key":             {result([][]any{{"a", int64(1)}, {"b", int64(2)}}, "name", "customer_id"), ""},
		"by a key":               {result([][]any{{int64(7), int64(1)}, {int64(9), int64(2)}}, "customer_id", "orders"), "bar hbar pie"},
		"by year":                {result([][]any{{int64(2023), int64(1)}, {int64(2024), int64(2)}, {int64(2025), int64(2)}}, "year", "orders"), "line bar hbar pie"},
		"a label twice":          {result([][]any{{"a", int64(1)}, {"a", int64(2)}}, "name", "n"), ""},
		"too many bars":          {result(many, "name", "n"), "hbar bar"},
		"too many series":        {result(countries, "country", "year", "revenue"), "line stacked bar"},
		"times backwards":        {result([][]any{{"2024-03", 1.0}, {"2024-02", 2.0}, {"2024-01", 2.0}}, "month", "n"), "line bar hbar pie"},
		"times ranked":           {result([][]any{{"2024-03", 1.0}, {"2024-01", 2.0}, {"2024-02", 2.0}}, "month", "n"), "bar hbar pie line"},
		"two measures":           {result([][]any{{"a", 1.0, 2.0}, {"b", 3.0, 4.0}}, "name", "x", "y"), "bar hbar"},
		"two numbers":            {result(pairs, "height", "weight"), "scatter"},
		"two numbers by kind":    {result(people, "sex", "height", "weight"), "scatter"},
		"two categories":         {result(split, "year", "kind", "n"), "line stacked bar"},
		"a name with its detail": {result([][]any{{"a", "x", 1.0}, {"b", "x", 2.0}}, "name", "country", "n"), "bar hbar pie"},
	} {
		kinds, s := chartsFor(tt.table)
		if got := strings.Join(kinds, " "); got != tt.want {
			t.Errorf("%s: charts %q, want %q", name, got, tt.want)
		}
		for _, kind := range kinds {
			checkChart(t, name, s.chart(kind))
		}
	}
}

// checkChart holds what the page's script relies on.
func checkChart(t *testing.T, name string, c chart) {
	t.Helper()
	if len(c.Series) == 0 || c.By == "" || !strings.Contains(c.says(), c.Series[0].Name) {
		t.Errorf("%s as %s: %d series by %q, says %q", name, c.Type, len(c.Series), c.By, c.says())
	}
	for _, one := range c.Series {
		if c.Type == points && len(one.X) != len(one.Values) || c.Type != points && len(one.Values) != len(c.Labels) {
			t.Errorf("%s as %s: %d labels, %d xs and %d values", name, c.Type, len(c.Labels), len(one.X), len(one.Values))
		}
	}
}

// What has too many series or bars is drawn by its largest, with the rest
// together where figures add up, and without it where they don't.
func TestChartsFold(t *testing.T) {
	var countries, cities [][]any
	for i := range 12 {
		for year := 2022; year < 2025; year++ {
			countries = append(countries, []any{string(rune('a' + i)), int64(year), float64(i + 1)})
		}
	}
	for i := range 50 {
		cities = append(cities, []any{fmt.Sprintf("city %02d", i), int64(i)})
	}
	for name, tt := range map[string]struct {
		table       ask.Table
		kind        string
		first, last string // series, or labels
		n           int    // of them
		rest        float64
		note        string
	}{
		"series that add up":  {result(countries, "country", "year", "revenue"), stacked, "f", others, maxSplit, 1 + 2 + 3 + 4 + 5, "The 7 largest of 12, the rest as “Other”."},
		"series of averages":  {result(countries, "country", "year", "Average price"), bars, "e", "l", maxSplit, 12, "The 8 largest of 12."},
		"bars that add up":    {result(cities, "city", "orders"), bars, "city 49", others, foldedTo + 1, 34 * 35 / 2, "The 15 largest of 50, the rest as “Other”."},
		"bars of percentages": {result(cities, "city", "share"), bars, "city 49", "city 34", foldedTo + 1, 34, "The 16 largest of 50."},
	} {
		_, s := chartsFor(tt.table)
		s.byValue()
		c := s.chart(tt.kind)
		names, rest := c.Labels, 0.0
		if len(c.Series) > 1 {
			names = nil
			for _, one := range c.Series {
				names = append(names, one.Name)
			}
			rest = *c.Series[len(c.Series)-1].Values[0]
		} else {
			rest = *c.Series[0].Values[len(names)-1]
		}
		if len(names) != tt.n || names[0] != tt.first || names[len(names)-1] != tt.last || rest != tt.rest || s.folded != tt.note {
			t.Errorf("%s: %v, the last %v, %q", name, names, rest, s.folded)
		}
	}
	if len(countries) != 36 || countries[0][2] != 1.0 {
		t.Error("the result itself was changed")
	}
}

// Bars stand by their value, unless their labels have an order.
func TestBarsStandByValue(t *testing.T) {
	for name, tt := range map[string]struct {
		labels []any
		want   string
	}{
		"names":    {[]any{"Lima", "Oslo", "Rome"}, "Rome Oslo Lima"},
		"weekdays": {[]any{"Mon", "Tue", "Wed"}, "Mon Tue Wed"},
		"ages":     {[]any{"under 18", "18-24", "65+"}, "under 18 18-24 65+"},
		"years":    {[]any{"2023", "2024", "2025"}, "2023 2024 2025"},
	} {
		var rows [][]any
		for i, l := range tt.labels {
			rows = append(rows, []any{l, int64(i)})
		}
		_, s := chartsFor(result(rows, "label", "n"))
		s.byValue()
		if got := strings.Join(s.chart(bars).Labels, " "); got != tt.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestPreferredChart(t *testing.T) {
	kinds := []string{line, bars, pie}
	for question, want := range map[string]string{
		"sales by month": line, "a pie chart of sales by month": pie, "histogram of sales": bars,
		"scatter plot of sales": line, "barbecues sold by month": line,
	} {
		if got := preferred(question, kinds); got != want {
			t.Errorf("%s: %s, want %s", question, got, want)
		}
	}
}

func TestChartDataCannotEndItsElement(t *testing.T) {
	_, s := chartsFor(result([][]any{{"</script><b>", int64(1)}, {"b", int64(2)}}, "n", "x"))
	if island := s.chart(bars).island(); strings.Count(island, "</script>") != 1 {
		t.Errorf("island: %s", island)
	}
}

func TestCells(t *testing.T) {
	for _, tt := range []struct {
		name        string
		column      []any
		text, title string
	}{
		{"total", []any{int64(1234567)}, "1,234,567", ""},
		{"total", []any{-1234.5, 0.25}, "-1,234.50", ""},
		{"average", []any{1234.56789}, "1,234.57", "1234.56789"},
		{"share", []any{0.0312345678}, "0.031235", "0.0312345678"},
		{"year", []any{int64(2024)}, "2024", ""},
		{"customer_id", []any{int64(10442)}, "10442", ""},
		{"big", []any{int64(9007199254740993)}, "9,007,199,254,740,993", ""},
		{"mixed", []any{int64(5), 2.5}, "5.0", ""},
		{"posted_at", []any{"2024-03-05T10:30:00"}, "2024-03-05 10:30:00", ""},
		{"name", []any{"2024-03-05Thing"}, "2024-03-05Thing", ""},
		{"n", []any{nil}, "NULL", ""},
	} {
		var rows [][]any
		for _, v := range tt.column {
			rows = append(rows, []any{v})
		}
		c := formatsOf(result(rows, tt.name))[0].cell(tt.column[0])
		if c.Text != tt.text || c.Title != tt.title {
			t.Errorf("%s %v: %q, whole %q; want %q, %q", tt.name, tt.column, c.Text, c.Title, tt.text, tt.title)
		}
	}
}

func TestTableViewSortsAndPages(t *testing.T) {
	var rows [][]any
	for i := range 120 {
		rows = append(rows, []any{int64((i * 7) % 120), "x"})
	}
	rows = append(rows, []any{nil, "y"})
	res := result(rows, "n", "s")
	v := tableView(ask.Question{ID: "q"}, res, look{sort: -1, page: 1})
	if v.Rows[0][0].Text != "119" || v.Pages != 3 || len(v.Rows) != resultPage || v.Columns[0].Sorted != "descending" {
		t.Errorf("first %v, %d pages, %d rows", v.Rows[0], v.Pages, len(v.Rows))
	}
	if v := tableView(ask.Question{ID: "q"}, res, look{sort: 1, page: 1}); !v.Rows[0][0].Null || v.Rows[1][0].Text != "0" {
		t.Errorf("ascending starts %v", v.Rows[:2])
	}
	for _, nonsense := range []string{"", "9", "-9", "x", "99999999999999999999"} {
		if v := tableView(ask.Question{ID: "q"}, res, lookOf(url.Values{"sort": {nonsense}, "page": {nonsense}, "chart": {nonsense}})); v.Rows[0][0].Text != "0" || v.Page != 1 {
			t.Errorf("sort %q: first %v on page %d", nonsense, v.Rows[0], v.Page)
		}
	}
	if res.Rows[0][0] != int64(0) || res.Rows[1][0] != int64(7) {
		t.Error("sorting changed the kept result")
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
