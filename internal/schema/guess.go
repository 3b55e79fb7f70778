package schema

import (
	"math"
	"strings"
	"time"
)

// Seen counts what sampling saw of a column's values, by storage class.
type Seen struct {
	Integers, Reals, Texts, Blobs int64
	Flags                         int64 // integers that are 0 or 1
	Zeros                         int64 // numbers that are 0
	Fractions                     int64 // numbers that are not whole
	texts                         tally
	scales                        [len(scales)]scaledCount
}

// LookInteger counts an integer.
func (s *Seen) LookInteger(v int64) {
	s.Integers++
	if v == 0 || v == 1 {
		s.Flags++
	}
	if v == 0 {
		s.Zeros++
	}
	s.scaleNumber(float64(v))
}

// LookReal counts a real number.
func (s *Seen) LookReal(v float64) {
	s.Reals++
	if v == 0 {
		s.Zeros++
	}
	if v != math.Trunc(v) {
		s.Fractions++
	}
	s.scaleNumber(v)
}

// lookText counts a text.
func (s *Seen) lookText(l look) {
	s.Texts++
	s.texts.add(l)
}

// Guess gives a column's type. Values overrule the declaration where they
// contradict it, since SQLite stores what it is given.
func Guess(declared string, s Seen) Type {
	kind := declaredType(declared)
	if total := s.Integers + s.Reals + s.Texts + s.Blobs; total == 0 {
		return kind
	}
	switch {
	case s.Blobs > s.Texts+s.Integers+s.Reals:
		return Blob
	case s.Texts > s.Integers+s.Reals:
		return guessText(s)
	case kind == Boolean && s.Integers == s.Flags && s.Reals == 0:
		return Boolean
	case s.Reals > 0 || kind == Real && scaled(declared):
		return Real
	}
	return Integer
}

func guessText(s Seen) Type {
	switch s.date("", "", time.Time{}).format {
	case ISODay:
		return Date
	case ISOTime:
		return DateTime
	}
	return Text
}

// scaled reports whether a declared type means fractions even when every value
// seen is whole: NUMERIC alone does not.
func scaled(declared string) bool {
	d := strings.ToUpper(declared)
	return !strings.HasPrefix(d, "NUM") || strings.Contains(d, ",")
}

// isYearType reports whether a declared type is MySQL's type of years.
func isYearType(declared string) bool { return strings.HasPrefix(strings.ToUpper(declared), "YEAR") }

// declaredType follows SQLite's affinity rules, and further the names that
// other databases use.
func declaredType(declared string) Type {
	d := strings.ToUpper(declared)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(d, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("BOOL"), d == "BIT", d == "BIT(1)", d == "TINYINT(1)":
		return Boolean
	case has("DATETIME", "TIMESTAMP"):
		return DateTime
	case has("DATE"):
		return Date
	case has("INT", "SERIAL", "YEAR"):
		return Integer
	case has("CHAR", "CLOB", "TEXT", "STRING", "ENUM", "UUID", "JSON"):
		return Text
	case has("BLOB", "BINARY"):
		return Blob
	case has("REAL", "FLOA", "DOUB", "DEC", "NUM", "MONEY", "CURRENCY"):
		return Real
	}
	return Unknown
}

// isoTime recognises YYYY-MM-DD, and the same with a time of day after it.
func isoTime(s string) (day, moment bool) {
	if len(s) < 10 || !shaped(s[:10], "0000-00-00") || s[5:7] < "01" || s[5:7] > "12" || s[8:10] < "01" || s[8:10] > "31" {
		return false, false
	}
	if len(s) == 10 {
		return true, false
	}
	rest := s[11:]
	if s[10] != ' ' && s[10] != 'T' || len(rest) < 5 || len(rest) > 24 || !shaped(rest[:5], "00:00") {
		return false, false
	}
	return false, strings.Trim(rest[5:], "0123456789:.+-Zz ") == ""
}

// shaped compares a text with a pattern in which 0 stands for any digit.
func shaped(s, pattern string) bool {
	for i := range pattern {
		if digit := s[i] >= '0' && s[i] <= '9'; pattern[i] == '0' && !digit || pattern[i] != '0' && s[i] != pattern[i] {
			return false
		}
	}
	return true
}
