package when

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/semparse/text"
)

var update = flag.Bool("update", false, "write the golden files again")

var kindNames = [...]string{"", "period", "grain", "shift", "weekdays", "months", "time of day", "duration"}

// TestPhrases reads testdata/phrases.txt, a phrase a line, and shows what is
// found in each in testdata/phrases.golden. A line "now …" sets the day.
func TestPhrases(t *testing.T) {
	got := showPhrases(t)
	const golden = "testdata/phrases.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	gots, wants := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gots), len(wants)) {
		if at(gots, i) != at(wants, i) {
			t.Fatalf("line %d of %s differs (run with -update to see it as a diff):\n got %q\nwant %q", i+1, golden, at(gots, i), at(wants, i))
		}
	}
}

func showPhrases(t *testing.T) string {
	t.Helper()
	phrases, err := os.ReadFile("testdata/phrases.txt")
	if err != nil {
		t.Fatal(err)
	}
	now := monday
	var out strings.Builder
	for line := range strings.Lines(string(phrases)) {
		out.WriteString(line)
		line = strings.TrimSpace(line)
		if day, ok := strings.CutPrefix(line, "now "); ok {
			if now, err = time.Parse(time.DateOnly, day); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		tokens := text.Tokenize(line)
		for _, f := range Find(tokens, now, Options{DayFirst: true, FiscalYearStart: time.April}) {
			out.WriteString("    " + f.show(tokens) + "\n")
		}
	}
	return out.String()
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func (f Finding) show(tokens []text.Token) string {
	var words []string
	for _, t := range tokens[f.Start:f.End] {
		words = append(words, t.Raw)
	}
	s := fmt.Sprintf("%s: %s of %s, %q", strings.Join(words, " "), kindNames[f.Kind], f.Unit, f.Text)
	if f.Kind == Grain || f.Kind == Weekdays || f.Kind == Months || f.Kind == TimeOfDay {
		s = fmt.Sprintf("%s: %s, %q", strings.Join(words, " "), kindNames[f.Kind], f.Text)
	}
	if f.Kind == Period || f.Kind == Duration && f.Range != (Range{}) {
		s += ", " + span(f)
	}
	for _, flag := range []struct {
		on   bool
		name string
	}{{f.ToDate, "to date"}, {f.Weak, "weak"}, {f.Join != "", "join " + f.Join}, {f.Assumed != "", "assumed: " + f.Assumed}} {
		if flag.on {
			s += ", " + flag.name
		}
	}
	return s
}

func TestShifted(t *testing.T) {
	year, month := Move{Unit: Year, N: -1, Same: true}, Move{Unit: Month, N: -1}
	for _, c := range []struct {
		period string
		move   Move
		want   string
	}{
		{"this month", month, "2025-05-01 2025-05-31"},
		{"in March 2025", month, "2025-02-01 2025-02-28"},
		{"in February 2025", year, "2024-02-01 2024-02-29"},
		{"year to date", year, "2024-01-01 2024-06-30"},
		{"this month so far", month, "2025-05-01 2025-05-30"},
		{"Q1 2025", month, "2024-12-01 2024-12-31"},
		{"Q1 2025", Move{Unit: Quarter, N: -1}, "2024-10-01 2024-12-31"},
		{"Q1 2025", Move{N: -1}, "2024-10-01 2024-12-31"},
		{"last 30 days", Move{N: -1}, "2025-05-02 2025-05-31"},
		{"last 30 days", year, "2024-06-01 2024-06-30"},
		{"last 7 days", Move{Unit: Day, N: -7}, "2025-06-17 2025-06-23"},
		{"in 2024", Move{Unit: Year, N: -1}, "2023-01-01 2023-12-31"},
		{"from January to March 2025", year, "2024-01-01 2024-03-31"},
		{"June to August 2024", Move{ToYear: 2023, Same: true}, "2023-06-01 2023-08-31"},
		{"since March 2025", year, "2024-03-01 open"},
		{"last week", Move{Unit: Week, N: -1}, "2025-06-16 2025-06-22"},
		{"this quarter", Move{Unit: Year, N: -1}, "2024-04-01 2024-06-30"},
		{"this month", Move{Unit: Year, Same: true}, "2025-06-01 2025-06-30"},
		{"last 24 hours", Move{N: -1}, "2025-06-28T15:00 2025-06-29T15:00"},
		{"since last night", Move{Unit: Day, N: -1}, "2025-06-28T22:00 open"},
		{"in the twelve months to 30 June 2025", Move{Unit: Month, N: -12}, "2023-07-01 2024-06-30"},
	} {
		f := find(c.period, Options{})[0]
		f.Range = f.Shifted(c.move)
		if got := span(f); got != c.want {
			t.Errorf("%q by %+v is %s, want %s", c.period, c.move, got, c.want)
		}
	}
}

func TestIn(t *testing.T) {
	for phrase, want := range map[string]string{
		"in July":                "2026-07-01 2026-07-31",
		"from January to June":   "2026-01-01 2026-06-30",
		"since March":            "2026-03-01 open",
		"before mid June":        "open 2026-06-14",
		"until the end of April": "open 2026-04-30",
		"in Q4":                  "2026-10-01 2026-12-31",
		"last day of February":   "2026-02-28 2026-02-28",
		"November to February":   "2025-11-01 2026-02-28",
	} {
		f := find(phrase, Options{})[0]
		r, ok := f.In(2026)
		f.Range = r
		if got := span(f); got != want || !ok {
			t.Errorf("%q in 2026 is %s, want %s", phrase, got, want)
		}
	}
	if _, ok := find("in March 2024", Options{})[0].In(2026); ok {
		t.Error("March 2024 can be moved to another year")
	}
}

func BenchmarkFind(b *testing.B) {
	tokens := text.Tokenize("How many orders were there each month from January to June this year compared with the same months last year, by channel and weekday?")
	for b.Loop() {
		Find(tokens, monday, Options{})
	}
}
