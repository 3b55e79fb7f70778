package settings

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/querent/querent/internal/ask"
)

// Definition is one runtime setting: how a form shows it and what it takes.
type Definition struct {
	Key, Label, Help string
	Default          string
	Choices          []string // the only values, in order; nil for free input
	NeedsModel       bool     // means nothing without a language model
	validate         func(string) error
	apply            func(*Values, string)
}

// Definitions lists every runtime setting, in the order a form shows them; see
// Service.Offered for those that mean anything here.
var Definitions = []Definition{
	{
		Key: "generator", Label: "Who answers", Default: "builtin-then-llm", NeedsModel: true,
		Help:     "How the built-in reader and the language model share the work. With both, each apart from the other, the same rows count as agreed and others are asked back; each question then costs a request to the model.",
		Choices:  []string{"builtin-then-llm", "llm-then-builtin", "both", "builtin"},
		validate: oneOf("builtin-then-llm", "llm-then-builtin", "both", "builtin"),
		apply:    func(s *Values, v string) { s.Strategy = ask.Strategy(v) },
	},
	{
		Key: "llm_tokens_per_person", Label: "Tokens a person and day", Default: "0", NeedsModel: true,
		Help:     "Of the language model, counted from midnight UTC. Who has used them up is answered by the built-in reader. 0 sets no bound.",
		validate: whole(0, math.MaxInt32),
		apply:    func(s *Values, v string) { s.TokensPerPerson, _ = strconv.ParseInt(v, 10, 64) },
	},
	{
		Key: "llm_tokens_per_day", Label: "Tokens of all a day", Default: "0", NeedsModel: true,
		Help:     "Of the language model, for everyone together. 0 sets no bound.",
		validate: whole(0, math.MaxInt32),
		apply:    func(s *Values, v string) { s.TokensPerDay, _ = strconv.ParseInt(v, 10, 64) },
	},
	{
		Key: "llm_price_in", Label: "Price of a million tokens read", Default: "0", NeedsModel: true,
		Help:     "In whatever currency the model is paid in; with the next one it tells on this page what questions cost. 0 tells no cost.",
		validate: number(0, 1e6),
		apply:    func(s *Values, v string) { s.PriceIn, _ = strconv.ParseFloat(v, 64) },
	},
	{
		Key: "llm_price_out", Label: "Price of a million tokens written", Default: "0", NeedsModel: true,
		Help:     "What the model writes is usually dearer than what it reads.",
		validate: number(0, 1e6),
		apply:    func(s *Values, v string) { s.PriceOut, _ = strconv.ParseFloat(v, 64) },
	},
	{
		Key: "min_confidence", Label: "Least confidence", Default: "0.05",
		Help:     "From 0 to 1. Below it the built-in generator declines rather than guesses.",
		validate: number(0, 1),
		apply:    func(s *Values, v string) { s.MinConfidence, _ = strconv.ParseFloat(v, 64) },
	},
	{
		Key: "cache_threshold", Label: "Cache threshold", Default: "0.95",
		Help:     "How alike two questions must be, from 0.5 to 1, for the second to get the first one's SQL. 1.01 turns the cache off.",
		validate: number(0.5, 1.01),
		apply:    func(s *Values, v string) { s.CacheThreshold, _ = strconv.ParseFloat(v, 64) },
	},
	{
		Key: "row_limit", Label: "Row limit", Default: "1000",
		Help:     "Rows of one answer, from 1 to 10000.",
		validate: whole(1, 10000),
		apply:    func(s *Values, v string) { s.RowLimit, _ = strconv.Atoi(v) },
	},
	{
		Key: "time_limit", Label: "Time limit", Default: "45",
		Help:     "Seconds that one query may run, from 1 to 50.",
		validate: whole(1, 50),
		apply: func(s *Values, v string) {
			n, _ := strconv.Atoi(v)
			s.TimeLimit = time.Duration(n) * time.Second
		},
	},
	{
		Key: "export_row_limit", Label: "Export row limit", Default: "1000000",
		Help:     "Rows of one export, from 1 to 5000000.",
		validate: whole(1, 5_000_000),
		apply:    func(s *Values, v string) { s.ExportRowLimit, _ = strconv.Atoi(v) },
	},
	{
		Key: "history_retention_days", Label: "Keep history", Default: "365",
		Help:     "Days that questions are kept, up to 3650. 0 keeps them for ever. The audit log is always kept: its chain must hold.",
		validate: whole(0, 3650),
		apply:    func(s *Values, v string) { s.RetentionDays, _ = strconv.Atoi(v) },
	},
}

// ProblemsError says what is wrong, by key. Its texts are fit for users.
type ProblemsError map[string]string

func (e ProblemsError) Error() string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(e)) {
		lines = append(lines, key+" "+e[key])
	}
	return strings.Join(lines, "; ") + "."
}

// Defaults are the settings of a new installation.
func Defaults() Values {
	v, err := Parse(nil)
	if err != nil {
		panic(err) // only if a default breaks its own rule
	}
	return v
}

// Parse reads stored or submitted values; a missing or empty one has its
// default. The error is a ProblemsError with every problem.
func Parse(texts map[string]string) (Values, error) {
	var values Values
	problems := ProblemsError{}
	for key := range texts {
		if !slices.ContainsFunc(Definitions, func(d Definition) bool { return d.Key == key }) {
			problems[key] = "is not a setting"
		}
	}
	for _, d := range Definitions {
		text := cmp.Or(strings.TrimSpace(texts[d.Key]), d.Default)
		if err := d.validate(text); err != nil {
			problems[d.Key] = err.Error()
			continue
		}
		d.apply(&values, text)
	}
	if len(problems) > 0 {
		return Values{}, problems
	}
	return values, nil
}

func oneOf(choices ...string) func(string) error {
	return func(v string) error {
		if !slices.Contains(choices, v) {
			return errors.New("must be one of " + strings.Join(choices, ", "))
		}
		return nil
	}
}

func number(least, most float64) func(string) error {
	return func(v string) error {
		if f, err := strconv.ParseFloat(v, 64); err != nil || math.IsNaN(f) || f < least || f > most {
			return fmt.Errorf("must be a number from %v to %v", least, most)
		}
		return nil
	}
}

func whole(least, most int) func(string) error {
	return func(v string) error {
		if n, err := strconv.Atoi(v); err != nil || n < least || n > most {
			return fmt.Errorf("must be a whole number from %d to %d", least, most)
		}
		return nil
	}
}

// Label is what a setting is called; a key of no setting is its own label.
func Label(key string) string {
	for _, d := range Definitions {
		if d.Key == key {
			return d.Label
		}
	}
	return key
}
