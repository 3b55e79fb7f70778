package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const oldTransactions = `create table accounting_transactions (id serial primary key, amount numeric(12,2), posted date);
	insert into accounting_transactions (amount, posted) select n / 4.0, date '2024-01-01' + n % 366 from generate_series(1, %d) n`

func TestLegacyExportVerifyDrop(t *testing.T) {
	dsn := newDatabase(t)
	exec1(t, dsn, strings.Replace(oldTransactions, "%d", "2000", 1))
	s := &stack{env: map[string]string{}}
	to := filepath.Join(t.TempDir(), "target.db")
	flags := []string{"--from", dsn, "--tables", "accounting_transactions", "--to", to}
	step := func(name string, more ...string) outcome {
		return s.run(t, append(append([]string{"legacy", name}, flags...), more...))
	}
	if o := step("verify"); o.status != 1 || !strings.Contains(o.stderr, "the target") {
		t.Errorf("verify of nothing: %+v", o)
	}
	if o := step("export"); o.status != 0 || !strings.Contains(o.stdout, "2000   2000     the same") {
		t.Fatalf("export: %+v", o)
	}
	if o := step("export"); o.status != 1 || !strings.Contains(o.stderr, "exists already") {
		t.Errorf("export again: %+v", o)
	}
	if o := step("verify"); o.status != 0 {
		t.Errorf("verify: %+v", o)
	}
	for _, confirm := range []string{"", "accounting_transaction", "yes"} {
		if o := step("drop", "--confirm", confirm); o.status != 2 || !strings.Contains(o.stderr, "nothing was dropped") {
			t.Errorf("drop confirmed by %q: %+v", confirm, o)
		}
	}
	exec1(t, dsn, "update accounting_transactions set amount = 7 where id = 9")
	if o := step("drop", "--confirm", "accounting_transactions"); o.status != 1 || !strings.Contains(o.stdout, "differ in amount") {
		t.Errorf("drop of what changed: %+v", o)
	}
	exec1(t, dsn, "update accounting_transactions set amount = 9 / 4.0 where id = 9")
	if o := step("drop", "--confirm", "accounting_transactions"); o.status != 0 {
		t.Errorf("drop: %+v", o)
	}
	if scan1[bool](t, dsn, "select to_regclass('accounting_transactions') is not null") {
		t.Error("still there")
	}
}

func TestLegacyExportStopsOnCtrlC(t *testing.T) {
	dsn := newDatabase(t)
	exec1(t, dsn, strings.Replace(oldTransactions, "%d", "600000", 1))
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "legacy", "export", "--from", dsn, "--tables", "accounting_transactions", "--to", filepath.Join(dir, "target.db"))
	cmd.Env = append(os.Environ(), asCommand+"=1")
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(said).ReadString('\n'); !strings.Contains(line, "copied") {
		t.Errorf("no progress but %q, %v", line, err)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("it ended well")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestLegacyFlags(t *testing.T) {
	s := &stack{env: map[string]string{}}
	for _, args := range [][]string{{"legacy", "leave"}, {"legacy", "export"}, {"legacy", "export", "--from", "x", "--tables", "t"}, {"legacy", "verify", "word"}} {
		if o := s.run(t, args); o.status != 2 {
			t.Errorf("%v: %+v", args, o)
		}
	}
	if o := s.run(t, []string{"legacy"}); o.status != 0 || !strings.Contains(o.stderr, "export") {
		t.Errorf("usage: %+v", o)
	}
}
