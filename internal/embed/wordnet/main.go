// Command wordnet distils WordNet's relations between words into the asset
// that internal/semparse embeds. It reads the files of Debian's wordnet-base:
//
//	go run ./internal/embed/wordnet -dir /usr/share/wordnet -out internal/semparse/synonyms.gz
//
// Each line is a word, then words and how each is related to the first: a
// letter and the sum of the ranks of the senses in which it is so. Letters: s
// the same, u a wider word, d a narrower one, r derived, k of the same kind, g
// wider or narrower by two steps. Words are stems; those of a phrase are joined
// by "_".
package main

import (
	"bufio"
	"compress/gzip"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/kljensen/snowball/english"

	"github.com/querent/querent/internal/embed"
)

// How rare a sense of a word may be to count, how many words a phrase may
// have, and how alike by their vectors distant relations must be.
const (
	maxSense  = 4
	maxPhrase = 3
	leastKin  = 0.35
)

// relations in order of strength.
const relations = "sudrkg"

// distance bounds the ranks of the senses for each relation.
var distance = map[byte]int{'s': maxSense, 'u': 3, 'd': 3, 'r': 3, 'k': 2, 'g': 2}

func main() {
	dir := flag.String("dir", "/usr/share/wordnet", "`directory` of WordNet's files")
	out := flag.String("out", "internal/semparse/synonyms.gz", "`file` to write")
	flag.Parse()
	if err := distil(*dir, *out); err != nil {
		log.Fatal(err)
	}
}

// sense is a word in one of its meanings: rank 1 is the commonest.
type sense struct {
	word string // lower case, of a phrase joined by "_"
	rank int
}

// synset is one meaning: its words, the wider meanings, and the words derived.
type synset struct {
	words   []sense
	wider   []string
	derived []string // ids of synsets
}

// distiller collects related pairs: letter and rank sum by pair.
type distiller struct {
	words   *embed.Embedder
	synsets map[string]*synset // by kind of word and offset
	pairs   map[[2]string]string
}

func distil(dir, out string) error {
	words, err := embed.New()
	if err != nil {
		return err
	}
	d := &distiller{words: words, synsets: map[string]*synset{}, pairs: map[[2]string]string{}}
	for letter, kind := range map[string]string{"n": "noun", "v": "verb", "a": "adj"} {
		ranks, err := readRanks(filepath.Join(dir, "index."+kind))
		if err != nil {
			return err
		}
		if err := d.read(filepath.Join(dir, "data."+kind), letter, ranks); err != nil {
			return err
		}
	}
	d.relate()
	return d.write(out)
}

// readRanks maps "word offset" to the rank of that sense of the word.
func readRanks(path string) (map[string]int, error) {
	out := map[string]int{}
	err := lines(path, func(f []string) {
		n, err := strconv.Atoi(f[2])
		if err != nil || len(f) < n {
			return
		}
		for i, offset := range f[len(f)-n:] {
			out[f[0]+" "+offset] = i + 1
		}
	})
	return out, err
}

func (d *distiller) read(path, letter string, ranks map[string]int) error {
	return lines(path, func(f []string) {
		n, err := strconv.ParseInt(f[3], 16, 0)
		if err != nil {
			return
		}
		s := &synset{}
		for i := range int(n) {
			w := strings.ToLower(f[4+2*i])
			if r := ranks[w+" "+f[0]]; r > 0 && r <= maxSense && d.known(w) {
				s.words = append(s.words, sense{w, r})
			}
		}
		for i, w := range f {
			if w == "|" {
				break
			}
			if i+2 >= len(f) {
				break
			}
			kind := f[i+2]
			if kind == "s" {
				kind = "a"
			}
			switch w {
			case "@", "&", "@i":
				s.wider = append(s.wider, kind+f[i+1])
			case "+":
				s.derived = append(s.derived, kind+f[i+1])
			}
		}
		d.synsets[letter+f[0]] = s
	})
}

// known says whether every word has a vector.
func (d *distiller) known(lemma string) bool {
	if strings.ContainsAny(lemma, "-'.0123456789") {
		return false
	}
	parts := strings.Split(lemma, "_")
	for _, p := range parts {
		if _, ok := d.words.Vector(p); !ok || len(p) < 2 || len(parts) == 1 && len(p) < 3 {
			return false
		}
	}
	return len(parts) <= maxPhrase
}

func (d *distiller) relate() {
	for _, s := range d.synsets {
		d.note(s, s, 's', 's')
		for _, w := range s.wider {
			wide := d.synsets[w]
			if wide == nil {
				continue
			}
			d.note(s, wide, 'u', 'd')
			for _, ww := range wide.wider {
				if wider := d.synsets[ww]; wider != nil {
					d.note(s, wider, 'g', 'g')
				}
			}
		}
		for _, o := range s.derived {
			if other := d.synsets[o]; other != nil {
				d.note(s, other, 'r', 'r')
			}
		}
	}
	byWider := map[string][]*synset{}
	for _, s := range d.synsets {
		for _, w := range s.wider {
			byWider[w] = append(byWider[w], s)
		}
	}
	for _, kin := range byWider {
		for i, a := range kin {
			for _, b := range kin[:i] {
				d.note(a, b, 'k', 'k')
			}
		}
	}
}

// note relates every word of a to every one of b, and back.
func (d *distiller) note(a, b *synset, there, back byte) {
	for _, x := range a.words {
		for _, y := range b.words {
			if x.rank <= distance[there] && y.rank <= distance[there] {
				d.pair(x.word, y.word, there, x.rank+y.rank)
				d.pair(y.word, x.word, back, x.rank+y.rank)
			}
		}
	}
}

func (d *distiller) pair(a, b string, letter byte, ranks int) {
	phrase := strings.Contains(a, "_") || strings.Contains(b, "_")
	switch letter {
	case 'k', 'g', 'r':
		if phrase {
			return
		}
	}
	if letter == 'k' || letter == 'g' {
		v, _ := d.words.Vector(a)
		w, _ := d.words.Vector(b)
		if cosine(v, w) < leastKin {
			return
		}
	}
	k := [2]string{stems(a), stems(b)}
	if k[0] == k[1] {
		return
	}
	code := string(letter) + strconv.Itoa(ranks)
	if old := d.pairs[k]; old == "" || stronger(code, old) {
		d.pairs[k] = code
	}
}

func stronger(a, b string) bool {
	x, y := strings.IndexByte(relations, a[0]), strings.IndexByte(relations, b[0])
	return x < y || x == y && a[1:] < b[1:]
}

func cosine(a, b []float32) float32 {
	var s float32
	for i := range min(len(a), len(b)) {
		s += a[i] * b[i]
	}
	return s
}

func stems(lemma string) string {
	parts := strings.Split(lemma, "_")
	for i, p := range parts {
		parts[i] = english.Stem(p, false)
	}
	return strings.Join(parts, "_")
}

// lines calls f with the fields of every line that is no comment.
func lines(path string, f func([]string)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		if fields := strings.Fields(s.Text()); len(fields) > 5 && !strings.HasPrefix(s.Text(), " ") {
			f(fields)
		}
	}
	return s.Err()
}

func (d *distiller) write(path string) error {
	byWord := map[string][]string{}
	for k, code := range d.pairs {
		byWord[k[0]] = append(byWord[k[0]], k[1]+" "+code)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err != nil {
		return err
	}
	keys := make([]string, 0, len(byWord))
	for w := range byWord {
		keys = append(keys, w)
	}
	slices.Sort(keys)
	for _, w := range keys {
		slices.Sort(byWord[w])
		fmt.Fprintln(z, w, strings.Join(byWord[w], " "))
	}
	if err := z.Close(); err != nil {
		return err
	}
	return file.Close()
}
