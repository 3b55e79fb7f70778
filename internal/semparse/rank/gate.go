package rank

import "github.com/querent/querent/internal/semparse/link"

// What a reading has to be like so that it may be compiled, whatever its odds.
const (
	leastLink = 0.4  // no mention weaker
	nearRival = 0.05 // no other reading nearer
	mostRisk  = 0.05 // of all defaults together: an unnamed date among several is wrong in one of ten
)

// Clean reports whether the structure of reading i lets it be compiled: every
// word used, nothing ignored, no mention weak, no default risky, no rival near.
func (p *Pool) Clean(i int) bool {
	r := p.Readings[i]
	if len(r.LeftOut) > 0 || len(r.Ignored) > 0 || r.Weakest < leastLink || r.Run.Failed {
		return false
	}
	return !r.risks() && len(p.Assumed(r)) == 0 && len(p.Unused(r)) == 0 && !p.rivalled(i)
}

// risks reports a reading that rests on risky defaults or on a weak wording of
// the lexicon.
func (r *Reading) risks() bool {
	if risk(&r.Query) > mostRisk {
		return true
	}
	for _, ph := range r.Phrases {
		if m := ph.Mention; m != nil && m.Risky && m.Source == link.FromLexicon && m.Score < 0.5 {
			return true
		}
	}
	return false
}

// rivalled reports whether another reading is about as good as reading i, or
// better.
func (p *Pool) rivalled(i int) bool {
	for k, o := range p.Readings {
		if k != i && o.Score > p.Readings[i].Score-nearRival {
			return true
		}
	}
	return false
}

// Assumed are what the time phrases that reading r uses take for granted: that
// the fiscal year is the calendar year.
func (p *Pool) Assumed(r *Reading) []string {
	var out []string
	for _, t := range p.Question.Times {
		if t.Assumed == "" {
			continue
		}
		for _, ph := range r.Phrases {
			if ph.Start <= t.Start && t.End <= ph.End {
				out = append(out, t.Assumed)
			}
		}
	}
	return out
}
