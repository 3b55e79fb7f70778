package rank_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/ml"
	"github.com/querent/querent/internal/semparse/rank"
	"github.com/querent/querent/internal/semparse/when"
)

// bakery is a small schema: shops sell orders of breads.
func bakery() *schema.Schema {
	key := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, PrimaryKey: true, Unique: true, NotNull: true}
	}
	few := func(name string, values ...string) schema.Column {
		return schema.Column{Name: name, Type: schema.Text, NotNull: true, Distinct: int64(len(values)), Complete: true, Values: values}
	}
	date := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Date, Format: schema.ISODay, NotNull: true, Distinct: 300, Min: "2023-01-02", Max: "2025-05-31"}
	}
	s := &schema.Schema{Tables: []schema.Table{
		{Name: "shops", PrimaryKey: []string{"shop_id"}, RowCount: 9, Columns: []schema.Column{key("shop_id"), few("shop_name", "Mill Lane", "Old Port"), few("city", "Oslo", "Turin")}},
		{Name: "orders", PrimaryKey: []string{"order_id"}, RowCount: 900, Columns: []schema.Column{
			key("order_id"), {Name: "shop_id", Type: schema.Integer, NotNull: true, Distinct: 9}, few("status", "Open", "Baked", "Cancelled"), date("ordered_on"), date("baked_on"),
			{Name: "total", Type: schema.Real, NotNull: true, Distinct: 500}}},
	}, ForeignKeys: []schema.ForeignKey{{Table: "orders", Columns: []string{"shop_id"}, RefTable: "shops", RefColumns: []string{"shop_id"}}}}
	s.Seal()
	return s
}

func pool(question string) *rank.Pool {
	v := link.NewVocabulary(catalog.New(bakery()), nil)
	q := v.Read(question, time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{})
	return rank.NewPool(v.Catalog, q, candidate.Compose(v, q))
}

// feature is one number of the first reading's vector.
func feature(t *testing.T, p *rank.Pool, name string) float64 {
	t.Helper()
	names := rank.NewModel().Reading.Names()
	for i, n := range names {
		if n == name {
			return p.Vector(0)[i]
		}
	}
	t.Fatalf("no feature %q", name)
	return 0
}

func TestFeaturesSeeWhatStandsThere(t *testing.T) {
	for _, c := range []struct {
		question, feature string
		want              float64
	}{
		{"How many orders are there by city?", "words left out", 0},
		{"How many orders are there by city?", "dimensions", 1},
		{"How many orders are there by city?", "tables", 2},
		{"How many crunchy orders are there?", "unknown words unused", 1},
		{"How many orders did Wetherby place?", "odd words unused", 1},
		{"How many orders in Gotham?", "odd words unused", 1},
		{"How many orders were baked in May 2025?", "periods", 1},
		{"why do people buy bread", "asks for no data", 1},
	} {
		if got := feature(t, pool(c.question), c.feature); got != c.want {
			t.Errorf("%q: %s is %v, want %v", c.question, c.feature, got, c.want)
		}
	}
}

func TestStructureGate(t *testing.T) {
	for question, want := range map[string]bool{
		"How many orders are there by city?":   true,
		"How many open orders are there?":      true,
		"How many orders in March 2025?":       false, // one of two dates, unsaid
		"How many orders by fiscal year?":      false, // taken as calendar years
		"How many crunchy orders are there?":   false, // a word that means nothing here
		"How many orders did Wetherby place?":  false, // a name that is not there
		`How many orders are there in "Rome"?`: false, // a quoted value that is not there
	} {
		p := pool(question)
		if len(p.Readings) == 0 {
			t.Fatalf("%q: nothing read", question)
		}
		if got := p.Clean(0); got != want {
			t.Errorf("%q: clean %v, left out %v", question, got, p.Readings[0].LeftOut)
		}
	}
}

// saying is a model that gives any answer of the sketches odds of 0.8, and any
// reading beside it 0.3.
func saying() *rank.Model {
	m := rank.NewModel()
	m.Sketch.Curve = ml.Curve{X: []float64{0}, Y: []float64{0.8}}
	m.Beside.Curve = ml.Curve{X: []float64{0}, Y: []float64{0.3}}
	return m
}

// answered is a pool whose first reading has the odds 0.9 and came to the run,
// and whose sketches came to theirs.
func answered(reading, sketches rank.Run) *rank.Pool {
	p := pool("How many open orders are there by city?")
	p.First = p.Readings[0]
	p.First.P, p.First.Run = 0.9, reading
	p.Sketch = &rank.Sketch{Candidate: ask.Candidate{SQL: "SELECT count(*) FROM orders", Tier: ask.Compiled}, Run: sketches}
	return p
}

func TestTheUntriedReadingKeepsItsOdds(t *testing.T) {
	m, ran := saying(), rank.Run{Done: true, Rows: 3, Hash: 1, Columns: []uint64{7, 8}}
	p := answered(rank.Run{}, ran)
	m.Settle(p)
	if p.BySketch || p.First.P != 0.9 {
		t.Errorf("not tried: by the sketches %v, odds %v", p.BySketch, p.First.P)
	}
	p = answered(rank.Run{Done: true, Rows: 5, Hash: 2, Columns: []uint64{9}}, ran)
	m.Settle(p)
	if !p.BySketch || p.First.P != 0.3 {
		t.Errorf("tried: by the sketches %v, odds %v", p.BySketch, p.First.P)
	}
}

func TestTheNarrowerAnswerIsTakenWithoutTerms(t *testing.T) {
	m := saying()
	for _, terms := range []bool{false, true} {
		p := answered(rank.Run{Done: true, Rows: 3, Hash: 2, Columns: []uint64{7, 8, 9}}, rank.Run{Done: true, Rows: 3, Hash: 1, Columns: []uint64{7, 8}})
		p.Terms = terms
		m.Settle(p)
		if p.BySketch == terms {
			t.Errorf("terms in force %v: by the sketches %v", terms, p.BySketch)
		}
	}
}

func TestModelIsKeptAndRefusedOverOtherFeatures(t *testing.T) {
	m := rank.NewModel()
	m.Sure = rank.Bounds{Reading: 0.9, Beside: 0.91, Sketch: 0.92}
	m.Reading.Curve = ml.Curve{X: []float64{-1, 1}, Y: []float64{0.1, 0.9}}
	m.Reading.Forest = ml.Forest{Base: 0.5, Trees: []ml.Tree{{{Feature: 3, At: 1.5, Low: 1, High: 2}, {Feature: -1, Value: -0.25}, {Feature: -1, Value: 0.75}}}}
	path := filepath.Join(t.TempDir(), "weights.json")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := rank.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Reading.Forest, m.Reading.Forest) || got.Sure != m.Sure || !reflect.DeepEqual(got.Reading.Curve, m.Reading.Curve) {
		t.Errorf("read %+v, saved %+v", got.Reading, m.Reading)
	}
	other := strings.Replace(string(b), `"features": "`, `"features": "0`, 1)
	if _, err := rank.Read([]byte(other)); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "make weights") {
		t.Errorf("a model over other features: %v", err)
	}
}
