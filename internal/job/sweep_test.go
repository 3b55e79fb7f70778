package job

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// lost counts sweeps; the first fails.
type lost struct {
	sweeps int
	cutoff time.Duration // of the last sweep, before its time
}

func (l *lost) InterruptStale(ctx context.Context, cutoff time.Time) (int, error) {
	l.sweeps++
	l.cutoff = time.Since(cutoff)
	if _, limited := ctx.Deadline(); !limited || l.sweeps == 1 {
		return 0, errors.New("the store is away")
	}
	return 1, nil
}

func TestSweepsAtOnceAndThenOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var l lost
		ended := make(chan struct{})
		go func() { defer close(ended); Sweep(ctx, &l, slog.New(slog.DiscardHandler)) }()
		synctest.Wait()
		if l.sweeps != 1 {
			t.Errorf("%d sweeps at the start", l.sweeps)
		}
		time.Sleep(10 * sweepEvery)
		synctest.Wait()
		if l.sweeps < 10 || l.sweeps > 21 || l.cutoff != staleRun {
			t.Errorf("%d sweeps in ten periods, the last of questions older than %v", l.sweeps, l.cutoff)
		}
		stop()
		<-ended
	})
}
