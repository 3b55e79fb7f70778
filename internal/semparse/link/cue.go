package link

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/text"
)

// CueKind is what a word or phrase asks for, whatever the database.
type CueKind string

// The cues.
const (
	CountOf    CueKind = "count"   // how many, number of: what follows is counted
	Counted    CueKind = "counted" // counts, headcount: what stands before is counted
	HowMuch    CueKind = "how much"
	ShareOf    CueKind = "share"          // what percentage of, share of, in percent
	PercentUp  CueKind = "percent change" // how many percent more
	RateOf     CueKind = "rate"
	RunningCue CueKind = "running"
	MovingCue  CueKind = "moving"
	ChangeCue  CueKind = "change"
	CompareCue CueKind = "compare"
	By         CueKind = "by"
	According  CueKind = "according to" // what follows says how, and groups nothing
	AtLeast    CueKind = ">="
	AtMost     CueKind = "<="
	MoreThan   CueKind = ">"
	LessThan   CueKind = "<"
	NotEqualTo CueKind = "<>"
	Top        CueKind = "top"
	Bottom     CueKind = "bottom"
	MedianCue  CueKind = "median"
	Average    CueKind = "average"
	Highest    CueKind = "highest"
	Lowest     CueKind = "lowest"
	Oldest     CueKind = "oldest"
	Newest     CueKind = "newest"
	Most       CueKind = "most"
	Least      CueKind = "least"
	Total      CueKind = "total"
	Distinct   CueKind = "distinct"
	Excluding  CueKind = "excluding"
	Without    CueKind = "without"
	Not        CueKind = "not"
	All        CueKind = "all"
	Among      CueKind = "among"
	SortCue    CueKind = "sort"
	Descending CueKind = "descending"
	Ascending  CueKind = "ascending"
	KeepZero   CueKind = "keep zero" // including those with none
	Containing CueKind = "contains"
	Starting   CueKind = "starts"
	Ending     CueKind = "ends"
	Both       CueKind = "both"
	Either     CueKind = "either"
	Only       CueKind = "only"
	Exactly    CueKind = "exactly"
	BetweenCue CueKind = "between"
	Ratio      CueKind = "ratio"
	HowLong    CueKind = "how long"
	WhenCue    CueKind = "when"
	Percentile CueKind = "percentile"
	Missing    CueKind = "missing" // without a value
	Aside      CueKind = "aside"   // behind what is left out: "Croatia aside"
	Nothing    CueKind = "nothing" // behind what is denied: "bought nothing", "claim free"
	Same       CueKind = "same"
	Difference CueKind = "difference"
)

// Cue is a span of tokens that asks for something.
type Cue struct {
	Kind       CueKind
	Start, End int
}

// cueTable holds the wordings of each cue. Where two match at a place the
// longer one wins, then the earlier of the table. A trailing "+" wants a number
// next; a leading "^" holds at the question's start only.
var cueTable = []struct {
	kind  CueKind
	words string
}{
	{CountOf, `how many|number of|numbers of|count of|the count of|count the|count up|counts of|# of|how often|headcount of|head count of|tally of|no of|amount of times|volume of|how many times|how many different|the number of|^count|count|tally up|# |quantity of`},
	{Counted, `counted|headcount|head count|in number|counts`},
	{HowMuch, `how much|how big|how large|how high|what came in|what has come in|what have we taken|what did we take|what have we paid|what did we pay|what do we pay|what did we spend|what have we spent|what has been paid|what did we make|what do people pay|what did people pay|what have we earned|what did we earn|what has been spent|what was paid|what was spent`},
	{PercentUp, `by how many percent|by how much percent|by what percentage|what percent more|how many percent more|how many percent less|by how much`},
	{ShareOf, `in a hundred|out of a hundred|in every hundred|out of every hundred|what per cent of|what per cent|how many per cent of|how many per cent|per cent|what share of|what share|what percentage of|what percentage|what percent of|what percent|what proportion of|what proportion|what fraction of|what part of|what pct of|what % of|which share|which percentage|which proportion|share of|percentage of|percent of|proportion of|fraction of|pct of|% of|how many percent of|how many percent|in percent|in %|as a percentage of|as a percentage|as percentage|as a percent|as percent|as a share of|as a share|per cent of|percentages|proportions|shares|share|percentage|percent|proportion|pct|%`},
	{RateOf, `rate of|rate|rates`},
	{RunningCue, `running total of|running total|running totals|running sum|running count|cumulative|cumulatively|cumulated|accumulated|added up over|adding up over|total to date|totals to date|build up|built up|month after month|adding up month by month|piling up|pile up|rolling total`},
	{MovingCue, `moving average|rolling average|moving averages|rolling averages|moving avg|rolling avg|moving mean|rolling mean|smoothed|smooth|smoothing`},
	{ChangeCue, `month on month|month over month|mom|year on year|year over year|yoy|quarter on quarter|quarter over quarter|qoq|week on week|week over week|wow|change on the month before|compared to the previous month|compared with the previous month|change from the previous month|change from the previous year|change from the month before|change from the previous quarter|from month to month|from year to year|from quarter to quarter|from week to week|going up or down|up or down|growth rate of|growth rate|growth of|growth in|growth|grow|grew|grown|growing|change in|changed|changes in|change|increase in|increased|increase|increases|decrease in|decreased|decrease|rise|rose|risen|fell|fallen|drop|dropped|decline|declined|shrink|shrank|shrunk|develop|developed|development of|evolve|evolved|trend in|trend of`},
	{CompareCue, `compare|compared to|compared with|comparing|comparison of|in comparison to|in comparison with|compared|versus|vs|against|as opposed to|side by side`},
	{According, `going by|judging by|according to`},
	{By, `split that by|split it by|split this by|split them by|split those by|split that over|break that down by|break it down by|break this down by|break them down by|break those down by|broken down by|break down by|breakdown by|split by|split over|split up by|grouped by|group by|split between|for each of|for each|for every|in each|in every|of each|on each|through each|with each|from each|to each|by each|at each|by|per|each|every|across|spread over|spread across|for the different|for the various|in the different|depending on`},
	{AtLeast, `at least|no fewer than|no less than|not less than|not fewer than|minimum of|a minimum of|or more|and more|or above|and above|and up|or over|and over|upwards of|from upwards|>=|or higher|or longer|or better|or later|or older|min of|plus|+`},
	{AtMost, `at most|no more than|not more than|maximum of|a maximum of|or less|or fewer|or below|and below|or under|up to|<=|or lower|or shorter|max of|within`},
	{MoreThan, `more than|over|above|greater than|higher than|bigger than|larger than|exceed|exceeds|exceeded|exceeding|in excess of|beyond|longer than|older than|north of|>|better than|later than|heavier than|taller than|faster than|costlier than|more expensive than|worth more than|past the`},
	{LessThan, `less than|fewer than|under|below|lower than|smaller than|shorter than|younger than|cheaper than|<|worse than|lighter than|slower than|south of|less expensive than|worth less than`},
	{NotEqualTo, `not equal to|other than|!=|<>|different from|differs from`},
	{Top, `top|first+|leading+|highest ranked`},
	{Bottom, `bottom|last+`},
	{MedianCue, `median of|median`},
	{Percentile, `percentile of|percentile|th percentile`},
	{Average, `average|averages|averaged|avg|mean|on average|averaging|typical|typically|usual|usually|on avg|in the mean|avge`},
	{Highest, `highest|largest|biggest|maximum|max|greatest|longest|most expensive|priciest|topmost|record|dearest|heaviest|peak|steepest|fastest|tallest|costliest|most costly|deepest|widest`},
	{Lowest, `lowest|smallest|minimum|min|shortest|least expensive|cheapest|tiniest|slowest|lightest|least costly`},
	{Oldest, `oldest|earliest|longest serving|longest standing`},
	{Newest, `newest|latest|most recent|youngest|most recently`},
	{Most, `the most|most often|most frequently|most common|most commonly|most frequent|most popular|mostly|most|busiest|best|number one|no 1|leading|strongest|bestselling`},
	{Least, `the least|the fewest|fewest|least often|least common|least popular|least frequent|least|worst|weakest|quietest|rarest`},
	{Total, `total of|total number of|total|totals|sum of|summed|in total|altogether|overall|in all|all in all|combined|adds up|add up|added up|all together|sum|the sum of|sum up|summed up`},
	{Distinct, `different|distinct|unique|individual|separate|counting each once|counting each one once|counting everyone once|counting everybody once|each counted once|each counted only once|counted once each|counted once|only counted once|once each|each once|without double counting|no double counting|without duplicates|no duplicates|various`},
	{Excluding, `excluding|except|except for|outside|outside of|leaving out|leave out|leave aside|apart from|aside from|not counting|excl|minus|ignoring|without counting|rather than|disregarding|not including|skip|omit|omitting|drop|exclude|ignore|remove|removing|get rid of|discard|strip out|filter out|take out`},
	{Without, `without|with no|no|never|zero|not once|none|lacking|lack|lacks|free of|not any|not a single|w/o|without any|without a|without an|without a single|have no|has no|had no|nobody|no one|noone|none of|not one`},
	{Missing, `missing|empty|blank|not filled in|not set|unknown`},
	{Aside, `aside|excluded|excepted|left out|not included|not counted`},
	{Nothing, `nothing|free`},
	{Not, `not|isn't|aren't|arent|isnt|hasn't|haven't|havent|hasnt|didn't|didnt|don't|dont|doesn't|doesnt|weren't|wasn't|won't|wont|no longer|not yet|cannot|can't|hadn't|yet to|non|neither|nor`},
	{RateOf, `ratio`},
	{Ratio, `ratio of|ratio between|to ratio|ratio`},
	{All, `all`},
	{Among, `among|amongst|out of|of those|of all`},
	{SortCue, `sorted by|sort by|ordered by|order by|ranked by|rank by|sort them by|arranged by|in order of|sorted|ranked|rank|arranged`},
	{Descending, `descending|desc|from highest to lowest|highest first|largest first|biggest first|from most to least|from high to low|most first|newest first|latest first|high to low|in reverse|from largest to smallest`},
	{Ascending, `ascending|asc|from lowest to highest|lowest first|smallest first|from least to most|from low to high|alphabetically|in alphabetical order|oldest first|earliest first|low to high|chronologically|from smallest to largest|by name`},
	{KeepZero, `including those with none|including those without|including zero|including zeros|including the ones with none|including ones with none|also those with none|even those with none|even if zero|even if none|even those without|incl zero|incl zeros|with zeros|including none|including those that have none|also the ones with none|zeros included|also those without any|including those without any|also with zero|including all|even if there are none|zero included|with a zero if none|also the ones that got nothing|also the ones without|even when zero`},
	{Containing, `containing|contains|contain|with the word|including the word|that include the word|whose name includes|mentioning|mention|mentions|has the word|have the word`},
	{Starting, `starting with|starts with|start with|beginning with|begins with|begin with|beginning in`},
	{Ending, `ending with|ends with|end with|ending in`},
	{Both, `both`},
	{Either, `either`},
	{Only, `only|just|solely|purely|nothing but`},
	{Exactly, `exactly|precisely|equal to|equals|=`},
	{BetweenCue, `between`},
	{HowLong, `how long|how many days|how many hours|how many minutes|how many weeks|how many months|how quickly|how fast|how soon|how slow|how late|how old|what time passes|time between|days between|days from|hours from|hours between|days passed|length of time|number of days|number of hours|duration between|duration from|time from|time it takes|time it took|pass between|passes between|passed between|elapse between|go by between`},
	{WhenCue, `when`},
	{Same, `same|equal`},
	{Difference, `difference between|difference in|difference of|difference|gap between`},
}

type cuePhrase struct {
	kind   CueKind
	words  []string
	number bool
	start  bool
	order  int
}

var cueIndex = func() map[string][]cuePhrase {
	out := map[string][]cuePhrase{}
	for order, row := range cueTable {
		for _, p := range strings.Split(row.words, "|") {
			c := cuePhrase{kind: row.kind, order: order}
			if p, c.start = strings.CutPrefix(p, "^"); len(p) > 1 && strings.HasSuffix(p, "+") {
				p, c.number = strings.TrimSuffix(p, "+"), true
			}
			for _, t := range text.Tokenize(p) {
				c.words = append(c.words, t.Lower)
			}
			if len(c.words) > 0 {
				out[c.words[0]] = append(out[c.words[0]], c)
			}
		}
	}
	for _, l := range out {
		slices.SortStableFunc(l, func(a, b cuePhrase) int { return len(b.words) - len(a.words) })
	}
	return out
}()

// cues finds the cues among tokens, leaving those that taken holds out. They
// don't overlap.
func cues(tokens []text.Token, taken []bool) []Cue {
	var out []Cue
	for i := 0; i < len(tokens); {
		c, ok := cueAt(tokens, taken, i)
		if !ok {
			i++
			continue
		}
		out = append(out, c)
		i = c.End
	}
	return out
}

// low are comparatives whose figure is the smaller one.
var low = text.WordSet("smaller lower fewer shorter younger cheaper lighter slower earlier nearer closer thinner poorer weaker narrower newer sooner")

// comparative reads any other "…er than".
func comparative(tokens []text.Token, taken []bool, i int) (CueKind, bool) {
	w := tokens[i].Lower
	if i+1 >= len(tokens) || tokens[i+1].Lower != "than" || taken[i] || taken[i+1] || !strings.HasSuffix(w, "er") || w == "rather" || w == "other" {
		return "", false
	}
	if low[w] {
		return LessThan, true
	}
	return MoreThan, true
}

func cueAt(tokens []text.Token, taken []bool, i int) (Cue, bool) {
	if kind, ok := comparative(tokens, taken, i); ok {
		return Cue{kind, i, i + 2}, true
	}
	if c, ok := comesFirst(tokens, taken, i); ok {
		return c, true
	}
	if c, ok := keepsZero(tokens, i); ok {
		return c, true
	}
	if oneByOne(tokens, taken, i) {
		return Cue{By, i, i + 2}, true
	}
	for _, c := range cueIndex[tokens[i].Lower] {
		if c.stands(tokens, taken, i) {
			return Cue{c.kind, i, i + len(c.words)}, true
		}
	}
	return Cue{}, false
}

// Superlatives that say an order where "first" or "on top" follows.
var (
	mostFirst  = text.WordSet("highest largest biggest best most richest longest dearest priciest heaviest busiest strongest")
	leastFirst = text.WordSet("fewest lowest smallest least worst shortest cheapest poorest lightest weakest")
)

// comesFirst reads the order of "worst first", "largest debt first", "biggest
// on top", "starting with the best".
func comesFirst(tokens []text.Token, taken []bool, i int) (Cue, bool) {
	at := i
	if w := tokens[i].Lower; (w == "starting" || w == "start") && said(tokens, i+1, "with", "the") {
		at = i + 3
	}
	if at >= len(tokens) || taken[at] {
		return Cue{}, false
	}
	kind := Descending
	switch w := tokens[at].Lower; {
	case leastFirst[w]:
		kind = Ascending
	case !mostFirst[w]:
		return Cue{}, false
	}
	if at > i {
		return Cue{kind, i, at + 1}, true
	}
	for gap := range 2 {
		for _, end := range [][]string{{"first"}, {"on", "top"}} {
			if k := i + 1 + gap; said(tokens, k, end...) && (gap == 0 || tokens[i+1].Word()) {
				return Cue{kind, i, k + len(end)}, true
			}
		}
	}
	return Cue{}, false
}

// oneByOne reports a noun said twice around "by": "region by region", but not
// "fare by fare type".
func oneByOne(tokens []text.Token, taken []bool, i int) bool {
	if end := i + 3; end < len(tokens) && tokens[end].Word() && !filler[tokens[end].Lower] {
		return false
	}
	return said(tokens, i+1, "by", tokens[i].Lower) && !tokens[i].IsNumber && tokens[i].Word() && !taken[i] && !taken[i+2] && !notGrouped[tokens[i].Lower]
}

var notGrouped = text.WordSet("one step bit side little day week month quarter year hour")

// How groups without rows are asked for: "including branches with none", "show
// the ones with 0 too", "zeros as well".
var (
	including = text.WordSet("including include incl also even show plus")
	noneAtAll = text.WordSet("none zero zeros 0 nothing unused")
)

// farthestNone is how many words may lie between the two.
const farthestNone = 5

// keepsZero reads a demand for groups without rows.
func keepsZero(tokens []text.Token, i int) (Cue, bool) {
	first := tokens[i].Lower
	switch {
	case noneAtAll[first] && first != "none" && (said(tokens, i+1, "too") || said(tokens, i+1, "included")):
		return Cue{KeepZero, i, i + 2}, true
	case noneAtAll[first] && said(tokens, i+1, "as", "well"):
		return Cue{KeepZero, i, i + 3}, true
	case !including[first]:
		return Cue{}, false
	}
	for k := i + 1; k < min(len(tokens), i+1+farthestNone); k++ {
		if end := endsNone(tokens, k, first == "show"); end > k {
			return Cue{KeepZero, i, end}, true
		}
		if !tokens[k].Word() && tokens[k].Lower != "." {
			break
		}
	}
	return Cue{}, false
}

// endsNone is where "none", "zero ones" or "not used at all" end; 0 for none of
// them. Where shown, "too" has to follow.
func endsNone(tokens []text.Token, k int, shown bool) int {
	switch w := tokens[k].Lower; {
	case w == "not" && said(tokens, k+2, "at", "all"):
		return k + 4
	case !noneAtAll[w]:
		return 0
	case said(tokens, k+1, "too"), said(tokens, k+1, "ones"):
		return k + 2
	case shown:
		return 0
	}
	return k + 1
}

// said reports whether words stand at token i.
func said(tokens []text.Token, i int, words ...string) bool {
	if i+len(words) > len(tokens) {
		return false
	}
	for k, w := range words {
		if tokens[i+k].Lower != w {
			return false
		}
	}
	return true
}

// stands reports whether a cue's words stand at token i.
func (c *cuePhrase) stands(tokens []text.Token, taken []bool, i int) bool {
	end := i + len(c.words)
	if end > len(tokens) || c.start && i > 0 || tokens[i].Quoted {
		return false
	}
	for k, w := range c.words {
		if taken[i+k] || tokens[i+k].Lower != w {
			return false
		}
	}
	if said(tokens, end, "than") {
		return false // the word before it compares: "and more than 50"
	}
	if c.number && (end == len(tokens) || !tokens[end].IsNumber && text.NumberWords[tokens[end].Lower] == 0) {
		return false
	}
	return !countsAs(c.kind, tokens, end)
}

// countsAs reports a count that only says what something is held to be:
// "suppliers that count as small businesses".
func countsAs(kind CueKind, tokens []text.Token, end int) bool {
	return (kind == CountOf || kind == Counted) && end < len(tokens) && tokens[end].Lower == "as"
}
