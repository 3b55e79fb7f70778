// Package audit is the log of who did what: append-only and hash-chained, so
// that a changed, removed or cut-off entry shows. It hides what a hash covers
// and how the chain is checked.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"
)

// Actor is who acted, from where and in which request.
type Actor struct {
	ID        string // user's UUID; empty for nobody signed in or the system
	Name      string // as signed in, or as typed at a failed sign-in
	Address   string // client's network address
	RequestID string
}

// System is Querent itself, when nobody asked for the action.
var System = Actor{Name: "system"}

type actorKey struct{}

// WithActor makes a the actor of everything done under the context.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom is the context's actor; System when there is none.
func ActorFrom(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return System
}

// The actions.
const (
	SignInOK      = "sign_in.ok"
	SignInFail    = "sign_in.fail"
	SignOut       = "sign_out"
	AccessDenied  = "access.denied"
	SQLRefused    = "sql.refused"
	UserCreate    = "user.create"
	UserUpdate    = "user.update"
	TermSave      = "term.save"
	TermDelete    = "term.delete"
	PairApprove   = "pair.approve"
	PairRetire    = "pair.retire"
	PairReopen    = "pair.reopen"
	SettingsSave  = "settings.save"
	CacheClear    = "cache.clear"
	TrainingStart = "training.start"
	JobRun        = "job.run"

	ExportCreate   = "export.create"
	ExportDownload = "export.download"
	ExportDelete   = "export.delete"

	QuestionsForget = "questions.forget"
	LegacyImport    = "legacy.import"
)

// Entry is one thing done. Before and After are JSON, or empty.
type Entry struct {
	Seq           int64 // from 1, without gaps
	Time          time.Time
	Actor         Actor
	Action        string
	Object        string // what was acted on: "user:<id>"
	Before, After string
	Prev, Hash    string // hex SHA-256 of the entry before and of this one
}

// maxField bounds each text of an entry, in bytes: much of it comes from
// outside and none of it may fill the disk.
const maxField = 64 << 10

// Seal readies e to follow the entry whose hash is prev (empty for the first):
// it makes every text storable, rounds Time to the microsecond in UTC, and
// fills Prev and Hash. Seq must be set.
func (e Entry) Seal(prev string) Entry {
	e.Time = e.Time.UTC().Truncate(time.Microsecond)
	for _, s := range []*string{&e.Actor.ID, &e.Actor.Name, &e.Actor.Address, &e.Actor.RequestID,
		&e.Action, &e.Object, &e.Before, &e.After} {
		*s = clean(*s)
	}
	e.Prev = prev
	e.Hash = e.sum()
	return e
}

// clean makes text valid UTF-8 without NUL, at most maxField bytes.
func clean(s string) string {
	if len(s) > maxField {
		s = s[:maxField]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// sum covers every field but Hash, each delimited as JSON delimits it.
func (e Entry) sum() string {
	text, err := json.Marshal([]string{
		fmt.Sprint(e.Seq), e.Time.UTC().Format(time.RFC3339Nano),
		e.Actor.ID, e.Actor.Name, e.Actor.Address, e.Actor.RequestID,
		e.Action, e.Object, e.Before, e.After, e.Prev,
	})
	if err != nil {
		panic(err) // strings always marshal
	}
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])
}

// Head anchors the chain's end: the last entry's Seq and Hash, or zero for an
// empty log. Kept apart from the entries, it shows a cut tail.
type Head struct {
	Seq  int64
	Hash string
}

// BrokenError names the first link that does not hold.
type BrokenError struct {
	Seq    int64
	Reason string
}

func (e *BrokenError) Error() string {
	return fmt.Sprintf("audit: the chain breaks at entry %d: %s", e.Seq, e.Reason)
}

// Verify follows entries, oldest first, from the very first to head. The error
// is a *BrokenError, or what reading the entries gave.
func Verify(entries iter.Seq2[Entry, error], head Head) error {
	last := Head{}
	for e, err := range entries {
		if err != nil {
			return err
		}
		switch {
		case e.Seq != last.Seq+1:
			return &BrokenError{last.Seq + 1, "it is missing"}
		case e.Prev != last.Hash:
			return &BrokenError{e.Seq, "it does not follow the entry before it"}
		case e.Hash != e.sum():
			return &BrokenError{e.Seq, "its content was changed"}
		}
		last = Head{e.Seq, e.Hash}
	}
	switch {
	case last.Seq < head.Seq:
		return &BrokenError{last.Seq + 1, fmt.Sprintf("it is missing, up to entry %d", head.Seq)}
	case last != head:
		return &BrokenError{last.Seq, "it is not the recorded end of the log"}
	}
	return nil
}

// Filter selects entries for a page, newest first.
type Filter struct {
	Action string // exact, or a prefix that ends in a dot; empty: any
	Actor  string // part of the actor's name, ignoring case; empty: any
	Before int64  // only entries with a lower Seq; 0: from the newest
	Limit  int
	Count  bool // say how many there are, which takes time; 0 otherwise
}

// Log keeps entries. Append fills Seq, Time (when zero), Actor (the context's,
// when zero), Prev and Hash.
type Log interface {
	Append(ctx context.Context, e Entry) error
	Entries(ctx context.Context, f Filter) (page []Entry, total int, err error)
}
