package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/prometheus/client_golang/prometheus"
	"gopkg.in/yaml.v3"
)

// lines are the lines of a replica's log with a message.
func (r *replica) lines(t *testing.T, message string) (found []map[string]any) {
	t.Helper()
	for line := range strings.Lines(r.log.String()) {
		entry := map[string]any{}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("no JSON: %s", line)
		}
		if entry["msg"] == message {
			found = append(found, entry)
		}
	}
	return found
}

// An operator follows one question through the log, from its request to where
// its time went, without reading what was asked.
func TestLogTellsOfAQuestion(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t, "QUERENT_SLOW_QUERY", "1us")
	r.ready(t)
	ada := signIn(t, r.url)
	page := ada.asks("how many employees are there")
	id := idOf(page)
	ended := r.endOf(t, id)
	steps, _ := ended["steps"].(map[string]any)
	took, _ := ended["took"].(float64)
	if ended["user"] != testAdmin || ended["outcome"] != "compiled" || took <= 0 || took > 60 || steps["execute"] == nil || steps["generate"] == nil {
		t.Errorf("the end: %v", ended)
	}
	request := slices.IndexFunc(r.lines(t, "request"), func(line map[string]any) bool {
		return line["path"] == "/questions" && line["question"] == id && line["request"] == ended["request"] && line["user"] == testAdmin
	})
	if request < 0 {
		t.Errorf("no line of the request that asked %s, in request %v", id, ended["request"])
	}
	_, page = ada.post(page.Url.Path+"/run", url.Values{"sql": {ownSQL}})
	id = idOf(ada.finished(page))
	r.endOf(t, id)
	slow := slices.IndexFunc(r.lines(t, "slow query"), func(line map[string]any) bool {
		sql, _ := line["sql"].(string)
		return line["question"] == id && line["op"] == "query" && sql == "SELECT count ( * ) FROM orders WHERE status = ?" && line["rows"] == 1.0
	})
	if slow < 0 {
		t.Errorf("no slow query of %s: %v", id, r.lines(t, "slow query"))
	}
	if text := r.log.String(); strings.Contains(text, "Xylophone") || strings.Contains(text, "how many employees") {
		t.Error("the log tells what was asked")
	}
}

// ownSQL holds a value that nobody else is to see.
const ownSQL = "SELECT count(*) FROM orders WHERE status = 'Xylophone'"

// idOf is the id of the question that a page is about.
func idOf(page *goquery.Document) string {
	return page.Url.Path[strings.LastIndexByte(page.Url.Path, '/')+1:]
}

// endOf awaits the line of a question's end.
func (r *replica) endOf(t *testing.T, id string) (ended map[string]any) {
	t.Helper()
	eventually(t, 5*time.Second, "the line of the end", func() bool {
		for _, line := range r.lines(t, "question ended") {
			if line["question"] == id {
				ended = line
			}
		}
		return ended != nil
	})
	return ended
}

// A runaway that was ended has a line, whatever the limit for slow queries is.
func TestLogTellsOfARunaway(t *testing.T) {
	s := newStack(t)
	s.ok(t, "init")
	r := s.serve(t, "QUERENT_SLOW_QUERY", "off")
	r.ready(t)
	ada := signIn(t, r.url)
	if status, page := ada.setting("time_limit", "1"); status != http.StatusOK {
		t.Fatalf("%d: %s", status, page.Find("[role=alert]").Text())
	}
	path := ada.asks("how many employees are there").Url.Path
	_, page := ada.post(path+"/run", url.Values{"sql": {endless}})
	id := idOf(ada.finished(page))
	stopped := r.lines(t, "query stopped at a limit")
	if len(stopped) != 1 || stopped[0]["limit"] != "time" || stopped[0]["question"] != id {
		t.Errorf("stopped: %v", stopped)
	}
	if slow := r.lines(t, "slow query"); len(slow) != 0 {
		t.Errorf("slow, though that is off: %v", slow)
	}
}

// Each migration has a line, once.
func TestLogTellsOfMigrations(t *testing.T) {
	s := newStack(t)
	for _, want := range []bool{true, false} {
		r := s.serve(t)
		r.ready(t)
		done := r.lines(t, "schema migrated")
		if (len(done) > 0) != want {
			t.Errorf("migrated: %v", done)
		}
		for i, line := range done {
			if took, ok := line["took"].(float64); line["version"] != float64(i+1) || line["file"] == "" || !ok || took < 0 {
				t.Errorf("migration %d: %v", i+1, line)
			}
		}
		_ = r.cmd.Process.Kill()
		<-r.ended
	}
}

func TestVersionTellsTheBuild(t *testing.T) {
	said := (&stack{}).ok(t, "version").stdout
	for _, want := range []string{"querent dev\n", "\ncommit ", "\nbuilt ", "\ngo1."} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in %s", want, said)
		}
	}
}

// metricNames are the names of all that is measured, with the labels of each.
func metricNames(t *testing.T) map[string][]string {
	t.Helper()
	descs := make(chan *prometheus.Desc)
	go func() {
		newMetrics().registry.Describe(descs)
		gauges{}.Describe(descs)
		close(descs)
	}()
	of := regexp.MustCompile(`fqName: "([a-z_]+)", .*constLabels: \{(.*?)\}, variableLabels: \{(.*?)\}`)
	found := map[string][]string{}
	for d := range descs {
		m := of.FindStringSubmatch(d.String())
		if m == nil {
			continue // one of Go's own, by another pattern of characters
		}
		labels := regexp.MustCompile(`[a-z]+`).FindAllString(m[3], -1)
		for _, constant := range regexp.MustCompile(`([a-z]+)="`).FindAllStringSubmatch(m[2], -1) {
			labels = append(labels, constant[1])
		}
		found[m[1]] = labels
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			if strings.HasSuffix(m[1], "_seconds") {
				found[m[1]+suffix] = append(slices.Clone(labels), "le")
			}
		}
	}
	return found
}

// expressions are all that the dashboard and the alert rules ask Prometheus.
func expressions(t *testing.T) map[string][]string {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
		Templating struct{ List []struct{ Definition string } }
	}
	if err := json.Unmarshal([]byte(document(t, ".github/deploy/grafana-dashboard.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			found["panel "+p.Title] = append(found["panel "+p.Title], target.Expr)
		}
	}
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(document(t, ".github/deploy/alerts.yaml")), &rules); err != nil {
		t.Fatal(err)
	}
	for _, r := range rules.Groups[0].Rules {
		found["alert "+r.Alert] = []string{r.Expr}
		if r.Annotations["summary"] == "" || r.Annotations["look"] == "" {
			t.Errorf("%s does not say what is wrong, and where to look", r.Alert)
		}
	}
	return found
}

// Prometheus would take the alert rules, and what the dashboard asks it.
func TestPrometheusTakesTheRules(t *testing.T) {
	var asked []string
	for where, list := range expressions(t) {
		if strings.HasPrefix(where, "panel ") {
			asked = append(asked, list...)
		}
	}
	text := strings.NewReplacer("$__rate_interval", "5m", "$job", "x", "$instance", "x").Replace(strings.Join(asked, "\n"))
	check := func(expressions string) ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), "go", "run", "-C", filepath.Join("testdata", "promcheck"), ".", filepath.Join("..", "..", "..", "..", ".github", "deploy", "alerts.yaml"))
		cmd.Stdin = strings.NewReader(expressions)
		return cmd.CombinedOutput()
	}
	out, err := check(text)
	if err != nil && bytes.Contains(out, []byte("dial tcp")) && os.Getenv("CI") != "true" {
		t.Skip("the checker's modules can't be fetched from here")
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := check("sum(rate(querent_ready[5m])"); err == nil || !bytes.Contains(out, []byte("querent_ready")) {
		t.Errorf("a broken expression is taken: %s", out)
	}
}

// The dashboard and the alert rules name what is measured, and labels that it
// has; and all that is measured is on the dashboard.
func TestDashboardAndAlertsNameWhatIsMeasured(t *testing.T) {
	names, asked := metricNames(t), map[string]bool{}
	if len(names) < 40 {
		t.Fatalf("measured: %v", names)
	}
	name := regexp.MustCompile(`\b(querent|process|go)_[a-z_]+\b`)
	matchers := regexp.MustCompile(`\b([a-z_]+)\{([^}]*)\}`)
	label := regexp.MustCompile(`([a-z]+)(=|!=|=~|!~)"`)
	by := regexp.MustCompile(`by \(([^)]*)\)`)
	for where, list := range expressions(t) {
		for _, expr := range list {
			var own []string
			for _, n := range name.FindAllString(expr, -1) {
				labels, ok := names[n]
				if !ok {
					t.Errorf("%s: nothing measures %s", where, n)
				}
				own = append(own, labels...)
				asked[strings.NewReplacer("_bucket", "", "_count", "", "_sum", "").Replace(n)] = true
			}
			if len(own) == 0 && !strings.Contains(expr, "_") {
				t.Errorf("%s asks for nothing: %s", where, expr)
			}
			own = append(own, "job", "instance") // Prometheus adds them
			for _, m := range matchers.FindAllStringSubmatch(expr, -1) {
				for _, l := range label.FindAllStringSubmatch(m[2], -1) {
					if !slices.Contains(append(slices.Clone(names[m[1]]), "job", "instance"), l[1]) {
						t.Errorf("%s: %s has no label %s", where, m[1], l[1])
					}
				}
			}
			for _, m := range by.FindAllStringSubmatch(expr, -1) {
				for l := range strings.SplitSeq(m[1], ",") {
					if l = strings.TrimSpace(l); !slices.Contains(own, l) {
						t.Errorf("%s: no label %s in %s", where, l, expr)
					}
				}
			}
		}
	}
	for n := range names {
		if base := strings.NewReplacer("_bucket", "", "_count", "", "_sum", "").Replace(n); strings.HasPrefix(n, "querent_") && !asked[base] {
			t.Errorf("%s is measured, and nothing shows it", n)
		}
	}
}
