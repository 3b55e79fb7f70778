package sketch

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/querent/querent/internal/ask"
)

// candidate is one frame with what spoke for it.
type candidate struct {
	frame  *frame
	sketch sketch
	sql    string
	why    reasons
	base   float64 // the proposer's own score, for the beam
	vals   []choice
	score  float64 // the ranker's
	odds   float64 // log odds of being right, of the first candidate alone
	result outcome
	by     *proposer
	joined []*table // of the outer FROM

	meant   *frame       // with what rules put in; nil where they put in nothing
	amended []ask.Phrase // what they put in
	notes   []string     // what they assumed
}

// reasons are the log probabilities and log odds of a candidate's decisions.
type reasons struct {
	heads                                  [8]float64
	prior                                  float64
	sel, selMin, val, valMin, group, order float64
	tab, tabMin, nest                      float64
}

// proposer composes candidates for one question.
type proposer struct {
	*question
	m     *model
	roles map[string][]role // by role, then column id
	order map[string][]*column
	tabs  []float64 // log odds of each table being joined
	subs  []float64 // and of being what a negation is about
	vals  [][]choice
	out   []*candidate

	assigned map[assignKey][]assignment
	subsetOf map[int][]selection
}

const (
	maxSketches = 32
	sketchGap   = 6
	maxBeam     = 100
	maxChoices  = 4
)

func newProposer(q *question, m *model) *proposer {
	return &proposer{question: q, m: m, assigned: map[assignKey][]assignment{}, subsetOf: map[int][]selection{}}
}

func propose(q *question, m *model) []*candidate {
	p := newProposer(q, m)
	p.scoreColumns()
	p.scoreTables()
	p.scoreValues()
	for _, s := range p.sketches() {
		p.fill(s)
	}
	return p.best()
}

type scoredSketch struct {
	sketch
	heads   [8]float64
	prior   float64
	total   float64
	promise float64 // total with the best that can fill it
}

// sketches are the likeliest outlines, among those ever seen, with what can
// fill them.
func (p *proposer) sketches() []scoredSketch {
	f := p.sketchFeatures()
	logits := make([]map[string]float64, len(sketchHeads))
	for i, h := range sketchHeads {
		logits[i] = p.m.logits(h, f)
	}
	var all []scoredSketch
	best := math.Inf(-1) // promise so far
	for i, s := range p.m.sketches {
		o := scoredSketch{sketch: s, prior: p.m.prior[i], total: 0.3 * p.m.prior[i]}
		for j, h := range sketchHeads {
			if h != "plain" && h != "where" {
				o.heads[j] = logits[j][s.class(h)]
				o.total += o.heads[j]
			}
		}
		all = p.counted(all, &best, o, logits[1], logits[2])
	}
	slices.SortStableFunc(all, func(a, b scoredSketch) int { return cmp.Compare(b.promise, a.promise) })
	for i, s := range all {
		if i >= maxSketches || s.promise < all[0].promise-sketchGap {
			return all[:i]
		}
	}
	return all
}

// counted adds an outline with each number of columns and conditions that the
// question's columns and values can fill, unless the best so far promises so
// much more that it would be left out in the end.
func (p *proposer) counted(all []scoredSketch, best *float64, o scoredSketch, plains, wheres map[string]float64) []scoredSketch {
	inner, _ := strconv.Atoi(o.Inner)
	for _, plain := range p.m.classes["plain"] {
		n, _ := strconv.Atoi(plain)
		if n == 0 && o.Aggs == "" {
			continue
		}
		sel := p.selectsOf(n)
		if len(sel) == 0 {
			continue
		}
		for _, where := range p.m.classes["where"] {
			w, _ := strconv.Atoi(strings.TrimSuffix(where, "|"))
			as := p.assign(w+inner, o.Having != "", strings.HasSuffix(o.Order, "N"))
			if len(as) == 0 {
				continue
			}
			s := o
			s.Plain, s.Where = plain, where
			s.heads[1], s.heads[2] = plains[plain], wheres[where]
			s.total += s.heads[1] + s.heads[2]
			s.promise = s.total + 0.5*sel[0].score + as[0].score
			if s.promise < *best-sketchGap {
				continue
			}
			*best = max(*best, s.promise)
			all = append(all, s)
		}
	}
	return all
}

// likely are the n likeliest classes.
func likely(logits map[string]float64, n int) []string {
	out := slices.Collect(maps.Keys(logits))
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(logits[b], logits[a]), cmp.Compare(a, b)) })
	return out[:min(n, len(out))]
}

func bestOf(m map[string]float64) string {
	top, out := math.Inf(-1), ""
	for k, v := range m {
		if v > top || v == top && k < out {
			top, out = v, k
		}
	}
	return out
}

// fill composes the frames of one sketch.
func (p *proposer) fill(s scoredSketch) {
	where, _ := strconv.Atoi(strings.TrimSuffix(s.Where, "|"))
	inner, _ := strconv.Atoi(strings.TrimSuffix(s.Inner, "h"))
	assigned := p.assign(where+inner, s.Having != "", strings.HasSuffix(s.Order, "N"))
	if len(assigned) == 0 {
		return
	}
	selects := p.selects(s.sketch)
	for _, a := range assigned {
		for _, sel := range selects {
			c := &candidate{by: p, sketch: s.sketch, frame: &frame{sel: sel.items, or: strings.HasSuffix(s.Where, "|"), limit: a.limit}}
			c.why = reasons{heads: s.heads, prior: s.prior, sel: sel.score, selMin: sel.low, val: a.score, valMin: a.low}
			c.base = s.total + 0.5*sel.score + a.score
			p.complete(c, a, s)
		}
	}
}

// complete adds groups, bounds, order, nesting and tables, each in a few ways.
func (p *proposer) complete(c *candidate, a assignment, s scoredSketch) {
	conds, ok := p.conditions(a.where)
	if !ok {
		return
	}
	c.vals = append(slices.Clone(a.where), a.having...)
	cs := []*candidate{c}
	where, _ := strconv.Atoi(strings.TrimSuffix(s.Where, "|"))
	c.frame.where = conds[:min(where, len(conds))]
	rest := conds[len(c.frame.where):]
	if s.Group {
		cs = p.each(cs, p.groups)
	}
	if s.Having != "" {
		cs = p.each(cs, func(c *candidate) []*candidate { return p.havings(c, a.having[0]) })
	}
	if s.Order != "" {
		cs = p.each(cs, p.orders)
	}
	cs = p.each(cs, p.withTables)
	if s.Nest != "" {
		cs = p.each(cs, func(c *candidate) []*candidate { return p.nests(c, rest) })
	}
	for _, c := range cs {
		if c.sql, ok = c.frame.sql(p.x); ok {
			c.joined, _, _ = p.x.connect(c.frame.tables())
			p.out = append(p.out, c)
		}
	}
}

func (p *proposer) each(cs []*candidate, f func(*candidate) []*candidate) []*candidate {
	var out []*candidate
	for _, c := range cs {
		out = append(out, f(c)...)
	}
	return out
}

// with is a copy of c, changed, with another base score.
func (c *candidate) with(score float64, change func(*frame, *reasons)) *candidate {
	d := *c
	f := *c.frame
	d.frame = &f
	change(&f, &d.why)
	d.base += score
	return &d
}

// best are the candidates that are worth ranking, best first, one for each
// SQL.
func (p *proposer) best() []*candidate {
	slices.SortStableFunc(p.out, func(a, b *candidate) int { return cmp.Compare(b.base, a.base) })
	seen := map[string]bool{}
	var out []*candidate
	for _, c := range p.out {
		if !seen[c.sql] && len(out) < maxBeam {
			seen[c.sql] = true
			out = append(out, c)
		}
	}
	return out
}
