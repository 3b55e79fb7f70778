package legacy

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// sum adds up hashes of 128 bits, so that the order of rows does not matter.
type sum struct{ high, low uint64 }

func (s *sum) add(hash []byte) {
	var carry uint64
	s.low, carry = bits.Add64(s.low, binary.BigEndian.Uint64(hash[8:]), 0)
	s.high, _ = bits.Add64(s.high, binary.BigEndian.Uint64(hash), carry)
}

const hashSize = 16 // bytes of a SHA-256 that are kept

// digest is what two copies of a table are compared by: their number of rows,
// a sum over each column's values, and one over whole rows, which tells values
// that changed places.
type digest struct {
	rows    int64
	columns []sum
	whole   sum

	cell, row []byte // scratch
}

func newDigest(columns int) *digest { return &digest{columns: make([]sum, columns)} }

// add counts a row. value appends the i-th value in its comparable form, or
// reports that it is NULL.
func (d *digest) add(value func(dst []byte, i int) (_ []byte, null bool)) {
	d.row = d.row[:0]
	for i := range d.columns {
		var null bool
		if d.cell, null = value(append(d.cell[:0], 1), i); null {
			d.cell = append(d.cell[:0], 0)
		}
		hash := sha256.Sum256(d.cell)
		d.columns[i].add(hash[:hashSize])
		d.row = append(d.row, hash[:hashSize]...)
	}
	hash := sha256.Sum256(d.row)
	d.whole.add(hash[:hashSize])
	d.rows++
}

// compare reports how a copy differs from the original.
func compare(t *table, original, copied *digest) Table {
	r := Table{Name: t.name, Rows: original.rows, Copied: copied.rows, Notes: t.notes}
	for i, c := range t.columns {
		if original.columns[i] != copied.columns[i] {
			r.Differ = append(r.Differ, c.name)
		}
	}
	r.Shuffled = len(r.Differ) == 0 && original.whole != copied.whole
	return r
}

// Table is how one table's copy compares with the original.
type Table struct {
	Name         string
	Rows, Copied int64    // in the old database, in the target
	Differ       []string // columns whose values are not the same
	Shuffled     bool     // the same values in each column, in other rows
	Notes        []string // what was not carried, or not as one may expect
}

// Same reports whether the copy holds the original's rows and no others.
func (t Table) Same() bool { return t.Rows == t.Copied && len(t.Differ) == 0 && !t.Shuffled }

// AllSame reports whether every copy is whole.
func AllSame(tables []Table) bool {
	for _, t := range tables {
		if !t.Same() {
			return false
		}
	}
	return true
}
