package ask

import (
	"context"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	pollEvery = 500 * time.Millisecond // how often a question that runs in another process is looked at
	tooShort  = 60 * time.Millisecond  // what stands for less is not shown: nobody could read it
)

// live is a running question and those who watch it.
type live struct {
	id, userID string
	cancel     context.CancelFunc
	cancelled  atomic.Bool // by its user, not by a limit or a shutdown

	mu      sync.Mutex
	q       Question
	changed chan struct{} // closed at the next change

	dismissed chan struct{} // closed once it no longer runs
}

func newLive(q Question, cancel context.CancelFunc) *live {
	return &live{id: q.ID, userID: q.UserID, cancel: cancel, q: q, changed: make(chan struct{}), dismissed: make(chan struct{})}
}

// update changes the question and wakes the watchers.
func (l *live) update(change func(q *Question)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.q)
	close(l.changed)
	l.changed = make(chan struct{})
}

// look gives the question now and a channel that closes when it changes.
func (l *live) look() (Question, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.q
	q.Steps = slices.Clone(q.Steps)
	return q, l.changed
}

func (s *Service) running(id string) *live {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live[id]
}

func (s *Service) snapshot(id string) (Question, bool) {
	l := s.running(id)
	if l == nil {
		return Question{}, false
	}
	q, _ := l.look()
	return q, true
}

// Watch yields whole snapshots of a question, each unlike the one before, until
// one is final, so that a late, dropped or reconnected watcher is always right.
// An error ends it.
func (s *Service) Watch(ctx context.Context, v Viewer, id string) iter.Seq2[Question, error] {
	return func(yield func(Question, error) bool) {
		l := s.running(id)
		if l == nil || !v.maySee(&Question{UserID: l.userID}) {
			s.poll(ctx, v, id, yield)
			return
		}
		for {
			q, changed, ok := l.settled(ctx)
			switch {
			case ctx.Err() != nil:
				return
			case !ok:
				s.poll(ctx, v, id, yield)
				return
			case !yield(q, nil) || q.Status.Final():
				return
			}
			select {
			case <-ctx.Done():
			case <-changed:
			case <-l.dismissed:
			}
		}
	}
}

// settled is the question once it has ended or stood for a while. It is not ok
// when it no longer runs and has no end: it was never stored.
func (l *live) settled(ctx context.Context) (q Question, changed <-chan struct{}, ok bool) {
	wait := time.NewTimer(tooShort)
	defer wait.Stop()
	for {
		q, changed = l.look()
		if q.Status.Final() {
			return q, changed, true
		}
		select {
		case <-ctx.Done():
			return q, changed, true
		case <-changed:
		case <-wait.C:
			return q, changed, true
		case <-l.dismissed:
			if q, changed = l.look(); !q.Status.Final() {
				return q, changed, false
			}
		}
	}
}

// poll watches a question that runs in another process, or has ended.
func (s *Service) poll(ctx context.Context, v Viewer, id string, yield func(Question, error) bool) {
	seen := Question{Status: "unseen"}
	for ctx.Err() == nil {
		q, err := s.Question(ctx, v, id)
		if err != nil {
			yield(Question{}, err)
			return
		}
		if q.Status != seen.Status || !slices.Equal(q.Steps, seen.Steps) {
			if !yield(*q, nil) || q.Status.Final() {
				return
			}
		}
		seen = *q
		select {
		case <-ctx.Done():
		case <-time.After(pollEvery):
		}
	}
}
