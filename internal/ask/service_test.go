package ask

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
)

// memory is a Store in memory whose methods can be made to fail.
type memory struct {
	mu     sync.Mutex
	rows   map[string]Question
	finish func(*Question) error
	said   []Feedback
}

func (m *memory) CreateQuestion(_ context.Context, q *Question) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.rows[q.ID]; ok {
		return &Error{Code: Conflict}
	}
	m.rows[q.ID] = *q
	return nil
}

func (m *memory) FinishQuestion(_ context.Context, q *Question) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.finish != nil {
		if err := m.finish(q); err != nil {
			return err
		}
	}
	m.rows[q.ID] = *q
	return nil
}

func (m *memory) Question(_ context.Context, id string) (*Question, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	q, ok := m.rows[id]
	if !ok {
		return nil, &Error{Code: NotFound, Message: "none"}
	}
	return &q, nil
}

func (m *memory) Questions(context.Context, Filter) ([]Question, int, error) { return nil, 0, nil }
func (m *memory) Missed(context.Context, int, int) ([]Miss, int, error)      { return nil, 0, nil }

func (m *memory) ModelUse(context.Context, time.Time) ([]ModelUse, error) { return nil, nil }

func (m *memory) TokensSince(_ context.Context, userID string, since time.Time) (n int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, q := range m.rows {
		if (userID == "" || q.UserID == userID) && !q.Created.Before(since) {
			n += q.Usage.Total()
		}
	}
	return n, nil
}

func (m *memory) PickChoice(_ context.Context, id string, pick int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.rows[id]
	q.Picked = pick
	m.rows[id] = q
	return nil
}

func (m *memory) SaveFeedback(_ context.Context, f *Feedback) error {
	m.said = append(m.said, *f)
	return nil
}

type fakeTarget struct {
	state string
	gone  error
	check func(sql string) error
	query func(ctx context.Context, sql string) (Table, error)
}

func (f *fakeTarget) Schema(context.Context) (*schema.Schema, error) {
	s := &schema.Schema{Tables: []schema.Table{{Name: "orders", RowCount: 2}}}
	s.Seal()
	return s, nil
}

func (f *fakeTarget) State() (string, error) { return f.state, f.gone }

func (f *fakeTarget) Check(_ context.Context, sql string) error {
	if f.check != nil {
		return f.check(sql)
	}
	return nil
}

func (f *fakeTarget) Query(ctx context.Context, sql string) (Table, error) {
	if f.query != nil {
		return f.query(ctx, sql)
	}
	return Table{Columns: []Column{{Name: "n"}}, Rows: [][]any{{int64(2)}}}, nil
}

type fakeKnowledge struct{ samples []Sample }

func (f fakeKnowledge) Ontology(context.Context) (*ontology.Ontology, error) {
	return &ontology.Ontology{}, nil
}

func (f fakeKnowledge) Samples(context.Context, string, []float32, int) ([]Sample, error) {
	return f.samples, nil
}
func (f fakeKnowledge) Tables(context.Context, []float32, int) ([]string, error) { return nil, nil }

type fakeEmbed struct{}

func (fakeEmbed) Embed(_ context.Context, t []string) ([][]float32, error) {
	return [][]float32{{1, 0}}, nil
}
func (fakeEmbed) Dim() int { return 2 }

type fakeCache struct{ held map[string]Cached }

func (f *fakeCache) Get(_ context.Context, scope string, _ []float32, _ float64) (Cached, bool, error) {
	c, ok := f.held[scope]
	return c, ok, nil
}

func (f *fakeCache) Put(_ context.Context, scope string, _ []float32, c Cached) error {
	f.held[scope] = c
	return nil
}
func (f *fakeCache) Clear(context.Context) error { return nil }

type generator func(context.Context, Prompt) (Candidate, error)

func (g generator) Generate(ctx context.Context, p Prompt) (Candidate, error) { return g(ctx, p) }

func always(sql string) generator {
	return func(context.Context, Prompt) (Candidate, error) {
		return Candidate{SQL: sql, Tier: Compiled, Generator: "semparse", Confidence: 0.9}, nil
	}
}

// newService builds a service over fakes; change adapts its configuration.
func newService(t *testing.T, change func(*Config)) (*Service, *memory) {
	t.Helper()
	store := &memory{rows: map[string]Question{}}
	cfg := Config{Store: store, Target: &fakeTarget{}, Knowledge: fakeKnowledge{}, Embed: fakeEmbed{},
		Builtin:  always("SELECT count(*) AS n FROM orders"),
		Settings: func(context.Context) Settings { return Settings{Strategy: BuiltinOnly, CacheThreshold: 0.9} },
		Log:      slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&cfg)
	}
	s := New(cfg)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return s, store
}

// ended asks and follows the question to its end.
func ended(t *testing.T, s *Service, text string, o Options) Question {
	t.Helper()
	id, err := s.Ask(t.Context(), "ann", text, o)
	if err != nil {
		t.Fatalf("Ask(%q): %v", text, err)
	}
	return follow(t, s, id)
}

func follow(t *testing.T, s *Service, id string) Question {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var last Question
	for q, err := range s.Watch(ctx, Viewer{UserID: "ann"}, id) {
		if err != nil {
			t.Fatalf("Watch: %v", err)
		}
		last = q
	}
	if !last.Status.Final() {
		t.Fatalf("watch ended while %s", last.Status)
	}
	return last
}

func TestAskAnswers(t *testing.T) {
	s, store := newService(t, nil)
	q := ended(t, s, "  how many orders? ", Options{})
	if q.Status != Answered || q.Text != "how many orders?" || q.RowCount != 1 || q.Tier != Compiled {
		t.Fatalf("got %+v", q)
	}
	if saved := store.rows[q.ID]; saved.Status != Answered || saved.SQL == "" {
		t.Errorf("saved %+v", saved)
	}
	res, err := s.Result(t.Context(), Viewer{UserID: "ann"}, q.ID)
	if err != nil || len(res.Rows) != 1 {
		t.Errorf("Result = %v, %v", res, err)
	}
}

func TestAskRefusesBadInput(t *testing.T) {
	s, store := newService(t, nil)
	for _, text := range []string{"", "   ", strings.Repeat("x", 100_000), "a\x00b", "\xff"} {
		if _, err := s.Ask(t.Context(), "ann", text, Options{}); CodeOf(err) != Invalid {
			t.Errorf("Ask(%.10q) = %v, want Invalid", text, err)
		}
	}
	if len(store.rows) != 0 {
		t.Errorf("%d rows stored", len(store.rows))
	}
}

func TestSameKeyAsksOnce(t *testing.T) {
	s, store := newService(t, nil)
	a := ended(t, s, "how many orders", Options{Key: "k"})
	b := ended(t, s, "how many orders", Options{Key: "k"})
	if a.ID != b.ID || len(store.rows) != 1 {
		t.Errorf("ids %s %s, %d rows", a.ID, b.ID, len(store.rows))
	}
}

func TestApprovedPairWins(t *testing.T) {
	pair := Sample{ID: "p", Question: "How many orders?", SQL: "SELECT 41 + 1"}
	s, _ := newService(t, func(c *Config) { c.Knowledge = fakeKnowledge{samples: []Sample{pair}} })
	if q := ended(t, s, "how many orders", Options{}); q.Tier != Verified || q.SQL != pair.SQL {
		t.Errorf("tier %s, sql %s", q.Tier, q.SQL)
	}
}

func TestCacheNeedsTheSameWords(t *testing.T) {
	s, _ := newService(t, func(c *Config) { c.Cache = &fakeCache{held: map[string]Cached{}} })
	if q := ended(t, s, "orders in 2023", Options{}); q.Cached {
		t.Fatal("an empty cache hit")
	}
	for _, tt := range []struct {
		text  string
		fresh bool
		want  bool
	}{
		{"show the orders in 2023", false, true},
		{"orders in 2023", true, false},
		{"orders in 2024", false, false},
		{"orders not in 2023", false, false},
	} {
		if q := ended(t, s, tt.text, Options{Fresh: tt.fresh}); q.Cached != tt.want {
			t.Errorf("%q cached = %t", tt.text, q.Cached)
		}
	}
}

func TestRepairIsBounded(t *testing.T) {
	tries := 0
	s, _ := newService(t, func(c *Config) {
		c.Builtin = generator(func(_ context.Context, p Prompt) (Candidate, error) {
			tries++
			if len(p.Failed) != tries-1 {
				t.Errorf("try %d was told of %d failures", tries, len(p.Failed))
			}
			return Candidate{SQL: fmt.Sprint("SELECT ", tries), Tier: Compiled}, nil
		})
		c.Target = &fakeTarget{check: func(string) error { return &Error{Code: Refused, Message: "no such column"} }}
	})
	q := ended(t, s, "orders", Options{})
	if q.Status != Failed || tries != 1+maxRepairs || q.Message != "no such column" {
		t.Errorf("status %s after %d tries: %s", q.Status, tries, q.Message)
	}
}

func TestDecline(t *testing.T) {
	s, _ := newService(t, func(c *Config) {
		c.Builtin = generator(func(context.Context, Prompt) (Candidate, error) {
			return Candidate{Decline: &Decline{Reason: "no column like 'mood'", Suggestions: []string{"model"}}}, nil
		})
	})
	q := ended(t, s, "average mood", Options{})
	if q.Status != Declined || q.Message != "no column like 'mood'" || len(q.Suggestions) != 1 {
		t.Errorf("got %+v", q)
	}
}

func TestUnsavedAnswerIsNotShown(t *testing.T) {
	s, store := newService(t, nil)
	store.finish = func(q *Question) error {
		if q.Status == Answered {
			return errors.New("disk full")
		}
		return nil
	}
	q := ended(t, s, "orders", Options{})
	if q.Status != Failed || !strings.Contains(q.Message, "could not be saved") {
		t.Fatalf("got %s: %s", q.Status, q.Message)
	}
	if _, err := s.Result(t.Context(), Viewer{UserID: "ann"}, q.ID); CodeOf(err) != NotFound {
		t.Errorf("Result = %v, want NotFound", err)
	}
}

func TestPanicOfAGeneratorFailsItsQuestionOnly(t *testing.T) {
	s, _ := newService(t, func(c *Config) {
		c.Builtin = generator(func(context.Context, Prompt) (Candidate, error) { panic("secret /path") })
	})
	q := ended(t, s, "orders", Options{})
	if q.Status != Failed || strings.Contains(q.Message, "secret") {
		t.Errorf("got %s: %s", q.Status, q.Message)
	}
}

func hanging(ctx context.Context, _ string) (Table, error) {
	<-ctx.Done()
	return Table{}, ctx.Err()
}

// Number 50 of the security checklist, its second half.
func TestCancelLimitsAndOwnership(t *testing.T) {
	s, _ := newService(t, func(c *Config) { c.Target = &fakeTarget{query: hanging} })
	var ids []string
	for range perUserAtOnce {
		id, err := s.Ask(t.Context(), "ann", "orders", Options{})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if _, err := s.Ask(t.Context(), "ann", "orders", Options{}); CodeOf(err) != Busy {
		t.Errorf("one too many: %v", err)
	}
	if _, err := s.Ask(t.Context(), "bob", "orders", Options{}); err != nil {
		t.Errorf("another user: %v", err)
	}
	if err := s.Cancel(t.Context(), Viewer{UserID: "bob"}, ids[0]); CodeOf(err) != NotFound {
		t.Errorf("cancel by another user: %v", err)
	}
	if err := s.Cancel(t.Context(), Viewer{UserID: "ann"}, ids[0]); err != nil {
		t.Error(err)
	}
	if q := follow(t, s, ids[0]); q.Status != Cancelled {
		t.Errorf("status %s", q.Status)
	}
}

func TestShutdownInterruptsAndSaves(t *testing.T) {
	s, store := newService(t, func(c *Config) { c.Target = &fakeTarget{query: hanging} })
	id, err := s.Ask(t.Context(), "ann", "orders", Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	if q := store.rows[id]; q.Status != Interrupted {
		t.Errorf("saved as %s", q.Status)
	}
	if _, err := s.Ask(t.Context(), "ann", "orders", Options{}); CodeOf(err) != Unavailable {
		t.Errorf("after shutdown: %v", err)
	}
}

func TestFeedbackIsChecked(t *testing.T) {
	s, store := newService(t, func(c *Config) {
		c.Target = &fakeTarget{check: func(sql string) error {
			if strings.HasPrefix(sql, "DROP") {
				return &Error{Code: Refused, Message: "only SELECT"}
			}
			return nil
		}}
	})
	q := ended(t, s, "orders", Options{})
	me := Viewer{UserID: "ann"}
	for _, tt := range []struct {
		v    Viewer
		f    Feedback
		want Code
	}{
		{me, Feedback{QuestionID: q.ID, Verdict: "meh"}, Invalid},
		{me, Feedback{QuestionID: q.ID, Verdict: Corrected}, Invalid},
		{me, Feedback{QuestionID: q.ID, Verdict: Corrected, SQL: "DROP TABLE orders"}, Refused},
		{Viewer{UserID: "bob"}, Feedback{QuestionID: q.ID, Verdict: Right}, NotFound},
	} {
		if err := s.Feedback(t.Context(), tt.v, &tt.f); CodeOf(err) != tt.want {
			t.Errorf("%+v: %v, want %s", tt.f, err, tt.want)
		}
	}
	if err := s.Feedback(t.Context(), me, &Feedback{QuestionID: q.ID, Verdict: Right}); err != nil || len(store.said) != 1 {
		t.Errorf("right: %v, %d saved", err, len(store.said))
	}
}

func TestEditedSQL(t *testing.T) {
	s, _ := newService(t, nil)
	parent := ended(t, s, "how many orders", Options{})
	id, err := s.Run(t.Context(), "ann", "SELECT 1", parent.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if q := follow(t, s, id); q.Tier != Edited || q.Text != parent.Text || q.ParentID != parent.ID {
		t.Errorf("got %+v", q)
	}
	if _, err := s.Run(t.Context(), "bob", "SELECT 1", parent.ID, ""); CodeOf(err) != NotFound {
		t.Errorf("another user's parent: %v", err)
	}
}

// A candidate whose rows were read to choose it is not run again, unless the
// target is another by then.
func TestTriedCandidateRunsOnce(t *testing.T) {
	for _, replaced := range []bool{false, true} {
		target := &fakeTarget{state: "one"}
		runs := 0
		target.query = func(context.Context, string) (Table, error) {
			runs++
			return Table{Columns: []Column{{Name: "n"}}, Rows: [][]any{{int64(runs)}}}, nil
		}
		s, _ := newService(t, func(c *Config) {
			c.Target = target
			c.Builtin = generator(func(ctx context.Context, p Prompt) (Candidate, error) {
				_, err := p.Try(ctx, "SELECT 1")
				if replaced {
					target.state = "two"
				}
				return Candidate{SQL: "SELECT 1", Tier: Compiled, Confidence: 1}, err
			})
		})
		q := ended(t, s, "how many", Options{})
		res, err := s.Result(t.Context(), Viewer{UserID: "ann"}, q.ID)
		want := 1
		if replaced {
			want = 2
		}
		if err != nil || q.Status != Answered || runs != want || res.Rows[0][0] != int64(want) {
			t.Errorf("replaced %t: %d runs, %v, %v, %s", replaced, runs, res.Rows, err, q.Message)
		}
	}
}
