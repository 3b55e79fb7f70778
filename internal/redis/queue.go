package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"time"

	"github.com/hibiken/asynq"
	goredis "github.com/redis/go-redis/v9"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/job"
)

const (
	queueName  = "querent"
	offerEvery = 500 * time.Millisecond // how often a replica looks what is due
	lookEvery  = 500 * time.Millisecond // how often a replica looks for work
	firstRetry = time.Second
	leastRetry = 5 * time.Second // the least that waits may grow to
	mostRetry  = 5 * time.Minute // the most
	outcomeKey = prefix + "jobs" // a hash: each job's last outcome
	duePrefix  = prefix + "due:" // there while a job is not due
)

// Queue has jobs done on whichever replica is free. Two rules make each run
// one for all replicas: who takes a period's key offers the job, and the
// queue takes no second task of a name while one waits, runs or is to be
// tried again. A failed job is retried until it succeeds, with growing, random
// delays. A replica that dies in mid-job leaves it to another, two
// minutes later.
type Queue struct {
	rdb       *goredis.Client
	inspector *asynq.Inspector
	jobs      []job.Job
	log       *slog.Logger
}

var _ job.Queue = (*Queue)(nil)

// Queue is the queue for these jobs. Nothing is done before Run.
func (c *Client) Queue(jobs []job.Job, log *slog.Logger) *Queue {
	return &Queue{rdb: c.rdb, inspector: asynq.NewInspectorFromRedisClient(c.rdb), jobs: jobs, log: log}
}

// Run offers and does jobs until ctx ends. It outlives any loss of the server.
func (q *Queue) Run(ctx context.Context) {
	server := asynq.NewServerFromRedisClient(q.rdb, asynq.Config{
		Concurrency: len(q.jobs), Queues: map[string]int{queueName: 1},
		TaskCheckInterval: lookEvery, DelayedTaskCheckInterval: lookEvery, RetryDelayFunc: q.retryDelay,
		ShutdownTimeout: time.Second, Logger: libraryLog{q.log}, LogLevel: asynq.WarnLevel,
		BaseContext: func() context.Context { return ctx },
	})
	mux := asynq.NewServeMux()
	for _, j := range q.jobs {
		mux.HandleFunc(j.Name, func(ctx context.Context, _ *asynq.Task) error { return q.do(ctx, j) })
	}
	if err := server.Start(mux); err != nil {
		panic(err) // only for a server that was started before
	}
	defer server.Shutdown()
	tick := time.NewTicker(offerEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			q.offer(ctx)
		}
	}
}

// offer enqueues what is due. While the server is away it does nothing; others
// report that.
func (q *Queue) offer(ctx context.Context) {
	for _, j := range q.jobs {
		err := q.rdb.SetArgs(ctx, duePrefix+j.Name, "", goredis.SetArgs{Mode: "NX", TTL: j.Every}).Err()
		if err == nil {
			err = q.enqueue(ctx, j)
		}
		if err != nil && !errors.Is(err, goredis.Nil) {
			return
		}
	}
}

// enqueue adds a task for j, unless there is one.
func (q *Queue) enqueue(ctx context.Context, j job.Job) error {
	err := enqueue(ctx, q.rdb, asynq.NewTask(j.Name, nil), asynq.Queue(queueName), asynq.TaskID(j.Name), asynq.Timeout(j.Limit))
	if errors.Is(err, asynq.ErrTaskIDConflict) {
		return nil
	}
	return unavailable("enqueue", err)
}

// enqueue adds a task that is tried until it succeeds. A client tells the
// server of a queue only once, and one that was emptied since would say that
// there is no such queue: so each task has a client of its own.
func enqueue(ctx context.Context, rdb *goredis.Client, t *asynq.Task, opts ...asynq.Option) error {
	_, err := asynq.NewClientFromRedisClient(rdb).EnqueueContext(ctx, t, append(opts, asynq.MaxRetry(math.MaxInt32))...)
	return err
}

// do runs one job and notes how it ended. The queue gets only texts that
// users may read, since it shows them.
func (q *Queue) do(ctx context.Context, j job.Job) error {
	start := time.Now()
	said, err := j.Run(ctx)
	o := job.Outcome{At: time.Now(), Took: time.Since(start), Said: said}
	if err != nil {
		o.Problem = ask.MessageOf(err)
		if tries, _ := asynq.GetRetryCount(ctx); tries == 0 { // logged once, not at every retry
			q.log.WarnContext(ctx, "job failed; it is tried until it succeeds", "job", j.Name, "err", err)
		}
	}
	if b, jsonErr := json.Marshal(o); jsonErr == nil {
		_ = q.rdb.HSet(context.WithoutCancel(ctx), outcomeKey, j.Name, b).Err() // only shown; the next run notes its own
	}
	if err != nil {
		return errors.New(o.Problem)
	}
	return nil
}

// retryDelay doubles with each failure up to the job's period, in bounds, and is
// then shortened at random so that many failures don't retry together.
func (q *Queue) retryDelay(failures int, _ error, t *asynq.Task) time.Duration {
	most := leastRetry
	for _, j := range q.jobs {
		if j.Name == t.Type() {
			most = min(max(j.Every, leastRetry), mostRetry)
		}
	}
	return jitter(min(firstRetry<<min(failures, 20), most))
}

// jitter shortens a wait at random, to no less than half.
func jitter(wait time.Duration) time.Duration { return wait/2 + rand.N(wait/2) }

// Status lists every job.
func (q *Queue) Status(ctx context.Context) ([]job.Status, error) {
	outcomes, err := q.rdb.HGetAll(ctx, outcomeKey).Result()
	if wrongType(err) {
		err = q.rdb.Del(ctx, outcomeKey).Err()
	}
	if err != nil {
		return nil, unavailable("read outcomes", err)
	}
	list := make([]job.Status, 0, len(q.jobs))
	for _, j := range q.jobs {
		st := job.Status{Job: j, State: job.Idle}
		var last job.Outcome
		if json.Unmarshal([]byte(outcomes[j.Name]), &last) == nil {
			st.Last = &last
		}
		task, err := findTask(q.inspector, queueName, j.Name)
		if err != nil {
			return nil, err
		}
		if task != nil {
			st.State, st.Tries = stateOf(task.State), task.Retried
		}
		if st.State == job.Retrying {
			st.Next = task.NextProcessAt
		}
		list = append(list, st)
	}
	return list, nil
}

// findTask is a queue's task; nil when there is none.
func findTask(in *asynq.Inspector, queue, id string) (*asynq.TaskInfo, error) {
	task, err := in.GetTaskInfo(queue, id)
	if errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound) {
		return nil, nil
	}
	return task, unavailable("read queue", err)
}

func stateOf(s asynq.TaskState) job.State {
	switch s {
	case asynq.TaskStateActive:
		return job.Running
	case asynq.TaskStateRetry, asynq.TaskStateArchived:
		return job.Retrying
	}
	return job.Queued
}

// RunNow makes a job due, or a failed one try again at once.
func (q *Queue) RunNow(ctx context.Context, name string) error {
	for _, j := range q.jobs {
		if j.Name != name {
			continue
		}
		task, err := findTask(q.inspector, queueName, name)
		switch {
		case err != nil:
			return err
		case task == nil:
			return q.enqueue(ctx, j)
		case stateOf(task.State) == job.Retrying:
			err := q.inspector.RunTask(queueName, name)
			if errors.Is(err, asynq.ErrTaskNotFound) {
				return nil // it has just succeeded
			}
			return unavailable("run task", err)
		}
		return nil
	}
	return &ask.Error{Code: ask.NotFound, Message: "There is no such job."}
}

// libraryLog passes on the library's messages as warnings: they are about the
// server, and the library recovers by itself.
type libraryLog struct{ log *slog.Logger }

func (l libraryLog) say(args []any)    { l.log.Warn("job queue", "said", fmt.Sprint(args...)) }
func (l libraryLog) Debug(args ...any) {}
func (l libraryLog) Info(args ...any)  {}
func (l libraryLog) Warn(args ...any)  { l.say(args) }
func (l libraryLog) Error(args ...any) { l.say(args) }
func (l libraryLog) Fatal(args ...any) { l.say(args) }
