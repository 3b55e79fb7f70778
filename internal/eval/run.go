package eval

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
	"golang.org/x/sync/errgroup"
)

// Result is one question's outcome.
type Result struct {
	ID         string   `json:"id"`
	Question   string   `json:"question"`
	Gold       string   `json:"gold"`
	SQL        string   `json:"sql,omitempty"`
	Tier       ask.Tier `json:"tier,omitempty"`
	Confidence float64  `json:"confidence"`
	Outcome    string   `json:"outcome"` // right, wrong, error or declined
	Cause      string   `json:"cause,omitempty"`
	Hardness   string   `json:"hardness"`
	Constructs []string `json:"constructs,omitempty"`
	Millis     float64  `json:"ms"` // the generator's time
}

// Config says what is run.
type Config struct {
	Generator ask.Generator
	Open      func(db string) (*Database, error)
	Synonyms  bool // ask the reworded questions
	Parallel  int
	Now       time.Time
	Ontology  *ontology.Ontology
}

// Run asks every question and scores the answers, in the questions' order.
func Run(ctx context.Context, c Config, qs []Question) ([]Result, error) {
	out := make([]Result, len(qs))
	at := map[string][]int{}
	for i, q := range qs {
		at[q.DB] = append(at[q.DB], i)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, c.Parallel))
	for _, name := range names(qs) {
		g.Go(func() error {
			db, err := c.Open(name)
			if err != nil {
				return fmt.Errorf("eval: %s: %w", name, err)
			}
			defer db.Close()
			for _, i := range at[name] {
				if out[i], err = c.one(ctx, db, qs[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return out, g.Wait()
}

func (c Config) one(ctx context.Context, db *Database, q Question) (Result, error) {
	text := q.Text
	if c.Synonyms && q.Synonyms != "" {
		text = q.Synonyms
	}
	r := Result{ID: q.ID, Question: text, Gold: q.Gold}
	r.Hardness, r.Constructs = classify(q.Gold)
	start := time.Now()
	cand, err := c.Generator.Generate(ctx, ask.Prompt{Question: text, Schema: db.Schema(), Ontology: c.Ontology, Now: c.Now, Try: db.Try})
	r.Millis = float64(time.Since(start).Microseconds()) / 1000
	if err != nil {
		return r, fmt.Errorf("eval: %s: %w", q.ID, err)
	}
	r.SQL, r.Tier, r.Confidence = cand.SQL, cand.Tier, cand.Confidence
	if cand.Decline != nil {
		r.Outcome, r.Cause = "declined", "declined: "+cand.Decline.Reason
		return r, nil
	}
	right, err := NewScorer(db, q).Right(ctx, cand.SQL)
	switch {
	case err != nil:
		r.Outcome, r.Cause = "error", "error: "+err.Error()
	case right:
		r.Outcome = "right"
	default:
		r.Outcome, r.Cause = "wrong", cause(q.Gold, cand.SQL)
	}
	return r, nil
}

// Scorer decides whether SQL answers one question as gold does. It runs gold
// at most once.
type Scorer struct {
	db      *Database
	q       Question
	once    sync.Once
	want    [][]any
	goldErr error
}

// NewScorer makes a scorer for one question.
func NewScorer(db *Database, q Question) *Scorer { return &Scorer{db: db, q: q} }

// Right runs sql; its error is the SQL's or gold's.
func (s *Scorer) Right(ctx context.Context, sql string) (bool, error) {
	s.once.Do(func() {
		if s.q.Complete && !strings.Contains(strings.ToLower(s.q.Gold), "distinct") {
			s.want = s.q.Rows
			return
		}
		s.want, s.goldErr = s.db.Gold(ctx, dropDistinct(s.q.Gold))
	})
	if s.goldErr != nil {
		return false, fmt.Errorf("gold: %w", s.goldErr)
	}
	got, err := s.db.Query(ctx, dropDistinct(sql))
	if err != nil {
		return false, err
	}
	return Same(s.want, got.Rows, s.q.Ordered), nil
}
