package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Server is what a doctor asks of the database server.
type Server struct {
	Version   string
	Now       time.Time // by its clock
	Size      int64     // of our database, in bytes
	Superuser bool      // we are one, so no privilege binds us
}

// Server asks the database server about itself.
func (s *Store) Server(ctx context.Context) (v Server, err error) {
	err = s.onConn(ctx, "ask the server", workLimit, func(ctx context.Context, c *pgxpool.Conn) error {
		return c.QueryRow(ctx, `select current_setting('server_version'), clock_timestamp(), pg_database_size(current_database()),
			(select rolsuper from pg_roles where rolname = current_user)`).Scan(&v.Version, &v.Now, &v.Size, &v.Superuser)
	})
	return v, err
}

// Pool counts connections.
type Pool struct {
	InUse, Idle, Most int
	Acquired, Waits   int64         // so far, and how many of them had to wait for a free one
	Waited            time.Duration // so far
}

// Pool is the state of the connections.
func (s *Store) Pool() Pool {
	st := s.pool.Stat()
	return Pool{InUse: int(st.AcquiredConns()), Idle: int(st.IdleConns()), Most: int(st.MaxConns()),
		Acquired: st.AcquireCount(), Waits: st.EmptyAcquireCount(), Waited: st.EmptyAcquireWaitTime()}
}
