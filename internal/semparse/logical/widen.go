package logical

import (
	"fmt"
	"slices"
	"time"
)

// widen takes rows of earlier periods in where a change needs them, and of no
// others where periods are compared.
func (f *figures) widen() {
	if c := f.q.Compare; c != nil {
		if len(c.Periods) < 2 {
			f.w.fail("a comparison takes two periods")
			return
		}
		either := Predicate{Op: Or}
		for i := range c.Periods {
			either.Args = append(either.Args, c.within(i))
		}
		f.filters = append(slices.Clone(f.filters), either)
		return
	}
	back := 0
	for m := range f.all {
		back = max(back, m.back())
	}
	t := f.time()
	if back == 0 || t < 0 {
		return
	}
	d := &f.q.Dimensions[t]
	for i := range f.filters {
		p := &f.filters[i]
		if !p.dates(&d.Expr) || p.Period == nil || d.Fiscal > 1 {
			continue
		}
		from, ok := parseMoment(p.Period.From)
		if !ok || p.Period.Time {
			continue
		}
		start, name := bucketOf(from, d.Grain)
		if name == "" || !start.Equal(from) {
			continue
		}
		wide := *p
		per := *p.Period
		per.From = stepBack(start, d.Grain, back).Format(dayForm)
		wide.Period = &per
		f.filters = slices.Clone(f.filters)
		f.filters[i] = wide
		f.from = name
		return
	}
}

// back is how many steps before a group a measure looks.
func (m *Measure) back() int {
	n := 0
	for i := range m.Args {
		n = max(n, m.Args[i].back())
	}
	if m.Op == Change {
		n += max(m.Back, 1)
	}
	return n
}

// bucketOf is the start of the calendar unit that a day lies in, and its name
// as a dialect's bucket writes it; no name for units that come round.
func bucketOf(t time.Time, grain string) (time.Time, string) {
	y, m := t.Year(), int(t.Month())
	first := func(month int) time.Time { return time.Date(y, time.Month(month), 1, 0, 0, 0, 0, time.UTC) }
	switch grain {
	case "hour":
		return t.Truncate(time.Hour), t.Format("2006-01-02 15:00")
	case "day":
		return t, t.Format(dayForm)
	case "week":
		monday := t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
		return monday, monday.Format(dayForm)
	case "month":
		return first(m), t.Format("2006-01")
	case "quarter":
		q := (m - 1) / 3
		return first(q*3 + 1), fmt.Sprintf("%04d-Q%d", y, q+1)
	case "half":
		h := (m - 1) / 6
		return first(h*6 + 1), fmt.Sprintf("%04d-H%d", y, h+1)
	case "year":
		return first(1), fmt.Sprintf("%04d", y)
	case "decade":
		return time.Date(y/10*10, 1, 1, 0, 0, 0, 0, time.UTC), fmt.Sprintf("%03d0s", y/10)
	}
	return t, ""
}

func stepBack(t time.Time, grain string, n int) time.Time {
	switch grain {
	case "hour":
		return t.Add(-time.Duration(n) * time.Hour)
	case "day":
		return t.AddDate(0, 0, -n)
	case "week":
		return t.AddDate(0, 0, -7*n)
	case "month":
		return t.AddDate(0, -n, 0)
	case "quarter":
		return t.AddDate(0, -3*n, 0)
	case "half":
		return t.AddDate(0, -6*n, 0)
	case "year":
		return t.AddDate(-n, 0, 0)
	}
	return t.AddDate(-10*n, 0, 0)
}
