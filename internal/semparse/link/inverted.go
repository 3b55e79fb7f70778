package link

import (
	"slices"
	"strings"
	"sync"

	"github.com/querent/querent/internal/semparse/lexicon"
	"github.com/querent/querent/internal/semparse/text"
)

// inverted finds the lexicon's entries of one kind by the key of one of their
// phrases, so that a schema's names are looked up rather than compared with
// every entry.
type inverted map[string][]*lexicon.Entry

func invert(kind lexicon.Kind, phrases func(e *lexicon.Entry) []string) func() inverted {
	return invertBy(phraseKey, kind, phrases)
}

func invertBy(keyOf func(string) string, kind lexicon.Kind, phrases func(e *lexicon.Entry) []string) func() inverted {
	return sync.OnceValue(func() inverted {
		out := inverted{}
		for _, e := range lexicon.Entries(kind) {
			seen := map[string]bool{}
			for _, p := range phrases(e) {
				if k := keyOf(p); !seen[k] {
					seen[k] = true
					out[k] = append(out[k], e)
				}
			}
		}
		return out
	})
}

func names(e *lexicon.Entry) []string { return e.Names }

// longValues leaves out one-letter values, which say nothing by themselves.
func longValues(e *lexicon.Entry) []string {
	return slices.DeleteFunc(slices.Clone(e.Values), func(v string) bool { return len(v) < 2 })
}

// The inverted lists.
var (
	entitiesByName   = invert(lexicon.Entity, names)
	measuresByName   = invert(lexicon.Measure, names)
	attributesByName = invert(lexicon.Attribute, names)
	eventsByName     = invert(lexicon.Event, names)
	eventsByVerb     = invert(lexicon.Event, func(e *lexicon.Entry) []string {
		var out []string
		for _, v := range e.Verbs[:min(3, len(e.Verbs))] {
			if len(text.SplitName(v)) == 1 {
				out = append(out, v)
			}
		}
		return out
	})
	statesByName = invert(lexicon.State, func(e *lexicon.Entry) []string {
		var out []string
		for _, v := range e.Values {
			if len(v) > 2 {
				out = append(out, v)
			}
		}
		for _, c := range e.Columns {
			if c != "status" && c != "state" && c != "type" {
				out = append(out, c)
			}
		}
		return append(out, e.Said[:min(3, len(e.Said))]...)
	})
	valuesByText = invertBy(strings.ToLower, lexicon.Value, func(e *lexicon.Entry) []string {
		return slices.Concat([]string{e.Canonical}, e.Codes, e.Said)
	})
	statesByText  = invertBy(strings.ToLower, lexicon.State, longValues)
	statesByValue = invert(lexicon.State, longValues)
	statesByDate  = invert(lexicon.State, func(e *lexicon.Entry) []string {
		out := append([]string{}, e.Unset...)
		out = append(out, e.Past...)
		return append(out, e.Future...)
	})
)

// of gives the entries that any of the keys names, each once, in the lists'
// order.
func (x inverted) of(keys ...string) []*lexicon.Entry {
	var out []*lexicon.Entry
	seen := map[*lexicon.Entry]bool{}
	for _, k := range keys {
		for _, e := range x[k] {
			if !seen[e] {
				seen[e] = true
				out = append(out, e)
			}
		}
	}
	return out
}
