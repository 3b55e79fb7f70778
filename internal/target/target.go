// Package target is the database under analysis: any SQLite file, opened
// read-only. It hides the worker processes that run every statement under
// fixed rules and limits, so that no SQL can write, read elsewhere, take the
// program down or outstay its time; how a schema is read; and when the file
// has been replaced.
//
// A file may be replaced at any time by renaming another over it: the next
// query reads the new one. Copying over it in place is not supported; a query
// that meets it fails rather than give rows of two files.
package target

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/telemetry"
)

// Options bound the queries. Zero fields take the defaults.
type Options struct {
	Workers   int           // of each level of long queries, see levels; twice as many start at once; default: the processors, at least 2
	RowLimit  int           // rows of one result; default 1000
	TimeLimit time.Duration // of one query, waiting apart; default 45 s
	Bytes     int           // of one result's values; default 4 MB
	Room      int           // bytes of each file that a query sorts in; default 1 GB
	// OnUse, unless nil, is told what each request took, at its end.
	OnUse func(ctx context.Context, u Use)
}

// Use is what one request took.
type Use struct {
	Op     string        // query, stream, check or schema
	SQL    string        // empty for a schema
	Waited time.Duration // for its turn, or turns
	Took   time.Duration // of workers, waiting apart
	Starts int           // how often it began: more than once if it was stopped for others
	Rows   int           // of a query
	Killed bool          // its worker ended with it
	Brief  bool          // its caller gave it less time than the time limit
	Err    error         // as the caller gets it
}

func (o Options) withDefaults() Options {
	if o.Workers <= 0 {
		o.Workers = max(2, runtime.GOMAXPROCS(0))
	}
	if o.RowLimit <= 0 {
		o.RowLimit = 1000
	}
	if o.TimeLimit <= 0 {
		o.TimeLimit = 45 * time.Second
	}
	if o.Room <= 0 {
		o.Room = 1 << 30
	}
	if o.Bytes <= 0 {
		o.Bytes = 4 << 20
	}
	return o
}

// DB is an opened target. It implements ask.Target and is safe for concurrent
// use.
type DB struct {
	path    string
	queries levels
	onUse   func(context.Context, Use)
	streams levels // apart: they take long, and nobody looks on
	schemas levels // apart: everything else waits for them
	crew    crew
	life    context.Context // ends with Close
	end     context.CancelCauseFunc

	mu      sync.Mutex
	options Options

	reading *reading // of the schema, under way; nil for none
	schema  *schema.Schema
	at      stamp        // of the file that schema is of
	slow    atomic.Int32 // reads of the schema in a row that took too long
}

// errEnded ends what waits or runs when the DB is closed.
var errEnded = errors.New("target: closed")

// None stands for the path where there is no target: all that is asked of it
// is Unavailable.
const None = ""

// Open starts a first worker on the SQLite file at path. The file may be absent
// or unfit for now: Health, Schema and Query say so until it is there.
func Open(ctx context.Context, path string, opts Options) (*DB, error) {
	if os.Getenv(marker) != "" {
		return nil, errors.New("target: opened inside a worker")
	}
	path, err := absolute(path)
	if err != nil {
		return nil, statFault(err).user()
	}
	opts = opts.withDefaults()
	db := &DB{path: path, options: opts, onUse: opts.OnUse, queries: levelsFor(opts.Workers),
		streams: levels{newLevel(1, 0, lastNice)}, schemas: levels{newLevel(1, 0, firstNice)},
		crew: crew{most: opts.Workers, room: opts.Room}}
	db.life, db.end = context.WithCancelCause(context.Background())
	first, err := db.crew.take(ctx)
	if err != nil {
		return nil, errStart(err)
	}
	db.crew.give(first)
	return db, nil
}

func absolute(path string) (string, error) {
	if path == None {
		return None, nil
	}
	return filepath.Abs(path)
}

// SetLimits changes the limits of queries to come; zero keeps a limit.
func (db *DB) SetLimits(rows int, limit time.Duration) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if rows > 0 {
		db.options.RowLimit = rows
	}
	if limit > 0 {
		db.options.TimeLimit = limit
	}
}

func (db *DB) limits() Options {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.options
}

// Query runs one SELECT, in its turn: see levels. For whom is ctx's, as
// ask.WithAsker says; waiting is no part of the time limit. Past the row or byte limit the table is Truncated; a
// text or blob over 32 KiB is cut there, text ending in "…". Errors are
// *ask.Error: Refused by the rules, Invalid SQL, Limited by time or memory,
// Busy, or Unavailable.
func (db *DB) Query(ctx context.Context, sql string) (ask.Table, error) {
	o := db.limits()
	a, err := db.run(ctx, request{Op: opQuery, SQL: sql, Rows: o.RowLimit, Bytes: o.Bytes, Budget: o.TimeLimit}, nil)
	if err != nil {
		return ask.Table{}, err
	}
	rows, err := a.rows()
	if err != nil {
		return ask.Table{}, err
	}
	return ask.Table{Columns: a.Columns, Rows: rows, Truncated: a.Truncated, Took: a.Took}, nil
}

// partBytes is about how large the values of one part of a stream are.
const partBytes = 256 << 10

// Stream runs one SELECT as Query does, but hands its rows to each in parts of
// about 256 KiB, at least one, so that a result of any length takes as much
// memory as a part; all parts have the same columns. more says that the result
// goes on after the first rows. It runs beside Query, with less weight on the
// processors, and waits for other streams. An error of each ends it and is given back as it
// is; others are Query's. After one, what was handed out may be worthless: the
// file may have been overwritten meanwhile.
func (db *DB) Stream(ctx context.Context, sql string, rows int, limit time.Duration, each func(columns []ask.Column, rows [][]any) error) (more bool, err error) {
	var refusal error // of each
	pass := func(a answer) error {
		part, err := a.rows()
		if err != nil {
			return err
		}
		refusal = each(a.Columns, part)
		return refusal
	}
	a, err := db.run(ctx, request{Op: opStream, SQL: sql, Rows: rows, Bytes: partBytes, Budget: limit}, pass)
	if err == nil {
		err = pass(a)
	}
	return a.Truncated, cmp.Or(refusal, err)
}

// rows are an answer's values.
func (a answer) rows() ([][]any, error) {
	rows, err := parseRows(a.cells, a.RowCount, len(a.Columns))
	if err != nil {
		return nil, (&fault{Kind: faultWorkerBroke, Message: sayWorker, Detail: "bad answer"}).user()
	}
	return rows, nil
}

// Check compiles sql under the same rules without running it.
func (db *DB) Check(ctx context.Context, sql string) error {
	_, err := db.run(ctx, request{Op: opCheck, SQL: sql, Budget: db.limits().TimeLimit}, nil)
	return err
}

// run has a worker do one request and turns every failure into an *ask.Error.
// part takes the parts before the answer that a stream has.
func (db *DB) run(ctx context.Context, r request, part func(answer) error) (answer, error) {
	if r.Op != opSchema {
		if err := checkText(r.SQL); err != nil {
			return answer{}, userError(err)
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(db.life, func() { cancel(errEnded) })()
	r.Path = db.path
	begun := time.Now()
	use := Use{Op: r.Op, SQL: r.SQL}
	if deadline, ok := ctx.Deadline(); ok {
		use.Brief = deadline.Before(begun.Add(r.Budget))
	}
	ctx, span := telemetry.Start(ctx, "sql "+r.Op)
	var a answer
	var err error
	waited := db.levels(r.Op).do(ctx, func(ctx context.Context, t *turn) (stopped bool) {
		start := time.Now()
		use.Starts++
		a, use.Killed, err = db.work(ctx, t, r, part)
		use.Took += time.Since(start)
		return err != nil && wasStopped(ctx)
	})
	switch {
	case waited != nil:
		a, err = answer{}, waitError(waited)
	case err != nil && errors.Is(context.Cause(ctx), errEnded):
		a, err = answer{}, errClosed()
	}
	use.Waited, use.Rows, use.Err = time.Since(begun)-use.Took, a.RowCount, err
	span.Set(slog.Duration("querent.waited", use.Waited), slog.Int("querent.starts", use.Starts), slog.Int("querent.rows", use.Rows))
	span.End(err)
	if db.onUse != nil {
		db.onUse(ctx, use)
	}
	return a, err
}

// levels are where requests of a kind take their turn.
func (db *DB) levels(op string) levels {
	switch op {
	case opStream:
		return db.streams
	case opSchema:
		return db.schemas
	}
	return db.queries
}

// waitError is what to say of a query whose turn did not come.
func waitError(err error) error {
	if errors.Is(err, errEnded) {
		return errClosed()
	}
	return &ask.Error{Code: ask.Busy, Message: "Too many queries are running. Try again in a moment.", Err: err}
}

// work has a worker do a request, once, and says whether that ended the worker.
func (db *DB) work(ctx context.Context, t *turn, r request, part func(answer) error) (_ answer, killed bool, _ error) {
	w, err := db.crew.take(ctx)
	switch {
	case errors.Is(err, errEnded):
		return answer{}, false, errClosed()
	case err != nil:
		return answer{}, false, errStart(err)
	}
	defer db.crew.give(w) // after the turn has let go of it
	w.begins()
	t.runs(w)
	defer t.runs(nil)
	if deadline, ok := ctx.Deadline(); ok {
		r.Budget = min(r.Budget, time.Until(deadline))
	}
	_, span := telemetry.Start(ctx, "sql worker", slog.Int("process.pid", w.cmd.Process.Pid))
	a := w.do(ctx, r, part)
	span.Set(slog.Int("querent.nice", w.nice))
	span.End(a.err)
	killed = a.err != nil || a.Last
	switch {
	case a.err != nil:
		return answer{}, killed, brokeFault(ctx, w, a.err).user()
	case a.Fault != nil && a.Fault.Kind == faultCancelled && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return answer{}, killed, (&fault{Kind: faultTime, Message: sayTime}).user()
	case a.Fault != nil:
		return answer{}, killed, a.Fault.user()
	}
	return a, killed, nil
}

// brokeFault is what to say of a request that got no answer.
func brokeFault(ctx context.Context, w *worker, err error) *fault {
	detail := w.failure(err)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return &fault{Kind: faultCancelled, Message: "The query was cancelled."}
	case errors.Is(err, context.DeadlineExceeded):
		return &fault{Kind: faultTime, Message: sayTime}
	case strings.Contains(detail, "out of memory") || strings.Contains(detail, "stack exceeds"):
		return &fault{Kind: faultMemory, Message: sayMemory, Detail: detail}
	}
	return &fault{Kind: faultWorkerBroke, Message: sayWorker, Detail: detail}
}

func errClosed() error {
	return &ask.Error{Code: ask.Unavailable, Message: "The database connection is closed."}
}

func errStart(err error) error {
	return &ask.Error{Code: ask.Unavailable, Message: "The process that runs queries can't be started.", Err: err}
}

// Close ends every worker; queries under way fail.
func (db *DB) Close() error {
	db.end(errEnded)
	db.crew.close()
	return nil
}

// Health reports whether the file can be asked now, as an *ask.Error if not.
// It waits for a worker only when the file has changed.
func (db *DB) Health(ctx context.Context) error {
	_, err := db.Schema(ctx)
	return err
}

// Writable reports whether this process could write the file, which a doctor
// may warn of: reading needs no such right.
func (db *DB) Writable() bool {
	f, err := os.OpenFile(db.path, os.O_WRONLY, 0)
	if err != nil {
		return false
	}
	f.Close()
	return true
}

// Workers says how many worker processes have been started so far.
func (db *DB) Workers() int64 { return db.crew.started.Load() }

// Load says how many queries run now, how many can at once, and how many wait;
// streams and schemas don't count.
func (db *DB) Load() (running, most, waiting int) {
	for _, l := range db.queries {
		running += l.places - l.vacant()
		most += l.places
		waiting += l.length()
	}
	return running, most, waiting
}

// userError turns a fault into an *ask.Error.
func userError(err error) error {
	var f *fault
	if errors.As(err, &f) {
		return f.user()
	}
	return err
}
