package when

import (
	"strings"

	"github.com/querent/querent/internal/semparse/text"
)

// A number of four digits is a year unless its company says otherwise.

// counts are words after which a number counts or measures.
var counts = text.WordSet(`than least most under above below exceeding exceeds exceed beyond roughly approximately top
= > < >= <= != # number no id code nr equals equal worth costing limit`)

// measured are words before which a number counts or measures.
var measured = text.WordSet(`euro euros eur dollars dollar usd pounds pound gbp bucks cents k km kilometres kilometers miles metres
meters kg tonnes tons kwh mwh words units points minutes minute mins hours hour days day weeks months years times characters`)

func yearWord(p *parser, at int) []option {
	n, ok := p.integer(at, 2099)
	if !ok || n < 1900 {
		if n, ok := p.integer(at, 99); ok && len(p.word(at)) == 2 && p.apostropheBefore(at) && !measured[p.word(at+1)] && p.prefaced(at) {
			return one(at+1, value{n: 2000 + n})
		}
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

// prefaced reports whether a two-digit number follows a word that years
// follow.
func (p *parser) prefaced(at int) bool {
	w := p.word(at - 1)
	return at == 0 || strong[w] || weakly[w] || monthNames[w] > 0 || strings.HasPrefix(w, "q") || strings.HasPrefix(w, "h")
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
