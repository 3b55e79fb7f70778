package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
)

// errSlow marks an error that came of the work's limit.
var errSlow = errors.New("took too long")

// errLost marks an error that came with the loss of its connection.
var errLost = errors.New("connection lost")

// The messages that users may read.
const (
	msgUnavailable = "The system database is not reachable. Nothing was saved; try again in a moment."
	msgSlow        = "The system database took too long. Nothing was saved; try again in a moment."
	msgLogin       = "The system database refuses the login: check the user and the password in DATABASE_URL."
	msgFull        = "The system database is full or short of resources. Nothing was saved."
	msgBusy        = "Somebody else was changing the same thing. Try again."
	msgNotFound    = "It does not exist, or it is not yours to see."
	msgConflict    = "It exists already, or was changed meanwhile."
	msgInvalid     = "It holds something that can't be stored."
)

// translate gives an error of the server its code and its safe message, once.
// Errors that already have theirs, and those of the caller's own context, pass
// through.
func translate(op string, err error) error {
	if err == nil {
		return nil
	}
	var known *ask.Error
	var broken *audit.BrokenError
	if errors.As(err, &known) || errors.As(err, &broken) || isAccount(err) || errors.Is(err, context.Canceled) {
		return err
	}
	code, message := classify(err)
	err = fmt.Errorf("postgres: %s: %w", op, err)
	if code == ask.Internal {
		return err
	}
	return &ask.Error{Code: code, Message: message, Err: err}
}

func isAccount(err error) bool {
	for _, known := range []error{account.ErrNotFound, account.ErrTaken, account.ErrLastAdmin, account.ErrChanged} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

func classify(err error) (ask.Code, string) {
	var pg *pgconn.PgError
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return ask.NotFound, msgNotFound
	case errors.As(err, &pg):
		return classifyState(pg.Code)
	case errors.Is(err, errSlow):
		return ask.Unavailable, msgSlow
	case lost(err):
		return ask.Unavailable, msgUnavailable
	}
	return ask.Internal, ""
}

// classifyState reads a SQLSTATE.
func classifyState(state string) (ask.Code, string) {
	switch {
	case state == "23505":
		return ask.Conflict, msgConflict
	case state == "23503": // a foreign key: the row referred to is not there
		return ask.NotFound, msgNotFound
	case strings.HasPrefix(state, "23"), strings.HasPrefix(state, "22"): // constraints, data
		return ask.Invalid, msgInvalid
	case strings.HasPrefix(state, "40"), state == "55P03": // serialization, deadlock, lock timeout
		return ask.Busy, msgBusy
	case strings.HasPrefix(state, "53"), strings.HasPrefix(state, "58"): // resources, system
		return ask.Unavailable, msgFull
	case strings.HasPrefix(state, "28"):
		return ask.Unavailable, msgLogin
	case state == "57014": // cancelled, by us or by a limit of the server's
		return ask.Unavailable, msgSlow
	case strings.HasPrefix(state, "08"), strings.HasPrefix(state, "57P"),
		state == "25006", state == "3D000": // connection, shutdown, standby, no database
		return ask.Unavailable, msgUnavailable
	}
	return ask.Internal, ""
}

// LoginRefused reports whether the server answered and refused the user or the
// password.
func LoginRefused(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && strings.HasPrefix(pg.Code, "28")
}

func lost(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.Is(err, errLost) || errors.As(err, &connect) || errors.As(err, &network) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

var errNotFound = &ask.Error{Code: ask.NotFound, Message: msgNotFound}
