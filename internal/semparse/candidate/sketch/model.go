package sketch

import (
	"math"
)

// model is what was learned: weights of linear heads over hashed features, the
// outlines seen, and trees that rank candidates.
type model struct {
	weights  []float32           // 1<<weightBits
	sketches []sketch            // without Plain and Where
	prior    []float64           // log share of each sketch
	classes  map[string][]string // of each softmax head
	rank     *forest             // before running
	final    *forest             // after running
	odds     *forest             // log odds of the first being right
	sure     float64             // odds from which an answer is Compiled
	lexicon  *lexicon
}

const weightBits = 22

func slot(head, feature uint32) uint32 {
	h := (feature ^ head*0x85ebca6b) * 0x9e3779b1
	h ^= h >> 15
	h *= 0x2c1b3c6d
	return h >> (32 - weightBits)
}

func headHash(name string) uint32 { return hashString(fnvOffset, name) }

func (m *model) score(head uint32, f features) float64 {
	var s float32
	for _, x := range f {
		s += m.weights[slot(head, x)]
	}
	return float64(s)
}

// logits scores each class of a softmax head, as log probabilities.
func (m *model) logits(head string, f features) map[string]float64 {
	classes := m.classes[head]
	raw := make([]float64, len(classes))
	for i, c := range classes {
		raw[i] = m.score(headHash(head+"="+c), f)
	}
	logSoftmax(raw)
	out := make(map[string]float64, len(classes))
	for i, c := range classes {
		out[c] = raw[i]
	}
	return out
}

func logSoftmax(x []float64) {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, v)
	}
	var sum float64
	for _, v := range x {
		sum += math.Exp(v - top)
	}
	norm := top + math.Log(sum)
	for i := range x {
		x[i] -= norm
	}
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// The parts of a sketch, each a softmax head.
var sketchHeads = []string{"aggs", "plain", "where", "group", "having", "order", "nest", "inner"}

func (s sketch) class(head string) string {
	switch head {
	case "aggs":
		return s.Aggs
	case "plain":
		return s.Plain
	case "where":
		return s.Where
	case "group":
		if s.Group {
			return "y"
		}
		return "n"
	case "having":
		return s.Having
	case "order":
		return s.Order
	case "nest":
		return s.Nest
	}
	return s.Inner
}
