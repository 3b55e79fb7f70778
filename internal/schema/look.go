package schema

import (
	"math/bits"
	"net/mail"
	"regexp"
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
	case len(s) == 7 && shaped(s, "0000-00") && isDate(s[:4], s[5:], "01"):
		l.kinds, l.day = l.kinds|isMonth, s
	case len(s) == 8 && shaped(s, "00000000") && isDate(s[:4], s[4:6], s[6:]):
		l.kinds, l.day = l.kinds|isYMD, s[:4]+"-"+s[4:6]+"-"+s[6:]
	case len(s) == 4 && shaped(s, "0000") && between(s, 1000, 2200):
		l.kinds, l.day = l.kinds|isYear, s
	case isTime(s):
		l.kinds, l.day = l.kinds|isClock, s
	default:
		l.slashed(s)
		l.named(s)
	}
}

// isDate reports whether numbers can be a date of these two centuries and
// their neighbours.
func isDate(year, month, day string) bool {
	return between(year, 1800, 2199) && between(month, 1, 12) && between(day, 1, 31)
}

// between reports whether a text of digits is a number from low to high.
func between(s string, low, high int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= low && n <= high
}

// slashedDate is two short numbers and a year between the same marks, with a
// time of day after them or not.
var slashedDate = regexp.MustCompile(`^(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4})(?:[ T](.+))?$`)

// slashed reads a day and a month by number.
func (l *look) slashed(s string) {
	if len(s) < 8 || strings.IndexByte("/.-", s[1]) < 0 && strings.IndexByte("/.-", s[2]) < 0 {
		return // quicker than the pattern
	}
	m := slashedDate.FindStringSubmatch(s)
	if m == nil || strings.Count(s, m[2]) < 2 || m[5] != "" && !isTime(m[5]) {
		return
	}
	a, mark, b, year := twoDigits(m[1]), m[2], twoDigits(m[3]), m[4]
	if isDate(year, b, a) {
		l.kinds, l.day = l.kinds|isDMY, year+"-"+b+"-"+a
		if mark == "." {
			l.kinds |= isDotted
		}
	}
	if isDate(year, a, b) && mark != "." {
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

// isTime recognises 9:05, 13:45, 13:45:30.5 and 1:45 PM.
func isTime(s string) bool {
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
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" -/,.", r) })
	switch len(parts) {
	case 2:
		if month := monthNumber(parts[0]); isDate(parts[1], month, "01") && len(parts[1]) == 4 {
			l.kinds, l.day = l.kinds|isMonthName, parts[1]+"-"+month
		}
	case 3:
		day, month := dayNumber(parts[0]), monthNumber(parts[1])
		if month == "" {
			day, month = dayNumber(parts[1]), monthNumber(parts[0])
		}
		if isDate(parts[2], month, day) && len(parts[2]) == 4 {
			l.kinds, l.day = l.kinds|isDayMonth, parts[2]+"-"+month+"-"+day
		}
	default:
		if t, err := mail.ParseDate(s); err == nil {
			l.kinds, l.day = l.kinds|isMail, t.UTC().Format("2006-01-02 15:04:05")
		}
	}
}

func monthNumber(s string) string { return monthNumbers[strings.ToLower(s)] }

// dayNumber is the day of 1, 01 and 1st.
func dayNumber(s string) string {
	d, rest := digits(s)
	switch strings.ToLower(rest) {
	case "", "st", "nd", "rd", "th":
		return twoDigits(d)
	}
	return ""
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
