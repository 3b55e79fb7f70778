// Package postgres is the System DB: users, questions, feedback, golden pairs,
// business terms, settings, the outbox and the audit log. It hides SQL, rows,
// transactions, migrations and what every error of the server means: whatever
// comes out is an *ask.Error, or a sentinel of the package whose seam it fills.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/job"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
	"github.com/querent/querent/internal/settings"
	"github.com/querent/querent/internal/telemetry"
	"github.com/querent/querent/internal/training"
)

// Fail fast: a slow store is treated as down.
const (
	acquireLimit = 2 * time.Second // for a live connection
	workLimit    = 5 * time.Second // for all the work on it
	maxConns     = 10              // unless the DSN says pool_max_conns
)

// pingAfter is how long a connection may be idle before it is asked whether it
// is still there, at the cost of a round trip. The probe of the server's health,
// every second, keeps the connection fresh that is used first.
const pingAfter = 2 * time.Second

// Store is the System DB. Its methods may be called at once from many
// goroutines; they recover by themselves once a lost server is back.
type Store struct {
	pool    *pgxpool.Pool
	replica int64 // this process among those that share the server
}

var (
	_ ask.Store      = (*Store)(nil)
	_ account.Store  = (*Store)(nil)
	_ audit.Log      = (*Store)(nil)
	_ training.Store = (*Store)(nil)
	_ settings.Store = (*Store)(nil)
	_ job.Store      = (*Store)(nil)
	_ job.Sweeper    = (*Store)(nil)
)

// Open makes a Store without connecting yet: Ping tells whether the server is
// there. It fails only for a DSN that can't be read, which it does not repeat.
func Open(ctx context.Context, dsn string) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, errDSN
	}
	if !strings.Contains(dsn, "pool_max_conns") {
		cfg.MaxConns = maxConns
	}
	cfg.ConnConfig.ConnectTimeout = acquireLimit
	cfg.ConnConfig.RuntimeParams["application_name"] = "querent"
	// Many a filter may be absent, and which index serves depends on it: a plan
	// made for all cases would be a bad one for most.
	cfg.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
	cfg.ShouldPing = func(_ context.Context, p pgxpool.ShouldPingParams) bool { return p.IdleDuration > pingAfter }
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("postgres: open: %w", err)
	}
	return &Store{pool, rand.Int64()}, nil
}

// Close ends every connection.
func (s *Store) Close() { s.pool.Close() }

// Ping fails with code Unavailable unless the server answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.onConn(ctx, "ping", acquireLimit, func(ctx context.Context, c *pgxpool.Conn) error { return c.Ping(ctx) })
}

// read does work on one connection, outside any transaction.
func (s *Store) read(ctx context.Context, op string, work func(context.Context, *dbgen.Queries) error) error {
	return s.onConn(ctx, op, workLimit, func(ctx context.Context, c *pgxpool.Conn) error {
		return work(ctx, dbgen.New(c))
	})
}

// change does one statement that changes something: it is a transaction by
// itself, in one round trip.
func (s *Store) change(ctx context.Context, op string, work func(context.Context, *dbgen.Queries) error) error {
	return s.read(ctx, op, work)
}

// write does work in one transaction, which any error undoes.
func (s *Store) write(ctx context.Context, op string, work func(context.Context, *dbgen.Queries) error) error {
	return s.writeWithin(ctx, op, workLimit, work)
}

// writeWithin is write for work that nobody waits for, which may take its time.
func (s *Store) writeWithin(ctx context.Context, op string, limit time.Duration, work func(context.Context, *dbgen.Queries) error) error {
	return s.onConn(ctx, op, limit, func(ctx context.Context, c *pgxpool.Conn) error {
		return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error { return work(ctx, dbgen.New(tx)) })
	})
}

// snapshot does work that must see one state of the database throughout. Only
// ctx bounds its time.
func (s *Store) snapshot(ctx context.Context, op string, work func(*dbgen.Queries) error) error {
	conn, err := s.acquire(ctx)
	if err != nil {
		return translate(op, err)
	}
	defer conn.Release()
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return translate(op, pgx.BeginTxFunc(ctx, conn, opts, func(tx pgx.Tx) error { return work(dbgen.New(tx)) }))
}

func (s *Store) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	wait, cancel := context.WithTimeout(ctx, acquireLimit)
	defer cancel()
	conn, err := s.pool.Acquire(wait)
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("%w: %w", errLost, err)
	}
	return conn, err
}

func (s *Store) onConn(ctx context.Context, op string, limit time.Duration, work func(context.Context, *pgxpool.Conn) error) (err error) {
	ctx, span := telemetry.Start(ctx, "postgres: "+op)
	defer func() { span.End(err) }()
	conn, err := s.acquire(ctx)
	if err != nil {
		return translate(op, err)
	}
	defer conn.Release()
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err = work(bounded, conn)
	switch {
	case err == nil || ctx.Err() != nil:
	case bounded.Err() != nil:
		err = fmt.Errorf("%w after %v: %w", errSlow, limit, err)
	case conn.Conn().IsClosed():
		err = fmt.Errorf("%w: %w", errLost, err)
	}
	return translate(op, err)
}

// valid reports whether id can be a row's: the server would not even compare
// anything else.
func valid(id string) bool { return uuid.Validate(id) == nil }

// validAll keeps the ids that can be rows'; never nil.
func validAll(ids []string) []string {
	kept := []string{}
	for _, id := range ids {
		if valid(id) {
			kept = append(kept, strings.ToLower(id))
		}
	}
	return kept
}

// orNull is nil for an empty text, and for the zero time.
func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// orZero is what p points to, or the zero value.
func orZero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// utc is a column's moment in UTC, zero for NULL.
func utc(p *time.Time) time.Time {
	if p == nil {
		return time.Time{}
	}
	return p.UTC()
}

// fold is what names and searched texts are compared by. The server's own
// folding depends on its locale.
func fold(s string) string { return strings.ToLower(s) }

// storable makes text that the server takes: valid UTF-8 without NUL.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// patterns turns the words of a search into LIKE patterns that must all match;
// never nil.
func patterns(search string) []string {
	escape := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	list := []string{}
	for _, word := range strings.Fields(fold(storable(search))) {
		list = append(list, "%"+escape.Replace(word)+"%")
	}
	return list
}

// longest is the pattern that fewest rows match, as far as one can tell; one
// that all match where there is none.
func longest(patterns []string) string {
	word := "%"
	for _, p := range patterns {
		if len(p) > len(word) {
			word = p
		}
	}
	return word
}

var errDSN = errors.New("postgres: the database address can't be read: it must look like postgres://user:password@host:5432/name")
