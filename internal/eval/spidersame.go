package eval

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
)

// Same reports whether two results are equal: as multisets of rows with the
// columns in some order, or row by row when ordered; numbers to 1e-6 relative.
func Same(gold, got [][]any, ordered bool) bool {
	if len(gold) != len(got) {
		return false
	}
	if len(gold) == 0 {
		return true
	}
	n := len(gold[0])
	if len(got[0]) != n {
		return false
	}
	// Candidates for each gold column: columns of got with the same values.
	fit := make([][]int, n)
	for i := range n {
		want := columnKey(gold, i)
		for j := range n {
			if columnKey(got, j) == want {
				fit[i] = append(fit[i], j)
			}
		}
		if len(fit[i]) == 0 {
			return false
		}
	}
	tries := 0
	return permute(fit, make([]int, 0, n), make([]bool, n), func(p []int) bool {
		tries++
		return tries <= 5000 && sameRows(gold, got, p, ordered)
	})
}

// permute tries every assignment of fit until f accepts one.
func permute(fit [][]int, p []int, used []bool, f func([]int) bool) bool {
	if len(p) == len(fit) {
		return f(p)
	}
	for _, j := range fit[len(p)] {
		if used[j] {
			continue
		}
		used[j] = true
		if permute(fit, append(p, j), used, f) {
			return true
		}
		used[j] = false
	}
	return false
}

func sameRows(gold, got [][]any, p []int, ordered bool) bool {
	a, b := rowKeys(gold, nil), rowKeys(got, p)
	if !ordered {
		sort.Strings(a)
		sort.Strings(b)
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func rowKeys(rows [][]any, p []int) []string {
	out := make([]string, len(rows))
	var b strings.Builder
	for i, r := range rows {
		b.Reset()
		for j := range r {
			k := j
			if p != nil {
				k = p[j]
			}
			b.WriteString(cellKey(r[k]))
			b.WriteByte(0)
		}
		out[i] = b.String()
	}
	return out
}

func columnKey(rows [][]any, i int) string {
	keys := make([]string, len(rows))
	for j, r := range rows {
		keys[j] = cellKey(r[i])
	}
	sort.Strings(keys)
	return strings.Join(keys, "\x00")
}

// cellKey writes a value so that equal values, and numbers within 1e-6 of
// each other, are written alike.
func cellKey(v any) string {
	switch v := v.(type) {
	case nil:
		return "n"
	case int64:
		return numberKey(float64(v))
	case float64:
		return numberKey(v)
	case bool:
		if v {
			return numberKey(1)
		}
		return numberKey(0)
	case []byte:
		return "s" + string(v)
	}
	return fmt.Sprintf("s%v", v)
}

func numberKey(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return "#" + strconv.FormatInt(int64(f), 10)
	}
	s := strconv.FormatFloat(f, 'g', 6, 64)
	if g, err := strconv.ParseFloat(s, 64); err == nil && g == math.Trunc(g) && math.Abs(g) < 1e6 {
		return "#" + strconv.FormatInt(int64(g), 10)
	}
	return "#" + s
}

// dropDistinct removes the word DISTINCT outside quotes, as the benchmark's
// own scoring does on both sides.
func dropDistinct(sql string) string {
	var b strings.Builder
	for i := 0; i < len(sql); {
		switch c := sql[i]; {
		case c == '\'' || c == '"' || c == '`':
			j := strings.IndexByte(sql[i+1:], c)
			if j < 0 {
				j = len(sql) - i - 2
			}
			b.WriteString(sql[i : i+j+2])
			i += j + 2
		case len(sql)-i >= 8 && strings.EqualFold(sql[i:i+8], "distinct") && edge(sql, i-1) && edge(sql, i+8):
			b.WriteByte(' ')
			i += 8
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// edge reports whether the byte at i is not part of a word.
func edge(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return true
	}
	c := s[i]
	return c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
}
