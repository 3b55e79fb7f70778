package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/querent/querent/internal/telemetry"
)

const (
	logBuffer = 1024        // lines that may wait to be written
	logLinger = time.Second // for the last lines to be written at the end
)

// newLog logs to w without ever waiting for it: a pipe that nobody reads, or a
// full disk, must not hold up requests. Lines that find no room are counted,
// and the count is logged once there is room again. Call flush at the end.
func newLog(w io.Writer, level slog.Level) (log *slog.Logger, flush func()) {
	s := &logSink{lines: make(chan []byte, logBuffer), ended: make(chan struct{})}
	go s.drain(w)
	return slog.New(telemetry.Log(slog.NewJSONHandler(s, &slog.HandlerOptions{Level: level, ReplaceAttr: telemetry.Seconds}))), s.close
}

// logSink is the writer between the log and where it goes.
type logSink struct {
	lines chan []byte // nil: the last one
	lost  atomic.Int64
	ended chan struct{}
}

// Write takes one line, or drops it. It never fails or waits.
func (s *logSink) Write(line []byte) (int, error) {
	select {
	case s.lines <- bytes.Clone(line):
	default:
		s.lost.Add(1)
	}
	return len(line), nil
}

func (s *logSink) drain(w io.Writer) {
	defer close(s.ended)
	for line := range s.lines {
		if line == nil {
			return
		}
		if _, err := w.Write(line); err != nil {
			s.lost.Add(1)
			continue
		}
		if n := s.lost.Swap(0); n > 0 {
			fmt.Fprintf(w, `{"time":%q,"level":"WARN","msg":"log lines were lost: whoever reads the log was too slow, or its disk is full","lines":%d}`+"\n",
				time.Now().Format(time.RFC3339Nano), n)
		}
	}
}

// close writes what waits, unless that takes too long.
func (s *logSink) close() {
	linger := time.After(logLinger)
	select {
	case s.lines <- nil:
	case <-linger:
		return
	}
	select {
	case <-s.ended:
	case <-linger:
	}
}
