// Package redis is everything Querent keeps in Redis: sessions, the semantic
// cache, answers' rows, rate limits, the job queues and exports' files. It hides connections and their
// timeouts, key names, scripts, and that what comes back may be garbage: any
// of it may vanish or be damaged at any time without harm.
package redis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"
	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/telemetry"
)

// wait bounds each step of talking to the server, so that a dead or frozen one
// is an error in about this time.
const wait = 500 * time.Millisecond

// maxIdle is how many idle session connections are kept.
const maxIdle = 16

// prefix starts every key of ours.
const prefix = "querent:"

// Client is a connection to one Redis database. Its methods may be called at
// once from many goroutines.
type Client struct {
	rdb   *goredis.Client
	pool  *redis.Pool // for the session store, which speaks redigo
	cache *cache
}

// Open prepares a client for a redis:// or rediss:// URL. It doesn't connect:
// an unreachable server is an error of the first use.
func Open(url string) (*Client, error) {
	o, err := goredis.ParseURL(url)
	if err != nil {
		return nil, errors.New("redis: the URL is not of the form redis://[:password@]host[:port][/database]")
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = wait, wait, wait, wait
	o.MaxRetries, o.DialerRetries = -1, 1
	o.ContextTimeoutEnabled = true
	o.Protocol, o.DisableIdentity = 2, true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	pool := &redis.Pool{
		MaxIdle:     maxIdle,
		MaxActive:   512,
		IdleTimeout: 5 * time.Minute,
		Dial: func() (redis.Conn, error) {
			return redis.DialURL(url, redis.DialConnectTimeout(wait), redis.DialReadTimeout(wait), redis.DialWriteTimeout(wait))
		},
	}
	rdb := goredis.NewClient(o)
	rdb.AddHook(traced{})
	return &Client{rdb: rdb, pool: pool, cache: newCache(rdb)}, nil
}

// traced makes each command that is part of a trace a span.
type traced struct{}

func (traced) DialHook(next goredis.DialHook) goredis.DialHook { return next }

func (traced) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		ctx, span := telemetry.Start(ctx, "redis: "+cmd.Name())
		err := next(ctx, cmd)
		span.End(fault(err))
		return err
	}
}

func (traced) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		ctx, span := telemetry.Start(ctx, "redis: pipeline")
		err := next(ctx, cmds)
		span.End(fault(err))
		return err
	}
}

// fault is err, unless it only says that a key is not there.
func fault(err error) error {
	if errors.Is(err, goredis.Nil) {
		return nil
	}
	return err
}

// Close ends all connections.
func (c *Client) Close() error { return errors.Join(c.pool.Close(), c.rdb.Close()) }

// Ping reports whether the server answers and takes commands.
func (c *Client) Ping(ctx context.Context) error {
	return unavailable("ping", c.rdb.Ping(ctx).Err())
}

// Writes reports whether the server takes what pages write. It says why not: a
// replica, or one without memory, answers all the same.
func (c *Client) Writes(ctx context.Context) error {
	err := c.rdb.Set(ctx, prefix+"probe", 1, time.Minute).Err()
	var refused goredis.Error
	if errors.As(err, &refused) {
		return &ask.Error{Code: ask.Unavailable, Message: "The session and cache server takes no writes: " + refused.Error(), Err: err}
	}
	return unavailable("write", err)
}

// Version is the server's version, such as "7.0.15", or "unknown" for one that
// doesn't tell.
func (c *Client) Version(ctx context.Context) (string, error) {
	info, err := c.info(ctx, "server")
	return cmp.Or(info["redis_version"], "unknown"), err
}

// Memory is how much a server may hold, and what it does then.
type Memory struct {
	Used, Most int64  // bytes; Most is 0 for no bound
	Policy     string // such as "volatile-lru"; empty for a server that doesn't tell
}

// Memory is the server's.
func (c *Client) Memory(ctx context.Context) (m Memory, err error) {
	info, err := c.info(ctx, "memory")
	m.Used, _ = strconv.ParseInt(info["used_memory"], 10, 64)
	m.Most, _ = strconv.ParseInt(info["maxmemory"], 10, 64)
	m.Policy = info["maxmemory_policy"]
	return m, err
}

// info returns one section of INFO. It may be empty: not every server has it, and
// not every user may read it. A server that refuses our password is an error.
func (c *Client) info(ctx context.Context, section string) (map[string]string, error) {
	if err := c.Ping(ctx); err != nil {
		return nil, err
	}
	text, err := c.rdb.Info(ctx, section).Result()
	var refused goredis.Error
	if err != nil && !errors.As(err, &refused) {
		return nil, unavailable("info", err)
	}
	fields := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			fields[name] = value
		}
	}
	return fields, nil
}

// Cache is the semantic cache.
func (c *Client) Cache() ask.Cache { return c.cache }

// quiet drops what the library would log by itself: every error is returned to
// a caller, who logs it once.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

func init() { goredis.SetLogger(quiet{}) }

// unavailable wraps an error from the server; nil stays nil.
func unavailable(op string, err error) error {
	if err == nil {
		return nil
	}
	return &ask.Error{
		Code:    ask.Unavailable,
		Message: "The session and cache server is not available. Try again in a moment.",
		Err:     fmt.Errorf("redis: %s: %w", op, err),
	}
}

// wrongType reports whether a key holds something that we did not put there.
func wrongType(err error) bool {
	return err != nil && strings.Contains(err.Error(), "WRONGTYPE")
}
