package when

// Unit is a unit or a division of time.
type Unit int

// The units of time, from short to long, and the divisions that recur.
const (
	Second Unit = iota + 1
	Minute
	Hour
	Day
	Week
	Month
	Quarter
	Half
	Year
	Decade
	FiscalQuarter
	FiscalYear
	HourOfDay
	Weekday
	DayOfMonth
	WeekOfYear
	MonthOfYear
	QuarterOfYear
)

var unitNames = map[Unit]string{
	Second: "second", Minute: "minute", Hour: "hour", Day: "day", Week: "week", Month: "month", Quarter: "quarter",
	Half: "half", Year: "year", Decade: "decade", FiscalQuarter: "fiscal quarter", FiscalYear: "fiscal year",
	HourOfDay: "hour of day", Weekday: "weekday", DayOfMonth: "day of month", WeekOfYear: "week of year",
	MonthOfYear: "month of year", QuarterOfYear: "quarter of year",
}

func (u Unit) String() string { return unitNames[u] }

// Recurs reports whether a division comes again and again, as weekdays do.
func (u Unit) Recurs() bool { return u >= HourOfDay }

// months is how many months a unit lasts; 0 where it is not made of months.
func (u Unit) months() int {
	switch u {
	case Month:
		return 1
	case Quarter, FiscalQuarter:
		return 3
	case Half:
		return 6
	case Year, FiscalYear:
		return 12
	case Decade:
		return 120
	}
	return 0
}

// days is how many days a unit lasts; 0 where it is made of months or hours.
func (u Unit) days() int {
	switch u {
	case Day:
		return 1
	case Week:
		return 7
	}
	return 0
}
