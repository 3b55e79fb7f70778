package chroma

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/amikos-tech/chroma-go/pkg/embeddings"
)

// restTime is how long a server that failed is left alone.
const restTime = 5 * time.Second

// breaker lets a dead server cost nothing: after a failure calls are refused
// at once for restTime, then one is let through to try.
type breaker struct {
	mu    sync.Mutex
	until time.Time // refused until then; zero while all is well
}

func (b *breaker) allow() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.until.IsZero() {
		return true
	}
	if time.Now().Before(b.until) {
		return false
	}
	b.until = time.Now().Add(restTime) // the others wait for this one's luck
	return true
}

func (b *breaker) good() { b.set(time.Time{}) }
func (b *breaker) bad()  { b.set(time.Now().Add(restTime)) }

// release lets the next call try when this one's caller gave up.
func (b *breaker) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.until.IsZero() {
		b.until = time.Now()
	}
}

func (b *breaker) set(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.until = until
}

// own stands where the library wants an embedding function, whose default would
// download a model: every vector is made by us.
type own struct{}

var errOwn = errors.New("chroma: vectors are made outside")

func (own) EmbedDocuments(context.Context, []string) ([]embeddings.Embedding, error) {
	return nil, errOwn
}
func (own) EmbedQuery(context.Context, string) (embeddings.Embedding, error) { return nil, errOwn }
func (own) Name() string                                                     { return "querent" }
func (own) GetConfig() embeddings.EmbeddingFunctionConfig                    { return nil }
func (own) DefaultSpace() embeddings.DistanceMetric                          { return embeddings.COSINE }
func (own) SupportedSpaces() []embeddings.DistanceMetric {
	return []embeddings.DistanceMetric{embeddings.COSINE}
}
