// Command querent answers questions about a database. Each file here is one
// subcommand; app.go ties the adapters together for those that need them.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/config"
	"github.com/querent/querent/internal/target"
)

// The version, its commit and when it was built are set at link time.
var version, commit, built = "dev", "", ""

// command is one subcommand. Errors it returns are printed once, by main.
type command struct {
	name, brief string
	run         func(ctx context.Context, c call) error
}

// call is what a subcommand is given.
type call struct {
	args           []string
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
}

var commands = []command{
	{"demo", "run everything at once, with nothing installed or configured", runDemo},
	{"serve", "serve on Postgres, Redis, Chroma and a mounted target", runServe},
	{"init", "make a new installation ready: schema, first administrator, training", runInit},
	{"train", "bring the vector store in line with the target and what was approved", runTrain},
	{"doctor", "look at every component and say what to do", runDoctor},
	{"verify-audit", "check that nobody changed the audit log", runVerifyAudit},
	{"health", "ask the server on this machine how it is", runHealth},
	{"config", "print the settings of the environment, secrets masked", runConfig},
	{"ask", "answer one question in the terminal", runAsk},
	{"eval", "measure the built-in generator on a question set", runEval},
	{"bench", "measure how many people this machine serves: bench load", runBench},
	{"legacy", "lead out of an old database: export, verify, drop, import", runLegacy},
	{"version", "print the version, its commit and when it was built", runVersion},
}

func main() {
	target.MaybeWorker()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(report(err, os.Stderr))
}

// run finds the subcommand and runs it.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(stdout)
		return nil
	}
	for _, c := range commands {
		if c.name == args[0] {
			return c.run(ctx, call{args: args[1:], getenv: getenv, stdin: stdin, stdout: stdout, stderr: stderr})
		}
	}
	usage(stderr)
	return usageError{fmt.Errorf("there is no command %q", args[0])}
}

func usage(w io.Writer) {
	fmt.Fprint(w, "Querent answers questions about a database in plain language.\n\nUsage: querent COMMAND [flags]\n\n")
	tw := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, c := range commands {
		fmt.Fprintf(tw, "  %s\t%s\n", c.name, c.brief)
	}
	tw.Flush()
	fmt.Fprint(w, "\n`querent COMMAND -h` tells a command's flags.\n")
}

// The exit statuses that more than one command has.
const (
	exitFailure = 1
	exitUsage   = 2
	exitConfig  = 78 // as sysexits has it
)

// usageError is a fault in how the command was called.
type usageError struct{ error }

// statusError is a failure with an exit status of its own.
type statusError struct {
	error
	status int
}

func (e statusError) Unwrap() error { return e.error }

// report prints an error and chooses the exit status.
func report(err error, stderr io.Writer) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintln(stderr, "querent:", err)
	var usage usageError
	var environment *config.Error
	var status statusError
	switch {
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &environment):
		return exitConfig
	case errors.As(err, &status):
		return status.status
	}
	return exitFailure
}

// parse reads a subcommand's flags. What is left over are its arguments.
func (c call) parse(fs *flag.FlagSet) ([]string, error) {
	fs.SetOutput(c.stderr)
	var words []string
	rest := c.args
	for {
		if err := fs.Parse(rest); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, usageError{err}
		}
		if fs.NArg() == 0 {
			return words, nil
		}
		words, rest = append(words, fs.Arg(0)), fs.Args()[1:]
	}
}

// flagsOnly parses a subcommand that takes flags alone.
func (c call) flagsOnly(fs *flag.FlagSet) error {
	words, err := c.parse(fs)
	if err == nil && len(words) > 0 {
		err = usageError{fmt.Errorf("%s takes no argument %q", strings.TrimPrefix(fs.Name(), "querent "), words[0])}
	}
	return err
}

func runVersion(_ context.Context, c call) error {
	_, err := fmt.Fprintf(c.stdout, "querent %s\ncommit %s\nbuilt %s\n%s %s/%s\n", version,
		cmp.Or(commit, "unknown"), cmp.Or(built, "unknown"), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// plain turns an error into its user-safe message where it has one.
func plain(err error) error {
	var e *ask.Error
	if errors.As(err, &e) {
		return errors.New(e.Message)
	}
	return err
}
