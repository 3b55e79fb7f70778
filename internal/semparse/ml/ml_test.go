package ml

import "testing"

func TestForestAddsUpLeaves(t *testing.T) {
	f := Forest{Base: -1, Trees: []Tree{
		{{Feature: 0, At: 2, Low: 1, High: 2}, {Feature: -1, Value: 0.5}, {Feature: 1, At: 0, Low: 3, High: 4}, {Feature: -1, Value: 1}, {Feature: -1, Value: 2}},
		{{Feature: -1, Value: 0.25}},
	}}
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{[]float64{2, 9}, -0.25},
		{[]float64{3, 0}, 0.25},
		{[]float64{3, 1}, 1.25},
	} {
		if got := f.Score(c.x); got != c.want {
			t.Errorf("Score(%v) = %v, want %v", c.x, got, c.want)
		}
	}
}

func TestCurveIsFlatOutsideItsCorners(t *testing.T) {
	c := Curve{X: []float64{-1, 1, 3}, Y: []float64{0.1, 0.5, 0.9}}
	for x, want := range map[float64]float64{-9: 0.1, -1: 0.1, 0: 0.3, 1: 0.5, 2: 0.7, 3: 0.9, 9: 0.9} {
		if got := c.At(x); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("At(%v) = %v, want %v", x, got, want)
		}
	}
	if got := (Curve{}).At(0); got != 0.5 {
		t.Errorf("a curve without corners is the sigmoid, not %v at 0", got)
	}
}
