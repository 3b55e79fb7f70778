package embed

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
)

// Dims is the number of components of a word's vector.
const Dims = 100

// Word is one entry of the asset.
type Word struct {
	Text   string
	Rank   int // place by frequency in the source, from 0
	Vector [Dims]int8
}

//go:embed words.bin
var asset []byte

// Write writes the asset: a count, then for each word its length, text, rank
// and vector; all integers little-endian.
func Write(w io.Writer, words []Word) error {
	b := bufio.NewWriter(w)
	write := func(v any) error { return binary.Write(b, binary.LittleEndian, v) }
	if err := write(uint32(len(words))); err != nil {
		return fmt.Errorf("embed: write: %w", err)
	}
	for _, word := range words {
		if len(word.Text) > math.MaxUint8 {
			return fmt.Errorf("embed: word %.20q is too long", word.Text)
		}
		err := errors.Join(b.WriteByte(byte(len(word.Text))), write([]byte(word.Text)),
			write(uint32(word.Rank)), write(word.Vector))
		if err != nil {
			return fmt.Errorf("embed: write: %w", err)
		}
	}
	return b.Flush()
}

// entry is a word as kept in memory. Its vector's components are read from the
// asset when asked for.
type entry struct {
	vector []byte  // Dims int8
	norm   float32 // of those components
	weight float32 // smooth inverse frequency, 0 to 1
}

type vocabulary map[string]entry

// words reads the asset once for the process.
var words = sync.OnceValues(func() (vocabulary, error) { return readWords(asset) })

var errAsset = errors.New("embed: the word asset is damaged")

func readWords(data []byte) (vocabulary, error) {
	r := bytes.NewBuffer(data)
	head := r.Next(4)
	if len(head) < 4 {
		return nil, errAsset
	}
	n := int(binary.LittleEndian.Uint32(head))
	if n > len(data)/Dims {
		return nil, errAsset
	}
	words := make(vocabulary, n)
	for range n {
		length, err := r.ReadByte()
		text, rank, vector := r.Next(int(length)), r.Next(4), r.Next(Dims)
		if err != nil || len(vector) < Dims {
			return nil, errAsset
		}
		words[string(text)] = entry{vector, norm(vector), weight(binary.LittleEndian.Uint32(rank))}
	}
	return words, nil
}

func norm(vector []byte) float32 {
	var sum float64
	for _, x := range vector {
		sum += float64(int8(x)) * float64(int8(x))
	}
	return float32(math.Sqrt(sum))
}

// weight is a/(a+p), with a word's probability p estimated from its rank by
// Zipf's law: common words say little of what a text is about.
func weight(rank uint32) float32 {
	const a, harmonic = 1e-3, 13.0
	p := 1 / (harmonic * float64(rank+1))
	return float32(a / (a + p))
}
