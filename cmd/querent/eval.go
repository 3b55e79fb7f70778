package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/querent/querent/internal/embed"
	"github.com/querent/querent/internal/eval"
	"github.com/querent/querent/internal/semparse"
)

// evalOptions are the flags of `querent eval`.
type evalOptions struct {
	spider, questions, target, split, save, compare string
	synonyms                                        bool
	limit, parallel                                 int
}

// runEval measures the built-in generator's execution accuracy.
func runEval(ctx context.Context, c call) error {
	var o evalOptions
	fs := flag.NewFlagSet("querent eval", flag.ContinueOnError)
	fs.StringVar(&o.spider, "spider", "", "`directory` of a question set in Spider's format")
	fs.StringVar(&o.questions, "questions", "", "YAML `file` of question and sql, asked of --target")
	fs.StringVar(&o.target, "target", "", "SQLite `file` for --questions")
	fs.StringVar(&o.split, "split", "val", "databases to use: val (a fifth, by hash), train or all")
	fs.BoolVar(&o.synonyms, "synonyms", false, "ask the questions as reworded with synonyms")
	fs.IntVar(&o.limit, "limit", 0, "ask only so many questions")
	fs.IntVar(&o.parallel, "parallel", runtime.NumCPU(), "databases at once")
	fs.StringVar(&o.save, "json", "", "write the report to this `file`")
	fs.StringVar(&o.compare, "compare", "", "tell what changed since the report in this `file`")
	if _, err := c.parse(fs); err != nil {
		return err
	}
	questions, open, err := o.load()
	if err != nil {
		return err
	}
	words, err := embed.New()
	if err != nil {
		return err
	}
	parser, err := semparse.New(semparse.Options{Words: words})
	if err != nil {
		return err
	}
	results, err := eval.Run(ctx, eval.Config{Generator: parser, Open: open,
		Synonyms: o.synonyms, Parallel: o.parallel, Now: time.Now()}, questions)
	if err != nil {
		return err
	}
	return o.report(c, eval.Summarise(results))
}

// load reads the question set and says how its databases are opened.
func (o evalOptions) load() (questions []eval.Question, open func(string) (*eval.Database, error), err error) {
	switch {
	case o.spider != "":
		if questions, err = eval.LoadSpider(o.spider); err == nil {
			questions, err = eval.Select(questions, o.split)
		}
		open = func(db string) (*eval.Database, error) {
			return eval.OpenDatabase(filepath.Join(o.spider, "databases", db+".sqlite"))
		}
	case o.questions != "" && o.target != "":
		questions, err = eval.LoadYAML(o.questions, o.target)
		open = eval.OpenDatabase
	default:
		err = usageError{errors.New("give --spider DIR, or --questions FILE and --target FILE")}
	}
	if o.limit > 0 && o.limit < len(questions) {
		questions = questions[:o.limit]
	}
	return questions, open, err
}

func (o evalOptions) report(c call, r eval.Report) error {
	r.Print(c.stdout)
	if o.compare != "" {
		old, err := eval.Load(o.compare)
		if err != nil {
			return err
		}
		r.Compare(c.stdout, old)
	}
	if o.save != "" {
		if err := r.Save(o.save); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	return nil
}
