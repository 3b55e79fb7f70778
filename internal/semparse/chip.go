package semparse

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/logical"
)

// chipKinds are the parts of a query as pages call them.
var chipKinds = map[logical.PartKind]string{logical.MeasurePart: "measure", logical.DimensionPart: "group", logical.FilterPart: "filter", logical.PeriodPart: "time",
	logical.HavingPart: "filter", logical.ComparePart: "time", logical.OrderPart: "order", logical.LimitPart: "limit", logical.ExceptPart: "filter",
	logical.EntityPart: "list", logical.ColumnPart: "list"}

// withChips shows the parts of an answer's query, and of each choice's.
func withChips(c *catalog.Catalog, out ask.Candidate) ask.Candidate {
	out.Chips = chips(c, out.Logical)
	for i := range out.Choices {
		out.Choices[i].Chips = chips(c, out.Choices[i].Logical)
	}
	return out
}

func chips(c *catalog.Catalog, meaning json.RawMessage) []ask.Chip {
	var q logical.Query
	if len(meaning) == 0 || json.Unmarshal(meaning, &q) != nil {
		return nil
	}
	var out []ask.Chip
	for _, p := range q.Parts(c) {
		kind, ok := chipKinds[p.Kind]
		if !ok {
			continue
		}
		_, rest := less(q, p.Kind, p.Index)
		out = append(out, ask.Chip{Kind: kind, Text: p.Text, Part: fmt.Sprintf("%s/%d", p.Kind, p.Index), Removable: rest})
	}
	for _, d := range q.Default {
		if d.Text != "" {
			out = append(out, ask.Chip{Kind: "time", Text: d.Text, Assumed: true})
		}
	}
	return out
}

// lessMeasure is a query without one of several figures, unless one orders it.
func lessMeasure(q logical.Query, i int) (logical.Query, bool) {
	ordered := slices.ContainsFunc(q.Order, func(o logical.Order) bool { return o.Measure >= 0 })
	if len(q.Measures) < 2 || i >= len(q.Measures) || ordered {
		return q, false
	}
	q.Measures = slices.Delete(slices.Clone(q.Measures), i, i+1)
	return q, true
}

// less is a query without one of its parts; ok is false where nothing could be
// shown without it.
func less(q logical.Query, kind logical.PartKind, i int) (out logical.Query, ok bool) {
	switch kind {
	case logical.FilterPart, logical.PeriodPart:
		if i < len(q.Filters) {
			q.Filters = slices.Delete(slices.Clone(q.Filters), i, i+1)
			return q, true
		}
	case logical.HavingPart:
		if i < len(q.Having) {
			q.Having = slices.Delete(slices.Clone(q.Having), i, i+1)
			return q, true
		}
	case logical.DimensionPart:
		return lessDimension(q, i)
	case logical.MeasurePart:
		return lessMeasure(q, i)
	case logical.ColumnPart:
		if len(q.Columns) > 1 && i < len(q.Columns) {
			q.Columns = slices.Delete(slices.Clone(q.Columns), i, i+1)
			return q, true
		}
	case logical.OrderPart:
		q.Order = nil
		return q, q.Limit == 0
	case logical.LimitPart:
		q.Limit, q.Offset, q.Within = 0, 0, nil
		return q, true
	case logical.ComparePart:
		q.Compare = nil
		return q, true
	case logical.ExceptPart:
		q.Except = nil
		return q, true
	}
	return q, false
}

// lessDimension leaves a group out, unless figures along it need it.
func lessDimension(q logical.Query, i int) (logical.Query, bool) {
	along := func(m logical.Measure) bool {
		return slices.Contains([]logical.MeasureOp{logical.Change, logical.Running, logical.Moving, logical.Share, logical.Rank}, m.Op)
	}
	if i >= len(q.Dimensions) || len(q.Measures) == 0 || slices.ContainsFunc(q.Measures, along) || len(q.Within) > 0 || len(q.Having) > 0 && len(q.Dimensions) == 1 {
		return q, false
	}
	if slices.ContainsFunc(q.Order, func(o logical.Order) bool { return o.Dimension >= 0 }) {
		q.Order = nil
	}
	q.Dimensions = slices.Delete(slices.Clone(q.Dimensions), i, i+1)
	if len(q.Dimensions) == 0 {
		q.Order, q.Limit, q.Offset = nil, 0, 0
	}
	return q, true
}

// Without is the reading that meaning says, less the part that a chip stands
// for: what is left is written again, and is as sure as a reading that a person
// chose.
func (p *Parser) Without(_ context.Context, pr ask.Prompt, meaning json.RawMessage, chip ask.Chip) (ask.Candidate, error) {
	var q logical.Query
	if err := json.Unmarshal(meaning, &q); err != nil {
		return ask.Candidate{}, fmt.Errorf("semparse: without: %w", err)
	}
	kind, place, _ := strings.Cut(chip.Part, "/")
	i := 0
	if _, err := fmt.Sscan(place, &i); err != nil || i < 0 {
		return ask.Candidate{}, fmt.Errorf("semparse: without: there is no part %q", chip.Part)
	}
	q, ok := less(q, logical.PartKind(kind), i)
	if !ok {
		return ask.Candidate{}, fmt.Errorf("semparse: without: %q can't be left out", chip.Text)
	}
	c := p.vocabularies.of(pr.Schema, pr.Ontology).Catalog
	sql, err := q.SQL(c)
	if err != nil {
		return ask.Candidate{}, fmt.Errorf("semparse: without: %w", err)
	}
	b, err := json.Marshal(q)
	if err != nil {
		return ask.Candidate{}, fmt.Errorf("semparse: without: %w", err)
	}
	return withChips(c, ask.Candidate{SQL: sql, Logical: b, Tier: ask.Unsure, Generator: "semparse", Sentence: q.Sentence(c)}), nil
}
