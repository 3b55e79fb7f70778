package redis

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	goredis "github.com/redis/go-redis/v9"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/job"
)

const (
	exportQueue   = "querent-exports"
	exportTask    = "export"
	exportSlack   = time.Minute // beside the query, for one try
	exportsOfUser = 5           // kept or under way
	exportsSize   = 192 << 20   // bytes of all files together
)

// exportWriter makes a file, see job.Exporter.
type exportWriter func(ctx context.Context, questionID string, f job.File) (job.Cut, error)

// Exports has exports made on whichever replica is free, one at a time on each,
// and keeps their files. A failed try is followed by others, after waits that
// grow and vary; a replica that dies leaves its export to another, two minutes
// later, and one that is stopped, at once.
type Exports struct {
	rdb       *goredis.Client
	inspector *asynq.Inspector
	write     exportWriter
	log       *slog.Logger
	tries     sync.WaitGroup // under way here
}

var _ job.Exports = (*Exports)(nil)

// Exports is where exports are made with write. Nothing is made before Run.
func (c *Client) Exports(write exportWriter, log *slog.Logger) *Exports {
	return &Exports{rdb: c.rdb, inspector: asynq.NewInspectorFromRedisClient(c.rdb), write: write, log: log}
}

// Run makes exports until ctx ends. It outlives any loss of the server.
func (x *Exports) Run(ctx context.Context) {
	server := asynq.NewServerFromRedisClient(x.rdb, asynq.Config{
		Concurrency: 1, Queues: map[string]int{exportQueue: 1},
		TaskCheckInterval: lookEvery, DelayedTaskCheckInterval: lookEvery,
		RetryDelayFunc:  func(failures int, _ error, _ *asynq.Task) time.Duration { return retryExport(failures) },
		IsFailure:       func(err error) bool { return !errors.Is(err, context.Canceled) }, // stopping is none
		ShutdownTimeout: time.Second, Logger: libraryLog{x.log}, LogLevel: asynq.ErrorLevel,
		BaseContext: func() context.Context { return ctx },
	})
	if err := server.Start(asynq.HandlerFunc(x.do)); err != nil {
		panic(err) // only for a server that was started before
	}
	<-ctx.Done()
	server.Shutdown()
	x.tries.Wait()
}

// retryExport doubles with each failure, and varies.
func retryExport(failures int) time.Duration {
	return jitter(min(firstRetry<<min(failures, 20), mostRetry))
}

// do is one try, and what follows from its end. The queue is told only what
// users may read.
func (x *Exports) do(ctx context.Context, t *asynq.Task) error {
	x.tries.Add(1)
	defer x.tries.Done()
	task, _ := asynq.GetTaskID(ctx)
	failures, _ := asynq.GetRetryCount(ctx)
	f := newExportFile(ctx, x, string(t.Payload()))
	err := f.make(task, failures)
	switch {
	case err == nil || errors.Is(err, errUnwanted):
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case job.TryAgain(err) && failures+1 < job.ExportTries:
		x.log.WarnContext(ctx, "export failed; it is tried again", "question", f.id, "failures", failures+1, "err", err)
		return cmp.Or(f.tell("problem", ask.MessageOf(err)), errors.New(ask.MessageOf(err)))
	}
	x.log.WarnContext(ctx, "export failed", "question", f.id, "err", err)
	return f.tell("state", string(job.Failed), "problem", ask.MessageOf(err), "ended", time.Now().UnixMilli())
}

// Request queues an export, unless there is one that has not failed.
func (x *Exports) Request(ctx context.Context, e job.Export) error {
	old, err := x.find(ctx, e.QuestionID)
	if err != nil {
		return err
	}
	if old != nil {
		if old.export.State != job.Failed {
			return nil
		}
		if err := x.drop(ctx, *old); err != nil {
			return err
		}
	}
	if err := x.makePlace(ctx, e.UserID); err != nil {
		return err
	}
	task := rand.Text()
	claimed, err := claim.Run(ctx, x.rdb, []string{exportKey(e.QuestionID), exportIndex}, job.ExportKept.Milliseconds(), e.QuestionID,
		"id", e.QuestionID, "task", task, "question", e.Question, "user_id", e.UserID, "user", e.User, "requested", time.Now().UnixMilli()).Bool()
	if err != nil || !claimed { // somebody else did just now
		return unavailable("request export", err)
	}
	// Should the server go away just here, the export is shown as lost.
	return unavailable("enqueue export", enqueue(ctx, x.rdb, asynq.NewTask(exportTask, []byte(e.QuestionID)),
		asynq.Queue(exportQueue), asynq.TaskID(task), asynq.Timeout(job.ExportTime+exportSlack)))
}

// makePlace lets a user have another export: the oldest that is ready goes when
// there are many.
func (x *Exports) makePlace(ctx context.Context, userID string) error {
	list, err := x.all(ctx)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(k kept) bool { return k.UserID != userID || k.export.State == job.Failed })
	if len(list) < exportsOfUser {
		return nil
	}
	if oldest := oldestReady(list); oldest != nil {
		return x.drop(ctx, *oldest)
	}
	return &ask.Error{Code: ask.Busy, Message: "You have many exports under way. Wait until one has ended, or cancel one."}
}

// Find is a question's export.
func (x *Exports) Find(ctx context.Context, questionID string) (*job.Export, error) {
	k, err := x.find(ctx, questionID)
	if k == nil || err != nil {
		return nil, err
	}
	return &k.export, nil
}

// List is every export.
func (x *Exports) List(ctx context.Context) ([]job.Export, error) {
	list, err := x.all(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]job.Export, len(list))
	for i, k := range list {
		out[i] = k.export
	}
	slices.SortFunc(out, func(a, b job.Export) int {
		return cmp.Or(b.Requested.Compare(a.Requested), cmp.Compare(a.QuestionID, b.QuestionID))
	})
	return out, nil
}

// Delete forgets an export and ends it, if need be.
func (x *Exports) Delete(ctx context.Context, questionID string) error {
	k, err := x.find(ctx, questionID)
	if k == nil || err != nil {
		return err
	}
	if err := x.drop(ctx, *k); err != nil {
		return err
	}
	// Only to be quick: a task whose export is gone does nothing.
	_ = x.inspector.DeleteTask(exportQueue, k.Task)
	_ = x.inspector.CancelProcessing(k.Task)
	return nil
}

// Open reads a ready export's file.
func (x *Exports) Open(ctx context.Context, questionID string) (io.Reader, error) {
	k, err := x.find(ctx, questionID)
	if err != nil {
		return nil, err
	}
	if k == nil || k.export.State != job.Ready {
		return nil, &ask.Error{Code: ask.NotFound, Message: "There is no export of this answer, or it is no longer kept."}
	}
	return &exportReader{ctx: ctx, rdb: x.rdb, key: k.file(), left: k.Bytes}, nil
}
