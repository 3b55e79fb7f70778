package legacy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/ncruces/go-sqlite3"
)

// Verify compares tables of a target with the old database as it stands now.
// ErrDiffers, with the tables, when they are not the same.
func (o *Old) Verify(ctx context.Context, names []string, path string, progress Progress) (tables []Table, err error) {
	err = o.inSnapshot(ctx, names, pgx.ReadOnly, lockToRead, func(s *snapshot) error {
		tables, err = s.verify(ctx, path, progress)
		return err
	})
	return tables, err
}

// Drop removes tables from the old database after it has found them whole in
// the target, in one transaction that lets nobody change them in between.
// What depends on them, such as a view, keeps them.
func (o *Old) Drop(ctx context.Context, names []string, path string, progress Progress) (tables []Table, err error) {
	err = o.inSnapshot(ctx, names, pgx.ReadWrite, lockToDrop, func(s *snapshot) error {
		if tables, err = s.verify(ctx, path, progress); err != nil {
			return err
		}
		qualified := make([]string, len(s.tables))
		for i, t := range s.tables {
			qualified[i] = t.qualified()
		}
		_, err := s.tx.Exec(ctx, "drop table "+strings.Join(qualified, ", "))
		return err
	})
	return tables, err
}

func (s *snapshot) verify(ctx context.Context, path string, progress Progress) (_ []Table, err error) {
	c, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READONLY)
	if err != nil {
		return nil, fmt.Errorf("the target %s: %w", path, err)
	}
	c.SetInterrupt(ctx)
	defer func() { err = errors.Join(err, c.Close()) }()
	originals := make([]*digest, len(s.tables))
	for i, t := range s.tables {
		tell := func(rows int64) { progress("read", t.name, rows, t.estimate) }
		if originals[i], err = s.readOld(ctx, t, tell, func([][]byte) error { return nil }); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	tables, err := s.compareAll(c, originals, progress)
	if err == nil && !AllSame(tables) {
		err = ErrDiffers
	}
	return tables, err
}
