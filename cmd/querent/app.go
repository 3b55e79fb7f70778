package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/embed"
	"github.com/querent/querent/internal/postgres"
	"github.com/querent/querent/internal/redis"
	"github.com/querent/querent/internal/semparse"
	"github.com/querent/querent/internal/settings"
	"github.com/querent/querent/internal/target"
	"github.com/querent/querent/internal/training"
	"github.com/querent/querent/web"
)

const (
	shutdownLimit = 15 * time.Second       // running questions may still take this long at the end
	carryEvery    = 500 * time.Millisecond // how soon an approved pair reaches the vector store
	driftEvery    = 5 * time.Second        // how soon a replaced target is noticed
	staleRun      = 2 * time.Minute        // a question running for longer has lost its process
)

// place says where the components are.
type place struct {
	dsn      string // System DB
	redisURL string
	target   string // path of the SQLite file
	words    *embed.Embedder
	vectors  ask.VectorStore
	log      *slog.Logger
}

// app is everything tied together.
type app struct {
	place
	store    *postgres.Store
	redis    *redis.Client
	db       *target.DB
	settings *settings.Service
	training *training.Service
	accounts *account.Service
	ask      *ask.Service
}

// build opens what must be open and ties the parts. The System DB must be
// migrated already.
func build(ctx context.Context, p place) (_ *app, err error) {
	a := &app{place: p}
	defer func() {
		if err != nil {
			a.close()
		}
	}()
	if a.store, err = postgres.Open(ctx, p.dsn); err != nil {
		return nil, err
	}
	if a.redis, err = redis.Open(p.redisURL); err != nil {
		return nil, err
	}
	if a.db, err = target.Open(ctx, p.target, target.Options{}); err != nil {
		return nil, err
	}
	a.settings = settings.New(a.store, p.log, func(v settings.Values) { a.db.SetLimits(v.RowLimit, v.TimeLimit) })
	if err = a.settings.Refresh(ctx); err != nil {
		return nil, err
	}
	a.accounts = account.New(a.store)
	a.training = training.New(training.Config{Store: a.store, Vectors: p.vectors, Embed: p.words, Target: a.db, Log: p.log})
	a.ask = ask.New(ask.Config{
		Store: a.store, Target: a.db, Knowledge: a.training, Embed: p.words, Cache: a.redis.Cache(),
		Builtin:  semparse.New(semparse.Options{Words: p.words}),
		Settings: func(context.Context) ask.Settings { return a.settings.Current().Settings }, OnRefused: a.refused, Log: p.log,
	})
	return a, nil
}

func (a *app) close() {
	if a.db != nil {
		if err := a.db.Close(); err != nil {
			a.log.Warn("close target", "err", err)
		}
	}
	if a.redis != nil {
		if err := a.redis.Close(); err != nil {
			a.log.Warn("close redis", "err", err)
		}
	}
	if a.store != nil {
		a.store.Close()
	}
}

// refused puts SQL that the executor refused into the audit log.
func (a *app) refused(ctx context.Context, q ask.Question, cause error) {
	after, err := json.Marshal(map[string]string{"sql": q.SQL, "reason": ask.MessageOf(cause)})
	if err == nil {
		err = a.store.Append(context.WithoutCancel(ctx), audit.Entry{Actor: audit.ActorFrom(ctx), Action: "sql.refused", Object: q.ID, After: string(after)})
	}
	if err != nil {
		a.log.ErrorContext(ctx, "refusal not audited", "err", err)
	}
}

// ready says whether questions can be answered now.
func (a *app) ready(ctx context.Context) error {
	if err := a.store.Ping(ctx); err != nil {
		return err
	}
	if err := a.redis.Ping(ctx); err != nil {
		return err
	}
	_, err := a.db.Schema(ctx)
	return err
}

// degraded says what does not work while the rest does.
func (a *app) degraded(ctx context.Context) []string {
	if _, err := a.db.Schema(ctx); err != nil {
		return []string{ask.MessageOf(err) + " Questions can't be answered until it is back; the history works."}
	}
	return nil
}

// keep carries what was approved to the vector store, and follows the target
// when it is replaced, until ctx ends.
func (a *app) keep(ctx context.Context) {
	carry, drift := time.NewTicker(carryEvery), time.NewTicker(driftEvery)
	defer carry.Stop()
	defer drift.Stop()
	trained := ""
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-carry.C:
			_, err = a.training.DrainOutbox(ctx)
		case <-drift.C:
			trained, err = a.follow(ctx, trained)
		}
		if err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "upkeep", "err", err)
		}
	}
}

// follow trains anew when the target's structure is another than trained, and
// ends runs that lost their process.
func (a *app) follow(ctx context.Context, trained string) (string, error) {
	if _, err := a.store.InterruptStale(ctx, time.Now().Add(-staleRun)); err != nil {
		return trained, err
	}
	sch, err := a.db.Schema(ctx)
	if err != nil || sch.Fingerprint == trained {
		return trained, err
	}
	if trained == "" {
		return sch.Fingerprint, nil // trained at start
	}
	return sch.Fingerprint, a.training.Sync(ctx, func(training.Progress) {})
}

// serve answers on ln until ctx ends; then running questions finish.
func (a *app) serve(ctx context.Context, ln net.Listener) error {
	h := web.New(web.Config{
		Ask: a.ask, Accounts: a.accounts, Training: a.training, Settings: a.settings, Cache: a.redis.Cache(), Audit: a.store, Target: a.db,
		Sessions: a.redis.Sessions(), Limiter: a.redis.Limiter(), Ready: a.ready, Degraded: a.degraded, Log: a.log,
	})
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	kept := make(chan struct{})
	go func() { defer close(kept); a.keep(background) }()
	go a.settings.Follow(background)
	defer func() { stop(); <-kept }()
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn)}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		return a.shutdown(srv)
	}
}

// shutdown ends runs first: their watchers' streams end with them.
func (a *app) shutdown(srv *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownLimit)
	defer cancel()
	err := a.ask.Shutdown(ctx)
	last, cancelLast := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancelLast()
	if srv.Shutdown(last) != nil {
		err = errors.Join(err, srv.Close())
	}
	return err
}
