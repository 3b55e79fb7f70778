package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/querent/querent/internal/demo"
)

const tabLimit = 20 * time.Second // of one thing waited for in a page

// demoSite is a running `querent demo`, as a newcomer starts it.
type demoSite struct {
	url, user, password string
	browser             context.Context
}

var greeting = regexp.MustCompile(`(?s)Open\s+(http://\S+)\s+User\s+(\S+)\s+Password\s+(\S+)`)

// newDemo starts the demo and a browser.
func newDemo(t *testing.T) *demoSite {
	t.Helper()
	if pg == nil {
		t.Skip("no Postgres binaries on this machine")
	}
	dir, err := os.MkdirTemp("/var/tmp", "querent-browser")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := demo.Remove(filepath.Join(dir, "data")); err != nil {
			t.Error(err)
		}
		os.RemoveAll(dir)
	})
	if err := os.Chmod(dir, 0o755); err != nil { // Postgres's uid must get in
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	terminal := exec.CommandContext(t.Context(), self, "ask", "--data", filepath.Join(dir, "data"), "how many customers are there")
	terminal.Env = append(os.Environ(), asCommand+"=1")
	if said, err := terminal.CombinedOutput(); err != nil || !strings.Contains(string(said), "1200") {
		t.Fatalf("asked in the terminal: %v\n%s", err, said)
	}
	out := &buffer{}
	cmd := exec.Command(self, "demo", "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), asCommand+"=1")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil {
			t.Errorf("the demo ended with %v:\n%s", err, out)
		}
	})
	d := &demoSite{browser: newBrowser(t)}
	eventually(t, 30*time.Second, "the demo greets", func() bool {
		m := greeting.FindStringSubmatch(out.String())
		if m != nil {
			d.url, d.user, d.password = m[1], m[2], m[3]
		}
		return m != nil
	})
	return d
}

func newBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-component-update", true))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// tab is a page in a browser profile of its own.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu   sync.Mutex
	said []string // on the console
}

func (d *demoSite) tab(t *testing.T) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(d.browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the page lives as long as this first context
		t.Fatal(err)
	}
	b := &tab{t: t, ctx: ctx, base: d.url}
	b.do(chromedp.EmulateViewport(1280, 900))
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			b.mu.Lock()
			b.said = append(b.said, fmt.Sprint(m))
			b.mu.Unlock()
		}
	}()
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, tabLimit)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("at %s: %v\n%s", b.path(), err, b.main())
	}
}

// js evaluates an expression in the page.
func js[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, tabLimit)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func devtools[P any](b *tab, c cdp.Command[P, cdp.Empty], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, c, params); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// click clicks what leads to another page, and waits for that.
func (b *tab) click(selector string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, tabLimit)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.t.Fatalf("click %s at %s: %v\n%s", selector, b.path(), err, b.main())
	}
}

func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(selector)))
	js[string](b, fmt.Sprintf("document.querySelector(%q).value = ''", selector))
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// sees waits for an element and gives its text.
func (b *tab) sees(selector string) string {
	b.t.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(selector)))
	return strings.Join(strings.Fields(js[string](b, fmt.Sprintf("document.querySelector(%q).innerText", selector))), " ")
}

func (b *tab) path() string { return b.tells("location.pathname") }

// main is what the page says, for a failure's report.
func (b *tab) main() string { return b.tells("document.querySelector('main')?.innerText || ''") }

func (b *tab) tells(expression string) string {
	ctx, cancel := context.WithTimeout(b.ctx, time.Second)
	defer cancel()
	s, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		return err.Error()
	}
	return s
}

func (b *tab) signIn(name, password string) {
	b.t.Helper()
	b.open("/login")
	b.fill("[name=name]", name)
	b.fill("[name=password]", password)
	b.click("main button.primary")
}

// replacePassword does what a one-time password is for.
func (b *tab) replacePassword(old, next string) {
	b.t.Helper()
	if got := b.sees("h1"); got != "Choose your password" {
		b.t.Fatalf("after a one-time password: %q", got)
	}
	b.fill("[name=current]", old)
	b.fill("[name=next]", next)
	b.click("main button.primary")
}

// asks asks and waits for the end of the answer.
func (b *tab) asks(question string) {
	b.t.Helper()
	b.open("/")
	b.fill("#q", question)
	b.click(".ask button.primary")
	b.sees("article[aria-busy=false]")
}

// quiet fails on whatever a page said on the console: a breach of the content
// security policy, an exception, a file that was not found.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.said {
		if strings.HasPrefix(m, "info: Clear-Site-Data") { // what signing out is to do
			continue
		}
		b.t.Errorf("console: %s", m)
	}
	b.said = nil
}

const (
	adminPassphrase   = "nine green bottles hanging"
	analystPassphrase = "seven brown bottles hanging"
	loopQuestion      = "total sales by month in 2024"
)

// The demo as people meet it, one part after the other. Number 27 of the
// security checklist: each part ends with a look at the console.
func TestBrowser(t *testing.T) {
	t.Parallel()
	d := newDemo(t)
	admin := d.tab(t)
	admin.signIn(d.user, d.password)
	admin.replacePassword(d.password, adminPassphrase)
	for _, part := range []struct {
		name string
		do   func(*testing.T, *demoSite, *tab)
	}{
		{"an answer is approved and comes back verified", approvalComesBack},
		{"every suggestion is answered", suggestionsAreAnswered},
		{"a follow-up goes on from the answer", followUpGoesOn},
		{"without JavaScript", withoutJavaScript},
		{"keys, theme and links within the answer", keysAndTheme},
		{"what an administrator changes can be undone", adminUndoes},
		{"all rows are exported within the page", exportComes},
		{"every page fits and keeps the policy", everyPageFits},
		{"nothing is left after signing out", nothingIsLeft},
	} {
		t.Run(part.name, func(t *testing.T) {
			admin.t = t
			part.do(t, d, admin)
			admin.quiet()
		})
	}
}

func approvalComesBack(t *testing.T, d *demoSite, admin *tab) {
	admin.open("/admin/users")
	admin.fill("[name=name]", "ann")
	admin.click("main button.primary")
	oneTime := admin.sees("#one-time")

	ann := d.tab(t)
	ann.signIn("ann", oneTime)
	ann.replacePassword(oneTime, analystPassphrase)
	ann.asks(loopQuestion)
	if got := ann.sees("#result caption"); got != "12 rows" {
		t.Errorf("rows: %q", got)
	}
	if got := ann.sees("article .badge"); got == "Approved" {
		t.Errorf("before approval: %q", got)
	}
	if !js[bool](ann, "Chart.getChart('chart')?.data.labels.length === 12") {
		t.Error("no chart of 12 months")
	}
	ann.click("button[value=right]")
	if got := ann.sees(".note[role=status]"); !strings.HasPrefix(got, "Thank you") {
		t.Errorf("after the thumb: %q", got)
	}

	admin.open("/admin/pairs")
	if got := admin.sees("section.card h2"); got != loopQuestion {
		t.Fatalf("to review: %q", got)
	}
	admin.click("button[value=approve]")
	ann.asks(loopQuestion)
	if got := ann.sees("article .badge"); got != "Approved" {
		t.Errorf("after approval: %q", got)
	}
	ann.quiet()
}

func suggestionsAreAnswered(t *testing.T, _ *demoSite, admin *tab) {
	admin.open("/")
	list := js[[]string](admin, "[...document.querySelectorAll('.chips button')].map(b => b.value)")
	if len(list) < 8 {
		t.Errorf("suggested: %q", list)
	}
	for i, question := range list {
		admin.open("/")
		admin.click(fmt.Sprintf(".chips button:nth-of-type(%d)", i+1))
		admin.sees("article[aria-busy=false]")
		if got := admin.sees("article .badge"); got != "Approved" && got != "Understood" {
			t.Errorf("%q: %s", question, got)
		}
		if js[int](admin, "document.querySelectorAll('#result').length") != 1 {
			t.Errorf("%q has no result:\n%s", question, admin.main())
		}
	}
}

func followUpGoesOn(t *testing.T, _ *demoSite, admin *tab) {
	admin.asks("how many orders are there by status")
	admin.fill("#q", "only in 2023")
	admin.click(".follow button.primary")
	admin.sees("article[aria-busy=false] #came-from") // the page before has none
	sql := js[string](admin, "document.querySelector('#sql').textContent")
	if !strings.Contains(sql, "GROUP BY status") || !strings.Contains(sql, "'2023-01-01'") {
		t.Errorf("read as %s", sql)
	}
	if got := admin.sees("#came-from"); got != "Read as going on from how many orders are there by status Ask it on its own" {
		t.Errorf("said to come from: %q", got)
	}
	admin.click("#came-from button")
	admin.sees("article[aria-busy=false]")
	if n := js[int](admin, "document.querySelectorAll('#came-from').length"); n != 0 {
		t.Error("asked on its own it still follows")
	}
}

func withoutJavaScript(t *testing.T, d *demoSite, _ *tab) {
	b := d.tab(t)
	devtools(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.signIn("ann", analystPassphrase)
	b.asks("how many employees are in each department")
	if got := b.sees("#result caption"); got != "10 rows" {
		t.Errorf("rows: %q", got)
	}
	if js[int](b, "document.querySelectorAll('canvas').length") > 0 && js[bool](b, "document.querySelector('canvas').checkVisibility()") {
		t.Error("an empty chart is shown")
	}
	for _, direction := range []string{"ascending", "descending"} {
		b.click("#result thead th:last-child a")
		b.sees("#result thead th:last-child[aria-sort=" + direction + "]")
		counts := js[[]int](b, "[...document.querySelectorAll('#result tbody td:last-child')].map(td => +td.innerText)")
		if direction == "descending" {
			slices.Reverse(counts)
		}
		if len(counts) != 10 || !slices.IsSorted(counts) {
			t.Errorf("%s by the last column: %v", direction, counts)
		}
	}
	b.open("/?data=salary")
	if got := b.sees("#tables"); !strings.Contains(got, "salaries") || strings.Contains(got, "products") {
		t.Errorf("searching the data: %q", got)
	}
	b.quiet()
}

func keysAndTheme(t *testing.T, d *demoSite, _ *tab) {
	b := d.tab(t)
	b.signIn("ann", analystPassphrase)
	b.do(chromedp.KeyEvent("/"))
	if !js[bool](b, "document.activeElement.id === 'q'") {
		t.Error("/ does not lead to the question")
	}
	b.do(chromedp.KeyEvent("top 5 customers by revenue"), chromedp.KeyEvent("\r"))
	b.sees("#result canvas")
	// The canvas is seen before the scripts that make its links swap have run.
	eventually(t, tabLimit, "the chart is drawn", func() bool {
		return js[bool](b, "document.readyState === 'complete' && typeof Chart !== 'undefined' && !!Chart.getChart('chart')")
	})
	js[any](b, "window.kept = true")
	b.do(chromedp.Click(chromedp.CSS("#result .tabs a[href*=hbar]")))
	eventually(t, tabLimit, "the chart lies", func() bool { return js[bool](b, "Chart.getChart('chart')?.options.indexAxis === 'y'") })
	if !js[bool](b, "window.kept === true") {
		t.Error("choosing a chart loaded the whole page")
	}
	b.do(chromedp.Click(chromedp.CSS(".menu summary")))
	b.click("button[name=theme][value=dark]")
	if got := js[string](b, "document.documentElement.dataset.theme + getComputedStyle(document.documentElement).colorScheme"); got != "darkdark" {
		t.Errorf("the dark theme: %q", got)
	}
	if !strings.HasPrefix(b.path(), "/questions/") {
		t.Errorf("choosing a theme led to %s", b.path())
	}
	b.quiet()
}

func adminUndoes(t *testing.T, d *demoSite, admin *tab) {
	admin.open("/admin/ontology?search=headcount")
	admin.click("[aria-label='Delete headcount']")
	admin.click(".note[role=status] button")
	admin.open("/admin/ontology?search=headcount")
	if got := admin.sees("tbody code"); !strings.HasPrefix(got, "count(") {
		t.Errorf("the term that came back: %q", got)
	}
	admin.open("/admin/pairs?state=approved&search=" + url.QueryEscape(loopQuestion))
	admin.click("button[value=retire]")
	admin.click(".note[role=status] button")
	admin.asks(loopQuestion)
	if got := admin.sees("article .badge"); got != "Approved" {
		t.Errorf("a retirement undone: %q", got)
	}
	admin.open("/admin/users")
	admin.click("form[aria-label='Change ann'] button[value=disable]")
	admin.click(".note[role=status] button")
	b := d.tab(t)
	b.signIn("ann", analystPassphrase)
	if got := b.sees("h1"); got != "What would you like to know?" {
		t.Errorf("an enabled user: %q", got)
	}
}

// exportComes leaves an export behind, for the pages that show it.
func exportComes(t *testing.T, _ *demoSite, admin *tab) {
	admin.open("/admin/settings")
	admin.fill("#row_limit", "100")
	admin.click("main form button.primary")
	admin.asks("list all orders")
	path := admin.path()
	js[any](admin, "window.kept = true")
	admin.do(chromedp.Click(chromedp.CSS("#export-start")))
	admin.sees("#export-download")
	eventually(t, tabLimit, "a screen reader hears of it", func() bool {
		return js[string](admin, "document.querySelector('#live').textContent") == "The export is ready. All 18,000 rows."
	})
	if !js[bool](admin, "window.kept === true") || admin.path() != path {
		t.Errorf("exporting led to %s", admin.path())
	}
	admin.open("/admin/settings")
	admin.click("[aria-label='Reset Row limit to 1000']")
}

// pages are all there are to look at, beside an answer's.
var pages = []string{"/", "/?data=country", "/history", "/history?search=nothing+has+these", "/account",
	"/admin/pairs", "/admin/pairs?state=approved", "/admin/pairs?state=retired", "/admin/missed", "/admin/ontology", "/admin/ontology/import",
	"/admin/users", "/admin/settings", "/admin/jobs", "/admin/audit"}

func everyPageFits(t *testing.T, _ *demoSite, admin *tab) {
	var answers []string
	for _, q := range []string{"show transactions over 10000 posted to travel expenses", "how many customers are there", "what is the mood", "customers in 2040"} {
		admin.asks(q)
		answers = append(answers, admin.path())
	}
	for _, size := range []struct {
		width, height int64
		options       []chromedp.EmulateViewportOption
	}{{1280, 900, nil}, {390, 844, []chromedp.EmulateViewportOption{chromedp.EmulateMobile}}} {
		admin.do(chromedp.EmulateViewport(size.width, size.height, size.options...))
		for _, p := range append(slices.Clone(pages), answers...) {
			admin.open(p)
			if w := js[int64](admin, "document.documentElement.scrollWidth"); w > size.width {
				t.Errorf("%s is %d wide on a screen of %d", p, w, size.width)
			}
			if n := js[int](admin, "document.querySelectorAll('h1').length"); n != 1 {
				t.Errorf("%s has %d headings", p, n)
			}
			if un := js[string](admin, unlabelled); un != "" {
				t.Errorf("%s has fields or buttons without a name: %s", p, un)
			}
		}
	}
	admin.do(chromedp.EmulateViewport(1280, 900))
}

// unlabelled lists what a screen reader could not name.
const unlabelled = `[...document.querySelectorAll('input:not([type=hidden]), textarea, select, button, a, summary')]
	.filter(e => !(e.innerText || e.ariaLabel || [...(e.labels || [])].map(l => l.innerText).join('') || e.querySelector('.hidden-text') || (e.labels || [])[0]?.querySelector('.hidden-text')))
	.filter(e => e.checkVisibility()).map(e => e.outerHTML).join('\n')`

func nothingIsLeft(t *testing.T, d *demoSite, _ *tab) {
	b := d.tab(t)
	b.signIn("ann", analystPassphrase)
	b.open("/history")
	if got := b.sees("main"); !strings.Contains(got, loopQuestion) {
		t.Fatalf("history: %q", got)
	}
	b.do(chromedp.Click(chromedp.CSS(".menu summary")))
	b.click("form[action='/logout'] button")
	for range 2 {
		b.do(chromedp.NavigateBack())
		if got := b.sees("main"); strings.Contains(got, loopQuestion) || !strings.Contains(got, "Password") {
			t.Errorf("back after signing out, at %s: %q", b.path(), got)
		}
	}
	b.quiet()
}
