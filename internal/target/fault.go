package target

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/ask"
)

// Causes behind a Limited error, for those who must tell them apart.
var (
	ErrTime   = errors.New("target: time limit")
	ErrMemory = errors.New("target: memory limit")
)

// The kinds of fault, as they cross the pipe.
const (
	faultRefused     = "refused"     // the rules don't allow it
	faultInvalid     = "invalid"     // SQLite does not understand it
	faultTime        = "time"        // ran too long
	faultMemory      = "memory"      // grew too large
	faultBusy        = "busy"        // locked by a writer
	faultFile        = "file"        // the file itself is at fault
	faultCancelled   = "cancelled"   // by the caller
	faultWorkerBroke = "workerbroke" // the worker, not the query
)

// fault is an error in a form that crosses the pipe. Message is safe to show;
// Detail is for the log only.
type fault struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Detail  string `json:"detail,omitempty"`
}

func (f *fault) Error() string { return f.Message }

func refused(message string) *fault { return &fault{Kind: faultRefused, Message: message} }

// Messages used in more than one place.
const (
	sayTime    = "The query took longer than its time limit and was stopped. Ask for less: a narrower period, fewer joined tables, or a total instead of rows."
	sayMemory  = "The query needed more memory than it may use and was stopped. Ask for less: fewer rows, shorter texts, or simpler nesting."
	sayRoom    = "The query sorts more than there is room for and was stopped. Ask for a narrower period or fewer columns; an index on what is grouped or sorted by needs no room."
	sayNoSQL   = "There is no SQL statement to run."
	sayOneOnly = "Only one statement can be run at a time."
	sayGone    = "The database file does not exist."
	sayWorker  = "The process that ran this query ended unexpectedly. Ask again."
)

// user turns a fault into the error that callers see.
func (f *fault) user() error {
	e := &ask.Error{Message: f.Message}
	if f.Detail != "" {
		e.Err = errors.New(f.Detail)
	}
	switch f.Kind {
	case faultRefused:
		e.Code = ask.Refused
	case faultInvalid:
		e.Code = ask.Invalid
	case faultTime:
		e.Code, e.Err = ask.Limited, errors.Join(ErrTime, e.Err)
	case faultMemory:
		e.Code, e.Err = ask.Limited, errors.Join(ErrMemory, e.Err)
	case faultBusy:
		e.Code = ask.Busy
	case faultCancelled:
		e.Code, e.Err = ask.Limited, context.Canceled
	default:
		e.Code = ask.Unavailable
	}
	return e
}

// faultOf turns an error met in a worker into a fault. expired says that the
// request's time was over.
func faultOf(err error, expired bool) *fault {
	var f *fault
	if errors.As(err, &f) {
		return f
	}
	detail := err.Error()
	code, ok := codeOf(err)
	if !ok {
		return &fault{faultWorkerBroke, sayWorker, detail}
	}
	switch code {
	case sqlite3.INTERRUPT:
		if expired {
			return &fault{Kind: faultTime, Message: sayTime}
		}
		return &fault{Kind: faultCancelled, Message: "The query was cancelled."}
	case sqlite3.FULL:
		return &fault{Kind: faultMemory, Message: sayRoom, Detail: detail}
	case sqlite3.TOOBIG, sqlite3.NOMEM:
		return &fault{Kind: faultMemory, Message: sayMemory, Detail: detail}
	case sqlite3.BUSY, sqlite3.LOCKED:
		return &fault{faultBusy, "The database is locked by a writer. Try again in a moment.", detail}
	case sqlite3.AUTH:
		return notAllowed(detail)
	case sqlite3.NOTADB, sqlite3.CORRUPT:
		return &fault{faultFile, "The database file is damaged: it can't be read as SQLite.", detail}
	case sqlite3.CANTOPEN, sqlite3.IOERR, sqlite3.PERM, sqlite3.READONLY:
		return &fault{faultFile, "The database file can't be read.", detail}
	case sqlite3.ERROR:
		if strings.Contains(detail, "not authorized") || strings.Contains(detail, "prohibited") {
			return notAllowed(detail)
		}
		return &fault{faultInvalid, "The SQL can't be run: " + plain(detail) + ".", detail}
	}
	return &fault{faultInvalid, "The SQL can't be run.", detail}
}

// codeOf is what SQLite says is wrong; not ok for what it does not say.
func codeOf(err error) (code sqlite3.ErrorCode, ok bool) {
	switch {
	case errors.Is(err, sqlite3.IOERR_WRITE): // only what is sorted is written
		return sqlite3.FULL, true
	case errors.As(err, &code):
		return code, true
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return sqlite3.INTERRUPT, true
	}
	return code, false
}

// nested are SQLite's complaints about a statement that is too large or too
// deep; they are a refusal, not a mistake to correct.
var nested = regexp.MustCompile(`(?i)too (large|many|deep|big|complex)|parser stack overflow|at most \d+ tables|nesting|recursion`)

// prepareFault is faultOf for an error met before the first row.
func prepareFault(err error, expired bool) *fault {
	f := faultOf(err, expired)
	if f.Kind == faultMemory && strings.Contains(f.Detail, "too big") || f.Kind == faultInvalid && nested.MatchString(f.Detail) {
		return &fault{faultRefused, "The SQL is larger or more deeply nested than allowed. Split it into simpler steps.", f.Detail}
	}
	return f
}

var function = regexp.MustCompile(`not authorized to use function: (\w+)`)

// notAllowed is the authorizer's refusal, with what it was of when SQLite says.
func notAllowed(detail string) *fault {
	message := "Only tables and views can be read, with the usual functions."
	if m := function.FindStringSubmatch(detail); m != nil {
		message = "The function " + m[1] + "() can't be used here."
	}
	return &fault{faultRefused, message, detail}
}

var paths = regexp.MustCompile(`(^|[\s"'(:=])(file:)?/[^\s"')]*`)

// plain is SQLite's own message without its prefixes, with anything that looks
// like a path removed, in one line of bounded length.
func plain(message string) string {
	message = strings.TrimPrefix(message, "sqlite3: ")
	message = strings.TrimPrefix(message, "SQL logic error: ")
	message = paths.ReplaceAllString(message, "$1…")
	message = strings.Join(strings.Fields(message), " ")
	return cut(strings.ToValidUTF8(message, "�"), 200)
}
