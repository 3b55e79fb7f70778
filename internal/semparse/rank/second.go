package rank

import (
	"math"
	"slices"

	"github.com/querent/querent/internal/ask"
)

// beside are features of the first reading and the sketches' answer, seen side
// by side.
var beside = []Feature{
	{"reading likely", func(v *view) float64 { return Logit(v.Reading.P) }, 0},
	{"reading clean", func(v *view) float64 { return yes(v.clean) }, 0},
	{"nothing read", func(v *view) float64 { return yes(len(v.Readings) == 0) }, 0},
	{"sketch answers", func(v *view) float64 { return yes(v.sketched()) }, 0},
	{"sketch confidence", func(v *view) float64 { return Logit(v.Sketch.Confidence) }, 0},
	{"sketch compiled", func(v *view) float64 { return yes(v.Sketch.Tier == ask.Compiled) }, 0},
	{"sketch notes", func(v *view) float64 { return float64(len(v.Sketch.Notes)) }, 0},
	{"sketch ignores", func(v *view) float64 { return float64(ignored(v.Sketch.Reading)) }, 0},
	{"sketch alternatives", func(v *view) float64 { return float64(len(v.Sketch.Alternatives)) }, 0},
	{"sketch found nothing", func(v *view) float64 {
		return yes(v.Sketch.Run.Done && (v.Sketch.Run.Rows == 0 || v.Sketch.Run.Blank))
	}, 0},
	{"same rows", func(v *view) float64 { return yes(v.agree()) }, 0},
	{"same number of rows", func(v *view) float64 {
		return yes(v.Run.Done && v.Sketch.Run.Done && v.Run.Rows == v.Sketch.Run.Rows)
	}, 0},
	{"columns more than the sketch", func(v *view) float64 { return float64(len(v.Run.Columns) - len(v.Sketch.Run.Columns)) }, 0},
	{"sketch columns", func(v *view) float64 { return float64(len(v.Sketch.Run.Columns)) }, 0},
}

// shared are those of a reading's own features that tell what kind of question
// it is, and how far its reading may be trusted.
var shared = []string{"words left out", "demands ignored", "guesses", "unknown words unused", "odd words unused", "weakest link", "mean link", "follow-up", "tokens",
	"content words", "time phrases", "defaults", "list", "columns shown", "usual columns", "measures", "dimensions", "filters", "exists", "having", "limit", "tables",
	"how", "which", "what", "show", "me or we", "tables of the schema", "terms in force", "no rows", "blank"}

// second are the features of Second.
var second = append(slices.Clone(beside), picked()...)

// forSketch are the same with what can only speak for the sketches' answer, or
// only against it.
var forSketch = signed(second, map[string]int{"sketch confidence": 1, "sketch compiled": 1, "same rows": 1, "same number of rows": 1,
	"sketch notes": -1, "sketch ignores": -1, "sketch alternatives": -1, "sketch found nothing": -1, "unknown words unused": -1, "odd words unused": -1})

func signed(fs []Feature, signs map[string]int) []Feature {
	out := slices.Clone(fs)
	for i := range out {
		out[i].Sign = signs[out[i].Name]
	}
	return out
}

func picked() (out []Feature) {
	for _, name := range shared {
		i := slices.IndexFunc(own, func(f Feature) bool { return f.Name == name })
		f := own[i]
		f.Sign = 0
		out = append(out, f)
	}
	return out
}

// Logit is the log odds of a probability, within bounds.
func Logit(p float64) float64 {
	p = math.Max(0.001, math.Min(0.999, p))
	return math.Log(p / (1 - p))
}

func ignored(phrases []ask.Phrase) int {
	n := 0
	for _, p := range phrases {
		if p.Kind == "ignored" {
			n++
		}
	}
	return n
}

func (v *view) sketched() bool {
	return v.Sketch != nil && v.Sketch.SQL != "" && v.Sketch.Decline == nil
}

func (v *view) agree() bool { return agree(v.Run, v.Sketch.Run) }

// agree reports whether two queries gave the same rows.
func agree(a, b Run) bool {
	return a.Done && b.Done && !a.Failed && !b.Failed && a.Rows == b.Rows && a.Hash == b.Hash
}

// within reports whether b gave all columns that a gave, row for row as far as
// their counts tell, and perhaps more.
func within(a, b Run) bool {
	if !a.Done || !b.Done || a.Failed || b.Failed || a.Rows != b.Rows {
		return false
	}
	for _, c := range a.Columns {
		if !slices.Contains(b.Columns, c) {
			return false
		}
	}
	return true
}

// SketchClean reports whether the sketches' answer leaves nothing out that
// would narrow it, as far as they tell.
func (p *Pool) SketchClean() bool {
	s := p.Sketch
	return s != nil && s.SQL != "" && s.Decline == nil && !s.Run.Failed && (s.Tier == ask.Compiled || ignored(s.Reading) == 0)
}

// Second describes a pool in which the sketches have answered.
func (p *Pool) Second() []float64 {
	q := *p
	if q.Sketch == nil {
		q.Sketch = &Sketch{}
	}
	v := q.view(0)
	out := make([]float64, len(second))
	for k, f := range second {
		out[k] = f.of(v)
	}
	return out
}
