package sketch

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// forest is gradient-boosted regression trees over dense features.
type forest struct {
	Trees []tree
	Base  float64
}

// tree is complete to its depth: node i has children 2i+1 and 2i+2. A feature
// of -1 marks a leaf.
type tree struct {
	Feature []int16
	Split   []float32 // left where the value is at most this
	Value   []float32
}

func (f *forest) score(x []float32) float64 {
	s := f.Base
	for i := range f.Trees {
		t := &f.Trees[i]
		n := 0
		for t.Feature[n] >= 0 {
			if x[t.Feature[n]] <= t.Split[n] {
				n = 2*n + 1
			} else {
				n = 2*n + 2
			}
		}
		s += float64(t.Value[n])
	}
	return s
}

// boosting holds what growing trees needs.
type boosting struct {
	rows     [][]float32
	binned   [][]uint8 // by feature, then row
	cuts     [][]float32
	grad     []float64
	hess     []float64
	depth    int
	rate     float64
	leastHes float64
	lambda   float64
	share    float64 // of rows and features that each tree is grown from
	draw     *rand.Rand
	open     []bool // features of the tree that grows
}

const maxBins = 48

func newBoosting(rows [][]float32, depth int, rate float64) *boosting {
	b := &boosting{rows: rows, depth: depth, rate: rate, leastHes: 8, lambda: 4, share: 0.6, draw: rand.New(rand.NewPCG(3, 4)),
		open: make([]bool, len(rows[0])), grad: make([]float64, len(rows)), hess: make([]float64, len(rows))}
	n := len(rows[0])
	b.binned, b.cuts = make([][]uint8, n), make([][]float32, n)
	parallel(n, func(f int) {
		b.cuts[f] = cutsOf(rows, f)
		b.binned[f] = make([]uint8, len(rows))
		for i, r := range rows {
			at, _ := slices.BinarySearch(b.cuts[f], r[f])
			b.binned[f][i] = uint8(at)
		}
	})
	return b
}

// cutsOf are at most maxBins-1 split values at even shares of the rows.
func cutsOf(rows [][]float32, f int) []float32 {
	step := max(1, len(rows)/20000)
	var vals []float32
	for i := 0; i < len(rows); i += step {
		vals = append(vals, rows[i][f])
	}
	slices.Sort(vals)
	var cuts []float32
	for k := 1; k < maxBins; k++ {
		v := vals[min(len(vals)-1, k*len(vals)/maxBins)]
		if v < vals[len(vals)-1] && (len(cuts) == 0 || v > cuts[len(cuts)-1]) {
			cuts = append(cuts, v)
		}
	}
	return cuts
}

// grow adds one tree fitted to the gradients of a part of the rows by a part
// of the features, drawn again for each tree, and what it says of each row to
// at.
func (b *boosting) grow(f *forest, at []float64) {
	size := 1<<(b.depth+1) - 1
	t := tree{Feature: make([]int16, size), Split: make([]float32, size), Value: make([]float32, size)}
	for i := range t.Feature {
		t.Feature[i] = -1
	}
	var drawn []int32
	for i := range b.rows {
		if b.draw.Float64() < b.share {
			drawn = append(drawn, int32(i))
		}
	}
	for k := range b.open {
		b.open[k] = b.draw.Float64() < b.share
	}
	b.split(&t, 0, 0, drawn)
	one := forest{Trees: []tree{t}}
	half := (len(b.rows) + workers - 1) / workers
	parallel(workers, func(w int) {
		for i := w * half; i < min(len(b.rows), (w+1)*half); i++ {
			at[i] += one.score(b.rows[i])
		}
	})
	f.Trees = append(f.Trees, t)
}

func (b *boosting) split(t *tree, node, level int, rows []int32) {
	var g, h float64
	for _, r := range rows {
		g += b.grad[r]
		h += b.hess[r]
	}
	if level < b.depth && h > 2*b.leastHes {
		if feature, bin := b.bestSplit(rows, g, h); feature >= 0 {
			var left, right []int32
			for _, r := range rows {
				if int(b.binned[feature][r]) <= bin {
					left = append(left, r)
				} else {
					right = append(right, r)
				}
			}
			t.Feature[node], t.Split[node] = int16(feature), b.cuts[feature][bin]
			b.split(t, 2*node+1, level+1, left)
			b.split(t, 2*node+2, level+1, right)
			return
		}
	}
	t.Value[node] = float32(b.rate * g / (h + b.lambda))
}

func (b *boosting) bestSplit(rows []int32, g, h float64) (feature, bin int) {
	type found struct {
		gain float64
		bin  int
	}
	each := make([]found, len(b.binned))
	parallel(len(b.binned), func(f int) {
		each[f].bin = -1
		if !b.open[f] {
			return
		}
		var gs, hs [maxBins]float64
		bins := b.binned[f]
		for _, r := range rows {
			gs[bins[r]] += b.grad[r]
			hs[bins[r]] += b.hess[r]
		}
		var gl, hl float64
		for k := range b.cuts[f] {
			gl += gs[k]
			hl += hs[k]
			if hl < b.leastHes || h-hl < b.leastHes {
				continue
			}
			gr := g - gl
			gain := gl*gl/(hl+b.lambda) + gr*gr/(h-hl+b.lambda) - g*g/(h+b.lambda)
			if gain > each[f].gain+1e-9 {
				each[f] = found{gain, k}
			}
		}
	})
	feature, top := -1, 1e-6
	for f, e := range each {
		if e.bin >= 0 && e.gain > top {
			feature, bin, top = f, e.bin, e.gain
		}
	}
	return feature, bin
}

// parallel runs f for 0 to n-1 on all cores.
func parallel(n int, f func(int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range workers {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

const workers = 2

// fitLists grows trees so that in each list the right rows come first: the
// gradient of the log share of the softmax that falls on right rows.
func fitLists(rows [][]float32, lists [][2]int, right []bool, trees, depth int) *forest {
	f := &forest{}
	b := newBoosting(rows, depth, 0.07)
	at := make([]float64, len(rows))
	for range trees {
		for _, l := range lists {
			listGradient(b, at, right, l)
		}
		b.grow(f, at)
	}
	return f
}

func listGradient(b *boosting, at []float64, right []bool, l [2]int) {
	top := math.Inf(-1)
	for i := l[0]; i < l[1]; i++ {
		top = max(top, at[i])
	}
	var all, good float64
	for i := l[0]; i < l[1]; i++ {
		e := math.Exp(at[i] - top)
		all += e
		if right[i] {
			good += e
		}
	}
	for i := l[0]; i < l[1]; i++ {
		e := math.Exp(at[i] - top)
		p, q := e/all, 0.0
		if right[i] && good > 0 {
			q = e / good
		}
		b.grad[i], b.hess[i] = q-p, max(1e-4, p*(1-p))
	}
}

// fitOdds grows trees whose score is the log odds of a row being right.
func fitOdds(rows [][]float32, right []bool, trees, depth int, leastHes float64) *forest {
	f := &forest{}
	good := 1.0
	for _, r := range right {
		good += float64(boolInt(r))
	}
	f.Base = math.Log(good / (float64(len(rows)) + 2 - good))
	b := newBoosting(rows, depth, 0.06)
	b.leastHes = leastHes
	at := make([]float64, len(rows))
	for i := range at {
		at[i] = f.Base
	}
	for range trees {
		for i := range rows {
			p := sigmoid(at[i])
			b.grad[i], b.hess[i] = float64(boolInt(right[i]))-p, max(1e-4, p*(1-p))
		}
		b.grow(f, at)
	}
	return f
}
