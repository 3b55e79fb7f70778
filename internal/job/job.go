// Package job is the work done beside questions: approved knowledge carried to
// the vector store, the target followed, lost questions ended, old ones
// forgotten, all rows of an answer exported. It hides what each job does, how
// often and within which limits; a Queue has each done once, and Exports each
// export, however many replicas share it. Sweep alone runs on every replica.
package job

import (
	"context"
	"time"
)

// Job is one kind of work. It must be safe to run twice, and to be cut off.
type Job struct {
	Name  string        // in the queue; never changes
	Title string        // for people
	About string        // for people: what it does, in a sentence
	Every time.Duration // how often it is due
	Limit time.Duration // of one run
	// Run does it and says what was done, in a sentence; empty when there was
	// nothing to do.
	Run func(ctx context.Context) (said string, err error)
}

// State is where a job stands.
type State string

// The states.
const (
	Idle     State = "idle" // until it is due
	Queued   State = "queued"
	Running  State = "running"
	Retrying State = "retrying" // failed; waits for its next try
)

// Outcome is how a run ended.
type Outcome struct {
	At      time.Time     `json:"at"` // its end
	Took    time.Duration `json:"took"`
	Said    string        `json:"said,omitempty"`    // what was done
	Problem string        `json:"problem,omitempty"` // why it failed, fit for users; empty when it did not
}

// Status is a job as an administrator sees it.
type Status struct {
	Job
	State State
	Tries int       // that failed since the last success, while Retrying or after
	Next  time.Time // the next try, while Retrying; else zero
	Last  *Outcome  // nil when none is known
}

// Queue has jobs done in the background, each once for all replicas.
type Queue interface {
	// Status lists every job.
	Status(ctx context.Context) ([]Status, error)
	// RunNow makes a job due, or a failed one try again at once. One that is
	// queued or running stays so. An unknown name is an *ask.Error with code
	// NotFound.
	RunNow(ctx context.Context, name string) error
}
