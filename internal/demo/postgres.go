package demo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrInUse says that another process runs a server on the same directory.
var ErrInUse = errors.New("another Querent runs on this data directory")

// The names inside the private server. The application's role owns its
// database and is no superuser, as it would be in production.
const (
	superuser = "postgres"
	appRole   = "querent"
	database  = "querent"
)

const (
	startLimit = 60 * time.Second // a crashed server may have to recover
	stopLimit  = 1500 * time.Millisecond
	lockWait   = 2 * time.Second // for a dying server to let its directory go
)

// Child is a private Postgres server, reachable by a unix socket in its own
// directory and by nothing else.
type Child struct {
	cmd     *exec.Cmd
	host    string        // directory of the socket
	scratch string        // to be removed at the end; empty for none
	done    chan struct{} // closed when the server has ended
	stop    sync.Once
}

// Postgres starts a private server whose data is kept in dir, from the
// machine's own binaries, or else from fetched ones. It needs no network port
// and no password: only this user, or root, can reach the socket. As root the
// server runs under another user. ctx bounds the start alone; end the server
// with Stop. It ends by itself when this process dies. log gets its messages.
func Postgres(ctx context.Context, dir string, log io.Writer) (*Child, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("private Postgres: %w", err)
	}
	who, err := unprivileged()
	if err != nil {
		return nil, fmt.Errorf("private Postgres: %w", err)
	}
	c := &cluster{dir: dir, data: filepath.Join(dir, "data"), who: who, log: log}
	child, err := c.start(ctx)
	if err != nil {
		return nil, fmt.Errorf("private Postgres: %w", err)
	}
	return child, nil
}

// DSN is the server's address for the application's role.
func (c *Child) DSN() string { return c.dsn(appRole, database) }

func (c *Child) dsn(role, database string) string {
	return fmt.Sprintf("postgres://%s@/%s?host=%s", role, database, url.QueryEscape(c.host))
}

// Done is closed once the server has ended, by Stop or by itself.
func (c *Child) Done() <-chan struct{} { return c.done }

// Stop ends the server within two seconds: in good order when it can, else by
// force, from which it recovers at its next start.
func (c *Child) Stop() {
	c.stop.Do(func() {
		for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
			c.cmd.Process.Signal(sig)
			select {
			case <-c.done:
			case <-time.After(stopLimit / 2):
				continue
			}
			break
		}
		syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) // what is left of its group
		<-c.done
		if c.scratch != "" {
			os.RemoveAll(c.scratch)
		}
	})
}

// cluster is a server's directory before the server runs.
type cluster struct {
	dir  string              // ours: the lock and the data
	data string              // the server's own
	who  *syscall.Credential // nil: ourselves
	bin  string
	log  io.Writer
	root *os.File // data, opened, for a server that can't open it by its path
	lock *os.File
}

func (c *cluster) start(ctx context.Context) (_ *Child, err error) {
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	defer c.lock.Close() // the server inherits the lock: it lasts as long as the server
	defer c.root.Close()
	if c.bin, err = c.findBinaries(ctx); err != nil {
		return nil, err
	}
	_, err = os.Stat(filepath.Join(c.data, "PG_VERSION"))
	fresh := errors.Is(err, os.ErrNotExist)
	if fresh {
		if err := c.init(ctx); err != nil {
			return nil, err
		}
	}
	c.clearStalePID()
	child, err := c.launch()
	if err != nil {
		return nil, err
	}
	if err := child.await(ctx); err != nil {
		child.Stop()
		return nil, err
	}
	return child, nil
}

// open makes and locks the directories.
func (c *cluster) open(ctx context.Context) error {
	if err := os.MkdirAll(c.data, 0o700); err != nil {
		return err
	}
	if c.who != nil {
		if err := os.Chown(c.data, int(c.who.Uid), int(c.who.Gid)); err != nil {
			return err
		}
	}
	if err := os.Chmod(c.data, 0o700); err != nil {
		return err
	}
	var err error
	if c.lock, err = os.OpenFile(filepath.Join(c.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return err
	}
	for end := time.Now().Add(lockWait); ; time.Sleep(50 * time.Millisecond) {
		if err = syscall.Flock(int(c.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			break
		}
		if time.Now().After(end) || ctx.Err() != nil {
			c.lock.Close()
			return ErrInUse
		}
	}
	if c.root, err = os.Open(c.data); err != nil {
		c.lock.Close()
		return err
	}
	return nil
}

// init makes the cluster. Its role and database come with the first start,
// since an interrupted init may leave either out.
func (c *cluster) init(ctx context.Context) error {
	if err := c.empty(); err != nil {
		return err
	}
	var said strings.Builder
	cmd := c.command(ctx, "initdb", "-D", c.dataPath(), "-U", superuser, "-E", "UTF8", "--locale=C",
		"--auth-local=trust", "--auth-host=reject")
	cmd.Stdout, cmd.Stderr = io.Discard, &said
	if err := runOnThread(cmd); err != nil {
		c.empty()
		return fmt.Errorf("initdb: %w: %s", err, strings.TrimSpace(said.String()))
	}
	return nil
}

// empty removes what an interrupted init left.
func (c *cluster) empty() error {
	entries, err := os.ReadDir(c.data)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(c.data, e.Name())))
	}
	return err
}

func (c *cluster) launch() (*Child, error) {
	cmd := c.command(context.Background(), "postgres", "-D", c.dataPath(), "-k", ".",
		"-c", "listen_addresses=", "-c", "unix_socket_permissions=0700",
		"-c", "shared_buffers=32MB", "-c", "max_connections=60",
		"-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "log_min_messages=warning")
	cmd.Stdout, cmd.Stderr = c.log, c.log
	child := &Child{cmd: cmd, host: c.data, done: make(chan struct{})}
	if err := child.shorten(); err != nil {
		return nil, err
	}
	started := make(chan error)
	go func() { // the death signal follows the thread that starts the child
		runtime.LockOSThread()
		defer close(child.done)
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		os.RemoveAll(child.scratch)
		return nil, err
	}
	return child, nil
}

// command runs one of the server's programs as its user, with nothing of our
// environment. Its file descriptors 3 and 4 are the data directory and the
// lock.
func (c *cluster) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, program), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}
	cmd.ExtraFiles = []*os.File{c.root, c.lock}
	cmd.WaitDelay = time.Second
	cmd.SysProcAttr = attributes(c.who)
	return cmd
}

// dataPath is where the server finds its data. Run as another user it may not
// be let through our home, so it takes the directory that we opened for it.
func (c *cluster) dataPath() string {
	if c.who != nil && runtime.GOOS == "linux" {
		return "/proc/self/fd/3"
	}
	return c.data
}

// clearStalePID removes the pid file of a server that died without cleaning up, when
// its number now belongs to something else. We hold the lock, so none of our
// servers lives; Postgres itself sees to every other case.
func (c *cluster) clearStalePID() {
	path := filepath.Join(c.data, "postmaster.pid")
	line, _ := firstLine(path)
	pid, err := strconv.Atoi(line)
	if err != nil {
		return
	}
	comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err == nil && strings.TrimSpace(string(comm)) != "postgres" {
		os.Remove(path)
		os.Remove(filepath.Join(c.data, ".s.PGSQL.5432.lock"))
	}
}

func firstLine(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Scan()
	return s.Text(), s.Err()
}

// shorten points host at a link when the socket's path would be too long for
// the kernel.
func (c *Child) shorten() (err error) {
	const longest = 103 // bytes of a socket's path, on the tightest system
	if len(c.host)+len("/.s.PGSQL.5432") <= longest {
		return nil
	}
	if c.scratch, err = os.MkdirTemp("", "qpg"); err != nil {
		return err
	}
	link := filepath.Join(c.scratch, "d")
	err = os.Symlink(c.host, link)
	c.host = link
	return err
}

// await waits until the server answers and has the role and the database.
func (c *Child) await(ctx context.Context) error {
	for {
		conn, err := pgx.Connect(ctx, c.dsn(superuser, "postgres"))
		if err == nil {
			defer conn.Close(ctx)
			return prepare(ctx, conn)
		}
		select {
		case <-c.done:
			return errors.New("the server ended while starting; its log says why")
		case <-ctx.Done():
			return fmt.Errorf("the server did not answer in time: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// prepare makes the application's role and database where they are missing.
func prepare(ctx context.Context, conn *pgx.Conn) error {
	for _, s := range []struct{ missing, make string }{
		{"select not exists (select from pg_roles where rolname = $1)", "create role " + appRole + " login"},
		{"select not exists (select from pg_database where datname = $1)", "create database " + database + " owner " + appRole},
	} {
		var missing bool
		if err := conn.QueryRow(ctx, s.missing, appRole).Scan(&missing); err != nil {
			return err
		}
		if !missing {
			continue
		}
		if _, err := conn.Exec(ctx, s.make); err != nil {
			return err
		}
	}
	return nil
}

// runOnThread runs cmd from a thread that lives as long as cmd does, which the
// death signal needs.
func runOnThread(cmd *exec.Cmd) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- cmd.Run()
	}()
	return <-done
}

// findBinaries is the directory of the first server found that can read the
// data, newest first among installed ones.
func (c *cluster) findBinaries(ctx context.Context) (string, error) {
	want, _ := firstLine(filepath.Join(c.data, "PG_VERSION"))
	var found []string
	for _, dir := range candidates(os.Getenv) {
		version := serverVersion(ctx, dir)
		if version == "" {
			continue
		}
		if want == "" || want == version {
			return dir, nil
		}
		found = append(found, version)
	}
	if len(found) > 0 {
		return "", fmt.Errorf("the data was written by Postgres %s, and this machine has %s: install %[1]s, or start afresh", want, strings.Join(found, " and "))
	}
	return c.fetch()
}

// candidates lists directories that may hold a server, best first.
func candidates(getenv func(string) string) []string {
	if dir := getenv("QUERENT_PG_BIN"); dir != "" {
		return []string{dir}
	}
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin"} {
		matches, _ := filepath.Glob(pattern)
		slices.SortFunc(matches, func(a, b string) int { return natural(b) - natural(a) })
		dirs = append(dirs, matches...)
	}
	return dirs
}

// natural is the number in an install path's version, for ordering.
func natural(path string) int {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, path)
	n, _ := strconv.Atoi(digits)
	return n
}

// serverVersion is the major version of the server in dir; empty unless both
// programs are there and run.
func serverVersion(ctx context.Context, dir string) string {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return ""
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "-V").Output()
	if err != nil {
		return ""
	}
	fields := strings.Fields(string(out)) // postgres (PostgreSQL) 15.18 (Debian …)
	if len(fields) < 3 {
		return ""
	}
	major, _, _ := strings.Cut(fields[2], ".")
	return major
}
