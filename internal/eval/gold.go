package eval

import "context"

// golds are the results of a question's golds; those that fail are left out.
type golds struct {
	results []*rowset
	reading []int // of each result: golds with equal results are one reading
	most    int   // rows of the longest
	failed  error // of one that did not run
	ordered bool
}

// runGolds gives the results of a question's golds.
func runGolds(ctx context.Context, store *goldStore, db *Database, q Question) (*golds, error) {
	g := &golds{ordered: q.Ordered}
	for _, sql := range q.Golds {
		r, err := store.result(ctx, db, sql)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			g.failed = err // the others stand
			continue
		}
		g.add(r)
	}
	return g, nil
}

func (g *golds) add(r *rowset) {
	reading := len(g.results)
	for i, other := range g.results {
		if len(r.columns) == len(other.columns) && other.holds(r, g.ordered) {
			reading = g.reading[i]
			break
		}
	}
	g.results, g.reading, g.most = append(g.results, r), append(g.reading, reading), max(g.most, r.rows)
}

// match reports whether got answers the question as one of the golds does.
func (g *golds) match(got *rowset) bool {
	for _, r := range g.results {
		if r.holds(got, g.ordered) {
			return true
		}
	}
	return false
}

// readings adds the readings that got equals.
func (g *golds) readings(got *rowset, into map[int]bool) (some bool) {
	for i, r := range g.results {
		if r.holds(got, g.ordered) {
			into[g.reading[i]], some = true, true
		}
	}
	return some
}
