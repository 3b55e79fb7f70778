// Package chromem is the vector store inside the process, for a demo and for
// tests: exact search over a few thousand documents. It hides chromem-go, its
// files on disk, and what it lacks beside a server.
package chromem

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"sync"

	"github.com/philippgille/chromem-go"

	"github.com/querent/querent/internal/ask"
)

// Store implements ask.VectorStore. It is safe for use by many goroutines.
type Store struct {
	dim int
	mu  sync.RWMutex // a search must not see the count change
	db  *chromem.DB
}

var _ ask.VectorStore = (*Store)(nil)

// Open makes a store for vectors of dim floats, in memory, or over the files in
// dir when it is not empty. Files that can't be used are thrown away: all they
// hold can be made again.
func Open(dir string, dim int) (*Store, error) {
	if dir == "" {
		return &Store{dim: dim, db: chromem.NewDB()}, nil
	}
	if s, err := openFiles(dir, dim); err == nil {
		return s, nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("chromem: open: %w", err)
	}
	return openFiles(dir, dim)
}

func openFiles(dir string, dim int) (*Store, error) {
	db, err := chromem.NewPersistentDB(dir, false)
	if err != nil {
		return nil, fmt.Errorf("chromem: open: %w", err)
	}
	s := &Store{dim: dim, db: db}
	for name := range db.ListCollections() {
		if _, err := s.Hashes(context.Background(), name); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Ping is always well: there is no server to lose.
func (s *Store) Ping(context.Context) (version string, err error) { return "in-process", nil }

// errNoText guards against chromem's own embedding, which would call out.
var errNoText = errors.New("chromem: a vector is missing or of another length")

func (s *Store) collection(name string) (*chromem.Collection, error) {
	c, err := s.db.GetOrCreateCollection(name, nil, func(context.Context, string) ([]float32, error) { return nil, errNoText })
	if err != nil {
		return nil, fmt.Errorf("chromem: collection %s: %w", name, err)
	}
	return c, nil
}

// Put adds documents or replaces those with the same ID.
func (s *Store) Put(ctx context.Context, collection string, docs []ask.Document) error {
	c, err := s.collection(collection)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range docs {
		if len(d.Vector) != s.dim {
			return errNoText
		}
		err := c.AddDocument(ctx, chromem.Document{ID: d.ID, Content: d.Text, Embedding: d.Vector, Metadata: maps.Clone(d.Meta)})
		if err != nil {
			return fmt.Errorf("chromem: put %s: %w", d.ID, err)
		}
	}
	return nil
}

// Search returns the k most similar documents whose Meta has all of where.
func (s *Store) Search(ctx context.Context, collection string, vector []float32, k int, where map[string]string) ([]ask.Hit, error) {
	c, err := s.collection(collection)
	if err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if k = min(k, c.Count()); k <= 0 {
		return nil, nil
	}
	found, err := c.QueryEmbedding(ctx, vector, k, where, nil)
	if err != nil {
		return nil, fmt.Errorf("chromem: search %s: %w", collection, err)
	}
	hits := make([]ask.Hit, 0, len(found))
	for _, r := range found {
		d := ask.Document{ID: r.ID, Text: r.Content, Meta: maps.Clone(r.Metadata)}
		hits = append(hits, ask.Hit{Document: d, Similarity: float64(r.Similarity)})
	}
	return hits, nil
}

// Delete removes documents; IDs that are not there are passed over.
func (s *Store) Delete(ctx context.Context, collection string, ids []string) error {
	c, err := s.collection(collection)
	if err != nil || len(ids) == 0 {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		if _, err := c.GetByID(ctx, id); err != nil {
			continue
		}
		if err := c.Delete(ctx, nil, nil, id); err != nil {
			return fmt.Errorf("chromem: delete from %s: %w", collection, err)
		}
	}
	return nil
}

// Count says how many documents a collection holds.
func (s *Store) Count(_ context.Context, collection string) (int, error) {
	c, err := s.collection(collection)
	if err != nil {
		return 0, err
	}
	return c.Count(), nil
}

// Hashes maps each document's ID to its hash. chromem lists nothing, but a
// search for as many documents as there are returns all of them.
func (s *Store) Hashes(ctx context.Context, collection string) (map[string]string, error) {
	probe := make([]float32, s.dim)
	probe[0] = 1
	all, err := s.Search(ctx, collection, probe, math.MaxInt, nil)
	if err != nil {
		return nil, err
	}
	hashes := make(map[string]string, len(all))
	for _, h := range all {
		hashes[h.ID] = h.Meta["hash"]
	}
	return hashes, nil
}
