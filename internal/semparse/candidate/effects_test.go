package candidate

import (
	"testing"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

func TestEffects(t *testing.T) {
	count := logical.Measure{Agg: logical.Count, Base: "jobs"}
	average := logical.Measure{Agg: logical.Avg, Base: "jobs", Expr: &logical.Expr{Op: logical.Column}}
	plain := logical.Query{Measures: []logical.Measure{count}}
	of := func(m logical.Measure) logical.Query { return logical.Query{Measures: []logical.Measure{m}} }
	for _, c := range []struct {
		cue  link.CueKind
		done logical.Query
	}{
		{link.Average, of(average)},
		{link.Average, logical.Query{Entity: "jobs", Filters: []logical.Predicate{{Op: logical.Than, Measure: &average}}}},
		{link.MedianCue, of(logical.Measure{Agg: logical.Median})},
		{link.ShareOf, of(logical.Measure{Op: logical.Share, Args: []logical.Measure{count}})},
		{link.PercentUp, of(logical.Measure{Op: logical.Change, Percent: true, Args: []logical.Measure{count}})},
		{link.RunningCue, of(logical.Measure{Op: logical.Running, Args: []logical.Measure{count}})},
		{link.MovingCue, of(logical.Measure{Op: logical.Moving, N: 3, Args: []logical.Measure{count}})},
		{link.ChangeCue, logical.Query{Measures: []logical.Measure{count}, Compare: &logical.Compare{Change: true}}},
		{link.Most, logical.Query{Measures: []logical.Measure{count}, Order: []logical.Order{{Dimension: -1}}, Limit: 1}},
		{link.Highest, of(logical.Measure{Agg: logical.Max})},
		{link.Average, of(logical.Measure{Op: logical.Metric, SQL: "sum(a) / count(*)"})}, // what a term does is its own
	} {
		if !effectsOf(&c.done).does(c.cue) {
			t.Errorf("%s is not seen in %+v", c.cue, c.done)
		}
		if effectsOf(&plain).does(c.cue) {
			t.Errorf("%s is seen in a count", c.cue)
		}
	}
	if !effectsOf(&plain).does(link.CountOf) {
		t.Error("a count is not seen in a count")
	}
}
