package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/demo"
	"github.com/querent/querent/internal/telemetry"
)

// benchOptions are the flags of `querent bench load`.
type benchOptions struct {
	target                        string
	people, asks, pages, runaways int
	lasts                         time.Duration
}

// benchDir is where a measurement's data are for its time: Postgres's user must
// get in.
var benchDir = "/var/tmp"

// What `querent bench load` may take of a machine.
const (
	benchPeople = 200
	benchAsks   = 50
	benchPages  = 500
	benchLasts  = 10 * time.Minute
	asksEach    = 0.45 // a second, which stays below what one person may ask
)

// runBench measures how many people this machine serves.
func runBench(ctx context.Context, c call) error {
	if len(c.args) == 0 || c.args[0] != "load" {
		if len(c.args) > 0 && (c.args[0] == "-h" || c.args[0] == "--help") {
			fmt.Fprintln(c.stderr, "Usage: querent bench load [flags]")
			return flag.ErrHelp
		}
		return usageError{errors.New("bench takes what to measure: load")}
	}
	c.args = c.args[1:]
	o, err := benchFlags(c)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(benchDir, "querent-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	log := slog.New(telemetry.Log(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	d, err := startDemo(ctx, demoOptions{data: filepath.Join(dir, "data"), target: o.target}, log, c.stdout)
	if err != nil {
		return err
	}
	defer func() {
		d.stop()
		if err := demo.Remove(filepath.Join(dir, "data")); err != nil {
			log.Error("remove the measurement's data", "err", err)
		}
	}()
	return o.run(ctx, d, c.stdout)
}

func benchFlags(c call) (o benchOptions, err error) {
	fs := flag.NewFlagSet("querent bench load", flag.ContinueOnError)
	fs.StringVar(&o.target, "target", "", "ask about this SQLite `file` instead of the generated data")
	fs.IntVar(&o.people, "people", 40, fmt.Sprintf("signed-in `analysts`, at most %d", benchPeople))
	fs.IntVar(&o.asks, "asks", 4, fmt.Sprintf("`questions` a second, at most %d", benchAsks))
	fs.IntVar(&o.pages, "pages", 20, fmt.Sprintf("`pages` a second, at most %d", benchPages))
	fs.IntVar(&o.runaways, "runaways", 2, "`analysts` more, each with a query that never ends, in a second phase; 0 leaves it out")
	fs.DurationVar(&o.lasts, "for", 30*time.Second, fmt.Sprintf("`time` that each phase takes, at most %s", benchLasts))
	if err := c.flagsOnly(fs); err != nil {
		return o, err
	}
	for _, bound := range []struct {
		name             string
		is, least, mostN int
	}{{"people", o.people, 1, benchPeople}, {"asks", o.asks, 1, benchAsks}, {"pages", o.pages, 0, benchPages}, {"runaways", o.runaways, 0, benchPeople}} {
		if bound.is < bound.least || bound.is > bound.mostN {
			return o, usageError{fmt.Errorf("--%s must be from %d to %d", bound.name, bound.least, bound.mostN)}
		}
	}
	if o.lasts < time.Second || o.lasts > benchLasts {
		return o, usageError{fmt.Errorf("--for must be from 1s to %s", benchLasts)}
	}
	if float64(o.asks) > asksEach*float64(o.people) {
		return o, usageError{fmt.Errorf("--asks %d needs more --people: each may ask 30 questions a minute, so %d", o.asks, int(float64(o.asks)/asksEach)+1)}
	}
	return o, nil
}

// run serves on a free port and has people use it.
func (o benchOptions) run(ctx context.Context, d *running, out io.Writer) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	d.app.proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} // each of the people has an address
	serving, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- d.app.serve(serving, ln, func(context.Context) error { return nil }) }()
	failed, err := o.measure(ctx, d, "http://"+ln.Addr().String(), out)
	stop()
	if err := errors.Join(err, <-ended); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of what was asked or looked at failed", failed)
	}
	return nil
}

// measure makes the people and lets them go, and says how much failed.
func (o benchOptions) measure(ctx context.Context, d *running, base string, out io.Writer) (failed int, err error) {
	fmt.Fprintf(out, "%d people are signing in …\n", o.people+o.runaways)
	l := &load{base: base, out: out, asks: o.asks, pages: o.pages, most: o.people, fresh: true}
	names, password, err := o.makePeople(ctx, d)
	if err != nil {
		return 0, err
	}
	if err := l.signIn(names, password); err != nil {
		return 0, err
	}
	questions, err := suggested(ctx, d)
	if err != nil {
		return 0, err
	}
	l.questions = func(i int) string { return questions[i%len(questions)] }
	fmt.Fprintf(out, "%d processors, load average before: %s; %d questions a second of %d, %d pages a second, %s each\n\n",
		runtime.GOMAXPROCS(0), loadAverage(), o.asks, len(questions), o.pages, o.lasts)
	l.heading()
	phases := []phase{l.phase(ctx, "nobody else", o.lasts, 0, 0)}
	if o.runaways > 0 && ctx.Err() == nil {
		phases = append(phases, l.phase(ctx, fmt.Sprintf("%d more with a query that never ends", o.runaways), o.lasts, o.runaways, 1))
	}
	for _, p := range phases {
		failed += p.asks.failed + p.pages.failed
	}
	return failed, ctx.Err()
}

// suggested are questions that can be asked about any target. They are made
// beside, which takes long for a large one.
func suggested(ctx context.Context, d *running) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if questions := d.app.ask.Suggestions(ctx); len(questions) > 0 {
			return questions, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.New("no question can be made from this target's structure")
		case <-tick.C:
		}
	}
}

// makePeople makes analysts who have chosen the same password.
func (o benchOptions) makePeople(ctx context.Context, d *running) (names []string, password string, err error) {
	password = rand.Text()
	for i := range o.people + o.runaways {
		name, once := fmt.Sprintf("bench%d", i+1), rand.Text()
		u, err := d.app.accounts.Create(ctx, name, once, account.Analyst)
		if err != nil {
			return nil, "", err
		}
		if err := d.app.accounts.ChangePassword(ctx, u.ID, once, password); err != nil {
			return nil, "", err
		}
		names = append(names, name)
	}
	return names, password, nil
}
