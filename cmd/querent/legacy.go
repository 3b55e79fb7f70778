package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/querent/querent/internal/legacy"
)

// legacySteps lead out of the old database, in this order.
var legacySteps = []command{
	{"export", "copy business tables into a new SQLite target, and compare", exportLegacy},
	{"verify", "compare a target with the old database again", verifyLegacy},
	{"drop", "remove business tables from the old database, once their copy is whole", dropLegacy},
	{"import", "take over users, questions, feedback and business terms", importLegacy},
}

const fromHelp = "`address` of the old database, postgres://user@host/name; leave the password to PGPASSWORD or .pgpass, since others may see a command's flags"

// runLegacy leads out of an old installation, which kept everything in one
// Postgres.
func runLegacy(ctx context.Context, c call) error {
	if len(c.args) > 0 {
		for _, step := range legacySteps {
			if step.name == c.args[0] {
				c.args = c.args[1:]
				return step.run(ctx, c)
			}
		}
	}
	fmt.Fprint(c.stderr, "Usage: querent legacy STEP [flags]\n\n")
	tw := tabwriter.NewWriter(c.stderr, 0, 0, 3, ' ', 0)
	for _, step := range legacySteps {
		fmt.Fprintf(tw, "  %s\t%s\n", step.name, step.brief)
	}
	_ = tw.Flush()
	if len(c.args) == 0 || c.args[0] == "-h" || c.args[0] == "--help" {
		return flag.ErrHelp
	}
	return usageError{fmt.Errorf("there is no step %q", c.args[0])}
}

// move is what moving tables takes: the steps that do so share their flags.
type move struct {
	from, to string
	tables   []string
	confirm  string // drop only
}

func moveFlags(c call, step string) (m move, err error) {
	fs := flag.NewFlagSet("querent legacy "+step, flag.ContinueOnError)
	fs.StringVar(&m.from, "from", "", fromHelp)
	fs.StringVar(&m.to, "to", "", "the SQLite target, a `file`")
	fs.Func("tables", "`names` of the tables, with commas between", func(s string) error {
		m.tables = strings.Split(s, ",")
		return nil
	})
	if step == "drop" {
		fs.StringVar(&m.confirm, "confirm", "", "the same `names` again, in place of typing them when asked")
	}
	if err := c.flagsOnly(fs); err != nil {
		return m, err
	}
	if m.from == "" || m.to == "" || len(m.tables) == 0 {
		return m, usageError{fmt.Errorf("legacy %s needs --from, --tables and --to", step)}
	}
	return m, nil
}

func exportLegacy(ctx context.Context, c call) error {
	return c.move(ctx, "export", (*legacy.Old).Export, "Exported to %s: every row and value compares as the same.\n")
}

func verifyLegacy(ctx context.Context, c call) error {
	return c.move(ctx, "verify", (*legacy.Old).Verify, "%s holds what the old database holds.\n")
}

func dropLegacy(ctx context.Context, c call) error {
	return c.move(ctx, "drop", (*legacy.Old).Drop, "Compared with %s as the same, and dropped.\n")
}

// move runs one step over tables and reports on each.
func (c call) move(ctx context.Context, step string, run func(*legacy.Old, context.Context, []string, string, legacy.Progress) ([]legacy.Table, error), done string) error {
	m, err := moveFlags(c, step)
	if err != nil {
		return err
	}
	if step == "drop" {
		if err := c.confirmed(m); err != nil {
			return err
		}
	}
	old, err := legacy.Open(ctx, m.from)
	if err != nil {
		return err
	}
	defer old.Close()
	tables, err := run(old, ctx, m.tables, m.to, tellProgress(c.stderr))
	printTables(c.stdout, tables)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, done, m.to)
	return err
}

// confirmed has the tables' names repeated before they are dropped: by a flag,
// or typed where somebody can be asked.
func (c call) confirmed(m move) error {
	want, got := strings.Join(m.tables, ","), m.confirm
	if f, ok := c.stdin.(*os.File); got == "" && ok && terminal(f) {
		fmt.Fprintf(c.stderr, "This removes %s from the old database for good.\nType the names to go on: ", want)
		line, err := bufio.NewReader(f).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("nothing was dropped: %w", err)
		}
		got = strings.TrimSpace(line)
	}
	if got != want {
		return usageError{fmt.Errorf("nothing was dropped: repeat the tables' names with --confirm %s", want)}
	}
	return nil
}

func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// tellProgress prints where each table begins, and then at most a line a second.
func tellProgress(w io.Writer) legacy.Progress {
	var last, started time.Time
	var at string
	return func(doing, table string, rows, of int64) {
		begins := at != doing+table
		if !begins && time.Since(last) < time.Second {
			return
		}
		last = time.Now()
		line := fmt.Sprintf("%s: %s %d rows", table, doing, rows)
		if of > 0 {
			line += fmt.Sprintf(" of about %d", max(of, rows))
		}
		if begins {
			at, started = doing+table, last
		} else {
			line += fmt.Sprintf(", %.0f a second", float64(rows)/last.Sub(started).Seconds())
		}
		fmt.Fprintln(w, line)
	}
}

func printTables(w io.Writer, tables []legacy.Table) {
	if len(tables) == 0 {
		return
	}
	tw := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprint(tw, "TABLE\tROWS\tCOPIED\tVALUES\n")
	for _, t := range tables {
		result := "the same"
		switch {
		case t.Shuffled:
			result = "changed places between rows"
		case !t.Same():
			result = "differ in " + strings.Join(t.Differ, ", ")
		}
		fmt.Fprintf(tw, "%s\t%d\t%d\t%s\n", t.Name, t.Rows, t.Copied, result)
	}
	_ = tw.Flush()
	for _, t := range tables {
		for _, note := range t.Notes {
			fmt.Fprintf(w, "  %s: %s\n", t.Name, note)
		}
	}
}
