package training

import (
	"context"
	"slices"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/golden"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
)

// approved is what was approved, as of its versions. It is never changed.
type approved struct {
	versions Versions
	ontology *ontology.Ontology // terms in force
	pairs    []Pair             // newest first
	byID     map[string]*Pair
	byKey    map[string][]*Pair
}

// look brings what is in memory in line with what is stored: one round trip if
// nothing was changed. The versions are read first, so that a change in between
// only means to look again.
func (s *Service) look(ctx context.Context) (*approved, error) {
	now, err := s.cfg.Store.Versions(ctx)
	if err != nil {
		return nil, err
	}
	was := s.approved.Load()
	if was != nil && was.versions == now {
		return was, nil
	}
	a := &approved{versions: now, byID: map[string]*Pair{}, byKey: map[string][]*Pair{}}
	o, err := s.cfg.Store.Ontology(ctx)
	if err != nil {
		return nil, err
	}
	held := slices.DeleteFunc(o.Terms, func(t ontology.Term) bool { return t.Stale != "" })
	a.ontology = &ontology.Ontology{Version: o.Version, Terms: held}
	if a.pairs, _, err = s.cfg.Store.Pairs(ctx, PairFilter{State: Approved}); err != nil {
		return nil, err
	}
	for i := range a.pairs {
		p := &a.pairs[i]
		a.byID[p.ID] = p
		a.byKey[p.Key()] = append(a.byKey[p.Key()], p)
	}
	s.approved.Store(a)
	return a, nil
}

// latest is what was last looked at.
func (s *Service) latest(ctx context.Context) (*approved, error) {
	if a := s.approved.Load(); a != nil {
		return a, nil
	}
	return s.look(ctx)
}

// Ontology looks at what is approved now and returns the terms in force: those
// that hold against the target.
func (s *Service) Ontology(ctx context.Context) (*ontology.Ontology, error) {
	a, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	return a.ontology, nil
}

// Approved are questions of the newest approved pairs, at most n, as of the last
// look.
func (s *Service) Approved(ctx context.Context, n int) ([]string, error) {
	a, err := s.latest(ctx)
	if err != nil {
		return nil, err
	}
	var questions []string
	for _, p := range a.pairs[:min(n, len(a.pairs))] {
		questions = append(questions, p.Question)
	}
	return questions, nil
}

// Samples returns at most k approved pairs alike to the question, most alike
// first, as of the last look. One that asks the same is found in the System DB,
// so that it counts even while the vector store is down or behind; then no error
// is returned, and the others are missing.
func (s *Service) Samples(ctx context.Context, question string, vector []float32, k int) ([]ask.Sample, error) {
	a, err := s.latest(ctx)
	if err != nil {
		return nil, err
	}
	var samples []ask.Sample
	add := func(p *Pair, similarity float64) {
		known := slices.ContainsFunc(samples, func(s ask.Sample) bool { return s.ID == p.ID })
		if p.Stale == "" && !known && len(samples) < k {
			samples = append(samples, ask.Sample{ID: p.ID, Question: p.Question, SQL: p.SQL, Similarity: similarity})
		}
	}
	for _, p := range a.byKey[golden.Normalize(question)] {
		add(p, 1)
	}
	if len(a.pairs) == 0 { // whatever is found there, it is not approved
		return nil, nil
	}
	hits, err := s.search(ctx, ask.SampleQueries, vector, k)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "only exact approved pairs are at hand", "err", err)
		return samples, nil
	}
	ignored := 0
	for _, h := range hits {
		if p, ok := a.byID[h.ID]; ok && hashOf(p) == h.Meta[hashKey] {
			add(p, h.Similarity)
		} else {
			ignored++
		}
	}
	s.ignore(ask.SampleQueries, ignored)
	return samples, nil
}

// tables are the documents of a schema's tables, by ID.
type tables struct {
	schema *schema.Schema
	docs   map[string]ask.Document
}

func (s *Service) tablesOf(sch *schema.Schema) map[string]ask.Document {
	if t := s.tables.Load(); t != nil && t.schema == sch {
		return t.docs
	}
	docs := map[string]ask.Document{}
	for _, d := range tableDocs(sch) {
		docs[d.ID] = d
	}
	s.tables.Store(&tables{sch, docs})
	return docs
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
	now := s.tablesOf(sch)
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
