package main

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// stuck is a writer that waits until it is let go.
type stuck struct {
	let chan struct{}
	bytes.Buffer
}

func (w *stuck) Write(b []byte) (int, error) {
	<-w.let
	return w.Buffer.Write(b)
}

func TestLogNeverWaits(t *testing.T) {
	w := &stuck{let: make(chan struct{})}
	log, flush := newLog(w, slog.LevelInfo)
	start := time.Now()
	for range 2 * logBuffer {
		log.Info("request")
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("a stuck reader held up the log for %v", took)
	}
	close(w.let)
	flush()
	lines := strings.Count(w.String(), `"msg":"request"`)
	if lines < logBuffer || lines >= 2*logBuffer || !strings.Contains(w.String(), "log lines were lost") {
		t.Errorf("%d lines written, ending %.300s", lines, w.String()[max(0, w.Len()-300):])
	}
}

// full is a disk with room for nothing until it is freed.
type full struct {
	free bool
	bytes.Buffer
}

func (w *full) Write(b []byte) (int, error) {
	if !w.free {
		return 0, errors.New("no space left on device")
	}
	return w.Buffer.Write(b)
}

func TestLogSurvivesAFullDisk(t *testing.T) {
	w := &full{}
	s := &logSink{lines: make(chan []byte, logBuffer), ended: make(chan struct{})}
	log := slog.New(slog.NewJSONHandler(s, nil))
	log.Info("one")
	s.lines <- nil
	s.drain(w)
	w.free, s.ended = true, make(chan struct{})
	log.Info("two")
	s.lines <- nil
	s.drain(w)
	if got := w.String(); strings.Contains(got, "one") || !strings.Contains(got, "two") || !strings.Contains(got, `"lines":1`) {
		t.Errorf("written: %s", got)
	}
}

// A server goes on answering when nobody reads what it logs.
func TestServeWithAStuckLog(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t)
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	for range 1000 { // some 200 bytes each: more than a pipe holds
		if status := r.status("/livez"); status != 200 {
			t.Fatalf("status %d", status)
		}
	}
}
