package ask

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// sameRows reports whether two results tell the same: as many rows of the same
// values, in any order of rows and columns. Nothing follows from results
// without a value, nor from those that were cut.
func sameRows(a, b Table) bool {
	if len(a.Rows) != len(b.Rows) || len(a.Columns) != len(b.Columns) || a.Truncated || b.Truncated || !tells(a) {
		return false
	}
	if maps.Equal(bag(a, nil), bag(b, nil)) {
		return true
	}
	order, ok := columnOrder(a, b)
	return ok && maps.Equal(bag(a, nil), bag(b, order))
}

// tells reports whether a result holds a value other than NULL and 0.
func tells(t Table) bool {
	return slices.ContainsFunc(t.Rows, func(row []any) bool {
		return slices.ContainsFunc(row, func(v any) bool { c := cell(v); return c != "" && c != "n0" })
	})
}

// bag counts the rows, their columns taken in that order; nil for as they are.
func bag(t Table, order []int) map[string]int {
	out := map[string]int{}
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i := range row {
			at := i
			if order != nil {
				at = order[i]
			}
			cells[i] = strconv.Quote(cell(row[at]))
		}
		out[strings.Join(cells, ",")]++
	}
	return out
}

// cell writes a value so that equal ones are the same text: 2 and 2.0, and
// numbers whose last digits only differ by how they were added up.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case int64:
		return "n" + strconv.FormatFloat(float64(v), 'g', 9, 64)
	case float64:
		return "n" + strconv.FormatFloat(v, 'g', 9, 64)
	}
	return fmt.Sprintf("t%v", v)
}

// columnOrder says which of b's columns holds the same values as each of a's;
// it is none where that is not certain.
func columnOrder(a, b Table) (order []int, ok bool) {
	used := map[int]bool{}
	for i := range a.Columns {
		found := -1
		for j := range b.Columns {
			if !maps.Equal(column(a, i), column(b, j)) {
				continue
			}
			if found >= 0 || used[j] {
				return nil, false
			}
			found = j
		}
		if found < 0 {
			return nil, false
		}
		used[found] = true
		order = append(order, found)
	}
	return order, true
}

func column(t Table, at int) map[string]int {
	out := map[string]int{}
	for _, row := range t.Rows {
		out[cell(row[at])]++
	}
	return out
}
