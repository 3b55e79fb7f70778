package train

import (
	"fmt"
	"io"
	"slices"

	"github.com/querent/querent/internal/eval"
	"github.com/querent/querent/internal/semparse/rank"
)

// said is what heads that had not seen a row's database say of it.
type said struct {
	rows                           []*Row
	reading, worth, beside, sketch []float64
}

func newSaid(rows []*Row) *said { return &said{rows: rows} }

// Report is what the model would have said of each question, learned from
// other databases, against what was right.
type Report struct {
	sure rank.Bounds
	sets []*setReport
}

type setReport struct {
	name                             string
	questions, first, right          int // asked; right by the first reading, by the answer
	asked, won, lost                 int // the sketches were asked; their answer is right where the reading is wrong, and the other way round
	clean, cleanRight                int
	compiled, compiledRight, trapped int // trapped: compiled where nothing can be right
	bySketch, bySketchRight          int
	buckets                          [len(edges)]bucket
}

type bucket struct {
	n, right int
	said     float64
}

// edges are the upper bounds of the reliability table's rows.
var edges = [...]float64{0.12, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.93, 0.95, 0.97, 1.01}

func newReport(m *rank.Model, s *said) *Report {
	r := &Report{sure: m.Sure}
	for i := 0; i < len(s.rows); {
		j := i + 1
		for j < len(s.rows) && s.rows[j].Place > 0 {
			j++
		}
		best := i
		for k := i + 1; k < j; k++ {
			if s.reading[k] > s.reading[best]+rank.Inertia {
				best = k
			}
		}
		r.set(s.rows[i].Set).add(m, s, i, best)
		i = j
	}
	return r
}

func (r *Report) set(name string) *setReport {
	for _, s := range r.sets {
		if s.name == name {
			return s
		}
	}
	s := &setReport{name: name}
	r.sets = append(r.sets, s)
	return s
}

// decision is an answer's odds, whether it is right, and whether it would have
// been compiled.
type decision struct {
	p               float64
	right, compiled bool
}

// add decides a question as the product does.
func (t *setReport) add(m *rank.Model, s *said, first, best int) {
	row := s.rows[best]
	d := decision{right: row.Right}
	if !row.None {
		d.p = s.reading[best]
	}
	d.compiled = row.Clean && d.p >= m.Sure.Reading
	if !d.compiled && s.rows[first].Sketched && (row.Clean && d.p >= rank.WitnessFrom || s.worth[first] >= rank.WorthAsking) {
		d = t.askSketches(m, s, first, row, d)
	}
	t.questions++
	count(&t.first, s.rows[first].Right)
	count(&t.right, d.right)
	count(&t.clean, row.Clean)
	count(&t.cleanRight, row.Clean && row.Right)
	count(&t.compiled, d.compiled)
	count(&t.compiledRight, d.compiled && d.right)
	count(&t.trapped, d.compiled && row.Expect == eval.ExpectDecline)
	b := &t.buckets[slices.IndexFunc(edges[:], func(e float64) bool { return d.p < e })]
	b.n++
	b.said += d.p
	count(&b.right, d.right)
}

// askSketches decides between the best reading and the sketches' answer.
func (t *setReport) askSketches(m *rank.Model, s *said, first int, row *Row, d decision) decision {
	t.asked++
	f := s.rows[first]
	if f.Tried {
		d.p = s.beside[first]
		d.compiled = row.Clean && d.p >= m.Sure.Beside
	}
	if !row.None && !f.Choice.Sketch(d.p, s.sketch[first]) {
		return d
	}
	count(&t.won, f.SketchRight && !d.right)
	count(&t.lost, !f.SketchRight && d.right)
	d = decision{s.sketch[first], f.SketchRight, f.SketchClean && s.sketch[first] >= m.Sure.Sketch}
	count(&t.bySketch, d.compiled)
	count(&t.bySketchRight, d.compiled && d.right)
	return d
}

func count(n *int, when bool) {
	if when {
		*n++
	}
}

// Print writes it.
func (r *Report) Print(w io.Writer) {
	percent := func(a, b int) string {
		if b == 0 {
			return "  –  "
		}
		return fmt.Sprintf("%4.1f%%", 100*float64(a)/float64(b))
	}
	fmt.Fprintf(w, "Compiled from %.3f (reading), %.3f (beside the sketches), %.3f (sketches).\n", r.sure.Reading, r.sure.Beside, r.sure.Sketch)
	fmt.Fprintln(w, "Each database by what was learned from others.")
	fmt.Fprintln(w, "set       questions  first  right   sketches asked, won, lost   clean  right   compiled  right  by sketches  right  impossible")
	for _, s := range r.sets {
		fmt.Fprintf(w, "%-9s %5d   %s  %s   %5d %4d %4d   %s  %s   %s     %s  %5d %s  %d\n", s.name, s.questions, percent(s.first, s.questions), percent(s.right, s.questions),
			s.asked, s.won, s.lost, percent(s.clean, s.questions), percent(s.cleanRight, s.clean), percent(s.compiled, s.questions),
			percent(s.compiledRight, s.compiled), s.bySketch, percent(s.bySketchRight, s.bySketch), s.trapped)
	}
	for _, s := range r.sets {
		fmt.Fprintf(w, "%s: said → right (of)", s.name)
		for _, b := range s.buckets {
			if b.n > 0 {
				fmt.Fprintf(w, "  %.2f→%.2f (%d)", b.said/float64(b.n), float64(b.right)/float64(b.n), b.n)
			}
		}
		fmt.Fprintln(w)
	}
}
