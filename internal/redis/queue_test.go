package redis

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/job"
)

// runQueue runs a replica's queue until the test ends.
func runQueue(t testing.TB, c *Client, jobs ...job.Job) *Queue {
	t.Helper()
	q := c.Queue(jobs, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); q.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	return q
}

func status(t testing.TB, q *Queue, name string) job.Status {
	t.Helper()
	list, err := q.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range list {
		if st.Name == name {
			return st
		}
	}
	t.Fatalf("no job %q", name)
	return job.Status{}
}

// another is a second replica's connection to the same server.
func another(t testing.TB, c *Client) *Client {
	t.Helper()
	o := c.rdb.Options()
	url := "redis://" + o.Addr
	if o.Password != "" {
		url = "redis://:" + o.Password + "@" + o.Addr
	}
	return open(t, url)
}

func TestEachRunIsOnceForAllReplicas(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		t.Parallel()
		var runs, atOnce, most atomic.Int32
		work := job.Job{Name: "tick", Every: time.Second, Limit: time.Minute, Run: func(context.Context) (string, error) {
			most.Store(max(most.Load(), atOnce.Add(1)))
			defer atOnce.Add(-1)
			runs.Add(1)
			time.Sleep(50 * time.Millisecond)
			return "ticked", nil
		}}
		start := time.Now()
		q := runQueue(t, c, work)
		runQueue(t, another(t, c), work)
		eventually(t, 10*time.Second, "three runs", func() bool { return runs.Load() >= 3 })
		if periods := int32(time.Since(start)/time.Second) + 1; runs.Load() > periods || most.Load() != 1 {
			t.Errorf("%d runs in %d periods, %d at once", runs.Load(), periods, most.Load())
		}
		eventually(t, time.Second, "the outcome", func() bool { st := status(t, q, "tick"); return st.Last != nil && st.Last.Said == "ticked" })
	})
}

func TestFailedJobsAreShownAndTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		t.Parallel()
		var mu sync.Mutex
		var runs int
		down := errors.New("dial tcp 10.0.0.1:8000: secret")
		fault := error(&ask.Error{Code: ask.Unavailable, Message: "The vector store is not available.", Err: down})
		q := runQueue(t, c, job.Job{Name: "carry", Every: time.Hour, Limit: time.Minute, Run: func(context.Context) (string, error) {
			mu.Lock()
			defer mu.Unlock()
			runs++
			return "", fault
		}})
		eventually(t, 5*time.Second, "retrying", func() bool { return status(t, q, "carry").State == job.Retrying })
		st := status(t, q, "carry")
		if st.Tries < 1 || st.Next.IsZero() || st.Last == nil || st.Last.Problem != "The vector store is not available." {
			t.Errorf("shown: %+v, last %+v", st, st.Last)
		}
		if task, err := findTask(q.inspector, queueName, "carry"); err != nil || task.LastErr != "The vector store is not available." {
			t.Errorf("the queue was told %+v, %v", task, err)
		}
		eventually(t, 10*time.Second, "another try by itself", func() bool { mu.Lock(); defer mu.Unlock(); return runs >= 2 })
		mu.Lock()
		fault = nil
		mu.Unlock()
		if err := q.RunNow(t.Context(), "carry"); err != nil {
			t.Fatal(err)
		}
		eventually(t, 5*time.Second, "success", func() bool { st := status(t, q, "carry"); return st.State == job.Idle && st.Last.Problem == "" })
	})
}

func TestRunNow(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		t.Parallel()
		var runs atomic.Int32
		hold := make(chan struct{})
		q := runQueue(t, c, job.Job{Name: "slow", Every: time.Hour, Limit: time.Minute, Run: func(context.Context) (string, error) {
			runs.Add(1)
			<-hold
			return "", nil
		}})
		eventually(t, 5*time.Second, "the first run", func() bool { return runs.Load() == 1 })
		if st := status(t, q, "slow"); st.State != job.Running {
			t.Errorf("state %s", st.State)
		}
		for range 3 {
			if err := q.RunNow(t.Context(), "slow"); err != nil {
				t.Fatal(err)
			}
		}
		close(hold)
		eventually(t, 5*time.Second, "idle", func() bool { return status(t, q, "slow").State == job.Idle })
		if runs.Load() != 1 {
			t.Errorf("%d runs: one that was running was queued again", runs.Load())
		}
		if err := q.RunNow(t.Context(), "slow"); err != nil {
			t.Fatal(err)
		}
		eventually(t, 5*time.Second, "the run asked for", func() bool { return runs.Load() == 2 })
		if err := q.RunNow(t.Context(), "no such"); ask.CodeOf(err) != ask.NotFound {
			t.Errorf("an unknown job: %v", err)
		}
		if err := c.rdb.Set(t.Context(), outcomeKey, "garbage", 0).Err(); err != nil {
			t.Fatal(err)
		}
		if st := status(t, q, "slow"); st.Last != nil {
			t.Errorf("garbage became %+v", st.Last)
		}
	})
}

// A job on a server that was emptied shows as it is.
func TestEmptiedServerTellsOfJobs(t *testing.T) {
	each(t, func(t *testing.T, c *Client) {
		t.Parallel()
		started, hold := make(chan bool, 2), make(chan struct{})
		q := runQueue(t, c, job.Job{Name: "slow", Every: time.Hour, Limit: time.Minute, Run: func(context.Context) (string, error) {
			started <- true
			<-hold
			return "", nil
		}})
		<-started
		hold <- struct{}{}
		eventually(t, 5*time.Second, "idle", func() bool { return status(t, q, "slow").State == job.Idle })
		if err := c.rdb.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		<-started
		if st := status(t, q, "slow"); st.State != job.Running {
			t.Errorf("state %s", st.State)
		}
		close(hold)
	})
}

func TestJobsGoOnAfterTheServerWasAway(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c := open(t, s.url())
	var runs atomic.Int32
	q := runQueue(t, c, job.Job{Name: "tick", Every: time.Second, Limit: time.Minute, Run: func(context.Context) (string, error) {
		runs.Add(1)
		return "", nil
	}})
	goesOn := func(after string) {
		t.Helper()
		before := runs.Load()
		eventually(t, 5*time.Second, "a run after "+after, func() bool { return runs.Load() > before })
	}
	goesOn("the start")
	s.stop(t)
	if _, err := q.Status(t.Context()); ask.CodeOf(err) != ask.Unavailable {
		t.Errorf("status of a dead server: %v", err)
	}
	s.start(t) // empty
	goesOn("a restart")
	s.signal(t, syscall.SIGSTOP)
	eventually(t, 10*time.Second, "the freeze is noticed", func() bool {
		_, err := q.Status(t.Context())
		return ask.CodeOf(err) == ask.Unavailable
	})
	s.signal(t, syscall.SIGCONT)
	goesOn("a freeze")
}

func TestRetryDelayGrowsWithinBoundsAndVaries(t *testing.T) {
	q := &Queue{jobs: []job.Job{{Name: "often", Every: time.Second}, {Name: "seldom", Every: time.Hour}}}
	seen := map[time.Duration]bool{}
	for failures := range 60 {
		d := q.retryDelay(failures, nil, asynq.NewTask("often", nil))
		if d <= 0 || d > leastRetry {
			t.Errorf("after %d failures: %v", failures, d)
		}
		seen[d] = true
	}
	if len(seen) < 50 {
		t.Errorf("only %d different waits of 60", len(seen))
	}
	if d := q.retryDelay(50, nil, asynq.NewTask("seldom", nil)); d < mostRetry/2 || d > mostRetry {
		t.Errorf("a job that is seldom due waits %v", d)
	}
}
