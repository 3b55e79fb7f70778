package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
)

// reclaimAfter is how soon a lost lock is taken again.
const reclaimAfter = 500 * time.Millisecond

// How many questions are deleted in one transaction, and how long that may take.
const (
	forgetBatch = 2000
	forgetLimit = time.Minute
)

// Live holds an advisory lock until ctx ends, in a session of its own: the server
// frees it when this process dies, however it dies. While it is held, no replica
// takes this one's running questions for lost. After a loss of the server it is
// taken again.
func (s *Store) Live(ctx context.Context) {
	for ctx.Err() == nil {
		_ = s.live(ctx) // not logged: every request logs that the server is lost
		select {
		case <-ctx.Done():
		case <-time.After(reclaimAfter):
		}
	}
}

func (s *Store) live(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), acquireLimit)
		defer cancel()
		_ = conn.Close(last) // also when it is broken already
	}()
	if err := dbgen.New(conn).HoldReplica(ctx, s.replica); err != nil {
		return err
	}
	_, err = conn.WaitForNotification(ctx) // none comes: this waits for the end of the session
	return err
}

// InterruptStale marks questions that lost their process, or have been running
// since before cutoff, as interrupted and says how many.
func (s *Store) InterruptStale(ctx context.Context, cutoff time.Time) (int, error) {
	var n int64
	err := s.write(ctx, "interrupt stale questions", func(ctx context.Context, q *dbgen.Queries) error {
		lost, err := q.LostReplicas(ctx)
		if err != nil {
			return err
		}
		lost = slices.DeleteFunc(lost, func(replica int64) bool { return replica == s.replica })
		n, err = q.InterruptLost(ctx, dbgen.InterruptLostParams{Message: ask.InterruptedMessage, Cutoff: cutoff, Replicas: append([]int64{}, lost...)})
		return err
	})
	return int(n), err
}

// ForgetQuestions deletes questions asked before cutoff, with their feedback,
// and says how many. Pairs made from them stay, and so does the audit log,
// which records the deletion.
func (s *Store) ForgetQuestions(ctx context.Context, cutoff time.Time) (int, error) {
	var total int
	for {
		var n int64
		err := s.writeWithin(ctx, "forget questions", forgetLimit, func(ctx context.Context, q *dbgen.Queries) (err error) {
			n, err = q.ForgetQuestions(ctx, dbgen.ForgetQuestionsParams{CreatedAt: cutoff, Limit: forgetBatch})
			if err != nil || n == 0 {
				return err
			}
			return appendAudit(ctx, q, audit.Entry{Action: audit.QuestionsForget, Object: "questions",
				After: toJSON(map[string]any{"before": cutoff.UTC(), "deleted": n})})
		})
		total += int(n)
		if err != nil || n < forgetBatch {
			return total, err
		}
	}
}
