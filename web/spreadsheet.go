package web

import (
	"math"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/xuri/excelize/v2"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/tabular"
)

const (
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	// A spreadsheet counts in doubles and shows 15 digits; its cells end at
	// 32,767 characters.
	maxSheetNumber = 999_999_999_999_999
	maxSheetText   = 32_767
)

// downloadXLSX sends the whole result as a spreadsheet, with the question and
// its SQL on a sheet of their own.
func (s *server) downloadXLSX(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	q, err := s.Ask.Question(ctx, viewer(c), id)
	if err != nil {
		return err
	}
	res, err := s.Ask.Result(ctx, viewer(c), id)
	if err != nil {
		return err
	}
	f := excelize.NewFile()
	defer f.Close()
	if err := fillWorkbook(f, *q, res); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Type", xlsxType)
	c.Response().Header().Set("Content-Disposition", `attachment; filename="querent-`+q.ID+`.xlsx"`)
	c.Response().WriteHeader(http.StatusOK)
	_, err = f.WriteTo(c.Response())
	return err
}

func fillWorkbook(f *excelize.File, q ask.Question, res ask.Table) error {
	st, err := newSheetStyles(f)
	if err != nil {
		return err
	}
	const result, question = "Result", "Question"
	if err := f.SetSheetName("Sheet1", result); err != nil {
		return err
	}
	if err := st.write(f, result, resultRows(st, res)); err != nil {
		return err
	}
	if _, err := f.NewSheet(question); err != nil {
		return err
	}
	about := [][]string{{"Question", q.Text}, {"SQL", q.SQL}, {"Trust", string(q.Tier)}, {"Rows", caption(res)},
		{"Asked", q.Created.Format("2006-01-02 15:04:05 UTC")}}
	var rows [][]any
	for _, line := range about {
		rows = append(rows, []any{excelize.Cell{StyleID: st.head, Value: line[0]}, st.text(line[1])})
	}
	return st.write(f, question, rows)
}

// sheetStyles are the styles of a workbook's cells, by id.
type sheetStyles struct{ head, plain, day, moment int }

func newSheetStyles(f *excelize.File) (st sheetStyles, err error) {
	const asText = 49 // a spreadsheet's own format that never makes a formula of what is typed
	day, moment := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
	for id, style := range map[*int]excelize.Style{
		&st.head: {Font: &excelize.Font{Bold: true}, NumFmt: asText}, &st.plain: {NumFmt: asText},
		&st.day: {CustomNumFmt: &day}, &st.moment: {CustomNumFmt: &moment},
	} {
		if *id, err = f.NewStyle(&style); err != nil {
			return st, err
		}
	}
	return st, nil
}

func (st sheetStyles) write(f *excelize.File, sheet string, rows [][]any) error {
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	for i, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, row); err != nil {
			return err
		}
	}
	return w.Flush()
}

func resultRows(st sheetStyles, res ask.Table) [][]any {
	head := make([]any, len(res.Columns))
	layouts := make([]string, len(res.Columns))
	for i, col := range res.Columns {
		head[i] = excelize.Cell{StyleID: st.head, Value: cut(col.Name)}
		layouts[i] = timeLayout(res.Rows, i)
	}
	rows := [][]any{head}
	for _, r := range res.Rows {
		cells := make([]any, len(r))
		for i, v := range r {
			cells[i] = st.cell(v, layouts[i])
		}
		rows = append(rows, cells)
	}
	return rows
}

// cell keeps a value's type: a text is a text whatever it begins with, and a
// number that a spreadsheet would round is one, too.
func (st sheetStyles) cell(v any, layout string) any {
	switch v := v.(type) {
	case nil:
		return nil
	case int64:
		if v >= -maxSheetNumber && v <= maxSheetNumber {
			return v
		}
	case float64:
		if !math.IsInf(v, 0) && !math.IsNaN(v) {
			return v
		}
	case string:
		if t, err := time.Parse(layout, v); layout != "" && err == nil {
			if layout == time.DateOnly {
				return excelize.Cell{StyleID: st.day, Value: t}
			}
			return excelize.Cell{StyleID: st.moment, Value: t}
		}
	}
	return st.text(tabular.Text(v))
}

func (st sheetStyles) text(s string) excelize.Cell {
	return excelize.Cell{StyleID: st.plain, Value: cut(s)}
}

// cut shortens what a cell can't hold, and says so.
func cut(s string) string {
	const more = " … (cut)"
	if len(s) <= maxSheetText {
		return s
	}
	return strings.ToValidUTF8(s[:maxSheetText-len(more)], "") + more
}

// isoTime is a day, or a moment to the second, from 1900 on: before that a
// spreadsheet has no dates.
var isoTime = regexp.MustCompile(`^(19|2\d)\d\d-\d\d-\d\d(([ T])\d\d:\d\d:\d\d)?$`)

// timeLayout is how every text of a column can be read as a time; empty unless
// all of them can, in the same way.
func timeLayout(rows [][]any, col int) (layout string) {
	for _, r := range rows {
		if r[col] == nil {
			continue
		}
		s, _ := r[col].(string)
		m := isoTime.FindStringSubmatch(s)
		if m == nil {
			return ""
		}
		this := time.DateOnly
		if m[3] != "" {
			this += m[3] + time.TimeOnly
		}
		if _, err := time.Parse(this, s); err != nil || layout != "" && layout != this {
			return ""
		}
		layout = this
	}
	return layout
}
