package link

import (
	"slices"
	"time"

	"github.com/querent/querent/internal/semparse/text"
	"github.com/querent/querent/internal/semparse/when"
)

// Number is a number in a question that is no part of a time phrase.
type Number struct {
	Start, End int
	Value      float64
	Percent    bool
	Money      bool
}

// Question is one question's tokens with all that can be told of them before
// a base table is supposed.
type Question struct {
	Text    string
	Tokens  []text.Token
	Words   []string // of Tokens, lower case
	Cues    []Cue
	Times   []when.Finding
	Numbers []Number
	Now     time.Time

	vocabulary *Vocabulary
	fixed      []bool       // a time phrase or number stands there: nothing else can
	cued       []bool       // a cue stands there
	spans      [][][]*Sense // senses of tokens [i, j), by i and j-i-1
}

// Read cuts a question into tokens, corrects their spelling, and finds times,
// cues and numbers.
func (v *Vocabulary) Read(question string, now time.Time, o when.Options) *Question {
	q := &Question{Text: question, Tokens: text.Tokenize(question), Now: now, vocabulary: v}
	v.respell(q.Tokens)
	q.Words = text.Lowers(q.Tokens)
	q.fixed = make([]bool, len(q.Tokens))
	q.cued = make([]bool, len(q.Tokens))
	q.times(o)
	q.Cues = cues(q.Tokens, q.fixed)
	q.numbers()
	for _, c := range q.Cues {
		for i := c.Start; i < c.End; i++ {
			q.cued[i] = true
		}
	}
	q.senses()
	return q
}

// times finds time phrases. A value or name of several words that holds one is
// not cut ("Summer 2024 campaign").
func (q *Question) times(o when.Options) {
	for _, f := range when.Find(q.Tokens, q.Now, o) {
		if q.nameAcross(f.Start, f.End) {
			continue
		}
		if f.Kind == when.Grain {
			f.Start = q.behindSuperlative(f)
		}
		q.Times = append(q.Times, f)
		if f.Weak {
			continue
		}
		for i := f.Start; i < f.End; i++ {
			q.fixed[i] = true
		}
	}
}

// behindSuperlative is where a division of time begins behind the superlative
// that asks for some of its steps: "month" of "busiest month" and of "strongest
// sales month", "days" of "top 3 days".
func (q *Question) behindSuperlative(f when.Finding) int {
	c, ok := cueAt(q.Tokens, q.fixed, f.Start)
	if !ok || c.End >= f.End || !slices.Contains(superlatives, c.Kind) {
		return f.Start
	}
	at := c.End
	for at < f.End-1 && (q.Tokens[at].IsNumber || text.NumberWords[q.Tokens[at].Lower] > 0) {
		at++
	}
	if f.End-at == 2 { // "sales month"
		at++
	}
	return at
}

var superlatives = []CueKind{Most, Least, Highest, Lowest, Top, Bottom}

// nameAcross reports whether a stored value or business term of more words
// than the time phrase stands across it.
func (q *Question) nameAcross(start, end int) bool {
	for i := max(0, start-3); i <= start; i++ {
		for j := min(len(q.Tokens), end+3); j >= end; j-- {
			if j-i <= end-start || j-i > longestPhrase {
				continue
			}
			for _, s := range q.vocabulary.senses[key(text.Lowers(q.Tokens[i:j]))] {
				if s.Strength >= 1 && (s.Kind == Value || s.Source == FromTerm) && !stop[q.Tokens[i].Lower] {
					return true
				}
			}
		}
	}
	return false
}

// numbers finds the numbers that are left.
func (q *Question) numbers() {
	for i, t := range q.Tokens {
		if q.fixed[i] || t.Quoted {
			continue
		}
		n, ok := q.numberAt(i)
		if !ok || q.multiply(i) {
			continue
		}
		if i+1 < len(q.Words) && percents[q.Words[i+1]] {
			n.Percent = true
			n.End = i + 2
		}
		n.Money = i > 0 && currencies[q.Words[i-1]]
		q.Numbers = append(q.Numbers, n)
	}
}

var (
	percents   = text.WordSet("% percent pct")
	currencies = text.WordSet("€ $ £")
)

// numberAt reads token i as a number, with the "a" of "a million".
func (q *Question) numberAt(i int) (n Number, ok bool) {
	t := q.Tokens[i]
	n = Number{Start: i, End: i + 1, Value: t.Number}
	switch m := magnitudes[t.Lower]; {
	case m > 0 && i > 0 && q.magnified(i):
		n.Value = m
		if q.Words[i-1] == "a" {
			n.Start = i - 1
		}
		return n, true
	case t.IsNumber:
		return n, !ordinal(t.Lower)
	}
	n.Value, ok = text.NumberWords[t.Lower]
	return n, ok && q.counts(i)
}

// multiply lets a magnitude multiply the number right before it: "2 million".
func (q *Question) multiply(i int) bool {
	last, m := len(q.Numbers)-1, magnitudes[q.Words[i]]
	if m == 0 || last < 0 || q.Numbers[last].End != i {
		return false
	}
	q.Numbers[last].Value *= m
	q.Numbers[last].End = i + 1
	return true
}

// magnitudes multiply the number before them, or one.
var magnitudes = map[string]float64{"hundred": 100, "thousand": 1000, "grand": 1000, "k": 1000, "million": 1e6, "mio": 1e6, "billion": 1e9}

// magnified reports whether a magnitude is part of a number: after "a" or
// another number.
func (q *Question) magnified(i int) bool {
	last := len(q.Numbers) - 1
	return q.Words[i-1] == "a" && q.Words[i] != "k" || last >= 0 && q.Numbers[last].End == i
}

// comparing are words after which "one" is a number.
var comparing = text.WordSet("than least top most exactly only")

func ordinal(word string) bool { return text.OrdinalWords[word] > 0 }

// counts reports whether a number word is a number here: "one" and "once"
// only after words that compare.
func (q *Question) counts(i int) bool {
	if w := q.Words[i]; w != "one" {
		return true
	}
	if i+2 < len(q.Words) && q.Words[i+1] == "or" && q.Words[i+2] == "more" {
		return true
	}
	return i > 0 && comparing[q.Words[i-1]]
}

// senses looks every span up.
func (q *Question) senses() {
	q.spans = make([][][]*Sense, len(q.Tokens))
	for i := range q.Tokens {
		q.spans[i] = make([][]*Sense, min(longestPhrase, len(q.Tokens)-i))
		for j := i + 1; j <= len(q.Tokens) && j-i <= longestPhrase; j++ {
			if q.fixed[j-1] || j > i+1 && q.separates(i, j-1) {
				break
			}
			q.spans[i][j-i-1] = q.lookUp(i, j)
		}
	}
}

// separators end a phrase.
var separators = text.WordSet(`by per and , than which who each every with : or without vs versus against how many & + / between if when whose compared ;`)

// separates reports whether token at can't stand in one phrase with token i.
func (q *Question) separates(i, at int) bool {
	if q.Tokens[at].Quoted || q.Tokens[i].Quoted {
		return true
	}
	return separators[q.Words[at]] || separators[q.Words[i]] || q.inCue(at, CountOf, CompareCue, By) || q.inCue(i, CountOf, CompareCue, By)
}

func (q *Question) inCue(at int, kinds ...CueKind) bool {
	for _, c := range q.Cues {
		oneCount := c.Kind == CountOf && c.End-c.Start == 1 // "word count" is one phrase
		if c.Start <= at && at < c.End && !oneCount && slices.Contains(kinds, c.Kind) {
			return true
		}
	}
	return false
}

// lookUp gives the senses of the tokens [i, j).
func (q *Question) lookUp(i, j int) []*Sense {
	words := q.Words[i:j]
	first, last, one := words[0], words[len(words)-1], j-i == 1
	edge := stop[first] || stop[last]
	switch {
	case q.Tokens[i].Quoted:
		return q.quoted(i)
	case !one && (weak[first] || weak[last]):
		return nil
	case one && (edge || weak[first]) && !capitals(q.Tokens[i].Raw):
		return nil
	}
	var own []*Sense
	if one || !edge {
		own = appendBy(nil, q.vocabulary.senses[key(words)], false)
	}
	out := appendBy(own, q.vocabulary.senses[lexicalKey(words)], true)
	if one && len(own) == 0 {
		out = append(out, q.unexplained(i)...)
	}
	return out
}

// appendBy appends the senses that are the lexicon's, or those that aren't.
func appendBy(out, senses []*Sense, lexical bool) []*Sense {
	for _, s := range senses {
		if s.lexical == lexical {
			out = append(out, s)
		}
	}
	return out
}

// capitals reports a word in capitals, such as US, which is no pronoun.
func capitals(raw string) bool {
	return len(raw) > 1 && upper(raw)
}

// quoted gives the values that a quoted text is, in any case.
func (q *Question) quoted(i int) []*Sense {
	var out []*Sense
	for _, s := range q.vocabulary.senses[key(text.SplitName(text.Fold(q.Tokens[i].Raw)))] {
		if s.Kind == Value && s.Source == FromValue {
			out = append(out, s)
		}
	}
	return out
}
