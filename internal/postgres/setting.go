package postgres

import (
	"context"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
)

// Settings are the saved runtime settings and their version, 0 before the
// first save.
func (s *Store) Settings(ctx context.Context) (values map[string]string, version int64, err error) {
	err = s.read(ctx, "read settings", func(ctx context.Context, q *dbgen.Queries) (err error) {
		values, version, err = readSettings(ctx, q)
		return err
	})
	return values, version, err
}

// SaveSettings saves the texts that differ from those of version, under the
// next version, with one audit entry. Keys that it does not name stay.
func (s *Store) SaveSettings(ctx context.Context, texts map[string]string, version int64) error {
	return s.write(ctx, "save settings", func(ctx context.Context, q *dbgen.Queries) error {
		if err := q.LockSettings(ctx); err != nil {
			return err
		}
		stored, now, err := readSettings(ctx, q)
		if err != nil {
			return err
		}
		if now != version {
			return &ask.Error{Code: ask.Conflict, Message: "Somebody else changed the settings meanwhile. Look at theirs, then save yours again."}
		}
		before, after := map[string]string{}, map[string]string{}
		for key, text := range texts {
			if stored[key] == text {
				continue
			}
			before[key], after[key] = stored[key], text
			err := q.SaveSetting(ctx, dbgen.SaveSettingParams{Key: key, Value: text, Version: now + 1,
				UpdatedBy: audit.ActorFrom(ctx).Name})
			if err != nil {
				return err
			}
		}
		if len(after) == 0 {
			return nil
		}
		return appendAudit(ctx, q, audit.Entry{Action: audit.SettingsSave, Object: "settings",
			Before: toJSON(before), After: toJSON(after)})
	})
}

func readSettings(ctx context.Context, q *dbgen.Queries) (map[string]string, int64, error) {
	rows, err := q.Settings(ctx)
	values, version := map[string]string{}, int64(0)
	for _, row := range rows {
		values[row.Key] = row.Value
		version = max(version, row.Version)
	}
	return values, version, err
}
