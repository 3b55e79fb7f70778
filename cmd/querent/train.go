package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/postgres"
	"github.com/querent/querent/internal/target"
	"github.com/querent/querent/internal/training"
)

// runTrain brings the vector store in line with the target and what was
// approved. A server may run meanwhile.
func runTrain(ctx context.Context, c call) error {
	fs := flag.NewFlagSet("querent train", flag.ContinueOnError)
	rebuild := fs.Bool("rebuild", false, "empty the three collections first; until they are filled again, retrieval is poorer")
	a, end, err := c.offline(ctx, fs)
	if err != nil {
		return err
	}
	defer end()
	if a.target == target.None {
		return errors.New("there is no target to train on (ENABLE_TARGET_DB=false)")
	}
	if err := a.migrated(ctx); err != nil {
		return err
	}
	ctx = audit.WithActor(ctx, audit.Actor{Name: "train"})
	if err := a.store.Append(ctx, audit.Entry{Action: audit.TrainingStart, After: fmt.Sprintf(`{"rebuild":%t}`, *rebuild)}); err != nil {
		return plain(err)
	}
	train := a.training.Sync
	if *rebuild {
		train = a.training.Rebuild
	}
	start := time.Now()
	err = train(ctx, func(p training.Progress) {
		if p.Total > 0 {
			fmt.Fprintf(c.stdout, "%-16s %d of %d\n", p.Collection, p.Done, p.Total)
		}
	})
	if err != nil {
		return plain(err)
	}
	st, err := a.training.Status(ctx)
	if err != nil {
		return plain(err)
	}
	fmt.Fprintf(c.stdout, "Trained in %s: %s.\n", time.Since(start).Round(time.Millisecond), counts(st))
	return nil
}

// runVerifyAudit follows the audit log's chain from its first entry to its
// recorded end.
func runVerifyAudit(ctx context.Context, c call) error {
	a, end, err := c.offline(ctx, flag.NewFlagSet("querent verify-audit", flag.ContinueOnError))
	if err != nil {
		return err
	}
	defer end()
	head, err := a.store.VerifyAudit(ctx)
	if err != nil {
		return plain(err)
	}
	_, err = fmt.Fprintf(c.stdout, "All %d entries hold. Keep this end elsewhere, to compare later: %s\n", head.Seq, head.Hash)
	return err
}

// migrated refuses a System DB whose schema is not this program's.
func (a *app) migrated(ctx context.Context) error {
	have, want, err := postgres.SchemaVersion(ctx, a.dsn)
	switch {
	case err != nil:
		return plain(err)
	case have > want:
		return &postgres.NewerError{Have: have, Want: want}
	case have < want:
		return fmt.Errorf("the system database has schema version %d, this program needs %d: run `querent init`", have, want)
	}
	return nil
}
