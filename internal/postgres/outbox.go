package postgres

import (
	"context"

	"github.com/querent/querent/internal/postgres/internal/dbgen"
	"github.com/querent/querent/internal/training"
)

// Outbox returns the oldest items, at most limit.
func (s *Store) Outbox(ctx context.Context, limit int) (items []training.OutboxItem, err error) {
	err = s.read(ctx, "read the outbox", func(ctx context.Context, q *dbgen.Queries) error {
		rows, err := q.Outbox(ctx, int32(limit))
		for _, r := range rows {
			items = append(items, training.OutboxItem{ID: r.ID, Collection: r.Collection, DocID: r.DocID, Created: r.CreatedAt.UTC()})
		}
		return err
	})
	return items, err
}

// OutboxDone removes items; those already gone don't matter.
func (s *Store) OutboxDone(ctx context.Context, ids []int64) error {
	return s.change(ctx, "clear the outbox", func(ctx context.Context, q *dbgen.Queries) error {
		return q.OutboxDone(ctx, ids)
	})
}

func enqueue(ctx context.Context, q *dbgen.Queries, collection, id string) error {
	return q.Enqueue(ctx, dbgen.EnqueueParams{Collection: collection, DocID: id})
}
