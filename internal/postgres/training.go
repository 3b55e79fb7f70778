package postgres

import (
	"context"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
	"github.com/querent/querent/internal/training"
)

// Pair finds a golden pair.
func (s *Store) Pair(ctx context.Context, id string) (*training.Pair, error) {
	row, err := s.q().Pair(ctx, id)
	if err != nil {
		return nil, translate("pair", err)
	}
	p := pairFromRow(row)
	return &p, nil
}

func pairFromRow(r dbgen.GoldenPair) training.Pair {
	return training.Pair{ID: r.ID, Question: r.Question, SQL: r.Sql, State: training.State(r.State), Origin: r.Origin, QuestionID: orEmpty(r.QueryID),
		ProposedBy: orEmpty(r.ProposedBy), ReviewedBy: orEmpty(r.ReviewedBy), Created: r.CreatedAt, Reviewed: timeOrZero(r.ReviewedAt), Stale: r.Stale}
}

// Pairs lists golden pairs, newest first.
func (s *Store) Pairs(ctx context.Context, f training.PairFilter) ([]training.Pair, int, error) {
	ids, words := f.IDs, patterns(f.Search)
	if ids == nil {
		ids = []string{}
	}
	total, err := s.q().CountPairs(ctx, dbgen.CountPairsParams{State: string(f.State), Key: f.Key, Ids: ids, Patterns: words})
	if err != nil {
		return nil, 0, translate("count pairs", err)
	}
	rows, err := s.q().Pairs(ctx, dbgen.PairsParams{State: string(f.State), Key: f.Key, Ids: ids, Patterns: words, MaxRows: int32(f.Limit), Skip: int32(f.Offset)})
	if err != nil {
		return nil, 0, translate("pairs", err)
	}
	out := make([]training.Pair, len(rows))
	for i, r := range rows {
		out[i] = pairFromRow(r)
	}
	return out, int(total), nil
}

var pairAction = map[training.State]string{training.Approved: audit.PairApprove, training.Retired: audit.PairRetire, training.Proposed: audit.PairReopen}

// SavePair inserts or updates a pair, audited, with its outbox item.
func (s *Store) SavePair(ctx context.Context, p *training.Pair) error {
	return s.tx(ctx, "save pair", func(q *dbgen.Queries) error {
		before, err := savePair(ctx, q, p)
		if err != nil {
			return err
		}
		if before != nil || p.State != training.Proposed {
			if err := record(ctx, q, pairAction[p.State], "pair:"+p.ID, before, plainPair(*p)); err != nil {
				return err
			}
		}
		if p.State == training.Proposed && before == nil {
			return nil
		}
		return q.Enqueue(ctx, dbgen.EnqueueParams{Collection: ask.SampleQueries, DocID: p.ID})
	})
}

// savePair writes the row, and gives the audit's view of the one before; nil
// when there was none.
func savePair(ctx context.Context, q *dbgen.Queries, p *training.Pair) (before any, err error) {
	search := searchable(p.Question, p.SQL)
	if p.ID == "" {
		row, err := q.CreatePair(ctx, dbgen.CreatePairParams{Question: p.Question, QuestionKey: p.Key(), Sql: p.SQL, State: string(p.State), Origin: p.Origin,
			QueryID: orNil(p.QuestionID), ProposedBy: orNil(p.ProposedBy), ReviewedBy: orNil(p.ReviewedBy), ReviewedAt: timeOrNil(p.Reviewed), Stale: p.Stale, Search: search})
		p.ID, p.Created = row.ID, row.CreatedAt
		return nil, err
	}
	old, err := q.LockPair(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	return plainPair(pairFromRow(old)), q.UpdatePair(ctx, dbgen.UpdatePairParams{ID: p.ID, Question: p.Question, QuestionKey: p.Key(), Sql: p.SQL,
		State: string(p.State), Origin: p.Origin, ReviewedBy: orNil(p.ReviewedBy), ReviewedAt: timeOrNil(p.Reviewed), Stale: p.Stale, Search: search})
}

func plainPair(p training.Pair) map[string]any {
	return map[string]any{"question": p.Question, "sql": p.SQL, "state": p.State}
}

// MarkPairStale sets or clears why a pair no longer fits.
func (s *Store) MarkPairStale(ctx context.Context, id, why string) error {
	_, err := s.q().MarkPairStale(ctx, dbgen.MarkPairStaleParams{ID: id, Stale: why})
	return translate("mark pair", err)
}

// Ontology reads every term and the version they make up.
func (s *Store) Ontology(ctx context.Context) (*ontology.Ontology, error) {
	version, err := s.q().OntologyVersion(ctx)
	if err != nil {
		return nil, translate("ontology version", err)
	}
	rows, err := s.q().Terms(ctx)
	if err != nil {
		return nil, translate("terms", err)
	}
	o := &ontology.Ontology{Version: version}
	for _, r := range rows {
		o.Terms = append(o.Terms, termFromRow(r))
	}
	return o, nil
}

func termFromRow(r dbgen.BusinessOntology) ontology.Term {
	return ontology.Term{ID: r.ID, Name: r.Name, Synonyms: r.Synonyms, Kind: ontology.Kind(r.Kind), Table: r.TableName, Column: r.ColumnName,
		SQL: r.Sql, Description: r.Description, Stale: r.Stale}
}

// SaveTerm inserts or updates a term, audited, with its outbox item.
func (s *Store) SaveTerm(ctx context.Context, t *ontology.Term) error {
	synonyms := t.Synonyms
	if synonyms == nil {
		synonyms = []string{}
	}
	err := s.tx(ctx, "save term", func(q *dbgen.Queries) error {
		var before any
		if t.ID == "" {
			row, err := q.CreateTerm(ctx, dbgen.CreateTermParams{Name: t.Name, NameKey: strings.ToLower(t.Name), Synonyms: synonyms, Kind: string(t.Kind),
				TableName: t.Table, ColumnName: t.Column, Sql: t.SQL, Description: t.Description})
			if err != nil {
				return err
			}
			t.ID = row.ID
		} else {
			old, err := q.LockTerm(ctx, t.ID)
			if err != nil {
				return err
			}
			before = termFromRow(old)
			if _, err := q.UpdateTerm(ctx, dbgen.UpdateTermParams{ID: t.ID, Name: t.Name, NameKey: strings.ToLower(t.Name), Synonyms: synonyms, Kind: string(t.Kind),
				TableName: t.Table, ColumnName: t.Column, Sql: t.SQL, Description: t.Description}); err != nil {
				return err
			}
		}
		return termChanged(ctx, q, audit.TermSave, t.ID, before, *t)
	})
	if err != nil && ask.CodeOf(err) == ask.Conflict {
		return &ask.Error{Code: ask.Conflict, Message: "Another term has this name.", Err: err}
	}
	return err
}

// DeleteTerm removes a term, audited, with its outbox item.
func (s *Store) DeleteTerm(ctx context.Context, id string) error {
	return s.tx(ctx, "delete term", func(q *dbgen.Queries) error {
		old, err := q.LockTerm(ctx, id)
		if err != nil {
			return err
		}
		if err := q.DeleteTerm(ctx, id); err != nil {
			return err
		}
		return termChanged(ctx, q, audit.TermDelete, id, termFromRow(old), nil)
	})
}

func termChanged(ctx context.Context, q *dbgen.Queries, action, id string, before, after any) error {
	if err := q.BumpOntologyVersion(ctx); err != nil {
		return err
	}
	if err := q.Enqueue(ctx, dbgen.EnqueueParams{Collection: ask.BusinessTerms, DocID: id}); err != nil {
		return err
	}
	return record(ctx, q, action, "term:"+id, before, after)
}

// MarkTermStale sets or clears why a term no longer fits.
func (s *Store) MarkTermStale(ctx context.Context, id, why string) error {
	return s.tx(ctx, "mark term", func(q *dbgen.Queries) error {
		if err := q.MarkTermStale(ctx, dbgen.MarkTermStaleParams{ID: id, Stale: why}); err != nil {
			return err
		}
		return q.BumpOntologyVersion(ctx)
	})
}

// Outbox reads the oldest items.
func (s *Store) Outbox(ctx context.Context, limit int) ([]training.OutboxItem, error) {
	rows, err := s.q().Outbox(ctx, int32(limit))
	if err != nil {
		return nil, translate("outbox", err)
	}
	out := make([]training.OutboxItem, len(rows))
	for i, r := range rows {
		out[i] = training.OutboxItem{ID: r.ID, Collection: r.Collection, DocID: r.DocID, Created: r.CreatedAt}
	}
	return out, nil
}

// OutboxDone removes items that were carried.
func (s *Store) OutboxDone(ctx context.Context, ids []int64) error {
	return translate("outbox done", s.q().OutboxDone(ctx, ids))
}
