package ask

import (
	"context"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// pollEvery is how often a question that runs in another process is looked at.
const pollEvery = 500 * time.Millisecond

// live is a running question and those who watch it.
type live struct {
	id, userID string
	cancel     context.CancelFunc
	cancelled  atomic.Bool // by its user, not by a limit or a shutdown

	mu      sync.Mutex
	q       Question
	changed chan struct{} // closed at the next change
}

func newLive(q Question, cancel context.CancelFunc) *live {
	return &live{id: q.ID, userID: q.UserID, cancel: cancel, q: q, changed: make(chan struct{})}
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

func (s *Service) snapshot(id string) (Question, bool) {
	s.mu.Lock()
	l := s.live[id]
	s.mu.Unlock()
	if l == nil {
		return Question{}, false
	}
	q, _ := l.look()
	return q, true
}

// Watch yields whole snapshots of a question until one is final, so that a
// late, dropped or reconnected watcher is always right. An error ends it.
func (s *Service) Watch(ctx context.Context, v Viewer, id string) iter.Seq2[Question, error] {
	return func(yield func(Question, error) bool) {
		for ctx.Err() == nil {
			q, err := s.Question(ctx, v, id)
			if err != nil {
				yield(Question{}, err)
				return
			}
			if !yield(*q, nil) || q.Status.Final() {
				return
			}
			s.await(ctx, *q)
		}
	}
}

// await returns when the question may have changed since seen.
func (s *Service) await(ctx context.Context, seen Question) {
	changed, ours := s.changes(seen)
	if !ours {
		changed = nil
	}
	poll := time.NewTimer(pollEvery)
	defer poll.Stop()
	select {
	case <-ctx.Done():
	case <-changed:
	case <-poll.C:
	}
}

// changes gives the channel to wait on; a closed one when the question has
// already moved on since seen.
func (s *Service) changes(seen Question) (<-chan struct{}, bool) {
	s.mu.Lock()
	l := s.live[seen.ID]
	s.mu.Unlock()
	if l == nil {
		return nil, false
	}
	now, changed := l.look()
	if now.Status != seen.Status || !slices.Equal(now.Steps, seen.Steps) {
		moved := make(chan struct{})
		close(moved)
		return moved, true
	}
	return changed, true
}
