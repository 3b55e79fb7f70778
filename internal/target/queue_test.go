package target

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/querent/querent/internal/ask"
)

// served queues up persons one after the other behind a taken place, and gives
// the order in which they have their turns.
func served(t *testing.T, persons ...string) (order []string) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		var mu sync.Mutex
		for _, person := range persons {
			go func() {
				if err := q.enter(t.Context(), ask.Asker{UserID: person}); err != nil {
					t.Error(err)
				}
				mu.Lock()
				order = append(order, person)
				mu.Unlock()
				q.leave()
			}()
			synctest.Wait()
		}
		q.leave()
		synctest.Wait()
		if q.free != 1 || q.length() != 0 {
			t.Errorf("at the end %d are free, %d wait", q.free, q.length())
		}
	})
	return order
}

func TestQueueIsFairByPerson(t *testing.T) {
	for _, c := range []struct{ come, served []string }{
		{[]string{"a", "b", "c"}, []string{"a", "b", "c"}},
		{[]string{"a", "a", "a", "b"}, []string{"a", "b", "a", "a"}},
		{[]string{"a", "a", "b", "b", "c"}, []string{"a", "b", "c", "a", "b"}},
		{[]string{"", "a", ""}, []string{"", "a", ""}},
	} {
		if got := served(t, c.come...); !slices.Equal(got, c.served) {
			t.Errorf("%v were served as %v", c.come, got)
		}
	}
}

// waiter enters a queue and notes what it is told.
type waiter struct {
	told []int
	err  error
	done bool
}

func wait(ctx context.Context, q *queue, person string) *waiter {
	w := &waiter{}
	go func() {
		w.err = q.enter(ctx, ask.Asker{UserID: person, Waits: func(place int) { w.told = append(w.told, place) }})
		w.done = true
	}()
	synctest.Wait()
	return w
}

func TestQueueTellsPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		first := wait(t.Context(), q, "a")
		second := wait(t.Context(), q, "a")
		third := wait(t.Context(), q, "a")
		other := wait(t.Context(), q, "b") // passes a's second and third
		for range 5 {
			pass(time.Second)
			q.leave()
		}
		synctest.Wait()
		for _, c := range []struct {
			w    *waiter
			told []int
		}{{first, []int{1, 0}}, {other, []int{2, 1, 0}}, {second, []int{3, 2, 1, 0}}, {third, []int{4, 3, 2, 1, 0}}} {
			if !slices.Equal(c.w.told, c.told) || !c.w.done || c.w.err != nil {
				t.Errorf("told %v, want %v (%v)", c.w.told, c.told, c.w.err)
			}
		}
		if short := wait(t.Context(), q, "c"); !short.done || len(short.told) > 0 {
			t.Errorf("who need not wait was told %v", short.told)
		}
	})
}

func TestQueueLetsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		ctx, cancel := context.WithCancel(t.Context())
		gone, next := wait(ctx, q, "a"), wait(t.Context(), q, "a")
		cancel()
		synctest.Wait()
		if !errors.Is(gone.err, context.Canceled) || q.length() != 1 {
			t.Errorf("%v; %d wait", gone.err, q.length())
		}
		q.leave()
		synctest.Wait()
		if !next.done || next.err != nil {
			t.Errorf("the next: %+v", next)
		}
		late := wait(t.Context(), q, "b")
		pass(waitLimit + time.Second)
		if !errors.Is(late.err, errLongWait) {
			t.Errorf("after the longest wait: %v", late.err)
		}
		for range mostWaiting {
			if _, err := q.join("c"); err != nil {
				t.Fatal(err)
			}
		}
		if full := wait(t.Context(), q, "d"); !errors.Is(full.err, errManyWait) {
			t.Errorf("behind too many: %v", full.err)
		}
	})
}

// One whose turn comes just as it gives up passes its place on.
func TestQueuePassesOnAPlaceGivenUp(t *testing.T) {
	q := &queue{}
	a, _ := q.join("a")
	q.leave() // a's turn
	q.giveUp(a)
	if q.free != 1 {
		t.Errorf("%d are free", q.free)
	}
}

// fakeQuery takes some time of its level's, and notes when it began and ended.
type fakeQuery struct {
	takes time.Duration
	start time.Time
	began []time.Duration
	ended time.Duration
	nice  int
	share float64 // of a processor; 0: all of one
}

func (w *fakeQuery) slow(nice int) { w.nice = nice }

func (w *fakeQuery) used() time.Duration {
	had := time.Since(w.start) - w.began[len(w.began)-1]
	if w.share > 0 {
		had = time.Duration(w.share * float64(had))
	}
	return had
}

// ask has levels do the query for a person; start is the test's.
func (w *fakeQuery) ask(t *testing.T, ls levels, person string, start time.Time) {
	w.start = start
	go func() {
		err := ls.do(ask.WithAsker(t.Context(), ask.Asker{UserID: person}), func(ctx context.Context, turn *turn) bool {
			w.began = append(w.began, time.Since(start))
			turn.runs(w)
			defer turn.runs(nil)
			select {
			case <-time.After(w.takes):
				w.ended = time.Since(start)
				return false
			case <-ctx.Done():
				return wasStopped(ctx)
			}
		})
		if err != nil {
			t.Error(err)
		}
	}()
	synctest.Wait()
}

const ms = time.Millisecond

// pass lets time go by, and all come to rest.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestLongQueriesGoOnWhereThereIsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ls, start := levelsFor(1), time.Now()
		short, middling, long := &fakeQuery{takes: 100 * ms}, &fakeQuery{takes: time.Second}, &fakeQuery{takes: 10 * time.Second}
		short.ask(t, ls, "a", start)
		middling.ask(t, ls, "a", start)
		pass(15 * time.Second)
		long.ask(t, ls, "a", start)
		pass(15 * time.Second)
		for _, c := range []struct {
			q    *fakeQuery
			took time.Duration
			nice int
		}{{short, 100 * ms, firstNice}, {middling, time.Second, 3}, {long, 10 * time.Second, lastNice}} {
			if len(c.q.began) != 1 || c.q.ended-c.q.began[0] != c.took || c.q.nice != c.nice {
				t.Errorf("%+v", c.q)
			}
		}
		for i, l := range ls {
			if l.vacant() != l.places {
				t.Errorf("level %d has %d of %d places", i, l.vacant(), l.places)
			}
		}
	})
}

// On a busy machine a slice is one of a processor, within reason.
func TestSlicesAreOfAProcessor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ls, start := levelsFor(2), time.Now()
		for range 2 {
			if !ls[1].tryEnter() { // where there would be room
				t.Fatal("no place")
			}
		}
		slow, starved := &fakeQuery{takes: 500 * ms, share: 0.3}, &fakeQuery{takes: 1500 * ms, share: 0.01}
		slow.ask(t, ls, "a", start)
		starved.ask(t, ls, "b", start)
		pass(2 * time.Second)
		if slow.ended != 500*ms || starved.ended != 0 || ls[1].length() != 1 {
			t.Errorf("%v, %v, %d wait", slow.ended, starved.ended, ls[1].length())
		}
		ls[1].leave()
		pass(10 * time.Second)
		if len(starved.began) != 2 || starved.began[1] != 2*time.Second || starved.ended != 3500*ms {
			t.Errorf("%+v", starved)
		}
	})
}

// Whatever runs, another person's short query has its turn within the slices
// of those before it, and a middling one within theirs; the runaways share the
// last level.
func TestShortQueriesPassRunaways(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ls, start := levelsFor(2), time.Now()
		runaways := make([]*fakeQuery, 16)
		for i := range runaways {
			runaways[i] = &fakeQuery{takes: 10 * time.Second}
			runaways[i].ask(t, ls, "heavy", start)
		}
		short := &fakeQuery{takes: 50 * ms}
		short.ask(t, ls, "a", start)
		pass(5 * time.Second)
		if short.ended != 250*ms { // one slice of the four that were before it, then its own time
			t.Errorf("the short query in the rush ended after %v", short.ended)
		}
		late, middling := &fakeQuery{takes: 50 * ms}, &fakeQuery{takes: time.Second}
		late.ask(t, ls, "b", start)
		middling.ask(t, ls, "c", start)
		pass(5 * time.Second)
		if took := late.ended - 5*time.Second; took != 50*ms {
			t.Errorf("a short query took %v", took)
		}
		if took := middling.ended - 5*time.Second; took > 3500*ms || len(middling.began) > 2 {
			t.Errorf("a middling query took %v: %+v", took, middling)
		}
		pass(3 * time.Minute)
		for i, r := range runaways {
			if r.ended == 0 || len(r.began) > 3 {
				t.Errorf("runaway %d: %+v", i, r)
			}
		}
	})
}
