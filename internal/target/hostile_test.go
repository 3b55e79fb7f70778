package target

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
)

// hostileCase is one block of hostile.sql.
type hostileCase struct {
	id, sql string
	expect  []string
}

var (
	header = regexp.MustCompile(`^-- @case (\S+) expect=(\S+)`)
	repeat = regexp.MustCompile(`\{\{(\d+)\*((?s:.*?))\}\}`)
)

func hostileCases(t *testing.T) []hostileCase {
	t.Helper()
	text, err := os.ReadFile("../../../shared/security/hostile.sql")
	if err != nil {
		t.Skip("shared/security/hostile.sql is not beside this checkout")
	}
	var cases []hostileCase
	for line := range strings.Lines(string(text)) {
		if m := header.FindStringSubmatch(line); m != nil {
			cases = append(cases, hostileCase{id: m[1], expect: strings.Split(m[2], "|")})
		} else if n := len(cases); n > 0 {
			cases[n-1].sql += line
		}
	}
	for i := range cases {
		cases[i].sql = expand(strings.TrimSpace(cases[i].sql), t.TempDir())
	}
	return cases
}

// expand replaces hostile.sql's macros.
func expand(sql, tmp string) string {
	var chain strings.Builder
	chain.WriteString("c0 AS (SELECT 1 x)")
	for i := 1; i < 300; i++ {
		fmt.Fprintf(&chain, ", c%d AS (SELECT x FROM c%d)", i, i-1)
	}
	sql = strings.NewReplacer("{{NUL}}", "\x00", "{{BOM}}", "\uFEFF", "{{TMP}}", tmp,
		"{{CTECHAIN300}}", chain.String()+" SELECT x FROM c299").Replace(sql)
	return repeat.ReplaceAllStringFunc(sql, func(m string) string {
		parts := repeat.FindStringSubmatch(m)
		n, _ := strconv.Atoi(parts[1])
		return strings.Repeat(parts[2], n)
	})
}

// verdict names what became of a statement, in hostile.sql's words.
func verdict(res ask.Table, err error) string {
	switch code := ask.CodeOf(err); {
	case err == nil && res.Truncated && len(res.Rows) == 1000:
		return "row-capped"
	case err == nil && res.Truncated:
		return "byte-capped"
	case err == nil:
		return "ok"
	case code == ask.Refused, code == ask.Invalid:
		return "refused"
	case errors.Is(err, ErrTime):
		return "time-limited"
	case errors.Is(err, ErrMemory):
		return "memory-capped"
	default:
		return fmt.Sprintf("%s: %v", code, err)
	}
}

// TestHostile runs every case and, after each, looks at the header's
// invariants. Each lane has a worker of its own, so that no case waits for
// another and its time can be held against the limit.
func TestHostile(t *testing.T) {
	cases := hostileCases(t)
	if len(cases) < 100 {
		t.Fatalf("only %d cases found", len(cases))
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Chdir(t.TempDir())
	l := lane{path: shop(t), dirs: []string{tmp, "."}}
	l.before = fileState(t, l.path)
	queue := make(chan hostileCase)
	var lanes sync.WaitGroup
	for range 2 {
		db := open(t, l.path, Options{Workers: 1, TimeLimit: hostileLimit})
		lanes.Go(func() {
			for c := range queue {
				t.Run(c.id, func(t *testing.T) { l.run(t, db, c) })
			}
		})
	}
	for _, c := range cases {
		queue <- c
	}
	close(queue)
	lanes.Wait()
}

const (
	hostileLimit = 2 * time.Second
	// slack is the kill's grace and what two lanes on two busy cores need to
	// notice it and start another worker.
	slack  = 2 * time.Second
	maxRSS = 256 << 10 // kB
)

// lane is what the cases share.
type lane struct {
	path   string
	dirs   []string // must stay empty
	before string   // the target's state
}

func (l lane) run(t *testing.T, db *DB, c hostileCase) {
	start, peak := time.Now(), watchRSS(db)
	res, err := db.Query(t.Context(), c.sql)
	if took := time.Since(start); took > hostileLimit+slack {
		t.Errorf("took %s", took)
	}
	expect := c.expect
	if slices.Contains(expect, "time-limited") { // a fast machine may run out of memory first
		expect = append(slices.Clone(expect), "memory-capped")
	}
	if got := verdict(res, err); !slices.Contains(expect, got) {
		t.Errorf("%s (%v), want %v", got, err, expect)
	}
	if m := ask.MessageOf(err); err != nil && (strings.Contains(m, filepath.Dir(l.path)) || strings.Contains(m, "/etc") || m == "") {
		t.Errorf("message %q", m)
	}
	if kb := peak(); kb > maxRSS {
		t.Errorf("the worker used %d kB", kb)
	}
	// The state of a connection that a case may have bent shows in the next.
	n, err := db.Query(t.Context(), "SELECT count(*), 'a' LIKE 'A', (SELECT count(*) FROM v_sales) FROM orders")
	if err != nil || fmt.Sprint(n.Rows) != "[[5000 1 5000]]" {
		t.Errorf("the next query gave %v, %v", n.Rows, err)
	}
	if after := fileState(t, l.path); after != l.before {
		t.Errorf("the target changed: %s, was %s", after, l.before)
	}
	if files := list(t, filepath.Dir(l.path)); len(files) != 1 {
		t.Errorf("files beside the target: %v", files)
	}
	for _, dir := range l.dirs {
		if files := list(t, dir); len(files) != 0 {
			t.Errorf("new files: %v", files)
		}
	}
}

func list(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// watchRSS looks at the memory of a target's workers until peak is called,
// which is the most that one had, in kB; 0 where the system does not tell.
func watchRSS(db *DB) (peak func() int) {
	most, stop, done := 0, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for last := false; !last; {
			select {
			case <-stop:
				last = true
			case <-time.After(20 * time.Millisecond):
			}
			for _, pid := range db.crew.pids() {
				most = max(most, peakRSS(pid))
			}
		}
	}()
	return func() int { close(stop); <-done; return most }
}

func peakRSS(pid int) (kb int) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ = strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
		}
	}
	return kb
}

// pids are those of all workers, busy ones first.
func (c *crew) pids() (list []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for w := range c.busy {
		list = append(list, w.cmd.Process.Pid)
	}
	for _, w := range c.idle {
		list = append(list, w.cmd.Process.Pid)
	}
	return list
}

// workerPID is the process of an idle target.
func workerPID(db *DB) int { return db.crew.pids()[0] }

func fileState(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x %s", h.Sum(nil), info.ModTime())
}
