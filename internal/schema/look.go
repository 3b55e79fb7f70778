package schema

import (
	"math/bits"
	"net/mail"
	"strconv"
	"strings"
)

// kinds is a set of what one text can be read as.
type kinds uint32

// The kinds of a text.
const (
	isBlank     kinds = 1 << iota
	isAbsent          // n/a, unknown: said to be missing
	isDay             // ISO-8601
	isMoment          // ISO-8601
	isMonth           // 2024-01
	isDMY             // 31/01/2024
	isMDY             // 01/31/2024
	isDotted          // a DMY with dots, which no one writes month first
	isYMD             // 20240131
	isYear            // 2024
	isMonthName       // Jan 2024
	isDayMonth        // 31 Jan 2024, Jan 31, 2024
	isMail            // RFC 2822
	isClock           // 13:45
	isPlain           // 12.5
	isGrouped         // 12.5, 1,234.50, $12.5
	isComma           // 12,5 and 1.234,50
	isPercent         // 12.5%
	isFraction        // a number that is not whole
	isZeroLed         // 007
	isYes
	isNo
	kindCount = iota
)

// look is one text, read; day and other are the same date in ISO-8601, the
// other with month and day in American order.
type look struct {
	kinds
	day, other string
}

// maxLook is the length of the longest text that may be a date or a number.
const maxLook = 40

// lookAt reads a text as all that it may be.
func lookAt(raw string) look {
	text := strings.TrimSpace(raw)
	switch {
	case text == "":
		return look{kinds: isBlank}
	case len(text) > maxLook:
		return look{}
	}
	l := look{kinds: wordKinds[strings.ToLower(text)]}
	c := text[0]
	switch {
	case c >= '0' && c <= '9':
		l.date(raw)
		l.kinds |= numberKinds(text)
	case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
		l.named(raw)
		l.kinds |= numberKinds(text)
	default:
		l.kinds |= numberKinds(text)
	}
	return l
}

var wordKinds = func() map[string]kinds {
	m := map[string]kinds{}
	for words, k := range map[string]kinds{"y yes true t 1": isYes, "n no false f 0": isNo,
		"n/a na n.a. #n/a null none nil nan - -- ? unknown tbd": isAbsent} {
		for w := range strings.FieldsSeq(words) {
			m[w] |= k
		}
	}
	return m
}()

// date reads a text that begins with a digit.
func (l *look) date(s string) {
	if day, moment := isoTime(s); day || moment {
		l.day = s
		l.kinds |= map[bool]kinds{true: isDay, false: isMoment}[day]
		return
	}
	switch {
	case len(s) == 7 && shaped(s, "0000-00") && century(s) && between(s[5:], 1, 12):
		l.kinds, l.day = l.kinds|isMonth, s
	case len(s) == 8 && shaped(s, "00000000") && century(s) && between(s[4:6], 1, 12) && between(s[6:], 1, 31):
		l.kinds, l.day = l.kinds|isYMD, s[:4]+"-"+s[4:6]+"-"+s[6:]
	case len(s) == 4 && shaped(s, "0000") && between(s, 1000, 2200):
		l.kinds, l.day = l.kinds|isYear, s
	case isClock1(s):
		l.kinds, l.day = l.kinds|isClock, s
	default:
		l.slashed(s)
		l.named(s)
	}
}

func century(s string) bool { return between(s[:4], 1800, 2199) }

// between reports whether a text of digits is a number from low to high.
func between(s string, low, high int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= low && n <= high
}

// slashed reads two short numbers and a year, with a time of day or not.
func (l *look) slashed(s string) {
	a, rest := digits(s)
	if len(a) > 2 || rest == "" || !strings.ContainsRune("/.-", rune(rest[0])) {
		return
	}
	mark := rest[0]
	b, rest := digits(rest[1:])
	if len(b) == 0 || len(b) > 2 || rest == "" || rest[0] != mark {
		return
	}
	year, rest := digits(rest[1:])
	if len(year) != 4 || !century(year) || rest != "" && (rest[0] != ' ' && rest[0] != 'T' || !isClock1(rest[1:])) {
		return
	}
	a, b = twoDigits(a), twoDigits(b)
	if between(a, 1, 31) && between(b, 1, 12) {
		l.kinds, l.day = l.kinds|isDMY, year+"-"+b+"-"+a
		if mark == '.' {
			l.kinds |= isDotted
		}
	}
	if between(a, 1, 12) && between(b, 1, 31) && mark != '.' {
		l.kinds, l.other = l.kinds|isMDY, year+"-"+a+"-"+b
	}
}

func digits(s string) (run, rest string) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n], s[n:]
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// isClock1 recognises 9:05, 13:45, 13:45:30.5 and 1:45 PM.
func isClock1(s string) bool {
	hour, rest := digits(s)
	if len(hour) == 0 || len(hour) > 2 || !between(hour, 0, 23) || len(rest) < 3 || !shaped(rest[:3], ":00") || rest[1] > '5' {
		return false
	}
	rest = rest[3:]
	if len(rest) >= 3 && shaped(rest[:3], ":00") {
		rest = rest[3:]
		if strings.HasPrefix(rest, ".") {
			_, rest = digits(rest[1:])
		}
	}
	rest = strings.ToLower(strings.TrimSpace(rest))
	return rest == "" || rest == "am" || rest == "pm"
}

var monthNumbers = func() map[string]string {
	m := map[string]string{}
	for i, name := range strings.Fields("january february march april may june july august september october november december") {
		n := twoDigits(strconv.Itoa(i + 1))
		m[name], m[name[:3]] = n, n
	}
	m["sept"] = "09"
	return m
}()

// named reads dates that name their month.
func (l *look) named(s string) {
	if !namesMonth(s) {
		return
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' || r == '/' || r == ',' || r == '.' })
	month := func(i int) string { return monthNumbers[strings.ToLower(parts[i])] }
	day := func(i int) string {
		d := strings.TrimRight(strings.ToLower(parts[i]), "sthndr")
		if len(d) > 2 || !between(d, 1, 31) {
			return ""
		}
		return twoDigits(d)
	}
	year := func(i int) string {
		if len(parts[i]) != 4 || !between(parts[i], 1800, 2199) {
			return ""
		}
		return parts[i]
	}
	switch {
	case len(parts) == 2 && month(0) != "" && year(1) != "":
		l.kinds, l.day = l.kinds|isMonthName, year(1)+"-"+month(0)
	case len(parts) == 3 && month(1) != "" && day(0) != "" && year(2) != "":
		l.kinds, l.day = l.kinds|isDayMonth, year(2)+"-"+month(1)+"-"+day(0)
	case len(parts) == 3 && month(0) != "" && day(1) != "" && year(2) != "":
		l.kinds, l.day = l.kinds|isDayMonth, year(2)+"-"+month(0)+"-"+day(1)
	case len(parts) > 4 && strings.Count(s, ":") > 0:
		if t, err := mail.ParseDate(s); err == nil {
			l.kinds, l.day = l.kinds|isMail, t.UTC().Format("2006-01-02 15:04:05")
		}
	}
}

// namesMonth is a quick look for a month's first letters at the start of one
// of the first three words.
func namesMonth(s string) bool {
	start := true
	for i, n := 0, 0; i+3 <= len(s) && n < 3; i++ {
		letter := s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z'
		if start && letter {
			n++
			if monthNumbers[strings.ToLower(s[i:i+3])] != "" {
				return true
			}
		}
		start = !letter
	}
	return false
}

// tally counts texts by kind, and keeps the first and last date of each.
type tally struct {
	n     [kindCount]int64
	dates [kindCount]struct{ low, high string }
}

func (t *tally) add(l look) {
	for k := l.kinds; k != 0; k &= k - 1 {
		t.n[bits.TrailingZeros32(uint32(k))]++
	}
	t.widen(l)
}

// widen makes room for a text's date between the first and the last.
func (t *tally) widen(l look) {
	if l.day == "" && l.other == "" {
		return
	}
	for k := l.kinds; k != 0; k &= k - 1 {
		i := bits.TrailingZeros32(uint32(k))
		day := l.day
		if kinds(1)<<i == isMDY {
			day = l.other
		}
		if day == "" {
			continue
		}
		d := &t.dates[i]
		if d.low == "" || day < d.low {
			d.low = day
		}
		d.high = max(d.high, day)
	}
}

func (t *tally) of(k kinds) int64 { return t.n[bits.TrailingZeros32(uint32(k))] }

func (t *tally) extremes(k kinds) (low, high string) {
	d := t.dates[bits.TrailingZeros32(uint32(k))]
	return d.low, d.high
}
