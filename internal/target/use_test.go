package target

import (
	"context"
	"errors"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
)

// What each request took is told once, at its end.
func TestUseIsTold(t *testing.T) {
	var mu sync.Mutex
	var told []Use
	db := open(t, shop(t), Options{OnUse: func(_ context.Context, u Use) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, u)
	}})
	if _, err := db.Query(t.Context(), "SELECT 1 UNION ALL SELECT 2"); err != nil {
		t.Fatal(err)
	}
	if err := db.Check(t.Context(), "SELECT nothing"); ask.CodeOf(err) != ask.Invalid {
		t.Fatal(err)
	}
	failed := make(chan error)
	go func() {
		_, err := db.Query(t.Context(), endless)
		failed <- err
	}()
	if err := syscall.Kill(busyPID(t, db), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	wants(t, <-failed, ask.Unavailable, "ended unexpectedly")
	db.SetLimits(0, time.Millisecond)
	if _, err := db.Query(t.Context(), endless); !errors.Is(err, ErrTime) {
		t.Fatal(err)
	}
	brief, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	db.SetLimits(0, time.Minute)
	if _, err := db.Query(brief, endless); err == nil {
		t.Fatal("an endless query ended")
	}
	mu.Lock()
	defer mu.Unlock()
	var uses []Use
	for _, u := range told {
		if u.Op != opSchema {
			uses = append(uses, u)
		}
	}
	if len(uses) != 5 {
		t.Fatalf("told of %d: %+v", len(uses), uses)
	}
	if u := uses[0]; u.Op != opQuery || u.Rows != 2 || u.Starts != 1 || u.Took <= 0 || u.Waited < 0 || u.Err != nil || u.Killed {
		t.Errorf("a query: %+v", u)
	}
	if u := uses[1]; u.Op != opCheck || ask.CodeOf(u.Err) != ask.Invalid {
		t.Errorf("a check: %+v", u)
	}
	if u := uses[2]; !u.Killed || ask.CodeOf(u.Err) != ask.Unavailable {
		t.Errorf("one whose worker was killed: %+v", u)
	}
	if u := uses[3]; !errors.Is(u.Err, ErrTime) || u.SQL != endless || u.Brief {
		t.Errorf("a runaway: %+v", u)
	}
	if u := uses[4]; u.Err == nil || u.Starts > 0 && !u.Brief {
		t.Errorf("one whose asker had less time: %+v", u)
	}
	if n := db.Workers(); n < 2 {
		t.Errorf("%d workers started", n)
	}
}
