package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/postgres"
	"github.com/querent/querent/internal/target"
	"github.com/querent/querent/internal/training"
)

// step is one part of init. Its run says for people what came of it.
type step struct {
	name   string
	status int // exit status when it fails
	run    func(ctx context.Context, a *app) (string, error)
}

// initSteps are in the order they are taken. Each may be taken again.
var initSteps = []step{
	{"System DB", 10, initSchema},
	{"administrator", 11, initAdmin},
	{"Redis", 12, initRedis},
	{"target", 13, initTarget},
	{"Chroma", 14, initTraining},
	{"validation", 15, initValidate},
}

// runInit makes a new installation ready, or checks that it is.
func runInit(ctx context.Context, c call) error {
	fs := flag.NewFlagSet("querent init", flag.ContinueOnError)
	fs.Usage = func() {
		fmt.Fprint(fs.Output(), "querent init migrates the System DB, makes the first administrator, and trains the vector store.\n"+
			"It may be repeated at any time. It ends at the first step that fails, with that step's exit status:\n")
		for _, s := range initSteps {
			fmt.Fprintf(fs.Output(), "  %d  %s\n", s.status, s.name)
		}
	}
	a, end, err := c.offline(ctx, fs)
	if err != nil {
		return err
	}
	defer end()
	ctx = audit.WithActor(ctx, audit.Actor{Name: "init"})
	for _, s := range initSteps {
		start := time.Now()
		said, err := s.run(ctx, a)
		took := time.Since(start).Round(time.Millisecond)
		if err != nil {
			fmt.Fprintf(c.stdout, "%-14s FAILED  %s\n", s.name, took)
			return statusError{fmt.Errorf("%s: %w", s.name, plain(err)), s.status}
		}
		fmt.Fprintf(c.stdout, "%-14s ok      %-8s %s\n", s.name, took, said)
	}
	return nil
}

// offline ties the app to the environment's components without serving: for
// commands that a person runs, whose log has warnings only.
func (c call) offline(ctx context.Context, fs *flag.FlagSet) (a *app, end func(), err error) {
	cfg, err := c.configured(fs)
	if err != nil {
		return nil, nil, err
	}
	log, flush := newLog(c.stderr, max(cfg.LogLevel, slog.LevelWarn))
	ends := []func(){flush}
	end = func() {
		for _, f := range slices.Backward(ends) {
			f()
		}
	}
	defer func() {
		if err != nil {
			end()
		}
	}()
	if err := seedTarget(cfg, log); err != nil {
		return nil, nil, err
	}
	p, closeLocation, err := locationOf(cfg, log)
	if err != nil {
		return nil, nil, err
	}
	ends = append(ends, closeLocation)
	if a, err = build(ctx, p); err != nil {
		return nil, nil, err
	}
	ends = append(ends, a.close)
	return a, end, nil
}

func initSchema(ctx context.Context, a *app) (string, error) {
	done, err := migrate(ctx, a.dsn, a.log)
	if err != nil {
		return "", err
	}
	have, _, err := postgres.SchemaVersion(ctx, a.dsn)
	said := fmt.Sprintf("schema version %d", have)
	for _, m := range done {
		said += fmt.Sprintf("; %s in %s", m.File, m.Took.Round(time.Millisecond))
	}
	return said, err
}

func initAdmin(ctx context.Context, a *app) (string, error) {
	oneTime, created, err := a.accounts.Bootstrap(ctx, a.admin, a.password)
	switch {
	case err != nil:
		return "", err
	case !created:
		return "there are users already", nil
	case oneTime != "":
		return fmt.Sprintf("%s made; one-time password, to be changed at the first sign-in: %s", a.admin, oneTime), nil
	}
	return fmt.Sprintf("%s made, with the password of QUERENT_ADMIN_PASSWORD", a.admin), nil
}

func initRedis(ctx context.Context, a *app) (string, error) {
	version, err := a.redis.Version(ctx)
	if err != nil {
		return "", err
	}
	return "version " + version + ", takes writes", a.redis.Writes(ctx)
}

func initTarget(ctx context.Context, a *app) (string, error) {
	if a.target == target.None {
		return "off (ENABLE_TARGET_DB=false)", nil
	}
	sch, err := a.db.Schema(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d tables, fingerprint %.12s", len(sch.Tables), sch.Fingerprint), nil
}

func initTraining(ctx context.Context, a *app) (string, error) {
	if _, err := a.vectors.Ping(ctx); err != nil {
		return "", err
	}
	if a.target == target.None {
		return "reachable; nothing to train on", nil
	}
	if err := a.training.Sync(ctx, nil); err != nil {
		return "", err
	}
	st, err := a.training.Status(ctx)
	if err != nil {
		return "", err
	}
	return counts(st), nil
}

// counts says how many documents each collection holds.
func counts(st training.Status) string {
	var parts []string
	for _, c := range st.Collections {
		parts = append(parts, fmt.Sprintf("%s %d", c.Name, c.Stored))
	}
	return strings.Join(parts, ", ")
}

func initValidate(ctx context.Context, a *app) (string, error) {
	if err := a.store.Validate(ctx); err != nil {
		return "", err
	}
	head, err := a.store.VerifyAudit(ctx)
	return fmt.Sprintf("every table is there; %d audit entries hold", head.Seq), err
}
