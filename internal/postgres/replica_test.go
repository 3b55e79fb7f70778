package postgres

import (
	"context"
	"testing"
	"time"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/training"
)

// older moves every question back in time; the server's start, too, would have
// to be long ago.
const older = "update queries set created_at = created_at - interval '5 seconds'"

func TestOnlyQuestionsOfTheDeadAreInterrupted(t *testing.T) {
	here, dsn := fresh(t)
	there, err := Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(there.Close)
	ann := member(t, here, "ann", account.Analyst)
	alive, kill := context.WithCancel(t.Context())
	gone := make(chan struct{})
	go func() { defer close(gone); there.Live(alive) }()
	mine, theirs := question(t, here, ann, "mine"), question(t, there, ann, "theirs")
	execute(t, dsn, older)
	waitFor(t, "the server to have been up for a while", func() bool {
		var up bool
		err := here.pool.QueryRow(t.Context(), "select pg_postmaster_start_time() < now() - interval '10 seconds' and exists (select from pg_locks where locktype = 'advisory' and granted and mode = 'ShareLock')").Scan(&up)
		return err == nil && up
	})
	stale := time.Now().Add(-time.Minute)
	if n, err := here.InterruptStale(t.Context(), stale); n != 0 || err != nil {
		t.Errorf("%d questions of the living were interrupted, %v", n, err)
	}
	kill()
	<-gone
	young := question(t, there, ann, "young")
	if n, err := here.InterruptStale(t.Context(), stale); n != 1 || err != nil {
		t.Errorf("%d interrupted, want the dead one's, %v", n, err)
	}
	for q, want := range map[*ask.Question]ask.Status{mine: ask.Running, theirs: ask.Interrupted, young: ask.Running} {
		if got, err := here.Question(t.Context(), q.ID); err != nil || got.Status != want {
			t.Errorf("%s: %s, want %s; %v", q.Text, got.Status, want, err)
		}
	}
	if err := there.FinishQuestion(t.Context(), &ask.Question{ID: theirs.ID, Status: ask.Answered}); ask.CodeOf(err) != ask.Conflict {
		t.Errorf("an interrupted question was finished: %v", err)
	}
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestForgettingKeepsPairsAndTheAuditChain(t *testing.T) {
	s, dsn := fresh(t)
	ann := member(t, s, "ann", account.Analyst)
	old, running := question(t, s, ann, "old"), question(t, s, ann, "running")
	finished(t, s, old)
	if err := s.SaveFeedback(t.Context(), &ask.Feedback{QuestionID: old.ID, UserID: ann.ID, Verdict: ask.Right}); err != nil {
		t.Fatal(err)
	}
	execute(t, dsn, older)
	recent := question(t, s, ann, "recent")
	finished(t, s, recent)
	if n, err := s.ForgetQuestions(t.Context(), time.Now().Add(-4*time.Second)); n != 1 || err != nil {
		t.Errorf("%d forgotten, %v", n, err)
	}
	if _, err := s.Question(t.Context(), old.ID); ask.CodeOf(err) != ask.NotFound {
		t.Errorf("the old one: %v", err)
	}
	for _, q := range []*ask.Question{running, recent} {
		if _, err := s.Question(t.Context(), q.ID); err != nil {
			t.Errorf("%s: %v", q.Text, err)
		}
	}
	if pairs, _, err := s.Pairs(t.Context(), training.PairFilter{}); err != nil || len(pairs) != 1 || pairs[0].QuestionID != "" {
		t.Errorf("pairs %+v, %v", pairs, err)
	}
	if log, _, err := s.Entries(t.Context(), audit.Filter{Action: audit.QuestionsForget, Limit: 5}); err != nil || len(log) != 1 {
		t.Errorf("audit %+v, %v", log, err)
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}
