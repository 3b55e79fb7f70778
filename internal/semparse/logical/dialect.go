package logical

import (
	"strconv"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
)

// dialect is what differs between databases. A moment is a date column as the
// dialect's date functions take it.
type dialect interface {
	ident(name string) string
	text(s string) string
	// day is the column's calendar day as ISO text.
	day(column string, c *catalog.Column) string
	// moment is the column's day and time as ISO text.
	moment(column string, c *catalog.Column) string
	// point is the column as the dialect's date functions take it, elapsed and years among them.
	point(column string, c *catalog.Column) string
	// bucket is the start or the name of the calendar unit that the column lies in.
	bucket(column string, c *catalog.Column, grain string, fiscal int) string
	// bucketOrder sorts buckets whose names do not; empty where they do.
	bucketOrder(column string, c *catalog.Column, grain string) string
	// before is the bucket n steps before one; empty where that cannot be told.
	before(bucket, grain string, n, fiscal int) string
	// during is the condition that the column lies in a period.
	during(column string, c *catalog.Column, p Period) frag
	// elapsed is the time from one moment to another in a unit.
	elapsed(from, to, unit string) frag
	// now is the moment of the question: a given day, or the clock's.
	now(day string) string
	// years is the number of whole years from a day until now.
	years(day, now string) frag
	// number casts a text that writes a number.
	number(column string, c *catalog.Column) string
	// floor is the largest multiple of width that is not above x.
	floor(x frag, width float64) frag
}

// frag is a piece of SQL with how tightly its outermost operator binds.
type frag struct {
	s string
	p int
}

// How tightly operators bind.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindCompare
	bindAdd
	bindMultiply
	bindAtom
)

func atom(s string) frag { return frag{s, bindAtom} }

// in puts parentheses round a piece that binds less tightly than p.
func (f frag) in(p int) string {
	if f.p < p {
		return "(" + f.s + ")"
	}
	return f.s
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// real writes a number that makes a division exact.
func real(v float64) string {
	s := number(v)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// all joins conditions that must all hold.
func all(fs []frag) frag { return join(fs, " AND ", bindAnd) }

func anyOf(fs []frag) frag { return join(fs, " OR ", bindOr) }

func join(fs []frag, by string, p int) frag {
	if len(fs) == 1 {
		return fs[0]
	}
	parts := make([]string, len(fs))
	for i, f := range fs {
		parts[i] = f.in(p + 1)
	}
	return frag{strings.Join(parts, by), p}
}
