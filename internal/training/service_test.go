package training

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/golden"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
)

const brazil = "SELECT name FROM customers WHERE country = 'Brazil'"

// The whole loop: a proposal does nothing, approval answers its like, and
// retirement takes that back.
func TestLoop(t *testing.T) {
	w := newWorld(t)
	w.sync(t)
	p := &Pair{Question: "customers from Brazil", SQL: brazil, Origin: FromCorrected}
	if err := w.Propose(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if got := w.samples(t, p.Question); len(got) != 0 {
		t.Fatalf("a proposed pair is used: %+v", got)
	}
	if err := w.Approve(t.Context(), "root", p.ID, p.Question, p.SQL); err != nil {
		t.Fatal(err)
	}
	var pairs []golden.Pair
	for _, sample := range w.samples(t, "customers from canada") {
		pairs = append(pairs, golden.Pair{Question: sample.Question, SQL: sample.SQL})
	}
	a, ok := golden.Match("customers from canada", pairs, w.target.schema)
	if !ok || a.SQL != strings.Replace(brazil, "Brazil", "Canada", 1) {
		t.Errorf("answered %q, %t", a.SQL, ok)
	}
	if st, err := w.Status(t.Context()); err != nil || !st.Current() || st.Trained.Fingerprint != w.target.schema.Fingerprint {
		t.Errorf("status %+v, %v", st, err)
	}
	if err := w.Retire(t.Context(), "root", p.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.samples(t, p.Question); len(got) != 0 {
		t.Errorf("a retired pair is used: %+v", got)
	}
	if err := w.Reopen(t.Context(), "root", p.ID); err != nil || w.store.pair(p.ID).State != Proposed {
		t.Errorf("reopened: %v, %+v", err, w.store.pair(p.ID))
	}
	if err := w.Approve(t.Context(), "root", p.ID, p.Question, p.SQL); err != nil {
		t.Fatal(err)
	}
	if err := w.Reopen(t.Context(), "root", p.ID); err != nil || len(w.samples(t, p.Question)) != 0 {
		t.Errorf("an approval taken back: %v, %+v still used", err, w.samples(t, p.Question))
	}
}

func TestApproveRefuses(t *testing.T) {
	w := newWorld(t)
	w.target.refused = []string{"bogus"}
	w.approved(t, "customers from Brazil", brazil)
	p := &Pair{Question: "other", SQL: "SELECT 1"}
	if err := w.Propose(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		id, question, sql string
		want              ask.Code
	}{
		{p.ID, "Customers from BRAZIL?", "SELECT 1", ask.Conflict},
		{p.ID, "other", "SELECT bogus", ask.Refused},
		{p.ID, " ?", "SELECT 1", ask.Invalid},
		{p.ID, "other", " ", ask.Invalid},
		{"absent", "other", "SELECT 1", ask.NotFound},
	} {
		if err := w.Approve(t.Context(), "root", tt.id, tt.question, tt.sql); ask.CodeOf(err) != tt.want {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

func TestDeadVectorStoreLosesNothing(t *testing.T) {
	w := newWorld(t)
	w.sync(t)
	w.vectors.down = errors.New("connection refused")
	id := w.approved(t, "customers from Brazil", brazil)
	if got := w.samples(t, "Customers from Brazil?"); len(got) != 1 || got[0].ID != id {
		t.Errorf("exact question: %+v", got)
	}
	if n, err := w.DrainOutbox(t.Context()); n != 0 || err == nil {
		t.Errorf("drained %d, %v", n, err)
	}
	if err := w.Sync(t.Context(), nil); err == nil {
		t.Error("Sync hides that the store is down")
	}
	w.vectors.down = nil
	if n, err := w.DrainOutbox(t.Context()); n != 1 || err != nil || len(w.store.outbox) != 0 {
		t.Errorf("drained %d, %v", n, err)
	}
	if got := w.samples(t, "clients from Brazil"); len(got) != 1 {
		t.Errorf("alike question: %+v", got)
	}
}

func TestForgedDocumentsAreIgnored(t *testing.T) {
	w := newWorld(t)
	w.sync(t)
	id := w.approved(t, "customers from Brazil", brazil)
	proposed := &Pair{Question: "customers from Canada", SQL: "SELECT 1"}
	if err := w.Propose(t.Context(), proposed); err != nil {
		t.Fatal(err)
	}
	v, _ := w.words.Embed(t.Context(), []string{"customers from Canada"})
	forged := []ask.Document{
		{ID: proposed.ID, Vector: v[0], Meta: map[string]string{"hash": hashOf(proposed)}},
		{ID: "made up", Vector: v[0], Meta: map[string]string{"hash": "x"}},
		{ID: id, Vector: v[0], Meta: map[string]string{"hash": "another text's"}},
	}
	if err := w.vectors.Put(t.Context(), ask.SampleQueries, forged); err != nil {
		t.Fatal(err)
	}
	if got := w.samples(t, "customers from Canada"); len(got) != 0 {
		t.Errorf("taken: %+v", got)
	}
	table := ask.Document{ID: "table:secrets", Vector: v[0], Meta: map[string]string{"hash": "x", "table": "secrets"}}
	if err := w.vectors.Put(t.Context(), ask.TableSchemas, []ask.Document{table}); err != nil {
		t.Fatal(err)
	}
	names, err := w.Tables(t.Context(), v[0], 9)
	if err != nil || slices.Contains(names, "secrets") || len(names) == 0 || names[0] != "customers" {
		t.Errorf("tables %v, %v", names, err)
	}
	w.sync(t)
	if got := w.samples(t, "clients from Brazil"); len(got) != 1 || got[0].ID != id {
		t.Errorf("after Sync: %+v", got)
	}
}

func TestSyncIsIncremental(t *testing.T) {
	w := newWorld(t)
	var last Progress
	if err := w.Sync(t.Context(), func(p Progress) { last = further(last, p) }); err != nil {
		t.Fatal(err)
	}
	if last.Done != 2 || last.Total != 2 || w.vectors.puts != 2 {
		t.Errorf("first: %+v, %d written", last, w.vectors.puts)
	}
	w.sync(t)
	if w.vectors.puts != 2 {
		t.Errorf("nothing changed, yet %d written", w.vectors.puts-2)
	}
	w.target.schema.Tables[1].Columns = append(w.target.schema.Tables[1].Columns, schema.Column{Name: "bonus"})
	w.target.schema.Seal()
	w.sync(t)
	if w.vectors.puts != 3 {
		t.Errorf("one table changed, %d written", w.vectors.puts-2)
	}
	w.target.schema.Tables = w.target.schema.Tables[:1]
	w.sync(t)
	if n, err := w.vectors.Count(t.Context(), ask.TableSchemas); n != 1 || err != nil {
		t.Errorf("%d documents of 1 table, %v", n, err)
	}
	if err := w.Rebuild(t.Context(), nil); err != nil || w.vectors.puts != 4 {
		t.Errorf("rebuild: %v, %d written", err, w.vectors.puts)
	}
}

func further(a, b Progress) Progress {
	if b.Total > a.Total || b.Done > a.Done {
		return b
	}
	return a
}

func TestDriftMarksStaleAndBack(t *testing.T) {
	w := newWorld(t)
	id := w.approved(t, "customers from Brazil", brazil)
	term := &ontology.Term{Name: "wages", Kind: ontology.Synonym, Table: "salaries", Column: "wage"}
	if err := w.SaveTerm(t.Context(), term); err != nil {
		t.Fatal(err)
	}
	w.target.refused = []string{"country"}
	w.target.schema.Tables[1].Columns[1].Name = "pay"
	w.sync(t)
	if p := w.store.pair(id); !strings.Contains(p.Stale, "country") || len(w.samples(t, p.Question)) != 0 {
		t.Errorf("pair %+v", p)
	}
	if o, err := w.Ontology(t.Context()); err != nil || len(o.Terms) != 0 || !strings.Contains(w.store.terms[0].Stale, "wage") {
		t.Errorf("in force: %+v, %v; stored %+v", o, err, w.store.terms)
	}
	w.target.down = &ask.Error{Code: ask.Unavailable, Message: "gone"}
	if err := w.Sync(t.Context(), nil); ask.CodeOf(err) != ask.Unavailable {
		t.Errorf("target gone: %v", err)
	}
	w.target.down, w.target.refused = nil, nil
	w.target.schema.Tables[1].Columns[1].Name = "wage"
	w.sync(t)
	if p := w.store.pair(id); p.Stale != "" || w.store.terms[0].Stale != "" || len(w.samples(t, "clients from Brazil")) != 1 {
		t.Errorf("restored: pair %+v, terms %+v", p, w.store.terms)
	}
}

func TestFollowTrainsOnlyWhenItMust(t *testing.T) {
	w := newWorld(t)
	follow := func(says string) {
		t.Helper()
		why, err := w.Follow(t.Context())
		if err != nil || (says == "") != (why == "") || !strings.Contains(why, says) {
			t.Errorf("why %q, %v; want %q", why, err, says)
		}
		if st, err := w.Status(t.Context()); err != nil || !st.Current() || st.Trained.Fingerprint != st.Fingerprint {
			t.Errorf("after it: %+v, %v", st, err)
		}
	}
	follow("first time")
	follow("")
	changed := *w.target.schema
	changed.Tables = append(slices.Clone(changed.Tables), schema.Table{Name: "offices", Columns: []schema.Column{{Name: "city"}}})
	changed.Seal()
	w.target.schema = &changed
	follow("structure changed")
	if err := w.vectors.Delete(t.Context(), ask.TableSchemas, []string{"table:offices"}); err != nil {
		t.Fatal(err)
	}
	follow("filled again")
	pair := w.approved(t, "customers from Brazil", brazil)
	follow("") // it was carried already
	if err := w.vectors.Delete(t.Context(), ask.SampleQueries, []string{pair}); err != nil {
		t.Fatal(err)
	}
	follow("filled again")
	w.vectors.down = errors.New("down")
	changed.Fingerprint = "another"
	if _, err := w.Follow(t.Context()); err == nil || w.store.last.Fingerprint == "another" {
		t.Errorf("with the vector store down: %v, and %+v counts as trained", err, w.store.last)
	}
}

func TestAnUnreachableTargetMarksNothing(t *testing.T) {
	w := newWorld(t)
	id := w.approved(t, "customers from Brazil", brazil)
	w.target.down = &ask.Error{Code: ask.Unavailable, Message: "gone"}
	if err := w.Sync(t.Context(), nil); err == nil || w.store.pair(id).Stale != "" {
		t.Errorf("%v, %+v", err, w.store.pair(id))
	}
	w.target.down, w.target.schema = nil, &schema.Schema{}
	if err := w.Sync(t.Context(), nil); ask.CodeOf(err) != ask.Unavailable {
		t.Errorf("empty target: %v", err)
	}
}

func TestSaveTermChecks(t *testing.T) {
	w := newWorld(t)
	w.target.refused = []string{"bogus"}
	if err := w.SaveTerm(t.Context(), &ontology.Term{Name: "pay", Kind: ontology.Synonym, Table: "salaries"}); err != nil {
		t.Fatal(err)
	}
	for want, term := range map[string]ontology.Term{
		"did you mean":  {Name: "x", Kind: ontology.Synonym, Table: "salary"},
		"belongs to":    {Name: "x", Synonyms: []string{"Pay"}, Kind: ontology.Synonym, Table: "customers"},
		"no such thing": {Name: "x", Kind: ontology.Filter, Table: "customers", SQL: "bogus = 1"},
	} {
		if err := w.SaveTerm(t.Context(), &term); ask.CodeOf(err) != ask.Invalid || !strings.Contains(ask.MessageOf(err), want) {
			t.Errorf("%+v: %v, want %q", term, err, want)
		}
	}
	again := w.store.terms[0]
	again.Description = "what people earn"
	if err := w.SaveTerm(t.Context(), &again); err != nil || len(w.store.terms) != 1 {
		t.Errorf("update: %v, %d terms", err, len(w.store.terms))
	}
}

func TestImports(t *testing.T) {
	w := newWorld(t)
	w.target.refused = []string{"bogus"}
	pairs := []byte("- question: customers from Brazil\n  sql: " + brazil + "\n- question: Customers from BRAZIL?\n  sql: SELECT 2\n")
	for i, want := range []int{1, 0} {
		if n, err := w.ImportPairs(t.Context(), "root", pairs); n != want || err != nil {
			t.Errorf("import %d: %d new, %v", i, n, err)
		}
	}
	if p := w.store.pairs[0]; p.State != Approved || p.Origin != FromImport || p.ReviewedBy != "root" {
		t.Errorf("saved %+v", p)
	}
	if err := w.Retire(t.Context(), "root", w.store.pairs[0].ID); err != nil {
		t.Fatal(err)
	}
	if n, err := w.ImportPairs(t.Context(), "root", pairs); n != 0 || err != nil {
		t.Errorf("import brings back a retired pair: %d, %v", n, err)
	}
	bad := []byte("- {question: good, sql: SELECT 1}\n- {question: a, sql: SELECT bogus}\n- {question: b, sql: ''}\n")
	if _, err := w.ImportPairs(t.Context(), "root", bad); !strings.Contains(ask.MessageOf(err), `"a"`) || !strings.Contains(ask.MessageOf(err), `"b"`) || len(w.store.pairs) != 1 {
		t.Errorf("bad pairs: %v, %d stored", err, len(w.store.pairs))
	}
}
