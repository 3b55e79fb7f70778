package views

import (
	"slices"
	"testing"

	"github.com/querent/querent/internal/ask"
)

func TestEveryOutcomeIsSaidInWords(t *testing.T) {
	for _, tier := range []ask.Tier{ask.Verified, ask.Compiled, ask.Agreed, ask.Model, ask.Unsure, ask.Edited} {
		q := ask.Question{Status: ask.Answered, Tier: tier}
		if Label(q.Outcome()) == string(tier) || Means(q) == "" {
			t.Errorf("%s: %q, %q", tier, Label(q.Outcome()), Means(q))
		}
	}
	for _, status := range []ask.Status{ask.Running, ask.Asked, ask.Declined, ask.Failed, ask.Cancelled, ask.Interrupted} {
		if Label(ask.Outcome(status)) == string(status) {
			t.Errorf("%s has no label", status)
		}
	}
}

func TestMeans(t *testing.T) {
	for want, q := range map[string]ask.Question{
		"Every word is accounted for.":            {Status: ask.Answered, Tier: ask.Compiled},
		"You chose this reading.":                 {Status: ask.Answered, Tier: ask.Compiled, Chosen: true},
		"None of the readings offered was meant.": {Status: ask.Asked, Picked: ask.NoneOfThese},
		"Readings like this are right about 64 times in 100. Check it before you rely on it.": {Status: ask.Answered, Tier: ask.Unsure, Confidence: 0.64},
	} {
		if got := Means(q); got != want {
			t.Errorf("%+v: %q", q, got)
		}
	}
}

func TestSentenceParts(t *testing.T) {
	for sentence, want := range map[string][]part{
		"":                    nil,
		"All orders":          {{"All orders", false}},
		"an order **placed**": {{"an order ", false}, {"placed", true}},
		"**a** or **b** here": {{"a", true}, {" or ", false}, {"b", true}, {" here", false}},
	} {
		if got := parts(sentence); !slices.Equal(got, want) {
			t.Errorf("%q: %v", sentence, got)
		}
	}
}

func TestATermInsteadOfAWord(t *testing.T) {
	for _, tt := range [][4]string{
		{"average mood of moody staff", "mood", "rating", "average rating of moody staff"},
		{"average Mood", "mood", "rating", "average rating"},
		{"average", "mood", "rating", "rating"},
	} {
		if got := instead(tt[0], tt[1], tt[2]); got != tt[3] {
			t.Errorf("%q: %q", tt[0], got)
		}
	}
}
