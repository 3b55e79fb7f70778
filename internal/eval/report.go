package eval

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"

	"github.com/querent/querent/internal/ask"
)

// Score is how a group of questions went.
type Score struct {
	Questions int     `json:"questions"`
	Answered  int     `json:"answered"`
	Right     int     `json:"right"`
	Accuracy  float64 `json:"accuracy"`  // right of all
	Coverage  float64 `json:"coverage"`  // answered of all
	Precision float64 `json:"precision"` // right of the answered
}

// Report is a run, broken down.
type Report struct {
	Overall    Score            `json:"overall"`
	Confident  Score            `json:"confident"` // the compiled tier alone
	Hardness   map[string]Score `json:"hardness"`
	Constructs map[string]Score `json:"constructs"`
	Causes     map[string]int   `json:"causes"`
	P50, P99   float64          // milliseconds a question
	Results    []Result         `json:"results"`
}

func (s *Score) add(answered, right bool) {
	s.Questions++
	if answered {
		s.Answered++
	}
	if right {
		s.Right++
	}
}

func (s Score) rates() Score {
	if s.Questions > 0 {
		s.Accuracy, s.Coverage = float64(s.Right)/float64(s.Questions), float64(s.Answered)/float64(s.Questions)
	}
	if s.Answered > 0 {
		s.Precision = float64(s.Right) / float64(s.Answered)
	}
	return s
}

// Summarise makes the report of a run.
func Summarise(rs []Result) Report {
	rep := Report{Hardness: map[string]Score{}, Constructs: map[string]Score{}, Causes: map[string]int{}, Results: rs}
	var times []float64
	for _, r := range rs {
		answered, right := r.Outcome != "declined", r.Outcome == "right"
		rep.Overall.add(answered, right)
		sure := answered && r.Tier == ask.Compiled
		rep.Confident.add(sure, sure && right)
		bump(rep.Hardness, r.Hardness, answered, right)
		for _, c := range r.Constructs {
			bump(rep.Constructs, c, answered, right)
		}
		if !right {
			rep.Causes[r.Cause]++
		}
		times = append(times, r.Millis)
	}
	sort.Float64s(times)
	if n := len(times); n > 0 {
		rep.P50, rep.P99 = times[n/2], times[min(n-1, n*99/100)]
	}
	rep.Overall, rep.Confident = rep.Overall.rates(), rep.Confident.rates()
	for _, m := range []map[string]Score{rep.Hardness, rep.Constructs} {
		for k, v := range m {
			m[k] = v.rates()
		}
	}
	return rep
}

func bump(m map[string]Score, key string, answered, right bool) {
	s := m[key]
	s.add(answered, right)
	m[key] = s
}

// Print writes the report for people.
func (r Report) Print(w io.Writer) {
	line := func(name string, s Score) {
		fmt.Fprintf(w, "%-14s %5d  accuracy %5.1f%%  coverage %5.1f%%  precision %5.1f%%\n", name, s.Questions, 100*s.Accuracy, 100*s.Coverage, 100*s.Precision)
	}
	line("all", r.Overall)
	line("confident", r.Confident)
	for _, m := range []map[string]Score{r.Hardness, r.Constructs} {
		fmt.Fprintln(w)
		for _, k := range sorted(m) {
			line(k, m[k])
		}
	}
	fmt.Fprintf(w, "\np50 %.1f ms, p99 %.1f ms a question\n\nfailures by cause\n", r.P50, r.P99)
	causes := sorted(r.Causes)
	sort.SliceStable(causes, func(i, j int) bool { return r.Causes[causes[i]] > r.Causes[causes[j]] })
	for i, c := range causes {
		if i == 25 {
			break
		}
		fmt.Fprintf(w, "%5d  %s\n", r.Causes[c], c)
		shown := 0
		for _, q := range r.Results {
			if q.Cause == c && q.Outcome != "right" && shown < 2 {
				shown++
				fmt.Fprintf(w, "         %s: %s\n", q.ID, q.Question)
			}
		}
	}
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// Save writes the report as JSON.
func (r Report) Save(path string) error {
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("eval: save: %w", err)
	}
	return os.WriteFile(path, b, 0o644)
}

// Load reads a saved report.
func Load(path string) (r Report, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return r, fmt.Errorf("eval: load: %w", err)
	}
	return r, json.Unmarshal(b, &r)
}

// Compare writes what changed since old, question by question.
func (r Report) Compare(w io.Writer, old Report) {
	before := map[string]Result{}
	for _, q := range old.Results {
		before[q.ID] = q
	}
	gained, lost := 0, 0
	for _, q := range r.Results {
		b, ok := before[q.ID]
		if !ok || (b.Outcome == "right") == (q.Outcome == "right") {
			continue
		}
		sign := "+"
		if q.Outcome == "right" {
			gained++
		} else {
			sign = "-"
			lost++
		}
		fmt.Fprintf(w, "%s %s: %s\n    was %s\n    now %s\n", sign, q.ID, q.Question, b.SQL, q.SQL)
	}
	fmt.Fprintf(w, "%d gained, %d lost\n", gained, lost)
}
