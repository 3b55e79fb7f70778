package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/embed"
	"github.com/querent/querent/internal/job"
	"github.com/querent/querent/internal/llm"
	"github.com/querent/querent/internal/postgres"
	"github.com/querent/querent/internal/redis"
	"github.com/querent/querent/internal/semparse"
	"github.com/querent/querent/internal/settings"
	"github.com/querent/querent/internal/target"
	"github.com/querent/querent/internal/training"
)

// vectorStore is a vector store with a health check.
type vectorStore interface {
	ask.VectorStore
	Ping(ctx context.Context) (version string, err error)
}

// location says where the components are and how users reach us.
type location struct {
	dsn       string // System DB
	redisURL  string
	target    string        // path of the SQLite file, or target.None
	workers   int           // SQL worker processes; 0: the target's default
	autoTrain bool          // the vector store follows the target by itself
	metricsAt string        // address for metrics; empty for none
	profile   bool          // with Go's profiles beside them
	slow      time.Duration // a query that takes longer is logged; 0: none is
	admin     string        // name of the first administrator
	password  string        // and password; empty for a one-time one
	publicURL string        // empty: by whatever name users ask for
	proxies   []netip.Prefix
	words     *embed.Embedder
	vectors   vectorStore
	model     *llm.Model // nil: no language model is configured
	log       *slog.Logger
}

// app is all parts, wired together.
type app struct {
	location
	store    *postgres.Store
	redis    *redis.Client
	queue    *redis.Queue
	exports  *redis.Exports
	db       *target.DB
	settings *settings.Service
	training *training.Service
	accounts *account.Service
	ask      *ask.Service
	health   *monitor
	metrics  *metrics

	opened, closing atomic.Bool
}

// build opens the components and wires the parts. The System DB must be
// migrated already.
func build(ctx context.Context, p location) (_ *app, err error) {
	a := &app{location: p, metrics: newMetrics()}
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
	if a.db, err = target.Open(ctx, p.target, target.Options{Workers: p.workers, OnUse: a.used}); err != nil {
		return nil, err
	}
	if p.model != nil {
		p.model.Tell(a.metrics.replied)
	}
	parser, err := semparse.New(semparse.Options{Words: p.words})
	if err != nil {
		return nil, err
	}
	a.settings = settings.New(a.store, p.log, p.model != nil, func(v settings.Values) { a.db.SetLimits(v.RowLimit, v.TimeLimit) })
	a.accounts = account.New(a.store)
	a.training = training.New(training.Config{Store: a.store, Vectors: p.vectors, Embed: p.words, Target: a.db, OnIgnored: a.metrics.ignoredHits, Log: p.log})
	a.exports = a.redis.Exports(a.export(job.Exporter{Question: a.store.Question, Stream: a.db.Stream,
		Rows: func() int { return a.settings.Current().ExportRowLimit }}), p.log)
	a.queue = a.redis.Queue(a.observed(a.jobs()), p.log)
	model, modelName := generatorOf(p.model)
	a.ask = ask.New(ask.Config{
		Store: a.store, Target: a.db, Knowledge: a.training, Embed: p.words, Cache: a.redis.Cache(), Rows: a.redis.Rows(),
		Builtin: parser, Reader: readerOf(parser), LLM: model, LLMName: modelName,
		Settings: func(context.Context) ask.Settings { return a.settings.Current().Settings }, OnRefused: a.refused, OnFinished: a.finished, Log: p.log,
	})
	a.health = newMonitor(a.components())
	a.metrics.registry.MustRegister(gauges{a})
	return a, nil
}

// readerOf is the generator as a reader, if it is one.
func readerOf(g ask.Generator) ask.Reader {
	r, _ := g.(ask.Reader)
	return r
}

// generatorOf is the model as a generator, and its name; nil for none.
func generatorOf(m *llm.Model) (ask.Generator, string) {
	if m == nil {
		return nil, ""
	}
	return m, m.Name()
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

// refused counts and audits SQL that the executor refused.
func (a *app) refused(ctx context.Context, q ask.Question, cause error) {
	a.metrics.refusals.Inc()
	after, err := json.Marshal(map[string]string{"sql": q.SQL, "reason": ask.MessageOf(cause)})
	if err == nil {
		err = a.store.Append(context.WithoutCancel(ctx), audit.Entry{Actor: audit.ActorFrom(ctx), Action: "sql.refused", Object: q.ID, After: string(after)})
	}
	if err != nil {
		a.log.ErrorContext(ctx, "refusal not audited", "err", err)
	}
}

// jobs run in the background, each on whichever replica is free.
func (a *app) jobs() []job.Job {
	follow := a.training.Follow
	if !a.autoTrain || a.target == target.None {
		follow = nil
	}
	return job.Upkeep(job.Config{Store: a.store, Carry: a.training.DrainOutbox, Follow: follow, Exports: a.exports, Question: a.store.Question,
		Retention: func() time.Duration { return time.Duration(a.settings.Current().RetentionDays) * 24 * time.Hour }})
}
