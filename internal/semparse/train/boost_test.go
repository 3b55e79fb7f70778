package train

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// sample is right where the first number is large and the second small; the
// third says nothing.
func sample(n int) (xs [][]float64, right []bool, weights []float64) {
	r := rand.New(rand.NewPCG(1, 2))
	for range n {
		x := []float64{math.Floor(r.Float64() * 10), r.Float64(), r.Float64()}
		xs, right, weights = append(xs, x), append(right, x[0] > 4 && x[1] < 0.6), append(weights, 1)
	}
	return xs, right, weights
}

var small = boostOptions{trees: 40, depth: 3, rate: 0.2, leaf: 2, smooth: 1, worth: 0.1}

func TestBoostLearnsAndIsTheSameTwice(t *testing.T) {
	xs, right, weights := sample(2000)
	f := boost(small, xs, right, weights)
	wrong := 0
	for i, x := range xs {
		if (f.Score(x) > 0) != right[i] {
			wrong++
		}
	}
	if wrong > 40 {
		t.Errorf("%d of %d wrong", wrong, len(xs))
	}
	if again := boost(small, xs, right, weights); !reflect.DeepEqual(f, again) {
		t.Error("a second run grew other trees")
	}
}

func TestSignsAreKept(t *testing.T) {
	xs, right, weights := sample(2000)
	o := small
	o.signs = []int{-1, 0, 0} // against what the sample says
	f := boost(o, xs, right, weights)
	for v := 0.1; v < 1; v += 0.2 {
		last := math.Inf(1)
		for n := 0.0; n < 10; n++ {
			if s := f.Score([]float64{n, v, 0.5}); s > last+1e-9 {
				t.Fatalf("more of a feature with sign -1 raised the score at %v, %v", n, v)
			} else {
				last = s
			}
		}
	}
}

func TestCurveRises(t *testing.T) {
	var scores, weights []float64
	var right []bool
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		s := r.Float64()*6 - 3
		scores, weights, right = append(scores, s), append(weights, 1), append(right, r.Float64() < 1/(1+math.Exp(-s)))
	}
	c := curve(scores, right, weights)
	for i := 1; i < len(c.Y); i++ {
		if c.Y[i] < c.Y[i-1] || c.X[i] <= c.X[i-1] {
			t.Fatalf("the curve falls at corner %d: %v", i, c)
		}
	}
	if p := c.At(0); p < 0.42 || p > 0.58 {
		t.Errorf("%v where a half was right", p)
	}
}
