package redis

import (
	"context"
	"errors"
	"io"
	"syscall"
	"time"

	"github.com/alexedwards/scs/redisstore"
	"github.com/alexedwards/scs/v2"

	"github.com/querent/querent/internal/telemetry"
)

// Sessions is the session store. A session that can't be decoded is no
// session: its user is signed out. A server that doesn't answer is an error, so
// that a read error can't sign anyone in.
func (c *Client) Sessions() scs.Store {
	return sessions{redisstore.NewWithPrefix(c.pool, prefix+"session:")}
}

type sessions struct{ store *redisstore.RedisStore }

var _ scs.CtxStore = sessions{}

// FindCtx is Find as part of a trace.
func (s sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	_, span := telemetry.Start(ctx, "redis: find session")
	defer func() { span.End(err) }()
	return s.Find(token)
}

// CommitCtx is Commit as part of a trace.
func (s sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) (err error) {
	_, span := telemetry.Start(ctx, "redis: save session")
	defer func() { span.End(err) }()
	return s.Commit(token, data, expiry)
}

// DeleteCtx is Delete as part of a trace.
func (s sessions) DeleteCtx(ctx context.Context, token string) (err error) {
	_, span := telemetry.Start(ctx, "redis: delete session")
	defer func() { span.End(err) }()
	return s.Delete(token)
}

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
