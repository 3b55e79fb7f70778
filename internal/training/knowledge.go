package training

import (
	"context"
	"slices"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/golden"
	"github.com/querent/querent/internal/ontology"
)

// Ontology returns the terms in force: those that hold against the target.
func (s *Service) Ontology(ctx context.Context) (*ontology.Ontology, error) {
	o, err := s.cfg.Store.Ontology(ctx)
	if err != nil {
		return nil, err
	}
	held := slices.DeleteFunc(slices.Clone(o.Terms), func(t ontology.Term) bool { return t.Stale != "" })
	return &ontology.Ontology{Version: o.Version, Terms: held}, nil
}

// Samples returns at most k approved pairs alike to the question, most alike
// first. One that asks the same is found in the store itself, so that it
// counts even while the vector store is down or behind; then no error is
// returned, and the others are missing.
func (s *Service) Samples(ctx context.Context, question string, vector []float32, k int) ([]ask.Sample, error) {
	same, _, err := s.cfg.Store.Pairs(ctx, PairFilter{State: Approved, Key: golden.Normalize(question)})
	if err != nil {
		return nil, err
	}
	var samples []ask.Sample
	add := func(p Pair, similarity float64) {
		known := slices.ContainsFunc(samples, func(s ask.Sample) bool { return s.ID == p.ID })
		if p.Stale == "" && !known && len(samples) < k {
			samples = append(samples, ask.Sample{ID: p.ID, Question: p.Question, SQL: p.SQL, Similarity: similarity})
		}
	}
	for _, p := range same {
		add(p, 1)
	}
	hits, err := s.search(ctx, ask.SampleQueries, vector, k)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "only exact approved pairs are at hand", "err", err)
		return samples, nil
	}
	pairs, err := s.approved(ctx, hits)
	if err != nil {
		return nil, err
	}
	ignored := 0
	for _, h := range hits {
		if p, ok := pairs[h.ID]; ok && hashOf(&p) == h.Meta[hashKey] {
			add(p, h.Similarity)
		} else {
			ignored++
		}
	}
	s.ignore(ask.SampleQueries, ignored)
	return samples, nil
}

// approved reads the pairs behind hits.
func (s *Service) approved(ctx context.Context, hits []ask.Hit) (map[string]Pair, error) {
	pairs := map[string]Pair{}
	var ids []string
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	if len(ids) == 0 {
		return pairs, nil
	}
	found, _, err := s.cfg.Store.Pairs(ctx, PairFilter{State: Approved, IDs: ids})
	for _, p := range found {
		pairs[p.ID] = p
	}
	return pairs, err
}

// Tables returns names of tables relevant to the question, most relevant
// first: only tables that the target has as they were indexed.
func (s *Service) Tables(ctx context.Context, vector []float32, k int) ([]string, error) {
	sch, err := s.cfg.Target.Schema(ctx)
	if err != nil {
		return nil, err
	}
	hits, err := s.search(ctx, ask.TableSchemas, vector, k)
	if err != nil {
		return nil, err
	}
	now := map[string]ask.Document{}
	for _, d := range tableDocs(sch) {
		now[d.ID] = d
	}
	var names []string
	ignored := 0
	for _, h := range hits {
		d, ok := now[h.ID]
		switch {
		case !ok || d.Meta[hashKey] != h.Meta[hashKey]:
			ignored++
		case !slices.Contains(names, d.Meta["table"]):
			names = append(names, d.Meta["table"])
		}
	}
	s.ignore(ask.TableSchemas, ignored)
	return names, nil
}

// ignore reports hits that are not in Postgres: forged, or not yet removed from
// the vector store.
func (s *Service) ignore(collection string, hits int) {
	if hits > 0 && s.cfg.OnIgnored != nil {
		s.cfg.OnIgnored(collection, hits)
	}
}

func (s *Service) search(ctx context.Context, collection string, vector []float32, k int) ([]ask.Hit, error) {
	if len(vector) == 0 {
		return nil, nil
	}
	return s.cfg.Vectors.Search(ctx, collection, vector, k, nil)
}
