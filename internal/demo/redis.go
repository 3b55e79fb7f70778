package demo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Redis starts an in-process Redis on a free loopback port.
func Redis() (url string, stop func(), err error) {
	m := miniredis.NewMiniRedis()
	if err := m.Start(); err != nil {
		return "", nil, fmt.Errorf("demo: redis: %w", err)
	}
	done := make(chan struct{})
	go expire(m, done)
	var once sync.Once
	return "redis://" + m.Addr() + "/0", func() {
		once.Do(func() { close(done); m.Close() })
	}, nil
}

// expire moves the clock by which keys expire: miniredis has none of its own.
func expire(m *miniredis.Miniredis, done <-chan struct{}) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for last := time.Now(); ; {
		select {
		case <-done:
			return
		case now := <-tick.C:
			m.FastForward(now.Sub(last))
			last = now
		}
	}
}

// ErrRunning says that another demo uses the same data.
var ErrRunning = errors.New("a demo is already running on this data directory; stop it, or give another --data directory")

// Lock takes the data directory for this process. The lock goes with it.
func Lock(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("demo: data directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("demo: lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, ErrRunning
	}
	return func() { f.Close() }, nil
}

// Remove deletes a demo's data: what demos put there, nothing else.
func Remove(dir string) error {
	unlock, err := Lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	return errors.Join(os.RemoveAll(filepath.Join(dir, "postgres")), removeIfThere(filepath.Join(dir, "demo.sqlite")))
}
