package postgres

import (
	"cmp"
	"context"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
	"github.com/querent/querent/internal/training"
)

// SaveFeedback records f in place of the user's earlier word, fills ID and
// Created, and keeps the question's proposed pair in step: Right and Corrected
// propose, Wrong withdraws what nobody has reviewed yet.
func (s *Store) SaveFeedback(ctx context.Context, f *ask.Feedback) error {
	if !valid(f.QuestionID) || !valid(f.UserID) {
		return errNotFound
	}
	var saved ask.Feedback
	err := s.write(ctx, "save feedback", func(ctx context.Context, db *dbgen.Queries) error {
		q, err := db.LockQuestion(ctx, f.QuestionID)
		if err != nil {
			return err
		}
		row, err := db.SaveFeedback(ctx, dbgen.SaveFeedbackParams{QueryID: f.QuestionID, UserID: f.UserID,
			Verdict: string(f.Verdict), Sql: storable(f.SQL), Comment: storable(f.Comment)})
		if err != nil {
			return err
		}
		saved = feedbackFromRow(row)
		saved.Question = f.Question
		return followFeedback(ctx, db, q, saved)
	})
	if err == nil {
		*f = saved
	}
	return err
}

// followFeedback proposes or withdraws the pair that f is about, under the
// question's whole wording: a follow-up alone says too little.
func followFeedback(ctx context.Context, db *dbgen.Queries, q dbgen.Query, f ask.Feedback) error {
	p := training.Pair{Question: cmp.Or(storable(f.Question), q.Text), SQL: q.Sql, Origin: training.FromRight}
	switch {
	case f.Verdict == ask.Wrong:
		return db.WithdrawPair(ctx, &q.ID)
	case f.Verdict == ask.Corrected:
		p.SQL, p.Origin = f.SQL, training.FromCorrected
	case f.Verdict == ask.Missed, q.Sql == "":
		return nil // nothing was answered that could be right
	case q.Chosen:
		p.Origin = training.FromChosen
	}
	return db.ProposePair(ctx, dbgen.ProposePairParams{Question: p.Question, QuestionKey: p.Key(), Sql: p.SQL,
		Origin: p.Origin, QueryID: q.ID, ProposedBy: f.UserID, Search: pairSearch(&p)})
}

func feedbackFromRow(r dbgen.Feedback) ask.Feedback {
	return ask.Feedback{ID: r.ID, QuestionID: r.QueryID, UserID: r.UserID, Verdict: ask.Verdict(r.Verdict),
		SQL: r.Sql, Comment: r.Comment, Created: r.CreatedAt.UTC()}
}
