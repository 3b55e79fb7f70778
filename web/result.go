package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/tabular"
	"github.com/querent/querent/web/views"
)

const resultPage = 50 // rows

// look is how a reader wants to see a result: what the page's links carry.
type look struct {
	sort, page int    // sort is a column's number from 1, negative for descending, 0 for the query's order
	chart      string // a kind, noChart, or empty for the one that suits best
}

const noChart = "none"

// lookOf reads a page's query; nonsense counts as unsaid.
func lookOf(q url.Values) look {
	l := look{chart: q.Get("chart")}
	l.sort, _ = strconv.Atoi(q.Get("sort"))
	l.page, _ = strconv.Atoi(q.Get("page"))
	return l
}

// href leads to the same result under another look.
func (l look) href(id string) string {
	q := url.Values{}
	if l.sort != 0 {
		q.Set("sort", strconv.Itoa(l.sort))
	}
	if l.chart != "" {
		q.Set("chart", l.chart)
	}
	if l.page > 1 {
		q.Set("page", strconv.Itoa(l.page))
	}
	return "/questions/" + id + "?" + q.Encode() + "#result"
}

// tableView cuts one page out of a result.
func tableView(q ask.Question, res ask.Table, l look) views.Table {
	if l.sort > len(res.Columns) || l.sort < -len(res.Columns) {
		l.sort = 0
	}
	rows := sorted(res.Rows, l.sort)
	pages := pagesOf(len(rows), resultPage)
	if l.page < 1 || l.page > pages {
		l.page = 1
	}
	formats := formatsOf(res)
	t := views.Table{Caption: caption(res), Page: l.page, Pages: pages, Truncated: res.Truncated}
	t.PageHref = func(n int) string { return look{l.sort, n, l.chart}.href(q.ID) }
	for i, col := range res.Columns {
		t.Columns = append(t.Columns, columnView(q.ID, col.Name, i+1, l, formats[i]))
	}
	from := (l.page - 1) * resultPage
	for _, r := range rows[from:min(from+resultPage, len(rows))] {
		cells := make([]views.Cell, len(r))
		for i, v := range r {
			cells[i] = formats[i].cell(v)
		}
		t.Rows = append(t.Rows, cells)
	}
	t.Single = len(res.Rows) == 1 && len(res.Columns) <= maxFigures
	t.Chart = chartView(q, res, l)
	return t
}

// maxFigures is how many columns of a single row are shown as figures.
const maxFigures = 4

// chartView lays out the chart that was chosen, with the choice there is.
func chartView(q ask.Question, res ask.Table, l look) *views.Chart {
	kinds, s := chartsFor(res)
	if len(kinds) == 0 {
		return nil
	}
	chosen := l.chart
	if chosen != noChart && !slices.Contains(kinds, chosen) {
		chosen = preferred(q.Text, kinds)
	}
	v := &views.Chart{}
	for _, kind := range append(kinds, noChart) {
		v.Kinds = append(v.Kinds, views.ChartKind{Name: kind, Href: look{l.sort, l.page, kind}.href(q.ID), Current: kind == chosen})
	}
	if chosen != noChart {
		if l.sort == 0 && slices.Contains([]string{bars, across, pie}, chosen) {
			s.byValue()
		}
		c := s.chart(chosen)
		v.Says, v.Note, v.Island = c.says(), s.folded, c.island()
	}
	return v
}

func columnView(id, name string, n int, l look, f format) views.Column {
	v := views.Column{Name: name, Label: readable(name), Number: f.number}
	next := n
	switch l.sort {
	case n:
		v.Sorted, next = "ascending", -n
	case -n:
		v.Sorted, next = "descending", 0
	}
	v.Href = look{next, 1, l.chart}.href(id)
	return v
}

func caption(res ask.Table) string {
	if res.Truncated {
		return "The first " + views.Counted(len(res.Rows), "row") + " of more"
	}
	return views.Counted(len(res.Rows), "row")
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
	return strings.Compare(tabular.Text(a), tabular.Text(b))
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

// downloadCSV sends the whole result.
func (s *server) downloadCSV(c echo.Context) error {
	res, err := s.Ask.Result(c.Request().Context(), viewer(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Type", "text/csv; charset=utf-8")
	c.Response().Header().Set("Content-Disposition", `attachment; filename="querent-`+c.Param("id")+`.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	w := tabular.NewCSV(c.Response())
	if err := w.Columns(res.Columns); err != nil {
		return err
	}
	if err := w.Rows(res.Rows); err != nil {
		return err
	}
	return w.Flush()
}
