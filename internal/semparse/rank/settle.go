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
// both are known: the likelier one. Where the reading only shows more beside the
// same rows, the narrower answer is taken, unless business terms are in force:
// people at work want names and figures, a textbook what its words say.
func (m *Model) Settle(p *Pool) {
	if p.Sketch == nil || p.Sketch.SQL == "" || p.Sketch.Decline != nil {
		return
	}
	x := p.Second()
	p.Sketch.P = m.Sketch.P(x)
	if p.First != nil {
		p.First.P = m.Beside.P(x)
		p.beside = true
	}
	switch {
	case p.First == nil:
		p.BySketch = true
	case p.Agree(): // a reading can be said, changed and asked on from
		p.BySketch = false
	case within(p.Sketch.Run, p.First.Run) && p.SketchClean():
		p.BySketch = !p.Terms
	default:
		p.BySketch = p.Sketch.P > p.First.P
	}
}

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
