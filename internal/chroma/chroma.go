// Package chroma is the vector store on a Chroma server. It hides the client
// library, the three collections and how they are made, batches and pages, and
// what keeps a slow or dead server from slowing questions down.
package chroma

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"sync"
	"time"

	v2 "github.com/amikos-tech/chroma-go/pkg/api/v2"
	chttp "github.com/amikos-tech/chroma-go/pkg/commons/http"
	"github.com/amikos-tech/chroma-go/pkg/embeddings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/telemetry"
)

const (
	searchLimit = 300 * time.Millisecond // a question does not wait longer for retrieval
	readLimit   = 5 * time.Second        // one page or count
	writeLimit  = 30 * time.Second       // one batch
	batchSize   = 100
	pageSize    = 300
	textKey     = "text" // metadata key of a document's text: records without text break a server's default answer
)

// Store implements ask.VectorStore. It is safe for use by many goroutines.
type Store struct {
	client v2.Client
	dim    int
	guard  breaker

	mu          sync.Mutex
	collections map[string]v2.Collection
}

var _ ask.VectorStore = (*Store)(nil)

// Open makes a store for vectors of dim floats on the server at url, such as
// http://chroma:8000. It does not connect: a server that is down now may be up
// at the next call. Close it.
func Open(url string, dim int) (*Store, error) {
	client, err := v2.NewHTTPClient(v2.WithBaseURL(url), v2.WithTimeout(writeLimit),
		v2.WithHTTPClient(&http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone(), Timeout: writeLimit}))
	if err != nil {
		return nil, fmt.Errorf("chroma: open: %w", err)
	}
	return &Store{client: client, dim: dim, collections: map[string]v2.Collection{}}, nil
}

// Close frees the client's connections.
func (s *Store) Close() error { return s.client.Close() }

// Ping asks whether the server is up, and its version.
func (s *Store) Ping(ctx context.Context) (version string, err error) {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	version, err = s.client.GetVersion(ctx)
	if err != nil {
		return "", unavailable(err)
	}
	return version, nil
}

func unavailable(err error) error {
	return &ask.Error{Code: ask.Unavailable, Message: "The vector store is not available.", Err: fmt.Errorf("chroma: %w", err)}
}

// call runs one request on a collection within limit. A collection that is
// gone from the server (it may be emptied at any time) is made again once.
func (s *Store) call(ctx context.Context, name string, limit time.Duration, do func(context.Context, v2.Collection) error) (err error) {
	ctx, span := telemetry.Start(ctx, "chroma: "+name)
	defer func() { span.End(err) }()
	if !s.guard.allow() {
		return unavailable(errors.New("it failed a moment ago"))
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err = s.once(within, name, do)
	if isGone(err) {
		s.forget(name)
		err = s.once(within, name, do)
	}
	switch {
	case err == nil || answered(err):
		s.guard.good()
	case ctx.Err() == nil: // not given up by the caller
		s.guard.bad()
	default:
		s.guard.release()
	}
	if err != nil {
		return unavailable(fmt.Errorf("%s: %w", name, err))
	}
	return nil
}

func (s *Store) once(ctx context.Context, name string, do func(context.Context, v2.Collection) error) error {
	c, err := s.collection(ctx, name)
	if err != nil {
		return err
	}
	return do(ctx, c)
}

// answered reports whether the server itself refused: it is alive.
func answered(err error) bool {
	var e *chttp.ChromaError
	return errors.As(err, &e) && e.ErrorCode >= 400 && e.ErrorCode < 500
}

func isGone(err error) bool {
	var e *chttp.ChromaError
	return errors.As(err, &e) && e.ErrorCode == http.StatusNotFound
}

func (s *Store) forget(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.collections, name)
}

// collection finds or makes a collection. One that was made for vectors of
// another length or another distance is made again: it can be filled again.
func (s *Store) collection(ctx context.Context, name string) (v2.Collection, error) {
	s.mu.Lock()
	c := s.collections[name]
	s.mu.Unlock()
	if c != nil {
		return c, nil
	}
	c, err := s.create(ctx, name)
	if err != nil {
		return nil, err
	}
	if !s.fits(c) {
		if err := s.client.DeleteCollection(ctx, name); err != nil {
			return nil, err
		}
		if c, err = s.create(ctx, name); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.collections[name] = c
	return c, nil
}

func (s *Store) create(ctx context.Context, name string) (v2.Collection, error) {
	return s.client.GetOrCreateCollection(ctx, name,
		v2.WithCollectionMetadataCreate(v2.NewMetadata(v2.NewStringAttribute("made_by", "querent"))),
		v2.WithHNSWSpaceCreate(embeddings.COSINE), // after the metadata, which would wipe it
		v2.WithEmbeddingFunctionCreate(noEmbedding{}), v2.WithDisableEFConfigStorage())
}

func (s *Store) fits(c v2.Collection) bool {
	if d := c.Dimension(); d != 0 && d != s.dim {
		return false
	}
	if c.Metadata() == nil {
		return false
	}
	space, ok := c.Metadata().GetString("hnsw:space")
	return ok && space == string(embeddings.COSINE)
}

// Put adds documents or replaces those with the same ID, in batches.
func (s *Store) Put(ctx context.Context, collection string, docs []ask.Document) error {
	for _, d := range docs {
		if len(d.Vector) != s.dim {
			return fmt.Errorf("chroma: %s has a vector of %d floats, not %d", d.ID, len(d.Vector), s.dim)
		}
	}
	for start := 0; start < len(docs); start += batchSize {
		batch := docs[start:min(start+batchSize, len(docs))]
		err := s.call(ctx, collection, writeLimit, func(ctx context.Context, c v2.Collection) error { return upsert(ctx, c, batch) })
		if err != nil {
			return err
		}
	}
	return nil
}

func upsert(ctx context.Context, c v2.Collection, docs []ask.Document) error {
	var (
		ids     []v2.DocumentID
		vectors []embeddings.Embedding
		metas   []v2.DocumentMetadata
	)
	for _, d := range docs {
		ids = append(ids, v2.DocumentID(d.ID))
		vectors = append(vectors, embeddings.NewEmbeddingFromFloat32(d.Vector))
		meta := v2.NewDocumentMetadata(v2.NewStringAttribute(textKey, d.Text))
		for k, v := range d.Meta {
			meta.SetString(k, v)
		}
		metas = append(metas, meta)
	}
	return c.Upsert(ctx, v2.WithIDs(ids...), v2.WithEmbeddings(vectors...), v2.WithMetadatas(metas...))
}

// Search returns the k most similar documents whose Meta has all of where.
func (s *Store) Search(ctx context.Context, collection string, vector []float32, k int, where map[string]string) ([]ask.Hit, error) {
	if k <= 0 || len(vector) != s.dim {
		return nil, nil
	}
	options := []v2.CollectionQueryOption{v2.WithQueryEmbeddings(embeddings.NewEmbeddingFromFloat32(vector)), v2.WithNResults(k),
		v2.WithInclude(v2.IncludeDistances, v2.IncludeMetadatas)}
	if filter := filterOf(where); filter != nil {
		options = append(options, v2.WithWhere(filter))
	}
	var found v2.QueryResult
	err := s.call(ctx, collection, searchLimit, func(ctx context.Context, c v2.Collection) (err error) {
		found, err = c.Query(ctx, options...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return hitsOf(found), nil
}

func filterOf(where map[string]string) v2.WhereClause {
	var all []v2.WhereClause
	for k, v := range where {
		all = append(all, v2.EqString(v2.K(k), v))
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return v2.And(all...)
}

// hitsOf reads an answer, leaving out what is not whole.
func hitsOf(r v2.QueryResult) []ask.Hit {
	if len(r.GetIDGroups()) == 0 || len(r.GetDistancesGroups()) == 0 || len(r.GetMetadatasGroups()) == 0 {
		return nil
	}
	ids, distances, metas := r.GetIDGroups()[0], r.GetDistancesGroups()[0], r.GetMetadatasGroups()[0]
	var hits []ask.Hit
	for i, id := range ids {
		if i >= len(distances) || i >= len(metas) || math.IsNaN(float64(distances[i])) {
			break
		}
		meta := plain(metas[i])
		text := meta[textKey]
		delete(meta, textKey)
		hits = append(hits, ask.Hit{Document: ask.Document{ID: string(id), Text: text, Meta: meta}, Similarity: 1 - float64(distances[i])})
	}
	return hits
}

// plain is metadata's strings; the library lists keys only as JSON.
func plain(meta v2.DocumentMetadata) map[string]string {
	out := map[string]string{}
	if meta == nil {
		return out
	}
	data, err := json.Marshal(meta)
	if err != nil {
		return out
	}
	var raw map[string]any
	if json.Unmarshal(data, &raw) != nil {
		return out
	}
	for k := range maps.Keys(raw) {
		if v, ok := raw[k].(string); ok {
			out[k] = v
		}
	}
	return out
}

// Delete removes documents; IDs that are not there are passed over.
func (s *Store) Delete(ctx context.Context, collection string, ids []string) error {
	for start := 0; start < len(ids); start += batchSize {
		var batch []v2.DocumentID
		for _, id := range ids[start:min(start+batchSize, len(ids))] {
			batch = append(batch, v2.DocumentID(id))
		}
		err := s.call(ctx, collection, writeLimit, func(ctx context.Context, c v2.Collection) error {
			return c.Delete(ctx, v2.WithIDs(batch...))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Count says how many documents a collection holds.
func (s *Store) Count(ctx context.Context, collection string) (n int, err error) {
	err = s.call(ctx, collection, readLimit, func(ctx context.Context, c v2.Collection) (err error) {
		n, err = c.Count(ctx)
		return err
	})
	return n, err
}

// Hashes maps each document's ID to its hash, read page by page.
func (s *Store) Hashes(ctx context.Context, collection string) (map[string]string, error) {
	hashes := map[string]string{}
	for offset := 0; ; offset += pageSize {
		var page v2.GetResult
		err := s.call(ctx, collection, readLimit, func(ctx context.Context, c v2.Collection) (err error) {
			page, err = c.Get(ctx, v2.WithInclude(v2.IncludeMetadatas), v2.WithLimit(pageSize), v2.WithOffset(offset))
			return err
		})
		if err != nil {
			return nil, err
		}
		metas := page.GetMetadatas()
		for i, id := range page.GetIDs() {
			hashes[string(id)] = ""
			if i < len(metas) {
				hashes[string(id)] = plain(metas[i])["hash"]
			}
		}
		if len(page.GetIDs()) < pageSize {
			return hashes, nil
		}
	}
}
