package ask

import (
	"sync"
	"time"
)

// clock ends a run when its time is over. It can be paused.
type clock struct {
	mu    sync.Mutex
	left  time.Duration
	since time.Time // when it was resumed; zero while paused
	timer *time.Timer
}

// newClock is a paused clock.
func newClock(limit time.Duration, over func()) *clock {
	c := &clock{left: limit, timer: time.AfterFunc(limit, over)}
	c.timer.Stop()
	return c
}

func (c *clock) run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.since.IsZero() {
		c.since = time.Now()
		c.timer.Reset(c.left)
	}
}

func (c *clock) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.since.IsZero() {
		c.timer.Stop()
		c.left -= time.Since(c.since)
		c.since = time.Time{}
	}
}
