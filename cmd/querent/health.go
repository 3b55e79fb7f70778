package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/target"
)

const (
	lookEvery = time.Second     // so that what comes back is soon used again
	lookLimit = 2 * time.Second // for one component's answer
)

// component is one that may be down while the process runs.
type component struct {
	name string
	ask  func(context.Context) error
	need bool   // questions can't be answered without it
	lack string // for users: what does not work without it
}

// components are what the app stands on.
func (a *app) components() []component {
	return []component{
		{"postgres", a.store.Ping, true, "The system database is not reachable."},
		{"redis", a.redis.Ping, true, "The session and cache server is not reachable."},
		{"chroma", func(ctx context.Context) error { _, err := a.vectors.Ping(ctx); return err }, false,
			"Retrieval is off: the vector store is not reachable. Questions are read from the schema, the business terms and exactly matching approved answers."},
		{"target", a.db.Health, a.target != target.None, "Questions can't be answered until it is back; the history works."},
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
		m.probe(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// probe asks every component at once.
func (m *monitor) probe(ctx context.Context) {
	var probing sync.WaitGroup
	for _, c := range m.components {
		probing.Go(func() {
			within, cancel := context.WithTimeout(ctx, lookLimit)
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

// ready says whether questions can be answered now: it asks what they need.
func (a *app) ready(ctx context.Context) error {
	a.health.probe(ctx)
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
	for _, c := range a.health.components {
		if c.need {
			faults = append(faults, a.health.fault(c.name))
		}
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
