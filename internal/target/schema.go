package target

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

// schemaBudget is the time for reading a schema. What is unknown after most of
// it stays unknown.
const schemaBudget = 5 * time.Second

// State names the state of the file: it changes when the file is replaced or
// written. Errors are *ask.Error.
func (db *DB) State() (string, error) {
	at, err := checkFile(db.path)
	if err != nil {
		return "", userError(err)
	}
	return at.String(), nil
}

// Schema reads tables, views, keys and samples of values, from a cache while
// the file is the same. Callers must not change what they get.
func (db *DB) Schema(ctx context.Context) (*schema.Schema, error) {
	select {
	case db.reading <- struct{}{}:
		defer func() { <-db.reading }()
	case <-ctx.Done():
		return nil, &ask.Error{Code: ask.Busy, Message: "The database's structure is being read. Try again in a moment.", Err: ctx.Err()}
	}
	at, err := checkFile(db.path)
	if err != nil {
		return nil, userError(err)
	}
	if db.schema != nil && db.at == at {
		return db.schema, nil
	}
	a, err := db.run(ctx, request{Op: opSchema, Budget: schemaBudget}, nil)
	if err != nil {
		return nil, err
	}
	if a.Schema == nil || len(a.Schema.Tables) == 0 {
		return nil, (&fault{Kind: faultFile, Message: "The database has no tables."}).user()
	}
	db.schema, db.at = a.Schema, at
	return db.schema, nil
}

// schemaName is the file's base name without extension.
func schemaName(path string) string {
	base := filepath.Base(path)
	return strings.ToValidUTF8(strings.TrimSuffix(base, filepath.Ext(base)), "�")
}
