package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
)

// User finds a user; account.ErrNotFound if there is none.
func (s *Store) User(ctx context.Context, id string) (*account.User, error) {
	if !valid(id) {
		return nil, account.ErrNotFound
	}
	return s.findUser(ctx, func(ctx context.Context, q *dbgen.Queries) (dbgen.User, error) { return q.User(ctx, id) })
}

// UserByName finds a user, ignoring case; account.ErrNotFound if there is none.
func (s *Store) UserByName(ctx context.Context, name string) (*account.User, error) {
	key := fold(storable(name))
	return s.findUser(ctx, func(ctx context.Context, q *dbgen.Queries) (dbgen.User, error) { return q.UserByName(ctx, key) })
}

func (s *Store) findUser(ctx context.Context, find func(context.Context, *dbgen.Queries) (dbgen.User, error)) (*account.User, error) {
	var u account.User
	err := s.read(ctx, "find user", func(ctx context.Context, q *dbgen.Queries) error {
		row, err := find(ctx, q)
		u = userFromRow(row)
		return missingUser(err)
	})
	if err != nil {
		return nil, err
	}
	return &u, nil
}

// Users lists everyone by name.
func (s *Store) Users(ctx context.Context) (users []account.User, err error) {
	err = s.read(ctx, "list users", func(ctx context.Context, q *dbgen.Queries) error {
		rows, err := q.Users(ctx)
		for _, row := range rows {
			users = append(users, userFromRow(row))
		}
		return err
	})
	return users, err
}

// CreateUser inserts u and its audit entry, and fills ID when empty, Epoch and
// Created; account.ErrTaken when the name is in use.
func (s *Store) CreateUser(ctx context.Context, u *account.User) error {
	id := u.ID
	if id == "" {
		id = uuid.NewString()
	}
	var created account.User
	err := s.write(ctx, "create user", func(ctx context.Context, q *dbgen.Queries) error {
		row, err := q.CreateUser(ctx, dbgen.CreateUserParams{ID: id, Name: u.Name, NameKey: fold(u.Name),
			Role: string(u.Role), Disabled: u.Disabled, MustChange: u.MustChange, PasswordHash: u.PasswordHash})
		if err != nil {
			return err
		}
		created = userFromRow(row)
		return appendAudit(ctx, q, audit.Entry{Action: audit.UserCreate, Object: "user:" + id, After: userJSON(created, false)})
	})
	if ask.CodeOf(err) == ask.Conflict {
		return account.ErrTaken
	}
	if err == nil {
		u.ID, u.Epoch, u.Created = created.ID, created.Epoch, created.Created
	}
	return err
}

// UpdateUser saves u and its audit entry; see account.Store for what it
// refuses. Every enabled administrator is locked first, so that of two who
// demote each other at once, one stays.
func (s *Store) UpdateUser(ctx context.Context, u *account.User) error {
	if !valid(u.ID) {
		return account.ErrNotFound
	}
	err := s.write(ctx, "update user", func(ctx context.Context, q *dbgen.Queries) error {
		admins, err := q.LockAdmins(ctx)
		if err != nil {
			return err
		}
		before, err := q.LockUser(ctx, u.ID)
		if err != nil {
			return missingUser(err)
		}
		if before.Epoch != u.Epoch-1 {
			return account.ErrChanged
		}
		stays := u.Role == account.Admin && !u.Disabled
		if !stays && len(admins) == 1 && slices.Contains(admins, before.ID) {
			return account.ErrLastAdmin
		}
		row, err := q.UpdateUser(ctx, dbgen.UpdateUserParams{ID: u.ID, Name: u.Name, NameKey: fold(u.Name),
			Role: string(u.Role), Disabled: u.Disabled, MustChange: u.MustChange, PasswordHash: u.PasswordHash})
		if err != nil {
			return err
		}
		return appendAudit(ctx, q, audit.Entry{Action: audit.UserUpdate, Object: "user:" + row.ID,
			Before: userJSON(userFromRow(before), false),
			After:  userJSON(userFromRow(row), before.PasswordHash != row.PasswordHash)})
	})
	if ask.CodeOf(err) == ask.Conflict {
		return account.ErrTaken
	}
	return err
}

// SignedIn saves the time of a sign-in and nothing else.
func (s *Store) SignedIn(ctx context.Context, id string, at time.Time) error {
	if !valid(id) {
		return account.ErrNotFound
	}
	return s.read(ctx, "save sign-in", func(ctx context.Context, q *dbgen.Queries) error {
		n, err := q.SignedIn(ctx, dbgen.SignedInParams{ID: id, LastSignInAt: &at})
		if err == nil && n == 0 {
			return account.ErrNotFound
		}
		return err
	})
}

func missingUser(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return account.ErrNotFound
	}
	return err
}

func userFromRow(r dbgen.User) account.User {
	return account.User{ID: r.ID, Name: r.Name, Role: account.Role(r.Role), Disabled: r.Disabled,
		MustChange: r.MustChange, PasswordHash: r.PasswordHash, Epoch: r.Epoch,
		Created: r.CreatedAt.UTC(), LastSignIn: utc(r.LastSignInAt)}
}

// userJSON is what the audit log may know of a user: never the hash.
func userJSON(u account.User, newPassword bool) string {
	return toJSON(struct {
		Name        string       `json:"name"`
		Role        account.Role `json:"role"`
		Disabled    bool         `json:"disabled"`
		MustChange  bool         `json:"must_change"`
		NewPassword bool         `json:"new_password,omitempty"`
		Epoch       int64        `json:"epoch"`
	}{u.Name, u.Role, u.Disabled, u.MustChange, newPassword, u.Epoch})
}

// toJSON is for values that always marshal: texts, numbers and what is made of
// them.
func toJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}
