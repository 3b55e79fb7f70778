package logical

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
)

const (
	dayForm    = "2006-01-02"
	momentForm = "2006-01-02 15:04:05"
)

// parseMoment reads a period's end; ok is false for none.
func parseMoment(s string) (t time.Time, ok bool) {
	s = strings.Replace(s, "T", " ", 1)
	for _, form := range []string{dayForm, momentForm, "2006-01-02 15:04", "2006-01", "2006"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// bounds are a period's first moment and the first one after it; empty for open.
func (p Period) bounds() (from, to time.Time, hasFrom, hasTo bool) {
	from, hasFrom = parseMoment(p.From)
	to, hasTo = parseMoment(p.To)
	if hasTo && !p.Time {
		to = to.AddDate(0, 0, 1)
	}
	return from, to, hasFrom, hasTo
}

// dayLayouts are how formats of days write one; they sort as they are stored.
var dayLayouts = map[schema.Format]string{schema.ISODay: "'2006-01-02'", schema.ISOMonth: "'2006-01'", schema.YMDText: "'20060102'",
	schema.YMDNumber: "20060102", schema.YearNumber: "2006"}

// during compares a column as it is stored with constants in its own format,
// so that an index is used.
func (q sqlite) during(x string, c *catalog.Column, p Period) frag {
	from, to, hasFrom, hasTo := p.bounds()
	days := midnight(from) && midnight(to)
	if !hasFrom && !hasTo {
		return frag{x + " IS NOT NULL", bindCompare}
	}
	if layout := dayLayouts[c.Format]; layout != "" && days {
		first := from
		if c.Format == schema.ISOMonth && from.Day() > 1 {
			first = from.AddDate(0, 1, 1-from.Day())
		}
		return q.told(between(x, first.Format(layout), to.AddDate(0, 0, -1).Format(layout), hasFrom, hasTo), x, c, hasFrom && hasTo)
	}
	if isISO(c) {
		return q.duringISO(x, c, from, to, hasFrom, hasTo)
	}
	if v, ok := numericMoments[c.Format]; ok && v.constant != "" {
		return halfOpen(x, fmt.Sprintf(v.constant, moment(from)), fmt.Sprintf(v.constant, moment(to)), hasFrom, hasTo)
	}
	if days {
		return between("date("+q.value(x, c)+")", quoted(from, dayForm), quoted(to.AddDate(0, 0, -1), dayForm), hasFrom, hasTo)
	}
	return halfOpen("datetime("+q.value(x, c)+")", quoted(from, momentForm), quoted(to, momentForm), hasFrom, hasTo)
}

// duringISO compares moments as text. A T sorts after a blank, and both after
// the bare day.
func (q sqlite) duringISO(x string, c *catalog.Column, from, to time.Time, hasFrom, hasTo bool) frag {
	form := momentForm
	if tee, _ := isoOf(c); tee {
		form = "2006-01-02T15:04:05"
	}
	write := func(t time.Time) string {
		if midnight(t) {
			return quoted(t, dayForm)
		}
		return quoted(t, form)
	}
	return q.told(halfOpen(x, write(from), write(to), hasFrom, hasTo), x, c, hasFrom && hasTo)
}

// told leaves out texts that are no dates, where an open end would let them in.
func (q sqlite) told(f frag, x string, c *catalog.Column, closed bool) frag {
	if closed || c.BadDates == 0 && !slices.Contains(c.Values, "") {
		return f
	}
	return all([]frag{f, {"date(" + q.value(x, c) + ") IS NOT NULL", bindCompare}})
}

func midnight(t time.Time) bool { return t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 }

func quoted(t time.Time, form string) string { return "'" + t.Format(form) + "'" }

func moment(t time.Time) string {
	if midnight(t) {
		return quoted(t, dayForm)
	}
	return quoted(t, momentForm)
}

func between(x, low, high string, hasLow, hasHigh bool) frag {
	switch {
	case hasLow && hasHigh && low == high:
		return frag{x + " = " + low, bindCompare}
	case hasLow && hasHigh:
		return frag{x + " BETWEEN " + low + " AND " + high, bindCompare}
	case hasLow:
		return frag{x + " >= " + low, bindCompare}
	}
	return frag{x + " <= " + high, bindCompare}
}

func halfOpen(x, low, high string, hasLow, hasHigh bool) frag {
	switch {
	case hasLow && hasHigh:
		return frag{x + " >= " + low + " AND " + x + " < " + high, bindAnd}
	case hasLow:
		return frag{x + " >= " + low, bindCompare}
	}
	return frag{x + " < " + high, bindCompare}
}
