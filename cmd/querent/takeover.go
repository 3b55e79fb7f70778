package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/config"
	"github.com/querent/querent/internal/legacy"
	"github.com/querent/querent/internal/postgres"
)

const importUsage = `Takes over an old installation's users, questions, feedback and business terms
into the System DB of the environment (DATABASE_URL). All or nothing, and it may
be repeated: what is there already stays as it is. A user whose name is in use
here is taken for that user.

Passwords: users keep theirs, if it was hashed with bcrypt (cost 12 or less) or
argon2id, for one sign-in, where they must choose a new one. Any other hash is
dropped: give these users a one-time password on the page Users.

The old columns that are looked for; the first that exists is taken, and those
marked * must be there. Ratings are from 1 to 5.

`

// importLegacy takes over what the old installation itself knew.
func importLegacy(ctx context.Context, c call) error {
	var from string
	var dryRun bool
	fs := flag.NewFlagSet("querent legacy import", flag.ContinueOnError)
	fs.StringVar(&from, "from", "", fromHelp)
	fs.BoolVar(&dryRun, "dry-run", false, "say what would be taken over, and change nothing")
	fs.Usage = func() {
		fmt.Fprint(c.stderr, importUsage, legacy.Expected(), "\nFlags:\n")
		fs.PrintDefaults()
	}
	if err := c.flagsOnly(fs); err != nil {
		return err
	}
	if from == "" {
		return usageError{errors.New("legacy import needs --from")}
	}
	cfg, err := config.Load(c.getenv)
	if err != nil {
		return err
	}
	store, err := openMigrated(ctx, cfg.DatabaseURL.Reveal())
	if err != nil {
		return plain(err)
	}
	defer store.Close()
	old, err := legacy.Open(ctx, from)
	if err != nil {
		return err
	}
	defer old.Close()
	ctx = audit.WithActor(ctx, audit.Actor{Name: "legacy import", Address: "terminal"})
	return old.Installation(ctx, func(in *legacy.Installation) error {
		taken, err := store.TakeOver(ctx, postgres.Takeover{Users: in.Users, Terms: in.Terms, Questions: in.Questions, Feedback: in.Feedback}, dryRun)
		if err != nil {
			return plain(err)
		}
		printTaken(c.stdout, taken, in.Missing, dryRun)
		return nil
	})
}

// openMigrated opens a System DB that this program's init has readied.
func openMigrated(ctx context.Context, dsn string) (*postgres.Store, error) {
	have, want, err := postgres.SchemaVersion(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if have != want {
		return nil, fmt.Errorf("the System DB has schema version %d, not %d: run querent init first", have, want)
	}
	return postgres.Open(ctx, dsn)
}

func printTaken(w io.Writer, taken []*postgres.Taken, missing []string, dryRun bool) {
	tw := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprint(tw, "\tNEW\tALREADY HERE\tLEFT OUT\n")
	for _, t := range taken {
		left := 0
		for _, n := range t.Skipped {
			left += n
		}
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\n", t.What, t.New, t.Known, left)
	}
	_ = tw.Flush()
	for _, t := range taken {
		for _, why := range slices.Sorted(maps.Keys(t.Skipped)) {
			fmt.Fprintf(w, "  %d %s left out: %s\n", t.Skipped[why], t.What, why)
		}
	}
	for _, m := range missing {
		fmt.Fprintf(w, "  %s\n", m)
	}
	if dryRun {
		fmt.Fprintln(w, "This was a dry run: nothing was changed.")
	}
}
