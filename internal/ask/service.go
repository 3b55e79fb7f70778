package ask

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/querent/querent/internal/telemetry"
)

// The service's own limits. Those an administrator may change are Settings.
const (
	MaxQuestion   = 2000             // characters in a question
	MaxSQL        = 20000            // bytes in edited SQL
	runLimit      = 60 * time.Second // of one whole run, waiting apart
	keptResults   = 16               // results held in memory for paging
	perUserAtOnce = 4                // running questions of one user
	atOnce        = 16               // running questions of one process, those that wait for the target apart
)

// Config is what a Service needs. All fields must be set unless they say
// otherwise.
type Config struct {
	Store      Store
	Target     Target
	Knowledge  Knowledge
	Embed      Embedder
	Cache      Cache     // nil: no semantic cache
	Rows       Rows      // nil: rows are kept in this process alone
	Builtin    Generator // the built-in generator
	LLM        Generator // nil: no language model is configured
	LLMName    string    // the model's name, which remembered readings depend on
	Reader     Reader    // nil: parts of a reading can't be taken away
	Settings   func(context.Context) Settings
	OnRefused  func(ctx context.Context, q Question, err error) // optional; called when the executor refuses the SQL
	OnFinished func(ctx context.Context, q Question)            // optional; called at the end of each run, with its context
	Log        *slog.Logger
	Now        func() time.Time // nil: time.Now
}

// Service runs questions in the background and lets any number of watchers
// follow. Its methods may be called at once from many goroutines.
type Service struct {
	cfg     Config
	base    context.Context
	stop    context.CancelFunc
	slots   chan struct{}
	results *lru.Cache[string, Table]
	ideas   suggestions

	mu      sync.Mutex
	live    map[string]*live
	closing bool
	runs    sync.WaitGroup
}

// Viewer is who looks: analysts see their own questions, administrators all.
type Viewer struct {
	UserID string
	Admin  bool
}

// Options refine one Ask.
type Options struct {
	Key      string // idempotency key: the same key by the same user asks once
	ParentID string // the question this one follows; empty for none
	Fresh    bool   // pass the semantic cache by
}

// New makes a Service. Call Shutdown to end it.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	base, stop := context.WithCancel(context.Background())
	results, err := lru.New[string, Table](keptResults)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &Service{cfg: cfg, base: base, stop: stop, results: results,
		slots: make(chan struct{}, atOnce), live: map[string]*live{}}
}

// Ask starts a run and returns its question's ID at once. The question is
// stored before Ask returns.
func (s *Service) Ask(ctx context.Context, userID, text string, o Options) (string, error) {
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", &Error{Code: Invalid, Message: "Type a question first."}
	case n > MaxQuestion:
		return "", &Error{Code: Invalid, Message: fmt.Sprintf("That question has %d characters; the limit is %d. Ask for one thing at a time.", n, MaxQuestion)}
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return "", &Error{Code: Invalid, Message: "The question holds bytes that are not text."}
	}
	q := &Question{ID: questionID(userID, o.Key), UserID: userID, ParentID: o.ParentID, Text: text}
	previous, err := s.previous(ctx, userID, o.ParentID)
	if err != nil {
		return "", err
	}
	return s.start(ctx, q, func(r *run) error { return r.answer(previous, o.Fresh) })
}

// Run executes SQL that the user wrote or edited from the question parentID
// (empty for none), as a question of its own.
func (s *Service) Run(ctx context.Context, userID, sql, parentID, key string) (string, error) {
	sql = strings.TrimSpace(sql)
	switch {
	case sql == "":
		return "", &Error{Code: Invalid, Message: "There is no SQL to run."}
	case len(sql) > MaxSQL:
		return "", &Error{Code: Invalid, Message: fmt.Sprintf("That SQL has %d bytes; the limit is %d.", len(sql), MaxSQL)}
	}
	q := &Question{ID: questionID(userID, key), UserID: userID, ParentID: parentID,
		Text: "SQL", SQL: sql, Tier: Edited, Generator: "user"}
	if parentID != "" {
		parent, err := s.Question(ctx, Viewer{UserID: userID}, parentID)
		if err != nil {
			return "", err
		}
		q.Text = parent.Text
	}
	return s.start(ctx, q, func(r *run) error { return r.execute(q.SQL) })
}

// questionID derives the ID from an idempotency key, so that a second submit
// of the same form finds the first one's row.
func questionID(userID, key string) string {
	if key == "" {
		return uuid.NewString()
	}
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(userID+"\x00"+key)).String()
}

// previous is what a question follows, worded whole; nil for nothing.
func (s *Service) previous(ctx context.Context, userID, parentID string) (*Previous, error) {
	if parentID == "" {
		return nil, nil
	}
	parent, err := s.Question(ctx, Viewer{UserID: userID}, parentID)
	if err != nil {
		return nil, err
	}
	if parent.SQL == "" {
		return nil, nil
	}
	text, err := s.whole(ctx, parent)
	return &Previous{Question: text, SQL: parent.SQL, Logical: parent.Logical}, err
}

// whole words q as a question of its own.
func (s *Service) whole(ctx context.Context, q *Question) (string, error) {
	if (&Previous{Question: q.Text}).Whole(q.Text) == q.Text || q.ParentID == "" {
		return q.Text, nil // it stands on its own
	}
	parent, err := s.Question(ctx, Viewer{UserID: q.UserID}, q.ParentID)
	switch {
	case CodeOf(err) == NotFound && err != nil:
		return q.Text, nil //nolint:nilerr // what it followed is no longer kept: that is no failure
	case err != nil:
		return "", err
	}
	before, err := s.whole(ctx, parent)
	switch {
	case err != nil:
		return "", err
	case q.Tier == Edited || q.Chosen: // the same question, read otherwise
		return before, nil
	case parent.SQL == "": // nothing to go on from
		return q.Text, nil
	}
	return (&Previous{Question: before}).Whole(q.Text), nil
}

// start stores the question as running and lets work go on without the caller.
func (s *Service) start(ctx context.Context, q *Question, work func(*run) error) (string, error) {
	q.Status = Running
	q.Created = s.cfg.Now()
	runCtx, end := context.WithCancelCause(telemetry.WithQuestion(context.WithoutCancel(ctx), q.ID))
	cancel := func() { end(context.Canceled) }
	l := newLive(*q, cancel)
	if repeat, err := s.admit(q, l); repeat || err != nil {
		cancel()
		return q.ID, err
	}
	if err := s.cfg.Store.CreateQuestion(ctx, q); err != nil {
		cancel()
		s.dismiss(q.ID)
		if CodeOf(err) == Conflict {
			return q.ID, nil
		}
		return "", err
	}
	r := &run{s: s, ctx: runCtx, l: l, clock: newClock(runLimit, func() { end(context.DeadlineExceeded) })}
	go s.work(r, work)
	return q.ID, nil
}

// admit registers a run, unless limits or a shutdown forbid it, or it is the
// repeated submit of one that runs.
func (s *Service) admit(q *Question, l *live) (repeat bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false, &Error{Code: Unavailable, Message: "Querent is restarting. Ask again in a moment."}
	}
	if _, twice := s.live[q.ID]; twice {
		return true, nil
	}
	mine := 0
	for _, other := range s.live {
		if other.userID == q.UserID {
			mine++
		}
	}
	if mine >= perUserAtOnce {
		return false, &Error{Code: Busy, Message: fmt.Sprintf("You have %d questions running. Wait for one to end, or cancel it.", mine)}
	}
	s.live[q.ID] = l
	s.runs.Add(1)
	return false, nil
}

func (s *Service) dismiss(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l, ok := s.live[id]; ok {
		delete(s.live, id)
		close(l.dismissed)
		s.runs.Done()
	}
}

// work runs one admitted question to its saved end.
func (s *Service) work(r *run, work func(*run) error) {
	defer s.dismiss(r.l.id)
	ctx, span := telemetry.Start(r.ctx, "question", slog.String("querent.question", r.l.id))
	r.ctx = ctx
	defer func() {
		span.Set(slog.String("querent.outcome", string(r.end.Outcome())), slog.String("querent.generator", r.end.Generator), slog.Bool("querent.cached", r.end.Cached), slog.Int("querent.rows", r.end.RowCount))
		span.End(nil)
	}()
	defer r.l.cancel()
	defer context.AfterFunc(s.base, r.l.cancel)()
	defer r.clock.stop()
	if err := r.guarded(work); err != nil {
		r.fail(err)
	}
	r.record()
}

// Cancel ends a running question; a finished one stays as it is.
func (s *Service) Cancel(ctx context.Context, v Viewer, id string) error {
	if _, err := s.Question(ctx, v, id); err != nil {
		return err
	}
	if l := s.running(id); l != nil {
		l.cancelled.Store(true)
		l.cancel()
	}
	return nil
}

// Question returns one question as it stands now.
func (s *Service) Question(ctx context.Context, v Viewer, id string) (*Question, error) {
	if q, ok := s.snapshot(id); ok && v.maySee(&q) {
		return &q, nil
	}
	q, err := s.cfg.Store.Question(ctx, id)
	if err != nil {
		return nil, err
	}
	if !v.maySee(q) {
		return nil, &Error{Code: NotFound, Message: "There is no such question."}
	}
	return q, nil
}

func (v Viewer) maySee(q *Question) bool { return v.Admin || q.UserID == v.UserID }

// History lists questions, newest first, and how many there are, if f asks.
func (s *Service) History(ctx context.Context, v Viewer, f Filter) ([]Question, int, error) {
	if !v.Admin {
		f.UserID = v.UserID
	}
	return s.cfg.Store.Questions(ctx, f)
}

// Shutdown refuses new questions, lets running ones finish until ctx ends,
// then cancels them and waits until their ends are saved.
func (s *Service) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.runs.Wait(); close(done) }()
	select {
	case <-done:
		s.stop()
		return nil
	case <-ctx.Done():
	}
	s.stop()
	select {
	case <-done:
		return nil
	case <-time.After(recordLimit):
		return errors.New("ask: runs did not end")
	}
}
