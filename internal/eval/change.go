package eval

import (
	"fmt"
	"io"
)

// Compare writes what was won and lost since old, question by question.
func (r Report) Compare(w io.Writer, old Report) {
	before := map[string]Result{}
	for _, q := range old.Results {
		before[resultName(q)] = q
	}
	won, lost, alike := 0, 0, 0
	fmt.Fprintln(w)
	for _, q := range r.Results {
		b, ok := before[resultName(q)]
		if ok {
			alike++
		}
		if !ok || b.Right == q.Right {
			continue
		}
		sign := "won "
		if q.Right {
			won++
		} else {
			sign = "lost"
			lost++
		}
		fmt.Fprintf(w, "%s %s: %s\n     was %-8s %s\n     now %-8s %s\n", sign, resultName(q), q.Question, b.Outcome, b.said(), q.Outcome, q.said())
	}
	fmt.Fprintf(w, "of %d asked before and now: %d won, %d lost\n", alike, won, lost)
}

// said is an answer in short.
func (r Result) said() string {
	switch {
	case r.SQL != "":
		return r.SQL
	case len(r.Choices) > 0:
		return fmt.Sprintf("%d choices", len(r.Choices))
	}
	return r.Reason
}
