package candidate

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/text"
)

// What is lost by what a reading leaves out.
const (
	lostWord    = 1.0
	lostMention = 0.25
	lostTime    = 0.6
	lostNumber  = 0.4
	lostCue     = 0.2
	guessed     = 0.3
)

// demands are cues that change the answer: one that the query does nothing for is left out.
var demands = []link.CueKind{link.Excluding, link.Without, link.Not, link.Oldest, link.Newest, link.ShareOf, link.ChangeCue, link.PercentUp, link.RunningCue, link.MovingCue,
	link.CompareCue, link.Most, link.Least, link.Top, link.Bottom, link.MedianCue, link.MoreThan, link.LessThan, link.AtLeast, link.AtMost, link.RateOf,
	link.Average, link.Highest, link.Lowest, link.KeepZero, link.Containing, link.Starting, link.Ending, link.Ratio, link.Percentile,
	link.Missing, link.Nothing, link.Difference, link.NotEqualTo, link.Distinct}

// account says which words the reading used and what it leaves out.
func (c *composer) account(out *Candidate) {
	out.Query = c.query
	out.Guesses = c.guesses
	out.Weakest = 1
	held := make([]bool, len(c.q.Words))
	done := effectsOf(&c.query)
	for _, x := range c.items {
		for i := x.start; i < x.end; i++ {
			held[i] = true
		}
		c.accountItem(x, done, out)
	}
	for i, w := range c.q.Words {
		if !held[i] && c.spare[i] && !link.Filler(w) {
			out.Phrases = append(out.Phrases, Phrase{i, i + 1, string(asOperator), nil})
		}
		if held[i] || c.spare[i] || link.Filler(w) && !c.modifies(i) || c.joinsDenied(i) || !c.q.Tokens[i].Word() {
			continue
		}
		out.LeftOut = append(out.LeftOut, c.q.Tokens[i].Raw)
		out.Score -= lostWord
	}
	for _, d := range c.comparisons {
		if !d.done {
			out.Ignored = append(out.Ignored, strings.Join(c.words(d.cue.start, max(d.cue.end, d.number.end)), " "))
			out.Score -= lostNumber + lostWord*0.5
		}
	}
	out.Score -= guessed*float64(len(c.guesses)) + c.penalty
}

// joins reports a plus sign that puts things side by side: "gas + electricity".
func (c *composer) joins(x *item) bool {
	return c.word(x.start) == "+" && x.end-x.start == 1 && x.start > 0 && !c.q.Tokens[x.start-1].IsNumber
}

// joinsDenied reports the "but" of "with a car but no complaint": it joins what
// is said to what the reading denies.
func (c *composer) joinsDenied(i int) bool {
	said := c.first(func(x *item) bool { return x.end <= i && x.used != unused })
	return c.word(i) == "but" && said != nil && slices.ContainsFunc(c.items, func(x *item) bool {
		return x.start == i+1 && x.is(negations...) && x.used == asNegation
	})
}

// modifiers are words that narrow the thing right behind them, and mean little
// elsewhere: "live customers", but "where do they live".
var modifiers = text.WordSet("live big large small high low long quick business company")

// modifies reports such a word right before a thing that the reading uses.
func (c *composer) modifies(i int) bool {
	return c.countsPeople(i) && !c.measuresPersons() || c.bothUnread(i) || modifiers[c.word(i)] && slices.ContainsFunc(c.mentions, func(x *item) bool {
		return x.start == i+1 && x.used != unused && x.isKind(link.Entity, link.Role)
	})
}

func (c *composer) accountItem(x *item, done *effects, out *Candidate) {
	if x.end <= x.start {
		return // stands for words that another item holds
	}
	words := strings.Join(c.raw(x), " ")
	switch {
	case x.mention != nil:
		if x.used == unused {
			out.LeftOut = append(out.LeftOut, words)
			out.Score -= lostMention*x.mention.Score + lostWord*0.5
			return
		}
		strength := x.mention.Score
		out.Weakest = min(out.Weakest, strength)
		out.Phrases = append(out.Phrases, Phrase{x.start, x.end, string(x.used), x.mention})
	case x.used != unused && !done.does(x.cue):
		out.Ignored = append(out.Ignored, words)
		out.Score -= lostCue + lostWord*0.5
	case x.used != unused:
		out.Phrases = append(out.Phrases, Phrase{x.start, x.end, string(x.used), nil})
	case x.time != nil:
		if !x.time.Weak {
			out.LeftOut = append(out.LeftOut, words)
			out.Score -= lostTime + lostWord*0.5
		}
	case x.number != nil:
		out.LeftOut = append(out.LeftOut, words)
		out.Score -= lostNumber + lostWord*0.5
	case slices.Contains(demands, x.cue), x.cue == link.CountOf && len(c.query.Measures) == 0:
		if anyOf(c.words(x.start, x.end), "over", "under", "above", "below", "within", "plus", "most", "no") && x.end-x.start == 1 || c.joins(x) {
			return
		}
		out.Ignored = append(out.Ignored, words)
		out.Score -= lostCue + lostWord*0.5
	}
}

func (c *composer) raw(x *item) []string {
	var out []string
	for _, t := range c.q.Tokens[x.start:x.end] {
		out = append(out, t.Raw)
	}
	return out
}
