package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/querent/querent/internal/eval"
	"github.com/querent/querent/internal/semparse/rank"
)

// folds is how many parts the databases are cut into.
const folds = 6

// weight is what a row counts: the sets that are like what people ask at work
// count more, and textbook questions, of which there are many, less.
func weight(r Row) float64 {
	switch r.Set {
	case "spider":
		return 0.08
	case "val", "synonyms":
		return 0.35
	case "traps":
		return 2
	}
	return 1
}

// lesson is what one head learns: from which rows, what of them, and what of
// them is to be told.
type lesson struct {
	growth boostOptions
	from   func(*Row) bool
	x      func(*Row) []float64
	right  func(*Row) bool
}

func (l *lesson) grow(h *rank.Head, rows []*Row) {
	var xs [][]float64
	var right []bool
	var weights []float64
	for _, r := range rows {
		if l.from(r) {
			xs, right, weights = append(xs, l.x(r)), append(right, l.right(r)), append(weights, weight(*r))
		}
	}
	o := l.growth
	o.signs = h.Signs()
	h.Forest = *boost(o, xs, right, weights)
}

// learn grows a head over all rows. Its curve is that of heads that had not
// seen the databases they are asked about; what those said of each row comes
// back.
func (l *lesson) learn(h *rank.Head, rows []*Row) []float64 {
	scores := make([]float64, len(rows))
	for k := range folds {
		var seen []*Row
		for _, r := range rows {
			if eval.Fold(r.DB, folds) != k {
				seen = append(seen, r)
			}
		}
		other := *h
		l.grow(&other, seen)
		for i, r := range rows {
			if eval.Fold(r.DB, folds) == k && l.x(r) != nil {
				scores[i] = other.Forest.Score(l.x(r))
			}
		}
	}
	l.grow(h, rows)
	var own, weights []float64
	var right []bool
	for i, r := range rows {
		if l.from(r) {
			own, right, weights = append(own, scores[i]), append(right, l.right(r)), append(weights, weight(*r))
		}
	}
	h.Curve = curve(own, right, weights)
	for i := range scores {
		scores[i] = h.Curve.At(scores[i])
	}
	return scores
}

var (
	readingGrowth = boostOptions{trees: 240, depth: 5, rate: 0.08, leaf: 6, smooth: 4, worth: 1}
	secondGrowth  = boostOptions{trees: 120, depth: 3, rate: 0.08, leaf: 5, smooth: 4, worth: 1}
)

// Learn learns all heads, one after the other: the second ones see what the
// first says of databases that it does not know.
func Learn(rows []Row) (*rank.Model, *Report) {
	m, report, _ := learn(rows)
	return m, report
}

func learn(rows []Row) (*rank.Model, *Report, *said) {
	m := rank.NewModel()
	all := make([]*Row, len(rows))
	for i := range rows {
		all[i] = &rows[i]
	}
	said := newSaid(all)
	first := lesson{readingGrowth, func(r *Row) bool { return !r.None && r.Set != "val" && r.Set != "synonyms" },
		func(r *Row) []float64 { return r.X }, func(r *Row) bool { return r.Right }}
	said.reading = first.learn(&m.Reading, all)
	for i, r := range all {
		if r.X2 != nil {
			r.X2[0] = rank.Logit(said.reading[i])
			if r.None {
				r.X2[0] = rank.Logit(0)
			}
		}
	}
	worth := lesson{secondGrowth, func(r *Row) bool { return r.X2 != nil }, func(r *Row) []float64 { return r.X },
		func(r *Row) bool { return r.SketchRight && !r.Right }}
	said.worth = worth.learn(&m.Worth, all)
	x2 := func(r *Row) []float64 { return r.X2 }
	beside := lesson{secondGrowth, func(r *Row) bool { return r.Sketched && !r.None }, x2, func(r *Row) bool { return r.Right }}
	said.beside = beside.learn(&m.Beside, all)
	sketch := lesson{secondGrowth, func(r *Row) bool { return r.Sketched }, x2, func(r *Row) bool { return r.SketchRight }}
	said.sketch = sketch.learn(&m.Sketch, all)
	clean, right := func(r *Row) bool { return r.Clean && r.Place == 0 && r.Set != "spider" }, func(r *Row) bool { return r.Right }
	m.Sure = rank.Bounds{
		Reading: bound(judgedOf(all, said.reading, func(r *Row) bool { return !r.None }, clean, right)),
		Beside:  bound(judgedOf(all, said.beside, beside.from, clean, right)),
		Sketch:  bound(judgedOf(all, said.sketch, sketch.from, func(r *Row) bool { return r.SketchClean }, sketch.right)),
	}
	return m, newReport(m, said), said
}

// Load reads rows that were kept; none where there is no such file.
func Load(path string) ([]Row, error) {
	f, err := os.Open(path)
	if path == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	defer f.Close()
	var rows []Row
	d := json.NewDecoder(f)
	for {
		var r Row
		if err := d.Decode(&r); err == io.EOF {
			return rows, nil
		} else if err != nil {
			return nil, fmt.Errorf("train: %s: %w", path, err)
		}
		rows = append(rows, r)
	}
}

// Save keeps rows; nowhere where path is empty.
func Save(path string, rows []Row) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	e := json.NewEncoder(f)
	for _, r := range rows {
		if err := e.Encode(r); err != nil {
			f.Close()
			return fmt.Errorf("train: %w", err)
		}
	}
	return f.Close()
}
