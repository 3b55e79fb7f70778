package eval

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sort"
)

// Rates are shares of a group of questions.
type Rates struct {
	Accuracy  float64 `json:"accuracy"`  // right of all, declining and asking where it was due among them
	Coverage  float64 `json:"coverage"`  // answered of all
	Precision float64 `json:"precision"` // right of the answered
}

// Score is how a group of questions went.
type Score struct {
	Questions int `json:"questions"`
	Answered  int `json:"answered"`
	Right     int `json:"right"`
	Rates
	Compiled Rates `json:"compiled"` // of the group, the compiled answers alone

	rightAnswers, compiled, rightCompiled int
}

func (s *Score) add(r Result) {
	count := func(n *int, when bool) {
		if when {
			*n++
		}
	}
	answered, compiled := r.Outcome.Answered(), r.Outcome == Compiled
	s.Questions++
	count(&s.Right, r.Right)
	count(&s.Answered, answered)
	count(&s.rightAnswers, answered && r.Right)
	count(&s.compiled, compiled)
	count(&s.rightCompiled, compiled && r.Right)
	s.Rates = rates(s.Right, s.rightAnswers, s.Answered, s.Questions)
	s.Compiled = rates(s.rightCompiled, s.rightCompiled, s.compiled, s.Questions)
}

func rates(right, rightAnswers, answered, all int) Rates {
	return Rates{Accuracy: share(right, all), Coverage: share(answered, all), Precision: share(rightAnswers, answered)}
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// Tally is how many of a kind were right.
type Tally struct {
	Questions int `json:"questions"`
	Right     int `json:"right"`
}

func (t *Tally) add(right bool) {
	t.Questions++
	if right {
		t.Right++
	}
}

// Traps is how questions that can't be answered were met, and how those that
// can be and look alike were.
type Traps struct {
	Decline  int   `json:"decline"` // those to decline; the next five are of these
	Declined int   `json:"declined"`
	Asked    int   `json:"asked"`
	Named    int   `json:"named"` // none or zero, with the missing value named
	Unsure   int   `json:"unsure"`
	Compiled int   `json:"compiled"` // each is a bug
	Failed   int   `json:"error"`
	Twins    Tally `json:"twins"`
	Near     Tally `json:"near"`
}

// Bucket is a row of the reliability table: answers by the confidence said.
type Bucket struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Count int     `json:"questions"`
	Said  float64 `json:"said"`  // mean confidence
	Right float64 `json:"right"` // share that was right
}

// edges are the buckets' bounds, narrower where the product decides.
var edges = []float64{0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1}

// Report is a run, broken down.
type Report struct {
	Overall     Score                       `json:"overall"`
	By          map[string]map[string]Score `json:"by"` // kind, database, outcome, wording; of textbook questions, whose kind is their hardness, construct
	Reliability []Bucket                    `json:"reliability"`
	Ask         Tally                       `json:"expect_ask"`
	Decline     Tally                       `json:"expect_decline"`
	FollowUps   Tally                       `json:"follow_ups"`
	AskedHeld   Tally                       `json:"asked_held"` // asked back where an answer was due: a choice is right
	Empty       int                         `json:"empty"`      // right without a row: maybe by accident
	Traps       *Traps                      `json:"traps,omitempty"`
	Causes      map[string]int              `json:"causes,omitempty"`
	P50         float64                     `json:"p50_ms"` // the generator's time for a question
	P99         float64                     `json:"p99_ms"`
	Missing     []string                    `json:"missing,omitempty"`
	Results     []Result                    `json:"results"`
}

// Summarise makes the report of a run.
func Summarise(rs []Result) Report {
	rep := Report{By: map[string]map[string]Score{}, Causes: map[string]int{}, Results: rs, Reliability: reliability(rs)}
	var times []float64
	for _, r := range rs {
		rep.Overall.add(r)
		rep.group("kind", r.Kind, r)
		rep.group("database", r.DB, r)
		rep.group("outcome", string(r.Outcome), r)
		rep.group("wording", fmt.Sprint(r.Wording), r)
		for _, c := range r.Constructs {
			rep.group("construct", c, r)
		}
		if r.Cause != "" {
			rep.Causes[r.Cause]++
		}
		rep.expectations(r)
		times = append(times, r.Millis)
	}
	sort.Float64s(times)
	if n := len(times); n > 0 {
		rep.P50, rep.P99 = times[n/2], times[min(n-1, n*99/100)]
	}
	return rep
}

func (r *Report) group(by, name string, q Result) {
	if r.By[by] == nil {
		r.By[by] = map[string]Score{}
	}
	s := r.By[by][name]
	s.add(q)
	r.By[by][name] = s
}

// expectations counts a result where more was expected than an answer.
func (r *Report) expectations(q Result) {
	switch {
	case q.Expect == ExpectAsk:
		r.Ask.add(q.Right)
	case q.Expect == ExpectDecline:
		r.Decline.add(q.Right)
	case q.Outcome == Asked:
		r.AskedHeld.add(q.Held)
	}
	if q.Follows != "" {
		r.FollowUps.add(q.Right)
	}
	if q.Empty {
		r.Empty++
	}
	if q.GoldFailed != "" && q.Wording == 0 {
		r.Missing = append(r.Missing, q.ID+": no gold runs: "+q.GoldFailed)
	}
	if q.Trap {
		if r.Traps == nil {
			r.Traps = &Traps{}
		}
		r.Traps.add(q)
	}
}

func (t *Traps) add(q Result) {
	switch q.Kind {
	case twinKind:
		t.Twins.add(q.Right)
	case nearKind:
		t.Near.add(q.Right)
	}
	if q.Expect != ExpectDecline {
		return
	}
	t.Decline++
	switch {
	case q.Named:
		t.Named++
	case q.Outcome == Declined:
		t.Declined++
	case q.Outcome == Asked:
		t.Asked++
	case q.Outcome == Compiled:
		t.Compiled++
	case q.Outcome == Failed:
		t.Failed++
	default:
		t.Unsure++
	}
}

// reliability sets what was said of answers against what was right.
func reliability(rs []Result) []Bucket {
	var out []Bucket
	for i := range len(edges) - 1 {
		b := Bucket{From: edges[i], To: edges[i+1]}
		last, right, said := i == len(edges)-2, 0, 0.0
		for _, r := range rs {
			if !r.Outcome.Answered() || r.Confidence < b.From || r.Confidence >= b.To && !last {
				continue
			}
			b.Count++
			said += r.Confidence
			if r.Right {
				right++
			}
		}
		if b.Count > 0 {
			b.Said, b.Right = said/float64(b.Count), share(right, b.Count)
			out = append(out, b)
		}
	}
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
	if err := readJSON(path, &r); err != nil {
		return r, fmt.Errorf("eval: load: %w", err)
	}
	return r, nil
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
