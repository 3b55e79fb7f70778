// Package postgres is the System DB. It hides SQL, transactions, how rows and
// errors become the domain's, migrations, and that every administrator's
// change writes its audit entry in its own transaction.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/querent/querent/db"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
)

const (
	connections = 16              // at once, of one process
	waitLimit   = 2 * time.Second // for a connection and one statement's start
)

// Store is the System DB. It implements the stores of ask, account, audit and
// training. Its methods may be called at once from many goroutines.
type Store struct{ pool *pgxpool.Pool }

// Open prepares a pool; it does not wait for the server.
func Open(ctx context.Context, dsn string) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("postgres: the address is not of the form postgres://user:password@host:port/database")
	}
	cfg.MaxConns = connections
	cfg.ConnConfig.ConnectTimeout = waitLimit
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("postgres: open: %w", err)
	}
	return &Store{pool}, nil
}

// Close ends all connections.
func (s *Store) Close() { s.pool.Close() }

// Ping reports whether the server answers.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, waitLimit)
	defer cancel()
	return translate("ping", s.pool.Ping(ctx))
}

// Migrate brings the schema up to date, one process at a time. It refuses a
// database that a newer Querent has migrated.
func Migrate(ctx context.Context, dsn string) error {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return errors.New("postgres: the address is not of the form postgres://user:password@host:port/database")
	}
	conn := stdlib.OpenDB(*cfg)
	defer conn.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("postgres: migrate: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, conn, db.Migrations(), goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("postgres: migrate: %w", err)
	}
	if has, want, err := p.GetVersions(ctx); err == nil && has > want {
		return fmt.Errorf("postgres: the System DB has schema version %d, this Querent knows %d: use a newer Querent", has, want)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("postgres: migrate: %w", err)
	}
	return nil
}

// q runs single statements outside a transaction.
func (s *Store) q() *dbgen.Queries { return dbgen.New(s.pool) }

// tx runs do in one transaction, and rolls all of it back on an error.
func (s *Store) tx(ctx context.Context, what string, do func(*dbgen.Queries) error) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return do(dbgen.New(tx)) })
	return translate(what, err)
}

// translate turns a driver's error into the domain's. Errors that are the
// domain's already stay as they are.
func translate(what string, err error) error {
	var known *ask.Error
	var pg *pgconn.PgError
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, pgx.ErrNoRows):
		return &ask.Error{Code: ask.NotFound, Message: "There is no such entry.", Err: err}
	case errors.As(err, &pg):
		return fromServer(what, pg, err)
	case errors.As(err, &connect), errors.As(err, &network), errors.Is(err, context.DeadlineExceeded), pgconn.SafeToRetry(err),
		strings.Contains(err.Error(), "conn closed"), strings.Contains(err.Error(), "unexpected EOF"):
		return unavailable(what, err)
	}
	return fmt.Errorf("postgres: %s: %w", what, err)
}

func fromServer(what string, pg *pgconn.PgError, err error) error {
	switch {
	case pg.Code == "23505":
		return &ask.Error{Code: ask.Conflict, Message: "There is one like this already.", Err: err}
	case pg.Code == "22P02": // malformed UUID: such an id can't exist
		return &ask.Error{Code: ask.NotFound, Message: "There is no such entry.", Err: err}
	case strings.HasPrefix(pg.Code, "53"), strings.HasPrefix(pg.Code, "57P"), strings.HasPrefix(pg.Code, "08"):
		return unavailable(what, err)
	}
	return fmt.Errorf("postgres: %s: %w", what, err)
}

func unavailable(what string, err error) error {
	return &ask.Error{Code: ask.Unavailable, Message: "The system database can't be reached now. Nothing was saved; try again in a moment.",
		Err: fmt.Errorf("postgres: %s: %w", what, err)}
}

// patterns makes LIKE patterns that find every word of a search.
func patterns(search string) []string {
	out := []string{}
	escape := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	for _, w := range strings.Fields(strings.ToLower(search)) {
		out = append(out, "%"+escape.Replace(w)+"%")
	}
	return out
}

func orNil(id string) *string {
	if id == "" {
		return nil
	}
	return &id
}

func orEmpty(id *string) string {
	if id == nil {
		return ""
	}
	return *id
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func timeOrZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
