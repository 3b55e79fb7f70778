package target

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/querent/querent/internal/ask"
)

const (
	mostWaiting = 256                    // in one queue
	waitLimit   = 2 * time.Minute        // for one place
	tellEvery   = 250 * time.Millisecond // how often who waits looks at its place
)

// queue hands out a bounded number of places, fair by person. Who waits stands
// in a line of their own for each person, the lines in a circle: a free place
// goes to the first of the next line, which then goes to the circle's end. So
// whoever has sixteen queries waiting delays another's only by one.
type queue struct {
	mu     sync.Mutex
	free   int
	circle []*line // none is empty
}

// line is one person's tickets, oldest first.
type line struct {
	person  string
	tickets []*ticket
}

// ticket is one who waits.
type ticket struct {
	person string
	turn   chan struct{} // closed when it has a place
}

var (
	errManyWait = errors.New("target: too many wait")
	errLongWait = errors.New("target: waited too long")
)

// tryEnter takes a place if one is free. No one waits while one is.
func (q *queue) tryEnter() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.free == 0 {
		return false
	}
	q.free--
	return true
}

// enter waits for a place and tells the asker of it. Its errors are ctx's, or
// that the wait is hopeless.
func (q *queue) enter(ctx context.Context, a ask.Asker) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if q.tryEnter() {
		return nil
	}
	t, err := q.join(a.UserID)
	if err != nil {
		return err
	}
	look, limit := time.NewTicker(tellEvery), time.NewTimer(waitLimit)
	defer look.Stop()
	defer limit.Stop()
	for told := 0; ; {
		select {
		case <-t.turn:
			if told > 0 {
				a.Waits(0)
			}
			return nil
		case <-look.C:
			if place := q.place(t); place > 0 && place != told && a.Waits != nil {
				a.Waits(place)
				told = place
			}
		case <-ctx.Done():
			q.giveUp(t)
			return context.Cause(ctx)
		case <-limit.C:
			q.giveUp(t)
			return errLongWait
		}
	}
}

// join puts a ticket at the end of its person's line.
func (q *queue) join(person string) (*ticket, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := &ticket{person: person, turn: make(chan struct{})}
	if q.free > 0 { // since a moment ago
		q.free--
		close(t.turn)
		return t, nil
	}
	if q.waiting() >= mostWaiting {
		return nil, errManyWait
	}
	if i := q.lineOf(person); i >= 0 {
		q.circle[i].tickets = append(q.circle[i].tickets, t)
	} else {
		q.circle = append(q.circle, &line{person, []*ticket{t}})
	}
	return t, nil
}

// leave frees a place, or passes it on.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.circle) == 0 {
		q.free++
		return
	}
	next := q.circle[0]
	close(next.tickets[0].turn)
	next.tickets, q.circle = next.tickets[1:], q.circle[1:]
	if len(next.tickets) > 0 {
		q.circle = append(q.circle, next)
	}
}

// giveUp takes a ticket out; one whose turn has just come passes its place on.
func (q *queue) giveUp(t *ticket) {
	q.mu.Lock()
	i := q.lineOf(t.person)
	at := -1
	if i >= 0 {
		at = slices.Index(q.circle[i].tickets, t)
	}
	if at >= 0 {
		l := q.circle[i]
		if l.tickets = slices.Delete(l.tickets, at, at+1); len(l.tickets) == 0 {
			q.circle = slices.Delete(q.circle, i, i+1)
		}
	}
	q.mu.Unlock()
	if at < 0 {
		q.leave()
	}
}

// place is how many free places it takes until a ticket has one; 0 when it has.
func (q *queue) place(t *ticket) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	mine := q.lineOf(t.person)
	if mine < 0 {
		return 0
	}
	ahead := slices.Index(q.circle[mine].tickets, t)
	if ahead < 0 {
		return 0
	}
	place := 1
	for i, l := range q.circle {
		switch {
		case i < mine:
			place += min(len(l.tickets), ahead+1)
		default: // those after it have had as many turns as its own line before it
			place += min(len(l.tickets), ahead)
		}
	}
	return place
}

// lineOf and waiting are for callers who hold mu.
func (q *queue) lineOf(person string) int {
	return slices.IndexFunc(q.circle, func(l *line) bool { return l.person == person })
}

func (q *queue) waiting() (n int) {
	for _, l := range q.circle {
		n += len(l.tickets)
	}
	return n
}

// vacant is how many places are free.
func (q *queue) vacant() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.free
}

// length is how many wait.
func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting()
}
