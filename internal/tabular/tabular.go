// Package tabular writes results as text. It hides how a value is written, what
// a spreadsheet would take for a formula, and CSV's rules.
package tabular

import (
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/querent/querent/internal/ask"
)

// CSV writes a result as comma-separated values: a line of column names, then
// one a row, ended by CR and LF. NULL is an empty field, a number is exact, and
// a text that a spreadsheet would run as a formula has an apostrophe before it.
type CSV struct{ w *csv.Writer }

// NewCSV is a CSV that writes to w. It holds little back; Flush writes that.
func NewCSV(w io.Writer) *CSV {
	c := &CSV{csv.NewWriter(w)}
	c.w.UseCRLF = true
	return c
}

// Columns writes the first line.
func (c *CSV) Columns(columns []ask.Column) error {
	record := make([]string, len(columns))
	for i, col := range columns {
		record[i] = harmless(col.Name)
	}
	return c.w.Write(record)
}

// Rows writes a line for each row; see ask.Table for their values.
func (c *CSV) Rows(rows [][]any) error {
	for _, r := range rows {
		record := make([]string, len(r))
		for i, v := range r {
			record[i] = csvText(v)
		}
		if err := c.w.Write(record); err != nil {
			return err
		}
	}
	return nil
}

// Flush writes what was held back.
func (c *CSV) Flush() error {
	c.w.Flush()
	return c.w.Error()
}

func csvText(v any) string {
	switch v.(type) {
	case nil:
		return ""
	case int64, float64:
		return Text(v)
	}
	return harmless(Text(v))
}

// harmless keeps a spreadsheet from running a text as a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Text shows a value of an ask.Table: a number exactly, NULL as that, of bytes how
// many and the first.
func Text(v any) string {
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
