// Command fit learns the built-in generator's weights from the training
// databases of a question set in Spider's format and writes them for
// internal/semparse to embed:
//
//	go run ./internal/eval/fit --spider ../shared/eval/spider-train
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/querent/querent/internal/embed"
	"github.com/querent/querent/internal/eval"
	"github.com/querent/querent/internal/semparse/candidate/sketch"
	"github.com/querent/querent/internal/target"
)

// folds is how many parts the training databases are cut into, so that
// ranking learns from candidates for databases their proposer did not see.
const folds = 5

func main() {
	target.MaybeWorker()
	dir := flag.String("spider", "", "`directory` of a question set in Spider's format")
	out := flag.String("out", "internal/semparse/weights.bin", "`file` to write")
	flag.Parse()
	if err := fit(context.Background(), *dir, *out); err != nil {
		log.Fatal(err)
	}
}

func fit(ctx context.Context, dir, out string) error {
	words, err := embed.New()
	if err != nil {
		return err
	}
	start := time.Now()
	say := func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, "%6.1fs  %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}
	examples, done, err := examples(dir)
	if err != nil {
		return err
	}
	defer done()
	p, err := sketch.Fit(ctx, examples, words, say)
	if err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := p.Save(f); err != nil {
		return err
	}
	return f.Close()
}

// examples are the training questions in both wordings, on opened databases.
func examples(dir string) ([]sketch.Example, func(), error) {
	all, err := eval.LoadSpider(dir)
	if err != nil {
		return nil, nil, err
	}
	questions, err := eval.Select(all, "train")
	if err != nil {
		return nil, nil, err
	}
	open := map[string]*eval.Database{}
	done := func() {
		for _, db := range open {
			db.Close()
		}
	}
	var out []sketch.Example
	for _, q := range questions {
		db := open[q.DB]
		if db == nil {
			if db, err = eval.OpenDatabase(filepath.Join(dir, "databases", q.DB+".sqlite")); err != nil {
				done()
				return nil, nil, err
			}
			open[q.DB] = db
		}
		right := eval.NewScorer(db, q).Right
		for _, text := range wordings(q) {
			plain := ""
			if text == q.Synonyms {
				plain = q.Text
			}
			out = append(out, sketch.Example{Question: text, Plain: plain, Schema: db.Schema(), SQL: q.Gold, Telling: len(q.Rows) > 0,
				Fold: eval.Fold(q.DB, folds), Folds: folds, Right: right, Try: db.Try})
		}
	}
	return out, done, nil
}

// wordings are the ways a question is asked: as it stands, with synonyms, and
// as people type into a box: "longest track" for "What is the name of the
// longest track?".
func wordings(q eval.Textbook) []string {
	out := []string{q.Text}
	if q.Synonyms != "" && q.Synonyms != q.Text {
		out = append(out, q.Synonyms)
	}
	for i, lead := range leads {
		short := strings.TrimRight(lead.ReplaceAllString(q.Text, ""), " ?.")
		if short == strings.TrimRight(q.Text, " ?.") || len(strings.Fields(short)) < 2 {
			continue
		}
		if i == 0 && eval.Fold(q.Text, 2) == 0 {
			short = "show " + short
		}
		if i == 0 || eval.Fold(q.Text, 3) == 0 {
			out = append(out, short)
		}
		break
	}
	return out
}

// leads are beginnings that people leave out: those that ask for names, and
// any other.
var leads = []*regexp.Regexp{
	regexp.MustCompile(`(?i)^(?:what (?:is|are|was|were)|find(?: out)?|show(?: me)?|list|give(?: me)?|return|tell me|display)\s+(?:all )?(?:the )?(?:names?|titles?)\s+of\s+(?:the |all |all the )?`),
	regexp.MustCompile(`(?i)^(?:what (?:is|are|was|were)|find(?: out)?|show(?: me)?|list|give(?: me)?|return|tell me|display)\s+(?:all )?(?:the )?`),
}
