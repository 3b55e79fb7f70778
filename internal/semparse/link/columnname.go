package link

import (
	"maps"
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/text"
)

// coreWords are a column's words without those that say how it is stored.
func coreWords(c *catalog.Column) []string {
	core := slices.DeleteFunc(slices.Clone(c.Words), func(w string) bool {
		return w == "cents" || w == "flag" || w == "timestamp" || (w == "id" || w == "key" && c.Kind == catalog.Date) && len(c.Words) > 1
	})
	for len(core) > 1 && slices.Contains([]string{"on", "at", "code", "utc"}, core[len(core)-1]) {
		core = core[:len(core)-1]
	}
	if len(core) == 0 {
		core = c.Words
	}
	return core
}

// partWords don't name a column when they stand alone.
var partWords = text.WordSet("of per is the to in and on at first last new next max min has for by from no")

// How strong parts of a column's name are.
const (
	columnName    = 0.95
	generalName   = 0.6
	withoutTable  = 0.8 // without the words of its table: "status" of order_status
	generalRest   = 0.45
	partOfName    = 0.54
	headOfName    = 0.66 // its last word: "country" of home_country
	generalPart   = 0.3
	typedName     = 0.9
	withTable     = 1.0 // with the words of its table before it: "customer name"
	shortWithTail = 0.9
)

// nameSet holds a column's phrases by key, each as strong as its best use.
type nameSet map[string]float64

func (n nameSet) put(words []string, strength float64) {
	if k := key(words); len(words) > 0 && n[k] < strength {
		n[k] = strength
	}
}

// putNew leaves a phrase that is there as it is.
func (n nameSet) putNew(k string, strength float64) {
	if n[k] == 0 {
		n[k] = strength
	}
}

// columnNames are the phrases that a column's own name makes, with their
// strengths, by key.
func (v *Vocabulary) columnNames(c *catalog.Column, core []string) nameSet {
	names := nameSet{}
	general := func(words []string) bool { return len(words) == 1 && generalWords[words[0]] }
	names.put(core, pick(general(core), generalName, columnName))
	rest := besides(core, c.Table.Words)
	if len(rest) > 0 && len(rest) < len(core) {
		names.put(rest, pick(general(rest), generalRest, withoutTable))
	}
	if core[0] == "is" || core[0] == "has" {
		names.put(core[1:], typedName)
	}
	if !slices.Contains(c.Table.Label, c) {
		maps.DeleteFunc(names, func(k string, _ float64) bool {
			_, ofTable := v.names[c.Table][k]
			return ofTable
		})
	}
	if c.Kind == catalog.Text || c.Kind == catalog.Number || c.Kind == catalog.Code {
		names.afterTable(c.Table)
	}
	v.columnParts(c, core, rest, names)
	for _, k := range keysOf(names) {
		for _, other := range otherTypes(strings.Fields(k)) {
			names.put(other, names[k]-0.05)
		}
	}
	return names
}

// besides are the words of a name without those of another, in any form.
func besides(words, without []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return slices.ContainsFunc(without, func(o string) bool { return text.Stem(o) == text.Stem(w) })
	})
}

// afterTable adds the phrases with the words of their table before them, all of
// them or one end: "customer name".
func (n nameSet) afterTable(t *catalog.Table) {
	own := t.Words
	if tail(own) {
		own = own[:len(own)-1]
	}
	for _, k := range keysOf(n) {
		n.put(slices.Concat(own, strings.Fields(k)), withTable)
		if len(own) > 1 {
			n.put(append([]string{own[len(own)-1]}, strings.Fields(k)...), shortWithTail)
			n.put(append([]string{own[0]}, strings.Fields(k)...), shortWithTail)
		}
	}
}

// columnParts adds single words of a longer name, and the name as it is
// written where abbreviations were spelt out.
func (v *Vocabulary) columnParts(c *catalog.Column, core, rest []string, names nameSet) {
	if len(rest) > 1 || len(core) > 1 && len(rest) > 0 {
		parts := core
		if len(rest) > 1 {
			parts = rest
		}
		for _, w := range parts {
			if !partWords[w] && !v.tableKey[text.Stem(w)] {
				strength := pick(w == core[len(core)-1], headOfName, partOfName)
				names.putNew(text.Stem(w), pick(generalWords[w], generalPart, strength))
			}
		}
	}
	written := text.SplitName(c.Name)
	if slices.Equal(written, c.Words) {
		return
	}
	names.putNew(key(written), typedName)
	for _, w := range written {
		if len(w) >= 3 && !text.English(w) {
			names.putNew(text.Stem(w), 0.5)
		}
	}
}

func pick(yes bool, a, b float64) float64 {
	if yes {
		return a
	}
	return b
}

func keysOf(m map[string]float64) []string {
	return slices.Sorted(maps.Keys(m))
}
