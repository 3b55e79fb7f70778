package account

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/semaphore"
)

// hashesAtOnce bounds what signing in takes of the processors and of memory.
func hashesAtOnce() int64 { return int64(min(max(runtime.GOMAXPROCS(0), 2), 8)) }

// Service is what the rest of Querent does with users.
type Service struct {
	store  Store
	hasher hasher
}

// New makes a Service over a store.
func New(store Store) *Service {
	return &Service{store: store, hasher: hasher{semaphore.NewWeighted(hashesAtOnce())}}
}

// Authenticate finds the enabled user of that name and password. An unknown
// name, a wrong password and a disabled user take the same time and give the
// same ErrBadCredentials; ErrBusy when too many sign-ins wait.
func (s *Service) Authenticate(ctx context.Context, name, password string) (*User, error) {
	start := time.Now()
	u, err := s.authenticate(ctx, name, password)
	if errors.Is(err, ErrBadCredentials) {
		wait(ctx, refuseTime-time.Since(start))
	}
	return u, err
}

// refuseTime is how soon a sign-in is refused at the earliest: hashes of
// another program take another time than ours, which would tell whose they are.
const refuseTime = 600 * time.Millisecond

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func (s *Service) authenticate(ctx context.Context, name, password string) (*User, error) {
	if len(password) > maxPassword || len(name) > 4*maxName {
		return nil, ErrBadCredentials
	}
	u, err := s.store.UserByName(ctx, name)
	if errors.Is(err, ErrNotFound) {
		u = &User{Disabled: true} // its empty hash matches nothing, at the usual cost
	} else if err != nil {
		return nil, err
	}
	ok, err := s.hasher.matches(ctx, u.PasswordHash, password)
	if err != nil {
		return nil, err
	}
	if !ok || u.Disabled {
		return nil, ErrBadCredentials
	}
	u.LastSignIn = time.Now().UTC()
	if err := s.store.SignedIn(ctx, u.ID, u.LastSignIn); err != nil {
		return nil, err
	}
	return u, nil
}

// Create adds a user with a password that they must change at their first
// sign-in, since somebody else chose it.
func (s *Service) Create(ctx context.Context, name, password string, role Role) (*User, error) {
	return s.create(ctx, name, password, role, true)
}

func (s *Service) create(ctx context.Context, name, password string, role Role, mustChange bool) (*User, error) {
	if !role.Valid() {
		return nil, &PolicyError{"The role is neither analyst nor admin."}
	}
	if err := CheckName(name); err != nil {
		return nil, err
	}
	if err := checkPassword(name, password); err != nil {
		return nil, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	u := &User{Name: name, Role: role, PasswordHash: hash, MustChange: mustChange}
	return u, s.store.CreateUser(ctx, u)
}

// ChangePassword replaces the user's own password; every session of theirs
// ends, the caller's too unless it takes the new Epoch.
func (s *Service) ChangePassword(ctx context.Context, id, current, next string) error {
	u, err := s.store.User(ctx, id)
	if err != nil {
		return err
	}
	if len(current) > maxPassword {
		return ErrBadCredentials
	}
	ok, err := s.hasher.matches(ctx, u.PasswordHash, current)
	if err != nil {
		return err
	}
	if !ok {
		return ErrBadCredentials
	}
	if current == next {
		return &PolicyError{"The new password is the old one."}
	}
	if err := checkPassword(u.Name, next); err != nil {
		return err
	}
	return s.setPassword(ctx, id, next, false)
}

// ResetPassword gives the user a one-time password, to be changed at the next
// sign-in, and ends their sessions.
func (s *Service) ResetPassword(ctx context.Context, id string) (string, error) {
	password := oneTime()
	if err := s.setPassword(ctx, id, password, true); err != nil {
		return "", err
	}
	return password, nil
}

func (s *Service) setPassword(ctx context.Context, id, password string, mustChange bool) error {
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.change(ctx, id, func(u *User) { u.PasswordHash, u.MustChange = hash, mustChange })
}

// SetRole makes the user an analyst or an administrator and ends their
// sessions. The last enabled administrator stays one: ErrLastAdmin.
func (s *Service) SetRole(ctx context.Context, id string, role Role) error {
	if !role.Valid() {
		return &PolicyError{"The role is neither analyst nor admin."}
	}
	return s.change(ctx, id, func(u *User) { u.Role = role })
}

// SetDisabled forbids the user to sign in, or allows it again, and ends their
// sessions. The last enabled administrator stays so: ErrLastAdmin.
func (s *Service) SetDisabled(ctx context.Context, id string, disabled bool) error {
	return s.change(ctx, id, func(u *User) { u.Disabled = disabled })
}

// LogOutEverywhere ends every session of the user.
func (s *Service) LogOutEverywhere(ctx context.Context, id string) error {
	return s.change(ctx, id, func(*User) {})
}

// change edits a user in the next epoch, again when another edit came between.
func (s *Service) change(ctx context.Context, id string, edit func(*User)) error {
	const tries = 3
	var err error
	for range tries {
		var u *User
		if u, err = s.store.User(ctx, id); err != nil {
			return err
		}
		edit(u)
		u.Epoch++
		if err = s.store.UpdateUser(ctx, u); !errors.Is(err, ErrChanged) {
			return err
		}
	}
	return err
}

// User finds a user by ID; ErrNotFound if there is none.
func (s *Service) User(ctx context.Context, id string) (*User, error) { return s.store.User(ctx, id) }

// Users lists everyone by name.
func (s *Service) Users(ctx context.Context) ([]User, error) { return s.store.Users(ctx) }

// Bootstrap creates the first administrator if there is no user at all. With
// an empty password it makes a one-time one and returns it. Of two replicas
// that bootstrap at once, one creates.
func (s *Service) Bootstrap(ctx context.Context, name, password string) (oneTimePassword string, created bool, err error) {
	users, err := s.store.Users(ctx)
	if err != nil || len(users) > 0 {
		return "", false, err
	}
	generated := password == ""
	if generated {
		password = oneTime()
	}
	_, err = s.create(ctx, name, password, Admin, generated)
	if errors.Is(err, ErrTaken) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("account: first administrator: %w", err)
	}
	if generated {
		return password, true, nil
	}
	return "", true, nil
}
