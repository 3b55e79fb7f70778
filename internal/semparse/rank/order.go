package rank

import (
	"cmp"
	"slices"

	"github.com/querent/querent/internal/semparse/catalog"
)

// considered is how many readings are weighed.
const considered = 3

// Order gives the best readings their probabilities and puts the likeliest
// first.
func (m *Model) Order(p *Pool) {
	n := min(considered, len(p.Readings))
	for i := range n {
		p.Readings[i].P = m.Reading.P(p.Vector(i))
	}
	p.Readings = p.Readings[:n]
	best := 0
	for i := 1; i < n; i++ { // a later one has to be clearly likelier
		if p.Readings[i].P > p.Readings[best].P+Inertia {
			best = i
		}
	}
	if best > 0 {
		r := p.Readings[best]
		p.Readings = slices.Insert(slices.Delete(p.Readings, best, best+1), 0, r)
	}
	p.Take()
}

// Take takes the first reading as it stands, unweighed.
func (p *Pool) Take() {
	if len(p.Readings) > 0 {
		p.First, p.clean = p.Readings[0], p.Clean(0)
	}
}

// WeighRivals gives the rivals of the first reading their probabilities, each
// looked at as if it stood behind it, and puts the likeliest first.
func (m *Model) WeighRivals(p *Pool) []*Reading {
	var out []*Reading
	for _, r := range p.Readings {
		for _, o := range r.Rivals {
			q := *p
			q.Readings = append(slices.Clone(p.Readings), o)
			o.P = m.Reading.P(q.Vector(len(q.Readings) - 1))
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b *Reading) int { return cmp.Compare(b.P, a.P) })
	return out
}

// Interest is how much a table is asked about: events more than things, things
// more than lookups, those without rows not at all.
func Interest(t *catalog.Table) int {
	if t.RowCount == 0 {
		return 0
	}
	switch t.Role {
	case catalog.Event:
		return 3
	case catalog.Entity:
		return 2
	}
	return 1
}
