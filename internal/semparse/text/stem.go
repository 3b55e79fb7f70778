package text

import (
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/kljensen/snowball/english"
)

// irregular are forms that rules of inflection leave apart from their base.
var irregular = wordMap(`paid:pay sold:sell bought:buy left:leave made:make done:do gone:go went:go won:win lost:lose spent:spend held:hold
taken:take took:take given:give gave:give written:write wrote:write sent:send built:build met:meet began:begin begun:begin
came:come got:get gotten:get had:have has:have was:be were:be are:be is:be been:be am:be people:person persons:person children:child men:man women:woman
ran:run running:run shipping:ship shipped:ship qty:quantity yearly:annual annually:annual statuses:status
days:day yrs:year yr:year hrs:hour hr:hour mins:minute wks:week mths:month avg:average pct:percent
lives:live kept:keep brought:bring withdrew:withdraw withdrawn:withdraw hidden:hide chosen:choose chose:choose driven:drive drove:drive ridden:ride rode:ride
seen:see saw:see broken:break broke:break fallen:fall fell:fall grew:grow grown:grow flew:fly flown:fly drew:draw drawn:draw taught:teach thought:think
caught:catch fed:feed led:lead slept:sleep swam:swim sung:sing sang:sing spoke:speak spoken:speak stole:steal stolen:steal told:tell wore:wear worn:wear
lent:lend dealt:deal dug:dig found:find fought:fight forgot:forget forgotten:forget rose:rise risen:rise shot:shoot understood:understand hired:hire
mice:mouse feet:foot criteria:criterion indices:index analyses:analysis staffs:staff wives:wife knives:knife shelves:shelf halves:half
diagnoses:diagnosis crises:crisis bases:basis theses:thesis rated:rating rates:rate died:die dying:die dies:die delivery:deliver deliveries:deliver enrolled:enrol enroll:enrol enrolment:enrol enrollment:enrol enrolments:enrol enrollments:enrol
cancelled:cancel canceled:cancel cancelling:cancel cancellation:cancel cancellations:cancel favourite:favorite colour:color colours:color centre:center centres:center`)

// steady are words whose ending is no inflection, or whose stem would fall
// together with that of a word of another meaning.
var steady = WordSet(`staff status data series analysis overdue bus gas business access process loss less plus address premises news sms gps
rating listing building meeting training booking opening housing ticketing medication medical university universal general generation
organ organic organization station state stats statistic international communication community customer custom customs united unit
news new policy police past paste universe number numeral marketing market pricing price wedding shares parking park listing weather whether
engine engineer engineering inventor inventory product production producer import important passenger passing`)

// stems are those of the words last met: the same few thousand come again and
// again, and working one out takes long.
var stems = newStems()

func newStems() *lru.Cache[string, string] {
	c, err := lru.New[string, string](1 << 14)
	if err != nil {
		panic(err) // only for a size below one
	}
	return c
}

// longestKept is the number of bytes of words whose stems are kept.
const longestKept = 40

// Stem reduces an English word, in lower case, to the form that its
// inflections share.
func Stem(word string) string {
	if len(word) > longestKept {
		return stem(word)
	}
	if known, ok := stems.Get(word); ok {
		return known
	}
	s := stem(word)
	stems.Add(strings.Clone(word), s)
	return s
}

func stem(word string) string {
	if base, ok := irregular[word]; ok {
		word = base
	}
	if steady[word] || len(word) <= 3 {
		return word
	}
	if s, plain := strings.CutSuffix(word, "s"); plain && steady[s] {
		return s
	}
	if steady[Singular(word)] {
		return Singular(word)
	}
	return english.Stem(word, false)
}

// Irregular gives the base of an irregular form, any other word as it is.
func Irregular(word string) string {
	if base, ok := irregular[word]; ok {
		return base
	}
	return word
}

// Stems reduces every word.
func Stems(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = Stem(w)
	}
	return out
}

// Singular takes only the plural off a noun: "medications" and "medication"
// fall together, "medic" stays apart.
func Singular(word string) string {
	if base, ok := irregular[word]; ok {
		return base
	}
	switch {
	case len(word) > 4 && strings.HasSuffix(word, "ies"):
		return word[:len(word)-3] + "y"
	case strings.HasSuffix(word, "sses"), strings.HasSuffix(word, "shes"), strings.HasSuffix(word, "ches"), strings.HasSuffix(word, "xes"):
		return word[:len(word)-2]
	case len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "us") && !strings.HasSuffix(word, "is"):
		return word[:len(word)-1]
	}
	return word
}

// Plural puts a noun into the plural.
func Plural(word string) string {
	switch {
	case word == "":
		return ""
	case word == "person":
		return "people"
	case word == "child":
		return "children"
	case strings.HasSuffix(word, "s") && Singular(word) != word:
		return word
	case len(word) > 2 && strings.HasSuffix(word, "y") && !strings.ContainsRune("aeiou", rune(word[len(word)-2])):
		return word[:len(word)-1] + "ies"
	case strings.HasSuffix(word, "s"), strings.HasSuffix(word, "x"), strings.HasSuffix(word, "ch"), strings.HasSuffix(word, "sh"):
		return word + "es"
	case word == "staff" || word == "data" || word == "equipment" || word == "stock":
		return word
	}
	return word + "s"
}

// WordSet is the set of the words of a text.
func WordSet(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

func wordMap(pairs string) map[string]string {
	out := map[string]string{}
	for _, p := range strings.Fields(pairs) {
		from, to, _ := strings.Cut(p, ":")
		out[from] = to
	}
	return out
}
