package schema

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

// profile samples values into a column: whole numbers, reals, texts, nil.
func profile(name, declared string, values ...any) Column {
	s := NewSample()
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			s.Null()
		case int:
			s.Integer(int64(v))
		case float64:
			s.Real(v)
		case string:
			s.Text([]byte(v))
		case []byte:
			s.Blob(v)
		}
	}
	c := Column{Name: name, Declared: declared, Distinct: -1, Nulls: -1}
	space := 1 << 20
	s.Fill(&c, Scan{Rows: int64(len(values)), Whole: true, Now: now}, &space)
	return c
}

func TestFormats(t *testing.T) {
	ten := func(good any, bad ...any) []any { return append(slices.Repeat([]any{good}, 10), bad...) }
	for _, tt := range []struct {
		name, declared string
		values         []any
		want           Format
		bad            int64
		low, high      string
	}{
		{"d", "TEXT", []any{"2024-02-29", "2023-01-01", nil, ""}, ISODay, 0, "2023-01-01", "2024-02-29"},
		{"d", "TEXT", ten("2024-02-29", "0000-00-00"), ISODay, 1, "2024-02-29", "2024-02-29"},
		{"d", "TEXT", ten("2024-02-29", "unknown", "n/a"), FormatNone, 0, "2024-02-29", "unknown"},
		{"at", "TEXT", []any{"2024-02-29 10:00:00", "2024-02-29T10:00", "2024-02-28", "2024-02-29T10:00:00.5Z", "2024-03-01 07:00:00 +0200"}, ISOTime, 0, "2024-02-28", "2024-03-01 07:00:00 +0200"},
		{"m", "TEXT", []any{"2024-03", "2023-12"}, ISOMonth, 0, "2023-12", "2024-03"},
		{"m", "TEXT", []any{"2024-13", "2023-44"}, FormatNone, 0, "2023-44", "2024-13"},
		{"d", "TEXT", []any{"01/02/2024", "31/01/2024"}, DMY, 0, "2024-01-31", "2024-02-01"},
		{"d", "TEXT", []any{"1.2.2024", "3.4.2023"}, DMY, 0, "2023-04-03", "2024-02-01"},
		{"d", "TEXT", []any{"01-02-2024", "01-31-2024"}, MDY, 0, "2024-01-02", "2024-01-31"},
		{"d", "TEXT", []any{"1/2/2024 1:45 PM", "12/31/2023 12:00 AM"}, MDY, 0, "2023-12-31", "2024-01-02"},
		{"d", "TEXT", []any{"01/02/2024", "03/04/2024"}, Ambiguous, 0, "01/02/2024", "03/04/2024"},
		{"d", "TEXT", []any{"31/12/2024", "12/31/2024"}, FormatNone, 0, "12/31/2024", "31/12/2024"},
		{"d", "TEXT", []any{"20240131", "20231201"}, YMDText, 0, "2023-12-01", "2024-01-31"},
		{"order_dt", "INTEGER", []any{20240131, 20231201}, YMDNumber, 0, "2023-12-01", "2024-01-31"},
		{"order_no", "INTEGER", []any{20240131, 20231201}, FormatNone, 0, "20231201", "20240131"},
		{"shipped_at", "INTEGER", append(ten(1700000000), 0, 0, 0), UnixSeconds, 3, "2023-11-14 22:13:20", "2023-11-14 22:13:20"},
		{"views", "INTEGER", []any{1700000000}, FormatNone, 0, "1700000000", "1700000000"},
		{"sent_at", "INTEGER", []any{1700000000000}, UnixMillis, 0, "2023-11-14 22:13:20", "2023-11-14 22:13:20"},
		{"last_changed_ts", "FLOAT", []any{1700000000.5}, UnixSeconds, 0, "2023-11-14 22:13:20", "2023-11-14 22:13:20"},
		{"dateAdded", "INTEGER", []any{1700000000000000}, UnixMicros, 0, "2023-11-14 22:13:20", "2023-11-14 22:13:20"},
		{"time", "INTEGER", []any{1700000000000000000}, UnixNanos, 0, "2023-11-14 22:13:20", "2023-11-14 22:13:20"},
		{"visit_time", "INTEGER", []any{13350000000000000}, ChromeMicros, 0, "2024-01-17 21:20:00", "2024-01-17 21:20:00"},
		{"visit_duration", "INTEGER", []any{1700000000}, FormatNone, 0, "1700000000", "1700000000"},
		{"ZCREATIONDATE", "TIMESTAMP", []any{700000000.25, 600000000.5}, AppleSeconds, 0, "2020-01-06 10:40:00", "2023-03-08 20:26:40"},
		{"birth_date", "INTEGER", []any{600000000}, UnixSeconds, 0, "1989-01-05 10:40:00", "1989-01-05 10:40:00"},
		{"rated_at", "INTEGER", []any{874724710, 893286638}, UnixSeconds, 0, "1997-09-20 03:05:10", "1998-04-22 23:10:38"},
		{"date", "INTEGER", []any{700000000000000000}, AppleNanos, 0, "2023-03-08 20:26:40", "2023-03-08 20:26:40"},
		{"obs_date", "REAL", []any{2460310.5}, JulianDay, 0, "2024-01-01 00:00:00", "2024-01-01 00:00:00"},
		{"invoice_date", "INTEGER", []any{45292}, ExcelDay, 0, "2024-01-01", "2024-01-01"},
		{"started", "INTEGER", []any{45292}, FormatNone, 0, "45292", "45292"},
		{"month", "TEXT", []any{"Jan 2024", "December 2023", "Sept-2023"}, MonthName, 0, "2023-09", "2024-01"},
		{"d", "TEXT", []any{"31 Jan 2024", "Jan 30, 2024", "1-Feb-2024", "February 2nd, 2024"}, DayMonthName, 0, "2024-01-30", "2024-02-02"},
		{"d", "TEXT", []any{"Wed, 31 Jan 2024 13:45:00 +0100", "1 Feb 2024 00:00:00 GMT"}, RFC2822, 0, "2024-01-31 12:45:00", "2024-02-01 00:00:00"},
		{"year_made", "INTEGER", []any{1890, 2001}, YearNumber, 0, "1890", "2001"},
		{"year", "TEXT", []any{"1890", "2001"}, YearNumber, 0, "1890", "2001"},
		{"yearly_fee", "INTEGER", []any{1890, 2001}, FormatNone, 0, "1890", "2001"},
		{"start", "TEXT", []any{"9:05", "13:45:30"}, TimeOfDay, 0, "13:45:30", "9:05"},
		{"duration", "TEXT", []any{"00:45:00"}, FormatNone, 0, "00:45:00", "00:45:00"},
		{"hired_on", "DATE", []any{nil, nil}, ISODay, 0, "", ""},
		{"deleted_at", "TEXT", []any{nil, nil}, ISOTime, 0, "", ""},
		{"note", "TEXT", []any{nil, nil}, FormatNone, 0, "", ""},
		{"name", "TEXT", []any{"May", "June", "Marc 2"}, FormatNone, 0, "June", "May"},
	} {
		c := profile(tt.name, tt.declared, tt.values...)
		if c.Format != tt.want || c.BadDates != tt.bad || c.Min != tt.low || c.Max != tt.high {
			t.Errorf("%s %v: %q, %d bad, %q to %q; want %q, %d, %q, %q", tt.name, tt.values, c.Format, c.BadDates, c.Min, c.Max, tt.want, tt.bad, tt.low, tt.high)
		}
	}
}

func TestSettleOrder(t *testing.T) {
	s := Table{Columns: []Column{{Format: Ambiguous}, {Format: DMY}, {Format: ISODay}}}
	if s.SettleOrder(); s.Columns[0].Format != DMY {
		t.Errorf("beside a DMY: %q", s.Columns[0].Format)
	}
	s = Table{Columns: []Column{{Format: Ambiguous}, {Format: DMY}, {Format: MDY}}}
	if s.SettleOrder(); s.Columns[0].Format != Ambiguous {
		t.Errorf("beside both: %q", s.Columns[0].Format)
	}
}

func TestNumbers(t *testing.T) {
	for _, tt := range []struct {
		values   []any
		want     Numbers
		integers bool
	}{
		{[]any{"12.5", "-3", "n/a", ""}, NumbersPlain, false},
		{[]any{"12", "3"}, NumbersPlain, true},
		{[]any{"$1,234.50", "$3", "-$2.10", "unknown"}, NumbersCurrency, false},
		{[]any{"1,234.50", "12.5"}, NumbersCurrency, false},
		{[]any{"EUR 12.00", "3 USD"}, NumbersCurrency, true},
		{[]any{"12%", "3.5 %"}, NumbersPercent, false},
		{[]any{"1.234,50", "12,5", "7"}, NumbersComma, false},
		{[]any{"12,50 €", "1.000,00 €"}, NumbersComma, false},
		{[]any{"01234", "56789", "10115"}, NumbersNone, false},              // postal codes
		{[]any{"4929111122223333", "4929111122224444"}, NumbersNone, false}, // card numbers
		{[]any{"12", "x", "y"}, NumbersNone, false},
		{[]any{"1,23,4"}, NumbersNone, false},
		{[]any{"192.168.0.1"}, NumbersNone, false},
		{[]any{"n/a", ""}, NumbersNone, false},
	} {
		if c := profile("v", "TEXT", tt.values...); c.Numbers != tt.want || c.Integers != tt.integers {
			t.Errorf("%v: %q, integers %t; want %q, %t", tt.values, c.Numbers, c.Integers, tt.want, tt.integers)
		}
	}
}

func TestFlags(t *testing.T) {
	for _, tt := range []struct {
		name, declared string
		values         []any
		want           *Flag
	}{
		{"active", "INTEGER", []any{0, 1, nil}, &Flag{[]string{"1"}, []string{"0"}, false}},
		{"is_open", "INTEGER", []any{1, 1}, &Flag{[]string{"1"}, []string{"0"}, false}},
		{"discount", "INTEGER", []any{0, 0}, nil},
		{"quantity", "INTEGER", []any{0, 1}, nil},
		{"quantity", "BOOLEAN", []any{0, 1}, &Flag{[]string{"1"}, []string{"0"}, false}},
		{"active", "INTEGER", []any{0, 1, 2}, nil},
		{"act_flg", "TEXT", []any{"Y", "N", "", nil}, &Flag{[]string{"Y"}, []string{"N"}, true}},
		{"act_flg", "TEXT", []any{"Y"}, &Flag{[]string{"Y"}, nil, true}},
		{"sent", "TEXT", []any{"yes", "No", "n/a", "Yes"}, &Flag{[]string{"Yes", "yes"}, []string{"No"}, true}},
		{"sent", "TEXT", []any{"true"}, &Flag{[]string{"true"}, nil, true}},
		{"sent", "BOOLEAN", []any{"t", "f"}, &Flag{[]string{"t"}, []string{"f"}, true}},
		{"country", "TEXT", []any{"NO"}, nil},
		{"sex", "TEXT", []any{"F", "M"}, nil},
		{"sex", "TEXT", []any{"F"}, nil},
		{"grade", "TEXT", []any{"1", "0"}, &Flag{[]string{"1"}, []string{"0"}, true}},
	} {
		if c := profile(tt.name, tt.declared, tt.values...); !reflect.DeepEqual(c.Flag, tt.want) {
			t.Errorf("%s %v: %+v, want %+v", tt.name, tt.values, c.Flag, tt.want)
		}
	}
}

func TestKeptValues(t *testing.T) {
	few := profile("n", "INTEGER", 3, 1, 3, nil)
	if !slices.Equal(few.Values, []string{"3", "1"}) || !slices.Equal(few.Counts, []int64{2, 1}) || !few.Complete || !few.Integers {
		t.Errorf("few numbers: %+v", few)
	}
	var many, texts, long []any
	for i := range 51 {
		many = append(many, i)
	}
	for i := range 6000 {
		texts = append(texts, fmt.Sprintf("name %d", i))
		long = append(long, fmt.Sprintf("%0190d", i))
	}
	if c := profile("n", "INTEGER", many...); len(c.Values) != 0 || c.Complete || c.Distinct != 51 {
		t.Errorf("many numbers: %+v", c)
	}
	if c := profile("n", "TEXT", texts...); len(c.Values) != maxTexts || c.Complete || c.AvgLength != 9 || c.Distinct != 6000 || !c.Unique {
		t.Errorf("many texts: %d, complete %t, length %d, distinct %d", len(c.Values), c.Complete, c.AvgLength, c.Distinct)
	}
	if c := profile("n", "TEXT", long...); len(c.Values) > maxTextBytes/190 || c.Complete {
		t.Errorf("long texts: %d, complete %t", len(c.Values), c.Complete)
	}
	c := Column{Values: []string{"b"}, Counts: []int64{9}}
	space := 100
	c.Extend([]string{"a", "b", "c"}, &space)
	if !slices.Equal(c.Values, []string{"b", "a", "c"}) || !slices.Equal(c.Counts, []int64{9, 0, 0}) || !c.Complete || c.Distinct != 3 {
		t.Errorf("extended: %+v", c)
	}
}

func TestEdgesWidenASample(t *testing.T) {
	s := NewSample()
	s.Text([]byte("2024-03-01"))
	s.TextEdge("2020-01-01")
	s.TextEdge("unknown")
	c := Column{Name: "d", Declared: "TEXT"}
	space := 0
	if s.Fill(&c, Scan{Rows: 1, Now: now}, &space); c.Min != "2020-01-01" || c.Max != "2024-03-01" || c.BadDates != 0 {
		t.Errorf("%+v", c)
	}
	s = NewSample()
	s.Integer(1700000000)
	s.NumberEdge(1600000000)
	s.NumberEdge(0)
	c = Column{Name: "sent_at", Declared: "INTEGER"}
	if s.Fill(&c, Scan{Rows: 1, Now: now}, &space); c.Min != "2020-09-13 12:26:40" || c.Format != UnixSeconds {
		t.Errorf("%+v", c)
	}
}

func TestBookkeeping(t *testing.T) {
	for name, want := range map[string]bool{"sqlite_sequence": true, "alembic_version": true, "__EFMigrationsHistory": true,
		"orders": false, "migrations": false} {
		if got := (&Table{Name: name}).Bookkeeping(); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if !(&Table{Name: "migrations", Columns: []Column{{Name: "id"}, {Name: "migration"}, {Name: "batch"}}}).Bookkeeping() {
		t.Error("Laravel's migrations")
	}
}

func FuzzLookAt(f *testing.F) {
	for _, s := range []string{"31 Jan 2024", "Wed, 31 Jan 2024 13:45:00 +0100", "$1,234.50", "2024-01-31T10:00Z", "1/2/2024 1:45 PM", "12,5 %", "-€.5", "é 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l := lookAt(text)
		if l.kinds&(isDay|isMoment|isDMY|isYMD|isDayMonth) != 0 && len(l.day) < 10 {
			t.Errorf("%q: %b has the date %q", text, l.kinds, l.day)
		}
		if l.kinds&isPlain != 0 && l.kinds&isGrouped == 0 {
			t.Errorf("%q is plain and not grouped", text)
		}
	})
}
