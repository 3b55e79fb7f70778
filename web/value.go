package web

import (
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/tabular"
	"github.com/querent/querent/web/views"
)

// format is how a column's values are shown.
type format struct {
	number   bool
	plain    bool // years and identifiers: not a quantity, so thousands are not separated
	decimals int
}

const (
	shownDecimals = 2  // of numbers from 1 on
	smallDecimals = 6  // of numbers below
	longText      = 60 // characters from which a text has room of its own
)

func formatsOf(res ask.Table) []format {
	numeric := numericColumns(res)
	out := make([]format, len(res.Columns))
	for i, col := range res.Columns {
		out[i] = format{number: numeric[i], plain: isKey(col.Name) || calendar.MatchString(col.Name)}
		if numeric[i] {
			out[i].decimals = decimalsOf(res, i)
		}
	}
	return out
}

// decimalsOf is how many decimals a column's numbers need, within reason: all
// of them get as many, so that the points line up.
func decimalsOf(res ask.Table, i int) int {
	need, most := 0, 0.0
	for _, r := range res.Rows {
		if v, ok := r[i].(float64); ok {
			s := strconv.FormatFloat(v, 'f', -1, 64)
			if at := strings.IndexByte(s, '.'); at >= 0 {
				need = max(need, len(s)-at-1)
			}
			most = max(most, math.Abs(v))
		}
	}
	if most >= 1 || most == 0 {
		return min(need, shownDecimals)
	}
	return min(need, smallDecimals)
}

var dateText = regexp.MustCompile(`^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}.*)?)?$`)

// cell shows one value; where that rounds it, its title has it whole.
func (f format) cell(v any) views.Cell {
	c := views.Cell{Text: tabular.Text(v), Null: v == nil, Number: f.number}
	if n, ok := number(v); ok && f.number {
		exact := c.Text
		c.Text = f.digits(n, v)
		if shown, err := strconv.ParseFloat(strings.ReplaceAll(c.Text, ",", ""), 64); err != nil || shown != n {
			c.Title = exact
		}
		return c
	}
	if s, ok := v.(string); ok {
		c.Date, c.Long = dateText.MatchString(s), len(s) > longText
		if c.Date {
			c.Text = strings.Replace(s, "T", " ", 1)
		}
	}
	return c
}

func (f format) digits(n float64, v any) string {
	s := tabular.Text(v)
	if _, whole := v.(int64); !whole || f.decimals > 0 {
		s = strconv.FormatFloat(n, 'f', f.decimals, 64)
	}
	if f.plain {
		return s
	}
	sign, unsigned := "", strings.TrimPrefix(s, "-")
	if unsigned != s {
		sign = "-"
	}
	whole, decimals, _ := strings.Cut(unsigned, ".")
	digits, ok := new(big.Int).SetString(whole, 10)
	if !ok {
		return s // infinite
	}
	if decimals != "" {
		decimals = "." + decimals
	}
	return sign + humanize.BigComma(digits) + decimals
}

var identifier = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$`)

// readable words a column's name for a heading; expressions stay as they are.
func readable(name string) string {
	if !identifier.MatchString(name) {
		return name
	}
	s := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(s[:1]) + s[1:]
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

// numericColumns says which columns hold nothing but numbers and NULLs.
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
