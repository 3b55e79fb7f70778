package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/sync/semaphore"
)

// argon2id's cost, as OWASP advises for one lane, and what a hash holds.
const (
	memoryKiB = 47104
	passes    = 1
	lanes     = 1
	saltLen   = 16
	keyLen    = 32
)

// Bounds. A longer password is refused before it costs a hash; a stored hash
// may not ask for more memory or time than these.
const (
	maxPassword  = 1024 // bytes
	maxMemoryKiB = 256 << 10
	maxPasses    = 16
	hashWait     = 5 * time.Second
)

// hasher runs as many hashes at once as it has slots, since each takes 46 MiB.
type hasher struct{ slots *semaphore.Weighted }

func (h hasher) acquire(ctx context.Context) (release func(), err error) {
	wait, cancel := context.WithTimeout(ctx, hashWait)
	defer cancel()
	if err := h.slots.Acquire(wait, 1); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, ErrBusy
	}
	return func() { h.slots.Release(1) }, nil
}

// hash makes the PHC string of a password under a fresh salt.
func (h hasher) hash(ctx context.Context, password string) (string, error) {
	release, err := h.acquire(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	salt := make([]byte, saltLen)
	rand.Read(salt) // never fails: it would end the program
	key := argon2.IDKey([]byte(password), salt, passes, memoryKiB, lanes, keyLen)
	return phc{memoryKiB, passes, lanes, salt, key}.String(), nil
}

// matches reports whether password gives the stored PHC string. A hash that it
// can't read costs the same time and matches nothing.
func (h hasher) matches(ctx context.Context, stored, password string) (bool, error) {
	release, err := h.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	if isBcrypt(stored) {
		return bcrypt.CompareHashAndPassword([]byte(stored), []byte(password)) == nil, nil
	}
	want, err := parsePHC(stored)
	if err != nil {
		argon2.IDKey([]byte(password), make([]byte, saltLen), passes, memoryKiB, lanes, keyLen)
		return false, nil
	}
	got := argon2.IDKey([]byte(password), want.salt, want.passes, want.memory, want.lanes, uint32(len(want.key)))
	return subtle.ConstantTimeCompare(got, want.key) == 1, nil
}

// phc is an argon2id hash with its parameters.
type phc struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

func (p phc) String() string {
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.memory, p.passes, p.lanes, enc.EncodeToString(p.salt), enc.EncodeToString(p.key))
}

var errHash = errors.New("account: not an argon2id hash")

func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errHash
	}
	var p phc
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return phc{}, errHash
	}
	if p.memory > maxMemoryKiB || p.passes < 1 || p.passes > maxPasses || p.lanes < 1 {
		return phc{}, errHash
	}
	var saltErr, keyErr error
	p.salt, saltErr = base64.RawStdEncoding.DecodeString(parts[4])
	p.key, keyErr = base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(p.salt) < 8 || len(p.key) < 16 || len(p.key) > 64 {
		return phc{}, errHash
	}
	return p, nil
}

// maxBcryptCost is the highest cost of a foreign hash that a sign-in may take:
// each step doubles the time, and refuseTime must cover it.
const maxBcryptCost = 12

// isBcrypt reports whether a hash is one that another program made with bcrypt.
// It lives only until its user's first sign-in, which replaces the password.
func isBcrypt(stored string) bool {
	cost, err := bcrypt.Cost([]byte(stored))
	return err == nil && cost <= maxBcryptCost
}

// Checkable reports whether a password can be checked against a hash that
// another program made.
func Checkable(hash string) bool {
	_, err := parsePHC(hash)
	return err == nil || isBcrypt(hash)
}

// oneTime makes a password of 80 random bits that can be read out aloud.
func oneTime() string {
	const alphabet = "abcdefghjkmnpqrstuvwxyz023456789" // 32 letters, none alike
	raw := make([]byte, 16)
	rand.Read(raw)
	var b strings.Builder
	for i, c := range raw {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[c%32])
	}
	return b.String()
}
