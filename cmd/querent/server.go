package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/job"
	"github.com/querent/querent/internal/llm"
	"github.com/querent/querent/web"
)

// At the end running questions may still take drainLimit; with what is needed
// to save their ends and to let the last responses go, all is over in 15 s.
const (
	drainLimit = 8 * time.Second
	lastLimit  = 2 * time.Second
)

// errStarting and errStopping are what users see around a server's life.
var (
	errStarting = &ask.Error{Code: ask.Unavailable, Message: "Querent is starting. Try again in a moment."}
	errStopping = &ask.Error{Code: ask.Unavailable, Message: "Querent is restarting. Try again in a moment."}
)

// serve answers on ln until ctx ends; then running questions finish. Pages are
// held back until prepare has returned.
func (a *app) serve(ctx context.Context, ln net.Listener, prepare func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stopMetrics, err := a.serveMetrics()
	if err != nil {
		return err
	}
	defer stopMetrics()
	srv := a.server(a.site())
	go func() { cancel(fmt.Errorf("serve: %w", srv.Serve(ln))) }()
	if err := prepare(ctx); err != nil && ctx.Err() == nil {
		return errors.Join(err, a.shutdown(srv))
	}
	if ctx.Err() == nil {
		defer a.startBackground(context.WithoutCancel(ctx))()
		a.opened.Store(true)
		a.log.Info("serving", "address", ln.Addr().String(), "version", version)
		<-ctx.Done()
	}
	broken := context.Cause(ctx)
	if errors.Is(broken, context.Canceled) { // by a signal
		broken = nil
	}
	return errors.Join(broken, a.shutdown(srv))
}

func (a *app) server(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn)}
}

func (a *app) site() http.Handler {
	return web.New(web.Config{
		Ask: a.ask, Model: shownModel(a.model), Accounts: a.accounts, Training: a.training, Settings: a.settings, Cache: a.redis.Cache(), Jobs: a.queue, Exports: a.exports,
		Audit: a.store, Target: a.db,
		Sessions: a.redis.Sessions(), Limiter: a.redis.Limiter(),
		Secure: strings.HasPrefix(a.publicURL, "https://"), Origin: a.publicURL, Proxies: a.proxies,
		Open: a.isOpen, Ready: a.ready, Degraded: a.degraded, OnAnswered: a.metrics.answered, Log: a.log,
	})
}

// isOpen says whether pages can be served: not before the System DB has the
// schema that they need.
func (a *app) isOpen() error {
	if !a.opened.Load() {
		return errStarting
	}
	return nil
}

// startBackground starts the work that runs beside requests; call the result to
// stop it.
func (a *app) startBackground(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	for _, work := range []func(context.Context){a.health.watch, a.settings.Follow, a.store.Live, a.sweep, a.queue.Run, a.exports.Run} {
		running.Go(func() { work(ctx) })
	}
	return func() { cancel(); running.Wait() }
}

// sweep ends questions that lost their process.
func (a *app) sweep(ctx context.Context) { job.Sweep(ctx, a.store, a.log) }

// shutdown ends runs first: their watchers' streams end with them.
func (a *app) shutdown(srv *http.Server) error {
	a.closing.Store(true)
	a.log.Info("stopping")
	ctx, cancel := context.WithTimeout(context.Background(), drainLimit)
	defer cancel()
	err := a.ask.Shutdown(ctx)
	last, cancelLast := context.WithTimeout(context.Background(), lastLimit)
	defer cancelLast()
	if srv.Shutdown(last) != nil {
		err = errors.Join(err, srv.Close())
	}
	return err
}

// shownModel is the model as administrators are shown it; nil for none.
func shownModel(m *llm.Model) web.Model {
	if m == nil {
		return nil
	}
	return m
}
