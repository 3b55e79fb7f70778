package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/alexedwards/scs/v2/memstore"
	"github.com/google/uuid"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/settings"
	"github.com/querent/querent/internal/training"
)

// world is every component in memory.
type world struct {
	mu        sync.Mutex
	users     map[string]account.User
	questions map[string]ask.Question
	log       []audit.Entry
	said      []ask.Feedback
	settings  map[string]string
	saves     int64 // of settings
	cleared   int   // the cache, times
	ran       []string
	exports   exports
}

func (w *world) User(_ context.Context, id string) (*account.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u, ok := w.users[id]; ok {
		return &u, nil
	}
	return nil, account.ErrNotFound
}

func (w *world) UserByName(_ context.Context, name string) (*account.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, u := range w.users {
		if strings.EqualFold(u.Name, name) {
			return &u, nil
		}
	}
	return nil, account.ErrNotFound
}

func (w *world) Users(context.Context) ([]account.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []account.User
	for _, u := range w.users {
		out = append(out, u)
	}
	return out, nil
}

func (w *world) CreateUser(_ context.Context, u *account.User) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u.ID = uuid.NewString()
	w.users[u.ID] = *u
	return nil
}

func (w *world) UpdateUser(_ context.Context, u *account.User) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users[u.ID] = *u
	return nil
}

func (w *world) SignedIn(context.Context, string, time.Time) error { return nil }

func (w *world) Append(_ context.Context, e audit.Entry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = append(w.log, e)
	return nil
}

func (w *world) Entries(_ context.Context, f audit.Filter) (page []audit.Entry, _ int, _ error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.log {
		if f.Action == "" || f.Action == e.Action {
			page = append(page, e)
		}
	}
	return page, len(page), nil
}

func (w *world) logged(action string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.log {
		if e.Action == action {
			return true
		}
	}
	return false
}

func (w *world) CreateQuestion(_ context.Context, q *ask.Question) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, ok := w.questions[q.ID]; ok {
		return &ask.Error{Code: ask.Conflict}
	}
	w.questions[q.ID] = *q
	return nil
}

func (w *world) FinishQuestion(_ context.Context, q *ask.Question) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.questions[q.ID] = *q
	return nil
}

func (w *world) Question(_ context.Context, id string) (*ask.Question, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if q, ok := w.questions[id]; ok {
		return &q, nil
	}
	return nil, &ask.Error{Code: ask.NotFound, Message: "There is no such question."}
}

func (w *world) Questions(_ context.Context, f ask.Filter) ([]ask.Question, int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []ask.Question
	for _, q := range w.questions {
		if f.UserID == "" || f.UserID == q.UserID {
			out = append(out, q)
		}
	}
	return out, len(out), nil
}

func (w *world) PickChoice(_ context.Context, id string, pick int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	q := w.questions[id]
	q.Picked = pick
	w.questions[id] = q
	return nil
}

func (w *world) Missed(context.Context, int, int) ([]ask.Miss, int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []ask.Miss
	for _, q := range w.questions {
		if q.Status == ask.Declined || q.Picked == ask.NoneOfThese {
			out = append(out, ask.Miss{Latest: q, Times: 2, People: 1, Comments: []string{"<b>what I meant"}})
		}
	}
	return out, len(out), nil
}

func (w *world) TokensSince(context.Context, string, time.Time) (int64, error) { return 0, nil }

func (w *world) ModelUse(context.Context, time.Time) ([]ask.ModelUse, error) {
	return []ask.ModelUse{{User: "<ann>", Questions: 3, Usage: ask.Usage{In: 1_200_000, Out: 300}}}, nil
}

func (w *world) SaveFeedback(_ context.Context, f *ask.Feedback) error {
	w.said = append(w.said, *f)
	return nil
}

func (w *world) Settings(context.Context) (map[string]string, int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.settings), w.saves, nil
}

func (w *world) SaveSettings(ctx context.Context, texts map[string]string, version int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if version != w.saves {
		return &ask.Error{Code: ask.Conflict, Message: "changed meanwhile"}
	}
	before, after := map[string]string{}, map[string]string{}
	for key, text := range texts {
		if w.settings[key] != text {
			before[key], after[key] = w.settings[key], text
			w.settings[key] = text
		}
	}
	w.saves++
	e := audit.Entry{Actor: audit.ActorFrom(ctx), Action: audit.SettingsSave}
	for text, half := range map[*string]any{&e.Before: before, &e.After: after} {
		b, err := json.Marshal(half)
		if err != nil {
			return err
		}
		*text = string(b)
	}
	w.log = append([]audit.Entry{e}, w.log...) // read newest first
	return nil
}

func (w *world) Clear(context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cleared++
	return nil
}

type stillTarget struct{}

func (stillTarget) Schema(context.Context) (*schema.Schema, error) {
	return &schema.Schema{Tables: []schema.Table{{Name: "orders", RowCount: 2, Columns: []schema.Column{{Name: "status", Type: schema.Text}}}}}, nil
}
func (stillTarget) State() (string, error)              { return "still", nil }
func (stillTarget) Check(context.Context, string) error { return nil }
func (stillTarget) Query(context.Context, string) (ask.Table, error) {
	return result([][]any{{"<img src=x onerror=alert(1)>", int64(2)}, {"open", nil}}, "<script>", "orders"), nil
}

type noTraining struct{}

func (noTraining) Pairs(context.Context, training.PairFilter) ([]training.Pair, training.PairCounts, error) {
	return []training.Pair{{ID: "1", Question: "how many orders <b>", SQL: "SELECT 1"}}, training.PairCounts{}, nil
}
func (noTraining) Approved(context.Context, int) ([]string, error) {
	return []string{"how many orders <b>"}, nil
}
func (noTraining) Pair(_ context.Context, id string) (*training.Pair, error) {
	return &training.Pair{ID: id, Question: "how many orders <b>", SQL: "SELECT 1", State: training.Approved}, nil
}
func (noTraining) Approve(context.Context, string, string, string, string) error { return nil }
func (noTraining) Retire(context.Context, string, string) error                  { return nil }
func (noTraining) Reopen(context.Context, string, string) error                  { return nil }
func (noTraining) SaveTerm(context.Context, *ontology.Term) error {
	return &ask.Error{Code: ask.Invalid, Message: "There is no table “x”."}
}
func (noTraining) PlanImport(_ context.Context, data []byte) (*training.Import, error) {
	if _, err := ontology.Parse(data); err != nil {
		return nil, &ask.Error{Code: ask.Invalid, Message: "The ontology can't be read.", Err: err}
	}
	return &training.Import{Version: 7, New: []ontology.Term{{Name: "<b>churn", Kind: ontology.Synonym, Table: "orders"}}, Changed: []training.TermChange{{
		Before: ontology.Term{Name: "sales", SQL: "sum(a)"}, After: ontology.Term{Name: "sales", SQL: "sum(b)"}}}, Kept: []string{"kept"}}, nil
}
func (n noTraining) ImportYAML(ctx context.Context, data []byte, version int64) (*training.Import, error) {
	plan, err := n.PlanImport(ctx, data)
	if err == nil && version != plan.Version {
		err = &ask.Error{Code: ask.Conflict, Message: "Changed meanwhile."}
	}
	return plan, err
}
func (noTraining) ExportYAML(context.Context) ([]byte, error)     { return []byte("terms: []\n"), nil }
func (noTraining) Terms(context.Context) ([]ontology.Term, error) { return nil, nil }
func (noTraining) DeleteTerm(context.Context, string) error       { return nil }
func (noTraining) Ontology(context.Context) (*ontology.Ontology, error) {
	return &ontology.Ontology{}, nil
}
func (noTraining) Samples(context.Context, string, []float32, int) ([]ask.Sample, error) {
	return nil, nil
}
func (noTraining) Tables(context.Context, []float32, int) ([]string, error) { return nil, nil }

type noVectors struct{}

func (noVectors) Embed(context.Context, []string) ([][]float32, error) {
	return nil, errors.New("none")
}
func (noVectors) Dim() int { return 1 }

type oneAnswer struct{}

func (oneAnswer) Generate(context.Context, ask.Prompt) (ask.Candidate, error) {
	return ask.Candidate{SQL: "SELECT status, count(*) FROM orders GROUP BY 1", Tier: ask.Compiled, Generator: "semparse",
		Confidence: 0.9, Reading: []ask.Phrase{{Text: "orders", Kind: "table", Target: "orders", Why: "exact name"}}}, nil
}

type limiter func(key string) bool

func (l limiter) Allow(_ context.Context, key string, _ int, w time.Duration) (bool, time.Duration, error) {
	return l(key), w, nil
}

func (limiter) TakeBack(context.Context, string) error                { return nil }
func (limiter) Remember(context.Context, string, time.Duration) error { return nil }
func (limiter) Remembers(context.Context, string) (bool, error)       { return false, nil }

const password = "correct horse battery"

// site serves the application over a fresh world with an admin and an analyst.
func site(t *testing.T, allow limiter) (*world, string) {
	t.Helper()
	w, cfg := fresh(t)
	if allow != nil {
		cfg.Limiter = allow
	}
	return w, serve(t, cfg)
}

func serve(t *testing.T, cfg Config) string {
	t.Helper()
	srv := httptest.NewServer(New(cfg))
	t.Cleanup(srv.Close)
	return srv.URL
}

// fresh is a world and what ties the application to it.
func fresh(t *testing.T) (*world, Config) {
	t.Helper()
	w := &world{users: map[string]account.User{}, questions: map[string]ask.Question{}, settings: map[string]string{}, exports: exports{}}
	accounts := account.New(w)
	for name, role := range map[string]account.Role{"ada": account.Admin, "ann": account.Analyst, "bob": account.Analyst} {
		if _, err := accounts.Create(t.Context(), name, password, role); err != nil {
			t.Fatal(err)
		}
	}
	for id, u := range w.users { // they have replaced their one-time passwords
		u.MustChange = false
		w.users[id] = u
	}
	log := slog.New(slog.DiscardHandler)
	return w, Config{Ask: askOf(t, w, stillTarget{}, log), Accounts: accounts, Training: noTraining{}, Settings: settings.New(w, log, false, nil), Cache: w, Jobs: w, Exports: w.exports, Audit: w, Target: stillTarget{},
		Sessions: memstore.NewWithCleanupInterval(0), Limiter: limiter(func(string) bool { return true }), Ready: func(context.Context) error { return nil }, Log: log}
}

// askOf answers questions from a target.
func askOf(t *testing.T, w *world, on ask.Target, log *slog.Logger) *ask.Service {
	t.Helper()
	service := ask.New(ask.Config{Store: w, Target: on, Knowledge: noTraining{}, Embed: noVectors{}, Builtin: oneAnswer{},
		Settings: func(context.Context) ask.Settings { return ask.Settings{Strategy: ask.BuiltinOnly} }, Log: log})
	t.Cleanup(func() { _ = service.Shutdown(context.WithoutCancel(t.Context())) })
	return service
}

// browser keeps cookies; it follows no redirect by itself.
type browser struct {
	t    *testing.T
	base string
	http.Client
}

func visitor(t *testing.T, base string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, base, http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func signedInAs(t *testing.T, base, name string) *browser {
	b := visitor(t, base)
	if res, _ := b.post("/login", url.Values{"name": {name}, "password": {password}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign in as %s: %s", name, res.Status)
	}
	return b
}

func (b *browser) do(req *http.Request) (*http.Response, *goquery.Document) {
	b.t.Helper()
	res, err := b.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	if err != nil {
		b.t.Fatal(err)
	}
	if res.Header.Get("Content-Security-Policy") != policy {
		b.t.Errorf("%s %s has no CSP", req.Method, req.URL.Path)
	}
	return res, doc
}

func (b *browser) get(path string) (*http.Response, *goquery.Document) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(req)
}

func (b *browser) post(path string, form url.Values) (*http.Response, *goquery.Document) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(req)
}

// asked asks and reloads until the answer is there, as a page without
// JavaScript does.
func (b *browser) asked(text string) (string, *goquery.Document) {
	b.t.Helper()
	res, doc := b.post("/questions", url.Values{"question": {text}})
	if res.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("ask: %s: %s", res.Status, doc.Find("[role=alert]").Text())
	}
	path := res.Header.Get("Location")
	for range 200 {
		if _, doc = b.get(path); doc.Find("[aria-busy=true]").Length() == 0 {
			return path, doc
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.t.Fatal("no answer")
	return "", nil
}

func TestAskAndSeeTheAnswer(t *testing.T) {
	w, base := site(t, nil)
	b := signedInAs(t, base, "ann")
	path, doc := b.asked("orders by status")
	if got := doc.Find(".trust .badge.compiled").Length(); got != 1 {
		t.Errorf("%d tier badges", got)
	}
	if rows := doc.Find("#result tbody tr"); rows.Length() != 2 || !strings.Contains(rows.First().Text(), "<img src=x") {
		t.Errorf("rows: %s", rows.Text())
	}
	if doc.Find("#result img, #result script:not([type='application/json'])").Length() != 0 {
		t.Error("a value became markup")
	}
	if got := doc.Find("#sql").Text(); got != "SELECT status, count(*) FROM orders GROUP BY 1" {
		t.Errorf("SQL shown: %q", got)
	}
	if doc.Find("#asked mark").Text() != "orders" || doc.Find(".reading mark").Text() != "orders" || doc.Find("th[scope=col]").Length() == 0 || doc.Find("caption").Text() != "2 rows" {
		t.Error("the reading or the table's headings are missing")
	}
	if res, _ := b.post(path+"/feedback", url.Values{"verdict": {"right"}}); res.StatusCode != http.StatusSeeOther || len(w.said) != 1 {
		t.Errorf("feedback: %s, %d saved", res.Status, len(w.said))
	}
	if res, _ := b.get(path + "/result.csv"); res.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("CSV: %v", res.Header)
	}
	if _, doc := b.get("/history"); doc.Find(".plainlist a").Length() != 1 {
		t.Error("not in the history")
	}
}

func TestStreamSendsTheAnswerAndEnds(t *testing.T) {
	_, base := site(t, nil)
	b := signedInAs(t, base, "ann")
	path, _ := b.asked("orders by status")
	res, doc := b.get(path + "/stream")
	text := doc.Text()
	if res.Header.Get("Content-Type") != "text/event-stream" || !strings.Contains(text, "event: answer") || !strings.Contains(text, "event: end") {
		t.Errorf("%v: %.200s", res.Header, text)
	}
}

func TestQuestionsAreTheirOwners(t *testing.T) {
	_, base := site(t, nil)
	path, _ := signedInAs(t, base, "ann").asked("orders by status")
	bob := signedInAs(t, base, "bob")
	for _, p := range []string{path, path + "/stream", path + "/result.csv", path + "/export", path + "/export.csv", "/questions/00000000-0000-0000-0000-000000000000"} {
		if res, _ := bob.get(p); res.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: %s", p, res.Status)
		}
	}
	for _, action := range []string{"/run", "/choose", "/none", "/cancel", "/feedback", "/export", "/export/delete"} {
		if res, _ := bob.post(path+action, url.Values{"sql": {"SELECT 1"}, "verdict": {"wrong"}}); res.StatusCode != http.StatusNotFound {
			t.Errorf("POST %s: %s", action, res.Status)
		}
	}
	if res, _ := signedInAs(t, base, "ada").get(path); res.StatusCode != http.StatusOK {
		t.Errorf("an administrator: %s", res.Status)
	}
}

func TestBadQuestionsLoseNothing(t *testing.T) {
	_, base := site(t, nil)
	b := signedInAs(t, base, "ann")
	long := strings.Repeat("why ", 1000)
	if res, doc := b.post("/questions", url.Values{"question": {long}}); res.StatusCode != http.StatusUnprocessableEntity || doc.Find("#q").Text() != long {
		t.Errorf("%s, kept %d characters", res.Status, len(doc.Find("#q").Text()))
	}
	if res, doc := b.post("/questions", url.Values{"question": {" "}}); res.StatusCode != http.StatusUnprocessableEntity || doc.Find("[role=alert]").Text() == "" {
		t.Errorf("empty: %s", res.Status)
	}
	if res, _ := b.post("/questions", url.Values{"question": {strings.Repeat("x", 100_000)}}); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("100 kB: %s", res.Status)
	}
}

func TestSignIn(t *testing.T) {
	w, base := site(t, nil)
	b := visitor(t, base)
	if res, _ := b.get("/history"); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/login?next=%2Fhistory" {
		t.Errorf("signed out: %s to %s", res.Status, res.Header.Get("Location"))
	}
	r1, d1 := b.post("/login", url.Values{"name": {"ann"}, "password": {"wrong wrong wrong"}})
	r2, d2 := b.post("/login", url.Values{"name": {"nobody"}, "password": {"wrong wrong wrong"}})
	if r1.StatusCode != r2.StatusCode || d1.Find("[role=alert]").Text() != d2.Find("[role=alert]").Text() {
		t.Error("an unknown name and a wrong password differ")
	}
	if !w.logged("sign_in.fail") {
		t.Error("failure not audited")
	}
	if res, _ := b.post("/login", url.Values{"name": {"ann"}, "password": {password}, "next": {"//evil.test"}}); res.Header.Get("Location") != "/" {
		t.Errorf("went to %s", res.Header.Get("Location"))
	}
	if res, _ := b.get("/logout"); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET /logout: %s", res.Status)
	}
	if res, _ := b.post("/logout", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("POST /logout: %s", res.Status)
	}
	if !w.logged("sign_out") {
		t.Error("signing out is not audited")
	}
	if res, _ := b.get("/"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("after signing out: %s", res.Status)
	}
}

func TestThrottle(t *testing.T) {
	_, base := site(t, func(key string) bool { return !strings.HasPrefix(key, "sign-in:name:") })
	res, _ := visitor(t, base).post("/login", url.Values{"name": {"ann"}, "password": {password}})
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Errorf("%s, Retry-After %q", res.Status, res.Header.Get("Retry-After"))
	}
}

func TestAdministrationIsForAdministrators(t *testing.T) {
	w, base := site(t, nil)
	ann, ada := signedInAs(t, base, "ann"), signedInAs(t, base, "ada")
	for _, p := range []string{"/admin/pairs", "/admin/missed", "/admin/ontology", "/admin/ontology/import", "/admin/users", "/admin/settings", "/admin/jobs", "/admin/audit"} {
		if res, _ := ann.get(p); res.StatusCode != http.StatusForbidden {
			t.Errorf("analyst GET %s: %s", p, res.Status)
		}
		if res, doc := ada.get(p); res.StatusCode != http.StatusOK || doc.Find("h1").Length() != 1 {
			t.Errorf("admin GET %s: %s", p, res.Status)
		}
	}
	for _, p := range []string{"/admin/pairs/1", "/admin/ontology", "/admin/ontology/import", "/admin/users", "/admin/users/1", "/admin/settings", "/admin/settings/reset", "/admin/settings/undo", "/admin/cache/clear", "/admin/jobs/outbox", "/admin/exports/1/delete"} {
		if res, _ := ann.post(p, nil); res.StatusCode != http.StatusForbidden {
			t.Errorf("analyst POST %s: %s", p, res.Status)
		}
	}
	if !w.logged("access.denied") {
		t.Error("denials are not audited")
	}
	res, doc := ada.post("/admin/ontology", url.Values{"name": {"churn"}, "table": {"x"}})
	if res.StatusCode != http.StatusUnprocessableEntity || doc.Find("input[name=name]").AttrOr("value", "") != "churn" {
		t.Errorf("a bad term: %s, kept %q", res.Status, doc.Find("input[name=name]").AttrOr("value", ""))
	}
}

func TestRoleAndDisablingHoldAtOnce(t *testing.T) {
	w, base := site(t, nil)
	ada, bob := signedInAs(t, base, "ada"), signedInAs(t, base, "bob")
	u, err := w.UserByName(t.Context(), "bob")
	if err != nil {
		t.Fatal(err)
	}
	if res, _ := ada.post("/admin/users/"+u.ID, url.Values{"do": {"disable"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("disable: %s", res.Status)
	}
	if res, _ := bob.get("/"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("a disabled user still sees: %s", res.Status)
	}
}

func TestForeignFormsAreRefused(t *testing.T) {
	w, base := site(t, nil)
	b := signedInAs(t, base, "ann")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/questions", strings.NewReader("question=x"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if res, _ := b.do(req); res.StatusCode != http.StatusForbidden || len(w.questions) != 0 {
		t.Errorf("%s, %d questions", res.Status, len(w.questions))
	}
}
