package sketch

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

// pool holds candidates with their verdicts, for learning to rank.
type pool struct{ lists []list }

type list struct {
	l     *lesson
	d     *draft
	q     *question // as it is answered
	cs    []*candidate
	rows  [][]float32
	right []bool
	first *candidate // before running

	verdicts map[string]bool // by SQL
}

// judgeTime bounds the run of one candidate.
const judgeTime = 150 * time.Millisecond

// keepForRank bounds the candidates of one question that ranking learns from.
const keepForRank = 48

func (p *pool) add(ctx context.Context, m *model, lessons []*lesson, words Words) {
	lists := make([]list, len(lessons))
	byDB := map[*schema.Schema][]int{}
	var dbs []*schema.Schema
	for i, l := range lessons {
		if byDB[l.Schema] == nil {
			dbs = append(dbs, l.Schema)
		}
		byDB[l.Schema] = append(byDB[l.Schema], i)
	}
	parallel(len(dbs), func(d int) {
		for _, i := range byDB[dbs[d]] {
			lists[i] = judge(ctx, m, lessons[i], words)
		}
	})
	p.lists = append(p.lists, lists...)
}

// judge proposes candidates, as for an answer, and finds which are right.
func judge(ctx context.Context, m *model, l *lesson, words Words) list {
	d := amended(ask.Prompt{Question: l.Question, Schema: l.Schema}, l.q.x)
	out := list{l: l, d: d, q: d.linked(words, m.lexicon), verdicts: map[string]bool{}}
	if !l.Telling {
		return out
	}
	cs := propose(out.q, m)
	for i, c := range cs[:min(len(cs), keepForRank)] {
		settled := d.settle(out.q, []*candidate{c})
		if len(settled) == 0 {
			continue
		}
		sql := settled[0].sql
		if _, judged := out.verdicts[sql]; !judged {
			limited, cancel := context.WithTimeout(ctx, judgeTime)
			right, err := l.Right(limited, sql)
			cancel()
			out.verdicts[sql] = right && err == nil
		}
		out.cs = append(out.cs, c)
		out.right = append(out.right, out.verdicts[sql])
		out.rows = append(out.rows, out.q.rankFeatures(c, i, cs[0].base))
	}
	return out
}

func (p *pool) oracle() float64 {
	n := 0
	for _, l := range p.lists {
		n += boolInt(slices.Contains(l.right, true))
	}
	return float64(n) / float64(max(1, len(p.lists)))
}

func (p *pool) first() float64 {
	n := 0
	for _, l := range p.lists {
		n += boolInt(len(l.right) > 0 && l.right[0])
	}
	return float64(n) / float64(max(1, len(p.lists)))
}

// fitRank learns the first forest, then puts each list in its order as judged
// by a forest that did not see it.
func (p *pool) fitRank(m *model) {
	m.rank = fitListsOf(p.lists, -1)
	p.orderWithout(func(k int) *forest { return fitListsOf(p.lists, k) })
}

// orderWithout orders each list by the forest that was fitted without it.
func (p *pool) orderWithout(fit func(fold int) *forest) {
	forests := make([]*forest, p.lists[0].l.Folds)
	for k := range forests {
		forests[k] = fit(k)
	}
	for i := range p.lists {
		p.lists[i].order(forests[p.lists[i].l.Fold])
	}
}

func fitListsOf(all []list, without int) *forest {
	var rows [][]float32
	var bounds [][2]int
	var right []bool
	for _, l := range all {
		if l.l.Fold == without || !slices.Contains(l.right, true) {
			continue
		}
		bounds = append(bounds, [2]int{len(rows), len(rows) + len(l.rows)})
		rows, right = append(rows, l.rows...), append(right, l.right...)
	}
	return fitLists(rows, bounds, right, listTrees, 5)
}

func (l *list) order(f *forest) {
	right := map[*candidate]bool{}
	for i, c := range l.cs {
		c.score = f.score(l.rows[i])
		right[c] = l.right[i]
	}
	slices.SortStableFunc(l.cs, func(a, b *candidate) int { return cmp.Compare(b.score, a.score) })
	preferFilled(l.cs)
	for i, c := range l.cs {
		l.right[i] = right[c]
	}
	l.rows = nil
}

// fitFinal learns the order of the best candidates from what running them
// shows.
func (p *pool) fitFinal(ctx context.Context, m *model) {
	parallel(len(p.lists), func(i int) {
		l := &p.lists[i]
		l.cs, l.right = l.d.settle(l.q, l.q.leastLeftOut(l.cs)), nil
		for _, c := range l.cs {
			l.right = append(l.right, l.verdicts[c.sql])
		}
		if len(l.cs) == 0 {
			return
		}
		tryAll(ctx, l.cs, l.l.Try)
		l.first = l.cs[0]
		for k := range l.cs {
			l.rows = append(l.rows, l.q.finalFeatures(l.cs, k))
		}
	})
	m.final = fitListsOf(p.lists, -1)
	p.orderWithout(func(k int) *forest { return fitListsOf(p.lists, k) })
}

// fitOdds learns how likely the first candidate is right, and from which odds
// on sureShare of the first are.
func (p *pool) fitOdds(m *model) (coverage float64) {
	type top struct {
		row   []float32
		right bool
		fold  int
		odds  float64
	}
	var tops []*top
	for _, l := range p.lists {
		if len(l.cs) > 0 {
			tops = append(tops, &top{row: l.q.oddsFeatures(l.cs, l.first), right: l.right[0], fold: l.l.Fold})
		}
	}
	fit := func(without int) *forest {
		var rows [][]float32
		var right []bool
		for _, t := range tops {
			if t.fold != without {
				rows, right = append(rows, t.row), append(right, t.right)
			}
		}
		return fitOdds(rows, right, oddsTrees, 4, 8)
	}
	for k := range p.lists[0].l.Folds {
		f := fit(k)
		for _, t := range tops {
			if t.fold == k {
				t.odds = f.score(t.row)
			}
		}
	}
	m.odds = fit(-1)
	slices.SortStableFunc(tops, func(a, b *top) int { return cmp.Compare(b.odds, a.odds) })
	good := 0
	for i, t := range tops {
		good += boolInt(t.right)
		if float64(good) >= sureShare*float64(i+1) {
			m.sure, coverage = t.odds, float64(i+1)/float64(len(tops))
		}
	}
	return coverage
}

// sureShare is the share of Compiled answers that are right when every
// database is answered by a parser that learned from the others. One that
// learned from all of them does a little better than that.
const sureShare = 0.89
