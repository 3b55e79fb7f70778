package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/querent/querent/internal/postgres/internal/dbgen"
	"github.com/querent/querent/internal/training"
)

// Trained is the last training of any replica, zero before the first.
func (s *Store) Trained(ctx context.Context) (t training.Trained, err error) {
	err = s.read(ctx, "read the last training", func(ctx context.Context, q *dbgen.Queries) error {
		row, err := q.Trained(ctx)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		t = training.Trained{Fingerprint: row.Fingerprint, At: row.TrainedAt.UTC()}
		return err
	})
	return t, err
}

// SaveTrained records a training that has ended well.
func (s *Store) SaveTrained(ctx context.Context, fingerprint string) error {
	return s.change(ctx, "record the training", func(ctx context.Context, q *dbgen.Queries) error {
		return q.SaveTrained(ctx, fingerprint)
	})
}
