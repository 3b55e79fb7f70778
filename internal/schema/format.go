package schema

// Format is how a column stores dates.
type Format string

// The formats. Texts need nine in ten values that fit; numbers need a name or
// a declared type that says date, too.
const (
	FormatNone   Format = ""
	ISODay       Format = "iso-day"        // 2024-01-31
	ISOTime      Format = "iso-time"       // 2024-01-31 13:45, with T or space, with or without seconds and zone
	ISOMonth     Format = "iso-month"      // 2024-01
	DMY          Format = "dmy"            // 31/01/2024, 31.01.2024, 31-01-2024
	MDY          Format = "mdy"            // 01/31/2024
	Ambiguous    Format = "dmy-or-mdy"     // 03/04/2024, and no value that decides
	YMDText      Format = "ymd-text"       // 20240131 as text
	YMDNumber    Format = "ymd-number"     // 20240131 as number
	UnixSeconds  Format = "unix-seconds"   // since 1970-01-01
	UnixMillis   Format = "unix-millis"    // since 1970-01-01
	UnixMicros   Format = "unix-micros"    // since 1970-01-01
	UnixNanos    Format = "unix-nanos"     // since 1970-01-01
	AppleSeconds Format = "apple-seconds"  // since 2001-01-01
	ChromeMicros Format = "chrome-micros"  // since 1601-01-01
	JulianDay    Format = "julian-day"     // days since noon of 4714-11-24 BC
	ExcelDay     Format = "excel-day"      // days since 1899-12-30
	MonthName    Format = "month-name"     // Jan 2024, January 2024
	DayMonthName Format = "day-month-name" // 31 Jan 2024, Jan 31, 2024
	RFC2822      Format = "rfc2822"        // Wed, 31 Jan 2024 13:45:00 +0100
	YearNumber   Format = "year-number"    // 2024, and the column's name says year
	TimeOfDay    Format = "time-of-day"    // 13:45
)

// Numbers is how a text column writes numbers.
type Numbers = string

// The ways to write a number.
const (
	NumbersNone     Numbers = ""
	NumbersPlain    Numbers = "plain"    // 12.5
	NumbersCurrency Numbers = "currency" // $1,234.50
	NumbersPercent  Numbers = "percent"  // 12%
	NumbersComma    Numbers = "comma"    // 1.234,50
)
