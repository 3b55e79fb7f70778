package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/querent/querent/db"
)

// lockWait is how long a replica waits for another one's migration, in
// seconds.
const lockWait = 120

// Migration is one that was made.
type Migration struct {
	Version int64
	File    string
	Took    time.Duration
}

// Migrate brings the schema to this binary's version, and says what it did, also
// where that failed. Replicas may start together: one migrates, the others wait
// for it. A schema newer than the binary is a *NewerError and left alone.
func Migrate(ctx context.Context, dsn string) (done []Migration, err error) {
	provider, closeDB, err := migrations(dsn)
	if err != nil {
		return nil, err
	}
	defer closeDB()
	if err := refuseNewer(ctx, provider); err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	var partial *goose.PartialError
	if errors.As(err, &partial) {
		results = partial.Applied
	}
	for _, m := range results {
		done = append(done, Migration{m.Source.Version, path.Base(m.Source.Path), m.Duration})
	}
	if err != nil {
		return done, translate("migrate", err)
	}
	return done, refuseNewer(ctx, provider) // a newer program may have held the lock
}

// SchemaVersion is the database's version and the one this binary needs.
func SchemaVersion(ctx context.Context, dsn string) (have, want int64, err error) {
	provider, closeDB, err := migrations(dsn)
	if err != nil {
		return 0, 0, err
	}
	defer closeDB()
	have, want, err = provider.GetVersions(ctx)
	return have, want, translate("schema version", err)
}

// NewerError says that a newer Querent has migrated the database.
type NewerError struct{ Have, Want int64 }

func (e *NewerError) Error() string {
	return fmt.Sprintf("the system database has schema version %d, newer than this program's %d: run the newer Querent, or restore a backup", e.Have, e.Want)
}

func refuseNewer(ctx context.Context, p *goose.Provider) error {
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return translate("schema version", err)
	}
	if have > want {
		return &NewerError{have, want}
	}
	return nil
}

func migrations(dsn string) (_ *goose.Provider, closeDB func(), err error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, nil, errDSN
	}
	cfg.ConnectTimeout = acquireLimit
	conns := stdlib.OpenDB(*cfg)
	provider, err := provide(conns)
	if err != nil {
		conns.Close()
		return nil, nil, fmt.Errorf("postgres: migrations: %w", err)
	}
	return provider, func() { conns.Close() }, nil
}

func provide(conns *sql.DB) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockWait))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, conns, db.Migrations(), goose.WithSessionLocker(locker))
}
