package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/chroma"
	"github.com/querent/querent/internal/config"
	"github.com/querent/querent/internal/demo"
	"github.com/querent/querent/internal/embed"
	"github.com/querent/querent/internal/llm"
	"github.com/querent/querent/internal/postgres"
	"github.com/querent/querent/internal/target"
	"github.com/querent/querent/internal/telemetry"
)

// A System DB that is not there at the start is waited for.
const (
	startLimit = 60 * time.Second
	retryFirst = 200 * time.Millisecond
	retryMost  = 5 * time.Second
)

// runServe answers in the browser, on the components that the environment
// names.
func runServe(ctx context.Context, c call) error {
	cfg, err := c.configured(flag.NewFlagSet("querent serve", flag.ContinueOnError))
	if err != nil {
		return err
	}
	log, flush := newLog(c.stderr, cfg.LogLevel)
	defer flush()
	stopTraces, err := startTraces(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer stopTraces()
	ln, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer ln.Close()
	if err := seedTarget(cfg, log); err != nil {
		return err
	}
	p, closeLocation, err := locationOf(cfg, log)
	if err != nil {
		return err
	}
	defer closeLocation()
	a, err := build(ctx, p)
	if err != nil {
		return err
	}
	defer a.close()
	return a.serve(ctx, ln, a.prepare)
}

// startTraces sends traces where the environment says, if it does. stop sends
// what waits.
func startTraces(ctx context.Context, cfg config.Config, log *slog.Logger) (stop func(), err error) {
	if cfg.TraceEndpoint == "" {
		return func() {}, nil
	}
	shut, err := telemetry.Export(ctx, cfg.TraceEndpoint, version, log)
	if err != nil {
		return nil, err
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastLimit)
		defer cancel()
		if err := shut(ctx); err != nil {
			log.Warn("the last traces were not taken", "err", err)
		}
	}, nil
}

// configured parses a subcommand's flags and reads the environment.
func (c call) configured(fs *flag.FlagSet) (config.Config, error) {
	if err := c.flagsOnly(fs); err != nil {
		return config.Config{}, err
	}
	return config.Load(c.getenv)
}

// runConfig prints the settings that the environment gives.
func runConfig(_ context.Context, c call) error {
	cfg, err := c.configured(flag.NewFlagSet("querent config", flag.ContinueOnError))
	if err != nil {
		return err
	}
	return cfg.Print(c.stdout)
}

// locationOf turns the environment into the app's location. Nothing is connected to
// yet. Call closeLocation at the end.
func locationOf(cfg config.Config, log *slog.Logger) (p location, closeLocation func(), err error) {
	words, err := embed.New()
	if err != nil {
		return p, nil, err
	}
	vectors, err := chroma.Open(cfg.ChromaURL(), words.Dim())
	if err != nil {
		return p, nil, err
	}
	p = location{dsn: cfg.DatabaseURL.Reveal(), redisURL: cfg.RedisURL.Reveal(), target: target.None,
		workers: cfg.Workers, autoTrain: cfg.AutoTrain, metricsAt: cfg.MetricsListen, profile: cfg.Profile, slow: cfg.SlowQuery,
		admin: cfg.AdminName, password: cfg.AdminPassword.Reveal(), publicURL: cfg.PublicURL, proxies: cfg.TrustedProxies, words: words, vectors: vectors, log: log}
	if cfg.EnableTarget {
		p.target = cfg.TargetPath
	}
	if p.model, err = modelOf(cfg); err != nil {
		return p, nil, err
	}
	return p, func() {
		if err := vectors.Close(); err != nil {
			log.Warn("close chroma", "err", err)
		}
	}, nil
}

// modelOf is the language model that the environment names; nil for none.
func modelOf(cfg config.Config) (*llm.Model, error) {
	if cfg.LLMBaseURL == "" {
		return nil, nil
	}
	return llm.Open(llm.Config{BaseURL: cfg.LLMBaseURL, Key: cfg.LLMKey.Reveal(), Model: cfg.LLMModel, Temperature: cfg.LLMTemperature,
		Timeout: time.Duration(cfg.LLMTimeout) * time.Second, AllowedHosts: cfg.LLMAllowedHosts})
}

// seedTarget makes the demo target where that is wanted and there is no file.
func seedTarget(cfg config.Config, log *slog.Logger) error {
	if !cfg.SeedDemoData || !cfg.EnableTarget {
		return nil
	}
	if _, err := os.Stat(cfg.TargetPath); err == nil {
		return nil
	}
	log.Info("making the demo target, as SEED_DEMO_DATA says")
	return demo.EnsureTarget(cfg.TargetPath)
}

// prepare brings the System DB to this program's schema.
func (a *app) prepare(ctx context.Context) error {
	done, err := migrate(ctx, a.dsn, a.log)
	for _, m := range done {
		a.log.InfoContext(ctx, "schema migrated", "version", m.Version, "file", m.File, "took", m.Took)
	}
	if err != nil {
		return err
	}
	if err := a.settings.Refresh(ctx); err != nil {
		return err
	}
	users, err := a.accounts.Users(ctx)
	if err != nil {
		return err
	}
	if len(users) == 0 {
		a.log.Warn("nobody can sign in yet: run `querent init`, which makes the first administrator")
	}
	return nil
}

// migrate waits for the System DB, at most startLimit, and migrates it. A schema
// that is newer than this program ends it at once, and so does a refused login.
func migrate(ctx context.Context, dsn string, log *slog.Logger) (done []postgres.Migration, err error) {
	deadline := time.Now().Add(startLimit)
	for pause := retryFirst; ; pause = min(2*pause, retryMost) {
		made, err := postgres.Migrate(ctx, dsn)
		done = append(done, made...)
		if err == nil || !passes(err) || ctx.Err() != nil {
			return done, err
		}
		// Replicas that start together should not all retry at the same moment.
		wait := pause/2 + rand.N(pause/2)
		if time.Now().Add(wait).After(deadline) {
			return done, fmt.Errorf("the system database did not come up within %s: %w", startLimit, err)
		}
		log.Warn("waiting for the system database", "err", err, "again_in", wait.String())
		select {
		case <-ctx.Done():
			return done, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// passes reports whether waiting may help against an error.
func passes(err error) bool {
	var newer *postgres.NewerError
	code := ask.CodeOf(err)
	return !errors.As(err, &newer) && !postgres.LoginRefused(err) && (code == ask.Unavailable || code == ask.Busy)
}
