// Package when reads the time phrases of a question: periods ("in Q1 2025",
// "since March", "the last 30 days"), grains ("by month", "each day"), shifts
// ("the same period last year"), weekdays, months and hours that recur, and
// lengths of time ("longer than 10 days"). It is the reader's whole knowledge
// of time: it hides the calendar, the fiscal year, the words for all of these,
// and the words that only look like them ("may", "second", "over 2000").
//
// Days count in the location of now. Weeks run from Monday to Sunday.
package when

import (
	"time"

	"github.com/querent/querent/internal/semparse/text"
)

// Kind is what a time phrase is used for.
type Kind int

// The kinds of findings.
const (
	// Period is a stretch of time: Range holds its ends.
	Period Kind = iota + 1
	// Grain is a division of time to group by: Unit and Step.
	Grain
	// Shift is a period named by its distance from another one. Range is set
	// where the words also name a period by themselves ("the previous month").
	Shift
	// Weekdays are days that recur every week: Days.
	Weekdays
	// Months are months that recur every year: Months.
	Months
	// TimeOfDay is a stretch that recurs every day: Hours.
	TimeOfDay
	// Duration is a length of time: Number and Unit. Range is set where the
	// words may also mean a period ("within 7 days").
	Duration
)

// Options are what a reader of dates has to know of the place and the company.
type Options struct {
	DayFirst        bool       // 3/4/2026 is 3 April
	FiscalYearStart time.Month // first month of the fiscal year; 0 or 1 = the calendar year
}

// Range is a stretch of time. Both days belong to it; a zero time is an open
// end.
type Range struct{ From, To time.Time }

// Finding is one time phrase of a question.
type Finding struct {
	Start, End  int // token range [Start, End), preposition included
	Kind        Kind
	Range       Range
	HasTime     bool           // Range ends carry a time of day, and To is excluded
	Unit        Unit           // the unit that a period is naturally one of or made of; of a grain, the grain; of a duration, its unit
	Step        int            // of a grain: every Step units; otherwise 1
	Mark        time.Time      // the very day, where "at the end of May" may mean one: what "since" and "before" count from
	Complete    bool           // a calendar unit or whole ones ("last month"), as against rolling days ("the last 30 days")
	ToDate      bool           // cut off today ("year to date")
	Text        string         // how to say it in a sentence: "in 2024", "since 1 March 2025"
	Assumed     string         // a default that was taken and has to be told; "" for none
	Weak        bool           // may well mean something else
	Preposition string         // as said: in, since, by, before, until, from …
	Join        string         // the only word between this finding and the one before: and, or, vs, a comma …; "" where more or nothing stands there
	Move        Move           // of a shift, and of a period that is one ("the same quarter last year")
	Ends        []Range        // of a period said by its first and last: those two, where they may be compared instead ("from 2023 to 2024")
	Days        []time.Weekday // of Weekdays
	Months      []time.Month   // of Months
	Hours       [2]int         // of TimeOfDay: from the first hour to before the second; past midnight where the second is smaller
	Number      float64        // of a duration

	inYear func(year int) Range // the same in a given year, where no year was said
	ago    Move                 // of "a year ago", which is a shift where it is set against a shorter period
	vague  string               // which part of a period is meant, where its days are a guess
	recent bool                 // the year is the default one and may be moved
}

// In gives a period that was named without its year ("March", "Q1", "from
// January to June") in the given year; ok is false for any other finding.
func (f Finding) In(year int) (r Range, ok bool) {
	if f.inYear == nil {
		return Range{}, false
	}
	return f.inYear(year), true
}

// Find lists the time phrases of a question, in order and apart from each
// other.
func Find(tokens []text.Token, now time.Time, options Options) []Finding {
	p := newParser(tokens, newCalendar(now, options))
	var out []Finding
	for at := 0; at < len(tokens); {
		f, ok := p.longest(at)
		if !ok {
			at++
			continue
		}
		out = append(out, f)
		at = f.End
	}
	out = p.settle(out)
	for i := range out {
		out[i].Text = p.say(out[i])
	}
	return out
}
