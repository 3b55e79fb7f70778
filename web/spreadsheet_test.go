package web

import (
	"bytes"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/querent/querent/internal/ask"
)

// reopened fills a workbook, writes it and reads it back.
func reopened(t *testing.T, q ask.Question, res ask.Table) *excelize.File {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := fillWorkbook(f, q, res); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	back, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { back.Close() })
	return back
}

func TestSpreadsheetKeepsTypes(t *testing.T) {
	long := strings.Repeat("é", 30_000)
	f := reopened(t, ask.Question{Text: "=HYPERLINK(\"x\")?", SQL: "SELECT 1", Created: time.Unix(0, 0).UTC()}, result([][]any{
		{int64(7), "=1+1", "2024-02-29", "2024-02-29T10:00:00"},
		{2.5, "+cmd|' /C calc'!A0", "2024-03-01", "1999-12-31T23:59:59"},
		{nil, "\x00\x0b<b>&", nil, nil},
		{int64(math.MaxInt64), long, "2024-03-02", nil},
		{math.Inf(1), "00012", "2024-03-03", nil},
	}, "=n", "text", "day", "moment"))
	for cell, want := range map[string]struct {
		kind excelize.CellType
		text string
	}{
		"A1": {excelize.CellTypeInlineString, "=n"}, "A2": {excelize.CellTypeUnset, "7"}, "A3": {excelize.CellTypeUnset, "2.5"}, "A4": {excelize.CellTypeUnset, ""},
		"A5": {excelize.CellTypeInlineString, "9223372036854775807"}, "A6": {excelize.CellTypeInlineString, "+Inf"},
		"B2": {excelize.CellTypeInlineString, "=1+1"}, "B3": {excelize.CellTypeInlineString, "+cmd|' /C calc'!A0"}, "B6": {excelize.CellTypeInlineString, "00012"},
		"C2": {excelize.CellTypeUnset, "2024-02-29"}, "D3": {excelize.CellTypeUnset, "1999-12-31 23:59:59"},
	} {
		kind, err := f.GetCellType("Result", cell)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.GetCellValue("Result", cell)
		if err != nil || got != want.text || kind != want.kind {
			t.Errorf("%s: %q of type %v, want %q of type %v (%v)", cell, got, kind, want.text, want.kind, err)
		}
		if formula, err := f.GetCellFormula("Result", cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %q, %v", cell, formula, err)
		}
	}
	if v, _ := f.GetCellValue("Result", "B5"); !strings.HasSuffix(v, "(cut)") || len(v) > maxSheetText {
		t.Errorf("a long text has %d bytes", len(v))
	}
	if v, _ := f.GetCellValue("Question", "B1"); v != `=HYPERLINK("x")?` {
		t.Errorf("the question became %q", v)
	}
}

func TestTimeLayout(t *testing.T) {
	for _, tt := range []struct {
		values []any
		want   string
	}{
		{[]any{"2024-01-01", nil, "2024-12-31"}, time.DateOnly}, {[]any{"2024-01-01 10:00:00"}, time.DateTime}, {[]any{nil}, ""}, {nil, ""},
		{[]any{"2024-01-01", "soon"}, ""}, {[]any{"2024-02-30"}, ""}, {[]any{"2024-01-01", "2024-01-01T10:00:00"}, ""}, {[]any{"1812-01-01"}, ""}, {[]any{"2024-01-01", int64(1)}, ""},
	} {
		var rows [][]any
		for _, v := range tt.values {
			rows = append(rows, []any{v})
		}
		if got := timeLayout(rows, 0); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.values, got, tt.want)
		}
	}
}

func TestDownloadSpreadsheet(t *testing.T) {
	_, base := site(t, nil)
	b := signedInAs(t, base, "ann")
	path, _ := b.asked("orders by status")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path+"/result.xlsx", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Result")
	if err != nil || len(rows) != 3 || res.Header.Get("Content-Type") != xlsxType || !strings.HasPrefix(res.Header.Get("Content-Disposition"), `attachment; filename="querent-`) {
		t.Errorf("%v, %v, %v", rows, err, res.Header)
	}
}
