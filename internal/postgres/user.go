package postgres

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
)

// User finds a user by ID; account.ErrNotFound if there is none.
func (s *Store) User(ctx context.Context, id string) (*account.User, error) {
	row, err := s.q().User(ctx, id)
	return userOrError("user", row, err)
}

// UserByName finds a user by name, ignoring case.
func (s *Store) UserByName(ctx context.Context, name string) (*account.User, error) {
	row, err := s.q().UserByName(ctx, strings.ToLower(name))
	return userOrError("user by name", row, err)
}

func userOrError(what string, row dbgen.User, err error) (*account.User, error) {
	if err = translate(what, err); ask.CodeOf(err) == ask.NotFound && err != nil {
		return nil, account.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	u := userFromRow(row)
	return &u, nil
}

func userFromRow(r dbgen.User) account.User {
	return account.User{ID: r.ID, Name: r.Name, Role: account.Role(r.Role), Disabled: r.Disabled, MustChange: r.MustChange,
		PasswordHash: r.PasswordHash, Epoch: r.Epoch, Created: r.CreatedAt, LastSignIn: timeOrZero(r.LastSignInAt)}
}

// Users lists everyone by name.
func (s *Store) Users(ctx context.Context) ([]account.User, error) {
	rows, err := s.q().Users(ctx)
	if err != nil {
		return nil, translate("users", err)
	}
	out := make([]account.User, len(rows))
	for i, r := range rows {
		out[i] = userFromRow(r)
	}
	return out, nil
}

// CreateUser inserts u; account.ErrTaken when the name is in use.
func (s *Store) CreateUser(ctx context.Context, u *account.User) error {
	if u.ID == "" {
		u.ID = uuid.NewString()
	}
	err := s.tx(ctx, "create user", func(q *dbgen.Queries) error {
		row, err := q.CreateUser(ctx, dbgen.CreateUserParams{ID: u.ID, Name: u.Name, NameKey: strings.ToLower(u.Name), Role: string(u.Role),
			Disabled: u.Disabled, MustChange: u.MustChange, PasswordHash: u.PasswordHash})
		if err != nil {
			return err
		}
		u.Epoch, u.Created = row.Epoch, row.CreatedAt
		return record(ctx, q, audit.UserCreate, "user:"+u.ID, nil, plainUser(*u))
	})
	if err != nil && ask.CodeOf(err) == ask.Conflict {
		return account.ErrTaken
	}
	return err
}

// UpdateUser saves u in one transaction. Administrators are locked in one
// order, so that two demotions at once can't both succeed.
func (s *Store) UpdateUser(ctx context.Context, u *account.User) error {
	return s.tx(ctx, "update user", func(q *dbgen.Queries) error {
		admins, err := q.LockAdmins(ctx)
		if err != nil {
			return err
		}
		old, err := q.LockUser(ctx, u.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			return account.ErrNotFound
		}
		if err != nil {
			return err
		}
		if old.Epoch+1 != u.Epoch {
			return account.ErrChanged
		}
		if len(admins) == 1 && admins[0] == u.ID && (u.Disabled || u.Role != account.Admin) {
			return account.ErrLastAdmin
		}
		row, err := q.UpdateUser(ctx, dbgen.UpdateUserParams{ID: u.ID, Name: u.Name, NameKey: strings.ToLower(u.Name), Role: string(u.Role),
			Disabled: u.Disabled, MustChange: u.MustChange, PasswordHash: u.PasswordHash})
		if err != nil {
			return err
		}
		return record(ctx, q, audit.UserUpdate, "user:"+u.ID, plainUser(userFromRow(old)), plainUser(userFromRow(row)))
	})
}

// plainUser is what the audit log may hold of a user: no hash.
func plainUser(u account.User) map[string]any {
	return map[string]any{"name": u.Name, "role": u.Role, "disabled": u.Disabled, "must_change": u.MustChange}
}

// SignedIn saves the time of a sign-in.
func (s *Store) SignedIn(ctx context.Context, id string, at time.Time) error {
	_, err := s.q().SignedIn(ctx, dbgen.SignedInParams{ID: id, LastSignInAt: &at})
	return translate("signed in", err)
}
