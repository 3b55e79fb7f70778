package sketch

import "slices"

// lexicon says which words of questions stand for which words of names.
type lexicon struct {
	learned   map[[2]string]float32 // stems: how surely, 0 to 1
	thesaurus thesaurus
	alike     *forest // log odds of a pairing; nil: none is made by meaning
}

// list is what was learned as words, two a pair, and how surely they match.
func (l *lexicon) list() (words []string, sure []float32) {
	keys := make([][2]string, 0, len(l.learned))
	for k := range l.learned {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	for _, k := range keys {
		words, sure = append(words, k[0], k[1]), append(sure, l.learned[k])
	}
	return words, sure
}

func newLexicon(words []string, sure []float32, alike *forest) (*lexicon, error) {
	known, err := knownRelations()
	if err != nil {
		return nil, err
	}
	l := &lexicon{learned: make(map[[2]string]float32, len(sure)), thesaurus: known, alike: alike}
	for i, s := range sure {
		l.learned[[2]string{words[2*i], words[2*i+1]}] = s
	}
	return l, nil
}

// learnLexicon finds words of questions that stand for words of names: where
// the right query uses a name of which the question says nothing, each word
// that names nothing else speaks for it; names that were there unused speak
// against it. Only pairs that hold in several schemas are kept.
func learnLexicon(lessons []*lesson) map[[2]string]float32 {
	type seen struct {
		with, without int
		schemas       map[*index]bool
	}
	counts := map[[2]string]*seen{}
	for _, l := range lessons {
		if l.ref == nil {
			continue
		}
		used := l.usedStems()
		for i, t := range l.q.toks {
			if function[t.word] || cue[t.word] || t.isNum || t.quoted || len(t.word) < 3 || l.q.tops[i] >= 0.95 {
				continue
			}
			for s := range l.q.x.vocabs {
				if s == t.stem {
					continue
				}
				k := [2]string{t.stem, s}
				c := counts[k]
				if used[s] {
					if c == nil {
						c = &seen{schemas: map[*index]bool{}}
						counts[k] = c
					}
					c.with++
					c.schemas[l.q.x] = true
				} else if c != nil {
					c.without++
				}
			}
		}
	}
	out := map[[2]string]float32{}
	for k, c := range counts {
		if p := float64(c.with) / float64(c.with+c.without+2); c.with >= 3 && len(c.schemas) >= 2 && p >= 0.45 {
			out[k] = float32(0.3 + 0.6*p)
		}
	}
	return out
}

// usedStems are words of names that the right query uses and that stand
// nowhere in the question.
func (l *lesson) usedStems() map[string]bool {
	said := map[string]bool{}
	for _, t := range l.q.toks {
		said[t.stem] = true
	}
	out := map[string]bool{}
	add := func(parts []part) {
		for _, p := range parts {
			if !said[p.stem] && p.word != "id" && p.word != "name" {
				out[p.stem] = true
			}
		}
	}
	l.ref.frame.visit(func(i item) {
		if i.col != nil {
			add(i.col.parts)
		}
	}, func(*table) {})
	for _, t := range append(slices.Clone(l.ref.tables), l.ref.innerT...) {
		add(t.parts)
	}
	return out
}
