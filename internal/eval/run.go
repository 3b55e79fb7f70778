package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/querent/querent/internal/ask"
)

// Result is one question, in one wording, with what came back.
type Result struct {
	DB         string   `json:"db"`
	ID         string   `json:"id"`
	Wording    int      `json:"wording"` // from 0
	Question   string   `json:"question"`
	Follows    string   `json:"follows,omitempty"` // the ID before, for a turn
	Kind       string   `json:"kind"`
	Expect     Expect   `json:"expect"`
	Outcome    Outcome  `json:"outcome"`
	SQL        string   `json:"sql,omitempty"`
	Choices    []Choice `json:"choices,omitempty"`
	Sentence   string   `json:"sentence,omitempty"`
	LeftOut    []string `json:"left_out,omitempty"`
	Confidence float64  `json:"confidence"`
	Right      bool     `json:"right"`
	Millis     float64  `json:"ms"` // the generator's time

	Gold     string   `json:"gold,omitempty"`     // the best of them
	Reason   string   `json:"reason,omitempty"`   // of a decline or an error
	Notes    []string `json:"notes,omitempty"`    // shown with the answer
	Followed bool     `json:"followed,omitempty"` // read as an edit of the question before
	Empty    bool     `json:"empty,omitempty"`    // right, but without a row: maybe by accident
	Held     bool     `json:"held,omitempty"`     // asked back, and a choice is right
	Named    bool     `json:"named,omitempty"`    // a trap answered by none or zero, its word named
	Trap     bool     `json:"trap,omitempty"`

	GoldFailed string `json:"gold_failed,omitempty"` // no gold runs, so nothing can be right

	Constructs []string `json:"constructs,omitempty"` // of textbook questions, as the next
	Cause      string   `json:"cause,omitempty"`      // the first part that is wrong
}

// Choice is a reading that was offered.
type Choice struct {
	Sentence string `json:"sentence"`
	SQL      string `json:"sql"`
}

// take copies what a candidate says.
func (r *Result) take(c ask.Candidate) {
	r.Outcome, r.SQL, r.Confidence = outcomeOf(c), c.SQL, c.Confidence
	r.Sentence, r.LeftOut, r.Notes, r.Followed = c.Sentence, c.LeftOut, c.Notes, c.FollowedUp
	for _, choice := range c.Choices {
		r.Choices = append(r.Choices, Choice{Sentence: choice.Sentence, SQL: choice.SQL})
	}
	if c.Decline != nil {
		r.Reason = c.Decline.Reason
	}
}

// Config says how a set is run.
type Config struct {
	Generator ask.Generator // safe for concurrent use
	Parallel  int           // questions at once; at least 1
	Wording   int           // ask only this wording; negative for all
	Dir       string        // keeps built databases and golds' results between runs; empty for none

	// Observe, unless nil, is told of each question with what came back, and
	// can ask whether other SQL would have been right. Calls may overlap.
	Observe func(p ask.Prompt, r Result, right func(sql string) bool)
}

// Run asks every question of a set and scores the answers, in the set's order.
func Run(ctx context.Context, c Config, set Set) ([]Result, error) {
	dir := c.Dir
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "querent-eval"); err != nil {
			return nil, fmt.Errorf("eval: %w", err)
		}
		defer os.RemoveAll(dir)
	}
	open := newShelves(set, dir)
	defer open.close()
	out := make([][]Result, len(set.Questions))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, c.Parallel))
	all := chains(set.Questions)
	for _, chain := range all {
		open.expect(set.Questions[chain[0]].DB)
	}
	for _, chain := range all {
		name := set.Questions[chain[0]].DB
		g.Go(func() error {
			db, err := open.take(ctx, name)
			if err != nil {
				return fmt.Errorf("eval: %s: %w", name, err)
			}
			defer open.put(name, db)
			return c.chain(ctx, set, db, chain, out)
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(out...), nil
}

// chains groups the questions' places: a question with all that follow it.
func chains(qs []Question) [][]int {
	var out [][]int
	of := map[string]int{} // question ID to its chain
	for i, q := range qs {
		n, ok := of[q.Follows]
		if q.Follows == "" || !ok {
			n = len(out)
			out = append(out, nil)
		}
		of[q.ID] = n
		out[n] = append(out[n], i)
	}
	return out
}

// answer is what came back for a question in one wording.
type answer struct {
	question, sql string
	logical       json.RawMessage
}

// chain asks the questions at those places, one after the other; each turn
// knows the answers to the turn before.
func (c Config) chain(ctx context.Context, set Set, db *Database, at []int, out [][]Result) error {
	answers := map[string]map[int]answer{}
	for _, i := range at {
		q := set.Questions[i]
		j, err := newJudge(ctx, db, q)
		if err != nil {
			return fmt.Errorf("eval: %s: %w", q.ID, err)
		}
		answers[q.ID] = map[int]answer{}
		for w, text := range q.Wordings {
			wanted := c.Wording < 0 || w == c.Wording
			if !wanted && (w > 0 || c.Wording < len(q.Wordings)) {
				continue // no turn of the wanted wording goes on from this one
			}
			p := ask.Prompt{Question: text, Schema: db.Schema(), Ontology: set.Databases[q.DB].Ontology, Now: set.Now,
				Previous: previous(answers[q.Follows], w), Try: db.Try}
			r, cand, err := c.ask(ctx, j, p, w)
			if err != nil {
				return err
			}
			answers[q.ID][w] = answer{question: text, sql: cand.SQL, logical: cand.Logical}
			if wanted && q.Expect != ExpectNothing {
				out[i] = append(out[i], r)
			}
		}
	}
	return nil
}

// previous is what a turn goes on from: the question before in the same
// wording, else in its first. Nothing but the question is left of one that was
// declined or asked back.
func previous(before map[int]answer, wording int) *ask.Previous {
	a, ok := before[wording]
	if !ok {
		a, ok = before[0]
	}
	if !ok {
		return nil
	}
	return &ask.Previous{Question: a.question, SQL: a.sql, Logical: a.logical}
}

// ask asks one question in one wording, and scores the answer.
func (c Config) ask(ctx context.Context, j *judge, p ask.Prompt, wording int) (Result, ask.Candidate, error) {
	q := j.q
	r := Result{DB: q.DB, ID: q.ID, Wording: wording, Question: p.Question, Follows: q.Follows, Kind: q.Kind, Expect: q.Expect, Trap: q.Trap}
	if len(q.Golds) > 0 {
		r.Gold = q.Golds[0]
	}
	start := time.Now()
	cand, err := c.Generator.Generate(ctx, p)
	r.Millis = float64(time.Since(start).Microseconds()) / 1000
	if err != nil {
		return r, cand, fmt.Errorf("eval: %s: %w", q.ID, err)
	}
	if outcomeOf(cand) == Declined {
		cand.SQL, cand.Logical = "", nil
	}
	j.score(ctx, cand, &r)
	if c.Observe != nil {
		c.Observe(p, r, func(sql string) bool { return j.right(ctx, sql) })
	}
	return r, cand, ctx.Err()
}

// resultName tells a result from every other of a run.
func resultName(r Result) string { return fmt.Sprintf("%s.%d", r.ID, r.Wording) }
