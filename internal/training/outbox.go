package training

import (
	"context"
	"fmt"
	"slices"

	"github.com/querent/querent/internal/ask"
)

// DrainOutbox carries every waiting change to the vector store and says how
// many. An item is done only once its document is in line, so a dead vector
// store loses nothing; carrying one twice does no harm.
func (s *Service) DrainOutbox(ctx context.Context) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var n int
	for {
		items, err := s.cfg.Store.Outbox(ctx, batchSize)
		if err != nil || len(items) == 0 {
			return n, err
		}
		if err := s.deliver(ctx, items); err != nil {
			return n, fmt.Errorf("training: outbox: %w", err)
		}
		ids := make([]int64, len(items))
		for i, item := range items {
			ids[i] = item.ID
		}
		if err := s.cfg.Store.OutboxDone(ctx, ids); err != nil {
			return n, err
		}
		n += len(items)
	}
}

// deliver brings the documents that items name in line with the store.
func (s *Service) deliver(ctx context.Context, items []OutboxItem) error {
	touched := map[string][]string{}
	for _, item := range items {
		if !slices.Contains(touched[item.Collection], item.DocID) {
			touched[item.Collection] = append(touched[item.Collection], item.DocID)
		}
	}
	for collection, ids := range touched {
		docs, err := s.current(ctx, collection, ids)
		if err != nil {
			return err
		}
		gone := slices.DeleteFunc(ids, func(id string) bool {
			return slices.ContainsFunc(docs, func(d ask.Document) bool { return d.ID == id })
		})
		if len(docs) > 0 {
			if err := s.put(ctx, collection, docs); err != nil {
				return err
			}
		}
		if len(gone) > 0 {
			if err := s.cfg.Vectors.Delete(ctx, collection, gone); err != nil {
				return err
			}
		}
	}
	return nil
}

// current makes the documents that those ids should have now; none for a pair
// or term that is not in use.
func (s *Service) current(ctx context.Context, collection string, ids []string) ([]ask.Document, error) {
	switch collection {
	case ask.SampleQueries:
		pairs, _, err := s.cfg.Store.Pairs(ctx, PairFilter{IDs: ids})
		return pairDocs(pairs), err
	case ask.BusinessTerms:
		terms, err := s.Terms(ctx)
		docs := slices.DeleteFunc(termDocs(terms), func(d ask.Document) bool { return !slices.Contains(ids, d.ID) })
		return docs, err
	}
	return nil, fmt.Errorf("unknown collection %q", collection)
}
