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

// breaker is a circuit breaker: after a failure calls fail at once for restTime,
// then one probe is let through.
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
	b.until = time.Now().Add(restTime) // let one probe through; other callers fail fast until it returns
	return true
}

func (b *breaker) good() { b.set(time.Time{}) }
func (b *breaker) bad()  { b.set(time.Now().Add(restTime)) }

// release lets the next call probe when the caller of this one gave up.
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

// noEmbedding is the embedding function that the library insists on. Its default
// would download a model; our vectors are made elsewhere.
type noEmbedding struct{}

var errNoEmbedding = errors.New("chroma: vectors are made outside")

func (noEmbedding) EmbedDocuments(context.Context, []string) ([]embeddings.Embedding, error) {
	return nil, errNoEmbedding
}
func (noEmbedding) EmbedQuery(context.Context, string) (embeddings.Embedding, error) {
	return nil, errNoEmbedding
}
func (noEmbedding) Name() string                                  { return "querent" }
func (noEmbedding) GetConfig() embeddings.EmbeddingFunctionConfig { return nil }
func (noEmbedding) DefaultSpace() embeddings.DistanceMetric       { return embeddings.COSINE }
func (noEmbedding) SupportedSpaces() []embeddings.DistanceMetric {
	return []embeddings.DistanceMetric{embeddings.COSINE}
}
