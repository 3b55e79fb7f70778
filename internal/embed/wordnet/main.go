// Command wordnet distils WordNet's synonyms into the asset that
// internal/semparse embeds. It reads the files of Debian's wordnet-base:
//
//	go run ./internal/embed/wordnet -dir /usr/share/wordnet -out internal/semparse/synonyms.gz
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

// maxSense bounds how rare a sense of a word may be to count.
const maxSense = 4

func main() {
	dir := flag.String("dir", "/usr/share/wordnet", "`directory` of WordNet's files")
	out := flag.String("out", "internal/semparse/synonyms.gz", "`file` to write")
	flag.Parse()
	if err := distil(*dir, *out); err != nil {
		log.Fatal(err)
	}
}

// sense is a word's meaning: rank 1 is the commonest.
type sense struct {
	word string
	rank int
}

func distil(dir, out string) error {
	words, err := embed.New()
	if err != nil {
		return err
	}
	pairs := map[[2]string]int{}
	for _, kind := range []string{"noun", "verb", "adj"} {
		ranks, err := readRanks(filepath.Join(dir, "index."+kind))
		if err != nil {
			return err
		}
		if err := readSynsets(filepath.Join(dir, "data."+kind), ranks, words, pairs); err != nil {
			return err
		}
	}
	return write(out, pairs)
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

// readSynsets notes pairs of words that share a synset, or whose synsets are a
// kind of one another, with the percentage by which one may stand for the
// other.
func readSynsets(path string, ranks map[string]int, words *embed.Embedder, pairs map[[2]string]int) error {
	members, kinds := map[string][]sense{}, map[string][]string{}
	err := lines(path, func(f []string) {
		n, err := strconv.ParseInt(f[3], 16, 0)
		if err != nil {
			return
		}
		for i := range int(n) {
			w := strings.ToLower(f[4+2*i])
			if _, known := words.Vector(w); known && !strings.ContainsAny(w, "_-'.0123456789") && len(w) > 2 {
				if r := ranks[w+" "+f[0]]; r > 0 && r <= maxSense {
					members[f[0]] = append(members[f[0]], sense{w, r})
				}
			}
		}
		for i, w := range f {
			if (w == "@" || w == "&") && i+1 < len(f) {
				kinds[f[0]] = append(kinds[f[0]], f[i+1])
			}
		}
	})
	if err != nil {
		return err
	}
	for id, all := range members {
		for _, a := range all {
			for _, b := range all {
				note(pairs, a.word, b.word, 88-6*(a.rank-1)-6*(b.rank-1))
			}
			for _, kind := range kinds[id] {
				for _, b := range members[kind] {
					if a.rank <= 2 && b.rank <= 2 {
						note(pairs, a.word, b.word, 62-6*(a.rank-1)-6*(b.rank-1))
						note(pairs, b.word, a.word, 58-6*(a.rank-1)-6*(b.rank-1))
					}
				}
			}
		}
	}
	return nil
}

func note(pairs map[[2]string]int, a, b string, percent int) {
	k := [2]string{english.Stem(a, false), english.Stem(b, false)}
	if k[0] != k[1] {
		pairs[k] = max(pairs[k], percent)
	}
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

// write writes a line for each word: the word, then the words it may stand
// for, each with its percentage.
func write(path string, pairs map[[2]string]int) error {
	byWord := map[string][]string{}
	for k, percent := range pairs {
		byWord[k[0]] = append(byWord[k[0]], fmt.Sprintf("%s %d", k[1], percent))
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
