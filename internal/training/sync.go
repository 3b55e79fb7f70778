package training

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
)

// Progress tells how far a Sync is with one collection.
type Progress struct {
	Collection string
	Done       int // documents written or deleted
	Total      int // documents to write or delete
}

// batchSize is how many documents are embedded and written at once.
const batchSize = 100

// Sync brings the three collections in line with target, ontology and approved
// pairs: it marks terms and pairs that the target no longer takes as stale (and
// clears the mark of those it takes again), writes documents whose hash
// differs, and deletes those that should not be. progress may be nil. After an
// error the rest can be caught up by another Sync.
func (s *Service) Sync(ctx context.Context, progress func(Progress)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sync(ctx, progress)
}

// Rebuild empties the collections, then syncs.
func (s *Service) Rebuild(ctx context.Context, progress func(Progress)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range ask.Collections {
		have, err := s.cfg.Vectors.Hashes(ctx, c)
		if err != nil {
			return fmt.Errorf("training: rebuild %s: %w", c, err)
		}
		var ids []string
		for id := range have {
			ids = append(ids, id)
		}
		if err := s.cfg.Vectors.Delete(ctx, c, ids); err != nil {
			return fmt.Errorf("training: rebuild %s: %w", c, err)
		}
	}
	return s.sync(ctx, progress)
}

func (s *Service) sync(ctx context.Context, progress func(Progress)) error {
	if progress == nil {
		progress = func(Progress) {}
	}
	sch, err := s.cfg.Target.Schema(ctx)
	if err != nil {
		return err
	}
	if len(sch.Tables) == 0 {
		return &ask.Error{Code: ask.Unavailable, Message: "The target database has no tables, so there is nothing to train on."}
	}
	if err := s.markStale(ctx); err != nil {
		return err
	}
	want, err := s.wanted(ctx, sch)
	if err != nil {
		return err
	}
	for _, c := range ask.Collections {
		if err := s.align(ctx, c, want[c], progress); err != nil {
			return fmt.Errorf("training: sync %s: %w", c, err)
		}
	}
	return s.cfg.Store.SaveTrained(ctx, sch.Fingerprint)
}

// Follow syncs if the target's structure is another than the last training's,
// or the vector store has lost what it held, and says why; empty if neither.
func (s *Service) Follow(ctx context.Context) (why string, err error) {
	sch, err := s.cfg.Target.Schema(ctx)
	if err != nil {
		return "", err
	}
	last, err := s.cfg.Store.Trained(ctx)
	if err != nil {
		return "", err
	}
	switch last.Fingerprint {
	case sch.Fingerprint:
		if whole, err := s.whole(ctx, sch); err != nil || whole {
			return "", err
		}
		why = "The vector store did not hold what it should; it was filled again."
	case "":
		why = "The vector store was trained for the first time."
	default:
		why = "The target's structure changed; the vector store was trained again."
	}
	return why, s.Sync(ctx, nil)
}

// whole reports whether each collection holds as much as it should. Changes
// that still wait in the outbox explain a difference, and are carried by
// themselves.
func (s *Service) whole(ctx context.Context, sch *schema.Schema) (bool, error) {
	waiting, err := s.cfg.Store.Outbox(ctx, 1)
	if err != nil || len(waiting) > 0 {
		return true, err
	}
	want, err := s.wanted(ctx, sch)
	if err != nil {
		return false, err
	}
	for _, c := range ask.Collections {
		if n, err := s.cfg.Vectors.Count(ctx, c); err != nil || n != len(want[c]) {
			return false, err
		}
	}
	return true, nil
}

// wanted is what each collection should hold.
func (s *Service) wanted(ctx context.Context, sch *schema.Schema) (map[string][]ask.Document, error) {
	terms, err := s.Terms(ctx)
	if err != nil {
		return nil, err
	}
	pairs, _, err := s.cfg.Store.Pairs(ctx, PairFilter{State: Approved})
	if err != nil {
		return nil, err
	}
	return map[string][]ask.Document{ask.TableSchemas: tableDocs(sch), ask.SampleQueries: pairDocs(pairs), ask.BusinessTerms: termDocs(terms)}, nil
}

// align makes one collection hold exactly the wanted documents.
func (s *Service) align(ctx context.Context, collection string, want []ask.Document, progress func(Progress)) error {
	have, err := s.cfg.Vectors.Hashes(ctx, collection)
	if err != nil {
		return err
	}
	var changed []ask.Document
	for _, d := range want {
		if have[d.ID] != d.Meta[hashKey] {
			changed = append(changed, d)
		}
		delete(have, d.ID)
	}
	var gone []string // what is left was not wanted
	for id := range have {
		gone = append(gone, id)
	}
	p := Progress{Collection: collection, Total: len(changed) + len(gone)}
	progress(p)
	for batch := range slices.Chunk(changed, batchSize) {
		if err := s.put(ctx, collection, batch); err != nil {
			return err
		}
		p.Done += len(batch)
		progress(p)
	}
	if len(gone) == 0 {
		return nil
	}
	if err := s.cfg.Vectors.Delete(ctx, collection, gone); err != nil {
		return err
	}
	p.Done += len(gone)
	progress(p)
	return nil
}

func (s *Service) put(ctx context.Context, collection string, docs []ask.Document) error {
	texts := make([]string, len(docs))
	for i, d := range docs {
		texts[i] = d.Text
	}
	vectors, err := s.cfg.Embed.Embed(ctx, texts)
	if err != nil {
		return err
	}
	if len(vectors) != len(docs) {
		return fmt.Errorf("%d vectors for %d texts", len(vectors), len(docs))
	}
	for i := range docs {
		docs[i].Vector = vectors[i]
	}
	return s.cfg.Vectors.Put(ctx, collection, docs)
}

// markStale tries every term and approved pair on the target. A target that
// can't be asked ends it and marks nothing: that says nothing of them.
func (s *Service) markStale(ctx context.Context) error {
	terms, err := s.Terms(ctx)
	if err != nil {
		return err
	}
	for _, t := range terms {
		if err := s.markTerm(ctx, t); err != nil {
			return err
		}
	}
	pairs, _, err := s.cfg.Store.Pairs(ctx, PairFilter{State: Approved})
	if err != nil {
		return err
	}
	for _, p := range pairs {
		why, err := s.compile(ctx, p.SQL)
		if err != nil {
			return err
		}
		if why == p.Stale {
			continue
		}
		if err := s.cfg.Store.MarkPairStale(ctx, p.ID, why); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) markTerm(ctx context.Context, t ontology.Term) error {
	wrong, err := s.problems(ctx, t)
	if err != nil {
		return err
	}
	if why := strings.Join(wrong, "; "); why != t.Stale {
		return s.cfg.Store.MarkTermStale(ctx, t.ID, why)
	}
	return nil
}

// CollectionStatus compares one collection with what it should hold.
type CollectionStatus struct {
	Name     string
	Expected int // documents it should hold
	Stored   int // documents it holds
	Behind   int // documents missing, outdated or to be deleted
}

// Status says how far the collections follow the truth.
type Status struct {
	Collections []CollectionStatus
	Fingerprint string // of the target now
	Trained     Trained
	Outbox      int // changes waiting, counted up to 1000
}

// Current reports whether nothing is left to do.
func (st Status) Current() bool {
	behind := func(c CollectionStatus) bool { return c.Behind > 0 }
	return st.Outbox == 0 && !slices.ContainsFunc(st.Collections, behind)
}

// Status reads the state of the loop.
func (s *Service) Status(ctx context.Context) (Status, error) {
	sch, err := s.cfg.Target.Schema(ctx)
	if err != nil {
		return Status{}, err
	}
	want, err := s.wanted(ctx, sch)
	if err != nil {
		return Status{}, err
	}
	waiting, err := s.cfg.Store.Outbox(ctx, 1000)
	if err != nil {
		return Status{}, err
	}
	last, err := s.cfg.Store.Trained(ctx)
	if err != nil {
		return Status{}, err
	}
	st := Status{Fingerprint: sch.Fingerprint, Trained: last, Outbox: len(waiting)}
	for _, c := range ask.Collections {
		have, err := s.cfg.Vectors.Hashes(ctx, c)
		if err != nil {
			return Status{}, fmt.Errorf("training: status of %s: %w", c, err)
		}
		cs := CollectionStatus{Name: c, Expected: len(want[c]), Stored: len(have)}
		for _, d := range want[c] {
			if have[d.ID] != d.Meta[hashKey] {
				cs.Behind++
			}
			delete(have, d.ID)
		}
		cs.Behind += len(have)
		st.Collections = append(st.Collections, cs)
	}
	return st, nil
}
