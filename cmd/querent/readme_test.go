package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// README tells those who run Querent each command, what an exit status means,
// and how to back up, upgrade and run several replicas.
func TestReadmeTellsOperators(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, c := range commands {
		if !regexp.MustCompile("(`|querent |make )" + c.name + `\b`).MatchString(text) {
			t.Errorf("nothing is said of the command %s", c.name)
		}
	}
	want := []string{fmt.Sprintf("%d an environment", exitConfig), "**The target.**", "**Several replicas.**", "pg_dump", "pg_restore", "**Upgrading.**"}
	for _, s := range initSteps {
		want = append(want, fmt.Sprintf("%d %s", s.status, s.name))
	}
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("nothing is said of %q", w)
		}
	}
}
