package when

import (
	"github.com/querent/querent/internal/semparse/text"
)

// A number of four digits is a year unless its company says otherwise.

// counts are words after which a number counts or measures.
var counts = text.WordSet(`than least most under above below exceeding exceeds exceed beyond roughly approximately top
= > < >= <= != # number no id code nr equals equal worth costing limit`)

// founding are words after which a number of long ago is a year.
var founding = text.WordSet("in since before after until")

// measured are words before which a number counts or measures.
var measured = text.WordSet(`euro euros eur dollars dollar usd pounds pound gbp bucks cents k km kilometres kilometers miles metres
meters kg tonnes tons kwh mwh words units points minutes minute mins hours hour days day weeks months years times characters`)

func yearWord(p *parser, at int) []option {
	n, ok := p.integer(at, 2099)
	switch {
	case ok && p.apostrophe(at):
		return one(at+1, value{n: 2000 + n})
	case ok && n >= 1500 && n < 1900 && founding[p.word(at-1)] && !measured[p.word(at+1)]:
		return one(at+1, value{n: n})
	case !ok || n < 1900 || n > p.today.Year()+10 && !strong[p.word(at-1)]:
		return nil
	}
	if p.amount(at, n) {
		return nil
	}
	end := at + 1
	if p.word(end) == "s" && p.hyphenBefore(end) { // 2024's
		end++
	}
	return one(end, value{n: n})
}

var currencies = text.WordSet("£ $ €")

// amount reports whether a number of four digits counts or measures.
func (p *parser) amount(at, n int) bool {
	before, after := p.word(at-1), p.word(at+1)
	near := n > p.today.Year()-20 && n < p.today.Year()+6
	switch {
	case measured[after], counts[before] && !p.yearBeside(at):
		return true
	case currencies[before] && !p.tokens[at].Spaced, currencies[after] && !p.tokens[at+1].Spaced:
		return true
	case before == "over", before == "to" && p.word(at-2) == "up":
		return !near
	case after == "or", after == "and":
		next := p.word(at + 2)
		return next == "more" || next == "above" || next == "less" || next == "fewer" || next == "below" || next == "over"
	}
	return false
}

// yearBeside reports whether a number that follows a word of comparison is a
// year all the same: later than 2019, more in 2024 than 2023.
func (p *parser) yearBeside(at int) bool {
	if p.word(at-1) != "than" {
		return false
	}
	switch p.word(at - 2) {
	case "later", "earlier", "sooner", "after", "before":
		return true
	}
	for i := range p.tokens {
		if n, ok := p.integer(i, 2099); ok && i != at && n >= 1900 && !counts[p.word(i-1)] && !measured[p.word(i+1)] {
			return true
		}
	}
	return false
}

// doubtful reports whether a bare year may be a plain number: after "over",
// and far from today without a word before it that years follow.
func (p *parser) doubtful(at, year int) bool {
	if p.word(at-1) == "over" {
		return true
	}
	near := year > p.today.Year()-40 && year < p.today.Year()+6
	return !near && !strong[p.word(at-1)] && !weakly[p.word(at-1)]
}
