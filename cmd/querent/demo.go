package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/chromem"
	"github.com/querent/querent/internal/demo"
	"github.com/querent/querent/internal/embed"
	"github.com/querent/querent/internal/postgres"
	"github.com/querent/querent/internal/telemetry"
	"github.com/querent/querent/internal/training"
)

// demoAdmin is the demo's administrator.
const demoAdmin = "admin"

// demoOptions are the flags of `querent demo`.
type demoOptions struct {
	data, target, listen string
	fresh                bool
}

func runDemo(ctx context.Context, c call) error {
	o, err := demoFlags(c)
	if err != nil {
		return err
	}
	start := time.Now()
	ln, err := net.Listen("tcp", o.listen)
	if err != nil {
		return fmt.Errorf("can't listen on %s: %w", o.listen, err)
	}
	defer ln.Close()
	d, unlock, err := openDemo(ctx, o, c.stderr, c.stdout)
	if err != nil {
		return err
	}
	defer unlock()
	defer d.stop()
	if err := d.renewPassword(ctx); err != nil {
		return err
	}
	d.greet(c.stdout, ln.Addr().String(), time.Since(start))
	return d.app.serve(ctx, ln, func(context.Context) error { return nil })
}

// openDemo takes the data directory and starts everything on it.
func openDemo(ctx context.Context, o demoOptions, stderr, out io.Writer) (*running, func(), error) {
	if o.fresh {
		if err := demo.Remove(o.data); err != nil {
			return nil, nil, err
		}
	}
	unlock, err := demo.Lock(o.data)
	if err != nil {
		return nil, nil, err
	}
	log := slog.New(telemetry.Log(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	d, err := startDemo(ctx, o, log, out)
	if err != nil {
		unlock()
		return nil, nil, err
	}
	return d, unlock, nil
}

func demoFlags(c call) (demoOptions, error) {
	var o demoOptions
	fs := flag.NewFlagSet("querent demo", flag.ContinueOnError)
	fs.StringVar(&o.data, "data", defaultDemoDir(), "`directory` for the demo's data, kept between runs")
	fs.BoolVar(&o.fresh, "fresh", false, "remove that data first")
	fs.StringVar(&o.target, "target", "", "ask this SQLite `file` instead of the generated data")
	fs.StringVar(&o.listen, "listen", "127.0.0.1:8080", "`address` to serve on; port 0 takes a free one")
	return o, c.flagsOnly(fs)
}

// defaultDemoDir is in the user's cache. Postgres refuses to run as root and
// its stand-in can't enter root's home, so root's data goes to /var/tmp.
func defaultDemoDir() string {
	if os.Geteuid() == 0 {
		return "/var/tmp/querent-demo"
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "querent-demo")
}

// running is a demo with all its children.
type running struct {
	app      *app
	target   string
	password string // of demoAdmin, for one use; empty once they chose their own
	children []func()
}

// stop ends the children, last started first.
func (d *running) stop() {
	if d.app != nil {
		d.app.close()
	}
	for i := len(d.children) - 1; i >= 0; i-- {
		d.children[i]()
	}
}

// startDemo brings every component up and ties the app to them.
func startDemo(ctx context.Context, o demoOptions, log *slog.Logger, out io.Writer) (_ *running, err error) {
	d := &running{target: o.target}
	defer func() {
		if err != nil {
			d.stop()
		}
	}()
	fmt.Fprintln(out, "Querent is getting ready …")
	pg, err := demo.Postgres(ctx, filepath.Join(o.data, "postgres"), io.Discard)
	if err != nil {
		return nil, err
	}
	d.children = append(d.children, pg.Stop)
	if d.target == "" {
		d.target = filepath.Join(o.data, "demo.sqlite")
		if err := demo.EnsureTarget(d.target); err != nil {
			return nil, err
		}
	}
	if _, err := postgres.Migrate(ctx, pg.DSN()); err != nil {
		return nil, err
	}
	redisURL, stopRedis, err := demo.Redis()
	if err != nil {
		return nil, err
	}
	d.children = append(d.children, stopRedis)
	words, err := embed.New()
	if err != nil {
		return nil, err
	}
	vectors, err := chromem.Open("", words.Dim())
	if err != nil {
		return nil, err
	}
	d.app, err = build(ctx, location{autoTrain: true, dsn: pg.DSN(), redisURL: redisURL, target: d.target, words: words, vectors: vectors, log: log})
	if err != nil {
		return nil, err
	}
	return d, d.fill(ctx, o)
}

// fill makes the first administrator and, over the generated data, approves
// what ships with it.
func (d *running) fill(ctx context.Context, o demoOptions) error {
	if _, err := d.app.db.Schema(ctx); err != nil {
		return fmt.Errorf("the target can't be used: %w", plain(err))
	}
	if err := d.app.settings.Refresh(ctx); err != nil {
		return err
	}
	ctx = audit.WithActor(ctx, audit.Actor{Name: "demo"})
	password, _, err := d.app.accounts.Bootstrap(ctx, demoAdmin, "")
	if err != nil {
		return err
	}
	d.password = password
	if o.target == "" {
		if err := d.seed(ctx); err != nil {
			return err
		}
	}
	return d.app.training.Sync(ctx, func(training.Progress) {})
}

// renewPassword makes a one-time password that can be printed, where an earlier
// run made one that nobody used: asking in the terminal prints none.
func (d *running) renewPassword(ctx context.Context) error {
	u, err := d.app.store.UserByName(ctx, demoAdmin)
	if err != nil || d.password != "" || !u.MustChange {
		return err
	}
	d.password, err = d.app.accounts.ResetPassword(audit.WithActor(ctx, audit.Actor{Name: "demo"}), u.ID)
	return err
}

// seed brings in the ontology and the golden questions that belong to the
// generated target, once: later edits are the administrator's.
func (d *running) seed(ctx context.Context) error {
	o, err := d.app.store.Ontology(ctx)
	if err != nil {
		return err
	}
	if len(o.Terms) == 0 {
		if _, err := d.app.training.ImportYAML(ctx, demo.OntologyYAML, 0); err != nil {
			return err
		}
	}
	_, err = d.app.training.ImportPairs(ctx, "", demo.Golden)
	return err
}

// greet prints all that a newcomer needs.
func (d *running) greet(w io.Writer, addr string, took time.Duration) {
	password := d.password
	if password == "" {
		password = "the one you chose (--fresh starts over)"
	}
	fmt.Fprintf(w, `
Querent is ready (%.1f s).

  Open      http://%s
  User      %s
  Password  %s

  System DB     private Postgres, child process
  Sessions      Redis, in this process
  Vectors       in this process
  Target        %s, read-only

Ctrl-C stops everything.
`, took.Seconds(), addr, demoAdmin, password, filepath.Base(d.target))
}
