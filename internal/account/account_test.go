package account

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// memory is a Store in a map; beforeUpdate, when set, runs ahead of each save.
type memory struct {
	mu           sync.Mutex
	users        map[string]User
	beforeUpdate func(m *memory)
}

func newMemory() *memory { return &memory{users: map[string]User{}} }

func (m *memory) User(_ context.Context, id string) (*User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, ok := m.users[id]
	if !ok {
		return nil, ErrNotFound
	}
	return &u, nil
}

func (m *memory) UserByName(_ context.Context, name string) (*User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, u := range m.users {
		if strings.EqualFold(u.Name, name) {
			return &u, nil
		}
	}
	return nil, ErrNotFound
}

func (m *memory) Users(context.Context) ([]User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var users []User
	for _, u := range m.users {
		users = append(users, u)
	}
	slices.SortFunc(users, func(a, b User) int { return cmp.Compare(a.Name, b.Name) })
	return users, nil
}

func (m *memory) CreateUser(ctx context.Context, u *User) error {
	if _, err := m.UserByName(ctx, u.Name); err == nil {
		return ErrTaken
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	u.ID, u.Epoch, u.Created = "id-"+u.Name, 1, time.Now()
	m.users[u.ID] = *u
	return nil
}

func (m *memory) UpdateUser(_ context.Context, u *User) error {
	if m.beforeUpdate != nil {
		m.beforeUpdate(m)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.users[u.ID].Epoch != u.Epoch-1 {
		return ErrChanged
	}
	m.users[u.ID] = *u
	return nil
}

func (m *memory) SignedIn(_ context.Context, id string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.users[id]
	u.LastSignIn = at
	m.users[id] = u
	return nil
}

const secret = "violet anchor 91 teapots"

// service has one analyst called Ann with the password secret.
func service(t *testing.T) (*Service, *memory, *User) {
	t.Helper()
	store := newMemory()
	s := New(store)
	u, err := s.Create(t.Context(), "Ann", secret, Analyst)
	if err != nil {
		t.Fatal(err)
	}
	return s, store, u
}

// Number 17 of the security checklist.
func TestAuthenticate(t *testing.T) {
	s, _, ann := service(t)
	long := strings.Repeat("пароль-", 28) + "x" // 197 characters, 365 bytes
	if _, err := s.Create(t.Context(), "long", long, Analyst); err != nil {
		t.Fatal(err)
	}
	beyond := strings.Repeat("violet9 ", 9) + "Q" // 73 bytes: bcrypt would not look at the last
	if _, err := s.Create(t.Context(), "beyond", beyond, Analyst); err != nil {
		t.Fatal(err)
	}
	off, err := s.Create(t.Context(), "off", secret, Analyst)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetDisabled(t.Context(), off.ID, true); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, user, password string
		want                 error
	}{
		{"right", "Ann", secret, nil},
		{"name in another case", "aNN", secret, nil},
		{"wrong password", "Ann", secret + "!", ErrBadCredentials},
		{"unknown user", "nobody", secret, ErrBadCredentials},
		{"disabled", "off", secret, ErrBadCredentials},
		{"empty", "", "", ErrBadCredentials},
		{"long unicode", "long", long, nil},
		{"long unicode, last byte off", "long", long[:len(long)-1] + "y", ErrBadCredentials},
		{"73 bytes", "beyond", beyond, nil},
		{"73 bytes, the last one off", "beyond", beyond[:72] + "R", ErrBadCredentials},
		{"over a kibibyte", "Ann", strings.Repeat("a", 1025), ErrBadCredentials},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, err := s.Authenticate(t.Context(), tt.user, tt.password)
			if err != tt.want { //nolint:errorlint // the very same error, so that nothing can be told apart
				t.Fatalf("err = %v, want %v", err, tt.want)
			}
			if err == nil && time.Since(u.LastSignIn) > time.Minute {
				t.Errorf("LastSignIn = %v", u.LastSignIn)
			}
		})
	}
	if u, _ := s.User(t.Context(), ann.ID); u.LastSignIn.IsZero() || u.Epoch != ann.Epoch {
		t.Errorf("after sign-in: %+v; want a time and the same epoch", u)
	}
}

// Number 11 of the security checklist: every refusal is told after the same time
// and costs the same hash, so that nobody learns which names exist.
func TestRefusalsAreAlike(t *testing.T) {
	s, _, _ := service(t)
	off, err := s.Create(t.Context(), "off", secret, Analyst)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetDisabled(t.Context(), off.ID, true); err != nil {
		t.Fatal(err)
	}
	names := []string{"nobody", "Ann", "off"}
	synctest.Test(t, func(t *testing.T) {
		for _, name := range names {
			start := time.Now()
			if _, err := s.Authenticate(t.Context(), name, "wrong password"); err != ErrBadCredentials { //nolint:errorlint // the very same
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(start); took != refuseTime {
				t.Errorf("%s: told after %v, want %v", name, took, refuseTime)
			}
		}
	})
	if !s.hasher.slots.TryAcquire(hashesAtOnce()) {
		t.Fatal("not all slots are free")
	}
	for _, name := range names {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Authenticate(ctx, name, "wrong password"); !errors.Is(err, context.Canceled) {
			t.Errorf("%s needs no hash: %v", name, err)
		}
	}
}

func TestAuthenticateStoreError(t *testing.T) {
	down := errors.New("down")
	s := New(brokenStore{newMemory(), down})
	if _, err := s.Authenticate(t.Context(), "Ann", secret); !errors.Is(err, down) {
		t.Errorf("err = %v, want the store's", err)
	}
}

type brokenStore struct {
	Store
	err error
}

func (b brokenStore) UserByName(context.Context, string) (*User, error) { return nil, b.err }

// Number 15 of the security checklist: no more hashes at once than there are
// slots, and none of what is refused before.
func TestHashesAreBounded(t *testing.T) {
	s, _, _ := service(t)
	if !s.hasher.slots.TryAcquire(hashesAtOnce()) {
		t.Fatal("not all slots are free")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := s.Authenticate(ctx, "Ann", secret); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with every slot taken: %v, want to wait until the deadline", err)
	}
	if _, err := s.Create(ctx, "Carl", secret, Analyst); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a new password with every slot taken: %v", err)
	}
	if _, err := s.Authenticate(t.Context(), "Ann", strings.Repeat("a", maxPassword+1)); !errors.Is(err, ErrBadCredentials) {
		t.Errorf("too long with every slot taken: %v, want a refusal without a hash", err)
	}
	s.hasher.slots.Release(1)
	if _, err := s.Authenticate(t.Context(), "Ann", secret); err != nil {
		t.Errorf("with a slot free: %v", err)
	}
}

// Number 18 of the security checklist.
func TestPolicy(t *testing.T) {
	tests := []struct {
		password string
		ok       bool
	}{
		{"short", false},
		{"elevenchars", false},
		{"password123456", false},
		{"P@ssw0rd2024!", false},
		{"passwordpassword", false},
		{"qwertyuiop123", false},
		{"aaaaaaaaaaaaaaa", false},
		{"abcdefghijklmnop", false},
		{"123456789012", false},
		{"margaret.jones", false}, // the user name
		{"Margaret.Jones1", false},
		{"margaret.jones2024", false},
		{strings.Repeat("x9Q-", 257), false}, // 1,028 bytes
		{"not\xfftext but long", false},
		{"correct horse battery staple", true},
		{"violet anchor 91 teapots", true},
		{"пароль длинный и свой", true},
		{"🦊🐢🌵🎻🧭🪁🛶🧩🪵🦉🌶️🍄", true},
		{strings.Repeat("x9Q-", 50), false},
		{strings.Repeat("violet ", 27) + "anchor 91 🪵", true}, // 200 characters
		{"hV7#kq!zR2pL", true},
		{oneTime(), true},
	}
	for _, tt := range tests {
		err := checkPassword("margaret.jones", tt.password)
		var policy *PolicyError
		if tt.ok != (err == nil) || (err != nil && !errors.As(err, &policy)) {
			t.Errorf("checkPassword(%.30q) = %v, want ok=%t", tt.password, err, tt.ok)
		}
	}
}

// Number 18 of the security checklist.
func TestEveryCommonPasswordIsRefused(t *testing.T) {
	set, _ := common()
	if len(set) < 2500 {
		t.Fatalf("%d common passwords", len(set))
	}
	for word := range set {
		for _, p := range []string{word, word + word, word + "123456", strings.ToUpper(word) + "2024"} {
			if checkPassword("somebody", p) == nil {
				t.Errorf("%q is accepted", p)
			}
		}
	}
}

func TestCreateRefuses(t *testing.T) {
	s, _, _ := service(t)
	tests := []struct {
		name string
		role Role
		want string
	}{
		{"", Analyst, "missing"},
		{" padded", Analyst, "space"},
		{"new\nline", Analyst, "can't be shown"},
		{strings.Repeat("n", 65), Analyst, "too long"},
		{"carl", "owner", "role"},
		{"ANN", Analyst, "taken"},
	}
	for _, tt := range tests {
		if _, err := s.Create(t.Context(), tt.name, secret, tt.role); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Create(%q, %q) = %v, want %q", tt.name, tt.role, err, tt.want)
		}
	}
}

func TestChangePassword(t *testing.T) {
	s, _, ann := service(t)
	const next = "seven lanterns by the quay"
	var policy *PolicyError
	if err := s.ChangePassword(t.Context(), ann.ID, "wrong", next); !errors.Is(err, ErrBadCredentials) {
		t.Errorf("wrong current: %v", err)
	}
	if err := s.ChangePassword(t.Context(), ann.ID, secret, "short"); !errors.As(err, &policy) {
		t.Errorf("short: %v", err)
	}
	if err := s.ChangePassword(t.Context(), ann.ID, secret, secret); !errors.As(err, &policy) {
		t.Errorf("the same: %v", err)
	}
	if err := s.ChangePassword(t.Context(), ann.ID, secret, next); err != nil {
		t.Fatal(err)
	}
	u, err := s.Authenticate(t.Context(), "Ann", next)
	if err != nil || u.Epoch != ann.Epoch+1 || u.MustChange {
		t.Errorf("after the change: %+v, %v", u, err)
	}
	if _, err := s.Authenticate(t.Context(), "Ann", secret); !errors.Is(err, ErrBadCredentials) {
		t.Errorf("old password: %v", err)
	}
}

func TestEveryChangeEndsSessions(t *testing.T) {
	s, _, ann := service(t)
	changes := map[string]func() error{
		"reset":   func() error { _, err := s.ResetPassword(t.Context(), ann.ID); return err },
		"role":    func() error { return s.SetRole(t.Context(), ann.ID, Admin) },
		"disable": func() error { return s.SetDisabled(t.Context(), ann.ID, true) },
		"log out": func() error { return s.LogOutEverywhere(t.Context(), ann.ID) },
	}
	for name, change := range changes {
		before, _ := s.User(t.Context(), ann.ID)
		if err := change(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if after, _ := s.User(t.Context(), ann.ID); after.Epoch <= before.Epoch {
			t.Errorf("%s: epoch %d after %d", name, after.Epoch, before.Epoch)
		}
	}
	if u, _ := s.User(t.Context(), ann.ID); u.Role != Admin || !u.Disabled || !u.MustChange {
		t.Errorf("changes lost: %+v", u)
	}
	if err := s.SetRole(t.Context(), "missing", Admin); !errors.Is(err, ErrNotFound) {
		t.Errorf("missing user: %v", err)
	}
}

func TestConcurrentChangeIsKept(t *testing.T) {
	s, store, ann := service(t)
	store.beforeUpdate = func(m *memory) { // somebody else disables Ann between read and save
		m.mu.Lock()
		defer m.mu.Unlock()
		if u := m.users[ann.ID]; !u.Disabled {
			u.Disabled = true
			u.Epoch++
			m.users[ann.ID] = u
		}
	}
	if err := s.SetRole(t.Context(), ann.ID, Admin); err != nil {
		t.Fatal(err)
	}
	if u, _ := s.User(t.Context(), ann.ID); !u.Disabled || u.Role != Admin {
		t.Errorf("a change was lost: %+v", u)
	}
}

func TestBootstrap(t *testing.T) {
	s := New(newMemory())
	once, created, err := s.Bootstrap(t.Context(), "root", "")
	if err != nil || !created || len(once) < minPassword {
		t.Fatalf("Bootstrap = %q, %t, %v", once, created, err)
	}
	u, err := s.Authenticate(t.Context(), "root", once)
	if err != nil || u.Role != Admin || !u.MustChange {
		t.Errorf("first administrator: %+v, %v", u, err)
	}
	if again, created, err := s.Bootstrap(t.Context(), "other", ""); again != "" || created || err != nil {
		t.Errorf("second Bootstrap = %q, %t, %v", again, created, err)
	}
	s = New(newMemory())
	if once, created, err := s.Bootstrap(t.Context(), "root", secret); once != "" || !created || err != nil {
		t.Errorf("with a password: %q, %t, %v", once, created, err)
	}
	if u, err := s.Authenticate(t.Context(), "root", secret); err != nil || u.MustChange {
		t.Errorf("with a password: %+v, %v", u, err)
	}
	if _, _, err := New(newMemory()).Bootstrap(t.Context(), "root", "password1234"); err == nil {
		t.Error("a weak first password is accepted")
	}
}

// Number 16 of the security checklist.
func TestParsePHC(t *testing.T) {
	good, err := New(newMemory()).hasher.hash(t.Context(), secret)
	if err != nil || !strings.HasPrefix(good, "$argon2id$v=19$m=47104,t=1,p=1$") {
		t.Fatalf("hash = %q, %v", good, err)
	}
	if p, err := parsePHC(good); err != nil || p.String() != good {
		t.Errorf("parsePHC(String) = %v, %v", p, err)
	}
	for _, bad := range []string{"", "x", "$2a$10$abcdefghijklmnopqrstuv", strings.Replace(good, "argon2id", "argon2i", 1),
		strings.Replace(good, "m=47104", "m=99999999", 1), strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "p=1", "p=0", 1), good[:len(good)-40], good + "$"} {
		if _, err := parsePHC(bad); err == nil {
			t.Errorf("parsePHC(%q) succeeds", bad)
		}
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=47104,t=1,p=1$c2FsdHNhbHRzYWx0$a2V5a2V5a2V5a2V5a2V5a2V5")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := parsePHC(s); err == nil && (p.memory > maxMemoryKiB || p.passes > maxPasses || p.lanes == 0) {
			t.Errorf("parsePHC(%q) = %+v", s, p)
		}
	})
}
