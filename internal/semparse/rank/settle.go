package rank

import "github.com/querent/querent/internal/semparse/link"

// Wants reports whether the sketches should be asked about a pool in order:
// they take longer than reading. So only where they may well be right and the
// reading is not, and where the same rows from them could make a likely reading
// a sure one.
func (m *Model) Wants(p *Pool) bool {
	if p.Edited || p.Question.Speech() != link.AsksData || m.Compiled(p) {
		return false
	}
	return p.clean && p.First.P >= WitnessFrom || m.Worth.P(p.Vector(0)) >= WorthAsking
}

// Settle chooses between the first reading and the sketches' answer, now that
// both are known. A reading whose rows were never seen keeps the odds that it
// had: what could not be tried is not held against it.
func (m *Model) Settle(p *Pool) {
	if p.Sketch == nil || p.Sketch.SQL == "" || p.Sketch.Decline != nil {
		return
	}
	x := p.Second()
	p.Sketch.P = m.Sketch.P(x)
	if p.First == nil {
		p.BySketch = true
		return
	}
	if p.Tried() {
		p.First.P = m.Beside.P(x)
		p.beside = true
	}
	p.BySketch = p.Between().Sketch(p.First.P, p.Sketch.P)
}

// Choice is how to choose between a reading and the sketches' answer.
type Choice int

// The choices. Where a reading only shows more beside the same rows, people at
// work want names and figures, a textbook what its words say.
const (
	Likelier    Choice = iota // the one with the better odds
	TheReading                // the wider answer, with business terms in force
	TheSketches               // the narrower answer
)

// Sketch reports whether the sketches' answer is chosen, with the odds of both.
func (c Choice) Sketch(reading, sketches float64) bool {
	return c == TheSketches || c == Likelier && sketches > reading
}

// Between is how to choose between the first reading and the sketches' answer.
func (p *Pool) Between() Choice {
	switch {
	case !p.Tried() || !p.SketchClean() || !within(p.Sketch.Run, p.First.Run):
		return Likelier
	case p.Terms:
		return TheReading
	}
	return TheSketches
}

// Tried reports whether the first reading was run.
func (p *Pool) Tried() bool { return p.First != nil && p.First.Run.Done }

// Compiled reports whether what was chosen may be shown as understood.
func (m *Model) Compiled(p *Pool) bool {
	switch {
	case p.BySketch:
		return p.SketchClean() && p.Sketch.P >= m.Sure.Sketch
	case p.First == nil || !p.clean:
		return false
	case p.beside:
		return p.First.P >= m.Sure.Beside
	}
	return p.First.P >= m.Sure.Reading
}

// P is how likely what was chosen is right.
func (p *Pool) P() float64 {
	switch {
	case p.BySketch:
		return p.Sketch.P
	case p.First != nil:
		return p.First.P
	}
	return 0
}

// Agree reports whether the first reading and the sketches' answer give the
// same rows.
func (p *Pool) Agree() bool {
	return p.First != nil && p.Sketch != nil && agree(p.First.Run, p.Sketch.Run)
}
