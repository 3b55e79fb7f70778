package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// `make peers` measures Querent beside what people use now, in one run on one
// machine: Vanna, with a model that takes no time, and Datasette. The variable
// names the directory of a Python environment that has both.
const peersVariable = "QUERENT_PEERS"

// What must hold.
const (
	mostOfVanna    = 0.7 // of Vanna's own time from a question to rows
	mostProcessor  = 30 * time.Millisecond
	mostOverEngine = 10 * time.Millisecond
	leastPages     = 3.0 // times Datasette's
)

const peerRounds = 12

// peerStatements run on a table of 300,000 rows beside the demo's data.
var peerStatements = []string{
	"SELECT * FROM measured WHERE id = 250000",
	"SELECT count(*) FROM measured WHERE status = 'open'",
	"SELECT status, count(*), sum(total) FROM measured GROUP BY status",
	"SELECT substr(ordered_at, 1, 7) AS month, sum(total) FROM measured GROUP BY month ORDER BY month",
	"SELECT * FROM measured ORDER BY total DESC LIMIT 1000",
}

const measuredTable = `CREATE TABLE measured(id INTEGER PRIMARY KEY, customer_id INTEGER, status TEXT, ordered_at TEXT, total REAL);
	WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000)
	INSERT INTO measured SELECT x, x * 7 % 5000, CASE x % 3 WHEN 0 THEN 'paid' WHEN 1 THEN 'open' ELSE 'lost' END,
		date('2019-01-01', '+' || x / 150 || ' days'), x * 7919 % 100000 / 100.0 FROM n`

type peers struct {
	t        *testing.T
	target   string
	server   *replica
	analysts []*analyst
	page     string // of the last statement's answer, and who may see it
	reader   *analyst
	sets     string // Datasette's address
}

func TestPeers(t *testing.T) {
	python := os.Getenv(peersVariable)
	if python == "" {
		t.Skip("`make peers` measures")
	}
	s := newStack(t)
	execute(t, s.target, measuredTable)
	s.ok(t, "init")
	p := &peers{t: t, target: s.target}
	p.server = s.serve(t, "QUERENT_LOG_LEVEL", "warn", "QUERENT_TRUSTED_PROXIES", "127.0.0.1")
	p.server.ready(t)
	l := &load{base: p.server.url}
	s.joined(t, l, peerRounds+len(peerStatements)) // each may ask so often in a minute
	p.analysts = l.analysts
	p.startDatasette(python)
	fmt.Printf("%d cores, load average before: %s\n", runtime.NumCPU(), loadAverage())
	p.asks(s, p.startVanna(python))
	p.statements()
	p.pages()
}

// execute runs statements on a SQLite file.
func execute(t *testing.T, path, sql string) {
	t.Helper()
	db, err := sqlite3.Open(path)
	if err == nil {
		err = db.Exec(sql)
	}
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}

// vanna is a process that answers lines.
type vanna struct {
	in  io.Writer
	out *bufio.Scanner
}

func (p *peers) startVanna(python string) *vanna {
	cmd := exec.Command(filepath.Join(python, "bin", "python"), "testdata/peers/vanna_peer.py", p.target)
	in, err := cmd.StdinPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { in.Close(); _ = cmd.Wait() })
	v := &vanna{in, bufio.NewScanner(out)}
	v.await(p.t, "ready")
	return v
}

// await skips what the library prints by itself.
func (v *vanna) await(t *testing.T, word string) string {
	t.Helper()
	for v.out.Scan() {
		if rest, ok := strings.CutPrefix(v.out.Text(), word); ok {
			return rest
		}
	}
	t.Fatal("vanna ended")
	return ""
}

func (v *vanna) ask(t *testing.T, question, sql string) (wall, processor time.Duration) {
	t.Helper()
	fmt.Fprintf(v.in, "%s\t%s\n", question, strings.Join(strings.Fields(sql), " "))
	var rows int
	if _, err := fmt.Sscan(v.await(t, "took"), &wall, &processor, &rows); err != nil || rows == 0 {
		t.Fatalf("%s: %d rows, %v", question, rows, err)
	}
	return wall, processor
}

// asks compares how long it takes from a question to its rows, and what that
// costs: of Querent all its processes, over HTTP, saved and streamed; of Vanna
// the call of its library. Both end with the same SQL.
func (p *peers) asks(s *stack, v *vanna) {
	ours, theirs := &times{}, &times{}
	var oursCPU, theirsCPU []time.Duration
	for n := range peerRounds {
		for _, question := range loadQuestions {
			if strings.Contains(question, "%d") {
				question = fmt.Sprintf(question, 2+n)
			} else {
				question += " in " + strconv.Itoa(2015+n) // so that none comes from the cache
				question = strings.Replace(question, " in 2024 in", " in", 1)
			}
			used, start := processorOf(p.server.cmd.Process.Pid), time.Now()
			path, err := p.analysts[n].ask(question)
			took := time.Since(start)
			spent := processorOf(p.server.cmd.Process.Pid) - used
			sql := scan1[string](p.t, s.dsn, "select sql from queries where id = $1", strings.TrimPrefix(path, "/questions/"))
			if err != nil || sql == "" {
				p.t.Fatalf("%s: %v, %q", question, err, sql)
			}
			wall, processor := v.ask(p.t, question, sql)
			if n < 2 {
				continue // warming up
			}
			ours.add(took, nil)
			theirs.add(wall, nil)
			oursCPU, theirsCPU = append(oursCPU, spent), append(theirsCPU, processor)
		}
	}
	fmt.Printf("\nask to rows          %10s %10s %14s\n", "p50", "p99", "processor p50")
	fmt.Printf("  Querent            %10s %10s %14s\n", ms(ours.part(.5)), ms(ours.part(.99)), ms(median(oursCPU)))
	fmt.Printf("  Vanna              %10s %10s %14s\n", ms(theirs.part(.5)), ms(theirs.part(.99)), ms(median(theirsCPU)))
	ratio := float64(ours.part(.5)) / float64(theirs.part(.5))
	fmt.Printf("  Querent / Vanna    %10.2f\n", ratio)
	if ratio > mostOfVanna {
		p.t.Errorf("from a question to rows takes %.2f times Vanna's", ratio)
	}
	if got := median(oursCPU); got > mostProcessor {
		p.t.Errorf("a question takes %s of a processor", got)
	}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/1e6) }

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

// processorOf is what a process and its children have used of the processors.
func processorOf(pid int) (used time.Duration) {
	list, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/children")
	if err != nil {
		return 0
	}
	used = threadsOf(pid)
	for _, path := range list {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		for _, child := range strings.Fields(string(b)) {
			if n, err := strconv.Atoi(child); err == nil {
				used += threadsOf(n)
			}
		}
	}
	return used
}

// threadsOf adds up what the scheduler says of each thread, in nanoseconds.
func threadsOf(pid int) (used time.Duration) {
	list, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/schedstat")
	if err != nil {
		return 0
	}
	for _, path := range list {
		var ns int64
		if b, err := os.ReadFile(path); err == nil {
			if _, err := fmt.Sscan(string(b), &ns); err == nil {
				used += time.Duration(ns)
			}
		}
	}
	return used
}

func (p *peers) startDatasette(python string) {
	port := freePort(p.t)
	cmd := exec.Command(filepath.Join(python, "bin", "datasette"), "serve", "--immutable", p.target, "--port", port, "--setting", "sql_time_limit_ms", "60000")
	cmd.Stderr = io.Discard
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	p.sets = "http://127.0.0.1:" + port
	eventually(p.t, 30*time.Second, "Datasette answers", func() bool {
		_, status, err := read(http.Get(p.sets + "/-/versions.json"))
		return err == nil && status == http.StatusOK
	})
}

// statements compares SQL: with the bare engine in this process, with Querent
// from the form to the streamed answer, and with Datasette from the address to
// JSON.
func (p *peers) statements() {
	db, err := sqlite3.OpenFlags(p.target, sqlite3.OPEN_READONLY)
	if err != nil {
		p.t.Fatal(err)
	}
	defer db.Close()
	name := strings.TrimSuffix(filepath.Base(p.target), ".db")
	fmt.Printf("\nstatements, p50      %10s %10s %10s\n", "engine", "Querent", "Datasette")
	for i, sql := range peerStatements {
		var engine, querent, datasette []time.Duration
		a := p.analysts[peerRounds+i]
		parent, err := a.ask("how many employees are there")
		if err != nil {
			p.t.Fatal(err)
		}
		for range 5 {
			engine = append(engine, timed(p.t, func() error { return bare(db, sql) }))
			querent = append(querent, timed(p.t, func() error {
				path, err := a.starts(parent+"/run", url.Values{"sql": {sql}})
				if err == nil {
					err = a.follow(context.Background(), path)
				}
				p.page, p.reader = path, a
				return err
			}))
			datasette = append(datasette, timed(p.t, func() error {
				body, status, err := read(http.Get(p.sets + "/" + name + ".json?sql=" + url.QueryEscape(sql)))
				if err != nil || status != http.StatusOK || !json.Valid([]byte(body)) {
					return fmt.Errorf("datasette: %d, %w", status, err)
				}
				return nil
			}))
		}
		fmt.Printf("  statement %d        %10s %10s %10s  %s\n", i+1, ms(median(engine)), ms(median(querent)), ms(median(datasette)), sql)
		if over := median(querent) - median(engine); over > mostOverEngine {
			p.t.Errorf("statement %d takes %s more than the engine", i+1, over)
		}
	}
}

func timed(t *testing.T, do func() error) time.Duration {
	t.Helper()
	start := time.Now()
	if err := do(); err != nil {
		t.Fatal(err)
	}
	return time.Since(start)
}

// bare reads as many rows as the others show.
func bare(db *sqlite3.Conn, sql string) error {
	stmt, _, err := db.Prepare(sql)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for n := 0; n < 1000 && stmt.Step(); n++ {
		for i := range stmt.ColumnCount() {
			_ = stmt.ColumnText(i)
		}
	}
	return stmt.Err()
}

// pages compares pages a second, by four readers at once.
func (p *peers) pages() {
	name := strings.TrimSuffix(filepath.Base(p.target), ".db")
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	plain := &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	fmt.Printf("\npages a second       %10s %10s\n", "Querent", "Datasette")
	sql := "/" + name + "?_size=50&sql=" + url.QueryEscape("SELECT * FROM customers LIMIT 1000")
	for _, c := range []struct{ what, ours, theirs string }{
		{"the first page", "/", "/"},
		{"a list", "/history", "/" + name},
		{"rows", p.page, "/" + name + "/customers?_size=50"},
		{"rows of a query", p.page, sql},
		{"rows, sorted", p.page + "?sort=2", "/" + name + "/customers?_size=50&_sort=name"},
	} {
		ours, theirs := 0.0, 0.0
		for range 3 { // in turn, so that what else goes on meets both
			ours += perSecond(p.t, &p.reader.client, p.server.url+c.ours) / 3
			theirs += perSecond(p.t, plain, p.sets+c.theirs) / 3
		}
		fmt.Printf("  %-18s %10.0f %10.0f  %.1f times\n", c.what, ours, theirs, ours/theirs)
		if ours < leastPages*theirs {
			p.t.Errorf("%s: %.1f times Datasette's pages a second", c.what, ours/theirs)
		}
	}
}

func perSecond(t *testing.T, client *http.Client, address string) float64 {
	t.Helper()
	const lasts = time.Second
	start, counts := time.Now(), make(chan int, 4)
	for range cap(counts) {
		go func() {
			n := 0
			for time.Since(start) < lasts {
				if _, status, err := read(client.Get(address)); err != nil || status != http.StatusOK {
					t.Errorf("%s: %d, %v", address, status, err)
					break
				}
				n++
			}
			counts <- n
		}()
	}
	all := 0
	for range cap(counts) {
		all += <-counts
	}
	return float64(all) / time.Since(start).Seconds()
}
