package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// verdict is how a check ended.
type verdict string

const (
	well    verdict = "ok"
	warned  verdict = "warn" // works, but should be looked at
	failed  verdict = "fail"
	skipped verdict = "skip" // could not be checked, because an earlier one failed
)

// finding is what a check found.
type finding struct {
	Component string  `json:"component"`
	Check     string  `json:"check"`
	Verdict   verdict `json:"verdict"`
	Detail    string  `json:"detail"`
	Advice    string  `json:"advice,omitempty"` // what to do; empty when all is well
	TookMS    int64   `json:"took_ms"`
}

// check looks at one thing. A check whose component could not be reached is
// passed over.
type check struct {
	component, name string
	look            func(ctx context.Context, a *app) finding // fills verdict, detail and advice
}

// checkLimit bounds one check.
const checkLimit = 10 * time.Second

// runDoctor looks at every component and says what to do about what is wrong.
func runDoctor(ctx context.Context, c call) error {
	fs := flag.NewFlagSet("querent doctor", flag.ContinueOnError)
	asJSON := fs.Bool("json", false, "print JSON")
	a, end, err := c.offline(ctx, fs)
	if err != nil {
		return err
	}
	defer end()
	findings := examine(ctx, a, checks)
	if *asJSON {
		err = printFindingsJSON(c.stdout, findings)
	} else {
		err = printFindings(c.stdout, findings)
	}
	if err == nil && tally(findings, failed) > 0 {
		err = errors.New("not all is well")
	}
	return err
}

// examine takes every check in order. The first of a component says whether
// the others of it can be taken.
func examine(ctx context.Context, a *app, checks []check) (findings []finding) {
	unreachable := map[string]bool{}
	first := map[string]bool{}
	for _, c := range checks {
		f := finding{Verdict: skipped, Detail: "not reachable"}
		if !unreachable[c.component] {
			start := time.Now()
			within, cancel := context.WithTimeout(ctx, checkLimit)
			f = c.look(within, a)
			cancel()
			f.TookMS = time.Since(start).Milliseconds()
		}
		f.Component, f.Check = c.component, c.name
		unreachable[c.component] = unreachable[c.component] || f.Verdict == failed && !first[c.component]
		first[c.component] = true
		findings = append(findings, f)
	}
	return findings
}

func tally(findings []finding, v verdict) (n int) {
	for _, f := range findings {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

func printFindings(w io.Writer, findings []finding) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range findings {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", f.Component, f.Check, f.Verdict, f.Detail)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, f := range findings {
		if f.Advice != "" {
			fmt.Fprintf(w, "\n%s, %s: %s\n", f.Component, f.Check, f.Advice)
		}
	}
	_, err := fmt.Fprintf(w, "\n%d well, %d to look at, %d failed, %d not checked.\n",
		tally(findings, well), tally(findings, warned), tally(findings, failed), tally(findings, skipped))
	return err
}

func printFindingsJSON(w io.Writer, findings []finding) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"well": tally(findings, failed) == 0, "version": version, "checks": findings})
}
