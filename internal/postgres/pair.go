package postgres

import (
	"context"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
	"github.com/querent/querent/internal/training"
)

// Pair finds a golden pair.
func (s *Store) Pair(ctx context.Context, id string) (*training.Pair, error) {
	if !valid(id) {
		return nil, errNotFound
	}
	var p training.Pair
	err := s.read(ctx, "find pair", func(ctx context.Context, q *dbgen.Queries) error {
		row, err := q.Pair(ctx, id)
		p = pairFromRow(row)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// Pairs returns a page, newest first, with names, and, if f asks for it, how
// many there are.
func (s *Store) Pairs(ctx context.Context, f training.PairFilter) (page []training.Pair, n training.PairCounts, err error) {
	ids := validAll(f.IDs)
	if len(f.IDs) > 0 && len(ids) == 0 {
		return nil, n, nil
	}
	words := patterns(f.Search)
	err = s.read(ctx, "list pairs", func(ctx context.Context, q *dbgen.Queries) error {
		rows, err := q.Pairs(ctx, dbgen.PairsParams{State: string(f.State), Key: storable(f.Key), Ids: ids, Patterns: words,
			MaxRows: int32(f.Limit), Skip: int32(f.Offset)})
		if err != nil {
			return err
		}
		for _, row := range rows {
			p := pairFromRow(row.GoldenPair)
			p.Proposer, p.Reviewer = row.Proposer, row.Reviewer
			page = append(page, p)
		}
		if f.Count {
			n, err = countPairs(ctx, q, words)
		}
		return err
	})
	return page, n, err
}

func countPairs(ctx context.Context, q *dbgen.Queries, words []string) (training.PairCounts, error) {
	n := training.PairCounts{All: map[training.State]int{}, Matching: map[training.State]int{}}
	rows, err := q.CountPairs(ctx, words)
	for _, row := range rows {
		n.All[training.State(row.State)] = int(row.Pairs)
		n.Matching[training.State(row.State)] = int(row.Matching)
	}
	return n, err
}

// SavePair inserts p when its ID is empty, filling ID and Created, and updates
// it otherwise. A pair that is, or was, in use gets an outbox item and an audit
// entry in the same transaction.
func (s *Store) SavePair(ctx context.Context, p *training.Pair) error {
	if p.ID != "" && !valid(p.ID) {
		return errNotFound
	}
	saved := *p
	err := s.write(ctx, "save pair", func(ctx context.Context, q *dbgen.Queries) error {
		before, err := putPair(ctx, q, &saved)
		if err != nil || (before.State != training.Approved && saved.State == training.Proposed) {
			return err
		}
		if err := enqueue(ctx, q, ask.SampleQueries, saved.ID); err != nil {
			return err
		}
		return appendAudit(ctx, q, pairEntry(before, saved))
	})
	if err == nil {
		*p = saved
	}
	return err
}

// putPair writes p's row and returns what stood there; zero for a new pair.
func putPair(ctx context.Context, q *dbgen.Queries, p *training.Pair) (before training.Pair, err error) {
	p.Question, p.SQL = storable(p.Question), storable(p.SQL)
	if p.ID == "" {
		row, err := q.CreatePair(ctx, dbgen.CreatePairParams{Question: p.Question, QuestionKey: p.Key(), Sql: p.SQL,
			State: string(p.State), Origin: p.Origin, QueryID: orNull(p.QuestionID), ProposedBy: orNull(p.ProposedBy),
			ReviewedBy: orNull(p.ReviewedBy), ReviewedAt: orNull(p.Reviewed), Stale: p.Stale, Search: pairSearch(p)})
		*p = pairFromRow(row)
		return before, err
	}
	row, err := q.LockPair(ctx, p.ID)
	if err != nil {
		return before, err
	}
	return pairFromRow(row), q.UpdatePair(ctx, dbgen.UpdatePairParams{ID: p.ID, Question: p.Question, QuestionKey: p.Key(),
		Sql: p.SQL, State: string(p.State), Origin: p.Origin, ReviewedBy: orNull(p.ReviewedBy),
		ReviewedAt: orNull(p.Reviewed), Stale: p.Stale, Search: pairSearch(p)})
}

func pairEntry(before, after training.Pair) audit.Entry {
	action := map[training.State]string{training.Approved: audit.PairApprove, training.Retired: audit.PairRetire,
		training.Proposed: audit.PairReopen}[after.State]
	e := audit.Entry{Action: action, Object: "pair:" + after.ID, After: pairJSON(after)}
	if before.ID != "" {
		e.Before = pairJSON(before)
	}
	return e
}

func pairJSON(p training.Pair) string {
	return toJSON(struct {
		Question string         `json:"question"`
		SQL      string         `json:"sql"`
		State    training.State `json:"state"`
	}{p.Question, p.SQL, p.State})
}

// MarkPairStale sets Stale, or clears it when why is empty.
func (s *Store) MarkPairStale(ctx context.Context, id, why string) error {
	if !valid(id) {
		return errNotFound
	}
	return s.change(ctx, "mark pair stale", func(ctx context.Context, q *dbgen.Queries) error {
		n, err := q.MarkPairStale(ctx, dbgen.MarkPairStaleParams{ID: id, Stale: storable(why)})
		if err == nil && n == 0 {
			return errNotFound
		}
		return err
	})
}

func pairSearch(p *training.Pair) string { return fold(p.Question + "\n" + p.SQL) }

func pairFromRow(r dbgen.GoldenPair) training.Pair {
	return training.Pair{ID: r.ID, Question: r.Question, SQL: r.Sql, State: training.State(r.State), Origin: r.Origin,
		QuestionID: orZero(r.QueryID), ProposedBy: orZero(r.ProposedBy), ReviewedBy: orZero(r.ReviewedBy),
		Created: r.CreatedAt.UTC(), Reviewed: utc(r.ReviewedAt), Stale: r.Stale}
}
