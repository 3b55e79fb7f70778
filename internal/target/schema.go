package target

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

// schemaBudget is the time for one read of the schema, after which it is given
// up. Reading a file of 10 million rows takes a tenth of it.
const schemaBudget = time.Minute

// sayReading is the answer to all who can't wait until the schema is read.
const sayReading = "The database's structure is being read. Try again in a moment."

// reading is a read of the schema under way; many may wait for it.
type reading struct {
	done   chan struct{} // closed when it has ended
	schema *schema.Schema
	at     stamp
	err    error
}

// State names the state of the file: it changes when the file is replaced or
// written. Errors are *ask.Error.
func (db *DB) State() (string, error) {
	at, err := checkFile(db.path)
	if err != nil {
		return "", userError(err)
	}
	return at.String(), nil
}

// Schema gives tables, views, keys and a profile of what they store, from a
// cache while the file is the same. A read goes on when the context of who
// asked for it ends, so the time that one caller has never cuts it short: a
// schema is whole, or the error is Busy and says that it is being read.
// Callers must not change what they get.
func (db *DB) Schema(ctx context.Context) (*schema.Schema, error) {
	for {
		at, err := checkFile(db.path)
		if err != nil {
			return nil, userError(err)
		}
		now, kept := db.readingOf(at)
		if kept != nil {
			return kept, nil
		}
		select {
		case <-now.done:
			if now.at == at {
				return now.schema, now.err
			} // else it is of a state that the file was in before
		case <-ctx.Done():
			return nil, &ask.Error{Code: ask.Busy, Message: sayReading, Err: ctx.Err()}
		case <-db.life.Done():
			return nil, errClosed()
		}
	}
}

// readingOf gives the schema of the file in a state if it is known, else the
// read of it, which it starts if none is under way. One under way that began
// before the file changed is left to end: its waiters get what it read.
func (db *DB) readingOf(at stamp) (*reading, *schema.Schema) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.schema != nil && db.at == at {
		return nil, db.schema
	}
	if db.reading == nil {
		db.reading = &reading{done: make(chan struct{}), at: at}
		go db.readSchema(db.reading)
	}
	return db.reading, nil
}

// readSchema does one read in a process of its own, beside the queries, and
// keeps what it gave. After reads that took too long the next looks at less.
func (db *DB) readSchema(now *reading) {
	ctx, cancel := context.WithTimeout(context.Background(), schemaBudget)
	defer cancel()
	a, err := db.run(ctx, request{Op: opSchema, Rows: maxCells >> (2 * db.slow.Load()), Budget: schemaBudget}, nil)
	switch {
	case errors.Is(err, ErrTime):
		db.slow.Store(min(db.slow.Load()+1, maxSlow))
		err = &ask.Error{Code: ask.Busy, Message: sayReading, Err: err}
	case err == nil && (a.Schema == nil || len(a.Schema.Tables) == 0):
		err = (&fault{Kind: faultFile, Message: "The database has no tables."}).user()
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.reading = nil
	if now.err = err; err == nil {
		now.schema = a.Schema
		db.schema, db.at = a.Schema, now.at
		db.slow.Store(0)
	}
	close(now.done)
}

// maxSlow is how often a read that took too long halves twice what the next
// looks at.
const maxSlow = 6

// schemaName is the file's base name without extension.
func schemaName(path string) string {
	base := filepath.Base(path)
	return strings.ToValidUTF8(strings.TrimSuffix(base, filepath.Ext(base)), "�")
}
