package ask

import (
	"regexp"
	"strings"
)

// openers begin a question that goes on from another; the longest first.
var openers = []string{"what about", "how about", "and now", "and only", "and also", "but only", "now only", "now just", "same but", "and", "but", "now", "only", "just", "also", "then", "instead"}

// links begin what is left of it.
var links = regexp.MustCompile(`^(?:by|per|in|for|from|of|on|at|with|without|where|over|under|above|below|between|since|before|after|during|until|excluding|except|not|sorted|ordered|grouped|as|split|top)\b`)

var (
	year   = regexp.MustCompile(`\b(?:19|20)\d\d\b`)
	period = regexp.MustCompile(`^(?:(?:in|for|from|during) )?((?:19|20)\d\d)$`)
)

// Whole words a follow-up as a question of its own, by what it follows: "and
// by month?" after "total sales in 2024" is "total sales in 2024 by month". A
// question that stands on its own stays as it is.
func (p *Previous) Whole(question string) string {
	rest := strings.TrimRight(strings.Join(strings.Fields(question), " "), "?.! ")
	opened := false
	for _, opener := range openers {
		if tail, ok := cutWords(rest, opener); ok {
			rest, opened = tail, true
			break
		}
	}
	lower := strings.ToLower(rest)
	before := strings.TrimRight(p.Question, "?.! ")
	switch years := year.FindAllString(before, -1); {
	case rest == "":
		return question
	case len(years) == 1 && period.MatchString(lower):
		return strings.Replace(before, years[0], period.FindStringSubmatch(lower)[1], 1)
	case links.MatchString(lower):
		return before + " " + rest
	case opened && len(strings.Fields(rest)) <= 4:
		return before + " for " + rest
	}
	return question
}

// cutWords removes prefix, in any case, where a word ends after it.
func cutWords(s, prefix string) (string, bool) {
	if len(s) <= len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) || !strings.ContainsRune(" ,", rune(s[len(prefix)])) {
		return s, false
	}
	return strings.TrimLeft(s[len(prefix):], " ,"), true
}
