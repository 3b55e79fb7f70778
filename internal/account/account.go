// Package account is who may sign in and what they may do: users, roles and
// passwords. It hides how passwords are hashed and judged, and that a wrong
// name, a wrong password and a disabled user cannot be told apart.
package account

import (
	"context"
	"errors"
	"time"
)

// Role says what a user may do.
type Role string

// The roles.
const (
	Analyst Role = "analyst" // asks questions, sees their own
	Admin   Role = "admin"   // also approves, edits and manages
)

// Valid reports whether r is one of the roles.
func (r Role) Valid() bool { return r == Analyst || r == Admin }

// User is one person who may sign in.
type User struct {
	ID           string // UUID
	Name         string // unique, ignoring case
	Role         Role
	Disabled     bool
	MustChange   bool   // the password is a one-time one
	PasswordHash string // PHC string
	Epoch        int64  // grows with every change; a session with another one has ended
	Created      time.Time
	LastSignIn   time.Time // zero for never
}

// Store keeps users. Errors other than the ones named are the store's own.
type Store interface {
	// User and UserByName (which ignores case) fail with ErrNotFound.
	User(ctx context.Context, id string) (*User, error)
	UserByName(ctx context.Context, name string) (*User, error)
	// Users lists everyone by name.
	Users(ctx context.Context) ([]User, error)
	// CreateUser fills ID when empty, Epoch and Created; ErrTaken when the
	// name is in use.
	CreateUser(ctx context.Context, u *User) error
	// UpdateUser saves u in one transaction. u.Epoch must be one above the
	// stored one, or another change came between: ErrChanged. It refuses to
	// leave no enabled administrator: ErrLastAdmin. LastSignIn is not saved.
	UpdateUser(ctx context.Context, u *User) error
	// SignedIn saves the time of a sign-in and nothing else.
	SignedIn(ctx context.Context, id string, at time.Time) error
}

// What a Store or Service may answer.
var (
	ErrNotFound       = errors.New("account: no such user")
	ErrTaken          = errors.New("account: the name is taken")
	ErrLastAdmin      = errors.New("account: the last enabled administrator must stay")
	ErrChanged        = errors.New("account: the user was changed meanwhile")
	ErrBadCredentials = errors.New("account: unknown user or wrong password")
	ErrBusy           = errors.New("account: too many sign-ins at once")
)

// PolicyError says why a name, password or role is not acceptable. Reason is
// a sentence for the user and never holds the password.
type PolicyError struct{ Reason string }

func (e *PolicyError) Error() string { return "account: " + e.Reason }
