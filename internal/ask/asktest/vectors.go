// Package asktest holds the conformance suites that every adapter of a seam of
// ask must pass.
package asktest

import (
	"fmt"
	"maps"
	"testing"

	"github.com/querent/querent/internal/ask"
)

// Dim is the length of the vectors that VectorStore works with.
const Dim = 8

// VectorStore checks a store; open may return the same one each time.
func VectorStore(t *testing.T, open func(t *testing.T) ask.VectorStore) {
	for name, check := range map[string]func(t *testing.T, s ask.VectorStore){
		"empty": empty, "search": search, "replace": replace, "filter": filter, "delete": remove,
		"batch": batch, "apart": apart, "wrong dimensions": wrongDim,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			for _, c := range ask.Collections {
				if err := s.Delete(t.Context(), c, ids(hashes(t, s, c))); err != nil {
					t.Fatal(err)
				}
			}
			check(t, s)
		})
	}
}

func ids(of map[string]string) []string {
	var out []string
	for id := range of {
		out = append(out, id)
	}
	return out
}

func hashes(t *testing.T, s ask.VectorStore, collection string) map[string]string {
	t.Helper()
	h, err := s.Hashes(t.Context(), collection)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func count(t *testing.T, s ask.VectorStore, collection string) int {
	t.Helper()
	n, err := s.Count(t.Context(), collection)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// doc points mainly along one axis, and a little along the next.
func doc(id string, axis int, meta ...string) ask.Document {
	d := ask.Document{ID: id, Text: "text of " + id, Vector: make([]float32, Dim), Meta: map[string]string{"hash": "h-" + id}}
	d.Vector[axis%Dim], d.Vector[(axis+1)%Dim] = 0.8, 0.6
	for i := 0; i+1 < len(meta); i += 2 {
		d.Meta[meta[i]] = meta[i+1]
	}
	return d
}

func put(t *testing.T, s ask.VectorStore, collection string, docs ...ask.Document) {
	t.Helper()
	if err := s.Put(t.Context(), collection, docs); err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, s ask.VectorStore, collection string, axis, k int, where map[string]string) []ask.Hit {
	t.Helper()
	hits, err := s.Search(t.Context(), collection, doc("q", axis).Vector, k, where)
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

func empty(t *testing.T, s ask.VectorStore) {
	if hits := find(t, s, ask.TableSchemas, 0, 5, nil); len(hits) != 0 || count(t, s, ask.TableSchemas) != 0 {
		t.Errorf("an empty collection holds %v", hits)
	}
	if err := s.Put(t.Context(), ask.TableSchemas, nil); err != nil {
		t.Errorf("Put of nothing: %v", err)
	}
	if err := s.Delete(t.Context(), ask.TableSchemas, []string{"absent"}); err != nil {
		t.Errorf("Delete of what is absent: %v", err)
	}
}

func search(t *testing.T, s ask.VectorStore) {
	put(t, s, ask.TableSchemas, doc("a", 0), doc("b", 1), doc("c", 4))
	hits := find(t, s, ask.TableSchemas, 0, 2, nil)
	if len(hits) != 2 || hits[0].ID != "a" || hits[1].ID != "b" {
		t.Fatalf("hits %+v", hits)
	}
	if x := hits[0].Similarity; x < 0.999 || x > 1.001 {
		t.Errorf("similarity to itself %v: not the cosine", x)
	}
	if x := hits[1].Similarity; x < 0.47 || x > 0.49 {
		t.Errorf("similarity %v, want the cosine 0.48", x)
	}
	if hits[0].Text != "text of a" || hits[0].Meta["hash"] != "h-a" || hits[0].Vector != nil {
		t.Errorf("hit %+v", hits[0])
	}
	if all := find(t, s, ask.TableSchemas, 0, 50, nil); len(all) != 3 {
		t.Errorf("%d hits when asking for more than there are", len(all))
	}
}

func replace(t *testing.T, s ask.VectorStore) {
	put(t, s, ask.SampleQueries, doc("a", 0, "old", "1"))
	d := doc("a", 4)
	d.Meta["hash"] = "new"
	put(t, s, ask.SampleQueries, d)
	hits := find(t, s, ask.SampleQueries, 4, 5, nil)
	if len(hits) != 1 || hits[0].Meta["hash"] != "new" || hits[0].Similarity < 0.999 {
		t.Errorf("hits %+v", hits)
	}
}

func filter(t *testing.T, s ask.VectorStore) {
	put(t, s, ask.BusinessTerms, doc("a", 0, "kind", "metric", "table", "x"), doc("b", 0, "kind", "filter", "table", "x"), doc("c", 1, "kind", "metric", "table", "y"))
	if hits := find(t, s, ask.BusinessTerms, 0, 5, map[string]string{"kind": "metric"}); len(hits) != 2 || hits[0].ID != "a" || hits[1].ID != "c" {
		t.Errorf("one condition: %+v", hits)
	}
	if hits := find(t, s, ask.BusinessTerms, 0, 5, map[string]string{"kind": "metric", "table": "y"}); len(hits) != 1 || hits[0].ID != "c" {
		t.Errorf("two conditions: %+v", hits)
	}
	if hits := find(t, s, ask.BusinessTerms, 0, 5, map[string]string{"kind": "none"}); len(hits) != 0 {
		t.Errorf("no match: %+v", hits)
	}
}

func remove(t *testing.T, s ask.VectorStore) {
	put(t, s, ask.SampleQueries, doc("a", 0), doc("b", 1), doc("c", 2))
	if err := s.Delete(t.Context(), ask.SampleQueries, []string{"a", "absent", "c"}); err != nil {
		t.Fatal(err)
	}
	if got := hashes(t, s, ask.SampleQueries); !maps.Equal(got, map[string]string{"b": "h-b"}) {
		t.Errorf("left: %v", got)
	}
}

func batch(t *testing.T, s ask.VectorStore) {
	const n = 450 // more than one page or batch of any adapter
	var docs []ask.Document
	want := map[string]string{}
	for i := range n {
		id := fmt.Sprintf("d%03d", i)
		docs = append(docs, doc(id, i))
		want[id] = "h-" + id
	}
	put(t, s, ask.TableSchemas, docs...)
	if got := hashes(t, s, ask.TableSchemas); !maps.Equal(got, want) || count(t, s, ask.TableSchemas) != n {
		t.Errorf("%d hashes, want %d", len(got), n)
	}
}

func apart(t *testing.T, s ask.VectorStore) {
	put(t, s, ask.TableSchemas, doc("a", 0))
	if n := count(t, s, ask.SampleQueries); n != 0 {
		t.Errorf("another collection holds %d", n)
	}
}

func wrongDim(t *testing.T, s ask.VectorStore) {
	put(t, s, ask.TableSchemas, doc("a", 0))
	bad := doc("b", 0)
	bad.Vector = bad.Vector[:Dim-1]
	if err := s.Put(t.Context(), ask.TableSchemas, []ask.Document{bad}); err == nil {
		t.Error("a vector of another length was taken")
	}
	if hits := find(t, s, ask.TableSchemas, 0, 5, nil); len(hits) != 1 {
		t.Errorf("after that: %+v", hits)
	}
}
