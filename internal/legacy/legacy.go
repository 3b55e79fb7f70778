// Package legacy is the way out of an old installation, which kept business
// data and its own tables in one Postgres. It copies business tables into a
// SQLite target, proves that the copy is whole, drops the originals once it is,
// and reads what else is worth keeping: users, questions, feedback and terms.
// It hides Postgres' catalogue, how each of its types is kept in SQLite, and
// which names the old tables' columns go by.
package legacy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Old is a connection to the old database.
type Old struct{ conn *pgx.Conn }

// errDSN does not repeat the address: it may hold a password.
var errDSN = errors.New("the old database's address can't be read: it must look like postgres://user:password@host:5432/name")

// Open connects. The driver in an address such as postgresql+psycopg2://… is
// passed over. A password may come from PGPASSWORD or a .pgpass file instead.
func Open(ctx context.Context, dsn string) (*Old, error) {
	if scheme, rest, ok := strings.Cut(dsn, "://"); ok {
		dialect, _, _ := strings.Cut(scheme, "+")
		dsn = dialect + "://" + rest
	}
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errDSN
	}
	cfg.RuntimeParams["application_name"] = "querent legacy"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("the old database: %w", err)
	}
	return &Old{conn}, nil
}

// Close ends the connection.
func (o *Old) Close() { _ = o.conn.Close(context.Background()) }

// snapshot is one state of the old database, and the tables asked for in it.
type snapshot struct {
	tx     pgx.Tx
	tables []*table
}

// session is how every value is written while we read, whatever the server's
// own settings; and row policies must fail rather than hide rows.
const session = `set local client_encoding = 'UTF8'; set local timezone = 'UTC'; set local datestyle = 'ISO, YMD';
set local intervalstyle = 'iso_8601'; set local bytea_output = 'hex'; set local extra_float_digits = 1;
set local row_security = off; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;
set local lock_timeout = '10s'`

// inSnapshot does work in one repeatable-read transaction over the named
// tables, locked in a mode, and commits if work succeeds. Locks are taken before
// the first read, so that what is seen cannot have changed shape since.
func (o *Old) inSnapshot(ctx context.Context, names []string, access pgx.TxAccessMode, lock string, work func(*snapshot) error) error {
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: access}
	return pgx.BeginTxFunc(ctx, o.conn, opts, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, session); err != nil {
			return fmt.Errorf("the old database: %w", err)
		}
		s := &snapshot{tx: tx}
		if err := s.find(ctx, names, lock); err != nil {
			return err
		}
		return work(s)
	})
}

// owned are the tables of an installation itself, old or new. They hold no
// business data: none of them may reach a target, where analysts would see it,
// or be dropped.
var owned = []string{"users", "queries", "feedback", "audit_logs", "configurations", "business_ontologies",
	"alembic_version", "golden_pairs", "outbox", "audit_head", "ontology_version", "goose_db_version"}

// find locks the named tables and reads what they are made of.
func (s *snapshot) find(ctx context.Context, names []string, lock string) error {
	if len(names) == 0 {
		return errors.New("name the tables")
	}
	for _, name := range names {
		t, err := s.locate(ctx, name)
		if err != nil {
			return err
		}
		if slices.Contains(owned, t.name) {
			return fmt.Errorf("%s belongs to the installation itself: it holds no business data", t.name)
		}
		if _, err := s.tx.Exec(ctx, "lock table "+t.qualified()+" in "+lock+" mode"); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
		s.tables = append(s.tables, t)
	}
	for _, t := range s.tables {
		if err := s.describe(ctx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return distinct(s.tables)
}

// locate finds a table by its name as SQL would write it, or as it stands.
// It runs before the locks: the oid it finds is looked at again after them.
func (s *snapshot) locate(ctx context.Context, name string) (*table, error) {
	const find = `select c.oid, n.nspname::text, c.relname::text, c.relkind::text, greatest(c.reltuples, 0)::bigint
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.oid = coalesce(to_regclass($1), to_regclass(quote_ident($1)))`
	t := &table{}
	var kind string
	err := s.tx.QueryRow(ctx, find, name).Scan(&t.oid, &t.schema, &t.name, &kind, &t.estimate)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, fmt.Errorf("the old database has no table %s; it has %s", name, s.others(ctx))
	case err != nil:
		return nil, fmt.Errorf("table %s: %w", name, err)
	case kind != "r" && kind != "p":
		return nil, fmt.Errorf("%s is not a table", name)
	}
	return t, nil
}

// others names the business tables that there are.
func (s *snapshot) others(ctx context.Context) string {
	rows, err := s.tx.Query(ctx, `select quote_ident(relname) from pg_class
		where relkind in ('r', 'p') and pg_table_is_visible(oid) and relnamespace <> 'pg_catalog'::regnamespace
		  and not relname = any ($1) order by relname limit 50`, owned)
	if err != nil {
		return "others"
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) == 0 {
		return "none that holds business data"
	}
	return strings.Join(names, ", ")
}

// distinct refuses names that Postgres tells apart and SQLite does not.
func distinct(tables []*table) error {
	seen := map[string]bool{}
	add := func(what, scope, name string) error {
		key := scope + "\x00" + strings.ToLower(name)
		if seen[key] {
			return fmt.Errorf("two %s are called %s, which SQLite can't tell apart", what, name)
		}
		seen[key] = true
		return nil
	}
	for _, t := range tables {
		if strings.HasPrefix(strings.ToLower(t.name), "sqlite_") {
			return fmt.Errorf("%s: SQLite keeps names with sqlite_ for itself", t.name)
		}
		if err := add("tables", "", t.name); err != nil {
			return err
		}
		for _, c := range t.columns {
			if err := add("columns of "+t.name, t.name, c.name); err != nil {
				return err
			}
		}
		for _, x := range t.indexes {
			if err := add("tables or indexes", "", x.name); err != nil {
				return err
			}
		}
	}
	return nil
}
