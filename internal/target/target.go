// Package target is the database under analysis: any SQLite file, read-only.
// It hides how untrusted SELECTs are run: in niced child processes that are
// killed when they overrun, each query on a fresh connection under limits, an
// authorizer and an allow-list of functions. One executor serves every path.
package target

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

// Options bound the executor. A zero field takes its default.
type Options struct {
	Workers   int           // child processes, one query each at a time; 2
	RowLimit  int           // rows of one result; 1000
	TimeLimit time.Duration // of one query; 10 s
	Bytes     int           // of one result; 4 MB
}

func (o Options) filled() Options {
	if o.Workers <= 0 {
		o.Workers = 2
	}
	if o.RowLimit <= 0 {
		o.RowLimit = 1000
	}
	if o.TimeLimit <= 0 {
		o.TimeLimit = 10 * time.Second
	}
	if o.Bytes <= 0 {
		o.Bytes = 4 << 20
	}
	return o
}

// DB is an opened target. It implements ask.Target.
type DB struct {
	path   string
	name   string
	bytes  int
	rows   atomic.Int64
	limit  atomic.Int64 // nanoseconds
	slots  chan *worker
	closed chan struct{}
	once   sync.Once

	mu     sync.Mutex // guards the cached schema and serialises reading it
	stamp  stamp
	schema *schema.Schema
}

// schemaLimit bounds one reading of the schema; statistics stop earlier.
const schemaLimit = 20 * time.Second

// Open prepares to run queries on the SQLite file at path. The file may be
// absent or unfit for now: Schema and Query say so until it is there.
func Open(_ context.Context, path string, o Options) (*DB, error) {
	o = o.filled()
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("target: open: %w", err)
	}
	d := &DB{path: abs, name: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), bytes: o.Bytes,
		slots: make(chan *worker, o.Workers), closed: make(chan struct{})}
	d.SetLimits(o.RowLimit, o.TimeLimit)
	for range o.Workers {
		d.slots <- &worker{}
	}
	return d, nil
}

// SetLimits changes the row and time limits for the queries that follow.
func (d *DB) SetLimits(rows int, limit time.Duration) {
	d.rows.Store(int64(rows))
	d.limit.Store(int64(limit))
}

// Close ends the worker processes; running queries fail.
func (d *DB) Close() error {
	d.once.Do(func() {
		close(d.closed)
		for range cap(d.slots) {
			(<-d.slots).stop()
		}
	})
	return nil
}

// Query runs one SELECT under the executor's rules and limits.
func (d *DB) Query(ctx context.Context, sql string) (ask.Table, error) {
	limit := time.Duration(d.limit.Load())
	res, err := d.do(ctx, request{Kind: kindQuery, SQL: sql, Rows: int(d.rows.Load()), Bytes: d.bytes}, limit)
	if err != nil {
		return ask.Table{}, err
	}
	return res.table(), nil
}

// Check compiles sql under the executor's rules without running it.
func (d *DB) Check(ctx context.Context, sql string) error {
	_, err := d.do(ctx, request{Kind: kindCheck, SQL: sql}, time.Duration(d.limit.Load()))
	return err
}

// Schema reads the current schema: from a cache while the file is the same,
// anew once it has been replaced.
func (d *DB) Schema(ctx context.Context) (*schema.Schema, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now, err := stampOf(d.path)
	if err != nil {
		return nil, err
	}
	if d.schema != nil && now == d.stamp {
		return d.schema, nil
	}
	res, err := d.do(ctx, request{Kind: kindSchema}, schemaLimit)
	if err != nil {
		return nil, err
	}
	s := res.Schema
	if s == nil {
		return nil, &ask.Error{Code: ask.Unavailable, Message: "The target database has no tables."}
	}
	s.Name = d.name
	schema.InferForeignKeys(s)
	s.Seal()
	d.schema, d.stamp = s, now
	return s, nil
}

// Writable reports whether this process could write the file: in production
// it should not be able to.
func (d *DB) Writable() bool {
	f, err := os.OpenFile(d.path, os.O_WRONLY, 0)
	if err != nil {
		return false
	}
	f.Close()
	return true
}

// stamp tells one state of the file from another.
type stamp struct {
	inode  uint64
	mtime  time.Time
	size   int64
	cookie uint32 // SQLite's schema version
}

func unavailable(message string, err error) error {
	return &ask.Error{Code: ask.Unavailable, Message: message, Err: err}
}

// stampOf reads the file's state, and refuses a file that can't be a target.
func stampOf(path string) (stamp, error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return stamp{}, unavailable("The target database file is not there.", err)
	}
	if err != nil {
		return stamp{}, unavailable("The target database file can't be read.", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return stamp{}, unavailable("The target is not a file that can be read.", err)
	}
	if info.Size() == 0 {
		return stamp{}, unavailable("The target database is empty: the file has no content yet.", nil)
	}
	head := make([]byte, 100)
	if n, err := f.ReadAt(head, 0); n < len(head) {
		return stamp{}, unavailable("The target is not a SQLite database.", err)
	}
	if string(head[:16]) != "SQLite format 3\x00" {
		return stamp{}, unavailable("The target is not a SQLite database.", nil)
	}
	if head[18] == 2 || head[19] == 2 {
		return stamp{}, unavailable("The target database is in WAL mode, which can't be read without writing beside it. Its owner can switch it with: PRAGMA journal_mode=DELETE", nil)
	}
	return stamp{inode: inodeOf(info), mtime: info.ModTime(), size: info.Size(), cookie: binary.BigEndian.Uint32(head[40:])}, nil
}
