package postgres

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
)

// CreateQuestion inserts q as running and fills ID when empty, and Created. An
// ID that exists is a Conflict.
func (s *Store) CreateQuestion(ctx context.Context, q *ask.Question) error {
	id, created := q.ID, time.Now().UTC().Truncate(time.Microsecond)
	if id == "" {
		id = uuid.NewString()
	}
	if !valid(id) || !valid(q.UserID) || (q.ParentID != "" && !valid(q.ParentID)) {
		return errNotFound
	}
	err := s.change(ctx, "create question", func(ctx context.Context, db *dbgen.Queries) error {
		return db.CreateQuestion(ctx, dbgen.CreateQuestionParams{ID: id, UserID: q.UserID, ParentID: orNull(q.ParentID),
			Text: storable(q.Text), Tier: string(q.Tier), Generator: q.Generator, Sql: storable(q.SQL),
			Fingerprint: q.Fingerprint, CreatedAt: created, Search: questionSearch(q), Replica: s.replica, Chosen: q.Chosen})
	})
	if err == nil {
		q.ID, q.Created, q.Status = id, created, ask.Running
	}
	return err
}

// FinishQuestion saves the whole of q, and fills Finished when zero. It is a
// Conflict unless the stored row is still running.
func (s *Store) FinishQuestion(ctx context.Context, q *ask.Question) error {
	if !q.Status.Final() {
		return errors.New("postgres: finish question: it is still running")
	}
	if !valid(q.ID) {
		return errNotFound
	}
	finished := q.Finished
	if finished.IsZero() {
		finished = time.Now()
	}
	finished = finished.UTC().Truncate(time.Microsecond)
	err := s.change(ctx, "finish question", func(ctx context.Context, db *dbgen.Queries) error {
		n, err := db.FinishQuestion(ctx, finishParams(q, finished))
		if err != nil || n == 1 {
			return err
		}
		exists, err := db.QuestionExists(ctx, q.ID)
		if err != nil {
			return err
		}
		if !exists {
			return errNotFound
		}
		return &ask.Error{Code: ask.Conflict, Message: "This question has already ended."}
	})
	if err == nil {
		q.Finished = finished
	}
	return err
}

func finishParams(q *ask.Question, finished time.Time) dbgen.FinishQuestionParams {
	return dbgen.FinishQuestionParams{ID: q.ID, Status: string(q.Status), Tier: string(q.Tier),
		Generator: storable(q.Generator), Sql: storable(q.SQL), Confidence: q.Confidence,
		Reading: toColumn(q.Reading), Alternatives: toColumn(q.Alternatives), Notes: toColumn(q.Notes),
		Steps: toColumn(q.Steps), Suggestions: toColumn(q.Suggestions), Message: storable(q.Message),
		Cached: q.Cached, Fingerprint: q.Fingerprint, RowCount: int32(q.RowCount), Truncated: q.Truncated,
		FinishedAt: &finished, Search: questionSearch(q), Sentence: storable(q.Sentence), LeftOut: toColumn(q.LeftOut),
		Chips: toColumn(q.Chips), Logical: withoutNUL(q.Logical), FollowedUp: q.FollowedUp, Choices: toColumn(q.Choices),
		Nearest: toColumn(q.Nearest), TokensIn: q.Usage.In, TokensOut: q.Usage.Out}
}

// Question finds a question with its asker's feedback.
func (s *Store) Question(ctx context.Context, id string) (*ask.Question, error) {
	if !valid(id) {
		return nil, errNotFound
	}
	var found ask.Question
	err := s.read(ctx, "find question", func(ctx context.Context, db *dbgen.Queries) error {
		row, err := db.Question(ctx, id)
		if err != nil {
			return err
		}
		found, err = questionSaidOf(row)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &found, nil
}

// newest is a place before all.
var newest = ask.Place{Created: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: "ffffffff-ffff-ffff-ffff-ffffffffffff"}

// Questions returns a page of the history, newest first, and, if f asks for it,
// how many match, counted to one more than ask.MostCounted.
func (s *Store) Questions(ctx context.Context, f ask.Filter) (page []ask.Question, total int, err error) {
	f.Before = cmp.Or(f.Before, newest)
	if f.UserID != "" && !valid(f.UserID) || !valid(f.Before.ID) {
		return nil, 0, nil
	}
	words := patterns(f.Search)
	word := longest(words)
	err = s.read(ctx, "list questions", func(ctx context.Context, db *dbgen.Queries) error {
		rows, err := db.Questions(ctx, dbgen.QuestionsParams{UserID: f.UserID, Status: string(f.Status),
			Word: word, Patterns: words, Before: f.Before.Created, BeforeID: f.Before.ID, MaxRows: int32(f.Limit)})
		if err != nil {
			return err
		}
		for _, row := range rows {
			q, err := questionSaidOf(dbgen.QuestionRow(row))
			if err != nil {
				return err
			}
			page = append(page, q)
		}
		if f.Count {
			n, err := db.CountQuestions(ctx, dbgen.CountQuestionsParams{UserID: f.UserID, Status: string(f.Status), Word: word, Patterns: words, Most: ask.MostCounted + 1})
			if err != nil {
				return err
			}
			total = int(n)
		}
		return nil
	})
	return page, total, err
}

// PickChoice notes what the user took of an asked question's choices.
func (s *Store) PickChoice(ctx context.Context, id string, pick int) error {
	if !valid(id) {
		return errNotFound
	}
	return s.change(ctx, "pick choice", func(ctx context.Context, db *dbgen.Queries) error {
		n, err := db.PickChoice(ctx, dbgen.PickChoiceParams{ID: id, Picked: int32(pick)})
		if err == nil && n == 0 {
			return errNotFound
		}
		return err
	})
}

// Missed groups questions that people got no answer to, or a wrong one.
func (s *Store) Missed(ctx context.Context, limit, offset int) (page []ask.Miss, total int, err error) {
	err = s.read(ctx, "list missed questions", func(ctx context.Context, db *dbgen.Queries) error {
		rows, err := db.Missed(ctx, dbgen.MissedParams{Limit: int32(limit), Offset: int32(offset)})
		for _, row := range rows {
			q, err := questionFromRow(row.Query, row.UserName)
			if err != nil {
				return err
			}
			page = append(page, ask.Miss{Latest: q, Times: int(row.Times), People: int(row.People), Comments: row.Comments})
			total = int(row.Total)
		}
		return err
	})
	return page, total, err
}

// TokensSince sums a language model's tokens; of everyone where userID is empty.
func (s *Store) TokensSince(ctx context.Context, userID string, since time.Time) (n int64, err error) {
	if userID != "" && !valid(userID) {
		return 0, errNotFound
	}
	err = s.read(ctx, "count tokens", func(ctx context.Context, db *dbgen.Queries) error {
		n, err = db.TokensSince(ctx, dbgen.TokensSinceParams{CreatedAt: since, UserID: userID})
		return err
	})
	return n, err
}

// mostUsers is how many people's use of a language model is told.
const mostUsers = 50

// ModelUse tells who used a language model since a time, those who used it most
// first.
func (s *Store) ModelUse(ctx context.Context, since time.Time) (use []ask.ModelUse, err error) {
	err = s.read(ctx, "list a model's use", func(ctx context.Context, db *dbgen.Queries) error {
		rows, err := db.ModelUse(ctx, dbgen.ModelUseParams{CreatedAt: since, Limit: mostUsers})
		for _, r := range rows {
			use = append(use, ask.ModelUse{User: r.Name, Questions: int(r.Questions), Usage: ask.Usage{In: r.TokensIn, Out: r.TokensOut}})
		}
		return err
	})
	return use, err
}

func questionSearch(q *ask.Question) string { return fold(storable(q.Text + "\n" + q.SQL)) }

// toColumn is a list as JSON that a jsonb column takes: it has no NUL.
func toColumn[T any](list []T) []byte {
	if len(list) == 0 {
		return []byte("[]")
	}
	return withoutNUL([]byte(toJSON(list)))
}

func withoutNUL(js []byte) []byte { return bytes.ReplaceAll(js, []byte(`\u0000`), []byte(`\ufffd`)) }

func fromColumn[T any](column []byte, list *[]T) error {
	err := json.Unmarshal(column, list)
	if len(*list) == 0 {
		*list = nil
	}
	return err
}

// questionSaidOf is a question with its asker's feedback, if there is any.
func questionSaidOf(r dbgen.QuestionRow) (ask.Question, error) {
	q, err := questionFromRow(r.Query, r.UserName)
	if r.FeedbackID != nil {
		q.Feedback = &ask.Feedback{ID: *r.FeedbackID, QuestionID: q.ID, UserID: q.UserID, Verdict: ask.Verdict(r.Verdict.String),
			SQL: r.BetterSql.String, Comment: r.Comment.String, Created: utc(r.SaidAt)}
	}
	return q, err
}

func questionFromRow(r dbgen.Query, userName string) (ask.Question, error) {
	q := ask.Question{ID: r.ID, UserID: r.UserID, UserName: userName, ParentID: orZero(r.ParentID), Text: r.Text,
		Status: ask.Status(r.Status), Tier: ask.Tier(r.Tier), Generator: r.Generator, SQL: r.Sql,
		Confidence: r.Confidence, Message: r.Message, Cached: r.Cached, Fingerprint: r.Fingerprint,
		RowCount: int(r.RowCount), Truncated: r.Truncated, Created: r.CreatedAt.UTC(), Finished: utc(r.FinishedAt),
		Sentence: r.Sentence, Logical: r.Logical, FollowedUp: r.FollowedUp, Picked: int(r.Picked), Chosen: r.Chosen,
		Usage: ask.Usage{In: r.TokensIn, Out: r.TokensOut}}
	err := errors.Join(
		fromColumn(r.Reading, &q.Reading),
		fromColumn(r.Alternatives, &q.Alternatives),
		fromColumn(r.Notes, &q.Notes),
		fromColumn(r.Steps, &q.Steps),
		fromColumn(r.Suggestions, &q.Suggestions),
		fromColumn(r.LeftOut, &q.LeftOut),
		fromColumn(r.Chips, &q.Chips),
		fromColumn(r.Choices, &q.Choices),
		fromColumn(r.Nearest, &q.Nearest))
	if err != nil {
		return q, fmt.Errorf("question %s: %w", r.ID, err)
	}
	return q, nil
}
