package settings

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/querent/querent/internal/ask"
)

// table is the store that replicas share.
type table struct {
	mu      sync.Mutex
	texts   map[string]string
	version int64
	err     error
}

func (m *table) Settings(context.Context) (map[string]string, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.texts), m.version, m.err
}

func (m *table) SaveSettings(_ context.Context, texts map[string]string, version int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if version != m.version {
		return &ask.Error{Code: ask.Conflict}
	}
	maps.Copy(m.texts, texts)
	m.version++
	return m.err
}

// goesAway makes every use fail from now on.
func (m *table) goesAway() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = errors.New("away")
}

func TestChangesReachEveryReplicaWithoutARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := &table{texts: map[string]string{}}
		var obeyed Values
		here := New(shared, slog.New(slog.DiscardHandler), true, nil)
		there := New(shared, slog.New(slog.DiscardHandler), true, func(v Values) { obeyed = v })
		ctx, stop := context.WithCancel(t.Context())
		go there.Follow(ctx)
		if err := here.Save(t.Context(), map[string]string{"row_limit": "7", "time_limit": "3"}, 0); err != nil {
			t.Fatal(err)
		}
		if got := here.Current(); got.RowLimit != 7 {
			t.Errorf("not at once where it was saved: %+v", got)
		}
		time.Sleep(2 * followEvery)
		synctest.Wait()
		if obeyed.RowLimit != 7 || obeyed.TimeLimit != 3*time.Second || there.Current() != obeyed {
			t.Errorf("elsewhere: told %+v, in force %+v", obeyed, there.Current())
		}
		shared.goesAway()
		time.Sleep(2 * followEvery)
		synctest.Wait()
		if there.Current().RowLimit != 7 {
			t.Error("the last known values are lost while the store is away")
		}
		stop()
		synctest.Wait()
	})
}

func TestSaveRefusesWhatIsWrongOrOvertaken(t *testing.T) {
	shared := &table{texts: map[string]string{}}
	s := New(shared, slog.New(slog.DiscardHandler), true, nil)
	var problems ProblemsError
	if err := s.Save(t.Context(), map[string]string{"row_limit": "0"}, 0); !errors.As(err, &problems) || len(shared.texts) != 0 {
		t.Errorf("a bad text: %v, stored %v", err, shared.texts)
	}
	if err := s.Save(t.Context(), map[string]string{"row_limit": "1000"}, 0); err != nil || shared.texts["row_limit"] != "" {
		t.Errorf("a default should stay one: %v, stored %v", err, shared.texts)
	}
	if err := s.Save(t.Context(), map[string]string{"row_limit": "5"}, 0); ask.CodeOf(err) != ask.Conflict {
		t.Errorf("an overtaken form: %v", err)
	}
}

func TestStoredNonsenseDoesNotStopTheRest(t *testing.T) {
	shared := &table{texts: map[string]string{"row_limit": "lots", "of another version": "1", "time_limit": "4"}, version: 3}
	s := New(shared, slog.New(slog.DiscardHandler), true, nil)
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v := s.Current(); v.RowLimit != Defaults().RowLimit || v.TimeLimit != 4*time.Second {
		t.Errorf("in force: %+v", v)
	}
}

// Without a language model nothing of it is offered.
func TestOffered(t *testing.T) {
	for _, model := range []bool{true, false} {
		s := New(&table{}, slog.New(slog.DiscardHandler), model, nil)
		offered := slices.ContainsFunc(s.Offered(), func(d Definition) bool { return d.Key == "generator" })
		if rest := len(Definitions) - len(s.Offered()); offered != model || model && rest > 0 {
			t.Errorf("with a model %t: the generator is offered %t, %d settings are not", model, offered, rest)
		}
	}
}
