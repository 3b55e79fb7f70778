package audit

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestActorFrom(t *testing.T) {
	if got := ActorFrom(context.Background()); got != System {
		t.Errorf("without an actor: %+v, want System", got)
	}
	want := Actor{ID: "1", Name: "ann", Address: "127.0.0.1", RequestID: "r"}
	if got := ActorFrom(WithActor(context.Background(), want)); got != want {
		t.Errorf("ActorFrom = %+v, want %+v", got, want)
	}
}

// chain makes n sealed entries and their head.
func chain(n int) ([]Entry, Head) {
	var entries []Entry
	var head Head
	for i := range n {
		e := Entry{Seq: int64(i + 1), Time: time.Date(2024, 1, 2, 3, 4, 5, i*1000, time.UTC),
			Actor: Actor{ID: "u", Name: "ann"}, Action: UserUpdate, Object: "user:u", Before: `{"a":1}`, After: `{"a":2}`}
		e = e.Seal(head.Hash)
		head = Head{e.Seq, e.Hash}
		entries = append(entries, e)
	}
	return entries, head
}

func sequence(entries []Entry) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestVerify(t *testing.T) {
	drop := func(i int) func([]Entry, *Head) []Entry {
		return func(es []Entry, _ *Head) []Entry { return append(es[:i:i], es[i+1:]...) }
	}
	edit := func(f func(*Entry)) func([]Entry, *Head) []Entry {
		return func(es []Entry, _ *Head) []Entry { f(&es[2]); return es }
	}
	tests := []struct {
		name   string
		tamper func([]Entry, *Head) []Entry
		broken int64 // 0: whole
	}{
		{"whole", func(es []Entry, _ *Head) []Entry { return es }, 0},
		{"empty", func(_ []Entry, h *Head) []Entry { *h = Head{}; return nil }, 0},
		{"actor changed", edit(func(e *Entry) { e.Actor.Name = "bob" }), 3},
		{"time changed", edit(func(e *Entry) { e.Time = e.Time.Add(time.Microsecond) }), 3},
		{"before changed", edit(func(e *Entry) { e.Before = "" }), 3},
		{"text moved between fields", edit(func(e *Entry) { e.Before, e.After = e.Before+e.After, "" }), 3},
		{"changed and resealed", edit(func(e *Entry) { e.Action = SignInOK; *e = e.Seal(e.Prev) }), 4},
		{"first removed", drop(0), 1},
		{"middle removed", drop(2), 3},
		{"last removed", drop(4), 5},
		{"all removed", func([]Entry, *Head) []Entry { return nil }, 1},
		{"head lost", func(es []Entry, h *Head) []Entry { *h = Head{}; return es }, 5},
		{"last rewritten", func(es []Entry, _ *Head) []Entry { es[4].Action = SignInOK; es[4] = es[4].Seal(es[3].Hash); return es }, 5},
		{"two swapped", func(es []Entry, _ *Head) []Entry { es[1], es[2] = es[2], es[1]; return es }, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			entries, head := chain(5)
			err := Verify(sequence(tt.tamper(entries, &head)), head)
			var broken *BrokenError
			switch {
			case tt.broken == 0 && err != nil:
				t.Errorf("Verify = %v, want nil", err)
			case tt.broken != 0 && !errors.As(err, &broken):
				t.Errorf("Verify = %v, want a BrokenError", err)
			case tt.broken != 0 && broken.Seq != tt.broken:
				t.Errorf("broken at %d (%v), want %d", broken.Seq, err, tt.broken)
			}
		})
	}
}

func TestVerifyReadError(t *testing.T) {
	cause := errors.New("connection lost")
	err := Verify(func(yield func(Entry, error) bool) { yield(Entry{}, cause) }, Head{})
	if !errors.Is(err, cause) {
		t.Errorf("Verify = %v, want the reading error", err)
	}
}

func TestSealMakesStorable(t *testing.T) {
	e := Entry{Seq: 1, Time: time.Date(2024, 1, 1, 2, 0, 0, 1999, time.FixedZone("x", 3600)),
		Actor: Actor{Name: "a\x00b\xff" + strings.Repeat("é", maxField)}}.Seal("")
	if name := e.Actor.Name; !utf8.ValidString(name) || strings.Contains(name, "\x00") || len(name) > maxField+8 {
		t.Errorf("name of %d bytes is not storable", len(name))
	}
	if want := "2024-01-01T01:00:00.000001Z"; e.Time.Format(time.RFC3339Nano) != want {
		t.Errorf("Time = %s, want %s", e.Time.Format(time.RFC3339Nano), want)
	}
	if err := Verify(sequence([]Entry{e}), Head{1, e.Hash}); err != nil {
		t.Error(err)
	}
}
