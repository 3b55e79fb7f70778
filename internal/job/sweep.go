package job

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

const (
	sweepEvery = 2 * time.Second
	sweepLimit = 10 * time.Second // of one sweep
	staleRun   = 10 * time.Minute // no question may take longer, with all its waiting: its process is stuck or gone
)

// Sweeper keeps the running questions.
type Sweeper interface {
	// InterruptStale ends questions that lost their process, or have been
	// running since before cutoff, and says how many.
	InterruptStale(ctx context.Context, cutoff time.Time) (int, error)
}

// Sweep ends lost questions, at once and then every few seconds, until ctx
// ends. Every replica sweeps for all of them. It is no job in the queue: the
// queue gives a dead replica's job to another only after a minute, and this one
// is due when a replica has died, also when Redis died with it.
func Sweep(ctx context.Context, store Sweeper, log *slog.Logger) {
	for {
		sweep(ctx, store, log)
		select {
		case <-ctx.Done():
			return
		case <-time.After(sweepEvery/2 + rand.N(sweepEvery/2)): // replicas that start together should not sweep together
		}
	}
}

func sweep(ctx context.Context, store Sweeper, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, sweepLimit)
	defer cancel()
	// An error is not logged: without the store every request logs that it is away.
	if n, err := store.InterruptStale(ctx, time.Now().Add(-staleRun)); err == nil && n > 0 {
		log.InfoContext(ctx, "ended questions that lost their process", "questions", n)
	}
}
