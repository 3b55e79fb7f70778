package target

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/querent/querent/internal/ask"
)

// level is where a query runs for a while, next to as many others as the queue
// has places.
type level struct {
	queue
	places int
	slice  time.Duration // of a processor that a query may have here; 0: until it ends
	nice   int           // the niceness of its processes
}

// levels let short work pass long work, as an operating system's feedback queue
// does. Every query begins at the first level. One that is not done in its
// slice moves on to the next level: in mid-run if there is a place, else it is
// stopped, waits for one and begins again, so that what waits takes neither a
// process nor memory. Lower levels have less weight on the processors. Nobody
// needs to guess beforehand what is long.
type levels []*level

// levelsFor has more places than there are processors, since a slice of one is
// enough for a small query.
func levelsFor(processors int) levels {
	return levels{
		newLevel(2*processors, 200*time.Millisecond, firstNice),
		newLevel(processors, 2*time.Second, 3),
		newLevel(processors, 0, lastNice),
	}
}

func newLevel(places int, slice time.Duration, nice int) *level {
	return &level{queue: queue{free: places}, places: places, slice: slice, nice: nice}
}

// errStopped is why a run's context ends when its slice is over and the next
// level is full.
var errStopped = errors.New("target: stopped until the next level has a place")

// patience is how many slices a query may stay that has had less than one of a
// processor, because the machine has other things to do.
const patience = 3

// process is what runs a query.
type process interface {
	slow(nice int)       // gives it a higher niceness
	used() time.Duration // of a processor by this query
}

// turn is one run of a query, at the level whose place it holds.
type turn struct {
	levels levels
	stop   context.CancelCauseFunc

	mu     sync.Mutex
	at     int
	slices int // that it has stayed here
	ended  bool
	timer  *time.Timer
	by     process // nil while there is none
}

// do calls run in its turn, and again from the beginning while it says that it
// was stopped: its context has then ended with errStopped. It returns the error
// of waiting, if any.
func (ls levels) do(ctx context.Context, run func(ctx context.Context, t *turn) (stopped bool)) error {
	asker := ask.AskerOf(ctx)
	for at := 0; ; at++ {
		if err := ls[at].enter(ctx, asker); err != nil {
			return err
		}
		within, stop := context.WithCancelCause(ctx)
		t := &turn{levels: ls, stop: stop, at: at}
		t.begin()
		stopped := run(within, t)
		at = t.end()
		stop(nil)
		if !stopped {
			return nil
		}
	}
}

func (t *turn) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if slice := t.levels[t.at].slice; slice > 0 {
		t.timer = time.AfterFunc(slice, t.over)
	}
}

// over moves the turn to the next level, or stops it, once it has had its slice.
func (t *turn) over() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return
	}
	slice := t.levels[t.at].slice
	if t.slices++; t.slices < patience && (t.by == nil || t.by.used() < slice) {
		t.timer.Reset(slice)
		return
	}
	next := t.levels[t.at+1]
	if !next.tryEnter() {
		t.stop(errStopped)
		return
	}
	t.levels[t.at].leave()
	t.at, t.slices = t.at+1, 0
	if t.by != nil {
		t.by.slow(next.nice)
	}
	if next.slice > 0 {
		t.timer.Reset(next.slice)
	}
}

// runs tells the turn which process it is, nil for none any more, and makes
// that as slow as the turn's level.
func (t *turn) runs(by process) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.by = by; by != nil {
		by.slow(t.levels[t.at].nice)
	}
}

// end frees the place and gives the level that it was at.
func (t *turn) end() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	if t.timer != nil {
		t.timer.Stop()
	}
	t.levels[t.at].leave()
	return t.at
}

// wasStopped reports whether a run's context ended for the next level's sake.
func wasStopped(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errStopped) }
