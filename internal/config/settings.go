package config

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings are what administrators change while Querent runs.
type Settings struct {
	Generator            string        // "builtin", "llm" or "llm-then-builtin"
	CacheThreshold       float64       // least cosine similarity for a cache hit; above 1 turns the cache off
	MinConfidence        float64       // 0 to 1; below it the built-in generator declines
	RowLimit             int           // rows of one answer
	TimeLimit            time.Duration // of one query
	HistoryRetentionDays int           // 0 keeps questions for ever
}

// Setting defines one runtime setting: how a form shows it and what it takes.
type Setting struct {
	Key, Label, Help string
	Default          string
	Choices          []string // the only values, in order; nil for free input
	Validate         func(string) error
	apply            func(*Settings, string)
}

// Definitions lists every runtime setting, in the order a form shows them.
var Definitions = []Setting{
	{
		Key: "generator", Label: "Generator", Default: "llm-then-builtin",
		Help:     "What writes the SQL. Without a configured language model it is always the built-in generator.",
		Choices:  []string{"builtin", "llm", "llm-then-builtin"},
		Validate: oneOf("builtin", "llm", "llm-then-builtin"),
		apply:    func(s *Settings, v string) { s.Generator = v },
	},
	{
		Key: "min_confidence", Label: "Least confidence", Default: "0.3",
		Help:     "From 0 to 1. Below it the built-in generator declines rather than guesses.",
		Validate: number(0, 1),
		apply:    func(s *Settings, v string) { s.MinConfidence, _ = strconv.ParseFloat(v, 64) },
	},
	{
		Key: "cache_threshold", Label: "Cache threshold", Default: "0.95",
		Help:     "How alike two questions must be, from 0.5 to 1, for the second to get the first one's SQL. 1.01 turns the cache off.",
		Validate: number(0.5, 1.01),
		apply:    func(s *Settings, v string) { s.CacheThreshold, _ = strconv.ParseFloat(v, 64) },
	},
	{
		Key: "row_limit", Label: "Row limit", Default: "1000",
		Help:     "Rows of one answer, from 1 to 10000.",
		Validate: whole(1, 10000),
		apply:    func(s *Settings, v string) { s.RowLimit, _ = strconv.Atoi(v) },
	},
	{
		Key: "time_limit", Label: "Time limit", Default: "10",
		Help:     "Seconds that one query may run, from 1 to 50.",
		Validate: whole(1, 50),
		apply: func(s *Settings, v string) {
			n, _ := strconv.Atoi(v)
			s.TimeLimit = time.Duration(n) * time.Second
		},
	},
	{
		Key: "history_retention_days", Label: "Keep history", Default: "365",
		Help:     "Days that questions are kept, up to 3650. 0 keeps them for ever.",
		Validate: whole(0, 3650),
		apply:    func(s *Settings, v string) { s.HistoryRetentionDays, _ = strconv.Atoi(v) },
	},
}

// SettingsError says what is wrong, by key. Its text is fit for users.
type SettingsError map[string]string

func (e SettingsError) Error() string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(e)) {
		lines = append(lines, key+" "+e[key])
	}
	return strings.Join(lines, "; ") + "."
}

// DefaultSettings are the settings of a new installation.
func DefaultSettings() Settings {
	s, err := ParseSettings(nil)
	if err != nil {
		panic(err) // only if a default breaks its own rule
	}
	return s
}

// ParseSettings reads stored or submitted values; a missing key has its
// default. The error is a SettingsError with every problem.
func ParseSettings(values map[string]string) (Settings, error) {
	var s Settings
	problems := SettingsError{}
	for key := range values {
		if !slices.ContainsFunc(Definitions, func(d Setting) bool { return d.Key == key }) {
			problems[key] = "is not a setting"
		}
	}
	for _, d := range Definitions {
		v := strings.TrimSpace(values[d.Key])
		if v == "" {
			v = d.Default
		}
		if err := d.Validate(v); err != nil {
			problems[d.Key] = err.Error()
			continue
		}
		d.apply(&s, v)
	}
	if len(problems) > 0 {
		return Settings{}, problems
	}
	return s, nil
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
