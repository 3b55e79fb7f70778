package sketch

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/gob"
	"fmt"
	"io"
	"math"
	"sync"
)

// weights.bin is what `go run ./internal/eval/fit` learned; NOTICE tells from
// what.
//
//go:embed weights.bin
var asset []byte

// saved is a model as it is stored: weights that are not zero, in steps.
type saved struct {
	Gaps     []uint32
	Steps    []int16
	Sketches []sketch
	Prior    []float64
	Classes  map[string][]string
	Rank     *forest
	Final    *forest
	Odds     *forest
	Least    float64
	Words    []string // of the lexicon: question's word, name's word
	Sure     []float32
	Alike    *forest
}

// step is the precision of a stored weight.
const step = 0.005

// quantise rounds the weights as saving does, so that what is measured while
// learning is what will be used.
func (m *model) quantise() {
	for i, w := range m.weights {
		m.weights[i] = step * float32(math.Round(float64(max(-32767, min(32767, w/step)))))
	}
}

// Save writes what was learned, for the package to embed.
func (p *Parser) Save(w io.Writer) error {
	m := p.model
	s := saved{Sketches: m.sketches, Prior: m.prior, Classes: m.classes, Rank: m.rank, Final: m.final, Odds: m.odds, Least: m.sure}
	last := 0
	for i, x := range m.weights {
		if x != 0 {
			s.Gaps, s.Steps = append(s.Gaps, uint32(i-last)), append(s.Steps, int16(math.Round(float64(x/step))))
			last = i
		}
	}
	if m.lexicon != nil {
		s.Words, s.Sure = m.lexicon.list()
		s.Alike = m.lexicon.alike
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("semparse: save: %w", err)
	}
	if err := gob.NewEncoder(z).Encode(s); err != nil {
		return fmt.Errorf("semparse: save: %w", err)
	}
	return z.Close()
}

// learned reads the embedded weights once for the process.
var learned = sync.OnceValues(func() (*model, error) { return readModel(bytes.NewReader(asset)) })

func readModel(r io.Reader) (*model, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("semparse: weights: %w", err)
	}
	var s saved
	if err := gob.NewDecoder(z).Decode(&s); err != nil {
		return nil, fmt.Errorf("semparse: weights: %w", err)
	}
	m := &model{weights: make([]float32, 1<<weightBits), sketches: s.Sketches, prior: s.Prior, classes: s.Classes, rank: s.Rank, final: s.Final, odds: s.Odds, sure: s.Least}
	at := 0
	for i, g := range s.Gaps {
		at += int(g)
		m.weights[at] = step * float32(s.Steps[i])
	}
	m.lexicon, err = newLexicon(s.Words, s.Sure, s.Alike)
	return m, err
}
