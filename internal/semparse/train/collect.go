// Package train learns how sure a reading is, from what came of readings on
// the question sets: it asks each question of the reader, runs what it read
// against the golds, and grows trees over the features of package rank. Folds
// are by database, so that what is told of a question is always what was
// learned from other databases. Nothing of it is part of the server.
package train

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/eval"
	"github.com/querent/querent/internal/semparse"
	"github.com/querent/querent/internal/semparse/rank"
)

// Row is one reading of one question with what came of it. The first reading's
// row also holds what came of the sketches' answer.
type Row struct {
	Set, DB, ID, Kind string
	Question          string
	Wording, Place    int
	Expect            eval.Expect
	None              bool // nothing was read: the row stands for the question
	X                 []float64
	Clean             bool // the structure lets it be compiled
	Right             bool

	X2          []float64 // by Second; nil where the sketches were not asked
	Sketched    bool      // they answered
	SketchClean bool
	SketchRight bool
	Tried       bool        // the first reading was run
	Choice      rank.Choice // between it and the sketches' answer
}

// readings is how many of a question are learned from.
const readings = 3

// Source is a question set by its name.
type Source struct {
	Name   string
	Set    eval.Set
	Sketch int // ask the sketches, too, about one in so many questions; 0 for none
}

// collector reads each question once, for the answer and for the rows.
type collector struct {
	*semparse.Parser
	Source
	mu    sync.Mutex
	pools map[string]*rank.Pool
	rows  []Row
}

func keyOf(pr ask.Prompt) string {
	before := ""
	if pr.Previous != nil {
		before = pr.Previous.Question + "|" + pr.Previous.SQL
	}
	return fmt.Sprintf("%p|%s|%s", pr.Schema, pr.Question, before)
}

// Collect reads all questions and judges the readings.
func Collect(ctx context.Context, p *semparse.Parser, s Source, dir string, parallel int) ([]Row, error) {
	c := &collector{Parser: p, Source: s, pools: map[string]*rank.Pool{}}
	_, err := eval.Run(ctx, eval.Config{Generator: c, Parallel: parallel, Wording: -1, Dir: dir, Observe: c.observe}, s.Set)
	if err != nil {
		return nil, fmt.Errorf("train: %s: %w", s.Name, err)
	}
	slices.SortStableFunc(c.rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.DB, b.DB), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Wording, b.Wording), cmp.Compare(a.Place, b.Place))
	})
	return c.rows, nil
}

// Generate answers with the first reading, so that follow-ups go on from it.
func (c *collector) Generate(ctx context.Context, pr ask.Prompt) (ask.Candidate, error) {
	pool := c.Read(ctx, pr)
	pool.Take()
	if c.Sketch > 0 && pr.Previous == nil && eval.Fold(pr.Question, c.Sketch) == 0 {
		c.ReadSketch(ctx, pr, pool)
	}
	c.mu.Lock()
	c.pools[keyOf(pr)] = pool
	c.mu.Unlock()
	if pool.First == nil {
		return ask.Candidate{Decline: &ask.Decline{}}, nil
	}
	meaning, err := json.Marshal(pool.First.Query)
	return ask.Candidate{SQL: pool.First.SQL, Logical: meaning, Tier: ask.Unsure}, err
}

func (c *collector) observe(pr ask.Prompt, r eval.Result, right func(string) bool) {
	c.mu.Lock()
	pool := c.pools[keyOf(pr)]
	delete(c.pools, keyOf(pr))
	c.mu.Unlock()
	if pool == nil {
		return
	}
	row := Row{Set: c.Name, DB: r.DB, ID: r.ID, Kind: r.Kind, Question: r.Question, Wording: r.Wording, Expect: r.Expect}
	var mine []Row
	for i, reading := range pool.Readings[:min(readings, len(pool.Readings))] {
		one := row
		one.Place, one.X, one.Clean, one.Right = i, pool.Vector(i), pool.Clean(i), right(reading.SQL)
		mine = append(mine, one)
	}
	if len(mine) == 0 {
		row.None, row.X = true, pool.Vector(0)
		mine = []Row{row}
	}
	if s := pool.Sketch; s != nil {
		mine[0].X2, mine[0].Sketched, mine[0].SketchClean = pool.Second(), s.SQL != "" && s.Decline == nil, pool.SketchClean()
		mine[0].SketchRight = mine[0].Sketched && right(s.SQL)
		mine[0].Tried, mine[0].Choice = pool.Tried(), pool.Between()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rows = append(c.rows, mine...)
}

// Sources loads the question sets below a folder as it is handed out: everyday
// with its traps, bizq, cases, and textbook questions. The sketches learned
// from the training part of these: only of the other part they tell how right
// they are elsewhere.
func Sources(shared string) ([]Source, error) {
	var out []Source
	for _, s := range []struct {
		name   string
		sketch int
	}{{"everyday", 1}, {"bizq", 1}, {"cases", 1}} {
		set, err := eval.LoadSet(filepath.Join(shared, s.name))
		if err != nil {
			return nil, fmt.Errorf("train: %w", err)
		}
		out = append(out, Source{s.name, set, s.sketch})
	}
	traps, err := eval.LoadTraps(filepath.Join(shared, "everyday"))
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	traps.Questions = slices.DeleteFunc(traps.Questions, func(q eval.Question) bool { return slices.Contains(unseen, q.DB) })
	out = append(out, Source{"traps", traps, 1})
	dir := filepath.Join(shared, "spider-train")
	all, err := eval.LoadSpider(dir)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	for _, split := range []struct {
		name, split string
		synonyms    bool
		sketch      int
	}{{"spider", "train", false, 0}, {"val", "val", false, 1}, {"synonyms", "val", true, 2}} {
		books, err := eval.Select(all, split.split)
		if err != nil {
			return nil, fmt.Errorf("train: %w", err)
		}
		out = append(out, Source{split.name, eval.TextbookSet(books, split.synonyms, func(db string) string {
			return filepath.Join(dir, "databases", db+".sqlite")
		}).ByRows(), split.sketch})
	}
	return out, nil
}

// unseen are databases whose traps learning does not see, so that they can
// tell whether what was learned holds elsewhere.
var unseen = []string{"mobility"}
