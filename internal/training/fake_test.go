package training

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/chromem"
	"github.com/querent/querent/internal/embed"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
)

// memory is a Store in memory.
type memory struct {
	pairs  []Pair
	terms  []ontology.Term
	outbox []OutboxItem
	last   Trained
	next   int64
	looks  int64
}

func (m *memory) Trained(context.Context) (Trained, error) { return m.last, nil }

func (m *memory) SaveTrained(_ context.Context, fingerprint string) error {
	m.last = Trained{fingerprint, time.Now()}
	return nil
}

func (m *memory) id() string { m.next++; return fmt.Sprintf("id-%d", m.next) }

func (m *memory) wrote(collection, id string) {
	m.next++
	m.outbox = append(m.outbox, OutboxItem{ID: m.next, Collection: collection, DocID: id})
}

func (m *memory) pair(id string) *Pair {
	for i := range m.pairs {
		if m.pairs[i].ID == id {
			return &m.pairs[i]
		}
	}
	return nil
}

func (m *memory) Pair(_ context.Context, id string) (*Pair, error) {
	if p := m.pair(id); p != nil {
		found := *p
		return &found, nil
	}
	return nil, &ask.Error{Code: ask.NotFound, Message: "There is no such pair."}
}

func (m *memory) Pairs(_ context.Context, f PairFilter) ([]Pair, PairCounts, error) {
	var out []Pair
	for _, p := range m.pairs {
		if (f.State == "" || p.State == f.State) && (f.Key == "" || p.Key() == f.Key) &&
			(f.IDs == nil || slices.Contains(f.IDs, p.ID)) {
			out = append(out, p)
		}
	}
	return out, PairCounts{}, nil
}

func (m *memory) SavePair(_ context.Context, p *Pair) error {
	if p.ID == "" {
		p.ID = m.id()
		m.pairs = append(m.pairs, *p)
	} else {
		*m.pair(p.ID) = *p
	}
	if p.State != Proposed {
		m.wrote(ask.SampleQueries, p.ID)
	}
	return nil
}

func (m *memory) MarkPairStale(_ context.Context, id, why string) error {
	m.pair(id).Stale = why
	return nil
}

// Versions grow with every look, so that each one reads what is stored.
func (m *memory) Versions(context.Context) (Versions, error) {
	m.looks++
	return Versions{m.looks, m.looks}, nil
}

func (m *memory) Ontology(context.Context) (*ontology.Ontology, error) {
	return &ontology.Ontology{Version: m.next, Terms: slices.Clone(m.terms)}, nil
}

func (m *memory) SaveTerms(_ context.Context, terms ...*ontology.Term) error {
	for _, t := range terms {
		if t.ID == "" {
			t.ID = m.id()
			m.terms = append(m.terms, *t)
		}
		for i := range m.terms {
			if m.terms[i].ID == t.ID {
				m.terms[i] = *t
			}
		}
		m.wrote(ask.BusinessTerms, t.ID)
	}
	return nil
}

func (m *memory) DeleteTerm(_ context.Context, id string) error {
	m.terms = slices.DeleteFunc(m.terms, func(t ontology.Term) bool { return t.ID == id })
	m.wrote(ask.BusinessTerms, id)
	return nil
}

func (m *memory) MarkTermStale(_ context.Context, id, why string) error {
	for i := range m.terms {
		if m.terms[i].ID == id {
			m.terms[i].Stale = why
		}
	}
	return nil
}

func (m *memory) Outbox(_ context.Context, limit int) ([]OutboxItem, error) {
	return slices.Clone(m.outbox[:min(limit, len(m.outbox))]), nil
}

func (m *memory) OutboxDone(_ context.Context, ids []int64) error {
	m.outbox = slices.DeleteFunc(m.outbox, func(i OutboxItem) bool { return slices.Contains(ids, i.ID) })
	return nil
}

// target refuses SQL that holds one of the words, or everything with down.
type target struct {
	schema  *schema.Schema
	refused []string
	down    error
}

func (t *target) Schema(context.Context) (*schema.Schema, error) { return t.schema, t.down }

func (t *target) State() (string, error) { return "", nil }

func (t *target) Check(_ context.Context, sql string) error {
	for _, word := range t.refused {
		if strings.Contains(sql, word) {
			return &ask.Error{Code: ask.Refused, Message: "no such thing: " + word}
		}
	}
	return t.down
}

func (t *target) Query(context.Context, string) (ask.Table, error) {
	return ask.Table{}, errors.New("nothing is run in training")
}

// vectors is a real store that can be down, and counts what is written.
type vectors struct {
	ask.VectorStore
	down error
	puts int
}

func (v *vectors) Put(ctx context.Context, c string, docs []ask.Document) error {
	if v.down != nil {
		return v.down
	}
	v.puts += len(docs)
	return v.VectorStore.Put(ctx, c, docs)
}

func (v *vectors) Search(ctx context.Context, c string, vec []float32, k int, where map[string]string) ([]ask.Hit, error) {
	if v.down != nil {
		return nil, v.down
	}
	return v.VectorStore.Search(ctx, c, vec, k, where)
}

func (v *vectors) Hashes(ctx context.Context, c string) (map[string]string, error) {
	if v.down != nil {
		return nil, v.down
	}
	return v.VectorStore.Hashes(ctx, c)
}

func (v *vectors) Delete(ctx context.Context, c string, ids []string) error {
	if v.down != nil {
		return v.down
	}
	return v.VectorStore.Delete(ctx, c, ids)
}

type world struct {
	*Service
	store   *memory
	target  *target
	vectors *vectors
	words   *embed.Embedder
}

func newWorld(t *testing.T) *world {
	t.Helper()
	words, err := embed.New()
	if err != nil {
		t.Fatal(err)
	}
	inner, err := chromem.Open("", words.Dim())
	if err != nil {
		t.Fatal(err)
	}
	sch := &schema.Schema{Tables: []schema.Table{
		{Name: "customers", Columns: []schema.Column{{Name: "name", Type: schema.Text}, {Name: "country", Type: schema.Text,
			Values: []string{"Brazil", "Canada"}, Complete: true}}},
		{Name: "salaries", Columns: []schema.Column{{Name: "employee_id"}, {Name: "wage"}}},
	}}
	sch.Seal()
	w := &world{store: &memory{}, target: &target{schema: sch}, vectors: &vectors{VectorStore: inner}, words: words}
	w.Service = New(Config{Store: w.store, Vectors: w.vectors, Embed: words, Target: w.target, Log: slog.New(slog.DiscardHandler)})
	return w
}

func (w *world) samples(t *testing.T, question string) []ask.Sample {
	t.Helper()
	v, err := w.words.Embed(t.Context(), []string{question})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Ontology(t.Context()); err != nil { // which looks, as each question does
		t.Fatal(err)
	}
	s, err := w.Samples(t.Context(), question, v[0], 3)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) sync(t *testing.T) {
	t.Helper()
	if err := w.Sync(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

func (w *world) approved(t *testing.T, question, sql string) string {
	t.Helper()
	p := &Pair{Question: question, SQL: sql, Origin: FromRight}
	if err := w.Propose(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if err := w.Approve(t.Context(), "root", p.ID, question, sql); err != nil {
		t.Fatal(err)
	}
	return p.ID
}
