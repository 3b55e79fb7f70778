package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mattn/go-isatty"

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
	if err == nil && strings.TrimSpace(strings.Join(words, "")) == "" {
		err = usageError{errors.New("ask takes a question")}
	}
	if err != nil {
		return err
	}
	d, unlock, err := openDemo(ctx, o, c.stderr, io.Discard)
	if err != nil {
		return err
	}
	defer unlock()
	defer d.stop()
	t := questioner{d: d, in: c.stdin, out: c.stdout}
	if ctx, t.v.UserID, err = d.asAdmin(ctx); err != nil {
		return plain(err)
	}
	return t.ask(ctx, strings.Join(words, " "), asJSON)
}

var errUnanswered = errors.New("the question was not answered")

// questioner asks on behalf of whoever sits at one.
type questioner struct {
	d   *running
	v   ask.Viewer
	in  io.Reader
	out io.Writer
}

// asAdmin finds the demo's administrator and makes them answer for what is
// done under the context.
func (d *running) asAdmin(ctx context.Context) (context.Context, string, error) {
	u, err := d.app.store.UserByName(ctx, demoAdmin)
	if err != nil {
		return ctx, "", err
	}
	return audit.WithActor(ctx, audit.Actor{ID: u.ID, Name: u.Name, Address: "terminal"}), u.ID, nil
}

// ask answers a question. Where it is asked back and somebody can reply, they
// are let choose.
func (t questioner) ask(ctx context.Context, text string, asJSON bool) error {
	id, err := t.d.app.ask.Ask(ctx, t.v.UserID, text, ask.Options{})
	if err != nil {
		return plain(err)
	}
	q, res, err := t.answered(ctx, id)
	if err != nil {
		return plain(err)
	}
	show := printAnswer
	if asJSON {
		show = printJSON
	}
	if err := show(t.out, q, res); err != nil {
		return err
	}
	if q.Status == ask.Asked && !asJSON && interactive(t.in) {
		if q, err = t.choose(ctx, q); err != nil {
			return plain(err)
		}
	}
	if q.Status != ask.Answered {
		return errUnanswered
	}
	return nil
}

// answered waits for the end of a question that was just asked.
func (t questioner) answered(ctx context.Context, id string) (q ask.Question, res ask.Table, err error) {
	for q, err = range t.d.app.ask.Watch(ctx, t.v, id) {
		if err != nil {
			return q, res, err
		}
	}
	if q.Status == ask.Answered {
		res, err = t.d.app.ask.Result(ctx, t.v, id)
	}
	return q, res, err
}

// choose lets the person choose among a question's readings, and answers by
// that. It gives the question as it then stands.
func (t questioner) choose(ctx context.Context, q ask.Question) (ask.Question, error) {
	n, err := readChoice(t.in, t.out, len(q.Choices))
	if err != nil {
		return q, err
	}
	if n == 0 {
		return q, t.d.app.ask.ChooseNone(ctx, t.v.UserID, q.ID)
	}
	id, err := t.d.app.ask.Choose(ctx, t.v.UserID, q.ID, ask.OfferChoice(n-1), "")
	if err != nil {
		return q, err
	}
	chosen, res, err := t.answered(ctx, id)
	if err != nil {
		return q, err
	}
	return chosen, printAnswer(t.out, chosen, res)
}

// interactive reports whether somebody can reply.
func interactive(in io.Reader) bool {
	f, ok := in.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// readChoice reads a number from 1 to most; 0 for none of them.
func readChoice(in io.Reader, out io.Writer, most int) (int, error) {
	lines := bufio.NewScanner(in)
	for {
		fmt.Fprintf(out, "\nWhich do you mean, 1 to %d? (0 for none of these) ", most)
		if !lines.Scan() {
			return 0, lines.Err()
		}
		if n, err := strconv.Atoi(strings.TrimSpace(lines.Text())); err == nil && n >= 0 && n <= most {
			return n, nil
		}
	}
}

// printUnanswered says why there are no rows, and what could be asked instead.
func printUnanswered(w io.Writer, q ask.Question) {
	fmt.Fprintln(w, strings.TrimSuffix(fmt.Sprintf("%s: %s", views.Label(q.Outcome()), q.Message), ": "))
	if len(q.LeftOut) > 0 {
		fmt.Fprintf(w, "  not understood: %s\n", strings.Join(q.LeftOut, ", "))
	}
	for i, c := range q.Choices {
		fmt.Fprintf(w, "  %d. %s\n", i+1, c.Plain())
	}
	for _, n := range q.Nearest {
		fmt.Fprintf(w, "  nearest to %s: %s\n", n.Word, strings.Join(n.Terms, ", "))
	}
	for _, s := range q.Suggestions {
		fmt.Fprintf(w, "  try: %s\n", s)
	}
}

func printAnswer(w io.Writer, q ask.Question, res ask.Table) error {
	if q.Status != ask.Answered {
		printUnanswered(w, q)
		return nil
	}
	if len(q.LeftOut) > 0 {
		fmt.Fprintf(w, "  not used: %s\n", strings.Join(q.LeftOut, ", "))
	}
	if q.Sentence != "" {
		fmt.Fprintf(w, "  %s\n", strings.ReplaceAll(q.Sentence, "**", ""))
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
	_, err := fmt.Fprintf(w, "\n%s%s, %s, %.0f%% sure, %s\n", views.Counted(len(res.Rows), "row"), more, views.Label(q.Outcome()), 100*q.Confidence,
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
	return enc.Encode(map[string]any{"question": q.Text, "outcome": q.Outcome(), "status": q.Status, "tier": q.Tier,
		"confidence": q.Confidence, "sentence": q.Sentence, "left_out": orEmpty(q.LeftOut), "choices": orEmpty(q.Choices),
		"notes": orEmpty(q.Notes), "followed_up": q.FollowedUp, "sql": q.SQL, "logical": q.Logical, "chips": orEmpty(q.Chips),
		"reading": q.Reading, "message": q.Message, "nearest": orEmpty(q.Nearest), "suggestions": q.Suggestions,
		"columns": columns, "rows": res.Rows, "truncated": res.Truncated})
}

// orEmpty is never null in JSON.
func orEmpty[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
