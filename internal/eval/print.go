package eval

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Print writes the report for people.
func (r Report) Print(w io.Writer) {
	fmt.Fprintf(w, "%-18s %6s %7s %9s %10s   %s\n", "", "asked", "right", "coverage", "precision", "compiled, of which right")
	line(w, "all", r.Overall)
	r.printOutcomes(w)
	for _, by := range []string{"kind", "database", "wording", "construct"} {
		if len(r.By[by]) < 2 {
			continue
		}
		fmt.Fprintf(w, "\nby %s\n", by)
		for _, name := range sorted(r.By[by]) {
			line(w, name, r.By[by][name])
		}
	}
	r.printReliability(w)
	r.printExpectations(w)
	r.printTraps(w)
	r.printCauses(w)
	fmt.Fprintf(w, "\ngenerator's time for a question: p50 %.1f ms, p99 %.1f ms\n", r.P50, r.P99)
	for _, m := range r.Missing {
		fmt.Fprintln(w, "left out:", m)
	}
}

func line(w io.Writer, name string, s Score) {
	fmt.Fprintf(w, "%-18s %6d %6.1f%% %8.1f%% %9.1f%%   %5.1f%%  %5.1f%%\n", short(name, 18), s.Questions, 100*s.Accuracy,
		100*s.Coverage, 100*s.Precision, 100*s.Compiled.Coverage, 100*s.Compiled.Precision)
}

func short(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func (r Report) printOutcomes(w io.Writer) {
	fmt.Fprintln(w, "\nby outcome")
	for _, o := range []Outcome{Compiled, Agreed, Model, Unsure, Asked, Declined, Failed} {
		s, ok := r.By["outcome"][string(o)]
		if !ok {
			continue
		}
		fmt.Fprintf(w, "%-18s %6d %6.1f%% right, %.1f%% of all\n", o, s.Questions, 100*s.Accuracy, 100*share(s.Questions, r.Overall.Questions))
	}
}

func (r Report) printReliability(w io.Writer) {
	if len(r.Reliability) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%-18s %6s %7s %9s\n", "answers that said", "", "said", "was right")
	for _, b := range r.Reliability {
		fmt.Fprintf(w, "%-18s %6d %6.1f%% %8.1f%%\n", fmt.Sprintf("%.0f to %.0f%%", 100*b.From, 100*b.To), b.Count, 100*b.Said, 100*b.Right)
	}
}

func (r Report) printExpectations(w io.Writer) {
	rows := []struct {
		name string
		t    Tally
	}{
		{"follow-up turns right", r.FollowUps},
		{"to ask back: right", r.Ask},
		{"to decline: right", r.Decline},
		{"asked where an answer was due: the right one offered", r.AskedHeld},
	}
	fmt.Fprintln(w)
	for _, row := range rows {
		if row.t.Questions > 0 {
			fmt.Fprintf(w, "%s: %d of %d (%.1f%%)\n", row.name, row.t.Right, row.t.Questions, 100*share(row.t.Right, row.t.Questions))
		}
	}
	if r.Empty > 0 {
		fmt.Fprintf(w, "right without a row, maybe by accident: %d\n", r.Empty)
	}
}

func (r Report) printTraps(w io.Writer) {
	t := r.Traps
	if t == nil {
		return
	}
	fmt.Fprintf(w, "\ntraps: of %d to decline %d declined, %d asked, %d answered with none and the word named, %d unsure, %d failed, %d COMPILED\n",
		t.Decline, t.Declined, t.Asked, t.Named, t.Unsure, t.Failed, t.Compiled)
	fmt.Fprintf(w, "twins right: %d of %d (%.1f%%); near ones right: %d of %d (%.1f%%)\n", t.Twins.Right, t.Twins.Questions,
		100*share(t.Twins.Right, t.Twins.Questions), t.Near.Right, t.Near.Questions, 100*share(t.Near.Right, t.Near.Questions))
}

// printCauses tells textbook questions' first wrong parts, with two examples
// each.
func (r Report) printCauses(w io.Writer) {
	if len(r.Causes) == 0 {
		return
	}
	fmt.Fprintln(w, "\nfailures by cause")
	causes := sorted(r.Causes)
	slices.SortStableFunc(causes, func(a, b string) int { return cmp.Compare(r.Causes[b], r.Causes[a]) })
	for _, c := range causes[:min(25, len(causes))] {
		fmt.Fprintf(w, "%5d  %s\n", r.Causes[c], c)
		shown := 0
		for _, q := range r.Results {
			if q.Cause == c && shown < 2 {
				shown++
				fmt.Fprintf(w, "         %s: %s\n", q.ID, q.Question)
			}
		}
	}
}

// PrintFailures writes at most n of the results that are not right; only those
// of the given outcomes, if any are.
func (r Report) PrintFailures(w io.Writer, n int, only ...string) {
	for _, q := range r.Results {
		if q.Right || len(only) > 0 && !slices.Contains(only, string(q.Outcome)) {
			continue
		}
		if n--; n < 0 {
			return
		}
		q.printFailure(w)
	}
}

func (q Result) printFailure(w io.Writer) {
	fmt.Fprintf(w, "\n%s [%s, %s %.0f%%] %s\n", resultName(q), q.Kind, q.Outcome, 100*q.Confidence, q.Question)
	say := func(name, text string) {
		if text != "" {
			fmt.Fprintf(w, "  %-8s %s\n", name, strings.Join(strings.Fields(text), " "))
		}
	}
	say("follows", q.Follows)
	if q.Expect != ExpectAnswer {
		say("expect", string(q.Expect))
	}
	say("ours", q.SQL)
	for _, c := range q.Choices {
		say("choice", c.Sentence+": "+c.SQL)
	}
	if q.Held {
		say("", "one of them is right")
	}
	say("gold", q.Gold)
	say("read as", q.Sentence)
	say("left out", strings.Join(q.LeftOut, ", "))
	say("because", q.Reason)
}
