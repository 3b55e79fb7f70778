package job

import (
	"context"
	"fmt"
	"time"

	"github.com/querent/querent/internal/ask"
)

// How often each job is due.
const (
	carryEvery  = 2 * time.Second
	followEvery = 5 * time.Second
	forgetEvery = time.Hour
)

// Store keeps the questions.
type Store interface {
	// ForgetQuestions deletes questions asked before cutoff, with their
	// feedback, and says how many.
	ForgetQuestions(ctx context.Context, cutoff time.Time) (int, error)
}

// Config is what upkeep needs. All fields must be set unless they say
// otherwise.
type Config struct {
	Store Store
	// Carry brings waiting changes to the vector store and says how many.
	Carry func(context.Context) (int, error)
	// Follow trains again if the target, or the vector store, is another than
	// was trained, and says why; empty if not. nil: training is left to people.
	Follow func(context.Context) (why string, err error)
	// Retention is how long questions are kept; 0: for ever.
	Retention func() time.Duration
	// Exports are forgotten with their questions.
	Exports Exports
	// Question is Exporter's.
	Question func(ctx context.Context, id string) (*ask.Question, error)
}

// Upkeep lists every job.
func Upkeep(cfg Config) []Job {
	jobs := []Job{
		{Name: "outbox", Title: "Carry approvals", Every: carryEvery, Limit: time.Minute, Run: cfg.carry,
			About: "Brings approved pairs and terms to the vector store. What can't be carried waits in the System DB."},
		{Name: "retention", Title: "Forget old questions", Every: forgetEvery, Limit: 10 * time.Minute, Run: cfg.forget,
			About: "Deletes questions older than the setting “Keep history” says, and their exports. The audit log and approved pairs stay."},
	}
	if cfg.Follow != nil {
		jobs = append(jobs, Job{Name: "training", Title: "Follow the target", Every: followEvery, Limit: 10 * time.Minute, Run: cfg.Follow,
			About: "Trains again when the target's structure has changed or the vector store was emptied, and marks what no longer fits."})
	}
	return jobs
}

func (cfg Config) carry(ctx context.Context) (string, error) {
	n, err := cfg.Carry(ctx)
	return count(n, "change carried", "changes carried"), err
}

func (cfg Config) forget(ctx context.Context) (string, error) {
	keep := cfg.Retention()
	if keep <= 0 {
		return "", nil
	}
	n, err := cfg.Store.ForgetQuestions(ctx, time.Now().Add(-keep))
	if err == nil {
		err = cfg.forgetExports(ctx)
	}
	return count(n, "question forgotten", "questions forgotten"), err
}

// forgetExports deletes the exports of questions that are gone.
func (cfg Config) forgetExports(ctx context.Context) error {
	list, err := cfg.Exports.List(ctx)
	if err != nil {
		return err
	}
	for _, e := range list {
		_, err := cfg.Question(ctx, e.QuestionID)
		if ask.CodeOf(err) == ask.NotFound {
			err = cfg.Exports.Delete(ctx, e.QuestionID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func count(n int, one, many string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 " + one + "."
	}
	return fmt.Sprintf("%d %s.", n, many)
}
