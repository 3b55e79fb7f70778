package logical

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
)

// TestDateFormats reads the same days in every format: the last day of
// January, two in February, and one that is no date.
func TestDateFormats(t *testing.T) {
	cases := []struct {
		format schema.Format
		kind   schema.Type
		values string // as SQL
	}{
		{schema.ISODay, schema.Date, "'2024-01-31', '2024-02-01', '2024-02-29', 'unknown'"},
		{schema.ISOTime, schema.DateTime, "'2024-01-31 23:59:59', '2024-02-01 00:00:00', '2024-02-29T12:00:00Z', ''"},
		{schema.ISOTime, schema.DateTime, "'2024-01-31T23:30:00-05:00', '2024-02-01T00:30:00+02:00', '2024-02-29T12:00:00+02:00', 'tbd'"},
		{schema.DMY, schema.Text, "'31/01/2024', '01/02/2024', '29/02/2024', 'n/a'"},
		{schema.DMY, schema.Text, "'31.1.2024', '1.2.2024 08:30', '29.2.2024', ''"},
		{schema.MDY, schema.Text, "'01/31/2024', '02/01/2024', '02/29/2024', NULL"},
		{schema.MDY, schema.Text, "'1/31/2024', '2/1/2024', '2/29/2024 1:45 PM', '?'"},
		{schema.Ambiguous, schema.Text, "'31/01/2024', '01/02/2024', '29/02/2024', NULL"},
		{schema.YMDText, schema.Text, "'20240131', '20240201', '20240229', NULL"},
		{schema.YMDNumber, schema.Integer, "20240131, 20240201, 20240229, NULL"},
		{schema.UnixSeconds, schema.Integer, "1706745599, 1706745600, 1709208000, NULL"},
		{schema.UnixMillis, schema.Integer, "1706745599999, 1706745600000, 1709208000000, NULL"},
		{schema.UnixMicros, schema.Integer, "1706745599000000, 1706745600000000, 1709208000000000, NULL"},
		{schema.UnixNanos, schema.Integer, "1706745599000000000, 1706745600000000000, 1709208000000000000, NULL"},
		{schema.AppleSeconds, schema.Integer, "728438399, 728438400, 730900800, NULL"},
		{"apple-nanos", schema.Integer, "728438399000000000, 728438400000000000, 730900800000000000, NULL"},
		{schema.ChromeMicros, schema.Integer, "13351219199000000, 13351219200000000, 13353681600000000, NULL"},
		{schema.JulianDay, schema.Real, "2460341.49, 2460341.5, 2460370.0, NULL"},
		{schema.ExcelDay, schema.Real, "45322, 45323, 45351, NULL"},
		{schema.DayMonthName, schema.Text, "'31 Jan 2024', '1 February 2024', '29 Feb 2024', 'soon'"},
		{schema.DayMonthName, schema.Text, "'Jan 31, 2024', 'February 1, 2024', 'Feb 29, 2024', NULL"},
		{schema.RFC2822, schema.Text, "'Wed, 31 Jan 2024 23:45:00 +0100', 'Thu, 1 Feb 2024 13:45:00 +0100', 'Thu, 29 Feb 2024 13:45:00 GMT', NULL"},
	}
	for _, c := range cases {
		t.Run(string(c.format)+" "+c.values[:12], func(t *testing.T) {
			db := dated(t, c.format, c.kind, c.values)
			checkDates(t, db)
		})
	}
}

func dated(t *testing.T, format schema.Format, kind schema.Type, values string) *database {
	t.Helper()
	conn, err := sqlite3.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	db := &database{Conn: conn}
	if err := conn.Exec("CREATE TABLE visits (id INTEGER PRIMARY KEY, visited)"); err != nil {
		t.Fatal(err)
	}
	col := schema.Column{Name: "visited", Type: kind, Format: format}
	for _, v := range strings.Split(strings.ReplaceAll(strings.ReplaceAll(values, "', '", "'|'"), "', NULL", "'|NULL"), "|") {
		parts := []string{v}
		if v[0] != '\'' {
			parts = strings.Split(v, ", ")
		}
		for _, p := range parts {
			if err := conn.Exec("INSERT INTO visits (visited) VALUES (" + p + ")"); err != nil {
				t.Fatal(err)
			}
			if p == "NULL" {
				col.Nulls++
				continue
			}
			text := strings.Trim(p, "'")
			col.Values = append(col.Values, text)
			if !strings.ContainsAny(text, "0123456789") && text != "" {
				col.BadDates++
			}
		}
	}
	s := &schema.Schema{Tables: []schema.Table{{Name: "visits", PrimaryKey: []string{"id"}, RowCount: 4,
		Columns: []schema.Column{{Name: "id", Type: schema.Integer, PrimaryKey: true}, col}}}}
	db.c = catalog.New(s)
	return db
}

func checkDates(t *testing.T, db *database) {
	t.Helper()
	date := Expr{Op: Column, Ref: Ref{Table: "visits", Column: "visited"}}
	count := []Measure{{Agg: Count, Base: "visits"}}
	period := func(from, to string) []Predicate {
		return []Predicate{{Op: InPeriod, Expr: &date, Period: &Period{From: from, To: to}}}
	}
	by := func(grain string) Query {
		return Query{Measures: count, Dimensions: []Dimension{{Expr: date, Grain: grain}}}
	}
	for _, c := range []struct {
		what string
		q    Query
		want string
	}{
		{"month", by("month"), "[[2024-01 1] [2024-02 2]]"},
		{"year", by("year"), "[[2024 3]]"},
		{"year against the one before", Query{Measures: []Measure{count[0], {Op: Change, Args: count}}, Dimensions: []Dimension{{Expr: date, Grain: "year"}},
			Filters: period("2023-01-01", "2024-12-31")}, "[[2024 3 NULL]]"},
		{"day", by("day"), "[[2024-01-31 1] [2024-02-01 1] [2024-02-29 1]]"},
		{"week", by("week"), "[[2024-01-29 2] [2024-02-26 1]]"},
		{"quarter", by("quarter"), "[[2024-Q1 3]]"},
		{"weekday", by("weekday"), "[[Wednesday 1] [Thursday 2]]"},
		{"month of year", by("month of year"), "[[January 1] [February 2]]"},
		{"within February", Query{Measures: count, Filters: period("2024-02-01", "2024-02-29")}, "[[2]]"},
		{"one day", Query{Measures: count, Filters: period("2024-01-31", "2024-01-31")}, "[[1]]"},
		{"from February on", Query{Measures: count, Filters: period("2024-02-01", "")}, "[[2]]"},
		{"until January", Query{Measures: count, Filters: period("", "2024-01-31")}, "[[1]]"},
		{"after a day", Query{Measures: count, Filters: []Predicate{{Op: Greater, Expr: &date, Values: []Value{{Text: "2024-01-31"}}}}}, "[[2]]"},
		{"not in February", Query{Measures: count, Filters: []Predicate{{Op: Not, Args: period("2024-02-01", "2024-02-29")}}}, "[[2]]"},
	} {
		sql, err := c.q.SQL(db.c)
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if got := fmt.Sprint(db.rows(t, sql)); got != c.want {
			t.Errorf("%s: %s, want %s\n%s", c.what, got, c.want, sql)
		}
	}
}
