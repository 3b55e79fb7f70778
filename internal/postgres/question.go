package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
	"github.com/querent/querent/internal/training"
)

// CreateQuestion stores a running question.
func (s *Store) CreateQuestion(ctx context.Context, q *ask.Question) error {
	if q.ID == "" {
		q.ID = uuid.NewString()
	}
	if q.Created.IsZero() {
		q.Created = time.Now()
	}
	return translate("create question", s.q().CreateQuestion(ctx, dbgen.CreateQuestionParams{ID: q.ID, UserID: q.UserID, ParentID: orNil(q.ParentID),
		Text: q.Text, Tier: string(q.Tier), Generator: q.Generator, Sql: q.SQL, Fingerprint: q.Fingerprint, CreatedAt: q.Created, Search: searchable(q.Text, q.SQL)}))
}

func searchable(texts ...string) string { return strings.ToLower(strings.Join(texts, "\n")) }

// FinishQuestion saves the whole question; Conflict unless it still runs.
func (s *Store) FinishQuestion(ctx context.Context, q *ask.Question) error {
	p := dbgen.FinishQuestionParams{ID: q.ID, Status: string(q.Status), Tier: string(q.Tier), Generator: q.Generator, Sql: q.SQL,
		Confidence: min(1, max(0, q.Confidence)), Message: q.Message, Cached: q.Cached, Fingerprint: q.Fingerprint, RowCount: int32(q.RowCount),
		Truncated: q.Truncated, FinishedAt: timeOrNil(q.Finished), Search: searchable(q.Text, q.SQL)}
	var failed error
	for into, value := range map[*[]byte]any{&p.Reading: q.Reading, &p.Alternatives: q.Alternatives, &p.Notes: q.Notes, &p.Steps: q.Steps, &p.Suggestions: q.Suggestions} {
		b, err := json.Marshal(value)
		failed = errors.Join(failed, err)
		if *into = b; string(b) == "null" {
			*into = []byte("[]")
		}
	}
	if failed != nil {
		return failed
	}
	n, err := s.q().FinishQuestion(ctx, p)
	if err == nil && n == 0 {
		return &ask.Error{Code: ask.Conflict, Message: "The question has ended already."}
	}
	return translate("finish question", err)
}

// Question finds one question with its asker's feedback.
func (s *Store) Question(ctx context.Context, id string) (*ask.Question, error) {
	row, err := s.q().Question(ctx, id)
	if err != nil {
		err = translate("question", err)
		if ask.CodeOf(err) == ask.NotFound {
			return nil, &ask.Error{Code: ask.NotFound, Message: "There is no such question.", Err: err}
		}
		return nil, err
	}
	list, err := s.questions(ctx, []dbgen.QuestionsRow{dbgen.QuestionsRow(row)})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// Questions lists questions, newest first.
func (s *Store) Questions(ctx context.Context, f ask.Filter) ([]ask.Question, int, error) {
	words := patterns(f.Search)
	total, err := s.q().CountQuestions(ctx, dbgen.CountQuestionsParams{UserID: f.UserID, Status: string(f.Status), Patterns: words})
	if err != nil {
		return nil, 0, translate("count questions", err)
	}
	rows, err := s.q().Questions(ctx, dbgen.QuestionsParams{UserID: f.UserID, Status: string(f.Status), Patterns: words, MaxRows: int32(f.Limit), Skip: int32(f.Offset)})
	if err != nil {
		return nil, 0, translate("questions", err)
	}
	list, err := s.questions(ctx, rows)
	return list, int(total), err
}

// questions maps rows and adds what the askers said of them.
func (s *Store) questions(ctx context.Context, rows []dbgen.QuestionsRow) ([]ask.Question, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.Query.ID
	}
	said, err := s.q().FeedbackOf(ctx, ids)
	if err != nil {
		return nil, translate("feedback", err)
	}
	byQuestion := map[string]*ask.Feedback{}
	for _, f := range said {
		fb := feedbackFromRow(f)
		byQuestion[f.QueryID] = &fb
	}
	out := make([]ask.Question, len(rows))
	for i, r := range rows {
		if out[i], err = questionFromRow(r); err != nil {
			return nil, err
		}
		out[i].Feedback = byQuestion[r.Query.ID]
	}
	return out, nil
}

func questionFromRow(row dbgen.QuestionsRow) (ask.Question, error) {
	r := row.Query
	q := ask.Question{ID: r.ID, UserID: r.UserID, UserName: row.UserName, ParentID: orEmpty(r.ParentID), Text: r.Text, Status: ask.Status(r.Status),
		Tier: ask.Tier(r.Tier), Generator: r.Generator, SQL: r.Sql, Confidence: r.Confidence, Message: r.Message, Cached: r.Cached,
		Fingerprint: r.Fingerprint, RowCount: int(r.RowCount), Truncated: r.Truncated, Created: r.CreatedAt, Finished: timeOrZero(r.FinishedAt)}
	err := errors.Join(json.Unmarshal(r.Reading, &q.Reading), json.Unmarshal(r.Alternatives, &q.Alternatives), json.Unmarshal(r.Notes, &q.Notes),
		json.Unmarshal(r.Steps, &q.Steps), json.Unmarshal(r.Suggestions, &q.Suggestions))
	return q, err
}

// InterruptStale ends questions that have been running since before cutoff.
func (s *Store) InterruptStale(ctx context.Context, cutoff time.Time) (int, error) {
	n, err := s.q().InterruptStale(ctx, dbgen.InterruptStaleParams{CreatedAt: cutoff, Message: "Querent stopped while this question was running. Ask it again."})
	return int(n), translate("interrupt stale", err)
}

// SaveFeedback records f and keeps the question's proposal in step with it:
// right and corrected propose a pair, wrong withdraws one not yet reviewed.
func (s *Store) SaveFeedback(ctx context.Context, f *ask.Feedback) error {
	return s.tx(ctx, "save feedback", func(q *dbgen.Queries) error {
		question, err := q.LockQuestion(ctx, f.QuestionID)
		if err != nil {
			return err
		}
		row, err := q.SaveFeedback(ctx, dbgen.SaveFeedbackParams{QueryID: f.QuestionID, UserID: f.UserID, Verdict: string(f.Verdict), Sql: f.SQL, Comment: f.Comment})
		if err != nil {
			return err
		}
		f.ID, f.Created = row.ID, row.CreatedAt
		if f.Verdict == ask.Wrong {
			return q.WithdrawPair(ctx, &f.QuestionID)
		}
		p := training.Pair{Question: question.Text, SQL: question.Sql, Origin: training.FromRight}
		if f.Verdict == ask.Corrected {
			p.SQL, p.Origin = f.SQL, training.FromCorrected
		}
		return q.ProposePair(ctx, dbgen.ProposePairParams{Question: p.Question, QuestionKey: p.Key(), Sql: p.SQL, Origin: p.Origin,
			QueryID: f.QuestionID, ProposedBy: f.UserID, Search: searchable(p.Question, p.SQL)})
	})
}

func feedbackFromRow(r dbgen.Feedback) ask.Feedback {
	return ask.Feedback{ID: r.ID, QuestionID: r.QueryID, UserID: r.UserID, Verdict: ask.Verdict(r.Verdict), SQL: r.Sql, Comment: r.Comment, Created: r.CreatedAt}
}
