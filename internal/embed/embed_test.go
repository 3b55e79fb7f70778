package embed

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"testing"
)

func open(t testing.TB) *Embedder {
	t.Helper()
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"order_items.unitPrice": "order items unit price",
		"HTTPStatusCode":        "http status code",
		"Q3 sales, by region":   "q 3 sales by region",
		"ÉcoleName":             "école name",
		"--":                    "",
	} {
		if got := strings.Join(Words(in), " "); got != want {
			t.Errorf("Words(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestVectorsAreUnitAndSteady(t *testing.T) {
	e := open(t)
	texts := []string{"total revenue", "xqzt_4711", "?!", "", "日本", strings.Repeat("long ", 5000)}
	a, err := e.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := e.Embed(t.Context(), texts)
	for i, v := range a {
		var sum float64
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		if len(v) != e.Dim() || math.Abs(sum-1) > 1e-4 || !slices.Equal(v, b[i]) {
			t.Errorf("%.20q: %d dimensions, length² %.4f", texts[i], len(v), sum)
		}
	}
}

// The measurement: words that mean alike are nearer than words that don't.
func TestAlikeAboveUnrelated(t *testing.T) {
	e := open(t)
	alike := [][2]string{{"revenue", "sales"}, {"staff", "employees"}, {"client", "customer"},
		{"salary", "wage"}, {"city", "town"}, {"purchase", "buy"}, {"revenue", "total_sales"}}
	unrelated := [][2]string{{"staff", "invoice"}, {"revenue", "bicycle"}, {"customer", "moon"},
		{"salary", "guitar"}, {"city", "discount"}, {"genre", "warehouse"}}
	lowest, highest := 1.0, -1.0
	for _, p := range alike {
		lowest = min(lowest, e.Similarity(p[0], p[1]))
		t.Logf("alike     %-20v %.2f", p, e.Similarity(p[0], p[1]))
	}
	for _, p := range unrelated {
		highest = max(highest, e.Similarity(p[0], p[1]))
		t.Logf("unrelated %-20v %.2f", p, e.Similarity(p[0], p[1]))
	}
	if lowest < 0.35 || highest > 0.3 {
		t.Errorf("least alike pair %.2f, most alike unrelated pair %.2f", lowest, highest)
	}
}

// paraphrases are what people say for a table.column name.
var paraphrases = map[string]string{
	"where do our clients live":        "customers.city",
	"email address of a client":        "customers.email",
	"nation of the buyer":              "customers.country",
	"wages of workers":                 "employees.salary",
	"when was someone recruited":       "employees.hire_date",
	"job position of staff":            "employees.title",
	"cost of an article":               "products.price",
	"kind of product":                  "products.category",
	"goods left in the warehouse":      "products.stock_quantity",
	"day of purchase":                  "orders.order_date",
	"delivery state of an order":       "orders.shipping_status",
	"reduction given on an order line": "order_items.discount",
	"phone number of the vendor":       "suppliers.telephone",
	"money paid on a bill":             "invoices.amount_paid",
	"when must the bill be paid":       "invoices.due_date",
	"stars given by reviewers":         "reviews.rating",
	"what the reviewer wrote":          "reviews.comment",
	"manager of a division":            "departments.head",
	"yearly budget of the division":    "departments.budget",
	"debit account of a posting":       "transactions.debit_account",
}

func TestRecall(t *testing.T) {
	e := open(t)
	names := []string{"customers.id", "orders.id", "employees.name", "products.name", "suppliers.name",
		"transactions.memo", "orders.total", "departments.name", "order_items.quantity", "customers.created_at"}
	for _, n := range paraphrases {
		names = append(names, n)
	}
	at := map[int]int{1: 0, 3: 0, 5: 0}
	for text, want := range paraphrases {
		ranked := slices.Clone(names)
		sort.Slice(ranked, func(i, j int) bool { return e.Similarity(text, ranked[i]) > e.Similarity(text, ranked[j]) })
		place := slices.Index(ranked, want)
		for k := range at {
			if place < k {
				at[k]++
			}
		}
	}
	got := fmt.Sprintf("recall@1 %d, @3 %d, @5 %d of %d", at[1], at[3], at[5], len(paraphrases))
	t.Log(got)
	if at[1] < 10 || at[3] < 15 || at[5] < 16 {
		t.Error(got)
	}
}

func TestUnknownNamesFindThemselves(t *testing.T) {
	e := open(t)
	if near, far := e.Similarity("xyzzyq kwf", "xyzzyq_kwf"), e.Similarity("xyzzyq kwf", "brrlt vvm"); near < 0.99 || far > 0.3 {
		t.Errorf("itself %.2f, another %.2f", near, far)
	}
	if _, ok := e.Vector("xyzzyq"); ok {
		t.Error("a vector for a word that is none")
	}
	if v, ok := e.Vector("Revenue"); !ok || len(v) != Dims {
		t.Errorf("Vector(Revenue): %d floats, %t", len(v), ok)
	}
}

func TestDamagedAssetIsAnError(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, []Word{{Text: "sales", Rank: 7, Vector: [Dims]int8{3, 4}}}); err != nil {
		t.Fatal(err)
	}
	if w, err := readWords(b.Bytes()); err != nil || w["sales"].norm != 5 {
		t.Fatalf("read back %v, %v", w, err)
	}
	for n := range b.Len() {
		if _, err := readWords(b.Bytes()[:n]); err == nil {
			t.Fatalf("%d of %d bytes were taken for an asset", n, b.Len())
		}
	}
}

func BenchmarkEmbed(b *testing.B) {
	e := open(b)
	for b.Loop() {
		e.vector("total revenue per customer country in the last quarter")
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := readWords(asset); err != nil {
			b.Fatal(err)
		}
	}
}
