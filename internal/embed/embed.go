// Package embed turns text into vectors inside the process: no model server,
// no download. It hides the distilled word vectors (words.bin; NOTICE tells
// their source and licence, distill makes them), the splitting of identifiers
// into words, and the hashing of subwords that keeps unknown names searchable.
package embed

import (
	"context"
	"hash/fnv"
	"math"
	"strings"
	"unicode"

	"github.com/kljensen/snowball/english"
)

const (
	dim        = 384        // of a text's vector: words first, hashed subwords after
	hashed     = dim - Dims // dimensions of hashed subwords
	wordShare  = 0.8        // of the similarity that words decide; subwords have the rest
	maxWords   = 512        // words of a text that are looked at
	plainGuess = 0.9        // weight of a word that the asset lacks: rare, so telling
)

// Embedder makes vectors. It is safe for use by many goroutines.
type Embedder struct{ words vocabulary }

// New loads the embedded words; the first call in a process takes some 10 ms.
func New() (*Embedder, error) {
	w, err := words()
	if err != nil {
		return nil, err
	}
	return &Embedder{words: w}, nil
}

// Dim is the length of every vector.
func (e *Embedder) Dim() int { return dim }

// Embed turns each text into a unit vector. It fails only when ctx is done.
func (e *Embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	for i, t := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out[i] = e.vector(t)
	}
	return out, nil
}

// Vector is the unit vector of one word, of Dims floats; false when neither the
// word nor its stem is known.
func (e *Embedder) Vector(word string) ([]float32, bool) {
	w, ok := e.lookup(strings.ToLower(word))
	if !ok {
		return nil, false
	}
	v := make([]float32, Dims)
	w.addTo(v, 1)
	return v, true
}

// Similarity is how alike two texts (words, phrases, identifiers) are: the
// cosine of their vectors, −1 to 1.
func (e *Embedder) Similarity(a, b string) float64 {
	va, vb := e.vector(a), e.vector(b)
	var dot float64
	for i := range va {
		dot += float64(va[i]) * float64(vb[i])
	}
	return dot
}

func (e *Embedder) vector(text string) []float32 {
	v := make([]float32, dim)
	var known bool
	parts := Words(text)
	if len(parts) == 0 {
		parts = []string{text} // signs alone: found again by themselves, alike to nothing else
	}
	for _, w := range parts {
		weight := float32(plainGuess)
		if found, ok := e.lookup(w); ok {
			known = true
			weight = found.weight
			found.addTo(v[:Dims], weight)
		}
		hashInto(v[Dims:], w, weight)
	}
	share := wordShare
	if !known {
		share = 0
	}
	scale(v[:Dims], math.Sqrt(share))
	scale(v[Dims:], math.Sqrt(1-share))
	return v
}

func (e *Embedder) lookup(word string) (entry, bool) {
	if w, ok := e.words[word]; ok {
		return w, true
	}
	w, ok := e.words[english.Stem(word, false)]
	return w, ok
}

// addTo adds the word's unit vector times weight.
func (w entry) addTo(v []float32, weight float32) {
	if w.norm == 0 {
		return
	}
	for i, x := range w.vector {
		v[i] += weight * float32(int8(x)) / w.norm
	}
}

// hashInto adds the word's stem and letter trigrams, each to the dimension and
// with the sign that its hash says.
func hashInto(v []float32, word string, weight float32) {
	stem := english.Stem(word, false)
	add := func(part string, weight float32) {
		h := fnv.New32a()
		h.Write([]byte(part))
		sum := h.Sum32()
		if sum&1 == 0 {
			weight = -weight
		}
		v[(sum>>1)%uint32(len(v))] += weight
	}
	add("="+stem, 2*weight)
	letters := []rune("^" + stem + "$")
	for i := 0; i+3 <= len(letters); i++ {
		add(string(letters[i:i+3]), weight)
	}
}

// scale brings v to the given length; a zero vector stays.
func scale(v []float32, length float64) {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return
	}
	f := float32(length / math.Sqrt(sum))
	for i := range v {
		v[i] *= f
	}
}

// Words splits text and identifiers into lower-case words: at anything that is
// no letter or digit, between letters and digits, and at a capital in
// camelCase or after an acronym (HTTPStatus → http, status).
func Words(text string) []string {
	var out []string
	runes := []rune(text)
	start := -1
	for i := 0; i <= len(runes) && len(out) < maxWords; i++ {
		inside := i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
		if start >= 0 && (!inside || boundary(runes, i)) {
			out = append(out, strings.ToLower(string(runes[start:i])))
			start = -1
		}
		if inside && start < 0 {
			start = i
		}
	}
	return out
}

// boundary reports whether a new word starts at rune i within letters and
// digits.
func boundary(r []rune, i int) bool {
	if i == 0 {
		return false
	}
	was, is := r[i-1], r[i]
	switch {
	case unicode.IsDigit(was) != unicode.IsDigit(is):
		return true
	case !unicode.IsUpper(is):
		return false
	case !unicode.IsUpper(was):
		return true
	}
	return i+1 < len(r) && unicode.IsLower(r[i+1])
}
