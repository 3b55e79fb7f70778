package schema

import (
	"math"
	"strconv"
	"time"
)

// scale is a range of numbers that may be dates, with how one is read.
type scale struct {
	format    Format
	low, high float64
	whole     bool // only whole numbers are dates
	claim     int  // how clearly the name must say date
	day       bool // to a day, not to a second
	unix      func(v float64) (seconds float64)
}

const (
	dayLength  = 86400
	appleEpoch = 978307200
)

func since(epoch, perSecond float64) func(float64) float64 {
	return func(v float64) float64 { return v/perSecond + epoch }
}

func days(epoch float64) func(float64) float64 {
	return func(v float64) float64 { return (v - epoch) * dayLength }
}

// scales do not overlap, so a number falls into one at most. What Apple's
// programs store looks like earlier dates of the Unix clock.
var scales = [...]scale{
	{YearNumber, 1000, 2200, true, namesNothing, true, nil},
	{ExcelDay, 20_000, 60_000, false, namesDay, true, days(25569)},              // 1954 to 2064
	{JulianDay, 2_400_000, 2_500_000, false, namesTime, false, days(2440587.5)}, // 1858 to 2132
	{YMDNumber, 19000101, 21001231, true, namesTime, true, ymdUnix},
	{UnixSeconds, 1e8, 4.2e9, false, namesTime, false, since(0, 1)}, // 1973 to 2103
	{UnixMillis, 1e11, 4.2e12, false, namesTime, false, since(0, 1e3)},
	{UnixMicros, 1e14, 4.2e15, false, namesTime, false, since(0, 1e6)},
	{ChromeMicros, 1.2e16, 1.7e16, false, namesTime, false, since(-11644473600, 1e6)}, // 1981 to 2139
	{UnixNanos, 3e17, 4.2e18, false, namesTime, false, since(0, 1e9)},
}

// scaledCount counts numbers on one of the scales.
type scaledCount struct {
	n         int64
	low, high float64
}

// scaleNumber counts a number on the scale that it falls on.
func (s *Seen) scaleNumber(v float64) {
	if i := scaleOf(v); i >= 0 {
		c := &s.scales[i]
		if c.n == 0 {
			c.low, c.high = v, v
		}
		c.n++
		c.low, c.high = min(c.low, v), max(c.high, v)
	}
}

// widenScale makes room for a number between those counted on its scale.
func (s *Seen) widenScale(v float64) {
	if i := scaleOf(v); i >= 0 && s.scales[i].n > 0 {
		c := &s.scales[i]
		c.low, c.high = min(c.low, v), max(c.high, v)
	}
}

// scaleOf is the scale that a number falls on; -1 for none.
func scaleOf(v float64) int {
	for i := range scales {
		k := &scales[i]
		switch {
		case v < k.low:
			return -1
		case v > k.high:
		case k.whole && v != math.Trunc(v), k.format == YMDNumber && !isYMDNumber(v):
			return -1
		default:
			return i
		}
	}
	return -1
}

func isYMDNumber(v float64) bool {
	month, day := int(v)/100%100, int(v)%100
	return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

func ymdUnix(v float64) float64 {
	n := int(v)
	return float64(time.Date(n/10000, time.Month(n/100%100), n%100, 0, 0, 0, 0, time.UTC).Unix())
}

// numberDate decides what dates numbers are. A 0 stands for a missing one.
func (s *Seen) numberDate(name, declared string, told int64, now time.Time) date {
	claim := namesDate(name, declared)
	year := hasAny(words(name), yearWords) || isYearType(declared)
	for i, c := range s.scales {
		k := scales[i]
		if c.n == 0 || !most(c.n, told-s.Zeros) || k.format == YearNumber && !year || claim < k.claim {
			continue
		}
		d := date{format: k.format, bad: told - c.n}
		if k.format == YearNumber {
			d.low, d.high = number(c.low), number(c.high)
			return d
		}
		var unix func(float64) float64
		if d.format, unix = apple(k, c, words(name), now); d.format == FormatNone {
			return date{}
		}
		layout := "2006-01-02 15:04:05"
		if k.day {
			layout = "2006-01-02"
		}
		text := func(v float64) string { return time.Unix(int64(math.Floor(unix(v))), 0).UTC().Format(layout) }
		d.low, d.high = text(c.low), text(c.high)
		return d
	}
	return date{}
}

// apple tells Apple's clock, which began in 2001, from the Unix clock: on
// which all would have happened before 2001, and on Apple's nothing lies in
// the future. Births lie before 2001 on any clock.
func apple(k scale, c scaledCount, name []string, now time.Time) (Format, func(float64) float64) {
	perSecond, format := 1.0, AppleSeconds
	switch k.format {
	case UnixSeconds:
	case UnixNanos:
		perSecond, format = 1e9, AppleNanos
		if c.low > 6.2e17 && c.high < 6.45e17 { // .NET counts tenths of microseconds since year 1
			return FormatNone, nil
		}
	default:
		return k.format, k.unix
	}
	read := since(appleEpoch, perSecond)
	if c.high/perSecond >= appleEpoch || read(c.high) > float64(now.AddDate(1, 0, 0).Unix()) || hasAny(name, set("birth birthday born dob")) {
		return k.format, k.unix
	}
	return format, read
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
