package chroma

import (
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ask/asktest"
	"github.com/querent/querent/internal/chroma/chromatest"
)

func open(t *testing.T, url string, dim int) *Store {
	t.Helper()
	s, err := Open(url, dim)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestConformance(t *testing.T) {
	server := chromatest.Start(t)
	asktest.VectorStore(t, func(t *testing.T) ask.VectorStore { return open(t, server.URL, asktest.Dim) })
	if v, err := open(t, server.URL, asktest.Dim).Ping(t.Context()); err != nil || v == "" {
		t.Errorf("version %q, %v", v, err)
	}
}

var one = []ask.Document{{ID: "a", Text: "x", Vector: []float32{1, 0}, Meta: map[string]string{"hash": "h"}}}

func TestCollectionsMayVanishOrNotFit(t *testing.T) {
	server := chromatest.Start(t)
	s := open(t, server.URL, 2)
	if err := s.Put(t.Context(), ask.TableSchemas, one); err != nil {
		t.Fatal(err)
	}
	if err := s.client.DeleteCollection(t.Context(), ask.TableSchemas); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Count(t.Context(), ask.TableSchemas); n != 0 || err != nil {
		t.Errorf("after it vanished: %d, %v", n, err)
	}
	if err := s.Put(t.Context(), ask.TableSchemas, one); err != nil {
		t.Errorf("after it vanished: %v", err)
	}
	wider := open(t, server.URL, 3)
	if n, err := wider.Count(t.Context(), ask.TableSchemas); n != 0 || err != nil {
		t.Errorf("a collection of another length: %d documents, %v", n, err)
	}
}

func TestADeadServerCostsNothing(t *testing.T) {
	server := chromatest.Start(t)
	s := open(t, server.URL, 2)
	if err := s.Put(t.Context(), ask.TableSchemas, one); err != nil {
		t.Fatal(err)
	}
	search := func() (time.Duration, error) {
		start := time.Now()
		_, err := s.Search(t.Context(), ask.TableSchemas, one[0].Vector, 3, nil)
		return time.Since(start), err
	}
	server.Freeze()
	defer server.Thaw()
	if took, err := search(); ask.CodeOf(err) != ask.Unavailable || took > 2*searchLimit {
		t.Errorf("frozen: %v after %s", err, took)
	}
	if took, err := search(); ask.CodeOf(err) != ask.Unavailable || took > 20*time.Millisecond {
		t.Errorf("while it rests: %v after %s", err, took)
	}
	server.Thaw()
	s.guard.bad()
	s.guard.release() // its rest is over
	if _, err := search(); err != nil {
		t.Errorf("thawed: %v", err)
	}
	server.Stop()
	if _, err := search(); ask.CodeOf(err) != ask.Unavailable {
		t.Errorf("stopped: %v", err)
	}
}
