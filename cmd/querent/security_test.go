package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/audit"
)

// securityChecks is how many rows the security checklist has.
const securityChecks = 55

var holds = regexp.MustCompile(`Numbers? ([0-9, ]+?) of the\s+security\s+checklist`)

// checklist finds the tests that say which rows of the security checklist they
// hold: row to "dir: Test", sorted.
func checklist(t *testing.T) map[int][]string {
	t.Helper()
	found := map[int][]string{}
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(filepath.Join("..", ".."), filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "Test") {
				continue
			}
			for _, m := range holds.FindAllStringSubmatch(f.Doc.Text(), -1) {
				for n := range strings.SplitSeq(m[1], ",") {
					row, err := strconv.Atoi(strings.TrimSpace(n))
					if err != nil {
						return err
					}
					found[row] = append(found[row], fmt.Sprintf("`%s`: %s", dir, f.Name.Name))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tests := range found {
		slices.Sort(tests)
	}
	return found
}

// Each row of the security checklist has a test that holds it, and the page for
// those who judge Querent names just these.
func TestSecurityChecklistIsHeld(t *testing.T) {
	text, found := document(t, ".github/docs/security.md"), checklist(t)
	for row := 1; row <= securityChecks; row++ {
		if len(found[row]) == 0 {
			t.Errorf("no test holds number %d", row)
			continue
		}
		m := regexp.MustCompile(fmt.Sprintf(`(?m)^\| %d \| [^|]+ \| (.+) \|$`, row)).FindStringSubmatch(text)
		if want := strings.Join(found[row], ", "); m == nil || m[1] != want {
			t.Errorf("security.md has %q of number %d, want: %s", m, row, want)
		}
	}
	if len(found) != securityChecks {
		t.Errorf("%d rows are held, want %d", len(found), securityChecks)
	}
}

// joins makes a user and signs in as them.
func (u *user) joins(name string) *user {
	u.t.Helper()
	_, page := u.post("/admin/users", url.Values{"name": {name}, "role": {"analyst"}})
	oneTime := page.Find("main .note code, main [role=status] code").First().Text()
	other := browser(u.t, u.base)
	other.signsIn(name, oneTime)
	own := testPassword + " of " + name
	if status, page := other.post("/account/password", url.Values{"current": {oneTime}, "next": {own}, "again": {own}}); status != http.StatusOK {
		u.t.Fatalf("%s chooses a password: %d: %s", name, status, page.Find("main").Text())
	}
	return other
}

// Number 44 of the security checklist.
func TestEachDeedIsAudited(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t)
	r.ready(t)
	begun := time.Now()
	ada := signIn(t, r.url)
	ann := ada.joins("ann")
	annID := scan1[string](t, s.dsn, "select id::text from users where name = 'ann'")
	answer := ann.asks("how many employees are there").Url.Path
	pair := func() string { return scan1[string](t, s.dsn, "select id::text from golden_pairs") }
	for _, deed := range []struct {
		action, who string
		change      bool // from what to what is known
		do          func()
	}{
		{audit.SignInFail, "ann", false, func() {
			browser(t, r.url).post("/login", url.Values{"name": {"ann"}, "password": {"wrong wrong wrong"}})
		}},
		{audit.SignInOK, testAdmin, false, func() { signIn(t, r.url) }},
		{audit.AccessDenied, "ann", false, func() { ann.get("/admin/users") }},
		{audit.SQLRefused, "ann", true, func() {
			_, page := ann.post(answer+"/run", url.Values{"sql": {"DELETE FROM employees"}})
			ann.finished(page)
		}},
		{audit.TermSave, testAdmin, true, func() {
			ada.post("/admin/ontology", url.Values{"name": {"staff"}, "kind": {"synonym"}, "table": {"employees"}})
		}},
		{audit.SettingsSave, testAdmin, true, func() { ada.setting("row_limit", "77") }},
		{audit.PairApprove, testAdmin, true, func() {
			ann.post(answer+"/feedback", url.Values{"verdict": {"right"}})
			ada.post("/admin/pairs/"+pair(), url.Values{"do": {"approve"}, "question": {"how many employees are there"}, "sql": {"SELECT count(*) FROM employees"}})
		}},
		{audit.PairRetire, testAdmin, true, func() { ada.post("/admin/pairs/"+pair(), url.Values{"do": {"retire"}}) }},
		{audit.UserUpdate, testAdmin, true, func() { ada.post("/admin/users/"+annID, url.Values{"do": {"disable"}}) }},
	} {
		count := "select count(*) from audit_logs where action = $1 and actor_name = $2"
		before := scan1[int](t, s.dsn, count, deed.action, deed.who)
		deed.do()
		if n := scan1[int](t, s.dsn, count, deed.action, deed.who) - before; n != 1 {
			t.Errorf("%s by %s: %d entries, want 1", deed.action, deed.who, n)
			continue
		}
		const last = " from audit_logs where action = $1 order by seq desc limit 1"
		at := scan1[time.Time](t, s.dsn, "select at"+last, deed.action)
		if from := scan1[string](t, s.dsn, "select address"+last, deed.action); from != "127.0.0.1" {
			t.Errorf("%s: from %q", deed.action, from)
		}
		if request := scan1[string](t, s.dsn, "select request_id"+last, deed.action); len(request) < 26 || !strings.Contains(r.log.String(), request) {
			t.Errorf("%s: request %q is not in the log", deed.action, request)
		}
		if at.Before(begun.Add(-time.Second)) || at.After(time.Now().Add(time.Second)) {
			t.Errorf("%s: at %v", deed.action, at)
		}
		if what := scan1[string](t, s.dsn, "select before || after"+last, deed.action); deed.change && len(what) < 3 {
			t.Errorf("%s: what was changed is not said: %q", deed.action, what)
		}
	}
	s.ok(t, "verify-audit")
}

// Numbers 54, 55 of the security checklist: what an analyst sees, runs and says
// is theirs until an administrator approves it.
func TestAnalystsShareOnlyWhatIsApproved(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t)
	r.ready(t)
	ada := signIn(t, r.url)
	ann, bob := ada.joins("ann"), ada.joins("bob")
	const question, own = "how many employees are there", "SELECT 4711 AS \"the secret of ann\""
	answer := ann.asks(question).Url.Path
	_, page := ann.post(answer+"/run", url.Values{"sql": {own}})
	if got := rows(ann.finished(page)); len(got) != 1 || got[0][0] != "4,711" {
		t.Fatalf("ann's own SQL gives %v", got)
	}
	if status, page := ann.post(answer+"/feedback", url.Values{"verdict": {"corrected"}, "sql": {own}}); status != http.StatusOK {
		t.Fatalf("feedback: %d: %s", status, page.Find("main").Text())
	}
	if got := scan1[string](t, s.dsn, "select state from golden_pairs"); got != "proposed" {
		t.Errorf("what an analyst says is %s", got)
	}
	for _, asked := range []string{question, "How many employees are there?", "how many employees are there in all"} {
		page := bob.asks(asked)
		if text := page.Find("body").Text(); strings.Contains(text, "4,711") || strings.Contains(text, "secret of ann") || page.Find(".badge.verified").Length() > 0 {
			t.Errorf("%q by bob shows what is ann's: %s", asked, page.Find("main").Text())
		}
	}
	for _, path := range []string{"/", "/history", "/?data=ann"} {
		if _, page := bob.get(path); strings.Contains(page.Text(), "secret of ann") {
			t.Errorf("%s shows bob what is ann's", path)
		}
	}
	if status, _ := bob.get(answer); status != http.StatusNotFound {
		t.Errorf("ann's answer, to bob: %d", status)
	}
	pair := scan1[string](t, s.dsn, "select id::text from golden_pairs")
	if status, page := ada.post("/admin/pairs/"+pair, url.Values{"do": {"approve"}, "question": {question}, "sql": {own}}); status != http.StatusOK {
		t.Fatalf("approval: %d: %s", status, page.Find("main").Text())
	}
	if page := bob.asks(question); page.Find(".badge.verified").Length() != 1 {
		t.Errorf("once approved: %s", page.Find("main").Text())
	}
}

// `make check` fails for a known hole and for a check that broke, and says so
// where nothing can be known.
func TestKnownHolesFailTheCheck(t *testing.T) {
	if _, err := exec.LookPath("make"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	for name, tt := range map[string]struct {
		said   string
		status int
		fails  bool
		want   string
	}{
		"nothing found":  {"No vulnerabilities found.", 0, false, "govulncheck"},
		"a hole":         {"Vulnerability #1: GO-2026-1", 3, true, "GO-2026-1"},
		"no network":     {`govulncheck: fetching vulnerabilities: Get "https://vuln.go.dev/index/modules.json.gz": dial tcp: lookup vuln.go.dev: no such host`, 1, false, "NOT CHECKED"},
		"it broke":       {"govulncheck: loading packages: there is a syntax error", 1, true, "syntax error"},
		"it can't start": {"go: dial tcp: no such host", 1, true, "no such host"},
	} {
		fake := filepath.Join(t.TempDir(), "fake.sh")
		script := fmt.Sprintf("cat <<'SAID'\n%s\nSAID\nexit %d\n", tt.said, tt.status)
		if err := os.WriteFile(fake, []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "make", "-C", filepath.Join("..", ".."), "vulnerabilities", "VULN=sh "+fake).CombinedOutput()
		if (err != nil) != tt.fails || !strings.Contains(string(out), tt.want) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
