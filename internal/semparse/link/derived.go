package link

import (
	"regexp"
	"strings"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/lexicon"
)

// How strong a figure is that the lexicon computes from others.
const (
	derivedStrength = 0.72
	derivedRisky    = 0.5
)

// formulas are those that one row's figures can fill: measures joined by signs.
var formulas = regexp.MustCompile(`^[a-z][a-z -]*?(?: [-+*/] [a-z][a-z -]*?)+$`)

// derived adds figures that the lexicon computes from columns of one table:
// profit where there are a revenue and a cost.
func (v *Vocabulary) derived() {
	for _, t := range v.Catalog.Tables {
		figures := v.figures(t)
		if len(figures) < 2 {
			continue
		}
		for _, e := range lexicon.Entries(lexicon.Derived) {
			v.formula(t, e, figures)
		}
	}
}

// figures are a table's numbers by what the lexicon calls them; those that two
// columns could be are left out.
func (v *Vocabulary) figures(t *catalog.Table) map[string]*catalog.Column {
	out := map[string]*catalog.Column{}
	put := func(concept string, c *catalog.Column) {
		if o, taken := out[concept]; taken && o != c {
			out[concept] = nil
			return
		}
		out[concept] = c
	}
	for _, c := range t.Columns {
		if c.Kind != catalog.Number || c.Numbers != schema.NumbersNone || len(c.Words) == 0 {
			continue
		}
		core := coreWords(c)
		put(strings.Join(core, " "), c)
		for _, e := range measuresByName().of(key(core), phraseKey(c.Name)) {
			put(e.Concept, c)
		}
	}
	return out
}

func (v *Vocabulary) formula(t *catalog.Table, e *lexicon.Entry, figures map[string]*catalog.Column) {
	if !formulas.MatchString(e.Formula) || strings.Count(e.Formula, " / ") > 1 {
		return
	}
	term := &ontology.Term{Name: e.Concept, Kind: ontology.Expression, Table: t.Name}
	above, below, quotient := strings.Cut(e.Formula, " / ")
	sql, ok := filled(above, figures)
	if !ok {
		return
	}
	s := Sense{Kind: Computed, Table: t, Term: term, Source: FromLexicon}
	term.SQL = sql
	if quotient {
		under, ok := filled(below, figures)
		if !ok {
			return
		}
		factor := "1.0"
		if e.Format == "percent" {
			factor = "100.0"
		}
		s.Kind, term.Kind = Metric, ontology.Metric
		term.SQL = factor + " * sum(" + sql + ") / nullif(sum(" + under + "), 0)"
	} else if !strings.ContainsAny(e.Formula, "+-*") {
		return
	}
	for _, p := range append([]string{e.Concept}, e.Said...) {
		if len(v.senses[phraseKey(p)]) > 0 {
			continue // a name here says it
		}
		s.Strength, s.Risky = derivedStrength, e.Risky.Has(p)
		if s.Risky {
			s.Strength = derivedRisky
		}
		v.say(p, s)
	}
}

var signs = regexp.MustCompile(` ([-+*]) `)

// filled puts columns into a formula's terms; ok is false where one is missing
// or stands twice.
func filled(formula string, figures map[string]*catalog.Column) (sql string, ok bool) {
	seen := map[*catalog.Column]bool{}
	var b strings.Builder
	at := 0
	place := func(name string) bool {
		c := figures[strings.TrimSpace(name)]
		if c == nil || seen[c] {
			return false
		}
		seen[c] = true
		b.WriteString(schema.Quote(c.Name))
		if c.Unit == "cents" {
			b.WriteString(" / 100.0")
		}
		return true
	}
	for _, m := range signs.FindAllStringSubmatchIndex(formula, -1) {
		if !place(formula[at:m[0]]) {
			return "", false
		}
		b.WriteString(formula[m[0]:m[1]])
		at = m[1]
	}
	ok = place(formula[at:])
	return b.String(), ok
}
