package ask

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// sharedRows are those of all replicas.
type sharedRows struct {
	mu   sync.Mutex
	held map[string]Table
}

func (r *sharedRows) Get(_ context.Context, key string) (Table, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, ok := r.held[key]
	return t, ok, nil
}

func (r *sharedRows) Put(_ context.Context, key string, t Table) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[key] = t
	return nil
}

// rowsOf looks at an answer's only value.
func rowsOf(t *testing.T, s *Service, id string) any {
	t.Helper()
	ann := Viewer{UserID: "ann"}
	q, err := s.Question(t.Context(), ann, id)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Look(t.Context(), ann, q)
	if err != nil || len(res.Rows) != 1 {
		t.Fatalf("%v, %v", res, err)
	}
	return res.Rows[0][0]
}

func TestLookingRunsNoSQL(t *testing.T) {
	shared := &sharedRows{held: map[string]Table{}}
	target := &fakeTarget{state: "first"}

	runs := 0
	target.query = func(context.Context, string) (Table, error) {
		runs++
		return Table{Columns: []Column{{Name: "n"}}, Rows: [][]any{{int64(runs)}}}, nil
	}
	var store *memory
	replica := func() *Service {
		s, own := newService(t, func(c *Config) {
			c.Target, c.Rows = target, shared
			if store != nil {
				c.Store = store
			}
		})
		if store == nil {
			store = own
		}
		return s
	}
	a := replica()
	q := ended(t, a, "how many orders", Options{})
	for range 3 {
		if got := rowsOf(t, a, q.ID); got != int64(1) {
			t.Errorf("looking gave run %v", got)
		}
	}
	b := replica()
	if got := rowsOf(t, b, q.ID); got != int64(1) || runs != 1 {
		t.Errorf("another replica gave run %v of %d", got, runs)
	}
	target.gone = &Error{Code: Unavailable, Message: "Gone."}
	if got := rowsOf(t, a, q.ID); got != int64(1) {
		t.Errorf("without its target, an answer gave run %v", got)
	}
	target.gone = nil
	target.state = "second" // the file is another
	if got := rowsOf(t, a, q.ID); got != int64(2) {
		t.Errorf("a changed target gave run %v", got)
	}
	if got := rowsOf(t, b, q.ID); got != int64(2) {
		t.Errorf("another replica then gave run %v", got)
	}
	clear(shared.held)
	if got := rowsOf(t, replica(), q.ID); got != int64(3) {
		t.Errorf("emptied, it gave run %v", got)
	}
	clear(shared.held)
	target.query = func(context.Context, string) (Table, error) {
		target.state += "+" // while it was read
		return Table{Columns: []Column{{Name: "n"}}, Rows: [][]any{{int64(0)}}}, nil
	}
	if rowsOf(t, replica(), q.ID); len(shared.held) != 0 {
		t.Error("rows of two states were kept")
	}
}

func TestAPageDoesNotWaitForRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := &fakeTarget{}
		s, _ := newService(t, func(c *Config) { c.Target = target })
		q := ended(t, s, "how many orders", Options{})
		target.state = "another"
		target.query = func(ctx context.Context, _ string) (Table, error) {
			<-ctx.Done()
			return Table{}, &Error{Code: Busy, Message: "Busy.", Err: ctx.Err()}
		}
		start := time.Now()
		_, err := s.Look(t.Context(), Viewer{UserID: "ann"}, &q)
		if CodeOf(err) != Busy || !strings.Contains(MessageOf(err), "no longer kept") || time.Since(start) != lookLimit {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// waitingTarget lets each query wait before it runs.
func waitingTarget(wait, run time.Duration) *fakeTarget {
	return &fakeTarget{query: func(ctx context.Context, _ string) (Table, error) {
		a := AskerOf(ctx)
		for place := 3; place > 0; place-- {
			a.Waits(place)
			select {
			case <-time.After(wait / 3):
			case <-ctx.Done():
				return Table{}, &Error{Code: Busy, Message: "Busy.", Err: ctx.Err()}
			}
		}
		a.Waits(0)
		select {
		case <-time.After(run):
			return Table{Columns: []Column{{Name: "who"}}, Rows: [][]any{{a.UserID}}}, nil
		case <-ctx.Done():
			return Table{}, &Error{Code: Limited, Message: "Cancelled.", Err: ctx.Err()}
		}
	}}
}

func TestWaitingIsShownAndTakesNoTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newService(t, func(c *Config) { c.Target = waitingTarget(3*runLimit, runLimit/2) })
		id, err := s.Ask(t.Context(), "ann", "how many orders", Options{})
		if err != nil {
			t.Fatal(err)
		}
		var shown []string
		var last Question
		for q, err := range s.Watch(t.Context(), Viewer{UserID: "ann"}, id) {
			if err != nil {
				t.Fatal(err)
			}
			if n := len(q.Steps); n > 0 {
				if text := q.Steps[n-1].Name + " " + q.Steps[n-1].Detail; !slices.Contains(shown, text) {
					shown = append(shown, text)
				}
			}
			last = q
			synctest.Wait()
		}
		if want := []string{"wait number 3 in line", "wait number 2 in line", "wait number 1 in line", "execute ", "execute 1 rows"}; !slices.Equal(shown[len(shown)-5:], want) {
			t.Errorf("shown: %q", shown)
		}
		if last.Status != Answered {
			t.Errorf("it ended as %s: %s", last.Status, last.Message)
		}
		for _, st := range last.Steps {
			if st.State != "done" && st.State != "skipped" || st.Name == "wait" && st.Took != 3*runLimit || st.Name == "execute" && st.Took != runLimit/2 {
				t.Errorf("step %+v", st)
			}
		}
		if len(s.slots) != 0 {
			t.Errorf("%d slots are taken", len(s.slots))
		}
	})
}

// The run's time goes on after a wait, and ends it.
func TestRunsEndAfterTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newService(t, func(c *Config) { c.Target = waitingTarget(time.Minute, 2*runLimit) })
		start := time.Now()
		id, err := s.Ask(t.Context(), "ann", "how many orders", Options{})
		if err != nil {
			t.Fatal(err)
		}
		var q Question
		for q, err = range s.Watch(t.Context(), Viewer{UserID: "ann"}, id) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if q.Status != Failed || !strings.Contains(q.Message, "longer than a question may") {
			t.Errorf("%s: %s", q.Status, q.Message)
		}
		if took := time.Since(start); took != time.Minute+runLimit {
			t.Errorf("took %v", took)
		}
	})
}

// Those who wait leave the slots to others.
func TestWaitingTakesNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newService(t, func(c *Config) { c.Target = waitingTarget(30*time.Second, time.Second) })
		for i := range 2 * atOnce {
			if _, err := s.Ask(t.Context(), string(rune('a'+i)), "how many orders", Options{}); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		synctest.Wait()
		if len(s.slots) != 0 {
			t.Errorf("%d slots are taken", len(s.slots))
		}
		if err := s.Shutdown(t.Context()); err != nil || time.Since(start) > 35*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}
