package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/config"
	"github.com/querent/querent/internal/embed"
	"github.com/querent/querent/internal/eval"
	"github.com/querent/querent/internal/llm"
	"github.com/querent/querent/internal/semparse"
)

// evalOptions are the flags of `querent eval`.
type evalOptions struct {
	set, spider, questions, target, split string // which questions
	only, kind, id, fold, now             string // which of them
	save, compare, outcome                string // the report
	synonyms, traps                       bool
	limit, parallel, wording, failures    int
	generator, prompts, answers           string // what reads them
}

func (o *evalOptions) flags(fs *flag.FlagSet) {
	fs.StringVar(&o.set, "set", "", "`directory` of a question set, business or cases form; or give it without --set")
	fs.StringVar(&o.spider, "spider", "", "`directory` of a question set in Spider's form")
	fs.StringVar(&o.questions, "questions", "", "YAML `file` of question and sql, asked of --target")
	fs.StringVar(&o.target, "target", "", "SQLite `file` for --questions")
	fs.BoolVar(&o.traps, "traps", false, "ask the set's honesty traps")
	fs.StringVar(&o.split, "split", "val", "Spider's databases to use: val (a fifth, by hash), train or all")
	fs.BoolVar(&o.synonyms, "synonyms", false, "ask Spider's questions as reworded with synonyms")
	fs.StringVar(&o.only, "only", "", "ask only about these `databases`")
	fs.StringVar(&o.kind, "kind", "", "ask only these `kinds` of questions")
	fs.StringVar(&o.id, "id", "", "ask only these `ids`")
	fs.IntVar(&o.wording, "wording", -1, "ask only this wording, from 0")
	fs.StringVar(&o.fold, "fold", "", "ask only about the databases of fold `i/n` (from 0, by hash); not:i/n for all others")
	fs.StringVar(&o.now, "now", "", "`date` to ask on, instead of the set's own")
	fs.IntVar(&o.limit, "limit", 0, "ask only the first so many questions")
	fs.IntVar(&o.parallel, "parallel", runtime.NumCPU(), "questions at once")
	fs.IntVar(&o.failures, "failures", 0, "list so many questions that went wrong")
	fs.StringVar(&o.outcome, "outcome", "", "list only failures with these `outcomes`")
	fs.StringVar(&o.generator, "generator", "builtin", "what answers: builtin, llm (the language model of the environment, or --answers), or both, held against each other")
	fs.StringVar(&o.prompts, "prompts", "", "write each prompt for a language model to a file in this `directory`, and call none")
	fs.StringVar(&o.answers, "answers", "", "read the language model's replies from this `directory`, by the names of the prompts' files")
	fs.StringVar(&o.save, "json", "", "write the report to this `file`")
	fs.StringVar(&o.compare, "compare", "", "tell what was won and lost since the report in this `file`")
}

// runEval measures a generator's execution accuracy.
func runEval(ctx context.Context, c call) error {
	var o evalOptions
	fs := flag.NewFlagSet("querent eval", flag.ContinueOnError)
	o.flags(fs)
	rest, err := c.parse(fs)
	if err != nil {
		return err
	}
	if o.set == "" && len(rest) == 1 {
		o.set = rest[0]
	}
	set, err := o.load()
	if err != nil {
		return err
	}
	var old eval.Report
	if o.compare != "" { // before the run: it may be written over after it
		if old, err = eval.Load(o.compare); err != nil {
			return err
		}
	}
	words, err := embed.New()
	if err != nil {
		return err
	}
	parser, err := semparse.New(semparse.Options{Words: words})
	if err != nil {
		return err
	}
	generator, err := o.reader(parser, c.getenv)
	if err != nil {
		return err
	}
	dir, err := cacheDir()
	if err != nil {
		return err
	}
	var tables recall
	run := eval.Config{Generator: generator, Parallel: o.parallel, Wording: o.wording, Dir: dir}
	if o.prompts != "" {
		run.Observe = tables.observe
	}
	results, err := eval.Run(ctx, run, set)
	if err != nil {
		return err
	}
	report := eval.Summarise(results)
	report.Missing = append(report.Missing, set.Missing...)
	if err := o.report(c, report, old); err != nil || o.prompts == "" {
		return err
	}
	fmt.Fprintf(c.stdout, "\n%d prompts are in %s. They describe %d of the %d tables that the golds use (%.1f%%).\n",
		tables.prompts.Load(), o.prompts, tables.described.Load(), tables.used.Load(), 100*float64(tables.described.Load())/float64(max(1, tables.used.Load())))
	return nil
}

// recall counts the golds' tables that prompts for a language model describe.
type recall struct{ prompts, described, used atomic.Int64 }

func (r *recall) observe(p ask.Prompt, result eval.Result, _ func(string) bool) {
	described, used := llm.Recall(p, 0, result.Gold)
	r.prompts.Add(1)
	r.described.Add(int64(described))
	r.used.Add(int64(used))
}

// reader is what answers the questions.
func (o evalOptions) reader(builtin ask.Generator, getenv func(string) string) (ask.Generator, error) {
	switch {
	case o.generator == "builtin" && o.prompts == "" && o.answers == "":
		return builtin, nil
	case o.generator != "llm" && o.generator != "both":
		return nil, usageError{errors.New("--generator is builtin, llm or both; --prompts and --answers need llm or both")}
	}
	model, err := o.model(getenv)
	if err != nil {
		return nil, err
	}
	m := eval.Modelled{Model: model}
	if o.generator == "both" {
		m.Builtin = builtin
	}
	return m, nil
}

// model is the language model: files that stand in for one, or the one that
// the environment names.
func (o evalOptions) model(getenv func(string) string) (ask.Generator, error) {
	if o.prompts != "" || o.answers != "" {
		if o.prompts != "" {
			if err := os.MkdirAll(o.prompts, 0o700); err != nil {
				return nil, err
			}
		}
		return llm.Deck{Prompts: o.prompts, Answers: o.answers}, nil
	}
	cfg, err := config.LoadModel(getenv)
	if err != nil {
		return nil, err
	}
	model, err := modelOf(cfg)
	if err != nil || model != nil {
		return model, err
	}
	return nil, usageError{errors.New("no language model: set QUERENT_LLM_BASE_URL and QUERENT_LLM_MODEL, or give --prompts or --answers")}
}

// cacheDir is where a run finds what an earlier one built.
func cacheDir() (string, error) {
	caches, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(caches, "querent", "eval")
	return dir, os.MkdirAll(dir, 0o700)
}

// load reads the question set and chooses what is asked.
func (o evalOptions) load() (eval.Set, error) {
	set, err := o.read()
	if err != nil {
		return set, err
	}
	filter := eval.Filter{Databases: list(o.only), Kinds: list(o.kind), IDs: list(o.id)}
	if o.fold != "" {
		fold, others := strings.CutPrefix(o.fold, "not:")
		filter.Others = others
		if _, err := fmt.Sscanf(fold, "%d/%d", &filter.Fold, &filter.Folds); err != nil || filter.Folds < 1 || filter.Fold < 0 || filter.Fold >= filter.Folds {
			return set, usageError{fmt.Errorf("--fold %q is not like 0/4 or not:0/4", o.fold)}
		}
	}
	set = set.Choose(filter)
	if o.limit > 0 && o.limit < len(set.Questions) {
		set.Questions = set.Questions[:o.limit]
	}
	if o.now != "" {
		if set.Now, err = time.Parse(time.DateOnly, o.now); err != nil {
			return set, usageError{fmt.Errorf("--now %q is not a date like 2025-06-30", o.now)}
		}
	}
	return set, nil
}

func (o evalOptions) read() (eval.Set, error) {
	switch {
	case o.spider != "":
		all, err := eval.LoadSpider(o.spider)
		if err != nil {
			return eval.Set{}, err
		}
		books, err := eval.Select(all, o.split)
		return eval.TextbookSet(books, o.synonyms, func(db string) string {
			return filepath.Join(o.spider, "databases", db+".sqlite")
		}), err
	case o.questions != "" && o.target != "":
		books, err := eval.LoadYAML(o.questions, o.target)
		return eval.TextbookSet(books, false, func(db string) string { return db }), err
	case o.set != "" && o.traps:
		return eval.LoadTraps(o.set)
	case o.set != "":
		return eval.LoadSet(o.set)
	}
	return eval.Set{}, usageError{errors.New("give the directory of a question set, --spider DIR, or --questions FILE and --target FILE")}
}

// list splits what a flag gives between commas.
func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// report saves first: what prints may be cut short by a pager.
func (o evalOptions) report(c call, r, old eval.Report) error {
	if o.save != "" {
		if err := r.Save(o.save); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	r.Print(c.stdout)
	if o.failures > 0 {
		r.PrintFailures(c.stdout, o.failures, list(o.outcome)...)
	}
	if o.compare != "" {
		r.Compare(c.stdout, old)
	}
	return nil
}
