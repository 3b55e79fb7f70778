package target

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"
)

const (
	grace     = 250 * time.Millisecond // from a deadline to the kill
	startTime = 10 * time.Second       // for a new worker to greet
	firstNice = 1                      // a new worker's niceness
	lastNice  = 9                      // that of one whose query takes long
)

// worker is the parent's end of one child process. One goroutine uses it at a
// time.
type worker struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers chan answer // one per request, or per part of a stream; closed when the child is gone
	stderr  *tail
	seq     uint64        // of the last request
	gone    chan struct{} // closed once the process has been waited for
	nice    int           // its niceness
	before  time.Duration // of a processor that it had had when it was last given a query
}

// answer is a response with its cells, or why there is none.
type answer struct {
	response
	cells []byte
	err   error
}

// startWorker runs this binary again as a worker, whose files may have so many
// bytes.
func startWorker(ctx context.Context, room int) (*worker, error) {
	cmd := exec.Command(self())
	cmd.Args = []string{"querent-sql-worker"}
	// Nothing of our environment: it may hold secrets.
	cmd.Env = []string{marker + "=" + strconv.Itoa(room), "GOMAXPROCS=2", "GOMEMLIMIT=160MiB", "GOTRACEBACK=single", "TMPDIR=" + os.TempDir()}
	return spawn(ctx, cmd)
}

// spawn starts a worker and awaits its greeting.
func spawn(ctx context.Context, cmd *exec.Cmd) (w *worker, err error) {
	w = &worker{cmd: cmd, answers: make(chan answer, 1), stderr: &tail{}, gone: make(chan struct{}), nice: firstNice}
	w.cmd.Stderr = w.stderr
	w.cmd.SysProcAttr = attributes()
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	go w.receive(out)
	if a := w.await(ctx, startTime); !a.Ready {
		w.kill()
		return nil, errors.Join(errors.New("worker did not greet; is MaybeWorker called first in main?"), a.err)
	}
	return w, nil
}

// receive passes answers on until the child's output ends or makes no sense.
func (w *worker) receive(out io.Reader) {
	defer close(w.gone)
	defer close(w.answers)
	for {
		var a answer
		a.cells, a.err = readFrame(out, &a.response)
		w.answers <- a
		if a.err != nil || a.Last {
			break
		}
	}
	_ = w.cmd.Process.Kill()
	_ = w.cmd.Wait()
}

// await gives the next answer. It kills the child after limit, or within a
// grace after ctx ended.
func (w *worker) await(ctx context.Context, limit time.Duration) answer {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	done := ctx.Done()
	for {
		select {
		case a, ok := <-w.answers:
			if !ok {
				a.err = errors.New("worker is gone")
			}
			return a
		case <-done:
			done = nil
			timer.Reset(min(limit, grace))
			_ = writeFrame(w.in, request{Op: opCancel}, nil)
		case <-timer.C:
			w.kill()
			if err := ctx.Err(); err != nil {
				return answer{err: err}
			}
			return answer{err: context.DeadlineExceeded}
		}
	}
}

// do runs one request within its budget. part takes what comes before the
// answer, if the request is for a stream; its error ends the child and is the
// answer's.
func (w *worker) do(ctx context.Context, r request, part func(answer) error) answer {
	deadline := time.Now().Add(r.Budget + grace)
	w.seq++
	r.Seq = w.seq
	// A child that has stopped reading would hold us here.
	stuck := time.AfterFunc(r.Budget+grace, func() { _ = w.cmd.Process.Kill() })
	err := writeFrame(w.in, r, nil)
	stuck.Stop()
	if err != nil {
		w.kill()
		return answer{err: err}
	}
	a := w.next(ctx, r, deadline)
	for a.err == nil && a.More {
		if a.err = part(a); a.err == nil {
			a = w.next(ctx, r, deadline)
		}
	}
	if a.err != nil || a.Last {
		w.kill()
	}
	return a
}

// next awaits what comes next to a request.
func (w *worker) next(ctx context.Context, r request, deadline time.Time) answer {
	a := w.await(ctx, time.Until(deadline))
	switch {
	case a.err == nil && a.Seq != r.Seq:
		a.err = fmt.Errorf("answer %d to request %d", a.Seq, r.Seq)
	case a.err == nil && a.More && r.Op != opStream:
		a.err = errors.New("a part of an answer that has none")
	case a.err == nil && a.More:
		a.err = ctx.Err()
	}
	return a
}

// slow gives the child a higher niceness. Lower ones are not for us to give.
func (w *worker) slow(nice int) {
	if nice > w.nice {
		w.nice = nice
		renice(w.cmd.Process.Pid, nice)
	}
}

// begins notes that another query begins.
func (w *worker) begins() { w.before = processorTime(w.cmd.Process.Pid) }

// used is how long a processor has worked for the query.
func (w *worker) used() time.Duration { return processorTime(w.cmd.Process.Pid) - w.before }

// fast reports whether the child has the weight of a new one.
func (w *worker) fast() bool { return w.nice == firstNice }

// alive reports whether the child may be given another request.
func (w *worker) alive() bool {
	select {
	case <-w.gone:
		return false
	default:
		return true
	}
}

// kill ends the child and waits for it.
func (w *worker) kill() {
	_ = w.cmd.Process.Kill()
	_ = w.in.Close()
	for range w.answers { // so that receive can end
	}
	<-w.gone
}

// failure describes why a worker gave no answer, for the log.
func (w *worker) failure(err error) string {
	if !w.alive() && w.cmd.ProcessState != nil {
		return fmt.Sprintf("%v; worker %v; %s", err, w.cmd.ProcessState, w.stderr)
	}
	return fmt.Sprintf("%v; %s", err, w.stderr)
}

// tail keeps the last bytes written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailSize = 2048

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if len(t.buf) > tailSize {
		t.buf = t.buf[len(t.buf)-tailSize:]
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.buf))
}
