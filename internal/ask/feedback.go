package ask

import (
	"context"
	"strings"
	"time"
)

// Feedback records a user's word on an answer and, for Right and Corrected,
// proposes a golden pair. A correction must pass the executor's check.
func (s *Service) Feedback(ctx context.Context, v Viewer, f *Feedback) error {
	q, err := s.Question(ctx, v, f.QuestionID)
	if err != nil {
		return err
	}
	if !q.Status.Final() {
		return &Error{Code: Invalid, Message: "The question is still running."}
	}
	switch f.Verdict {
	case Right:
		if q.Status != Answered {
			return &Error{Code: Invalid, Message: "Only an answer can be right."}
		}
	case Wrong:
	case Missed:
		if q.Status == Answered {
			return &Error{Code: Invalid, Message: "This question was answered. Say whether the answer is right."}
		}
	case Corrected:
		f.SQL = strings.TrimSpace(f.SQL)
		if f.SQL == "" {
			return &Error{Code: Invalid, Message: "Write the SQL that would have been right."}
		}
		if err := s.cfg.Target.Check(ctx, f.SQL); err != nil {
			return err
		}
	default:
		return &Error{Code: Invalid, Message: "Say whether the answer was right or wrong."}
	}
	f.UserID = v.UserID
	if f.Question, err = s.whole(ctx, q); err != nil {
		return err
	}
	return s.cfg.Store.SaveFeedback(ctx, f)
}

// Missed groups questions that people got no answer to, or a wrong one, the
// latest first.
func (s *Service) Missed(ctx context.Context, limit, offset int) ([]Miss, int, error) {
	return s.cfg.Store.Missed(ctx, limit, offset)
}

// usedFor is how far back a language model's use is told.
const usedFor = 30 * 24 * time.Hour

// ModelUse tells who used the language model in the last 30 days, those who used
// it most first.
func (s *Service) ModelUse(ctx context.Context) ([]ModelUse, error) {
	return s.cfg.Store.ModelUse(ctx, s.cfg.Now().Add(-usedFor))
}
