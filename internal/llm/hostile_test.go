package llm

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/target"
)

// memory keeps questions; no other method of a Store is called here.
type memory struct {
	ask.Store
	mu   sync.Mutex
	rows map[string]ask.Question
}

func (m *memory) put(_ context.Context, q *ask.Question) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows[q.ID] = *q
	return nil
}
func (m *memory) CreateQuestion(ctx context.Context, q *ask.Question) error { return m.put(ctx, q) }
func (m *memory) FinishQuestion(ctx context.Context, q *ask.Question) error { return m.put(ctx, q) }
func (m *memory) Question(_ context.Context, id string) (*ask.Question, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	q, ok := m.rows[id]
	if !ok {
		return nil, &ask.Error{Code: ask.NotFound}
	}
	return &q, nil
}

type nothingKnown struct{}

func (nothingKnown) Ontology(context.Context) (*ontology.Ontology, error) {
	return &ontology.Ontology{}, nil
}
func (nothingKnown) Samples(context.Context, string, []float32, int) ([]ask.Sample, error) {
	return nil, nil
}
func (nothingKnown) Tables(context.Context, []float32, int) ([]string, error) { return nil, nil }
func (nothingKnown) Embed(_ context.Context, t []string) ([][]float32, error) {
	return make([][]float32, len(t)), nil
}
func (nothingKnown) Dim() int { return 1 }
func (nothingKnown) Generate(context.Context, ask.Prompt) (ask.Candidate, error) {
	return ask.Candidate{Decline: &ask.Decline{Reason: "The reader understands nothing.", Suggestions: []string{"how many"}}}, nil
}

// hostile are the statements of the hostile corpus that must be refused, as
// they stand between its headers.
func hostile(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../../shared/security/hostile.sql")
	if err != nil {
		t.Skip("shared/security/hostile.sql is not beside this checkout")
	}
	var out []string
	for _, block := range strings.Split(string(text), "-- @case ")[1:] {
		head, sql, _ := strings.Cut(block, "\n")
		if strings.Contains(head, "expect=refused ") {
			out = append(out, strings.TrimSpace(strings.ReplaceAll(sql, "{{TMP}}", t.TempDir())))
		}
	}
	return out
}

// asking is a service whose model is the stub and whose target is a real file.
func asking(t *testing.T, m *Model) (s *ask.Service, path string, refused *atomic.Int64) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "shop.sqlite")
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Exec(`CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE orders(id INTEGER PRIMARY KEY, total REAL);
		INSERT INTO customers(name) VALUES ('Ann'), ('Ben'); INSERT INTO orders(total) VALUES (1), (2.5)`); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := target.Open(t.Context(), path, target.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	refused = &atomic.Int64{}
	s = ask.New(ask.Config{Store: &memory{rows: map[string]ask.Question{}}, Target: db, Knowledge: nothingKnown{}, Embed: nothingKnown{}, Builtin: nothingKnown{}, LLM: m,
		Settings:  func(context.Context) ask.Settings { return ask.Settings{Strategy: ask.BuiltinFirst} },
		OnRefused: func(context.Context, ask.Question, error) { refused.Add(1) }, Log: slog.New(slog.DiscardHandler)})
	return s, path, refused
}

func answered(t *testing.T, s *ask.Service, question string) ask.Question {
	t.Helper()
	id, err := s.Ask(t.Context(), "ann", question, ask.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range s.Watch(t.Context(), ask.Viewer{UserID: "ann"}, id) {
		if err != nil {
			t.Fatal(err)
		}
	}
	q, err := s.Question(t.Context(), ask.Viewer{UserID: "ann"}, id)
	if err != nil {
		t.Fatal(err)
	}
	return *q
}

// A model that returns hostile SQL, again and again, changes nothing and gets
// no row: the reader's outcome is shown.
func TestHostileModel(t *testing.T) {
	statements := hostile(t)
	if len(statements) < 50 {
		t.Fatalf("only %d statements", len(statements))
	}
	var sql atomic.Pointer[string]
	stub := newStub(t, func(w http.ResponseWriter, r *http.Request, n int64, q request) {
		say(`{"sql":`+quoted(*sql.Load())+`,"explanation":"","missing":""}`)(w, r, n, q)
	})
	s, path, refused := asking(t, stub.open(t, nil))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range statements {
		sql.Store(&text)
		if q := answered(t, s, "how many orders"); q.Status != ask.Declined || q.RowCount != 0 {
			t.Errorf("%.80q: %s, %d rows of %q", text, q.Outcome(), q.RowCount, q.SQL)
		}
	}
	after, err := os.ReadFile(path)
	if err != nil || sha256.Sum256(before) != sha256.Sum256(after) {
		t.Errorf("the target changed: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the target: %v %v", left, err)
	}
	if refused.Load() == 0 {
		t.Error("no refusal was told")
	}
	benign := "SELECT sum(total) AS total FROM orders"
	sql.Store(&benign)
	if q := answered(t, s, "how many orders"); q.Outcome() != ask.Outcome(ask.Model) || q.RowCount != 1 || q.Generator != "llm:stub" {
		t.Errorf("after all that: %s, %d rows: %s", q.Outcome(), q.RowCount, q.Message)
	}
}

// SQL that does not compile goes back to the model with what is wrong.
func TestRepairTellsTheModelWhatIsWrong(t *testing.T) {
	var asked []string
	stub := newStub(t, func(w http.ResponseWriter, r *http.Request, n int64, q request) {
		asked = append(asked, q.Messages[1].Content)
		say([]string{"SELECT amount FROM orders", "SELECT total FROM orders"}[min(n, 2)-1])(w, r, n, q)
	})
	s, _, _ := asking(t, stub.open(t, nil))
	q := answered(t, s, "the totals")
	if q.Outcome() != ask.Outcome(ask.Model) || q.RowCount != 2 || len(asked) != 2 || !strings.Contains(asked[1], "SELECT amount FROM orders") || !strings.Contains(asked[1], "no such column: amount") {
		t.Errorf("%s after %d requests: %s\n%v", q.Outcome(), len(asked), q.Message, asked)
	}
}
