// Package rank says how likely a reading is right. It hides what is looked at
// (features, each with a name) and what was learned from outcomes: trees over
// those features, and a curve that makes their sum the share of such readings
// that were right on databases that the learning had not seen.
package rank

import (
	"slices"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
)

// Reading is a composed reading with its SQL.
type Reading struct {
	candidate.Candidate
	SQL   string
	Run   Run
	Votes int     // hypotheses that come to it
	P     float64 // how likely it is right

	// Rivals differ from it in one choice, and give other SQL. Only the first
	// reading has them.
	Rivals []*Reading
	Behind float64 // of a rival: how much weaker its choice is
	Dated  bool    // of a rival: it takes another date
}

// Run is what running a reading's SQL showed.
type Run struct {
	Done    bool
	Failed  bool
	Rows    int
	Blank   bool // one row of NULL or zero only
	Hash    uint64
	Columns []uint64 // a hash of each
}

// Pool is all that is known of one question: the readings that composition
// found, best first and each of its own SQL, and what the sketches found.
type Pool struct {
	Catalog  *catalog.Catalog
	Question *link.Question
	Edited   bool // the readings change the question before
	Adrift   bool // the question changes the one before, which has no query
	Terms    bool // business terms are in force
	Readings []*Reading
	Composed int // hypotheses that readings were composed from
	Failed   int // and those that nothing could be composed from
	Sketch   *Sketch
	Vague    []*Reading // ways to measure what the question leaves open
	First    *Reading   // the likeliest, once they are in order
	BySketch bool       // the sketches' answer is likelier
	clean    bool       // the first reading's structure lets it be compiled
	beside   bool       // it was weighed beside the sketches' answer
}

// Sketch is the second proposer's answer.
type Sketch struct {
	ask.Candidate
	Run Run
	P   float64
}

// NewPool writes the SQL of readings and leaves out those that have none and
// those that say the same as a better one.
func NewPool(c *catalog.Catalog, q *link.Question, readings []candidate.Candidate) *Pool {
	p := &Pool{Catalog: c, Question: q}
	for _, r := range readings {
		if r.Failed != "" {
			p.Failed++
			continue
		}
		sql, err := r.Query.SQL(c)
		if err != nil {
			p.Failed++
			continue
		}
		p.Composed++
		if i := slices.IndexFunc(p.Readings, func(o *Reading) bool { return o.SQL == sql }); i >= 0 {
			p.Readings[i].Votes++
			continue
		}
		p.Readings = append(p.Readings, &Reading{Candidate: r, SQL: sql, Votes: 1})
	}
	return p
}

// AddRivals gives the first reading its rivals.
func (p *Pool) AddRivals(v *link.Vocabulary) {
	if len(p.Readings) == 0 {
		return
	}
	r := p.Readings[0]
	seen := []string{r.SQL}
	for _, o := range candidate.Rivals(v, p.Question, r.Candidate) {
		sql, err := o.Query.SQL(p.Catalog)
		if err == nil && !slices.Contains(seen, sql) {
			seen = append(seen, sql)
			r.Rivals = append(r.Rivals, &Reading{Candidate: o.Candidate, SQL: sql, Votes: 1, Behind: o.Behind, Dated: o.Dated})
		}
	}
}

// AddVague gives the pool the ways to measure a superlative that the question
// leaves open.
func (p *Pool) AddVague(v *link.Vocabulary) {
	for _, c := range candidate.Vague(v, p.Question) {
		if sql, err := c.Query.SQL(p.Catalog); err == nil {
			p.Vague = append(p.Vague, &Reading{Candidate: c, SQL: sql, Votes: 1})
		}
	}
}

// noRival is how far behind the nearest rival counts as where there is none.
const noRival = 1.0

func (r *Reading) nearest() float64 {
	least := noRival
	for _, o := range r.Rivals {
		if !o.Dated {
			least = min(least, o.Behind)
		}
	}
	return least
}

func (r *Reading) dates() int {
	n := 0
	for _, o := range r.Rivals {
		if o.Dated {
			n++
		}
	}
	return n
}

// Inertia is how much likelier a later reading has to be to be put first.
const Inertia = 0.05

// WorthAsking is how likely the sketches have to be right where the first
// reading is wrong, so that they are asked.
const WorthAsking = 0.04

// WitnessFrom is how likely a reading has to be, so that the sketches are asked
// as a witness for it.
const WitnessFrom = 0.8
