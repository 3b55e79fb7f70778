package target

import (
	"context"
	"sync"
	"sync/atomic"
)

// crew is the worker processes. One that is as fast as a new one waits for the
// next query; the others end, since a process can't be made faster again, and
// what ran long may have grown.
type crew struct {
	most int // that may be idle
	room int // see Options

	started atomic.Int64 // so far

	mu     sync.Mutex
	idle   []*worker
	busy   map[*worker]bool
	closed bool
	out    sync.WaitGroup // those that were taken
}

// take gives a worker that runs; give must follow.
func (c *crew) take(ctx context.Context) (*worker, error) {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil, errEnded
	}
	c.out.Add(1)
	w := c.ready()
	c.mu.Unlock()
	if w == nil {
		var err error
		if w, err = startWorker(ctx, c.room); err != nil {
			c.out.Done()
			return nil, err
		}
		c.started.Add(1)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed { // meanwhile
		w.kill()
		c.out.Done()
		return nil, errEnded
	}
	if c.busy == nil {
		c.busy = map[*worker]bool{}
	}
	c.busy[w] = true
	return w, nil
}

// ready is the idle worker that was last used; nil for none. Callers hold mu.
func (c *crew) ready() *worker {
	for len(c.idle) > 0 {
		last := len(c.idle) - 1
		w := c.idle[last]
		c.idle = c.idle[:last]
		if w.alive() {
			return w
		}
	}
	return nil
}

// give takes a worker back.
func (c *crew) give(w *worker) {
	defer c.out.Done()
	c.mu.Lock()
	delete(c.busy, w)
	keep := !c.closed && w.fast() && w.alive() && len(c.idle) < c.most
	if keep {
		c.idle = append(c.idle, w)
	}
	c.mu.Unlock()
	if !keep {
		w.kill()
	}
}

// close ends every worker and waits until all are gone.
func (c *crew) close() {
	c.mu.Lock()
	c.closed = true
	idle := c.idle
	c.idle = nil
	for w := range c.busy {
		_ = w.cmd.Process.Kill()
	}
	c.mu.Unlock()
	for _, w := range idle {
		w.kill()
	}
	c.out.Wait()
}
