package train

import (
	"cmp"
	"math"
	"slices"

	"github.com/querent/querent/internal/semparse/ml"
)

// boostOptions say how trees are grown. The budget is in trees: two runs over
// the same rows grow the same trees.
type boostOptions struct {
	trees, depth int
	rate         float64 // how much of each tree is taken
	leaf         float64 // least weight of a leaf
	smooth       float64 // pulls leaves towards zero
	worth        float64 // least gain of a split
	signs        []int   // of features: 1 only raises, -1 only lowers, 0 either
}

// maxBins is how many quantiles of one feature are looked at as cuts, maxRare
// how many whole numbers besides.
const (
	maxBins = 24
	maxRare = 8
)

// booster grows trees by gradient boosting of the logistic loss, over features
// cut into bins.
type booster struct {
	boostOptions
	cuts  [][]float64 // of each feature, rising
	bins  [][]uint8   // of each feature, by row
	right []float64
	w     []float64
	score []float64
	grad  []float64
	hess  []float64
	grown int // trees
}

// boost learns log odds of being right from vectors.
func boost(o boostOptions, xs [][]float64, right []bool, weights []float64) *ml.Forest {
	b := &booster{boostOptions: o, w: weights, right: make([]float64, len(xs)), score: make([]float64, len(xs)),
		grad: make([]float64, len(xs)), hess: make([]float64, len(xs))}
	sum, all := 1.0, 2.0
	for i, r := range right {
		if r {
			b.right[i] = 1
			sum += weights[i]
		}
		all += weights[i]
	}
	b.cut(xs)
	f := &ml.Forest{Base: round(math.Log(sum / (all - sum)))}
	for i := range b.score {
		b.score[i] = f.Base
	}
	for b.grown = range o.trees {
		f.Trees = append(f.Trees, b.tree())
	}
	return f
}

// cut finds each feature's bins.
func (b *booster) cut(xs [][]float64) {
	if len(xs) == 0 {
		return
	}
	values := make([]float64, len(xs))
	for f := range xs[0] {
		for i, x := range xs {
			values[i] = x[f]
		}
		cuts := cutsOf(values)
		bins := make([]uint8, len(xs))
		for i, x := range xs {
			at, _ := slices.BinarySearch(cuts, x[f])
			bins[i] = uint8(at)
		}
		b.cuts, b.bins = append(b.cuts, cuts), append(b.bins, bins)
	}
}

// cutsOf finds where a feature may be split: at quantiles, and at the first
// whole numbers, which quantiles pass over where a count is mostly zero.
func cutsOf(values []float64) []float64 {
	sorted := slices.Sorted(slices.Values(values))
	last := sorted[len(sorted)-1]
	var cuts []float64
	for k := 1; k < maxBins; k++ {
		if v := sorted[k*len(sorted)/maxBins]; v < last {
			cuts = append(cuts, v)
		}
	}
	rare := 0
	for i := 1; i < len(sorted) && rare < maxRare; i++ {
		if v := sorted[i-1]; sorted[i] != v && v < last && math.Trunc(v) == v {
			cuts = append(cuts, v)
			rare++
		}
	}
	slices.Sort(cuts)
	return slices.Compact(cuts)
}

// tree grows one tree and adds it to the scores.
func (b *booster) tree() ml.Tree {
	rows := make([]int32, len(b.score))
	for i := range rows {
		rows[i] = int32(i)
		p := ml.Sigmoid(b.score[i])
		b.grad[i] = b.w[i] * (b.right[i] - p)
		b.hess[i] = b.w[i] * p * (1 - p)
	}
	var t ml.Tree
	b.grow(&t, rows, 0, bounds{math.Inf(-1), math.Inf(1)})
	return t
}

// bounds are what the leaves of a branch may hold, so that a feature with a
// sign acts that way alone.
type bounds struct{ low, high float64 }

func (o bounds) clamp(v float64) float64 { return math.Max(o.low, math.Min(o.high, v)) }

func (b *booster) leafOf(g, h float64) float64 { return b.rate * g / (h + b.smooth) }

func (b *booster) grow(t *ml.Tree, rows []int32, depth int, in bounds) int {
	at := len(*t)
	*t = append(*t, ml.Node{Feature: -1})
	g, h := 0.0, 0.0
	for _, i := range rows {
		g += b.grad[i]
		h += b.hess[i]
	}
	if depth < b.depth {
		if s := b.split(rows, g, h); s.gain > b.worth {
			low, high := b.part(rows, s)
			left, right := in, in
			mid := (in.clamp(b.leafOf(s.g, s.h)) + in.clamp(b.leafOf(g-s.g, h-s.h))) / 2
			switch b.sign(s.feature) {
			case 1:
				left.high, right.low = mid, mid
			case -1:
				left.low, right.high = mid, mid
			}
			l := b.grow(t, low, depth+1, left)
			r := b.grow(t, high, depth+1, right)
			(*t)[at] = ml.Node{Feature: s.feature, At: b.cuts[s.feature][s.bin], Low: l, High: r}
			return at
		}
	}
	v := round(in.clamp(b.leafOf(g, h)))
	(*t)[at].Value = v
	for _, i := range rows {
		b.score[i] += v
	}
	return at
}

// round keeps the file readable.
func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }

type split struct {
	feature, bin int
	gain         float64
	g, h         float64 // of the low part
}

// split finds the best way to part rows.
func (b *booster) split(rows []int32, g, h float64) split {
	var best split
	var sums [256][2]float64
	gathered := make([][2]float64, len(rows))
	for k, i := range rows {
		gathered[k] = [2]float64{b.grad[i], b.hess[i]}
	}
	whole := g * g / (h + b.smooth)
	for f, bins := range b.bins {
		n := len(b.cuts[f]) + 1
		if n == 1 || !b.seen(f) {
			continue
		}
		clear(sums[:n])
		for k, i := range rows {
			at := &sums[bins[i]]
			at[0] += gathered[k][0]
			at[1] += gathered[k][1]
		}
		lg, lh := 0.0, 0.0
		for k := range n - 1 {
			lg += sums[k][0]
			lh += sums[k][1]
			rg, rh := g-lg, h-lh
			if lh < b.leaf || rh < b.leaf {
				continue
			}
			gain := lg*lg/(lh+b.smooth) + rg*rg/(rh+b.smooth) - whole
			if wrong := float64(b.sign(f)) * (rg/(rh+b.smooth) - lg/(lh+b.smooth)); wrong < 0 {
				continue
			}
			if gain > best.gain+1e-9 {
				best = split{f, k, gain, lg, lh}
			}
		}
	}
	return best
}

// seen reports whether the tree that grows looks at feature f: each sees a
// third of them, so that trees differ and none leans on a few.
func (b *booster) seen(f int) bool { return (uint32(f)*2654435761+uint32(b.grown)*40503)>>7%3 == 0 }

func (b *booster) sign(f int) int {
	if f < len(b.signs) {
		return b.signs[f]
	}
	return 0
}

func (b *booster) part(rows []int32, s split) (low, high []int32) {
	for _, i := range rows {
		if int(b.bins[s.feature][i]) <= s.bin {
			low = append(low, i)
		} else {
			high = append(high, i)
		}
	}
	return low, high
}

// cornerRows is how many rows a corner of a curve stands for at least.
const cornerRows = 40

// curve makes a probability of scores: the share that was right, rising with
// the score, pooled where it would fall (isotonic regression), and pulled a
// little towards a half where few speak.
func curve(scores []float64, right []bool, weights []float64) ml.Curve {
	at := make([]int, len(scores))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(scores[a], scores[b]) })
	type pool struct{ x, y, w float64 }
	var pools []pool
	var next pool
	for k, i := range at {
		next.x += scores[i] * weights[i]
		next.w += weights[i]
		if right[i] {
			next.y += weights[i]
		}
		if next.w < cornerRows && k < len(at)-1 {
			continue
		}
		pools = append(pools, next)
		next = pool{}
		for n := len(pools); n > 1 && pools[n-2].y/pools[n-2].w >= pools[n-1].y/pools[n-1].w; n = len(pools) {
			a, b := pools[n-2], pools[n-1]
			pools = append(pools[:n-2], pool{a.x + b.x, a.y + b.y, a.w + b.w})
		}
	}
	var c ml.Curve
	for _, p := range pools {
		if p.w > 0 {
			c.X = append(c.X, round(p.x/p.w))
			c.Y = append(c.Y, round((p.y+0.5)/(p.w+1)))
		}
	}
	return c
}
