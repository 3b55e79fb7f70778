package train

import (
	"math"

	"github.com/querent/querent/internal/eval"
)

// wanted is the share of compiled answers that have to be right, on every set.
const wanted = 0.95

// How the least probability of what is compiled is looked for.
const (
	topBound    = 0.985
	bottomBound = 0.80
	boundStep   = 0.005
	fewest      = 40 // compiled answers that tell anything
)

// judged is an answer that structure lets be compiled, with what is said of it.
type judged struct {
	set   string
	p     float64
	right bool
	never bool // nothing can be right
}

// bound is the lowest probability from which on the wanted share of all is
// right, and of no set clearly less; and from which on nothing is compiled that
// can't be answered.
func bound(all []judged) float64 {
	best := 1.01
	for b := topBound; b >= bottomBound; b -= boundStep {
		n, wrong, never := tally(all, b)
		if never {
			break
		}
		if n[""] >= fewest && holds(n, wrong) {
			best = round(b)
		}
	}
	return best
}

// tally counts by set, and under "" for all.
func tally(all []judged, b float64) (n, wrong map[string]float64, never bool) {
	n, wrong = map[string]float64{}, map[string]float64{}
	for _, j := range all {
		if j.p < b {
			continue
		}
		for _, set := range []string{"", j.set} {
			n[set]++
			if !j.right {
				wrong[set]++
			}
		}
		never = never || j.never
	}
	return n, wrong, never
}

// holds allows one wrong answer more, and a single set what chance does.
func holds(n, wrong map[string]float64) bool {
	for set, k := range n {
		most := (1-wanted)*k + 1
		if set != "" {
			most += math.Sqrt(wanted * (1 - wanted) * k)
		}
		if wrong[set] > most {
			return false
		}
	}
	return true
}

// judgedOf are the rows that structure lets be compiled.
func judgedOf(rows []*Row, p []float64, from, clean, right func(*Row) bool) []judged {
	var out []judged
	for i, r := range rows {
		if from(r) && clean(r) {
			out = append(out, judged{r.Set, p[i], right(r), r.Expect == eval.ExpectDecline})
		}
	}
	return out
}
