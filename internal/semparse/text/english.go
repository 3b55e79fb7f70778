package text

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

//go:embed english.gz
var englishList []byte

var english50k = sync.OnceValue(func() map[string]bool {
	z, err := gzip.NewReader(bytes.NewReader(englishList))
	if err != nil {
		panic("text: english.gz: " + err.Error()) // the asset is part of the program
	}
	all, err := io.ReadAll(z)
	if err != nil {
		panic("text: english.gz: " + err.Error())
	}
	return WordSet(strings.ToLower(string(all)))
})

// English reports whether a word, in lower case, is among the 51,000 most
// frequent of English texts, names of well-known people and places included.
func English(word string) bool { return english50k()[word] }
