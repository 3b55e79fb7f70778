package eval

import (
	"context"
	"fmt"
	"strings"

	"github.com/querent/querent/internal/ask"
)

// Outcome is what came back for a question.
type Outcome string

// The outcomes. Agreed and Model come from generators with a language model.
const (
	Compiled Outcome = "compiled"
	Agreed   Outcome = "agreed"
	Model    Outcome = "model"
	Unsure   Outcome = "unsure"
	Asked    Outcome = "asked"
	Declined Outcome = "declined"
	Failed   Outcome = "error" // the SQL did not run
)

// Answered reports whether rows would be shown, or should have been.
func (o Outcome) Answered() bool { return o != Asked && o != Declined }

// outcomeOf reads a candidate's outcome; whether its SQL runs is not yet known.
func outcomeOf(c ask.Candidate) Outcome {
	switch {
	case len(c.Choices) > 0:
		return Asked
	case c.Decline != nil || c.SQL == "":
		return Declined
	case c.Tier == ask.Compiled:
		return Compiled
	case c.Tier == ask.Model:
		return Model
	case c.Tier == ask.Agreed:
		return Agreed
	}
	return Unsure
}

// judge scores the answers to one question in all its wordings.
type judge struct {
	db    *Database
	q     Question
	golds *golds
	book  *Scorer // scores instead, for textbook questions
	ran   map[string]ran
}

// ran is what SQL gave.
type ran struct {
	rows *rowset
	zero bool // no rows, or one of nothing but zero and NULL
	err  error
}

func newJudge(ctx context.Context, db *Database, q Question) (*judge, error) {
	j := &judge{db: db, q: q, golds: &golds{}, ran: map[string]ran{}}
	switch {
	case q.Expect == ExpectNothing:
		return j, nil
	case q.textbook != nil:
		j.book = NewScorer(db, *q.textbook)
		return j, nil
	}
	var err error
	j.golds, err = runGolds(ctx, db.kept, db, q)
	return j, err
}

// run runs generated SQL once for all wordings, and reads no more rows than
// can make it right.
func (j *judge) run(ctx context.Context, sql string) ran {
	if r, ok := j.ran[sql]; ok {
		return r
	}
	var r ran
	t, err := j.db.run(ctx, sql, max(j.golds.most, 1)+1, maxTime)
	if r.err = err; err == nil {
		r.rows, r.zero = newRowset(t.Rows, len(t.Columns)), zero(t.Rows)
	}
	j.ran[sql] = r
	return r
}

// zero reports whether rows say "none".
func zero(rows [][]any) bool {
	if len(rows) > 1 {
		return false
	}
	for _, row := range rows {
		for _, v := range row {
			if key := matchKey(v); key != "null" && key != "#0" {
				return false
			}
		}
	}
	return true
}

// score fills in what came of a candidate.
func (j *judge) score(ctx context.Context, c ask.Candidate, r *Result) {
	r.take(c)
	if g := j.golds; g.failed != nil && len(g.results) == 0 {
		r.GoldFailed = g.failed.Error()
	}
	switch {
	case j.q.Expect == ExpectNothing:
	case j.book != nil:
		j.scoreTextbook(ctx, c, r)
	case r.Outcome == Asked:
		j.scoreChoices(ctx, c, r)
	case r.Outcome == Declined:
		r.Right = j.q.Expect == ExpectDecline
	default:
		j.scoreRows(ctx, c, r)
	}
}

// scoreChoices: asking back is right where it was expected and two choices or
// more hold different readings; of a trap it is as good as a decline.
func (j *judge) scoreChoices(ctx context.Context, c ask.Candidate, r *Result) {
	readings, holding := map[int]bool{}, 0
	for _, choice := range c.Choices {
		if got := j.run(ctx, choice.SQL); got.err == nil && j.golds.readings(got.rows, readings) {
			holding++
		}
	}
	r.Held = holding > 0
	switch j.q.Expect {
	case ExpectAsk:
		r.Right = holding >= 2 && len(readings) >= 2
	case ExpectDecline:
		r.Right = j.q.Trap
	}
}

func (j *judge) scoreRows(ctx context.Context, c ask.Candidate, r *Result) {
	got := j.run(ctx, c.SQL)
	if got.err != nil {
		r.Outcome, r.Reason = Failed, got.err.Error()
		return
	}
	switch j.q.Expect {
	case ExpectAnswer:
		r.Right = j.golds.match(got.rows)
	case ExpectAsk: // the answer says which reading it took
		r.Right = (c.Sentence != "" || len(c.Notes) > 0) && j.golds.match(got.rows)
	case ExpectDecline:
		r.Named = j.q.Trap && j.q.Kind == "value" && got.zero && names(c, j.q.MustName)
		r.Right = r.Named
	}
	r.Empty = r.Right && got.rows.rows == 0
}

// right reports whether SQL alone answers the question: of one to ask back, as
// one of the readings does; of one to decline, never.
func (j *judge) right(ctx context.Context, sql string) bool {
	if j.book != nil {
		ok, err := j.book.Right(ctx, sql)
		return ok && err == nil
	}
	if j.q.Expect == ExpectDecline || j.q.Expect == ExpectNothing {
		return false
	}
	got := j.run(ctx, sql)
	return got.err == nil && j.golds.match(got.rows)
}

// names reports whether an answer, in what it tells people, names one of the
// words.
func names(c ask.Candidate, words []string) bool {
	told := append([]string{c.Sentence}, c.Notes...)
	for _, p := range c.Reading {
		if p.Kind != "ignored" {
			told = append(told, p.Text, p.Target)
		}
	}
	text := strings.ToLower(strings.Join(told, "\n"))
	for _, w := range words {
		if strings.Contains(text, strings.ToLower(w)) {
			return true
		}
	}
	return false
}

func (j *judge) scoreTextbook(ctx context.Context, c ask.Candidate, r *Result) {
	b := j.q.textbook
	_, r.Constructs = classify(b.Gold)
	if !r.Outcome.Answered() {
		r.Cause = fmt.Sprintf("%s: %s", r.Outcome, r.Reason)
		return
	}
	right, err := j.book.Right(ctx, c.SQL)
	switch {
	case err != nil:
		r.Outcome, r.Reason, r.Cause = Failed, err.Error(), "error: "+err.Error()
	case right:
		r.Right = true
	default:
		r.Cause = cause(b.Gold, c.SQL)
	}
}
