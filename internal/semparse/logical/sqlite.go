package logical

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// sqlite writes SQLite's SQL. Dates are no type of SQLite's: its functions
// read ISO-8601 text, Julian days and, told so, seconds since 1970.
type sqlite struct{}

// keywords are names that must be quoted.
var keywords = text.WordSet(`abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade case cast
check collate column commit conflict constraint create cross current current_date current_time current_timestamp database default deferrable
deferred delete desc detach distinct do drop each else end escape except exclude exclusive exists explain fail filter first following for foreign
from full generated glob group groups having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join key
last left like limit match materialized natural no not nothing notnull null nulls of offset on or order others outer over partition plan pragma
preceding primary query raise range recursive references regexp reindex release rename replace restrict returning right rollback row rows savepoint
select set table temp temporary then ties to transaction trigger unbounded union unique update using vacuum values view virtual when where window
with within without user end true false any some both leading trailing only analyse asymmetric array`)

func (sqlite) ident(name string) string {
	bare := func(r rune) bool { return r < 0x80 && (letter(byte(r)) || digit(byte(r))) }
	odd := strings.ContainsFunc(name, func(r rune) bool { return !bare(r) })
	if name == "" || odd || digit(name[0]) || keywords[strings.ToLower(name)] {
		return schema.Quote(name)
	}
	return name
}

func (sqlite) text(s string) string {
	s = "'" + strings.ReplaceAll(s, "'", "''") + "'"
	return strings.ReplaceAll(s, "\x00", "' || char(0) || '") // no SQL holds a NUL
}

// zoned is a moment that ends in an offset from UTC.
var zoned = regexp.MustCompile(`\d:\d\d(:\d\d(\.\d+)?)? ?[+-]\d\d:?\d\d$`)

// isoOf says how a column's ISO texts look: whether with T, and whether with
// offsets, which SQLite would reckon in.
func isoOf(c *catalog.Column) (tee, offset bool) {
	look := func(v string) {
		tee = tee || len(v) > 10 && v[10] == 'T'
		offset = offset || zoned.MatchString(v)
	}
	look(c.Min)
	look(c.Max)
	for i, v := range c.Values {
		if i == 20 {
			break
		}
		look(v)
	}
	return tee, offset
}

func (q sqlite) point(x string, c *catalog.Column) string { return q.value(x, c) }

// value is the column as SQLite's date functions take it.
func (q sqlite) value(x string, c *catalog.Column) string {
	if v, ok := numericMoments[c.Format]; ok {
		return fmt.Sprintf(v.value, x)
	}
	return q.iso(x, c)
}

// numericMoments are the formats that are numbers: how the date functions take
// them, and how a moment is written as one.
var numericMoments = map[schema.Format]struct{ value, constant string }{
	schema.UnixSeconds:  {"%s, 'unixepoch'", "unixepoch(%s)"},
	schema.UnixMillis:   {"%s / 1000, 'unixepoch'", "unixepoch(%s) * 1000"},
	schema.UnixMicros:   {"%s / 1000000, 'unixepoch'", "unixepoch(%s) * 1000000"},
	schema.UnixNanos:    {"%s / 1000000000, 'unixepoch'", "unixepoch(%s) * 1000000000"},
	schema.AppleSeconds: {"%s + 978307200, 'unixepoch'", "unixepoch(%s) - 978307200"},
	schema.AppleNanos:   {"%s / 1000000000 + 978307200, 'unixepoch'", "(unixepoch(%s) - 978307200) * 1000000000"},
	schema.ChromeMicros: {"%s / 1000000 - 11644473600, 'unixepoch'", "(unixepoch(%s) + 11644473600) * 1000000"},
	schema.JulianDay:    {"%s", "julianday(%s)"},
	schema.ExcelDay:     {"%s + 2415018.5", "julianday(%s) - 2415018.5"},
	schema.YMDNumber:    {digitsDate, ""},
	schema.YearNumber:   {"%s || '-01-01'", ""},
}

const (
	// digitsDate is the ISO day of eight digits, written as a text or a number.
	digitsDate = "substr(%[1]s, 1, 4) || '-' || substr(%[1]s, 5, 2) || '-' || substr(%[1]s, 7, 2)"
	monthNames = "'JanFebMarAprMayJunJulAugSepOctNovDec'"
	// plainDate is a date by numbers with one mark between them.
	plainDate = "replace(replace(%s, '.', '/'), '-', '/')"
)

// iso is the column, a text, as ISO text.
func (q sqlite) iso(x string, c *catalog.Column) string {
	switch c.Format {
	case schema.ISOTime:
		if _, offset := isoOf(c); offset {
			return "substr(" + x + ", 1, 19)"
		}
	case schema.ISOMonth:
		return x + " || '-01'"
	case schema.YMDText:
		return fmt.Sprintf(digitsDate, x)
	case schema.DMY, schema.Ambiguous:
		return byNumbers(x, c, false)
	case schema.MDY:
		return byNumbers(x, c, true)
	case schema.MonthName:
		return "substr(" + x + ", -4) || '-' || " + monthNumber("substr("+x+", 1, 3)") + " || '-01'"
	case schema.DayMonthName:
		return dayMonthName(x, c)
	case schema.RFC2822:
		return mail(x)
	}
	return x
}

func monthNumber(name string) string {
	return "printf('%02d', (instr(" + monthNames + ", " + name + ") + 2) / 3)"
}

// byNumbers reads day, month and year. Where all are of full length they
// stand in fixed places.
func byNumbers(x string, c *catalog.Column, monthFirst bool) string {
	if everyDate(c, func(v string) bool { return len(v) >= 10 && v[2] == v[5] && !digit(v[2]) }) {
		day, month := 1, 4
		if monthFirst {
			day, month = 4, 1
		}
		return fmt.Sprintf("substr(%[1]s, 7, 4) || '-' || substr(%[1]s, %[2]d, 2) || '-' || substr(%[1]s, %[3]d, 2)", x, month, day)
	}
	v := fmt.Sprintf(plainDate, x)
	rest := fmt.Sprintf("substr(%[1]s, instr(%[1]s, '/') + 1)", v)
	a := fmt.Sprintf("CAST(%s AS INTEGER)", v)
	b := fmt.Sprintf("CAST(%s AS INTEGER)", rest)
	year := fmt.Sprintf("substr(%[1]s, instr(%[1]s, '/') + 1, 4)", rest)
	if monthFirst {
		a, b = b, a
	}
	return fmt.Sprintf("printf('%%s-%%02d-%%02d', %s, %s, %s)", year, b, a)
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

func digit(c byte) bool { return c >= '0' && c <= '9' }

// everyValue reports whether all values at hand are of a form.
func everyValue(c *catalog.Column, f func(v string) bool) bool {
	for _, v := range c.Values {
		if v != "" && !f(v) {
			return false
		}
	}
	return len(c.Values) > 0
}

// everyDate is everyValue for those that may be dates.
func everyDate(c *catalog.Column, f func(v string) bool) bool {
	return everyValue(c, func(v string) bool { return !strings.ContainsAny(v, "0123456789") || f(v) })
}

// dayMonthName reads 31 Jan 2024 and Jan 31, 2024.
func dayMonthName(x string, c *catalog.Column) string {
	year := "substr(" + x + ", -4)"
	dayFirst := "(" + year + " || '-' || " + monthNumber("substr(ltrim("+x+", '0123456789 -/,.'), 1, 3)") + " || printf('-%02d', CAST(" + x + " AS INTEGER)))"
	monthFirst := "(" + year + " || '-' || " + monthNumber("substr("+x+", 1, 3)") + " || printf('-%02d', CAST(substr(" + x + ", instr(" + x + ", ' ') + 1) AS INTEGER)))"
	switch {
	case everyDate(c, func(v string) bool { return digit(v[0]) }):
		return dayFirst
	case everyDate(c, func(v string) bool { return !digit(v[0]) }):
		return monthFirst
	}
	return "CASE WHEN " + x + " GLOB '[0-9]*' THEN " + dayFirst + " ELSE " + monthFirst + " END"
}

// mail reads Wed, 31 Jan 2024 13:45:00 +0100, as the local time that it says.
func mail(x string) string {
	d := "ltrim(substr(" + x + ", instr(" + x + ", ',') + 1))" // 31 Jan 2024 13:45:00 +0100
	m := "ltrim(" + d + ", '0123456789 ')"                     // Jan 2024 13:45:00 +0100
	return "substr(" + m + ", 5, 4) || '-' || " + monthNumber("substr("+m+", 1, 3)") +
		" || printf('-%02d', CAST(" + d + " AS INTEGER)) || ' ' || substr(" + m + ", 10, 8)"
}

// fullISO reports whether a column's text is the ISO day or moment itself.
func isISO(c *catalog.Column) bool {
	switch c.Format {
	case schema.ISODay, schema.ISOTime, schema.FormatNone:
		return true
	}
	return false
}

func (q sqlite) day(x string, c *catalog.Column) string {
	switch {
	case c.Format == schema.ISODay && c.BadDates == 0:
		return x
	case c.Format == schema.ISOTime:
		if _, offset := isoOf(c); offset {
			return "substr(" + x + ", 1, 10)"
		}
	}
	return "date(" + q.value(x, c) + ")"
}

func (q sqlite) moment(x string, c *catalog.Column) string {
	if isISO(c) {
		if tee, _ := isoOf(c); !tee {
			return x
		}
	}
	return "datetime(" + q.value(x, c) + ")"
}

// weekdays and months are the names of buckets that come round, by strftime's numbers.
var (
	weekdays = strings.Fields("Sunday Monday Tuesday Wednesday Thursday Friday Saturday")
	months   = strings.Fields("January February March April May June July August September October November December")
)

// buckets are the calendar units: %s is the column as date functions take it.
var buckets = map[string]string{
	"hour":          "strftime('%%Y-%%m-%%d %%H:00', %[1]s)",
	"day":           "date(%[1]s)",
	"week":          "date(%[1]s, 'weekday 0', '-6 days')",
	"month":         "strftime('%%Y-%%m', %[1]s)",
	"quarter":       "strftime('%%Y', %[1]s) || '-Q' || ((strftime('%%m', %[1]s) + 2) / 3)",
	"half":          "strftime('%%Y', %[1]s) || '-H' || ((strftime('%%m', %[1]s) + 5) / 6)",
	"year":          "strftime('%%Y', %[1]s)",
	"decade":        "substr(strftime('%%Y', %[1]s), 1, 3) || '0s'",
	"hour of day":   "CAST(strftime('%%H', %[1]s) AS INTEGER)",
	"day of month":  "CAST(strftime('%%d', %[1]s) AS INTEGER)",
	"weekday":       cyclic("%%w", weekdays, 0),
	"month of year": cyclic("%%m", months, 1),
}

func cyclic(part string, names []string, first int) string {
	var b strings.Builder
	b.WriteString("CASE strftime('" + part + "', %[1]s)")
	width := "%d"
	if first > 0 {
		width = "%02d"
	}
	for i, n := range names {
		fmt.Fprintf(&b, " WHEN '"+width+"' THEN '%s'", i+first, n)
	}
	b.WriteString(" END")
	return b.String()
}

func (q sqlite) bucket(x string, c *catalog.Column, grain string, fiscal int) string {
	if c.Format == schema.YearNumber && grain == "year" {
		return x
	}
	if c.Format == schema.YMDNumber && grain == "year" && fiscal <= 1 {
		return "CAST(" + x + " / 10000 AS INTEGER)" // compares with texts, as a column of years does
	}
	if c.Format == schema.ISOMonth && grain == "month" {
		return x
	}
	if grain == "day" {
		return q.day(x, c)
	}
	v := q.value(x, c)
	if fiscal > 1 && (grain == "year" || grain == "quarter") {
		return fiscalBucket(v, grain, fiscal)
	}
	return fmt.Sprintf(buckets[grain], v)
}

// fiscalBucket names a year by both calendar years that it lies in: 2024/25.
func fiscalBucket(v, grain string, first int) string {
	v += fmt.Sprintf(", 'start of month', '-%d months'", first-1)
	s := fmt.Sprintf("strftime('%%Y', %[1]s) || '/' || substr(strftime('%%Y', %[1]s, '+1 year'), 3)", v)
	if grain == "quarter" {
		s += fmt.Sprintf(" || ' Q' || ((strftime('%%m', %s) + 2) / 3)", v)
	}
	return s
}

func (q sqlite) bucketOrder(x string, c *catalog.Column, grain string) string {
	switch grain {
	case "weekday":
		return "(strftime('%w', " + q.value(x, c) + ") + 6) % 7"
	case "month of year":
		return "strftime('%m', " + q.value(x, c) + ")"
	}
	return ""
}

func (sqlite) before(b, grain string, n, fiscal int) string {
	if fiscal > 1 && (grain == "year" || grain == "quarter") {
		return ""
	}
	step := func(perYear int, letter string) string {
		i := fmt.Sprintf("(substr(%[1]s, 1, 4) * %[2]d + substr(%[1]s, 7)%[3]s)", b, perYear, plus(-1-n))
		return fmt.Sprintf("(%[1]s / %[2]d) || '-%[3]s' || (%[1]s %% %[2]d + 1)", i, perYear, letter)
	}
	switch grain {
	case "hour":
		return fmt.Sprintf("strftime('%%Y-%%m-%%d %%H:00', %s, '%+d hours')", b, -n)
	case "day":
		return fmt.Sprintf("date(%s, '%+d days')", b, -n)
	case "week":
		return fmt.Sprintf("date(%s, '%+d days')", b, -7*n)
	case "month":
		return fmt.Sprintf("strftime('%%Y-%%m', %s || '-01', '%+d months')", b, -n)
	case "quarter":
		return step(4, "Q")
	case "half":
		return step(2, "H")
	case "year":
		return fmt.Sprintf("CAST(%s%s AS TEXT)", b, plus(-n))
	case "decade":
		return fmt.Sprintf("(substr(%s, 1, 4)%s) || 's'", b, plus(-10*n))
	}
	return ""
}

// plus adds a whole number; nothing for 0.
func plus(n int) string {
	switch {
	case n > 0:
		return fmt.Sprintf(" + %d", n)
	case n < 0:
		return fmt.Sprintf(" - %d", -n)
	}
	return ""
}

// elapsed counts parts of a day in whole seconds: a day's fraction is not exact,
// and half an hour would be longer than 30 minutes.
func (sqlite) elapsed(from, to, unit string) frag {
	passed := frag{"julianday(" + to + ") - julianday(" + from + ")", bindAdd}
	if unit == "second" || unit == "minute" || unit == "hour" {
		passed.s = unixSeconds(to) + " - " + unixSeconds(from)
	}
	factor, ok := map[string]string{"minute": "/ 60.0", "hour": "/ 3600.0", "week": "/ 7", "month": "/ 30.4375", "year": "/ 365.25"}[unit]
	if !ok {
		return passed
	}
	return frag{passed.in(bindMultiply) + " " + factor, bindMultiply}
}

// unixSeconds is a moment as date functions take it, as a number of seconds.
func unixSeconds(moment string) string {
	seconds, ok := strings.CutSuffix(moment, ", 'unixepoch'")
	switch {
	case !ok:
		return "unixepoch(" + moment + ")"
	case strings.Contains(seconds, " "):
		return "(" + seconds + ")"
	}
	return seconds
}

func (sqlite) now(day string) string {
	if day == "" {
		return "'now'"
	}
	return "'" + day + "'"
}

func (sqlite) years(day, now string) frag {
	if len(now) < 12 {
		return frag{fmt.Sprintf("strftime('%%Y', %[2]s) - strftime('%%Y', %[1]s) - (strftime('%%m-%%d', %[2]s) < strftime('%%m-%%d', %[1]s))", day, now), bindAdd}
	}
	return frag{fmt.Sprintf("%s - strftime('%%Y', %s) - (strftime('%%m-%%d', %s) > '%s')", now[1:5], day, day, now[6:11]), bindAdd}
}
