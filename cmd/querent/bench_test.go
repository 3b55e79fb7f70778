package main

import (
	"os"
	"strings"
	"testing"
)

// An operator measures the machine with one command, which leaves nothing
// behind and says when something failed.
func TestBenchLoad(t *testing.T) {
	if pg == nil {
		t.Skip("no Postgres binaries on this machine")
	}
	dir, err := os.MkdirTemp(benchDir, "querent-bench-test")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // another uid must get in
		t.Fatal(err)
	}
	before := benchDir
	benchDir = dir
	defer func() { benchDir = before }()
	o := (&stack{}).ok(t, "bench", "load", "--for", "2s", "--people", "3", "--asks", "1", "--pages", "5", "--runaways", "1")
	for _, want := range []string{"processors, load average", "nobody else: asks", "nobody else: pages", "1 more with a query that never ends: asks"} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("no %q in\n%s", want, o.stdout)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestBenchIsBounded(t *testing.T) {
	for _, args := range []string{"", "memory", "load --people 0", "load --people 500", "load --asks 51 --people 200", "load --pages -1",
		"load --for 1h", "load --for 0s", "load --asks 20 --people 40", "load --runaways 201", "load more"} {
		if o := (&stack{}).run(t, append([]string{"bench"}, strings.Fields(args)...)); o.status != exitUsage || o.stderr == "" {
			t.Errorf("bench %s: %+v", args, o)
		}
	}
}
