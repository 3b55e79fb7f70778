package redis

import (
	"errors"
	"io"
	"syscall"
	"time"

	"github.com/alexedwards/scs/redisstore"
	"github.com/alexedwards/scs/v2"
)

// Sessions is the session store. A session that can't be decoded is no
// session: its user is signed out. A server that doesn't answer is an error, so
// that a read error can't sign anyone in.
func (c *Client) Sessions() scs.Store {
	return sessions{redisstore.NewWithPrefix(c.pool, prefix+"session:")}
}

type sessions struct{ store *redisstore.RedisStore }

// Find returns the session's data, if it exists and can be decoded.
func (s sessions) Find(token string) (data []byte, found bool, err error) {
	err = reconnecting(func() error {
		data, found, err = s.store.Find(token)
		return err
	})
	switch {
	case wrongType(err):
	case err != nil:
		return nil, false, unavailable("find session", err)
	case !found:
		return nil, false, nil
	default:
		if _, _, err := (scs.GobCodec{}).Decode(data); err == nil {
			return data, true, nil
		}
	}
	return nil, false, s.Delete(token)
}

// Commit saves the session until expiry.
func (s sessions) Commit(token string, data []byte, expiry time.Time) error {
	return unavailable("save session", reconnecting(func() error { return s.store.Commit(token, data, expiry) }))
}

// Delete removes the session, if there is one.
func (s sessions) Delete(token string) error {
	return unavailable("delete session", reconnecting(func() error { return s.store.Delete(token) }))
}

// reconnecting repeats do while it meets pooled connections that died with an
// earlier server: each costs nothing, and a timeout is never repeated.
func reconnecting(do func() error) (err error) {
	for range maxIdle + 1 {
		if err = do(); !hungUp(err) {
			return err
		}
	}
	return err
}

func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
