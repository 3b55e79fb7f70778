package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
	"github.com/querent/querent/internal/semparse/text"
)

// A segment is what stands between two separators of a list.
type segment struct {
	state  *item // the only state of it, alone or before its rows' noun
	entity *item
	total  *item // a cue that counts all rows
	figure bool  // a number, with or without an aggregate
	other  bool  // anything else
}

var separators = text.WordSet(", and + & ; : / plus")

// fewestStates and fewestListed bound the lists of figures with states of their
// own.
const (
	fewestStates = 2
	fewestListed = 3
)

// figureList counts the rows of each state in a list of figures: "reservations:
// total, seated, cancelled, average party size". States alone would be groups.
func (c *composer) figureList() {
	if len(c.measures) > 0 || c.ranks || c.has(link.ShareOf) {
		return
	}
	run := c.longestList()
	states := slices.DeleteFunc(slices.Clone(run), func(s segment) bool { return s.state == nil })
	if len(run) < fewestListed || len(states) < fewestStates || len(states) == len(run) {
		return
	}
	t := c.factOf(states[0].state.mention.Table)
	for _, s := range run {
		switch {
		case s.state != nil:
			c.countState(s)
		case s.total != nil:
			m := count(t)
			m.place = s.total.start
			s.total.used = asMeasure
			if s.entity != nil {
				m.Base, m.from, s.entity.used = s.entity.mention.Table.Name, s.entity, asMeasure
			}
			c.add(m)
		}
	}
}

// countState counts the rows in a segment's state.
func (c *composer) countState(s segment) {
	t := c.factOf(s.state.mention.Table)
	if s.entity != nil {
		t = s.entity.mention.Table
		s.entity.used = asMeasure
	}
	m := count(t)
	m.place, m.from = s.state.start, s.state
	m.Filters = []logical.Predicate{s.state.turned(c.predicate(s.state))}
	s.state.used = asMeasure
	c.add(m)
}

// longestList is the longest run of segments that are figures or states.
func (c *composer) longestList() []segment {
	var best, run []segment
	end := func() {
		if len(run) > len(best) {
			best = run
		}
		run = nil
	}
	for from := 0; from < len(c.q.Words); {
		to := from
		for to < len(c.q.Words) && !separators[c.word(to)] {
			to++
		}
		if s := c.segmentOf(from, to); s.other {
			end()
		} else if s != (segment{}) {
			run = append(run, s)
		}
		if c.word(to) == ":" || c.word(to) == ";" {
			end() // what comes before a colon is no part of the list
		}
		from = to + 1
	}
	end()
	return best
}

// segmentOf reads the tokens from one separator to the next, up to a division.
func (c *composer) segmentOf(from, to int) segment {
	var s segment
	for _, x := range c.items {
		switch {
		case x.end <= from || x.start >= to || x.used == asFiller:
			continue
		case x.start < from || x.end > to:
			s.other = true
		case x.is(link.By):
			return s
		default:
			c.addToSegment(&s, x)
		}
	}
	s.other = s.other || c.saysMore(from, to) || !s.clear()
	return s
}

// saysMore reports a word among tokens that names something and that nothing
// reads.
func (c *composer) saysMore(from, to int) bool {
	for i := from; i < to; i++ {
		if c.unclaimed(i) && !link.Filler(c.word(i)) && c.q.Tokens[i].Word() {
			return true
		}
	}
	return false
}

// clear reports a segment that is one figure, one state of rows, or all of
// them.
func (s segment) clear() bool {
	if s.state != nil {
		return !s.figure && (s.total == nil || s.entity != nil)
	}
	return s.entity == nil || s.total != nil
}

func (c *composer) addToSegment(s *segment, x *item) {
	switch {
	case x.isKind(link.Value, link.Condition) && s.state == nil && x.free():
		s.state = x
	case x.isKind(link.Entity) && s.entity == nil && x.free():
		s.entity = x
	case x.is(link.Total, link.Counted, link.CountOf, link.All) && s.total == nil:
		s.total = x
	case x.mention != nil && comparable(x) && x.free(), x.aggregates():
		s.figure, s.total = true, nil
	case x.period(), x.grain(), x.is(link.Only):
	default:
		s.other = true
	}
	if s.figure {
		s.total = nil
	}
}
