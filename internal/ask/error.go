package ask

import "errors"

// Code classes an error by what its reader can do.
type Code string

// The codes.
const (
	Invalid     Code = "invalid"     // the input is at fault
	NotFound    Code = "not found"   // or not the user's to see
	Conflict    Code = "conflict"    // changed meanwhile
	Refused     Code = "refused"     // the executor does not run such SQL
	Limited     Code = "limited"     // a time or memory limit ended it
	Busy        Code = "busy"        // try again later
	Unavailable Code = "unavailable" // a component is down
	Internal    Code = "internal"    // anything else
)

// Error carries a Code and a Message that is safe to show: no path, no DSN,
// no stack. Err, the cause, goes to the log only.
type Error struct {
	Code    Code
	Message string
	Err     error
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf finds an error's code; Internal when it has none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// MessageOf is what a user may be shown of err.
func MessageOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return "Something went wrong on our side. It has been logged."
}
