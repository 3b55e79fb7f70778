package eval

import (
	"hash/fnv"
	"math"
	"slices"
	"strconv"
)

// rowset is a result made ready to be compared: each cell is a number that
// stands for its value, equal for equal values.
type rowset struct {
	rows    int
	columns [][]uint64 // column by column
	order   []uint64   // hash of each column as a sequence
	bag     []uint64   // hash of each column as a multiset
}

// newRowset takes the rows of a result with that many columns.
func newRowset(rows [][]any, columns int) *rowset {
	cells := make([][]uint64, columns)
	for c := range cells {
		cells[c] = make([]uint64, len(rows))
		for i, row := range rows {
			cells[c][i] = cellHash(matchKey(row[c]))
		}
	}
	return newColumns(len(rows), cells)
}

// newColumns takes hashed cells, column by column.
func newColumns(rows int, columns [][]uint64) *rowset {
	r := &rowset{rows: rows, columns: columns, order: make([]uint64, len(columns)), bag: make([]uint64, len(columns))}
	for c, cells := range columns {
		for _, cell := range cells {
			r.order[c] = join(r.order[c], cell)
		}
		r.bag[c] = sum(cells)
	}
	return r
}

// cellHash is the same in every run: results of gold are kept.
func cellHash(key string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(key))
	return mix(h.Sum64())
}

// holds reports whether got, for some choice and order of its columns, has
// gold's rows: as a multiset, or in gold's order.
func (gold *rowset) holds(got *rowset, ordered bool) bool {
	if gold.rows != got.rows || len(got.columns) < len(gold.columns) {
		return false
	}
	if ordered || gold.rows <= 1 {
		return gold.holdsInOrder(got)
	}
	m := matcher{gold: gold, got: got, used: make([]bool, len(got.columns))}
	return m.assign(0, make([]uint64, gold.rows), make([]uint64, gold.rows))
}

// holdsInOrder needs no search: columns that are equal as sequences can stand
// in for each other.
func (gold *rowset) holdsInOrder(got *rowset) bool {
	has := map[uint64]int{}
	for _, h := range got.order {
		has[h]++
	}
	for _, h := range gold.order {
		if has[h]--; has[h] < 0 {
			return false
		}
	}
	return true
}

// matcher searches which column of got stands for each column of gold.
type matcher struct {
	gold, got *rowset
	used      []bool
}

// assign finds a column for gold's column c. want and have are the hashes of
// each row's cells in the columns before; a choice under which they are not
// equal as multisets can't be completed.
func (m *matcher) assign(c int, want, have []uint64) bool {
	if c == len(m.gold.columns) {
		return true
	}
	want = extend(want, m.gold.columns[c])
	whole := sum(want)
	var tried []uint64
	for j, cells := range m.got.columns {
		if m.used[j] || m.got.bag[j] != m.gold.bag[c] || slices.Contains(tried, m.got.order[j]) {
			continue
		}
		tried = append(tried, m.got.order[j])
		next := extend(have, cells)
		if sum(next) != whole {
			continue
		}
		m.used[j] = true
		if m.assign(c+1, want, next) {
			return true
		}
		m.used[j] = false
	}
	return false
}

func extend(rows, cells []uint64) []uint64 {
	out := make([]uint64, len(rows))
	for i, h := range rows {
		out[i] = join(h, cells[i])
	}
	return out
}

// sum is the hash of a multiset.
func sum(hashes []uint64) uint64 {
	var n uint64
	for _, h := range hashes {
		n += mix(h)
	}
	return n
}

// join hashes a sequence on by one.
func join(h, next uint64) uint64 { return mix(h + mix(next)) }

// mix spreads a hash's bits, so that sums of hashes tell multisets apart.
func mix(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// matchKey writes a value so that equal values are written alike: numbers to
// four decimals, whatever their type; NULL like nothing else.
func matchKey(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case int64:
		return "#" + strconv.FormatInt(v, 10)
	case float64:
		return "#" + fourDecimals(v)
	case bool:
		if v {
			return "#1"
		}
		return "#0"
	case []byte:
		return "'" + string(v)
	case string:
		return "'" + v
	}
	return "?"
}

// fourDecimals rounds half away from zero. What float arithmetic leaves in the
// last digits goes first, so that it can't decide which way a half is rounded.
func fourDecimals(f float64) string {
	if math.Abs(f) < 1e10 {
		f = math.Round(f*1e9) / 1e9
	}
	if math.Abs(f) < 1e15 {
		f = math.Round(f*1e4) / 1e4
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<62 {
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'f', 4, 64)
}
