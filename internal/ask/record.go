package ask

import (
	"context"
	"errors"
	"sync"
	"time"
)

const recordLimit = 5 * time.Second // for saving an end

// InterruptedMessage is what people read of a question whose process ended.
const InterruptedMessage = "Querent stopped while this question was running. Ask it again."

// fail turns an error into the final state.
func (r *run) fail(err error) {
	r.end.Status, r.end.Message = Failed, MessageOf(err)
	switch {
	case r.l.cancelled.Load():
		r.end.Status, r.end.Message = Cancelled, "You cancelled this question."
	case r.s.base.Err() != nil:
		r.end.Status, r.end.Message = Interrupted, InterruptedMessage
	case errors.Is(context.Cause(r.ctx), context.DeadlineExceeded):
		r.end.Message = "This took longer than a question may. Ask for less at once."
	case CodeOf(err) == Internal:
		r.s.cfg.Log.ErrorContext(r.ctx, "question failed", "err", err)
	}
}

// record saves the end, and only then shows it. What could not be saved is
// shown as failed, without its rows.
func (r *run) record() {
	r.end.Finished = r.s.cfg.Now()
	if r.end.Finished.Before(r.end.Created) {
		r.end.Finished = r.end.Created // the clock went back
	}
	var aside sync.WaitGroup // what is put into the cache that replicas share, before anybody can ask for it
	if r.later != nil {
		aside.Go(r.later)
	}
	if r.end.Status == Answered {
		aside.Go(r.s.keep(r.ctx, &r.end, r.state, r.res))
	}
	err := r.save(recordLimit)
	aside.Wait()
	if err != nil {
		r.s.cfg.Log.ErrorContext(r.ctx, "question not saved", "err", err)
		r.end.Status, r.end.RowCount, r.end.Truncated = Failed, 0, false
		r.end.Message = "The answer could not be saved to the history, so it is not shown. Ask again in a moment."
	}
	r.l.update(func(q *Question) { *q = r.end })
	if r.s.cfg.OnFinished != nil {
		r.s.cfg.OnFinished(r.ctx, r.end)
	}
	if err != nil && r.s.base.Err() == nil {
		if err := r.save(runLimit); err != nil { // so that the history says how it ended
			r.s.cfg.Log.ErrorContext(r.ctx, "failure not saved", "err", err)
		}
	}
}

// save tries until limit: a system database that restarts comes back within
// it.
func (r *run) save(limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), limit)
	defer cancel()
	for {
		err := r.s.cfg.Store.FinishQuestion(ctx, &r.end)
		if err == nil || CodeOf(err) != Unavailable {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(200 * time.Millisecond):
		}
	}
}
