package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/postgres"
	"github.com/querent/querent/internal/target"
)

// checks are what a doctor looks at, in order; see check.
var checks = []check{
	{"System DB", "reachable", checkPostgres},
	{"System DB", "schema", checkSchema},
	{"System DB", "own role", checkRole},
	{"System DB", "administrator", checkAdmin},
	{"System DB", "clock", checkClock},
	{"Redis", "reachable", checkRedis},
	{"Redis", "takes writes", checkRedisWrites},
	{"Redis", "memory", checkRedisMemory},
	{"target", "readable", checkTarget},
	{"target", "writing refused", checkRefusal},
	{"target", "read-only file", checkReadOnly},
	{"target", "trained", checkTrained},
	{"Chroma", "reachable", checkChroma},
	{"Chroma", "collections", checkCollections},
	{"Chroma", "outbox", checkOutbox},
	{"machine", "disk", checkDisk},
}

// Beyond these a doctor warns.
const (
	clockSlack = 5 * time.Second  // between this machine and the System DB
	outboxAge  = 10 * time.Minute // of the oldest change not yet carried
	diskLow    = 256 << 20        // bytes free
	redisLow   = 256 << 20        // bytes that Redis may hold: exports alone may need most of it
)

func good(format string, args ...any) finding {
	return finding{Verdict: well, Detail: fmt.Sprintf(format, args...)}
}

// bad is a failure: what is wrong, with the cause's own words, and what to do.
func bad(err error, advice string) finding {
	return finding{Verdict: failed, Detail: plain(err).Error(), Advice: advice}
}

func warn(detail, advice string) finding {
	return finding{Verdict: warned, Detail: detail, Advice: advice}
}

func checkPostgres(ctx context.Context, a *app) finding {
	v, err := a.store.Server(ctx)
	if err != nil {
		return bad(err, "Start Postgres, or correct DATABASE_URL and POSTGRES_PASSWORD.")
	}
	return good("Postgres %s, %s", v.Version, bytesize(v.Size))
}

func checkSchema(ctx context.Context, a *app) finding {
	have, want, err := postgres.SchemaVersion(ctx, a.dsn)
	switch {
	case err != nil:
		return bad(err, "Look at Postgres's log.")
	case have > want:
		return bad(&postgres.NewerError{Have: have, Want: want}, "Run the newer Querent, or restore a backup of this version.")
	case have < want:
		return bad(fmt.Errorf("version %d, and %d is needed", have, want), "Run `querent init`; `querent serve` migrates at its start, too.")
	}
	if err := a.store.Validate(ctx); err != nil {
		return bad(err, "Something else changed the System DB: restore a backup.")
	}
	return good("version %d, every table is there", have)
}

func checkRole(ctx context.Context, a *app) finding {
	v, err := a.store.Server(ctx)
	if err != nil {
		return bad(err, "Look at Postgres's log.")
	}
	if v.Superuser {
		return warn("Querent connects as a superuser", "Give it a role of its own that owns its database, so that the audit log's privileges bind it.")
	}
	return good("no superuser")
}

func checkAdmin(ctx context.Context, a *app) finding {
	users, err := a.accounts.Users(ctx)
	if err != nil {
		return bad(err, "Run `querent init`.")
	}
	admins := 0
	for _, u := range users {
		if u.Role == account.Admin && !u.Disabled {
			admins++
		}
	}
	if admins == 0 {
		return bad(fmt.Errorf("%d users, none of them an enabled administrator", len(users)), "Run `querent init`, which makes the first one.")
	}
	return good("%d of %d users", admins, len(users))
}

func checkClock(ctx context.Context, a *app) finding {
	start := time.Now()
	v, err := a.store.Server(ctx)
	if err != nil {
		return bad(err, "Look at Postgres's log.")
	}
	middle := start.Add(time.Since(start) / 2)
	apart := v.Now.Sub(middle).Abs().Round(time.Millisecond)
	if apart > clockSlack {
		return warn(fmt.Sprintf("%s from this machine's", apart), "Set both clocks by NTP: sessions and history go by them.")
	}
	return good("%s from this machine's", apart)
}

func checkRedis(ctx context.Context, a *app) finding {
	v, err := a.redis.Version(ctx)
	if err != nil {
		return bad(err, "Start Redis, or correct REDIS_URL and REDIS_PASSWORD. Until then nobody can sign in.")
	}
	return good("Redis %s", v)
}

func checkRedisWrites(ctx context.Context, a *app) finding {
	if err := a.redis.Writes(ctx); err != nil {
		return bad(err, "Look at Redis's log: it may be a replica, or out of memory or disk.")
	}
	return good("yes")
}

// checkRedisMemory looks whether what is kept for long, such as exports, could
// crowd out sessions, or queued jobs could be dropped.
func checkRedisMemory(ctx context.Context, a *app) finding {
	m, err := a.redis.Memory(ctx)
	if err != nil {
		return bad(err, "Look at Redis's log.")
	}
	detail := fmt.Sprintf("%s used", bytesize(m.Used))
	if m.Most == 0 {
		return good("%s, no bound", detail)
	}
	detail = fmt.Sprintf("%s of %s, %s", detail, bytesize(m.Most), m.Policy)
	switch {
	case m.Most < redisLow:
		return warn(detail, "Give Redis 384 MB (maxmemory): with less, exports may crowd out sessions.")
	case m.Policy != "volatile-lru":
		return warn(detail, "Set maxmemory-policy volatile-lru: it drops what was not used for longest, and never a queued job.")
	}
	return good("%s", detail)
}

func checkChroma(ctx context.Context, a *app) finding {
	v, err := a.vectors.Ping(ctx)
	if err != nil {
		return bad(err, "Start Chroma, or correct CHROMA_HOST and CHROMA_PORT. Until then retrieval is off; nothing is lost.")
	}
	return good("Chroma %s", v)
}

func checkCollections(ctx context.Context, a *app) finding {
	if a.target == target.None {
		return finding{Verdict: skipped, Detail: "no target to train on"}
	}
	st, err := a.training.Status(ctx)
	if err != nil {
		return bad(err, "See the target's and the System DB's checks.")
	}
	var said []string
	behind := 0
	for _, c := range st.Collections {
		said = append(said, fmt.Sprintf("%s %d of %d", c.Name, c.Stored, c.Expected))
		behind += c.Behind
	}
	if behind > 0 {
		return bad(fmt.Errorf("%s; %d documents missing, outdated or left over", strings.Join(said, ", "), behind), "Run `querent train`.")
	}
	return good("%s", strings.Join(said, ", "))
}

func checkOutbox(ctx context.Context, a *app) finding {
	items, err := a.store.Outbox(ctx, outboxMost)
	if err != nil {
		return bad(err, "See the System DB's checks.")
	}
	if len(items) == 0 {
		return good("empty")
	}
	age := time.Since(items[0].Created).Round(time.Second)
	detail := fmt.Sprintf("%d changes wait, the oldest for %s", len(items), age)
	if age > outboxAge {
		return warn(detail, "A running `querent serve` carries them; is one running? `querent train` does, too.")
	}
	return good("%s", detail)
}

func checkTarget(ctx context.Context, a *app) finding {
	if a.target == target.None {
		return finding{Verdict: skipped, Detail: "off (ENABLE_TARGET_DB=false)"}
	}
	sch, err := a.db.Schema(ctx)
	if err != nil {
		return bad(err, "Mount a SQLite file where TARGET_DATABASE_URL says, readable by this user.")
	}
	if _, err := a.db.Query(ctx, "SELECT 1"); err != nil {
		return bad(err, "The process that runs SQL does not work here; its limits may be too tight.")
	}
	return good("%d tables", len(sch.Tables))
}

func checkRefusal(ctx context.Context, a *app) finding {
	if a.target == target.None {
		return finding{Verdict: skipped, Detail: "no target"}
	}
	const write = "CREATE TABLE querent_doctor (x)"
	if err := a.db.Check(ctx, write); ask.CodeOf(err) != ask.Refused {
		return bad(cmp.Or(err, fmt.Errorf("a statement that writes was let through")), "Stop Querent and report this.")
	}
	return good("a statement that writes is refused")
}

func checkReadOnly(_ context.Context, a *app) finding {
	switch {
	case a.target == target.None:
		return finding{Verdict: skipped, Detail: "no target"}
	case a.db.Writable():
		return warn("this user could write the file, though Querent never does", "Mount it read-only (:ro), or run Querent as a user that may only read it.")
	}
	return good("this user can't write it")
}

func checkTrained(ctx context.Context, a *app) finding {
	if a.target == target.None {
		return finding{Verdict: skipped, Detail: "no target"}
	}
	sch, err := a.db.Schema(ctx)
	if err != nil {
		return bad(err, "See above.")
	}
	last, err := a.store.Trained(ctx)
	switch {
	case err != nil:
		return bad(err, "See the System DB's checks.")
	case last.Fingerprint == "":
		return bad(fmt.Errorf("never"), "Run `querent train`.")
	case last.Fingerprint != sch.Fingerprint:
		return bad(fmt.Errorf("on %s, with another structure than the target has now", last.At.Format(time.DateTime)), "Run `querent train`.")
	}
	return good("%s, fingerprint %.12s", last.At.Format(time.DateTime), sch.Fingerprint)
}

func checkDisk(_ context.Context, a *app) finding {
	places := []string{os.TempDir()}
	if a.target != target.None {
		places = append(places, filepath.Dir(a.target))
	}
	least := int64(-1)
	for _, dir := range places {
		var st syscall.Statfs_t
		if err := syscall.Statfs(dir, &st); err != nil {
			continue // the target's checks say more of a place that is not there
		}
		if free := int64(st.Bavail) * int64(st.Bsize); least < 0 || free < least { //nolint:unconvert // other systems have narrower sizes
			least = free
		}
	}
	if least >= 0 && least < diskLow {
		return warn(bytesize(least)+" free", "Free some space. Querent itself writes no files; what runs beside it may.")
	}
	return good("%s free", bytesize(least))
}

// bytesize is a size for people.
func bytesize(n int64) string { return humanize.IBytes(uint64(max(n, 0))) }
