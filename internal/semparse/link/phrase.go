package link

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/text"
)

// stop are words that carry nothing in a name or phrase.
var stop = text.WordSet(`the a an of our we us on in at to for and or with by from do does did be is are was were been have has had that which what who
it its their they them this as out`)

// weak are those that carry nothing even in a phrase of the lexicon, where
// prepositions tell meanings apart ("on hold", "in transit").
var weak = text.WordSet(`the a an of our we us be is are was were been it its their they them this as that which who what do does did has have had i you my your`)

// key is a phrase as a vocabulary looks it up: stems in alphabetical order,
// without stop words where others are left.
func key(words []string) string { return sortedStems(words, stop) }

// lexicalKey keeps prepositions.
func lexicalKey(words []string) string { return sortedStems(words, weak) }

func sortedStems(words []string, drop map[string]bool) string {
	stems := make([]string, 0, len(words))
	for _, w := range words {
		if !drop[w] {
			stems = append(stems, text.Stem(w))
		}
	}
	if len(stems) == 0 {
		for _, w := range words {
			stems = append(stems, text.Stem(w))
		}
	}
	slices.Sort(stems)
	return strings.Join(stems, " ")
}

// phraseKey is the key of a phrase in one text.
func phraseKey(phrase string) string { return key(text.SplitName(phrase)) }

// filler are words that only ask or bind: they name nothing unless a name or
// value says otherwise.
var filler = text.WordSet(`please just give get got show tell list display find name need want like know see can could would will shall should me us my i you your let lets s hi
hello hey thanks also so far now currently right today then there here any some such etc the a an of our we in at to for and or with by from do does
did be is are was were been being have has had having that which what whats who whose whom where when how why it its their they them those these
this as on about into over through under between out off up down all together altogether still ever yet already actually really exactly please overall
respectively going put look looks looking make made makes making take taken takes took come came comes coming go went gone given gave broken break split
breakdown broke spread spreads grouped group sorted sort order ordered ranked rank ranking view overview report figure figures number numbers count
counts total totals amount amounts sum value values worth much many most more less least than per each every single individual different distinct unique
various kind kinds sorts type types done doing big large small high low long often frequently common mostly mainly typical typically usual usually
average avg mean if both either one ones only cent percent percentage share proportion rate others other rest entire whole full complete new back ago
since during within while until till think say says said compared compare comparison against versus vs instead same again along across among amongst
well too very quite date dates day days time times anyone anybody everybody someone everyone everything something anything people thing things stuff lot
lots bit work works working present presently euros euro eur dollars dollar usd gbp pounds used using led pieces piece unit units unit items item live
lives living based located situated arent isnt hasnt havent didnt dont doesnt wasnt werent wont cant company business place places placed recorded record
records entries entry according regarding concerning respect terms term basis level case cases held holding hold keep kept keeping moment point book
books file hand isn't aren't doesn't didn't haven't hasn't don't won't wasn't weren't not no never without lately i'd i'm we've they've we're you've run
running happen happened happening occurred occur belong belongs belonging exist exists contain contains show's ok okay roughly around approximately
quick quickly able us's per-cent itself themselves ourselves ours yours theirs him her his hers she he whether whatever whichever else especially specifically
currently nowadays anymore longer plus and/or via onto toward towards upon thank kindly query question data database table column row rows
result results info information detail details summary summarize summarise breakdown chart graph plot pull fetch return calculate compute determine
identify provide include including included want's wanted help mean means meaning`)
