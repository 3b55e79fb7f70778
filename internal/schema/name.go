package schema

import (
	"slices"
	"strings"
	"unicode"
)

// words cuts a name at underscores, spaces and changes of case, in lower case
// and singular.
func words(name string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, singular(strings.ToLower(string(word))))
			word = word[:0]
		}
	}
	var last rune
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
		case unicode.IsUpper(r) && unicode.IsLower(last):
			flush()
			word = append(word, r)
		default:
			word = append(word, r)
		}
		last = r
	}
	flush()
	return out
}

// singular turns an English plural into its singular as far as names of
// tables need.
func singular(w string) string {
	ends := func(suffixes ...string) bool {
		return slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(w, s) })
	}
	switch n := len(w); {
	case n > 4 && ends("ies"):
		return w[:n-3] + "y"
	case n > 4 && ends("tuses", "puses", "ruses", "nuses", "buses", "luses"): // statuses, campuses; not houses
		return w[:n-2]
	case n > 4 && ends("sses", "xes", "ches", "shes"):
		return w[:n-2]
	case n > 3 && ends("s") && !ends("ss", "us", "is"):
		return w[:n-1]
	}
	return w
}

// set makes a set of the words of a text.
func set(text string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		m[w] = true
	}
	return m
}

// Words that say of a column's name what its values are.
var (
	dayWords  = set("date dt datetime timestamp tstamp dob birthday")
	timeWords = set(`day time tm ts at on when since until created create updated update modified modify deleted added
		changed started start ended end finish finished begin began expire expiry posted sent received visited seen used
		login opened open closed close paid shipped due utc epoch stamp mtime ctime atime recorded logged last first from to valid effective through`)
	timelessWords = set("by count cnt user name qty quantity amount amt byte size length duration elapsed price total rate score")
	spanWords     = set("duration elapsed length runtime took span lap hours")
	yearWords     = set("year yr yyyy")
	flagWords     = set("is has have can was are allow should did does must need flag flg ind indicator bool yn")
	countWords    = set(`count cnt qty quantity number num no nr total tot amount amt sum price cost rate rating score level
		rank position pos order age seq sequence index idx version size day hour minute second month year week child sibling
		unit limit min max point goal win loss draw step grade`)
)

// hasAny reports whether one of the words is in the set.
func hasAny(ws []string, of map[string]bool) bool {
	for _, w := range ws {
		if of[w] {
			return true
		}
	}
	return false
}

// Strength of what a column's name and declared type say of dates.
const (
	namesNothing = iota
	namesTime    // created_at, start, ts
	namesDay     // date, dt, timestamp, declared DATE
)

// namesDate says how clearly a column claims to hold dates.
func namesDate(name, declared string) int {
	ws := words(name)
	switch kind := declaredType(declared); {
	case kind.Temporal(), hasAny(ws, dayWords):
		return namesDay
	case hasAny(ws, timelessWords):
		return namesNothing
	case hasAny(ws, timeWords), len(ws) == 1 && (strings.HasSuffix(ws[0], "date") || strings.HasSuffix(ws[0], "time")):
		return namesTime
	}
	return namesNothing
}
