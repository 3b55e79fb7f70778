package schema

import "time"

// Format is how a column stores dates.
type Format string

// The formats. Nine in ten values must fit: of texts those that are not blank,
// of numbers those that are not 0. Numbers need a name or a declared type that
// says date, too. A column without values has the format that SQLite's own
// functions write, if its name or declared type claims dates.
const (
	FormatNone   Format = ""
	ISODay       Format = "iso-day"        // 2024-01-31
	ISOTime      Format = "iso-time"       // 2024-01-31 13:45, with T or space, with or without seconds and zone; days may be among them
	ISOMonth     Format = "iso-month"      // 2024-01
	DMY          Format = "dmy"            // 31/01/2024, 31.01.2024, 31-01-2024, 1/1/2024; a time of day may follow, as in the next
	MDY          Format = "mdy"            // 01/31/2024, 1/31/2024 1:45 PM
	Ambiguous    Format = "dmy-or-mdy"     // 03/04/2024, and no value that decides
	YMDText      Format = "ymd-text"       // 20240131 as text
	YMDNumber    Format = "ymd-number"     // 20240131 as number
	UnixSeconds  Format = "unix-seconds"   // since 1970-01-01
	UnixMillis   Format = "unix-millis"    // since 1970-01-01
	UnixMicros   Format = "unix-micros"    // since 1970-01-01
	UnixNanos    Format = "unix-nanos"     // since 1970-01-01
	AppleSeconds Format = "apple-seconds"  // since 2001-01-01
	AppleNanos   Format = "apple-nanos"    // since 2001-01-01
	ChromeMicros Format = "chrome-micros"  // since 1601-01-01
	JulianDay    Format = "julian-day"     // days since noon of 4714-11-24 BC
	ExcelDay     Format = "excel-day"      // days since 1899-12-30
	MonthName    Format = "month-name"     // Jan 2024, January 2024
	DayMonthName Format = "day-month-name" // 31 Jan 2024, Jan 31, 2024
	RFC2822      Format = "rfc2822"        // Wed, 31 Jan 2024 13:45:00 +0100
	YearNumber   Format = "year-number"    // 2024, as number or text, and the column's name says year
	TimeOfDay    Format = "time-of-day"    // 13:45, 13:45:30
)

// date is a column's format with what was seen of it.
type date struct {
	format    Format
	bad       int64
	low, high string // in ISO-8601 but for times of day
}

// textFormats are the formats of texts in the order in which they are tried,
// each with the kind that counts for it. Day and month by number and ISO-8601
// are decided apart.
var textFormats = []struct {
	format Format
	kind   kinds
}{
	{YMDText, isYMD}, {ISOMonth, isMonth}, {MonthName, isMonthName}, {DayMonthName, isDayMonth},
	{RFC2822, isMail}, {TimeOfDay, isClock}, {YearNumber, isYear},
}

// date decides how the column named and declared so stores dates, if it does.
func (s *Seen) date(name, declared string, now time.Time) date {
	told := s.Texts - s.texts.of(isBlank) + s.Integers + s.Reals
	switch {
	case told+s.Texts+s.Blobs == 0:
		return emptyDate(name, declared)
	case s.Texts >= s.Integers+s.Reals:
		return s.textDate(words(name), told)
	}
	return s.numberDate(name, declared, told, now)
}

func emptyDate(name, declared string) date {
	if claim := namesDate(name, declared); claim == namesNothing || claim == namesTime && declaredType(declared) != Text {
		return date{}
	}
	if declaredType(declared) == DateTime || hasAny(words(name), set("at ts time datetime timestamp when")) {
		return date{format: ISOTime}
	}
	if k := declaredType(declared); k == Integer || k == Real {
		return date{}
	}
	return date{format: ISODay}
}

func (s *Seen) textDate(name []string, told int64) date {
	t := &s.texts
	if iso := t.of(isDay) + t.of(isMoment); most(iso, told) {
		d := date{format: ISODay, bad: told - iso}
		d.low, d.high = t.extremes(isDay)
		if low, high := t.extremes(isMoment); low != "" {
			d.format = ISOTime
			d.low, d.high = lesser(low, d.low), max(high, d.high)
		}
		return d
	}
	if d := t.slashed(told); d.format != FormatNone {
		return d
	}
	for _, f := range textFormats {
		if !most(t.of(f.kind), told) || f.format == YearNumber && !hasAny(name, yearWords) || f.format == TimeOfDay && hasAny(name, spanWords) {
			continue
		}
		d := date{format: f.format, bad: told - t.of(f.kind)}
		d.low, d.high = t.extremes(f.kind)
		return d
	}
	return date{}
}

func lesser(a, b string) string {
	if b == "" {
		return a
	}
	return min(a, b)
}

// slashed decides between day first and month first: by what fits only one of
// them. Dots are only written with the day first.
func (t *tally) slashed(told int64) date {
	dmy, mdy := t.of(isDMY), t.of(isMDY)
	var d date
	switch {
	case most(dmy, told) && (dmy > mdy || most(t.of(isDotted), told)):
		d.format, d.bad = DMY, told-dmy
		d.low, d.high = t.extremes(isDMY)
	case most(mdy, told) && mdy > dmy:
		d.format, d.bad = MDY, told-mdy
		d.low, d.high = t.extremes(isMDY)
	case most(dmy, told):
		d.format, d.bad = Ambiguous, told-dmy
	}
	return d
}

// SettleOrder decides columns whose order of day and month nothing in them
// tells: as the other columns of the table have it, when those agree.
func (t *Table) SettleOrder() {
	orders := map[Format]bool{}
	for _, c := range t.Columns {
		orders[c.Format] = true
	}
	if orders[DMY] == orders[MDY] {
		return
	}
	order := MDY
	if orders[DMY] {
		order = DMY
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Format == Ambiguous {
			c.Format = order
		}
	}
}
