package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/querent/querent/db"
)

// Validate reports whether the database holds every table that the migrations
// make. Its error names those that are missing.
func (s *Store) Validate(ctx context.Context) error {
	tables, err := tables()
	if err != nil {
		return err
	}
	return s.onConn(ctx, "validate the schema", workLimit, func(ctx context.Context, c *pgxpool.Conn) error {
		rows, err := c.Query(ctx, "select t from unnest($1::text[]) as t where to_regclass(t) is null order by t", tables)
		if err != nil {
			return err
		}
		missing, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err == nil && len(missing) > 0 {
			err = errors.New("missing in the system database: " + strings.Join(missing, ", "))
		}
		return err
	})
}

var tableDDL = regexp.MustCompile(`(?m)^(create|drop) table (\w+)`)

// tables lists what the migrations leave, read from them.
func tables() ([]string, error) {
	files, err := fs.Glob(db.Migrations(), "*.sql")
	if err != nil {
		return nil, fmt.Errorf("postgres: migrations: %w", err)
	}
	var list []string
	for _, name := range files {
		text, err := fs.ReadFile(db.Migrations(), name)
		if err != nil {
			return nil, fmt.Errorf("postgres: migrations: %w", err)
		}
		for _, m := range tableDDL.FindAllStringSubmatch(string(text), -1) {
			if m[1] == "create" {
				list = append(list, m[2])
			} else {
				list = slices.DeleteFunc(list, func(t string) bool { return t == m[2] })
			}
		}
	}
	return list, nil
}
