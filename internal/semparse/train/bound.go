package train

import "github.com/querent/querent/internal/eval"

// wanted is the share of compiled answers that have to be right, on every set.
const wanted = 0.95

// How the least probability of what is compiled is looked for: from the top
// down, while every set keeps to what is wanted.
const (
	topBound    = 0.985
	bottomBound = 0.80
	boundStep   = 0.005
	allowed     = 1.5 // wrong ones beyond the share, where few are compiled
)

// judged is an answer that structure lets be compiled, with what is said of it.
type judged struct {
	set   string
	p     float64
	right bool
	never bool // nothing can be right
}

// bound is the lowest probability down to which every set has its share right.
func bound(all []judged) float64 {
	last := 1.01
	for b := topBound; b >= bottomBound; b -= boundStep {
		n, wrong, never := map[string]float64{}, map[string]float64{}, 0
		for _, j := range all {
			if j.p < b {
				continue
			}
			n[j.set]++
			if !j.right {
				wrong[j.set]++
			}
			if j.never {
				never++
			}
		}
		for set, k := range n {
			if wrong[set] > (1-wanted)*k+allowed {
				return last
			}
		}
		if never > 0 {
			return last
		}
		last = round(b)
	}
	return last
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
