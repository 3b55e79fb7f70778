// Package ml is what learned numbers compute: shallow trees that add up, and a
// curve that makes a probability of their sum. It knows nothing of questions,
// and holds no learning.
package ml

import "math"

// Node is one split of a tree, or a leaf. The children of a split follow it in
// the tree's list.
type Node struct {
	Feature int     // position in the vector; -1 for a leaf
	At      float64 // rows whose feature is at most this go to Low, others to High
	Low     int
	High    int
	Value   float64 // of a leaf
}

// Tree is a list of nodes, the root first.
type Tree []Node

// score finds the leaf that x falls into.
func (t Tree) score(x []float64) float64 {
	i := 0
	for t[i].Feature >= 0 {
		if x[t[i].Feature] <= t[i].At {
			i = t[i].Low
		} else {
			i = t[i].High
		}
	}
	return t[i].Value
}

// Forest adds up trees.
type Forest struct {
	Base  float64
	Trees []Tree
}

// Score is the sum for a vector, in log odds.
func (f *Forest) Score(x []float64) float64 {
	s := f.Base
	for _, t := range f.Trees {
		s += t.score(x)
	}
	return s
}

// Sigmoid makes a probability of log odds.
func Sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Curve is a rising function in straight pieces, given by its corners. Before
// the first and after the last corner it is flat.
type Curve struct {
	X []float64 `json:"x"`
	Y []float64 `json:"y"`
}

// At is the curve's height at x.
func (c Curve) At(x float64) float64 {
	n := len(c.X)
	switch {
	case n == 0:
		return Sigmoid(x)
	case x <= c.X[0]:
		return c.Y[0]
	case x >= c.X[n-1]:
		return c.Y[n-1]
	}
	low, high := 0, n-1
	for high-low > 1 {
		if mid := (low + high) / 2; c.X[mid] <= x {
			low = mid
		} else {
			high = mid
		}
	}
	part := (x - c.X[low]) / (c.X[high] - c.X[low])
	return c.Y[low] + part*(c.Y[high]-c.Y[low])
}
