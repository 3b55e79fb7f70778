package target

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"time"
)

// marker in a process's environment makes it a worker; its value is how many
// bytes a file may have that the worker sorts in.
const marker = "QUERENT_SQL_WORKER"

// maxStack is what deep SQL may use of the Go stack, in bytes, before the worker
// dies of it.
const maxStack = 64 << 20

// MaybeWorker turns this process into a worker if a target re-executed it as
// one; then it does not return. It must come first in main, and in TestMain of
// any test that opens a target.
func MaybeWorker() {
	if os.Getenv(marker) == "" {
		return
	}
	room, _ := strconv.ParseUint(os.Getenv(marker), 10, 63) // nonsense: nothing may be written
	confine(room)
	debug.SetMaxStack(maxStack)
	work(os.Stdin, os.Stdout)
	os.Exit(0)
}

// work serves requests until stdin ends, which it does when the parent is
// gone; a query under way is abandoned then.
func work(stdin io.Reader, stdout io.Writer) {
	if err := writeFrame(stdout, response{Ready: true}, nil); err != nil {
		return
	}
	requests, cancels := make(chan request), make(chan struct{}, 1)
	go receive(bufio.NewReader(stdin), requests, cancels)
	for r := range requests {
		ctx, cancel := context.WithTimeout(context.Background(), r.Budget)
		done := make(chan struct{})
		go func() {
			select {
			case <-cancels:
				cancel()
			case <-done:
			}
		}()
		send := func(part response, cells []byte) error {
			part.Seq, part.More = r.Seq, true
			return writeFrame(stdout, part, cells)
		}
		answer, cells := serve(ctx, r, send)
		answer.Seq = r.Seq
		close(done)
		cancel()
		if err := writeFrame(stdout, answer, cells); err != nil || answer.Last {
			return
		}
	}
}

// receive passes on what comes in. At the end of input it ends the process:
// whoever would read an answer has gone.
func receive(in io.Reader, requests chan<- request, cancels chan struct{}) {
	for {
		var r request
		if _, err := readFrame(in, &r); err != nil {
			os.Exit(0)
		}
		if r.Op == opCancel {
			select {
			case cancels <- struct{}{}:
			default:
			}
			continue
		}
		select {
		case <-cancels: // came too late for the request before
		default:
		}
		requests <- r
	}
}

// serve does one request. SQLite's wasm build panics when memory or its stack
// is exhausted; the connection can't be trusted or closed then, so the process
// answers and ends.
func serve(ctx context.Context, r request, send sender) (answer response, cells []byte) {
	start := time.Now()
	defer func() {
		if p := recover(); p != nil {
			answer = response{Fault: &fault{Kind: faultMemory, Message: sayMemory, Detail: fmt.Sprint(p)}, Last: true}
			cells = nil
		}
	}()
	answer, cells, err := run(ctx, r, send)
	if err != nil {
		expired := errors.Is(ctx.Err(), context.DeadlineExceeded)
		answer, cells = response{Fault: faultOf(err, expired)}, nil
	}
	if answer.Took == 0 {
		answer.Took = time.Since(start)
	}
	return answer, cells
}

// sender sends a part of a stream.
type sender func(part response, cells []byte) error

func run(ctx context.Context, r request, send sender) (response, []byte, error) {
	switch r.Op {
	case opQuery, opStream:
		return query(ctx, r, send)
	case opCheck:
		return response{}, nil, check(ctx, r)
	case opSchema:
		s, err := readSchema(ctx, r.Path, int64(r.Rows))
		return response{Schema: s}, nil, err
	}
	return response{}, nil, &fault{Kind: faultWorkerBroke, Message: sayWorker, Detail: "unknown op " + r.Op}
}
