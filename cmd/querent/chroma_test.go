package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/chroma"
	"github.com/querent/querent/internal/embed"
)

// vectors is the test's own client of the stack's Chroma.
func (s *stack) vectors(t *testing.T) (*chroma.Store, *embed.Embedder) {
	t.Helper()
	words, err := embed.New()
	if err != nil {
		t.Fatal(err)
	}
	v, err := chroma.Open(s.chroma.URL, words.Dim())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v, words
}

// held waits until a collection holds as many documents; the client's breaker
// may be open for a while after a restart.
func held(t *testing.T, v *chroma.Store, collection string, want int) {
	t.Helper()
	eventually(t, 25*time.Second, collection+" is filled", func() bool {
		n, err := v.Count(t.Context(), collection)
		return err == nil && n == want
	})
}

// Chroma is down at the start and for long: questions are answered, what is
// approved waits, and all is caught up once it is back, even if back empty.
func TestChromaMayBeDown(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	v, _ := s.vectors(t)
	tables, err := v.Count(t.Context(), ask.TableSchemas)
	if err != nil || tables == 0 {
		t.Fatalf("%d tables, %v", tables, err)
	}
	s.chroma.Stop()
	r := s.serve(t)
	r.ready(t)
	u := signIn(t, r.url)
	if _, page := u.get("/"); !strings.Contains(page.Find("main").Text(), "Retrieval is off") {
		t.Error("the page does not say that retrieval is off")
	}
	page := u.asks("how many employees are there")
	if len(rows(page)) != 1 {
		t.Fatalf("not answered: %s", page.Find("main").Text())
	}
	if status, page := u.post(page.Url.Path+"/feedback", url.Values{"verdict": {"right"}}); status != http.StatusOK {
		t.Fatalf("feedback: %d: %s", status, page.Find("main").Text())
	}
	pair := scan1[string](t, s.dsn, "select id::text from golden_pairs where state = 'proposed'")
	status, page := u.post("/admin/pairs/"+pair, url.Values{"do": {"approve"}, "question": {"how many employees are there"},
		"sql": {"SELECT count(*) FROM employees"}})
	if status != http.StatusOK {
		t.Fatalf("approval: %d: %s", status, page.Find("main").Text())
	}
	if n := scan1[int](t, s.dsn, "select count(*) from outbox"); n != 1 {
		t.Errorf("%d changes wait", n)
	}
	if page := u.asks("How many employees are there?"); page.Find(".badge.verified").Length() != 1 {
		t.Errorf("the approved answer needs the vector store: %s", page.Find("main").Text())
	}
	s.chroma.Restart(t, false)
	held(t, v, ask.SampleQueries, 1)
	eventually(t, 15*time.Second, "nothing waits", func() bool { return scan1[int](t, s.dsn, "select count(*) from outbox") == 0 })
	eventually(t, 10*time.Second, "the page is whole again", func() bool {
		_, page := u.get("/")
		return !strings.Contains(page.Find("main").Text(), "Retrieval is off")
	})
	s.chroma.Stop()
	s.chroma.Restart(t, true)
	held(t, v, ask.SampleQueries, 1)
	held(t, v, ask.TableSchemas, tables)
	if verdicts, _ := s.diagnose(t); verdicts["Chroma, collections"].Verdict != well {
		t.Errorf("doctor: %+v", verdicts["Chroma, collections"])
	}
}

// What a Chroma that was tampered with says is checked by id and hash.
func TestForgedVectorsAreIgnored(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	// Only where something is approved are alike questions looked for.
	exec1(t, s.dsn, `insert into golden_pairs (question, question_key, sql, state, origin, search)
		values ('Head count?', 'head count', 'SELECT count(*) FROM employees', 'approved', 'import', '')`)
	address := "127.0.0.1:" + freePort(t)
	r := s.serve(t, "QUERENT_METRICS_LISTEN", address)
	r.ready(t)
	v, words := s.vectors(t)
	const question = "how many employees are there"
	vec, err := words.Embed(t.Context(), []string{question})
	if err != nil {
		t.Fatal(err)
	}
	forged := ask.Document{ID: "11111111-2222-4333-8444-555555555555", Text: question, Vector: vec[0], Meta: map[string]string{"hash": "x"}}
	counted := func() bool {
		return strings.Contains(scrape(t, address), `querent_vector_hits_ignored_total{collection="sample_queries"}`)
	}
	u := signIn(t, r.url)
	asked := ""
	eventually(t, 20*time.Second, "the ignored hit is counted", func() bool {
		asked += "?" // each time another question, for the cache
		// Again each time: the training that starts with the server removes what is forged.
		if err := v.Put(t.Context(), ask.SampleQueries, []ask.Document{forged}); err != nil {
			t.Fatal(err)
		}
		if page := u.asks(question + asked); page.Find(".badge.verified").Length() != 0 || len(rows(page)) != 1 {
			t.Errorf("answered: %s", page.Find("main").Text())
		}
		return counted()
	})
	s.ok(t, "train")
	ids, err := v.Hashes(t.Context(), ask.SampleQueries)
	if _, there := ids[forged.ID]; err != nil || there || len(ids) != 1 {
		t.Errorf("after training: %v, %v", ids, err)
	}
}

// Training writes only the tables that changed.
func TestTrainingIsIncremental(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	replaceTarget(t, s.target, "CREATE TABLE ships (name TEXT); CREATE TABLE crews (ship TEXT, size INTEGER)")
	s.ok(t, "train")
	replaceTarget(t, s.target, "CREATE TABLE ships (name TEXT); CREATE TABLE crews (ship TEXT, size INTEGER, captain TEXT)")
	lines := strings.Split(strings.TrimSpace(s.ok(t, "train").stdout), "\n")
	if !slices.Contains(lines, "table_schemas    1 of 1") || len(lines) != 3 {
		t.Errorf("one of two tables changed, and it said:\n%s", strings.Join(lines, "\n"))
	}
}
