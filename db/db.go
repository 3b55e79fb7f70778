// Package db holds the System DB's migrations, for the binary to carry, and
// the queries that sqlc turns into internal/postgres/internal/dbgen:
//
//	go tool -modfile=db/sqlc.mod sqlc generate
package db

import (
	"embed"
	"io/fs"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations is the directory of goose migrations. They only go forward.
func Migrations() fs.FS {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // only for a malformed path
	}
	return dir
}
