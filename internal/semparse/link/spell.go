package link

import (
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/text"
)

// asking are words of questions that are corrected to even where no name holds
// them.
var asking = strings.Fields(`different number average total highest lowest between quarter month monthly weekly weekday percentage share without list show
count reason active inactive january february march april june july august september october november december monday tuesday wednesday thursday friday
saturday sunday yesterday today year week revenue customers customer orders order`)

var asked = text.WordSet(strings.Join(asking, " "))

// respell corrects words that are spelt like a name, term or value here, or
// like a word of questions, and that mean nothing as they stand.
func (v *Vocabulary) respell(tokens []text.Token) {
	for i := range tokens {
		t := &tokens[i]
		if long := v.meant(*t); long != "" {
			t.Lower, t.Stem = long, text.Stem(long)
			continue
		}
		if !v.misspelt(*t) {
			continue
		}
		if fixed := v.nearest(t.Lower); fixed != "" {
			t.Lower, t.Stem, t.Fixed = fixed, text.Stem(fixed), true
		}
	}
}

// meant finds the abbreviation in a name that a word of the question spells out,
// as the vocabulary knows it; empty for none.
func (v *Vocabulary) meant(t text.Token) string {
	if len(v.short) == 0 || !spells(t) || v.namedBy(t.Lower) {
		return ""
	}
	best, top := "", 0.0
	for short, long := range v.short {
		s := v.shortens(short, t)
		if s > 1 && (s > top || s == top && long < best) {
			best, top = long, s
		}
	}
	return best
}

// spells reports a word that may spell an abbreviation out: one that has no
// other work in a question.
func spells(t text.Token) bool {
	w := t.Lower
	if len(w) < 4 || t.Quoted || !t.Word() {
		return false
	}
	_, cue := cueIndex[w]
	return !cue && !filler[w] && !asked[w] && !timeWords[w]
}

// shortens tells how well an abbreviation shortens a word in one of its forms;
// of two that do it equally well the longer one is better.
func (v *Vocabulary) shortens(short string, t text.Token) float64 {
	best := 0.0
	for _, form := range []string{t.Lower, text.Singular(t.Lower), t.Stem} {
		s := text.Shortens(short, form)
		if s == 2 && len(short) < 4 && !v.Catalog.Terse {
			continue
		}
		best = max(best, s+float64(len(short))/100)
	}
	return best
}

// timeWords are read by themselves.
var timeWords = text.WordSet("minute minutes hour hours second seconds millisecond day days week weeks month months quarter quarters year years period periods timeframe weekend weekends weekday weekdays decade decades fortnight half halves morning afternoon evening night")

// namedBy reports whether a word by itself is a name or value here.
func (v *Vocabulary) namedBy(w string) bool {
	return slices.ContainsFunc(v.senses[key([]string{w})], func(s *Sense) bool { return !s.lexical && s.Source != FromPart })
}

func (v *Vocabulary) misspelt(t text.Token) bool {
	w := t.Lower
	if !spells(t) || strings.ContainsAny(w, "_0123456789'") || v.ownStems[t.Stem] || text.NumberWords[w] > 0 {
		return false
	}
	if !text.English(w) {
		return !v.stems[t.Stem]
	}
	return !v.stems[t.Stem] && len(w) >= 5 && !strings.HasSuffix(w, "est") && !strings.HasSuffix(w, "er") && !strings.HasSuffix(w, "ly")
}

// nearest is the word that w was meant for; empty for none.
func (v *Vocabulary) nearest(w string) string {
	english := text.English(w)
	most := 1
	if len(w) >= 8 && !english {
		most = 2
	}
	best, at := most+1, ""
	try := func(word string) {
		if english && (strings.HasPrefix(w, word) || strings.HasPrefix(word, w)) {
			return
		}
		if d := text.Distance(w, word, most); d < best {
			best, at = d, word
		}
	}
	for _, word := range v.byFirst[w[0]] {
		if n := len(word) - len(w); n > most+2 || -n > most+2 {
			continue
		}
		try(word)
		try(text.Plural(word))
		try(text.Singular(word))
	}
	if at == "" && !english {
		most = 1
		best = 2
		for _, word := range asking {
			try(word)
		}
	}
	return at
}
