package redis

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hibiken/asynq"
	goredis "github.com/redis/go-redis/v9"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/job"
)

const (
	exportPrefix = prefix + "export:" // a hash for each question: see kept; with ":" and its run, the file, a list of pieces
	exportIndex  = prefix + "exports" // a set of questions
	lostAfter    = 10 * time.Second   // from a request until its task must be there
)

func exportKey(questionID string) string { return exportPrefix + questionID }

// kept is what is known of an export. Run names the try that may write, so that
// one comes to nothing whose replica was only thought dead, or whose export was
// deleted. State stays empty until the end: before, the queue knows it.
type kept struct {
	ID        string `redis:"id"`
	Task      string `redis:"task"`
	Run       string `redis:"run"`
	Question  string `redis:"question"`
	UserID    string `redis:"user_id"`
	User      string `redis:"user"`
	State     string `redis:"state"`
	Cut       string `redis:"cut"`
	Problem   string `redis:"problem"`
	Rows      int    `redis:"rows"`
	Bytes     int    `redis:"bytes"`
	Requested int64  `redis:"requested"` // ms since 1970
	Ended     int64  `redis:"ended"`     // likewise

	export job.Export // the same, for others
}

func (k kept) file() string { return exportKey(k.ID) + ":" + k.Run }

// claim begins what is kept of a request, unless there is something.
var claim = goredis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('SADD', KEYS[2], ARGV[2])
return 1
`)

// forget drops an export and its file, if it is still that of the task.
var forget = goredis.NewScript(`
if (redis.call('HGET', KEYS[1], 'task') or '') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[1] .. ':' .. (redis.call('HGET', KEYS[1], 'run') or ''))
redis.call('SREM', KEYS[2], ARGV[2])
return 1
`)

func (x *Exports) drop(ctx context.Context, k kept) error {
	return unavailable("drop export", forget.Run(ctx, x.rdb, []string{exportKey(k.ID), exportIndex}, k.Task, k.ID).Err())
}

// find is a question's export; nil for none. An id comes from outside, and one
// with a colon would be the key of a file, which is garbage here.
func (x *Exports) find(ctx context.Context, id string) (*kept, error) {
	if strings.Contains(id, ":") {
		return nil, nil
	}
	list, err := x.load(ctx, []string{id})
	if len(list) == 0 || err != nil {
		return nil, err
	}
	return &list[0], nil
}

func (x *Exports) all(ctx context.Context) ([]kept, error) {
	ids, err := x.rdb.SMembers(ctx, exportIndex).Result()
	if wrongType(err) {
		err = x.rdb.Del(ctx, exportIndex).Err()
	}
	if err != nil {
		return nil, unavailable("list exports", err)
	}
	return x.load(ctx, ids)
}

// load reads exports. What has expired or is garbage leaves the index.
func (x *Exports) load(ctx context.Context, ids []string) ([]kept, error) {
	var list []kept
	for _, id := range ids {
		var k kept
		there, err := x.read(ctx, id, &k)
		if there && err == nil {
			there, err = x.complete(ctx, &k)
		}
		if err != nil {
			return nil, err
		}
		if there {
			list = append(list, k)
		}
	}
	return list, nil
}

func (x *Exports) read(ctx context.Context, id string, k *kept) (there bool, err error) {
	found := x.rdb.HGetAll(ctx, exportKey(id))
	err = found.Err()
	switch {
	case wrongType(err), err == nil && found.Scan(k) != nil:
		return false, unavailable("drop garbage", x.rdb.Del(ctx, exportKey(id)).Err())
	case err != nil:
		return false, unavailable("read export", err)
	case k.ID != id:
		return false, x.drop(ctx, kept{ID: id, Task: k.Task})
	}
	return true, nil
}

// complete fills in what others are told. A file that the server has dropped
// takes its export along.
func (x *Exports) complete(ctx context.Context, k *kept) (there bool, err error) {
	k.export = job.Export{QuestionID: k.ID, Question: k.Question, UserID: k.UserID, User: k.User, State: job.State(k.State),
		Rows: k.Rows, Bytes: k.Bytes, Cut: job.Cut(k.Cut), Problem: k.Problem, Requested: time.UnixMilli(k.Requested)}
	switch k.export.State {
	case job.Ready:
		k.export.Expires = time.UnixMilli(k.Ended).Add(job.ExportKept)
		n, err := x.rdb.Exists(ctx, k.file()).Result()
		if err != nil || n > 0 {
			return true, unavailable("look for file", err)
		}
		return false, x.drop(ctx, *k)
	case job.Failed:
		return true, nil
	}
	return true, x.ofQueue(k)
}

// ofQueue fills in what the queue knows.
func (x *Exports) ofQueue(k *kept) error {
	task, err := findTask(x.inspector, exportQueue, k.Task)
	if err != nil {
		return err
	}
	e := &k.export
	switch {
	case task == nil && time.Since(e.Requested) > lostAfter:
		e.State, e.Problem = job.Failed, "The server lost it. Try again."
	case task == nil:
		e.State = job.Queued
	default:
		e.State, e.Tries = stateOf(task.State), task.Retried
	}
	switch {
	case e.State != job.Retrying:
	case e.Tries == 0: // its server was stopped
		e.State = job.Queued
	case task.State == asynq.TaskStateRetry:
		e.Next = task.NextProcessAt
	}
	return nil
}

// oldestReady is the export that makes room first; nil for none.
func oldestReady(list []kept) (oldest *kept) {
	for i, k := range list {
		if k.export.State == job.Ready && (oldest == nil || k.Ended < oldest.Ended) {
			oldest = &list[i]
		}
	}
	return oldest
}

// makeRoom drops files, the oldest first, until n bytes more can be kept.
func (x *Exports) makeRoom(ctx context.Context, n int) error {
	list, err := x.all(ctx)
	if err != nil {
		return err
	}
	for _, k := range list {
		n += k.Bytes
	}
	for n > exportsSize {
		oldest := oldestReady(list)
		if oldest == nil {
			return &ask.Error{Code: ask.Busy, Message: "There is no room for another export until one that is under way has ended.",
				Err: fmt.Errorf("redis: %d bytes are kept", n)}
		}
		if err := x.drop(ctx, *oldest); err != nil {
			return err
		}
		n -= oldest.Bytes
		oldest.export.State = job.Failed // no longer to be dropped
	}
	return nil
}
