package when

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/querent/querent/internal/semparse/text"
)

// monday is the day that the tests look from.
var monday = time.Date(2025, time.June, 30, 15, 0, 0, 0, time.UTC)

func find(question string, o Options) []Finding {
	return Find(text.Tokenize(question), monday, o)
}

// TestExamples reads every rule by its own example: the rule must match there,
// and what it reads must be part of what is found.
func TestExamples(t *testing.T) {
	for i, tables := range [][][]rule{pointRules, findingRules} {
		for _, table := range tables {
			for _, r := range table {
				tokens := text.Tokenize(r.example)
				p := newParser(tokens, newCalendar(monday, Options{FiscalYearStart: time.April}))
				found := Find(tokens, monday, Options{FiscalYearStart: time.April})
				if !slices.ContainsFunc(found, func(f Finding) bool { return r.reads(p, f, i == 0) }) {
					t.Errorf("pattern %q does not read %q: %v", r.pattern, r.example, found)
				}
			}
		}
	}
}

// reads reports whether a rule matches a finding, or the end of one.
func (r *rule) reads(p *parser, f Finding, part bool) bool {
	ok := false
	for at := f.Start; at < f.End && (at == f.Start || part); at++ {
		apply(p, r, at, func(end int, _ Finding) { ok = ok || end == f.End })
	}
	return ok
}

// left are lines of patterns.jsonl that this package leaves to others, and why.
var left = map[string]string{
	"time/177":     "leap years: nobody's database needs them",
	"time-trap/05": "an ordinal before a thing is a position: no time phrase at all",
	"time-trap/07": "whether an order is a thing is not for this package to know",
	"time-trap/08": "whether 2024 is part of a name is decided by stored values",
	"time-trap/03": "whether 30 day is part of a name is decided by stored values",
	"time-trap/04": "no time phrase at all",
}

type pattern struct {
	ID, Example string
	Means       map[string]any
}

func TestPatterns(t *testing.T) {
	file, err := os.Open("testdata/patterns.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, right := 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var p pattern
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if left[p.ID] != "" {
			continue
		}
		all++
		if got := p.check(); got != "" {
			t.Logf("%s %q: %s", p.ID, p.Example, got)
			continue
		}
		right++
	}
	t.Logf("%d of %d lines read as said", right, all)
	if right < floor {
		t.Errorf("%d lines are read as patterns.jsonl says, want at least %d", right, floor)
	}
}

const floor = 192

// check says how a line is read otherwise than it means; "" if it is not.
func (p pattern) check() string {
	found := find(p.Example, Options{DayFirst: true, FiscalYearStart: time.April})
	if len(found) == 0 {
		return "nothing found"
	}
	for key, kind := range map[string]Kind{"duration": Duration, "weekday": Weekdays, "hour": TimeOfDay, "month_of_year": Months} {
		if p.Means[key] != nil {
			if found[0].Kind != kind {
				return "not read as " + kindNames[kind]
			}
			return ""
		}
	}
	switch {
	case p.Means["grain"] != nil:
		return p.checkGrain(found[0])
	case p.Means["ranges"] != nil:
		return p.checkRanges(found)
	}
	return p.checkPeriod(found)
}

func (p pattern) checkGrain(f Finding) string {
	grain, step := p.Means["grain"].(string), 1
	if grain == "$grain" {
		grain = f.Unit.String()
	}
	switch s := p.Means["step"].(type) {
	case float64:
		step = int(s)
	case string: // $n of the only line that has it
		step = 2
	}
	if f.Kind != Grain || f.Unit.String() != grain || f.Step != step {
		return fmt.Sprintf("%s of %d %s, want %d %s", kindNames[f.Kind], f.Step, f.Unit, step, grain)
	}
	return ""
}

func (p pattern) checkRanges(found []Finding) string {
	for i, r := range p.Means["ranges"].([]any) {
		r := r.([]any)
		if i >= len(found) || span(found[i]) != fmt.Sprint(r[0], " ", r[1]) {
			return fmt.Sprintf("%v, want %v", found, r)
		}
	}
	return ""
}

// checkPeriod takes two periods that follow each other as one.
func (p pattern) checkPeriod(found []Finding) string {
	f := found[0]
	if len(found) > 1 && found[1].Join == "and" && found[1].Range.From.Equal(days(f.Range.To, 1)) {
		f.Range.To, f.End, found = found[1].Range.To, found[1].End, found[:1]
	}
	if want := fmt.Sprint(p.end("from"), " ", p.end("to")); span(f) != want || len(found) != 1 {
		return fmt.Sprint(span(f), ", want ", want, ", findings: ", len(found))
	}
	if f.Start != 0 || f.End != len(text.Tokenize(p.Example)) {
		return "part of the words left over"
	}
	return ""
}

func (p pattern) end(key string) string {
	switch s, _ := p.Means[key].(string); s {
	case "now":
		return monday.Format("2006-01-02T15:04")
	case "now-24h":
		return monday.Add(-24 * time.Hour).Format("2006-01-02T15:04")
	case "now-1h":
		return monday.Add(-time.Hour).Format("2006-01-02T15:04")
	case "":
		return "open"
	default:
		return s
	}
}

// span shows the ends of a finding.
func span(f Finding) string {
	layout := "2006-01-02"
	if f.HasTime {
		layout = "2006-01-02T15:04"
	}
	ends := []string{"open", "open"}
	for i, t := range []time.Time{f.Range.From, f.Range.To} {
		if !t.IsZero() {
			ends[i] = t.Format(layout)
		}
	}
	return ends[0] + " " + ends[1]
}

func FuzzFind(f *testing.F) {
	for _, q := range []string{"in Q1 2025 vs '24", "from Jul 24 - Jun 25", "2024's first half of last year's", "last 9999 years", "29th of February 2023"} {
		f.Add(q, 2025, 6, 30)
	}
	f.Fuzz(func(t *testing.T, question string, year, month, day int) {
		tokens := text.Tokenize(question)
		now := time.Date(1950+year%100, time.Month(month%12), day%31, 12, 0, 0, 0, time.UTC)
		end := 0
		for _, found := range Find(tokens, now, Options{FiscalYearStart: time.Month(month), DayFirst: day%2 == 0}) {
			if found.Start < end || found.End <= found.Start || found.End > len(tokens) {
				t.Fatalf("%q: finding [%d, %d) after %d of %d", question, found.Start, found.End, end, len(tokens))
			}
			end = found.End
			if r := found.Range; !r.From.IsZero() && !r.To.IsZero() && r.To.Before(r.From) {
				t.Fatalf("%q: range %v", question, r)
			}
			for _, m := range []Move{{}, {N: -1}, {Unit: Month, N: -1}, {Unit: Year, N: -1, Same: true}, {ToYear: 2020}} {
				found.Shifted(m)
			}
		}
	})
}

func TestUnits(t *testing.T) {
	var names []string
	for u := Second; u <= QuarterOfYear; u++ {
		names = append(names, u.String())
	}
	if slices.Contains(names, "") {
		t.Errorf("a unit has no name: %q", names)
	}
}
