package sketch

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
)

// relation is how WordNet relates one word to another: by a letter and by how
// rare the senses are in which it does (the sum of their ranks, from 2).
type relation struct {
	letter byte
	ranks  int
}

// relationLetters in order of strength: the same, a wider word, a narrower
// one, derived, of the same kind, wider or narrower by two steps.
const relationLetters = "sudrkg"

// strength is 6 for the same, 0 for none.
func (r relation) strength() int {
	if r.letter == 0 {
		return 0
	}
	return len(relationLetters) - strings.IndexByte(relationLetters, r.letter)
}

// synonyms.gz is what `go run ./internal/embed/wordnet` distils; NOTICE
// has its licence.
//
//go:embed synonyms.gz
var relationAsset []byte

// thesaurus holds for each stem, or stems joined by "_", the line that tells
// its relations.
type thesaurus map[string]string

// knownRelations reads the asset once for the process.
var knownRelations = sync.OnceValues(func() (thesaurus, error) {
	z, err := gzip.NewReader(bytes.NewReader(relationAsset))
	if err != nil {
		return nil, fmt.Errorf("semparse: synonyms: %w", err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("semparse: synonyms: %w", err)
	}
	t := make(thesaurus, bytes.Count(raw, []byte{'\n'}))
	for line := range strings.Lines(string(raw)) {
		word, rest, _ := strings.Cut(line, " ")
		t[word] = strings.TrimSuffix(rest, "\n")
	}
	return t, nil
})

// of lists what a word or phrase is related to; nil for none.
func (t thesaurus) of(stems string) map[string]relation {
	line, ok := t[stems]
	if !ok {
		return nil
	}
	out := map[string]relation{}
	for line != "" {
		var other, code string
		other, line, _ = strings.Cut(line, " ")
		code, line, _ = strings.Cut(line, " ")
		if len(code) == 2 {
			out[other] = relation{code[0], int(code[1] - '0')}
		}
	}
	return out
}
