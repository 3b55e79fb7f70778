package redis

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/job"
)

const (
	pieceSize = 256 << 10      // bytes of a file's pieces; the last is smaller
	roomSize  = 16 * pieceSize // bytes that room is made for at once
)

// errUnwanted ends a try that another has taken over, or nobody wants any more.
var errUnwanted = errors.New("redis: the export is gone or another's")

// exportFile is an export's file as one try writes it.
type exportFile struct {
	x       *Exports
	ctx     context.Context
	id, run string
	rows    int
	pieces  *bufio.Writer
}

var _ job.File = (*exportFile)(nil)

func newExportFile(ctx context.Context, x *Exports, id string) *exportFile {
	f := &exportFile{x: x, ctx: ctx, id: id, run: rand.Text()}
	f.pieces = bufio.NewWriterSize(&pieceWriter{f: f}, pieceSize)
	return f
}

// begin makes a try the one that may write, if its task is the export's and
// that has not ended. What an earlier try wrote goes.
var begin = goredis.NewScript(`
if redis.call('HGET', KEYS[1], 'task') ~= ARGV[1] or redis.call('HGET', KEYS[1], 'state') then return 0 end
redis.call('DEL', KEYS[1] .. ':' .. (redis.call('HGET', KEYS[1], 'run') or ''))
redis.call('HSET', KEYS[1], 'run', ARGV[2], 'rows', 0, 'bytes', 0)
return 1
`)

// addPiece appends a piece, if the try may.
var addPiece = goredis.NewScript(`
if redis.call('HGET', KEYS[1], 'run') ~= ARGV[1] then return 0 end
local file = KEYS[1] .. ':' .. ARGV[1]
redis.call('RPUSH', file, ARGV[3])
redis.call('PEXPIRE', file, ARGV[2])
redis.call('HINCRBY', KEYS[1], 'bytes', #ARGV[3])
return 1
`)

// note sets fields, if the try may. A file is kept from when it was last
// changed; that of a failed export goes.
var note = goredis.NewScript(`
if redis.call('HGET', KEYS[1], 'run') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
local file = KEYS[1] .. ':' .. ARGV[1]
if redis.call('HGET', KEYS[1], 'state') == 'failed' then
  redis.call('DEL', file)
  redis.call('HSET', KEYS[1], 'bytes', 0)
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', file, ARGV[2])
return 1
`)

// may runs one of the scripts above, which answer whether the try may.
func (f *exportFile) may(script *goredis.Script, args ...any) error {
	ok, err := script.Run(f.ctx, f.x.rdb, []string{exportKey(f.id)}, args...).Bool()
	if err == nil && !ok {
		return errUnwanted
	}
	return unavailable("write export", err)
}

func (f *exportFile) set(fields ...any) error {
	return f.may(note, append([]any{f.run, job.ExportKept.Milliseconds()}, fields...)...)
}

// tell sets fields of a failed try, if it may, and waits for a server that is
// away. The queue can't be told either then, and its library doesn't try
// again: the export would seem to run until its lease is missed, minutes later.
func (f *exportFile) tell(fields ...any) error {
	for {
		if err := f.set(fields...); err == nil || errors.Is(err, errUnwanted) {
			return nil
		}
		select {
		case <-f.ctx.Done():
			return f.ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// make is the try from begin to end, after some that failed.
func (f *exportFile) make(task string, failures int) error {
	if err := f.may(begin, task, f.run); err != nil {
		return err
	}
	if failures >= job.ExportTries { // without telling: their servers died
		return &ask.Error{Code: ask.Limited, Message: "The servers that made it ended before it was ready."}
	}
	cut, err := f.x.write(f.ctx, f.id, f)
	if err == nil {
		err = f.pieces.Flush()
	}
	if err != nil {
		return err
	}
	return f.set("state", string(job.Ready), "cut", string(cut), "rows", f.rows, "problem", "", "ended", time.Now().UnixMilli())
}

// Write takes the next bytes.
func (f *exportFile) Write(b []byte) (int, error) { return f.pieces.Write(b) }

// Progress tells the rows written so far.
func (f *exportFile) Progress(rows int) error {
	f.rows = rows
	return f.set("rows", rows)
}

// pieceWriter puts each piece where it is kept.
type pieceWriter struct {
	f    *exportFile
	room int // bytes that may still come before more is made
}

func (w *pieceWriter) Write(b []byte) (int, error) {
	if w.room < len(b) {
		w.room = max(roomSize, len(b))
		if err := w.f.x.makeRoom(w.f.ctx, w.room); err != nil {
			return 0, err
		}
	}
	w.room -= len(b)
	if err := w.f.may(addPiece, w.f.run, job.ExportKept.Milliseconds(), b); err != nil {
		return 0, err
	}
	return len(b), nil
}

// exportReader reads a file piece by piece.
type exportReader struct {
	ctx   context.Context
	rdb   *goredis.Client
	key   string
	left  int   // bytes not yet fetched
	next  int64 // piece
	piece strings.Reader
}

// Read gives the next bytes; a file that was lost meanwhile is an error, never
// an end.
func (r *exportReader) Read(b []byte) (int, error) {
	if r.piece.Len() == 0 {
		if r.left == 0 {
			return 0, io.EOF
		}
		piece, err := r.rdb.LIndex(r.ctx, r.key, r.next).Result()
		if errors.Is(err, goredis.Nil) || err == nil && (piece == "" || len(piece) > r.left) {
			return 0, io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, unavailable("read export", err)
		}
		r.piece.Reset(piece)
		r.next, r.left = r.next+1, r.left-len(piece)
	}
	return r.piece.Read(b)
}
