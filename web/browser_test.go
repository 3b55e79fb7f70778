package web

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// tab is a page of a real browser.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string
}

func newTab(t *testing.T, base string) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return &tab{t, ctx, base}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// sees waits for an element and gives its text.
func (b *tab) sees(selector string) string {
	b.t.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(selector)))
	return strings.Join(strings.Fields(js[string](b, "document.querySelector(`"+selector+"`).innerText")), " ")
}

func js[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func (b *tab) scripts(on bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}); err != nil {
		b.t.Fatal(err)
	}
}

// goes does what leads to another page, and waits for that.
func (b *tab) goes(step chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, step); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) asks(question string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base+"/"), chromedp.SendKeys(chromedp.CSS("#q"), question))
	b.goes(chromedp.Click(chromedp.CSS(".ask button.primary")))
	b.sees("article[aria-busy=false]")
}

// A person asked back chooses on a phone: by keys, with and without JavaScript.
func TestAskedBackInABrowser(t *testing.T) {
	_, base := siteOf(t, outcomes, nil)
	b := newTab(t, base)
	b.do(chromedp.EmulateViewport(390, 844), chromedp.Navigate(base+"/login"),
		chromedp.SendKeys(chromedp.CSS("[name=name]"), "ann"), chromedp.SendKeys(chromedp.CSS("[name=password]"), password))
	b.goes(chromedp.Click(chromedp.CSS("main button.primary")))
	for _, scripts := range []bool{true, false} {
		b.scripts(scripts)
		b.asks("how many customers bought in March")
		if got := b.sees(".choices strong"); got != "placed" {
			t.Errorf("bold: %q", got)
		}
		if wide := js[int](b, "document.documentElement.scrollWidth"); wide > 390 {
			t.Errorf("%d pixels wide", wide)
		}
		js[any](b, "document.querySelectorAll('button.choice')[1].focus()")
		b.goes(chromedp.KeyEvent("\r"))
		b.sees("article[aria-busy=false]")
		if got := b.sees("#said"); got != "Customers with an order placed in any March" {
			t.Errorf("answered as %q", got)
		}
		if got := b.sees(".trust .badge"); got != "Understood" {
			t.Errorf("called %q", got)
		}
	}
	b.asks("how many customers bought in March")
	b.goes(chromedp.Click(chromedp.CSS("form[action$='/none'] button")))
	if got := b.sees("[role=alert]"); !strings.HasPrefix(got, "None of the readings") {
		t.Errorf("none of these: %q", got)
	}
}
