package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/web/views"
)

// runAsk answers one question with the demo's components: the same run as in
// the browser, its history included.
func runAsk(ctx context.Context, c call) error {
	var o demoOptions
	var asJSON bool
	fs := flag.NewFlagSet("querent ask", flag.ContinueOnError)
	fs.StringVar(&o.data, "data", defaultDemoDir(), "`directory` of the demo's data")
	fs.StringVar(&o.target, "target", "", "ask this SQLite `file` instead of the generated data")
	fs.BoolVar(&asJSON, "json", false, "print JSON")
	words, err := c.parse(fs)
	if err != nil {
		return err
	}
	d, unlock, err := openDemo(ctx, o, c.stderr, io.Discard)
	if err != nil {
		return err
	}
	defer unlock()
	defer d.stop()
	q, res, err := d.answer(ctx, strings.Join(words, " "))
	if err != nil {
		return plain(err)
	}
	if asJSON {
		return printJSON(c.stdout, q, res)
	}
	return printAnswer(c.stdout, q, res)
}

// answer asks as the demo's administrator and waits for the end.
func (d *running) answer(ctx context.Context, text string) (q ask.Question, res ask.Table, err error) {
	u, err := d.app.store.UserByName(ctx, demoAdmin)
	if err != nil {
		return q, res, err
	}
	ctx = audit.WithActor(ctx, audit.Actor{ID: u.ID, Name: u.Name, Address: "terminal"})
	id, err := d.app.ask.Ask(ctx, u.ID, text, ask.Options{})
	if err != nil {
		return q, res, err
	}
	v := ask.Viewer{UserID: u.ID}
	for q, err = range d.app.ask.Watch(ctx, v, id) {
		if err != nil {
			return q, res, err
		}
	}
	if q.Status == ask.Answered {
		res, err = d.app.ask.Result(ctx, v, id)
	}
	return q, res, err
}

func printAnswer(w io.Writer, q ask.Question, res ask.Table) error {
	if q.Status != ask.Answered {
		fmt.Fprintf(w, "%s: %s\n", q.Status, q.Message)
		for _, s := range q.Suggestions {
			fmt.Fprintf(w, "  try: %s\n", s)
		}
		return nil
	}
	for _, p := range q.Reading {
		fmt.Fprintf(w, "  %s → %s (%s)\n", p.Text, p.Target, p.Why)
	}
	for _, note := range q.Notes {
		fmt.Fprintf(w, "  note: %s\n", note)
	}
	fmt.Fprintf(w, "\n%s\n\n", q.SQL)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, col := range res.Columns {
		fmt.Fprint(tw, strings.Repeat("\t", min(i, 1)), col.Name)
	}
	fmt.Fprintln(tw)
	for _, r := range res.Rows {
		for i, v := range r {
			fmt.Fprint(tw, strings.Repeat("\t", min(i, 1)), shown(v))
		}
		fmt.Fprintln(tw)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	more := ""
	if res.Truncated {
		more = ", of more"
	}
	_, err := fmt.Fprintf(w, "\n%s%s, %s, %.0f%% sure, %s\n", views.Counted(len(res.Rows), "row"), more, q.Tier, 100*q.Confidence,
		q.Finished.Sub(q.Created).Round(time.Millisecond))
	return err
}

func shown(v any) string {
	if v == nil {
		return "NULL"
	}
	return fmt.Sprint(v)
}

// printJSON prints the whole answer for a program to read.
func printJSON(w io.Writer, q ask.Question, res ask.Table) error {
	columns := make([]string, len(res.Columns))
	for i, c := range res.Columns {
		columns[i] = c.Name
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"question": q.Text, "status": q.Status, "tier": q.Tier, "confidence": q.Confidence,
		"sql": q.SQL, "reading": q.Reading, "message": q.Message, "suggestions": q.Suggestions,
		"columns": columns, "rows": res.Rows, "truncated": res.Truncated})
}
