package candidate

import (
	"slices"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/text"
)

// Words of "what did readers pay us": what is asked for is an amount, not a
// thing.
var (
	askAuxiliary = text.WordSet("did do does have has had are were is came comes come went go gone")
	moneyVerb    = text.WordSet("pay pays paid paying spend spent cost costs earn earned earns make made take taken took charge charged raise raised owe owes owed")
	moneyPhrases = []string{"come in", "came in", "comes in", "bring in", "brought in", "brings in", "bring us", "brought us", "sell for", "sold for", "sells for", "go for", "went for", "gone for",
		"went out", "gone out", "put together", "insured for", "worth", "bring home", "paid back", "pay back", "coming in"}
)

// paid lets "what" with a verb of paying ask how much: "what do people pay for
// a flex ticket on average".
func (c *composer) paid() {
	at := slices.Index(c.q.Words, "what")
	if at < 0 || c.relative(at) || !askAuxiliary[c.word(at+1)] || c.has(link.HowMuch, link.CountOf) {
		return
	}
	if c.first(func(x *item) bool { return x.start <= at+1 && x.end > at }) != nil || slices.ContainsFunc(c.items, func(x *item) bool { return x.start == at }) {
		return
	}
	rest := c.q.Words[at+1:]
	if !slices.ContainsFunc(rest, func(w string) bool { return moneyVerb[w] }) && !slices.ContainsFunc(moneyPhrases, c.saysPhrase) {
		return
	}
	c.insertCue(at, link.HowMuch)
}
