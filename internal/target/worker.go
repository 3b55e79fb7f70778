package target

import (
	"context"
	"io"
	"os"
	"runtime/debug"
	"syscall"

	"github.com/querent/querent/internal/ask"
)

const (
	sqliteMemory = 64 << 20  // bytes SQLite may use for one query
	workerMemory = 256 << 20 // soft limit of a worker's Go heap, bytes
	workerSpace  = 4 << 30   // bytes of address space; the Go runtime reserves much more than it uses
	workerNice   = 10
)

// MaybeWorker turns this process into a SQL worker if it was started as one,
// and then never returns. It must be main's first call, and TestMain's in
// tests that open a target.
func MaybeWorker() {
	if os.Getenv(workerEnv) == "" {
		return
	}
	confine()
	requests := make(chan request)
	go func() {
		for {
			var req request
			if err := readFrame(os.Stdin, &req); err != nil {
				os.Exit(0) // the parent is gone, or went mad
			}
			requests <- req
		}
	}()
	for req := range requests {
		if err := writeFrame(os.Stdout, serve(req)); err != nil {
			os.Exit(1)
		}
	}
}

// confine gives up what a worker does not need. Each limit is a belt beside
// the braces of the executor, so one that can't be set is no reason to stop.
func confine() {
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, workerNice)
	_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 0, Max: 0}) // no file grows
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{Cur: 0, Max: 0})
	_ = syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: workerSpace, Max: workerSpace})
	debug.SetMemoryLimit(workerMemory)
}

// serve answers one request. SQLite as Go code panics when its memory or its
// stack runs out; the process is then spent.
func serve(req request) (res response) {
	defer func() {
		if p := recover(); p != nil {
			res = response{Code: ask.Limited, Message: "The query needs more memory than it may have.", Spent: true}
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), req.Limit)
	defer cancel()
	var err error
	switch req.Kind {
	case kindQuery, kindCheck:
		res, err = runStatement(ctx, req)
	case kindSchema:
		res.Schema, err = readSchema(ctx, req.Path)
	default:
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		code, message := explain(ctx, err)
		return response{Code: code, Message: message}
	}
	return res
}
