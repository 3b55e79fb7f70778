package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/querent/querent/internal/ask"
)

const (
	lookEvery = time.Second            // so that what comes back is soon used again
	lookLimit = 2 * time.Second        // for one component's answer
	lackLimit = 300 * time.Millisecond // for one that questions can do without
)

// component is one that may be down while the process runs.
type component struct {
	name string
	ask  func(context.Context) error
	need bool   // no page can be shown without it
	lack string // for users: what does not work without it
	wait time.Duration
}

// components are what the app stands on.
func (a *app) components() []component {
	return []component{
		{"postgres", a.store.Ping, true, "The system database is not reachable.", lookLimit},
		{"redis", a.redis.Writes, true, "The session and cache server is not reachable.", lookLimit},
		{"chroma", func(ctx context.Context) error { _, err := a.vectors.Ping(ctx); return err }, false,
			"Retrieval is off: the vector store is not reachable. Questions are read from the schema, the business terms and exactly matching approved answers.", lackLimit},
		{"target", a.db.Health, false, "Questions can't be answered until it is back; the history works.", lookLimit},
	}
}

// monitor probes every component every second, so that who asks for its state
// need not wait.
type monitor struct {
	components []component
	mu         sync.Mutex
	faults     map[string]error // by name; a component that is not there is well, or not yet looked at
}

func newMonitor(components []component) *monitor {
	return &monitor{components: components, faults: map[string]error{}}
}

// watch looks until ctx ends.
func (m *monitor) watch(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		m.probe(ctx, m.components)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// needed are the components without which no page can be shown.
func (m *monitor) needed() (list []component) {
	for _, c := range m.components {
		if c.need {
			list = append(list, c)
		}
	}
	return list
}

// probe asks components, all at once.
func (m *monitor) probe(ctx context.Context, components []component) {
	var probing sync.WaitGroup
	for _, c := range components {
		probing.Go(func() {
			within, cancel := context.WithTimeout(ctx, c.wait)
			defer cancel()
			err := c.ask(within)
			if ctx.Err() == nil {
				m.mu.Lock()
				defer m.mu.Unlock()
				m.faults[c.name] = err
			}
		})
	}
	probing.Wait()
}

// fault is what was wrong with a component when it was last looked at.
func (m *monitor) fault(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.faults[name]
}

// ready says whether pages can be shown now: it asks what they need. A target
// that is away is no reason to send people to another server: history, terms and
// administration are as well here.
func (a *app) ready(ctx context.Context) error {
	a.health.probe(ctx, a.health.needed())
	return a.lastReady()
}

// lastReady says so from what was last seen.
func (a *app) lastReady() error {
	if a.closing.Load() {
		return errStopping
	}
	if err := a.isOpen(); err != nil {
		return err
	}
	var faults []error
	for _, c := range a.health.needed() {
		faults = append(faults, a.health.fault(c.name))
	}
	return errors.Join(faults...)
}

// degraded says what does not work while the rest does.
func (a *app) degraded(context.Context) (notices []string) {
	for _, c := range a.health.components {
		switch err := a.health.fault(c.name); {
		case err == nil:
		case c.name == "target":
			notices = append(notices, ask.MessageOf(err)+" "+c.lack)
		default:
			notices = append(notices, c.lack)
		}
	}
	return notices
}
