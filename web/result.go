package web

import (
	"cmp"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/web/views"
)

const resultPage = 50 // rows

// tableView cuts one page out of a result. sort is a column's number from 1,
// negative for descending; anything else keeps the query's order.
func tableView(q ask.Question, res ask.Table, sort, page string) views.Table {
	by, err := strconv.Atoi(sort)
	if err != nil || by == 0 || by > len(res.Columns) || by < -len(res.Columns) {
		by = 0
	}
	rows := sorted(res.Rows, by)
	pages := pagesOf(len(rows), resultPage)
	at, err := strconv.Atoi(page)
	if err != nil || at < 1 || at > pages {
		at = 1
	}
	base := "/questions/" + q.ID + "?sort=" + strconv.Itoa(by)
	t := views.Table{Caption: caption(res), Page: at, Pages: pages, Base: base + "&page="}
	numeric := numericColumns(res)
	for i, col := range res.Columns {
		t.Columns = append(t.Columns, columnView(q.ID, col.Name, i+1, by, numeric[i]))
	}
	from := (at - 1) * resultPage
	for _, r := range rows[from:min(from+resultPage, len(rows))] {
		cells := make([]views.Cell, len(r))
		for i, v := range r {
			cells[i] = views.Cell{Text: text(v), Number: numeric[i], Null: v == nil}
		}
		t.Rows = append(t.Rows, cells)
	}
	if c := chartFor(res); c != nil {
		t.ChartSays = c.says
		t.Chart = c.island()
	}
	return t
}

func columnView(id, name string, n, by int, numeric bool) views.Column {
	v := views.Column{Name: name, Number: numeric}
	next := n
	switch by {
	case n:
		v.Sorted, next = "ascending", -n
	case -n:
		v.Sorted = "descending"
	}
	v.Href = fmt.Sprintf("/questions/%s?sort=%d#result", id, next)
	return v
}

func caption(res ask.Table) string {
	if res.Truncated {
		return fmt.Sprintf("The first %d rows of more", len(res.Rows))
	}
	if len(res.Rows) == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", len(res.Rows))
}

// sorted gives the rows in order of column |by|; NULL comes first, numbers
// before text.
func sorted(rows [][]any, by int) [][]any {
	if by == 0 {
		return rows
	}
	col, sign := by-1, 1
	if by < 0 {
		col, sign = -by-1, -1
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b []any) int { return sign * compare(a[col], b[col]) })
	return rows
}

func compare(a, b any) int {
	x, xNumber := number(a)
	y, yNumber := number(b)
	switch {
	case a == nil || b == nil:
		return cmp.Compare(rank(a), rank(b))
	case xNumber && yNumber:
		return cmp.Compare(x, y)
	case xNumber != yNumber:
		return cmp.Compare(rank(a), rank(b))
	}
	return strings.Compare(text(a), text(b))
}

func rank(v any) int {
	if v == nil {
		return 0
	}
	if _, ok := number(v); ok {
		return 1
	}
	return 2
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// text shows a value exactly.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []byte:
		return fmt.Sprintf("%d bytes: %s", len(v), base64.StdEncoding.EncodeToString(v[:min(len(v), 24)]))
	case string:
		return v
	}
	return fmt.Sprint(v)
}

// numericColumns tells which columns hold nothing but numbers and NULLs.
func numericColumns(res ask.Table) []bool {
	out := make([]bool, len(res.Columns))
	for i := range out {
		seen := false
		out[i] = !slices.ContainsFunc(res.Rows, func(r []any) bool {
			_, ok := number(r[i])
			seen = seen || ok
			return !ok && r[i] != nil
		}) && seen
	}
	return out
}

// downloadCSV sends the whole result.
func (s *server) downloadCSV(c echo.Context) error {
	res, err := s.Ask.Result(c.Request().Context(), viewer(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Type", "text/csv; charset=utf-8")
	c.Response().Header().Set("Content-Disposition", `attachment; filename="querent-`+c.Param("id")+`.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	w := csv.NewWriter(c.Response())
	w.UseCRLF = true
	header := make([]string, len(res.Columns))
	for i, col := range res.Columns {
		header[i] = harmless(col.Name)
	}
	if err := w.Write(header); err != nil {
		return err
	}
	for _, r := range res.Rows {
		record := make([]string, len(r))
		for i, v := range r {
			record[i] = csvText(v)
		}
		if err := w.Write(record); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// csvText writes NULL as nothing and keeps numbers as they are.
func csvText(v any) string {
	if v == nil {
		return ""
	}
	if _, ok := number(v); ok {
		return text(v)
	}
	return harmless(text(v))
}

// harmless keeps a spreadsheet from running a text as a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(s[0])) {
		return "'" + s
	}
	return s
}

// island writes the chart as data for the page's script: no code.
func (c *chart) island() string {
	return `<script type="application/json" data-chart="chart">` + jsonText(c) + `</script>`
}
