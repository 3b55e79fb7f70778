package sketch

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

// Example is a question with its right SQL, to learn from.
type Example struct {
	Question string
	Plain    string // the same worded with the schema's own words; empty for none
	Schema   *schema.Schema
	SQL      string
	Telling  bool // the right SQL finds rows: an empty result proves nothing
	Fold     int  // examples of one database share a fold
	Folds    int
	// Right runs SQL and says whether it answers the question as it should.
	Right func(ctx context.Context, sql string) (bool, error)
	// Try runs SQL as a Prompt's Try does.
	Try func(ctx context.Context, sql string) (ask.Table, error)
}

// learner fits linear heads by AdaGrad.
type learner struct {
	m    *model
	sums []float32
	rate float64
}

func (l *learner) update(head uint32, f features, grad float64) {
	for _, x := range f {
		i := slot(head, x)
		l.sums[i] += float32(grad * grad)
		l.m.weights[i] += float32(l.rate * grad / (1e-6 + math.Sqrt(float64(l.sums[i]))))
	}
}

func (l *learner) learn(k *mark) {
	if !k.multi {
		p := sigmoid(l.m.score(k.head[0], k.feats[0]))
		if g := float64(boolInt(k.right[0])) - p; math.Abs(g) > 0.01 {
			l.update(k.head[0], k.feats[0], g)
		}
		return
	}
	raw := make([]float64, len(k.head))
	var good float64
	for i := range raw {
		raw[i] = l.m.score(k.head[i], k.features(i))
	}
	logSoftmax(raw)
	for i := range raw {
		raw[i] = math.Exp(raw[i])
		if k.right[i] {
			good += raw[i]
		}
	}
	for i := range raw {
		g := -raw[i]
		if k.right[i] {
			g += raw[i] / max(good, 1e-9)
		}
		if math.Abs(g) > 0.01 {
			l.update(k.head[i], k.features(i), g)
		}
	}
}

// prepare links every example.
func prepare(examples []Example, words Words, lex *lexicon) []*lesson {
	out := make([]*lesson, len(examples))
	byDB := map[*schema.Schema]*index{}
	for i := range examples {
		if byDB[examples[i].Schema] == nil {
			byDB[examples[i].Schema] = newIndex(examples[i].Schema, words)
		}
	}
	parallel(len(examples), func(i int) {
		e := examples[i]
		x := byDB[e.Schema]
		l := &lesson{Example: e, q: link(ask.Prompt{Question: e.Question, Schema: e.Schema}, x, words, lex)}
		l.ref, _ = refer(x, e.SQL)
		out[i] = l
	})
	return out
}

// inventory takes the outlines and classes from the lessons.
func inventory(m *model, lessons []*lesson) {
	counts := map[sketch]int{}
	total := 0
	m.classes = map[string][]string{"op": opClasses, "cmpop": {"=", ">", "<", ">=", "<=", "!="}}
	for _, l := range lessons {
		if l.ref != nil {
			s := l.ref.sketch
			for _, h := range []string{"plain", "where"} {
				if c := s.class(h); !slices.Contains(m.classes[h], c) {
					m.classes[h] = append(m.classes[h], c)
				}
			}
			counts[s.bare()]++
			total++
		}
	}
	for s, n := range counts {
		if n >= 3 && supported(s) {
			m.sketches = append(m.sketches, s)
		}
	}
	slices.Sort(m.classes["plain"])
	slices.Sort(m.classes["where"])
	slices.SortFunc(m.sketches, func(a, b sketch) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	for _, s := range m.sketches {
		m.prior = append(m.prior, math.Log(float64(counts[s])/float64(total)))
		for _, h := range sketchHeads {
			if h == "plain" || h == "where" {
				continue
			}
			if c := s.class(h); !slices.Contains(m.classes[h], c) {
				m.classes[h] = append(m.classes[h], c)
			}
		}
	}
}

// fitHeads learns the linear heads.
func fitHeads(lessons []*lesson, lex *lexicon, epochs int) *model {
	m := &model{weights: make([]float32, 1<<weightBits), lexicon: lex}
	inventory(m, lessons)
	l := &learner{m: m, sums: make([]float32, 1<<weightBits)}
	rng := rand.New(rand.NewPCG(1, 2))
	order := rng.Perm(len(lessons))
	for e := range epochs {
		if e < 2 {
			parallel(len(lessons), func(i int) { lessons[i].mark(m, e == 0) })
		}
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		l.rate = headRate * (1 - 0.8*float64(e)/float64(epochs))
		for _, i := range order {
			for k := range lessons[i].marks {
				l.learn(&lessons[i].marks[k])
			}
		}
	}
	for _, x := range lessons {
		x.marks = nil
	}
	m.quantise()
	return m
}

// Fit learns a parser from examples and tells how it goes.
func Fit(ctx context.Context, examples []Example, words Words, say func(format string, args ...any)) (*Parser, error) {
	plain, err := newLexicon(nil, nil, nil)
	if err != nil {
		return nil, err
	}
	lessons := prepare(examples, words, plain)
	readable := 0
	for _, l := range lessons {
		readable += boolInt(l.ref != nil)
	}
	say("%d examples, %d of a form that is written", len(lessons), readable)
	pool := &pool{}
	folds := lessons[0].Folds
	for k := range folds {
		var rest, held []*lesson
		for _, l := range lessons {
			if l.Fold == k {
				held = append(held, l)
			} else {
				rest = append(rest, l)
			}
		}
		m := fitOn(lessons, rest, words, plain)
		pool.add(ctx, m, held, words)
		say("fold %d of %d: a right candidate for %.1f%% of questions, first by the proposer's score %.1f%%", k+1, folds, 100*pool.oracle(), 100*pool.first())
	}
	m := fitOn(lessons, lessons, words, plain)
	pool.fitRank(m)
	say("ranked: first %.1f%%", 100*pool.first())
	pool.fitFinal(ctx, m)
	say("run: first %.1f%%", 100*pool.first())
	say("sure of %.1f%% at a precision of %.1f%%", 100*pool.fitOdds(m), 100*sureShare)
	return &Parser{words: words, model: m}, nil
}

// How the heads are learned: few steps and short ones, so that they stay in
// doubt where the questions left them so.
const (
	headEpochs = 7
	headRate   = 0.03
)

// fitOn learns a lexicon and heads from some of the lessons, and links all of
// them by that lexicon.
func fitOn(all, from []*lesson, words Words, plain *lexicon) *model {
	relink(all, words, plain)
	lex := &lexicon{learned: learnLexicon(from), thesaurus: plain.thesaurus, alike: learnAlike(from, words, plain.thesaurus)}
	relink(all, words, lex)
	return fitHeads(from, lex, headEpochs)
}

func relink(lessons []*lesson, words Words, lex *lexicon) {
	parallel(len(lessons), func(i int) {
		l := lessons[i]
		l.q = link(l.q.p, l.q.x, words, lex)
	})
}

const (
	listTrees = 200
	oddsTrees = 150
)
