package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
)

// Takeover is what an old installation leaves to this one. Every user,
// question and feedback has its ID, always the same one. Feedback without a
// user is the asker's.
type Takeover struct {
	Users     []account.User
	Terms     []ontology.Term
	Questions iter.Seq2[ask.Question, error]
	Feedback  iter.Seq2[ask.Feedback, error]
}

// Taken counts what a takeover did with one kind of thing.
type Taken struct {
	What    string
	New     int
	Known   int            // there already, and left as it is
	Skipped map[string]int // by reason
}

// errDryRun undoes a takeover that was only tried.
var errDryRun = errors.New("dry run")

// TakeOver saves what is not there yet, in one transaction, and says what it
// did; with dryRun, what it would do. A user whose name is in use is taken for
// that user, and a term whose name is in use is left as it is, so that it can
// be repeated. Only ctx bounds its time.
func (s *Store) TakeOver(ctx context.Context, from Takeover, dryRun bool) ([]*Taken, error) {
	conn, err := s.acquire(ctx)
	if err != nil {
		return nil, translate("take over", err)
	}
	defer conn.Release()
	t := &takeover{users: map[string]string{}}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		t.q = dbgen.New(tx)
		if err := t.all(ctx, from); err != nil {
			return err
		}
		if dryRun {
			return errDryRun
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDryRun) {
		return nil, translate("take over", err)
	}
	return t.taken, nil
}

// takeover is one under way.
type takeover struct {
	q       *dbgen.Queries
	users   map[string]string // old installation's user ID → ours
	taken   []*Taken
	entries []audit.Entry // written last: their lock keeps every other writer waiting
}

func (t *takeover) count(what string) *Taken {
	k := &Taken{What: what, Skipped: map[string]int{}}
	t.taken = append(t.taken, k)
	return k
}

// add counts n inserted rows, of one.
func (k *Taken) add(n int64) {
	if n == 0 {
		k.Known++
		return
	}
	k.New++
}

func (t *takeover) all(ctx context.Context, from Takeover) error {
	if err := t.takeUsers(ctx, from.Users); err != nil {
		return err
	}
	if err := t.takeTerms(ctx, from.Terms); err != nil {
		return err
	}
	if err := t.takeQuestions(ctx, from.Questions); err != nil {
		return err
	}
	if err := t.takeFeedback(ctx, from.Feedback); err != nil {
		return err
	}
	t.entries = append(t.entries, audit.Entry{Action: audit.LegacyImport, After: toJSON(t.taken)})
	for _, e := range t.entries {
		if err := appendAudit(ctx, t.q, e); err != nil {
			return err
		}
	}
	return nil
}

func (t *takeover) takeUsers(ctx context.Context, users []account.User) error {
	count, reset := t.count("users"), t.count("users who need a one-time password")
	for _, u := range users {
		var bad *account.PolicyError
		if errors.As(account.CheckName(u.Name), &bad) {
			count.Skipped[bad.Reason]++
			continue
		}
		n, err := t.q.TakeOverUser(ctx, dbgen.TakeOverUserParams{ID: u.ID, Name: u.Name, NameKey: fold(u.Name), Role: string(u.Role),
			Disabled: u.Disabled, MustChange: u.MustChange, PasswordHash: u.PasswordHash, CreatedAt: orNow(u.Created), LastSignInAt: orNull(u.LastSignIn)})
		if err != nil {
			return err
		}
		count.add(n)
		row, err := t.q.UserByName(ctx, fold(u.Name))
		if errors.Is(err, pgx.ErrNoRows) { // taken over before, and renamed since
			row, err = t.q.User(ctx, u.ID)
		}
		if err != nil {
			return err
		}
		t.users[u.ID] = row.ID
		if n == 1 {
			t.entries = append(t.entries, audit.Entry{Action: audit.UserCreate, Object: "user:" + row.ID, After: userJSON(userFromRow(row), false)})
			if row.PasswordHash == "" && !row.Disabled {
				reset.New++
			}
		}
	}
	return nil
}

func (t *takeover) takeTerms(ctx context.Context, terms []ontology.Term) error {
	count := t.count("terms")
	for _, term := range terms {
		wrong := term.Form()
		if term.Stale != "" {
			wrong = append(wrong, term.Stale)
		}
		if len(wrong) > 0 {
			count.Skipped[strings.Join(wrong, "; ")]++
			continue
		}
		name := storable(term.Name)
		synonyms := append([]string{}, term.Synonyms...)
		rows, err := t.q.TakeOverTerm(ctx, dbgen.TakeOverTermParams{Name: name, NameKey: fold(name), Synonyms: synonyms, Kind: string(term.Kind),
			TableName: term.Table, ColumnName: term.Column, Sql: term.SQL, Description: term.Description})
		if err != nil {
			return err
		}
		count.add(int64(len(rows)))
		for _, row := range rows {
			t.entries = append(t.entries, audit.Entry{Action: audit.TermSave, Object: "term:" + row.ID, After: toJSON(termFromRow(row))})
			if err := enqueue(ctx, t.q, ask.BusinessTerms, row.ID); err != nil {
				return err
			}
		}
	}
	if count.New == 0 {
		return nil
	}
	return t.q.BumpOntologyVersion(ctx)
}

func (t *takeover) takeQuestions(ctx context.Context, questions iter.Seq2[ask.Question, error]) error {
	count := t.count("questions")
	for q, err := range questions {
		if err != nil {
			return err
		}
		user, ok := t.users[q.UserID]
		if !ok || q.Text == "" {
			count.Skipped["its user was not taken over, or it has no text"]++
			continue
		}
		created := orNow(q.Created)
		n, err := t.q.TakeOverQuestion(ctx, dbgen.TakeOverQuestionParams{ID: q.ID, UserID: user, Text: storable(q.Text),
			Status: string(q.Status), Tier: string(q.Tier), Generator: q.Generator, Sql: storable(q.SQL), Confidence: q.Confidence,
			Message: storable(q.Message), RowCount: int32(q.RowCount), CreatedAt: created, FinishedAt: new(orNow(q.Finished)), Search: questionSearch(&q)})
		if err != nil {
			return fmt.Errorf("question %s: %w", q.ID, err)
		}
		count.add(n)
	}
	return nil
}

// takeFeedback also proposes pairs, as feedback given here would.
func (t *takeover) takeFeedback(ctx context.Context, feedback iter.Seq2[ask.Feedback, error]) error {
	count := t.count("feedback")
	for f, err := range feedback {
		if err != nil {
			return err
		}
		if f.Verdict == "" {
			count.Skipped["it is neither good nor bad"]++
			continue
		}
		q, err := t.q.LockQuestion(ctx, f.QuestionID)
		if errors.Is(err, pgx.ErrNoRows) {
			count.Skipped["its question was not taken over"]++
			continue
		}
		if err != nil {
			return err
		}
		f.SQL, f.Comment = storable(f.SQL), storable(f.Comment)
		user, ok := t.users[f.UserID]
		if !ok {
			user = q.UserID
		}
		n, err := t.q.TakeOverFeedback(ctx, dbgen.TakeOverFeedbackParams{ID: f.ID, QueryID: q.ID, UserID: user,
			Verdict: string(f.Verdict), Sql: f.SQL, Comment: f.Comment, CreatedAt: orNow(f.Created)})
		if err != nil {
			return err
		}
		count.add(n)
		f.UserID = user
		if n == 1 {
			if err := followFeedback(ctx, t.q, q, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// orNow stands in for a time that was never written down.
func orNow(at time.Time) time.Time {
	if at.IsZero() {
		return time.Now().UTC().Truncate(time.Microsecond)
	}
	return at
}
