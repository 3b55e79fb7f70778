package sketch

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// units are words for stretches of time that rows are put together by.
var units = map[string]string{"month": "month", "monthly": "month", "quarter": "quarter", "quarterly": "quarter", "year": "year",
	"yearly": "year", "annually": "year", "day": "day", "daily": "day", "week": "week", "weekly": "week"}

// readTimes takes buckets and ranges of time out of the question, where the
// schema keeps dates and no column is itself called so.
func (d *draft) readTimes() {
	if !slices.ContainsFunc(d.x.cols, func(c *column) bool { return c.clock() != "" }) {
		return
	}
	for i := 0; i < len(d.toks); i++ {
		if d.bucketAt(i) || d.rangeAt(i) {
			i-- // another token stands here now
		}
	}
}

// named reports whether some column has the word in its name.
func (x *index) named(word string) bool {
	return x.names(stem(word))
}

// bucketAt reads "by month", "per year" or "monthly" at token i.
func (d *draft) bucketAt(i int) bool {
	from, at := i, i
	if each[d.word(i)] {
		at = i + 1
		if d.word(at) == "each" || d.word(at) == "the" {
			at++
		}
	} else if !strings.HasSuffix(d.word(i), "ly") {
		return false
	}
	unit := units[strings.TrimSuffix(d.word(at), "s")]
	if unit == "" || d.x.named(unit) {
		return false
	}
	if w := d.word(from - 1); w == "for" || w == "in" {
		from--
	}
	d.amend(source(d.toks[from:at+1]), "time", "a stretch of time", bucketed(unit))
	d.replace(from, at+1)
	return true
}

// bucketed groups a frame by a unit of time.
func bucketed(unit string) func(*question, *frame) (string, bool) {
	return func(q *question, f *frame) (string, bool) {
		c, note := q.dateOf(f)
		if c == nil || f.set != "" {
			return "", false
		}
		q.note(note)
		f.extra = slices.Clone(f.extra)
		b := item{expr: bucketSQL(unit, c), of: c.table, name: unit}
		var shown, figures []item
		for _, i := range f.sel {
			switch {
			case i.agg != "" || i.expr != "" && i.name != unit:
				figures = append(figures, i)
			case i.col != nil && i.col != c:
				shown = append(shown, i)
			}
		}
		if len(figures) == 0 {
			for _, t := range f.tables() {
				if !slices.Contains(f.extra, t) {
					f.extra = append(f.extra, t)
				}
			}
			figures, shown = []item{{agg: "count", name: "count"}}, nil
		}
		group := []item{b}
		for _, g := range append(slices.Clone(f.group), shown...) {
			if g.col != c && !slices.ContainsFunc(group, g.same) {
				group = append(group, g)
			}
		}
		f.sel, f.group = append(append([]item{b}, shown...), figures...), group
		if f.order == nil {
			f.order = &b
		}
		return unit + " of " + c.sql(), true
	}
}

func bucketSQL(unit string, c *column) string {
	at := c.sql()
	if c.clock() == "unix" {
		at += ", 'unixepoch'"
	}
	format := map[string]string{"month": "%Y-%m", "year": "%Y", "day": "%Y-%m-%d", "week": "%Y-W%W"}[unit]
	if format == "" {
		return fmt.Sprintf("strftime('%%Y', %s) || '-Q' || ((strftime('%%m', %s) + 2) / 3)", at, at)
	}
	return fmt.Sprintf("strftime('%s', %s)", format, at)
}

// leads are the words before a time that say how it bounds.
var leads = map[string]string{"in": "in", "during": "in", "for": "in", "on": "in", "of": "in", "from": "in", "since": ">=", "after": ">",
	"before": "<", "until": "<=", "through": "<="}

// inclusive are the leads after "on or", which count the time itself in.
var inclusive = map[string]string{"after": ">=", "since": ">=", "before": "<="}

// rangeAt reads "in 2024", "since March", "between March and May 2024" or
// "last month" at token i.
func (d *draft) rangeAt(i int) bool {
	if d.word(i) == "between" || d.word(i) == "from" {
		if d.spanAt(i) {
			return true
		}
	}
	at, op := i, "in"
	if lead := inclusive[d.word(i+2)]; lead != "" && d.word(i+1) == "or" && orOn[d.word(i)] { // "on or after"
		at, op = i+3, lead
	} else if lead := leads[d.word(i)]; lead != "" {
		at, op = i+1, lead
	} else if d.word(i) == "about" && d.word(i-1) == "what" {
		at = i + 1
	} else if d.toks[i].isNum || monthOf(d.word(i)) > 0 {
		return false // a number alone is no time
	}
	start, end, to := d.timeAt(at, op != "in" || at > i)
	if to <= at {
		return false
	}
	switch op {
	case ">=":
		end = time.Time{}
	case ">":
		start, end = end, time.Time{}
	case "<":
		start, end = time.Time{}, start
	case "<=":
		start = time.Time{}
	}
	d.during(i, to, start, end)
	return true
}

// spanAt reads "between A and B" and "from A to B".
func (d *draft) spanAt(i int) bool {
	for mid := i + 2; mid < min(len(d.toks), i+5); mid++ {
		if w := d.word(mid); w != "and" && w != "to" && w != "until" {
			continue
		}
		_, end, to := d.timeAt(mid+1, true)
		if to <= mid+1 {
			return false
		}
		start, _, first := d.timeAt(i+1, true)
		if first != mid {
			return false
		}
		if m := monthOf(d.word(i + 1)); m > 0 && mid == i+2 { // the year is said once, at the end
			year := end.AddDate(0, 0, -1).Year()
			if start = time.Date(year, time.Month(m), 1, 0, 0, 0, 0, time.UTC); !start.Before(end) {
				start = start.AddDate(-1, 0, 0)
			}
		}
		d.during(i, to, start, end)
		return true
	}
	return false
}

// timeAt reads a stretch of time at token i; after a lead, years and months
// may stand alone.
func (d *draft) timeAt(i int, led bool) (start, end time.Time, to int) {
	if i >= len(d.toks) || d.toks[i].quoted || d.toks[i].replaced {
		return start, end, i
	}
	q := &question{p: d.p, x: d.x, toks: d.toks}
	if start, end, to = q.timeAt(i); to > i {
		return start, end, to
	}
	if led && isYear(d.toks[i]) && !d.x.named("year") {
		start = time.Date(int(d.toks[i].number), 1, 1, 0, 0, 0, 0, time.UTC)
		return start, start.AddDate(1, 0, 0), i + 1
	}
	if m := monthOf(d.word(i)); led && m > 0 { // the latest month of that name
		start = time.Date(d.p.Now.Year(), time.Month(m), 1, 0, 0, 0, 0, time.UTC)
		if start.After(d.p.Now) {
			start = start.AddDate(-1, 0, 0)
		}
		return start, start.AddDate(0, 1, 0), i + 1
	}
	return start, end, i
}

func (d *draft) during(from, to int, start, end time.Time) {
	d.amend(source(d.toks[from:to]), "time", "a stretch of time", func(q *question, f *frame) (string, bool) {
		c, note := q.dateOf(f)
		if c == nil {
			return "", false
		}
		q.note(note)
		expr := timeBounds(c, start, end)
		return expr, f.also(q.x, cond{item: item{of: c.table, expr: expr}})
	})
	d.replace(from, to)
}

// timeBounds is start <= column < end; a zero time bounds nothing.
func timeBounds(c *column, start, end time.Time) string {
	at := func(t time.Time) string {
		if c.clock() == "unix" {
			return strconv.FormatInt(t.Unix(), 10)
		}
		return literal(t.Format(time.DateOnly))
	}
	var parts []string
	if !start.IsZero() {
		parts = append(parts, c.sql()+" >= "+at(start))
	}
	if !end.IsZero() {
		parts = append(parts, c.sql()+" < "+at(end))
	}
	return strings.Join(parts, " AND ")
}
