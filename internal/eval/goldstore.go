package eval

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// goldStore keeps the results of one database's golds, so that none runs
// twice: in memory, and in a file between runs.
type goldStore struct {
	path string // empty: in memory alone
	mu   sync.Mutex
	by   map[string]goldResult
	more bool // than the file holds
}

// goldResult is what gold gave; Err says why it failed.
type goldResult struct {
	Rows    int
	Columns [][]uint64
	Err     string
}

// goldForm changes whenever results are made ready in another way.
const goldForm = 1

// openGold finds what is known about the golds of a database in its state of
// now. A file that can't be read is only a cache that is empty.
func openGold(dir, database string, now time.Time) *goldStore {
	g := &goldStore{by: map[string]goldResult{}}
	full, err := filepath.Abs(database)
	if err != nil || dir == "" {
		return g
	}
	info, err := os.Stat(full)
	if err != nil {
		return g
	}
	h := fnv.New128a()
	fmt.Fprintln(h, goldForm, full, info.Size(), info.ModTime().UnixNano(), now.Unix())
	g.path = filepath.Join(dir, fmt.Sprintf("gold-%x.gob", h.Sum(nil)))
	f, err := os.Open(g.path)
	if err != nil {
		return g
	}
	defer f.Close()
	if err := gob.NewDecoder(f).Decode(&g.by); err != nil {
		g.by = map[string]goldResult{}
	}
	return g
}

// result runs gold, unless it ran before.
func (g *goldStore) result(ctx context.Context, db *Database, sql string) (*rowset, error) {
	g.mu.Lock()
	known, ok := g.by[sql]
	g.mu.Unlock()
	if ok {
		if known.Err != "" {
			return nil, errors.New(known.Err)
		}
		return newColumns(known.Rows, known.Columns), nil
	}
	rows, columns, err := db.runGold(ctx, sql)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if errors.Is(err, sqlite3.INTERRUPT) {
		return nil, err // not kept: the machine may only have been busy
	}
	var r *rowset
	if err == nil {
		r = newRowset(rows, columns)
		known = goldResult{Rows: r.rows, Columns: r.columns}
	} else {
		known.Err = err.Error()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.by[sql], g.more = known, true
	return r, err
}

// save writes what is new. Failing to costs time at the next run, no more.
func (g *goldStore) save() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.path == "" || !g.more {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(g.path), "gold")
	if err != nil {
		return
	}
	err = gob.NewEncoder(f).Encode(g.by)
	if e := f.Close(); err == nil && e == nil {
		err = os.Rename(f.Name(), g.path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
}
