package ask

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"
)

// Rows keeps answers' rows for a while, for every replica, so that looking at
// an answer runs no SQL. It may lose any of them at any time.
type Rows interface {
	// Get finds what was put under a key.
	Get(ctx context.Context, key string) (Table, bool, error)
	// Put keeps rows, unless they are too many to be kept.
	Put(ctx context.Context, key string, t Table) error
}

const (
	keepLimit = time.Second // for keeping rows, or finding them
	lookLimit = time.Second // for reading rows again while somebody waits for a page
)

// rowsKey names the rows of q: what was run, for whom, on which state of the
// target. Once any of it is another, so are the rows.
func rowsKey(q *Question, state string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{q.ID, q.UserID, state, q.SQL}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// gone stands for the state of a target that is not there: what this process
// last read of it is still shown then.
const gone = ""

// Answer is a question whose rows v may have.
func (s *Service) Answer(ctx context.Context, v Viewer, id string) (*Question, error) {
	q, err := s.Question(ctx, v, id)
	if err == nil && q.Status != Answered {
		return nil, &Error{Code: NotFound, Message: "This question has no rows."}
	}
	return q, err
}

// Result gives an answered question's rows: those kept since they were read,
// if the target is still the same, else read again with the same SQL.
func (s *Service) Result(ctx context.Context, v Viewer, id string) (Table, error) {
	q, err := s.Answer(ctx, v, id)
	if err != nil {
		return Table{}, err
	}
	return s.rowsOf(ctx, v, q)
}

func (s *Service) rowsOf(ctx context.Context, v Viewer, q *Question) (Table, error) {
	state, err := s.cfg.Target.State()
	if err != nil {
		if t, ok := s.results.Get(rowsKey(q, gone)); ok {
			return t, nil
		}
		return Table{}, err
	}
	if t, ok := s.kept(ctx, rowsKey(q, state)); ok {
		return t, nil
	}
	t, err := s.cfg.Target.Query(WithAsker(ctx, Asker{UserID: v.UserID}), q.SQL)
	if err != nil {
		return Table{}, err
	}
	s.keep(ctx, q, state, t)()
	return t, nil
}

// Look is Result for a page, of an answer that v was shown: what is not there within
// a second is an error that says so.
func (s *Service) Look(ctx context.Context, v Viewer, q *Question) (Table, error) {
	within, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	t, err := s.rowsOf(within, v, q)
	if err != nil && errors.Is(within.Err(), context.DeadlineExceeded) {
		return Table{}, &Error{Code: Busy, Message: "They are no longer kept, and reading them again takes longer than a page may. Run the SQL again to see them.", Err: err}
	}
	return t, err
}

// kept looks for rows in this process, then in the cache that replicas share.
func (s *Service) kept(ctx context.Context, key string) (Table, bool) {
	if t, ok := s.results.Get(key); ok {
		return t, true
	}
	if s.cfg.Rows == nil {
		return Table{}, false
	}
	within, cancel := context.WithTimeout(ctx, keepLimit)
	defer cancel()
	t, ok, err := s.cfg.Rows.Get(within, key)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "kept rows unavailable", "err", err)
	}
	if ok {
		s.results.Add(key, t)
	}
	return t, ok
}

// keep keeps rows that were read when the target was in state, unless it has
// changed meanwhile: then they may be of either. What it returns shares them with
// the other replicas, and is to be called.
func (s *Service) keep(ctx context.Context, q *Question, state string, t Table) (share func()) {
	s.results.Add(rowsKey(q, gone), t)
	if now, err := s.cfg.Target.State(); err != nil || now != state {
		return func() {}
	}
	key := rowsKey(q, state)
	s.results.Add(key, t)
	if s.cfg.Rows == nil {
		return func() {}
	}
	return func() {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepLimit)
		defer cancel()
		if err := s.cfg.Rows.Put(within, key, t); err != nil {
			s.cfg.Log.WarnContext(ctx, "rows not kept", "err", err)
		}
	}
}
