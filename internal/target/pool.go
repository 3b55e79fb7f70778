package target

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/querent/querent/internal/ask"
)

// overshoot is how long a worker may go on after its deadline before it is
// killed: some of SQLite's single steps heed no interrupt.
const overshoot = 250 * time.Millisecond

// workerEnv marks a re-executed process as a worker. It is all the
// environment a worker has.
const workerEnv = "QUERENT_SQL_WORKER"

// worker is one child process, started when first needed. Only the holder of
// its slot touches it.
type worker struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out io.Reader
}

func (w *worker) start() error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(exe)
	cmd.Env = []string{workerEnv + "=1"}
	cmd.Dir = "/"
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	w.cmd, w.in, w.out = cmd, in, out
	return nil
}

// stop kills the child and waits for it; the next query starts another.
func (w *worker) stop() {
	if w.cmd == nil {
		return
	}
	w.in.Close()
	_ = w.cmd.Process.Kill() // it may have ended already
	_ = w.cmd.Wait()         // a killed child's status says nothing
	w.cmd = nil
}

// ask sends one request and waits for its answer.
func (w *worker) ask(req request) (response, error) {
	if err := writeFrame(w.in, req); err != nil {
		return response{}, err
	}
	var res response
	err := readFrame(w.out, &res)
	return res, err
}

// do runs one request in a worker, within limit and ctx.
func (d *DB) do(ctx context.Context, req request, limit time.Duration) (response, error) {
	if _, err := stampOf(d.path); err != nil {
		return response{}, err
	}
	var w *worker
	select {
	case w = <-d.slots:
	case <-ctx.Done():
		return response{}, stopped(ctx)
	case <-d.closed:
		return response{}, unavailable("The target is closed.", nil)
	}
	defer func() { d.slots <- w }()
	if w.cmd == nil {
		if err := w.start(); err != nil {
			return response{}, unavailable("The process that runs queries could not be started.", err)
		}
	}
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(deadline))
	}
	req.Path, req.Limit = d.path, limit
	return d.await(ctx, w, req)
}

// await kills the worker when it overruns, breaks, or nobody waits any more.
func (d *DB) await(ctx context.Context, w *worker, req request) (response, error) {
	type answer struct {
		res response
		err error
	}
	done := make(chan answer, 1)
	go func() {
		res, err := w.ask(req)
		done <- answer{res, err}
	}()
	timer := time.NewTimer(req.Limit + overshoot)
	defer timer.Stop()
	var failed error
	select {
	case a := <-done:
		if a.err == nil && !a.res.Spent {
			return a.res, a.res.failure()
		}
		w.stop()
		if a.err != nil {
			return response{}, unavailable("The process that ran this query ended unexpectedly. Ask again.", a.err)
		}
		return a.res, a.res.failure()
	case <-timer.C:
		failed = timeLimited()
	case <-d.closed:
		failed = unavailable("The target is closed.", nil)
	case <-ctx.Done():
		// A worker that heeds its deadline answers by itself in a moment.
		failed = stopped(ctx)
	}
	w.stop()
	<-done
	return response{}, failed
}

func timeLimited() error {
	return &ask.Error{Code: ask.Limited, Message: "The query took longer than it may. Narrow it with a filter, or ask for a total instead of rows."}
}

func stopped(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return timeLimited()
	}
	return ctx.Err()
}
